"""The one place that leans on Textual's inside: its frames go to the output stage instead.

Textual is pinned to a minor series because of this module. It replaces `App._display`, reads the
strips out of `LayoutUpdate` and `ChopsUpdate`, and counts what the driver's writer thread has not
yet got rid of. `tests/terminal/test_seam.py` compares what a terminal shows with and without it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any, cast

from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.strip import Strip

from supervisor_tui.output import OutputStage

if TYPE_CHECKING:
    from textual.screen import Screen

PLAIN_ATTRIBUTES = "\x1b[m"
RETRY_S = 0.03
"""How soon to look again whether a line that was behind has caught up."""
RESIZED_S = 0.1
"""How long Textual may take to lay out for a new size before the old picture is sent again."""


class CountingFile:
    """A terminal that knows how many of the writes asked of it are still under way."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._pending = 0

    @property
    def is_behind(self) -> bool:
        """Whether something was asked to be written that the terminal has not taken yet."""
        return self._pending > 0

    def expect(self) -> None:
        """A write is on its way."""
        with self._lock:
            self._pending += 1

    def write(self, text: str) -> int:
        """Write and flush; blocks as long as the terminal takes nothing."""
        try:
            count = self._file.write(text)
            self._file.flush()
        finally:
            with self._lock:
                self._pending -= 1
        return count

    def flush(self) -> None:
        """Nothing is left to flush."""

    def __getattr__(self, name: str) -> Any:
        """Everything else is the terminal's own."""
        return getattr(self._file, name)


class TerminalDriver(LinuxDriver):
    """Textual's driver, able to say that the line is behind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._counting = CountingFile(cast("IO[str]", self._file))
        self._file = cast("Any", self._counting)
        self.starts = 0
        """How often the terminal was taken over; it begins blank each time."""

    @property
    def is_behind(self) -> bool:
        """Whether the terminal has not yet taken all that was written."""
        return self._counting.is_behind

    def start_application_mode(self) -> None:
        """Take the terminal over, for the first time or after the process was suspended."""
        self.starts += 1
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's

    def stop_application_mode(self) -> None:
        """Leave the terminal with plain attributes: the stage keeps them between frames."""
        self.write(PLAIN_ATTRIBUTES)
        super().stop_application_mode()

    def write(self, data: str) -> None:
        """Hand data to the writer thread."""
        self._counting.expect()
        super().write(data)


class PaintingApp(App[None]):
    """An App whose frames reach the terminal as differences, and never queue up."""

    def __init__(self, *, colours: ColorSystem | None = ColorSystem.STANDARD) -> None:
        super().__init__(driver_class=TerminalDriver)
        self._colours = colours
        self._stage: OutputStage | None = None
        self._retry_is_set = False
        self._starts = 0

    def on_resize(self) -> None:
        """Whatever the terminal made of its content, it is no longer known.

        Textual paints nothing if a resize is undone before it has laid out for it.
        """
        if self._stage is not None:
            self._stage.forget()
            self.set_timer(RESIZED_S, self._send)

    def repaint_all(self) -> None:
        """Clear the terminal and paint everything again, whatever it may show."""
        if self._stage is not None:
            self._stage.forget()
            self._send()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        driver = self._driver
        if (
            not isinstance(driver, TerminalDriver)
            or not isinstance(renderable, LayoutUpdate | ChopsUpdate)
            or not self._running
            or self._closed
        ):
            super()._display(screen, renderable)
            if renderable is not None and self._stage is not None:
                self._stage.forget()
            return
        if not self._batch_count:
            self._take(screen, renderable)
            self._send()
        self.post_display_hook()

    def _take(self, screen: Screen[Any], update: LayoutUpdate | ChopsUpdate) -> None:
        """Put the strips of an update where they belong on the wanted screen."""
        columns, rows = screen.outer_size
        stage = self._stage
        if stage is None:
            stage = self._stage = OutputStage(columns, rows, self._colours)
        stage.resize(columns, rows)
        if isinstance(update, LayoutUpdate):
            for y, strips in enumerate(update.strips, update.region.y):
                x = update.region.x
                for strip in strips:
                    stage.put(x, y, strip)
                    x += strip.cell_length
            return
        for x, y, strip in painted(update):
            stage.put(x, y, strip)

    def _send(self) -> None:
        """Send the difference, or look again soon if the line has not taken the last one."""
        driver, stage = self._driver, self._stage
        if not isinstance(driver, TerminalDriver) or stage is None:
            return
        if driver.is_behind:
            if not self._retry_is_set:
                self._retry_is_set = True
                self.set_timer(RETRY_S, self._send_again)
            return
        if driver.starts != self._starts:
            self._starts = driver.starts
            stage.forget()
        column, row = self.cursor_position
        data = stage.difference(park=(column, row))
        if data:
            driver.write(data)

    def _send_again(self) -> None:
        self._retry_is_set = False
        self._send()


def painted(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """What an update paints, and where.

    Only what lies in its spans counts: beside them Textual has filled lines with whatever widgets
    it had at hand, often the blank ground of a container instead of the pane that stands on it.
    """
    for y, first, last in update.spans:
        for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if chop is not None and x < last and end > first:
                yield x, y, chop.crop(0, min(end, last) - x)
