"""Forecasts and needs from a real history, kept in it, and what may change of them later."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from data.cache.history_demand import given_of, past_of
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter, Step
from data.cache.retention import DAY_MS, Limits
from data.cache.writer import CacheWriter
from data.figures.demand import Origin, QueueDemand, SiteDemand, SiteQuestion, site_demand
from data.figures.freshness import Moment
from data.files import FloorFiles
from data.floor import FloorSnapshot, Key
from data.model import Change, Counts, Interval, Kind, Ms, Queue
from data.rules.demand import HALF_HOUR_MS
from data.rules.forecast import bias, wape
from data.rules.service_level import Formula
from data.settings import PlanningSettings, SiteSettings
from data.status import SiteInfo
from data.sync.demand import Demand
from data.sync.journal import Journal
from data.zones import zone
from screens.look import Look, Viewing
from screens.queues import QueuesPane
from tests.data.test_history_import import BANK, BANK_MAP, Place

T0: Ms = 1_700_001_000_000 - 1_700_001_000_000 % HALF_HOUR_MS
KEY = Key("hh", "acd", "sales")
FOREVER = 2**53


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[HistoryWriter]:
    writer = HistoryWriter.open(FloorFiles(tmp_path), Limits(history_days=2))
    yield writer
    writer.close()


def demand(calls: float, *, at: Ms = T0, need: int = 5, origin=Origin.HISTORY) -> SiteDemand:
    row = QueueDemand(KEY, at, origin, calls, 180.0, calls + 1, need)
    return SiteDemand("hh", (row,), ((at, need),))


def halves(writer: HistoryWriter, site: str | None = None) -> list[tuple[float, float, int | None]]:
    with closing(HistoryReader.open(writer.file.path)) as reader:
        found = reader.half_hours(site, 0, FOREVER)
    return [(one.forecast, one.expected, one.need) for one in found]


def test_a_forecast_stays_from_the_beginning_of_its_half_hour_and_the_rest_from_its_end(writer):
    writer.keep_demand(demand(10.0), T0 - 1)
    writer.keep_demand(demand(20.0, need=6), T0 - 1)
    assert halves(writer) == [(20.0, 21.0, 6)]
    writer.keep_demand(demand(30.0, need=7), T0)
    assert halves(writer) == [(20.0, 31.0, 7)]
    writer.keep_demand(demand(40.0, need=8), T0 + HALF_HOUR_MS)
    assert halves(writer) == [(20.0, 31.0, 7)]
    assert halves(writer, "other") == []


def test_what_came_stands_beside_it_and_only_of_the_queues_that_have_a_forecast(writer):
    writer.keep_demand(demand(10.0), T0)
    steps = [
        Step(0, Kind.INTERVAL, f"{queue}{part}", None, interval(queue, T0 + part * 900_000, 7))
        for queue in ("sales", "mail")
        for part in (0, 1)
    ]
    writer.add("hh", "acd", steps)
    with closing(HistoryReader.open(writer.file.path)) as reader:
        (found,) = reader.half_hours("hh", T0, T0 + 1)
        assert found.came == 14
        past = past_of(reader.ask, "hh", 0, FOREVER, zone("UTC"))
    assert past[KEY].halves[T0].offered == 14


def interval(queue: str, starts_at: Ms, offered: int, **more) -> Interval:
    counts = Counts(offered=offered, answered=offered, talk_s=60.0 * offered)
    ids = {"site": "hh", "source": "acd", "id": f"{queue}.{starts_at}"}
    return Interval(**ids, queue=queue, starts_at=starts_at, counts=counts, **more)


def test_people_stand_above_sources_and_both_are_asked_by_half_hours(writer):
    steps = [
        Step(
            0,
            Kind.INTERVAL,
            str(part),
            None,
            interval(
                "sales",
                T0 + part * 900_000,
                0,
                forecast_offered=calls,
                forecast_aht_s=aht,
            ),
        )
        for part, (calls, aht) in enumerate(((10.0, 100.0), (30.0, 200.0), (5.0, 50.0)))
    ]
    writer.add("hh", "acd", steps)
    with closing(HistoryReader.open(writer.file.path)) as reader:
        found = given_of(reader.ask, "hh", T0, FOREVER)
        assert found[KEY, T0].offered == 40.0
        assert found[KEY, T0].aht_s == 175.0
        assert found[KEY, T0].origin is Origin.SOURCE
        writer.keep_demand(demand(99.0, origin=Origin.IMPORTED), T0 - 1)
        found = given_of(reader.ask, "hh", T0, FOREVER)
    assert found[KEY, T0].offered == 99.0
    assert found[KEY, T0 + HALF_HOUR_MS].offered == 5.0


def test_old_forecasts_go(writer):
    writer.keep_demand(demand(10.0), T0)
    assert writer.prune_step(T0 + DAY_MS) == 0
    assert writer.prune_step(T0 + 3 * DAY_MS) == 2
    assert halves(writer) == []


def test_the_pane_of_queues_reads_what_was_forecast_of_the_day(writer):
    for at, calls in ((T0, 10.0), (T0 + HALF_HOUR_MS, 20.0), (T0 - 50 * HALF_HOUR_MS, 30.0)):
        writer.keep_demand(demand(calls, at=at), at)
    pane = QueuesPane(is_ascii=False)
    seen = Look(
        snapshot=FloorSnapshot(),
        moment=Moment(T0 + 1, 0),
        viewing=Viewing(floor_name="", formula=Formula.OFFERED, rules=()),
    )
    with closing(HistoryReader.open(writer.file.path)) as reader:
        pane.read_past(reader, seen)
        assert seen.queues.expected == {KEY: {T0: 10.0}}
        assert reader.forecasts("other", 0, FOREVER) == {}


def test_a_history_of_before_has_no_half_hours(writer):
    with closing(HistoryReader.open(writer.file.path)) as reader:
        writer.file.connection.execute("PRAGMA user_version=1")
        assert reader.half_hours(None, 0, FOREVER) == []
        assert reader.forecasts(None, 0, FOREVER) == {}


SITE = SiteSettings(id="hh", zone="UTC", holidays="2023-11-07")


def test_the_sync_process_reckons_once_a_quarter_and_again_after_an_import(tmp_path):
    files = FloorFiles(tmp_path / "floor").make()
    cache = CacheWriter.open(files)
    history = HistoryWriter.open(files)
    now = T0
    unread = {"hh": 2}
    journal = Journal(files.sync_log)
    what = files, [SITE], PlanningSettings(), cache, history
    demand_of = Demand(*what, now=lambda _: now, unread=unread.__getitem__, journal=journal)
    reckoned: list[Ms] = []
    keep = history.keep_demand
    history.keep_demand = lambda found, at: (reckoned.append(at), keep(found, at))  # type: ignore[method-assign]
    try:
        asyncio.run(demand_of.step())
        assert reckoned == []  # no queue is known yet
        cache.set_sites(
            [SiteInfo(id="hh", name="hh", zone="UTC", day_start="00:00")], {("hh", "acd")}
        )
        queue = Queue(site="hh", source="acd", id="sales", name="Sales")
        change = Change(kind=Kind.QUEUE, id="sales", version=1, at=T0, record=queue)
        cache.apply("hh", "acd", [change], cursor="1", epoch="e", observed_at=T0)
        past = [interval("sales", T0 - week * 7 * DAY_MS, 20 * week) for week in (1, 2)]
        history.add("hh", "acd", [Step(0, Kind.INTERVAL, one.id, None, one) for one in past])
        asyncio.run(demand_of.step())
        asyncio.run(demand_of.step())
        assert reckoned == [T0]
        with closing(HistoryReader.open(files.history)) as reader:
            (found,) = reader.half_hours("hh", T0, T0 + HALF_HOUR_MS)
        # 7 November, a week before, was a holiday: only the week before that one counts.
        assert (found.forecast, found.need) == (40.0, 3)
        history.imported += 1
        asyncio.run(demand_of.step())
        assert reckoned == [T0]  # the import may go on
        asyncio.run(demand_of.step())
        now = T0 + 900_000
        asyncio.run(demand_of.step())
        assert reckoned == [T0, T0, T0 + 900_000]
        unread["hh"] = 1  # with the past of a source come its own forecasts
        asyncio.run(demand_of.step())
        asyncio.run(demand_of.step())
        assert reckoned == [T0, T0, T0 + 900_000, T0 + 900_000]
    finally:
        cache.close()
        history.close()


def test_the_loop_goes_on_while_it_is_reckoned(tmp_path, monkeypatch):
    files = FloorFiles(tmp_path / "floor").make()
    cache, history = CacheWriter.open(files), HistoryWriter.open(files)
    queue = Queue(site="hh", source="acd", id="sales", name="Sales")
    change = Change(kind=Kind.QUEUE, id="sales", version=1, at=T0, record=queue)
    cache.apply("hh", "acd", [change], cursor="1", epoch="e", observed_at=T0)
    journal = Journal(files.sync_log)
    what = files, [SITE], PlanningSettings(), cache, history
    demand_of = Demand(*what, now=lambda _: T0, unread=lambda _: 0, journal=journal)
    beats, think = Event(), demand_of._think
    monkeypatch.setattr(demand_of, "_think", lambda *what: beats.wait(30) and think(*what))

    async def beat() -> None:
        reckoning = asyncio.create_task(demand_of.step())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not reckoning.done()
        beats.set()  # had the loop waited for the reckoning, nobody would have come here
        await reckoning

    asyncio.run(beat())
    history.close()
    cache.close()
    assert beats.is_set()


@pytest.mark.shared
def test_a_second_week_from_the_first_is_no_worse_than_the_same_again(tmp_path, capsys):
    if not BANK.exists():
        pytest.skip(f"{BANK} is not there")
    place = Place(tmp_path, "Asia/Jerusalem")
    assert place.run(file=BANK, how=BANK_MAP) == 0
    jerusalem = zone("Asia/Jerusalem")
    came: dict[Key, dict[Ms, float]] = defaultdict(dict)
    week = 7 * DAY_MS
    with closing(HistoryReader.open(place.files.history)) as reader:
        first = min(one.starts_at for one in reader.intervals(0, FOREVER))
        start = first - (first + 3 * 3_600_000) % DAY_MS + week  # local midnight, on summer time
        for key, queue in past_of(reader.ask, "hh", 0, FOREVER, jerusalem).items():
            came[key] = {at: one.offered for at, one in queue.halves.items()}
        past = past_of(reader.ask, "hh", start - week, start, jerusalem)
    queues = tuple(Queue(site=k.site, source=k.source, id=k.id, name=k.id) for k in came)
    question = SiteQuestion(
        site="hh",
        place=jerusalem,
        now=start,
        start=start,
        end=start + week,
        need_until=start,
        queues=queues,
        agents=(),
    )
    found = site_demand(question, past, {}, PlanningSettings())
    told = {(row.key, row.starts_at): row.offered for row in found.queues}
    printed = []
    for key, actual in came.items():
        times = range(start, start + week, HALF_HOUR_MS)
        real = [actual.get(at, 0.0) for at in times]
        again = [actual.get(at - week, 0.0) for at in times]
        ours = [told.get((key, at), 0.0) for at in times]
        printed.append((key.id, sum(real), wape(ours, real), wape(again, real), bias(ours, real)))
    with capsys.disabled():
        for name, calls, ours_wape, again_wape, ours_bias in sorted(printed):
            print(
                f"\n{name}: {calls:.0f} calls, WAPE {ours_wape:.3f}"
                f" (same as last week {again_wape:.3f}), bias {ours_bias:+.3f}",
                end="",
            )
    for name, _calls, ours_wape, again_wape, _bias in printed:
        assert ours_wape <= again_wape, name
    whole = sum(calls * error for _n, calls, error, _a, _b in printed)
    again_whole = sum(calls * error for _n, calls, _e, error, _b in printed)
    assert whole < 0.97 * again_whole
