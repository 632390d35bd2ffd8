"""A row of an agent that is kept from look to look says what one says that is made anew."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from data.figures.agents import agent_figures
from data.floor import Key
from data.model import AgentState, ContactState, Freshness
from data.settings import DEFAULT_RULES
from screens.presenters.agent_fields import AgentContext
from screens.presenters.agent_rows import AgentRows, agent_row
from screens.presenters.sites import SiteColumn
from tests.builders import (
    MOMENT,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_contact,
    make_escalation,
    make_health,
    make_queue,
    make_shift,
    make_snapshot,
)

QUEUE = make_queue()
CONTACT = make_contact("c1", agent="1001", state=ContactState.CONNECTED, answered_at=ago(100))
AGENT = make_agent(
    "1001",
    state=AgentState.BUSY,
    contact="c1",
    since=ago(100),
    scheduled_s=3600.0,
    adherent_s=1800.0,
    adherence_at=ago(100),
)
HEALTH = make_health(age_s=1.0)
SITES = SiteColumn({}, 2, is_shown=False)
CONTEXT = AgentContext({}, DEFAULT_RULES)


def figures_of(*rows, agent=AGENT, contact=CONTACT, queue=QUEUE, later_s=0, health=HEALTH):
    moment = MOMENT._replace(now=MOMENT.now + later_s * 1000)
    floor = make_snapshot(agent, contact, queue, *rows)
    floor = replace(floor, sources=(health,))
    return agent_figures(floor, None, moment)[0]


OTHERS = {
    "agent": {"agent": replace(AGENT, name="Zoë")},
    "contact": {"contact": replace(CONTACT, listeners=("Kim",))},
    "queue": {"queue": replace(QUEUE, name="Another")},
    "time": {"later_s": 61},
    "age": {"health": make_health(age_s=4000.0)},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_whatever_changes_is_on_the_row(other):
    rows, now = AgentRows(), figures_of(**other)
    first = rows.row(figures_of(), CONTEXT, SITES)
    assert rows.row(now, CONTEXT, SITES) == agent_row(now, CONTEXT, SITES) != first


def test_a_complaint_a_shift_and_a_site_are_on_the_row():
    rows, shift = AgentRows(), make_shift(agent="1001", starts_at=ago(900), ends_at=ago(-900))
    complaint = make_escalation(caller_key=CONTACT.caller_key)
    shown = SiteColumn({QUEUE.site: "Leeds"}, 2, is_shown=True)
    for now, context, sites in (
        (figures_of(), CONTEXT, SITES),
        (figures_of(), CONTEXT, shown),
        (figures_of(), CONTEXT, SITES),
        (figures_of(complaint), CONTEXT, SITES),
        (figures_of(shift), CONTEXT, SITES),
        (figures_of(shift, later_s=300), CONTEXT, SITES),
    ):
        assert rows.row(now, context, sites) == agent_row(now, context, sites)


def test_what_the_whole_table_is_read_with_is_on_the_row():
    rows, ready = AgentRows(), make_agent("1001", since=ago(8000))
    renamed = AgentContext({Key(SITE, SOURCE, "claims"): "Another"}, DEFAULT_RULES)
    lost = make_health(age_s=1.0, state=Freshness.OFFLINE)
    now, old = figures_of(agent=ready), figures_of(agent=ready, health=lost)
    for figures, context in ((now, CONTEXT), (old, CONTEXT), (now, CONTEXT), (now, renamed)):
        assert rows.row(figures, context, SITES) == agent_row(figures, context, SITES)


def test_a_row_that_says_the_same_is_the_same():
    rows = AgentRows()
    first = rows.row(figures_of(), CONTEXT, SITES)
    assert rows.row(figures_of(), CONTEXT, SITES) is first
    assert rows.row(figures_of(later_s=1), CONTEXT, SITES) != first
