"""A table that makes only the rows on the screen says what one says that makes them all."""

from __future__ import annotations

from unittest import mock

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from data.figures.agents import agent_figures
from data.floor import Key
from data.model import AgentState, ContactState
from data.settings import DEFAULT_RULES
from screens.presenters import lazy
from screens.presenters.agents import AgentTable, present_agents
from screens.presenters.rows import LazyRows
from screens.presenters.table import ViewState
from screens.tones import Tone
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
    make_snapshot,
)
from tests.support.tables import tones_of

IDS = ("1001", "1002", "1003", "1004", "1005", "1006")
CHANGES = st.fixed_dictionaries(
    {
        "state": st.sampled_from(AgentState),
        "since": st.integers(0, 4000).map(ago),
        "assist_since": st.sampled_from([None, ago(20)]),
        "name": st.sampled_from(["Anna", "Bert", "Ørjan"]),
    }
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("agent"), st.sampled_from(IDS), CHANGES),
        st.tuples(st.just("gone"), st.sampled_from(IDS), st.none()),
        st.tuples(st.just("wait"), st.integers(1, 2000), st.none()),
        st.tuples(st.just("old"), st.booleans(), st.none()),
    ),
    max_size=12,
)
VIEWS = st.builds(
    ViewState,
    sort=st.sampled_from(["", "name", "for", "handled", "state"]),
    is_reversed=st.booleans(),
    filter=st.sampled_from(["", "an", "ready 10"]),
)


_AWAY = {
    "state": AgentState.NOT_READY,
    "since": ago(1100),
    "assist_since": None,
    "name": "Anna",
}


@settings(max_examples=150, deadline=None)
@example([("agent", "1001", _AWAY), ("wait", 200, None), ("wait", 600, None)], ViewState(), 0)
@given(STEPS, VIEWS, st.sampled_from([0, 1000]))
def test_what_is_kept_from_look_to_look_never_differs_from_a_fresh_look(steps, view, few):
    with mock.patch.object(lazy, "_FEW", few):  # rows are put in one by one, or sorted anew
        follow(steps, view)


def follow(steps, view):
    table, moment = AgentTable(), MOMENT
    floor = make_snapshot(
        make_queue(),
        make_escalation(caller_key="key-of-4912"),
        *(make_agent(name) for name in IDS),
        make_agent("1007", state=AgentState.BUSY, contact="c1"),
        make_contact("c1", agent="1007", state=ContactState.CONNECTED, answered_at=ago(100)),
    )
    table.present(floor, None, moment, DEFAULT_RULES, view)
    for kind, what, changes in steps:
        agents = dict(floor.agents)
        if kind == "wait":
            moment = moment._replace(now=moment.now + what * 1000)
        elif kind == "old":
            source = make_health(age_s=4000.0 if what else 1.0)
            floor = replace(floor, sources=(source,))
        else:
            key = Key(SITE, SOURCE, what)
            if kind == "gone":
                agents.pop(key, None)
            else:
                agents[key] = msgspec.structs.replace(make_agent(what), **changes)
            floor = replace(floor, agents=agents)
        shown = table.present(floor, None, moment, DEFAULT_RULES, view)
        fresh = AgentTable().present(floor, None, moment, DEFAULT_RULES, view)
        assert list(shown.rows) == list(fresh.rows)
        assert shown.notes == fresh.notes
        if not view.filter:
            figures = agent_figures(floor, None, moment)
            eager = present_agents(figures, floor, DEFAULT_RULES, view)
            assert list(shown.rows) == list(eager.rows)
        assert [row.tone for row in shown.rows] == tones_of(shown)
        assert [row.key for row in shown.rows] == list(shown.rows.keys)


def test_only_what_is_looked_at_is_made():
    made = []

    def make(at):
        made.append(at)
        return f"row {at}"

    rows = LazyRows([str(at) for at in range(2000)], lambda _at: Tone.NORMAL, make)
    assert len(rows) == 2000
    assert made == []
    assert rows[3:5] == ("row 3", "row 4")
    assert rows[-1] == "row 1999"
    assert rows[3] == "row 3"
    assert made == [3, 4, 1999]
