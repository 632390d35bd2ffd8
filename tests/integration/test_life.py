"""The whole program on a real terminal, while processes die and terminals vanish."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psutil
import pytest

from supervisor_tui.demo_folder import PREFIX, SYNC_END_S
from tests.support.counting import counting
from tests.support.floors import COMMAND, Endpoint, Place
from tests.terminal.ptylab import Session
from tests.terminal.test_guard import assert_restored

pytestmark = [pytest.mark.pty, pytest.mark.xdist_group("life")]

OPTIONS = ("--starts-at", "10:40", "--seed", "7")
LIVE = re.compile(r"\A.* live \d+ s")
OLD = re.compile(r"\A.* (?:no answer|stale since \d\d:\d\d ~) (\d+) s")
OFFLINE = re.compile(r"\A.* offline since \d\d:\d\d ~ \d+ s old")
GONE_S = 3.0
SLOW_S = 60.0
"""For what takes its time by design, on a machine that has other things to do."""
Start = Callable[..., Session]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(OPTIONS) as endpoint:
        yield endpoint


@pytest.fixture
def start(place: Place) -> Iterator[Start]:
    """Starts a screen; ends whatever a test has left."""
    sessions: list[Session] = []

    def _start(*arguments: object, **how: Any) -> Session:
        sessions.append(place.screen(*arguments, **how))
        return sessions[-1]

    yield _start
    for session in sessions:
        session.__exit__()


def cursor(session: Session) -> int | None:
    """The line on which the table's cursor stands."""
    for y, line in sorted(session.screen.buffer.items()):
        if y > 3 and sum(cell.reverse for cell in line.values()) > 40:
            return y
    return None


def assert_answers(session: Session) -> None:
    """The screen does what a key asks."""
    before = cursor(session)
    assert before is not None, session.text
    session.send("j" if before < 8 else "k")
    session.wait_for(lambda: cursor(session) not in {before, None}, timeout=5)


def sync_processes(*sessions: Session) -> list[psutil.Process]:
    """The sync processes that screens have started, as far as they run."""
    found = []
    for session in sessions:
        for process in session.children():
            try:
                if "sync" in process.cmdline():
                    found.append(process)
            except psutil.NoSuchProcess:
                continue
    return found


def figures(session: Session) -> list[str]:
    """What the table shows, without the marks."""
    return sorted(line[4:] for line in session.text.splitlines()[4:14])


# Processes that die


def test_a_sync_process_that_is_killed_is_replaced(
    endpoint: Endpoint, place: Place, start: Start
) -> None:
    place.configure(endpoint.url, source="poll = 1")
    screen = start()
    screen.wait_for(LIVE)
    (process,) = sync_processes(screen)
    process.kill()
    assert_answers(screen)
    screen.wait_for(lambda: {each.pid for each in sync_processes(screen)} - {process.pid})
    screen.wait_for(LIVE)
    assert_answers(screen)


def test_figures_that_nobody_brings_grow_old(
    endpoint: Endpoint, place: Place, start: Start
) -> None:
    place.configure(endpoint.url, source="poll = 1")
    screen = start()
    screen.wait_for(LIVE)
    (process,) = sync_processes(screen)
    process.suspend()
    screen.wait_for(OLD)
    found = OLD.match(screen.text)
    assert found is not None
    first = int(found[1])
    assert first > 5

    def is_older() -> bool:
        now = OLD.match(screen.text)
        return now is not None and int(now[1]) > first + 1

    screen.wait_for(is_older)
    assert_answers(screen)
    assert sync_processes(screen) == [process], "a second one was started beside it"
    process.resume()
    screen.wait_for(LIVE)


