"""`supervisor-tui audit`: the log of all actions and refusals, read or proved whole."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

from data.cache.database import open_for_reading, translating
from data.cache.formats import OUTBOX
from data.clock import HostClock
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.model import Ms
from data.people import account_name
from data.sync.audit import Entry, entries
from data.sync.audit_check import verify
from data.sync.outbox_reading import read_outbox
from data.zones import zone
from screens.text import _
from supervisor_tui.audit_words import (
    Who,
    entries_json,
    entry_line,
    verdict_json,
    verdict_lines,
)
from supervisor_tui.commands.common import open_configuration, read_snapshot
from supervisor_tui.config import Configuration, floor_files
from supervisor_tui.failures import CommandFailed

WHOLE, BROKEN = 0, 1


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked with the log of the configured floor.

    Raises:
        CommandFailed: The log cannot be read; says why.
    """
    configuration = open_configuration(arguments)
    try:
        if arguments.task == "verify":
            return _verify(configuration, arguments)
        return _show(configuration, arguments)
    except StoreError as problem:
        raise _failure(problem) from problem


def _verify(configuration: Configuration, arguments: argparse.Namespace) -> int:
    verdict = verify(floor_files(configuration), arguments.heads)
    if arguments.json:
        print(verdict_json(verdict))
    else:
        for line in verdict_lines(verdict):
            print(line)
    return WHOLE if verdict.is_whole else BROKEN


def _show(configuration: Configuration, arguments: argparse.Namespace) -> int:
    files = floor_files(configuration)
    now = _now(files)
    home = configuration.sites[0].zone
    actions = {row.key: row for row in read_outbox(files).rows}
    who = Who(configuration.people, actions, files.outbox.stat().st_uid)
    chosen = _read(files, _instant_of(arguments.since, home, now))
    if arguments.person is not None:
        wanted = arguments.person
        chosen = (e for e in chosen if wanted in {who.of(e)[0], account_name(e.uid)})
    if arguments.json:
        print(entries_json(chosen, who))
        return WHOLE
    is_empty = True
    for entry in chosen:
        print(entry_line(entry, who, home, now))
        is_empty = False
    if is_empty:
        print(_("Nothing in the log fits what was asked for."), file=sys.stderr)
    return WHOLE


def _read(files: FloorFiles, since: Ms) -> Iterator[Entry]:
    connection = open_for_reading(files.outbox, OUTBOX, may_be_older=True)
    try:
        with translating(files.outbox):
            for entry in entries(connection):
                if entry.at >= since:
                    yield entry
    finally:
        connection.close()


def _instant_of(since: timedelta | datetime | None, home: str, now: Ms) -> Ms:
    if since is None:
        return 0
    if isinstance(since, timedelta):
        return now - round(since.total_seconds() * 1000)
    there = since if since.tzinfo else since.replace(tzinfo=zone(home))
    return round(there.timestamp() * 1000)


def _now(files: FloorFiles) -> Ms:
    """The present by the server's clock, as the log is kept; the host's where none is known."""
    try:
        return read_snapshot(files).clock().now()
    except StoreError:
        return HostClock().now()


def _failure(problem: StoreError) -> Exception:
    match problem.code:
        case Code.FILE_DENIED:
            text = _("The log is the sync process's own: run this as its account, or as root.")
        case Code.FILE_MISSING:
            text = _("There is no log yet: {file} is made by the first sync process.")
        case Code.FILE_CORRUPT:
            text = _("{file} is damaged and was left as it is: the log cannot be read.")
        case Code.FILE_FOREIGN:
            text = _("{file} is no file of ours.")
        case _:
            return problem
    return CommandFailed(text.format(file=problem.detail))
