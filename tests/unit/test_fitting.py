"""Text in so many cells, and names in the letters of a terminal that has no others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from screens.widgets.fitting import ASCII_ELLIPSIS, ELLIPSIS, fit_text, spell_line
from screens.widgets.gate_text import gate_text

NAMES = st.text(st.sampled_from("abc  ÄßЩю王ñ👩\u0301"), max_size=30).map(gate_text)


@pytest.mark.parametrize(
    ("name", "width", "shown"),
    [
        ("王小明", 12, "WangXiaoMing"),
        ("Анастасия Щербакова", 12, "Anastasiya ~"),
        ("Jürgen Weißmüller", 18, "Jurgen Weissmuller"),
        ("Siti Nurhaliza", 14, "Siti Nurhaliza"),
    ],
)
def test_a_name_is_spelt_before_it_is_cut(name: str, width: int, shown: str) -> None:
    assert fit_text(name, width, sign=ASCII_ELLIPSIS) == shown


@given(NAMES, st.integers(1, 40), st.booleans())
def test_a_cell_has_its_width_in_either_letters(text: str, width: int, is_right: bool) -> None:
    for sign in (ELLIPSIS, ASCII_ELLIPSIS):
        assert cell_len(fit_text(text, width, is_right=is_right, sign=sign)) == width


def test_what_names_grow_by_is_taken_from_the_blanks_behind_them() -> None:
    assert spell_line([" Щербакова    1:20", "  东"], 30) == [" Shcherbakova 1:20", "  Dong"]
    assert spell_line(["Щербакова x"], 30) == ["Shcherbakova x"]


def test_a_line_without_room_is_left_to_the_gate() -> None:
    assert spell_line(["Щербакова x"], 11) == ["Щербакова x"]


@given(st.lists(NAMES, max_size=4), st.integers(1, 60))
def test_a_line_never_outgrows_its_width_by_being_spelt(texts: list[str], width: int) -> None:
    cells = sum(map(cell_len, texts))
    spelt = spell_line(texts, width)
    assert len(spelt) == len(texts)
    assert sum(map(cell_len, spelt)) <= width or cells > width
