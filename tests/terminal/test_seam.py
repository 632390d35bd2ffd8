"""The output stage in a real app on a real pty: the same picture as without it, for fewer bytes."""

from __future__ import annotations

import random
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from pyte import modes
from pyte.screens import Char

from tests.terminal.ptylab import Session, spawn

pytestmark = pytest.mark.pty

ROOT = Path(__file__).parents[2]
SEQUENCES = {"16": 4, "256": 2, "full": 2, "0": 2, "ascii": 2}
"""How many sequences for each depth of colours; a soak takes others each time, and more."""
SOAKED = 60
DEPTHS = {
    "16": {"TEXTUAL_COLOR_SYSTEM": "standard"},
    "256": {"TEXTUAL_COLOR_SYSTEM": "256"},
    "full": {"TEXTUAL_COLOR_SYSTEM": "truecolor"},
    "0": {"TEXTUAL_COLOR_SYSTEM": "standard", "NO_COLOR": "1", "TEXTUAL_THEME": "ansi-dark"},
    "ascii": {"TEXTUAL_COLOR_SYSTEM": "standard"},
}
LONG = 14
KEYS = "uuucccaasssiipmmxt"
"""The steps of seam_app.py, as often as they shall come."""
RESIZE = "R"
PTY_HOLDS = 32_768
QUIET_LOOKS = 5
SIZES = ((24, 80), (30, 100), (20, 60), (24, 81))

Cell = tuple[object, ...]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Starts the app of a kind."""
    sessions: list[Session] = []

    def _start(kind: str, depth: str = "16") -> Session:
        argv = [sys.executable, "-m", "tests.terminal.seam_app", kind, depth]
        sessions.append(spawn(argv, cwd=ROOT, env={"SEAM_SIGNS": str(tmp_path), **DEPTHS[depth]}))
        sessions[-1].wait_for(r"step 0\.")
        return sessions[-1]

    yield _start
    for session in sessions:
        session.__exit__()


@lru_cache(maxsize=10_000)
def seen(cell: Char) -> Cell:
    """What can be seen of a cell: of a blank neither its foreground nor how letters would be.

    A mark that combines is left out: Textual lets it hang on whatever it has cut the letter off by.
    """
    parts = unicodedata.normalize("NFD", cell.data)
    letter = "".join(part for part in parts if not unicodedata.combining(part))
    if letter not in {" ", ""}:
        return (letter, *cell[1:])
    foreground = cell.fg if cell.reverse or cell.underscore or cell.strikethrough else "any"
    background = (cell.bg, cell.reverse)
    return (letter, foreground, *background, cell.underscore, cell.strikethrough)


def cells(session: Session) -> list[list[Cell]]:
    """Every cell that the terminal shows."""
    with session._changed:
        screen = session.screen
        return [
            [seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)
        ]


def first_difference(one: Session, other: Session) -> str:
    for y, (row, row_2) in enumerate(zip(cells(one), cells(other), strict=True)):
        for x, (cell, cell_2) in enumerate(zip(row, row_2, strict=True)):
            if cell != cell_2:
                return f"row {y}, column {x}: {cell} is not {cell_2}"
    return ""


def colours_in(raw: bytes) -> set[bytes]:
    """Every parameter of a text's attributes that is one of a colour."""
    given = {each for found in re.findall(rb"\x1b\[([\d;]*)m", raw) for each in found.split(b";")}
    return {each for each in given if each and (30 <= int(each) <= 49 or 90 <= int(each) <= 107)}


def assert_same(painting: Session, plain: Session, step: int, told: str) -> None:
    """Both have done the step, and show the same."""
    for session in (painting, plain):
        session.wait_for(rf"step {step}\.")
    try:
        painting.wait_for(lambda: cells(painting) == cells(plain), timeout=5)
    except AssertionError:
        message = f"{told}: {first_difference(painting, plain)}\n{painting.text}\n{plain.text}"
        pytest.fail(message)


