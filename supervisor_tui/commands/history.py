"""`supervisor-tui history`: a whole copy of what happened, what happened before, what is expected.

All of it works while everything runs. What is imported goes through the sync process where one
runs, for it alone writes history; where none does, this command has the floor while it takes.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from data.cache.backup import backup
from data.cache.forecast_batch import ForecastBatch, ForecastRow
from data.cache.history_calls import CallBatch
from data.cache.retention import Limits
from data.callers import load_key
from data.clean import clean_text
from data.clock import HostClock
from data.desk.imports import Imported
from data.errors import Code
from data.files import FloorFiles
from data.recorded.call_map import load_map
from data.recorded.importing import CallConverter
from data.settings import SiteSettings
from data.zones import local
from screens.formats import format_count
from screens.sentences import sentence
from screens.text import _, ngettext
from supervisor_tui.call_sink import CallSink
from supervisor_tui.calls_import import BATCH_CALLS, CallFile, Report
from supervisor_tui.cli import DONE, INTERRUPTED
from supervisor_tui.commands.common import checked_site, open_configuration
from supervisor_tui.config import Configuration, floor_files
from supervisor_tui.config_faults import nearest
from supervisor_tui.failures import CommandFailed, UsageError
from supervisor_tui.forecast_csv import ForecastProblem, read_forecast

SHOWN_BAD = 20
TELL_EVERY_S = 0.2


def run(arguments: argparse.Namespace) -> int:
    """Copy the history of the configured floor, or import calls or a forecast into it.

    Raises:
        CommandFailed: There is a file of that name already, or an import was refused.
        UsageError: There is no such site or source.
        CallFileError: The file of calls, or its map, cannot be used.
        StoreError: There is no history, or it or the copy cannot be written.
    """
    configuration = open_configuration(arguments)
    if arguments.task == "import":
        return _import(configuration, arguments)
    if arguments.task == "forecast":
        return _forecast(configuration, arguments)
    return _backup(configuration, arguments)


def _backup(configuration: Configuration, arguments: argparse.Namespace) -> int:
    if os.path.lexists(arguments.file):
        message = _("{file} is there already and was left as it is.").format(file=arguments.file)
        raise CommandFailed(message)
    is_terminal = sys.stderr.isatty()
    history = floor_files(configuration).history
    backup(history, arguments.file, _show_progress if is_terminal else _say_nothing)
    if is_terminal:
        print(file=sys.stderr)
    print(_("The history was copied to {file}").format(file=arguments.file))
    return DONE


def _import(configuration: Configuration, arguments: argparse.Namespace) -> int:
    wanted = checked_site(configuration, arguments.site)
    site = next(each for each in configuration.sites if wanted in {None, each.id})
    source = _source(site, arguments.source)
    mapping = load_map(arguments.map_file)
    files = floor_files(configuration)
    files = files if arguments.dry_run else files.make()
    key = b"" if arguments.dry_run else load_key(files.caller_key)
    converter = CallConverter(mapping, site, key, HostClock().now())
    calls = CallFile(arguments.file, arguments.map_file, mapping, converter, SHOWN_BAD)
    progress = _reading_progress(arguments)
    is_stopped = False
    try:
        if arguments.dry_run:
            problem = calls.import_all((site.id, source), _keep_nothing, progress)
        else:
            problem = _keep_all(configuration, files, calls, (site.id, source), progress)
    except KeyboardInterrupt:
        problem, is_stopped = "", True
    _tell(arguments, calls.report, converter, site)
    if problem:
        raise CommandFailed(sentence(Code(problem), ""))
    if is_stopped:
        print(_("Stopped. Run it again to import the rest: nothing comes twice."), file=sys.stderr)
    return INTERRUPTED if is_stopped else DONE


def _forecast(configuration: Configuration, arguments: argparse.Namespace) -> int:
    wanted = checked_site(configuration, arguments.site)
    site = next(each for each in configuration.sites if wanted in {None, each.id})
    source = _source(site, arguments.source)
    try:
        rows = read_forecast(arguments.file, site, arguments.minutes)
    except ForecastProblem as problem:
        place = f"{arguments.file}:{problem.line}"
        text = _("{place}: {column}: expected {expected}")
        told = text.format(place=place, column=problem.column, expected=problem.expected)
        raise CommandFailed(told) from problem
    except OSError as error:
        text = _("{file}: this file cannot be read: {reason}.")
        raise CommandFailed(text.format(file=arguments.file, reason=error.strerror)) from error
    if not arguments.dry_run:
        with CallSink(floor_files(configuration).make(), Limits.of(configuration.floor)) as sink:
            for batch in _batches(site.id, source, rows):
                problem_code = sink.keep(batch).problem
                if problem_code:
                    raise CommandFailed(sentence(Code(problem_code), ""))
    calls = format_count(sum(row.offered for row in rows))
    queues = len({row.queue for row in rows})
    told = _("half hours {count}, queues {queues}, calls {calls}")
    print(told.format(count=len(rows), queues=queues, calls=calls))
    if arguments.dry_run:
        print(_("Nothing was imported: this was a dry run."))
    return DONE


def _batches(site: str, source: str, rows: Sequence[ForecastRow]) -> Iterator[ForecastBatch]:
    for first in range(0, len(rows), BATCH_CALLS):
        chunk = tuple(rows[first : first + BATCH_CALLS])
        yield ForecastBatch(site=site, source=source, rows=chunk)


def _keep_all(
    configuration: Configuration,
    files: FloorFiles,
    calls: CallFile,
    scope: tuple[str, str],
    progress: Callable[[int], None],
) -> str:
    with CallSink(files, Limits.of(configuration.floor)) as sink:
        return calls.import_all(scope, sink.keep, progress)


def _keep_nothing(_batch: CallBatch) -> Imported:
    return Imported()


def _source(site: SiteSettings, wanted: str) -> str:
    """The source whose queues the calls are of; the site's first one where none is named."""
    known = [source.id for source in site.source]
    if not wanted and known:
        return known[0]
    if wanted in known:
        return wanted
    close = nearest(wanted, known)
    if close:
        text = _("The site {site} has no source {source}; did you mean {nearest}?")
    else:
        text = _("The site {site} has no source {source}; it has {sources}.")
    raise UsageError(
        text.format(site=site.id, source=wanted, nearest=close, sources=", ".join(known))
    )


