"""What can be done to a complaint in each state, why what cannot be done cannot, what is asked."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from data import contract
from data.actions.fields import Fields
from data.actions.files import fields_of
from data.actions.rules import RULES
from data.actions.seen import seen_of
from data.actions.verbs import Undo, Verb
from data.desk.commands import COMPLAINT_RULES
from data.desk.messages import DESK
from data.desk.rules import Refusal
from data.figures.doings import NO_DOINGS, Doings
from data.floor import Key
from data.model import ComplaintClock, Escalation, Kind, Owner
from data.people import Person
from data.rules.service_level import Formula
from data.settings import Role
from data.status import ActionRow, ActionState
from screens.acting.asks import ask_of
from screens.acting.complaints import (
    COMPLAINT_VERBS,
    complaint_offer,
    complaint_offers,
    given_back,
)
from screens.acting.offer import COMMENT, Offer, Wanted
from screens.look import Look, Viewing
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    ago,
    make_escalation,
    make_health,
    make_snapshot,
)
from tests.support.acting import make_action

KEY = Key(SITE, SOURCE, "e1")
ME = Owner("anna", "Anna Berg", ago(60))
KARL = Owner("karl", "K. Orlov", ago(600))
MET = (ComplaintClock("acknowledge", NOW + 720_000, met_at=ago(5)),)


def look_at(*complaints: Escalation, doings: Doings = NO_DOINGS, **changes: Any) -> Look:
    people = [("anna", "Anna Berg"), ("dana", "Dana Ives"), ("karl", "K. Orlov")]
    owners = tuple(Person(number, name, Role.TEAM_LEADER) for number, name in people)
    viewing = Viewing(
        floor_name="F", formula=Formula.OFFERED, rules=(), person="anna", owners=owners
    )
    floor = make_snapshot(*complaints, **changes)
    return Look(snapshot=floor, moment=MOMENT, viewing=viewing, doings=doings)


def reasons(doings: Doings = NO_DOINGS, **changes: Any) -> dict[Verb, str]:
    complaint = make_escalation(**changes)
    offers = complaint_offers(KEY, complaint, look_at(complaint, doings=doings))
    return {each.verb: each.why_not for each in offers}


FREE: dict[Verb, str] = dict.fromkeys(COMPLAINT_VERBS, "")
OPEN = {
    Verb.CLOSE: "E-1042 is not settled yet: resolve or refer it first.",
    Verb.REOPEN: "E-1042 is open.",
}
KARLS = dict.fromkeys(
    (Verb.CLAIM, Verb.ESCALATE, Verb.HAND_BACK, Verb.RESOLVE, Verb.REFER), "K. Orlov has E-1042."
)
SETTLED = (
    *(Verb.CLAIM, Verb.ASSIGN, Verb.ACKNOWLEDGE, Verb.SEVERITY, Verb.ESCALATE, Verb.HAND_BACK),
    *(Verb.RESOLVE, Verb.REFER),
)


@pytest.mark.parametrize(
    ("changes", "greyed"),
    [
        pytest.param({}, {**OPEN, Verb.HAND_BACK: "Nobody has E-1042."}, id="new"),
        pytest.param(
            {"owner": ME, "status": "acknowledged", "clocks": MET},
            {
                **OPEN,
                Verb.CLAIM: "E-1042 is yours already.",
                Verb.ACKNOWLEDGE: "E-1042 is acknowledged already.",
            },
            id="mine",
        ),
        pytest.param({"owner": KARL}, {**OPEN, **KARLS}, id="somebody else's"),
        pytest.param(
            {"tier": 4},
            {
                **OPEN,
                Verb.HAND_BACK: "Nobody has E-1042.",
                Verb.ESCALATE: "E-1042 is at the highest tier already.",
            },
            id="highest tier",
        ),
        pytest.param(
            {"owner": ME, "status": "resolved"},
            dict.fromkeys(SETTLED, "E-1042 is resolved; O opens it again."),
            id="resolved",
        ),
        pytest.param(
            {"owner": KARL, "status": "resolved"},
            {
                **dict.fromkeys(SETTLED, "E-1042 is resolved; O opens it again."),
                **dict.fromkeys((Verb.CLOSE, Verb.REOPEN), "K. Orlov has E-1042."),
            },
            id="resolved by somebody else",
        ),
        pytest.param(
            {"status": "referred"},
            dict.fromkeys(SETTLED, "E-1042 is referred outside; O opens it again."),
            id="referred",
        ),
        pytest.param(
            {"status": "closed"},
            {
                **dict.fromkeys(SETTLED, "E-1042 is closed; O opens it again."),
                Verb.CLOSE: "E-1042 is closed already.",
            },
            id="closed",
        ),
    ],
)
def test_every_state_says_what_cannot_be_done_and_why(
    changes: dict[str, Any], greyed: dict[Verb, str]
) -> None:
    assert reasons(**changes) == {**FREE, **greyed}


SAID: dict[Verb, dict[str, Any]] = {
    Verb.ASSIGN: {"to": contract.ActionActor(id="dana", name="Dana Ives")},
    Verb.ADD_NOTE: {"text": "x"},
    Verb.SEVERITY: {"severity": "high"},
    Verb.ESCALATE: {"tier": 4},
    Verb.RESOLVE: {"resolution": "refunded"},
    Verb.REFER: {"to": "Ombudsman"},
}
STATUSES = ("new", "acknowledged", "investigating", "resolved", "referred", "closed")
RUNNING = make_escalation().clocks


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("owner", [None, ME, KARL])
@pytest.mark.parametrize("tier", [2, 4])
@pytest.mark.parametrize("clocks", [(), MET, RUNNING])
def test_what_is_offered_the_desk_does_and_what_is_greyed_it_refuses(
    status: str, owner: Owner | None, tier: int, clocks: tuple[ComplaintClock, ...]
) -> None:
    record = make_escalation(status=status, owner=owner, tier=tier, clocks=clocks)
    offers = complaint_offers(KEY, record, look_at(record))
    assert {each.verb: not each.why_not for each in offers} == {
        each.verb: _does(each.verb, record) for each in offers
    }


def _does(verb: Verb, record: Escalation) -> bool:
    """Whether the keeper of the record would."""
    body_type, rule = COMPLAINT_RULES[RULES[verb].path.rpartition("/")[2]]
    actor = contract.ActionActor(id="anna", name="Anna Berg")
    body = body_type(not_after=contract.from_ms(NOW), actor=actor, **SAID.get(verb, {}))
    try:
        rule(_on_the_wire(record), body, NOW)
    except Refusal:
        return False
    return True


def _on_the_wire(record: Escalation) -> contract.Escalation:
    owner = record.owner
    return contract.Escalation(
        reference=record.reference,
        summary=record.summary,
        channel="voice",
        status=record.status,
        severity="medium",
        received_at=contract.from_ms(record.received_at),
        tier=record.tier,
        owner=None
        if owner is None
        else contract.Owner(id=owner.id, name=owner.name, since=contract.from_ms(owner.since)),
        clocks=[
            contract.ComplaintClock(
                name=each.name,
                due_at=contract.from_ms(each.due_at),
                met_at=None if each.met_at is None else contract.from_ms(each.met_at),
            )
            for each in record.clocks
        ],
        events=[],
    )


def test_what_is_on_its_way_keeps_everything_else_from_being_asked() -> None:
    row = ActionRow(
        key="k1",
        actor="anna",
        verb="severity",
        site=SITE,
        source=SOURCE,
        kind=Kind.ESCALATION,
        entity="e1",
        state=ActionState.SAVED,
        pressed_at=NOW,
        not_after=NOW,
        updated_at=NOW,
    )
    said = "severity E-1042 is still on its way."
    assert reasons(Doings((row,))) == dict.fromkeys(COMPLAINT_VERBS, said)


def test_what_the_keeper_cannot_do_is_greyed_and_what_is_not_known_is_asked() -> None:
    complaint = make_escalation()
    health = make_health(operations=("claimEscalation",))
    look = look_at(complaint, sources=(health,))
    offers = {each.verb: each.why_not for each in complaint_offers(KEY, complaint, look)}
    assert offers[Verb.CLAIM] == ""
    assert offers[Verb.RESOLVE] == "The system that keeps E-1042 cannot do that."


def test_an_offer_carries_what_the_person_saw_and_the_version() -> None:
    complaint = make_escalation(version=7, owner=KARL)
    for offer in complaint_offers(KEY, complaint, look_at(complaint)):
        assert (offer.target.version, offer.target.subject) == (7, "E-1042")
        assert offer.target.seen == seen_of(offer.verb, complaint)
        assert offer.target.seen["owner"] == "K. Orlov"


@pytest.mark.parametrize(
    ("verb", "changes", "undo"),
    [
        (Verb.CLAIM, {}, Undo(Verb.HAND_BACK)),
        (Verb.HAND_BACK, {"owner": ME}, Undo(Verb.CLAIM)),
        (Verb.SEVERITY, {"severity": "low"}, Undo(Verb.SEVERITY, {"severity": "low"})),
        (Verb.RESOLVE, {}, Undo(Verb.REOPEN)),
        (Verb.CLOSE, {"status": "resolved"}, Undo(Verb.REOPEN)),
        (Verb.REFER, {}, Undo(Verb.REOPEN)),
        (
            Verb.REOPEN,
            {"status": "closed", "resolution": "refunded", "outcome": "upheld"},
            Undo(Verb.RESOLVE, {"resolution": "refunded", "outcome": "upheld"}),
        ),
        (
            Verb.REOPEN,
            {"status": "referred", "referred_to": "Ombudsman"},
            Undo(Verb.REFER, {"to": "Ombudsman"}),
        ),
        (Verb.ACKNOWLEDGE, {}, None),
        (Verb.ADD_NOTE, {}, None),
        (Verb.ESCALATE, {}, None),
    ],
)
def test_what_can_be_taken_back_says_by_what(
    verb: Verb, changes: dict[str, Any], undo: Undo | None
) -> None:
    complaint = make_escalation(**changes)
    assert complaint_offer(verb, KEY, complaint, look_at(complaint)).target.undo == undo


def test_only_what_changes_a_record_for_good_wants_a_letter_of_its_own() -> None:
    final = {verb for verb in COMPLAINT_VERBS if RULES[verb].is_final}
    assert final == {Verb.ACKNOWLEDGE, Verb.ESCALATE}


# What is asked


def wanted(verb: Verb, *complaints: Escalation, **changes: Any) -> Wanted:
    rows = complaints or (make_escalation(**changes),)
    look = look_at(*rows)
    offers = [complaint_offer(verb, Key(SITE, SOURCE, each.id), each, look) for each in rows]
    return Wanted(verb, offers, look)


def options(verb: Verb, name: str, **changes: Any) -> list[str]:
    ask = ask_of(verb)
    assert ask is not None
    field = next(each for each in ask.fields(wanted(verb, **changes)) if each.name == name)
    return [value for value, _words in field.options]


def settle(want: Wanted, **answers: str) -> tuple[list[Offer], Fields]:
    """What an answer makes of it; the fields have to be such as the spool takes."""
    ask = ask_of(want.verb)
    assert ask is not None
    asked = {each.name: each.value for each in ask.fields(want)}
    settled = ask.settle(want, ask.read({**asked, **answers}))
    offers = list(settled.wanted.offers)
    action = make_action(want.verb, fields={**offers[0].target.fields, **settled.fields}, version=0)
    return offers, fields_of(action)


def test_it_can_be_given_to_me_first_then_to_whoever_may_own_one_or_has() -> None:
    assert options(Verb.ASSIGN, "to") == ["anna", "dana", "karl"]
    assert options(Verb.ASSIGN, "to", owner=KARL) == ["anna", "dana"]
    zoe = Owner("zoe", "Zoe Q", NOW)
    want = wanted(Verb.ASSIGN, make_escalation(), make_escalation("e2", owner=zoe))
    ask = ask_of(Verb.ASSIGN)
    assert ask is not None
    assert [words for _value, words in ask.fields(want)[0].options] == [
        "me: Anna Berg",
        "Dana Ives",
        "K. Orlov",
        "Zoe Q",
    ]


@pytest.mark.parametrize(
    ("owner", "to", "undo"),
    [
        (None, "anna", Undo(Verb.HAND_BACK)),
        (None, "dana", None),
        (KARL, "anna", Undo(Verb.ASSIGN, {"to": {"id": "karl", "name": "K. Orlov"}})),
        (ME, "dana", Undo(Verb.ASSIGN, {"to": {"id": "anna", "name": "Anna Berg"}})),
    ],
)
def test_what_was_given_away_goes_back_to_whoever_had_it(
    owner: Owner | None, to: str, undo: Undo | None
) -> None:
    offers, fields = settle(wanted(Verb.ASSIGN, owner=owner), to=to)
    assert offers[0].target.undo == undo
    assert fields.to.id == to  # type: ignore[attr-defined]
    assert fields.to.name  # type: ignore[attr-defined]


def test_of_several_those_that_are_so_already_are_left_out_with_the_reason() -> None:
    others = make_escalation(), make_escalation("e2", reference="E-7", owner=KARL, severity="high")
    offers, _fields = settle(wanted(Verb.ASSIGN, *others), to="karl")
    assert [each.why_not for each in offers] == ["", "K. Orlov has E-7."]
    offers, _fields = settle(wanted(Verb.SEVERITY, *others), severity="high")
    assert [each.why_not for each in offers] == ["", "E-7 has that severity already."]
    tiers = make_escalation(), make_escalation("e2", reference="E-7", tier=3)
    offers, _fields = settle(wanted(Verb.ESCALATE, *tiers), tier="3")
    assert [each.why_not for each in offers] == ["", "E-7 is at that tier already."]


def test_only_the_next_tiers_and_other_severities_can_be_chosen() -> None:
    assert options(Verb.ESCALATE, "tier") == ["3", "4"]
    assert options(Verb.ESCALATE, "tier", tier=3) == ["4"]
    assert options(Verb.SEVERITY, "severity", severity="high") == ["low", "medium", "critical"]


def test_nothing_that_settles_it_is_chosen_beforehand_and_an_enquiry_has_no_outcome() -> None:
    assert options(Verb.RESOLVE, "outcome")[0] == options(Verb.RESOLVE, "resolution")[0] == ""
    ask = ask_of(Verb.RESOLVE)
    assert ask is not None
    fields = ask.fields(wanted(Verb.RESOLVE, kind="enquiry"))
    assert [each.name for each in fields] == ["resolution", COMMENT]
    settle(wanted(Verb.RESOLVE, kind="enquiry"), resolution="passed_on")


@pytest.mark.parametrize(
    ("verb", "answers"),
    [
        (Verb.ADD_NOTE, {"text": "called twice"}),
        (Verb.SEVERITY, {}),
        (Verb.ESCALATE, {"tier": "3", COMMENT: "wants a manager"}),
        (Verb.RESOLVE, {"outcome": "upheld", "resolution": "refunded"}),
        (Verb.REFER, {"to": "Ombudsman"}),
    ],
)
def test_an_answer_makes_an_action_that_the_spool_takes(
    verb: Verb, answers: dict[str, str]
) -> None:
    offers, _fields = settle(wanted(verb), **answers)
    assert all(not each.why_not for each in offers)


# Putting one on record


def raising(**changes: Any) -> Wanted:
    from screens.acting.raising import raise_of_contact
    from tests.builders import make_contact, make_queue

    contact = make_contact(caller_key="k", **changes)
    look = look_at(make_escalation(), contact, make_queue())  # type: ignore[arg-type]
    return Wanted(Verb.RAISE, [raise_of_contact(contact, look)], look)


def test_a_new_one_knows_its_contact_and_goes_where_contacts_complaints_are_kept() -> None:
    want = raising(agent="1001")
    offers, fields = settle(want, summary="double charge", vulnerable="yes")
    target = offers[0].target
    assert target.key[:2] == (SITE, SOURCE)
    assert target.fields == {
        "queue": "claims",
        "contact": "c1",
        "agent": "1001",
        "channel": "voice",
        "caller_masked": "•••4912",
        "caller_key": "k",
    }
    assert (fields.received_at, fields.vulnerable) == (NOW, True)  # type: ignore[attr-defined]
    assert offers[0].about == "Claims"


def test_where_the_source_keeps_none_the_desk_does() -> None:
    from screens.acting.raising import raise_of_contact
    from tests.builders import make_contact

    contact = make_contact()
    look = look_at(contact, sources=(make_health(operations=()),))  # type: ignore[arg-type]
    offer = raise_of_contact(contact, look)
    assert offer.target.key.source == DESK
    assert offer.effect == "on record at the floor's own desk"


def test_it_is_said_that_the_caller_has_one_open_already() -> None:
    from screens.acting.raising import raise_of_contact
    from tests.builders import make_contact

    contact = make_contact(caller_key="k")
    for changes, said in (
        ({"caller_key": "k"}, True),
        ({"caller_key": "k", "status": "closed"}, False),
    ):
        look = look_at(make_escalation(**changes), contact)  # type: ignore[arg-type]
        assert ("E-1042 open already" in raise_of_contact(contact, look).effect) is said


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("", "2026-03-11 14:32:07"),
        ("14:32", "2026-03-11 14:32:07"),
        ("14:31", "2026-03-11 14:31:00"),
        ("14:33", "2026-03-10 14:33:00"),
        ("2026-03-09 8:05", "2026-03-09 08:05:00"),
    ],
)
def test_when_it_came_in_is_the_latest_such_time(typed: str, clock: str) -> None:
    from data.zones import local
    from screens.acting.raising import received_at

    at = received_at(typed, raising())
    assert at is not None
    assert f"{local(at, 'Europe/Berlin'):%Y-%m-%d %H:%M:%S}" == clock


@pytest.mark.parametrize("typed", ["25:00", "soon", "2026-03-12 08:00", "2026-02-30 08:00", "7"])
def test_a_time_that_cannot_be_is_said_and_nothing_is_put_on_record(typed: str) -> None:
    from screens.acting.raising import received_at

    want = raising()
    assert received_at(typed, want) is None
    ask = ask_of(Verb.RAISE)
    assert ask is not None
    field = next(each for each in ask.fields(want) if each.name == "received")
    assert field.check is not None
    said = "Received: a time that has been, as 14:32 or 2026-03-11 14:32."
    assert field.check(typed) == said
    settled = ask.settle(want, {"summary": "x", "received": typed})
    assert [each.why_not for each in settled.wanted.offers] == [said]
    assert replace(settled.wanted.offers[0], why_not="") == want.offers[0]


@pytest.mark.parametrize(
    ("owner", "changes"),
    [
        (None, {}),
        (ME, {"severity": "high"}),
        (KARL, {}),
        (ME, {"status": "resolved", "resolution": "refunded", "outcome": "upheld"}),
        (None, {"status": "referred", "referred_to": "Ombudsman"}),
    ],
)
def test_what_takes_something_back_needs_no_answer_and_is_a_whole_action(
    owner: Owner | None, changes: dict[str, Any]
) -> None:
    """As `U` does it: the fields stand in the target, and nothing is asked."""
    complaint = make_escalation(owner=owner, **changes)
    undos = [each.target.undo for each in complaint_offers(KEY, complaint, look_at(complaint))]
    undos.append(given_back(complaint, "anna", "anna"))
    for undo in filter(None, undos):
        want = wanted(undo.verb, complaint)
        ask = ask_of(undo.verb)
        settled = ask.settle(want, {}) if ask is not None else None
        fields = {**undo.fields, **(settled.fields if settled is not None else {})}
        fields_of(make_action(undo.verb, fields=fields, version=0))
