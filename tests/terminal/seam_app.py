"""The same small app twice, with the output stage and without, driven by keys: for test_seam.py.

    python -m tests.terminal.seam_app painting|plain 0|16|256|full|ascii

Each key is one step whose details come from a generator that both apps seed alike; after each step
the app says `step N.`, also on a dialog, so that a test can wait for it.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path
from typing import Any

os.environ.update(TEXTUAL_ANIMATIONS="none", TEXTUAL_SMOOTH_SCROLL="0", TEXTUAL_FPS="60")
os.environ.update(TEXTUAL_DISABLE_KITTY_KEY="1")

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from screens.widgets.gate import OutputGate
from supervisor_tui.seam import PaintingApp

KIND, DEPTH = sys.argv[1:]
COLOURS = {"0": None, "256": ColorSystem.EIGHT_BIT, "full": ColorSystem.TRUECOLOR}
THEMES = ("ansi-dark",) if DEPTH == "0" else ("ansi-dark", "ansi-light", "nord", "textual-light")
WORDS = ("Claims", "Sales", "漢字", "Größe", "界", "e\u0301te\u0301", "12:45", "-", "!!", "      ")
STYLES = tuple(
    map(
        Style.parse,
        (
            "none",
            "bold",
            "reverse",
            "red",
            "bold bright_red on blue",
            "underline green",
            "italic on white",
            "bold reverse yellow",
            "strike cyan",
            "on black",
            "color(208) on color(18)",
            "dim #12abef on #203040",
        ),
    )
)
ROWS = 60
FLOOD = 150


class Lines(ScrollView):
    """Rows of styled words, scrolled by line."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance
        self.rows = [self.random_row() for _ in range(ROWS)]

    def on_mount(self) -> None:
        self.virtual_size = Size(70, ROWS)

    def random_row(self) -> list[Segment]:
        pick = self.chance.choice
        return [
            Segment(f"{pick(WORDS)}{pick((' ', '', '  '))}", pick(STYLES))
            for _ in range(self.chance.randint(1, 14))
        ]

    def render_line(self, y: int) -> Strip:
        x, top = self.scroll_offset
        width = self.size.width
        if top + y >= len(self.rows):
            return Strip.blank(width)
        strip = Strip(self.rows[top + y]).adjust_cell_length(70).crop(x, x + width)
        return strip.adjust_cell_length(width)

    def redraw(self, row: int) -> None:
        y = row - self.scroll_offset.y
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))


class Dialog(ModalScreen[None]):
    CSS = "Dialog { align: center middle; } Dialog Static { width: 30; height: 6; border: ascii; }"

    def compose(self) -> ComposeResult:
        yield Static("漢字 over the lines", classes="step", markup=False)


class Steps(App[None]):
    """What both apps do; the class that draws is mixed in below."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { layers: below above; }
    #top { dock: top; height: 1; }
    #side { dock: right; width: 20; border: ascii; display: none; }
    #side.shown { display: block; background: $primary; color: $foreground; }
    """

    def prepare(self) -> None:
        self.theme = "ansi-dark"
        self.chance = random.Random(0)
        self.count = 0
        self.frames = 0
        self.lines = Lines(self.chance)

    def get_line_filters(self) -> list[LineFilter]:
        """Behind Textual's own the gate, as in the program."""
        return [*super().get_line_filters(), OutputGate(is_ascii=DEPTH == "ascii")]

    def compose(self) -> ComposeResult:
        yield Static("step 0.", id="top", classes="step", markup=False)
        yield Static("beside 漢字", id="side", markup=False)
        yield self.lines

    def on_key(self, event: Any) -> None:
        step = getattr(self, f"step_{event.character}", None)
        if step is None:
            return
        step()
        if event.character not in "ef":
            self.call_after_refresh(self.done)

    def done(self) -> None:
        self.count += 1
        self.screen.query_one(".step", Static).update(f"step {self.count}.")

    def step_n(self) -> None:
        """A new sequence."""
        self.chance.seed(self.count)

    def step_u(self) -> None:
        """One row changes."""
        row = self.chance.randrange(ROWS)
        self.lines.rows[row] = self.lines.random_row()
        self.lines.redraw(row)

    def step_c(self) -> None:
        """Many rows change a little."""
        for row in range(ROWS):
            if self.chance.random() < 0.3:
                parts = self.lines.rows[row]
                at = self.chance.randrange(len(parts))
                parts[at] = Segment(self.chance.choice(WORDS), self.chance.choice(STYLES))
                self.lines.redraw(row)

    def step_a(self) -> None:
        """All rows change."""
        self.lines.rows = [self.lines.random_row() for _ in range(ROWS)]
        self.lines.refresh()

    def step_s(self) -> None:
        """Scroll down or up by some lines, or sideways."""
        x, y = self.lines.scroll_offset
        x = self.chance.choice((x, x, 0, 7))
        self.lines.scroll_to(x, y + self.chance.randint(-6, 6), animate=False)

    def step_i(self) -> None:
        """A row comes in between, another goes."""
        top = self.lines.scroll_offset.y
        self.lines.rows.insert(top + self.chance.randrange(5), self.lines.random_row())
        self.lines.rows.pop(top + self.chance.randint(8, 12))
        self.lines.refresh()

    def step_p(self) -> None:
        """A panel comes or goes."""
        self.query_one("#side").toggle_class("shown")

    def step_t(self) -> None:
        """Another theme: every colour that is not the terminal's own changes.

        Not below a dialog: when Textual paints what lies there with the new one is up to chance.
        """
        theme = self.chance.choice(THEMES)
        if len(self.screen_stack) == 1:
            self.theme = theme

    def step_m(self) -> None:
        """A dialog comes."""
        self.push_screen(Dialog())

    def step_x(self) -> None:
        """A dialog goes."""
        if len(self.screen_stack) > 1:
            self.pop_screen()

    async def step_equal(self) -> None:
        """Set equal rows, many times over."""
        for _ in range(20):
            self.lines.rows = [list(row) for row in self.lines.rows]
            self.lines.refresh()
            self.lines.refresh(layout=True)
            self.frames += 1
            await self.painted()
        self.leave_sign("equal")

    def step_e(self) -> None:
        self.run_worker(self.step_equal())

    def step_f(self) -> None:
        """Flood the line."""
        self.run_worker(self.flood())

    async def flood(self) -> None:
        for number in range(FLOOD):
            self.step_a()
            self.screen.query_one(".step", Static).update(f"flood {number + 1}.")
            await self.painted()
        self.leave_sign("flooded")

    async def painted(self) -> None:
        """Wait until what was asked to be drawn has been drawn."""
        is_painted = asyncio.Event()
        self.call_after_refresh(is_painted.set)
        await is_painted.wait()

    def leave_sign(self, name: str) -> None:
        (Path(os.environ["SEAM_SIGNS"]) / name).touch()

    def step_l(self) -> None:
        """Repaint, where the app can."""
        if isinstance(self, PaintingApp):
            self.repaint_all()

    def step_q(self) -> None:
        self.exit()


class Plain(Steps):
    """Without the stage."""

    def __init__(self) -> None:
        super().__init__()
        self.prepare()


class Painting(Steps, PaintingApp):
    """With it."""

    def __init__(self) -> None:
        PaintingApp.__init__(self, colours=COLOURS.get(DEPTH, ColorSystem.STANDARD))
        self.prepare()


if __name__ == "__main__":
    (Painting if KIND == "painting" else Plain)().run(mouse=False)