def _tell(
    arguments: argparse.Namespace, report: Report, converter: CallConverter, site: SiteSettings
) -> None:
    """Say what came of the file: on the error output what is wrong with it."""
    if sys.stderr.isatty():
        print(file=sys.stderr)
    for row in report.bad:
        place = f"{arguments.file}:{row.line}"
        text = _("{place}: {field}: {value} makes no sense")
        shown = f"“{clean_text(row.value, 40)}”"
        print(text.format(place=place, field=row.field, value=shown), file=sys.stderr)
    if report.bad_count > len(report.bad):
        more = report.bad_count - len(report.bad)
        text = ngettext("and {count} more row", "and {count} more rows", more)
        print(text.format(count=more), file=sys.stderr)
    print(
        _("rows read {rows}: offered {offered}, not offered {not_offered}, no sense {bad}").format(
            rows=report.rows,
            offered=report.offered,
            not_offered=report.not_offered,
            bad=report.bad_count,
        )
    )
    if report.first is not None and report.last is not None:
        span = (f"{local(at, site.zone):%Y-%m-%d %H:%M}" for at in (report.first, report.last))
        text = _("from {first} to {last}, {zone}")
        print(text.format(first=next(span), last=next(span), zone=site.zone))
    if converter.doubtful:
        text = ngettext(
            "{count} local time came twice that night; the first was taken.",
            "{count} local times came twice that night; the first was taken.",
            converter.doubtful,
        )
        print(text.format(count=converter.doubtful))
    if converter.skipped:
        text = ngettext(
            "{count} local time was skipped by the clocks and was taken as later.",
            "{count} local times were skipped by the clocks and were taken as later.",
            converter.skipped,
        )
        print(text.format(count=converter.skipped))
    if arguments.dry_run:
        print(_("Nothing was imported: this was a dry run."))
    else:
        text = _("imported {added}; known already {known}")
        print(text.format(added=report.added, known=report.known))


def _reading_progress(arguments: argparse.Namespace) -> Callable[[int], None]:
    """Shows from time to time how much of the file has been read, where somebody looks."""
    if not sys.stderr.isatty():
        return lambda _bytes: None
    try:
        whole = arguments.file.stat().st_size
    except OSError:
        whole = 0
    next_at = 0.0

    def show(done: int) -> None:
        nonlocal next_at
        if time.monotonic() >= next_at:
            next_at = time.monotonic() + TELL_EVERY_S
            _show_progress(done, whole)

    return show


def _show_progress(done: int, whole: int) -> None:
    percent = 100 * done // whole if whole else 100
    print(f"\r{percent:3} %", end="", file=sys.stderr, flush=True)


def _say_nothing(_done: int, _whole: int) -> None:
    pass
