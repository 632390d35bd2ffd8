from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from screens.presenters.rows import Column
from screens.widgets.fitting import fit_text
from screens.widgets.table_layout import GAP, PREFIX, fit_columns
from tests.screens.helpers import COLUMNS

ALL = range(len(COLUMNS))
columns = st.lists(
    st.builds(
        Column,
        id=st.uuids().map(str),
        title=st.just("T"),
        width=st.integers(1, 30),
        is_right=st.booleans(),
        rank=st.integers(0, 4),
        grows=st.booleans(),
        grows_to=st.integers(0, 40),
    ),
    min_size=1,
    max_size=14,
)


def ids(width: int, shift: int = 0) -> list[str]:
    return [item.column.id for item in fit_columns(COLUMNS, ALL, width, shift=shift).placed]


def test_all_fit_and_the_growing_one_takes_the_rest() -> None:
    layout = fit_columns(COLUMNS, ALL, 80)
    assert [item.column.id for item in layout.placed] == [column.id for column in COLUMNS]
    assert layout.hidden == 0
    assert PREFIX + sum(item.width + GAP for item in layout.placed) == 80


def test_on_a_wide_terminal_figures_stay_near_the_name() -> None:
    name = fit_columns(COLUMNS, ALL, 250).placed[0]
    assert name.column.grows
    assert name.width == 4 * name.column.width


def test_what_needs_only_so_much_has_it_before_the_rest_is_shared() -> None:
    some = (Column("name", "Name", 10, grows=True), Column("state", "State", 13, grows_to=18))
    widths = {
        room: [item.width for item in fit_columns(some, range(2), PREFIX + room).placed]
        for room in (25, 28, 30, 40)
    }
    assert widths == {25: [10, 13], 28: [10, 16], 30: [10, 18], 40: [20, 18]}


def test_columns_give_way_by_rank() -> None:
    gone = []
    for width in range(70, 20, -1):
        gone += [name for name in reversed([c.id for c in COLUMNS]) if name not in ids(width)]
    assert list(dict.fromkeys(gone))[:5] == ["asa", "aht", "channel", "offered", "ready"]


def test_what_stayed_keeps_its_order_and_what_gave_way_comes_after() -> None:
    layout = fit_columns(COLUMNS, ALL, 39)
    assert ids(39) == ["name", "waiting", "longest", "level"]
    assert ids(39, layout.last_shift)[-1] == "aht"
    assert ids(39, 99) == ids(39, layout.last_shift)


@given(columns, st.integers(0, 140), st.integers(0, 3), st.integers(-2, 20))
def test_no_layout_is_wider_than_its_line(
    some: list[Column], width: int, fixed: int, shift: int
) -> None:
    order = range(len(some))
    layout = fit_columns(some, order, width, fixed=fixed, shift=shift)
    used = sum(item.width + GAP for item in layout.placed)
    assert used <= max(0, width - PREFIX)
    assert len(layout.placed) + layout.hidden == len(some)
    assert all(item.width >= 1 for item in layout.placed)
    assert 0 <= layout.shift <= layout.last_shift


@given(columns, st.integers(60, 140), st.integers(1, 3))
def test_every_column_comes_into_view_by_scrolling(
    some: list[Column], width: int, fixed: int
) -> None:
    """Each scroll shows the same fixed columns, in the same widths."""
    order = range(len(some))
    first = fit_columns(some, order, width, fixed=fixed)
    stand = [(item.index, item.width) for item in first.placed[:fixed]]
    seen = set()
    for shift in range(first.last_shift + 1):
        layout = fit_columns(some, order, width, fixed=fixed, shift=shift)
        seen |= {item.index for item in layout.placed}
        assert [(item.index, item.width) for item in layout.placed[: len(stand)]] == stand
    assert set(order) == seen


@given(st.text(), st.integers(0, 40), st.booleans())
def test_text_takes_exactly_its_cells(text: str, width: int, is_right: bool) -> None:
    assert cell_len(fit_text(text, width, is_right=is_right)) == width


def test_no_glyph_is_cut_in_half() -> None:
    assert fit_text("北京客", 4, sign="…") == "北 …"
    assert fit_text("北京客", 5, sign="…") == "北京…"
    assert fit_text("e\u0301a\u0301bc", 3, sign="…") == "e\u0301a\u0301…"
    assert fit_text("12", 4, is_right=True) == "  12"


def test_a_name_too_wide_for_the_terminal_is_narrowed() -> None:
    wide = (replace(COLUMNS[0], width=50), *COLUMNS[1:])
    layout = fit_columns(wide, ALL, 30)
    assert layout.placed[0].width < 50
    assert layout.placed[0].column.id == "name"
