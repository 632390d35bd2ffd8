"""The day of recorded calls that a sandbox replays."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from data.recorded.call_map import CallFileError, CallMap
from data.recorded.call_rows import RecordedCall, RowProblem, day_of, read_call, read_rows


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """The calls of one day in the file's order, and what was left out."""

    day: str
    calls: tuple[RecordedCall, ...]
    """Each with an id of its own."""
    rubbish: int
    """Rows of that day that make no sense: counted, left out, never guessed at."""


def read_day(path: Path, mapping: CallMap, map_path: Path) -> RecordedDay:
    """The calls of the day that the map names, or of the busiest one.

    Raises:
        CallFileError: The file cannot be read, lacks a column that the map names, or has no call
            on that day.
    """
    calls: dict[date, list[tuple[int, RecordedCall]]] = {}
    rubbish: Counter[date | None] = Counter()
    for line, row in read_rows(path, mapping, map_path):
        if isinstance(row, RowProblem):
            rubbish[None] += 1
            continue
        try:
            call = read_call(row, mapping)
        except RowProblem:
            rubbish[day_of(row, mapping)] += 1
            continue
        if call is not None:
            calls.setdefault(call.entered.date(), []).append((line, call))
    if mapping.day:
        day = date.fromisoformat(mapping.day)
    else:
        day = min(calls, key=lambda each: (-len(calls[each]), each), default=date.min)
    if day not in calls:
        raise CallFileError(path, 0, "day", mapping.day or "YYYY-MM-DD")
    return RecordedDay(day.isoformat(), _told_apart(calls[day]), rubbish[day])


def _told_apart(calls: list[tuple[int, RecordedCall]]) -> tuple[RecordedCall, ...]:
    """The calls, each with an id of its own."""
    seen: set[str] = set()
    apart = []
    for line, call in calls:
        name = call.id or f"row-{line}"
        if name in seen:
            name = f"{name}.{line}"
        seen.add(name)
        apart.append(msgspec.structs.replace(call, id=name))
    return tuple(apart)
