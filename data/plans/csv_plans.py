"""Plans as CSV: a shift a row, its columns found by their headings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from data.plans.drafts import (
    Draft,
    DraftPart,
    DraftTime,
    Fault,
    PlanError,
    Problem,
    Reading,
    clock_time,
    parts_of,
    wall_time,
)
from data.plans.model import KINDS

ACTIVITIES = "activities"
_NEEDED = ("agent", "start", "end")
_DELIMITERS = ",;\t|"


def read_csv(data: bytes) -> Reading:
    """The shifts of a file with the columns agent, start, end, and others if wanted.

    `date` is the day of a start that is a time alone; an `end` that is one is the next such time.
    `zone`, `start_fold` and `end_fold` are of the row. `activities`, or a column named after a
    kind of activity, has spans such as `10:00-10:15`. Other columns are left alone.

    Raises:
        PlanError: It is no text, or lacks a column.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PlanError((Problem(line=line, fault=Fault.UNREADABLE, reason=str(error)),)) from error
    heading, _break, _rest = text.partition("\n")
    delimiter = max(_DELIMITERS, key=heading.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    titles: dict[str, int] = {}
    drafts: list[Draft] = []
    wrong: list[Problem] = []
    line = 1
    try:
        for cells in rows:
            if not titles:
                titles = _titles(cells)
            elif any(cell.strip() for cell in cells):
                drafts.extend(_Row(titles, cells, line).draft(wrong))
            line = rows.line_num + 1
    except csv.Error as error:
        wrong.append(Problem(line=line, fault=Fault.UNREADABLE, reason=str(error)))
    if not titles:
        wrong.append(Problem(line=1, field=_NEEDED[0], fault=Fault.NO_COLUMN))
    return Reading(tuple(drafts), wrong=tuple(wrong))


def _titles(cells: Iterable[str]) -> dict[str, int]:
    titles = {cell.strip().casefold(): place for place, cell in enumerate(cells)}
    missing = [
        Problem(line=1, field=name, fault=Fault.NO_COLUMN) for name in _NEEDED if name not in titles
    ]
    if missing:
        raise PlanError(missing)
    return titles


class _Row:
    """One row, by its headings."""

    def __init__(self, titles: Mapping[str, int], cells: list[str], line: int) -> None:
        self._line = line
        self._cells = {
            title: cells[place].strip() if place < len(cells) else ""
            for title, place in titles.items()
        }

    def draft(self, wrong: list[Problem]) -> list[Draft]:
        """The shift of this row; none where something is wrong with it, which is then told."""
        before = len(wrong)
        start = self._start(wrong)
        end = self._time("end", wrong)
        parts = self._parts(wrong)
        if len(wrong) > before or start is None or end is None:
            return []
        return [
            Draft(
                line=self._line,
                names=(self._cells["agent"],),
                start=start,
                end=end,
                zone=self._cells.get("zone", ""),
                parts=parts,
            )
        ]

    def _wrong(self, field: str, fault: Fault, word: str = "") -> Problem:
        return Problem(line=self._line, field=field, fault=fault, word=word)

    def _start(self, wrong: list[Problem]) -> DraftTime | None:
        start, day = self._time("start", wrong), self._cells.get("date", "")
        if start is None or start.clock is None:
            return start
        try:
            wall = wall_time(f"{day}T{self._cells['start']}")
        except ValueError:
            wrong.append(self._wrong("date", Fault.BAD_TIME if day else Fault.EMPTY, day))
            return None
        return DraftTime(wall=wall, fold=start.fold)

    def _time(self, field: str, wrong: list[Problem]) -> DraftTime | None:
        text, fold = self._cells[field], self._cells.get(f"{field}_fold", "")
        if fold not in {"", "0", "1"}:
            wrong.append(self._wrong(f"{field}_fold", Fault.BAD_FOLD, fold))
        said = int(fold) if fold in {"0", "1"} else None
        if not text:
            wrong.append(self._wrong(field, Fault.EMPTY))
            return None
        try:
            return DraftTime(clock=clock_time(text), fold=said)
        except ValueError:
            pass
        try:
            return DraftTime(wall=wall_time(text), fold=said)
        except ValueError:
            wrong.append(self._wrong(field, Fault.BAD_TIME, text))
            return None

    def _parts(self, wrong: list[Problem]) -> tuple[DraftPart, ...]:
        found: list[DraftPart] = []
        for field in (ACTIVITIES, *KINDS):
            try:
                found += parts_of(
                    self._cells.get(field, ""), KINDS, "" if field == ACTIVITIES else field
                )
            except ValueError as error:
                wrong.append(self._wrong(field, Fault.BAD_ACTIVITY, str(error)))
        return tuple(found)
