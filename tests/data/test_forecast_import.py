"""`history forecast`: somebody else's forecast stands above ours, whole or not at all."""

from __future__ import annotations

from contextlib import closing

import pytest

from data.cache.history_demand import given_of
from data.cache.history_reader import HistoryReader
from data.figures.demand import Origin
from supervisor_tui.cli import main
from tests.data.test_history_import import FOREVER, Place, at, place, synced

__all__ = ["place", "synced"]
HEADER = "day,interval,queue,offered,aht\n"


def run(place: Place, text: str, *options: str) -> int:
    file = place.calls.with_name("forecast.csv")
    file.write_text(text)
    return main(["--config", str(place.config), "history", "forecast", str(file), *options])


def kept(place: Place) -> dict[tuple[str, int], tuple[float, float | None]]:
    with closing(HistoryReader.open(place.files.history)) as reader:
        found = given_of(reader.ask, "hh", 0, FOREVER)
    assert {one.origin for one in found.values()} <= {Origin.IMPORTED}
    assert {key.source for key, _at in found} <= {"acd"}
    return {(key.id, starts): (one.offered, one.aht_s) for (key, starts), one in found.items()}


def test_half_hours_are_kept_and_told_again_are_replaced(place, capsys):
    text = HEADER + "2026-12-01,09:00,sales,40,180\n2026-12-01,09:30,sales,30.5,\n"
    assert run(place, text) == 0
    assert "half hours 2, queues 1, calls 70" in capsys.readouterr().out
    assert run(place, HEADER.replace(",", ";") + "2026-12-01;09:00;sales;50;200\n") == 0
    assert kept(place) == {
        ("sales", at("2026-12-01 09:00")): (50.0, 200.0),
        ("sales", at("2026-12-01 09:30")): (30.5, None),
    }


def test_quarters_are_summed_up_and_hours_divided(place):
    quarters = "2026-12-01,09:00,sales,10,100\n2026-12-01,09:15,sales,30,200\n"
    assert run(place, HEADER + quarters, "--minutes", "15") == 0
    assert run(place, HEADER + "2026-12-01,10:00,sales,60,90\n", "--minutes", "60") == 0
    assert kept(place) == {
        ("sales", at("2026-12-01 09:00")): (40.0, 175.0),
        ("sales", at("2026-12-01 10:00")): (30.0, 90.0),
        ("sales", at("2026-12-01 10:30")): (30.0, 90.0),
    }


def test_a_time_that_comes_twice_may_stand_twice(place):
    twice = "2026-10-25,02:30,sales,1,\n2026-10-25,02:30,sales,2,\n"
    assert run(place, HEADER + twice) == 0
    assert kept(place) == {
        ("sales", at("2026-10-25 02:30")): (1.0, None),
        ("sales", at("2026-10-25 02:30", fold=1)): (2.0, None),
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-13-01,09:00,sales,40,180", "3: day:"),
        ("2026-12-01,9 o'clock,sales,40,180", "3: interval:"),
        ("2026-12-01,09:10,sales,40,180", "3: interval:"),
        ("2026-12-01,09:30,,40,180", "3: queue:"),
        ("2026-12-01,09:30,sales,-1,180", "3: offered:"),
        ("2026-12-01,09:30,sales,nan,180", "3: offered:"),
        ("2026-12-01,09:30,sales,4,fast", "3: aht:"),
        ("2026-12-01,09:00,sales,4,", "1x"),
        ("2026-12-01,09:30", "3: "),
    ],
)
def test_one_bad_line_is_named_and_nothing_is_kept(place, capsys, row, said):
    assert run(place, HEADER + "2026-12-01,09:00,sales,40,180\n" + row + "\n") == 1
    assert said in capsys.readouterr().err
    assert not place.files.history.exists()


def test_a_missing_column_or_an_odd_length_is_said(place, capsys):
    assert run(place, "day,interval,queue\n") == 1
    assert "1: offered:" in capsys.readouterr().err
    assert run(place, HEADER, "--minutes", "25") == 1


def test_a_dry_run_keeps_nothing_and_a_sync_process_takes_it_in(synced, capsys):
    text = HEADER + "2026-12-01,09:00,sales,40,180\n"
    assert run(synced, text, "--dry-run") == 0
    assert "dry run" in capsys.readouterr().out
    assert kept(synced) == {}
    assert run(synced, text) == 0
    assert kept(synced) == {("sales", at("2026-12-01 09:00")): (40.0, 180.0)}