def test_an_endpoint_that_is_killed_and_comes_back_with_other_records(
    place: Place, start: Start
) -> None:
    with Endpoint(OPTIONS) as endpoint:
        place.configure(endpoint.url, source="poll = 1")
        screen = start()
        screen.wait_for(LIVE)
        (process,) = sync_processes(screen)
        epoch = endpoint.backstage("status")["epoch"]
        endpoint.kill()
        screen.wait_for(OFFLINE)
        screen.wait_for(r"\n ~  Billing +v ")
        shown = figures(screen)
        assert_answers(screen)
        seconds = re.compile(r"(\d+) s old")
        age = int(seconds.findall(screen.text)[0])
        screen.wait_for(lambda: int(seconds.findall(screen.text)[0]) > age + 1)
        assert figures(screen) == shown, "old figures stand still"
        lines = screen.text.splitlines()
        assert all(line.startswith(" ~ ") for line in lines[4:13]), screen.text
        assert re.search(r"waiting \d+ ~ +longest \S+ ~ +SL \S+ ~ +ready \d+ of \d+ ~", lines[1])
        endpoint.start_again()
        screen.wait_for(LIVE, timeout=SLOW_S)
        assert endpoint.backstage("status")["epoch"] != epoch
        screen.wait_for(lambda: "~" not in screen.text)
        assert sync_processes(screen) == [process]
        assert_answers(screen)


# Leaving


def test_quitting_leaves_the_terminal_as_it_was_and_nothing_running(
    endpoint: Endpoint, place: Place, start: Start
) -> None:
    place.configure(endpoint.url)
    screen = start()
    screen.wait_for(LIVE)
    assert len(sync_processes(screen)) == 1
    screen.send("q")
    assert screen.wait_exit() == 0
    assert_restored(screen)
    screen.wait_gone(GONE_S)


def test_a_screen_that_is_left_before_it_shows_anything_leaves_nothing(
    endpoint: Endpoint, place: Place, start: Start
) -> None:
    place.configure(endpoint.url)
    screen = start()
    screen.wait_for("1 Queues")
    screen.send("q")
    assert screen.wait_exit() == 0
    screen.wait_gone(GONE_S)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda each: each.name)
def test_a_signal_leaves_the_terminal_as_it_was_and_nothing_running(
    endpoint: Endpoint, place: Place, start: Start, number: signal.Signals
) -> None:
    place.configure(endpoint.url)
    screen = start()
    screen.wait_for(LIVE)
    screen.signal(number)
    assert screen.wait_exit(GONE_S) == 128 + number
    assert_restored(screen)
    screen.wait_gone(GONE_S)


@pytest.mark.parametrize("ignored", [False, True], ids=["sighup", "sighup ignored"])
def test_a_closed_terminal_leaves_nothing_running(
    endpoint: Endpoint, place: Place, start: Start, ignored: bool
) -> None:
    place.configure(endpoint.url)
    screen = start(ignore_hangup=ignored)
    screen.wait_for(LIVE)
    screen.close()
    screen.wait_gone(GONE_S)


def test_a_stalled_terminal_keeps_nothing_running(
    endpoint: Endpoint, place: Place, start: Start
) -> None:
    place.configure(endpoint.url)
    screen = start()
    screen.wait_for(LIVE)
    screen.stall()
    for _ in range(20):  # each paints the whole screen, more than the line holds
        screen.send("\x0c")
    used = [screen.cpu_seconds()]

    def is_held_up() -> bool:
        used.append(screen.cpu_seconds())
        return len(used) > 12 and used[-1] - used[-10] < 0.02

    screen.wait_for(is_held_up)
    screen.signal(signal.SIGTERM)
    assert screen.wait_exit(GONE_S) == 128 + signal.SIGTERM
    screen.wait_gone(GONE_S)


def test_without_a_terminal_it_prints_once_and_leaves_nothing(
    endpoint: Endpoint, place: Place, start: Start
) -> None:
    place.configure(endpoint.url)
    session = start(stdin=subprocess.DEVNULL)
    assert session.wait_exit() == 0
    assert "There is no screen: the standard input is not a terminal." in session.text
    assert "Web chat" in session.text
    assert b"\x1b" not in session.raw
    session.wait_gone(GONE_S)


