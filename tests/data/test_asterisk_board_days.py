"""Counts that outlast restarts, resets, gaps and the log, and a day that begins with nothing."""

from __future__ import annotations

import io

import pytest
from msgspec.structs import replace

from data.model import Agent, AgentState, ContactState, Counts, Kind, Switch, SystemCounts
from data.settings import QueueSettings
from data.sources.asterisk.events import AgentStep, CallerStep
from data.sources.asterisk.rows import DeviceStatus
from tests.support.asterisk_made import START, agent, caller, entry, lines, member, now, queue, told
from tests.support.asterisk_watch import Watch, instant

JOINED, ABANDONED = CallerStep.JOINED, CallerStep.ABANDONED
CONNECTED, COMPLETED = AgentStep.CONNECTED, AgentStep.COMPLETED
FLOOR = [queue(), member(), member(interface="PJSIP/2")]
DAY_ENDS = 28_600
"""Seconds from START to six o'clock in Berlin."""


def served() -> Watch:
    """One call answered and over, one lost, one talked in, one that waits."""
    watch = Watch(wrap_up=8)
    watch.look(now(*FLOOR))
    watch.hear(1, caller(JOINED, "c1"), caller(JOINED, "c2"))
    watch.hear(5, agent(CONNECTED, "c1", wait_s=4))
    watch.hear(9, caller(ABANDONED, "c2", wait_s=8))
    watch.hear(35, agent(COMPLETED, "c1", wait_s=4, talk_s=30))
    watch.hear(40, caller(JOINED, "c3"), caller(JOINED, "c4"))
    busy = member(interface="PJSIP/2", status=DeviceStatus.IN_USE)
    watch.hear(44, told(busy), agent(CONNECTED, "c3", interface="PJSIP/2", wait_s=4))
    watch.tick(50)
    return watch


def resumed(before: Watch, **settings: object) -> Watch:
    watch = Watch(wrap_up=8, **settings)
    watch.board.resume(before.kept())
    return watch


TALKS = member(interface="PJSIP/2", status=DeviceStatus.IN_USE, in_call=True)
GOES_ON = [queue(), member(), TALKS, entry("c4", wait_s=20)]


def system(watch: Watch) -> SystemCounts:
    told = watch.queue().system
    assert told is not None
    return told


# A process that starts anew


def test_a_new_process_says_nothing_new_where_nothing_has_changed() -> None:
    before = served()
    before.look(now(*GOES_ON), 60)
    watch = resumed(before)
    assert watch.changes() == []
    assert watch.look(now(*GOES_ON), 62) == []
    assert watch.kept() == before.kept()


def test_a_new_process_counts_on_and_no_call_twice() -> None:
    watch = resumed(served())
    watch.look(now(*GOES_ON), 60)
    watch.hear(70, agent(COMPLETED, "c3", interface="PJSIP/2", wait_s=4, talk_s=26))
    watch.hear(75, agent(CONNECTED, "c4", wait_s=35))
    watch.hear(76, caller(JOINED, "c5"))
    day = watch.queue().day
    assert (day.offered, day.answered, day.abandoned) == (5, 3, 1)
    assert (day.talk_s, day.wait_answered_s) == (56, 43)
    assert watch.intervals()[0].counts == day
    one, two = watch.agent().today, watch.agent("PJSIP/2").today
    assert (one.handled, one.talk_s, two.handled, two.talk_s) == (2, 30, 1, 26)
    assert one.acw_s == 8
    assert (system(watch).untold, system(watch).missed) == (1, 0)


def test_versions_rise_over_a_restart_even_of_what_was_gone() -> None:
    before = served()
    highest = max(row.version for row in before.said)
    watch = resumed(before)
    watch.look(now(*FLOOR), 3000)
    assert min(row.version for row in watch.said) > highest


def test_states_go_on_since_when_they_began() -> None:
    watch = resumed(served())
    watch.look(now(*GOES_ON), 600)
    assert watch.agent("PJSIP/2").since == instant(44)
    assert (watch.agent().state, watch.agent().since) == (AgentState.READY, instant(43))
    watch = resumed(served())
    watch.look(now(queue(), member(status=DeviceStatus.IN_USE), TALKS), 600)
    assert watch.agent().since == instant(600)


