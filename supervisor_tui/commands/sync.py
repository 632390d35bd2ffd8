"""`supervisor-tui sync`: the process that asks the endpoints and writes the floor's files."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from data.errors import LockHeld
from data.files import FloorFiles
from data.settings import Reckoning
from data.sync.outcome import SyncProblem
from data.sync.process import run_sync
from screens.sentences import error_sentence, sentence
from screens.text import _
from supervisor_tui.commands.common import open_configuration
from supervisor_tui.config import Configuration, floor_files
from supervisor_tui.garbage import keep_what_is_there


def run(arguments: argparse.Namespace) -> int:
    """Keep the floor in step until told to end, or bring it up to date once.

    Raises:
        LockHeld: Another sync process keeps it in step; with `--once` that is as good.
        StoreError: The floor's folder cannot be used.
    """
    return keep_in_step(open_configuration(arguments), once=arguments.once)


def keep_in_step(configuration: Configuration, *, once: bool = False) -> int:
    """Keep a floor in step until told to end, or bring it up to date once.

    Args:
        configuration: Which floor.
        once: Read every source once and end.

    Returns:
        The exit status.

    Raises:
        LockHeld: Another sync process keeps it in step; with `once` that is as good.
        StoreError: The floor's folder cannot be used.
    """
    keep_what_is_there()
    try:
        return asyncio.run(_sync(configuration, once=once))
    except LockHeld as error:
        if not once:
            raise
        print(error_sentence(error), file=sys.stderr)
        return 0


async def _sync(configuration: Configuration, *, once: bool) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, stop.set)
    files = floor_files(configuration)
    with _looking_after_the_night(configuration, files, is_wanted=not once):
        outcome = await run_sync(
            configuration.floor,
            configuration.sites,
            files,
            once=once,
            stop=stop,
            people=configuration.people,
            complaints=configuration.complaints,
            reckoning=Reckoning(configuration.planning, configuration.rules),
        )
    for problem in outcome.problems:
        print(_word(problem), file=sys.stderr)
    return 0 if outcome.ok else 1


@contextmanager
def _looking_after_the_night(
    configuration: Configuration, files: FloorFiles, *, is_wanted: bool
) -> Iterator[None]:
    """Have the next person called at night where no screen is left to do it."""
    if not (is_wanted and configuration.night and configuration.screen.night):
        yield
        return
    from supervisor_tui.night_keeper import NightKeeper  # few floors name anybody

    keeper = NightKeeper(configuration, files)
    keeper.start()
    try:
        yield
    finally:
        keeper.stop()
        keeper.join(1.0)


def _word(problem: SyncProblem) -> str:
    said = sentence(problem.code, problem.detail)
    if not problem.source:
        return said
    name = f"{problem.site}/{problem.source}"
    return _("{name}: {problem}").format(name=name, problem=said)
