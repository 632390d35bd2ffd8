"""Resting and ending of the event loop's tasks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

GRID_S = 0.25


async def rest(woken: asyncio.Event, seconds: float) -> None:
    """Wait for about so long, or until an event is set.

    Whoever looks for something now and then rests like this, so that all look in the same quarter
    of a second: waking costs a process that has nothing to do more than most of its looks.

    Args:
        woken: Ends it at once.
        seconds: From a quarter second on they are rounded to quarters of the loop's clock.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + seconds
    if seconds >= GRID_S:
        due = round(due / GRID_S) * GRID_S
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(due):
            await woken.wait()


async def end_tasks(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Cancel tasks and see them out; what they raised has been seen or no longer matters."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
