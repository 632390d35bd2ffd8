"""`supervisor-tui doctor`: is all that the program needs in order, and if not, what to do."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from typing import cast

from data.settings import SourceKind
from screens.text import pgettext
from supervisor_tui.commands.common import open_configuration
from supervisor_tui.config import (
    ConfigError,
    Configuration,
    ScreenSettings,
    floor_files,
    word_problem,
)
from supervisor_tui.doctor import (
    Finding,
    Level,
    look_at_files,
    look_at_holidays,
    look_at_keys,
    look_at_sync,
    look_at_terminal,
    look_at_zones,
)
from supervisor_tui.doctor_host import look_at_host
from supervisor_tui.terminal import Overrides, TerminalProfile, detect, look_at_streams
from supervisor_tui.terminal_locale import given_environ


def run(arguments: argparse.Namespace) -> int:
    """Print every finding as it comes, or all about the terminal; 1 if something is bad."""
    if arguments.terminal:
        return _print_terminal(arguments)
    worst = 0
    for finding in _findings(arguments):
        print(f"{_word(finding.level):<5} {finding.text}", flush=True)
        worst |= finding.level is Level.BAD
    return int(worst)


def _findings(arguments: argparse.Namespace) -> Iterator[Finding]:
    try:
        configuration = open_configuration(arguments)
    except ConfigError as error:
        yield from _look_at_terminal(arguments, ScreenSettings())
        yield from (Finding(Level.BAD, word_problem(problem)) for problem in error.problems)
        return
    files = floor_files(configuration)
    yield from _look_at_terminal(arguments, configuration.screen)
    yield from look_at_keys(configuration)
    yield from look_at_holidays(configuration)
    yield from look_at_files(files)
    yield from look_at_host(configuration)
    yield from look_at_zones()
    yield from look_at_sync(configuration, files)
    yield from _look_at_endpoints(configuration)


def _print_terminal(arguments: argparse.Namespace) -> int:
    """All about the terminal, and a test card; a bad configuration is no obstacle."""
    from supervisor_tui.doctor_terminal import report

    settings = ScreenSettings()
    try:
        settings = open_configuration(arguments).screen
    except ConfigError as error:
        for problem in error.problems:
            print(word_problem(problem), file=sys.stderr)
    profile = _profile(arguments, settings)
    if not profile.is_ascii:
        # The card is to show what the terminal makes of UTF-8, whatever Python thinks of it.
        cast("TextIOWrapper", sys.stdout).reconfigure(encoding="utf-8")
    for line in report(profile, given_environ(), look_at_streams(), shutil.get_terminal_size()):
        print(line)
    return 0


def _profile(arguments: argparse.Namespace, settings: ScreenSettings) -> TerminalProfile:
    overrides = Overrides(arguments.colours, arguments.ascii, arguments.mouse, arguments.link)
    return detect(given_environ(), look_at_streams(), settings, overrides)


def _look_at_terminal(arguments: argparse.Namespace, settings: ScreenSettings) -> Iterator[Finding]:
    return look_at_terminal(_profile(arguments, settings), given_environ())


def _look_at_endpoints(configuration: Configuration) -> Iterator[Finding]:
    from supervisor_tui.doctor_asterisk import look_at_asterisk
    from supervisor_tui.doctor_endpoint import look_at_endpoint

    sources = [(site, source) for site in configuration.sites for source in site.source]
    switches = [source for _site, source in sources if source.kind is SourceKind.ASTERISK]
    # Whose switch a phone belongs to is only known where there is one.
    people = configuration.people.values() if len(switches) == 1 else ()
    phones = sorted({person.phone for person in people if person.phone})
    for site, source in sources:
        if source.kind is SourceKind.ASTERISK:
            yield from asyncio.run(look_at_asterisk(site, source, phones=phones))
        else:
            yield from asyncio.run(look_at_endpoint(site, source))


def _word(level: Level) -> str:
    match level:
        case Level.OK:
            return pgettext("doctor", "ok")
        case Level.LOOK:
            return pgettext("doctor", "look")
        case Level.BAD:
            return pgettext("doctor", "bad")
