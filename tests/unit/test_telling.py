"""What `watch` says: everything once, and then a line for each change that means something."""

from __future__ import annotations

import pytest

from data.figures.freshness import Moment
from data.model import AgentState, ComplaintClock, Counts, Freshness, Switch
from supervisor_tui.plain import Pane, Wanted
from supervisor_tui.telling import Teller
from tests.builders import (
    BOOT,
    MOMENT,
    MONO_MS,
    NOW,
    ago,
    make_agent,
    make_escalation,
    make_health,
    make_queue,
    make_shift,
    make_site,
    make_snapshot,
)

LATER = Moment(NOW + 4000, MONO_MS + 4000, BOOT)
SITES = (make_site(), make_site(id="ls1", name="Leeds", zone="Europe/London"))


def calm(id_="claims", **changes):
    """A queue in which no limit is broken."""
    return make_queue(id_, day=Counts(offered=10, answered=10, answered_within=10), **changes)


def teller(pane=Pane.QUEUES, **wanted):
    return Teller(pane, Wanted(floor_name="Harbour", **wanted))


def changes(before, after, pane=Pane.QUEUES, moment=MOMENT, **wanted):
    """What is told of `after` to somebody who was told everything of `before`."""
    it = teller(pane, **wanted)
    it.whole(before, MOMENT)
    return it.changes(after, moment)


def test_everything_begins_with_how_fresh_it_is_and_ends_with_the_legend():
    lines = teller().whole(
        make_snapshot(calm(contacts_waiting=7, longest_wait_since=ago(192))), MOMENT
    )
    assert lines[0] == "Harbour  14:32:07 Hamburg  live 1 s"
    assert lines[1].startswith("waiting 7")
    assert lines[2].startswith("act: Claims: Ch v, Wait 7, Long 3:12, Rdy 0, ")
    assert lines[3].startswith("= voice: ")
    assert lines[4].startswith("SL = offered formula")


@pytest.mark.parametrize(
    ("pane", "record", "expected"),
    [
        (Pane.AGENTS, make_agent(name="Ivy Chen", team="S"), "1001 Ivy Chen: Team S, State ready"),
        (Pane.ESCALATIONS, make_escalation(), "act: E-1042: Sev med, Clock acknowledge, Left"),
        (Pane.ROSTER, make_shift(agent="1009"), "1009: Team -, "),
        (Pane.STATUS, calm(), "Hamburg pbx: Kind supervision, State live"),
    ],
)
def test_a_row_is_a_name_and_labels_with_values(pane, record, expected):
    lines = teller(pane).whole(make_snapshot(record), MOMENT)
    assert any(line.startswith(expected) for line in lines), lines
    assert not any("\x1b" in line for line in lines)


def test_ages_alone_are_no_change():
    floor = make_snapshot(
        calm(contacts_waiting=1, longest_wait_since=ago(10)),
        make_agent(state=AgentState.BUSY, since=ago(20)),
        make_escalation(),
        make_shift(),
        sources=[make_health(age_s=1)],
    )
    for pane in Pane:
        assert changes(floor, floor, pane, LATER) == []


def test_a_count_and_a_state_are_told_by_the_site_s_clock_and_nothing_else_is():
    before = make_snapshot(calm(), make_agent(name="Ivy", since=ago(3)))
    after = make_snapshot(
        calm(contacts_waiting=1), make_agent(name="Ivy", state=AgentState.UNKNOWN, since=NOW)
    )
    assert changes(before, after, moment=LATER) == ["14:32:11 Claims: Wait 1, Rdy 0"]
    assert changes(before, after, Pane.AGENTS, LATER) == [
        "14:32:11 1001 Ivy: State unknown, Queue -"
    ]


