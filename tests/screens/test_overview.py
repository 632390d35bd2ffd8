"""Four panes at once: focus, zoom, and what a resize keeps."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot

from data.figures.freshness import Moment
from data.model import Activity, AgentState, ComplaintClock, ContactState
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES
from screens.actions import Scope
from screens.detail import DetailScreen
from screens.floor_screen import FloorScreen
from screens.look import Look, Viewing
from screens.overview import FOUR
from screens.pane_types import pane_type
from tests.builders import (
    MOMENT,
    NOW,
    ago,
    make_agent,
    make_contact,
    make_escalation,
    make_queue,
    make_shift,
    make_snapshot,
)
from tests.screens.helpers import Bench, bench, screen_lines, screen_text, style_of


def floor_look(*, is_ascii: bool = False, moment: Moment = MOMENT) -> Look:
    """A floor on which each pane has something to say."""
    snapshot = make_snapshot(
        make_queue("claims", name="Claims DE", contacts_waiting=7, longest_wait_since=ago(192)),
        make_queue("billing", name="Billing"),
        make_agent("1001", name="Chloé Dubois", state=AgentState.BUSY, contact="c1", team="North"),
        make_agent("1002", name="Jamal Reed", state=AgentState.NOT_READY, since=ago(1860)),
        make_agent("1003", name="Hana Novák", assist_since=ago(30), queues=("claims", "billing")),
        make_contact("c1", agent="1001", state=ContactState.CONNECTED, answered_at=ago(280)),
        make_escalation("e1", reference="E-1042", caller_key="key-of-4912"),
        make_escalation(
            "e2", reference="E-1040", vulnerable=True, clocks=(ComplaintClock("final", ago(1200)),)
        ),
        make_shift("s1", activities=(Activity("meal", NOW + 1_800_000, NOW + 3_600_000),)),
        make_shift("s2", agent="1002"),
        make_shift("s3", agent="1004"),
    )
    viewing = Viewing(
        floor_name="Harbour", formula=Formula.OFFERED, rules=DEFAULT_RULES, is_ascii=is_ascii
    )
    return Look(snapshot=snapshot, moment=moment, viewing=viewing)


@asynccontextmanager
async def floor_screen(
    size: tuple[int, int], *, is_ascii: bool = False
) -> AsyncIterator[tuple[Bench, FloorScreen, Pilot[Any]]]:
    screen = FloorScreen(is_ascii=is_ascii, keymap={}, columns={}, completer=lambda _text: [])
    app = Bench(is_ascii=is_ascii)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(screen)
        screen.show(floor_look(is_ascii=is_ascii))
        await pilot.pause()
        yield app, screen, pilot


def shown(screen: FloorScreen) -> list[Scope]:
    return [pane.SCOPE for pane in screen.panes.values() if pane.display]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (159, 50), (160, 24)])
async def test_where_there_is_no_room_one_pane_is_shown(size: tuple[int, int]) -> None:
    async with floor_screen(size) as (_app, screen, _pilot):
        assert shown(screen) == [Scope.QUEUES]


@pytest.mark.parametrize("size", [(160, 30), (200, 50), (250, 70)])
async def test_with_room_four_panes_say_what_matters(size: tuple[int, int]) -> None:
    async with floor_screen(size) as (app, screen, _pilot):
        assert shown(screen) == list(FOUR)
        text = screen_text(app)
        for expected in ("Claims DE", "Jamal Reed", "E-1042", "absent", "[1 Queues]"):
            assert expected in text
        assert style_of(app, "[1 Queues]").reverse


async def test_focus_moves_and_zoom_gives_one_pane_everything() -> None:
    async with floor_screen((200, 50)) as (app, screen, pilot):
        await screen.step(1)
        await pilot.pause()
        assert screen.focused is screen.panes[Scope.AGENTS].table
        assert "[2 Agents]" in screen_text(app)
        assert shown(screen) == list(FOUR)
        screen.toggle_zoom()
        await pilot.pause()
        assert shown(screen) == [Scope.AGENTS]
        screen.toggle_zoom()
        await pilot.pause()
        assert shown(screen) == list(FOUR)
        assert screen.focused is screen.panes[Scope.AGENTS].table


async def test_a_resize_across_the_limit_keeps_the_focus() -> None:
    async with floor_screen((200, 50)) as (_app, screen, pilot):
        await screen.go_to(Scope.ESCALATIONS)
        for size, expected in (((100, 30), [Scope.ESCALATIONS]), ((200, 50), list(FOUR))):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert shown(screen) == expected
            assert screen.focused is screen.panes[Scope.ESCALATIONS].table


async def test_a_pane_beside_the_four_stands_alone() -> None:
    async with floor_screen((200, 50)) as (_app, screen, pilot):
        await screen.go_to(Scope.LOST)
        await pilot.pause()
        assert shown(screen) == [Scope.LOST]
        await screen.step(1)
        await pilot.pause()
        assert shown(screen) == list(FOUR)


@pytest.mark.parametrize("scope", FOUR)
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 50), (250, 70)])
async def test_in_ascii_nothing_else_is_shown_and_no_line_is_too_long(
    size: tuple[int, int], scope: Scope
) -> None:
    async with floor_screen(size, is_ascii=True) as (app, screen, pilot):
        await screen.go_to(scope)
        await pilot.pause()
        for line in screen_lines(app):
            assert line.isascii()
            assert len(line) == size[0]


@pytest.mark.parametrize("scope", [Scope.QUEUES, Scope.AGENTS, Scope.ROSTER])
async def test_a_pane_that_was_left_holds_on_to_no_look(scope: Scope) -> None:
    async with floor_screen((80, 24)) as (_app, screen, _pilot):
        old = floor_look()
        held = sys.getrefcount(old)
        await screen.go_to(scope)
        screen.show(old)
        assert sys.getrefcount(old) > held
        await screen.go_to(Scope.ESCALATIONS)
        screen.show(floor_look())
        assert sys.getrefcount(old) == held


@pytest.fixture
def _without_collector() -> Iterator[None]:
    """What is closed waits for Python to look for garbage; here it never does."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_without_collector")
async def test_a_page_that_was_closed_holds_on_to_no_floor() -> None:
    async with floor_screen((80, 24)) as (app, _screen, pilot):
        look = floor_look()
        page = DetailScreen("", lambda _look, _width: (), floor_look(), keymap={}, is_ascii=False)
        await app.push_screen(page)
        held = sys.getrefcount(look)
        page.show(look)
        assert sys.getrefcount(look) > held
        await app.pop_screen()
        await pilot.pause()
        assert sys.getrefcount(look) == held


@pytest.mark.usefixtures("_without_collector")
@pytest.mark.parametrize("scope", [Scope.QUEUES, Scope.AGENTS, Scope.ROSTER])
async def test_a_pane_that_was_taken_away_holds_on_to_no_look(scope: Scope) -> None:
    pane = pane_type(scope)(is_ascii=False)
    async with bench(pane):
        look = floor_look()
        held = sys.getrefcount(look)
        pane.show(look)
        assert sys.getrefcount(look) > held
        await pane.remove()
        assert sys.getrefcount(look) == held
