"""`supervisor-tui report`: what a day, a week or a month came to; asks nobody but the files."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from datetime import date, timedelta

from data.cache.history_reader import HistoryReader
from data.errors import StoreError
from data.figures.freshness import Moment
from data.figures.report import By, Report
from data.figures.report_reading import ReportQuestion
from data.figures.report_times import today_at
from data.floor import FloorSnapshot
from data.model import Ms
from data.rules.periods import Length, Period, span
from data.status import SiteInfo
from screens.glyphs import to_ascii
from screens.presenters.report import present_report
from screens.presenters.report_words import period_words, report_notes, report_title
from screens.text import _
from supervisor_tui.arguments.reports import Day
from supervisor_tui.cli import DONE
from supervisor_tui.commands.common import (
    checked_site,
    open_configuration,
    read_snapshot,
    sites_of,
)
from supervisor_tui.commands.show import wants_ascii
from supervisor_tui.config import Configuration, floor_files
from supervisor_tui.failures import UsageError
from supervisor_tui.plain import render_table, terminal_width
from supervisor_tui.report_forms import report_csv, report_json, report_markdown
from supervisor_tui.whole_file import put


def run(arguments: argparse.Namespace) -> int:
    """Print a report of the configured floor, or write it into a file.

    Raises:
        CommandFailed: The file cannot be written.
        StoreError: There is no history, or it cannot be read.
        UsageError: There is no such site, or the period has not begun.
    """
    configuration = open_configuration(arguments)
    report = _read(configuration, arguments)
    match arguments.format:
        case "json":
            text = report_json(report)
        case "csv":
            text = report_csv(report)
        case "markdown":
            text = report_markdown(report)
        case _:
            text = _table(configuration, arguments, report)
    if arguments.output is not None:
        put(arguments.output, text)
    else:
        sys.stdout.write(text)
    return DONE


def _read(configuration: Configuration, arguments: argparse.Namespace) -> Report:
    chosen = checked_site(configuration, arguments.site)
    sites = tuple(site for site in sites_of(configuration) if chosen in {None, site.id})
    files = floor_files(configuration)
    with closing(HistoryReader.open(files.history)) as reader:
        try:
            floor = read_snapshot(files)
        except StoreError:
            floor = FloorSnapshot()  # history may hold what was imported, and nothing else be there
        moment = Moment.of(floor.clock(chosen))
        period = Period.holding(Length(arguments.length), _day(arguments.date, sites, moment.now))
        _refuse_future(period, sites, moment.now)
        formula, cost = configuration.floor.formula, configuration.cost
        question = ReportQuestion(period, By(arguments.by), sites, formula, cost)
        return question.ask(reader, floor, moment)


def _day(wanted: Day, sites: tuple[SiteInfo, ...], now: Ms) -> date:
    if isinstance(wanted, date):
        return wanted
    today = today_at(sites, now)
    return today if wanted == "today" else today - timedelta(days=1)


def _refuse_future(period: Period, sites: tuple[SiteInfo, ...], now: Ms) -> None:
    if all(span(period, site)[0] > now for site in sites):
        message = _("{period} has not begun yet.")
        raise UsageError(message.format(period=period_words(period)))


def _table(configuration: Configuration, arguments: argparse.Namespace, report: Report) -> str:
    is_ascii = wants_ascii(configuration, arguments)
    is_terminal = arguments.output is None and sys.stdout.isatty()
    width = terminal_width(is_terminal=is_terminal)
    lines = [f" {report_title(report)}", *_body(configuration, arguments, report, width)]
    return "".join(f"{to_ascii(line) if is_ascii else line}\n" for line in lines)


def _body(
    configuration: Configuration, arguments: argparse.Namespace, report: Report, width: int
) -> list[str]:
    if report.is_empty:
        return [f" {_('Nothing is known of this time.')}"]
    view = present_report(report, sites=sites_of(configuration), site=arguments.site or None)
    table = render_table(view.columns, view.rows, width)
    return [*table, *(f" {note}" for note in report_notes(report))]