@pytest.mark.parametrize("depth", SEQUENCES)
def test_the_terminal_shows_the_same_with_and_without_the_stage(
    start, depth: str, request: pytest.FixtureRequest
) -> None:
    """Random updates, scrolls, panels, dialogs, resizes and themes, with wide and joined glyphs.

    It finds a stage that forgets attributes that end, rows that a scroll took along, erasing in
    the wrong colour, or what a terminal that was resized shows. Halves of wide characters, which
    Textual seldom cuts, are in `tests/unit/test_output.py`.
    """
    painting, plain = start("painting", depth), start("plain", depth)
    step = 0
    is_soak = bool(request.config.getoption("--soak"))
    first = random.SystemRandom().randrange(10**6) if is_soak else 0
    for seed in range(first, first + (SOAKED if is_soak else SEQUENCES[depth])):
        chance = random.Random(seed)
        sequence = "n" + "".join(chance.choices(KEYS + RESIZE, k=LONG)) + "xxx"
        print("seed", seed, sequence)
        for done, key in enumerate(sequence, 1):
            if key == RESIZE:
                rows, columns = chance.choice(SIZES)
                for session in (painting, plain):
                    session.resize(rows, columns)
            for session in (painting, plain):
                session.send("u" if key == RESIZE else key)
            step += 1
            assert_same(painting, plain, step, f"seed {seed}, {sequence[:done]}")
    assert len(painting.raw) < len(plain.raw) / 2
    assert depth != "ascii" or painting.raw.isascii()
    assert depth != "0" or colours_in(painting.raw) == set()


def test_equal_rows_cost_no_byte(start, tmp_path: Path) -> None:
    session = start("painting")
    session.send("a")
    session.wait_for(r"step 1\.")
    before = len(session.raw)
    session.send("e")
    session.wait_for((tmp_path / "equal").exists)
    session.send("n")
    session.wait_for(r"step 2\.")
    assert len(session.raw) - before < 20


def test_a_stalled_line_gets_one_screen_and_not_all_that_was_missed(start, tmp_path: Path) -> None:
    session = start("painting")
    before = len(session.raw)
    session.send("l")
    session.wait_for(r"step 1\.")
    whole = len(session.raw) - before
    frame = whole // 2
    session.stall()
    held = len(session.raw)
    session.send("f")
    session.wait_for((tmp_path / "flooded").exists)
    session.resume()
    session.wait_for(r"flood 150\.")
    # What the pty holds, which cannot be taken back, the frame under way, and then the present.
    assert len(session.raw) - held < PTY_HOLDS + 3 * whole < 150 * frame


def quiet(session: Session) -> Callable[[], bool]:
    """Whether nothing more came between several looks in a row."""
    sizes: list[int] = []

    def is_quiet() -> bool:
        sizes.append(len(session.raw))
        return len(sizes) > QUIET_LOOKS and sizes[-1] == sizes[-1 - QUIET_LOOKS]

    return is_quiet


NOISE = (
    b"\x1b[5;5H\x1b[41mwall: the system is going down\x1b[m\x1b(0\x1b[4h\x1b[3;9r\x1b[?6h\x1b[?7h"
)
"""What others write, and what a bad line may do: line graphics, inserting, margins, wrapping."""


def test_repainting_clears_what_others_wrote(start) -> None:
    session = start("painting")
    session.send("a")
    session.wait_for(r"step 1\.")
    session.wait_for(quiet(session))
    before = cells(session)[1:]
    with session._changed:
        session._stream.feed(NOISE)
    assert cells(session)[1:] != before
    length = len(session.raw)
    session.send("l")
    session.wait_for(lambda: cells(session)[1:] == before)
    assert not session.screen.mode & {modes.IRM, modes.DECOM, modes.DECAWM}
    assert b"\x1b[2J" in session.raw[length:]


def test_a_resize_that_is_undone_repaints(start) -> None:
    session = start("painting")
    session.send("a")
    session.wait_for(r"step 1\.")
    before = cells(session)
    session.resize(24, 40)
    session.resize(24, 80)
    session.wait_for(lambda: cells(session) == before)
