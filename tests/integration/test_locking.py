"""A screen that is left alone, on a real terminal: the night, the lock, and who is called."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from data.cache.reader import CacheReader
from data.floor import Floor
from screens.glyphs import to_ascii
from tests.support.floors import Endpoint, Place
from tests.terminal.ptylab import Session

pytestmark = [pytest.mark.pty, pytest.mark.xdist_group("life")]

OPTIONS = ("--starts-at", "10:40", "--seed", "7")
SLOW_S = 60.0
LOCK = "\x0b"
LOCKED = "Locked: names, callers and subjects are hidden"
EVERY_KEY = [
    *map(chr, range(0x20, 0x7F)),
    *("\x1b", "\t", "\x03", "\x03", "\x10", "\x11", "\x1a", "\x1b[A", "\x1bOP", "\x1b[Z"),
]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(OPTIONS) as endpoint:
        yield endpoint


def configure(place: Place, endpoint: Endpoint, screen: str = "", extra: str = "") -> None:
    # As programs of C do it: of Python's own way a key may come between the question and the read.
    code = "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    code += "sys.exit(input('Password: ') != 'right')"
    command = json.dumps([sys.executable, "-I", "-c", code])
    table = f"[screen]\nunlock_command = {command}\n{screen}\n{extra}\n"
    place.configure(endpoint.url, extra=table)


def secrets(place: Place) -> set[str]:
    """Every name and number of the floor that is long enough to be told from a figure."""
    with closing(CacheReader.open(place.files.cache)) as reader:
        snapshot = Floor().apply(reader.read(0))
    found = {part for one in snapshot.agents.values() for part in one.name.split()}
    found |= {one.summary for one in snapshot.escalations.values()}
    found |= {one.owner.name for one in snapshot.escalations.values() if one.owner}
    found |= {one.caller_masked for one in snapshot.contacts.values()}
    found |= {one.caller_masked[-4:] for one in snapshot.contacts.values()}
    found |= {one.text for one in snapshot.notes.values()}
    return {each for each in found if len(each) > 3 and not each.isdecimal()}


def leaked(session: Session, words: set[str]) -> list[str]:
    shown = to_ascii(session.text)
    return [word for word in words if re.search(rf"\b{re.escape(to_ascii(word))}\b", shown)]


def test_the_lock_hides_everybody_and_no_key_gets_past_it(place: Place, endpoint: Endpoint) -> None:
    configure(place, endpoint)
    with place.screen(rows=40, cols=150) as screen:
        screen.wait_for("live", timeout=SLOW_S)
        screen.send("2")
        screen.wait_for(r"\[2 Agents\]", timeout=SLOW_S)
        words = secrets(place)
        screen.wait_for(lambda: len(leaked(screen, words)) > 3, timeout=SLOW_S)
        # A form that stands open is closed, and nothing of it is sent.
        screen.send("M")
        screen.wait_for("Esc leave it", timeout=SLOW_S)
        screen.send(LOCK)
        screen.wait_for(LOCKED)
        for key in EVERY_KEY:
            screen.send(key)
        screen.wait_for("Locked. Enter unlocks.")
        screen.send("\x1b[6~")
        screen.wait_for(LOCKED)
        assert leaked(screen, words) == []
        assert "waiting" in screen.text
        # A wrong password is counted; Ctrl+Z and Ctrl+C lead nowhere.
        screen.send("\r")
        screen.wait_for("Password:")
        assert leaked(screen, words) == []
        screen.send("\x1awrong\r")
        screen.wait_for("Refused 1 time.")
        screen.send("\r")
        screen.wait_for("Password:")
        screen.send("\x03")
        screen.wait_for("Refused 2 times.")
        screen.send("\r")
        screen.wait_for("Password:")
        screen.send("right\r")
        screen.wait_for("Unlocked. It had been refused 2 times.")
        screen.wait_for(r"\[2 Agents\]")
        screen.send("q")
        assert screen.wait_exit() == 0
    assert not list(place.files.spool.rglob("*.json"))
