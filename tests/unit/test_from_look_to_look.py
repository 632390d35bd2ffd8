"""What is kept between two looks at a floor never differs from what is computed anew."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from data.figures.agents import agent_figures
from data.figures.heads import Heads, agents_elsewhere, heads_now
from data.figures.queues import FloorFigures, QueueBook, queue_figures
from data.floor import Delta, Floor, FloorSnapshot, Key
from data.masking import masked
from data.model import AgentState, ContactState, Kind
from data.settings import DEFAULT_RULES
from screens.presenters.agents import AgentTable, present_agents
from screens.presenters.roster import RosterLook, RosterTable
from screens.presenters.rows import RowView
from screens.presenters.table import TableView, ViewState
from screens.tones import Tone
from tests.builders import (
    MOMENT,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_contact,
    make_counts,
    make_escalation,
    make_health,
    make_interval,
    make_queue,
    make_shift,
    make_site,
)
from tests.support.tables import tones_of

IDS = tuple("123456")
QUEUES = ("claims", "sales")
SINCE = st.integers(0, 2500).map(ago)
AGENTS = st.builds(
    make_agent,
    st.sampled_from(IDS),
    name=st.sampled_from(["Anna", "Bert", "Ørjan"]),
    state=st.sampled_from(AgentState),
    since=SINCE,
    queues=st.sampled_from([("claims",), ("claims", "sales"), ()]),
    contact=st.sampled_from([None, "c1", "c2"]),
    assist_since=st.sampled_from([None, None, None, ago(20)]),
)
TALKING = st.builds(
    make_agent,
    st.just("1"),
    state=st.sampled_from([AgentState.BUSY, AgentState.BUSY, AgentState.WORKING_AFTER_CONTACT]),
    queues=st.just(("claims", "sales")),
    contact=st.just("c1"),
)
CONTACTS = st.builds(
    make_contact,
    st.sampled_from(["c1", "c2"]),
    agent=st.sampled_from(["1", "1", "2"]),
    queue=st.sampled_from(QUEUES),
    state=st.sampled_from(ContactState),
    answered_at=st.one_of(st.none(), SINCE),
    caller_key=st.sampled_from(["", "key-1"]),
)
QUEUE_ROWS = st.builds(
    make_queue,
    st.sampled_from(QUEUES),
    name=st.sampled_from(["Claims", "Sales"]),
    day=st.builds(make_counts, answered=st.just(10), talk_s=st.integers(100, 9000)),
    longest_wait_since=st.one_of(st.none(), SINCE),
)
SHIFTS = st.builds(make_shift, st.sampled_from(["s1", "s7"]), agent=st.sampled_from(["1", "7"]))
COMPLAINTS = st.builds(
    make_escalation, status=st.sampled_from(["new", "closed"]), caller_key=st.just("key-1")
)
ROWS = st.one_of(
    st.tuples(st.just(Kind.AGENT), AGENTS),
    st.tuples(st.just(Kind.AGENT), TALKING),
    st.tuples(st.just(Kind.CONTACT), CONTACTS),
    st.tuples(st.just(Kind.QUEUE), QUEUE_ROWS),
    st.tuples(st.just(Kind.ESCALATION), COMPLAINTS),
    st.tuples(st.just(Kind.SHIFT), SHIFTS),
    st.tuples(
        st.just(Kind.INTERVAL),
        st.builds(make_interval, starts_at=st.integers(0, 8).map(lambda n: ago(900 * n))),
    ),
)
GONE = st.one_of(
    st.tuples(st.just(Kind.AGENT), st.sampled_from(IDS)),
    st.tuples(st.just(Kind.CONTACT), st.sampled_from(["c1", "c2"])),
    st.tuples(st.just(Kind.QUEUE), st.sampled_from(QUEUES)),
)
STEPS = st.lists(
    st.tuples(
        st.lists(ROWS, max_size=3),
        st.one_of(st.just([]), st.just([]), st.lists(GONE, max_size=1)),
        st.sampled_from([0, 1, 90, 300, 700]),
        st.sampled_from([True] * 5 + [False]),
        st.sampled_from([False] * 9 + [True]),
        st.sampled_from([True, True, False]),
    ),
    min_size=4,
    max_size=8,
)
"""Rows, keys of deleted rows, seconds, freshness, a reset, and whether it is looked at."""
VIEWS = st.builds(
    ViewState,
    sort=st.sampled_from(["", "", "name", "queue"]),
    is_reversed=st.booleans(),
    filter=st.sampled_from(["", "", "an", "claims"]),
)
OTHER = "north"
"""Another site, where people have the same names and numbers."""
LOOKS = st.tuples(
    st.sampled_from([None, None, None, SITE, OTHER, "elsewhere"]),
    VIEWS,
    st.sampled_from(["now", "now", "now", "past", "masked"]),
)
"""Which site is looked at and how, and whether it is shown as it was, or with no names."""
BASE = (
    *((Kind.QUEUE, make_queue(name)) for name in QUEUES),
    *((Kind.AGENT, make_agent(name, since=ago(60))) for name in IDS),
    *((Kind.SHIFT, make_shift(f"s{name}", agent=name)) for name in IDS),
    (Kind.CONTACT, make_contact("c1", agent="1", answered_at=ago(60))),
    (Kind.AGENT, make_agent("1", state=AgentState.BUSY, contact="c1", queues=QUEUES)),
)


def plain(floor: FloorFigures) -> object:
    return [floor.queues, floor.immediate, floor.ages]


def there(row: tuple[Kind, Any]) -> tuple[Kind, Any]:
    """The same of the other site."""
    return row[0], replace(row[1], site=OTHER)


def by_key(table: TableView) -> dict[str, RowView]:
    return {row.key: row for row in table.rows}


@settings(max_examples=80, deadline=None)
@given(STEPS, st.lists(st.one_of(st.none(), LOOKS), min_size=8, max_size=8))
def test_looks_at_a_floor_that_changes_say_what_fresh_ones_say(steps, looks):
    """Also where one goes to another site, back in time, and behind a lock and out again."""
    floor, table, roster, book, heads = Floor(), AgentTable(), RosterTable(), QueueBook(), Heads()
    moment, base = MOMENT, (*BASE, *map(there, BASE))
    place = {"sites": (make_site(), make_site(id=OTHER, name="North"))}
    health = make_health(), make_health(site=OTHER)
    past = Floor().apply(Delta(1, upserts=base[3:], sources=health, **place))
    site, view, which = None, ViewState(), "now"
    for number, (rows, gone, seconds, is_fresh, is_reset, is_looked_at) in enumerate(steps):
        moment = moment._replace(now=moment.now + seconds * 1000)
        site, view, which = looks[number] or (site, view, which)
        present = floor.apply(
            Delta(
                rev=number + 1,
                upserts=(*(base if number == 0 else ()), *rows[:1], *map(there, rows[1:]), *rows),
                deletions=tuple((kind, Key(SITE, SOURCE, name)) for kind, name in gone),
                sources=(make_health(age_s=1.0 if is_fresh else 4000.0), health[1]),
                reset=is_reset,
                **place,
            )
        )
        if not is_looked_at:
            continue
        snapshot = {"now": present, "past": past}.get(which) or masked(present)
        shown = table.present(snapshot, site, moment, DEFAULT_RULES, view)
        fresh = AgentTable().present(snapshot, site, moment, DEFAULT_RULES, view)
        assert list(shown.rows) == list(fresh.rows)
        assert (shown.notes, shown.shown, shown.total) == (fresh.notes, fresh.shown, fresh.total)
        assert [row.tone for row in shown.rows] == tones_of(shown)
        if not view.filter:
            figures = agent_figures(snapshot, site, moment)
            eager = present_agents(figures, snapshot, DEFAULT_RULES, view, site=site)
            assert by_key(shown) == by_key(eager)
        of_roster = RosterLook(snapshot=snapshot, site=site, moment=moment, view=view)
        shown = roster.present(of_roster)
        fresh = RosterTable().present(of_roster)
        assert list(shown.rows) == list(fresh.rows)
        assert tones_of(shown) == tones_of(fresh)
        kept = book.figures(snapshot, site, moment)
        anew = queue_figures(snapshot, site, moment)
        assert plain(kept) == plain(anew)
        some = [one.key for one in kept.queues[:1]]
        assert kept.staff.joint_counts(some) == anew.staff.joint_counts(some)
        heads.look(snapshot)
        assert heads.elsewhere == agents_elsewhere(snapshot)
        assert heads.present(site) == heads_now(snapshot, site, heads.elsewhere)


@given(STEPS, st.integers(0, 12))
def test_what_changed_since_a_view_is_what_differs_from_it(steps, lag):
    floor, views = Floor(), [FloorSnapshot()]
    for number, (rows, gone, *_other, is_reset, _looked_at) in enumerate(steps):
        deletions = tuple((kind, Key(SITE, SOURCE, name)) for kind, name in gone)
        delta = Delta(number + 1, upserts=tuple(rows), deletions=deletions, reset=is_reset)
        views.append(floor.apply(delta))
        before, after = views[max(0, len(views) - 1 - lag)], views[-1]
        for kind, name in ((Kind.AGENT, "agents"), (Kind.CONTACT, "contacts")):
            old, new = getattr(before, name), getattr(after, name)
            differing = {key for key in {*old, *new} if old.get(key) is not new.get(key)}
            assert differing <= set(after.changed_since(before, kind))


def test_a_view_put_together_by_hand_is_compared_row_by_row():
    floor = Floor()
    anna, bert = make_agent("1"), make_agent("2")
    before = floor.apply(Delta(1, upserts=((Kind.AGENT, anna), (Kind.AGENT, bert))))
    other = make_agent("2", name="Other")
    agents = {**before.agents, Key(SITE, SOURCE, "2"): other}
    after = msgspec.structs.replace(before, agents=agents)
    assert after.changed_since(before, Kind.AGENT) == {Key(SITE, SOURCE, "2")}
    assert not after.changed_since(before, Kind.CONTACT)


def test_a_look_that_has_been_taken_is_let_go_of_with_the_next() -> None:
    """Its rows are as many again as what has changed since, and so are those before its step."""
    floor, table = Floor(), AgentTable()
    older = floor.apply(Delta(rev=1, upserts=((Kind.AGENT, make_agent()),)))
    newer = floor.apply(Delta(rev=2, upserts=((Kind.AGENT, make_agent(since=ago(1))),)))
    view = ViewState(filter="agent")
    held = sys.getrefcount(older)
    table.present(older, None, MOMENT, DEFAULT_RULES, view=view)
    assert sys.getrefcount(older) > held
    table.present(newer, None, MOMENT, DEFAULT_RULES, view=view)
    assert sys.getrefcount(older) == held


def test_a_limit_is_noticed_that_time_alone_passes():
    floor, table = Floor(), AgentTable()
    ready, resting = (
        make_agent("1", state=state, since=ago(60))
        for state in (AgentState.READY, AgentState.NOT_READY)
    )
    for rev, agent in enumerate((ready, resting), start=1):
        delta = Delta(rev, upserts=((Kind.AGENT, agent),), sources=(make_health(),))
        snapshot = floor.apply(delta)
        assert tones_of(table.present(snapshot, None, MOMENT, DEFAULT_RULES)) == [Tone.NORMAL]
    later = MOMENT._replace(now=MOMENT.now + 1_141_000)
    assert tones_of(table.present(snapshot, None, later, DEFAULT_RULES)) == [Tone.LOOK]
