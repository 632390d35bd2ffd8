"""The profile of a real day, and what is drawn from it."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.sandbox.derive_profile import derive, main
from data.sandbox.profile import TICK_MS, Arrivals, load_profile, ticks

BANK = Path(__file__).parents[3] / "shared" / "calls" / "anonymous_bank_1999-08-01_14.csv"
KEPT = Path(__file__).parents[2] / "data" / "sandbox" / "profile.json"


@pytest.mark.shared
def test_the_kept_profile_is_what_the_script_derives(capsys):
    if not BANK.exists():
        pytest.skip(f"{BANK} is not there")
    assert main([str(BANK)]) == 0
    assert capsys.readouterr().out == KEPT.read_text(encoding="utf-8")


def test_the_profile_names_its_source():
    assert "Technion" in load_profile().source
    assert "Mandelbaum" in load_profile().source


def test_draws_follow_the_quantiles():
    profile, rng = load_profile(), random.Random(1)
    drawn = sorted(profile.handling_s.draw(rng) for _ in range(20_000))
    assert drawn[10_000] == pytest.approx(117, rel=0.05)
    assert sum(drawn) / len(drawn) == pytest.approx(profile.handling_s.mean, rel=0.05)
    patience = sorted(profile.patience_s.draw(rng) for _ in range(20_000))
    assert patience[5_000] == pytest.approx(83, rel=0.1)
    assert patience[-1] > profile.patience_s.quantiles[-1]


def test_patience_counts_those_who_were_answered_as_more_patient():
    """Ten callers of whom nine are answered after 10 s, and one hangs up after 20 s: everybody
    who was still there at 20 s hung up, but nine in ten were not."""
    text = "date,type,q_start,q_time,outcome,ser_start,ser_time,vru_exit\n"
    text += "1999-08-02,PS,10:00:00,5,HANG,,0,10:00:00\n"
    text += "1999-08-02,PS,10:00:00,10,AGENT,10:00:10,60,10:00:00\n" * 8
    text += "1999-08-02,PS,10:00:00,20,HANG,,0,10:00:00\n"
    text += "1999-08-02,PS,,0,HANG,,0,10:00:00\n"
    text += "1999-08-02,PS,10:00:00,1,PHANTOM,,0,10:00:00\n"
    profile = json.loads(json.dumps(derive(csv.DictReader(io.StringIO(text)))))
    patience = profile["patience_s"]["quantiles"]
    assert patience[:4] == [0, 5, 5, 20]
    assert profile["arrivals_per_half_hour"]["workday"][20] == 10


@given(st.lists(st.floats(0, 60), min_size=1, max_size=30), st.integers(0, 999))
def test_arrivals_come_on_ticks_in_order_within_the_day(rates, seed):
    start = 1_700_000_000_000
    arrivals = Arrivals(rates, start, random.Random(seed))
    at, count = start, 0
    while (following := arrivals.after(at)) is not None:
        assert at <= following < start + len(rates) * Arrivals.HALF_HOUR_MS
        assert (following - start) % TICK_MS == 0
        half = (following - 1 - start) // Arrivals.HALF_HOUR_MS
        assert rates[half] > 0
        at, count = following, count + 1
    assert count <= 3 * sum(rates) + 30


def test_arrivals_follow_their_rates():
    rates = [10.0, 0.0, 40.0, 5.0]
    counts = [0] * 4
    for seed in range(200):
        arrivals, at = Arrivals(rates, 0, random.Random(seed)), 0
        while (at := arrivals.after(at)) is not None:
            counts[(at - 1) // Arrivals.HALF_HOUR_MS] += 1
    for rate, count in zip(rates, counts, strict=True):
        assert count / 200 == pytest.approx(rate, rel=0.1, abs=0.01)


@given(st.floats(-5, 10_000), st.floats(0, 10))
def test_ticks_are_whole_and_never_negative(seconds, least):
    value = ticks(seconds, least)
    assert value % TICK_MS == 0
    assert value >= 0
    assert abs(value - max(seconds, least, 0) * 1000) <= TICK_MS / 2 + 1e-6
