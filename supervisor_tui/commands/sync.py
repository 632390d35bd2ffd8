"""`supervisor-tui sync`: the process that asks the endpoints and writes the floor's files."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from data.errors import LockHeld
from data.sync.process import run_sync
from supervisor_tui.commands.common import open_configuration
from supervisor_tui.config import Configuration, floor_files


def run(arguments: argparse.Namespace) -> int:
    """Keep the floor in step until it is told to end, or once."""
    configuration = open_configuration(arguments)
    try:
        return asyncio.run(_sync(configuration, once=arguments.once))
    except LockHeld:
        if not arguments.once:
            raise
        # Whoever asks for a floor that is up to date has it: a sync process keeps it so.
        return 0


async def _sync(configuration: Configuration, *, once: bool) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, stop.set)
    outcome = await run_sync(
        configuration.floor,
        configuration.sites,
        floor_files(configuration),
        once=once,
        stop=stop,
    )
    for problem in outcome.problems:
        print(problem, file=sys.stderr)
    return 0 if outcome.ok else 1