def test_the_demonstration_leaves_nothing_at_all(place: Place) -> None:
    with Session([*COMMAND, "demo"], env=place.environ) as screen:
        screen.wait_for(LIVE, timeout=SLOW_S)
        assert list(place.folder.glob("supervisor-tui-demo-*"))
        for _ in range(5):  # what has been said by then is taken away first
            screen.send("\x1b")
            with suppress(AssertionError):
                screen.wait_for(lambda: "no caller is real" not in screen.text, timeout=2)
                break
        screen.wait_for(lambda: "no caller is real" not in screen.text)
        screen.send("j")
        screen.wait_for(lambda: cursor(screen) == 5)
        screen.send("q")
        assert screen.wait_exit() == 0
        assert_restored(screen)
        screen.wait_gone(GONE_S)
        assert not list(place.folder.glob("supervisor-tui-demo-*"))


def test_a_demonstration_that_is_killed_leaves_nothing_either(place: Place) -> None:
    with Session([*COMMAND, "demo"], env=place.environ) as screen:
        screen.wait_for(LIVE, timeout=SLOW_S)
        screen.signal(signal.SIGKILL)
        screen.wait_gone(GONE_S + SYNC_END_S)
        assert not list(place.folder.glob(f"{PREFIX}*"))


# Two screens


def test_two_screens_have_one_sync_process_between_them(
    endpoint: Endpoint, place: Place, start: Start
) -> None:
    with counting(endpoint.url) as asked:
        place.configure(asked.url, source="poll = 1")
        place.config.write_text(place.config.read_text().replace("min_interval = 0.05", ""))
        screens = [start(), start()]
        for screen in screens:
            screen.wait_for(LIVE)
        screens[0].wait_for(lambda: len(sync_processes(*screens)) == 1)
        screens[0].wait_for(lambda: "past_read" in place.files.sync_log.read_text())
        before, began = asked.count("/changes"), time.monotonic()
        screens[1].wait_for(lambda: asked.count("/changes") >= before + 5)
        looks, took = asked.count("/changes") - before, time.monotonic() - began
        assert looks <= took + 2, "at most one GET a second, and one on either edge"
        assert (asked.count("/session"), asked.count("/stream")) == (1, 1)
        (process,) = sync_processes(*screens)
        screens[0].send("q")
        assert screens[0].wait_exit() == 0
        assert_answers(screens[1])
        assert sync_processes(*screens) == [process]
        screens[1].send("q")
        assert screens[1].wait_exit() == 0
        for screen in screens:
            screen.wait_gone(GONE_S)


# Folders of the same names


def test_folders_of_our_names_in_the_current_one_are_not_imported(
    endpoint: Endpoint, place: Place, start: Start
) -> None:
    here = place.folder / "here"
    trace = place.folder / "imported"
    for name in ("data", "screens", "supervisor_tui", "textual", "msgspec"):
        (here / name).mkdir(parents=True)
        code = f"open({str(trace)!r}, 'a').write({name!r})\nraise SystemExit('hostile')\n"
        (here / name / "__init__.py").write_text(code)
    place.configure(endpoint.url)
    script = [f"{sys.prefix}/bin/supervisor-tui"]
    with Session([*script, "--config", str(place.config)], env=place.environ, cwd=here) as screen:
        screen.wait_for(LIVE)
        assert sync_processes(screen)
        screen.send("q")
        assert screen.wait_exit() == 0
        screen.wait_gone(GONE_S)
    with Session([*script, "demo"], env=place.environ, cwd=here) as screen:
        screen.wait_for(LIVE, timeout=SLOW_S)
        screen.send("q")
        assert screen.wait_exit() == 0
        screen.wait_gone(GONE_S)
    show = [*script, "--config", str(place.config), "show", "queues"]
    subprocess.run(show, env=place.environ, cwd=here, stdout=subprocess.DEVNULL, check=True)
    assert not trace.exists(), trace.read_text()
