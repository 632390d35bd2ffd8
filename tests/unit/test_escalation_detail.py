"""The page of a complaint: every clock, what happened, who calls."""

from __future__ import annotations

from data.figures.doings import Doings
from data.floor import Key
from data.model import ComplaintClock, ContactState, EscalationEvent, Owner
from data.status import ActionState
from screens.escalation_page import EscalationPage
from screens.look import Look, Viewing
from screens.presenters.escalation_detail import present_escalation
from screens.tones import Tone
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_contact,
    make_escalation,
    make_queue,
    make_snapshot,
)
from tests.unit.test_acts import make_row

KEY = Key(SITE, SOURCE, "e1")
BERLIN = "Europe/Berlin"
CLOCKS = (
    ComplaintClock("acknowledge", ago(7200), met_at=ago(7300)),
    ComplaintClock("first_response", ago(3600), met_at=ago(3000)),
    ComplaintClock("third_business_day", ago(1200)),
    ComplaintClock("own_clock", ago(600), paused=True),
    ComplaintClock("final", ago(-86_400 * 4 - 7200)),
)


def detail(*others, **changes):
    found = present_escalation(make_snapshot(make_escalation(**changes), *others), KEY, NOW, BERLIN)
    assert found is not None
    return found


def test_every_clock_says_how_it_stands():
    clocks = detail(clocks=CLOCKS).clocks
    assert [(row.cells[0], row.cells[3], row.cells[4], row.mark) for row in clocks.rows] == [
        ("acknowledge", "-", "kept", "  "),
        ("first response", "-", "met late", "  "),
        ("3rd bus.day", "-20m", "missed", "!!"),
        ("own clock", "-", "paused", "  "),
        ("final", "4d02h", "next", "  "),
    ]


def test_of_a_closed_complaint_no_clock_runs():
    clocks = detail(status="closed", clocks=CLOCKS[-1:]).clocks
    assert (clocks.rows[0].cells[3:], clocks.rows[0].mark) == (("-", "stopped"), "  ")


def test_the_history_says_what_came_to_be_the_newest_last():
    events = (
        EscalationEvent(ago(60), "K. Orlov", "from_the_future", "a note"),
        EscalationEvent(ago(120), "K. Orlov", "severity", value="high"),
        EscalationEvent(ago(90), "K. Orlov", "escalated", "wants a manager", "3"),
        EscalationEvent(ago(7200), "Hana", "raised"),
    )
    assert [
        (each.at, each.who, each.what, each.note) for each in detail(events=events).history
    ] == [
        ("2026-03-11 12:32", "Hana", "put on record", ""),
        ("2026-03-11 14:30", "K. Orlov", "severity changed: high", ""),
        (
            "2026-03-11 14:30",
            "K. Orlov",
            "escalated: 3 supervisor or complaints desk",
            "wants a manager",
        ),
        ("2026-03-11 14:31", "K. Orlov", "from the future", "a note"),
    ]


def test_what_is_under_way_stands_over_what_is_known_and_that_of_others_beside_it():
    mine = make_row(ActionState.SAVED, verb="assign", fields={"to": {"id": "d", "name": "Dana"}})
    theirs = make_row(ActionState.SENDING, "k2", actor="karl", actor_name="K. Orlov", verb="note")
    elsewhere = make_row(ActionState.SAVED, "k3", entity="e2", actor="karl")
    floor = make_snapshot(make_escalation(), actions=(mine, theirs, elsewhere))
    doings = Doings((mine,))
    found = present_escalation(floor, KEY, NOW, BERLIN, person="anna", doings=doings)
    assert found is not None
    assert [text for text, _tone in found.under_way] == [
        "assign E-1042: saved, sending",
        "K. Orlov: note E-1042: saved, sending",
    ]
    assert dict(found.facts)["Owner"] == "Dana…"


def test_what_came_to_nothing_is_said_on_its_page_until_something_else_was_done():
    failed = make_row(ActionState.CONFLICT, code="version_mismatch", verb="severity")
    done = make_row(ActionState.DONE, "k2", version=0)
    floor = make_snapshot(make_escalation())
    for rows, lines in (((failed,), 1), ((failed, done), 0)):
        found = present_escalation(
            floor, KEY, NOW, BERLIN, person="anna", doings=Doings(rows, frozenset({"k1"}))
        )
        assert found is not None
        assert len(found.under_way) == lines
        assert all(tone is Tone.ACT for _text, tone in found.under_way)


def test_one_that_the_desk_keeps_names_queue_and_agent_of_the_site():
    key = Key(SITE, "@desk", "e1")
    floor = make_snapshot(
        make_escalation(source="@desk", queue="claims", agent="1001"),
        make_queue(),
        make_agent(name="Hana"),
    )
    found = present_escalation(floor, key, NOW, BERLIN)
    assert found is not None
    assert (dict(found.more)["Queue"], dict(found.more)["Agent"]) == ("Claims", "Hana")


def test_it_is_said_that_the_customer_is_on_the_line_and_with_whom():
    assert detail(caller_key="k").calling == ""
    waits = make_contact(caller_key="k")
    assert "waiting, contact c1" in detail(waits, caller_key="k").calling
    talks = make_contact(caller_key="k", agent="1001", state=ContactState.CONNECTED)
    agent = make_agent(name="Hana")
    assert "connected, with 1001 Hana" in detail(talks, agent, caller_key="k").calling
    over = make_contact(caller_key="k", state=ContactState.ENDED)
    assert detail(over, caller_key="k").calling == ""
    assert detail(make_contact(caller_key=""), caller_key="").calling == ""


def test_the_page_names_owner_remedy_recording_and_what_was_not_read():
    floor = make_snapshot(
        make_escalation(
            owner=Owner("ko", "K. Orlov", ago(600)),
            remedy_sought="refund",
            recording="rec://1",
            vulnerable=True,
            caller_key="k",
            clocks=CLOCKS,
        ),
        make_contact(caller_key="k"),
    )
    look = Look(
        snapshot=floor,
        moment=MOMENT,
        viewing=Viewing(floor_name="F", formula=None, rules=()),  # type: ignore[arg-type]
    )
    page = EscalationPage(KEY)
    lines = page(look, 80)
    assert lines is not None
    text = "\n".join("".join(part for part, _tone in line) for line in lines)
    for expected in ("K. Orlov, since", "refund", "rec://1", "V: a vulnerable", "Not read yet."):
        assert expected in text
    assert all(sum(len(part) for part, _ in line) <= 81 for line in lines)
    assert any(tone == Tone.ACT for line in lines for _part, tone in line)
    assert page.wanted_past is not None
