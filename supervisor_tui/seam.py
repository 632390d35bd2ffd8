"""The one place that leans on Textual's inside: its frames go to the output stage instead.

Textual is pinned to a minor series because of this module. It replaces `App._display`, reads the
strips out of `LayoutUpdate` and `ChopsUpdate`, counts what the driver's writer thread has not yet
got rid of, lets nothing of Textual's own through but what is chosen here, reads the keyboard, and
says when a screen is painted.
`tests/terminal/test_seam.py` compares what a terminal shows with and without it.
"""

from __future__ import annotations

import asyncio
import os
import selectors
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING, Any, cast

from rich.color import ColorSystem
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.keys import Keys
from textual.message import Message
from textual.screen import UPDATE_PERIOD
from textual.strip import Strip

from data.clock import monotonic_ms
from supervisor_tui.counting_file import CountingFile
from supervisor_tui.first_paint import TAKEN, FirstPaint
from supervisor_tui.flow_control import keep_flow_control
from supervisor_tui.frames import FrameClock
from supervisor_tui.keystrokes import LONGEST, Keystrokes, is_begun, is_whole
from supervisor_tui.output import OutputStage
from supervisor_tui.pacing import Pacer
from supervisor_tui.sequences import AGAIN, CHOSEN, MOUSE_OFF, MOUSE_ON, PARTING

if TYPE_CHECKING:
    from textual.screen import Screen

RETRY_S, SELDOM_S, SLOWER = 0.03, 0.5, 1.05
"""How soon to look again whether a line that is behind has caught up: at first, at last, and by how
much later each time. Who has waited for so long can wait a twentieth longer."""
RESIZED_S = 0.1
"""How long Textual may take to lay out for a new size before the old picture is sent again."""
REST_S = 2.0
"""How much longer than for an escape alone the rest of a sequence is waited for: its letters would
be typed, and capitals act."""
KEYS_S = 0.1
"""How often to look whether an escape has stayed alone long enough to be a key."""
TYPING_MS = 250
"""So long after a key what is painted is what it brought about, as far as anybody can see."""
LAST_ANSWER_MS = 1000
"""How long leaving waits for an answer under way, which the shell would take for keys."""


class KeyParser(XTermParser):
    """Textual's parser of keys: told when an escape stands alone, silent on unknown sequences."""

    _recent = ""

    @property
    def is_waiting(self) -> bool:
        """Whether what has come so far becomes a key by time alone."""
        return self._timeout_time is not None

    def end_escape(self) -> Iterable[Message]:
        """Take an escape that waits for more as the key that it is."""
        if self.is_waiting:
            self._timeout_time = 0.0
            yield from self.tick()

    def feed(self, data: str) -> Iterable[Message]:
        """Take what was typed; answers the keys that have come to their end."""
        self._recent = (self._recent + data)[-LONGEST:]
        yield from super().feed(data)
        if self._timeout_time is not None and is_begun(self._recent):
            self._timeout_time += REST_S

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        keys = list(super()._sequence_to_key_events(sequence, alt=alt))
        return keys or ([events.Key(Keys.Ignore, None)] if is_whole(sequence) else [])


