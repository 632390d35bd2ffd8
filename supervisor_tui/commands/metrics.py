"""`supervisor-tui metrics queue-log`: what an Asterisk queue_log says of queues and agents."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from data.rules.call_counts import CallCounter, Limits, Tally
from data.rules.service_level import Formula, asa_s, service_level
from data.sources.asterisk.queue_log import count_log
from screens.cells import cell_width
from screens.formats import format_count, format_duration, format_percent
from screens.presenters.rows import Column, RowView
from screens.text import _, ngettext
from supervisor_tui.failures import CommandFailed
from supervisor_tui.instants import instant
from supervisor_tui.plain import render_table, terminal_width
from supervisor_tui.terminal import Overrides, Streams, detect
from supervisor_tui.terminal_locale import given_environ

INPUT = "-"
LONGEST_NAME = 30
"""Cells; longer names are cut where there is no room."""
FIGURES = (
    *("offered", "answered", "answered_within"),
    *("abandoned", "abandoned_within", "abandoned_short"),
    *("timed_out", "withdrawn", "left_empty", "left_by_key"),
    *("wait_s", "talk_s", "longest_wait_s"),
)
"""What is told of a queue, in this order; beside it the service levels."""


def run(arguments: argparse.Namespace) -> int:
    """Count a log and print it.

    Raises:
        CommandFailed: The file cannot be read.
    """
    counter = CallCounter(
        Limits(arguments.threshold, arguments.short_abandon), interval_s=arguments.interval
    )
    skipped = _count(arguments.file, counter)
    if arguments.json:
        print(json.dumps(_object(counter, skipped, arguments.interval), ensure_ascii=False))
    else:
        streams = Streams(stdin=True, stdout=True, stderr=True)
        overrides = Overrides(is_ascii=arguments.ascii)
        is_ascii = detect(given_environ(), streams, None, overrides).is_ascii
        lines = _lines(counter, skipped, is_ascii=is_ascii)
        sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _count(file: str, counter: CallCounter) -> int:
    try:
        if file == INPUT:
            return count_log(sys.stdin.buffer, counter)
        with Path(file).open("rb") as log:
            return count_log(log, counter)
    except OSError as error:
        message = _("{file}: this file cannot be read: {reason}.")
        raise CommandFailed(message.format(file=file, reason=error.strerror)) from error


def _object(counter: CallCounter, skipped: int, interval_s: int | None) -> Mapping[str, object]:
    queues = {}
    for name, tally in sorted(counter.queues.items()):
        queues[name] = _figures(tally)
        if interval_s is not None:
            spans = sorted(counter.intervals[name].items())
            queues[name]["intervals"] = [
                {"starts_at": instant(starts), **_figures(one)} for starts, one in spans
            ]
    agents = {name: msgspec.structs.asdict(tally) for name, tally in sorted(counter.agents.items())}
    return {"queues": queues, "agents": agents, "skipped_lines": skipped}


def _figures(tally: Tally) -> dict[str, object]:
    counts = tally.counts()
    levels = {formula.value: service_level(counts, formula) for formula in Formula}
    return {**{name: getattr(tally, name) for name in FIGURES}, "service_levels": levels}


def _lines(counter: CallCounter, skipped: int, *, is_ascii: bool) -> Iterator[str]:
    width = terminal_width(is_terminal=sys.stdout.isatty())
    if counter.queues:
        rows = list(_queue_rows(counter))
        yield from render_table(_queue_columns(rows), rows, width, is_ascii=is_ascii)
    else:
        yield _("No calls.")
    if counter.agents:
        yield ""
        rows = list(_agent_rows(counter))
        yield from render_table(_agent_columns(), rows, width, is_ascii=is_ascii)
    if skipped:
        yield ""
        yield ngettext(
            "{count} line is no event of a queue_log and was skipped.",
            "{count} lines are no events of a queue_log and were skipped.",
            skipped,
        ).format(count=skipped)


def _queue_columns(rows: Sequence[RowView]) -> tuple[Column, ...]:
    numbers = (
        ("offered", _("Offered"), 0),
        ("answered", _("Answered"), 0),
        ("within", _("Within"), 2),
        ("level", _("SL%"), 0),
        ("abandoned", _("Lost"), 0),
        ("short", _("Short"), 6),
        ("timed_out", _("Timed out"), 5),
        ("withdrawn", _("Withdrawn"), 7),
        ("left_empty", _("Empty"), 8),
        ("left_by_key", _("By key"), 9),
        ("asa", _("ASA"), 1),
        ("longest", _("Longest"), 3),
        ("talk", _("Talk"), 4),
    )
    return (
        Column("queue", _("Queue"), _names_width(rows), grows=True),
        *(
            Column(name, title, max(6, cell_width(title)), is_right=True, rank=rank)
            for name, title, rank in numbers
        ),
    )


def _names_width(rows: Sequence[RowView]) -> int:
    """Cells that names and instants need: other columns give way before these are cut."""
    return min(LONGEST_NAME, max(cell_width(row.cells[0]) for row in rows))


def _queue_rows(counter: CallCounter) -> Iterable[RowView]:
    for name, tally in sorted(counter.queues.items()):
        yield RowView(name, (name, *_cells(tally)))
        for starts, one in sorted(counter.intervals.get(name, {}).items()):
            yield RowView(f"{name}/{starts}", (f"  {instant(starts)}", *_cells(one)))


def _cells(tally: Tally) -> Iterator[str]:
    counts = tally.counts()
    yield format_count(tally.offered)
    yield format_count(tally.answered)
    yield format_count(tally.answered_within)
    yield format_percent(service_level(counts, Formula.OFFERED))
    yield format_count(tally.abandoned)
    yield format_count(tally.abandoned_short)
    yield format_count(tally.timed_out)
    yield format_count(tally.withdrawn)
    yield format_count(tally.left_empty)
    yield format_count(tally.left_by_key)
    yield format_duration(asa_s(counts))
    yield format_duration(tally.longest_wait_s)
    yield format_duration(tally.talk_s)


def _agent_columns() -> tuple[Column, ...]:
    return (
        Column("agent", _("Agent"), 12, grows=True),
        Column("answered", _("Answered"), max(8, cell_width(_("Answered"))), is_right=True),
        Column("talk", _("Talk"), max(8, cell_width(_("Talk"))), is_right=True),
    )


def _agent_rows(counter: CallCounter) -> Iterable[RowView]:
    for name, tally in sorted(counter.agents.items()):
        cells = (name, format_count(tally.answered), format_duration(tally.talk_s))
        yield RowView(name, cells)
