"""`supervisor-tui show`: a pane from the cache as text or JSON; starts nothing that stays."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from msgspec.structs import replace

from data.figures.freshness import Moment
from data.files import FloorFiles
from data.floor import FloorSnapshot
from data.sync.lock import is_held
from screens.checklist_defaults import DEFAULT_CHECKLISTS
from screens.text import _
from supervisor_tui.archive import Archive, Forecasts
from supervisor_tui.checklists_json import checklists_json
from supervisor_tui.commands.common import checked_site, open_configuration, read_snapshot
from supervisor_tui.config import Configuration, floor_files, rules_of_today
from supervisor_tui.failures import UsageError
from supervisor_tui.launch import sync_command
from supervisor_tui.plain import (
    Pane,
    Wanted,
    figures_of,
    render_pane,
    terminal_width,
    wanted_day,
    wanted_lost,
)
from supervisor_tui.show_day import read_day, read_kept
from supervisor_tui.show_json import encode, show_json
from supervisor_tui.show_lost import lost_csv
from supervisor_tui.terminal import Overrides, Streams, detect
from supervisor_tui.terminal_locale import given_environ

NIGHT = "night"
"""What `show` has beside the panes: one line a site."""
FIRST_SYNC_S = 120.0
"""How long a floor's first synchronisation may take before it is given up."""
LOOK_S = 0.05


def run(arguments: argparse.Namespace) -> int:
    """Print a pane of the configured floor."""
    return print_pane(open_configuration(arguments), arguments.pane, arguments)


def print_pane(configuration: Configuration, pane: str, arguments: argparse.Namespace) -> int:
    """Print a pane of a floor.

    Args:
        configuration: Which floor.
        pane: One of `supervisor_tui.plain.Pane`.
        arguments: May have `site`, `json`, `csv`, `everyone`, `offline` and `ascii`.

    Raises:
        StoreError: The cache, or the history of lost callers, cannot be read.
        UsageError: There is no such site, or the pane is not written as CSV.
    """
    site = checked_site(configuration, getattr(arguments, "site", ""))
    files = floor_files(configuration)
    if not getattr(arguments, "offline", False):
        ensure_cache(configuration, files)
    snapshot = read_snapshot(files)
    moment = Moment.of(snapshot.clock(site))
    wanted = wanted_of(configuration, arguments, site)
    if at := getattr(arguments, "at", ""):
        from supervisor_tui.show_past import floor_at

        wanted = replace(wanted, past_seen_at=moment.now)
        snapshot, moment = floor_at(files.history, snapshot, site, at, moment)
    if pane == NIGHT:
        _print_night(configuration, arguments, snapshot, moment, wanted)
        return 0
    chosen = Pane(pane)
    if getattr(arguments, "week", False):
        _print_week(configuration, arguments, chosen, snapshot, moment)
        return 0
    if getattr(arguments, "csv", False):
        if chosen is not Pane.LOST:
            raise UsageError(_("Only lost callers are written as CSV."))
        sys.stdout.write(lost_csv(wanted_lost(chosen, snapshot, moment, wanted)))
        return 0
    if getattr(arguments, "json", False):
        sys.stdout.write(_json(chosen, snapshot, moment, wanted))
        return 0
    is_terminal = sys.stdout.isatty()
    width = terminal_width(is_terminal=is_terminal)
    is_ascii = wants_ascii(configuration, arguments)
    lines = render_pane(chosen, snapshot, moment, wanted, width=width, is_ascii=is_ascii)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _json(pane: Pane, snapshot: FloorSnapshot, moment: Moment, wanted: Wanted) -> str:
    """A pane as JSON; which checklists there are, the configuration says."""
    if pane is Pane.CHECKLISTS:
        lists = checklists_json(wanted.checklists, snapshot, wanted.site, moment.now)
        return encode(lists)
    return show_json(
        pane,
        snapshot,
        moment,
        site=wanted.site,
        figures=figures_of(snapshot, moment, wanted) if pane is Pane.QUEUES else None,
        lost=wanted_lost(pane, snapshot, moment, wanted),
        day=wanted_day(pane, snapshot, moment, wanted),
        is_past=wanted.past_seen_at is not None,
    )


