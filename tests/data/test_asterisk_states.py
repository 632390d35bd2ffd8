"""What Asterisk says of a person, by all their memberships."""

from __future__ import annotations

from collections import defaultdict

import pytest

from data.model import AgentState
from data.sources.asterisk.packets import read_list
from data.sources.asterisk.rows import DeviceStatus, MemberRow
from data.sources.asterisk.snapshot import STATUS_ENDS, queues_now
from data.sources.asterisk.states import PersonState, person_state
from tests.support.asterisk_recordings import need_recordings, run

NOW = 1_795_295_000_000
WRAPUPS = {"support": 6.0, "sales": 8.0}


def member(queue: str = "sales", **what: object) -> MemberRow:
    plain: dict[str, object] = {
        "queue": queue,
        "interface": "Local/1",
        "name": "Ann",
        "state_interface": "Custom:1",
        "membership": "static",
        "penalty": 0,
        "calls_taken": 0,
        "last_call": None,
        "last_pause": None,
        "since": None,
        "in_call": False,
        "is_paused": False,
        "status": DeviceStatus.NOT_IN_USE,
        "reason": "",
        "wrapup_s": 0,
    }
    return MemberRow(**{**plain, **what})


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (DeviceStatus.UNKNOWN, AgentState.UNKNOWN),
        (DeviceStatus.NOT_IN_USE, AgentState.READY),
        (DeviceStatus.IN_USE, AgentState.BUSY),
        (DeviceStatus.BUSY, AgentState.BUSY),
        (DeviceStatus.RINGING, AgentState.RINGING),
        (DeviceStatus.RINGING_IN_USE, AgentState.BUSY),
        (DeviceStatus.ON_HOLD, AgentState.ON_HOLD),
    ],
)
def test_a_device_makes_the_state(status: DeviceStatus, state: AgentState) -> None:
    assert person_state([member(status=status)], NOW) == PersonState(state=state)


@pytest.mark.parametrize("status", [DeviceStatus.INVALID, DeviceStatus.UNAVAILABLE])
def test_a_phone_that_is_gone_cannot_be_reached_whatever_else(status: DeviceStatus) -> None:
    assert not person_state([member(status=status)], NOW).reachable
    paused = person_state([member(status=status, is_paused=True)], NOW)
    assert (paused.state, paused.reachable) == (AgentState.NOT_READY, False)


def test_an_agent_of_the_pool_whose_device_is_gone_has_logged_off() -> None:
    row = member(status=DeviceStatus.UNAVAILABLE, state_interface="Agent:2001")
    assert person_state([row], NOW) == PersonState(state=AgentState.LOGGED_OFF)


def test_who_is_in_a_call_of_any_queue_is_busy_everywhere() -> None:
    rows = [member("sales"), member("support", in_call=True)]
    assert person_state(rows, NOW).state is AgentState.BUSY


def test_paused_in_all_queues_is_not_ready_with_the_newest_reason() -> None:
    rows = [
        member("sales", is_paused=True, last_pause=NOW - 9000, reason="Lunch"),
        member("support", is_paused=True, last_pause=NOW - 5000, reason="Coaching"),
    ]
    assert person_state(rows, NOW) == PersonState(
        state=AgentState.NOT_READY,
        since=NOW - 5000,
        reason="Coaching",
        paused_in=("sales", "support"),
    )


def test_paused_in_some_queues_is_ready_in_the_others() -> None:
    rows = [member("sales", is_paused=True, reason="Lunch"), member("support")]
    told = person_state(rows, NOW)
    assert (told.state, told.paused_in, told.reason) == (AgentState.READY, ("sales",), "")


def test_paused_during_a_call_is_not_ready_afterwards() -> None:
    told = person_state([member(in_call=True, is_paused=True)], NOW)
    assert (told.state, told.pending_state) == (AgentState.BUSY, AgentState.NOT_READY)


@pytest.mark.parametrize(
    ("ago_s", "own_s", "is_at_work"),
    [(0, 0, True), (7.9, 0, True), (8, 0, False), (2.9, 3, True), (3, 3, False), (-1, 0, False)],
)
def test_after_contact_work_is_inferred_and_marked(
    ago_s: float, own_s: int, is_at_work: bool
) -> None:
    ended = NOW - round(ago_s * 1000)
    told = person_state([member(last_call=ended, wrapup_s=own_s)], NOW, WRAPUPS)
    assert told.is_inferred is is_at_work
    assert (told.state is AgentState.WORKING_AFTER_CONTACT) is is_at_work
    assert told.since == (ended if is_at_work else None)


def test_where_queues_share_the_end_of_calls_the_longest_time_holds() -> None:
    rows = [member(queue, last_call=NOW - 7000) for queue in ("support", "sales")]
    assert person_state(rows, NOW, WRAPUPS).is_inferred
    rows = [member("support", last_call=NOW - 7000), member("sales", last_call=NOW - 99_000)]
    assert not person_state(rows, NOW, WRAPUPS).is_inferred


@pytest.mark.shared
def test_in_every_recorded_moment_nobody_on_a_call_is_ready() -> None:
    need_recordings()
    seen = set()
    for exchange in run():
        if exchange.action != "QueueStatus":
            continue
        now = queues_now(read_list(exchange.body, exchange.asked["actionid"], STATUS_ENDS))
        people: dict[str, list[MemberRow]] = defaultdict(list)
        for row in now.members.values():
            people[row.interface].append(row)
        for rows in people.values():
            told = person_state(rows, exchange.received_ms, WRAPUPS)
            seen.add(told.state)
            if any(row.in_call for row in rows):
                assert told.state in {AgentState.BUSY, AgentState.ON_HOLD}
    assert seen >= {
        *(AgentState.READY, AgentState.BUSY, AgentState.RINGING, AgentState.NOT_READY),
        AgentState.WORKING_AFTER_CONTACT,
    }
