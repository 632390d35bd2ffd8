from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.widgets import Static

from screens.widgets import gate_text as gate_text_module
from screens.widgets.gate import OutputGate, gate_ascii, gate_text
from tests.screens.helpers import bench, screen_text

NASTY = st.sampled_from(
    "\x00\x07\x08\t\n\r\x1b\x7f\x85\x90\x9b\x9c\u00ad\u061c\u180e\u200b\u200d\u200e\u202e\u2028"
    "\u2066\u2069\ufeff\ufe0f\U000e0041\U000e0100\ud800\ue000\U0010ffff\u0301\u0336北é👩ｆ…─"
)
TEXTS = st.text(st.one_of(st.characters(), NASTY), max_size=40)
FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(TEXTS)
def test_nothing_but_text_passes_and_every_cell_stays(text: str) -> None:
    out = gate_text(text)
    assert not {unicodedata.category(char) for char in out} & FORBIDDEN
    assert cell_len(out) == cell_len(text)
    assert gate_text(out) == out


def test_no_control_or_format_character_of_unicode_passes() -> None:
    points = (chr(point) for point in range(0x110000))
    evil = [char for char in points if unicodedata.category(char) in FORBIDDEN - {"Cn", "Co"}]
    assert len(evil) > 2000
    for char in evil:
        assert char not in gate_text(f"a{char}b"), hex(ord(char))
        assert gate_ascii(f"a{char}b").isprintable(), hex(ord(char))


@pytest.mark.parametrize("text", ["👩\u200d👩", "❤\ufe0f", "a\u202eb", "👩\u200d👩\u200d👧x"])
def test_what_joined_glyphs_keeps_its_cells_when_it_goes(text: str) -> None:
    assert cell_len(gate_text(text)) == len(gate_ascii(text)) == cell_len(text)


@given(TEXTS)
def test_ascii_is_printable_ascii_in_as_many_cells(text: str) -> None:
    out = gate_ascii(text)
    assert out.isascii()
    assert out.isprintable()
    assert len(out) == cell_len(text)


@given(st.lists(st.one_of(TEXTS, st.sampled_from([" 0:41 ", "Anna ", "1", "Ørsted"]))).map("".join))
def test_what_is_gated_apart_is_gated_as_the_whole(text: str) -> None:
    assert gate_text(text) == gate_text_module._gate(text)
    assert gate_ascii(text) == gate_text_module._gate_ascii(text)


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_plain_text_is_not_touched(text: str) -> None:
    assert gate_text(text) == gate_ascii(text) == text


@pytest.mark.parametrize(
    ("text", "twin"),
    [("Chloé Dubois", "Chloe Dubois"), ("Ørsted…", "Orsted~"), ("┌──┐", "+--+"), ("北京", "BeJi")],
)
def test_names_become_letters_not_question_marks(text: str, twin: str) -> None:
    assert gate_ascii(text) == twin


def test_long_runs_of_combining_marks_are_cut() -> None:
    assert gate_text("e" + "\u0336" * 500) == "e" + "\u0336" * 2


def test_segments_lose_their_control_codes_and_links() -> None:
    evil = Segment(
        "\x1b]52;c;eA==\x07ok",
        Style(bold=True, link="http://evil"),
        [(1, 2)],  # type: ignore[list-item]
    )
    (out,) = OutputGate().apply([evil], Color(0, 0, 0))
    assert out.text == "]52;c;eA==ok"
    assert out.control is None
    assert out.style is not None
    assert out.style.link is None
    assert out.style.bold


async def test_the_gate_stands_before_every_widget_of_the_library() -> None:
    it = Static("\x1b[31mred\x9b0m \u202eabc", markup=False)
    async with bench(it, is_ascii=True) as (app, _pilot):
        text = screen_text(app)
    assert text.isascii()
    assert not {char for char in text if not char.isprintable()} - {"\n"}
    assert "[31mred" in text
