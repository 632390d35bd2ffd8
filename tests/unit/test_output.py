"""The output stage against a terminal: pyte must show what was wanted, however it got there."""

from __future__ import annotations

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from supervisor_tui.output import OutputStage, _split, _split_whole

COLUMNS, ROWS = 24, 10
STYLES = [
    Style.null(),
    Style.parse("bold"),
    Style.parse("reverse"),
    Style.parse("red"),
    Style.parse("bold red on blue"),
    Style.parse("underline green"),
    Style.parse("italic on white"),
]
GLYPHS = st.sampled_from(["a", "b", " ", "0", "-", "漢", "é", "界", "~"])


def segments() -> st.SearchStrategy[list[Segment]]:
    return st.lists(
        st.builds(
            Segment,
            st.lists(GLYPHS, min_size=1, max_size=12).map("".join),
            st.sampled_from(STYLES),
        ),
        min_size=1,
        max_size=4,
    )


updates = st.one_of(
    st.tuples(
        st.just("put"),
        st.integers(0, COLUMNS - 1),
        st.integers(0, ROWS - 1),
        segments(),
    ),
    st.tuples(st.just("rows"), st.integers(-3, 3), st.just(0), st.just([])),
    st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 9), st.just([])),
    st.tuples(st.just("forget"), st.just(0), st.just(0), st.just([])),
    st.tuples(st.just("send"), st.just(0), st.just(0), st.just([])),
)


class Terminal:
    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.Stream(self.screen)

    def cells(self) -> list[list[tuple[object, ...]]]:
        return [[tuple(self.screen.buffer[y][x]) for x in range(COLUMNS)] for y in range(ROWS)]


def fresh_repaint(stage: OutputStage) -> list[list[tuple[object, ...]]]:
    """What a terminal shows that was cleared and painted whole."""
    terminal = Terminal()
    stage.forget()
    terminal.stream.feed(stage.difference())
    return terminal.cells()


@settings(max_examples=300, deadline=None)
@given(st.lists(updates, max_size=25))
def test_differences_add_up_to_the_whole_picture(steps: list[tuple]) -> None:
    stage = OutputStage(COLUMNS, ROWS, ColorSystem.STANDARD)
    terminal = Terminal()
    lines = [[Segment(f"line {n:2d} of the table", STYLES[n % len(STYLES)])] for n in range(40)]
    offset = 10
    for what, x, y, parts in steps:
        if what == "put":
            stage.put(x, y, parts)
        elif what == "rows":
            offset = max(0, min(30, offset + x))
            for row in range(1, ROWS):
                stage.put(0, row, lines[offset + row - 1])
        elif what == "move":
            lines.insert(offset + y, lines.pop(offset + x))
            for row in range(1, ROWS):
                stage.put(0, row, lines[offset + row - 1])
        elif what == "forget":
            stage.forget()
        else:
            terminal.stream.feed(stage.difference())
    terminal.stream.feed(stage.difference())
    assert terminal.cells() == fresh_repaint(stage)


def test_nothing_is_sent_when_nothing_changed() -> None:
    stage = OutputStage(COLUMNS, ROWS, ColorSystem.STANDARD)
    stage.put(0, 0, [Segment("waiting 10")])
    assert stage.difference()
    stage.put(0, 0, [Segment("waiting 10")])
    assert stage.difference(park=(3, 3)) == ""


def test_a_cursor_that_is_said_to_be_off_the_screen_spoils_nothing() -> None:
    stage = OutputStage(COLUMNS, ROWS, ColorSystem.STANDARD)
    terminal = Terminal()
    for text, park in (("a", (COLUMNS + 2, ROWS - 1)), ("b", (3, ROWS + 2)), ("c", (-2, -2))):
        stage.put(COLUMNS - 3, ROWS - 1, [Segment(text)])
        terminal.stream.feed(stage.difference(park=park))
        stage.put(COLUMNS - 2, ROWS - 1, [Segment(text)])
        terminal.stream.feed(stage.difference(park=park))
        assert "".join(terminal.screen.display[ROWS - 1]) == f"{text * 2:>{COLUMNS - 1}} ", park


def test_one_changed_cell_costs_a_move_and_the_cell() -> None:
    stage = OutputStage(80, 24, ColorSystem.STANDARD)
    stage.put(0, 5, [Segment("waiting 10 longest 3:12")])
    stage.difference()
    stage.put(0, 5, [Segment("waiting 11 longest 3:12")])
    assert len(stage.difference()) <= len("\x1b[6;10H1")


def test_a_scrolled_block_is_scrolled_by_the_terminal() -> None:
    stage = OutputStage(80, 24, ColorSystem.STANDARD)
    rows = [f"{n:4d} agent number {n} is ready on the sales queue".ljust(80) for n in range(60)]
    for y in range(2, 22):
        stage.put(0, y, [Segment(rows[y])])
    stage.difference()
    for y in range(2, 22):
        stage.put(0, y, [Segment(rows[y + 1])])
    assert len(stage.difference()) < 120


def test_rows_that_stand_still_between_rows_that_move_come_back() -> None:
    stage = OutputStage(COLUMNS, ROWS, ColorSystem.STANDARD)
    terminal = Terminal()
    before = ["fixed" if y == 4 else f"row {y} of many" for y in range(ROWS + 1)]
    for y in range(ROWS):
        stage.put(0, y, [Segment(before[y].ljust(COLUMNS))])
    terminal.stream.feed(stage.difference())
    for y in range(ROWS):
        stage.put(0, y, [Segment((before[y + 1] if y != 4 else "fixed").ljust(COLUMNS))])
    sent = stage.difference()
    assert "\n" in sent
    terminal.stream.feed(sent)
    assert terminal.screen.display[4].rstrip() == "fixed"


def test_what_is_joined_from_several_characters_takes_the_cells_it_was_measured_with() -> None:
    stage = OutputStage(40, 4, ColorSystem.STANDARD)
    stage.put(0, 0, [Segment("\u0301a\N{WOMAN}\u200d\N{ROCKET}e\u0301|")])
    assert stage._wanted.texts[0][:6] == ["a", "\N{WOMAN}\u200d\N{ROCKET}", "", "e\u0301", "|", " "]
    # Where the cursor is behind such a cell is the terminal's guess: it is told.
    assert stage.difference().endswith("\r\x1b[3Ce\u0301\r\x1b[4C|")


def test_no_colour_means_no_colour() -> None:
    stage = OutputStage(80, 24, None)
    stage.put(0, 0, [Segment("!!", Style.parse("bold red on blue"))])
    assert stage.difference().endswith("\x1b[1m!!")


def test_frames_that_were_not_sent_are_not_queued() -> None:
    stage = OutputStage(80, 24, ColorSystem.STANDARD)
    stage.difference()
    for n in range(100):
        stage.put(0, 0, [Segment(f"{n:05d}")])
    assert len(stage.difference()) < 20


@given(st.text(alphabet="ab é王\u0301\u200d\ufe0f☎👩…", max_size=12))
def test_cells_are_the_same_whether_names_are_split_apart_or_not(text):
    assert list(_split(text)) == list(_split_whole(text))
