"""A roster held against rules: rest in real hours, hours of days and weeks, breaks, nights.

Whatever overlaps is found before the rules are asked. Each rule looks at one agent's shifts in the
order of time, and answers with what it found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

import msgspec

from data.model import Ms, Shift
from data.rules.rest import HOUR_MS
from data.rules.roster_rules import (
    Break,
    DailyRest,
    DayHours,
    Level,
    Nights,
    RosterRule,
    RosterRules,
    WeekHours,
    WeeklyRest,
    minutes,
)
from data.rules.shift_plan import plan_of
from data.rules.wall_time import local_time, reached
from data.zones import zone

MINUTE_MS = 60_000
DAY_H = 24
OVERLAP = "overlap"
_BREAKS = frozenset({"break", "meal"})


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a roster that is not as a rule has it."""

    check: str
    """The rule's name, or `overlap`."""
    level: Level
    agent: str
    shift: Shift
    """The shift at which it shows: the later of two, the first of a week."""
    day: date
    """The local day of that shift; for weeks, the first Monday."""
    found: float
    """Hours; of nights, how many."""
    limit: float
    source: str = ""


class Duty(msgspec.Struct, frozen=True):
    """One shift, and when in it there is work; at least once."""

    shift: Shift
    work: tuple[tuple[Ms, Ms], ...]

    @property
    def start(self) -> Ms:
        """When work begins: later than the shift where it begins with leave."""
        return self.work[0][0]

    @property
    def end(self) -> Ms:
        """When work ends."""
        return self.work[-1][1]

    @property
    def zone(self) -> str:
        """By whose clock its days are told."""
        return self.shift.zone or "UTC"

    @property
    def day(self) -> date:
        """The local day on which it begins."""
        return _day_of(self.shift)

    def work_within(self, start: Ms, end: Ms) -> int:
        """Milliseconds of work in a stretch of time."""
        return sum(max(0, min(end, stop) - max(start, begin)) for begin, stop in self.work)


def check_roster(
    shifts: Iterable[Shift],
    rules: RosterRules,
    first: date | None = None,
    last: date | None = None,
) -> list[Finding]:
    """Everything in a roster that is not as rules have it, by agent and time.

    Args:
        shifts: Of any agents, in any order.
        rules: What they are held against.
        first: The first day of the roster; None: that of its first shift, whose ever it is.
        last: Its last day, for weeks off count in a mean.
    """
    by_agent: dict[tuple[str, str], list[Shift]] = {}
    for shift in shifts:
        by_agent.setdefault((shift.site, shift.agent), []).append(shift)
        day = _day_of(shift)
        first, last = min(first or day, day), max(last or day, day)
    if first is None or last is None:
        return []
    days = first, last
    found: list[Finding] = []
    for _agent, own in sorted(by_agent.items()):
        own.sort(key=lambda one: (one.starts_at, one.ends_at))
        found.extend(_overlaps(own))
        duties = [duty for each in own if (duty := _duty(each, rules.not_work)).work]
        for rule in rules.rule:
            found.extend(_judge(rule, duties, days))
    return found


def _duty(shift: Shift, not_work: Iterable[str]) -> Duty:
    left_out = frozenset(not_work)
    pieces = plan_of((shift,))
    return Duty(
        shift, tuple((one.starts_at, one.ends_at) for one in pieces if one.kind not in left_out)
    )


def _day_of(shift: Shift) -> date:
    return local_time(shift.starts_at, zone(shift.zone or "UTC")).date()


def _overlaps(shifts: Sequence[Shift]) -> Iterator[Finding]:
    for before, after in pairwise(shifts):
        if after.starts_at < before.ends_at:
            shared = min(before.ends_at, after.ends_at) - after.starts_at
            yield Finding(
                check=OVERLAP,
                level=Level.VIOLATION,
                agent=after.agent,
                shift=after,
                day=_day_of(after),
                found=shared / HOUR_MS,
                limit=0,
            )


def _judge(rule: RosterRule, duties: Sequence[Duty], days: tuple[date, date]) -> Iterator[Finding]:
    match rule:
        case DailyRest():
            return _daily_rest(rule, duties)
        case WeeklyRest():
            return _weekly_rest(rule, duties)
        case DayHours():
            return _day_hours(rule, duties)
        case Break():
            return _breaks(rule, duties)
        case WeekHours():
            return _week_hours(rule, duties, *days)
        case Nights():
            return _nights(rule, duties)


def _found(
    rule: RosterRule, duty: Duty, found: float, limit: float, day: date | None = None
) -> Finding:
    return Finding(
        check=str(rule.__struct_config__.tag),
        level=rule.level,
        agent=duty.shift.agent,
        shift=duty.shift,
        day=day or duty.day,
        found=found,
        limit=limit,
        source=rule.source,
    )


def working_days(duties: Iterable[Duty], rest_ms: int) -> list[list[Duty]]:
    """Shifts by working day: parts of one day end within 24 hours less the rest of its beginning.

    Args:
        duties: In the order of time.
        rest_ms: The least rest between two working days.
    """
    days: list[list[Duty]] = []
    for duty in duties:
        if days and duty.end - days[-1][0].start <= DAY_H * HOUR_MS - rest_ms:
            days[-1].append(duty)
        else:
            days.append([duty])
    return days


