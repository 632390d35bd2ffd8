"""Lending agents: who is chosen, what is sent, how a loan stands, and when it is due."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import convert
from msgspec.structs import replace

from data.actions.fields import Lent
from data.actions.rules import RULES
from data.actions.verbs import Undo, Verb
from data.desk.messages import DESK
from data.figures.doings import NO_DOINGS, Doings, Target
from data.figures.loans import due_loans, lendable, loan_figures
from data.floor import Key
from data.model import Agent, AgentState, Kind, Loan, Penalty, Person
from data.rules.service_level import Formula
from data.status import ActionRow, ActionState
from screens.acting.asks import ask_of
from screens.acting.loan_asks import minutes_of
from screens.acting.loans import (
    lend_lines,
    lend_offer,
    lend_steps,
    lend_to_offer,
    take_back_lines,
    take_back_offer,
    take_back_steps,
)
from screens.acting.offer import Offer, Wanted
from screens.look import Look, Viewing
from screens.presenters.loans import loan_sentences, present_loans
from screens.presenters.switches import reminder_pieces
from supervisor_tui.reminding import Reminders
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_health,
    make_queue,
    make_snapshot,
)

VERA = Person("vera", "Vera")
SALES, CLAIMS = Key(SITE, SOURCE, "sales"), Key(SITE, SOURCE, "claims")
LOAN = Key(SITE, DESK, "loan-1")


def seller(id: str, state: AgentState, for_s: float, **changes: Any) -> Agent:  # noqa: A002
    fields: dict[str, Any] = {"state": state, "since": ago(for_s), "queues": ("sales",)}
    return make_agent(id, **fields | changes)


def a_loan(*agents: str, minutes: float = 20, **changes: Any) -> Loan:
    fields: dict[str, Any] = {
        "telephony": SOURCE,
        "agents": agents or ("1001",),
        "from_queue": "sales",
        "to_queue": "claims",
        "lent_at": ago(600),
        "lent_by": VERA,
        "until": NOW + round(minutes * 60_000),
        "version": 3,
    }
    return Loan(site=SITE, source=DESK, id="loan-1", **fields | changes)


def look_at(
    *records: Any, loans: tuple[Loan, ...] = (), doings: Doings = NO_DOINGS, **changes: Any
) -> Look:
    viewing = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=())
    by_key = {Key(each.site, each.source, each.id): each for each in loans}
    queues = (make_queue("sales"), make_queue("claims"), make_queue("billing"))
    snapshot = make_snapshot(*queues, *records, loans=by_key, **changes)
    return Look(snapshot=snapshot, moment=MOMENT, viewing=viewing, doings=doings)


EVERYBODY = (
    seller("1", AgentState.BUSY, 500),
    seller("2", AgentState.READY, 10),
    seller("3", AgentState.LOGGED_OFF, 5000),
    seller("4", AgentState.READY, 90),
    seller("5", AgentState.UNREACHABLE, 100),
    seller("6", AgentState.NOT_READY, 900),
    seller("7", AgentState.WORKING_AFTER_CONTACT, 20),
    seller("8", AgentState.READY, 300, queues=("sales", "claims")),
    seller("9", AgentState.READY, 300, queues=("billing",)),
    seller("10", AgentState.RINGING, 3),
)


def test_the_ready_are_lent_first_and_those_in_a_call_last() -> None:
    found = lendable(look_at(*EVERYBODY).snapshot, SALES, "claims")
    assert [each.id for each in found] == ["4", "2", "7", "6", "1", "10"]


def test_who_is_lent_already_is_not_lent_again() -> None:
    look = look_at(*EVERYBODY, loans=(a_loan("4", to_queue="billing"),))
    assert "4" not in [each.id for each in lendable(look.snapshot, SALES, "claims")]
    agent = look.snapshot.agents[SALES._replace(id="4")]
    assert lend_offer(SALES._replace(id="4"), agent, look).why_not == "4 Agent 4 is lent already."
    back = look_at(*EVERYBODY, loans=(a_loan("4", returned_at=NOW),))
    assert "4" in [each.id for each in lendable(back.snapshot, SALES, "claims")]


def settle(look: Look, offers: list[Offer], **answers: str) -> Offer:
    ask = ask_of(Verb.LEND)
    assert ask is not None
    settled = ask.settle(Wanted(Verb.LEND, offers, look), ask.read(answers))
    (offer,) = settled.wanted.offers
    assert not settled.fields
    return offer


def to_claims(look: Look, **answers: str) -> Offer:
    offer = lend_to_offer(CLAIMS, look.snapshot.queues[CLAIMS], look)
    return settle(look, [offer], **{"from_queue": "sales", "count": "2", "for": "45m"} | answers)


def test_a_number_becomes_a_loan_of_those_who_are_spared_best() -> None:
    offer = to_claims(look_at(*EVERYBODY))
    assert not offer.why_not
    assert convert(dict(offer.target.fields), Lent) == Lent(
        agents=("4", "2"),
        from_queue="sales",
        to_queue="claims",
        telephony=SOURCE,
        until=NOW + 45 * 60_000,
    )
    assert offer.target.subject == "2 agents to Claims"
    stays = to_claims(look_at(*EVERYBODY), meanwhile="stay")
    assert stays.target.fields.get("from_queue", "") == ""


def test_fewer_than_wanted_is_said_and_nobody_is_refused() -> None:
    assert to_claims(look_at(EVERYBODY[1])).effect == "2 were wanted; only 1 can be lent."
    assert to_claims(look_at(EVERYBODY[2])).why_not == "Nobody can be lent to Claims."


def test_agents_who_were_chosen_are_lent_but_for_those_who_serve_it() -> None:
    look = look_at(*EVERYBODY)
    keys = [SALES._replace(id=each) for each in ("1", "3", "4", "8")]
    offers = [lend_offer(key, look.snapshot.agents[key], look) for key in keys]
    assert [bool(each.why_not) for each in offers] == [False, True, False, False]
    offer = settle(look, offers, to_queue="claims", **{"for": "2h"})
    assert offer.target.fields["agents"] == ("1", "4")


def test_a_telephone_system_that_cannot_move_agents_is_greyed() -> None:
    look = look_at(*EVERYBODY, sources=[make_health(operations=("switchQueue",))])
    offer = lend_to_offer(CLAIMS, look.snapshot.queues[CLAIMS], look)
    assert (
        offer.why_not == "This telephone system cannot do that, or does not let our account do it."
    )


def sent(steps: list[tuple[Verb, Target]]) -> list[tuple[str, str, dict[str, Any]]]:
    for verb, target in steps:
        convert(dict(target.fields), RULES[verb].fields)
    return [(verb.value, target.key.id, dict(target.fields)) for verb, target in steps[1:]]


def test_lending_sends_the_record_and_each_agent() -> None:
    ranked = seller("2", AgentState.READY, 10, penalties=(Penalty("sales", 5),))
    look = look_at(ranked, EVERYBODY[0])
    steps = lend_steps(to_claims(look).target, look.snapshot)
    assert steps[0][0] is Verb.LEND
    assert sent(steps) == [
        ("join", "2", {"queue": "claims"}),
        ("leave", "2", {"queue": "sales"}),
        ("join", "1", {"queue": "claims"}),
        ("leave", "1", {"queue": "sales"}),
    ]
    assert steps[2][1].undo == Undo(Verb.JOIN, {"queue": "sales", "penalty": 5})


def test_the_dialog_says_what_happens_to_each() -> None:
    look = look_at(*EVERYBODY)
    lines = list(lend_lines(to_claims(look, count="6").target, look))
    assert lines[0] == "4 Agent 4  ready 1:30: takes Claims at once"
    assert lines[2].endswith("takes Claims once ready")
    assert lines[4] == "1 Agent 1  in call 8:20: keeps this call, then takes Claims"
    assert lines[-1] == ("They leave Sales meanwhile, which keeps 1 agent, 1 ready.")


LENT = (
    seller("1001", AgentState.READY, 60, queues=("claims",)),
    seller("1002", AgentState.BUSY, 60, queues=("claims",)),
)


def test_taking_back_gives_the_own_queue_first_with_its_rank() -> None:
    left = ActionRow(
        key="k1",
        actor="anna",
        verb=Verb.LEAVE,
        site=SITE,
        source=SOURCE,
        kind=Kind.AGENT,
        entity="1001",
        state=ActionState.DONE,
        pressed_at=ago(600),
        not_after=ago(540),
        updated_at=ago(600),
        undo=Undo(Verb.JOIN, {"queue": "sales", "penalty": 5}),
    )
    look = look_at(*LENT, loans=(a_loan("1001", "1002"),), actions=(left,))
    (figures,) = loan_figures(look.snapshot, None, NOW)
    offer = take_back_offer(figures, look)
    assert (offer.target.key, offer.target.version) == (LOAN, 3)
    assert sent(take_back_steps(LOAN, offer.target, look)) == [
        ("join", "1001", {"queue": "sales", "penalty": 5}),
        ("leave", "1001", {"queue": "claims"}),
        ("join", "1002", {"queue": "sales"}),
        ("leave", "1002", {"queue": "claims"}),
    ]
    assert list(take_back_lines(LOAN, look)) == [
        "1001 Agent 1001  ready 1:00: leaves Claims, serves Sales again",
        "1002 Agent 1002  in call 1:00: keeps this call; leaves Claims, serves Sales again",
    ]


def test_who_has_left_by_themselves_is_not_taken_out_again() -> None:
    home = seller("1001", AgentState.READY, 60, queues=("sales",))
    look = look_at(home, loans=(a_loan("1001", "1099"),))
    (figures,) = loan_figures(look.snapshot, None, NOW)
    assert figures.serving == 0
    assert sent(take_back_steps(LOAN, take_back_offer(figures, look).target, look)) == []
    assert list(take_back_lines(LOAN, look)) == [
        "1001 Agent 1001  ready 1:00: is not in Claims any more",
        "1099: no longer known to the telephone system",
    ]


def test_what_is_back_cannot_be_taken_back_again() -> None:
    look = look_at(*LENT, loans=(a_loan(returned_at=NOW, returned_by=VERA),))
    (figures,) = loan_figures(look.snapshot, None, NOW)
    assert take_back_offer(figures, look).why_not == "Vera has taken them back already."


@pytest.mark.parametrize(
    ("loan", "agents", "state", "there", "mark"),
    [
        (a_loan("1001", "1002"), LENT, "lent", "2/2", "  "),
        (a_loan("1001", "1002"), LENT[:1], "lent, in part", "1/2", "! "),
        (a_loan("1001", "1002", minutes=0), LENT, "due: bring back", "2/2", "! "),
        (a_loan("1001", "1002", returned_at=NOW), (), "brought back", "0/2", "  "),
        (a_loan("1001", "1002", returned_at=NOW), LENT[1:], "back, not all left", "1/2", "! "),
    ],
)
def test_the_list_says_how_a_loan_really_stands(
    loan: Loan, agents: tuple[Agent, ...], state: str, there: str, mark: str
) -> None:
    look = look_at(*agents, loans=(loan,))
    view = present_loans(look.snapshot, None, NOW, {SITE: "Europe/Berlin"}, NO_DOINGS)
    titles = [column.title for column in view.columns]
    (row,) = view.rows
    assert row.cells[titles.index("State")] == state
    assert row.cells[titles.index("There")] == there
    assert row.mark == mark


def test_what_is_due_stands_first_and_what_is_long_back_is_gone() -> None:
    loans = (
        a_loan(minutes=30),
        replace(a_loan(minutes=-5), id="due"),
        replace(a_loan(returned_at=ago(60)), id="back"),
        replace(a_loan(returned_at=ago(13 * 3600)), id="old"),
    )
    found = loan_figures(look_at(loans=loans).snapshot, None, NOW)
    assert [each.key.id for each in found] == ["due", "loan-1", "back"]


def test_a_loan_in_words() -> None:
    look = look_at(*LENT, loans=(a_loan(minutes=-1),))
    (figures,) = loan_figures(look.snapshot, None, NOW)
    assert loan_sentences(figures, look.snapshot, NOW, "Europe/Berlin") == (
        "Lent to Claims by Vera at 14:22 until 14:31; they left Sales meanwhile.",
        "! They are to be brought back: B does it.",
    )


def test_the_frame_and_the_bell_tell_of_what_is_due() -> None:
    look = look_at(*LENT, loans=(a_loan("1001", "1002", minutes=1),))
    reminders = Reminders()
    assert reminders.newly(look.snapshot, MOMENT, 60_000) == ()
    assert reminder_pieces(look) == ()
    at = MOMENT._replace(now=NOW + 60_000)
    (told,) = reminders.newly(look.snapshot, at, 60_000)
    assert told.text == "2 agents in Claims are to be brought back"
    assert reminders.newly(look.snapshot, at, 60_000) == ()
    assert [key for key, _loan in due_loans(look.snapshot, None, at.now)] == [LOAN]
    later = Look(snapshot=look.snapshot, moment=at, viewing=look.viewing)
    assert [piece.text for piece in reminder_pieces(later)] == ["loans 1 due !"]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("30m", 30), ("2h", 120), ("1h30", 90), ("1H05m", 65), ("45", 45), ("24h", 1440)],
)
def test_times_as_people_type_them(text: str, minutes: int) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize("text", ["", "0", "25h", "m", "h", "1.5h", "-5m", "3d", "99h", "٣m"])
def test_what_is_no_time(text: str) -> None:
    assert minutes_of(text) is None
