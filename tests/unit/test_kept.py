"""How agents and teams keep to the plan, and what callers have of it."""

from __future__ import annotations

import pytest

from data.cache.history_model import Segment
from data.figures.kept import by_team, day_kept
from data.floor import Key
from data.model import Activity, AgentState
from data.rules.adherence import impact
from supervisor_tui.show_day import kept_json, team_lines
from tests.builders import NOW, SITE, SOURCE, make_agent, make_shift, make_snapshot

MINUTE = 60_000
START = NOW - 120 * MINUTE
BREAK = Activity("break", START + 30 * MINUTE, START + 45 * MINUTE)
LEAVE = Activity("time_off", START + 90 * MINUTE, NOW)


def segment(begins: int, ends: int | None, state: AgentState, reason: str = "") -> Segment:
    return Segment(
        agent="",
        agent_name="",
        start=START + begins * MINUTE,
        end=None if ends is None else START + ends * MINUTE,
        state=state,
        reason=reason,
        queue="",
        contact="",
    )


@pytest.mark.parametrize(
    ("planned", "state", "sign"),
    [
        ("on_queue", AgentState.READY, 0),
        ("on_queue", AgentState.NOT_READY, -1),
        ("overtime", AgentState.LOGGED_OFF, -1),
        ("break", AgentState.BUSY, 1),
        ("meeting", AgentState.NOT_READY, 0),
        ("", AgentState.READY, 1),
        ("", AgentState.LOGGED_OFF, 0),
    ],
)
def test_impact_is_what_callers_have_of_it(planned, state, sign):
    assert impact(planned, state) == sign


def test_sums_of_agents_are_those_of_their_team():
    snapshot = make_snapshot(
        make_agent("a", name="Ann", team="north"),
        make_agent("b", name="Bob", team="north"),
        make_agent("c", name="Cid", team="south"),
        make_agent("d", name="Dot", team="south"),
        make_shift("s1", agent="a", starts_at=START, ends_at=NOW, activities=(BREAK,)),
        make_shift("s2", agent="b", starts_at=START, ends_at=NOW, activities=(BREAK, LEAVE)),
        make_shift("s3", agent="c", source="desk", starts_at=START, ends_at=NOW),
        make_shift("s4", agent="d", starts_at=NOW, ends_at=NOW + MINUTE),
        make_shift("s5", agent="nobody", starts_at=START, ends_at=NOW),
    )
    did = {
        "a": [
            segment(0, 45, AgentState.BUSY),
            segment(45, 60, AgentState.NOT_READY, "break"),
            segment(60, None, AgentState.READY),
        ],
        "b": [segment(-30, 30, AgentState.READY), segment(30, 100, AgentState.NOT_READY, "break")],
        "c": [segment(0, 60, AgentState.UNKNOWN), segment(60, None, AgentState.READY)],
    }
    found = day_kept(snapshot, {SITE: (START, NOW)}, lambda key, _start, _end: did.get(key.id, []))
    assert [one.name for one in found] == ["Ann", "Bob", "Cid"]
    ann, bob, cid = (one.kept for one in found)
    # Ann took her break a quarter of an hour late: 30 of 120 minutes off, and as much work.
    assert (ann.tally.adherence, ann.tally.conformance) == (75.0, 100.0)
    assert (ann.helped_ms, ann.missed_ms) == (15 * MINUTE, 15 * MINUTE)
    # Bob's break took 55 minutes up to his leave: 45 of 90 minutes as planned.
    assert bob.tally.scheduled_ms == 90 * MINUTE
    assert (bob.tally.adherent_ms, bob.missed_ms) == (45 * MINUTE, 45 * MINUTE)
    # Of Cid nothing is known for an hour, which counts on neither side.
    assert (cid.tally.scheduled_ms, cid.tally.adherence) == (60 * MINUTE, 100.0)
    teams = by_team(found)
    assert list(teams) == ["north", "south"]
    assert teams["north"].tally == ann.tally + bob.tally
    assert teams["north"].agents == 2
    assert "north: adherence 64.3 %" in team_lines(found)[0]
    document = kept_json(found)["adherence"]
    assert [team["agents"] for team in document["teams"]] == [2, 1]
    assert document["agents"][0]["adherence"] == 75.0
    assert Key(SITE, SOURCE, "a") == found[0].key