def _daily_rest(rule: DailyRest, duties: Sequence[Duty]) -> Iterator[Finding]:
    least = minutes(rule.least) * MINUTE_MS
    for before, after in pairwise(working_days(duties, least)):
        rest = after[0].start - max(duty.end for duty in before)
        if rest < least:
            yield _found(rule, after[0], rest / HOUR_MS, least / HOUR_MS)


def _weekly_rest(rule: WeeklyRest, duties: Sequence[Duty]) -> Iterator[Finding]:
    """From the end of one such rest to the beginning of the next there is room for so much work."""
    least = minutes(rule.least) * MINUTE_MS
    longest = rule.days * DAY_H * HOUR_MS - least
    begun: Duty | None = None
    last_end: Ms = 0
    longest_rest = 0
    is_told = False
    for duty in duties:
        if begun is None or duty.start - last_end >= least:
            begun, longest_rest, is_told = duty, 0, False
        else:
            longest_rest = max(longest_rest, duty.start - last_end)
        last_end = max(last_end, duty.end)
        if not is_told and last_end - begun.start > longest:
            is_told = True
            yield _found(rule, duty, longest_rest / HOUR_MS, least / HOUR_MS)


def _worked(duties: Iterable[Duty]) -> int:
    """Milliseconds of work; what two shifts have at once is worked once."""
    worked, until = 0, 0
    for start, end in sorted(span for duty in duties for span in duty.work):
        worked += max(0, end - max(start, until))
        until = max(until, end)
    return worked


def _day_hours(rule: DayHours, duties: Sequence[Duty]) -> Iterator[Finding]:
    most = minutes(rule.most) * MINUTE_MS
    for day in working_days(duties, DAY_H * HOUR_MS - most):
        worked = _worked(day)
        if worked > most:
            yield _found(rule, day[0], worked / HOUR_MS, most / HOUR_MS)


def _breaks(rule: Break, duties: Sequence[Duty]) -> Iterator[Finding]:
    after, least = minutes(rule.after) * MINUTE_MS, minutes(rule.least) * MINUTE_MS
    part = minutes(rule.part) * MINUTE_MS
    for duty in duties:
        if duty.work_within(duty.start, duty.end) <= after:
            continue
        lengths = (
            one.ends_at - one.starts_at for one in plan_of((duty.shift,)) if one.kind in _BREAKS
        )
        rested = sum(length for length in lengths if length >= part)
        if rested < least:
            yield _found(rule, duty, rested / HOUR_MS, least / HOUR_MS)


def _week_hours(
    rule: WeekHours, duties: Sequence[Duty], first: date, last: date
) -> Iterator[Finding]:
    most = minutes(rule.most) * MINUTE_MS
    weeks = list(_weeks(duties, first, last))
    count = min(rule.weeks, len(weeks))
    was_over = False
    for at in range(len(weeks) - count + 1 if count else 0):
        chosen = weeks[at : at + count]
        mean = sum(worked for _monday, worked, _first in chosen) / count
        shift = next((duty for _monday, _worked, duty in chosen if duty is not None), None)
        is_new = not was_over or rule.weeks == 1
        was_over = mean > most
        # Means over many weeks differ little from week to week: they are told when they begin.
        if was_over and is_new and shift is not None:
            yield _found(rule, shift, mean / HOUR_MS, most / HOUR_MS, chosen[0][0])


def _weeks(
    duties: Sequence[Duty], first: date, last: date
) -> Iterator[tuple[date, int, Duty | None]]:
    """Every week between two days: its Monday, its work, its first shift.

    A shift is of the week in which it begins, as rosters count.
    """
    of_week: dict[date, list[Duty]] = {}
    for duty in duties:
        of_week.setdefault(_monday(duty.day), []).append(duty)
    monday = _monday(first)
    while monday <= last:
        inside = of_week.get(monday, [])
        yield monday, _worked(inside), next(iter(inside), None)
        monday += timedelta(days=7)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _nights(rule: Nights, duties: Sequence[Duty]) -> Iterator[Finding]:
    nights: Mapping[date, Duty] = {
        night: duty for duty in duties for night in _nights_of(rule, duty)
    }
    running = 0
    for night, duty in sorted(nights.items()):
        running = running + 1 if night - timedelta(days=1) in nights else 1
        if running == rule.most + 1:
            # How many there are in all is told once, at the first that is too many.
            total = running
            while night + timedelta(days=total - running + 1) in nights:
                total += 1
            yield _found(rule, duty, total, rule.most)


def _nights_of(rule: Nights, duty: Duty) -> Iterator[date]:
    """The local days whose night a shift works through."""
    place, least = zone(duty.zone), minutes(rule.hours) * MINUTE_MS
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in (rule.start, rule.end))
    end += 0 if end > start else DAY_H * 60
    for days in (-1, 0, 1):
        day = duty.day + timedelta(days=days)
        begin, stop = reached(day, start, place), reached(day, end, place)
        if least and duty.work_within(begin, stop) >= least:
            yield day
