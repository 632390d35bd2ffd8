"""The pane of lost callers and the page of one: what is still lost, and what was done about it."""

from __future__ import annotations

from typing import Any

import pytest

from data.cache.history_callers import CallersOfDay, caller_token
from data.figures.lost import as_known, net
from data.floor import FloorSnapshot, Key
from data.model import LostCase, Owner
from data.rules.service_level import Formula
from screens.look import Look, Viewing
from screens.lost import LostPane
from screens.presenters.lost import LostTable, lost_notes, lost_row_key, state_words
from screens.presenters.table import TableView, ViewState
from screens.tones import Tone
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    ago,
    make_escalation,
    make_health,
    make_queue,
    make_site,
    make_snapshot,
)
from tests.screens.helpers import bench, press_action, screen_text
from tests.unit.test_figures_lost import answered, lost, netted

VIEWING = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=())
ZONE = "Europe/Berlin"


def look_at(snapshot: FloorSnapshot, **changes: Any) -> Look:
    return Look(**{"snapshot": snapshot, "moment": MOMENT, "viewing": VIEWING} | changes)


class History:
    """Stands for the file: gives the same contacts for every day that is asked for."""

    def __init__(self, *contacts: Any) -> None:
        day = CallersOfDay()
        lists = [one for one in contacts if hasattr(one, "left_at")]
        self.day = day._replace(
            lost=tuple(lists),
            answered=tuple(one for one in contacts if not hasattr(one, "left_at")),
        )
        self.asked: list[tuple[str, int]] = []

    def callers_of_day(self, site: str, start: int, end: int | None = None) -> CallersOfDay:
        self.asked.append((site, start))
        return self.day if site == SITE else CallersOfDay()


def table(*contacts: Any, snapshot: FloorSnapshot | None = None, **how: Any) -> TableView:
    snapshot = snapshot or make_snapshot()
    callers = as_known(netted(*contacts), snapshot, NOW)
    view = how.pop("view", ViewState())
    return LostTable().present(callers, snapshot, MOMENT, view, **how)


def case_of(caller: str, **changes: Any) -> dict[Key, LostCase]:
    key = Key(SITE, "@desk", caller)
    return {key: LostCase(site=SITE, source="@desk", id=caller, **changes)}


def test_still_lost_come_first_most_tries_and_longest_ago() -> None:
    snapshot = make_snapshot(
        lost_cases=case_of("claimed", owner=Owner("k-orlov", "K. Orlov", ago(60)))
    )
    view = table(
        *(lost(100, caller="later"), lost(900, caller="sooner"), lost(500, caller="claimed")),
        *(lost(700, caller="again"), lost(50, caller="again")),
        *(lost(40 - n, caller="thrice") for n in range(3)),
        *(lost(800, caller="through"), answered(300, "through")),
        snapshot=snapshot,
    )
    keys = ["thrice", "again", "sooner", "later", "claimed", "through"]
    assert [row.key for row in view.rows] == [f"{SITE}/@desk/{key}" for key in keys]
    assert [row.mark for row in view.rows] == ["! ", "! ", *["  "] * 4]
    assert view.rows[1].cells[:5] == ("**4912", "2", "14:31", "1:00", "Claims")
    assert [row.cells[5] for row in view.rows[3:]] == [
        "still lost",
        "claimed by K. Orlov 14:31",
        "got through 14:27",
    ]


def test_a_complainant_who_is_lost_is_to_be_acted_on() -> None:
    complaint = make_escalation(caller_key="secret")
    snapshot = make_snapshot(complaint)
    token = caller_token("secret")
    (row,) = table(lost(100, caller=token), snapshot=snapshot).rows
    assert (row.cells[6], row.mark, row.tones[6]) == ("E-1042", "!!", Tone.ACT)
    (row,) = table(lost(100, caller=token), answered(50, token), snapshot=snapshot).rows
    assert (row.cells[6], row.mark) == ("E-1042", "  ")


def test_what_i_have_claimed_says_so_and_a_call_back_says_when() -> None:
    mine = Owner("me", "Ada Lane", ago(60))
    for changes, said in (
        ({"owner": mine}, "claimed by me 14:31"),
        ({"owner": mine, "called_back_at": ago(30)}, "called back 14:31"),
    ):
        snapshot = make_snapshot(lost_cases=case_of("k1", **changes))
        (caller,) = as_known(netted(lost(100)), snapshot, NOW)
        assert state_words(caller, ZONE, "me") == said


def test_rows_of_a_source_that_is_not_current_are_marked_old() -> None:
    snapshot = make_snapshot(sources=(make_health(age_s=600.0),))
    (row,) = table(lost(100), snapshot=snapshot).rows
    assert (row.mark, row.tone) == ("~ ", Tone.STALE)


@pytest.mark.parametrize(
    "sort", ["caller", "tries", "last", "waited", "queue", "state", "complaint"]
)
def test_every_column_sorts(sort: str) -> None:
    view = table(lost(100, 30, "a"), lost(50, 90, "b"), view=ViewState(sort=sort))
    assert len(view.rows) == 2


