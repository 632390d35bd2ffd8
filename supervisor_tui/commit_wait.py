"""Waiting for the next commit of another process.

It sleeps until the kernel tells that the file was written. Where the kernel does not, and during
the first seconds, it sleeps for a moment and leaves it to the caller to look.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supervisor_tui.watching import FileWatch

POLL_S = 0.05
"""A commit is noticed within it; being woken at all is most of what a look costs."""
AWAITED_S = 0.01
"""The same for the first commit of figures, which somebody is waiting for."""
LOOKS = 40
"""After so many the kernel is asked to tell; and so many are spent on a commit it told of."""
UNTOLD_S = 3.0
"""How long what the kernel tells is relied on without a look."""
COMMIT_S = 0.008
"""A commit is many writes: how long to let it come to its end."""


class CommitWait:
    """Waits until it is worth another look at the cache.

    Args:
        path: The cache.
    """

    def __init__(self, path: Path) -> None:
        self._paths = (path, path.with_name(f"{path.name}-wal"))
        self._watch: FileWatch | None = None
        self._polls = 0
        self._is_told = False
        """The kernel told of a write of which no commit has been seen yet."""
        self._has_failed = False

    def wait(self, *, has_found: bool, is_awaited: bool = False) -> None:
        """Wait for another commit.

        Args:
            has_found: Whether the last look found a commit.
            is_awaited: Whether somebody has nothing to look at until it comes.
        """
        watch = self._watch
        if watch is None:
            self._poll(AWAITED_S if is_awaited else POLL_S)
            return
        if has_found and not self._is_told and not watch.wait(0):
            self._distrust()  # it was not told of that commit: nothing it says is worth waiting for
            return
        self._polls += 1
        if has_found or not self._is_told or self._polls > LOOKS:
            self._polls = 0
            if not watch.renew():
                self._poll_for_a_while()  # a file is missing: another is on its way
                return
            self._is_told = is_written = watch.wait(UNTOLD_S)
        else:
            is_written = watch.wait(POLL_S)  # the commit of which it was told is still to come
        if is_written:
            time.sleep(COMMIT_S)
            watch.drain()

    def close(self) -> None:
        """Wait no more."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _poll(self, seconds: float) -> None:
        time.sleep(seconds)
        self._polls += 1
        if self._watch is None and not self._has_failed and self._polls >= LOOKS:
            self._be_told()

    def _be_told(self) -> None:
        """Have the kernel tell; not at the start, which should not have to pay for it."""
        from supervisor_tui.watching import FileWatch

        try:
            self._watch = FileWatch(self._paths)
        except OSError:
            self._has_failed = True
            return
        # What was committed just before it watched, it was not told of.
        self._polls, self._is_told = 0, True
        if not self._watch.renew():
            self._poll_for_a_while()

    def _poll_for_a_while(self) -> None:
        self.close()
        self._polls = 0

    def _distrust(self) -> None:
        self.close()
        self._has_failed = True
