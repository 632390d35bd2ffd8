"""The night on a narrow terminal: what a line cuts stands below the table in full."""

from __future__ import annotations

import pytest

from data.model import AgentState
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES
from screens.look import Look, Viewing
from screens.night import NightDuty, NightPane
from tests.builders import MOMENT, ago, make_agent, make_escalation, make_queue, make_snapshot
from tests.screens.helpers import bench, screen_text

WHOLE = "2 waiting, longest 4:05, 0 ready of 1; 2 complaints are late"


@pytest.mark.parametrize(("width", "is_cut"), [(60, True), (100, False)])
async def test_what_a_line_of_the_night_cuts_stands_below_in_full(width: int, is_cut: bool) -> None:
    clock = make_escalation().clocks[0].__class__("final", ago(60))
    snapshot = make_snapshot(
        make_queue(contacts_waiting=2, longest_wait_since=ago(245)),
        make_agent(state=AgentState.BUSY),
        *(make_escalation(name, clocks=(clock,), status="new") for name in ("e1", "e2")),
    )
    viewing = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=DEFAULT_RULES)
    look = Look(snapshot=snapshot, moment=MOMENT, viewing=viewing)
    pane = NightPane(NightDuty("", lambda: 0, lambda _look: ()), is_ascii=True)
    async with bench(pane, size=(width, 20)) as (app, pilot):
        pane.show(look)
        await pilot.pause()
        told = " ".join(screen_text(app).split())
        assert (f"Hamburg: {WHOLE}" in told) is is_cut
        assert (WHOLE in told.partition("Hamburg: ")[0]) is not is_cut
        await pilot.resize_terminal(100, 20)
        await pilot.pause()
        assert "Hamburg:" not in screen_text(app)
        await pilot.resize_terminal(60, 5)
        await pilot.pause()
        assert "Hamburg:" not in screen_text(app), "there is no room for it"