def test_the_filter_looks_in_what_is_shown() -> None:
    contacts = (lost(100, caller="a"), lost(50, caller="b"), answered(10, "b"))
    view = table(*contacts, view=ViewState(filter="got through"))
    assert (view.shown, view.total) == (1, 2)


def test_several_sites_have_a_column() -> None:
    sites = (make_site(), make_site(id="leeds", name="Leeds", zone="Europe/London"))
    snapshot = make_snapshot(sites=sites, sources=(make_health(), make_health(site="leeds")))
    view = table(lost(100, caller="a"), lost(90, caller="b", site="leeds"), snapshot=snapshot)
    assert [row.cells[1] for row in view.rows] == ["Hamburg", "Leeds"]
    assert [row.cells[3] for row in view.rows] == ["14:30", "13:30"]


def test_the_note_counts_who_is_left_out() -> None:
    callers = netted(lost(100), lost(90, 2, "k2"), lost(80, 2, "k3"))
    assert lost_notes(callers, shows_short=False) == (
        "1 still lost of 1 caller lost today",
        "2 more hung up at once",
    )
    assert len(lost_notes(callers, shows_short=True)) == 1
    assert lost_row_key(callers[0]) == f"{SITE}/@desk/k1"


async def test_the_pane_reads_history_and_leaves_out_who_hung_up_at_once() -> None:
    pane = LostPane(is_ascii=True)
    history = History(lost(100), lost(90, 2, "k2", caller_masked="*******7777"))
    look = look_at(make_snapshot(make_queue()))
    async with bench(pane) as (app, pilot):
        pane.show(look)
        await pilot.pause()
        assert "Reading from history" in screen_text(app)
        pane.read_past(history, look)  # type: ignore[arg-type]
        pane.show(look)
        pane.focus_table()
        await pilot.pause()
        assert "**4912" in screen_text(app)
        assert "7777" not in screen_text(app)
        await press_action(pilot, "lost.everyone")
        assert "7777" in screen_text(app)
        assert "hung up at once" in screen_text(app)


async def test_what_was_read_for_another_site_is_not_shown() -> None:
    pane = LostPane(is_ascii=True)
    sites = (make_site(), make_site(id="leeds", name="Leeds"))
    snapshot = make_snapshot(sites=sites)
    async with bench(pane) as (app, pilot):
        pane.show(look_at(snapshot))
        before = pane.wanted_past
        pane.read_past(History(lost(100)), look_at(snapshot))  # type: ignore[arg-type]
        pane.show(look_at(snapshot))
        await pilot.pause()
        assert "**4912" in screen_text(app)
        pane.show(look_at(snapshot, site="leeds"))
        await pilot.pause()
        assert "Reading from history" in screen_text(app)
        assert pane.wanted_past != before


def test_the_page_has_every_try_and_what_was_answered_between() -> None:
    pane = LostPane(is_ascii=True)
    history = History(lost(900, 30), answered(600), lost(300, 95), lost(200, 2))
    complaint = make_escalation(caller_key="other")
    look = look_at(make_snapshot(complaint))
    reading = pane._reading
    reading.callers(look)
    reading.read_past(history, look)  # type: ignore[arg-type]
    pane._callers = reading.callers(look)
    found = pane.page(f"{SITE}/@desk/k1", look)
    assert found is not None
    title, page = found
    assert title == "Lost caller **4912"
    lines = page(look, 80)
    assert lines is not None
    text = "\n".join("".join(piece[0] for piece in line).rstrip() for line in lines)
    assert "still lost" in text
    assert "2 tries since 14:17, the last at 14:27; the longest wait was 1:35" in text
    assert "hung up at once 1 time" in text
    assert "answered by Ivy Chen" in text
    assert text.index("14:28:47") < text.index("14:22:07") < text.index("14:17:07")
    assert pane.page(f"{SITE}/@desk/nobody", look) is None
    reading.read_past(History(), look)  # type: ignore[arg-type]
    assert page(look, 80) is None


def test_history_is_asked_for_the_day_of_each_site() -> None:
    sites = (make_site(), make_site(id="leeds", zone="America/New_York", day_start="07:00"))
    look = look_at(make_snapshot(sites=sites))
    history = History()
    LostPane(is_ascii=True).read_past(history, look)  # type: ignore[arg-type]
    assert history.asked == [(SITE, ago(8.5 * 3600 + 127)), ("leeds", ago(2.5 * 3600 + 127))]


def test_netting_is_by_the_limit_of_each_queue() -> None:
    day = CallersOfDay(lost=(lost(100, 8), lost(90, 8, queue="sales")))
    (caller,) = net(day, lambda one: {"claims": 10.0}.get(one.queue, 5.0))
    assert (caller.tries, caller.short_tries) == (1, 1)
