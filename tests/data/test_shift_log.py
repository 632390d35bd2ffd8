"""Notes, incidents, checklists and handovers at the desk, asked for as the screens' actions are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from data import contract
from data.actions.files import ActionFile, ActionInvalid, decode_action, encode_action
from data.actions.rules import RULES, may
from data.actions.verbs import Verb
from data.contract import ActionActor
from data.desk.perform import Answer, perform, refused
from data.desk.routes import Routes
from data.desk.rules import Refusal
from data.desk.store import SqliteKeeper
from data.files import FloorFiles
from data.model import DESK, AnyRecord, Checklist, Handover, Incident, Kind, Ms, Note, Promise
from data.settings import Role
from data.sync.desk_records import SHOWN_KINDS, as_change
from data.sync.desk_source import OVER_AT, _asked
from data.sync.requests import request_of
from tests.support.keys import uuid7

NOW: Ms = 1_773_216_000_000
MINUTE = 60_000
OWN = (
    *(Verb.PROMISE, Verb.MOVE_PROMISE, Verb.SETTLE_PROMISE, Verb.REOPEN_PROMISE),
    *(Verb.BRIEF, Verb.READ_NOTE),
    *(Verb.WITHDRAW_NOTE, Verb.CORRECT_NOTE, Verb.RESTORE_NOTE),
    *(Verb.SHIFT_NOTE, Verb.OPEN_INCIDENT, Verb.UPDATE_INCIDENT, Verb.CLOSE_INCIDENT),
    *(Verb.REOPEN_INCIDENT, Verb.TICK, Verb.UNTICK, Verb.SIGN_HANDOVER, Verb.TAKE_OVER),
)
LINES: list[dict[str, Any]] = [
    {"section": "incidents", "key": "incident/1", "text": "carrier: trunk B", "is_risk": True},
    {"section": "loans", "key": "loan/1", "text": "2 agents to Sales", "is_risk": True},
    {"section": "notes", "key": "note/1", "text": "said hello"},
]


class Desk:
    """A site's desk, told by actions as they lie in the spool."""

    def __init__(self, root: Path) -> None:
        self.keeper = SqliteKeeper.open(FloorFiles(root / "floor").make(), "hh")
        self._routes = Routes("hh", None)  # type: ignore[arg-type]
        self.now = NOW

    def do(self, verb: Verb, entity: str = "x", who: str = "anna", **fields: Any) -> Answer:
        self.now += MINUTE
        action = ActionFile(
            key=uuid7(self.now),
            verb=verb,
            site="hh",
            source=DESK,
            kind=RULES[verb].kind,
            entity=entity,
            version=1,
            pressed_at=self.now,
            not_after=self.now + RULES[verb].valid_ms,
            fields=fields,
        )
        request = request_of(
            decode_action(encode_action(action)), ActionActor(id=who, name=who.title()), 1
        )
        try:
            command = self._routes.command(_asked("hh", request), request.parts)
        except Refusal as refusal:
            return refused(refusal)
        with self.keeper.transaction():
            return perform(self.keeper, command, now=self.now)

    def record(self, kind: Kind, entity: str = "x") -> AnyRecord:
        kept = self.keeper.get(kind, entity)
        assert kept is not None
        record = as_change("hh", kept).record
        assert record is not None
        return record


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def problem(answer: Answer) -> tuple[str, str]:
    told = json.loads(answer.body)
    return told["type"].rpartition("/")[2].rpartition(":")[2], told.get("held_by", "")


def test_only_who_leads_may_and_all_of_it_is_shown() -> None:
    for verb in OWN:
        assert not may(Role.OBSERVER, verb), verb
        assert may(Role.TEAM_LEADER, verb), verb
        assert RULES[verb].kind in SHOWN_KINDS


def test_a_note_is_for_the_next_shift(desk: Desk) -> None:
    assert desk.do(Verb.SHIFT_NOTE, text="The \x1b[31mlift is broken").status == 200
    note = desk.record(Kind.NOTE)
    assert isinstance(note, Note)
    assert (note.author, note.audience, "\x1b" in note.text) == ("anna", None, False)


