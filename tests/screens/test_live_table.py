from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from screens.presenters.rows import RowView
from screens.tones import Tone
from screens.widgets.live_table import LiveTable
from tests.screens.helpers import (
    COLUMNS,
    Painted,
    bench,
    press_action,
    row,
    rows,
    screen_lines,
    screen_text,
    style_of,
)

TOTAL = row("total", is_static=True)


def table(**options: Any) -> LiveTable:
    return LiveTable(COLUMNS, empty="No queues yet.", **options)


async def test_rows_stand_under_their_titles_with_mark_first() -> None:
    it = table()
    async with bench(it, size=(60, 6)) as (app, pilot):
        it.set_rows([row("A", 7, Tone.ACT), row("B", 12)])
        await pilot.pause()
        lines = screen_lines(app)
    assert lines[1].startswith(" !! Queue A")
    assert lines[2].startswith("    Queue B")
    end = lines[0].index("Wait") + 4
    assert lines[1][:end].endswith("   7")
    assert lines[2][:end].endswith("  12")


async def test_names_are_spelt_in_ascii_before_they_are_cut() -> None:
    it = table(is_ascii=True)
    async with bench(it, size=(60, 6)) as (app, pilot):
        it.set_rows([row("王小"), row("Щука", 12)])
        await pilot.pause()
        lines = screen_lines(app)
    assert lines[1].startswith("    Queue Wang~ ")
    assert lines[2].startswith("    Queue Shch~ ")


async def test_the_cursor_follows_its_key_through_a_new_order() -> None:
    it = table()
    async with bench(it) as (app, pilot):
        it.set_rows(rows("ABCDE"))
        await press_action(pilot, "table.down", 2)
        it.set_rows(rows("ECDAB"))
        await pilot.pause()
        assert it.cursor_key == "C"
        assert style_of(app, "Queue C").reverse
        assert not style_of(app, "Queue E").reverse
        assert app.cursor_position.y == 2


@pytest.mark.parametrize(
    ("left", "cursor"), [("ABDE", "D"), ("AB", "B"), ("XY", "X"), ("EBA", "E")]
)
async def test_where_the_key_is_gone_the_cursor_goes_to_its_neighbour(
    left: str, cursor: str
) -> None:
    it = table()
    async with bench(it) as (app, pilot):
        it.set_rows(rows("ABCDE"))
        it.go_to("C")
        it.set_rows(rows(left))
        await pilot.pause()
        assert it.cursor_key == cursor
        assert app.heard(LiveTable.RowHighlighted)[-1].key == cursor


async def test_no_rows_say_why() -> None:
    it = table()
    async with bench(it, size=(60, 6)) as (app, pilot):
        it.set_rows(rows("A"))
        await pilot.pause()
        it.set_rows([])
        await pilot.pause()
        assert it.cursor_key is None
        assert "No queues yet." in screen_text(app)
        it.set_empty("No queue contains `x`.")
        await press_action(pilot, "table.down")
        await press_action(pilot, "table.mark")
        await press_action(pilot, "table.detail")
        await press_action(pilot, "table.worst")
        await press_action(pilot, "table.next-match")
        assert "No queue contains `x`." in screen_text(app)
        it.set_rows(rows("B"))
        await pilot.pause()
        assert it.cursor_key == "B"
        assert "No queue" not in screen_text(app)


async def test_totals_are_passed_over_but_come_into_view() -> None:
    it = table()
    async with bench(it, size=(60, 5)) as (app, pilot):
        it.set_rows([*rows("ABC"), row("sum", is_static=True), *rows("DEFG"), TOTAL])
        it.go_to("C")
        await press_action(pilot, "table.down")
        assert it.cursor_key == "D"
        await press_action(pilot, "table.up")
        assert it.cursor_key == "C"
        await press_action(pilot, "table.bottom")
        assert it.cursor_key == "G"
        assert "Queue total" in screen_text(app)
        assert not it.go_to("total")
        await press_action(pilot, "table.top")
        assert it.cursor_key == "A"


