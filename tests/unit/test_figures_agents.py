from __future__ import annotations

import pytest

from data.figures.agents import agent_figures
from data.model import AgentDay, AgentState, ContactState
from data.rules.agent_state import believed_state
from tests.builders import (
    MOMENT,
    ago,
    make_agent,
    make_contact,
    make_counts,
    make_escalation,
    make_queue,
    make_snapshot,
)


def one_agent(*records):
    (figures,) = agent_figures(make_snapshot(*records), None, MOMENT)
    return figures


@pytest.mark.parametrize("reported", list(AgentState))
@pytest.mark.parametrize("state", list(ContactState))
def test_an_agent_on_a_contact_is_never_ready(reported, state):
    agent = make_agent(contact="c1", reported_state=reported, reported_since=ago(10))
    believed, _since = believed_state(agent, make_contact(agent="1001", state=state))
    assert believed is not AgentState.READY


def test_means_and_occupancy_come_from_the_sums_of_the_day():
    figures = one_agent(make_agent())
    assert (figures.handled, figures.aht_s, figures.occupancy) == (10, 240.0, 80.0)
    assert figures.state_s == 42.0


@pytest.mark.parametrize(
    "today",
    [
        AgentDay(),
        AgentDay(handled=0, talk_s=0, hold_s=0, acw_s=0, ready_s=0),
        AgentDay(handled=3, talk_s=300.0, acw_s=30.0, ready_s=10.0),
    ],
)
def test_what_a_source_cannot_tell_is_unknown_and_not_zero(today):
    figures = one_agent(make_agent(today=today))
    assert (figures.aht_s, figures.occupancy, figures.adherence) == (None, None, None)


def test_the_contact_in_hand_brings_its_queue_and_the_open_complaint_of_its_caller():
    figures = one_agent(
        make_agent(contact="c1", state=AgentState.BUSY),
        make_contact("c1", agent="1001", state=ContactState.CONNECTED),
        make_queue(),
        make_escalation(caller_key="key-of-4912"),
    )
    assert figures.queue is not None
    assert (figures.queue.id, figures.complaint) == ("claims", "E-1042")


@pytest.mark.parametrize(
    "complaint",
    [
        make_escalation(caller_key="key-of-4912", status="closed"),
        make_escalation(caller_key="another"),
        make_escalation(caller_key="key-of-4912", site="ls1"),
    ],
)
def test_closed_and_other_complaints_are_not_named(complaint):
    figures = one_agent(
        make_agent(contact="c1", state=AgentState.BUSY), make_contact(agent="1001"), complaint
    )
    assert figures.complaint == ""


def test_of_several_complaints_of_a_caller_the_oldest_is_named():
    figures = one_agent(
        make_agent(contact="c1"),
        make_contact(agent="1001"),
        make_escalation("1", reference="E-2", caller_key="key-of-4912", received_at=ago(90)),
        make_escalation("2", reference="E-3", caller_key="key-of-4912", received_at=ago(50)),
    )
    assert figures.complaint == "E-2"


def test_callers_without_a_key_are_not_taken_for_one_another():
    figures = one_agent(
        make_agent(contact="c1"),
        make_contact(agent="1001", caller_key=""),
        make_escalation(caller_key=""),
    )
    assert figures.complaint == ""


def test_a_contact_that_names_somebody_else_is_not_in_hand():
    assert one_agent(make_agent(contact="c1"), make_contact(agent="1002")).contact is None


@pytest.mark.parametrize(
    ("talk_s", "state", "is_long"),
    [
        (391, AgentState.BUSY, True),
        (389, AgentState.BUSY, False),
        (391, AgentState.WORKING_AFTER_CONTACT, False),
    ],
)
def test_a_contact_over_three_times_the_usual_is_long(talk_s, state, is_long):
    figures = one_agent(
        make_agent(contact="c1", state=state),
        make_contact(agent="1001", answered_at=ago(talk_s), state=ContactState.CONNECTED),
        make_queue(day=make_counts()),
    )
    assert figures.is_long is is_long