def test_an_incident_is_opened_told_of_closed_and_opened_again(desk: Desk) -> None:
    check = desk.now + 30 * MINUTE
    opened = desk.do(
        Verb.OPEN_INCIDENT,
        party="carrier",
        summary="trunk B is down",
        ticket="T-1",
        telephony="acd",
        queue="sales",
        next_check_at=check,
    )
    assert opened.status == 200, opened.body
    one = desk.record(Kind.INCIDENT)
    assert isinstance(one, Incident)
    assert (one.party, one.ticket, one.queue, one.opened_by.name) == (
        *("carrier", "T-1", "sales"),
        "Anna",
    )
    assert (one.next_check_at, one.is_unlooked(check - 1), one.is_unlooked(check)) == (
        *(check, False),
        True,
    )
    assert desk.do(Verb.UPDATE_INCIDENT, who="karl", text="they look for it").status == 200
    told = desk.record(Kind.INCIDENT)
    assert isinstance(told, Incident)
    assert (told.next_check_at, told.ticket) == (None, "T-1")  # nobody said when to look again
    assert not told.is_unlooked(check + 1)
    assert desk.do(Verb.CLOSE_INCIDENT, text="mended").status == 200
    again = desk.do(Verb.CLOSE_INCIDENT, who="karl")
    assert (again.status, problem(again)) == (409, ("wrong-state", "Anna"))
    assert problem(desk.do(Verb.UPDATE_INCIDENT, text="?"))[0] == "wrong-state"
    assert desk.do(Verb.REOPEN_INCIDENT).status == 200
    assert problem(desk.do(Verb.REOPEN_INCIDENT))[0] == "wrong-state"
    last = desk.record(Kind.INCIDENT)
    assert isinstance(last, Incident)
    assert last.is_open
    assert [(each.what, each.by.id) for each in last.events] == [
        ("opened", "anna"),
        ("updated", "karl"),
        ("closed", "anna"),
        ("reopened", "anna"),
    ]


def test_a_note_is_corrected_withdrawn_and_put_back_and_every_word_stays(desk: Desk) -> None:
    desk.do(Verb.SHIFT_NOTE, text="lift broken")
    assert desk.do(Verb.CORRECT_NOTE, who="karl", text="door broken").status == 200
    assert desk.do(Verb.CORRECT_NOTE, text="door broken").status == 422, "it says so already"
    assert desk.do(Verb.WITHDRAW_NOTE, who="karl", text="it was mended").status == 200
    again = desk.do(Verb.WITHDRAW_NOTE)
    assert (again.status, problem(again)) == (409, ("wrong-state", "Karl"))
    assert problem(desk.do(Verb.CORRECT_NOTE, text="?"))[0] == "wrong-state"
    note = desk.record(Kind.NOTE)
    assert isinstance(note, Note)
    assert (note.text, note.is_withdrawn) == ("door broken", True)
    assert [(each.what, each.by.name, each.text) for each in note.events] == [
        ("written", "Anna", "lift broken"),
        ("corrected", "Karl", "door broken"),
        ("withdrawn", "Karl", "it was mended"),
    ]
    assert desk.do(Verb.RESTORE_NOTE).status == 200
    assert problem(desk.do(Verb.RESTORE_NOTE))[0] == "wrong-state"
    back = desk.record(Kind.NOTE)
    assert isinstance(back, Note)
    assert (back.is_withdrawn, back.author, back.written_at) == (False, "anna", note.written_at)
    assert desk.do(Verb.WITHDRAW_NOTE, "nowhere").status == 404


def test_who_has_read_a_briefing_is_told_once(desk: Desk) -> None:
    to: dict[str, Any] = {"kind": "agents", "ids": ["karl", "jo"]}
    assert desk.do(Verb.BRIEF, text="new tariff", audience=to).status == 200
    assert desk.do(Verb.READ_NOTE, who="karl").status == 200
    assert desk.do(Verb.READ_NOTE, who="karl").status == 409
    assert desk.do(Verb.READ_NOTE).status == 409, "who has written it has read it"
    note = desk.record(Kind.NOTE)
    assert isinstance(note, Note)
    assert note.read_by == ("karl",)
    assert note.audience is not None
    assert note.audience.ids == ("karl", "jo")
    assert desk.do(Verb.READ_NOTE, "nowhere", "karl").status == 404


def test_a_note_that_was_kept_before_notes_had_a_history_begins_one(desk: Desk) -> None:
    plain = contract.Note(author="anna", text="lift broken", written_at=contract.from_ms(NOW))
    with desk.keeper.transaction():
        desk.keeper.put(Kind.NOTE, "old", plain, at=NOW, by="")
    assert desk.do(Verb.WITHDRAW_NOTE, "old", "karl").status == 200
    note = desk.record(Kind.NOTE, "old")
    assert isinstance(note, Note)
    assert [(each.what, each.by.id) for each in note.events] == [
        ("written", "anna"),
        ("withdrawn", "karl"),
    ]


