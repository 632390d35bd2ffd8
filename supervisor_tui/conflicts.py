"""What met a record that somebody else had changed: offered again as soon as that can be shown.

Who is in the middle of something is not interrupted: the action stands in `o`, where it can be done
anew as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from data.model import Ms
from data.status import ActionRow, ActionState
from screens.detail import DetailScreen
from screens.table_screen import TableScreen

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp
    from supervisor_tui.doing import Doer

SHOWN_WITHIN_MS = 10_000
"""So long after a conflict it is waited for what had changed; then `o` has to do."""


class Conflicts:
    """The conflicts of one screen that are still to be offered."""

    def __init__(self) -> None:
        self._waiting: dict[str, Ms] = {}
        """By the action's key, when it was told."""

    def add(self, failed: Iterable[ActionRow]) -> None:
        """Take note of what has just failed."""
        for row in failed:
            if row.state is ActionState.CONFLICT:
                self._waiting[row.key] = row.updated_at

    def offer(self, doer: Doer, app: SupervisorApp) -> None:
        """Ask about one of them, if what had changed is known and nothing else is open."""
        if not self._waiting:
            return
        from supervisor_tui.redoing import offer_anew

        key, told_at = next(iter(self._waiting.items()))
        is_late = app.snapshot.clock().now() - told_at > SHOWN_WITHIN_MS
        if _is_busy(app) or is_late or offer_anew(doer, app, key):
            del self._waiting[key]


def _is_busy(app: SupervisorApp) -> bool:
    """Whether the person is typing, choosing or being asked."""
    top = app.screen
    if isinstance(top, TableScreen):
        return top.is_asking
    return not isinstance(top, DetailScreen)
