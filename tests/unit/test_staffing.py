"""Staffing against published examples, 60-digit evaluations, and what must hold of any queue."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data.rules.erlang import erlang_a, erlang_c, inverse_blocking
from data.rules.quadrature import POINTS
from data.rules.staffing import (
    Figures,
    Goals,
    Load,
    estimated_patience,
    exact,
    measure,
    required,
    scheduled,
)
from tests.support.queueing import impatient, patient

HALF_HOUR = 1800

# Worked examples that others have published


def test_call_centre_helper_100_calls_in_half_an_hour() -> None:
    """Call Centre Helper, 'Erlang C formula'; to seven digits in the README of CRAN's ErlangC."""
    load = Load(100, HALF_HOUR, 180)
    figures = measure(load, 14)
    assert figures.p_wait == pytest.approx(0.1741319, abs=5e-8)
    assert figures.service_level == pytest.approx(0.88835, abs=5e-6)
    assert figures.asa_s == pytest.approx(7.83593701, abs=5e-9)
    assert figures.occupancy == pytest.approx(0.7142857, abs=5e-8)
    goals = Goals(service_level=0.8, max_occupancy=0.85)
    needed = required(load, goals, shrinkage=0.3)
    assert (needed.required, needed.scheduled) == (14, 20)


def test_call_center_tools_1000_calls_an_hour() -> None:
    """The README of the package call-center-tools."""
    figures = measure(Load(1000, 3600, 120), 40)
    assert round(100 * figures.p_wait, 2) == 19.07
    assert round(100 * figures.service_level, 2) == 93.72
    assert figures.asa_s is not None
    assert round(figures.asa_s, 2) == 3.43


@pytest.mark.parametrize(
    ("level", "target", "agents", "percent"), [(80, 20, 42, 88), (90, 15, 45, 82)]
)
def test_maki_mono_350_calls_in_half_an_hour(level, target, agents, percent) -> None:
    """maki-mono.de, 'Personalbedarf im Callcenter': agents and the occupancy they have."""
    needed = required(Load(350, HALF_HOUR, 190), Goals(Fraction(level, 100), target))
    assert needed.required == agents
    assert needed.figures.occupancy is not None
    assert round(100 * needed.figures.occupancy) == percent


def test_mandelbaum_zeltyn_50_agents_48_calls_a_minute() -> None:
    """Mandelbaum and Zeltyn 2005; Gans, Koole and Mandelbaum 2003: 3.1 %, 3.7 s against 20.8 s."""
    load = Load(48, 60, 60)
    figures = measure(load, 50, patience_s=120)
    assert round(100 * figures.abandon_rate, 1) == 3.1
    assert round(figures.abandon_rate * 120, 1) == 3.7  # the wait of all callers
    assert measure(load, 50).asa_s == pytest.approx(20.8, abs=0.05)


def test_patient_callers_need_more_than_the_load_and_impatient_ones_may_not() -> None:
    load = Load(100, HALF_HOUR, 180)
    assert required(load, Goals(0.5), 60).required == 8
    assert required(load, Goals(0.2), 60).required == 5
    assert required(load, Goals(0.01)).required == 11


# Against 60 digits

DECIMALS = ("0.0001", "0.07", "0.5", "1", "2.5", "20")


@given(
    agents=st.integers(1, 120),
    share=st.decimals("0.01", "4", places=3),
    target=st.sampled_from(("0", "0.01", "0.1", "1", "5")),
    patience=st.sampled_from(DECIMALS),
)
@settings(max_examples=60, deadline=None)
def test_erlang_a_agrees_with_60_digits(agents, share, target, patience) -> None:
    load = agents * share
    truth = impatient(load, agents, Decimal(target), Decimal(patience))
    found = erlang_a(Fraction(load), agents, float(target), float(patience))
    assert found.p_wait == near(truth.p_wait)
    assert found.late == near(truth.late)
    assert found.asa == near(truth.asa)
    assert found.abandoned == near(truth.abandoned)
    assert found.answered == near(1 - truth.abandoned)


@given(
    agents=st.integers(1, 400),
    share=st.decimals("0.01", "0.999", places=3),
    target=st.sampled_from(("0", "0.01", "0.1", "1")),
)
@settings(max_examples=60, deadline=None)
def test_erlang_c_agrees_with_60_digits(agents, share, target) -> None:
    load = agents * share
    truth = patient(load, agents, Decimal(target))
    found = erlang_c(Fraction(load), agents, float(target))
    assert found.p_wait == near(truth.p_wait)
    assert found.late == near(truth.late)
    assert found.asa == near(truth.asa)


