"""`supervisor-tui complaints`: write complaints to a file, or take in those of another system.

An import is checked whole before anything is kept. A running sync process imports it, for it alone
writes the desk's file; where none runs, this command takes its lock and does so itself.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

from data.clock import HostClock
from data.desk.imports import Batch, Imported, import_batch, told
from data.desk.store import SqliteKeeper
from data.errors import Code
from data.files import FloorFiles
from data.people import account_name
from data.settings import SiteSettings
from data.sync.desk_source import desk_registries
from data.sync.outbox import Outbox
from screens.sentences import sentence
from screens.text import _, ngettext
from supervisor_tui.commands.common import checked_site, open_configuration, read_snapshot
from supervisor_tui.complaint_json import escalation_json
from supervisor_tui.complaints_csv import RowProblem, export_csv, read_complaints
from supervisor_tui.complaints_map import read_map
from supervisor_tui.config import Configuration, floor_files
from supervisor_tui.failures import CommandFailed
from supervisor_tui.handing_over import have_imported


def run(arguments: argparse.Namespace) -> int:
    """Export or import.

    Raises:
        UsageError: There is no such site.
        CommandFailed: The file or its map cannot be used; nothing was imported.
        StoreError: The floor's files cannot be used.
    """
    configuration = open_configuration(arguments)
    site = checked_site(configuration, arguments.site)
    if arguments.task == "export":
        return _export(configuration, site, arguments)
    chosen = next(each for each in configuration.sites if site is None or each.id == site)
    return _import(configuration, chosen, arguments)


def _export(configuration: Configuration, site: str | None, arguments: argparse.Namespace) -> int:
    snapshot = read_snapshot(floor_files(configuration))
    found = snapshot.escalations.values()
    complaints = sorted(
        (one for one in found if site is None or one.site == site),
        key=lambda one: (one.received_at, one.site, one.source, one.id),
    )
    if arguments.json:
        shown = [escalation_json(one, snapshot.clock(one.site).now()) for one in complaints]
        sys.stdout.write(json.dumps({"complaints": shown}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(export_csv(complaints))
    return 0


def _import(configuration: Configuration, site: SiteSettings, arguments: argparse.Namespace) -> int:
    how = read_map(arguments.map)
    now = HostClock().now()
    try:
        rows = read_complaints(arguments.file, how, site, now)
    except RowProblem as problem:
        raise CommandFailed(_word(arguments, problem)) from problem
    except OSError as error:
        message = _("{file}: this file cannot be read: {reason}.")
        text = message.format(file=arguments.file, reason=error.strerror)
        raise CommandFailed(text) from error
    batch = Batch(site=site.id, by=account_name(os.geteuid()), rows=tuple(rows))
    if arguments.dry_run:
        text = ngettext(
            "{count} complaint could be imported.",
            "{count} complaints could be imported.",
            len(rows),
        )
        print(text.format(count=len(rows)))
        return 0
    done = _keep(configuration, batch)
    if done.problem:
        raise CommandFailed(sentence(Code(done.problem), ""))
    text = ngettext(
        "{count} complaint imported; {known} on record already.",
        "{count} complaints imported; {known} on record already.",
        done.added,
    )
    print(text.format(count=done.added, known=done.known))
    return 0


def _word(arguments: argparse.Namespace, problem: RowProblem) -> str:
    place = f"{arguments.file}:{problem.line}"
    if not problem.column:
        return _("{place}: expected {expected}").format(place=place, expected=problem.expected)
    text = _("{place}: column {column}: expected {expected}")
    return text.format(place=place, column=problem.column, expected=problem.expected)


def _keep(configuration: Configuration, batch: Batch) -> Imported:
    """Have a batch imported by whoever may write the desk's file."""
    files = floor_files(configuration)
    return have_imported(files, batch, Imported, lambda: _keep_here(configuration, files, batch))


def _keep_here(configuration: Configuration, files: FloorFiles, batch: Batch) -> Imported:
    registries = desk_registries(configuration.sites, configuration.complaints)
    now = HostClock().now()
    keeper = SqliteKeeper.open(files, batch.site)
    try:
        with keeper.transaction():
            done = import_batch(keeper, registries[batch.site], batch, now)
    finally:
        keeper.close()
    outbox = Outbox.open(files)
    try:
        outbox.note("imported", os.geteuid(), now, told(batch, done))
    finally:
        outbox.close()
    return done
