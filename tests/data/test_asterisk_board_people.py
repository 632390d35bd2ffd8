"""Agents on the board: states, since when, pauses, after-contact work, and who is hidden."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from data.model import Agent, AgentState, Kind, Penalty
from data.settings import QueueSettings
from data.sources.asterisk.events import AgentStep, CallerStep, MemberStep
from data.sources.asterisk.rows import DeviceStatus
from tests.support.asterisk_made import START, agent, caller, member, now, told
from tests.support.asterisk_watch import Watch, instant

READY, BUSY, RINGING = AgentState.READY, AgentState.BUSY, AgentState.RINGING
IN_USE, RINGS, GONE = DeviceStatus.IN_USE, DeviceStatus.RINGING, DeviceStatus.UNAVAILABLE


def test_one_interface_is_one_person_in_however_many_queues() -> None:
    watch = Watch()
    watch.look(now(member("sales"), member("support", penalty=3), member("sales", "PJSIP/2")))
    assert watch.ids(Kind.AGENT) == {"PJSIP/1", "PJSIP/2"}
    person = watch.agent()
    assert (person.name, person.queues) == ("Ann PJSIP/1", ("sales", "support"))
    assert person.penalties == (Penalty("support", 3),)
    assert (person.reported_state, person.reported_since) == (READY, START)
    assert (person.state, person.reachable, person.contact) == (READY, True, None)


def test_who_can_leave_a_queue_only_by_the_configuration_is_told_so() -> None:
    watch = Watch()
    pool = member("sales", "Local/3@x", state_interface="Agent:3")
    by_hand = member("support", membership="dynamic")
    watch.look(now(member("sales"), by_hand, pool))
    assert watch.agent().fixed_in == ("sales",)
    assert watch.agent("Local/3@x").fixed_in == ()


def test_a_repeated_snapshot_says_nothing() -> None:
    watch = Watch()
    rows = now(member(), member("support"), member(interface="PJSIP/2", is_paused=True))
    assert watch.look(rows)
    assert watch.look(rows, 5) == []
    assert watch.agent().since == START


def test_a_device_that_is_told_of_sixty_times_is_one_change() -> None:
    watch = Watch()
    rows = [member(f"q{number}") for number in range(60)]
    watch.look(now(*rows))
    ringing = [told(replace(row, status=RINGS)) for row in rows]
    busy = [told(replace(row, status=IN_USE)) for row in rows]
    changes = [change for change in watch.hear(4, *ringing, *busy) if change.kind is Kind.AGENT]
    states = [change.record.state for change in changes if isinstance(change.record, Agent)]
    assert states == [RINGING, BUSY]
    assert watch.agent().since == instant(4)


def test_a_call_of_another_queue_or_a_direct_one_keeps_busy() -> None:
    watch = Watch()
    watch.look(now(member(status=IN_USE), member("support", status=IN_USE)))
    assert watch.agent().reported_state is BUSY
    watch.look(now(member(status=GONE), member("support", status=GONE)), 9)
    person = watch.agent()
    assert (person.reachable, person.reported_since) == (False, instant(9))


def test_an_event_tells_when_and_a_later_snapshot_does_not_move_it() -> None:
    watch = Watch()
    watch.look(now(member()))
    changed = member(status=IN_USE)
    watch.hear(7, replace(told(changed), at=instant(6.5)))
    watch.look(now(changed), 12)
    assert watch.agent().since == instant(6.5)


def test_a_snapshot_that_is_older_than_an_event_waits_for_another_look() -> None:
    watch = Watch()
    watch.look(now(member()))
    watch.hear(7, told(member(status=IN_USE)))
    assert not watch.board.needs_look
    assert watch.look(now(member()), 7.2) == []
    assert watch.board.needs_look
    watch.look(now(member()), 9)
    assert (watch.board.needs_look, watch.agent().state) == (False, READY)


# Pauses


def test_a_pause_began_when_the_server_says() -> None:
    watch = Watch()
    paused = member(is_paused=True, reason="Lunch", last_pause=START - 600_000)
    watch.look(now(paused))
    person = watch.agent()
    assert (person.reported_state, person.reason) == (AgentState.NOT_READY, "Lunch")
    assert person.since == START - 600_000
    again = replace(paused, reason="Training", last_pause=START + 5000)
    watch.hear(5.8, told(again, MemberStep.PAUSE))
    assert (watch.agent().reason, watch.agent().since) == ("Training", START + 5000)
    watch.hear(9, told(replace(again, is_paused=False, reason="back"), MemberStep.PAUSE))
    person = watch.agent()
    assert (person.reported_state, person.since, person.reason) == (READY, instant(9), "")


def test_a_pause_during_a_call_is_pending_and_begins_with_its_end() -> None:
    watch = Watch()
    busy = member(status=IN_USE)
    watch.look(now(busy))
    paused = replace(busy, is_paused=True, reason="Lunch", last_pause=START + 5000)
    watch.hear(5, told(paused, MemberStep.PAUSE))
    assert watch.agent().pending_state is AgentState.NOT_READY
    watch.hear(60, told(replace(paused, status=DeviceStatus.NOT_IN_USE)))
    person = watch.agent()
    assert (person.reported_state, person.since) == (AgentState.NOT_READY, instant(60))
    assert person.pending_state is None


def test_a_pause_in_some_queues_is_told_and_leaves_ready() -> None:
    watch = Watch()
    watch.look(now(member(), member("support", is_paused=True, reason="Lunch")))
    assert (watch.agent().state, watch.agent().paused_in) == (READY, ("support",))
    watch.look(now(member(is_paused=True), member("support", is_paused=True)), 5)
    assert watch.agent().paused_in == ()


# After-contact work


def wrapped() -> Watch:
    """An agent whose call has just ended at second 60."""
    watch = Watch(wrap_up=8, queue=(QueueSettings(name="support", wrap_up=20),))
    watch.look(now(member(), member("support")))
    watch.hear(1, caller(CallerStep.JOINED, "c1"))
    watch.hear(10, agent(AgentStep.CONNECTED, "c1", wait_s=9))
    watch.hear(60, agent(AgentStep.COMPLETED, "c1", wait_s=9, talk_s=50))
    return watch


def test_after_contact_work_is_inferred_and_ends_by_itself() -> None:
    watch = wrapped()
    person = watch.agent()
    assert (person.state, person.is_inferred) == (AgentState.WORKING_AFTER_CONTACT, True)
    assert (person.since, person.contact) == (instant(60), None)
    assert watch.tick(67.9) == []
    assert [change.kind for change in watch.tick(68.5)] == [Kind.AGENT]
    person = watch.agent()
    assert (person.state, person.is_inferred, person.since) == (READY, False, instant(68))
    assert person.today.acw_s == 8


def test_a_queue_has_a_time_of_its_own() -> None:
    watch = wrapped()
    watch.tick(68)
    watch.hear(70, agent(AgentStep.CONNECTED, "c2", "support"))
    watch.hear(80, agent(AgentStep.COMPLETED, "c2", "support", talk_s=10))
    watch.tick(99.9)
    assert watch.agent().state is AgentState.WORKING_AFTER_CONTACT
    watch.tick(100)
    assert watch.agent().state is READY


def test_the_next_call_or_a_pause_ends_it() -> None:
    watch = wrapped()
    watch.hear(62, caller(CallerStep.JOINED, "c2"), agent(AgentStep.CALLED, "c2"))
    person = watch.agent()
    assert (person.state, person.is_inferred) == (RINGING, False)
    watch = wrapped()
    paused = member(is_paused=True, last_pause=instant(63), last_call=instant(60))
    also = replace(paused, queue="support", last_call=None)
    watch.hear(63, told(paused, MemberStep.PAUSE), told(also, MemberStep.PAUSE))
    assert watch.agent().state is AgentState.NOT_READY
    watch.tick(68)
    assert watch.agent().state is AgentState.NOT_READY


# Contacts in hand


def test_who_has_a_contact_is_never_ready_whatever_the_phone_shows() -> None:
    watch = Watch()
    watch.look(now(member()))
    watch.hear(1, caller(CallerStep.JOINED, "c1"), agent(AgentStep.CALLED, "c1"))
    assert (watch.agent().reported_state, watch.agent().contact) == (RINGING, "c1")
    watch.hear(4, agent(AgentStep.CONNECTED, "c1", wait_s=3))
    assert (watch.agent().reported_state, watch.agent().since) == (BUSY, instant(4))
    watch.look(now(member(in_call=True)), 9)
    assert watch.agent().reported_state is BUSY


def test_the_day_of_an_agent_is_summed_up() -> None:
    watch = wrapped()
    watch.tick(68)
    paused = member(is_paused=True, last_pause=instant(100), last_call=instant(60))
    watch.look(now(paused, replace(paused, queue="support")), 100)
    watch.look(now(member(), member("support")), 130)
    today = watch.agent().today
    assert (today.handled, today.talk_s, today.hold_s, today.acw_s) == (1, 50, 0, 8)
    assert (today.ready_s, today.not_ready_s) == (10 + 32, 30)


# Coming and going


def test_who_leaves_all_queues_is_logged_off_until_the_day_ends() -> None:
    watch = Watch()
    watch.look(now(member(), member("support")))
    watch.hear(5, told(member("support"), MemberStep.REMOVED))
    assert watch.agent().queues == ("sales",)
    watch.hear(6, told(member(), MemberStep.REMOVED))
    person = watch.agent()
    assert (person.reported_state, person.since) == (AgentState.LOGGED_OFF, instant(6))
    assert (person.queues, person.name) == ((), "Ann PJSIP/1")
    watch.hear(9, told(member("support"), MemberStep.ADDED))
    assert (watch.agent().state, watch.agent().queues) == (READY, ("support",))
    watch.hear(12, told(member("support"), MemberStep.REMOVED))
    watch.tick(12 * 3600)
    assert watch.ids(Kind.AGENT) == set()


def test_memberships_that_a_snapshot_does_not_have_are_gone() -> None:
    watch = Watch()
    watch.look(now(member(), member("support"), member("support", "PJSIP/2")))
    watch.look(now(member(), member("support", "PJSIP/3")), 5)
    assert watch.agent().queues == ("sales",)
    assert watch.board.members("PJSIP/1") == [member()]
    gone = watch.agent("PJSIP/2")
    assert (gone.reported_state, gone.since) == (AgentState.LOGGED_OFF, instant(5))
    assert watch.look(now(member(), member("support", "PJSIP/3")), 9) == []


def test_who_is_taken_out_of_a_queue_during_a_call_talks_on() -> None:
    watch = Watch()
    watch.look(now(member()))
    watch.hear(1, caller(CallerStep.JOINED, "c1"), agent(AgentStep.CONNECTED, "c1"))
    watch.hear(5, told(member(in_call=True), MemberStep.REMOVED))
    person = watch.agent()
    assert (person.state, person.contact) == (BUSY, "c1")
    assert person.pending_state is AgentState.LOGGED_OFF
    watch.look(now(replace(member(), interface="PJSIP/2")), 30)
    assert watch.contact("c1").state.value == "connected"
    watch.hear(40, agent(AgentStep.COMPLETED, "c1", talk_s=39))
    assert watch.agent().state is AgentState.LOGGED_OFF


def test_a_queue_that_is_hidden_appears_nowhere_and_its_calls_keep_busy() -> None:
    watch = Watch(hide=("test*",))
    rows = [member(), member("testing", is_paused=True), member("testing", "PJSIP/9")]
    watch.look(now(*rows))
    assert watch.ids(Kind.QUEUE) == {"sales"}
    assert watch.ids(Kind.AGENT) == {"PJSIP/1"}
    assert (watch.agent().queues, watch.agent().paused_in) == (("sales",), ())
    watch.hear(2, caller(CallerStep.JOINED, "c1", "testing"))
    watch.hear(3, agent(AgentStep.CONNECTED, "c1", "testing"))
    assert (watch.agent().state, watch.agent().contact) == (BUSY, None)
    watch.hear(9, agent(AgentStep.COMPLETED, "c1", "testing", talk_s=6))
    assert (watch.agent().state, watch.agent().today.handled) == (READY, 0)
    assert watch.ids(Kind.CONTACT) == set()


def test_who_is_paused_in_all_that_is_shown_is_not_ready() -> None:
    watch = Watch(show=("sales",))
    watch.look(now(member(is_paused=True), member("support")))
    assert watch.agent().state is AgentState.NOT_READY


@pytest.mark.parametrize("step", [MemberStep.STATUS, MemberStep.ADDED])
def test_a_queue_that_nobody_has_seen_wants_a_look(step: MemberStep) -> None:
    watch = Watch()
    watch.look(now(member()))
    watch.hear(3, told(member("new"), step))
    assert watch.board.needs_look
    assert watch.agent().queues == ("sales",)
    watch.look(now(member(), member("new")), 4)
    assert (watch.board.needs_look, watch.agent().queues) == (False, ("new", "sales"))
