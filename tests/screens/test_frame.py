from __future__ import annotations

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from data.rules.service_level import Formula
from screens.actions import PANES, Pane, Scope
from screens.detail import DetailScreen
from screens.look import Look, Viewing
from screens.pane import TablePane
from screens.roster import WHAT_IF, RosterPane
from screens.tones import Tone
from screens.widgets.frame import KeyLine, PaneLine, TopLines
from screens.widgets.frame_text import key_entries, pane_line
from screens.widgets.text_lines import TextLines, TextPage
from tests.builders import MOMENT, make_snapshot
from tests.screens.helpers import Painted, bench, press_action, screen_lines, screen_text, style_of


async def test_top_lines_are_painted_only_when_they_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    it = TopLines()
    first, second = [(" live 1 s", Tone.NORMAL)], [(" waiting 10 ", Tone.NORMAL), ("!", Tone.ACT)]
    async with bench(it) as (app, pilot):
        it.show(first, second)
        await pilot.pause()
        assert screen_lines(app)[1].startswith(" waiting 10 !")
        painted = Painted(it, monkeypatch)
        it.show([(" live 2 s", Tone.NORMAL)], list(second))
        await pilot.pause()
        assert painted.lines == [0]
        assert painted.whole == 0


@pytest.mark.parametrize(("is_ascii", "sign"), [(True, "~"), (False, "…")])
async def test_a_line_that_is_too_long_is_cut_with_a_sign(is_ascii: bool, sign: str) -> None:
    it = TextLines(1, is_ascii=is_ascii)
    async with bench(it, size=(20, 3)) as (app, pilot):
        it.set_lines([[("0123456789", Tone.NORMAL), ("0123456789", Tone.ACT)]])
        await pilot.pause()
        assert screen_lines(app)[0] == "01234567890123456789"
        it.set_lines([[("0123456789", Tone.NORMAL), ("0123456789", Tone.ACT), ("x", Tone.ACT)]])
        await pilot.pause()
        assert screen_lines(app)[0] == "0123456789012345678" + sign


async def test_the_current_pane_is_in_brackets_and_in_reverse() -> None:
    it = PaneLine(panes=(PANES[0], Pane(Scope.FOUND, "2", "Other")))
    async with bench(it) as (app, pilot):
        it.show(Scope.QUEUES)
        await pilot.pause()
        assert screen_lines(app)[0].startswith("[1 Queues] 2 Other ")
        assert style_of(app, "[1 Queues]").reverse
        it.show(None)
        await pilot.pause()
        assert "[" not in screen_lines(app)[0]


@pytest.mark.parametrize("longer", [1, 2])
@pytest.mark.parametrize("width", [40, 60, 80, 81, 82, 83, 120])
def test_the_pane_line_fits_and_keeps_the_current_pane_and_every_key(
    width: int, longer: int
) -> None:
    # Twice as long: other languages are longer than English.
    panes = [replace(pane, title=pane.title * longer) for pane in PANES]
    for current in panes:
        line = pane_line(panes, current.scope, width)
        text = "".join(piece for piece, _tone in line)
        assert cell_len(text) <= width
        assert (f"[{current.key} {current.title}]", "current") in [
            (piece.strip(), tone) for piece, tone in line
        ]
        assert [word for word in text.replace("[", " ").split() if word in "12345678"] == [
            pane.key for pane in panes
        ]
        titled = [pane.title in text for pane in panes]
        assert all(titled) or width < 80 or longer > 1


@pytest.mark.parametrize("width", [*range(12, 120, 9), 60, 80, 200])
@pytest.mark.parametrize("scope", [Scope.QUEUES, Scope.FOUND, Scope.DETAIL])
async def test_the_key_line_fits_or_says_so_and_always_leads_to_help(
    width: int, scope: Scope
) -> None:
    it = KeyLine(is_ascii=True)
    async with bench(it, size=(width, 3)) as (app, pilot):
        it.show(scope)
        await pilot.pause()
        line = screen_lines(app)[0]
    assert cell_len(line) == width
    assert "? help" in line
    keys = [text for _action, text in key_entries(scope)]
    assert ("q out" if scope is Scope.QUEUES else "q back") in keys
    assert all(entry in line for entry in keys) is ("~" not in line)
    if width >= 80:
        assert "~" not in line


