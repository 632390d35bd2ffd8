"""Whatever is pressed, on a terminal of whatever size: the program neither ends nor stumbles."""

from __future__ import annotations

import os
import random
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.terminal.ptylab import Session, spawn

pytestmark = pytest.mark.pty

SIZES = ((24, 80), (5, 20), (50, 200), (90, 300), (10, 40), (2, 80), (1, 1), (40, 132))
LETTERS = "abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ0123456789!?/.,;:'\"[]<>+-= "
"""All but q, which leaves."""
NAMED = ("\r", "\t", "\x1b[Z", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~", "\x7f")
ALONE = ("\x1b", "\r", "y", "f")
"""What leaves, answers, and comes back to now: else all ends in one dialog in the past."""
COMMANDS = (
    *("at -20m", "at 0001-01-01 00:00", "report week by agent", "report day", "handover"),
    *("handover 0001-01-01 00:00", "alert week", "alert test late_s", "mute all 10m", "unmute"),
    *("shift-note x", "brief everybody x", "promise . 2h call back", "what-if 2 claims billing"),
    *("what-if", "find 070", "waiting claims", "restore", "lock", "pause .", "assign .", "undo"),
)
REST_S = 0.05
"""How long a key has to show something before the next one is pressed."""


def press(session: Session, keys: str) -> None:
    before = len(session.raw)
    session.send(keys)
    with suppress(AssertionError):  # most keys of a random choice show nothing
        session.wait_for(lambda: len(session.raw) > before, REST_S)


def press_any(session: Session, dice: random.Random) -> str:
    """One thing of all that somebody may do; what it was."""
    kind = dice.random()
    if kind < 0.06:
        rows, cols = dice.choice(SIZES)
        session.resize(rows, cols)
        return f"{rows}x{cols}"
    if kind < 0.12:
        keys = f":{dice.choice(COMMANDS)}"
        press(session, "\x1b")
        press(session, keys)
        press(session, "\r")
        return keys
    keys = dice.choice(ALONE if kind < 0.35 else NAMED if kind < 0.6 else LETTERS)
    press(session, keys)
    return keys


@pytest.mark.soak
def test_no_key_at_any_size_ends_the_program(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    is_soak = bool(request.config.getoption("--soak"))
    env = {"HOME": os.fspath(tmp_path), "XDG_STATE_HOME": os.fspath(tmp_path / "state")}
    for seed in range(8 if is_soak else 1):
        dice, pressed = random.Random(seed), []
        with spawn([sys.executable, "-m", "supervisor_tui", "demo"], env=env) as session:
            session.wait_for(r"\[1 ")
            for _turn in range(1500 if is_soak else 80):
                pressed.append(press_any(session, dice))
                assert session.process.poll() is None, (seed, pressed[-30:], session.text)
        incidents = [path.read_text() for path in tmp_path.rglob("incidents/*.log")]
        assert not incidents, (seed, pressed[-30:], incidents)
