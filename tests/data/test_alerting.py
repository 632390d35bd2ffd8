"""Alerts over a real cache, desk and history: nothing lost, nothing repeated, one line for many."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from data.actions.files import ActionFile
from data.actions.verbs import Verb
from data.cache.alert_queries import raised_alerts
from data.cache.history_model import Sort
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import Step
from data.contract import ActionActor
from data.figures.demand import PoolDemand, PoolLoad, SiteDemand
from data.files import FloorFiles
from data.floor import Key
from data.model import (
    DESK,
    Agent,
    AgentState,
    Alert,
    Cause,
    Counts,
    Freshness,
    Interval,
    Kind,
)
from data.settings import (
    Figure,
    RuleSettings,
    Severity,
)
from data.sync.alert_commands import AlertCommands
from data.sync.alerting import KEPT_MS
from data.sync.journal import Journal
from data.sync.requests import request_of
from tests.builders import NOW
from tests.support.acting import make_action
from tests.support.alert_process import SITE, TEL, Present, Process, calm, waiting
from tests.support.loopback import until

HALF_HOUR_MS = 30 * 60_000


@pytest.fixture
def present(monkeypatch: pytest.MonkeyPatch) -> Present:
    made = Present()
    monkeypatch.setattr("data.clock.monotonic_ms", lambda: made.mono)
    monkeypatch.setattr("data.clock.wall_ms", made.now)
    return made


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    return FloorFiles(tmp_path / "floor").make()


def agent(number: int, state: AgentState, since: int, *queues: str) -> Agent:
    return Agent(
        site=SITE,
        source=TEL,
        id=str(number),
        name=f"A {number}",
        state=state,
        since=since,
        queues=queues,
    )


async def test_an_alert_is_raised_kept_and_ends(
    files: FloorFiles, present: Present, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(files, present, monkeypatch)
    process.write(waiting(100, present))
    await process.look()
    (first,) = process.alerts
    assert (first.name, first.severity, first.about.id) == ("longest_wait_s", "look", "claims")  # type: ignore[union-attr]
    await process.look(30)
    (worse,) = process.alerts
    assert (worse.id, worse.severity) == (first.id, "act")
    process.write(calm())
    await process.wait(90)
    (over,) = process.alerts
    assert over.ended_at is not None
    assert over.peak >= 131
    await process.look(KEPT_MS / 1000 + 700)
    assert not process.alerts
    assert events(files, first.id) == ["raised", "cleared"]
    # What was written of it is let go of once another one goes, or the desk would only grow.
    process.write(waiting(100, process.present))
    await process.look()
    process.write(calm())
    await process.wait(90)
    await process.look(3 * KEPT_MS / 1000)
    keeper = process.desk._keepers[SITE]
    left = {kept.id for _serial, kept in keeper.recent(0)}
    assert first.id not in left
    await process.close()


async def test_another_process_neither_loses_nor_repeats_an_alert(
    files: FloorFiles, present: Present, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(files, present, monkeypatch)
    process.write(waiting(200, present))
    await process.look()
    before = process.alerts
    acknowledged = make_action(
        Verb.ACKNOWLEDGE_ALERT,
        at=present.now(),
        site=SITE,
        source=DESK,
        entity=before[0].id,
        comment="moved two from Sales",
    )
    assert process.act(acknowledged) == 200
    for _restart in range(3):
        await process.close()
        process = Process(files, present, monkeypatch)
        await process.wait(200)
        (alert,) = process.alerts
        assert alert.id == before[0].id
        assert (alert.acknowledged_name, alert.done) == ("L. Vogt", "moved two from Sales")
        assert not alert.is_over
    process.write(calm())
    await process.wait(90)
    assert [each.is_over for each in process.alerts] == [True]
    assert process.alerts[0].done == "moved two from Sales"
    assert events(files, before[0].id) == ["raised", "acknowledged", "cleared"]
    await process.close()


async def test_an_outage_neither_ends_nor_repeats_an_alert_and_raises_one_line(
    files: FloorFiles, present: Present, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(files, present, monkeypatch)
    process.write(*(waiting(200, present, f"q{number}") for number in range(5)))
    await process.look()
    before = {each.id for each in process.alerts}
    assert len(before) == 5
    await process.wait(600, Freshness.OFFLINE)
    line = [each for each in process.alerts if not each.under]
    assert [each.name for each in line] == ["source_stale_s"]
    assert line[0].held == 5
    assert {each.id for each in process.alerts if each.under} == before
    await process.wait(120)
    assert {each.id for each in process.alerts if not each.is_over} == before
    assert not [each for each in process.alerts if each.under]
    await process.close()


async def test_a_restarted_pbx_of_63_queues_raises_one_line(
    files: FloorFiles, present: Present, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(files, present, monkeypatch)
    process.write(*(calm(f"q{number}") for number in range(63)))
    process.write(*(agent(number, AgentState.READY, present.now()) for number in range(214)))
    await process.look()
    await process.wait(60, Freshness.OFFLINE)
    # It is back, and no phone has registered yet.
    process.write(*(agent(number, AgentState.UNREACHABLE, present.now()) for number in range(214)))
    seen: set[str] = set()
    for _ in range(30):
        await process.look(10)
        seen.update(each.name for each in process.alerts if not each.under)
    assert seen == {"source_stale_s", "phones_lost"}
    lines = [each for each in process.alerts if not each.under and not each.is_over]
    assert [each.name for each in lines] == ["phones_lost"]
    assert (lines[0].peak, lines[0].held) == (214, 214)
    process.write(*(agent(number, AgentState.READY, present.now()) for number in range(214)))
    await process.wait(120)
    assert not [each for each in process.alerts if not each.is_over]
    await process.close()


@pytest.mark.parametrize("skew_s", [-3600, 7200])
async def test_a_clock_that_is_set_neither_loses_nor_repeats(
    files: FloorFiles, present: Present, monkeypatch: pytest.MonkeyPatch, skew_s: int
) -> None:
    rules = (RuleSettings(figure=Figure.WAITING, above=0, held_s=30),)
    process = Process(files, present, monkeypatch, rules)
    process.write(waiting(1, present))
    await process.wait(60)
    (before,) = process.alerts
    process.write(waiting(1, present, "sales"))
    await process.look()
    present.skew = skew_s * 1000
    await process.wait(20)
    # The other one has not waited for its dwell yet, whatever the clock says.
    assert [each.id for each in process.alerts] == [before.id]
    await process.wait(120)
    assert {each.about.id for each in process.alerts if each.about} == {"claims", "sales"}
    assert not any(each.is_over for each in process.alerts)
    assert before.id in {each.id for each in process.alerts}
    await process.close()


async def test_the_one_who_acknowledged_first_stands(
    files: FloorFiles, present: Present, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(files, present, monkeypatch)
    process.write(waiting(200, present))
    await process.look()
    (alert,) = process.alerts
    made = {"site": SITE, "source": DESK, "entity": alert.id, "at": present.now()}
    assert process.act(make_action(Verb.ACKNOWLEDGE_ALERT, **made)) == 200
    late = request_of(
        make_action(Verb.ACKNOWLEDGE_ALERT, key=OTHER_KEY, **made),
        ActionActor(id="reed", name="M. Reed"),
        0,
    )
    assert process.desk.act(SITE, late, present.now()).status == 409
    await process.close()


OTHER_KEY = "0195851f-0000-7000-8000-00000000abcd"


async def test_what_is_muted_is_raised_and_runs_nothing(
    files: FloorFiles, present: Present, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    command = (
        sys.executable,
        "-c",
        f"import sys; open({str(told)!r}, 'a').write(sys.stdin.read())",
    )
    rules = (RuleSettings(figure=Figure.LONGEST_WAIT, above=60, held_s=0, command=command),)
    process = Process(files, present, monkeypatch, rules)
    mute = make_action(
        Verb.MUTE,
        at=present.now(),
        site=SITE,
        source=DESK,
        entity="mute-1",
        fields={"until": present.now() + 60_000},
    )
    assert process.act(mute) == 200
    process.write(waiting(100, present))
    await process.look()
    assert len(process.alerts) == 1
    process.write(calm(), replace(waiting(100, present, "sales"), name="Sales"))
    await process.look(120)
    await until(lambda: told.exists() and told.read_text().endswith("\n"))
    (line,) = [msgspec.json.decode(line) for line in told.read_text().splitlines()]
    assert (line["about"]["id"], line["about_name"]) == ("sales", "Sales")
    assert (line["site"], line["site_name"]) == (SITE, SITE)
    await process.close()


async def test_a_command_for_what_has_become_worse_runs_once_when_it_is_worse(
    files: FloorFiles, present: Present, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    write = f"import sys; open({str(told)!r}, 'a').write(sys.stdin.read())"
    rules = (
        RuleSettings(figure=Figure.WAITING, above=1, held_s=0),
        RuleSettings(
            figure=Figure.WAITING,
            above=5,
            held_s=0,
            severity=Severity.ACT,
            command=(sys.executable, "-c", write),
        ),
    )
    process = Process(files, present, monkeypatch, rules)
    for waiting_now in (3, 8, 3, 8):
        process.write(replace(calm(), contacts_waiting=waiting_now))
        await process.look()
        (alert,) = process.alerts
        assert alert.severity == ("act" if waiting_now == 8 else "look")
    process.write(replace(calm("sales"), contacts_waiting=9))
    await process.look()

    def lines() -> list[Alert]:
        text = told.read_text() if told.exists() else ""
        return [msgspec.json.decode(line, type=Alert) for line in text.splitlines()]

    await until(lambda: not process.alerting._commands._tasks)
    assert sorted(line.about.id for line in lines() if line.about) == ["claims", "sales"]
    assert {line.severity for line in lines()} == {"act"}
    await process.close()


async def test_a_command_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    rule = RuleSettings(
        figure=Figure.WAITING, above=1, command=("/bin/sh", "-c", "sleep 60 & wait")
    )
    journal = Journal(tmp_path / "log")
    failed: list[str] = []
    commands = AlertCommands(
        [rule], journal, lambda alert, how: failed.append(f"{alert.id} {how.code}"), longest_s=0.2
    )
    alert = Alert(site=SITE, source=DESK, id="a", name="waiting", severity="look", rule=rule.called)
    commands.start(alert, b"{}")
    await until(
        lambda: (tmp_path / "log").exists() and "too_long" in (tmp_path / "log").read_text()
    )
    await commands.end()
    assert failed == ["a too_long"]


async def test_a_command_that_fails_is_said_on_the_alert(
    files: FloorFiles, present: Present, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = (
        RuleSettings(figure=Figure.LONGEST_WAIT, above=60, command=("/nowhere/page-me",)),
        RuleSettings(figure=Figure.WAITING, above=0, held_s=0, command=("/bin/sh", "-c", "exit 3")),
    )
    process = Process(files, present, monkeypatch, rules)
    process.write(waiting(100, present))
    await process.look()

    def how() -> dict[str, object]:
        found = [(alert.name, alert.command) for alert in process.alerts]
        return {name: (each.code, each.values.get("status")) for name, each in found if each}

    told = {"longest_wait_s": ("not_started", None), "waiting": ("ended", 3)}
    for _ in range(500):
        await process.look()
        if how() == told:
            break
        await asyncio.sleep(0.01)
    assert how() == told
    await process.close()


async def test_a_forecast_is_judged_when_its_half_hour_is_over_and_counts_from_then_on(
    files: FloorFiles, present: Present, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = NOW - NOW % HALF_HOUR_MS + HALF_HOUR_MS
    later = half + 24 * HALF_HOUR_MS
    loads = tuple(PoolLoad(at, 60, 300, 13) for at in (half, later))
    pool = PoolDemand((Key(SITE, TEL, "claims"),), 80.0, 20, None, loads)
    demand = SiteDemand(SITE, (), (), (pool,))
    process = Process(files, present, monkeypatch, demand=demand)
    process.write(calm(), agent(1, AgentState.READY, present.now(), "claims"))
    await process.wait(300)
    (alert,) = process.alerts
    assert (alert.name, alert.severity) == ("forecast_miss_points", "look")
    assert process.act(acknowledging(alert, present)) == 200
    await process.look((half + HALF_HOUR_MS - present.now()) / 1000)
    await process.wait(300)
    assert process.alerts[0].outcome is None
    counts = Counts(offered=10, answered=7, answered_within=7)
    row = Interval(
        site=SITE, source=TEL, id="i", queue="claims", starts_at=half, minutes=15, counts=counts
    )
    process.history.add(SITE, TEL, [Step(present.now(), Kind.INTERVAL, "i", None, row)])
    await process.wait(120)
    for _restart in range(2):
        (judged,) = process.alerts
        assert judged.outcome is not None
        assert (judged.outcome.code, judged.acknowledged_name) == ("came_true", "L. Vogt")
        assert judged.is_over
        await process.close()
        process = Process(files, present, monkeypatch, demand=demand)
        await process.wait(60)
    assert sorted(events(files, alert.id)) == ["acknowledged", "came_true", "cleared", "raised"]
    (listed,) = raised(files)
    assert (listed.acknowledged_at is not None, listed.outcome) == (True, Cause("came_true"))
    assert listed.peak > 70
    assert [cause.code for cause in listed.causes][:2] == ["forecast", "promised"]
    # The next one says so.
    await process.look((later - 3_600_000 - present.now()) / 1000)
    await process.wait(300)
    causes = {cause.code: cause.values for cause in process.alerts[-1].causes}
    assert causes["track_record"] == {"true": 1, "judged": 1}
    await process.close()


def raised(files: FloorFiles) -> list[Alert]:
    reader = HistoryReader.open(files.history)
    try:
        return raised_alerts(reader.ask, SITE, 0, 2**60)
    finally:
        reader.close()


def acknowledging(alert: Alert, present: Present) -> ActionFile:
    made = {"site": SITE, "source": DESK, "entity": alert.id, "at": present.now()}
    return make_action(Verb.ACKNOWLEDGE_ALERT, **made)


def events(files: FloorFiles, alert: str) -> list[str]:
    reader = HistoryReader.open(files.history)
    try:
        rows = reader.ask(
            "SELECT what.id FROM event JOIN name AS subject ON subject.n = event.subject"
            " JOIN name AS what ON what.n = event.what"
            " WHERE subject.id = :id AND subject.sort = :sort ORDER BY event.at",
            {"id": alert, "sort": Sort.ALERT},
        )
    finally:
        reader.close()
    return [what for (what,) in rows]