async def test_the_key_line_shows_a_persons_own_keys_and_not_what_cannot_be_had() -> None:
    it = KeyLine()
    async with bench(it) as (app, pilot):
        it.show(Scope.QUEUES, {"queues.sort": "ctrl+o"}, ["queues.filter"])
        await pilot.pause()
        line = screen_lines(app)[0]
    assert "Ctrl+O sort" in line
    assert "filter" not in line


async def test_a_page_scrolls_and_repaints_only_what_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    it = TextPage(is_ascii=True)
    async with bench(it, size=(30, 10)) as (app, pilot):
        lines = [[(f"line {number:02} " + "x" * 40, Tone.NORMAL)] for number in range(30)]
        it.set_lines(lines)
        await pilot.pause()
        await press_action(pilot, "page.down", 2)
        assert screen_lines(app)[0].startswith("line 02")
        painted = Painted(it, monkeypatch)
        changed = [*lines]
        changed[4] = changed[29] = [("other", Tone.ACT)]
        it.set_lines(changed)
        await pilot.pause()
        assert painted.lines == [2]
        await press_action(pilot, "page.bottom")
        assert screen_lines(app)[9].startswith("other")
        await press_action(pilot, "page.right")
        assert screen_lines(app)[8].startswith("xxx")
        await press_action(pilot, "page.top")
        await press_action(pilot, "page.left")
        assert screen_lines(app)[0].startswith("line 00")
        await press_action(pilot, "page.page-down")
        assert screen_lines(app)[0].startswith("line 09")
        it.set_lines(lines[:3])
        await pilot.pause()
        assert screen_text(app).startswith("line 00")


async def test_a_page_says_how_much_of_it_is_not_on_the_screen() -> None:
    look = Look(
        snapshot=make_snapshot(),
        moment=MOMENT,
        viewing=Viewing(floor_name="Test", formula=Formula.OFFERED, rules=()),
    )
    lines = [[(f"line {number:02}", Tone.NORMAL)] for number in range(30)]
    page = DetailScreen("Sales", lambda _look, _width: lines, look, keymap={}, is_ascii=True)
    async with bench(size=(60, 10)) as (app, pilot):
        await app.push_screen(page)
        await pilot.pause()
        assert screen_lines(app)[1].rstrip() == " Sales  +23"
        assert "PgDn more" in screen_lines(app)[9]
        await press_action(pilot, "page.page-down")
        assert screen_lines(app)[1].rstrip() == " Sales  +17  -6"
        await press_action(pilot, "page.bottom")
        assert screen_lines(app)[1].rstrip() == " Sales  -23"
        assert "PgDn" not in screen_lines(app)[9]
        assert "q back" in screen_lines(app)[9]


async def test_keys_of_a_page_are_heard_though_nobody_has_looked_at_its_pane() -> None:
    look = Look(
        snapshot=make_snapshot(),
        moment=MOMENT,
        viewing=Viewing(floor_name="Test", formula=Formula.OFFERED, rules=()),
    )
    pane = RosterPane(is_ascii=True)
    title, present = pane.page(WHAT_IF, look) or ("", lambda _look, _width: None)
    page = DetailScreen(title, present, look, keymap={}, is_ascii=True, pane=pane, row=WHAT_IF)
    async with bench() as (app, pilot):
        await app.push_screen(page)
        keys = ("away", "release", "overtime", "move-break", "swap-shifts", "undo")
        for key in keys:
            await press_action(pilot, f"roster.{key}")
        heard = app.heard(TablePane.ActWanted)
        assert [each.rows for each in heard] == [(WHAT_IF,)] * len(keys)