async def test_only_totals_leave_no_cursor() -> None:
    it = table()
    async with bench(it) as (_app, pilot):
        it.set_rows([TOTAL])
        await press_action(pilot, "table.down")
        assert it.cursor_key is None


async def test_marks_follow_their_keys_and_vanish_with_them() -> None:
    it = table()
    async with bench(it) as (app, pilot):
        it.set_rows(rows("ABCDE"))
        await press_action(pilot, "table.mark", 2)
        assert it.marks == {"A", "B"}
        assert it.cursor_key == "C"
        it.set_rows(rows("EDCBA"))
        await pilot.pause()
        assert [line[:1] for line in screen_lines(app)[1:6]] == [" ", " ", " ", "*", "*"]
        it.set_rows(rows("EDCB"))
        await pilot.pause()
        assert it.marks == {"B"}
        assert app.heard(LiveTable.MarksChanged)[-1].keys == {"B"}
        it.go_to("B")
        await press_action(pilot, "table.mark")
        assert it.marks == frozenset()
        it.set_marks(["C", "gone"])
        assert it.marks == {"C"}


async def test_only_lines_that_changed_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    it = table()
    async with bench(it) as (_app, pilot):
        it.set_rows(rows("ABCDEFGHIJ"))
        await pilot.pause()
        painted = Painted(it, monkeypatch)
        fresh = rows("ABCDEFGHIJ")
        fresh[3], fresh[7] = row("D", 9), row("H", 1, Tone.LOOK)
        it.set_rows(fresh)
        await pilot.pause()
        assert sorted(painted.lines) == [4, 8]
        assert painted.whole == 0
        assert {(region.y, region.height) for region in painted.regions} == {(4, 1), (8, 1)}
        painted.clear()
        it.set_rows(rows("ABCDEFGHIJ")[:3] + fresh[3:])
        await pilot.pause()
        assert painted.regions == []
        assert painted.lines == []
        await press_action(pilot, "table.down")
        assert sorted(painted.lines) == [1, 2]
        painted.clear()
        it.set_rows(fresh[:9])
        await pilot.pause()
        assert painted.lines == [10]
        assert painted.whole == 0


async def test_rows_off_the_screen_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    it = table()
    async with bench(it, size=(80, 11)) as (_app, pilot):
        many = [row(f"{number:03}") for number in range(300)]
        it.set_rows(many)
        await pilot.pause()
        painted = Painted(it, monkeypatch)
        many[200] = row("200", 5, Tone.ACT)
        it.set_rows(many)
        await pilot.pause()
        assert painted.lines == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 20)])
async def test_the_cursor_is_always_on_the_screen(size: tuple[int, int]) -> None:
    it = table()
    width, height = size
    async with bench(it, size=size) as (app, pilot):
        it.set_rows([row(f"{number:02}") for number in range(90)])
        await pilot.pause()
        for action in ("table.page-down", "table.page-down", "table.page-up", "table.bottom"):
            await press_action(pilot, action)
            assert style_of(app, f"Queue {it.cursor_key}").reverse
        assert it.cursor_key == "89"
        await pilot.resize_terminal(width - 10, height - 8)
        await pilot.pause()
        assert style_of(app, "Queue 89").reverse
        await pilot.resize_terminal(width, height)
        await pilot.pause()
        assert style_of(app, "Queue 89").reverse
        assert f"Queue {90 - height + 1:02}" in screen_lines(app)[1]
        it.set_rows([row(f"{number:02}") for number in reversed(range(90))])
        await pilot.pause()
        assert style_of(app, "Queue 89").reverse
        assert app.cursor_position.y == 1


async def test_the_header_counts_what_is_beyond_the_edge() -> None:
    it = table()
    async with bench(it, size=(80, 11)) as (app, pilot):
        it.set_rows([row(f"{number:02}") for number in range(35)])
        await pilot.pause()
        assert screen_lines(app)[0].startswith("+25 ")
        await press_action(pilot, "table.bottom")
        assert screen_lines(app)[0].startswith("-25 ")
        it.set_rows(rows("ABC"))
        await pilot.pause()
        assert screen_lines(app)[0].startswith("    Queue")


