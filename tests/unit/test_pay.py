"""Which rate holds for an hour of work, and what is wrong with rates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.rules.pay import hourly_rate, meant_by_none, rate_days
from data.settings import PaidHours, RateSettings
from supervisor_tui.config import ConfigError, load_config, word_problem

DAY = date(2026, 3, 11)
RATES = (
    RateSettings(hourly=20),
    RateSettings(hourly=22, valid_from="2026-03-10"),
    RateSettings(hourly=30, team="North", valid_from="2026-01-01"),
    RateSettings(hourly=40, client="acme", valid_from="2025-01-01"),
    RateSettings(hourly=50, client="acme", team="North", valid_from="2026-03-12"),
)
SITE = '[[site]]\nid = "hh1"\n[[site.source]]\nid = "pbx"\nurl = "http://127.0.0.1:9"\n'


@pytest.mark.parametrize(
    ("team", "client", "day", "expected"),
    [
        ("", "", date(2026, 3, 9), 20),
        ("", "", DAY, 22),
        ("South", "other", DAY, 22),
        ("North", "other", DAY, 30),
        ("north", "Acme", DAY, 40),
        ("North", "acme", date(2026, 3, 12), 50),
        ("", "acme", date(2026, 3, 12), 40),
    ],
)
def test_the_rate_that_names_most_holds_and_the_latest_of_it(team, client, day, expected):
    assert hourly_rate(RATES, team, client, day) == expected
    assert hourly_rate(RATES[::-1], team, client, day) == expected


def test_before_the_first_day_of_all_rates_there_is_none():
    assert hourly_rate(RATES[1:2], "", "", date(2026, 3, 9)) is None
    assert hourly_rate((), "", "", DAY) is None


def test_a_period_is_cut_where_a_rate_begins():
    assert rate_days(RATES, date(2026, 3, 9), date(2026, 3, 16)) == [
        date(2026, 3, 9),
        date(2026, 3, 10),
        date(2026, 3, 12),
    ]
    assert rate_days(RATES, date(2026, 3, 12), date(2026, 3, 13)) == [date(2026, 3, 12)]


def test_a_rate_for_nobody_is_noticed_where_it_is_known_who_there_is():
    rates = (*RATES, RateSettings(hourly=1, team="Nroth"), RateSettings(hourly=2, client="acne"))
    assert meant_by_none(rates, ["north", ""], ["ACME"]) == ("Nroth", "acne")
    assert meant_by_none(rates, [], []) == ()


def written(folder: Path, cost: str) -> Path:
    path = folder / "config.toml"
    path.write_text(SITE + cost)
    return path


def test_rates_are_read_from_the_configuration(tmp_path):
    rate = '[[cost.rate]]\nhourly = 28.5\n[[cost.rate]]\nhourly = 31\nteam = "North"\n'
    path = written(tmp_path, f'[cost]\ncurrency = "EUR"\nhours = "planned"\n{rate}')
    cost = load_config(path).cost
    assert (cost.currency, cost.hours) == ("EUR", PaidHours.PLANNED)
    assert [(one.hourly, one.team) for one in cost.rate] == [(28.5, ""), (31, "North")]


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        ("[[cost.rate]]\nhourly = 1", "cost.currency: expected the code of a currency"),
        ('[cost]\ncurrency = "euro"', "cost.currency: expected the code of a currency"),
        (
            '[cost]\ncurrency = "EUR"\n[[cost.rate]]\nhourly = 1\nvalid_from = "2026-02-30"',
            "cost.rate[1].valid_from: expected a day",
        ),
        (
            '[cost]\ncurrency = "EUR"\n[[cost.rate]]\nhourly = 1\n[[cost.rate]]\nhourly = 2',
            "cost.rate[2]: expected one rate for a team, a client and a day",
        ),
        (
            '[cost]\ncurrency = "EUR"\n[[cost.rate]]\nhourly = -1',
            "cost.rate[1].hourly: expected a number from 0 to 10000000",
        ),
    ],
)
def test_what_is_wrong_with_rates_is_said(tmp_path, cost, said):
    with pytest.raises(ConfigError) as raised:
        load_config(written(tmp_path, cost))
    assert [said in word_problem(one) for one in raised.value.problems] == [True]
