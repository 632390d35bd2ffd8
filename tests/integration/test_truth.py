"""What goes wrong around a floor is shown as what it is: on the screen, in JSON, and in words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import data.clock
from data import contract
from data.figures.freshness import Moment
from data.files import FloorFiles
from data.floor import FloorSnapshot
from data.sandbox.centre import Fault
from data.settings import FloorSettings, SiteSettings, SourceSettings
from data.sync.outcome import SyncOutcome
from data.sync.process import run_sync
from screens.presenters.table import TableView
from supervisor_tui.commands.common import read_snapshot
from supervisor_tui.plain import Pane, Wanted, pane_view, render_pane
from supervisor_tui.show_json import show_json
from tests.support.led_floor import Led, leading

HOUR_MS = 3_600_000
ZONES = {"hamburg": "Europe/Berlin", "leeds": "Europe/London"}


class Synced:
    """A floor, what its sync process brings, and how it is shown.

    Args:
        folder: Where its files go.
        sites: The endpoint of each site.
    """

    def __init__(self, folder: Path, **sites: Led) -> None:
        self._files = FloorFiles(folder / "state")
        self._settings = FloorSettings(name="Test")
        self._sites = [
            SiteSettings(
                id=name,
                name=name.capitalize(),
                zone=ZONES[name],
                day_start="06:00",
                source=(SourceSettings(id="pbx", url=led.url, min_interval=0.05),),
            )
            for name, led in sites.items()
        ]

    def sync(self) -> SyncOutcome:
        """Read every source once, and see that this went well."""
        outcome = self.try_sync()
        assert outcome.ok, outcome.problems
        return outcome

    def try_sync(self) -> SyncOutcome:
        """Read every source once, however it goes."""
        return asyncio.run(run_sync(self._settings, self._sites, self._files, once=True))

    @property
    def snapshot(self) -> FloorSnapshot:
        return read_snapshot(self._files)

    def text(self, pane: Pane = Pane.QUEUES, site: str | None = None) -> str:
        """A pane as it is printed."""
        snapshot, wanted = self.snapshot, Wanted(floor_name="Test", site=site)
        moment = Moment.of(snapshot.clock(site))
        return "\n".join(render_pane(pane, snapshot, moment, wanted, width=200))

    def first_line(self, site: str | None = None) -> str:
        return self.text(site=site).splitlines()[0].strip()

    def view(self, pane: Pane) -> TableView:
        """The rows of a pane as the screen has them."""
        snapshot = self.snapshot
        return pane_view(pane, snapshot, Moment.of(snapshot.clock()), Wanted())

    def cells(self, pane: Pane, column: str) -> list[str]:
        """What the rows of a pane show in one column."""
        view = self.view(pane)
        place = [each.id for each in view.columns].index(column)
        return [row.cells[place] for row in view.rows]

    def json(self, pane: Pane = Pane.QUEUES, site: str | None = None) -> dict[str, Any]:
        snapshot = self.snapshot
        moment = Moment.of(snapshot.clock(site))
        document: dict[str, Any] = json.loads(show_json(pane, snapshot, moment, site=site))
        return document


@pytest.fixture
def led() -> Iterator[Led]:
    with leading() as led:
        yield led


@pytest.fixture
def floor(led: Led, tmp_path: Path) -> Synced:
    synced = Synced(tmp_path, hamburg=led)
    synced.sync()
    return synced


# The switch is silent behind an API that lives


def test_a_silent_switch_is_told_from_a_silent_api_and_its_figures_stand_still(
    led: Led, floor: Synced
) -> None:
    assert "live" in floor.first_line()
    led.silence_switch(seconds_ago=100)
    floor.sync()
    assert "API live, switch silent 10" in floor.first_line()
    assert {row.mark for row in floor.view(Pane.QUEUES).rows} == {"~ "}
    assert {row.mark for row in floor.view(Pane.AGENTS).rows} == {"~ "}
    assert "switch behind it does not" in floor.text(Pane.STATUS)
    document = floor.json()
    (source,) = document["sources"]
    assert (document["state"], source["state"], source["api_state"]) == ("stale", "stale", "live")
    assert source["switches"][0]["state"] == "down"
    assert 100 <= document["age_s"] < 160
    # A wait that is told as of then does not go on growing on our own account.
    (queue,) = document["queues"]
    assert queue["as_of"] == source["good_at"] == source["switches"][0]["as_of"]
    assert queue["longest_wait_s"] == pytest.approx(4 * 3600 - 100, abs=10)


def test_an_api_that_is_gone_is_told_as_that(led: Led, floor: Synced) -> None:
    led.sandbox.centre.order(Fault(status=500))
    assert not floor.try_sync().ok
    assert "offline since 10:00" in floor.first_line()
    (source,) = floor.json()["sources"]
    assert (source["state"], source["api_state"]) == ("offline", "offline")
    assert source["problem"] == "http_status"


# One of two sites is down


@pytest.fixture
def two_sites(tmp_path: Path) -> Iterator[tuple[Led, Synced]]:
    """Hamburg, and Leeds which was well and then went down while Hamburg went on."""
    with ExitStack() as stack:
        hamburg = stack.enter_context(leading())
        with leading(zone="Europe/London", starts_at="09:00") as leeds:
            synced = Synced(tmp_path, hamburg=hamburg, leeds=leeds)
            synced.sync()
            assert "live" in synced.first_line()
            assert synced.json()["totals"][-1]["old_sites"] == []
        hamburg.change("queue", "q 1", contacts_waiting=6)
        outcome = synced.try_sync()
        assert [problem.site for problem in outcome.problems] == ["leeds"]
        yield hamburg, synced


def test_of_two_sites_one_stays_live_and_totals_say_which_part_is_old(
    two_sites: tuple[Led, Synced],
) -> None:
    _hamburg, floor = two_sites
    rows = {row.key: row for row in floor.view(Pane.QUEUES).rows}
    assert rows["hamburg/pbx/q 1"].mark != "~ "
    assert rows["leeds/pbx/q 1"].mark == "~ "
    assert [rows[f"=immediate{site}"].mark for site in ("/hamburg", "/leeds", "")] == [
        "  ",
        "~ ",
        "~ ",
    ]
    assert rows["=immediate"].cells[1] == "~Leeds"
    assert [rows[f"=immediate{site}"].cells[3] for site in ("/hamburg", "/leeds", "")] == [
        "6",
        "1",
        "7",
    ]


def test_of_two_sites_the_words_and_the_json_name_the_one_that_is_down(
    two_sites: tuple[Led, Synced],
) -> None:
    _hamburg, floor = two_sites
    assert "Leeds: offline since 09:00" in floor.first_line()
    assert "Hamburg only  live" in floor.first_line("hamburg")
    assert "Leeds only  offline since 09:00" in floor.first_line("leeds")
    document = floor.json()
    states = {source["site"]: source["state"] for source in document["sources"]}
    assert states == {"hamburg": "live", "leeds": "offline"}
    totals = {total["site"]: (total["waiting"], total["old_sites"]) for total in document["totals"]}
    assert totals == {"hamburg": (6, []), "leeds": (1, ["leeds"]), None: (7, ["leeds"])}
    assert floor.json(site="hamburg")["state"] == "live"
    assert "The endpoint refuses connections" in floor.text(Pane.STATUS)


def test_a_site_that_comes_back_is_live_again(tmp_path: Path) -> None:
    with leading() as hamburg, leading() as leeds:
        floor = Synced(tmp_path, hamburg=hamburg, leeds=leeds)
        floor.sync()
        leeds.sandbox.centre.order(Fault(status=503))
        floor.try_sync()
        assert "Leeds: offline" in floor.first_line()
        leeds.sandbox.centre.order(Fault())
        floor.sync()
        assert "live" in floor.first_line()
        assert floor.json()["totals"][-1]["old_sites"] == []


# Things that change their names, or go and come again


def test_an_agent_who_is_renamed_is_the_same_agent_and_leaves_no_ghost(
    led: Led, floor: Synced
) -> None:
    assert sorted(floor.cells(Pane.AGENTS, "name")) == ["Agent 0", "Agent 1"]
    led.change("agent", "a/0", name="Chloé Dubois")
    floor.sync()
    assert sorted(floor.cells(Pane.AGENTS, "name")) == ["Agent 1", "Chloé Dubois"]
    assert "Agent 0" not in floor.text(Pane.AGENTS) + floor.text(Pane.ROSTER)
    named = {agent["id"]: agent["name"] for agent in floor.json(Pane.AGENTS)["agents"]}
    assert named == {"a/0": "Chloé Dubois", "a/1": "Agent 1"}
    (queue,) = floor.json()["queues"]
    assert queue["agents"]["staffed"] == 2
    assert "live" in floor.first_line()


def counted(led: Led, offered: int) -> contract.Queue:
    """The queue as it is, but with so many offered."""
    queue: contract.Queue = led.get("queue", "q 1")
    day = contract.Counts(**dict.fromkeys(queue.day.__struct_fields__, 0) | {"offered": offered})
    return contract.Queue(
        **{name: getattr(queue, name) for name in queue.__struct_fields__}
        | {"day": day, "contacts_waiting": 0, "longest_wait_since": None}
    )


@pytest.mark.parametrize("is_seen_gone", [True, False])
def test_a_queue_that_is_removed_and_made_again_counts_as_the_new_one(
    led: Led, floor: Synced, is_seen_gone: bool
) -> None:
    led.put("queue", "q 1", counted(led, 40))
    floor.sync()
    assert [queue["offered"] for queue in floor.json()["queues"]] == [40]
    before = led.version("queue", "q 1")
    anew = counted(led, 2)
    led.put("queue", "q 1", None)
    if is_seen_gone:
        floor.sync()
        assert floor.view(Pane.QUEUES).rows == ()
        assert floor.json()["queues"] == floor.json()["totals"] == []
        floor.sync()
        assert floor.json()["queues"] == []
    led.put("queue", "q 1", anew)
    floor.sync()
    assert led.version("queue", "q 1") > before
    assert [queue["offered"] for queue in floor.json()["queues"]] == [2]
    assert [row.key for row in floor.view(Pane.QUEUES).rows] == [
        "hamburg/pbx/q 1",
        "=immediate",
    ]
    assert floor.cells(Pane.QUEUES, "offered") == ["2", "2"]
    floor.sync()
    assert [queue["offered"] for queue in floor.json()["queues"]] == [2]


# The clock of the host is wrong


def set_host_clock(monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """From now on the host's wall clock is off by so many hours."""
    right = data.clock.wall_ms
    monkeypatch.setattr(data.clock, "wall_ms", lambda: right() + hours * HOUR_MS)


