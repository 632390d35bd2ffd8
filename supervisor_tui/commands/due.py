"""`supervisor-tui due`: when something is due, and how much business time lies between instants."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from typing import TypeVar

from data.errors import FloorError
from data.model import Ms
from data.rules.business_calendar import Calendar, calendar_of
from data.rules.business_time import MINUTE_MS, Unit, due, parse_amount
from data.rules.opening_hours import AROUND_THE_CLOCK, WEEKDAYS, OpeningHours, parse_hours
from data.rules.public_holidays import parse_holidays
from data.rules.rule_error import RuleError, RuleProblem
from data.rules.rule_packs import (
    Beside,
    DueClock,
    Event,
    RulePack,
    decode_pack,
    due_clocks,
    read_pack,
)
from data.rules.wall_time import at_wall_time, local_time
from data.zones import zone
from screens.formats import format_weekday
from screens.rule_sentences import rule_sentence
from screens.sentences import error_sentence
from screens.text import _, ngettext
from supervisor_tui.batch import Answer, answer_options
from supervisor_tui.config_locate import Locations
from supervisor_tui.failures import UsageError
from supervisor_tui.instants import instant

DONE = 0
QUESTIONS = ("add", "until", "pack")
_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def run(arguments: argparse.Namespace) -> int:
    """Answer one question, or with `--batch` a line each.

    Raises:
        UsageError: The question cannot be understood or answered.
    """
    if arguments.batch:
        return answer_options("due", partial(_answer_line, arguments))
    if arguments.print:
        sys.stdout.write(_worded(lambda: read_pack(_wanted(arguments, "pack"))))
        return DONE
    answer = _answer(arguments)
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        if arguments.pack is not None:
            print(_pack(arguments.pack).title)
        sys.stdout.writelines(f"{line}\n" for line in _lines(answer))
    return DONE


def _answer_line(shared: argparse.Namespace, line: argparse.Namespace) -> Answer:
    """Answer a line; what it does not say, the command line says for all."""
    said = {name for name, value in vars(line).items() if value is not None}
    if said & set(QUESTIONS):
        said |= set(QUESTIONS)
    for name, value in vars(shared).items():
        if name not in said:
            setattr(line, name, value)
    return _answer(line)


def _answer(arguments: argparse.Namespace) -> Answer:
    asked = [name for name in QUESTIONS if getattr(arguments, name) is not None]
    if len(asked) != 1:
        raise UsageError(_("Ask for one of --add, --until and --pack."))
    answers = {"add": _due, "until": _business_minutes, "pack": _clocks}
    return _worded(lambda: answers[asked[0]](arguments))


def _worded(answer: Callable[[], _T]) -> _T:
    """An answer, or why there is none as a sentence."""
    try:
        return answer()
    except RuleError as error:
        raise UsageError(rule_sentence(error)) from error
    except FloorError as error:
        raise UsageError(error_sentence(error)) from error
    except OverflowError as error:
        raise UsageError(rule_sentence(RuleError(RuleProblem.TOO_FAR))) from error


def _due(arguments: argparse.Namespace) -> Answer:
    amount = parse_amount(arguments.add)
    always = WEEKDAYS if amount.unit is Unit.BUSINESS_DAYS else AROUND_THE_CLOCK
    calendar = _calendar(arguments, always)
    return _shape(due(_received(arguments, calendar), amount, calendar), calendar.zone_name)


def _business_minutes(arguments: argparse.Namespace) -> Answer:
    calendar = _calendar(arguments, AROUND_THE_CLOCK)
    until = _instant(arguments.until, calendar.zone_name)
    passed = calendar.business_ms(_received(arguments, calendar), until)
    # Whole minutes are told as such, parts of one as near as a float comes.
    minutes, rest = divmod(passed, MINUTE_MS)
    return {"business_minutes": passed / MINUTE_MS if rest else minutes}


def _clocks(arguments: argparse.Namespace) -> Answer:
    pack = _pack(arguments.pack)
    zone_name = arguments.zone or pack.zone_name
    if not zone_name:
        raise RuleError(RuleProblem.NO_ZONE)
    received = _instant(_wanted(arguments, "received"), zone_name)
    beside = Beside(
        zone_name=arguments.zone or "", hours=arguments.hours or "", holidays=arguments.holidays
    )
    clocks = due_clocks(pack, {Event.RECEIVED: received}, beside=beside)
    return {"clocks": [{"name": clock.name, **_clock_shape(clock)} for clock in clocks]}


def _clock_shape(clock: DueClock) -> dict[str, str | None]:
    if clock.due_at is None:
        return {"due_utc": None, "due_local": None}
    return _shape(clock.due_at, clock.zone_name)


def _shape(at: Ms, zone_name: str) -> dict[str, str | None]:
    local = local_time(at, zone(zone_name)).replace(microsecond=0)
    return {"due_utc": instant(at), "due_local": local.isoformat()}


def _calendar(arguments: argparse.Namespace, always: OpeningHours) -> Calendar:
    if not arguments.zone:
        raise RuleError(RuleProblem.NO_ZONE)
    hours = always if arguments.hours is None else parse_hours(arguments.hours)
    return calendar_of(hours, arguments.zone, parse_holidays(arguments.holidays or ""))


def _received(arguments: argparse.Namespace, calendar: Calendar) -> Ms:
    return _instant(_wanted(arguments, "received"), calendar.zone_name)


def _wanted(arguments: argparse.Namespace, name: str) -> str:
    value: str | None = getattr(arguments, name)
    if value is None:
        raise UsageError(_("--{option} is missing.").format(option=name))
    return value


def _instant(text: str, zone_name: str) -> Ms:
    """An instant as it is written, local where it names no offset.

    Raises:
        UsageError: It cannot be understood.
    """
    place = zone(zone_name)
    try:
        when = None if _is_day(text.strip()) else datetime.fromisoformat(text.strip().upper())
    except ValueError:
        when = None
    if when is None:
        message = _("{word} is no time; write it as in 2026-04-02T16:00, or with Z or +02:00.")
        raise UsageError(message.format(word=text))
    return at_wall_time(when, place) if when.tzinfo is None else (when - _EPOCH) // _MILLISECOND


def _is_day(text: str) -> bool:
    """Whether a text names a day only, which is no instant: midnight would be a guess."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=32)
