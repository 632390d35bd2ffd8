"""The desk's roster as screens see it: the days around today, in the instants of today's tzdata."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from data.cache.writer import CacheWriter
from data.desk.plan_reader import read_plans
from data.desk.plans import PlanBatch
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.floor import FloorSnapshot
from data.model import DESK, Kind, Shift
from data.people import People, account_name, may_plan
from data.plans import model
from data.plans.model import LocalTime, PlannedShift
from data.settings import PersonSettings, Role
from data.sync.desk_source import DAYS_AHEAD, DAYS_BACK, DeskSource
from supervisor_tui import roster_show
from supervisor_tui.failures import UsageError
from supervisor_tui.roster_show import Choice, read_roster
from tests.builders import NOW, make_agent, make_shift, make_snapshot

TODAY = date(2026, 3, 11)
DAY_MS = 86_400_000


def planned(day: date, agent: str = "1001") -> PlannedShift:
    return PlannedShift(
        agent=agent,
        start=LocalTime(f"{day}T08:00"),
        end=LocalTime(f"{day}T16:00"),
        zone="Europe/Berlin",
    )


def batch(*shifts: PlannedShift, is_trial: bool = False) -> PlanBatch:
    days = [shift.day for shift in shifts]
    return PlanBatch(
        site="hh1",
        by="anna",
        first=min(days),
        last=max(days),
        agents=("1001",),
        shifts=shifts,
        is_trial=is_trial,
    )


class Floor:
    """A desk and the cache that it is published in."""

    def __init__(self, root: Path) -> None:
        self.files = FloorFiles(root / "floor").make()
        self.cache = CacheWriter.open(self.files)
        self.desk = DeskSource(self.files, {"hh1": None}, self.cache)  # type: ignore[dict-item]
        self.desk.publish("hh1", NOW)

    def shown(self) -> list[Shift]:
        found = [record for _v, record in self.cache.records("hh1", DESK, Kind.SHIFT)]
        return sorted((one for one in found if isinstance(one, Shift)), key=lambda one: one.id)

    def days(self) -> list[str]:
        return [one.local_start[:10] for one in self.shown()]

    def close(self) -> None:
        self.desk.close()
        self.cache.close()


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    floor = Floor(tmp_path)
    yield floor
    floor.close()


def around(*offsets: int) -> list[PlannedShift]:
    return [planned(TODAY + timedelta(days=days)) for days in offsets]


def test_the_days_around_today_are_shown_and_all_are_kept(floor: Floor) -> None:
    offsets = (-DAYS_BACK - 1, -DAYS_BACK, 0, DAYS_AHEAD, DAYS_AHEAD + 1)
    assert floor.desk.take_in_plan(batch(*around(*offsets), is_trial=True), NOW).count("added") == 5
    assert floor.days() == []
    assert floor.desk.take_in_plan(batch(*around(*offsets)), NOW).count("added") == 5
    assert floor.days() == ["2026-03-09", "2026-03-11", "2026-03-26"]
    assert len(read_plans(floor.files, "hh1")) == 5
    assert len(read_plans(floor.files, "hh1", TODAY, TODAY)) == 1
    assert read_plans(floor.files, "leeds") == []


def test_the_days_go_with_the_time(floor: Floor) -> None:
    floor.desk.take_in_plan(batch(*around(-DAYS_BACK, 0, DAYS_AHEAD + 1)), NOW)
    floor.desk.follow("hh1", NOW + DAY_MS)
    assert floor.days() == ["2026-03-11", "2026-03-27"]
    again = batch(*around(-DAYS_BACK, 0, DAYS_AHEAD))
    floor.desk.take_in_plan(again, NOW + DAY_MS)
    assert floor.days() == ["2026-03-11", "2026-03-26", "2026-03-27"]


def test_a_shift_that_is_removed_is_shown_no_more(floor: Floor) -> None:
    floor.desk.take_in_plan(batch(*around(0, 1)), NOW)
    done = floor.desk.take_in_plan(batch(planned(TODAY, "1002"), *around(1)), NOW)
    assert (done.count("removed"), done.same) == (1, 1)
    assert [one.agent for one in floor.shown()] == ["1002", "1001"]


def test_newer_zones_move_what_is_on_record(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans are wall time: what it is in instants is worked out anew with every publication."""
    floor.desk.take_in_plan(batch(*around(0)), NOW)
    (before,) = floor.shown()
    monkeypatch.setattr(model, "zone", lambda _name: ZoneInfo("Europe/Moscow"))
    floor.desk.publish("hh1", NOW)
    (after,) = floor.shown()
    assert before.starts_at - after.starts_at == 2 * 3_600_000
    assert (before.local_start, before.version) == (after.local_start, after.version)


