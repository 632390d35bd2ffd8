"""The pace of a sandbox, with a clock that the test moves."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from data.clock import ManualClock
from data.sandbox.centre import Centre, open_centre
from data.sandbox.options import SandboxOptions
from data.sandbox.runner import CATCH_UP_MS, CHUNK_MS
from tests.support.tiny_floor import TinyFloor

DAY = date(2026, 3, 28)
"""The night after it has an hour less in Berlin."""


def centre(clock: ManualClock, **options: Any) -> Centre:
    given = {"day": DAY, "starts_at": "06:10", **options}
    return open_centre(SandboxOptions(**given), build=TinyFloor, clock=clock)


def test_clock_stands_until_it_begins_then_runs_at_its_rate() -> None:
    clock = ManualClock()
    runner = centre(clock, speed=60.0).runner
    start = runner.now()
    clock.advance(5)
    assert runner.now() == start

    runner.begin()
    clock.advance(5)

    assert runner.now() == start + 300_000
    assert runner.rate == 60.0


def test_hours_until_the_start_are_simulated_at_once_in_small_pieces() -> None:
    runner = centre(ManualClock(), starts_at="07:30").runner
    reported: list[int] = []

    runner.catch_up(reported.append)

    assert runner.simulation.now() == runner.now() == reported[-1]
    assert all(b - a <= CATCH_UP_MS for a, b in pairwise(reported))
    assert len(runner.simulation.ledger()) == 90 * 60


def test_at_speed_max_the_day_is_over_at_the_start() -> None:
    runner = centre(ManualClock(), speed="max", starts_at="06:30", closes_at="07:00").runner
    assert runner.now() == SandboxOptions(day=DAY, closes_at="07:00").closing
    assert runner.rate == 1.0


def test_simulation_follows_the_clock_but_never_leads_it() -> None:
    clock = ManualClock()
    runner = centre(clock, speed=3600.0).runner
    runner.catch_up()
    runner.begin()
    clock.advance(0.1)

    assert runner.now() - runner.simulation.now() > CHUNK_MS
    runner.follow()

    assert runner.simulation.now() == runner.now()


def test_action_finds_the_simulation_at_its_own_instant() -> None:
    clock = ManualClock()
    ours = centre(clock)
    ours.runner.catch_up()
    ours.runner.begin()
    clock.advance(2.5)

    with ours.runner.acting() as now:
        assert now == ours.runner.now() == ours.simulation.now()
        queue = ours.store.get("queue", "q 1")
        assert queue is not None
        assert queue.at <= now


def test_stop_ends_the_catching_up() -> None:
    runner = centre(ManualClock(), starts_at="12:00").runner

    runner.catch_up(lambda _: runner.stop())

    assert runner.simulation.now() < runner.now()


@pytest.mark.parametrize(
    ("wall", "hours"), [("06:00", 0), ("20:00", 14), ("01:00", 19), ("05:00", 22)]
)
def test_wall_times_belong_to_the_day_that_begins_at_day_start(wall: str, hours: int) -> None:
    options = SandboxOptions(day=DAY)

    assert options.instant(wall) - options.day_began == hours * 3_600_000


def test_day_is_the_hosts_unless_it_is_given() -> None:
    # 23:30 in London is already the next day in Berlin.
    late = 1_774_740_600_000

    assert SandboxOptions().settled(late).day == date(2026, 3, 29)
    assert SandboxOptions(day=DAY).settled(late).day == DAY
    with pytest.raises(ValueError, match="day"):
        _ = SandboxOptions().start
