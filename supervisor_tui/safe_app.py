"""A Textual app that keeps to itself: guarded, silent about its inside, and no way out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, TextIO

from rich.text import Text
from textual.app import App
from textual.dom import NoScreen
from textual.worker import WorkerFailed

from supervisor_tui import guard
from supervisor_tui.incident import record, word_incident


class SafeApp(App[None]):
    """Installs the process guard, and shows an incident number where Textual shows variables.

    While `is_restricted`, nothing on the screen can suspend it, open a browser on the host it
    runs on, or write a file: an account that is only allowed this program stays within it.
    """

    is_restricted: bool = True
    mode_before: list[Any] | None = None
    """The terminal's mode as it was found, where something has changed it since."""

    def on_load(self) -> None:
        """Guard the process before the terminal is taken over; not where there is none."""
        if not self.is_headless:
            guard.install(self, self.mode_before)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open a browser, unless restricted."""
        if not self.is_restricted:
            super().open_url(url, new_tab=new_tab)

    def action_suspend_process(self) -> None:
        """Suspend the process, unless restricted."""
        if not self.is_restricted:
            super().action_suspend_process()

    def deliver_text(self, path_or_file: str | Path | TextIO, **how: Any) -> str | None:
        """Write a text file into the person's downloads, unless restricted."""
        return None if self.is_restricted else super().deliver_text(path_or_file, **how)

    def deliver_binary(self, path_or_file: str | Path | BinaryIO, **how: Any) -> str | None:
        """Write a file into the person's downloads, unless restricted."""
        return None if self.is_restricted else super().deliver_binary(path_or_file, **how)

    def deliver_screenshot(
        self,
        filename: str | None = None,
        path: str | None = None,
        time_format: str | None = None,
    ) -> str | None:
        """Write a picture of the screen into the person's downloads, unless restricted."""
        if self.is_restricted:
            return None
        return super().deliver_screenshot(filename, path, time_format)

    def _handle_exception(self, error: Exception) -> None:
        """End with an incident number.

        Textual would print a traceback with local variables, tokens and callers among them. It
        has no public way to change that; test_guard.py watches over this one.
        """
        if self._exit and isinstance(error, NoScreen):
            return  # told to leave while a screen was being put up, whose widgets have no place now
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        cause = error.error if isinstance(error, WorkerFailed) else error
        self.panic(Text(word_incident(record(cause))))