def test_a_shift_that_changed_hands_keeps_its_record(floor: Floor) -> None:
    floor.desk.take_in_plan(batch(*around(0)), NOW)
    ((entity, shift),) = read_plans(floor.files, "hh1")
    keeper = floor.desk._keepers["hh1"]
    with keeper.transaction():
        keeper.put("shift", entity, structs.replace(shift, agent="1002"), at=NOW, by="")
    assert floor.desk.take_in_plan(batch(*around(0)), NOW).count("added") == 1
    kept = read_plans(floor.files, "hh1")
    assert sorted(one.agent for _id, one in kept) == ["1001", "1002"]
    assert floor.desk.take_in_plan(batch(*around(0)), NOW).same == 1


def test_who_may_plan() -> None:
    listed = {
        "anna": PersonSettings(id="anna", name="Anna", role=Role.SUPERVISOR),
        "tom": PersonSettings(id="tom", name="Tom", role=Role.TEAM_LEADER),
    }
    own = os.geteuid()
    assert may_plan(People(), own)
    assert may_plan(People(listed), own), "the floor's own account keeps the files"
    assert not may_plan(People(listed), own + 54321)
    me = account_name(own)
    for role, may in ((Role.TEAM_LEADER, False), (Role.ADMINISTRATOR, True)):
        people = People({me: PersonSettings(id="me", name="Me", role=role)})
        assert may_plan(people, own) is may


def test_a_site_that_is_none_is_told(floor: Floor) -> None:
    wrong = PlanBatch(site="xx", by="", first=TODAY, last=TODAY, agents=(), shifts=())
    assert floor.desk.take_in_plan(wrong, NOW).problem == Code.NO_SUCH_SITE.value


def snapshot() -> FloorSnapshot:
    desk = make_shift("2026-03-11.x", source=DESK)
    return make_snapshot(make_agent("1001", name="Hana", team="north"), desk, make_shift("1"))


def test_who_may_not_read_the_desk_sees_what_is_shown_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_asked: object) -> list[tuple[str, PlannedShift]]:
        raise StoreError(Code.FILE_DENIED, "desk.db")

    files, sites = FloorFiles(tmp_path), {"hh1": "Europe/Berlin"}
    assert [one.shift.id for one in read_roster(files, snapshot(), sites, Choice()).shifts] == ["1"]
    monkeypatch.setattr(roster_show, "read_plans", denied)
    roster = read_roster(files, snapshot(), sites, Choice())
    assert (len(roster.shifts), roster.is_whole) == (2, False)
    assert {one.name for one in roster.shifts} == {"Hana"}


def test_shifts_are_chosen_by_day_agent_and_team(tmp_path: Path) -> None:
    files, sites = FloorFiles(tmp_path), {"hh1": "Europe/Berlin"}

    def count(**chosen: object) -> int:
        return len(read_roster(files, snapshot(), sites, Choice(**chosen)).shifts)  # type: ignore[arg-type]

    assert count(agent="hana") == count(agent="1001") == count(team="North") == 1
    assert count(first=TODAY, last=TODAY) == 1
    assert count(first=TODAY + timedelta(days=1)) == count(site="leeds") == 0
    for unknown in ({"agent": "Ivy"}, {"team": "south"}):
        with pytest.raises(UsageError, match="nobody knows"):
            count(**unknown)