def test_what_ended_meanwhile_is_over_and_what_waited_is_missed() -> None:
    watch = resumed(served())
    watch.look(now(*FLOOR), 600)
    assert watch.contact("c3").state is ContactState.ENDED
    assert watch.agent("PJSIP/2").contact is None
    assert (system(watch).missed, watch.queue().contacts_waiting) == (1, 0)
    assert "c4" not in watch.ids(Kind.CONTACT)


def test_the_sums_that_others_add_to_a_record_do_not_come_back_from_here() -> None:
    before = served()
    kept = [
        (version, replace(record, scheduled_s=5.0, adherence_at=7, state=AgentState.BUSY))
        if isinstance(record, Agent)
        else (version, record)
        for version, record in before.kept()
    ]
    watch = Watch(wrap_up=8)
    watch.board.resume(kept)
    watch.look(now(*GOES_ON), 60)
    watch.hear(90, told(member(status=DeviceStatus.IN_USE)))
    assert (watch.agent().scheduled_s, watch.agent().adherence_at) == (None, 0)


def test_switches_stay_until_they_are_looked_up_again() -> None:
    before = served()
    switches = (Switch(name="closed", on=True),)
    before.board.set_switches("sales", switches)
    watch = resumed(before)
    watch.look(now(*GOES_ON), 60)
    assert watch.queue().switches == switches


def test_what_is_hidden_by_now_is_gone() -> None:
    watch = resumed(served(), hide=("sales",))
    watch.look(now(*FLOOR, member("other")), 60)
    assert watch.ids(Kind.QUEUE) == {"other"}
    assert watch.ids(Kind.INTERVAL) == {"other.20261121T2100Z"}
    assert watch.ids(Kind.CONTACT) == set()


# A day that turns


def test_a_day_begins_with_nothing_and_who_waits_belongs_to_the_one_before() -> None:
    watch = served()
    watch.hear(DAY_ENDS - 5, caller(JOINED, "c9"))
    before = watch.queue()
    assert before.day.offered == 5
    watch.tick(DAY_ENDS + 300)
    after = watch.queue()
    assert (after.day, after.day_started_at - before.day_started_at) == (Counts(), 86_400_000)
    assert (after.contacts_waiting, watch.agent().today.handled) == (2, 0)
    assert watch.agent().today.not_ready_s == watch.agent().today.acw_s == 0
    late = DAY_ENDS + 400
    watch.hear(late, agent(CONNECTED, "c9", wait_s=405))
    watch.hear(late + 1, caller(JOINED, "d1"))
    day = watch.queue().day
    assert (day.offered, day.answered, watch.agent().today.handled) == (1, 0, 0)
    last = [row for row in watch.intervals() if row.starts_at < after.day_started_at][-1]
    assert (last.counts.offered, last.counts.answered) == (1, 1)


def test_quarter_hours_of_today_stay_and_those_of_before_go() -> None:
    watch = served()
    for quarter in range(1, 5):
        watch.look(now(*FLOOR), quarter * 900)
    assert len(watch.intervals()) == 5
    assert {row.counts.offered for row in watch.intervals()[1:]} == {0}
    watch.look(now(*FLOOR), DAY_ENDS + 7200)
    assert [row.starts_at >= watch.queue().day_started_at for row in watch.intervals()] == [True]


def test_a_process_that_starts_on_another_day_carries_nothing_over() -> None:
    watch = resumed(served())
    watch.look(now(queue(), member()), DAY_ENDS + 7200)
    assert watch.queue().day == Counts()
    assert system(watch).counted_since == instant(DAY_ENDS + 7200)
    assert watch.ids(Kind.AGENT) == {"PJSIP/1"}
    assert watch.agent().today.handled == 0


def test_a_day_that_is_not_whole_says_since_when_it_is() -> None:
    watch = served()
    assert system(watch).counted_since == START
    assert watch.queue().day_started_at < START
    watch.look(now(*FLOOR), DAY_ENDS + 600)
    assert system(watch).counted_since == watch.queue().day_started_at


# The server starts anew, or is reset


