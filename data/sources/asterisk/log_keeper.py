"""Fills the day's counts from the queue_log: at the start, after a gap, and to tell leavings apart.

Events do not say why a caller left without an answer; the log does. So it is read anew from time to
time where callers have left since, but never for more than a small part of the time.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import BinaryIO, Protocol

from data.clock import monotonic_ms
from data.model import Ms
from data.sources.asterisk.log_files import LogFiles
from data.status import SwitchState

NAME = "queue_log"
LEAST_PAUSE_MS = 60_000
SPARED = 100
"""Reading takes at most this part of the time."""


class Filled(Protocol):
    """What is filled."""

    @property
    def day_started_at(self) -> Ms:
        """Since when is counted."""
        ...

    @property
    def untold(self) -> int:
        """Of how many callers it is not known why they left."""
        ...

    @property
    def has_strangers(self) -> bool:
        """Whether the log told of somebody by name who is known only since."""
        ...

    def fill(self, log: BinaryIO, at: Ms) -> int:
        """Count the day anew from the log; how many lines were rubbish."""
        ...


class LogKeeper:
    """Reads the log when it has something to tell.

    Args:
        path: Of the log; empty where there is none to be read.
        board: What it fills.
    """

    def __init__(self, path: str, board: Filled) -> None:
        self._files = LogFiles(Path(path)) if path else None
        self._board = board
        self._not_before_ms = 0
        self._is_needed = True
        self.state: tuple[SwitchState, ...] = ()
        """How the log is, for the screens: `live`, or `down` where it cannot be read."""

    def need(self) -> None:
        """Events were lost: what happened meanwhile only the log knows."""
        self._is_needed = True

    async def keep(self, at: Ms) -> None:
        """Read the log where that is due; nothing else may change the board meanwhile.

        Args:
            at: The present, by the server's clock.
        """
        now_ms = monotonic_ms()
        if self._files is None or not (self._is_needed or self._is_worth_it(now_ms)):
            return
        try:
            # In a thread: a day of a large floor takes a second, and other sites go on meanwhile.
            await asyncio.to_thread(self._fill, self._files, at)
        except OSError:
            self._not_before_ms = now_ms + LEAST_PAUSE_MS
            self.state = (SwitchState(NAME, "down", at),)
            return
        took_ms = monotonic_ms() - now_ms
        self._not_before_ms = now_ms + max(LEAST_PAUSE_MS, took_ms * SPARED)
        self._is_needed = False
        self.state = (SwitchState(NAME, "live", at),)

    def _is_worth_it(self, now_ms: int) -> bool:
        is_time = now_ms >= self._not_before_ms
        return is_time and (self._board.untold > 0 or self._board.has_strangers)

    def _fill(self, files: LogFiles, at: Ms) -> None:
        with files.since(self._board.day_started_at) as log:
            self._board.fill(log, at)
