"""`supervisor-tui demo`: a sandbox contact centre, its sync process and the screen, in one go."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from screens.key_names import key_name
from screens.text import _
from supervisor_tui import demo_folder
from supervisor_tui.commands import screen, show
from supervisor_tui.config import Configuration, load_config
from supervisor_tui.sandbox_child import START_S, SandboxChild

SANDBOX = ("--script", "--seed", "4", "--agents", "46", "--starts-at", "10:40")
PANES = ("queues", "agents", "escalations", "roster")

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
    demo_folder.sweep(START_S)
    folder = demo_folder.make()
    # A terminated demonstration cleans up like one that was left: the default would not unwind.
    signal.signal(signal.SIGTERM, _leave)
    try:
        # The sandbox outlives this process by a moment, whatever ends it, and then tidies up.
        with SandboxChild((*SANDBOX, "--sweep", str(folder))) as sandbox:
            configuration = _configure(folder, sandbox.url)
            if is_screen:
                return screen.run_screen(configuration, arguments, hints)
            return _print_once(configuration, arguments)
    finally:
        demo_folder.remove(folder)


def hints() -> tuple[str, ...]:
    """What a newcomer is told in one line; Esc dismisses it."""
    return (
        _("A demonstration: no caller is real."),
        _("{detail} opens, {help} helps, {leave} hides this").format(
            detail=key_name("table.detail"), help=key_name("app.help"), leave=key_name("app.leave")
        ),
    )


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _configure(folder: Path, url: str) -> Configuration:
    path = folder / "config.toml"
    text = CONFIG.format(state_dir=demo_folder.floor_of(folder).root, url=url)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return load_config(path)


def _print_once(configuration: Configuration, arguments: argparse.Namespace) -> int:
    worst = 0
    for pane in PANES:
        worst = max(worst, show.print_pane(configuration, pane, arguments))
        print()
    return worst
