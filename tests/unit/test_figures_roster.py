"""How somebody stands against the plan."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.figures.roster import Fit, classify
from data.model import Activity, AgentState
from tests.builders import instant, make_agent, make_shift

START = instant("2026-03-11T08:00:00+01:00")
END = instant("2026-03-11T16:00:00+01:00")
MINUTE = 60_000
BREAK = Activity("break", START + 120 * MINUTE, START + 135 * MINUTE)
LEAVE = Activity("time_off", START + 300 * MINUTE, START + 360 * MINUTE)
SHIFT = make_shift(starts_at=START, ends_at=END, activities=(BREAK, LEAVE))

OFF, READY, NOT_READY = AgentState.LOGGED_OFF, AgentState.READY, AgentState.NOT_READY
BUSY = AgentState.BUSY


@pytest.mark.parametrize(
    ("at", "state", "since", "reason", "fit", "minutes"),
    [
        (-5, OFF, -600, "", Fit.OFF, None),
        (481, READY, 0, "", Fit.OFF, None),
        (2, OFF, -600, "", Fit.FITS, None),
        (3, OFF, -600, "", Fit.LATE, 3),
        (14, OFF, -600, "", Fit.LATE, 14),
        (15, OFF, -600, "", Fit.MISSING, 15),
        (125, OFF, -600, "", Fit.MISSING, 125),
        (60, BUSY, 0, "", Fit.FITS, None),
        (125, BUSY, 0, "", Fit.FITS, None),
        (125, NOT_READY, 121, "break", Fit.FITS, None),
        (137, NOT_READY, 121, "break", Fit.FITS, None),
        (138, NOT_READY, 121, "x17", Fit.LONG_BREAK, 3),
        (200, NOT_READY, 180, "lunch", Fit.LONG_BREAK, 20),
        (200, NOT_READY, 180, "coaching", Fit.AWAY, 20),
        (200, AgentState.UNREACHABLE, 180, "", Fit.AWAY, 20),
        (200, OFF, 190, "", Fit.LEFT, 10),
        (125, OFF, 121, "", Fit.FITS, None),
        (330, OFF, 121, "", Fit.OFF, None),
        (60, AgentState.UNKNOWN, 0, "", Fit.UNKNOWN, None),
    ],
)
def test_a_standing_and_its_minutes(at, state, since, reason, fit, minutes):
    agent = make_agent(state=state, since=START + since * MINUTE, reason=reason)
    now = START + at * MINUTE
    standing = classify(SHIFT, agent, now)
    assert (standing.fit, standing.minutes(now)) == (fit, minutes)


def test_whom_no_telephony_knows_is_unknown_and_not_missing():
    assert classify(SHIFT, None, START + 60 * MINUTE).fit is Fit.UNKNOWN


@given(
    st.sampled_from(AgentState),
    st.sampled_from(["", "break", "coaching"]),
    st.integers(-120, 600),
    st.integers(-120, 600),
    st.integers(0, 600),
)
@example(AgentState.LOGGED_OFF, "", 0, 15, 285)
def test_a_standing_holds_until_it_says(state, reason, since, at, later):
    """A table that asks again only then must miss nothing."""
    agent = make_agent(state=state, since=START + since * MINUTE, reason=reason)
    now = START + max(at, since) * MINUTE
    standing = classify(SHIFT, agent, now)
    then = min(now + later * MINUTE, standing.until - 1)
    if then > now:
        assert classify(SHIFT, agent, then).fit is standing.fit
