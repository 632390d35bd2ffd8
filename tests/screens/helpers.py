"""A bench to put one widget on, and ways to look at what it shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

import screens
from screens.actions import BY_ID
from screens.key_names import Keymap, keys_of
from screens.presenters.rows import Column, RowView
from screens.tones import Tone
from screens.widgets.gate import OutputGate

STYLES = Path(screens.__file__).parent / "styles" / "app.tcss"


class Bench(App[Any], inherit_bindings=False):
    """An app with the project's style sheet, its gate, and the widgets of one test."""

    CSS_PATH = STYLES
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *widgets: Widget, is_ascii: bool = False) -> None:
        super().__init__()
        self._widgets = widgets
        self._gate = OutputGate(is_ascii=is_ascii)
        self.told: list[Message] = []
        self.theme = "ansi-dark"

    def compose(self) -> ComposeResult:
        yield from self._widgets

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._gate]

    def heard(self, kind: type[Message]) -> list[Any]:
        """The messages of one kind, each once, however far they bubbled."""
        unique = {id(message): message for message in self.told if isinstance(message, kind)}
        return list(unique.values())


@asynccontextmanager
async def bench(
    *widgets: Widget, size: tuple[int, int] = (80, 24), is_ascii: bool = False
) -> AsyncIterator[tuple[Bench, Pilot[Any]]]:
    """A bench that runs."""
    app = Bench(*widgets, is_ascii=is_ascii)
    async with app.run_test(size=size, message_hook=app.told.append) as pilot:
        await pilot.pause()
        yield app, pilot


def screen_lines(app: App[Any]) -> list[str]:
    """What the terminal would show, line by line, after every filter."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def screen_text(app: App[Any]) -> str:
    return "\n".join(line.rstrip() for line in screen_lines(app))


def style_of(app: App[Any], text: str) -> Any:
    """The style in which the first segment that holds this text is shown."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            if text in segment.text:
                return segment.style
    raise AssertionError(f"{text!r} is not on the screen")


async def press_action(
    pilot: Pilot[Any], action_id: str, times: int = 1, keymap: Keymap | None = None
) -> None:
    """Press the key that is bound to an action."""
    key = keys_of(BY_ID[action_id], keymap)[0]
    await pilot.press(*[key] * times)
    await pilot.pause()


class Painted:
    """Counts which lines of a widget are asked to be painted."""

    def __init__(self, widget: Widget, monkeypatch: Any) -> None:
        self.lines: list[int] = []
        self.regions: list[Region] = []
        self.whole = 0
        draw: Callable[[int], Strip] = widget.render_line
        ask = widget.refresh

        def render_line(y: int) -> Strip:
            self.lines.append(y)
            return draw(y)

        def refresh(*regions: Region, **options: Any) -> Any:
            self.regions += regions
            self.whole += not regions
            return ask(*regions, **options)

        monkeypatch.setattr(widget, "render_line", render_line)
        monkeypatch.setattr(widget, "refresh", refresh)

    def clear(self) -> None:
        self.lines.clear()
        self.regions.clear()
        self.whole = 0


COLUMNS: tuple[Column, ...] = (
    Column("name", "Queue", 10, grows=True, sort_letter="q", help="The queue."),
    Column("channel", "Ch", 2, rank=3),
    Column("waiting", "Wait", 4, is_right=True, sort_letter="w", help="Contacts waiting."),
    Column("longest", "Long", 5, is_right=True, sort_letter="l"),
    Column("ready", "Rdy", 4, is_right=True, rank=1),
    Column("level", "SLday", 6, is_right=True),
    Column("offered", "Off", 5, is_right=True, rank=2),
    Column("asa", "ASA", 5, is_right=True, rank=5),
    Column("aht", "AHT", 5, is_right=True, rank=4),
)


def row(key: str, waiting: int = 0, tone: Tone = Tone.NORMAL, **changes: Any) -> RowView:
    """A row of `COLUMNS`."""
    mark = {Tone.ACT: "!!", Tone.LOOK: "! ", Tone.HELP: "?!"}.get(tone, "  ")
    cells = (f"Queue {key}", "v", str(waiting), "0:51", "3", "95.0", "120", "0:12", "3:40")
    return RowView(key=key, cells=changes.pop("cells", cells), tone=tone, mark=mark, **changes)


def rows(keys: str) -> list[RowView]:
    return [row(key) for key in keys]