def _print_week(
    configuration: Configuration,
    arguments: argparse.Namespace,
    chosen: Pane,
    snapshot: FloorSnapshot,
    moment: Moment,
) -> None:
    from supervisor_tui.show_alerts import read_week, week_json, week_lines

    if chosen is not Pane.ALERTS or getattr(arguments, "csv", False):
        raise UsageError(_("--week goes with alerts, as text or as JSON."))
    site = checked_site(configuration, getattr(arguments, "site", ""))
    alerts = read_week(floor_files(configuration).history, site, moment.now)
    if getattr(arguments, "json", False):
        sys.stdout.write(week_json(alerts))
        return
    width = terminal_width(is_terminal=sys.stdout.isatty())
    is_ascii = wants_ascii(configuration, arguments)
    lines = week_lines(alerts, snapshot, moment.now, width=width, is_ascii=is_ascii)
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _print_night(
    configuration: Configuration,
    arguments: argparse.Namespace,
    snapshot: FloorSnapshot,
    moment: Moment,
    wanted: Wanted,
) -> None:
    from supervisor_tui.show_night import night_json, night_lines, nights_of

    if getattr(arguments, "csv", False):
        raise UsageError(_("Only lost callers are written as CSV."))
    history, formula = floor_files(configuration).history, wanted.formula
    hours = configuration.screen.night
    nights = nights_of(snapshot, moment, wanted.site, history, formula, hours)
    if getattr(arguments, "json", False):
        sys.stdout.write(night_json(nights, wanted.rules, formula, moment))
        return
    width = terminal_width(is_terminal=sys.stdout.isatty())
    is_ascii = wants_ascii(configuration, arguments)
    lines = night_lines(nights, snapshot, moment, wanted, width=width, is_ascii=is_ascii)
    sys.stdout.writelines(f"{line}\n" for line in lines)


def wanted_of(
    configuration: Configuration, arguments: argparse.Namespace, site: str | None
) -> Wanted:
    """What to show of a floor, as its configuration and the command line have it."""
    archive = Archive(floor_files(configuration).history)
    return Wanted(
        floor_name=configuration.floor.name,
        site=site,
        formula=configuration.floor.formula,
        rules=rules_of_today(configuration),
        person=getattr(arguments, "person", "") or configuration.floor.person,
        lost=lambda snapshot, moment: archive.lost(
            snapshot, site, moment, is_past=bool(getattr(arguments, "at", ""))
        ),
        day=lambda snapshot, moment, width: read_day(archive.path, snapshot, site, moment, width),
        expected=Forecasts(archive.path, site),
        kept=lambda snapshot, moment: read_kept(archive.path, snapshot, site, moment),
        has_short=getattr(arguments, "everyone", False),
        checklists=configuration.checklists or DEFAULT_CHECKLISTS,
    )


def ensure_cache(configuration: Configuration, files: FloorFiles) -> None:
    """See to it that there is a cache: wait for the sync process, or synchronise once.

    What a synchronisation that failed has to say is on the error output already; whether there is
    a cache nevertheless shows when it is read.
    """
    if not files.cache.exists() and not is_held(files):
        command = [*sync_command(configuration.path), "--once"]
        nothing = subprocess.DEVNULL
        subprocess.run(command, stdin=nothing, stdout=nothing, check=False)
    deadline = time.monotonic() + FIRST_SYNC_S
    while not files.cache.exists() and is_held(files) and time.monotonic() < deadline:
        time.sleep(LOOK_S)


def wants_ascii(configuration: Configuration, arguments: argparse.Namespace) -> bool:
    """Whether plain text is to be in ASCII: as for the screen, by the same rules."""
    streams = Streams(stdin=True, stdout=True, stderr=True)
    overrides = Overrides(is_ascii=getattr(arguments, "ascii", None))
    return detect(given_environ(), streams, configuration.screen, overrides).is_ascii
