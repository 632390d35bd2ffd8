"""What is drawn before there are widgets is what the widgets draw then, cell by cell."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from data.floor import FloorSnapshot
from screens.first_picture import first_picture
from supervisor_tui.output import to_cells
from tests.screens.test_overview import floor_look, floor_screen

SIZES = ((40, 12), (60, 20), (80, 24), (120, 40), (159, 60), (200, 29))


def cells(lines: list[list[Segment]], *, has_colours: bool) -> list[tuple[list[Any], ...]]:
    """What the terminal would show in each cell, however lines are cut into segments."""
    return [to_cells(line, ColorSystem.STANDARD if has_colours else None) for line in lines]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("is_ascii", [False, True])
@pytest.mark.parametrize("has_colours", [False, True])
async def test_the_first_picture_is_what_the_screen_shows(
    size: tuple[int, int], is_ascii: bool, has_colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_colours:
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("TEXTUAL_THEME", "ansi-dark")
    async with floor_screen(size, is_ascii=is_ascii) as (app, screen, pilot):
        screen.current.focus_table()
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        shown = [list(strip) for strip in strips]
    look = floor_look(is_ascii=is_ascii)
    drawn = first_picture(look, size, keymap={}, columns=None, has_colours=has_colours)
    assert cells(drawn, has_colours=has_colours) == cells(shown, has_colours=has_colours)


@pytest.mark.parametrize("size", [(160, 30), (161, 31), (200, 50)])
@pytest.mark.parametrize("is_ascii", [False, True])
async def test_where_four_panes_have_room_the_first_has_its_rows_and_all_have_boxes(
    size: tuple[int, int], is_ascii: bool
) -> None:
    async with floor_screen(size, is_ascii=is_ascii) as (app, screen, pilot):
        screen.current.focus_table()
        await pilot.pause()
        shown = [list(strip) for strip in app.screen._compositor.render_strips()]
        boxes = [pane.region for pane in screen._area.shown]
        wanted = cells(shown, has_colours=True)
    drawn = first_picture(
        floor_look(is_ascii=is_ascii), size, keymap={}, columns=None, has_colours=True
    )
    found = cells(drawn, has_colours=True)
    blank = cells([[Segment(" ", Style(color="default", bgcolor="default"))]], has_colours=True)
    for box in boxes[1:]:
        for y in range(box.y + 1, box.bottom - 1):
            for line, empty in zip(wanted[y], blank[0], strict=True):  # characters, pens
                line[box.x + 1 : box.right - 1] = empty * (box.width - 2)
    assert found == wanted


async def test_it_shows_the_columns_that_the_person_keeps() -> None:
    look = floor_look()
    drawn = first_picture(look, (80, 24), keymap={}, columns=("waiting",), has_colours=True)
    titles = "".join(text for text, _style, _ in drawn[3])
    assert titles.split()[-2:] == ["Queue", "Wait"]


@pytest.mark.parametrize("size", [(80, 4), (80, 1)])
def test_it_is_not_drawn_where_the_screen_looks_otherwise(size: tuple[int, int]) -> None:
    assert first_picture(floor_look(), size, keymap={}, columns=None, has_colours=True) == []


def test_a_floor_of_which_nothing_is_known_is_not_drawn() -> None:
    look = replace(floor_look(), snapshot=FloorSnapshot())
    assert first_picture(look, (80, 24), keymap={}, columns=None, has_colours=True) == []
