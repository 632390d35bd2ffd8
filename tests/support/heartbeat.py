"""Runs the program with a pulse in its event loop, and writes down how long it ever stood still.

    python -P -m tests.support.heartbeat FILE [the program's arguments]

The file holds the longest pause between two beats so far, in milliseconds.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

BEAT_S = 0.01
SETTLE_S = 3.0
"""Imports and the first paint are not what is measured."""


async def _beat(path: Path) -> None:
    await asyncio.sleep(SETTLE_S)
    worst, last = 0.0, time.monotonic()
    while True:
        await asyncio.sleep(BEAT_S)
        now = time.monotonic()
        if now - last - BEAT_S > worst:
            worst = now - last - BEAT_S
            _note(path, worst)
        last = now


def _note(path: Path, worst_s: float) -> None:
    path.write_text(f"{worst_s * 1000:.1f}")


def longest_pause_ms(path: Path) -> float:
    """What a program that was run so has written down; 0 before its first beat."""
    return float(path.read_text()) if path.exists() and path.read_text() else 0.0


def main() -> int:
    """Be the program, with a pulse."""
    from supervisor_tui.app import SupervisorApp
    from supervisor_tui.cli import main as program

    path = Path(sys.argv[1])
    begin = SupervisorApp.on_mount

    def on_mount(app: SupervisorApp) -> None:
        begin(app)
        app.run_worker(_beat(path), group="heartbeat")

    SupervisorApp.on_mount = on_mount  # type: ignore[method-assign]
    return program(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
