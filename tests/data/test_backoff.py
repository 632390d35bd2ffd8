"""How long an endpoint is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import Code, FetchError, StoreError
from data.sync.backoff import Backoff

chances = st.floats(0, 1, exclude_max=True)


@given(chances, st.integers(0, 400))
def test_full_jitter_under_a_doubling_bound(chance: float, before: int) -> None:
    backoff = Backoff(lambda: chance)
    for _ in range(before):
        backoff.failed()
    assert backoff.failed() == chance * min(30.0, 0.5 * 2.0 ** min(before, 16))


@given(chances, st.floats(-10, 1e9))
def test_what_the_endpoint_asks_for_is_given_up_to_five_minutes(
    chance: float, asked: float
) -> None:
    problem = FetchError(Code.SLOW_DOWN, retry_after_s=asked)
    given_s = min(max(asked, 0.0), 300.0)
    assert 0.9 * given_s <= Backoff(lambda: chance).failed(problem) <= 1.1 * given_s


@pytest.mark.parametrize(
    ("code", "least"),
    [(Code.TLS_EXPIRED, 54.0), (Code.TLS_CLIENT_CERTIFICATE, 54.0), (Code.SIGN_IN, 13.5)],
)
def test_what_does_not_mend_itself_is_not_asked_in_a_hurry(code: Code, least: float) -> None:
    assert Backoff(lambda: 0.0).failed(FetchError(code)) == pytest.approx(least)


def test_a_disk_is_tried_again_while_somebody_makes_room() -> None:
    full, backoff = StoreError(Code.DISK_FULL, "cache.db"), Backoff(lambda: 0.99)
    assert max(backoff.failed(full) for _ in range(20)) < 5.0 < backoff.failed()


def test_a_success_begins_anew() -> None:
    backoff = Backoff(lambda: 0.5)
    waits = [backoff.failed() for _ in range(3)]
    backoff.succeeded()
    assert waits == [0.25, 0.5, 1.0]
    assert backoff.failures == 0
    assert backoff.failed() == 0.25
