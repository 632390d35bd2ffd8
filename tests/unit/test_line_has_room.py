"""A terminal that answers while the next frame is already under way: that frame is sent after it.

The answer is read by the keyboard's thread, which knows of no app; what it starts must.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from textual.events import CursorPosition

from supervisor_tui.output import OutputStage
from supervisor_tui.pacing import Pacer
from supervisor_tui.seam import PaintingApp, TerminalDriver

LIMIT_S = 5


class Still(PaintingApp):
    """Paints nothing of itself: what is sent, the answer has brought about."""

    def _display(self, screen: object, renderable: object) -> None:
        pass


class SlowLine(TerminalDriver):
    """A line that is behind once more when it is asked for the first time after an answer."""

    def __init__(self, app: PaintingApp) -> None:
        self._app, self._loop, self._pacer = app, asyncio.get_running_loop(), Pacer()
        self.starts, self.looks, self.sent = 1, 0, asyncio.Event()

    @property
    def is_behind(self) -> bool:
        self.looks += 1
        return self.looks == 1

    def send(self, frame: str) -> None:
        self.sent.set()


async def send_after_an_answer() -> list[dict[str, Any]]:
    """What goes wrong in the loop until the frame is sent."""
    wrong: list[dict[str, Any]] = []
    app = Still()
    async with app.run_test():
        asyncio.get_running_loop().set_exception_handler(lambda _loop, told: wrong.append(told))
        ordinary, app._driver = app._driver, (line := SlowLine(app))
        app._stage = OutputStage(80, 24, None)
        answer = CursorPosition(0, 0)
        thread = threading.Thread(target=line.process_message, args=(answer,))
        thread.start()
        try:
            await asyncio.wait_for(line.sent.wait(), LIMIT_S)
        finally:
            thread.join()
            app._driver, app._stage = ordinary, None
    return wrong


def test_a_frame_that_waits_for_the_line_is_sent_after_an_answer() -> None:
    assert asyncio.run(send_after_an_answer()) == []