async def test_a_sign_says_that_columns_are_hidden_and_scrolling_shows_them() -> None:
    it = table()
    async with bench(it, size=(44, 6)) as (app, pilot):
        it.set_rows(rows("AB"))
        await pilot.pause()
        header = screen_lines(app)[0]
        assert header.rstrip().endswith(">")
        assert "ASA" not in header
        assert "Wait" in header
        seen = header
        for _ in range(12):
            await press_action(pilot, "table.right")
            header = screen_lines(app)[0]
            assert header.startswith("    Queue")
            seen += header
        assert all(column.title in seen for column in COLUMNS)
        assert header.rstrip().endswith("<")
        assert screen_lines(app)[1].startswith("    Queue A")
        await press_action(pilot, "table.left", 12)
        assert screen_lines(app)[0].rstrip().endswith(">")
    it = table()
    async with bench(it, size=(80, 6)) as (app, pilot):
        it.set_rows(rows("AB"))
        await press_action(pilot, "table.right")
        assert not {"<", ">"} & set(screen_lines(app)[0])


async def test_the_sort_is_marked_in_the_header() -> None:
    it = table()
    async with bench(it) as (app, pilot):
        it.set_sort("waiting", is_descending=True)
        await pilot.pause()
        assert "Waitv" in screen_lines(app)[0]
        it.set_sort("waiting", is_descending=False)
        await pilot.pause()
        assert "Wait^" in screen_lines(app)[0]


async def test_columns_are_shown_as_they_were_chosen() -> None:
    it = table()
    async with bench(it) as (app, pilot):
        it.set_rows([row("A", 7)])
        it.show_columns(["level", "waiting", "no-such-column"])
        await pilot.pause()
        assert screen_lines(app)[0].split() == ["Queue", "SLday", "Wait"]
        assert screen_lines(app)[1].split() == ["Queue", "A", "95.0", "7"]
        assert it.column_order == ("name", "level", "waiting")


async def test_wider_numbers_change_neither_the_choice_of_columns_nor_the_scroll() -> None:
    it = table()
    async with bench(it, size=(44, 6)) as (app, pilot):
        it.set_rows([row("A", 7)])
        it.show_columns(["channel", "waiting", "longest", "level", "offered", "asa", "aht"])
        await press_action(pilot, "table.right", 2)
        before = screen_lines(app)[0].split()
        chosen = it.column_order
        wider = [replace(c, width=c.width + (c.id == "ready")) for c in COLUMNS]
        it.set_columns(wider)
        await pilot.pause()
        assert it.column_order == chosen
        assert screen_lines(app)[0].split() == before
        it.set_columns(COLUMNS[:3], ["waiting"])
        it.set_rows([row("B", 8)])
        await pilot.pause()
        assert screen_lines(app)[0].split() == ["Queue", "Wait"]
        assert screen_lines(app)[1].split() == ["Queue", "B", "8"]
        it.set_columns(COLUMNS[:3])
        assert it.column_order == ("name", "waiting")
        it.set_columns(COLUMNS)
        await pilot.pause()
        assert it.column_order == tuple(column.id for column in COLUMNS)
        assert "SLday" in screen_lines(app)[0]


@pytest.mark.parametrize("is_ascii", [False, True])
async def test_wide_and_combining_characters_keep_the_columns_in_place(is_ascii: bool) -> None:
    it = table(is_ascii=is_ascii)
    names = ["北京客户服务部门", "Nova\u0301kova\u0301 Prague east", "e\u0301", "ｆｕｌｌ", "plain"]
    cells = [(name, "v", "7", "0:51", "3", "95.0", "120", "0:12", "3:40") for name in names]
    async with bench(it, size=(46, 8), is_ascii=is_ascii) as (app, pilot):
        it.set_rows([RowView(str(n), cell) for n, cell in enumerate(cells)])
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        ends = set()
        for strip in strips[1 : len(names) + 1]:
            assert strip.cell_length == 46
            text = strip.text
            ends.add(sum(map(_cells, text[: text.index("95.0")])))
            assert text.isascii() is is_ascii or not is_ascii
        assert len(ends) == 1
        assert ("~" if is_ascii else "…") in screen_lines(app)[1]


