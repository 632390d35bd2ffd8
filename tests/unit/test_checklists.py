"""Checklists: which run is on, what of it is ticked, what is late, and who is reminded."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.actions.verbs import Undo, Verb
from data.figures.checklists import Run, due_items, runs
from data.floor import FloorSnapshot, Key
from data.masking import masked
from data.model import DESK, Checklist, Ms, Person, Tick
from data.rules.service_level import Formula
from data.settings import ChecklistSettings
from screens.acting.checklists import tick_offers
from screens.checklist_defaults import DEFAULT_CHECKLISTS
from screens.checklists import ChecklistsPane
from screens.look import Look, Viewing
from screens.presenters.checklists import item_of, present_checklists, row_key
from screens.presenters.switches import reminder_pieces
from tests.builders import MOMENT, NOW, SITE, ago, instant, make_site, make_snapshot

ANNA = Person("anna", "Anna")
MINUTE = 60_000
HOURLY = ChecklistSettings(name="hourly", items=("queues", "phones"), at="08:30", every=60)
OPENING = ChecklistSettings(name="opening", items=("lights",), at="07:00")
CLOSING = ChecklistSettings(name="closing", items=("doors",), at="21:00", remind=False)
ALL = (OPENING, HOURLY, CLOSING)


def at(clock: str) -> Ms:
    return instant(f"2026-03-11T{clock}:00+01:00")


def ticked(name: str, start: str, *items: str) -> dict[Key, Checklist]:
    key = Key(SITE, DESK, f"{name}@2026-03-11T{start}")
    ticks = tuple(Tick(item, ago(60), ANNA) for item in items)
    made = Checklist(
        site=SITE, source=DESK, id=key.id, name=name, starts_at=at(start), ticks=ticks, version=4
    )
    return {key: made}


def floor(checklists: dict[Key, Checklist] | None = None, **site: Any) -> FloorSnapshot:
    return make_snapshot(sites=(make_site(**site),), checklists=checklists or {})


def run_of(settings: ChecklistSettings, now: Ms, snapshot: FloorSnapshot | None = None) -> Run:
    (found,) = runs([settings], snapshot or floor(), None, now)
    return found


def look_at(snapshot: FloorSnapshot, *settings: ChecklistSettings) -> Look:
    viewing = Viewing(floor_name="T", formula=Formula.OFFERED, rules=(), checklists=settings)
    return Look(snapshot=snapshot, moment=MOMENT, viewing=viewing)


def test_the_run_that_began_last_is_on() -> None:
    run = run_of(HOURLY, NOW)
    assert (run.starts_at, run.due_at) == (at("13:30") + 60 * MINUTE, at("15:00"))
    assert run.key == Key(SITE, DESK, "hourly@2026-03-11T14:30")
    assert (run.left, run.is_on(NOW), run.is_late(NOW)) == (2, True, False)
    assert run.is_late(at("15:00"))
    early = run_of(HOURLY, at("08:29"))
    assert (early.starts_at, early.is_on(at("08:29"))) == (at("08:30"), False)


def test_a_time_before_the_day_begins_is_of_its_night() -> None:
    night = ChecklistSettings(name="night", items=("alarm",), at="02:00")
    assert run_of(night, NOW).starts_at == instant("2026-03-12T02:00:00+01:00")
    late = instant("2026-03-12T03:00:00+01:00")
    assert run_of(night, late).starts_at == instant("2026-03-12T02:00:00+01:00")
    ended = ChecklistSettings(name="hourly", items=("x",), at="08:00", every=60, until="10:00")
    assert run_of(ended, NOW).starts_at == at("10:00")


def test_a_tick_says_who_and_the_rest_is_left() -> None:
    snapshot = floor(ticked("hourly", "14:30", "phones", "an item of last year"))
    run = run_of(HOURLY, NOW, snapshot)
    assert (run.left, run.version) == (1, 4)
    tick, untick = tick_offers(run, run.items[1], NOW)
    assert (tick.why_not, untick.why_not) == ("Anna has ticked it.", "")
    tick, untick = tick_offers(run, run.items[0], NOW)
    assert (tick.why_not, untick.why_not) == ("", "Nobody has ticked it.")
    fields = {"name": "hourly", "item": "queues", "starts_at": run.starts_at}
    assert (tick.target.fields, tick.target.undo) == (fields, Undo(Verb.UNTICK, fields))
    closing = run_of(CLOSING, NOW)
    assert "It begins in 6h27" in tick_offers(closing, closing.items[0], NOW)[0].why_not


def test_what_is_late_stands_first_and_is_marked() -> None:
    snapshot = floor(ticked("hourly", "14:30", "phones"))
    view = present_checklists(ALL, snapshot, None, NOW)
    told = [(row.cells[0], row.cells[2], row.mark.strip()) for row in view.rows]
    assert told == [
        ("opening", "! 7h02 late", "!"),
        ("hourly", "by 15:00", ""),
        ("hourly", "14:31 Anna", ""),
        ("closing", "from 21:00", ""),
    ]
    run = run_of(HOURLY, NOW, snapshot)
    found = item_of(row_key(run, 1), ALL, snapshot, None, NOW)
    assert found is not None
    assert found[1].text == "phones"
    assert item_of("x/y/z#0", ALL, snapshot, None, NOW) is None


def test_only_lists_that_remind_do_and_only_while_something_is_left() -> None:
    snapshot = floor(ticked("opening", "07:00", "lights"))
    assert due_items(ALL, snapshot, None, NOW) == (2, 0)
    assert due_items(ALL, snapshot, None, at("21:45")) == (2, 0)
    assert due_items(ALL, floor(), None, NOW) == (3, 1)
    said = [piece.text for piece in reminder_pieces(look_at(floor(), *ALL))]
    assert said == ["checks 1 late !"]
    assert [piece.text for piece in reminder_pieces(look_at(snapshot, *ALL))] == ["checks 2"]
    assert not reminder_pieces(look_at(floor()))  # what comes along reminds nobody


def test_without_any_those_that_come_along_are_shown() -> None:
    pane = ChecklistsPane(is_ascii=False)
    look = look_at(floor())
    rows = pane.present(look).rows
    assert len(rows) == sum(len(each.items) for each in DEFAULT_CHECKLISTS)
    assert {each.verb for each in pane.offers(rows[0].key, look)} == {Verb.TICK, Verb.UNTICK}


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_when_the_clocks_change_every_run_has_a_name_of_its_own(day: str) -> None:
    through = ChecklistSettings(name="hourly", items=("x",), at="00:30", every=60)
    snapshot = floor(day_start="00:00")
    first = instant(f"{day}T00:00:00+00:00")
    seen = {
        run.starts_at: run.key.id
        for minute in range(0, 24 * 60, 10)
        for run in runs([through], snapshot, None, first + minute * MINUTE)
    }
    assert len(set(seen.values())) == len(seen)


@given(st.integers(0, 48 * 60), st.sampled_from(ALL))
def test_a_run_is_of_the_day_it_is_asked_on(minute: int, settings: ChecklistSettings) -> None:
    now = at("06:00") + minute * MINUTE
    run = run_of(settings, now)
    begins = at("06:00") + (minute // 1440) * 1440 * MINUTE
    assert begins <= run.starts_at < begins + 1440 * MINUTE
    assert run.starts_at <= now or run.key.id.endswith(settings.at)


def test_a_locked_screen_counts_what_is_ticked_and_names_nobody() -> None:
    snapshot = masked(floor(ticked("opening", "07:00", "lights")))
    assert due_items(ALL, snapshot, None, NOW) == (2, 0)
    assert not any(
        tick.by.name or tick.by.id for each in snapshot.checklists.values() for tick in each.ticks
    )
