"""`supervisor-tui history backup`: a whole copy of what happened, while everything runs."""

from __future__ import annotations

import argparse
import os
import sys

from data.cache.backup import backup
from screens.text import _
from supervisor_tui.commands.common import open_configuration
from supervisor_tui.config import floor_files
from supervisor_tui.failures import CommandFailed


def run(arguments: argparse.Namespace) -> int:
    """Copy the history of the configured floor.

    Raises:
        CommandFailed: There is a file of that name already.
        StoreError: There is no history, or the copy cannot be written.
    """
    files = floor_files(open_configuration(arguments))
    if os.path.lexists(arguments.file):
        message = _("{file} is there already and was left as it is.").format(file=arguments.file)
        raise CommandFailed(message)
    is_terminal = sys.stderr.isatty()
    backup(files.history, arguments.file, _show_progress if is_terminal else _say_nothing)
    if is_terminal:
        print(file=sys.stderr)
    print(_("The history was copied to {file}").format(file=arguments.file))
    return 0


def _show_progress(done: int, whole: int) -> None:
    percent = 100 * done // whole if whole else 100
    print(f"\r{percent:3} %", end="", file=sys.stderr, flush=True)


def _say_nothing(_done: int, _whole: int) -> None:
    pass
