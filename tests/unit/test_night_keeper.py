"""The night where no screen shows it: who is called by the process that goes on."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from data.clock import boot_id
from data.files import FloorFiles
from data.floor import FloorSnapshot, Key
from data.model import About, Alert
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES
from data.sync.night_marks import NightFile, NightMarks, make_night_marks
from supervisor_tui import night_keeper
from supervisor_tui.calling import Called
from supervisor_tui.config_model import NightSettings
from supervisor_tui.night_keeper import UNWATCHED_MS, NightKeeper
from tests.builders import (
    MOMENT,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_health,
    make_queue,
    make_snapshot,
)

MINUTE = 60_000
START = 10_000 * MINUTE
LENA = NightSettings(name="Lena", after=5, command=("/bin/true",))


class Night:
    """A floor at night, and who is called."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        files = FloorFiles(folder).make()
        make_night_marks(files)
        self.file = NightFile(files)
        self.called: list[dict[str, Any]] = []
        self.now = START
        self.is_done = True
        monkeypatch.setattr(night_keeper, "call", self._call)
        configuration = SimpleNamespace(
            floor=SimpleNamespace(name="Floor", formula=Formula.OFFERED),
            screen=SimpleNamespace(night="14:00-15:00"),  # it is 14:32 on the builders' floor
            night=(LENA, NightSettings(name="Ivy", after=10, command=("/bin/true",))),
            rules=DEFAULT_RULES,
        )
        self.configuration = configuration
        self.keeper = NightKeeper(cast("Any", configuration), files)

    def _call(self, person: NightSettings, document: bytes) -> Called:
        self.called.append({"who": person.name, **json.loads(document)})
        return Called(person.name, is_done=self.is_done)

    def pass_minutes(self, minutes: int, **alert: Any) -> list[str]:
        """Who is called while they pass, a look every half minute."""
        before = len(self.called)
        for _half in range(2 * minutes):
            self.now += MINUTE // 2
            self.keeper.look(floor(**alert), MOMENT, self.now)
        return [each["who"] for each in self.called[before:]]


def floor(*, is_red: bool = True, **changes: Any) -> FloorSnapshot:
    given: dict[str, Any] = {
        "name": "not_ready_s",
        "rule": "not_ready_s",
        "severity": "act",
        "raised_at": ago(60),
        "about": About("agent", "1001"),
        "telephony": SOURCE,
        "limit": 1800.0,
        **changes,
    }
    alert = Alert(site=SITE, source="@desk", id="a", **given)
    alerts = {Key(SITE, "@desk", "a"): alert} if is_red else {}
    agent = make_agent("1001", name="Zara Quill")
    return make_snapshot(make_queue(), agent, sources=[make_health()], alerts=alerts)


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    return Night(tmp_path / "floor", monkeypatch)


def test_where_no_screen_is_left_one_after_the_other_is_called_and_nobody_is_named(
    night: Night,
) -> None:
    night.file.key(START)
    assert night.pass_minutes(4) == []
    assert night.pass_minutes(8) == ["Lena", "Ivy"]
    assert night.pass_minutes(30) == []
    assert [each.name for each in night.file.read().calls] == ["Lena", "Ivy"]
    assert all(each.is_done for each in night.file.read().calls)
    assert night.called[0]["minutes_without_a_key"] == 5
    assert night.called[0]["sites"][0]["alerts"][0]["name"] == "not_ready_s"
    assert "Zara" not in json.dumps(night.called)


def test_a_screen_that_watches_is_left_to_it(night: Night) -> None:
    for _minute in range(20):
        night.file.watch(night.now)
        night.now += UNWATCHED_MS - 1
        night.keeper.look(floor(), MOMENT, night.now)
    assert night.called == []
    assert night.pass_minutes(6) == ["Lena"], "its line has died"


@pytest.mark.parametrize(
    "alert",
    [{"acknowledged_by": "karl"}, {"is_red": False}, {"severity": "look"}, {"ended_at": ago(1)}],
)
def test_what_asks_nobody_calls_nobody(night: Night, alert: dict[str, Any]) -> None:
    assert night.pass_minutes(30, **alert) == []


def test_where_nobody_has_pressed_a_key_yet_it_is_counted_from_the_first_look(
    night: Night,
) -> None:
    assert night.pass_minutes(6) == ["Lena"]
    assert night.called[0]["minutes_without_a_key"] == 5


def test_a_key_on_any_screen_counts_and_outside_the_hours_nobody_is_called(night: Night) -> None:
    assert night.pass_minutes(4) == []
    night.file.key(night.now)
    assert night.pass_minutes(4) == []
    assert night.pass_minutes(2) == ["Lena"]
    night.configuration.screen.night = "22:00-06:00"
    assert night.pass_minutes(30) == []


def test_where_a_command_fails_the_next_one_is_called_at_once(night: Night) -> None:
    night.is_done = False
    assert night.pass_minutes(6) == ["Lena", "Ivy"]
    assert [each.is_done for each in night.file.read().calls] == [False, False]
    night.file.key(night.now)
    assert night.file.read() == NightMarks(boot_id(), night.now)


def test_a_fault_of_ours_is_written_down_and_does_not_end_the_watch(
    tmp_path: Path, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = threading.Semaphore(0)

    def faulty(_path: Path) -> None:
        looked.release()
        raise RuntimeError

    monkeypatch.setattr(night_keeper, "LOOK_S", 0.01)
    monkeypatch.setattr(night_keeper.CacheReader, "open", faulty)
    night.keeper.start()
    assert all(looked.acquire(timeout=20) for _look in range(2))
    night.keeper.stop()
    night.keeper.join(20)
    line, *_others = FloorFiles(tmp_path / "floor").sync_log.read_bytes().splitlines()
    assert json.loads(line)["part"] == "night"
