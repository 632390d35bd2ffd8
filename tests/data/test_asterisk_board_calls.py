"""Contacts on the board, step by step, and what queues show of them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from data.model import Change, Contact, ContactState, Kind, SystemCounts
from data.sources.asterisk.board_calls import ENDED_STAYS_MS
from data.sources.asterisk.events import AgentStep, CallerStep, ServerStopping, SpyEvent
from data.sources.asterisk.rows import DeviceStatus
from tests.support.asterisk_made import START, agent, caller, entry, member, now, queue, talk, told
from tests.support.asterisk_watch import Watch, instant

JOINED, ABANDONED, LEFT = CallerStep.JOINED, CallerStep.ABANDONED, CallerStep.LEFT
CALLED, CONNECTED = AgentStep.CALLED, AgentStep.CONNECTED
NO_ANSWER, COMPLETED = AgentStep.NO_ANSWER, AgentStep.COMPLETED
RINGS = DeviceStatus.RINGING
FLOOR = [queue(threshold_s=20), member(), member(interface="PJSIP/2")]


def watched(**settings: object) -> Watch:
    watch = Watch(**settings)
    watch.look(now(*FLOOR))
    watch.said.clear()
    return watch


def states(changes: list[Change], kind: Kind = Kind.CONTACT) -> list[str]:
    return [str(getattr(row.record, "state", "gone")) for row in changes if row.kind is kind]


def system(watch: Watch) -> SystemCounts:
    told = watch.queue().system
    assert told is not None
    return told


def test_a_call_goes_from_waiting_to_its_end() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"))
    record = watch.contact("c1")
    assert (record.state, record.queued_at, record.position) == (
        ContactState.WAITING,
        instant(1),
        1,
    )
    assert (record.caller_masked, len(record.caller_key)) == ("******3456", 32)
    sales = watch.queue()
    assert (sales.contacts_waiting, sales.longest_wait_since) == (1, instant(1))
    watch.hear(2, agent(CALLED, "c1"))
    assert (watch.contact("c1").agent, watch.queue().contacts_waiting) == ("PJSIP/1", 1)
    watch.hear(5, caller(LEFT, "c1"), agent(CONNECTED, "c1", wait_s=4))
    record = watch.contact("c1")
    assert (record.state, record.answered_at) == (ContactState.CONNECTED, instant(5))
    assert (watch.queue().contacts_waiting, watch.queue().longest_wait_since) == (0, None)
    assert watch.agent().contact == "c1"
    watch.hear(35, agent(COMPLETED, "c1", wait_s=4, talk_s=30))
    record = watch.contact("c1")
    assert (record.state, record.state_since, record.agent) == (
        ContactState.ENDED,
        instant(35),
        "PJSIP/1",
    )
    assert watch.steps("c1") == ["waiting", "ringing", "connected", "ended"]
    day = watch.queue().day
    assert (day.offered, day.answered, day.answered_within) == (1, 1, 1)
    assert (day.wait_answered_s, day.talk_s) == (4, 30)
    watch.tick(35 + ENDED_STAYS_MS / 1000)
    assert watch.ids(Kind.CONTACT) == set()


def test_who_gives_up_has_nobody_and_frees_whom_it_rang_at() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"), agent(CALLED, "c1"))
    changes = watch.hear(9, caller(ABANDONED, "c1", wait_s=8), caller(LEFT, "c1"))
    record = watch.contact("c1")
    assert (record.state, record.agent, record.answered_at) == (ContactState.ENDED, "", None)
    assert watch.agent().contact is None
    assert states(changes) == ["ended"]
    day = watch.queue().day
    assert (day.offered, day.abandoned, day.abandoned_short) == (1, 1, 0)
    assert system(watch).untold == 1


def test_it_rings_at_several_and_one_answers() -> None:
    watch = watched()
    watch.hear(
        1, caller(JOINED, "c1"), agent(CALLED, "c1"), agent(CALLED, "c1", interface="PJSIP/2")
    )
    assert watch.contact("c1").agent == "PJSIP/1"
    assert (watch.agent().contact, watch.agent("PJSIP/2").contact) == ("c1", "c1")
    watch.hear(4, agent(NO_ANSWER, "c1", ring_ms=3000))
    assert (watch.contact("c1").agent, watch.agent().contact) == ("PJSIP/2", None)
    watch.hear(6, agent(CALLED, "c1"))
    watch.hear(7, agent(CONNECTED, "c1", interface="PJSIP/2", wait_s=6))
    assert (watch.agent().contact, watch.agent("PJSIP/2").contact) == (None, "c1")
    assert watch.steps("c1")[-2:] == ["ringing", "connected"]


def test_whom_nobody_answers_waits_on_since_the_beginning() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"))
    watch.hear(2, agent(CALLED, "c1"))
    watch.hear(9, agent(NO_ANSWER, "c1", ring_ms=7000))
    record = watch.contact("c1")
    assert (record.state, record.state_since, record.agent) == (
        ContactState.WAITING,
        instant(1),
        "",
    )
    assert watch.agent().contact is None


def test_a_phone_that_shows_no_ring_does_not_ring_for_ever() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"), agent(CALLED, "c1"), told(member(status=RINGS)))
    waiting = entry("c1", wait_s=4)
    watch.look(now(*FLOOR, member(status=RINGS), waiting), 5)
    assert watch.contact("c1").state is ContactState.RINGING
    watch.look(now(*FLOOR, waiting), 9)
    assert watch.contact("c1").state is ContactState.RINGING
    watch.look(now(*FLOOR, waiting), 10)
    assert (watch.contact("c1").state, watch.agent().contact) == (ContactState.WAITING, None)


def test_a_phone_on_hold_holds_the_contact() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"), agent(CONNECTED, "c1"))
    held = member(status=DeviceStatus.ON_HOLD, in_call=True)
    watch.hear(9, told(held))
    record = watch.contact("c1")
    assert (record.state, record.state_since) == (ContactState.HELD, instant(9))
    watch.hear(15, told(replace(held, status=DeviceStatus.IN_USE)))
    record = watch.contact("c1")
    assert (record.state, record.answered_at) == (ContactState.CONNECTED, instant(1))
    assert watch.agent().reported_state.value == "busy"


def test_who_leaves_by_a_key_is_told_by_nothing_but_leaving() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"))
    watch.hear(31, caller(LEFT, "c1"))
    assert watch.board.next_due == instant(33)
    assert (watch.contact("c1").state, watch.queue().contacts_waiting) == (
        ContactState.WAITING,
        0,
    )
    watch.tick(34)
    record = watch.contact("c1")
    assert (record.state, record.state_since) == (ContactState.ENDED, instant(31))
    day = watch.queue().day
    assert (day.offered, day.abandoned, day.longest_wait_s) == (1, 0, 30)


def test_an_announcement_to_the_agent_is_no_leaving() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"), agent(CALLED, "c1"))
    watch.hear(5, caller(LEFT, "c1"))
    watch.tick(20)
    watch.hear(21, agent(CONNECTED, "c1", wait_s=4))
    assert watch.steps("c1") == ["waiting", "ringing", "connected"]
    assert watch.queue().day.answered == 1


def test_who_comes_back_into_a_queue_is_another_contact_of_the_same_call() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"))
    watch.hear(9, caller(ABANDONED, "c1", wait_s=8), caller(LEFT, "c1"))
    watch.hear(11, caller(JOINED, "c1", position=2))
    assert watch.contact("c1").state is ContactState.ENDED
    assert watch.contact("c1#2").state is ContactState.WAITING
    assert watch.board.entry("c1") is None
    again = watch.board.entry("c1#2")
    assert again is not None
    assert (again.call, again.position) == ("c1", 2)
    assert watch.queue().day.offered == 2


def test_who_leaves_by_a_key_and_is_back_at_once_has_left_and_come_back() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"))
    watch.hear(31, caller(LEFT, "c1"))
    watch.hear(31.5, caller(JOINED, "c1"))
    assert watch.contact("c1").state_since == instant(31)
    assert watch.contact("c1#2").state is ContactState.WAITING
    watch.tick(60)
    assert (watch.queue().day.offered, watch.queue().contacts_waiting) == (2, 1)


def test_who_is_sent_on_to_another_queue_is_the_same_contact() -> None:
    watch = Watch()
    watch.look(now(*FLOOR, queue("support")))
    watch.hear(1, caller(JOINED, "c1"))
    watch.hear(5, agent(CONNECTED, "c1"))
    watch.hear(30, agent(COMPLETED, "c1", reason="transfer", talk_s=25))
    watch.hear(31, caller(JOINED, "c1", "support"))
    record = watch.contact("c1")
    assert (record.queue, record.state, record.answered_at) == (
        "support",
        ContactState.WAITING,
        None,
    )
    assert watch.queue("support").contacts_waiting == 1
    watch.tick(31 + ENDED_STAYS_MS / 1000)
    assert watch.contact("c1").queue == "support"


def test_a_completion_without_a_call_ends_the_one_in_hand() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"), agent(CONNECTED, "c1"))
    watch.hear(9, agent(COMPLETED, "", talk_s=8))
    assert watch.contact("c1").state is ContactState.ENDED
    assert watch.agent().contact is None


# What snapshots put right


def test_who_waits_in_the_first_snapshot_has_waited() -> None:
    watch = Watch()
    first = entry("c1", wait_s=30, priority=10)
    watch.look(now(*FLOOR, first, entry("c2", wait_s=4, position=2)))
    record = watch.contact("c1")
    assert (record.queued_at, record.priority) == (START - 30_000, 10)
    assert watch.queue().longest_wait_since == START - 30_000
    assert watch.queue().day.offered == 2
    watch.hear(1, caller(JOINED, "c1"))
    watch.look(now(*FLOOR, entry("c1", wait_s=32), entry("c2", wait_s=6, position=2)), 2)
    assert (watch.queue().day.offered, watch.contact("c1").queued_at) == (2, START - 30_000)
    assert watch.board.entry("c1") == entry("c1", wait_s=32)


def test_an_old_list_does_not_bring_back_who_has_left() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"), caller(JOINED, "c2"))
    watch.hear(8, caller(ABANDONED, "c1", wait_s=7), agent(CONNECTED, "c2", wait_s=7))
    watch.look(now(*FLOOR, entry("c1", wait_s=7), entry("c2", wait_s=7)), 8.3)
    assert watch.queue().contacts_waiting == 0
    assert watch.contact("c1").state is ContactState.ENDED
    assert watch.contact("c2").state is ContactState.CONNECTED
    watch.look(now(*FLOOR, entry("c1", wait_s=2)), 20)
    assert (watch.contact("c1#2").queued_at, watch.queue().day.offered) == (instant(18), 3)


def test_who_is_listed_no_more_is_missed_after_a_while() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"))
    watch.look(now(*FLOOR), 5)
    assert watch.contact("c1").state is ContactState.WAITING
    changes = watch.look(now(*FLOOR), 10)
    assert states(changes) == ["unknown", "gone"]
    assert (system(watch).missed, watch.queue().day.offered, watch.queue().day.abandoned) == (
        1,
        1,
        0,
    )
    assert watch.queue().contacts_waiting == 0


def test_after_a_gap_whoever_is_gone_is_gone() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"), caller(JOINED, "c2"), agent(CONNECTED, "c2"))
    watch.hear(2, caller(JOINED, "c3"), caller(JOINED, "c4"))
    late = entry("c3", wait_s=90)
    watch.look(now(*FLOOR, late), 92, talk("c4", interface="PJSIP/2", s=9), after_gap=True)
    # Nobody is in a call, so those channels are of something else.
    assert (system(watch).missed, watch.queue().contacts_waiting) == (2, 1)
    assert watch.contact("c2").state is ContactState.ENDED
    assert watch.agent().contact is None


def test_channels_tell_who_answered_during_a_gap_and_the_end_counts_it() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"), agent(CALLED, "c1"))
    talks = member(interface="PJSIP/2", in_call=True, status=DeviceStatus.IN_USE)
    rows = now(*FLOOR, talks)
    watch.look(rows, 92, talk("c1", interface="PJSIP/2", s=40), after_gap=True)
    record = watch.contact("c1")
    assert (record.state, record.agent, record.answered_at) == (
        ContactState.CONNECTED,
        "PJSIP/2",
        instant(52),
    )
    assert (watch.agent("PJSIP/2").contact, watch.agent().contact) == ("c1", None)
    place = watch.board.talk("PJSIP/2")
    assert place is not None
    assert (place.channel, place.agent_channel) == ("PJSIP/trunk-c1", "PJSIP/2-c1")
    assert watch.queue().day.answered == 0
    watch.hear(95, agent(COMPLETED, "c1", interface="PJSIP/2", wait_s=50, talk_s=44))
    day = watch.queue().day
    assert (day.offered, day.answered, day.wait_answered_s, day.talk_s) == (1, 1, 50, 44)
    assert system(watch).missed == 0


def test_a_talk_from_before_the_start_is_shown_and_counts_its_talk_alone() -> None:
    watch = Watch()
    talks = member(in_call=True, status=DeviceStatus.IN_USE)
    watch.look(now(queue(), talks), 0, talk("c1", s=40))
    record = watch.contact("c1")
    assert (record.state, record.queued_at) == (ContactState.CONNECTED, None)
    assert (watch.agent().contact, watch.queue().contacts_waiting) == ("c1", 0)
    watch.hear(10, agent(COMPLETED, "", wait_s=5, talk_s=50))
    day = watch.queue().day
    assert (day.offered, day.answered, day.talk_s) == (0, 0, 50)
    assert watch.contact("c1").state is ContactState.ENDED


def test_an_end_tells_of_a_talk_that_nobody_has_seen() -> None:
    watch = watched()
    watch.hear(60, agent(COMPLETED, "c0", wait_s=9, talk_s=70))
    assert watch.steps("c0") == ["connected", "ended"]
    record = watch.contact("c0")
    assert (record.queued_at, record.answered_at) == (instant(-19), instant(-10))


def test_a_stop_of_the_server_wants_a_look_and_its_start_ends_all_calls() -> None:
    watch = watched()
    watch.look(now(*FLOOR), 1, startup="a")
    watch.hear(2, caller(JOINED, "c1"), caller(JOINED, "c2"), agent(CONNECTED, "c2"))
    watch.hear(5, ServerStopping(at=None))
    assert watch.board.needs_look
    watch.look(now(*FLOOR), 7, startup="b")
    assert watch.queue().contacts_waiting == 0
    assert watch.contact("c2").state is ContactState.ENDED
    day, ours = watch.queue().day, system(watch)
    assert (day.offered, day.answered, ours.missed, ours.resets) == (2, 1, 1, 1)


# Listeners


def spy(heard: str, *, is_start: bool = True, name: str = "Supervisor") -> SpyEvent:
    return SpyEvent(
        at=None,
        is_start=is_start,
        spy_channel="PJSIP/2-77",
        spy_call="spy-1",
        heard_channel=heard,
        spy_name=name,
    )


@pytest.mark.parametrize(
    ("asked", "people", "name"),
    [(True, True, "Sam"), (False, True, "Ann PJSIP/2"), (False, False, "Supervisor")],
)
def test_who_listens_is_named(asked: bool, people: bool, name: str) -> None:
    watch = Watch()
    watch.look(now(*FLOOR[: 3 if people else 2]))
    watch.hear(1, caller(JOINED, "c1"), agent(CONNECTED, "c1"))
    if asked:
        watch.board.name_listener("spy-1", "Sam")
    watch.hear(5, spy("PJSIP/1-c1"))
    assert watch.contact("c1").listeners == (name,)
    watch.hear(9, spy("", is_start=False))
    assert watch.contact("c1").listeners == ()
    assert watch.hear(10, spy("elsewhere")) == watch.hear(11, spy("", is_start=False)) == []


def test_a_caller_without_a_number_has_neither_mask_nor_key() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1", number=""), caller(JOINED, "c2", number="anonymous"))
    one, two = watch.contact("c1"), watch.contact("c2")
    assert (one.caller_masked, one.caller_key) == ("", "")
    assert (two.caller_masked, two.caller_key) == ("anonymous", "")
    assert "Somebody" not in repr([row.record for row in watch.said])


def test_every_record_of_a_contact_says_more_than_the_one_before() -> None:
    watch = watched()
    watch.hear(1, caller(JOINED, "c1"), caller(JOINED, "c1"), agent(CALLED, "c1"))
    watch.hear(2, agent(CALLED, "c1"), caller(LEFT, "c1"), caller(LEFT, "c1"))
    watch.hear(3, agent(CONNECTED, "c1"), agent(CONNECTED, "c1"))
    watch.hear(4, agent(COMPLETED, "c1"), agent(COMPLETED, "c1"))
    mine = [row.record for row in watch.said if row.kind is Kind.CONTACT]
    assert all(isinstance(record, Contact) for record in mine)
    assert [one for one, after in pairwise(mine) if one == after] == []
    assert watch.steps("c1") == ["waiting", "ringing", "connected", "ended"]
