"""What panes and pages ask of history: read in a thread now and then, never while a key waits."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader
    from screens.look import Look


@runtime_checkable
class ReadsPast(Protocol):
    """A pane or a page that needs history beside the present floor."""

    @property
    def wanted_past(self) -> Hashable:
        """What it needs now. A change is read at once, the same again every 15 s; None: nothing."""

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Read what is wanted, and put it in place by one assignment.

        Called in a thread: nothing of a widget may be touched. What was read is drawn with the
        next look, which comes at once.

        Raises:
            StoreError: History cannot be read; what was read before stays.
        """


@runtime_checkable
class FollowsPast(ReadsPast, Protocol):
    """One that has to show soon what history has newly got."""

    @property
    def past_every_ms(self) -> int:
        """How soon the same may be read again once history has changed."""
