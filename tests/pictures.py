"""`make pictures`: pictures of the real program for the documentation, the same each time.

A seeded sandbox whose clock all but stands, a real sync, a real cache, and the app without a
terminal, in whose eyes no time passes.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ.pop("NO_COLOR", None)

from textual.pilot import Pilot

from data import clock
from data.cache.reader import CacheReader
from supervisor_tui import guard
from supervisor_tui.app import SupervisorApp
from supervisor_tui.assemble import assemble
from supervisor_tui.commands.demo import CONFIG
from supervisor_tui.config import floor_files, load_config
from supervisor_tui.sandbox_child import SandboxChild
from supervisor_tui.terminal import TerminalProfile

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
SANDBOX = (
    *("--seed", "4", "--agents", "46", "--script"),
    *("--day", "2026-03-18", "--starts-at", "10:43", "--speed", "0.001"),
)
LIMIT_S = 30.0
SEEN_MS = 400
"""How long after the last answer the pictures are taken."""
_FROM_ELSEWHERE = re.compile(r"\s*@font-face \{.*?\}|\s*<!--.*?-->", re.DOTALL)
_FONT = re.compile(r"font-family: ?Fira Code, monospace")
_TITLE_FONT = re.compile(r"font-family: ?arial")


@dataclass(frozen=True, slots=True)
class Picture:
    """What to show, and how to get there."""

    name: str
    size: tuple[int, int]
    shows: str
    """A text that is on the screen when it is complete."""
    keys: tuple[str, ...] = ()


PICTURES = (
    Picture("queues", (80, 24), "SL30"),
    Picture("overview", (160, 40), r"Half hour[\s\S]*Present +\d"),
    Picture("queue-detail", (80, 24), "formula", ("enter",)),
    Picture("find", (80, 24), "Claims", (*":find 10:30-10:40 Claims", "enter")),
    Picture("help", (80, 24), "somebody has to act|Enter", ("question_mark",)),
)


def text_of(app: SupervisorApp) -> str:
    """What the app shows, as text."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def without_addresses(svg: str) -> str:
    """The picture without fonts from elsewhere: whoever looks at it has some of their own."""
    svg = _FONT.sub("font-family: monospace", _FROM_ELSEWHERE.sub("", svg))
    return _TITLE_FONT.sub("font-family: sans-serif", svg)


async def until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: It does not.
    """
    async with asyncio.timeout(LIMIT_S):
        while not holds():
            await pilot.pause()


async def take(app: SupervisorApp, picture: Picture) -> str:
    """Run the app up to what is to be shown; the picture as SVG."""
    async with app.run_test(size=picture.size) as pilot:
        await until(pilot, lambda: "Claims" in text_of(app))
        await pilot.press(*picture.keys)
        depth = 2 if picture.keys else 1
        await until(pilot, lambda: len(app.screen_stack) >= depth)
        await until(pilot, lambda: re.search(picture.shows, text_of(app)))
        await pilot.pause()
        return without_addresses(app.export_screenshot(title="supervisor-tui"))


def stop_time(cache: Path) -> None:
    """Let no time pass in this process: it stands a moment after the cache was filled."""
    reader = CacheReader.open(cache)
    anchors = [health.anchor for health in reader.read(0).sources if health.anchor is not None]
    reader.close()
    stands = max(anchor.monotonic_ms for anchor in anchors) + SEEN_MS
    clock.monotonic_ms = lambda: stands
    guard.install = lambda app, mode: None  # there is no terminal to be guarded


def make(folder: Path) -> list[Path]:
    """Take all pictures; answers what was written."""
    profile = TerminalProfile(
        colours=16, is_ascii=False, has_mouse=False, frames_per_second=30, escape_delay_ms=100
    )
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with tempfile.TemporaryDirectory() as place, SandboxChild(SANDBOX) as sandbox:
        os.environ["XDG_CONFIG_HOME"] = place
        path = Path(place) / "config.toml"
        text = CONFIG.format(state_dir=Path(place) / "state", url=sandbox.url)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        sync = [sys.executable, "-P", "-m", "supervisor_tui", "sync", "--once"]
        subprocess.run([*sync, "--config", str(path)], check=True, timeout=LIMIT_S)
        configuration = load_config(path)
        files = floor_files(configuration)
        stop_time(files.cache)
        for picture in PICTURES:
            svg = asyncio.run(take(assemble(configuration, files, profile), picture))
            written.append(folder / f"{picture.name}.svg")
            written[-1].write_text(svg, encoding="utf-8")
    return written


if __name__ == "__main__":
    for made in make(FOLDER):
        print(made.relative_to(FOLDER.parents[1]))
