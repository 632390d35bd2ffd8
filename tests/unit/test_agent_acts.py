"""Who did what to an agent, and what stands over an agent's state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from data.actions.verbs import Verb
from data.figures.doings import NO_DOINGS, Doings
from data.files import FloorFiles
from data.floor import FloorSnapshot, Key
from data.model import Agent, AgentState, ContactState, Kind
from data.people import People
from data.settings import DEFAULT_RULES
from data.status import ActionRow, ActionState
from screens.presenters.acts import done_line
from screens.presenters.agent_acts import acts_table
from screens.presenters.agents import AgentTable
from supervisor_tui.acting import Actor
from supervisor_tui.person import PersonalFile
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_contact,
    make_queue,
    make_snapshot,
)

BERLIN = "Europe/Berlin"
KEY = Key(SITE, SOURCE, "1001")


def act(
    verb: Verb, at_s: float, state: ActionState = ActionState.DONE, **changes: Any
) -> ActionRow:
    fields: dict[str, Any] = {
        "key": f"{verb}-{at_s}",
        "actor": "karl",
        "actor_name": "K. Orlov",
        "verb": verb,
        "site": SITE,
        "source": SOURCE,
        "kind": Kind.AGENT,
        "entity": "1001",
        "state": state,
        "pressed_at": ago(at_s),
        "not_after": NOW + 60_000,
        "updated_at": ago(at_s) + 400,
    }
    return ActionRow(**fields | changes)


def test_the_page_of_an_agent_says_who_did_what_when_and_why() -> None:
    rows = (
        act(Verb.PAUSE, 30, fields={"reason_code": "coaching"}, comment="with Ann"),
        act(Verb.JOIN, 20, fields={"queue": "claims", "penalty": 2}),
        act(Verb.LEAVE, 15, ActionState.REFUSED, code="forbidden", fields={"queue": "gone"}),
        act(
            Verb.MESSAGE,
            10,
            kind=Kind.NOTE,
            entity="n1",
            fields={"text": "hello", "audience": {"kind": "agents", "ids": ["1001"]}},
        ),
        act(Verb.READY, 5, entity="1002"),
        act(Verb.READY, 5, source="other"),
    )
    snapshot = make_snapshot(make_agent("1001"), make_queue("claims"), actions=rows)
    view = acts_table(snapshot, KEY, NOW, BERLIN)
    assert [row.cells for row in view.rows] == [
        ("14:31:57", "K. Orlov", "message: hello", "done 0.4 s"),
        ("14:31:52", "K. Orlov", "remove from queue: gone", "not done: not allowed"),
        ("14:31:47", "K. Orlov", "add to queue: Claims, penalty 2", "done 0.4 s"),
        ("14:31:37", "K. Orlov", "not ready: coaching (with Ann)", "done 0.4 s"),
    ]
    assert [row.mark.strip() for row in view.rows] == ["", "!", "", ""]


def state_of(agent: Agent, doings: Doings = NO_DOINGS, listeners: tuple[str, ...] = ()) -> str:
    contact = make_contact("c1", agent="1001", state=ContactState.CONNECTED, listeners=listeners)
    snapshot = make_snapshot(agent, contact, make_queue("claims"))
    view = AgentTable().present(snapshot, None, MOMENT, DEFAULT_RULES, doings=doings)
    return view.rows[0].cells[[column.id for column in view.columns].index("state")]


IN_CALL = make_agent("1001", state=AgentState.BUSY, contact="c1")


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (ActionState.SAVED, "not ready…"),
        (ActionState.SENDING, "not ready…"),
        (ActionState.HELD, "not ready?"),
        (ActionState.DONE, "in call"),
        (ActionState.EXPIRED, "in call"),
    ],
)
def test_what_is_under_way_stands_over_the_state(state: ActionState, shown: str) -> None:
    assert state_of(IN_CALL, Doings((act(Verb.PAUSE, 1, state),))) == shown


def test_who_is_heard_and_what_follows_the_call_stand_in_the_state() -> None:
    assert state_of(IN_CALL) == "in call"
    assert state_of(IN_CALL, listeners=("K. Orlov",)) == "in call/heard"
    assert state_of(replace(IN_CALL, pending_state=AgentState.NOT_READY)) == "in call>pause"
    assert state_of(replace(IN_CALL, pending_state=AgentState.LOGGED_OFF)) == "in call>off"


def test_the_overlay_goes_when_the_action_is_settled() -> None:
    snapshot = make_snapshot(IN_CALL, make_queue("claims"))
    table = AgentTable()

    def shown(doings: Doings) -> str:
        view = table.present(snapshot, None, MOMENT, DEFAULT_RULES, doings=doings)
        return view.rows[0].cells[[column.id for column in view.columns].index("state")]

    assert shown(Doings((act(Verb.READY, 1, ActionState.SENDING),))) == "ready…"
    assert shown(NO_DOINGS) == "in call"


def test_what_waits_for_a_word_is_told_once(tmp_path: Path) -> None:
    personal = PersonalFile(tmp_path / "settings.json")
    actor = Actor(FloorFiles(tmp_path / "floor").make(), People(), "karl", personal)
    held = act(Verb.PAUSE, 30, ActionState.HELD)
    actor.see(FloorSnapshot(actions=(held,)), NOW)
    assert actor.newly_held() == [held]
    assert actor.newly_held() == []
    actor.see(FloorSnapshot(actions=(replace(held, state=ActionState.SENDING),)), NOW)
    assert actor.newly_held() == []
    actor.see(FloorSnapshot(actions=(held,)), NOW)
    assert actor.newly_held() == [held], "it has met another change"


def test_several_that_were_begun_together_are_told_together() -> None:
    rows = [act(Verb.PAUSE, 3, entity=each) for each in ("1001", "1002", "1003")]
    slow = replace(rows[1], updated_at=rows[1].pressed_at + 2100)
    assert done_line(rows[:1], BERLIN) == "not ready 1001: done 0.4 s"
    assert done_line([rows[0], slow, rows[2]], BERLIN) == "not ready, 3 of them: done 2.1 s"
    waiting = replace(rows[2], state=ActionState.SAVED)
    assert done_line([slow, waiting], BERLIN) == "not ready, 2 of them: saved, sending"
