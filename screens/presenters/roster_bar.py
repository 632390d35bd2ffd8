"""The day of somebody as a bar of letters: left of now what happened, right of it the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec

from data.cache.history_model import Segment
from data.model import AgentState, Ms, Shift
from data.rules.adherence import WORK, WORKING
from data.rules.shift_plan import plan_of
from data.zones import local

MINUTE_MS = 60_000
NOW_SIGN = "|"
ON_QUEUE, BREAK, MEAL, TRAINING, OTHER, ABSENT, NOT_KNOWN, NOTHING = "=bmtox. "
_STEPS = (5, 10, 15, 30, 60)
"""Minutes of a cell: the least with which the bar spans what one wants to see."""
_SPAN_MINUTES = 6 * 60
_PAST_SHARE = 0.4
_ACTIVITIES = {
    "break": BREAK,
    "meal": MEAL,
    "training": TRAINING,
    "absence": ABSENT,
    "time_off": ABSENT,
}
_REASONS = {"brk": BREAK, "pause": BREAK, "rest": BREAK, "lunch": MEAL} | {
    name: _ACTIVITIES[name] for name in ("break", "meal", "training")
}
_Stretch: TypeAlias = tuple[str, Ms, Ms]
"""A letter, and from when to when it holds."""


class BarScale(msgspec.Struct, frozen=True):
    """How a bar of so many cells is divided; it moves on by whole cells."""

    start: Ms
    step: Ms
    past: int
    """Cells before the sign of now, the running one included."""
    future: int

    @classmethod
    def of(cls, cells: int, now: Ms) -> BarScale:
        """The scale of a bar at an instant.

        Args:
            cells: Cells of the bar with the sign of now; 3 at least.
            now: The present on the server's clock.
        """
        free = max(2, cells - len(NOW_SIGN))
        minutes = next((one for one in _STEPS if one * free >= _SPAN_MINUTES), _STEPS[-1])
        step = minutes * MINUTE_MS
        past = max(1, round(free * _PAST_SHARE))
        return cls(now - now % step - (past - 1) * step, step, past, free - past)

    @property
    def cells(self) -> int:
        """Cells of the whole bar."""
        return self.past + len(NOW_SIGN) + self.future

    @property
    def middle(self) -> Ms:
        """Where what happened ends and the plan begins."""
        return self.start + self.past * self.step

    def hours(self, zone: str) -> str:
        """The title over a bar: each full hour of the clock where its cell begins."""
        text, free_from = "", 0
        for cell in range(self.past + self.future):
            at = cell + (len(NOW_SIGN) if cell >= self.past else 0)
            if cell == self.past and len(text) <= at:
                text = text.ljust(at - 1) + NOW_SIGN
            there = local(self.start + cell * self.step, zone)
            if there.minute * MINUTE_MS < self.step and at >= free_from and len(text) <= at:
                text = text.ljust(at) + f"{there:%H}"
                free_from = at + 3
        return text[: self.cells]

    def draw(self, shift: Shift, segments: Sequence[Segment], now: Ms) -> str:
        """A bar.

        Args:
            shift: The plan.
            segments: What happened, in order; what is not known of the shift is points.
            now: The present: what lasts, lasts until then.
        """
        plan = plan_of((shift,))
        letters = [(_letter(one.kind), one.starts_at, one.ends_at) for one in plan]
        happened = [
            (_state_letter(one), one.start, now if one.end is None else one.end) for one in segments
        ]
        unknown = _gaps(happened, shift.starts_at, min(now, shift.ends_at))
        past = self._cells([*_within(happened, shift), *unknown], self.start, self.past)
        return past + NOW_SIGN + self._cells(letters, self.middle, self.future)

    def _cells(self, stretches: Iterable[_Stretch], start: Ms, count: int) -> str:
        """For each cell the letter of which it holds most."""
        shares: list[dict[str, int]] = [{} for _cell in range(count)]
        for letter, begins, ends in stretches:
            first = max(0, (begins - start) // self.step)
            last = min(count - 1, (ends - 1 - start) // self.step)
            for cell in range(first, last + 1):
                at = start + cell * self.step
                shared = min(ends, at + self.step) - max(begins, at)
                if shared > 0:
                    shares[cell][letter] = shares[cell].get(letter, 0) + shared
        return "".join(max(of, key=of.__getitem__) if of else NOTHING for of in shares)


def _within(happened: Iterable[_Stretch], shift: Shift) -> list[_Stretch]:
    """What happened; to be away is nothing to speak of outside the shift."""
    return [
        (letter, max(begins, shift.starts_at), min(ends, shift.ends_at))
        if letter == ABSENT
        else (letter, begins, ends)
        for letter, begins, ends in happened
    ]


def _gaps(happened: Iterable[_Stretch], start: Ms, end: Ms) -> list[_Stretch]:
    """The stretches of a shift of which nothing is known."""
    gaps = []
    for _letter_of, begins, ends in happened:
        if begins > start:
            gaps.append((NOT_KNOWN, start, min(begins, end)))
        start = max(start, ends)
    return [gap for gap in (*gaps, (NOT_KNOWN, start, end)) if gap[2] > gap[1]]


def _letter(activity: str) -> str:
    return ON_QUEUE if activity in WORK else _ACTIVITIES.get(activity, OTHER)


def _state_letter(segment: Segment) -> str:
    if segment.state in WORKING:
        return ON_QUEUE
    if segment.state is AgentState.NOT_READY:
        return _REASONS.get(segment.reason.casefold(), OTHER)
    return NOT_KNOWN if segment.state is AgentState.UNKNOWN else ABSENT
