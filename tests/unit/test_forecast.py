"""Forecasts: published figures, sums that are kept, and what is undefined."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.forecast import (
    bias,
    moving_average,
    profile,
    reforecast,
    spread,
    wape,
)

WEEKS = [[100.0, 40.0], [110.0, 60.0], [120.0, 50.0]]


def test_the_mean_of_the_last_weeks() -> None:
    assert moving_average(WEEKS) == [110.0, 50.0]
    assert moving_average(WEEKS, 2) == [115.0, 55.0]
    assert moving_average(WEEKS, 1) == WEEKS[-1]
    assert moving_average(WEEKS, 9) == [110.0, 50.0]
    assert moving_average([], 4) == []


def test_weights_stand_in_the_order_of_the_weeks() -> None:
    assert moving_average(WEEKS, weights=[0.2, 0.3, 0.5]) == pytest.approx([113.0, 51.0])
    assert moving_average(WEEKS, weights=[2, 3, 5]) == pytest.approx([113.0, 51.0])
    assert moving_average(WEEKS, 2, [1, 3]) == pytest.approx([117.5, 52.5])
    assert moving_average(WEEKS, 2, [99, 1, 3]) == pytest.approx([117.5, 52.5])
    assert moving_average(WEEKS[1:], 3, [99, 1, 3]) == pytest.approx([117.5, 52.5])


def test_what_is_taken_out_is_left_out_of_the_mean() -> None:
    assert moving_average([[100, None], [None, None], [120, 60]]) == [110.0, 60.0]
    assert moving_average([[None], [None]]) == [None]
    assert moving_average([[100], [None]], weights=[1, 9]) == [100.0]
    assert moving_average([[100], [None]], weights=[0, 9]) == [None]


def test_weeks_that_do_not_fit_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="lengths"):
        moving_average([[1, 2], [1]])
    with pytest.raises(ValueError, match="weights"):
        moving_average(WEEKS, weights=[1, 2])


def test_the_rest_of_the_day_follows_what_has_come() -> None:
    found = reforecast([100, 100, 50, 50], [110, 110])
    assert found.ratio == pytest.approx(1.1)
    assert found.remaining == pytest.approx((55, 55))
    assert found.total == pytest.approx(330)
    damped = reforecast([100, 100, 50, 50], [110, 110], 0.5)
    assert damped.ratio == found.ratio
    assert damped.remaining == pytest.approx((52.5, 52.5))
    assert damped.total == pytest.approx(325)


@pytest.mark.parametrize(
    ("forecast", "actual", "ratio", "total"),
    [
        ([10, 20], [], 1, 30),
        ([0, 20], [0], 1, 20),
        ([0, 20], [5], 1, 25),
        ([10, 20], [0], 0, 0),
        ([10, 20], [12, 18], 1, 30),
        ([], [], 1, 0),
    ],
)
def test_where_nothing_was_forecast_the_ratio_says_nothing(forecast, actual, ratio, total) -> None:
    found = reforecast(forecast, actual)
    assert (found.ratio, found.total) == (ratio, total)


def test_a_few_calls_are_no_ratio() -> None:
    assert reforecast([10, 100], [29], minimum=30).ratio == 1
    assert reforecast([10, 100], [30], minimum=30).ratio == 3


def test_more_than_the_day_is_refused() -> None:
    with pytest.raises(ValueError, match="finished"):
        reforecast([1], [1, 1])


def test_errors_are_ratios_of_sums() -> None:
    assert wape([10, 0, 30], [8, 4, 28]) == pytest.approx(8 / 40)
    assert bias([10, 0, 30], [8, 4, 28]) == 0
    assert bias([12, 0, 36], [8, 4, 28]) == pytest.approx(0.2)
    assert wape([1], [0]) is None
    assert bias([1], [0]) is None


CALLS = st.floats(0, 1e6).map(lambda calls: round(calls, 3))
DAYS = st.integers(1, 12).flatmap(
    lambda length: st.lists(
        st.lists(CALLS, min_size=length, max_size=length), min_size=1, max_size=6
    )
)


@given(DAYS)
def test_an_average_keeps_the_sum(history) -> None:
    total = math.fsum(map(math.fsum, history)) / len(history)
    forecast = moving_average(history)
    assert math.fsum(calls or 0 for calls in forecast) == pytest.approx(total, rel=1e-9)


@given(DAYS, CALLS)
def test_a_profile_spreads_all_of_a_day(history, total) -> None:
    shares = profile(history)
    if not any(map(math.fsum, history)):
        assert set(shares) == {None}
        return
    known = [share for share in shares if share is not None]
    assert math.fsum(known) == pytest.approx(1)
    assert math.fsum(spread(total, known)) == pytest.approx(total)


@given(st.lists(CALLS, min_size=1, max_size=20), st.data(), st.floats(0, 1))
def test_a_reforecast_lies_between_the_forecast_and_the_plain_ratio(
    forecast, data, damping
) -> None:
    finished = data.draw(st.integers(0, len(forecast)))
    actual = data.draw(st.lists(CALLS, min_size=finished, max_size=finished))
    found = reforecast(forecast, actual, damping)
    assert found.total == pytest.approx(math.fsum(actual) + math.fsum(found.remaining))
    plain = reforecast(forecast, actual)
    for calls, damped, whole in zip(
        forecast[finished:], found.remaining, plain.remaining, strict=True
    ):
        low, high = sorted((calls, whole))
        assert low * (1 - 1e-9) - 1e-6 <= damped <= high * (1 + 1e-9) + 1e-6
    as_it_was = reforecast(forecast, forecast[:finished], damping)
    assert as_it_was.total == pytest.approx(math.fsum(forecast))
