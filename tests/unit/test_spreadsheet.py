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
    hostile = ["=1+1", "+49155", "-2", "@SUM(A1)", " =1", "\r=1", "\n=1", "＝1"]
    plain = ["plain", "", "a=b", "a; b", "it's -2"]
    _, *rows = read(to_csv(["what"], [[text] for text in hostile + plain]))
    found = [row[0] if row else "" for row in rows]
    assert found == [f"'{text}" for text in hostile] + plain


def test_a_cell_that_another_separator_would_begin_is_text_too() -> None:
    _, *rows = read(to_csv(["what"], [["Sales;=1+1"], ["Sales\t@SUM(A1)"], ["a; -2"]]))
    assert [row[0] for row in rows] == ["Sales;'=1+1", "Sales\t'@SUM(A1)", "a;' -2"]


def test_numbers_stay_numbers_and_none_is_empty() -> None:
    assert to_csv(["a", "b", "c"], [[-1, 0.5, None]]) == "a,b,c\r\n-1,0.5,\r\n"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_every_text_comes_back_and_none_begins_a_formula(rows: list[list[str]]) -> None:
    _, *found = read(to_csv(["a", "b"], rows))
    assert [[cell.replace("'", "") for cell in row] for row in found] == [
        [cell.replace("'", "") for cell in row] for row in rows
    ]
    begun = [part for row in found for cell in row for part in cell.replace("\t", ";").split(";")]
    assert not any(part.lstrip(" ").startswith(("=", "+", "-", "@", "\r")) for part in begun)
