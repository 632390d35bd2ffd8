"""The smallest app with the guard on: what the guard's tests run on a pty."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from supervisor_tui.terminal import Streams, apply, detect

streams = Streams(*(os.isatty(number) for number in (0, 1, 2)))
profile = detect(os.environ, streams)
if profile.is_dumb:
    print("no screen:", profile.reason)
    sys.exit(1)
apply(profile, os.environ, is_restricted=True)

from textual.app import ComposeResult  # noqa: E402 - it reads the environment on import
from textual.binding import Binding  # noqa: E402
from textual.widgets import Static  # noqa: E402

from supervisor_tui.safe_app import SafeApp  # noqa: E402

TOKEN = os.environ.get("TINY_TOKEN", "")
CALLER = os.environ.get("TINY_CALLER", "")


class TinyApp(SafeApp):
    """Counts, so that there is always something to paint; fails and blocks on request."""

    BINDINGS = [  # noqa: RUF012
        Binding("q", "quit"),
        Binding("f", "fail"),
        Binding("w", "fail_in_worker"),
        Binding("b", "block"),
        Binding("u", "browse"),
        Binding("p", "screenshot"),
        Binding("z", "suspend_process"),
        Binding("m", "many"),
    ]
    count = 0
    step = 0.05

    def compose(self) -> ComposeResult:
        yield Static("ready", id="said")
        yield Static("", id="many")

    def on_mount(self) -> None:
        self.set_interval(self.step, self.tick)

    def tick(self) -> None:
        self.count += 1
        self.query_one("#said", Static).update(f"ready {self.count}")

    def action_many(self) -> None:
        """Paint so much that a line that stands still is soon full."""
        self.set_interval(0.02, self.flood)

    def flood(self) -> None:
        self.count += 1
        self.query_one("#many", Static).update(f"{self.count} " * 2000)

    def action_fail(self) -> None:
        token, caller = TOKEN, CALLER
        raise ValueError(f"refused: {token} for {caller}")

    def action_fail_in_worker(self) -> None:
        self.run_worker(self.work, thread=True)

    def work(self) -> None:
        token, caller = TOKEN, CALLER
        raise ValueError(f"refused: {token} for {caller}")

    def action_block(self) -> None:
        """Block the loop for ever, after leaving a sign for the test."""
        Path(os.environ["TINY_SIGN"]).touch()
        reading, _writing = os.pipe()
        os.read(reading, 1)

    def action_browse(self) -> None:
        self.open_url("https://example.com/")
        self.query_one("#many", Static).update("browsed")


if __name__ == "__main__":
    app = TinyApp()
    app.run(mouse=True)
    sys.exit(app.return_code)
