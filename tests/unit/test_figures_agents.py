from __future__ import annotations

import pytest

from data.figures.agents import agent_figures
from data.model import Activity, AgentDay, AgentState, ContactState
from data.rules.agent_state import believed_state
from tests.builders import (
    MOMENT,
    ago,
    make_agent,
    make_contact,
    make_counts,
    make_escalation,
    make_health,
    make_queue,
    make_shift,
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


SHIFT = make_shift(activities=(Activity("break", ago(60), ago(-840)),))
KEPT = {"scheduled_s": 3600.0, "adherent_s": 1800.0, "unanswered_rings": 2}


def test_what_runs_since_the_count_is_added_at_the_look():
    ready = make_agent(since=ago(100), adherence_at=ago(100), **KEPT)
    figures = one_agent(ready, SHIFT)
    # 40 s ready on queue, then a minute ready in the break.
    assert figures.schedule == (3700.0, 1840.0)
    assert figures.adherence == pytest.approx(100 * 1840 / 3700)
    assert figures.unanswered_rings == 2
    later = agent_figures(
        make_snapshot(ready, SHIFT, sources=(make_health(age_s=0.0),)),
        None,
        MOMENT._replace(mono_ms=MOMENT.mono_ms + 4000, now=MOMENT.now + 4000),
    )
    assert later[0].schedule == (3704.0, 1840.0)


def test_old_figures_stand_still():
    agent = make_agent(since=ago(100), adherence_at=ago(100), **KEPT)
    snapshot = make_snapshot(agent, SHIFT, sources=(make_health(age_s=90.0),))
    (figures,) = agent_figures(snapshot, None, MOMENT)
    assert figures.is_old
    assert figures.schedule == (3610.0, 1810.0)


def test_yesterday_s_count_is_not_today_s():
    agent = make_agent(
        state=AgentState.LOGGED_OFF, since=ago(86_400), adherence_at=ago(86_400), **KEPT
    )
    day = one_agent(agent, SHIFT)
    since_eight = 6 * 3600 + 32 * 60 + 7
    assert (day.schedule, day.unanswered_rings) == ((since_eight, 0.0), 0)


def test_without_a_shift_there_is_no_adherence():
    agent = make_agent(adherence_at=ago(100), unanswered_rings=0)
    figures = one_agent(agent, make_shift(agent="1002"))
    assert (figures.schedule, figures.adherence, figures.unanswered_rings) == (None, None, 0)
    assert one_agent(make_agent()).unanswered_rings is None


def test_before_the_shift_begins_adherence_is_undefined():
    agent = make_agent(adherence_at=ago(100), scheduled_s=0.0, adherent_s=0.0)
    figures = one_agent(agent, make_shift(starts_at=ago(-60)))
    assert (figures.schedule, figures.adherence) == ((0.0, 0.0), None)


def test_who_listens_is_told_with_the_contact():
    contact = make_contact("c1", agent="1001", state=ContactState.CONNECTED, listeners=("Boss",))
    assert one_agent(make_agent(contact="c1"), contact).listeners == ("Boss",)
    assert one_agent(make_agent()).listeners == ()
