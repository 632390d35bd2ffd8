"""What would become of queues, whom one could move, and whose break could slip."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from data.cache.history_half_hours import HalfHour
from data.figures.intraday import intraday
from data.figures.moves import moves, queue_states, slips
from data.figures.queues import queue_figures
from data.figures.roster import HALF_HOUR_MS
from data.floor import Key
from data.model import DESK, Activity, AgentState, Channel
from data.rules.service_level import Formula
from data.rules.staffing import Load, measure
from data.rules.what_if import Change, QueueState, changed, move, outlook
from screens.look import Look, Viewing
from screens.presenters.what_if import slips_table
from screens.what_if_page import WhatIfPage
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    make_agent,
    make_counts,
    make_interval,
    make_queue,
    make_shift,
    make_snapshot,
)

CALLS = QueueState(key="a", calls=100, aht_s=180, agents=14)
states = st.builds(
    QueueState,
    key=st.just("a"),
    calls=st.integers(0, 300),
    aht_s=st.integers(1, 900),
    agents=st.integers(0, 200).map(lambda thirds: thirds / 3),
    patience_s=st.one_of(st.none(), st.integers(5, 900)),
)


def test_an_outlook_is_what_staffing_says():
    found = outlook(CALLS)
    assert found.service_level == measure(Load(100, 1800, 180), 14).service_level
    assert round(found.service_level, 5) == 0.88835  # Call Centre Helper's example
    assert found.required == 14
    assert found.abandon_rate is None
    between = outlook(replace(CALLS, agents=14.5)).service_level
    assert found.service_level < between < outlook(replace(CALLS, agents=15)).service_level


@given(states, st.integers(1, 9), st.floats(1.01, 3))
def test_more_agents_never_harm_and_more_calls_never_help(state, more, factor):
    now = outlook(state).service_level
    (helped,) = changed([state], [Change(agents=more)])
    (busier,) = changed([state], [Change("a", calls=factor)])
    assert outlook(helped).service_level >= now - 1e-9
    assert outlook(busier).service_level <= now + 1e-9


@given(st.lists(states, min_size=2, max_size=4), st.integers(0, 5))
@example([CALLS, CALLS], 200)
def test_a_move_makes_nobody_up(found, count):
    queues = [replace(one, key=place) for place, one in enumerate(found)]
    after = changed(queues, [move(count, 0, 1)])
    assert sum(one.agents for one in after) == pytest.approx(sum(one.agents for one in queues))
    assert after[0].agents == max(0, queues[0].agents - count)
    assert [one.calls for one in after] == [one.calls for one in queues]
    assert changed(queues, [Change(0, -1000)])[0].agents == 0
    assert changed(queues, [move(2, "unknown", 1)])[1].agents == queues[1].agents + 2


# The floor

SHORT, FULL = Key(SITE, SOURCE, "short"), Key(SITE, SOURCE, "full")


def floor(**more):
    day = make_counts(offered=100, answered=90, abandoned=5, talk_s=90 * 200.0)
    queues = [make_queue(name, day=day, contacts_waiting=0) for name in ("short", "full")]
    intervals = [
        make_interval(
            "short",
            counts=make_counts(offered=60, answered=50, talk_s=50 * 200.0, hold_s=0.0, acw_s=0.0),
        ),
        make_interval("full", counts=make_counts(offered=10, answered=10, talk_s=10 * 200.0)),
    ]
    agents = [
        *(make_agent(f"s{n}", queues=("short",), state=AgentState.BUSY) for n in range(6)),
        *(
            make_agent(f"f{n}", name=f"F{n}", queues=("full",), state=state, since=NOW - 1000 * n)
            for n, state in enumerate([AgentState.BUSY, *[AgentState.READY] * 7])
        ),
        make_agent("both", queues=("short", "full"), state=AgentState.READY),
        make_agent("away", queues=("full",), state=AgentState.NOT_READY),
    ]
    return make_snapshot(*queues, *intervals, *agents, **more)


def test_who_serves_two_queues_is_half_an_agent_to_each():
    snapshot = floor()
    found = {
        one.key: one
        for one in queue_states(
            queue_figures(snapshot, None, MOMENT, Formula.OFFERED), snapshot, {FULL: 12.0}
        )
    }
    assert (found[SHORT].agents, found[FULL].agents) == (6.5, 8.5)
    assert (found[SHORT].calls, found[FULL].calls) == (60, 12)
    assert found[SHORT].aht_s == 200


def test_the_longest_ready_of_a_queue_with_heads_to_spare_are_named_first():
    snapshot = floor()
    figures = queue_figures(snapshot, None, MOMENT, Formula.OFFERED)
    (found,) = moves(queue_states(figures, snapshot, {}), snapshot, NOW)
    assert (found.source, found.target) == (FULL, SHORT)
    assert found.heads >= 2
    assert found.saved_h == found.heads / 2
    assert [key.id for key in found.agents] == ["f7", "f6", "f5", "f4", "f3", "f2", "f1", "f0"]


def halves(*spare: int):
    """Half hours from the running one on, with so many heads more than needed in each."""
    first = NOW - NOW % HALF_HOUR_MS
    times = [first + place * HALF_HOUR_MS for place in range(len(spare))]
    demand = [HalfHour(at, 10.0, 10.0, 0, 20) for at in times]
    planned = {at: 20.0 + more for at, more in zip(times, spare, strict=True)}
    return intraday(times, demand, planned, {}, 20, NOW), times


def test_a_break_slips_out_of_a_half_hour_that_lacks_heads_and_into_none_that_then_does():
    day, times = halves(0, -2, 0, 3)
    tea = Activity("break", times[1], times[1] + 900_000)
    shift = make_shift(starts_at=times[0], ends_at=times[3] + HALF_HOUR_MS, activities=(tea,))
    (found,) = slips(make_snapshot(shift), day, None)
    assert (found.kind, found.starts_at) == ("break", times[1])
    assert found.better_at == times[3]
    assert found.saved_h == 0.25
    busy = Activity("training", times[3], times[3] + HALF_HOUR_MS)
    taken = replace(shift, activities=(tea, busy))
    assert slips(make_snapshot(taken), day, None) == []
    assert slips(make_snapshot(shift), halves(0, 1, 0, 3)[0], None) == []
    assert slips(make_snapshot(shift), day, "elsewhere") == []


def test_a_break_that_the_desk_keeps_is_of_somebody_with_a_name():
    day, times = halves(0, -2, 0, 3)
    tea = Activity("break", times[1], times[1] + 900_000)
    span = {"starts_at": times[0], "ends_at": times[3] + HALF_HOUR_MS}
    shift = make_shift(source=DESK, activities=(tea,), **span)
    seen = make_snapshot(shift, make_agent("1001", name="Hana", queues=("short",)))
    found = slips(seen, day, None)
    assert [one.agent for one in found] == [Key(SITE, SOURCE, "1001")]
    (row,) = slips_table(found, seen, {}).rows
    assert "Hana" in row.cells
    mail = make_queue("mail", channel=Channel.EMAIL)
    assert slips(make_snapshot(shift, mail, make_agent("1001", queues=("mail",))), day, None) == []


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_page_says_all_of_it_in_any_width(width):
    snapshot = floor()
    look = Look(
        snapshot=snapshot,
        moment=MOMENT,
        viewing=Viewing(floor_name="Floor", formula=Formula.OFFERED, rules=()),
    )
    page = WhatIfPage()
    lines = ["".join(text for text, _tone in line) for line in page(look, width)]
    assert max(map(len, lines)) <= width + 1
    text = "\n".join(lines)
    assert "The queues" in text
    assert "F7" in text or width < 80
    assert "No half hour" in text
    assert page.wanted_past == (NOW // HALF_HOUR_MS, None)


def test_what_is_supposed_stands_first_as_it_is_and_as_it_would_be():
    look = Look(
        snapshot=floor(),
        moment=MOMENT,
        viewing=Viewing(floor_name="Floor", formula=Formula.OFFERED, rules=()),
    )
    page = WhatIfPage([move(2, FULL, SHORT), Change(SHORT, calls=1.5)])
    lines = ["".join(text for text, _tone in line) for line in page(look, 100)]
    first = lines.index(" As it is > as it would be")
    rows = [line.split() for line in lines[first + 2 : first + 4]]
    assert sorted(row[:3] for row in rows) == [
        ["Full", "10>10", "8.5>6.5"],
        ["Short", "60>90", "6.5>8.5"],
    ]
    nothing = WhatIfPage([Change(Key(SITE, SOURCE, "unknown"), 1)])
    assert "Nothing changes" in "\n".join(
        "".join(text for text, _tone in line) for line in nothing(look, 100)
    )


def test_one_key_types_what_is_supposed_and_else_what_is_best():
    look = Look(
        snapshot=floor(),
        moment=MOMENT,
        viewing=Viewing(floor_name="Floor", formula=Formula.OFFERED, rules=()),
    )
    for changes, expected in (
        ((), r'lend \d "Full" "Short" 30m'),
        ((Change(SHORT, agents=-1), move(3, FULL, SHORT)), 'lend 3 "Full" "Short" 30m'),
    ):
        page = WhatIfPage(changes)
        text = "\n".join("".join(part for part, _tone in line) for line in page(look, 120))
        assert re.fullmatch(expected, page.proposal)
        assert f"J types: :{page.proposal}" in text
    calm = WhatIfPage()
    calm(Look(snapshot=make_snapshot(), moment=MOMENT, viewing=look.viewing), 80)
    assert not calm.proposal
