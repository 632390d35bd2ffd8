"""What agents did in the days of a report, from a real history."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from data.cache import report_staff as staff
from data.cache.history_model import Segment
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter, Step
from data.figures.demand import SiteDemand
from data.figures.freshness import Moment
from data.figures.kept import day_kept
from data.figures.report_days import DayBook, SiteDays, SiteTime
from data.files import FloorFiles
from data.floor import FloorSnapshot, Key
from data.model import Activity, Agent, AgentDay, AgentState, Kind, Ms, Shift
from data.settings import CostSettings, PaidHours, RateSettings
from data.zones import day_begins
from tests.builders import (
    BOOT,
    MONO_MS,
    SITE,
    SOURCE,
    instant,
    make_agent,
    make_health,
    make_queue,
    make_shift,
    make_site,
    make_snapshot,
)

HERE = make_site(day_start="06:00")
DAY = date(2026, 3, 11)
START, END = day_begins(HERE, DAY), day_begins(HERE, date(2026, 3, 12))
LATER = instant("2026-03-20")
MINUTE, HOUR = 60_000, 3_600_000
EUR = CostSettings(currency="EUR", rate=(RateSettings(hourly=20),))
STATES = [state for state in AgentState if state is not AgentState.UNREACHABLE]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[HistoryWriter]:
    writer = HistoryWriter.open(FloorFiles(tmp_path))
    yield writer
    writer.close()


def live(writer: HistoryWriter, name: str, *states: tuple[AgentState, Ms, str]) -> Agent:
    """Have somebody be in one state after another, each from an instant on."""
    before = None
    for state, since, reason in states:
        agent = make_agent(name, name=name.title(), state=state, since=since, reason=reason)
        writer.add(SITE, SOURCE, [Step(since, Kind.AGENT, name, before, agent)])
        before = agent
    assert before is not None
    return before


def time_of(
    writer: HistoryWriter,
    floor: FloorSnapshot,
    *,
    end: Ms = END,
    cost: CostSettings = EUR,
    book: DayBook | None = None,
    now: Ms = LATER,
) -> SiteTime:
    with closing(HistoryReader.open(writer.file.path)) as reader:
        moment = Moment(now, MONO_MS, BOOT)
        days = SiteDays(reader, floor, HERE, moment, cost, has_spare=True)
        return days.time(START, end, book or DayBook())


def random_floor(writer: HistoryWriter, seed: int) -> FloorSnapshot:
    """A few agents in whatever states, with shifts of whatever activities."""
    chance = random.Random(seed)
    records: list[Agent | Shift] = []
    for number in range(6):
        at, states = START - HOUR, []
        while at < END + HOUR:
            state = chance.choice(STATES)
            reason = chance.choice(["", "break", "training"])
            states.append((state, at, reason if state is AgentState.NOT_READY else ""))
            at += chance.randrange(1, 5400) * 1000
        records.append(live(writer, f"agent{number}", *states))
        begins = START + chance.randrange(-4, 20) * HOUR
        kinds = [chance.choice(["on_queue", "meal", "training", "absence"]) for _hour in range(5)]
        activities = tuple(
            Activity(kind, begins + place * HOUR, begins + (place + 1) * HOUR)
            for place, kind in enumerate(kinds)
        )
        shift = make_shift(
            f"s{number}",
            agent=f"agent{number}",
            starts_at=begins,
            ends_at=begins + 6 * HOUR,
            activities=activities,
        )
        records.append(shift)
    return make_snapshot(*records)


@pytest.mark.parametrize("seed", range(4))
def test_sums_are_those_of_every_single_state(writer, seed):
    floor = random_floor(writer, seed)
    found = time_of(writer, floor)
    with closing(HistoryReader.open(writer.file.path)) as reader:

        def spent(key: Key, start: Ms, end: Ms) -> list[Segment]:
            return reader.segments(*key, start, end)

        kept = day_kept(floor, {SITE: (START, END)}, spent)
        for key, one in found.agents.items():
            signed_in = sum(
                min(each.end or END, END) - max(each.start, START)
                for each in reader.segments(*key, START, END)
                if each.state not in {AgentState.LOGGED_OFF, AgentState.UNKNOWN}
            )
            assert one.work.signed_in_ms == signed_in
    assert len(kept) > 2
    for agent in kept:
        work = found.agents[agent.key].work
        tally = agent.kept.tally
        assert (work.scheduled_ms, work.adherent_ms) == (tally.scheduled_ms, tally.adherent_ms)


def test_paid_hours_are_signed_in_or_planned(writer):
    at = START + 2 * HOUR
    off, ready = AgentState.LOGGED_OFF, AgentState.READY
    ann = live(writer, "ann", (off, START, ""), (ready, at, ""), (off, at + 3 * HOUR, ""))
    bob = live(writer, "bob", (ready, at, ""), (off, at + HOUR, ""))
    shift = make_shift(agent="ann", starts_at=at, ends_at=at + 8 * HOUR, activities=())
    floor = make_snapshot(ann, bob, shift)
    for hours, expected in ((PaidHours.SIGNED_IN, (3, 1)), (PaidHours.PLANNED, (8, 1))):
        cost = CostSettings(currency="EUR", hours=hours, rate=EUR.rate)
        found = time_of(writer, floor, cost=cost).agents
        paid = [found[Key(SITE, SOURCE, name)].paid[DAY] // HOUR for name in ("ann", "bob")]
        assert paid == [*expected]


def test_days_whose_states_are_gone_are_as_the_source_summed_them_up(writer):
    day_started_at = instant("2026-03-11T00:00+01:00")
    sums = {"talk_s": 600.0, "hold_s": 0.0, "acw_s": 300.0, "ready_s": 2400.0}
    queue = make_queue("a", day_started_at=day_started_at)
    writer.add(SITE, SOURCE, [Step(day_started_at, Kind.QUEUE, "a", None, queue)])
    for name, others in (("ann", {"not_ready_s": 300.0}), ("bob", {})):
        agent = make_agent(name, today=AgentDay(**sums, **others), since=LATER)
        writer.add(SITE, SOURCE, [Step(LATER, Kind.AGENT, name, None, agent)])
    writer.prune_step(LATER)
    found = time_of(writer, make_snapshot())
    assert (found.days, found.known_days) == (1, 0)
    assert {key.id: one.paid for key, one in found.agents.items()} == {"ann": {DAY: HOUR}}


def test_of_a_day_that_is_kept_in_part_the_larger_sum_counts(writer):
    midnight, at = instant("2026-03-11T00:00+01:00"), END - 2 * HOUR
    queue = make_queue("a", day_started_at=midnight)
    writer.add(SITE, SOURCE, [Step(midnight, Kind.QUEUE, "a", None, queue)])
    writer.keyframe(at, [(Kind.QUEUE, queue)])
    sums = AgentDay(talk_s=3600.0, hold_s=0.0, acw_s=0.0, ready_s=7200.0, not_ready_s=0.0)
    for name, today in (("ann", sums), ("bob", AgentDay())):
        agent = make_agent(name, since=at, state=AgentState.READY, today=today)
        writer.add(SITE, SOURCE, [Step(at, Kind.AGENT, name, None, agent)])
    writer.prune_step(LATER)
    found = time_of(writer, make_snapshot()).agents
    assert {key.id: one.paid[DAY] // HOUR for key, one in found.items()} == {"ann": 3, "bob": 2}


@pytest.mark.parametrize(("is_kept", "planned"), [(True, 1), (False, 8)])
def test_where_planned_hours_are_paid_no_sum_of_a_source_is(writer, is_kept, planned):
    midnight, at = instant("2026-03-11T00:00+01:00"), END - 2 * HOUR
    queue = make_queue("a", day_started_at=midnight)
    writer.add(SITE, SOURCE, [Step(midnight, Kind.QUEUE, "a", None, queue)])
    writer.keyframe(at, [(Kind.QUEUE, queue)])
    since = at if is_kept else LATER
    for name in ("ann", "bob"):
        sums = AgentDay(talk_s=3600.0, hold_s=0.0, acw_s=0.0, ready_s=7200.0, not_ready_s=0.0)
        agent = make_agent(name, since=since, state=AgentState.READY, today=sums)
        writer.add(SITE, SOURCE, [Step(since, Kind.AGENT, name, None, agent)])
    writer.prune_step(LATER)
    begins = END - HOUR - planned * HOUR
    shift = make_shift(agent="ann", starts_at=begins, ends_at=END - HOUR, activities=())
    cost = CostSettings(currency="EUR", hours=PaidHours.PLANNED, rate=EUR.rate)
    found = time_of(writer, make_snapshot(make_agent("ann"), shift), cost=cost).agents
    paid = {key.id: one.paid[DAY] // HOUR for key, one in found.items()}
    assert paid == {"ann": planned, "bob": 3}


def test_of_a_source_that_went_silent_time_counts_up_to_then(writer):
    now = START + 6 * HOUR
    ready = live(writer, "ann", (AgentState.READY, START, ""))
    age = {"age_s": 2 * 3600, "last_ok_at": now - 2 * HOUR}
    silent = make_health(**age)
    floor = make_snapshot(ready, sources=[silent])
    found = time_of(writer, floor, end=now, now=now).agents
    assert found[Key(SITE, SOURCE, "ann")].paid[DAY] // HOUR == 4


def test_heads_above_the_need_of_a_half_hour_are_too_many(writer):
    queue, at = make_queue("claims"), START + 2 * HOUR
    ready, off = AgentState.READY, AgentState.LOGGED_OFF
    agents = [
        live(writer, name, (off, START, ""), (ready, at, ""), (off, until, ""))
        for name, until in (("ann", at + HOUR), ("bob", at + 45 * MINUTE))
    ]
    half = 30 * MINUTE
    need = ((at - half, 1), (at, 1), (at + half, 1), (END, 0))
    writer.keep_demand(SiteDemand(SITE, (), need), START)
    found = time_of(writer, make_snapshot(queue, *agents))
    assert found.spare_ms == {at - half: 0, at: half, at + half: half // 2}


def test_days_that_are_over_for_good_are_counted_once(writer, monkeypatch):
    ready = live(writer, "ann", (AgentState.READY, START, ""))
    asked: list[Ms] = []
    counted = staff.spent_in

    def spent_in(ask: staff.Ask, stretches: list[staff.Stretch], now: Ms) -> object:
        asked.append(now)
        return counted(ask, stretches, now)

    monkeypatch.setattr(staff, "spent_in", spent_in)
    book, end = DayBook(), END + 2 * 24 * HOUR
    first = time_of(writer, make_snapshot(ready), end=end, book=book, now=end)
    assert len(asked) == 3
    assert time_of(writer, make_snapshot(ready), end=end, book=book, now=end) == first
    assert len(asked) == 4  # the last day may still be put right
    shift = make_shift(agent="ann", starts_at=START, ends_at=START + HOUR, activities=())
    put_right = time_of(writer, make_snapshot(ready, shift), end=end, book=book, now=end)
    assert len(asked) == 7
    assert put_right.planned_days == 1
