"""The page of an action: its keys are for that action, wherever the cursor behind it has gone."""

from __future__ import annotations

from screens.acts import ActsPane
from screens.detail import DetailScreen
from tests.screens.helpers import Bench, press_action
from tests.screens.test_overview import floor_look


async def test_the_page_of_an_action_tries_that_one_again_or_lets_it_be() -> None:
    again: list[str] = []
    dropped: list[str] = []
    app = Bench()
    async with app.run_test(size=(80, 24)) as pilot:
        pane = ActsPane(again.append, dropped.append, is_ascii=False)
        page = DetailScreen(
            *("", lambda _look, _width: (), floor_look()),
            keymap={},
            is_ascii=False,
            pane=pane,
            row="its",
        )
        await app.push_screen(page)
        await press_action(pilot, "acts.again")
        await press_action(pilot, "acts.drop")
        await pilot.pause()
        assert (again, dropped) == (["its"], ["its"])
