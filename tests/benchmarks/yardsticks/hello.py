"""What Textual alone costs: an app that says one line."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Hello(App[None]):
    """One line."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("hello, floor")


if __name__ == "__main__":
    Hello().run()
