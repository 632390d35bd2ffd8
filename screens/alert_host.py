"""A screen that can go to the cause of an alert, as a table in it knows it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class AlertHost(Protocol):
    """A screen with panes in which causes can be seen."""

    def go_to_worst_alert(self) -> bool:
        """Go to the cause of the worst alert, if there is one."""
        ...


def goes_to_alert(screen: object) -> bool:
    """Go to the cause of the worst alert, where a screen can and there is one; whether it does."""
    return isinstance(screen, AlertHost) and screen.go_to_worst_alert()
