from __future__ import annotations

import pytest

from data.figures.freshness import source_age, worst_age
from data.model import Freshness
from data.status import ClockAnchor, SwitchState
from tests.builders import BOOT, MOMENT, MONO_MS, NOW, ago, make_health


@pytest.mark.parametrize(
    ("age_s", "expected"),
    [
        (0.0, Freshness.LIVE),
        (20.0, Freshness.LIVE),
        (20.1, Freshness.LATE),
        (50.0, Freshness.LATE),
        (50.1, Freshness.STALE),
    ],
)
def test_a_living_source_ages_by_its_poll_interval(age_s, expected):
    age = source_age(make_health(age_s=age_s, poll_s=15.0), MOMENT)
    assert age.state is expected
    assert age.age_s == pytest.approx(age_s)


def test_a_question_without_an_answer_is_late_at_once_and_makes_nothing_old():
    age = source_age(make_health(age_s=2, failures=1), MOMENT)
    assert age.state is Freshness.LATE
    assert not age.is_old


@pytest.mark.parametrize(
    "state",
    [Freshness.OFFLINE, Freshness.REBUILDING, Freshness.SIGN_IN, Freshness.FAULT],
)
def test_what_the_sync_process_found_stands(state):
    age = source_age(make_health(state=state, age_s=2), MOMENT)
    assert age.state is state
    assert age.is_old


def test_the_wall_clock_of_this_host_has_no_part_in_an_age():
    age = source_age(make_health(age_s=3, last_ok_at=ago(9999)), MOMENT)
    assert age.age_s == 3.0


def test_after_a_reboot_the_server_clock_tells_the_age():
    health = make_health(boot_id="boot-0", last_ok_mono_ms=1, last_ok_at=ago(30))
    assert source_age(health, MOMENT).age_s == 30.0


def test_a_source_that_was_never_heard_has_no_age():
    health = make_health(last_ok_mono_ms=None, last_ok_at=None)
    age = source_age(health, MOMENT)
    assert (age.state, age.age_s, age.as_of) == (Freshness.STALE, None, NOW)


def test_a_silent_switch_behind_a_living_api_makes_figures_stale():
    switches = (SwitchState("pbx", "down", ago(40)), SwitchState("crm", "live", ago(1)))
    age = source_age(make_health(switches=switches), MOMENT)
    assert (age.state, age.api_state, age.silent_switch) == (
        Freshness.STALE,
        Freshness.LIVE,
        "pbx",
    )
    assert (age.age_s, age.as_of) == (40.0, ago(40))


def test_a_dead_api_hides_what_it_last_said_of_its_switch():
    switches = (SwitchState("pbx", "down", ago(40)),)
    age = source_age(make_health(state=Freshness.OFFLINE, age_s=1800, switches=switches), MOMENT)
    assert (age.state, age.silent_switch, age.age_s) == (Freshness.OFFLINE, "", 1800.0)


def test_current_figures_are_of_now_and_old_ones_of_when_they_were_good():
    assert source_age(make_health(age_s=30), MOMENT).as_of == NOW
    assert source_age(make_health(age_s=60), MOMENT).as_of == ago(60)


def test_each_source_counts_on_its_own_server_clock():
    anchor = ClockAnchor(
        server_ms=1_000_000, monotonic_ms=MONO_MS - 1000, wall_ms=0, boot_id=BOOT, rate=60.0
    )
    assert source_age(make_health(anchor=anchor), MOMENT).now == 1_060_000


def test_the_worst_of_several_sources_speaks_for_all():
    ages = [
        source_age(make_health(age_s=1), MOMENT),
        source_age(make_health(source="b", state=Freshness.OFFLINE, age_s=60), MOMENT),
        source_age(make_health(source="c", state=Freshness.OFFLINE, age_s=600), MOMENT),
    ]
    worst = worst_age(ages)
    assert worst is not None
    assert worst.health.source == "c"
    assert worst_age([]) is None
