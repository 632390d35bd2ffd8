"""What Asterisk answers, decoded: every recorded answer, and texts that pretend to be answers."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.errors import Code, FetchError
from data.sources.asterisk.events import (
    AgentEvent,
    AgentStep,
    CallerEvent,
    CallerStep,
    Event,
    MemberEvent,
    MemberStep,
    decode_events,
)
from data.sources.asterisk.packets import (
    ENDS,
    read_events,
    read_list,
    read_response,
)
from data.sources.asterisk.rows import DeviceStatus, MemberRow
from data.sources.asterisk.snapshot import STATUS_ENDS, SUMMARY_ENDS, QueuesNow, queues_now
from tests.support.asterisk_recordings import Exchange, everything, need_recordings, run, single

NONCE = "st-7f3a9c52"
LISTS = {
    "queuestatus": STATUS_ENDS,
    "queuesummary": SUMMARY_ENDS,
    "coreshowchannels": "CoreShowChannelsComplete",
    "agents": "AgentsComplete",
}


# Recorded answers


def listed(exchange: Exchange) -> QueuesNow:
    answer = read_list(exchange.body, exchange.asked.get("actionid", ""), STATUS_ENDS)
    return queues_now(answer)


@pytest.mark.shared
def test_every_recorded_list_is_whole_and_every_row_is_decoded() -> None:
    need_recordings()
    seen = Counter[str]()
    for exchange in everything():
        ends_with = LISTS.get(exchange.action.lower())
        if ends_with is None or not exchange.body.startswith(b"Response: Success"):
            continue
        answer = read_list(exchange.body, exchange.asked.get("actionid", ""), ends_with)
        items = exchange.body.rpartition(b"ListItems: ")[2].split()[0]
        assert len(answer.packets) == int(items), exchange.name
        assert answer.forged == 0, exchange.name
        seen[exchange.action.lower()] += 1
        if ends_with == STATUS_ENDS:
            now = queues_now(answer)
            assert now.skipped == 0, exchange.name
            assert len(now.queues) + len(now.members) + len(now.entries) == int(items)
        elif ends_with == SUMMARY_ENDS:
            now = queues_now(answer, answer)
            assert len(now.summaries) == int(items)
    assert seen["queuestatus"] >= 90
    assert seen["queuesummary"] >= 75


@pytest.mark.shared
def test_every_recorded_event_is_decoded_and_ends_as_known() -> None:
    need_recordings()
    seen = Counter[str]()
    for exchange in everything():
        if exchange.action != "WaitEvent" or not exchange.body:
            continue
        answer = read_events(exchange.body)
        events = decode_events(answer)
        assert events.skipped == 0, exchange.name
        if exchange.name != "actions/046-events-reason-crlf.http":
            assert answer.forged == 0, exchange.name
        for packet in answer.packets:
            if packet.event in ENDS:
                assert list(packet.last)[-1] in ENDS[packet.event]
        seen.update(type(event).__name__ for event in events.events)
    assert set(seen) == {
        *("CallerEvent", "AgentEvent", "MemberEvent", "DeviceEvent"),
        *("OriginateEvent", "SpyEvent", "ServerStopping"),
    }


@pytest.mark.shared
def test_every_recorded_answer_is_told_apart() -> None:
    need_recordings()
    told = {exchange.name: read_response(exchange.body) for exchange in single()}
    assert told["oneshot/001-login-bad-secret.http"].message == "Authentication failed"
    assert told["oneshot/004-no-login-queuestatus.http"].message == "Permission denied"
    assert told["oneshot/012-ping.http"].fields["timestamp"] == "1795295102.469714"
    assert told["oneshot/014-coresettings.http"].fields["asteriskversion"] == "22.10.1"
    assert told["oneshot/100-logoff.http"].response == "Goodbye"
    assert not any(answer.is_success for name, answer in told.items() if "denied" in name)


@pytest.mark.shared
def test_a_recorded_forgery_in_a_reason_is_only_a_reason() -> None:
    need_recordings()
    exchanges = {exchange.name: exchange for exchange in single()}
    now = listed(exchanges["actions/044-queuestatus-reason-crlf.http"])
    ((key, member),) = now.members.items()
    assert key == ("complaints", "Local/1010@agents/n")
    assert (member.name, member.reason, member.is_paused) == ("Jamal Reed", "lunch", True)
    told = decode_events(read_events(exchanges["actions/046-events-reason-crlf.http"].body))
    pauses = [
        event.member.reason
        for event in told.events
        if isinstance(event, MemberEvent) and event.step is MemberStep.PAUSE
    ]
    assert "lunch" in pauses
    cut = listed(exchanges["actions/048-queuestatus-multibyte-cut.http"])
    assert any(member.reason.endswith("\ufffd") for member in cut.members.values())


@pytest.mark.shared
def test_what_is_recorded_of_odd_members_is_read() -> None:
    need_recordings()
    first = listed(next(one for one in run() if one.action == "QueueStatus"))
    odd = {row.name: row for row in first.members.values()}
    assert odd["Broken Extension"].status is DeviceStatus.INVALID
    assert odd["Kim 김 (night)"].is_paused
    assert odd["Kim 김 (night)"].status is DeviceStatus.UNKNOWN
    assert odd["Lena Vogt"].state_interface.startswith("Agent:")
    overflow = [row for row in first.members.values() if row.name == "O'Neil & Sons <overflow>"]
    assert len({row.interface for row in overflow}) == 1
    assert len({row.queue for row in overflow}) == 2


# Texts that pretend to be answers


def packet(*lines: tuple[str, object]) -> str:
    return "".join(f"{key}: {value}\r\n" for key, value in lines) + "\r\n"


def member_lines(reason: str, interface: str, *, is_list: bool) -> list[tuple[str, object]]:
    name, location = ("Name", "Location") if is_list else ("MemberName", "Interface")
    tail = [] if is_list else [("Ringinuse", 0)]
    return [
        *(("Queue", "sales"), (name, "Ann Lee"), (location, interface)),
        *(("StateInterface", "Custom:1"), ("Membership", "static"), ("Penalty", 2)),
        *(("CallsTaken", 7), ("LastCall", 1000), ("LastPause", 1100), ("LoginTime", 900)),
        *(("InCall", 0), ("Status", 1), ("Paused", 1), ("PausedReason", reason)),
        *tail,
        ("Wrapuptime", 6),
    ]


def figures(member: MemberRow) -> tuple[object, ...]:
    """All of a member that is not text."""
    return (
        *(member.queue, member.interface, member.name, member.state_interface),
        *(member.penalty, member.calls_taken, member.last_call, member.last_pause, member.since),
        *(member.in_call, member.status, member.is_paused, member.wrapup_s),
    )


PLAIN = (
    *("sales", "Local/1", "Ann Lee", "Custom:1", 2, 7),
    *(1_000_000, 1_100_000, 900_000, False, DeviceStatus.NOT_IN_USE, True, 6),
)
PIECES = (
    *("\r\n", "\r\n\r\n", "\n", "\r", "\x00", "\x1b[2J", ":", ": ", "|", "[red]", "\u202e", "é"),
    *("Event: QueueMember", "Event: QueueMemberStatus", "Event: QueueCallerJoin", "Event: E"),
    *(
        "Privilege: agent,all",
        "Privilege: a,all",
        "Event: Shutdown",
        "Event: AgentComplete",
        "Queue: sales",
        "Queue: x",
        "Location: l",
        "Interface: l",
    ),
    *("Uniqueid: 1", "Paused: 0", "Wrapuptime: 99", "Ringinuse: 0", "Count: 1", "PausedReason: r"),
    *(f"ActionID: {NONCE[:-1]}0", "ActionID: 1", "EventList: Complete", "ListItems: 1"),
    *(f"Event: {STATUS_ENDS}", "Response: Error", "lunch", "a", "Calls: 9"),
)
hostile = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def status_answer(*rows: list[tuple[str, object]]) -> bytes:
    mark = ("ActionID", NONCE)
    text = packet(("Response", "Success"), mark, ("EventList", "start"), ("Message", "follows"))
    text += "".join(packet(*row, mark) for row in rows)
    end = (("EventList", "Complete"), ("ListItems", len(rows)))
    return (text + packet(("Event", STATUS_ENDS), mark, *end)).encode()


QUEUE = [
    *(("Event", "QueueParams"), ("Queue", "sales"), ("Max", 0), ("Strategy", "ringall")),
    *(("Calls", 1), ("Holdtime", 3), ("TalkTime", 4), ("Completed", 5), ("Abandoned", 6)),
    *(("ServiceLevel", 20), ("ServicelevelPerf", 62.5), ("ServicelevelPerf2", 70.0)),
    ("Weight", 0),
]


@given(hostile, hostile)
@example("lunch\r\nEvent: Forged\r\nWrapuptime: 99", "")
@example("\r\n\r\nEvent: QueueMember\r\nQueue: sales\r\nLocation: l\r\nPaused: 0\r\n\r\n", "")
def test_no_text_changes_a_list(reason: str, caller: str) -> None:
    answer = status_answer(
        QUEUE,
        [("Event", "QueueMember"), *member_lines(reason, "Local/1", is_list=True)],
        [("Event", "QueueMember"), *member_lines("", "Local/2", is_list=True)],
        [
            *(("Event", "QueueEntry"), ("Queue", "sales"), ("Position", 1), ("Channel", "c")),
            *(("Uniqueid", "1.7"), ("CallerIDNum", "12"), ("CallerIDName", caller)),
            *(("ConnectedLineNum", "12"), ("ConnectedLineName", caller), ("Wait", 8)),
            ("Priority", 10),
        ],
    )
    now = queues_now(read_list(answer, NONCE, STATUS_ENDS))
    assert list(now.members) == [("sales", "Local/1"), ("sales", "Local/2")]
    assert figures(now.members["sales", "Local/1"]) == PLAIN
    assert list(now.entries) == [("sales", "1.7")]
    entry = now.entries["sales", "1.7"]
    assert (entry.wait_s, entry.priority, entry.position) == (8, 10, 1)
    assert now.queues["sales"].waiting == 1
    assert now.queues["sales"].level == 62.5
    assert now.skipped == 0
    texts = (now.members["sales", "Local/1"].reason, entry.name)
    assert not any(char in text for text in texts for char in "\r\n\x00\x1b\u202e")


def event_answer(*events: list[tuple[str, object]]) -> bytes:
    head = packet(("Response", "Success"), ("Message", "Waiting for Event completed."))
    end = packet(("Event", "WaitEventComplete"))
    return (head + "".join(packet(*event) for event in events) + end).encode()


def channel(name: str) -> list[tuple[str, object]]:
    return [
        *(("Privilege", "agent,all"), ("Channel", "PJSIP/a-00000001")),
        *(("ChannelState", 6), ("ChannelStateDesc", "Up")),
        *(("CallerIDNum", "12"), ("CallerIDName", name), ("Context", "sales"), ("Priority", 5)),
        *(("Uniqueid", "1.7"), ("Linkedid", "1.6")),
    ]


JOIN = [*channel("Jane"), ("Queue", "sales"), ("Position", 2), ("Count", 3)]


def within_79_bytes(text: str) -> str:
    """As Asterisk keeps a reason."""
    return text.encode()[:79].decode(errors="replace")


def without_call(events: tuple[Event, ...]) -> list[Event]:
    return [event for event in events if not isinstance(event, MemberEvent)]


ENDED = "\r\nRinginuse: \r\n\r\n"
RIGHTS = "\r\nPrivilege: a,all\r\n"


@given(hostile.map(within_79_bytes))
@example("\r\n\r\nEvent: QueueCallerJoin\r\nQueue: s\r\nUniqueid: 1\r\n\r\n")
@example(f"{ENDED}Event: QueueCallerJoin\r\nPrivilege: a\r\nQueue: s\r\nUniqueid: 1")
@example(f"{ENDED}Event: QueueMemberPause\r\nPrivilege: \r\nQueue: s\r\nInterface: l")
@example("\r\n\r\nCount: 1\r\n")
@example(f"{ENDED}Event: QueueCallerJoin{RIGHTS}ChannelState: ")
@example(f"{ENDED}Event: Shutdown{RIGHTS}")
@example(f"{ENDED}Event: Shutdown{RIGHTS}\r\n")
@example(f"{ENDED}Ringinuse: \r\n\r\nEvent: Shutdown{RIGHTS}")
@example(f"{ENDED}Event: DeviceStateChange{RIGHTS}Device: x")
@example(f"{ENDED}Event: AgentComplete{RIGHTS}Queue: s\r\nInterface: l")
@example("a\r\nRinginuse: 0\r\nWrapuptime: 0\r\n\r\nEvent: QueueCallerJoin\r\nUniqueid: 1")
def test_no_reason_makes_an_event(reason: str) -> None:
    pause = [
        ("Event", "QueueMemberPause"),
        ("Privilege", "agent,all"),
        *member_lines(reason, "Local/1", is_list=False),
    ]
    told = decode_events(
        read_events(event_answer([("Event", "QueueCallerJoin"), *JOIN], pause, pause))
    )
    (join,) = without_call(told.events)
    assert len(told.events) == 3
    assert isinstance(join, CallerEvent)
    assert (join.step, join.queue, join.call, join.waiting) == (
        *(CallerStep.JOINED, "sales", "1.7"),
        3,
    )
    members = [event.member for event in told.events if isinstance(event, MemberEvent)]
    assert {member.interface for member in members} == {"Local/1"}
    assert all(figures(member)[:-1] == PLAIN[:-1] for member in members)


@given(hostile.filter(lambda text: "Count" not in text))
@example("\r\nWrapuptime: 99\r\n")
def test_no_name_of_a_caller_changes_what_they_did(name: str) -> None:
    join = [*channel(name), ("Queue", "sales"), ("Position", 2), ("Count", 3)]
    told = decode_events(read_events(event_answer([("Event", "QueueCallerJoin"), *join])))
    (event,) = told.events
    assert isinstance(event, CallerEvent)
    assert (event.queue, event.call, event.position, event.waiting) == ("sales", "1.7", 2, 3)


@given(st.binary(max_size=300), st.sampled_from(("", NONCE)))
@example(b"", "")
@example(b"<html>404</html>", "")
@example(b"Response: Success\r\n\r\n", NONCE)
def test_nothing_but_our_own_error_comes_of_rubbish(rubbish: bytes, action_id: str) -> None:
    good = status_answer(QUEUE)
    codes = set()
    for body in (rubbish, b"Response: Success\r\n\r\n" + rubbish, good[:100] + rubbish, good):
        for read in (
            read_response,
            lambda body: queues_now(read_list(body, action_id, STATUS_ENDS)),
            lambda body: decode_events(read_events(body)),
        ):
            try:
                read(body)
            except FetchError as error:
                codes.add(error.code)
    assert codes <= {Code.BAD_PAYLOAD}


@given(st.integers(0, 2000))
def test_a_list_that_breaks_off_is_no_list(length: int) -> None:
    rows = [
        [("Event", "QueueMember"), *member_lines("", f"Local/{place}", is_list=True)]
        for place in range(4)
    ]
    body = status_answer(QUEUE, *rows)
    short = body[: min(length, body.rindex(b"ListItems") - 1)]
    with pytest.raises(FetchError):
        read_list(short, NONCE, STATUS_ENDS)
    without = body.replace(b"Event: QueueMember\r\n", b"", 1)
    assert len(queues_now(read_list(without, NONCE, STATUS_ENDS)).members) == 3
    fewer = status_answer(QUEUE, *rows).replace(b"ListItems: 5", b"ListItems: 6")
    with pytest.raises(FetchError):
        read_list(fewer, NONCE, STATUS_ENDS)


def test_ringing_is_milliseconds_of_both_who_answer_and_who_do_not() -> None:
    tail = [("Queue", "sales"), ("Interface", "Local/1"), ("MemberName", "Ann")]
    body = event_answer(
        [("Event", "AgentConnect"), *channel(""), *tail, ("HoldTime", 9), ("RingTime", 4)],
        [("Event", "AgentRingNoAnswer"), *channel(""), *tail, ("RingTime", 4000)],
        [
            *(("Event", "AgentComplete"), ("Privilege", "agent,all"), *tail),
            *(("HoldTime", 9), ("TalkTime", 60), ("Reason", "caller")),
        ],
    )
    connect, ring, complete = decode_events(read_events(body)).events
    assert isinstance(connect, AgentEvent)
    assert isinstance(ring, AgentEvent)
    assert isinstance(complete, AgentEvent)
    assert (connect.ring_ms, connect.wait_s, ring.ring_ms) == (4000, 9, 4000)
    assert (complete.step, complete.call, complete.talk_s) == (AgentStep.COMPLETED, "", 60)


def test_a_level_of_no_calls_at_all_is_none() -> None:
    counts = {"Completed": 0, "Abandoned": 0, "ServicelevelPerf": "0.0", "ServicelevelPerf2": "0.0"}

    def read(**changes: object) -> tuple[float | None, float | None]:
        fresh = [(key, (counts | changes).get(key, value)) for key, value in QUEUE]
        row = queues_now(read_list(status_answer(fresh), NONCE, STATUS_ENDS)).queues["sales"]
        return row.level, row.level_abandons_good

    assert read() == (None, None)
    assert read(Abandoned=2) == (None, 0.0)
    assert read(Completed=1) == (0.0, 0.0)
