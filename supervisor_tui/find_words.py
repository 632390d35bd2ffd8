"""What somebody who looks for a call may type, and the questions that it can mean.

    4912                    the last digits of a number, or an id
    09:10-09:15 Claims      a time of the site's day, and a queue or an agent
    2026-03-29 14:02 dubois on a day that is not today

A name may be a queue's or an agent's, and digits may be a number's or an id: where words can mean
several things, each meaning is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from data.cache.history_model import FindQuery, FoundContact
from data.model import Ms
from data.status import SiteInfo
from data.zones import local, site_day_start, zone

LEAST_DIGITS = 3
MOST_NAMES = 6
MINUTE_MS = 60_000

_TIME = re.compile(r"(\d{1,2}:\d{2})(?:[-\u2013](\d{1,2}:\d{2}))?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DIGITS = re.compile(r"\+?[0-9()/.\-]+")


class FindWordsError(ValueError):
    """A word that looks like a time or a day and is none; its text is that word."""


class FindWords(msgspec.Struct, frozen=True):
    """What was typed, sorted by kind."""

    digits: str = ""
    """Digits only, at least three."""
    names: tuple[str, ...] = ()
    """Words that can be of a queue, an agent or an id, in the order typed."""
    start: time | None = None
    end: time | None = None
    """The minute that is the last; the same as `start` where one time was typed."""
    day: date | None = None


class Meaning(NamedTuple):
    """One way to understand the names and digits that were typed."""

    digits: str = ""
    id: str = ""
    queue: str = ""
    agent: str = ""


def parse_words(words: Sequence[str]) -> FindWords:
    """Sort the words that were typed by what they can be.

    Raises:
        FindWordsError: A word is a time or day that there is not.
    """
    found = FindWords()
    for word in (part for each in words for part in each.split()):
        if span := _TIME.fullmatch(word):
            start = _wall_time(span[1])
            found = replace(found, start=start, end=_wall_time(span[2]) if span[2] else start)
        elif _DAY.fullmatch(word):
            found = replace(found, day=_day(word))
        elif (digits := _digits(word)) and not found.digits:
            found = replace(found, digits=digits, names=(*found.names, word))
        else:
            found = replace(found, names=(*found.names, word))
    return replace(found, names=found.names[:MOST_NAMES])


def queries(
    words: FindWords, site: SiteInfo, now: Ms, *, limit: int = FindQuery().limit
) -> list[FindQuery]:
    """Every question that the words can mean at a site.

    Args:
        words: What was typed.
        site: Where; times are of its counting day.
        now: The present on the site's clock. A time that has not come today was yesterday's.
        limit: The most contacts wanted of each.
    """
    start, end = span_of(words, site, now)
    base = FindQuery(site=site.id, start=start, end=end, limit=limit)
    meanings = dict.fromkeys(_meanings(words))
    return [
        replace(base, digits=each.digits, id=each.id, queue=each.queue, agent=each.agent)
        for each in meanings
    ]


def find_contacts(
    ask: Callable[[FindQuery], Iterable[FoundContact]],
    words: FindWords,
    sites: Iterable[SiteInfo],
    now: Callable[[str], Ms],
) -> list[FoundContact]:
    """Ask everything that the words can mean at some sites.

    Args:
        ask: Answers one question, as `HistoryReader.find` does.
        words: What was typed.
        sites: Where to look.
        now: The present on the clock of a site, by its id.

    Returns:
        Each contact's stay in a queue once, the newest first.
    """
    found: dict[tuple[str, str, str, int], FoundContact] = {}
    for site in sites:
        for query in queries(words, site, now(site.id)):
            for contact in ask(query):
                found[contact.site, contact.source, contact.id, contact.leg] = contact
    return sorted(found.values(), key=lambda contact: contact.created_at, reverse=True)


def span_of(words: FindWords, site: SiteInfo, now: Ms) -> tuple[Ms | None, Ms | None]:
    """From when to when was meant: the first and the last millisecond; None for no bound."""
    today = local(site_day_start(site, now), site.zone).date()
    day = words.day or today
    if words.start is None or words.end is None:
        if words.day is None:
            return None, None
        began = _instant(time.fromisoformat(site.day_start), day, site)
        ends = _instant(time.fromisoformat(site.day_start), day + timedelta(days=1), site)
        return began, ends - 1
    if words.day is None and _instant(words.start, day, site) > now:
        day -= timedelta(days=1)
    start, end = _instant(words.start, day, site), _instant(words.end, day, site)
    if end < start:
        end = _instant(words.end, day + timedelta(days=1), site)
    return start, end + MINUTE_MS - 1


def _meanings(words: FindWords) -> Iterator[Meaning]:
    """What the names can be: a number's end or an id, with the others as queue and agent."""
    names = list(words.names)
    if words.digits:
        place = next(at for at, name in enumerate(names) if _digits(name) == words.digits)
        for queue, agent in _splits(names[:place] + names[place + 1 :]):
            yield Meaning(digits=words.digits, queue=queue, agent=agent)
            yield Meaning(id=names[place], queue=queue, agent=agent)
        return
    for queue, agent in _splits(names):
        yield Meaning(queue=queue, agent=agent)
    if len(names) == 1:
        yield Meaning(id=names[0])


def _splits(names: list[str]) -> Iterator[tuple[str, str]]:
    """A run of words as a queue and then an agent, or the other way round, split anywhere."""
    for cut in range(len(names) + 1):
        first, second = " ".join(names[:cut]), " ".join(names[cut:])
        yield first, second
        yield second, first


def _digits(word: str) -> str:
    """The digits of a word that can be the end of a number; nothing if it cannot."""
    if not _DIGITS.fullmatch(word):
        return ""
    digits = re.sub(r"\D", "", word)
    return digits if len(digits) >= LEAST_DIGITS else ""


def _instant(wall: time, day: date, site: SiteInfo) -> Ms:
    """A time of a counting day: what is before its beginning is of the next calendar day."""
    shift = timedelta(days=wall < time.fromisoformat(site.day_start))
    at = datetime.combine(day + shift, wall, tzinfo=zone(site.zone))
    return round(at.timestamp() * 1000)


def _wall_time(text: str) -> time:
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        raise FindWordsError(text) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FindWordsError(text) from None
