"""A report for programs and spreadsheets: JSON, CSV and Markdown.

Shares are fractions from 0 to 1, durations seconds, and what is undefined is null or empty.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from data.figures.demand import Origin
from data.figures.report import By, Line, Report
from data.figures.report_work import Work
from data.model import Counts
from data.rules.service_level import Formula, aht_s, asa_s, parts
from screens.presenters.report import present_report
from screens.presenters.report_words import report_notes, report_title
from supervisor_tui.instants import instant
from supervisor_tui.spreadsheet import Value, to_csv

Json = dict[str, object]
_PLURAL = {
    By.QUEUE: "queues",
    By.AGENT: "agents",
    By.TEAM: "teams",
    By.CLIENT: "clients",
    By.CHANNEL: "channels",
    By.INTERVAL: "intervals",
}
_COUNTS = (
    *("offered", "answered", "answered_within"),
    *("abandoned", "abandoned_within", "abandoned_short"),
)


def report_json(report: Report) -> str:
    """The report as one JSON object, on one line."""
    lines = {name: _line(line) for name, line in _named(report)}
    whole: Json = {
        _PLURAL[report.by]: lines,
        "total": {**_line(report.total), **_shares(report.work)},
        "totals": {line.key: _line(line) for line in report.totals},
        "period": {
            "length": report.period.length.value,
            "from": report.period.first.isoformat(),
            "to": report.period.last.isoformat(),
            "is_over": report.is_over,
            "as_of": instant(report.now),
            "compared_from": report.period.compared.first.isoformat(),
        },
        "by": report.by.value,
        "formula": report.formula.value,
        "complaints": {
            "raised": report.complaints.raised,
            "settled_in_time": report.complaints.in_time,
            "late": report.complaints.late,
            "open": report.complaints.open,
            "unknown": report.complaints.unknown,
        },
        "alerts": report.alerts,
        "lost_time": {
            "idle_s": _seconds(report.work.ready_ms),
            **_lost(report.work),
            "overstaffed_s": _seconds(report.spare_ms),
        },
        "cost": {
            "currency": report.currency or None,
            **_cost(report.work),
            "overstaffed_cost": _money(report.spare_cost),
            "in_no_queue": _money(report.coverage.unshared),
        },
        "known": {
            "days": report.coverage.days,
            "days_with_states": report.coverage.known_days,
            "days_with_plan": report.coverage.planned_days,
            "half_hours_with_need": report.coverage.spare_halves,
            "agents_without_hours": report.coverage.without_hours,
            "agents_without_rate": report.coverage.without_rate,
        },
        **_days(report),
    }
    return json.dumps(whole, ensure_ascii=False, allow_nan=False) + "\n"


def report_csv(report: Report) -> str:
    """The lines of the report and its totals, for a spreadsheet: numbers are numbers there."""
    is_of_agents = report.by in {By.AGENT, By.TEAM}
    rows = [("line", name, line) for name, line in _named(report)]
    if is_of_agents:
        whole = Line(key="all", work=report.work, work_before=report.work_before)
        rows.append(("total", "", whole))
    else:
        rows += [("total", line.key, line) for line in report.totals]
    made = [(kind, name, _flat(_line(line))) for kind, name, line in rows]
    keys = list(dict.fromkeys(key for _kind, _name, cells in made for key in cells))
    currency = [report.currency] if report.currency else []
    titles = ["row", report.by.value, "from", "to", *keys, *(["currency"] if currency else [])]
    span = report.period.first.isoformat(), report.period.last.isoformat()
    return to_csv(
        titles,
        (
            [kind, name, *span, *(cells.get(key) for key in keys), *currency]
            for kind, name, cells in made
        ),
    )


def report_markdown(report: Report) -> str:
    """The table of the report as people read it, in Markdown."""
    view = present_report(report)
    titles = [column.title for column in view.columns]
    rules = ["-:" if column.is_right else ":-" for column in view.columns]
    rows = (row.cells for row in view.rows)
    table = [_markdown_row(titles), _markdown_row(rules, is_rule=True), *map(_markdown_row, rows)]
    notes = [f"- {_escaped(note)}" for note in report_notes(report)]
    return "\n".join([f"# {_escaped(report_title(report))}", "", *table, "", *notes, ""])


def _named(report: Report) -> Iterator[tuple[str, Line]]:
    """The lines by name; those that share one are told apart by site, and then by id."""
    names = Counter(line.name for line in report.lines)
    sites = Counter((line.name, line.site) for line in report.lines)
    for line in report.lines:
        if names[line.name] == 1:
            yield line.name, line
        elif line.site and sites[line.name, line.site] == 1:
            yield f"{line.name} ({line.site})", line
        else:
            yield f"{line.name} ({line.key})", line


def _line(line: Line) -> Json:
    beside: Json = {} if not line.site else _key(line.key)
    if line.counts is None:
        work = line.work or Work()
        return {
            "handled": work.handled,
            "aht_s": work.aht_s,
            "handling_s": _seconds(work.handling_ms),
            "ready_s": _seconds(work.ready_ms),
            **_shares(work),
            **_lost(work),
            "signed_in_s": _seconds(work.signed_in_ms),
            **_cost(work),
            "compared": None if line.work_before is None else _compared_work(line.work_before),
            **beside,
        }
    counts = line.counts
    return {
        **{name: getattr(counts, name) for name in _COUNTS},
        "asa_s": asa_s(counts),
        "aht_s": aht_s(counts),
        "service_levels": _levels(counts),
        "transferred": counts.transferred,
        "longest_wait_s": counts.longest_wait_s if counts.offered else None,
        "abandon_rate": _share(counts.abandoned, counts.offered),
        "threshold_s": line.threshold_s,
        "target": _fraction(line.target_percent),
        "group": None if line.group is None else line.group.value,
        "channels": [channel.value for channel in line.channels],
        "compared": _compared(line.before),
        "forecast": _forecast(line),
        "idle_s": None if line.work is None else _seconds(line.work.ready_ms),
        **_cost(line.work or Work()),
        "overstaffed_s": _seconds(line.spare_ms),
        **beside,
    }


def _key(key: str) -> Json:
    site, source, name = key.split("/", 2)
    return {"site": site, "source": source, "id": name}


def _compared(before: Counts | None) -> Json | None:
    if before is None:
        return None
    return {
        "offered": before.offered,
        "answered": before.answered,
        "abandoned": before.abandoned,
        "asa_s": asa_s(before),
        "aht_s": aht_s(before),
        "service_levels": _levels(before),
    }


def _compared_work(before: Work) -> Json:
    return {"handled": before.handled, "aht_s": before.aht_s, **_shares(before)}


def _lost(work: Work) -> Json:
    return {
        "late_s": _seconds(work.late_ms),
        "left_early_s": _seconds(work.left_early_ms),
        "absent_s": _seconds(work.not_come_ms),
    }


def _cost(work: Work) -> Json:
    return {
        "paid_s": _seconds(work.paid_ms),
        "cost": _money(work.cost),
        "cost_per_contact": _money(work.cost_per_contact),
        "idle_cost": _money(work.idle_cost),
    }


def _money(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 4)


def _days(report: Report) -> Json:
    """The days of a week or a month, by date; of a day there are none."""
    if not report.days:
        return {}
    days = {
        day.isoformat(): {
            "offered": counts.offered,
            "answered": counts.answered,
            "abandoned": counts.abandoned,
            "service_levels": _levels(counts),
        }
        for day, counts in report.days
        if counts is not None
    }
    return {"days": days}


def _forecast(line: Line) -> Json | None:
    expected = line.expected
    if expected is None:
        return None
    return {
        "offered": round(expected.offered, 2),
        "came": expected.came,
        "variance": _fraction(line.variance),
        "aht_s": expected.aht_s,
        "aht_variance": _fraction(line.aht_variance),
        "origins": sorted(Origin(code).name.lower() for code in expected.origins),
    }


def _fraction(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def _levels(counts: Counts) -> Mapping[str, float | None]:
    return {formula.value: _share(*parts(counts, formula)) for formula in Formula}


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _shares(work: Work) -> Json:
    return {
        "occupancy": _fraction(work.occupancy),
        "adherence": _fraction(work.adherence),
    }


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _flat(cells: Json, before: str = "") -> dict[str, Value]:
    """One level of cells: `service_levels.offered`; lists are joined by a blank."""
    found: dict[str, Value] = {}
    for name, value in cells.items():
        if isinstance(value, Mapping):
            found |= _flat(dict(value), f"{before}{name}.")
        elif isinstance(value, list):
            found[before + name] = " ".join(map(str, value))
        elif isinstance(value, str | int | float):
            found[before + name] = value
        elif name not in {"compared", "forecast"}:
            found[before + name] = None
    return found


def _markdown_row(cells: Iterable[str], *, is_rule: bool = False) -> str:
    shown = (cell if is_rule else _escaped(cell) for cell in cells)
    return f"| {' | '.join(shown)} |"


def _escaped(text: str) -> str:
    """Text that Markdown takes for nothing but text."""
    return "".join(f"\\{char}" if char in r"\`*_[]<>|#" else char for char in text)
