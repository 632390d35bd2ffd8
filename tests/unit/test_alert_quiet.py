"""Too quiet: as seldom as chance allows, and soon where a trunk fails."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from data.alerts.expectation import Expectation
from data.alerts.quiet import HALF_HOUR_MS, at_most, expected_between, pause
from data.alerts.watch import Watch
from data.figures.freshness import Moment
from data.floor import FloorSnapshot, Key
from data.model import Counts, Interval, Queue
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES, Figure, RuleSettings
from tests.builders import make_health, make_snapshot

DAY_MS = 24 * 3_600_000
START = 1_772_409_600_000  # midnight UTC
QUARTER_MS = 15 * 60_000
RULES: tuple[RuleSettings, ...] = tuple(
    each for each in DEFAULT_RULES if each.figure is Figure.TOO_QUIET
)


def hourly(hour: int) -> float:
    """Calls an hour of one queue: a day with a busy morning and a calm night."""
    return (2.0, 100.0, 60.0, 15.0)[0 if hour < 7 else 1 if hour < 12 else 2 if hour < 19 else 3]


def arrivals(seed: int, days: int, *, fails_at: int | None = None) -> Iterator[int]:
    """When contacts come, by thinning; none once the trunk has failed."""
    chance, now = random.Random(seed), START
    while now < START + days * DAY_MS:
        now += round(chance.expovariate(100 / 3_600_000))
        if fails_at is not None and now >= fails_at:
            return
        if chance.random() < hourly(now // 3_600_000 % 24) / 100:
            yield now


class Rig:
    """Queues of one site, watched; calls come to one after the other."""

    def __init__(self, queues: int = 2) -> None:
        self.names = [f"q{number}" for number in range(queues)]
        self.counts = dict.fromkeys(self.names, 0)
        self.intervals: dict[str, dict[int, int]] = {name: {} for name in self.names}
        self.watch = Watch("main", RULES, Formula.OFFERED, ZoneInfo("UTC"))
        self.raised: dict[str, tuple[int, str]] = {}

    def expect(self, now: int) -> None:
        halves = range(now - now % HALF_HOUR_MS - DAY_MS // 4, now + DAY_MS // 4, HALF_HOUR_MS)
        calls = {at: hourly(at // 3_600_000 % 24) / 2 for at in halves}
        keys = [Key("main", "tel", name) for name in self.names]
        expectation = Expectation("main", dict.fromkeys(keys, calls), {})
        self.watch.expect(expectation, self.watch.snapshot, now)

    def come(self, name: str, at: int) -> None:
        self.counts[name] += 1
        starts = at - at % QUARTER_MS
        rows = self.intervals[name]
        rows[starts] = rows.get(starts, 0) + 1

    def look(self, now: int) -> None:
        snapshot = self.snapshot(now)
        for alert in self.watch.look(snapshot, Moment(now, now)):
            self.raised.setdefault(alert.id, (alert.raised_at, alert.subject.id))

    def snapshot(self, now: int) -> FloorSnapshot:
        rows: list[Queue | Interval] = []
        for name in self.names:
            day = Counts(offered=self.counts[name])
            rows.append(Queue(site="main", source="tel", id=name, name=name, day=day))
            for starts in range(now - now % QUARTER_MS - 2 * QUARTER_MS, now, QUARTER_MS):
                counted = self.intervals[name].get(starts, 0)
                rows.append(_interval(name, starts, counted))
        health = make_health(site="main", source="tel", last_ok_at=now)
        return make_snapshot(*rows, sources=[health])

    def run(self, days: int, seed: int, *, every_ms: int, fails_at: int | None = None) -> None:
        streams = deque(
            sorted(
                (at, name)
                for number, name in enumerate(self.names)
                for at in arrivals(seed + number, days, fails_at=fails_at)
            )
        )
        at, end = START, START + days * DAY_MS
        while at < end:
            if at % (4 * 3_600_000) == 0:
                self.expect(at)
            while streams and streams[0][0] <= at:
                came, name = streams.popleft()
                self.come(name, came)
            self.look(at)
            is_calm = fails_at is not None and at < fails_at - 600_000
            at += 120_000 if is_calm else every_ms
            if fails_at is not None and at > fails_at + 600_000:
                return


def _interval(queue: str, starts: int, counted: int) -> Interval:
    return Interval(
        site="main",
        source="tel",
        id=f"{queue}-{starts}",
        queue=queue,
        starts_at=starts,
        counts=Counts(offered=counted),
    )


def test_the_chance_of_at_most_so_many() -> None:
    assert at_most(0, 7) == pytest.approx(math.exp(-7))
    assert at_most(3, 2.5) == pytest.approx(
        sum(math.exp(-2.5) * 2.5**k / math.factorial(k) for k in range(4))
    )
    assert at_most(5, 0) == 1


def test_a_span_of_which_part_is_not_known_says_nothing() -> None:
    assert expected_between({START: 30.0}, START, START + 600_000) == pytest.approx(10)
    assert expected_between({START: 30.0}, START, START + HALF_HOUR_MS + 1) is None
    assert pause({}, START, START + 1) is None


def test_over_many_days_it_fires_at_most_as_often_as_chance_allows(
    pytestconfig: pytest.Config,
) -> None:
    days = 30 if pytestconfig.getoption("--soak") else 8
    rig = Rig()
    rig.run(days, seed=7, every_ms=120_000)
    quarters = days * 96 * (len(rig.names) + 1)
    assert len(rig.raised) <= 0.001 * quarters + 3 * math.sqrt(0.001 * quarters)


@pytest.mark.parametrize("seed", range(5))
def test_a_trunk_that_fails_in_mid_morning_is_told_within_five_minutes(seed: int) -> None:
    failed = START + 10 * 3_600_000 + 7 * 60_000
    rig = Rig()
    rig.run(1, seed=100 * seed, every_ms=5_000, fails_at=failed)
    assert any(failed < at <= failed + 300_000 for at, _id in rig.raised.values()), rig.raised


def test_the_same_day_gives_the_same_alerts() -> None:
    failed = START + 10 * 3_600_000
    first, second = Rig(), Rig()
    for rig in (first, second):
        rig.run(1, seed=3, every_ms=5_000, fails_at=failed)
    assert first.raised == second.raised
    assert first.raised
