"""Whole sessions on terminals of many kinds: only what was chosen goes out, and keys are keys."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.floors import Place
from tests.support.hostile import serving_hostile
from tests.terminal.grammar import faults
from tests.terminal.ptylab import Session
from tests.terminal.test_guard import assert_restored
from tests.terminal.test_seam import cells, colours_in

pytestmark = [pytest.mark.pty, pytest.mark.xdist_group("hostile")]

PANE = r"\n.*\[{} "
PROMPT = r"\n ?/(?! filter)"
PAGE_DOWN = "\x1b[6~"
TERMS = ("xterm-256color", "linux", "vt100", "screen", "tmux-256color")


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A floor whose every text is an attack, read once; nothing changes it afterwards."""
    with serving_hostile() as url:
        place = Place(tmp_path_factory.mktemp("hostile"))
        place.configure(url, floor='sync = "external"')
        place.told("sync", "--once")
        yield place


def walk(session: Session) -> None:
    """Look at panes, a page, help, dialogs and prompts, and leave."""
    session.wait_for(PANE.format(1))
    for key in "2341":
        session.send(key)
        session.wait_for(PANE.format(key))
        session.send(PAGE_DOWN)
    session.send("\r")
    session.wait_for("answered only: ")
    session.send("\x1b")
    session.wait_for(PANE.format(1))
    session.send("?")
    session.wait_for("Esc close")
    session.send(PAGE_DOWN + "\x1b")
    session.wait_for(PANE.format(1))
    session.send("c")
    session.wait_for("Space changes it")
    session.send("\x1b")
    session.wait_for(PANE.format(1))
    session.send("/")
    session.wait_for(PROMPT)
    session.send("\x1b[200~pasted \x1b[5m\x1b[201~")
    session.wait_for("/pasted")
    session.send("\x1b")
    session.wait_for(lambda: "/pasted" not in session.text)
    session.resize(30, 100)
    session.wait_for(lambda: len(session.text.splitlines()[0]) <= 100)
    session.resize(24, 80)
    session.wait_for(PANE.format(1))
    leave(session)


def leave(session: Session) -> None:
    session.send("q")
    assert session.wait_exit() == 0
    assert_restored(session)


def cursor_row(session: Session) -> int:
    """The line that is shown in reverse; -1 where none is."""
    found = [y for y in range(4, 22) if session.screen.buffer[y][10].reverse]
    return found[0] if found else -1


def later(seconds: float) -> Callable[[], bool]:
    """A condition that holds from some time on: the line itself is that slow."""
    due = time.monotonic() + seconds
    return lambda: time.monotonic() >= due


@pytest.mark.parametrize("term", TERMS)
def test_a_whole_session_says_only_what_was_chosen(floor: Place, term: str) -> None:
    mouse = term.startswith("x")
    with floor.screen("--mouse", "on" if mouse else "off", env={"TERM": term}) as session:
        walk(session)
        assert faults(session.raw, 30, 100, has_mouse=mouse) == []
        assert session.raw.isascii() is (term in {"linux", "vt100"})
        assert (colours_in(session.raw) == set()) is (term == "vt100")
        if term in {"linux", "screen"}:
            assert not re.search(rb"\x1b\[(?:\d+;)*3(?:;\d+)*m", session.raw)


@pytest.mark.parametrize("term", ["xterm-256color", "linux"])
def test_no_color_is_no_colour_at_all(floor: Place, term: str) -> None:
    with floor.screen(env={"TERM": term, "NO_COLOR": "1", "COLORTERM": "truecolor"}) as session:
        walk(session)
        assert colours_in(session.raw) == set()
        assert b"\x1b[7m" in session.raw  # the cursor is still to be seen


def test_without_a_utf8_locale_no_byte_is_above_127(floor: Place) -> None:
    with floor.screen(env={"LANG": "C"}) as session:
        walk(session)
        assert session.raw.isascii()


@pytest.mark.parametrize("term", ["dumb", None])
def test_a_terminal_without_a_cursor_gets_plain_text_and_a_word_why(floor: Place, term) -> None:
    with floor.screen(env={"TERM": term}) as session:
        assert session.wait_exit() == 0
        assert "There is no screen" in session.raw.decode()
        assert "\x1b" not in session.raw.decode()
        assert b"queues" in session.raw


def begin(session: Session) -> None:
    """Wait until the terminal is taken over; nothing reads the keyboard yet."""
    session.wait_for(lambda: b"\x1b[?1049h" in session.raw)


def test_the_first_picture_is_no_reason_to_paint_another(floor: Place) -> None:
    with floor.screen() as session:
        session.wait_for("q out")
        session.send("2")
        session.wait_for(PANE.format(2))
        leave(session)
        assert session.raw.count(b"\x1b[2J") == 1


