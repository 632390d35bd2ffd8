"""`supervisor-tui demo`: a sandbox contact centre, its sync process and the screen, in one go."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from data.files import FloorFiles
from data.sync.lock import any_screens, is_held
from screens.text import _
from supervisor_tui.commands import screen, show
from supervisor_tui.config import Configuration, load_config
from supervisor_tui.sandbox_child import START_S, SandboxChild

SANDBOX = ("--script", "--seed", "4", "--agents", "46", "--starts-at", "10:40")
PANES = ("queues", "agents", "escalations", "roster")
PREFIX = "supervisor-tui-demo-"
SYNC_END_S = 5.0

CONFIG = """\
# The demonstration's own configuration; it is deleted when the demonstration ends.
[floor]
name = "Harbour Insurance"
state_dir = "{state_dir}"
linger = 0
person = "demo"

[[site]]
id = "hamburg"
name = "Hamburg"
zone = "Europe/Berlin"
day_start = "06:00"

[[site.source]]
id = "sandbox"
kind = "supervision"
url = "{url}"

[people.demo]
id = "demo"
name = "Demo Supervisor"
role = "supervisor"
"""


def run(arguments: argparse.Namespace) -> int:
    """Show the demonstration until it is left; without a terminal print its panes once."""
    is_screen = sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()
    print(_("Starting a sandbox contact centre ..."), file=sys.stderr, flush=True)
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    # A terminated demonstration cleans up like one that was left: the default would not unwind.
    signal.signal(signal.SIGTERM, _leave)
    try:
        with SandboxChild(SANDBOX) as sandbox:
            configuration = _configure(folder, sandbox.url)
            if is_screen:
                return screen.run_screen(configuration, arguments, hints())
            return _print_once(configuration, arguments)
    finally:
        _wait_for_sync(FloorFiles(folder / "state"))
        shutil.rmtree(folder, ignore_errors=True)


def hints() -> tuple[str, ...]:
    """What a newcomer is told in one line; Esc dismisses it."""
    return (
        _("A demonstration: nobody real waits."),
        _("Enter looks closer, ? helps, Esc closes this"),
    )


def sweep() -> None:
    """Delete what demonstrations left behind that had no time to: those that nobody runs now."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        files = FloorFiles(folder / "state")
        try:
            is_ours = folder.lstat().st_uid == os.getuid() and not folder.is_symlink()
            age_s = time.time() - folder.lstat().st_mtime
        except OSError:
            continue
        if is_ours and age_s > START_S and not (is_held(files) or any_screens(files)):
            shutil.rmtree(folder, ignore_errors=True)


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _configure(folder: Path, url: str) -> Configuration:
    path = folder / "config.toml"
    text = CONFIG.format(state_dir=folder / "state", url=url)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return load_config(path)


def _print_once(configuration: Configuration, arguments: argparse.Namespace) -> int:
    worst = 0
    for pane in PANES:
        worst = max(worst, show.print_pane(configuration, pane, arguments))
        print()
    return worst


def _wait_for_sync(files: FloorFiles) -> None:
    """The sync process ends by itself once no screen is left; its files are deleted after it."""
    deadline = time.monotonic() + SYNC_END_S
    while files.sync_lock.exists() and is_held(files) and time.monotonic() < deadline:
        time.sleep(0.05)
