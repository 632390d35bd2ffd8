"""The calls of a file, row by row: comma, semicolon or tab between its cells, gzip or not."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import BinaryIO, TypeAlias

import msgspec

from data.clean import clean_text
from data.recorded.call_map import CallFileError, CallMap, Columns, line_of

Row: TypeAlias = dict[str, str]
DELIMITERS = (",", ";", "\t", "|")
_GZIP = b"\x1f\x8b"
_HALF_A_DAY_H = 12
_LONGEST_S = 31 * 86_400
"""A wait or a service above this is no time that anybody spent."""
_SECONDS = re.compile(r"\d+([.,]\d+)?")
_CLOCK = re.compile(r"(?:(\d+):)?([0-5]?\d):([0-5]?\d)")
_EPOCH_S = re.compile(r"\d{9,10}(\.\d+)?")


class RowProblem(ValueError):
    """A row that makes no sense: counted, left out, never guessed at.

    Args:
        field: Which field of the map's columns; `row` where the row as a whole is meant.
        value: What stands there.
    """

    def __init__(self, field: str, value: str) -> None:
        super().__init__(field, value)
        self.field = field
        self.value = value


class RecordedCall(msgspec.Struct, frozen=True):
    """One offered call as recorded."""

    id: str
    """Empty where the file has none."""
    queue: str
    """The value in the file."""
    channel: str
    client: str
    entered: datetime
    """Queue entry, or the answer of what never queued; naive: by the wall clock of `zone`."""
    zone: str
    """Empty where neither row nor map says."""
    has_queued: bool
    wait_ms: int
    is_answered: bool
    agent: str
    service_ms: int
    caller: str
    priority: int


def read_rows(
    path: Path,
    mapping: CallMap,
    map_path: Path,
    progress: Callable[[int], None] = lambda _bytes: None,
) -> Iterator[tuple[int, Row | RowProblem]]:
    """Every row with the number of its line; rows that are no rows as problems.

    Args:
        path: The file.
        mapping: What its columns mean.
        map_path: Where that is written, for what is wrong with it.
        progress: Told how many bytes of the file have been read, row by row.

    Raises:
        CallFileError: The file cannot be read, or lacks a column that the map names.
    """
    line = 0
    encoding = _encoding(mapping, map_path)
    try:
        with path.open("rb") as raw, _unpacked(raw) as data:
            text = io.TextIOWrapper(data, encoding=encoding, errors="replace", newline="")
            header = text.readline()
            delimiter = mapping.delimiter or _delimiter(header, mapping)
            names = next(csv.reader([header], delimiter=delimiter), [])
            _check_columns(names, mapping, map_path)
            reader = csv.reader(text, delimiter=delimiter)
            while True:
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    line = reader.line_num + 1
                    yield line, RowProblem("row", str(error))
                    continue
                if cells is None:
                    return
                line = reader.line_num + 1
                progress(raw.tell())
                if cells:
                    yield line, _row(names, cells)
    except (OSError, EOFError, zlib.error) as error:
        raise CallFileError(path, line, "", "readable file") from error


def _encoding(mapping: CallMap, map_path: Path) -> str:
    try:
        name = codecs.lookup(mapping.encoding).name
    except LookupError as error:
        line = line_of(map_path.read_text(encoding="utf-8"), "encoding")
        raise CallFileError(map_path, line, "encoding", "utf-8, cp1252, ...") from error
    return "utf-8-sig" if name == "utf-8" else name


def _unpacked(raw: BinaryIO) -> BinaryIO:
    """The file, or what is packed in it."""
    begins = raw.read(len(_GZIP))
    raw.seek(0)
    return gzip.open(raw) if begins == _GZIP else raw  # type: ignore[return-value]


def _delimiter(header: str, mapping: CallMap) -> str:
    """The one that splits the first line into most of the columns that the map names."""
    wanted = set(_names(mapping.columns).values())

    def found(delimiter: str) -> int:
        return len(wanted.intersection(next(csv.reader([header], delimiter=delimiter), [])))

    return max(DELIMITERS, key=found)


def _names(columns: Columns) -> dict[str, str]:
    """The columns that the map names, by field."""
    fields = ((field, getattr(columns, field)) for field in columns.__struct_fields__)
    return {field: name for field, name in fields if name}


def _check_columns(present: Sequence[str], mapping: CallMap, path: Path) -> None:
    for field, name in _names(mapping.columns).items():
        if name not in present:
            expected = ", ".join(clean_text(column) for column in present)
            key = f"columns.{field}"
            text = path.read_text(encoding="utf-8")
            raise CallFileError(path, line_of(text, key), key, expected)


def _row(names: Sequence[str], cells: Sequence[str]) -> Row | RowProblem:
    """Cells by column; missing ones at the end are empty, too many tell of a stray delimiter."""
    if len(cells) > len(names) and any(cells[len(names) :]):
        return RowProblem("row", cells[len(names)])
    row = dict(zip(names, cells, strict=False))
    row.update(dict.fromkeys(names[len(cells) :], ""))
    return row


def read_call(row: Row, mapping: CallMap) -> RecordedCall | None:
    """A row as a call; None where nothing was offered, or the map says to ignore it.

    Raises:
        RowProblem: It makes no sense.
    """
    columns = mapping.columns
    outcome = row[columns.outcome]
    is_answered = outcome in mapping.outcomes.answered
    has_queued = bool(row[columns.queued])
    if not is_answered:
        if outcome in mapping.outcomes.ignored:
            return None
        if outcome not in mapping.outcomes.abandoned:
            raise RowProblem("outcome", outcome)
        if not has_queued:
            return None
    queue = clean_text(row[columns.queue])
    if not queue:
        raise RowProblem("queue", "")
    known = mapping.of_queue(queue)
    return RecordedCall(
        id=clean_text(_cell(row, columns.id)),
        queue=queue,
        channel=_cell(row, columns.channel) or known.channel.value,
        client=clean_text(_cell(row, columns.client), 64) or known.client,
        entered=_entered(row, mapping),
        zone=_cell(row, columns.zone) or mapping.zone,
        has_queued=has_queued,
        wait_ms=_duration("wait", row[columns.wait]) if has_queued else 0,
        is_answered=is_answered,
        agent=clean_text(_cell(row, columns.agent)) if is_answered else "",
        service_ms=_duration("service", row[columns.service]) if is_answered else 0,
        caller=_cell(row, columns.caller),
        priority=_whole("priority", _cell(row, columns.priority)),
    )


def day_of(row: Row, mapping: CallMap) -> date | None:
    """The local day that a row speaks of, if it makes that much sense."""
    try:
        return _entered(row, mapping).date()
    except RowProblem:
        pass
    try:
        text = _cell(row, mapping.columns.date)
        return _date("date", text, mapping.date_format)
    except RowProblem:
        return None


def _cell(row: Row, column: str) -> str:
    return row[column] if column else ""


def _entered(row: Row, mapping: CallMap) -> datetime:
    """Queue entry; the answer where the call never queued; at worst the arrival."""
    columns = mapping.columns
    for field in ("queued", "answered", "arrived"):
        text = _cell(row, getattr(columns, field)).strip()
        if text:
            break
    else:
        raise RowProblem("queued", "")
    if _EPOCH_S.fullmatch(text):
        return datetime.fromtimestamp(float(text), UTC)
    day, clock = _halves(text)
    if day:
        return datetime.combine(_date(field, day, mapping.date_format), _time(field, clock))
    at = _time(field, clock)
    late = timedelta(days=_is_next_day(row, columns, at))
    return datetime.combine(_date("date", _cell(row, columns.date), mapping.date_format) + late, at)


def _is_next_day(row: Row, columns: Columns, entered: time) -> bool:
    """Whether a call that arrived before midnight entered its queue after it."""
    arrived = _cell(row, columns.arrived)
    if not arrived:
        return False
    # Clocks of one log may differ by a minute, never by half a day.
    return _time("arrived", arrived).hour - entered.hour >= _HALF_A_DAY_H


def _halves(text: str) -> tuple[str, str]:
    """Day and time of day; the day is empty where there is only a time."""
    found = re.fullmatch(r"(\S*\d)[T ]\s*(\d{1,2}:\S+)", text)
    return (found[1], found[2]) if found else ("", text)


def _date(field: str, text: str, how: str) -> date:
    try:
        return datetime.strptime(text.strip(), how).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise RowProblem(field, text) from None


def _time(field: str, text: str) -> time:
    padded = f"0{text}" if text[1:2] == ":" else text
    try:
        return time.fromisoformat(padded.strip())
    except ValueError:
        raise RowProblem(field, text) from None


def _duration(field: str, text: str) -> int:
    """Milliseconds."""
    seconds: Decimal | int
    found = _CLOCK.fullmatch(text.strip())
    if found:
        hours, minutes, rest = (int(part or 0) for part in found.groups())
        seconds = hours * 3600 + minutes * 60 + rest
    elif _SECONDS.fullmatch(text.strip()):
        seconds = Decimal(text.strip().replace(",", "."))
    else:
        raise RowProblem(field, text)
    if seconds > _LONGEST_S:
        raise RowProblem(field, text)
    return round(seconds * 1000)


def _whole(field: str, text: str) -> int:
    try:
        return int(Decimal(text or 0))
    except (InvalidOperation, ValueError, OverflowError):
        raise RowProblem(field, text) from None