def test_an_incident_that_was_a_mistake_is_withdrawn_and_can_be_put_back(desk: Desk) -> None:
    desk.do(Verb.OPEN_INCIDENT, party="own", summary="heating")
    assert desk.do(Verb.CLOSE_INCIDENT, text="other house", is_mistake=True).status == 200
    one = desk.record(Kind.INCIDENT)
    assert isinstance(one, Incident)
    assert (one.is_withdrawn, one.is_open, one.events[-1].what) == (True, False, "withdrawn")
    desk.do(Verb.REOPEN_INCIDENT)
    again = desk.record(Kind.INCIDENT)
    assert isinstance(again, Incident)
    assert (again.is_withdrawn, again.is_open) == (False, True)


def test_a_promise_is_made_moved_settled_once_and_opened_again(desk: Desk) -> None:
    due, anna, karl = (
        desk.now + 60 * MINUTE,
        {"id": "anna", "name": "Anna"},
        {
            "id": "karl",
            "name": "Karl",
        },
    )
    made: dict[str, Any] = {
        "text": "call back about the refund",
        "due_at": due,
        "to": anna,
        "reference": "E-1",
        "customer": "4912",
        "telephony": "acd",
        "about_kind": "escalation",
        "about_id": "e1",
    }
    assert desk.do(Verb.PROMISE, **made).status == 200
    one = desk.record(Kind.PROMISE)
    assert isinstance(one, Promise)
    assert (one.owner.name, one.due_at, one.reference) == ("Anna", due, "E-1")
    assert one.is_about(Kind.ESCALATION, ("hh", "acd", "e1"))
    assert not one.is_about(Kind.ESCALATION, ("hh", "other", "e1"))
    assert (one.is_missed(due - 1), one.is_missed(due)) == (False, True)
    same = desk.do(Verb.MOVE_PROMISE, due_at=due, to=anna)
    assert same.status == 422, "nothing is new"
    assert desk.do(Verb.MOVE_PROMISE, due_at=due + MINUTE, to=karl, text="they know").status == 200
    assert desk.do(Verb.SETTLE_PROMISE, who="karl", outcome="kept", text="refunded").status == 200
    again = desk.do(Verb.SETTLE_PROMISE, outcome="broken")
    assert (again.status, problem(again)) == (409, ("wrong-state", "Karl"))
    assert problem(desk.do(Verb.MOVE_PROMISE, due_at=due, to=anna))[0] == "wrong-state"
    kept = desk.record(Kind.PROMISE)
    assert isinstance(kept, Promise)
    assert (kept.is_open, kept.outcome, kept.owner.name) == (False, "kept", "Karl")
    assert not kept.is_missed(due + 10 * MINUTE)
    assert [(each.what, each.text) for each in kept.events] == [
        ("made", "call back about the refund"),
        ("moved", "they know"),
        ("kept", "refunded"),
    ]
    assert desk.do(Verb.REOPEN_PROMISE, text="it was the other one").status == 200
    assert problem(desk.do(Verb.REOPEN_PROMISE))[0] == "wrong-state"
    back = desk.record(Kind.PROMISE)
    assert isinstance(back, Promise)
    assert (back.is_open, back.outcome) == (True, "")
    assert (back.events[-1].what, back.events[-1].text) == ("reopened", "it was the other one")
    assert desk.do(Verb.SETTLE_PROMISE, "nowhere").status == 404


def test_a_promise_that_arrives_when_it_is_due_is_kept_on_record(desk: Desk) -> None:
    late = desk.do(
        Verb.PROMISE, text="call back", due_at=NOW - MINUTE, to={"id": "anna", "name": "Anna"}
    )
    assert late.status == 200


def test_what_is_open_is_shown_however_much_was_settled_since(desk: Desk) -> None:
    anna = {"id": "anna", "name": "Anna"}
    desk.do(Verb.PROMISE, "p0", text="in a month", due_at=desk.now + 10**9, to=anna)
    desk.do(Verb.OPEN_INCIDENT, "i0", party="own", summary="heating")
    for number in range(1, 4):
        desk.do(Verb.PROMISE, f"p{number}", text="call", due_at=desk.now + 10**6, to=anna)
        desk.do(Verb.SETTLE_PROMISE, f"p{number}", outcome="kept")
        desk.do(Verb.OPEN_INCIDENT, f"i{number}", party="own", summary="door")
        desk.do(Verb.CLOSE_INCIDENT, f"i{number}", text="shut")
    for kind, name in ((Kind.PROMISE, "p"), (Kind.INCIDENT, "i")):
        shown = [kept.id for kept in desk.keeper.living(kind, 2, OVER_AT[kind])]
        assert shown == [f"{name}0", f"{name}3"]


