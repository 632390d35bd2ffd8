"""Notes, checklists and the handover on a terminal of 80x24, in all glyphs and in ASCII."""

from __future__ import annotations

from typing import Any

import pytest
from textual.screen import Screen

from data.people import Person
from data.rules.service_level import Formula
from data.settings import Role
from screens.checklists import ChecklistsPane, ChecklistsScreen
from screens.handover import HandoverPane, HandoverScreen
from screens.look import Look, Viewing
from screens.notes import NotesPane
from screens.pane import TablePane
from tests.builders import MOMENT
from tests.screens.helpers import Bench, bench, screen_lines, screen_text
from tests.unit.test_checklists import ALL
from tests.unit.test_handover import ANNA, drafted, keyed, signed_by, whole_floor
from tests.unit.test_shift_log import DUE, LATER


def look_at(snapshot: Any, *, is_ascii: bool = False) -> Look:
    viewing = Viewing(
        floor_name="Test",
        formula=Formula.OFFERED,
        rules=(),
        is_ascii=is_ascii,
        person="karl",
        who=Person("karl", "Karl", Role.TEAM_LEADER),
        checklists=ALL,
    )
    return Look(snapshot=snapshot, moment=MOMENT, viewing=viewing)


async def shown(screen: Screen[None], look: Look, *keys: str) -> list[str]:
    app = Bench(is_ascii=look.viewing.is_ascii)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(screen)
        screen.show(look)  # type: ignore[attr-defined]
        await pilot.press(*keys)
        await pilot.pause()
        assert not look.viewing.is_ascii or screen_text(app).isascii()
        return screen_lines(app)


def over(pane: TablePane, kind: Any, *, is_ascii: bool) -> Any:
    return kind(pane, is_ascii=is_ascii, keymap={}, completer=lambda _text: [])


@pytest.mark.parametrize("is_ascii", [False, True])
async def test_notes_name_whose_what_and_when(is_ascii: bool) -> None:
    pane = NotesPane(is_ascii=is_ascii)
    look = look_at(whole_floor(incidents=keyed(DUE, LATER)), is_ascii=is_ascii)
    async with bench(pane, size=(80, 24)) as (app, pilot):
        pane.show(look)
        await pilot.pause()
        lines = screen_lines(app)
    assert lines[1].startswith(" !  carrier  trunk B is down")
    assert "! 5m ago" in lines[1]
    assert "in 12m" in lines[2]
    assert lines[3].startswith("    note     lift")


@pytest.mark.parametrize("is_ascii", [False, True])
async def test_checklists_say_by_when_and_who(is_ascii: bool) -> None:
    screen = over(ChecklistsPane(is_ascii=is_ascii), ChecklistsScreen, is_ascii=is_ascii)
    lines = await shown(screen, look_at(whole_floor(), is_ascii=is_ascii))
    assert lines[1].strip() == "Checklists"
    assert lines[3].startswith(" !  opening")
    assert "late" in lines[3]
    assert any("K tick" in line for line in lines[-2:])


@pytest.mark.parametrize("is_ascii", [False, True])
async def test_what_somebody_left_is_shown_first_and_v_goes_on(is_ascii: bool) -> None:
    snapshot = whole_floor()
    theirs = whole_floor(handovers=keyed(signed_by(ANNA, drafted(snapshot), snapshot)), loans={})
    look = look_at(theirs, is_ascii=is_ascii)
    titles = []
    for keys in ((), ("v",), ("v", "v")):
        screen = over(HandoverPane(is_ascii=is_ascii), HandoverScreen, is_ascii=is_ascii)
        lines = await shown(screen, look, *keys)
        titles.append(lines[1].strip())
        if not keys:
            assert lines[3].startswith(" !  Incidents")
            assert "to take over" in lines[3]
        if len(keys) == 1:
            assert any("gone" in line and "Loans" in line for line in lines)
    assert titles[0].startswith("Handover of Hamburg, signed by Anna at 14:31: ")
    assert titles[1].startswith("Since the handover of Hamburg that Anna signed")
    assert titles[2].startswith("Handover of Hamburg, draft, since")
