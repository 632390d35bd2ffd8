"""An agent's whole day as bars of one letter a cell: what they did, what was planned, what was off.

The letter says everything; nothing depends on colour. A cell shows what took most of its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from data.figures.agent_day import AgentPast, OffPlan, within
from data.model import Activity, AgentState, Ms
from data.rules.adherence import meant_activity
from data.zones import local
from screens.cells import cell_width, pad
from screens.text import C_, _

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
_STEPS = (1, 2, 3, 5, 6, 10, 15, 20, 30, 60)
"""Minutes of a cell, the least with which the day fits the width."""
NOW_SIGN = "│"
OFF_SIGN = "!"
_FREE = " "
_GAP = "  "
_STATES = {
    AgentState.READY: "=",
    AgentState.RINGING: "█",
    AgentState.BUSY: "█",
    AgentState.ON_HOLD: "█",
    AgentState.WORKING_AFTER_CONTACT: "w",
    AgentState.NOT_READY: "n",
    AgentState.UNREACHABLE: "u",
    AgentState.UNKNOWN: "?",
    AgentState.LOGGED_OFF: "·",
}
_ACTIVITIES = {
    "on_queue": "=",
    "overtime": "=",
    "break": "b",
    "meal": "m",
    "training": "t",
    "meeting": "g",
    "coaching": "c",
    "absence": "x",
    "time_off": "x",
    "other": "o",
}
_LEGEND = {
    "█": C_("day bar", "in contact"),
    "=": C_("day bar", "ready, or on queue"),
    "w": C_("day bar", "after contact"),
    "b": C_("day bar", "break"),
    "m": C_("day bar", "meal"),
    "t": C_("day bar", "training"),
    "g": C_("day bar", "meeting"),
    "c": C_("day bar", "coaching"),
    "n": C_("day bar", "not ready"),
    "u": C_("day bar", "unreachable"),
    "?": C_("day bar", "unknown"),
    "·": C_("day bar", "logged off"),
    "x": C_("day bar", "absence"),
    "o": C_("day bar", "other"),
    OFF_SIGN: C_("day bar", "not as planned"),
}
"""In this order; only what occurs is explained."""


class Stretch(msgspec.Struct, frozen=True):
    """A letter, and from when to when it holds."""

    letter: str
    start: Ms
    end: Ms


class DayBars(msgspec.Struct, frozen=True):
    """The bars of a day, one below the other, and what their letters mean."""

    lines: tuple[str, ...]
    legend: str


class DayScale(msgspec.Struct, frozen=True):
    """How a day is divided into cells."""

    start: Ms
    step: Ms
    cells: int

    @classmethod
    def of(cls, start: Ms, end: Ms, cells: int) -> DayScale:
        """The finest scale on which a span of time fits a number of cells."""
        fits = (one * MINUTE_MS for one in _STEPS if cls._needed(start, end, one) <= cells)
        step = next(fits, _STEPS[-1] * MINUTE_MS)
        begins = start - start % step
        return cls(begins, step, max(1, min(cells, -(-(end - begins) // step))))

    @staticmethod
    def _needed(start: Ms, end: Ms, minutes: int) -> int:
        step = minutes * MINUTE_MS
        return -(-(end - (start - start % step)) // step)

    def cell(self, at: Ms) -> int:
        """The cell that an instant lies in; it may be outside."""
        return (at - self.start) // self.step

    def draw(self, stretches: Iterable[Stretch]) -> str:
        """One letter a cell, of what took most of its time; of several alike the first."""
        shares: list[dict[str, int]] = [{} for _ in range(self.cells)]
        for one in stretches:
            first, last = max(0, self.cell(one.start)), min(self.cells - 1, self.cell(one.end - 1))
            for at in range(first, last + 1):
                begins = self.start + at * self.step
                shared = min(one.end, begins + self.step) - max(one.start, begins)
                shares[at][one.letter] = shares[at].get(one.letter, 0) + shared
        return "".join(max(cell, key=cell.__getitem__) if cell else _FREE for cell in shares)

    def hours(self, zone: str) -> str:
        """The full hours of a zone's clock above their cells, as many as have room."""
        line = [_FREE] * self.cells
        free_from = 0
        for at in range(self.cells):
            begins = self.start + at * self.step
            until_hour = -(begins + _offset(begins, zone)) % HOUR_MS
            if until_hour >= self.step or at < free_from or at + 2 > self.cells:
                continue
            line[at : at + 2] = f"{local(begins + until_hour, zone):%H}"
            free_from = at + 3
        return "".join(line)


def day_bars(
    plan: Sequence[Activity],
    past: AgentPast,
    off: Iterable[OffPlan],
    now: Ms,
    zone: str,
    cells: int,
) -> DayBars | None:
    """The hours, what was done, what was planned, and what was not as planned.

    Args:
        plan: The activities of the day, in order.
        past: What history has of it.
        off: What was not as planned.
        now: The present instant; a sign marks its cell in the line of what was done.
        zone: Whose clock the hours are of.
        cells: Room for the bars and their titles.

    Returns:
        None where nothing was done or planned.
    """
    span = _span(plan, past, now)
    if span is None:
        return None
    titles = (_("did"), _("plan"), _("off")) if plan else (_("did"),)
    room = max(cell_width(title) for title in titles)
    scale = DayScale.of(*span, max(1, cells - room - len(_GAP)))
    did = scale.draw(
        Stretch(_state_letter(segment.state, segment.reason), begins, until)
        for begins, until, segment in within(past.segments, past.start, now)
    )
    planned = scale.draw(
        Stretch(_ACTIVITIES.get(piece.kind, "o"), piece.starts_at, piece.ends_at) for piece in plan
    )
    missed = scale.draw(Stretch(OFF_SIGN, one.start, one.end) for one in off)
    after = scale.cell(now) + 1
    if 0 < after < scale.cells:
        did = did[:after] + NOW_SIGN + did[after + 1 :]
    lines = zip(titles, (did, planned, missed), strict=False)
    return DayBars(
        (
            f"{pad('', room)}{_GAP}{scale.hours(zone)}".rstrip(),
            *(f"{pad(title, room)}{_GAP}{line}".rstrip() for title, line in lines),
        ),
        legend(did + planned + missed),
    )


def legend(drawn: str) -> str:
    """What the letters that occur mean."""
    return "  ".join(f"{letter} {word}" for letter, word in _LEGEND.items() if letter in drawn)


def _span(plan: Sequence[Activity], past: AgentPast, now: Ms) -> tuple[Ms, Ms] | None:
    """From the first that was done or planned today to the last, or to now."""
    there = [
        (begins, until)
        for begins, until, segment in within(past.segments, past.start, now)
        if segment.state is not AgentState.LOGGED_OFF
    ]
    today = [
        (max(piece.starts_at, past.start), piece.ends_at)
        for piece in plan
        if past.start < piece.ends_at and piece.starts_at < past.start + 24 * HOUR_MS
    ]
    found = [*there, *today]
    if not found:
        return None
    return min(begins for begins, _until in found), max(until for _begins, until in found)


def _state_letter(state: AgentState, reason: str) -> str:
    if state is AgentState.NOT_READY:
        return _ACTIVITIES.get(meant_activity(reason), _STATES[state])
    return _STATES[state]


def _offset(at: Ms, zone: str) -> int:
    """How far a zone's clock is ahead of UTC, ms."""
    ahead = local(at, zone).utcoffset()
    return 0 if ahead is None else round(ahead.total_seconds() * 1000)