@pytest.mark.parametrize("hours", [1, -1])
@pytest.mark.parametrize("when", ["before the sync", "after the sync"])
def test_a_host_clock_that_is_wrong_by_an_hour_makes_nothing_wrong(
    led: Led, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, when: str
) -> None:
    floor = Synced(tmp_path, hamburg=led)
    if when == "before the sync":
        set_host_clock(monkeypatch, hours)
    floor.sync()
    if when == "after the sync":
        set_host_clock(monkeypatch, hours)
    line = floor.first_line()
    assert line.startswith("Test  10:00:")
    assert "Hamburg  live" in line
    document = floor.json()
    (queue,), (source,) = document["queues"], document["sources"]
    assert document["age_s"] < 30
    assert document["server_time"].startswith("2026-03-11T09:00:")
    assert queue["as_of"].startswith("2026-03-11T09:00:")
    assert queue["longest_wait_s"] == pytest.approx(4 * 3600, abs=60)
    assert source["good_at"].startswith("2026-03-11T09:00:")
    for agent in floor.json(Pane.AGENTS)["agents"]:
        assert agent["state_s"] == pytest.approx(4 * 3600, abs=60)
    for complaint in floor.json(Pane.ESCALATIONS)["escalations"]:
        assert complaint["left_s"] == pytest.approx(4 * 3600, abs=60)


def test_how_far_the_host_s_clock_is_off_is_said(
    led: Led, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor = Synced(tmp_path, hamburg=led)
    # As if this host's clock stood an hour behind that of the endpoint.
    monkeypatch.setattr(data.clock, "wall_ms", lambda: led.now - HOUR_MS)
    floor.sync()
    assert "This host's clock is 1h00 behind the endpoint's" in floor.text(Pane.STATUS)
    (source,) = floor.json()["sources"]
    assert source["clock_offset_s"] == pytest.approx(3600, abs=60)