def near(truth: Decimal) -> object:
    return pytest.approx(float(truth), rel=1e-11, abs=1e-290)


@pytest.mark.parametrize(
    ("load", "agents", "target", "patience", "truth"),
    [
        # P(wait), late, ASA and abandoned, by an arbitrary-precision Kummer function.
        (
            "20000",
            20000,
            0.1,
            1,
            (0.5009403162337493, 0.002820936163813613, 0.002816381099483851, 0.002820936163813613),
        ),
        ("20000", 19000, 0.1, 2, (1.0, 0.6183098735337522, 0.1025602731010475, 0.05)),
        (
            "5000",
            5000,
            0.1,
            0.7,
            (0.457583079925532, 0.00614352496137286, 0.00428121790300301, 0.006143524961372798),
        ),
        (
            "1150",
            1200,
            1,
            0.5,
            (
                0.06413215180611493,
                0.001366107440052045,
                0.0006713228058395038,
                0.001366107440052045,
            ),
        ),
        (
            "2000",
            2100,
            0.1,
            1000,
            (
                0.01559296877653392,
                8.552665890626727e-7,
                0.0001558642879635259,
                1.558658213783933e-7,
            ),
        ),
    ],
)
def test_erlang_a_holds_at_thousands_of_erlangs(load, agents, target, patience, truth) -> None:
    found = erlang_a(Fraction(load), agents, target, patience)
    values = (found.p_wait, found.late, found.asa, found.abandoned)
    assert values == pytest.approx(truth, rel=1e-12)


@pytest.mark.parametrize("degree", range(0, 32, 2))
def test_quadrature_is_exact_for_polynomials(degree: int) -> None:
    assert math.fsum(w * x**degree for x, w in POINTS) == pytest.approx(2 / (degree + 1), rel=1e-14)


def test_blocking_of_large_groups_is_the_recursion_that_everybody_knows() -> None:
    for agents, load in ((1, 0.2), (10, 10.0), (500, 450.0), (500, 600.0), (3000, 3000.0)):
        inverse = 1.0
        for n in range(1, agents + 1):
            inverse = 1 + inverse * n / load
        assert inverse_blocking(agents, load) == pytest.approx(inverse, rel=1e-12)


# Corners