def test_a_key_over_the_first_picture_is_done_and_not_echoed(floor: Place) -> None:
    with floor.screen() as session:
        begin(session)
        session.send("2")
        session.wait_for(PANE.format(2))
        assert session.raw.count(b"\x1b[2J") == 1
        leave(session)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_over_the_first_picture_gives_the_terminal_back(
    floor: Place, number: signal.Signals
) -> None:
    with floor.screen() as session:
        begin(session)
        session.signal(number)
        assert session.wait_exit() == 128 + number
        assert_restored(session)


@pytest.mark.parametrize(("speed", "is_kept"), [(9600, True), (38400, False)])
def test_a_terminal_on_a_slow_line_may_stop_what_it_is_sent(
    floor: Place, speed: int, is_kept: bool
) -> None:
    """Without XON/XOFF a real one loses characters; to a window Ctrl+S is a key."""
    line = ["sh", "-c", f'stty {speed} ixon && exec "$@"', "sh", *floor.command()]
    with Session(line, env=floor.environ) as session:
        session.wait_for("q out")  # the first picture
        assert bool(session.attributes[0] & termios.IXON) is is_kept
        session.send("?")
        session.wait_for("Esc close")  # the app
        assert bool(session.attributes[0] & termios.IXON) is is_kept
        session.send("\x1b")
        session.wait_for("q out")
        session.send("q")
        assert session.wait_exit() == 0
        assert session.attributes[0] & termios.IXON


def test_ctrl_l_clears_and_repaints_all(floor: Place) -> None:
    with floor.screen() as session:
        session.wait_for("q out")  # the end of the picture
        before = cells(session)[2:]
        with session._changed:
            session._stream.feed(b"\x1b[5;5H\x1b[41mBroadcast message from root\x1b[m")
        assert cells(session)[2:] != before
        length = len(session.raw)
        session.send("\x0c")
        session.wait_for(lambda: cells(session)[2:] == before)
        assert b"\x1b[2J" in session.raw[length:]
        leave(session)


def test_a_key_cut_by_the_line_is_that_key(floor: Place) -> None:
    """`ESC`, `[` and `B` a quarter of a second apart are Down, as the slow line was told of."""
    with floor.screen("--link", "slow") as session:
        session.wait_for(PANE.format(1))
        place = cursor_row(session)
        for part in "\x1b[B":
            session.send(part)
            session.wait_for(later(0.25))
        session.wait_for(lambda: cursor_row(session) == place + 1)
        leave(session)


def test_escape_and_a_quick_key_are_both(floor: Place) -> None:
    with floor.screen("--link", "slow") as session:
        session.wait_for(PANE.format(1))
        session.send("?")
        session.wait_for("Esc close")
        session.send("\x1b2")
        session.wait_for(PANE.format(2))
        leave(session)


def test_answers_garble_no_key(floor: Place) -> None:
    """A terminal that answers between the keys, whole and in halves, changes none of them."""
    with floor.screen("--link", "slow", answers=True) as session:
        session.wait_for(PANE.format(1))
        session.send("/")
        session.wait_for(PROMPT)
        text = "the quick brown fox 1234567890"
        for number, char in enumerate(text):
            session.send(f"{char}\x1b[{number + 1};1R" if number % 3 else f"\x1b[{number + 1};")
            if not number % 3:
                session.send(f"1R{char}")
        session.wait_for("/" + text)
        session.send("\x1b")
        session.wait_for(lambda: "/the" not in session.text)
        assert session.raw.count(b"\x1b[6n") > 3
        leave(session)


def test_a_byte_of_another_charset_ends_nothing(floor: Place) -> None:
    with floor.screen() as session:
        session.wait_for(PANE.format(1))
        session.send(b"\xe9\xe9j2")
        session.wait_for(PANE.format(2))
        leave(session)


def test_a_signal_that_python_ignores_over_the_first_picture_is_heard_again() -> None:
    """What is raised while a weak reference is called back goes nowhere."""
    script = (
        "import os, signal, sys, time, weakref\n"
        "from supervisor_tui.first_paint import _leave\n"
        "signal.signal(signal.SIGTERM, _leave)\n"
        "class Thing: pass\n"
        "def back(_): os.kill(os.getpid(), signal.SIGTERM); sum(range(1000))\n"
        "thing = Thing(); ref = weakref.ref(thing, back)\n"
        "del thing\n"
        "print('goes on', flush=True)\n"
        "try:\n"
        "    while True: time.sleep(0.01)\n"
        "finally: signal.setitimer(signal.ITIMER_REAL, 0)\n"  # as the picture does
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (128 + signal.SIGTERM, "goes on\n")
