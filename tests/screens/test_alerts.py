"""`!` on the floor: to the cause of the worst alert, or the worst row where there is no alert."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from msgspec.structs import replace

from data.floor import Key
from data.model import About
from screens.actions import Scope
from screens.alert_week_page import AlertWeekPage
from screens.detail import DetailScreen
from screens.floor_screen import FloorScreen
from screens.pane import TablePane
from screens.table_screen import TableScreen
from tests.screens.helpers import Bench, press_action, screen_text
from tests.screens.test_overview import floor_look
from tests.unit.test_alert_pane import make_alert


class Host(Bench):
    """A bench with as much of the app as a jump needs."""

    floor: FloorScreen

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[str] = []
        self.typed: list[str] = []

    def on_table_pane_chosen(self, event: TablePane.Chosen) -> None:
        self.chosen.append(event.key)

    def on_table_screen_command_given(self, event: TableScreen.CommandGiven) -> None:
        self.typed.append(event.text)

    async def action_pane(self, scope: str) -> None:
        await self.floor.go_to(Scope(scope))


def alerts(*made: Any) -> dict[Key, Any]:
    return {Key(one.site, one.source, one.id): one for one in made}


async def opened(app: Host, pilot: Any, *made: Any) -> FloorScreen:
    app.floor = FloorScreen(is_ascii=False, keymap={}, columns={}, completer=lambda _text: [])
    await app.push_screen(app.floor)
    look = floor_look()
    app.floor.show(replace(look, snapshot=replace(look.snapshot, alerts=alerts(*made))))
    await pilot.pause()
    app.floor.current.focus_table()
    return app.floor


async def test_the_key_goes_to_the_cause_of_the_worst_alert_in_its_pane() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        agent = next(iter(floor_look().snapshot.agents))
        about = About("agent", agent.id)
        alert = make_alert("a", about=about, site=agent.site, telephony=agent.source)
        screen = await opened(app, pilot, alert)
        assert "!! 1 of 1 alert" in screen_text(app)
        await press_action(pilot, "table.worst")
        await app.workers.wait_for_complete()
        assert screen.current.SCOPE is Scope.AGENTS
        assert screen.current.table.cursor_key == "/".join(agent)


async def test_without_alerts_the_key_goes_to_the_row_that_matters_most() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await press_action(pilot, "table.worst")
        assert screen.current.SCOPE is Scope.QUEUES
        first = screen.current.table.cursor_key
        assert first is not None


async def test_the_pane_says_what_where_and_who_has_seen_it() -> None:
    app = Host()
    async with app.run_test(size=(100, 24)) as pilot:
        seen = make_alert("a", acknowledged_by="vogt", acknowledged_name="L. Vogt")
        screen = await opened(app, pilot, seen, make_alert("b", under="x"))
        await screen.go_to(Scope.ALERTS)
        await pilot.pause()
        text = screen_text(app)
        for expected in ("a caller has waited", "L. Vogt", "1 alert is held"):
            assert expected in text


async def test_the_page_of_an_alert_proposes_for_that_alert_and_says_so_itself() -> None:
    app = Host()
    async with app.run_test(size=(100, 24)) as pilot:
        its = make_alert("a", proposal="lend 2 sales claims 30m")
        screen = await opened(app, pilot, its, make_alert("b"))
        await screen.go_to(Scope.ALERTS)
        await pilot.pause()
        keys = {one.id: "/".join((one.site, one.source, one.id)) for one in (its, make_alert("b"))}
        look = screen.current._look
        assert look is not None
        for row, cursor, typed, said in (
            ("a", "b", ["lend 2 sales claims 30m"], ""),
            ("b", "a", [], "The rule of this alert proposes nothing."),
        ):
            app.typed.clear()
            assert screen.current.table.go_to(keys[cursor])
            present = (screen.current.page(keys[row], look) or ("", None))[1]
            assert present is not None
            page = DetailScreen(
                row, present, look, keymap={}, is_ascii=False, pane=screen.current, row=keys[row]
            )
            await app.push_screen(page)
            await press_action(pilot, "alerts.propose")
            await pilot.pause()
            assert app.typed == typed
            assert said in screen_text(app)
            await app.pop_screen()


async def test_a_key_asks_for_the_list_of_what_nobody_acted_on() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot, make_alert("a"))
        await screen.go_to(Scope.ALERTS)
        await pilot.pause()
        await press_action(pilot, "alerts.week")
        await pilot.pause()
        assert app.chosen == ["week"]
        look = floor_look()
        title, page = screen.current.page("week", look) or ("", None)
        assert title == "Alerts of the week that nobody acted on"
        assert isinstance(page, AlertWeekPage)
        page.read_past(SimpleNamespace(ask=lambda *_asked: []), look)  # type: ignore[arg-type]
        said = "".join(text for line in page(look, 80) for text, _tone in line)
        assert "No alert of the last seven days was left alone." in said