def test_the_servers_counters_may_begin_anew_and_ours_go_on() -> None:
    watch = Watch()
    counted = queue(completed=5, abandoned=2, level=60.0)
    watch.look(now(counted, member()), startup="a")
    assert system(watch).since == START - 3_600_000
    watch.hear(1, caller(JOINED, "c1"))
    watch.hear(4, caller(ABANDONED, "c1", wait_s=3))
    watch.look(now(queue(completed=0, abandoned=0), member()), 10)
    told = system(watch)
    assert (told.since, told.resets, told.completed, told.level) == (instant(10), 1, 0, None)
    assert watch.queue().day.abandoned == 1
    again = resumed(watch)
    again.look(now(queue(completed=3), member()), 60)
    assert (system(again).since, system(again).resets) == (instant(10), 1)
    again.look(now(queue(completed=1), member()), 90)
    assert (system(again).since, system(again).resets) == (instant(90), 2)


def test_what_is_configured_goes_before_what_a_queue_says() -> None:
    ours = QueueSettings(
        name="sales", threshold=45, short_abandon=2, target=90, client="Acme", title="Sales floor"
    )
    watch = Watch(queue=(ours,), short_abandon=7, target=75)
    watch.look(now(queue(threshold_s=20), queue("support", threshold_s=10), queue("new")))
    sales, support = watch.queue(), watch.queue("support")
    assert (sales.threshold_s, sales.short_abandon_s, sales.target_percent) == (45, 2, 90)
    assert (sales.name, sales.client) == ("Sales floor", "Acme")
    assert (support.threshold_s, support.short_abandon_s, support.target_percent) == (10, 7, 75)
    watch.hear(1, caller(JOINED, "c1"), caller(JOINED, "c2", "support"))
    watch.hear(41, agent(CONNECTED, "c1", wait_s=40), agent(CONNECTED, "c2", "support", wait_s=40))
    assert watch.queue().day.answered_within == 1
    assert watch.queue("support").day.answered_within == 0
    assert watch.contact("c1").client == watch.intervals()[0].client == "Acme"


# The log