class TerminalDriver(LinuxDriver):
    """Textual's driver: says that the line is behind, and nothing that was not chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What may leave was decided from the terminal's locale, not from Python's guess at it.
        cast("TextIOWrapper", self._file).reconfigure(encoding="utf-8", errors="replace")
        self._counting = CountingFile(cast("IO[str]", self._file))
        self._file = cast("Any", self._counting)
        self._pacer = self._new_pacer()
        self._leaving, self._leave = os.pipe()
        """Written when the keyboard is to be read no more: it is waited for without a limit."""
        self.starts = 0
        """How often the terminal was taken over; it begins blank each time."""
        self._first = cast("PaintingApp", self._app).first_paint
        self._typed_ms = -TYPING_MS

    @property
    def is_typed_on(self) -> bool:
        """Whether somebody has just pressed a key."""
        return monotonic_ms() - self._typed_ms < TYPING_MS

    @property
    def modes(self) -> str:
        """What puts the terminal into the modes that it was taken over in."""
        return AGAIN + (MOUSE_ON if self._mouse else "")

    @property
    def is_behind(self) -> bool:
        """Whether the terminal has not yet got all that was written."""
        return self._counting.is_behind or self._pacer.is_behind(monotonic_ms())

    def doubt(self) -> None:
        """Somebody sees that something is wrong: an answer that is long due may be lost."""
        self._pacer.doubt(monotonic_ms())

    def start_application_mode(self) -> None:
        """Take the terminal over, for the first time or after the process was suspended."""
        self.starts += 1
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        first, self._first = self._first, None
        if first is not None:
            self.attrs_before = first.mode
            first.hand_on()
        keep_flow_control(self.fileno, self.attrs_before)
        self._pacer = self._new_pacer()
        self.send("")

    def stop_application_mode(self) -> None:
        """Leave the terminal plain and empty; the stage keeps its attributes between frames."""
        self._pacer.wait_for_answer(LAST_ANSWER_MS)
        self._hand_on(PARTING)
        super().stop_application_mode()

    def disable_input(self) -> None:
        """Read the keyboard no more."""
        os.write(self._leave, b"x")
        super().disable_input()
        os.read(self._leaving, 1)

    def close(self) -> None:
        """Let go of what only this driver uses."""
        super().close()
        os.close(self._leaving)
        os.close(self._leave)

    def suspend_application_mode(self) -> None:
        """Leave the terminal to another program for a while; what only this driver uses stays."""
        self.stop_application_mode()
        super().close()

    def write(self, data: str) -> None:
        """Hand on what Textual has to say, as far as it is chosen."""
        # To take the alternate screen once more would clear what is on it.
        if data in CHOSEN and not (data in TAKEN and self._first is not None):
            self._hand_on(data)

    def send(self, frame: str) -> None:
        """Send a frame, and ask behind it whether it has arrived."""
        question = self._pacer.question
        if question:
            self._pacer.asked(monotonic_ms())
        if frame or question:
            self._pacer.sent(len((frame + question).encode()), monotonic_ms())
            self._hand_on(frame + question)

    def _new_pacer(self) -> Pacer:
        return Pacer(cast("PaintingApp", self._app).bits_per_s)

    def process_message(self, message: Message) -> None:
        """Keep the terminal's answers; all else is for the app. Runs in the keyboard's thread."""
        if not isinstance(message, events.CursorPosition):
            self._typed_ms = monotonic_ms()
            super().process_message(message)
            return
        self._pacer.answered(monotonic_ms())
        with suppress(RuntimeError):  # the app has ended
            self._loop.call_soon_threadsafe(cast("PaintingApp", self._app).line_has_room)

    def run_input_thread(self) -> None:
        """Read the keyboard until the terminal is given back or has gone, which the guard sees."""
        parser, strokes = KeyParser(), Keystrokes()
        # A byte that is no UTF-8, from a terminal of another charset, must end nothing.
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._leaving, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                # Only an escape that may be a key by itself is worth waking up for.
                limit = KEYS_S if parser.is_waiting else None
                ready = [key.fd for key, _events in selector.select(limit)]
                if self._leaving in ready:
                    return
                if ready:
                    try:
                        data = os.read(self.fileno, 4096)
                    except OSError:
                        data = b""
                    if not data:
                        return
                    self._take_keys(parser, strokes.split(decode(data)))
                for message in parser.tick():
                    self.process_message(message)

    def _take_keys(self, parser: KeyParser, pieces: Iterable[str | None]) -> None:
        for piece in pieces:
            if piece is None:
                messages = parser.end_escape()
            else:
                messages = parser.feed(piece) if piece else ()  # no text would be the end
            for message in messages:
                self.process_message(message)

    def _hand_on(self, data: str) -> None:
        """Give data to the writer thread."""
        self._counting.expect()
        super().write(data)

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            self._hand_on(MOUSE_ON)

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self._hand_on(MOUSE_OFF)


class PaintingApp(App[None]):
    """An App whose frames reach the terminal as differences, and never queue up."""

    has_italics = True
    """Whether the terminal slants text, and does not show something else instead."""
    bits_per_s = 0
    """The speed of a slow line; 0 where it is fast."""

    def __init__(
        self,
        *,
        colours: ColorSystem | None = ColorSystem.STANDARD,
        first_paint: FirstPaint | None = None,
    ) -> None:
        super().__init__(driver_class=TerminalDriver)
        self._styled_for = self.theme
        # Nothing here has either; Textual would style and lay out their widgets all the same.
        self._disable_tooltips = self._disable_notifications = True
        self._colours = colours
        self.first_paint = first_paint
        """What is on the terminal already; None where nothing is."""
        self._stage: OutputStage | None = None
        self._retry_is_set, self._retry_s = False, RETRY_S
        self._starts = 0
        self._has_painted = False
        self._is_doubted = False
        """Whether the terminal may be in other modes than ours."""
        if first_paint is not None:
            self._stage, self._starts = first_paint.stage, 1

    def refresh_css(self, animate: bool = True) -> None:
        """Style everything for another theme; Textual asks at the start, too, without one."""
        if self.theme != self._styled_for:
            self._styled_for = self.theme
            super().refresh_css(animate)

    def on_resize(self) -> None:
        """Whatever the terminal made of its content, it is no longer known.

        Textual paints nothing if a resize is undone before it has laid out for it.
        """
        if self._stage is not None:
            if not self._has_painted and self._stage.size == self.size:
                return  # told how large it is, for the first time
            self._stage.forget()
            self.set_timer(RESIZED_S, self._send)

    def repaint_all(self) -> None:
        """Clear the terminal and paint everything again, whatever it shows and however."""
        if self._stage is not None:
            self._is_doubted = True
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
        if not isinstance(screen._update_timer, FrameClock):
            self._give_clock(screen)
        if not self._batch_count:
            self._take(screen, renderable)
            self._send()
        self.post_display_hook()

    def _give_clock(self, screen: Screen[Any]) -> None:
        """Have a screen painted when somebody waits for it, and not only with the next frame."""

        def paint() -> None:
            try:
                if not self._exit:
                    screen._on_timer_update()
            except Exception as error:  # noqa: BLE001 - as Textual's own timer does
                self._handle_exception(error)

        def may_wait() -> bool:
            # What is still being laid out would be painted in pieces.
            driver = self._driver
            is_typed_on = isinstance(driver, TerminalDriver) and driver.is_typed_on
            return screen._layout_required or not is_typed_on

        clock = FrameClock(asyncio.get_running_loop(), UPDATE_PERIOD, paint, may_wait)
        screen._Screen__update_timer = clock  # type: ignore[attr-defined]  # a name of its own

    def _take(self, screen: Screen[Any], update: LayoutUpdate | ChopsUpdate) -> None:
        """Put the strips of an update where they belong on the wanted screen."""
        columns, rows = screen.outer_size
        self._has_painted = True
        stage = self._stage
        if stage is None:
            stage = self._stage = OutputStage(
                columns, rows, self._colours, has_italics=self.has_italics
            )
        stage.resize(columns, rows)
        if isinstance(update, LayoutUpdate):
            for y, strips in enumerate(update.strips, update.region.y):
                x = update.region.x
                for strip in strips:
                    stage.put(x, y, strip)
                    x += strip.cell_length
                    strip._divide_cache.clear()
            return
        for x, y, strip in painted(update):
            stage.put(x, y, strip)

    def _send(self) -> None:
        """Send the difference, or look again soon if the line has not taken the last one."""
        driver, stage = self._driver, self._stage
        if not isinstance(driver, TerminalDriver) or stage is None:
            return
        if self._is_doubted:
            driver.doubt()
        if driver.is_behind:
            if not self._retry_is_set:
                self._retry_is_set = True
                self.set_timer(self._retry_s, self._send_again)
                self._retry_s = min(SELDOM_S, SLOWER * self._retry_s)
            return
        self._retry_s = RETRY_S
        if driver.starts != self._starts:
            self._starts = driver.starts
            stage.forget()
        column, row = self.cursor_position
        data = stage.difference(park=(column, row))
        if self._is_doubted:
            data, self._is_doubted = driver.modes + data, False
        if data:
            driver.send(data)

    def line_has_room(self) -> None:
        """The terminal has told that all has arrived: what waits can go.

        The keyboard's thread asks for it, which knows of no app; a timer that is set here must.
        """
        with self._context():
            self._send()

    def _send_again(self) -> None:
        self._retry_is_set = False
        self._send()


def painted(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """What an update paints, and where.

    Only what lies in its spans counts: beside them Textual has filled lines with whatever widgets
    it had at hand, often the blank ground of a container instead of the pane that stands on it.

    A strip that was divided into nothing but itself keeps itself alive until Python collects
    garbage, which takes longer than a frame: it forgets the division.
    """
    for y, first, last in update.spans:
        for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if chop is not None and x < last and end > first:
                yield x, y, chop.crop(0, min(end, last) - x)
                chop._divide_cache.clear()
