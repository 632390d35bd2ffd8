"""Actions about the present: on the newest version, asked about when late, within one's team."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.actions.files import ActionFile
from data.actions.seen import seen_of
from data.actions.verbs import Verb
from data.errors import Code
from data.model import Agent, AgentState, AnyRecord
from data.people import People, Person, account_name
from data.settings import PersonSettings, Role
from data.status import ActionState
from data.sync.asks import Ask
from data.sync.delivery import LATE_MS
from data.sync.reach import reaches
from tests.support.acting import NOW, make_action
from tests.support.office import Office

READY = Agent(
    site="hh", source="acd", id="1002", name="Jamal", team="south", state=AgentState.READY
)
BUSY = Agent(site="hh", source="acd", id="1002", name="Jamal", state=AgentState.BUSY, contact="c1")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "floor")
    office.stands["1002"] = (5, READY)
    yield office
    office.outbox.close()


def pause(**changes: object) -> ActionFile:
    seen = seen_of(Verb.PAUSE, READY)
    return make_action(Verb.PAUSE, entity="1002", version=0, seen=seen, **changes)


def late(office: Office) -> None:
    """The line comes back when it is no longer the moment at which the key was pressed."""
    office.ledger.faults = ["refused"]
    office.look()
    office.clock.advance(LATE_MS / 1000 + 5)


def test_it_goes_out_on_the_newest_version(office: Office) -> None:
    office.stands["1002"] = (9, READY)
    office.ledger.versions["1002"] = 9
    key = office.press(pause())
    office.look()
    assert office.rows[key].state is ActionState.DONE
    assert office.rows[key].version == 10
    assert b"notReady" in office.ledger.bodies[0]


def test_what_moved_on_meanwhile_is_asked_again_on_the_newer_version(office: Office) -> None:
    office.ledger.versions["1002"] = 6
    key = office.press(pause())
    office.look()
    assert office.ledger.effects == []
    assert office.rows[key].state is ActionState.SAVED
    office.stands["1002"] = (6, BUSY)
    office.clock.advance(1)
    office.look()
    assert office.rows[key].state is ActionState.DONE
    ((wire_key, agent, _at),) = office.ledger.effects
    assert agent == "1002"
    assert wire_key != key, "the refusal is remembered under the first"


@pytest.mark.parametrize("crash", ["before overtaken", "after overtaken", "before begin"])
def test_a_death_between_two_requests_doubles_nothing(office: Office, crash: str) -> None:
    office.ledger.versions["1002"] = 6
    key = office.press(pause())
    office.crash_at = crash
    office.look()
    office.stands["1002"] = (6, READY)
    office.quiet()
    assert office.rows[key].state is ActionState.DONE
    assert len(office.ledger.effects) == 1


def test_a_lost_answer_is_asked_about_on_the_version_of_the_first_request(office: Office) -> None:
    key = office.press(pause())
    office.ledger.faults = ["lost"]
    office.look()
    office.stands["1002"] = (6, READY)
    office.quiet()
    assert len(office.ledger.effects) == 1
    assert office.rows[key].state is ActionState.DONE


def test_late_and_changed_it_is_asked_about_and_not_sent(office: Office) -> None:
    key = office.press(pause())
    late(office)
    office.stands["1002"] = (5, BUSY)
    office.look()
    row = office.rows[key]
    assert (row.state, row.code) == (ActionState.HELD, Code.CHANGED_SINCE)
    assert row.state.is_open
    assert not row.state.is_failure
    office.clock.advance(5)
    office.look()
    assert office.ledger.effects == []


def test_a_server_whose_clock_was_set_back_makes_it_late_too(office: Office) -> None:
    office.stands["1002"] = (5, BUSY)
    key = office.press(pause(at=NOW + LATE_MS + 5000))
    office.look()
    assert office.rows[key].state is ActionState.HELD


def test_late_it_waits_until_it_is_known_how_things_are_by_now(office: Office) -> None:
    key = office.press(pause())
    late(office)
    office.is_read = False
    office.look()
    assert office.rows[key].state is ActionState.SAVED
    assert office.ledger.effects == []
    office.is_read = True
    office.stands["1002"] = (5, BUSY)
    office.clock.advance(1)
    office.look()
    assert office.rows[key].state is ActionState.HELD


def test_late_and_as_it_was_it_is_sent(office: Office) -> None:
    key = office.press(pause())
    late(office)
    office.look()
    assert office.rows[key].state is ActionState.DONE


def test_who_wants_it_all_the_same_has_it_sent(office: Office) -> None:
    key = office.press(pause())
    late(office)
    office.stands["1002"] = (5, BUSY)
    office.look()
    office.restart()
    office.ask(Ask.RETRY, key)
    office.look()
    office.look()
    assert office.rows[key].state is ActionState.DONE


def test_who_does_not_lets_it_be(office: Office) -> None:
    key = office.press(pause())
    late(office)
    office.stands["1002"] = (5, BUSY)
    office.look()
    office.ask(Ask.DROP, key)
    office.look()
    assert office.rows[key].state is ActionState.DROPPED
    assert office.ledger.effects == []


def test_what_nobody_answers_is_void_in_the_end(office: Office) -> None:
    key = office.press(pause())
    late(office)
    office.stands["1002"] = (5, BUSY)
    office.look()
    office.clock.advance(60)
    office.look()
    assert office.rows[key].state is ActionState.EXPIRED


def test_a_complaint_is_never_based_on_what_its_person_did_not_see(office: Office) -> None:
    office.ledger.versions["e1"] = 6
    office.stands["e1"] = (6, READY)
    key = office.press(make_action())
    office.look()
    assert office.rows[key].state is ActionState.CONFLICT


def leader(*teams: str) -> Person:
    return Person("anna", "Anna", Role.TEAM_LEADER, teams=frozenset(teams))


def standing(*_where: object) -> tuple[int, AnyRecord]:
    return 1, READY


@pytest.mark.parametrize(
    ("verb", "fields", "theirs"),
    [
        (Verb.PAUSE, {}, True),
        (
            Verb.LEND,
            {"agents": ["1002"], "to_queue": "q", "telephony": "acd", "until": NOW},
            True,
        ),
        (Verb.MESSAGE, {"text": "x", "audience": {"kind": "team", "ids": ["south"]}}, True),
        (Verb.MESSAGE, {"text": "x", "audience": {"kind": "team", "ids": ["north"]}}, False),
        (Verb.MESSAGE, {"text": "x", "audience": {"kind": "agents", "ids": ["1002"]}}, True),
        (Verb.MESSAGE, {"text": "x", "audience": {"kind": "everybody"}}, False),
        (Verb.CLAIM, {}, True),
    ],
)
def test_a_team_leader_reaches_their_own_team(
    verb: Verb, fields: dict[str, object], theirs: bool
) -> None:
    action = make_action(verb, fields=fields)
    assert reaches(leader("south"), action, standing) is theirs
    is_about_agents = verb is not Verb.CLAIM
    assert reaches(leader("west"), action, standing) is not is_about_agents
    supervisor = Person("kim", "Kim", Role.SUPERVISOR)
    assert reaches(supervisor, action, lambda *_where: None)


def test_an_agent_of_whom_nothing_is_known_is_of_no_team() -> None:
    assert not reaches(leader("south"), make_action(Verb.PAUSE), lambda *_where: None)


def test_what_is_not_theirs_is_refused_and_told(tmp_path: Path) -> None:
    listed = {
        account_name(os.getuid()): PersonSettings(
            id="anna", name="Anna", role=Role.TEAM_LEADER, teams=("north",)
        )
    }
    office = Office(tmp_path / "floor", People(listed))
    office.stands["1002"] = (5, READY)
    key = office.press(pause())
    office.look()
    row = office.rows[key]
    assert (row.state, row.code) == (ActionState.REFUSED, Code.NOT_YOUR_TEAM)
    assert office.ledger.effects == []
    office.outbox.close()
