"""What is inferred of agents, what holds in part, and the floor's own words for reasons."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from data.figures.agents import agent_figures
from data.figures.freshness import Moment
from data.model import Agent, AgentState, Contact, ContactState, Kind
from data.settings import DEFAULT_RULES
from data.status import ActionRow, ActionState
from screens import words
from screens.presenters.acts_table import differences
from screens.presenters.agent_detail import present_agent_detail
from screens.presenters.agents import present_agents
from supervisor_tui.plain import Pane
from supervisor_tui.show_json import show_json
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

QUEUES = (make_queue("claims"), make_queue("sales"))
INFERRED = make_agent(
    state=AgentState.WORKING_AFTER_CONTACT, since=ago(380 - 366), is_inferred=True
)
PARTLY = make_agent(queues=("claims", "sales"), paused_in=("sales",))


@pytest.fixture
def named() -> Iterator[None]:
    words.name_reasons({"7": "coaching"})
    yield
    words.name_reasons({})


def row(agent: Agent, moment: Moment = MOMENT) -> dict[str, str]:
    snapshot = make_snapshot(*QUEUES, agent)
    view = present_agents(agent_figures(snapshot, None, moment), snapshot, DEFAULT_RULES)
    return dict(zip((column.id for column in view.columns), view.rows[0].cells, strict=True))


def said(agent: Agent) -> str:
    snapshot = make_snapshot(*QUEUES, agent)
    (figures,) = agent_figures(snapshot, None, MOMENT)
    return "\n".join(each.text for each in present_agent_detail(figures, None, snapshot).now)


def told(agent: Agent) -> dict[str, object]:
    (shown,) = json.loads(show_json(Pane.AGENTS, make_snapshot(*QUEUES, agent), MOMENT))["agents"]
    return dict(shown)


def test_inferred_after_contact_work_is_marked_without_colour() -> None:
    cells = row(INFERRED)
    assert (cells["state"], cells["for"]) == ("after contact", "0:14~")
    assert "~ That is inferred from the end of the last call" in said(INFERRED)
    assert told(INFERRED)["inferred"] is True


def test_what_is_told_is_not_marked() -> None:
    agent = make_agent(state=AgentState.WORKING_AFTER_CONTACT, since=ago(14))
    assert row(agent)["for"] == "0:14"
    assert "inferred" not in said(agent)
    assert told(agent)["inferred"] is False


def test_not_ready_in_some_queues_only_shows_in_row_and_page() -> None:
    assert row(PARTLY)["state"] == "ready/part"
    assert "! Not ready in some queues only: Sales." in said(PARTLY)
    assert told(PARTLY)["not_ready_in"] == ["sales"]
    everywhere = make_agent(state=AgentState.NOT_READY, paused_in=("claims",))
    assert row(everywhere)["state"] == "not ready"
    assert "some queues only" not in said(everywhere)


def test_a_reason_stands_in_the_floors_word_and_in_json_as_its_code(named: None) -> None:
    agent = make_agent(state=AgentState.NOT_READY, reason="7")
    assert row(agent)["state"] == "not ready/coaching"
    assert "not ready/coaching" in said(agent)
    assert told(agent)["reason"] == "7"
    assert row(make_agent(state=AgentState.NOT_READY, reason="8"))["state"] == "not ready/8"


def changed(kind: Kind, seen: dict[str, str], record: Agent | Contact, verb: str) -> list[str]:
    action = ActionRow(
        key="k",
        actor="vera",
        verb=verb,
        site=SITE,
        source=SOURCE,
        kind=kind,
        entity=record.id,
        state=ActionState.HELD,
        pressed_at=NOW,
        not_after=NOW,
        updated_at=NOW,
        seen=seen,
    )
    snapshot = make_snapshot(*QUEUES, make_agent("1002", name="Hana"))
    return list(differences(action, record, "UTC", snapshot))


def test_what_has_changed_meanwhile_is_said_in_words_and_names() -> None:
    busy = make_agent(state=AgentState.BUSY, contact="c9")
    assert changed(Kind.AGENT, {"state": "ready", "contact": ""}, busy, "pause") == [
        "state: it was ready, it is in call",
        "contact: it was none, it is c9",
    ]
    contact = make_contact(state=ContactState.CONNECTED, queue="sales", agent="1002")
    seen = {"state": "waiting", "queue": "claims", "agent": ""}
    assert changed(Kind.CONTACT, seen, contact, "hang-up") == [
        f"state: it was waiting, it is {words.contact_state(ContactState.CONNECTED)}",
        "queue: it was Claims, it is Sales",
        "agent: it was none, it is Hana",
    ]
    assert changed(Kind.CONTACT, {**seen, "queue": "gone"}, contact, "hang-up")[1] == (
        "queue: it was gone, it is Sales"
    )