def log(*parts: tuple[object, ...]) -> io.BytesIO:
    return io.BytesIO(lines(*[(START // 1000 + part[0], *part[1:]) for part in parts]))


def test_the_log_counts_the_day_and_tells_the_lost_apart() -> None:
    watch = served()
    told = log(
        (-90, "b1", "sales", "NONE", "ENTERQUEUE", "", "1"),
        (-60, "b1", "sales", "NONE", "ABANDON", 1, 1, 30),
        (1, "c1", "sales", "NONE", "ENTERQUEUE"),
        (1, "c2", "sales", "NONE", "ENTERQUEUE"),
        (5, "c1", "sales", "Ann PJSIP/1", "CONNECT", 4, "x", 1),
        (9, "c2", "sales", "NONE", "EXITWITHTIMEOUT", 1, 1, 8),
        (35, "c1", "sales", "Ann PJSIP/1", "COMPLETECALLER", 4, 30, 1),
        (40, "c3", "sales", "NONE", "ENTERQUEUE"),
        (40, "c4", "sales", "NONE", "ENTERQUEUE"),
        (41, "h1", "hidden", "NONE", "ENTERQUEUE"),
        (44, "c3", "sales", "Ann PJSIP/2", "CONNECT", 4, "x", 1),
        (45, "rubbish"),
    )
    assert watch.board.fill(told, instant(50)) == 1
    watch.changes()
    day = watch.queue().day
    assert (day.offered, day.answered, day.abandoned, day.talk_s) == (5, 2, 1, 30)
    assert (system(watch).untold, system(watch).missed) == (0, 0)
    assert system(watch).counted_since == watch.queue().day_started_at
    assert (watch.agent().today.handled, watch.agent("PJSIP/2").today.handled) == (1, 1)
    assert watch.queue().contacts_waiting == 1
    watch.hear(51, agent(COMPLETED, "c1", wait_s=4, talk_s=30), caller(ABANDONED, "c2", wait_s=8))
    watch.hear(60, agent(COMPLETED, "c3", interface="PJSIP/2", wait_s=4, talk_s=16))
    day = watch.queue().day
    assert (day.offered, day.answered, day.abandoned, day.talk_s) == (5, 2, 1, 46)


def test_the_log_says_what_became_of_those_who_vanished() -> None:
    watch = resumed(served())
    at = instant(600)
    watch.board.take_snapshot(now(*FLOOR), None, at, after_gap=True)
    told = log(
        (40, "c3", "sales", "NONE", "ENTERQUEUE"),
        (40, "c4", "sales", "NONE", "ENTERQUEUE"),
        (44, "c3", "sales", "Ann PJSIP/2", "CONNECT", 4, "x", 1),
        (90, "c4", "sales", "Ann PJSIP/1", "CONNECT", 50, "x", 1),
        (95, "c3", "sales", "Ann PJSIP/2", "COMPLETEAGENT", 4, 51, 1),
        (99, "c4", "sales", "Ann PJSIP/1", "COMPLETEAGENT", 50, 9, 1),
        (120, "z1", "sales", "NONE", "ENTERQUEUE"),
    )
    watch.board.fill(told, at)
    watch.changes()
    record = watch.contact("c4")
    assert (record.state, record.answered_at, record.agent) == (
        ContactState.ENDED,
        instant(90),
        "PJSIP/1",
    )
    assert record.state_since == instant(99)
    assert watch.contact("c3").state_since == instant(95)
    # Of the last line nobody knows what became.
    assert (system(watch).missed, watch.queue().contacts_waiting) == (1, 0)
    assert watch.queue().day.offered == 3


ANN_ANSWERED = (
    (1, "c1", "sales", "NONE", "ENTERQUEUE"),
    (5, "c1", "sales", "Ann", "CONNECT", 4, "x", 1),
)


def test_who_has_left_all_queues_keeps_the_calls_that_the_log_tells_of() -> None:
    watch = Watch()
    watch.look(now(queue(), member(name="Ann"), member(interface="PJSIP/2", name="Bo")))
    watch.look(now(queue(), member(interface="PJSIP/2", name="Bo")), second=20)
    watch.board.fill(log(*ANN_ANSWERED), instant(30))
    watch.changes()
    assert watch.agent().state is AgentState.LOGGED_OFF
    assert watch.agent().today.handled == 1


def test_a_name_that_a_member_bears_is_not_that_of_who_has_gone() -> None:
    watch = Watch()
    watch.look(now(queue(), member(name="Ann")))
    watch.look(now(queue(), member(interface="PJSIP/2", name="Ann")), second=20)
    watch.board.fill(log(*ANN_ANSWERED), instant(30))
    watch.changes()
    assert (watch.agent().today.handled, watch.agent("PJSIP/2").today.handled) == (0, 1)


def test_who_comes_after_the_log_was_read_is_a_stranger_to_it_until_it_is_read_again() -> None:
    watch = Watch()
    watch.look(now(queue(), member(interface="PJSIP/2", name="Bo")))
    watch.board.fill(log(*ANN_ANSWERED), instant(10))
    assert not watch.board.has_strangers
    watch.look(now(queue(), member(name="Ann"), member(interface="PJSIP/2", name="Bo")), second=20)
    assert watch.board.has_strangers
    watch.board.fill(log(*ANN_ANSWERED), instant(30))
    watch.changes()
    assert watch.agent().today.handled == 1
    assert not watch.board.has_strangers


def test_a_name_that_two_bear_counts_for_nobody() -> None:
    watch = Watch()
    watch.look(now(member(name="Ann"), member(interface="PJSIP/2", name="Ann")))
    told = log(
        (1, "c1", "sales", "NONE", "ENTERQUEUE"), (5, "c1", "sales", "Ann", "CONNECT", 4, "x", 1)
    )
    watch.board.fill(told, instant(9))
    watch.changes()
    assert (watch.agent().today.handled, watch.agent("PJSIP/2").today.handled) == (0, 0)
    assert watch.queue().day.answered == 1


def test_a_log_that_cannot_be_read_changes_nothing() -> None:
    class Broken(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise OSError("gone")

    watch = served()
    with pytest.raises(OSError, match="gone"):
        watch.board.fill(Broken(), instant(50))
    assert watch.changes() == []
