"""Days on which a pattern does not hold: absence, swap, overtime, a break at another time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Protocol

import msgspec

from data.plans.drafts import Draft, DraftPart, DraftTime, Fault, clock_time

_DAY_MIN = 24 * 60
_FIELDS = ("agents", "start", "end", "zone", "activities")


class Unfit(Exception):
    """An exception that does not fit the plan.

    Args:
        key: Of the exception, the one that does not.
        fault: Why.
        word: What stands there, or whom it is about.
        day: The day that is meant.
    """

    def __init__(self, key: str, fault: Fault, word: str, day: str = "") -> None:
        super().__init__(key, fault, word)
        self.key, self.fault, self.word, self.day = key, fault, word, day


class Change(Protocol):
    """One exception, as it is written."""

    @property
    def agent(self) -> str:
        """Whose day it is."""
        ...

    @property
    def day(self) -> date:
        """The local day on which the shift begins."""
        ...

    @property
    def kind(self) -> str:
        """What it is."""
        ...

    @property
    def start(self) -> str:
        """From when; empty: from the beginning of the shift."""
        ...

    @property
    def to(self) -> str:
        """Until when; empty: until its end."""
        ...

    @property
    def with_agent(self) -> str:
        """With whom a shift is swapped."""
        ...

    @property
    def with_day(self) -> date | None:
        """On which day the other works."""
        ...

    @property
    def note(self) -> str:
        """Why."""
        ...


class Planner:
    """The shifts of a file of patterns, by agent and day.

    Args:
        resolve: From what the file calls an agent to their id, so that both names are one person.
    """

    def __init__(self, resolve: Callable[[str], str]) -> None:
        self._resolve = resolve
        self._days: dict[tuple[str, date], list[Draft]] = {}

    def drafts(self) -> Iterator[Draft]:
        """All shifts."""
        for drafts in self._days.values():
            yield from drafts

    def add(self, line: int, agent: str, day: date, kind: Draft) -> None:
        """Plan a shift of a kind for a day."""
        draft = msgspec.structs.replace(
            kind, line=line, names=(agent,), start=_on(day, kind.start), fields=_FIELDS
        )
        self._of(agent, day).append(draft)

    def absent(self, line: int, change: Change) -> None:
        """Somebody does not come, or is away for part of the shift; the shift stays on record."""
        drafts = self._planned(change.agent, change.day, "agent")
        self._days[self._key(change.agent, change.day)] = [
            self._without(draft, line, change) for draft in drafts
        ]

    def _without(self, draft: Draft, line: int, change: Change) -> Draft:
        start = _clock("from", change.start) or _clock_of(draft.start)
        end = _clock("to", change.to) or _clock_of(draft.end)
        part = DraftPart(change.kind, DraftTime(clock=start), DraftTime(clock=end), change.note)
        whole = not change.start and not change.to
        # Whoever is away has no break in that time; what is left of others stays as it is.
        others = () if whole else tuple(_outside(draft, start, end))
        return msgspec.structs.replace(draft, line=line, parts=(*others, part))

    def swap(self, line: int, change: Change) -> None:
        """Two agents take each other's shifts, or one takes the other's."""
        if not change.with_agent:
            raise Unfit("with", Fault.EMPTY, "")
        own, other_day = self._key(change.agent, change.day), change.with_day or change.day
        other = self._key(change.with_agent, other_day)
        mine = self._planned(change.agent, change.day, "agent")
        theirs = self._days.get(other, [])
        if change.with_day is not None and not theirs:
            raise Unfit("with_day", Fault.NOTHING_THERE, change.with_agent, other_day.isoformat())
        self._days[own], self._days[other] = [], []
        for agent, day, drafts in (
            (change.with_agent, change.day, mine),
            (change.agent, other_day, theirs),
        ):
            self._of(agent, day).extend(
                msgspec.structs.replace(draft, line=line, names=(agent,)) for draft in drafts
            )

    def overtime(self, line: int, change: Change, zone: str) -> None:
        """A shift is longer, at its end or its beginning, or there is one more."""
        start, end = _clock("from", change.start), _clock("to", change.to)
        if start is None or end is None:
            raise Unfit("from" if start is None else "to", Fault.EMPTY, "")
        part = DraftPart("overtime", DraftTime(clock=start), DraftTime(clock=end), change.note)
        drafts = self._of(change.agent, change.day)
        for at, draft in enumerate(drafts):
            if _clock_of(draft.end) == start:
                drafts[at] = msgspec.structs.replace(
                    draft, line=line, end=DraftTime(clock=end), parts=(*draft.parts, part)
                )
                return
            if _clock_of(draft.start) == end:
                begins = _before(draft.start, start)
                drafts[at] = msgspec.structs.replace(
                    draft, line=line, start=begins, parts=(*draft.parts, part)
                )
                return
        drafts.append(
            Draft(
                line=line,
                names=(change.agent,),
                start=DraftTime(wall=datetime.combine(change.day, start)),
                end=DraftTime(clock=end),
                zone=zone,
                parts=(part,),
                fields=_FIELDS,
            )
        )

    def move(self, line: int, change: Change) -> None:
        """What begins at a time of day begins at another one, and is as long as it was."""
        start, to = _clock("from", change.start), _clock("to", change.to)
        if start is None or to is None:
            raise Unfit("from" if start is None else "to", Fault.EMPTY, "")
        for draft in (drafts := self._planned(change.agent, change.day, "agent")):
            for part in draft.parts:
                if part.start.clock == start:
                    moved = msgspec.structs.replace(
                        part,
                        start=DraftTime(clock=to),
                        end=DraftTime(clock=_later(to, _length(part))),
                        note=change.note,
                    )
                    parts = tuple(moved if one is part else one for one in draft.parts)
                    drafts[drafts.index(draft)] = msgspec.structs.replace(
                        draft, line=line, parts=parts
                    )
                    return
        raise Unfit("from", Fault.NOTHING_THERE, change.agent, change.day.isoformat())

    def _key(self, agent: str, day: date) -> tuple[str, date]:
        return self._resolve(agent), day

    def _of(self, agent: str, day: date) -> list[Draft]:
        return self._days.setdefault(self._key(agent, day), [])

    def _planned(self, agent: str, day: date, key: str) -> list[Draft]:
        drafts = self._days.get(self._key(agent, day))
        if not drafts:
            raise Unfit(key, Fault.NOTHING_THERE, agent, day.isoformat())
        return drafts


def _on(day: date, at: DraftTime) -> DraftTime:
    return DraftTime(wall=datetime.combine(day, _clock_of(at)))


def _clock_of(at: DraftTime) -> time:
    if at.wall is not None:
        return at.wall.time()
    assert at.clock is not None  # noqa: S101 - a draft's time is the one or the other
    return at.clock


def _clock(key: str, text: str) -> time | None:
    if not text:
        return None
    try:
        return clock_time(text)
    except ValueError as error:
        raise Unfit(key, Fault.BAD_TIME, text) from error


def _before(at: DraftTime, earlier: time) -> DraftTime:
    """The last such time of day before a beginning."""
    wall = at.wall
    assert wall is not None  # noqa: S101 - a planned shift has its day
    days = 0 if earlier < wall.time() else 1
    return DraftTime(wall=datetime.combine(wall.date() - timedelta(days=days), earlier))


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _length(part: DraftPart) -> int:
    """Minutes on the wall clock."""
    return (_minutes(_clock_of(part.end)) - _minutes(_clock_of(part.start))) % _DAY_MIN


def _later(at: time, minutes: int) -> time:
    whole = (_minutes(at) + minutes) % _DAY_MIN
    return time(whole // 60, whole % 60)


def _outside(draft: Draft, start: time, end: time) -> Iterator[DraftPart]:
    """The parts of a shift that are wholly before or after a stretch of it."""
    begins = _minutes(_clock_of(draft.start))
    first = (_minutes(start) - begins) % _DAY_MIN
    last = first + (_minutes(end) - _minutes(start)) % _DAY_MIN
    for part in draft.parts:
        at = (_minutes(_clock_of(part.start)) - begins) % _DAY_MIN
        if at + _length(part) <= first or at >= last:
            yield part