def _cells(char: str) -> int:
    from rich.cells import cell_len

    return cell_len(char)


async def test_a_row_without_colour_is_still_told_by_mark_and_attribute() -> None:
    it = table()
    async with bench(it) as (app, pilot):
        it.set_rows([row("A"), row("B", 1, Tone.ACT), row("C", tones=(Tone.QUIET,) * 9)])
        await pilot.pause()
        assert style_of(app, "Queue A").reverse
        assert style_of(app, "Queue B").bold
        assert style_of(app, "Queue C").dim


async def test_equal_tones_share_one_segment() -> None:
    it = table()
    async with bench(it) as (app, pilot):
        it.set_rows([row("A"), row("B"), row("C", tones=(Tone.ACT,) + (Tone.NORMAL,) * 8)])
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        assert len(list(strips[2])) == 1
        assert len(list(strips[3])) == 3


async def test_the_worst_row_then_the_next_worst() -> None:
    it = table()
    async with bench(it) as (_app, pilot):
        it.set_rows(
            [row("A"), row("B", tone=Tone.LOOK), row("C", tone=Tone.ACT), row("D", tone=Tone.HELP)]
        )
        seen = []
        for _ in range(4):
            await press_action(pilot, "table.worst")
            seen.append(it.cursor_key)
        assert seen == ["D", "C", "B", "D"]
        it.go_to("C")
        await press_action(pilot, "table.worst")
        assert it.cursor_key == "D"


async def test_matches_are_gone_through_in_both_directions() -> None:
    it = table()
    async with bench(it) as (_app, pilot):
        it.set_rows(rows("ABCDEF"))
        it.set_match(lambda item: item.key in "BE")
        await press_action(pilot, "table.next-match")
        assert it.cursor_key == "B"
        await press_action(pilot, "table.next-match")
        assert it.cursor_key == "E"
        await press_action(pilot, "table.next-match")
        assert it.cursor_key == "B"
        await press_action(pilot, "table.previous-match")
        assert it.cursor_key == "E"
        it.set_match(lambda item: False)
        assert not it.next_match()
        assert it.cursor_key == "E"


async def test_enter_asks_for_the_row_under_the_cursor() -> None:
    it = table()
    async with bench(it) as (app, pilot):
        it.set_rows(rows("AB"))
        await press_action(pilot, "table.down")
        await press_action(pilot, "table.detail")
        assert [event.key for event in app.heard(LiveTable.RowSelected)] == ["B"]


async def test_letters_work_by_their_place_on_a_cyrillic_keyboard() -> None:
    it = table()
    async with bench(it) as (_app, pilot):
        it.set_rows(rows("ABC"))
        await pilot.press("о")  # where j is
        assert it.cursor_key == "B"
        await pilot.press("П")  # where G is
        assert it.cursor_key == "C"


async def test_the_mouse_moves_the_cursor_and_opens() -> None:
    it = table()
    async with bench(it) as (app, pilot):
        it.set_rows(rows("ABCDE"))
        await pilot.pause()
        await pilot.click(it, offset=(6, 3))
        assert it.cursor_key == "C"
        await pilot.click(it, offset=(6, 4), times=2)
        await pilot.pause()
        assert [event.key for event in app.heard(LiveTable.RowSelected)] == ["D"]


async def test_markup_in_a_cell_is_text() -> None:
    it = table()
    evil = "[@click=app.quit]x[/] a[/]b"
    async with bench(it, size=(120, 6)) as (app, pilot):
        it.set_rows([RowView("A", (evil, *[""] * 8))])
        await pilot.pause()
        assert evil in screen_text(app)