def test_nothing_said_of_an_incident_is_no_news(desk: Desk) -> None:
    desk.do(Verb.OPEN_INCIDENT, party="own", summary="heating")
    assert desk.do(Verb.UPDATE_INCIDENT).status == 422
    assert desk.do(Verb.UPDATE_INCIDENT, "nowhere", text="?").status == 404


def test_whose_an_incident_is_has_to_be_known() -> None:
    action = ActionFile(
        key=uuid7(NOW),
        verb=Verb.OPEN_INCIDENT,
        site="hh",
        source=DESK,
        kind=Kind.INCIDENT,
        entity="x",
        pressed_at=NOW,
        not_after=NOW,
        fields={"party": "nobody", "summary": "?"},
    )
    with pytest.raises(ActionInvalid):
        decode_action(encode_action(action))


def test_of_two_who_tick_the_first_has_and_it_can_be_taken_back(desk: Desk) -> None:
    run: dict[str, Any] = {"name": "opening", "starts_at": NOW}
    assert desk.do(Verb.TICK, "opening@1", item="phones", **run).status == 200
    assert desk.do(Verb.TICK, "opening@1", "karl", item="lights", **run).status == 200
    second = desk.do(Verb.TICK, "opening@1", "karl", item="phones", **run)
    assert (second.status, problem(second)) == (409, ("wrong-state", "Anna"))
    assert desk.do(Verb.UNTICK, "opening@1", item="phones", **run).status == 200
    assert desk.do(Verb.UNTICK, "opening@1", item="phones", **run).status == 409
    assert desk.do(Verb.UNTICK, "opening@2", item="phones", **run).status == 409
    kept = desk.record(Kind.CHECKLIST, "opening@1")
    assert isinstance(kept, Checklist)
    assert [(each.item, each.by.id) for each in kept.ticks] == [("lights", "karl")]
    assert (kept.name, kept.starts_at) == ("opening", NOW)


def test_a_handover_is_signed_and_each_risk_taken_over_by_another(desk: Desk) -> None:
    remarks = [{"section": "loans", "text": "ask Jo first"}]
    assert desk.do(Verb.SIGN_HANDOVER, since=NOW, lines=LINES, remarks=remarks).status == 200
    signed = desk.record(Kind.HANDOVER)
    assert isinstance(signed, Handover)
    assert [each.key for each in signed.unacknowledged] == ["incident/1", "loan/1"]
    assert signed.remarks[0].text == "ask Jo first"
    own = desk.do(Verb.TAKE_OVER, line="loan/1")
    assert (own.status, problem(own)[0]) == (403, "forbidden")
    assert desk.do(Verb.TAKE_OVER, who="karl", line="loan/1").status == 200
    twice = desk.do(Verb.TAKE_OVER, who="jo", line="loan/1")
    assert (twice.status, problem(twice)) == (409, ("wrong-state", "Karl"))
    assert desk.do(Verb.TAKE_OVER, who="karl", line="note/1").status == 422  # it is no risk
    after = desk.record(Kind.HANDOVER)
    assert isinstance(after, Handover)
    assert [each.key for each in after.unacknowledged] == ["incident/1"]
    assert after.lines[1].acknowledged_by is not None
    assert after.signed_at == signed.signed_at


def test_a_handover_of_what_is_to_come_or_with_one_thing_twice_is_refused(desk: Desk) -> None:
    late = desk.do(Verb.SIGN_HANDOVER, since=NOW + 60 * MINUTE)
    assert late.status == 422
    assert desk.do(Verb.SIGN_HANDOVER, since=NOW, lines=[*LINES, LINES[0]]).status == 422


def test_nobody_signs_what_somebody_has_acknowledged_already() -> None:
    line = {**LINES[0], "acknowledged_at": NOW}
    action = ActionFile(
        key=uuid7(NOW),
        verb=Verb.SIGN_HANDOVER,
        site="hh",
        source=DESK,
        kind=Kind.HANDOVER,
        entity="x",
        pressed_at=NOW,
        not_after=NOW,
        fields={"since": NOW, "lines": [line]},
    )
    with pytest.raises(ActionInvalid):
        decode_action(msgspec.json.encode(action))
