"""What can be done to agents, why not, what it will do, what is asked, and what takes it back."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import convert
from msgspec.structs import replace

from data.actions.fields import Fields, Membership, Monitored, OneQueue, Ranked, Reason, Written
from data.actions.rules import RULES
from data.actions.verbs import Undo, Verb
from data.figures.doings import NO_DOINGS, Doings
from data.floor import Key
from data.model import Agent, AgentState, Channel, ContactState, Kind, Penalty, Person
from data.people import Person as Who
from data.rules.service_level import Formula
from data.settings import Role
from data.status import ActionRow, ActionState
from screens.acting.agents import agent_offers
from screens.acting.asks import ask_of
from screens.acting.memberships import settle_queue
from screens.acting.offer import Offer, Settled, Wanted
from screens.look import Look, Viewing
from supervisor_tui.undoing import undo_offer
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_contact,
    make_health,
    make_queue,
    make_snapshot,
)

ANNA = Who("anna", "Anna Berg", Role.SUPERVISOR, "1900")
KEY = Key(SITE, SOURCE, "1001")
CALL = make_contact("c1", agent="1001", state=ContactState.CONNECTED, answered_at=ago(30))


def look_at(
    *records: Any,
    who: Who | None = ANNA,
    phone: str = "1900",
    doings: Doings = NO_DOINGS,
    reasons: dict[str, str] | None = None,
    **changes: Any,
) -> Look:
    viewing = Viewing(
        floor_name="Test", formula=Formula.OFFERED, rules=(), who=who, reasons=reasons or {}
    )
    snapshot = make_snapshot(
        make_queue("claims"), make_queue("sales"), make_queue("billing"), *records, **changes
    )
    return Look(snapshot=snapshot, moment=MOMENT, viewing=viewing, doings=doings, phone=phone)


def offers(look: Look, key: Key = KEY) -> dict[Verb, Offer]:
    return {each.verb: each for each in agent_offers(key, look.snapshot.agents[key], look)}


def able(look: Look) -> set[Verb]:
    return {verb for verb, each in offers(look).items() if not each.why_not}


def in_state(state: AgentState, **changes: Any) -> Agent:
    return make_agent("1001", name="Hana Novák", state=state, team="North", **changes)


ALWAYS = {Verb.JOIN, Verb.LEAVE, Verb.PENALTY, Verb.MESSAGE}
HEARD = {Verb.LISTEN, Verb.WHISPER, Verb.BARGE}


def test_whom_the_configuration_puts_into_a_queue_nobody_is_asked_to_log_off() -> None:
    look = look_at(in_state(AgentState.READY, queues=("claims",), fixed_in=("claims",)))
    assert able(look) == {Verb.PAUSE, Verb.MESSAGE, Verb.JOIN, Verb.LEAVE, Verb.PENALTY}
    assert "own configuration" in offers(look)[Verb.LOG_OUT].why_not
    wanted = Wanted(Verb.LEAVE, (offers(look)[Verb.LEAVE],), look)
    left = settle_queue(wanted, {"queue": "claims"}).wanted.offers[0].why_not
    assert "own configuration" in left


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (in_state(AgentState.READY), {Verb.PAUSE, Verb.LOG_OUT}),
        (in_state(AgentState.NOT_READY), {Verb.PAUSE, Verb.READY, Verb.LOG_OUT}),
        (in_state(AgentState.BUSY, contact="c1"), {Verb.PAUSE, Verb.LOG_OUT, *HEARD}),
        (
            in_state(AgentState.BUSY, contact="c1", pending_state=AgentState.NOT_READY),
            {Verb.PAUSE, Verb.READY, Verb.LOG_OUT, *HEARD},
        ),
        (
            in_state(AgentState.WORKING_AFTER_CONTACT),
            {Verb.PAUSE, Verb.READY, Verb.LOG_OUT, Verb.END_WORK},
        ),
        (
            in_state(AgentState.WORKING_AFTER_CONTACT, is_inferred=True),
            {Verb.PAUSE, Verb.LOG_OUT},
        ),
        (
            in_state(AgentState.READY, paused_in=("sales",)),
            {Verb.PAUSE, Verb.READY, Verb.LOG_OUT},
        ),
        (in_state(AgentState.RINGING), {Verb.PAUSE, Verb.LOG_OUT}),
        (in_state(AgentState.UNREACHABLE), {Verb.LOG_OUT}),
        (in_state(AgentState.LOGGED_OFF), set()),
        (
            in_state(AgentState.READY, assist_since=ago(10)),
            {Verb.PAUSE, Verb.LOG_OUT, Verb.ANSWER_HAND},
        ),
    ],
)
def test_each_state_allows_what_makes_sense_in_it(agent: Agent, expected: set[Verb]) -> None:
    assert able(look_at(agent, CALL)) == ALWAYS | expected


def test_every_verb_on_agents_is_offered_and_says_what_it_does_or_why_not() -> None:
    given = offers(look_at(in_state(AgentState.BUSY, contact="c1"), CALL))
    assert set(given) == {verb for verb in Verb if RULES[verb].kind is Kind.AGENT} | {Verb.MESSAGE}
    for verb, each in given.items():
        assert bool(each.why_not) is not bool(each.effect) or verb is Verb.MESSAGE


@pytest.mark.parametrize(
    ("state", "effect"),
    [
        (AgentState.READY, "at once"),
        (AgentState.BUSY, "keeps this call, gets no more"),
        (AgentState.WORKING_AFTER_CONTACT, "when the after-contact work is done"),
        (AgentState.NOT_READY, "gets another reason"),
    ],
)
def test_the_dialog_says_what_will_happen_to_each(state: AgentState, effect: str) -> None:
    given = offers(look_at(in_state(state, since=ago(90))))[Verb.PAUSE]
    assert given.effect == effect
    assert given.about.endswith("1:30")


def test_work_that_the_telephone_system_times_is_not_waited_for_nor_ended() -> None:
    given = offers(look_at(in_state(AgentState.WORKING_AFTER_CONTACT, is_inferred=True)))
    assert given[Verb.PAUSE].effect == given[Verb.LOG_OUT].effect == "at once"
    expected = (
        "1001 Hana Novák is ready when the telephone system's time for after-contact work is over."
    )
    assert given[Verb.END_WORK].why_not == given[Verb.READY].why_not == expected


def test_two_leaders_do_not_listen_to_one_call() -> None:
    agent = in_state(AgentState.BUSY, contact="c1")
    heard = look_at(agent, replace(CALL, listeners=("K. Orlov",)))
    assert offers(heard)[Verb.BARGE].why_not == "K. Orlov listens to 1001 Hana Novák already."
    own = look_at(agent, replace(CALL, listeners=("Anna Berg",)))
    assert able(own) >= HEARD, "from listening one goes on to speaking"


def test_nobody_listens_without_a_phone_or_to_a_chat() -> None:
    agent = in_state(AgentState.BUSY, contact="c1")
    assert ":phone 1900" in offers(look_at(agent, CALL, phone=""))[Verb.LISTEN].why_not
    chat = look_at(agent, replace(CALL, channel=Channel.CHAT))
    assert "nobody can listen" in offers(chat)[Verb.LISTEN].why_not


def test_a_team_leader_acts_on_their_own_team_alone() -> None:
    leader = Who("tom", "Tom", Role.TEAM_LEADER, "1901", frozenset({"South"}))
    agent = in_state(AgentState.READY)
    why_not = offers(look_at(agent, who=leader))[Verb.PAUSE].why_not
    assert why_not == "1001 Hana Novák is of team North, which you do not lead."
    assert able(look_at(agent, who=leader)) == set()
    mine = replace(leader, teams=frozenset({"North"}))
    assert Verb.PAUSE in able(look_at(agent, who=mine))


def test_what_the_telephone_system_cannot_do_is_greyed() -> None:
    health = make_health(operations=("setAgentState",))
    given = offers(look_at(in_state(AgentState.READY), sources=(health,)))
    assert not given[Verb.PAUSE].why_not
    assert (
        given[Verb.JOIN].why_not
        == "This telephone system cannot do that, or does not let our account do it."
    )


def test_a_raised_hand_is_answered_by_one() -> None:
    def why_not(by: Person | None) -> str:
        agent = in_state(AgentState.BUSY, assist_since=ago(9), assist_by=by)
        return offers(look_at(agent))[Verb.ANSWER_HAND].why_not

    assert why_not(None) == ""
    assert why_not(Person("karl", "K. Orlov")) == "K. Orlov answers 1001 Hana Novák already."
    assert why_not(Person("anna", "Anna Berg")) == "You answer 1001 Hana Novák already."


def done(verb: Verb, state: ActionState = ActionState.DONE, **changes: Any) -> ActionRow:
    fields: dict[str, Any] = {
        "key": "k1",
        "actor": "anna",
        "actor_name": "Anna Berg",
        "verb": verb,
        "site": SITE,
        "source": SOURCE,
        "kind": Kind.AGENT,
        "entity": "1001",
        "state": state,
        "pressed_at": NOW,
        "not_after": NOW + 60_000,
        "updated_at": NOW + 300,
    }
    return ActionRow(**fields | changes)


def test_what_is_on_its_way_is_not_done_again() -> None:
    doings = Doings((done(Verb.PAUSE, ActionState.SENDING),))
    given = offers(look_at(in_state(AgentState.READY), doings=doings))
    assert "is still on its way" in given[Verb.PAUSE].why_not
    assert not given[Verb.LOG_OUT].why_not


# What takes it back


@pytest.mark.parametrize(
    ("agent", "verb", "undo"),
    [
        (in_state(AgentState.READY), Verb.PAUSE, Undo(Verb.READY)),
        (
            in_state(AgentState.NOT_READY, reason="meal"),
            Verb.READY,
            Undo(Verb.PAUSE, {"reason_code": "meal"}),
        ),
        (
            in_state(AgentState.NOT_READY, reason="meal"),
            Verb.PAUSE,
            Undo(Verb.PAUSE, {"reason_code": "meal"}),
        ),
        (in_state(AgentState.READY), Verb.LOG_OUT, None),
    ],
)
def test_a_state_is_taken_back_with_its_former_reason(
    agent: Agent, verb: Verb, undo: Undo | None
) -> None:
    assert offers(look_at(agent))[verb].target.undo == undo


def test_undo_does_what_was_kept_unless_somebody_else_was_there_since() -> None:
    mine = done(Verb.PAUSE, undo=Undo(Verb.READY))
    look = look_at(in_state(AgentState.NOT_READY), doings=Doings((mine,)))
    can = agent_offers(KEY, look.snapshot.agents[KEY], look)
    found = undo_offer(can, look.doings, (mine,))
    assert found is not None
    assert (found.verb, found.why_not) == (Verb.READY, "")
    assert found.target.seen == {"state": "not_ready", "contact": ""}
    joined = done(Verb.JOIN, undo=Undo(Verb.LEAVE, {"queue": "sales"}))
    left = undo_offer(can, Doings((joined,)))
    assert left is not None
    assert left.target.seen == {}, "what the agent does does not matter to their queues"
    theirs = done(Verb.PAUSE, key="k2", actor="karl", actor_name="K. Orlov", updated_at=NOW + 900)
    found = undo_offer(can, look.doings, (mine, theirs))
    assert found is not None
    assert found.why_not.startswith("K. Orlov has done something")
    ready = look_at(in_state(AgentState.READY), doings=Doings((mine,)))
    found = undo_offer(agent_offers(KEY, ready.snapshot.agents[KEY], ready), ready.doings)
    assert found is not None
    assert found.why_not == "1001 Hana Novák is ready already."


# What is asked


def settle(look: Look, verb: Verb, fields: dict[str, Any], *keys: Key) -> Settled:
    ask = ask_of(verb)
    assert ask is not None
    wanted = Wanted(verb, [offers(look, key)[verb] for key in keys or (KEY,)], look)
    return ask.settle(wanted, fields)


def sent(settled: Settled, kind: type[Fields]) -> Any:
    """The fields of the first action, as its file holds them."""
    target = next(each.target for each in settled.wanted.offers if not each.why_not)
    return convert({**target.fields, **settled.fields}, kind)


def test_joining_leaving_and_ranks_are_one_form() -> None:
    agent = in_state(AgentState.READY, queues=("claims",), penalties=(Penalty("claims", 3),))
    look = look_at(agent)
    joined = settle(look, Verb.JOIN, {"what": "join", "queue": "Sales"})
    assert joined.wanted.verb is Verb.JOIN
    assert sent(joined, Membership) == Membership("sales")
    assert joined.wanted.offers[0].target.undo == Undo(Verb.LEAVE, {"queue": "sales"})
    left = settle(look, Verb.JOIN, {"what": "leave", "queue": "claims"})
    assert left.wanted.verb is Verb.LEAVE
    assert sent(left, OneQueue) == OneQueue("claims")
    former = Undo(Verb.JOIN, {"queue": "claims", "penalty": 3})
    assert left.wanted.offers[0].target.undo == former
    ranked = settle(look, Verb.PENALTY, {"queue": "claims", "penalty": "7"})
    assert sent(ranked, Ranked) == Ranked("claims", 7)
    back = Undo(Verb.PENALTY, {"queue": "claims", "penalty": 3})
    assert ranked.wanted.offers[0].target.undo == back
    for undo in (former, back):
        convert(undo.fields, RULES[undo.verb].fields)


@pytest.mark.parametrize(
    ("verb", "fields", "why_not"),
    [
        (Verb.JOIN, {"queue": "claims"}, "1001 Hana Novák serves Claims already."),
        (Verb.LEAVE, {"queue": "sales"}, "1001 Hana Novák does not serve Sales."),
        (Verb.JOIN, {"queue": "nowhere"}, "There is no queue nowhere there."),
        (Verb.PENALTY, {"queue": "claims"}, "Say which penalty."),
        (
            Verb.PENALTY,
            {"queue": "claims", "penalty": "1001"},
            "A penalty is a number from 0 to 1000.",
        ),
    ],
)
def test_what_makes_no_difference_is_not_sent(
    verb: Verb, fields: dict[str, Any], why_not: str
) -> None:
    settled = settle(look_at(in_state(AgentState.READY)), verb, fields)
    assert [each.why_not for each in settled.wanted.offers] == [why_not]


def test_reasons_are_the_floors_or_those_that_are_used_or_typed() -> None:
    def options(look: Look) -> tuple[tuple[str, str], ...]:
        ask = ask_of(Verb.PAUSE)
        assert ask is not None
        return ask.fields(Wanted(Verb.PAUSE, [offers(look)[Verb.PAUSE]], look))[0].options

    agent = in_state(AgentState.READY)
    others = [
        make_agent(str(at), state=AgentState.NOT_READY, reason=reason)
        for at, reason in enumerate(("meal", "break", "break"))
    ]
    assert options(look_at(agent)) == ()
    assert [code for code, _words in options(look_at(agent, *others))] == ["break", "meal", ""]
    assert options(look_at(agent, *others, sources=[make_health(kind="asterisk")])) == ()
    named = look_at(agent, *others, reasons={"7": "coaching"})
    assert options(named)[0] == ("7", "coaching")
    typed = settle(named, Verb.PAUSE, {"reason_code": "Coaching"})
    assert sent(typed, Reason) == Reason("7")
    (refused,) = settle(named, Verb.PAUSE, {"reason_code": "golf"}).wanted.offers
    assert refused.why_not == "There is no reason golf. There are: coaching"


def test_one_message_goes_to_all_who_were_chosen() -> None:
    agents = [
        make_agent("1001", name="Hana", team="North"),
        make_agent("1002", name="Jamal", team="South"),
    ]
    look = look_at(*agents)
    keys = (KEY, Key(SITE, SOURCE, "1002"))
    settled = settle(look, Verb.MESSAGE, {"text": "hello"}, *keys)
    assert len(settled.wanted.offers) == 1
    message = sent(settled, Written)
    assert (message.text, message.audience.kind) == ("hello", "agents")
    assert message.audience.ids == ("1001", "1002")
    team = sent(settle(look, Verb.MESSAGE, {"text": "x", "to": "team"}, *keys), Written)
    assert team.audience.ids == ("North", "South")
    everybody = sent(settle(look, Verb.MESSAGE, {"text": "x", "to": "everybody"}), Written)
    assert (everybody.audience.kind, everybody.audience.ids) == ("everybody", ())


def test_listening_rings_the_persons_own_phone_about_the_call_that_was_seen() -> None:
    look = look_at(in_state(AgentState.BUSY, contact="c1"), CALL)
    target = offers(look)[Verb.LISTEN].target
    assert convert(target.fields, Monitored) == Monitored("1900", "c1")
    assert target.seen == {"state": "busy", "contact": "c1"}
