"""A time in the past as people type it: `14:05`, `yesterday 14:05`, `2026-03-29 14:05`, `-20m`.

On a command line `-20m` would be an option, so `20m` means the same.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from data.model import Ms
from data.zones import local, zone

_AGO = re.compile(r"-?(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?|-(\d{1,5})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_YESTERDAY = frozenset({"yesterday", "-1d"})
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_at(words: str, now: Ms, zone_name: str) -> Ms | None:
    """The instant that is meant, or None where the words mean none.

    Args:
        words: What was typed. A clock time without a day is the last that has been; one that comes
            twice in a night is the first; a weekday is the last of that name.
        now: The present.
        zone_name: The zone whose clocks are meant.
    """
    parts = words.lower().removesuffix(" ago").split()
    if len(parts) == 1 and (ago := _AGO.fullmatch(parts[0])) and any(ago.groups()):
        days, hours, minutes = int(ago[1] or 0), int(ago[2] or 0), int(ago[3] or ago[4] or 0)
        return now - ((days * 24 + hours) * 60 + minutes) * 60_000
    if not parts or len(parts) > 2:
        return None
    clock = _clock(parts[-1])
    if clock is None:
        return None
    today = local(now, zone_name).date()
    if len(parts) == 1:
        at = _instant(today, clock, zone_name)
        return at if at <= now else _instant(today - timedelta(days=1), clock, zone_name)
    day = _day(parts[0], today)
    return None if day is None else _instant(day, clock, zone_name)


def _clock(word: str) -> time | None:
    found = _CLOCK.fullmatch(word)
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        return None


def _day(word: str, today: date) -> date | None:
    if word == "today":
        return today
    if word in _YESTERDAY:
        return today - timedelta(days=1)
    if word[:3] in _WEEKDAYS and word.isalpha():
        back = (today.weekday() - _WEEKDAYS.index(word[:3])) % 7
        return today - timedelta(days=back or 7)
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def _instant(day: date, clock: time, zone_name: str) -> Ms:
    at = datetime.combine(day, clock, tzinfo=zone(zone_name))
    return round(at.timestamp() * 1000)
