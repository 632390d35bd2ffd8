"""Promises to customers: how they are put on record, shown, handed over, and brought to mind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from data.actions.verbs import Undo, Verb
from data.figures.freshness import Moment
from data.figures.handover import Section
from data.figures.handover_draft import draw_up
from data.figures.shift_log import shift_log
from data.floor import FloorSnapshot, Key
from data.model import DESK, About, Incident, Kind, Person, Promise, PromiseEvent
from data.people import Person as Who
from data.rules.service_level import Formula
from data.settings import Role
from screens.acting.asks import ask_of
from screens.acting.offer import Offer, Wanted
from screens.acting.promise_asks import due_when
from screens.acting.promises import (
    promise_of_agent,
    promise_of_complaint,
    promise_of_contact,
    promise_of_nobody,
    promise_offers,
)
from screens.look import Look, Viewing
from screens.notes import LogPage, NotesPane
from screens.presenters.escalation_detail import present_escalation
from screens.presenters.handover_sheet import sheet_of
from screens.presenters.handover_words import worded
from screens.presenters.notes import present_notes
from screens.tones import Tone
from supervisor_tui.notes_json import notes_json
from supervisor_tui.reminding import Reminders
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    ago,
    instant,
    make_agent,
    make_contact,
    make_escalation,
    make_queue,
    make_snapshot,
)
from tests.screens.helpers import bench
from tests.screens.test_commanding import Rig, records
from tests.support.loopback import until

ANNA = Person("anna", "Anna")
MINUTE = 60_000
KEY = Key(SITE, DESK, "p1")


def promise(**changes: Any) -> Promise:
    made = PromiseEvent(ago(600), ANNA, "made", "call back", NOW + 30 * MINUTE, ANNA)
    given: dict[str, Any] = {
        "text": "call back",
        "due_at": NOW + 30 * MINUTE,
        "owner": ANNA,
        "reference": "E-1",
        "about": About(Kind.ESCALATION, "e1"),
        "telephony": SOURCE,
        "events": (made,),
        "version": 1,
    }
    return Promise(site=SITE, source=DESK, id="p1", **given | changes)


def floor(*promises: Promise) -> FloorSnapshot:
    keyed = {Key(each.site, each.source, each.id): each for each in promises}
    complaint = make_escalation("e1", reference="E-1", summary="payout")
    return make_snapshot(make_queue(), complaint, promises=keyed)


def look_at(snapshot: FloorSnapshot) -> Look:
    who = Who("anna", "Anna", Role.TEAM_LEADER)
    viewing = Viewing(
        floor_name="T",
        formula=Formula.OFFERED,
        rules=(),
        person="anna",
        who=who,
        owners=(who, Who("karl", "Karl", Role.TEAM_LEADER)),
    )
    return Look(snapshot=snapshot, moment=MOMENT, viewing=viewing)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2h", NOW + 120 * MINUTE),
        ("30m", NOW + 30 * MINUTE),
        ("18:00", instant("2026-03-11T18:00:00+01:00")),
        ("09:00", instant("2026-03-12T09:00:00+01:00")),
        ("2026-03-29 02:30", instant("2026-03-29T03:30:00+02:00")),
        ("2026-03-11 09:00", None),
        ("9999-12-31 23:59", None),  # in other zones it is of a year that no date can have
        ("soon", None),
        ("", None),
    ],
)
def test_by_when(text: str, at: int | None) -> None:
    assert due_when(text, NOW, "Europe/Berlin") == at


def asked(offer: Offer, look: Look, **fields: str) -> tuple[str, dict[str, Any]]:
    """Why not, and what would be sent."""
    ask = ask_of(offer.verb)
    assert ask is not None
    wanted = Wanted(offer.verb, [offer], look)
    assert {*ask.words} <= {each.name for each in ask.fields(wanted)}
    settled = ask.settle(wanted, fields)
    return settled.wanted.offers[0].why_not, {**offer.target.fields, **settled.fields}


def test_from_a_complaint_it_says_to_whom_and_by_default_it_is_ones_own() -> None:
    look = look_at(floor())
    key = Key(SITE, SOURCE, "e1")
    offer = promise_of_complaint(key, look.snapshot.escalations[key])
    ask = ask_of(Verb.PROMISE)
    assert ask is not None
    whose = ask.fields(Wanted(Verb.PROMISE, [offer], look))[2]
    assert whose.options == (("anna", "me: Anna"), ("karl", "Karl"))
    why_not, said = asked(offer, look, text="call back", by="18:00", to="karl")
    assert not why_not
    assert offer.target.key == Key(SITE, DESK, "")
    assert said["to"] == {"id": "karl", "name": "Karl"}
    assert said["due_at"] == instant("2026-03-11T18:00:00+01:00")
    assert (said["reference"], said["about_kind"], said["about_id"]) == ("E-1", "escalation", "e1")
    assert asked(offer, look, text="x", by="yesterday", to="karl")[0]
    assert asked(offer, look, text="x", by="2h", to="nobody")[0]


def test_from_a_contact_it_bears_the_masked_number_and_from_nowhere_none() -> None:
    fields = promise_of_contact(make_contact("c1", caller_masked="•••4912")).target.fields
    assert (fields["customer"], fields["about_id"]) == ("•••4912", "c1")
    talks = make_agent("1001", contact="c1")
    look = look_at(make_snapshot(make_contact("c1", caller_masked="•••4912"), talks))
    assert promise_of_agent(talks, look).target.fields == fields
    assert "no customer" in promise_of_agent(make_agent("1002"), look).why_not
    assert promise_of_nobody(SITE).target.fields == {}
    assert promise_of_nobody("").why_not


def test_what_can_be_done_to_it_and_what_takes_that_back() -> None:
    settle, move, reopen = promise_offers(KEY, promise(), look_at(floor()).doings)
    assert (settle.why_not, move.why_not, bool(reopen.why_not)) == ("", "", True)
    owner = {"id": "anna", "name": "Anna"}
    before = {"due_at": NOW + 30 * MINUTE, "to": owner}
    assert move.target.undo == Undo(Verb.MOVE_PROMISE, before)
    assert settle.target.undo == Undo(Verb.REOPEN_PROMISE)
    done = promise(settled_at=NOW, outcome="kept")
    assert [bool(each.why_not) for each in promise_offers(KEY, done, look_at(floor()).doings)] == [
        True,
        True,
        False,
    ]
    look = look_at(floor(promise()))
    moved = asked(replace(move, target=replace(move.target, key=KEY)), look, to="karl", by="2h")
    assert moved[1] == {"due_at": NOW + 120 * MINUTE, "to": {"id": "karl", "name": "Karl"}}


async def test_what_somebody_else_settled_is_opened_again_by_the_key_that_opens_incidents() -> None:
    done = promise(settled_at=NOW, outcome="broken", events=())
    row = "/".join((Kind.PROMISE, *KEY))
    look, pane = look_at(floor(done)), NotesPane(is_ascii=True)
    (reopen,) = [each for each in pane.offers(row, look) if each.verb is Verb.REOPEN_PROMISE]
    assert (reopen.why_not, reopen.target.undo) == (
        "",
        Undo(Verb.SETTLE_PROMISE, {"outcome": "broken"}),
    )
    ask = ask_of(Verb.REOPEN_PROMISE)
    assert ask is not None
    (why,) = ask.fields(Wanted(Verb.REOPEN_PROMISE, [reopen], look))
    assert (why.name, why.is_needed) == ("text", True)
    acts = {action.argument: action.keys for action in pane.acts_on(row)}
    assert acts[Verb.REOPEN_PROMISE] == ("O",)
    assert Verb.REOPEN_INCIDENT not in acts
    async with bench(pane) as (app, _pilot):
        for key, verb in ((row, Verb.REOPEN_PROMISE), ("incident/x", Verb.REOPEN_INCIDENT)):
            pane.action_act(Verb.REOPEN_INCIDENT, key)
            await until(lambda verb=verb: verb in [x.verb for x in app.heard(pane.ActWanted)])


def test_it_stands_by_when_it_is_due_and_what_is_long_settled_nowhere() -> None:
    missed = promise(due_at=ago(300))
    kept = replace(promise(settled_at=ago(60), outcome="kept"), id="p2")
    old = replace(promise(settled_at=ago(200_000), outcome="kept"), id="p3")
    snapshot = floor(missed, kept, old)
    assert [key.id for key, _one in shift_log(snapshot, SITE, NOW)] == ["p1", "p2"]
    view = present_notes(snapshot, None, NOW)
    first, second = view.rows
    assert first.cells[:3] == ("promise", "E-1: call back", "! 5m ago")
    assert (first.tones[2], first.mark.strip()) == (Tone.LOOK, "!")
    assert second.cells[2] == "kept"
    page = LogPage("/".join(("promise", *KEY)))(look_at(snapshot), 80)
    assert page is not None
    told = "\n".join("".join(text for text, _tone in line) for line in page)
    assert "! It was to be kept by 14:27:07; it is Anna's." in told
    assert "Anna, promised: call back" in told
    one = json.loads(json.dumps(notes_json(snapshot, None, NOW)))["promises"][0]
    assert (one["is_missed"], one["complaint"], one["owner"]) == (True, "E-1", "Anna")


def test_it_is_handed_over_as_a_risk_until_it_is_settled() -> None:
    def lines(one: Promise) -> list[tuple[str, bool]]:
        snapshot = floor(one)
        draft = draw_up(snapshot, SITE, ago(3600), MOMENT, Formula.OFFERED)
        said = worded(draft, sheet_of(look_at(snapshot), SITE).by)
        return [(each.text, each.is_risk) for each in said if each.section == Section.PROMISES]

    assert lines(promise()) == [("E-1: call back, by 15:02, Anna", True)]
    assert lines(promise(due_at=ago(300))) == [("E-1: call back, NOT KEPT by 14:27, Anna", True)]
    assert lines(promise(settled_at=NOW, outcome="kept")) == []


def test_its_complaint_tells_of_it() -> None:
    detail = present_escalation(floor(promise()), Key(SITE, SOURCE, "e1"), NOW, "Europe/Berlin")
    assert detail is not None
    assert dict(detail.more)["Promised"] == "call back, by 15:02:07, Anna: in 30m"


def test_it_rings_once_when_it_is_due() -> None:
    reminders = Reminders()
    later = Moment(NOW + 31 * MINUTE, MOMENT.mono_ms, MOMENT.boot_id)
    assert reminders.newly(floor(promise()), MOMENT, 10**9) == ()
    (due,) = reminders.newly(floor(promise()), later, 10**9)
    assert due.text == "a promise is due: E-1: call back, Anna"
    assert reminders.newly(floor(promise()), later, 10**9) == ()


def test_an_incident_rings_once_when_somebody_is_to_look_again() -> None:
    incident = Incident(
        *(),
        site=SITE,
        source=DESK,
        id="i",
        party="carrier",
        summary="trunk B",
        opened_at=ago(60),
        opened_by=ANNA,
        next_check_at=NOW + 30 * MINUTE,
    )
    snapshot = make_snapshot(make_queue(), incidents={Key(SITE, DESK, "i"): incident})
    reminders = Reminders()
    later = Moment(NOW + 31 * MINUTE, MOMENT.mono_ms, MOMENT.boot_id)
    assert reminders.newly(snapshot, MOMENT, 10**9) == ()
    (due,) = reminders.newly(snapshot, later, 10**9)
    assert due.text == "look at it again: trunk B"
    assert reminders.newly(snapshot, later, 10**9) == ()


def test_typed(tmp_path: Path) -> None:
    """Whose it is the form still asks where the floor lists nobody."""
    rig = Rig(tmp_path, records())
    assert rig.do("promise E-1042 2h call them back") == ""
    assert rig.forms == [(Verb.PROMISE, {"by": "2h", "text": "call them back"})]
