"""A report as a table: the same for the command and the pane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from data.figures.queues import Group
from data.figures.report import By, Line, Report
from data.rules.service_level import Formula
from data.status import SiteInfo
from screens.glyphs import bars
from screens.presenters.report_fields import Field, fields_of, has_curve, report_columns
from screens.presenters.report_words import line_name, total_name
from screens.presenters.rows import RowView
from screens.presenters.sites import SiteColumn
from screens.presenters.table import (
    DEFAULT_VIEW,
    Entry,
    SortKey,
    TableView,
    ViewState,
    arrange,
    fit_numbers,
    make_row,
)
from screens.text import _
from screens.tones import Tone


def present_report(
    report: Report,
    view: ViewState = DEFAULT_VIEW,
    sites: Sequence[SiteInfo] = (),
    site: str | None = None,
) -> TableView:
    """The lines of a report and its totals.

    Args:
        report: The report.
        view: How somebody looks at the table.
        sites: All sites of the floor.
        site: The site that was asked for; None for all.
    """
    column = SiteColumn.of(sites, site)
    is_placed = column.is_shown and report.by in {By.QUEUE, By.AGENT}
    column = column if is_placed else SiteColumn.of((), site)
    columns = column.columns(report_columns(report.by, has_cost=bool(report.currency)), rank=1)
    entries = [_entry(line, report, column, (float(at),)) for at, line in enumerate(report.lines)]
    kept = arrange(entries, columns, view)
    rows = tuple([entry.row for entry in kept])
    totals = () if view.filter else tuple(_totals(report, column))
    return TableView(
        fit_numbers(columns, (*rows, *totals)), (*rows, *totals), len(kept), len(entries)
    )


def _fields(report: Report) -> tuple[Field, ...]:
    return fields_of(report.by, has_cost=bool(report.currency))


def _entry(line: Line, report: Report, column: SiteColumn, order: tuple[float, ...]) -> Entry:
    name, site = line_name(line, report.by), column.name(line.site)
    fields = _fields(report)
    values = [field.value(line, report.formula) for field in fields]
    keys: list[SortKey] = [name, *values, *([None] if has_curve(report.by) else [])]
    row = _row(line.key, name, line, report, column)
    return Entry(row, order, column.insert(keys, site))


def _row(
    key: str, name: str, line: Line, report: Report, column: SiteColumn, *, is_static: bool = False
) -> RowView:
    fields = _fields(report)
    cells = [name, *(field.form(field.value(line, report.formula)) for field in fields)]
    tones = [Tone.NORMAL, *(_tone(field.id, line, report.formula) for field in fields)]
    if has_curve(report.by):
        cells.append(bars(line.curve))
        tones.append(Tone.NORMAL)
    return make_row(
        key,
        column.insert(cells, column.name(line.site) if line.site else ""),
        column.insert(tones, Tone.NORMAL),
        is_old=False,
        is_static=is_static,
    )


def _tone(field: str, line: Line, formula: Formula) -> Tone:
    """A service level below its target is worth a look."""
    level = line.level(formula)
    if field != "level" or level is None or line.target_percent is None:
        return Tone.NORMAL
    return Tone.LOOK if level < line.target_percent else Tone.NORMAL


def _totals(report: Report, column: SiteColumn) -> Iterator[RowView]:
    if report.by in {By.AGENT, By.TEAM}:
        totals: tuple[Line, ...] = (
            Line(key="all", work=report.work, work_before=report.work_before),
        )
    else:
        # A group of one line is that line once more; the first total is always looked for.
        lines = Counter(line.group for line in report.lines)
        totals = tuple(
            one for one in report.totals if one.group is Group.IMMEDIATE or lines[one.group] != 1
        )
    for line in totals:
        name = _("= {what}").format(what=total_name(line))
        yield _row(f"total/{line.key}", name, line, report, column, is_static=True)
