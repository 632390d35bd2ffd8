from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clean import clean_text
from screens import formats
from screens.cells import cell_width, pad
from screens.glyphs import TWINS, bars, to_ascii, to_ascii_same_width
from tests.builders import NOW, ago, instant


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, "-"),
        (0, "0:00"),
        (59.99, "0:59"),
        (192, "3:12"),
        (599, "9:59"),
        (600, "10m"),
        (3599, "59m"),
        (3600, "1h00"),
        (7800, "2h10"),
        (86_399, "23h59"),
        (86_400, "1d00h"),
        (4 * 86_400 + 7_300, "4d02h"),
        (-0.4, "0:00"),
        (-192, "-3:12"),
        (-1200, "-20m"),
    ],
)
def test_durations_read_as_on_the_screens(seconds, expected):
    assert formats.format_duration(seconds) == expected


@given(st.floats(0, 10**8))
def test_a_duration_never_claims_more_time_than_has_passed(seconds):
    text = formats.format_duration(seconds)
    units = {"d": 86_400, "h": 3600, "m": 60}
    if ":" in text:
        minutes, rest = text.split(":")
        shown = int(minutes) * 60 + int(rest)
    elif match := re.fullmatch(r"(\d+)h(\d\d)", text):
        shown = int(match[1]) * 3600 + int(match[2]) * 60
    else:
        shown = sum(int(n) * units[u] for n, u in re.findall(r"(\d+)([dhm])", text))
    assert shown <= seconds < shown + 3600


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(None, "-"), (-3, "0 s"), (1.9, "1 s"), (119, "119 s"), (120, "2m"), (1800, "30m")],
)
def test_ages_count_seconds_first(seconds, expected):
    assert formats.format_age(seconds) == expected


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (None, 1, "-"),
        (0.0, 1, "0.0"),
        (75.56, 1, "75.6"),
        (99.94, 1, "99.9"),
        (100.0, 1, "100"),
        (88.4, 0, "88"),
        (100.0, 0, "100"),
    ],
)
def test_percentages_keep_four_cells(value, decimals, expected):
    assert formats.format_percent(value, decimals) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(None, "-"), (38.2, "+38"), (-2.4, "-2"), (0.4, "0"), (-0.4, "0")]
)
def test_deviations_carry_their_sign(value, expected):
    assert formats.format_deviation(value) == expected


def test_counts_are_grouped_in_sentences_only():
    assert formats.format_count(1248) == "1248"
    assert formats.format_grouped(1248) == "1,248"
    assert formats.format_count(None) == "-"


def test_clock_times_are_those_of_the_site():
    at = instant("2026-03-11T13:02:00Z")
    assert formats.format_clock(at, "Europe/Berlin") == "14:02"
    assert formats.format_clock(at, "Asia/Kolkata", with_seconds=True) == "18:32:00"
    assert formats.format_clock(None, "UTC") == "-"


def test_another_day_is_named():
    assert formats.format_moment(ago(60), "Europe/Berlin", NOW) == "14:31:07"
    assert formats.format_moment(ago(86_400), "Europe/Berlin", NOW) == "2026-03-10 14:32:07"


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Hana", 4),
        ("Nováková", 8),
        ("Novа\u0301k", 5),
        ("田中五郎", 8),
        ("ﾃﾅｶ", 3),
        ("ＡＢ", 4),
        ("", 0),
    ],
)
def test_cells_are_what_a_terminal_takes(text, cells):
    assert cell_width(text) == cells


@given(st.text(max_size=40), st.integers(1, 30), st.booleans())
def test_any_clean_text_fits_its_column_exactly(text, width, is_right):
    assert cell_width(pad(clean_text(text), width, is_right=is_right)) == width


def test_text_that_was_cut_says_so_and_no_wide_glyph_is_halved():
    assert pad("Chloé Dubois", 8) == "Chloé D~"
    assert pad("田中五郎", 4) == "田~ "
    assert pad("7", 3, is_right=True) == "  7"


@given(st.text(max_size=40))
def test_transliteration_is_ascii_and_keeps_its_column(text):
    clean = clean_text(text)
    assert to_ascii(clean).isascii()
    laid_out = to_ascii_same_width(clean)
    assert laid_out.isascii()
    assert len(laid_out) == cell_width(clean)


@given(st.text(alphabet=st.characters(exclude_characters="?\uff1f\u061f\u037e"), max_size=20))
def test_transliteration_makes_no_question_marks_of_letters(text):
    letters = "".join(char for char in clean_text(text) if char.isalpha())
    assert "?" not in to_ascii(letters)


def test_names_stay_readable_in_ascii():
    assert to_ascii("Hana Nováková") == "Hana Novakova"
    assert to_ascii("Иван") == "Ivan"
    assert "?" not in to_ascii("田中五郎")


def test_every_glyph_has_a_twin_of_the_same_width():
    for glyph, twin in TWINS.items():
        assert twin.isascii()
        assert cell_width(glyph) == len(twin) == 1


def test_bars_are_as_many_as_values():
    assert bars([0, 5, 10, None]) == "▁▅█·"
    assert bars([50], top=100) == "▅"
    assert bars([0, 0]) == "▁▁"
    assert bars([]) == ""
    assert to_ascii(bars([0, 5, 10, None])) == "_-#."
