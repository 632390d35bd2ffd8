"""CSV of which a spreadsheet runs nothing."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from supervisor_tui.spreadsheet import to_csv


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_what_begins_like_a_formula_is_made_text() -> None:
    hostile = ["=1+1", "+49155", "-2", "@SUM(A1)", "\t=1", "\r=1", "plain", "", "a=b"]
    _, *rows = read(to_csv(["what"], [[text] for text in hostile]))
    found = [row[0] if row else "" for row in rows]
    assert found[:6] == [f"'{text}" for text in hostile[:6]]
    assert found[6:] == hostile[6:]


def test_numbers_stay_numbers_and_none_is_empty() -> None:
    assert to_csv(["a", "b", "c"], [[-1, 0.5, None]]) == "a,b,c\r\n-1,0.5,\r\n"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_every_text_comes_back_and_none_begins_a_formula(rows: list[list[str]]) -> None:
    _, *found = read(to_csv(["a", "b"], rows))
    assert [[cell.removeprefix("'") for cell in row] for row in found] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for r in found for cell in r)
