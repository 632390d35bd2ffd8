"""The sync process at work: its signals, the night that it looks after, its last words."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from data.files import FloorFiles
from data.settings import Reckoning
from data.sync.outcome import SyncProblem
from data.sync.process import run_sync
from screens.sentences import sentence
from screens.text import _
from supervisor_tui.config import Configuration, floor_files


def sync(configuration: Configuration, *, once: bool) -> int:
    """Keep a floor in step until told to end, or bring it up to date once.

    Returns:
        The exit status.

    Raises:
        LockHeld: Another process keeps it in step.
        StoreError: The floor's folder cannot be used.
    """
    return asyncio.run(_sync(configuration, once=once))


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
