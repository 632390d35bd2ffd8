"""Ending tasks of the event loop in good order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any


async def end_tasks(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Cancel tasks and see them out; what they raised has been seen or no longer matters."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
