"""A day's roster, fitted to the expected load, and how people really keep to it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from data import contract
from data.model import Ms

MINUTE_MS = 60_000
HALF_HOUR_MS = 30 * MINUTE_MS
_LENGTHS = (16, 12, 10)
_LENGTH_SHARES = (50, 25, 25)
_CORE_HOURS = 1.7
"""Above 1: the middle of the day is staffed better than its load alone would ask for."""
_ABSENT_SHARE = 0.05
_LATE_SHARE = 0.15
_OFF_PHONE = frozenset({"break", "meal", "training", "meeting"})


@dataclass(frozen=True, slots=True)
class Span:
    """A planned stretch of work or of something else."""

    kind: str
    start: Ms
    end: Ms


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    """One agent's day as planned, and as it will turn out."""

    agent: str
    start: Ms
    end: Ms
    spans: tuple[Span, ...]
    absent: bool
    """Does not come, and nobody has said so."""
    late_ms: Ms

    def message(self, zone: str) -> contract.Shift:
        """The plan as the contract has it; what will turn out otherwise is not in it."""
        local = contract.from_ms(self.start).astimezone(ZoneInfo(zone))
        return contract.Shift(
            agent_id=self.agent,
            starts_at=contract.from_ms(self.start),
            ends_at=contract.from_ms(self.end),
            local_start=f"{local:%Y-%m-%dT%H:%M}",
            zone=zone,
            activities=[
                contract.Activity(
                    kind=span.kind,
                    starts_at=contract.from_ms(span.start),
                    ends_at=contract.from_ms(span.end),
                )
                for span in self.spans
            ],
        )


def plan_shifts(
    agents: Sequence[str], shape: Sequence[float], opening: Ms, rng: random.Random
) -> list[ShiftPlan]:
    """One shift for each agent, begun so that heads follow the load.

    Args:
        agents: Ids.
        shape: The share of the day's load in each half hour since opening.
        opening: When the first half hour begins.
        rng: Where chance comes from.
    """
    halves = len(shape)
    lengths = [
        min(length, halves) for length in rng.choices(_LENGTHS, _LENGTH_SHARES, k=len(agents))
    ]
    heads = [0] * halves
    pointed = [share**_CORE_HOURS for share in shape]
    wanted = [share / sum(pointed) * sum(lengths) for share in pointed]
    shifts = []
    for agent, length in zip(agents, lengths, strict=True):
        first = max(
            range(halves - length + 1),
            key=lambda at: sum(
                max(0.0, wanted[half] - heads[half]) for half in range(at, at + length)
            ),
        )
        for half in range(first, first + length):
            heads[half] += 1
        shifts.append(_shift(agent, opening + first * HALF_HOUR_MS, length, rng))
    return shifts


def heads_on_queue(shifts: Sequence[ShiftPlan], opening: Ms, halves: int) -> list[float]:
    """Mean number of agents planned to be on queue in each half hour since opening."""
    heads = [0.0] * halves
    for shift in shifts:
        for span in shift.spans:
            if span.kind in _OFF_PHONE:
                continue
            for half in range(halves):
                start = opening + half * HALF_HOUR_MS
                overlap = min(span.end, start + HALF_HOUR_MS) - max(span.start, start)
                heads[half] += max(0, overlap) / HALF_HOUR_MS
    return heads


def _shift(agent: str, start: Ms, halves: int, rng: random.Random) -> ShiftPlan:
    """Breaks and a meal around the middle, now and then a training."""
    end = start + halves * HALF_HOUR_MS
    offs: list[Span] = []
    if halves >= 8:
        middle = start + (end - start) // 2
        meal = middle + rng.randrange(-4, 5) * 15 * MINUTE_MS
        offs = [
            _off("break", start + rng.randrange(6, 10) * 15 * MINUTE_MS, 15),
            _off("meal", meal, 30),
            _off("break", end - rng.randrange(5, 9) * 15 * MINUTE_MS, 15),
        ]
        if halves == max(_LENGTHS) and rng.random() < 0.12:
            kind = rng.choice(("training", "meeting"))
            offs.append(_off(kind, offs[1].end + 30 * MINUTE_MS, 30))
            offs.sort(key=lambda span: span.start)
    late = rng.random() < _LATE_SHARE
    return ShiftPlan(
        agent=agent,
        start=start,
        end=end,
        spans=tuple(_between(start, end, offs)),
        absent=rng.random() < _ABSENT_SHARE,
        late_ms=round(rng.expovariate(1 / 9)) * MINUTE_MS if late else 0,
    )


def _off(kind: str, start: Ms, minutes: int) -> Span:
    return Span(kind, start, start + minutes * MINUTE_MS)


def _between(start: Ms, end: Ms, offs: Sequence[Span]) -> list[Span]:
    """The stretches of a shift without gap or overlap."""
    spans: list[Span] = []
    at = start
    for off in offs:
        if off.start < at or off.end > end:
            continue
        if off.start > at:
            spans.append(Span("on_queue", at, off.start))
        spans.append(off)
        at = off.end
    if at < end:
        spans.append(Span("on_queue", at, end))
    return spans