def _pack(name: str) -> RulePack:
    """A rule pack; what is wrong with it is said with its line.

    Raises:
        UsageError: It cannot be used.
        RuleError: There is none, or it cannot be read.
    """
    text = read_pack(name)
    try:
        return decode_pack(text)
    except RuleError as error:
        sentence = rule_sentence(error)
        if error.problem is RuleProblem.PACK_NOT_TOML:
            raise UsageError(f"{name}: {sentence}") from error
        key = ".".join(map(str, error.key))
        place = f"{name}:{Locations(text).line(error.key)}: {key}" if key else name
        raise UsageError(f"{place}: {sentence}") from error


def _lines(answer: Answer) -> Iterator[str]:
    """An answer for a person."""
    match answer:
        case {"business_minutes": int() | float() as minutes}:
            yield ngettext(
                "{count} business minute", "{count} business minutes", _plural(minutes)
            ).format(count=minutes)
        case {"clocks": list() as clocks}:
            width = max(len(clock["name"]) for clock in clocks)
            for clock in clocks:
                yield f"{clock['name']:{width}}  {_moment(clock)}"
            yield _("Rule packs are examples to copy and edit, not legal advice.")
        case _:
            yield _moment(answer)


def _plural(minutes: float) -> int:
    """The number that decides on the form of the word; parts of a minute take the many."""
    return abs(minutes) if isinstance(minutes, int) else 2


def _moment(due_at: Answer) -> str:
    """`Tue 2026-04-07 17:00 +02:00  2026-04-07T15:00:00Z`."""
    if due_at["due_local"] is None:
        return _("not yet running")
    local = datetime.fromisoformat(str(due_at["due_local"]))
    shown = f"{local:%Y-%m-%d %H:%M}" if not local.second else f"{local:%Y-%m-%d %H:%M:%S}"
    offset = local.isoformat()[19:]
    return f"{format_weekday(local.weekday())} {shown} {offset}  {due_at['due_utc']}"
