"""Complaints as CSV: those of another system read row by row, and those of the floor written."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec

from data.callers import mask_number
from data.clean import clean_text
from data.desk.imports import ImportedComplaint
from data.model import Escalation, Ms
from data.rules.wall_time import at_wall_time
from data.settings import SiteSettings
from data.zones import zone
from screens.text import _
from supervisor_tui.complaints_map import ComplaintMap
from supervisor_tui.instants import instant
from supervisor_tui.spreadsheet import Value, to_csv

MOST_ROWS = 100_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_TYPES = {field.name: field.type for field in msgspec.structs.fields(ImportedComplaint)}
_DEFUSED = ("'=", "'+", "'-", "'@", "'\t", "'\r")


class RowProblem(Exception):
    """A row that cannot be used; nothing of its file is.

    Args:
        line: Where it begins, from 1.
        column: The name of the column, as the file has it.
        expected: What should stand there, worded.
    """

    def __init__(self, line: int, column: str, expected: str) -> None:
        super().__init__(line, column, expected)
        self.line = line
        self.column = column
        self.expected = expected


def read_complaints(
    path: Path, how: ComplaintMap, site: SiteSettings, now: Ms
) -> list[ImportedComplaint]:
    """Every row of a file.

    Args:
        path: The file.
        how: What its columns mean.
        site: Whose complaints they are: its zone, and how its callers are masked.
        now: No complaint was received later.

    Raises:
        RowProblem: The first row that cannot be used, or a heading that is missing.
        OSError: The file cannot be read.
    """
    names = {field: name for field, name in msgspec.structs.asdict(how.columns).items() if name}
    reader = _Reader(how, site, now, names)
    rows: list[ImportedComplaint] = []
    seen: dict[str, int] = {}
    with path.open(encoding=how.format.encoding, newline="") as file:
        table = csv.reader(file, delimiter=how.format.delimiter, strict=True)
        line = 1
        try:
            heading = next(table, [])
            places = _places(heading, names)
            line = table.line_num + 1
            for cells in table:
                if any(cells):
                    row = reader.read(cells, places, line)
                    if row.reference in seen:
                        text = _("a reference that no other row has; line {line} has it too")
                        expected = text.format(line=seen[row.reference])
                        raise RowProblem(line, names["reference"], expected)
                    seen[row.reference] = line
                    rows.append(row)
                if len(rows) > MOST_ROWS:
                    text = _("at most {count} rows in one file")
                    raise RowProblem(line, "", text.format(count=MOST_ROWS))
                line = table.line_num + 1
        except csv.Error as error:
            raise RowProblem(line, "", _("CSV ({reason})").format(reason=error)) from error
        except UnicodeDecodeError as error:
            text = _("text in {encoding}")
            raise RowProblem(line, "", text.format(encoding=how.format.encoding)) from error
    return rows


def _places(heading: list[str], names: Mapping[str, str]) -> dict[str, int]:
    known = {title.strip(): place for place, title in enumerate(heading)}
    for name in names.values():
        if name not in known:
            raise RowProblem(1, name, _("a column of this name"))
    return {field: known[name] for field, name in names.items()}


class _Reader:
    """Reads the cells of one file."""

    def __init__(
        self, how: ComplaintMap, site: SiteSettings, now: Ms, names: Mapping[str, str]
    ) -> None:
        self._how = how
        self._site = site
        self._now = now
        self._names = names
        self._zone = zone(how.format.zone or site.zone)
        self._special: dict[str, Callable[[str], Any]] = {
            "received_at": self._instant,
            "tier": int,
            "vulnerable": _truth,
        }

    def read(self, cells: list[str], places: Mapping[str, int], line: int) -> ImportedComplaint:
        """One row."""
        values: dict[str, Any] = {}
        for field, place in places.items():
            text = _undefused(cells[place]).strip() if place < len(cells) else ""
            text = self._how.values.get(field, {}).get(text, text)
            if not text:
                continue
            if field == "caller":
                values["caller_masked"] = mask_number(text, self._site.mask)
            else:
                values[field] = self._value(field, text, line)
        for field in ("reference", "received_at", "summary"):
            if field not in values:
                raise RowProblem(line, self._names[field], _("something: it is empty"))
        return ImportedComplaint(**values)

    def _value(self, field: str, text: str, line: int) -> Any:
        make = self._special.get(field, _cleaned)
        try:
            return msgspec.convert(make(text), _TYPES[field])
        except (ValueError, OverflowError) as error:
            raise RowProblem(line, self._names[field], self._expected(field)) from error

    def _instant(self, text: str) -> Ms:
        form = self._how.format.time
        when = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007 - its zone is looked at below
        local = when.tzinfo is None
        at = at_wall_time(when, self._zone) if local else (when - _EPOCH) // _MILLISECOND
        if at > self._now:
            raise ValueError(text)
        return at

    def _expected(self, field: str) -> str:
        if field == "received_at":
            example = self._how.format.time or "2026-04-02T16:00"
            text = _("a time that is not later than now, as in {example}")
            return text.format(example=example)
        if field == "vulnerable":
            return _("one of {words}").format(words="yes, no, true, false, 1, 0")
        if field == "tier":
            return _("a whole number from {least} to {most}").format(least=1, most=4)
        words = [word for word in _words(_TYPES[field]) if isinstance(word, str)]
        if words:
            return _("one of {words}").format(words=", ".join(words))
        return _("a shorter text")


def _words(kind: Any) -> Iterator[Any]:
    """The values of a Literal, also of one in a union."""
    for each in get_args(kind):
        yield from _words(each) if get_args(each) else (each,)


def _cleaned(text: str) -> str:
    return clean_text(text, len(text))


def _truth(text: str) -> bool:
    known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if text.casefold() not in known:
        raise ValueError(text)
    return known[text.casefold()]


def _undefused(cell: str) -> str:
    """A cell as it was before an export kept spreadsheets from running it."""
    return cell[1:] if cell.startswith(_DEFUSED) else cell


def export_csv(complaints: Iterable[Escalation]) -> str:
    """Complaints as CSV that no spreadsheet runs anything of; times are UTC."""
    titles = (
        *("site", "source", "id", "reference", "kind", "status", "severity", "tier"),
        *("received_at", "owner", "queue", "agent", "channel", "summary", "remedy_sought"),
        *("vulnerable", "caller", "outcome", "resolution", "referred_to"),
        *("next_clock", "next_due_at", "events"),
    )
    return to_csv(titles, map(_cells, complaints))


def _cells(one: Escalation) -> list[Value]:
    running = [clock for clock in one.clocks if clock.met_at is None]
    first = min(running, key=lambda clock: clock.due_at, default=None)
    return [
        *(one.site, one.source, one.id, one.reference, one.kind, one.status, one.severity),
        *(one.tier, instant(one.received_at), one.owner.name if one.owner else ""),
        *(one.queue, one.agent, one.channel.value, one.summary, one.remedy_sought),
        *("yes" if one.vulnerable else "no", one.caller_masked, one.outcome, one.resolution),
        one.referred_to,
        first.name if first else "",
        instant(first.due_at) if first else None,
        len(one.events),
    ]
