"""How words of the command line are read, exactly."""

from __future__ import annotations

import argparse
from fractions import Fraction

import pytest

from supervisor_tui.arguments.types import decimal, duration, exact_share


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("180s", 180),
        ("180", 180),
        ("3m", 180),
        ("0.5h", 1800),
        ("1h30m", 5400),
        ("1H30M10S", 5410),
        ("1m0.1s", Fraction(601, 10)),
        ("0s", 0),
        ("1e3", 1000),
        (".5m", 30),
    ],
)
def test_durations(text, seconds) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s",
        "3 m",
        "30m1h",
        "-3m",
        "3x",
        "3bd",
        "1e-9",
        "0.0001s",
        "nan",
        "inf",
        "1/2",
        "1_0s",
        "٣m",
        "9999999999s",
    ],
)
def test_what_is_no_duration(text) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"duration|not from"):
        duration(text)


def test_numbers_are_what_is_written() -> None:
    assert decimal("0.3") == Fraction(3, 10)
    assert decimal("1e-05") == Fraction(1, 100_000)
    assert exact_share("1") == 1


@pytest.mark.parametrize("text", ["", "-1", "1e999999999", "1e400", "0x1", "1,5", "2" * 40])
def test_what_is_no_number(text) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        decimal(text)
    with pytest.raises(argparse.ArgumentTypeError):
        exact_share(text)