def test_a_limit_that_waiting_alone_has_passed_is_told_with_the_figure():
    floor = make_snapshot(calm(contacts_waiting=1, longest_wait_since=ago(58)))
    assert changes(floor, floor, moment=LATER) == ["14:32:11 look: Claims: Long 1:02"]
    due = make_snapshot(make_escalation(clocks=(ComplaintClock("acknowledge", NOW + 2000),)))
    (line,) = changes(due, due, Pane.ESCALATIONS, LATER)
    assert line == "14:32:11 act: E-1042: Mis 1"


def test_a_row_that_is_well_again_is_told():
    before = make_snapshot(make_agent(name="Ivy", assist_since=ago(5)))
    after = make_snapshot(make_agent(name="Ivy"))
    (line,) = changes(before, after, Pane.AGENTS)
    assert line.startswith("14:32:07 well again: 1001 Ivy")
    (line,) = changes(after, before, Pane.AGENTS)
    assert line.startswith("14:32:07 asks for help: 1001 Ivy")


def test_rows_that_come_and_go_are_told():
    one, two = calm("a", name="Anna"), calm("b", name="Berta")
    came, gone = changes(make_snapshot(one), make_snapshot(two))
    assert came.startswith("14:32:07 new: Berta: Ch v, Wait 0")
    assert gone == "14:32:07 Anna: gone"


def test_of_a_source_that_goes_down_is_told_once_and_not_of_every_row():
    queues = [calm(str(n), contacts_waiting=1, longest_wait_since=ago(90)) for n in range(9)]
    up = make_snapshot(*queues)
    down = make_snapshot(*queues, sources=[make_health(state=Freshness.OFFLINE, age_s=60)])
    it = teller()
    it.whole(up, MOMENT)
    assert it.changes(down, MOMENT) == [
        "14:32:07 Hamburg pbx: offline since 14:31 ~ 60 s old",
    ]
    assert it.changes(down, LATER) == []
    assert it.changes(up, MOMENT) == ["14:32:07 Hamburg pbx: live 1 s"]


def test_what_changed_behind_a_source_that_was_down_is_told_when_it_comes_back():
    queue = calm(contacts_waiting=1, longest_wait_since=ago(90))
    it = teller()
    it.whole(make_snapshot(queue), MOMENT)
    it.changes(make_snapshot(queue, sources=[make_health(state=Freshness.FAULT)]), MOMENT)
    lines = it.changes(make_snapshot(calm(contacts_waiting=0)), MOMENT)
    assert lines[1] == "14:32:07 well again: Claims: Wait 0"


def test_every_site_has_its_own_clock_and_one_may_be_chosen():
    both = {"sites": SITES, "sources": (make_health(), make_health(site="ls1"))}
    before = make_snapshot(calm(), calm(site="ls1"), **both)
    after = make_snapshot(calm(contacts_waiting=1), calm(site="ls1", contacts_waiting=2), **both)
    assert sorted(changes(before, after)) == [
        "13:32:07 Leeds Claims: Wait 2",
        "14:32:07 Hamburg Claims: Wait 1",
    ]
    assert changes(before, after, site="ls1") == ["13:32:07 Claims: Wait 2"]
    assert "Leeds Claims: Ch v" in "\n".join(teller().whole(before, MOMENT))


def test_ascii_is_ascii():
    it = Teller(Pane.AGENTS, Wanted(), is_ascii=True)
    assert all(
        line.isascii() for line in it.whole(make_snapshot(make_agent(name="Hana Nová")), MOMENT)
    )


def test_a_queue_that_is_closed_is_told_and_for_how_long_is_no_news():
    def shut(at):
        return make_snapshot(calm(switches=(Switch(name="closed", on=at is not None, since=at),)))

    closed = shut(ago(58))
    assert changes(shut(None), closed, moment=LATER) == ["14:32:11 look: Claims: Put on closed 1m"]
    assert changes(closed, closed, moment=LATER) == []
    nearly = shut(ago(30 * 60 - 2))
    assert changes(nearly, nearly, moment=LATER) == ["14:32:11 look: Claims: Put on closed 30m!"]
