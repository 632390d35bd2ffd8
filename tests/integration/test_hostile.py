"""Hostile text in every field of every entity: on no screen is it anything but text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from supervisor_tui.pacing import QUESTION, TRIES
from tests.integration.test_life import LIVE, cursor
from tests.support.floors import Place
from tests.support.hostile import PAYLOADS, offences, serving_hostile, unprintable
from tests.terminal.ptylab import Session
from tests.terminal.test_guard import assert_restored

pytestmark = pytest.mark.xdist_group("hostile")

PANES = ("queues", "agents", "escalations", "roster", "status")
FLOOR = r"\n.*1 Queues.*2 Agents"
FILTER = r"\n ?/(?! filter)"
COMMAND_LINE = r"\n ?:"
PAGE_DOWN = "\x1b[6~"
PASTED = "\x1b[200~{}\x1b[201~"
QUIET_LOOKS = 3


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A floor that has taken in everything; without bells, which may ring at any time."""
    with serving_hostile() as url:
        quiet = "[screen]\nbell = false"
        place = Place(tmp_path_factory.mktemp("hostile")).configure(url, extra=quiet)
        place.told("sync", "--once")
        yield place


class Walk:
    """A person who looks at everything."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.seen: set[str] = set()

    def press(self, keys: str, until: str | Callable[[], object] | None = None) -> None:
        """Press keys, and wait for what they bring, or until nothing more comes."""
        self.session.send(keys)
        if until is not None:
            self.session.wait_for(until)
        else:
            self._settle()
        self.seen |= set(re.findall(r"^(?:[ *]..? +| )(\d\d)", self.session.text, re.MULTILINE))

    def command(self, text: str, until: str | None = None) -> None:
        """Give a command."""
        self.press(":", COMMAND_LINE)
        self.press(text + "\r", lambda: not re.search(COMMAND_LINE, self.session.text))
        if until is not None:
            self.session.wait_for(until)

    def down(self) -> None:
        """Go to the next line of the table."""
        before = self._line()
        self.press("j", lambda: self._line() not in {before, ""})

    def _line(self) -> str:
        at = cursor(self.session)
        return "" if at is None else self.session.screen.display[at]

    def _settle(self) -> None:
        sizes: list[int] = []

        def is_quiet() -> bool:
            sizes.append(len(self.session.raw))
            return len(sizes) > QUIET_LOOKS and sizes[-1] == sizes[-QUIET_LOOKS]

        self.session.wait_for(is_quiet)


@pytest.mark.pty
@pytest.mark.parametrize("is_ascii", [False, True], ids=["utf-8", "ascii"])
def test_no_screen_sends_the_terminal_anything_but_our_own_speech(
    floor: Place, is_ascii: bool, pytestconfig: pytest.Config
) -> None:
    step = 1 if pytestconfig.getoption("--soak") else 4
    with floor.screen(*(["--ascii"] if is_ascii else [])) as session:
        session.wait_for(LIVE)
        session.wait_for(r"\n !  00")
        walk = Walk(session)
        look_at_panes(walk)
        look_at_queues(walk, 6 if is_ascii else len(PAYLOADS), step)
        assert walk.seen >= {f"{number:02}" for number in range(len(PAYLOADS))}
        look_at_contacts(walk, range(0, len(PAYLOADS), 6 if is_ascii else 2 * step))
        look_at_dialogs(walk)
        type_it(walk)
        walk.press("\x1b", lambda: "There is no site" not in session.text)
        session.send("q")
        assert session.wait_exit() == 0
        assert_restored(session)
        # Whether frames have arrived is asked, but not for long where nobody answers.
        assert session.raw.count(QUESTION.encode()) <= TRIES
        assert offences(session.raw.replace(QUESTION.encode(), b""), 24, 80) == []
        assert not is_ascii or session.raw.isascii()


def look_at_panes(walk: Walk) -> None:
    for key in "2341":
        walk.press(key, rf"\n.*\[{key} ")
        for _ in range(4):
            walk.press(PAGE_DOWN)
        walk.press("\r")
        walk.press("\x1b", rf"\n.*\[{key} ")
        walk.press("llllllll")
        walk.press("hhhhhhhhg")


def look_at_queues(walk: Walk, count: int, step: int) -> None:
    """Pages of queues, the first with everybody who waits in it and serves it."""
    for number in range(count):
        if number % step == 0:
            walk.press("\r", rf"\A.*\n {number:02}")
            if not number:
                for _ in range(6):
                    walk.press(PAGE_DOWN)
            walk.press("\x1b", FLOOR)
        walk.down()


def look_at_contacts(walk: Walk, numbers: range) -> None:
    walk.command("find 09:00-10:00", " Entered ")
    walk.press(PAGE_DOWN)
    walk.press("llllllll")
    walk.press("\r", "What happened")
    walk.press("\x1b", " Entered ")
    walk.press("\x1b", FLOOR)
    for number in numbers:
        walk.command(f"find d{number}", "What happened")  # the only one is shown at once
        walk.press("\x1b", FLOOR)


def look_at_dialogs(walk: Walk) -> None:
    walk.press("c", "Space changes it")
    walk.press(PAGE_DOWN)
    walk.press("\x1b", FLOOR)
    walk.press("?", "Esc close")
    walk.press(PAGE_DOWN)
    walk.press("\x1b", FLOOR)


def type_it(walk: Walk) -> None:
    """What is pasted is as foreign as what is read."""
    everything = "".join(text[:60] for text in PAYLOADS.values())
    for start in range(0, len(everything), 120):
        pasted = PASTED.format(everything[start : start + 120])
        walk.press("/", FILTER)
        walk.press(pasted, r"No row contains|\d rows")  # an attack may be a queue's name
        walk.press("\x1b", lambda: not re.search(FILTER, walk.session.text))
        walk.command(pasted)
    walk.command("site " + PASTED.format(everything[:200]), "There is no site")


@pytest.mark.parametrize("pane", PANES)
def test_what_is_printed_is_text(floor: Place, pane: str) -> None:
    assert unprintable(floor.told("show", pane)) == []
    plain = floor.told("show", pane, "--ascii")
    assert plain.isascii()
    assert unprintable(plain) == []


@pytest.mark.parametrize(
    "command",
    [*(("show", pane) for pane in PANES), ("find", "09:00-10:00"), ("find", "d3")],
    ids=" ".join,
)
def test_what_is_given_as_json_is_text_inside_too(floor: Place, command: tuple[str, ...]) -> None:
    said = floor.told(*command, "--json")
    assert unprintable(said) == []
    assert [each for each in strings(json.loads(said)) if unprintable(each) or "\n" in each] == []


def test_what_is_found_is_text(floor: Place) -> None:
    said = floor.told("find", "09:00-10:00")
    assert len(said.splitlines()) > 2 * len(PAYLOADS)
    assert unprintable(said) == []


def test_the_log_is_text(floor: Place) -> None:
    assert unprintable(floor.files.sync_log.read_text()) == []


def test_nothing_was_left_out(floor: Place) -> None:
    """No name, however hostile, hides its queue."""
    queues = floor.show("queues")["queues"]
    assert len(queues) == 2 * (len(PAYLOADS) + 1)
    (source,) = floor.show("status")["sources"]
    assert source["skipped_rows"] == 0


def test_the_grammar_itself_knows_an_attack_when_it_sees_one() -> None:
    harmless = b"\x1b[2;3H\x1b[0;1;38;5;6mClaims\x1b[K\x1b[?25l\x1b]22;default\x07\r\n\x1b[2J"
    assert offences(harmless, 24, 80) == []
    for name in ("tags", "bidi", "zero", "private", "c1", "reset", "dcs", "apc", "report"):
        assert offences(PAYLOADS[name].encode(), 24, 80), name
    for name in ("blink", "clear", "clipboard", "link", "title", "modes", "keys", "nul"):
        assert offences(PAYLOADS[name].encode(), 24, 80), name


def strings(document: Any) -> Iterator[str]:
    """Every text in a JSON document, keys included."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for key, value in document.items():
            yield key
            yield from strings(value)
    elif isinstance(document, list):
        for value in document:
            yield from strings(value)
