"""Notes and incidents of the shift: their order, their words, and what can be done to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from data.actions.verbs import Undo, Verb
from data.figures.queues import queue_figures
from data.figures.shift_log import KEPT_MS, incidents_between, open_incidents, shift_log
from data.floor import FloorSnapshot, Key
from data.model import DESK, Audience, Incident, IncidentEvent, Note, NoteEvent, Person
from data.rules.service_level import Formula
from screens.acting.asks import ask_of
from screens.acting.offer import Wanted
from screens.acting.shift_log import incident_offers, new_offers, note_offers
from screens.look import Look, Viewing
from screens.notes import NEW, LogPage, NotesPane
from screens.presenters.notes import check_words, entry_of, incident_line, present_notes
from screens.presenters.queue_detail import present_queue_detail
from screens.presenters.table import ViewState
from screens.tones import Tone
from supervisor_tui.notes_json import notes_json
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    ago,
    make_interval,
    make_queue,
    make_site,
    make_snapshot,
)
from tests.screens.test_commanding import Rig, records

ANNA = Person("anna", "Anna")
MINUTE = 60_000


def incident(name: str = "i1", **changes: Any) -> Incident:
    given: dict[str, Any] = {
        "party": "carrier",
        "summary": "trunk B is down",
        "opened_at": ago(3600),
        "opened_by": ANNA,
        "version": 2,
        **changes,
    }
    return Incident(site=SITE, source=DESK, id=name, **given)


def note(name: str = "n1", **changes: Any) -> Note:
    given: dict[str, Any] = {"author": "anna", "text": "lift broken", "written_at": ago(60)}
    return Note(site=SITE, source=DESK, id=name, **given | changes)


def floor(*entries: Incident | Note, **changes: Any) -> FloorSnapshot:
    keyed = {Key(each.site, each.source, each.id): each for each in entries}
    notes = {key: each for key, each in keyed.items() if isinstance(each, Note)}
    incidents = {key: each for key, each in keyed.items() if isinstance(each, Incident)}
    queues = (make_queue("sales", name="Sales"), make_queue("claims", name="Claims"))
    return make_snapshot(*queues, notes=notes, incidents=incidents, **changes)


def look_at(snapshot: FloorSnapshot, **changes: Any) -> Look:
    viewing = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=())
    return Look(snapshot=snapshot, moment=MOMENT, viewing=viewing, **changes)


DUE = incident("due", next_check_at=NOW - 5 * MINUTE)
LATER = incident("later", next_check_at=NOW + 12 * MINUTE, ticket="T-7")
OVER = incident("over", opened_at=ago(7200), closed_at=ago(600))
LONG_OVER = incident("long over", opened_at=ago(200_000), closed_at=ago(100_000))


def test_what_has_to_be_looked_at_stands_first_and_what_is_long_over_nowhere() -> None:
    message = note("m", audience=Audience("everybody"))
    old = note("old", written_at=NOW - KEPT_MS - 1)
    snapshot = floor(note(), LATER, message, OVER, DUE, old, LONG_OVER)
    assert [key.id for key, _one in shift_log(snapshot, SITE, NOW)] == [
        *("due", "later", "n1", "over"),
    ]
    assert [key.id for key, _one in open_incidents(snapshot, None)] == ["due", "later"]
    assert not shift_log(snapshot, "elsewhere", NOW)
    since = {key.id for key, _one in shift_log(snapshot, SITE, NOW, since=ago(300))}
    assert since == {"due", "later", "n1"}


def test_a_check_that_is_due_is_told_without_colour() -> None:
    view = present_notes(floor(DUE, LATER, note()), None, NOW)
    columns = [column.id for column in view.columns]
    check = [row.cells[columns.index("check")] for row in view.rows]
    assert check == ["! 5m ago", "in 12m", ""]
    assert [row.mark.strip() for row in view.rows] == ["!", "", ""]
    assert view.rows[0].tones[columns.index("check")] is Tone.LOOK
    found = present_notes(floor(DUE, note()), None, NOW, ViewState(filter="LIFT"))
    assert [row.cells[0] for row in found.rows] == ["note"]


def test_who_is_to_look_when_and_what_it_is_about() -> None:
    assert check_words(incident(), NOW) == "-"
    assert check_words(replace(DUE, closed_at=NOW), NOW) == "-"
    assert incident_line(LATER, "Europe/Berlin", NOW) == (
        "carrier: trunk B is down, since 13:32, ticket T-7, check in 12m"
    )
    assert incident_line(OVER, "Europe/Berlin", NOW) == "carrier: trunk B is down, 12:32 to 14:22"


def test_incidents_of_a_span_are_those_of_the_queue_and_of_the_whole_site() -> None:
    own = incident("own", telephony=SOURCE, queue="sales", opened_at=ago(1000))
    other = incident("other", telephony=SOURCE, queue="claims")
    snapshot = floor(own, other, OVER)
    queue = Key(SITE, SOURCE, "sales")

    def between(start_s: float, end_s: float) -> list[str]:
        found = incidents_between(snapshot, queue, ago(start_s), ago(end_s))
        return [each.id for each in found]

    assert between(1800, 900) == ["over", "own"]
    assert between(500, 0) == ["own"]  # the other was over by then
    assert between(8000, 7200) == []


def test_something_new_can_be_written_where_there_is_no_row_and_once_where_many_are_marked() -> (
    None
):
    pane = NotesPane(is_ascii=False)
    assert pane.chosen == (NEW,)
    look = look_at(floor(DUE, LATER))
    assert [each.verb for each in pane.offers(NEW, look)] == [
        Verb.SHIFT_NOTE,
        Verb.OPEN_INCIDENT,
        Verb.PROMISE,
        Verb.BRIEF,
    ]
    row = present_notes(look.snapshot, None, NOW).rows[0].key
    assert entry_of(row, look.snapshot) == (Key(SITE, DESK, "due"), DUE)
    assert Verb.SHIFT_NOTE not in {each.verb for each in pane.offers(row, look)}


def test_what_can_be_done_to_an_incident() -> None:
    key = Key(SITE, DESK, "i1")

    def able(one: Incident) -> list[Verb]:
        offers = incident_offers(key, one, look_at(floor(one)).doings)
        return [each.verb for each in offers if not each.why_not]

    assert able(incident()) == [Verb.UPDATE_INCIDENT, Verb.CLOSE_INCIDENT]
    assert able(OVER) == [Verb.REOPEN_INCIDENT]
    close = incident_offers(key, incident(), look_at(floor()).doings)[1]
    assert close.target.undo == Undo(Verb.REOPEN_INCIDENT)
    # What takes it back brings back when somebody was to look, too.
    close = incident_offers(key, LATER, look_at(floor()).doings)[1]
    assert close.target.undo == Undo(Verb.REOPEN_INCIDENT, {"next_check_at": LATER.next_check_at})


def test_a_note_is_taken_back_where_the_desk_keeps_it_and_stays_to_be_read() -> None:
    key = Key(SITE, DESK, "n1")
    gone = note(
        is_withdrawn=True,
        version=2,
        events=(
            NoteEvent(ago(60), ANNA, "written", "lift broken"),
            NoteEvent(ago(30), Person("karl", "Karl"), "withdrawn", "the other house"),
        ),
    )

    def able(one: Note, at: Key = key) -> list[Verb]:
        offers = note_offers(at, one, look_at(floor(one)).doings)
        return [each.verb for each in offers if not each.why_not]

    assert able(note()) == [Verb.WITHDRAW_NOTE, Verb.CORRECT_NOTE]
    assert able(gone) == [Verb.RESTORE_NOTE]
    assert able(note(), Key(SITE, SOURCE, "n1")) == [], "an endpoint takes nothing back"
    correct = note_offers(key, note(), look_at(floor()).doings)[2]
    assert correct.target.undo == Undo(Verb.CORRECT_NOTE, {"text": "lift broken"})
    ask = ask_of(Verb.CORRECT_NOTE)
    assert ask is not None
    (field,) = ask.fields(Wanted(Verb.CORRECT_NOTE, [correct], look_at(floor())))
    assert field.value == "lift broken", "what is to be corrected stands there already"
    look = look_at(floor(gone))
    view = present_notes(look.snapshot, None, NOW)
    assert "withdrawn" in view.rows[0].cells
    page = LogPage("/".join(("note", *key)))(look, 80)
    assert page is not None
    told = "\n".join("".join(text for text, _tone in line) for line in page)
    assert "Withdrawn: it says nothing any more." in told
    assert "Karl, withdrawn: the other house" in told
    assert "Anna, written: lift broken" in told


def test_what_was_no_incident_stands_under_no_bar_and_says_so() -> None:
    mistake = replace(OVER, is_withdrawn=True)
    snapshot = floor(mistake)
    assert incidents_between(snapshot, Key(SITE, SOURCE, "sales"), ago(9000), NOW) == []
    assert "mistake" in present_notes(snapshot, None, NOW).rows[0].cells
    ask = ask_of(Verb.CLOSE_INCIDENT)
    assert ask is not None
    offers = incident_offers(Key(SITE, DESK, "i1"), incident(), look_at(floor()).doings)
    wanted = Wanted(Verb.CLOSE_INCIDENT, offers[1:2], look_at(floor()))
    assert ask.settle(wanted, {"how": "mistake", "text": "x"}).fields == {
        "is_mistake": True,
        "text": "x",
    }
    assert ask.settle(wanted, {"how": "", "text": "x"}).fields == {"text": "x"}


def asked(look: Look, verb: Verb, **fields: Any) -> tuple[Key, dict[str, Any]]:
    ask = ask_of(verb)
    assert ask is not None
    offers = [each for each in new_offers(look) if each.verb is verb]
    wanted = Wanted(verb, offers, look)
    assert {*ask.words} <= {each.name for each in ask.fields(wanted)}
    settled = ask.settle(wanted, fields)
    return settled.wanted.offers[0].target.key, dict(settled.fields)


def test_an_incident_says_its_queue_and_when_to_look_again() -> None:
    look = look_at(floor())
    key, said = asked(
        look,
        Verb.OPEN_INCIDENT,
        party="client",
        summary="no orders",
        about_queue=f"{SITE}/{SOURCE}/sales",
        check="1h30",
    )
    assert key == Key(SITE, DESK, "")
    assert said == {
        "party": "client",
        "summary": "no orders",
        "telephony": SOURCE,
        "queue": "sales",
        "next_check_at": NOW + 90 * MINUTE,
    }
    _key, said = asked(look, Verb.OPEN_INCIDENT, party="own", summary="x", check="")
    assert "next_check_at" not in said


def test_where_there_are_several_sites_it_is_asked_which() -> None:
    sites = (make_site(), make_site(id="leeds", name="Leeds"))
    look = look_at(floor(sites=sites))
    key, said = asked(look, Verb.SHIFT_NOTE, text="hello", site="leeds")
    assert (key.site, said) == ("leeds", {"text": "hello"})
    only = look_at(floor())
    ask = ask_of(Verb.SHIFT_NOTE)
    assert ask is not None
    assert [each.name for each in ask.fields(Wanted(Verb.SHIFT_NOTE, new_offers(only), only))] == [
        "text"
    ]


def test_the_page_tells_what_has_become_of_it() -> None:
    events = (
        IncidentEvent(ago(3600), ANNA, "opened", "trunk B is down"),
        IncidentEvent(ago(60), Person("karl", "Karl"), "updated", "they look for it"),
    )
    one = replace(DUE, events=events)
    look = look_at(floor(one))
    page = LogPage("/".join(("incident", SITE, DESK, "due")))(look, 80)
    assert page is not None
    told = "\n".join("".join(text for text, _tone in line) for line in page)
    assert "Karl, told: they look for it" in told
    assert "! The next check was due at 14:27" in told
    assert LogPage("incident/x/y/z")(look, 80) is None


def test_as_json() -> None:
    told = json.loads(json.dumps(notes_json(floor(DUE, note()), None, NOW)))
    assert told["notes"][0]["text"] == "lift broken"
    (one,) = told["incidents"]
    assert (one["check_is_due"], one["ticket"], one["closed_at"]) == (True, None, None)


@pytest.mark.parametrize(
    ("line", "verb", "fields"),
    [
        ("note the lift is broken", Verb.SHIFT_NOTE, {"text": "the lift is broken"}),
        ("shift-note E-1 x", Verb.SHIFT_NOTE, {"text": "E-1 x"}),
        (
            "incident carrier trunk B, all of it",
            Verb.OPEN_INCIDENT,
            {"party": "carrier", "summary": "trunk B, all of it"},
        ),
        ("note E-1042 they rang", Verb.ADD_NOTE, {"text": "they rang"}),
    ],
)
def test_typed(tmp_path: Path, line: str, verb: Verb, fields: dict[str, str]) -> None:
    rig = Rig(tmp_path, records())
    assert rig.do(line) == ""
    done, _able, given, _comment = rig.done[-1]
    assert done == verb
    assert given.items() >= fields.items()


def test_a_note_for_a_complaint_that_is_misspelt_does_not_go_to_the_shift(tmp_path: Path) -> None:
    rig = Rig(tmp_path, records())
    assert "There is no complaint E-1024" in rig.do("note E-1024 they rang")
    assert not rig.done
    assert rig.do("incident") == ""
    assert rig.forms == [(Verb.OPEN_INCIDENT, {})]


def test_incidents_stand_under_the_bars_of_their_quarters() -> None:
    rows = [make_interval("sales", clock) for clock in ("13:30", "13:45", "14:00", "14:15")]
    own = incident("own", telephony=SOURCE, queue="sales", opened_at=ago(2000), closed_at=ago(1900))
    snapshot = make_snapshot(
        make_queue("sales", name="Sales"), *rows, incidents={Key(SITE, DESK, "own"): own}
    )
    figures = queue_figures(snapshot, SITE, MOMENT, Formula.OFFERED)

    def bars_of(queue: str) -> tuple[str, ...]:
        detail = present_queue_detail(
            figures, snapshot, Key(SITE, SOURCE, queue), MOMENT, (), 1_800_000
        )
        assert detail is not None
        return detail.bars

    offered, levels, marks, named = bars_of("sales")
    # It lasted from 13:58:47 to 14:00:27: under the second and the third bar.
    assert [at for at, char in enumerate(marks) if char == "^"][:2] == [
        offered.index("  ") + 3,
        offered.index("  ") + 4,
    ]
    assert levels.index("  ") < marks.index("^")
    assert named == "^ carrier: trunk B is down, 13:58 to 14:00"
