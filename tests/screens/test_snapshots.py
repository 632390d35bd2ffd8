"""What the panes show, as plain text: `pytest tests/screens/test_snapshots.py --snapshot-update`.

A snapshot is the screen as it stands in `snapshots/NAME.txt`. Colour is no part of it: what a tone
says, its mark says.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from msgspec.structs import replace

from screens.actions import Scope
from screens.tones import MARKS, Tone
from screens.widgets.live_table import LiveTable
from tests.screens.helpers import COLUMNS, bench, row, screen_lines, screen_text
from tests.screens.test_overview import floor_screen

FOLDER = Path(__file__).parent / "snapshots"
SIZES = ((60, 20), (80, 24), (120, 40), (200, 50))
PANES = (Scope.QUEUES, Scope.AGENTS, Scope.ESCALATIONS, Scope.ROSTER, Scope.LOST)
CASES = [
    *itertools.product(PANES, SIZES, (False,)),
    *((scope, (80, 24), True) for scope in PANES),
    (Scope.AGENTS, (200, 50), True),
]


async def shown_on(scope: Scope, size: tuple[int, int], *, is_ascii: bool) -> str:
    async with floor_screen(size, is_ascii=is_ascii) as (app, screen, pilot):
        await screen.go_to(scope)
        await pilot.pause()
        return screen_text(app).rstrip() + "\n"


def snapshot(scope: Scope, size: tuple[int, int], *, is_ascii: bool) -> Path:
    return FOLDER / f"{scope}-{size[0]}x{size[1]}{'-ascii' if is_ascii else ''}.txt"


@pytest.mark.parametrize(("scope", "size", "is_ascii"), CASES)
async def test_a_pane_looks_as_it_did(
    scope: Scope, size: tuple[int, int], is_ascii: bool, request: pytest.FixtureRequest
) -> None:
    shown = await shown_on(scope, size, is_ascii=is_ascii)
    path = snapshot(scope, size, is_ascii=is_ascii)
    if request.config.getoption("--snapshot-update"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")
    assert not is_ascii or shown.isascii()


@pytest.mark.parametrize("scope", PANES)
async def test_without_colour_a_pane_says_the_same(
    scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shown = await shown_on(scope, (80, 24), is_ascii=False)
    assert shown == snapshot(scope, (80, 24), is_ascii=False).read_text(encoding="utf-8")


@pytest.mark.parametrize("colours", [{}, {"NO_COLOR": "1"}])
async def test_every_tone_is_told_by_its_mark_alone(
    colours: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tones that ask for different things have different marks; the rest ask for nothing."""
    for name, value in colours.items():
        monkeypatch.setenv(name, value)
    table = LiveTable(COLUMNS, empty="")
    async with bench(table, size=(80, 12)) as (app, pilot):
        table.set_rows([replace(row(tone.value, tone=tone), mark=MARKS[tone]) for tone in Tone])
        await pilot.pause()
        marks = {line[1:3] for line in screen_lines(app)[1 : 1 + len(Tone)]}
    asking = {Tone.LOOK, Tone.ACT, Tone.STALE, Tone.HELP}
    assert len({MARKS[tone] for tone in asking}) == len(asking)
    assert all(MARKS[tone].strip() for tone in asking)
    assert all(MARKS[tone].isascii() and len(MARKS[tone]) == 2 for tone in Tone)
    assert marks == set(MARKS.values())
