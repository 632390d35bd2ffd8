"""Recorded calls: a file of any centre, read through its map."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path

from data.clean import clean_text
from data.sandbox.replay_map import Columns, ReplayError, ReplayMap, line_of

Row = dict[str, str]
_HALF_A_DAY_H = 12


@dataclass(frozen=True, slots=True)
class Recorded:
    """One call as recorded."""

    id: str
    queue: str
    channel: str
    client: str
    entered: time
    """Local time of queue entry, or of the answer where it never queued."""
    wait_s: int
    is_answered: bool
    agent: str
    service_s: int
    caller: str
    priority: int


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """The calls of one day in the file's order, and what was left out."""

    day: str
    calls: tuple[Recorded, ...]
    rubbish: int
    """Rows of that day that make no sense: counted, left out, never guessed at."""


def read_day(path: Path, mapping: ReplayMap, map_path: Path) -> RecordedDay:
    """The calls of the day that the map names, or of the busiest one.

    Raises:
        ReplayError: The file cannot be read, lacks a column that the map names, or has no call
            on that day.
    """
    rows = list(_rows(path, mapping, map_path))
    day = mapping.day or _busiest(rows, mapping)
    calls: list[Recorded] = []
    seen: set[str] = set()
    rubbish = 0
    for number, row in rows:
        try:
            if not _counts(row, mapping) or _day(row, mapping) != day:
                continue
            call = _call(row, number, mapping)
        except ValueError:
            rubbish += row[mapping.columns.date] == day
            continue
        if call.id in seen:
            call = replace(call, id=f"{call.id}.{number}")
        seen.add(call.id)
        calls.append(call)
    if not calls:
        raise ReplayError(path, 0, "day", day or "YYYY-MM-DD")
    return RecordedDay(day, tuple(calls), rubbish)


def _rows(path: Path, mapping: ReplayMap, map_path: Path) -> Iterator[tuple[int, Row]]:
    """Every row with its line number."""
    try:
        with path.open(encoding="utf-8", newline="", errors="replace") as file:
            reader = csv.DictReader(file, restval="")
            _check_columns(reader.fieldnames or [], mapping, map_path)
            for row in reader:
                yield reader.line_num, row
    except OSError as error:
        raise ReplayError(path, 0, "", "readable file") from error
    except csv.Error as error:
        raise ReplayError(path, reader.line_num, "", "CSV") from error


def _check_columns(present: Sequence[str], mapping: ReplayMap, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for field in mapping.columns.__struct_fields__:
        name = getattr(mapping.columns, field)
        if name and name not in present:
            expected = ", ".join(clean_text(column) for column in present)
            key = f"columns.{field}"
            raise ReplayError(path, line_of(text, key), key, expected)


def _busiest(rows: list[tuple[int, Row]], mapping: ReplayMap) -> str:
    counts = Counter(row[mapping.columns.date] for _, row in rows if _counts(row, mapping))
    counts.pop("", None)
    return min(counts, key=lambda day: (-counts[day], day), default="")


def _counts(row: Row, mapping: ReplayMap) -> bool:
    """Whether a row is to be replayed, if it makes sense: not ignored, and really offered."""
    outcome = row[mapping.columns.outcome]
    if outcome in mapping.outcomes.abandoned:
        return bool(row[mapping.columns.queued])
    return outcome not in mapping.outcomes.ignored


def _entered(row: Row, columns: Columns) -> time:
    """Local time of queue entry; of the answer where the call never queued; at worst of arrival."""
    known = row[columns.queued] or _cell(row, columns.answered) or _cell(row, columns.arrived)
    return time.fromisoformat(known)


def _day(row: Row, mapping: ReplayMap) -> str:
    """The local day in which a call entered its queue; it may have arrived before midnight.

    Raises:
        ValueError: The row does not say.
    """
    columns = mapping.columns
    day = date.fromisoformat(row[columns.date])
    arrived = _cell(row, columns.arrived)
    if arrived:
        entered = _entered(row, columns)
        # Clocks of one log may differ by a minute, never by half a day.
        late = time.fromisoformat(arrived).hour - entered.hour >= _HALF_A_DAY_H
        day += timedelta(days=late)
    return day.isoformat()


def _call(row: Row, number: int, mapping: ReplayMap) -> Recorded:
    """A row as a call.

    Raises:
        ValueError: It makes no sense.
    """
    columns = mapping.columns
    outcome = row[columns.outcome]
    is_answered = outcome in mapping.outcomes.answered
    if not is_answered and outcome not in mapping.outcomes.abandoned:
        raise ValueError(outcome)
    queued = row[columns.queued]
    queue = clean_text(row[columns.queue])
    names = mapping.queue.get(queue)
    return Recorded(
        id=clean_text(_cell(row, columns.id)) or f"row-{number}",
        queue=queue or _fail("queue"),
        channel=_cell(row, columns.channel) or (names.channel.value if names else "voice"),
        client=clean_text(_cell(row, columns.client), 64) or (names.client if names else ""),
        entered=_entered(row, columns),
        wait_s=_seconds(row[columns.wait]) if queued else 0,
        is_answered=is_answered,
        agent=clean_text(_cell(row, columns.agent)) if is_answered else "",
        service_s=_seconds(row[columns.service]) if is_answered else 0,
        caller=_cell(row, columns.caller),
        priority=int(_cell(row, columns.priority) or 0),
    )


def _cell(row: Row, column: str) -> str:
    return row[column] if column else ""


def _seconds(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError(text)
    return value


def _fail(what: str) -> str:
    raise ValueError(what)
