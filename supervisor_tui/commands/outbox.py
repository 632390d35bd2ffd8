"""`supervisor-tui outbox`: what was done and what came of it; try one again, or let it be."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

from data.errors import StoreError
from data.files import FloorFiles
from data.floor import FloorSnapshot
from data.identifiers import KeyMaker
from data.people import People, Person, account_name
from data.status import ActionRow
from data.sync.asks import Ask, AskFile, encode_ask, why_not
from data.sync.lock import is_held
from data.sync.spool import SpoolWriter
from screens.presenters.acts import act_line
from screens.text import _
from supervisor_tui.claims import check_known
from supervisor_tui.commands.common import open_configuration, read_snapshot
from supervisor_tui.config import Configuration, floor_files
from supervisor_tui.failures import CommandFailed, UsageError
from supervisor_tui.outbox_view import OutboxView, view_outbox
from supervisor_tui.outbox_words import outbox_json, outbox_lines, why_not_words

DONE, BROKEN = 0, 1
ANSWER_S = 5.0
"""How long a sync process may take before the wish is only said to be saved."""
LOOK_S = 0.05


def run(arguments: argparse.Namespace) -> int:
    """List the actions of the configured floor, or ask something about one.

    Raises:
        UsageError: No action, or more than one, begins so; or nobody is known by that id.
        CommandFailed: What is asked cannot be.
        StoreError: There is nothing to read, or the wish cannot be saved.
    """
    configuration = open_configuration(arguments)
    claimed = getattr(arguments, "person", "")
    check_known(configuration, claimed)
    desk = _Desk(configuration, claimed)
    view = view_outbox(desk.files)
    for note in view.notes:
        print(note, file=sys.stderr)
    status = BROKEN if view.is_bad else DONE
    if arguments.retry or arguments.drop:
        ask = Ask.RETRY if arguments.retry else Ask.DROP
        print(desk.ask(ask, _find(view, arguments.retry or arguments.drop), view))
    elif arguments.json:
        about = {"mirror": view.is_mirror, "waiting": sorted(view.waiting), "notes": view.notes}
        print(outbox_json(view.rows, desk.zones, about))
    elif view.rows:
        for line in outbox_lines(view.rows, desk.zones, desk.now):
            print(line)
    else:
        print(_("Nothing was done here yet."))
    return status


class _Desk:
    """The floor, and who asks."""

    def __init__(self, configuration: Configuration, claimed: str) -> None:
        self.files = floor_files(configuration)
        self.zones = {site.id: site.zone for site in configuration.sites}
        self._claimed = claimed or configuration.floor.person
        self._account = os.geteuid()
        # As the sync process will see it: of other accounts only the owner of the file counts.
        people = People(configuration.people, _owner(self.files))
        self._person: Person | None = people.of(self._account, self._claimed)
        try:
            self._snapshot = read_snapshot(self.files)
        except StoreError:
            self._snapshot = FloorSnapshot()
        self.now = self._snapshot.clock(None).now()

    def ask(self, ask: Ask, row: ActionRow, view: OutboxView) -> str:
        """Save a wish about an action and wait for what comes of it; what to tell the person."""
        zone = self.zones.get(row.site, "UTC")
        # Of an action that lies in the person's own folder, they are who acts.
        actor = self._person.id if self._person and row.key in view.waiting else row.actor
        reason = why_not(ask, row.state, row.verb, actor, self._person)
        if reason is not None:
            raise CommandFailed(why_not_words(reason, row, zone))
        now = self._snapshot.clock(row.site).now()
        wish = AskFile(
            key=KeyMaker().make(now),
            ask=ask,
            target=row.key,
            pressed_at=now,
            actor=self._claimed,
        )
        writer = SpoolWriter(self.files, account_name(self._account))
        writer.save_ask(wish.key, encode_ask(wish))
        if not is_held(self.files):
            return _("Saved. No sync process runs; the next one begins with it.")
        answer = self._wait(_answered(ask, row, wish.key))
        if answer is None:
            return _("Saved. The sync process has not taken it in yet.")
        return act_line(answer, zone)

    def _wait(self, answered: Callable[[ActionRow], bool]) -> ActionRow | None:
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            found = [row for row in view_outbox(self.files).rows if answered(row)]
            if found:
                return found[-1]
            time.sleep(LOOK_S)
        return None


def _answered(ask: Ask, before: ActionRow, key: str) -> Callable[[ActionRow], bool]:
    """Tells the row by which it shows that a wish was heard."""
    if ask is Ask.DROP:
        return lambda row: row.key == before.key and not row.state.is_open
    if not before.state.is_open:
        return lambda row: row.key == key
    # One that is tried again is under way, and says nothing new before it has an answer.
    return lambda row: row.key == before.key and _has_moved(before, row)


def _has_moved(before: ActionRow, row: ActionRow) -> bool:
    return not row.state.is_open or row.attempts > before.attempts


def _find(view: OutboxView, text: str) -> ActionRow:
    found = [row for row in view.rows if row.key.startswith(text.strip().lower())]
    if not found:
        raise UsageError(_("No action has an id that begins with {id}.").format(id=text))
    if len(found) > 1:
        message = _("{count} actions have ids that begin with {id}; write more of it.")
        raise UsageError(message.format(count=len(found), id=text))
    return found[0]


def _owner(files: FloorFiles) -> int:
    """The account of the sync process: whose the floor's folder is."""
    try:
        return files.root.stat().st_uid
    except OSError:
        return os.geteuid()