@pytest.mark.parametrize("patience", [None, 60])
@pytest.mark.parametrize("agents", [0, 1, 500])
def test_without_calls_nobody_waits_and_nobody_is_needed(agents, patience) -> None:
    load = Load(0, HALF_HOUR, 180)
    model = "erlang_c" if patience is None else "erlang_a"
    assert measure(load, agents, 20, patience) == Figures(model, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
    needed = required(load, Goals(0.8, asa_s=5, max_occupancy=0.5), patience, 0.3)
    assert (needed.required, needed.scheduled) == (0, 0)


def test_without_agents_nobody_is_answered() -> None:
    load = Load(100, HALF_HOUR, 180)
    assert measure(load, 0) == Figures("erlang_c", 10.0, 1.0, 0.0, None, None, 0.0)
    assert measure(load, 0, 20, 60) == Figures("erlang_a", 10.0, 1.0, 0.0, None, None, 1.0)


@pytest.mark.parametrize("agents", [1, 9, 10])
def test_patient_callers_in_overload_wait_without_end(agents) -> None:
    figures = measure(Load(100, HALF_HOUR, 180), agents)
    assert figures == Figures("erlang_c", 10.0, 1.0, 0.0, None, 1.0, 0.0)


def test_the_least_agent_above_the_load_makes_the_queue_finite() -> None:
    figures = measure(Load(Fraction("99.9999"), HALF_HOUR, 180), 10)
    assert figures.asa_s is not None
    assert figures.asa_s > 1e6


@pytest.mark.parametrize("erlangs", [1000, 5000, 20_000])
@pytest.mark.parametrize("patience", [None, 30, 180, 100_000])
def test_large_floors_have_figures_at_any_number_of_agents(erlangs, patience) -> None:
    load = Load(erlangs * 10, HALF_HOUR, 180)
    previous = None
    for agents in (1, erlangs // 2, erlangs - 1, erlangs, erlangs + 1, erlangs * 2, erlangs * 50):
        figures = measure(load, agents, 180, patience)
        for share in (
            figures.p_wait,
            figures.service_level,
            figures.abandon_rate,
            figures.occupancy,
        ):
            assert share is not None
            assert 0 <= share <= 1
        if previous is not None:
            assert figures.p_wait <= previous.p_wait + 1e-12
            assert figures.service_level >= previous.service_level - 1e-12
        previous = figures
    assert previous is not None
    assert previous.p_wait == 0


def test_calls_that_take_no_time_need_one_agent() -> None:
    load = Load(100, HALF_HOUR, 0)
    assert measure(load, 1, 20, 60) == Figures("erlang_a", 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
    assert required(load, Goals(0.8)).required == 1


@pytest.mark.parametrize("value", [-1, 0, 1, 2])
def test_goals_that_no_number_meets_are_refused(value) -> None:
    with pytest.raises(ValueError, match="Goals"):
        Goals(service_level=value)
    for name in ("asa_s", "max_occupancy", "max_abandon"):
        if value <= 0:
            with pytest.raises(ValueError, match="Goals"):
                Goals(**{name: value})
    with pytest.raises(ValueError, match="Goals"):
        Goals(max_occupancy=Fraction(101, 100))


def test_questions_without_sense_are_refused() -> None:
    load = Load(100, HALF_HOUR, 180)
    for calls, interval, aht in ((-1, 1, 1), (1, 0, 1), (1, 1, -1)):
        with pytest.raises(ValueError, match="Load"):
            Load(calls, interval, aht)
    for wrong in ((-1, 20, None), (1, -1, None), (1, 20, 0)):
        with pytest.raises(ValueError, match=str(wrong[0])):
            measure(load, *wrong)
    with pytest.raises(ValueError, match="Goals"):
        required(load, Goals())
    with pytest.raises(ValueError, match="Goals"):
        required(load, Goals(max_abandon=0.05))


# What is met exactly is met


def test_a_queue_with_one_agent_meets_its_own_figures() -> None:
    # M/M/1: everybody waits with a probability of the load; the wait is known in closed form.
    assert required(Load(1, 300, 60), Goals(0.8, 0)).required == 1
    assert required(Load(1, 120, 60), Goals(asa_s=60)).required == 1


@pytest.mark.parametrize(("calls", "cap", "agents"), [(21, 0.7, 3), (85, 0.85, 10), (27, 0.9, 3)])
def test_an_occupancy_that_is_met_exactly_is_met(calls, cap, agents) -> None:
    assert required(Load(calls, 600, 60), Goals(max_occupancy=cap)).required == agents


def test_a_whole_load_at_full_occupancy_still_leaves_the_queue_finite() -> None:
    assert required(Load(10, 60, 60), Goals(max_occupancy=1)).required == 11


def test_occupancy_is_the_models_own() -> None:
    load = Load(10, 60, 60)
    assert required(load, Goals(max_occupancy=0.8)).required == 13
    assert required(load, Goals(max_occupancy=0.8), 60).required < 13


@pytest.mark.parametrize("percent", range(100))
def test_shrinkage_is_rounded_exactly(percent: int) -> None:
    for agents in range(401):
        expected = -(-agents * 100 // (100 - percent))
        for shrinkage in (percent / 100, Fraction(percent, 100)):
            assert scheduled(agents, shrinkage) == expected


def test_a_shrinkage_that_leaves_nobody_is_refused() -> None:
    for shrinkage in (1, 1.5, -0.1):
        with pytest.raises(ValueError, match=str(shrinkage)):
            scheduled(10, shrinkage)


def test_a_float_is_the_decimal_that_it_is_written_as() -> None:
    assert exact(0.3) == Fraction(3, 10)
    assert exact(1e-05) == Fraction(1, 100_000)
    assert exact(7) == 7


def test_patience_is_estimated_from_all_waits_over_those_who_hung_up() -> None:
    assert estimated_patience(3600.0, 9) == 400
    assert estimated_patience(3600.0, 0) is None


# What must hold of any queue

LOADS = st.builds(
    Load,
    calls=st.integers(1, 2000),
    interval_s=st.sampled_from((900, 1800, 3600)),
    aht_s=st.integers(1, 900),
)
PATIENCE = st.none() | st.integers(1, 3600)


@given(LOADS, PATIENCE, st.integers(0, 120))
@settings(max_examples=80, deadline=None)
def test_more_agents_never_make_it_worse(load, patience, target) -> None:
    first = max(1, math.floor(load.erlangs) - 3)
    steps = [measure(load, agents, target, patience) for agents in range(first, first + 12)]
    for fewer, more in pairwise(steps):
        assert more.p_wait <= fewer.p_wait + 1e-12
        assert more.service_level >= fewer.service_level - 1e-12
        assert more.abandon_rate <= fewer.abandon_rate + 1e-12
        assert or_more(more.asa_s) <= or_more(fewer.asa_s) * (1 + 1e-9)
        assert or_more(more.occupancy) <= or_more(fewer.occupancy) + 1e-12


def or_more(value: float | None) -> float:
    return math.inf if value is None else value


@given(LOADS, st.integers(1, 20), st.integers(0, 120))
@settings(max_examples=60, deadline=None)
def test_erlang_a_goes_to_erlang_c_as_patience_grows(load, spare, target) -> None:
    agents = math.floor(load.erlangs) + spare
    # With less to spare the limit is as far as patience is long.
    assume(agents - load.erlangs > Fraction(1, 2))
    limit = measure(load, agents, target)
    distances = []
    for times in (1, 10, 1000, 10**5, 10**7, 10**9):
        found = measure(load, agents, target, load.aht_s * times)
        assert found.p_wait <= limit.p_wait + 1e-12
        distances.append(limit.p_wait - found.p_wait)
    assert all(later <= earlier + 1e-12 for earlier, later in pairwise(distances))
    assert found.p_wait == pytest.approx(limit.p_wait, rel=1e-4)
    assert found.service_level == pytest.approx(limit.service_level, abs=1e-4)
    assert found.asa_s == pytest.approx(limit.asa_s, rel=1e-4)
    assert found.abandon_rate == pytest.approx(0, abs=1e-4)


@given(LOADS, PATIENCE, st.integers(0, 120))
@settings(max_examples=80, deadline=None)
def test_what_comes_is_answered_or_hangs_up(load, patience, target) -> None:
    agents = max(1, math.floor(load.erlangs))
    figures = measure(load, agents, target, patience)
    assert figures.service_level <= 1 - figures.abandon_rate + 1e-12
    if patience is not None:
        handled = agents * (figures.occupancy or 0)
        assert handled == pytest.approx(figures.offered_erlangs * (1 - figures.abandon_rate))


PERCENT = st.none() | st.integers(1, 99).map(lambda percent: Fraction(percent, 100))
GOALS = st.builds(
    Goals,
    service_level=PERCENT,
    target_s=st.integers(0, 60),
    asa_s=st.none() | st.integers(1, 120),
    max_occupancy=PERCENT | st.just(Fraction(1)),
    max_abandon=PERCENT,
)


@given(LOADS, GOALS, PATIENCE)
@settings(max_examples=120, deadline=None)
def test_the_number_required_is_the_least_that_meets_every_goal(load, goals, patience) -> None:
    if patience is None:
        goals = msgspec.structs.replace(goals, max_abandon=None)
    assume(any((goals.service_level, goals.asa_s, goals.max_occupancy, goals.max_abandon)))
    needed = required(load, goals, patience)
    assert meets(needed.figures, goals)
    assert needed.figures == measure(load, needed.required, goals.target_s, patience)
    if needed.required > 1:
        fewer = measure(load, needed.required - 1, goals.target_s, patience)
        is_unbounded = patience is None and needed.required - 1 <= load.erlangs
        assert is_unbounded or not meets(fewer, goals)


def meets(figures: Figures, goals: Goals) -> bool:
    """By the figures alone; what is undefined meets nothing."""
    slack = 1 + 1e-9
    return (
        (goals.service_level is None or figures.service_level * slack >= goals.service_level)
        and (goals.asa_s is None or or_more(figures.asa_s) <= goals.asa_s * slack)
        and (
            goals.max_occupancy is None or or_more(figures.occupancy) <= goals.max_occupancy * slack
        )
        and (goals.max_abandon is None or figures.abandon_rate <= goals.max_abandon * slack)
    )
