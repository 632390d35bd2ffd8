"""What can be done to a contact that waits, why not, what is asked, and how they are listed."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import convert

from data.actions.rules import RULES
from data.actions.verbs import Undo, Verb
from data.figures.doings import NO_DOINGS, Doings
from data.floor import Key
from data.model import AgentState, Channel, ContactState, Kind, Owner, Switch
from data.rules.service_level import Formula
from data.status import ActionRow, ActionState
from screens.acting.asks import ask_of
from screens.acting.contacts import LATER, SOONER, contact_offers
from screens.acting.offer import Offer, Wanted
from screens.look import Look, Viewing
from screens.presenters.waiting import present_waiting
from screens.widgets.form import Field
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_contact,
    make_escalation,
    make_health,
    make_queue,
    make_snapshot,
)

KEY = Key(SITE, SOURCE, "c1")
QUEUES = (
    make_queue("claims"),
    make_queue("sales", contacts_waiting=3),
    make_queue("night", switches=(Switch(name="closed", on=True),)),
    make_queue("mail", channel=Channel.EMAIL),
    make_queue("calls", direction="outbound"),
)


def look_at(*records: Any, doings: Doings = NO_DOINGS, **changes: Any) -> Look:
    viewing = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=())
    snapshot = make_snapshot(*QUEUES, *records, **changes)
    return Look(snapshot=snapshot, moment=MOMENT, viewing=viewing, doings=doings)


def offers(look: Look) -> dict[tuple[Verb, str], Offer]:
    return {(each.verb, each.way): each for each in contact_offers(KEY, look)}


def fields(look: Look, verb: Verb, way: str = "") -> tuple[Field, ...]:
    ask = ask_of(verb)
    assert ask is not None
    return ask.fields(Wanted(verb, [offers(look)[verb, way]], look))


def test_priority_goes_up_and_down_and_back() -> None:
    found = offers(look_at(make_contact(priority=4)))
    for way, priority in ((SOONER, 5), (LATER, 3)):
        target = found[Verb.PRIORITY, way].target
        assert target.fields == {"priority": priority}
        assert target.undo == Undo(Verb.PRIORITY, {"priority": 4})
        assert target.seen == {"state": "waiting", "queue": "claims", "agent": ""}
        convert(dict(target.fields), RULES[Verb.PRIORITY].fields)


@pytest.mark.parametrize("priority", [1000, -1000])
def test_priority_stays_within_the_contract(priority: int) -> None:
    found = offers(look_at(make_contact(priority=priority)))
    for way in (SOONER, LATER):
        convert(dict(found[Verb.PRIORITY, way].target.fields), RULES[Verb.PRIORITY].fields)


def test_a_priority_by_number_is_a_number() -> None:
    look = look_at(make_contact(priority=4))
    (field,) = fields(look, Verb.PRIORITY)
    ask = ask_of(Verb.PRIORITY)
    assert ask is not None
    assert field.check is not None
    assert field.value == "4"
    assert not fields(look, Verb.PRIORITY, SOONER)
    assert {bool(field.check(text)) for text in ("7", "-3", "1000")} == {False}
    assert {bool(field.check(text)) for text in ("", "x", "1001", "1.5")} == {True}
    assert ask.read({"priority": "-3"}) == {"priority": -3}
    assert ask.read({}) == {}


def test_it_is_moved_to_an_open_queue_of_its_channel_first() -> None:
    look = look_at(make_contact())
    (field,) = fields(look, Verb.MOVE)
    assert field.options == (("sales", "Sales, 3 waiting"), ("night", "Night, CLOSED"))
    assert offers(look)[Verb.MOVE, ""].target.undo == Undo(Verb.MOVE, {"queue": "claims"})


OWNER = make_agent(
    "1007", name="Lena Vogt", state=AgentState.READY, since=ago(5), queues=("sales",)
)
COMPLAINT = make_escalation(
    caller_key="key-of-4912", owner=Owner("1007", "Lena Vogt", ago(900)), status="investigating"
)


def test_it_is_given_to_who_has_the_complaint_or_has_been_ready_longest() -> None:
    agents = (
        make_agent("1001", since=ago(10)),
        make_agent("1002", since=ago(90)),
        make_agent("1003", state=AgentState.BUSY),
        make_agent("1004", queues=("sales",)),
    )
    (field,) = fields(look_at(make_contact(), COMPLAINT, OWNER, *agents), Verb.GIVE)
    assert [value for value, _words in field.options] == ["1007", "1002", "1001"]
    assert field.options[0][1] == "1007 Lena Vogt, ready 0:05, has the complaint"
    (field,) = fields(look_at(make_contact(), OWNER, *agents), Verb.GIVE)
    assert [value for value, _words in field.options] == ["1002", "1001"]


def test_nobody_to_give_it_to_is_said() -> None:
    busy = make_agent("1001", state=AgentState.BUSY)
    look = look_at(make_contact(), busy)
    assert offers(look)[Verb.GIVE, ""].why_not == "No agent of its queue is ready."


def test_what_no_longer_waits_can_have_nothing_done_to_it() -> None:
    look = look_at(make_contact(state=ContactState.CONNECTED))
    assert {each.why_not for each in offers(look).values()} == {"This contact no longer waits."}
    assert contact_offers(KEY, look_at()) == ()


def test_hanging_up_cannot_be_taken_back() -> None:
    offer = offers(look_at(make_contact()))[Verb.HANG_UP, ""]
    assert offer.target.undo is None
    assert RULES[Verb.HANG_UP].is_final


def test_what_the_system_cannot_do_is_greyed() -> None:
    look = look_at(make_contact(), sources=[make_health(operations=("prioritiseContact",))])
    why = {key: each.why_not for key, each in offers(look).items()}
    assert why[Verb.PRIORITY, SOONER] == ""
    assert (
        why[Verb.MOVE, ""]
        == why[Verb.HANG_UP, ""]
        == "This telephone system cannot do that, or does not let our account do it."
    )


def under_way() -> Doings:
    row = ActionRow(
        key="k1",
        actor="anna",
        verb=Verb.MOVE,
        site=SITE,
        source=SOURCE,
        kind=Kind.CONTACT,
        entity="c1",
        state=ActionState.SENDING,
        pressed_at=ago(1),
        not_after=NOW + 60_000,
        updated_at=NOW,
    )
    return Doings((row,))


def test_what_is_under_way_stands_in_its_row_and_greys_the_rest() -> None:
    look = look_at(make_contact(), make_contact("c2", priority=3), doings=under_way())
    assert {each.why_not for each in offers(look).values()} == {
        "Your last action on this contact is still on its way."
    }
    figures = look.figures.queue(Key(SITE, SOURCE, "claims"))
    assert figures is not None
    view = present_waiting(figures, look.snapshot, doings=look.doings)
    at = [column.title for column in view.columns].index("Sent")
    assert [(row.key[-2:], row.cells[at]) for row in view.rows] == [
        ("c2", ""),
        ("c1", "move to queue…"),
    ]
