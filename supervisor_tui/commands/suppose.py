"""`supervisor-tui suppose`: what would become of the queues, as the page of the screen has it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing

from data.cache.history_reader import HistoryReader
from data.errors import StoreError
from data.figures.freshness import Moment
from data.figures.intraday import Intraday
from data.figures.moves import Move, Slip, moves, queue_states, slips
from data.figures.queues import queue_figures
from data.figures.roster import HALF_HOUR_MS
from data.files import FloorFiles
from data.floor import FloorSnapshot, Key
from data.rules.what_if import Change, Outlook, QueueState, changed, outlook
from screens.action_types import Scope
from screens.glyphs import to_ascii
from screens.look import Look, Viewing
from screens.presenters.table import TableView
from screens.presenters.what_if import moves_table, outlook_table, slips_table, supposed_table
from screens.text import _
from screens.typed.subjects import subjects
from supervisor_tui.command_line import CommandError
from supervisor_tui.commands.common import checked_site, open_configuration, read_snapshot
from supervisor_tui.commands.show import ensure_cache, wants_ascii
from supervisor_tui.config import Configuration, floor_files
from supervisor_tui.failures import UsageError
from supervisor_tui.instants import instant
from supervisor_tui.plain import render_table, terminal_width
from supervisor_tui.show_day import read_day
from supervisor_tui.supposing import read_changes

Json = dict[str, object]
SYNTAX = "COUNT FROM TO|+COUNT QUEUE|-COUNT QUEUE|+PERCENT%"


class _Answer:
    """Everything that is said: read once."""

    def __init__(
        self, configuration: Configuration, files: FloorFiles, site: str | None, line: str
    ) -> None:
        self.snapshot = read_snapshot(files)
        self.moment = Moment.of(self.snapshot.clock(site))
        self.changes = _changes(configuration, self.snapshot, self.moment, site, line)
        formula = configuration.floor.formula
        figures = queue_figures(self.snapshot, site, self.moment, formula)
        self.states = queue_states(figures, self.snapshot, _expected(files, site, self.moment))
        self.day = read_day(files.history, self.snapshot, site, self.moment, None)
        self.moves = moves(self.states, self.snapshot, self.moment.now)
        self.slips = slips(self.snapshot, self.day, site)


def run(arguments: argparse.Namespace) -> int:
    """Say what would be.

    Raises:
        UsageError: There is no such site, or what is supposed cannot be understood.
        StoreError: The cache cannot be read.
    """
    configuration = open_configuration(arguments)
    site = checked_site(configuration, arguments.site)
    files = floor_files(configuration)
    if not arguments.offline:
        ensure_cache(configuration, files)
    answer = _Answer(configuration, files, site, arguments.supposed)
    if arguments.json:
        print(json.dumps(_json(answer), ensure_ascii=False))
        return 0
    is_ascii = wants_ascii(configuration, arguments)
    width = terminal_width(is_terminal=sys.stdout.isatty())
    for line in _lines(answer, width, is_ascii=is_ascii):
        print(to_ascii(line) if is_ascii else line)
    return 0


def _changes(
    configuration: Configuration,
    snapshot: FloorSnapshot,
    moment: Moment,
    site: str | None,
    line: str,
) -> Sequence[Change]:
    floor = configuration.floor
    viewing = Viewing(floor_name=floor.name, formula=floor.formula, rules=configuration.rules)
    look = Look(snapshot=snapshot, moment=moment, viewing=viewing, site=site)
    try:
        return read_changes(subjects(look, (Scope.QUEUES,)), line, 0, SYNTAX)
    except CommandError as error:
        raise UsageError(str(error)) from error


def _expected(files: FloorFiles, site: str | None, moment: Moment) -> dict[Key, float]:
    now = moment.now
    try:
        with closing(HistoryReader.open(files.history)) as reader:
            found = reader.expected_calls(site, now - now % HALF_HOUR_MS)
    except StoreError:
        return {}
    return {Key(*key): calls for key, calls in found.items()}


def _lines(answer: _Answer, width: int, *, is_ascii: bool) -> Iterator[str]:
    snapshot = answer.snapshot
    zones = {site.id: site.zone for site in snapshot.sites}
    chapters: list[tuple[str, TableView]] = [
        (_("The queues"), outlook_table(answer.states, snapshot)),
        (_("Whom one could move"), moves_table(answer.moves, answer.states, snapshot)),
        (_("Whose break could slip"), slips_table(answer.slips, snapshot, zones)),
    ]
    if answer.changes:
        supposed = supposed_table(answer.states, answer.changes, snapshot)
        chapters.insert(0, (_("As it is > as it would be"), supposed))
    for title, view in chapters:
        yield f" {title}"
        if view.rows:
            yield from render_table(view.columns, view.rows, width, is_ascii=is_ascii)
        else:
            yield "    " + _("Nothing.")


def _json(answer: _Answer) -> Json:
    after = changed(answer.states, answer.changes)
    queues = [
        {
            **_names(state.key),
            "before": _outlook(state),
            "after": _outlook(then),
        }
        for state, then in zip(answer.states, after, strict=True)
    ]
    return {
        "queues": queues,
        "moves": [_move(one) for one in answer.moves],
        "slips": [_slip(one) for one in answer.slips],
        "slackest": _slackest(answer.day),
    }


def _names(key: object) -> Json:
    return {"site": key.site, "source": key.source, "id": key.id} if isinstance(key, Key) else {}


def _outlook(state: QueueState) -> Json:
    found: Outlook = outlook(state)
    return {
        "calls": state.calls,
        "aht_s": state.aht_s,
        "agents": state.agents,
        "service_level": found.service_level,
        "asa_s": found.asa_s,
        "abandon_rate": found.abandon_rate,
        "occupancy": found.occupancy,
        "required": found.required,
    }


def _move(one: Move) -> Json:
    return {
        "from": one.source.id,
        "to": one.target.id,
        "agents": one.heads,
        "who": [key.id for key in one.agents],
        "saved_hours": one.saved_h,
    }


def _slip(one: Slip) -> Json:
    return {
        "agent": one.agent.id,
        "shift": one.shift.id,
        "kind": one.kind,
        "starts_at": instant(one.starts_at),
        "better_at": instant(one.better_at),
        "saved_hours": one.saved_h,
    }


def _slackest(day: Intraday) -> Json | None:
    best = day.slackest
    return None if best is None else {"starts_at": instant(best.starts_at), "spare": best.spare}
