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
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ.pop("NO_COLOR", None)

from textual.pilot import Pilot

from data import clock, contract
from data.cache.reader import CacheReader
from data.model import Kind
from data.sandbox.centre import simulate
from data.sandbox.options import SandboxOptions
from data.sandbox.ports import Simulation, Sink
from supervisor_tui import guard
from supervisor_tui.app import SupervisorApp
from supervisor_tui.assemble import assemble
from supervisor_tui.commands.demo import CONFIG
from supervisor_tui.config import floor_files, load_config
from supervisor_tui.terminal import TerminalProfile
from tests.support.sandbox_server import serving

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
SANDBOX = SandboxOptions(
    seed=4, agents=46, script=True, day=date(2026, 3, 18), starts_at="10:43", speed=0.001
)
PUT_ON = ((34, "web-chat", "closed"), (12, "claims-de", "emergency_message"))
"""What a supervisor has put on at queues: how many minutes ago, where, and what."""
ALERTS = 8
"""So many are raised as soon as the floor has been looked at."""
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
    last_key: str = ""
    """Pressed when what the others brought has been painted: behind a dialog it stands still."""
    depth: int = 1
    """How many screens lie over each other."""


PICTURES = (
    Picture("queues", (80, 24), "closed 34m"),
    Picture("overview", (160, 40), r"Half hour[\s\S]*Present +\d"),
    Picture("not-ready", (80, 24), "void after", ("2", "space", *"j" * 11, "space", "g"), "P", 2),
    Picture("complaint", (80, 36), r"Contacts since\s+(?!Not)\S", ("3", *"jj", "enter"), depth=2),
    Picture("alerts", (80, 24), r"not there though", ("5",)),
    Picture("report", (80, 24), r"offered by the hour", ("6",)),
    Picture("past", (80, 24), r"THE PAST  10:13", ("less_than_sign",) * 2),
    Picture("night", (80, 24), r"NIGHT .*needs you", ("ctrl+n",), depth=2),
    Picture("handover", (80, 30), r"Complaints", ("u",), depth=2),
)


def text_of(app: SupervisorApp) -> str:
    """What the app shows, as text."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def without_addresses(svg: str) -> str:
    """The picture without fonts from elsewhere: whoever looks at it has some of their own."""
    svg = _FONT.sub("font-family: monospace", _FROM_ELSEWHERE.sub("", svg))
    return _TITLE_FONT.sub("font-family: sans-serif", svg)


def put_on(options: SandboxOptions, sink: Sink) -> Simulation:
    """The simulated floor, at whose queues something has been put on for a while."""
    simulation = simulate(options, sink)
    for minutes_ago, queue, name in PUT_ON:
        simulation.advance(options.start - minutes_ago * 60_000)
        action = contract.SwitchQueue(
            not_after=contract.from_ms(options.start),
            actor=contract.ActionActor(id="k-orlov", name="K. Orlov"),
            name=name,
            on=True,
        )
        simulation.act("switchQueue", queue, action)
    return simulation


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
        if picture.last_key:
            await until(pilot, lambda: "2 rows marked" in text_of(app))
            await pilot.press(picture.last_key)
        await until(pilot, lambda: len(app.screen_stack) >= picture.depth)
        await until(pilot, lambda: re.search(picture.shows, text_of(app)))
        await pilot.pause()
        return without_addresses(app.export_screenshot(title="supervisor-tui"))


def fill(config: Path, cache: Path) -> None:
    """Read the past, and let the sync process go on until alerts are raised.

    Raises:
        TimeoutError: None are.
    """
    sync = [sys.executable, "-P", "-m", "supervisor_tui", "sync", "--config", str(config)]
    subprocess.run([*sync, "--once"], check=True, timeout=LIMIT_S)
    process = subprocess.Popen(sync)
    deadline = time.monotonic() + LIMIT_S
    try:
        while count_alerts(cache) < ALERTS:
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.1)
    finally:
        process.terminate()
        process.wait(LIMIT_S)


def count_alerts(cache: Path) -> int:
    """How many alerts the cache has."""
    with closing(CacheReader.open(cache)) as reader:
        return sum(kind is Kind.ALERT for kind, _record in reader.read(0).upserts)


def stop_time(cache: Path) -> None:
    """Let no time pass in this process: it stands a moment after the cache was filled."""
    with closing(CacheReader.open(cache)) as reader:
        anchors = [health.anchor for health in reader.read(0).sources if health.anchor is not None]
    stands = max(anchor.monotonic_ms for anchor in anchors) + SEEN_MS
    clock.monotonic_ms = lambda: stands
    guard.install = cast(Any, lambda app, mode: None)  # there is no terminal to be guarded


def make(folder: Path) -> list[Path]:
    """Take all pictures; answers what was written."""
    profile = TerminalProfile(
        colours=16,
        link="fast",
        is_ascii=False,
        has_mouse=False,
        frames_per_second=30,
        escape_delay_ms=100,
    )
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with tempfile.TemporaryDirectory() as place, serving(SANDBOX, put_on) as sandbox:
        os.environ["XDG_CONFIG_HOME"] = place
        path = Path(place) / "config.toml"
        text = CONFIG.format(state_dir=Path(place) / "state", url=sandbox.url)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        configuration = load_config(path)
        files = floor_files(configuration)
        fill(path, files.cache)
        stop_time(files.cache)
        for picture in PICTURES:
            svg = asyncio.run(take(assemble(configuration, files, profile), picture))
            written.append(folder / f"{picture.name}.svg")
            written[-1].write_text(svg, encoding="utf-8")
    return written


if __name__ == "__main__":
    for made in make(FOLDER):
        print(made.relative_to(FOLDER.parents[1]))
