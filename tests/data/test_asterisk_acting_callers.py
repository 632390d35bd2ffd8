"""What is done to callers who wait in an Asterisk's queues."""

from __future__ import annotations

from typing import Any

import pytest

from data.errors import ActionRefused, Code
from tests.support.asterisk_acting import ANNA, NOW, Desk
from tests.support.asterisk_model import Channel, Member, ModelAsterisk

_CALL, _CHANNEL = "floor1-1795296289.5", "Local/sales@callers-00000002;2"
_HANG_UP, _MOVE = ("contacts", _CALL, "hangup"), ("contacts", _CALL, "transfer")
_PRIORITY = ("contacts", _CALL, "priority")


def _waiting(**more: Any) -> Channel:
    return Channel(_CALL, "Queue", "sales,t,,,90", waits_in="sales", **more)


def _desk(channel: Channel | None = None, anna: Member | None = None) -> Desk:
    model = ModelAsterisk(
        members={("sales", ANNA): anna} if anna else {}, channels={_CHANNEL: channel or _waiting()}
    )
    model.dialplan = {("inbound", "600"), ("from-internal", "601"), ("agents", "1001")}
    return Desk(model)


async def _refused(desk: Desk, *parts: str, **body: Any) -> Code:
    with pytest.raises(ActionRefused) as refused:
        await desk.act(*parts, **body)
    return refused.value.code


async def test_a_caller_gets_another_priority_at_once() -> None:
    desk = _desk()
    await desk.act(*_PRIORITY, priority=7)
    asked = {"Queue": "sales", "Caller": _CHANNEL, "Priority": "7", "Immediate": "yes"}
    assert desk.model.acts == [("QueueChangePriorityCaller", asked)]
    await desk.act(*_PRIORITY, priority=7)
    assert len(desk.model.acts) == 1


async def test_a_priority_below_nothing_is_told_from_none() -> None:
    desk = _desk()
    await desk.act(*_PRIORITY, priority=-3)
    await desk.act(*_PRIORITY, priority=0)
    assert desk.model.channels[_CHANNEL].priority == 0


async def test_the_channel_is_that_of_the_call_and_not_of_whoever_bears_its_name_now() -> None:
    desk = _desk(Channel("floor1-another.9", "Queue", "sales", waits_in="sales"))
    assert await _refused(desk, *_HANG_UP) is Code.WRONG_STATE
    assert await _refused(desk, *_MOVE, queue="support") is Code.WRONG_STATE
    assert await _refused(desk, *_PRIORITY, priority=7) is Code.WRONG_STATE
    assert not desk.model.acts


async def test_a_contact_that_came_back_into_its_queue_is_known_by_its_call() -> None:
    desk = _desk()
    await desk.act("contacts", f"{_CALL}#2", "priority", priority=4)
    assert desk.model.channels[_CHANNEL].priority == 4


async def test_who_talks_is_not_hung_up_on() -> None:
    desk = _desk(Channel(_CALL, "Queue", "sales", bridge="b1"))
    assert await _refused(desk, *_HANG_UP) is Code.WRONG_STATE
    assert _CHANNEL in desk.model.channels


async def test_a_caller_is_hung_up_on_by_the_exact_channel() -> None:
    desk = _desk()
    await desk.act(*_HANG_UP)
    assert desk.model.acts == [("Hangup", {"Channel": _CHANNEL, "Cause": "16"})]


async def test_a_channel_that_would_be_a_pattern_of_names_is_not_sent() -> None:
    desk = _desk()
    desk.model.channels = {"/.*/": desk.model.channels[_CHANNEL]}
    assert await _refused(desk, *_HANG_UP) is Code.INVALID_FIELD
    assert not desk.model.acts


async def test_a_caller_is_moved_by_the_extension_of_the_queue() -> None:
    desk = _desk()
    await desk.act(*_MOVE, queue="support")
    where = {"Context": "inbound", "Exten": "600", "Priority": "1"}
    assert desk.model.acts == [("Redirect", {"Channel": _CHANNEL, **where})]


async def test_an_extension_without_a_context_is_of_the_sources_own() -> None:
    desk = _desk(Channel(_CALL, "Queue", "support", waits_in="support"))
    await desk.act(*_MOVE, queue="sales")
    assert desk.model.channels[_CHANNEL].context == "from-internal"


async def test_a_queue_without_an_extension_is_refused_as_that() -> None:
    desk = _desk()
    desk.model.queues.append("night")
    assert await _refused(desk, *_MOVE, queue="night") is Code.NO_EXTENSION
    desk.model.dialplan.clear()
    assert await _refused(desk, *_MOVE, queue="support") is Code.NO_EXTENSION
    assert not desk.model.acts


async def test_without_the_right_to_look_the_configured_extension_is_believed() -> None:
    desk = _desk()
    desk.model.rights = tuple(each for each in desk.model.rights if each != "Getvar")
    await desk.act(*_MOVE, queue="support")
    assert desk.model.channels[_CHANNEL].extension == "600"


async def test_nobody_is_moved_to_where_they_are() -> None:
    assert await _refused(_desk(), *_MOVE, queue="sales") is Code.INVALID_FIELD


@pytest.mark.parametrize("where", [{}, {"queue": "support", "agent": ANNA}])
async def test_it_is_either_a_queue_or_an_agent(where: dict[str, str]) -> None:
    assert await _refused(_desk(), *_MOVE, **where) is Code.INVALID_FIELD


async def test_a_caller_is_given_to_an_agent_as_their_queues_ring_them() -> None:
    desk = _desk(anna=Member())
    await desk.act(*_MOVE, agent=ANNA)
    where = {"Context": "agents", "Exten": "1001", "Priority": "1"}
    assert desk.model.acts == [("Redirect", {"Channel": _CHANNEL, **where})]


@pytest.mark.parametrize(
    ("interface", "place"),
    [
        ("PJSIP/1001", ("from-internal", "1001")),
        ("SIP/anna.adams", ("from-internal", "anna.adams")),
        ("Local/1001@agents", ("agents", "1001")),
        ("Local/1001@from-queue/n", ("from-queue", "1001")),
    ],
)
async def test_by_which_extension_an_agent_is_rung(interface: str, place: tuple[str, str]) -> None:
    desk = _desk()
    desk.model.members["sales", interface] = Member()
    desk.model.dialplan.add(place)
    await desk.act(*_MOVE, agent=interface)
    moved = desk.model.channels[_CHANNEL]
    assert (moved.context, moved.extension) == place


@pytest.mark.parametrize(
    "interface",
    ["PJSIP/0170@provider", "PJSIP/anna/sip:1@x", "Local/1001", "hint:1001@x", "Local/a,1@b", ""],
)
async def test_an_interface_that_names_no_extension_gets_no_caller(interface: str) -> None:
    desk = _desk()
    desk.model.members["sales", interface] = Member()
    expected = Code.INVALID_FIELD if not interface else Code.NO_EXTENSION
    assert await _refused(desk, *_MOVE, agent=interface) is expected
    assert not desk.model.acts


@pytest.mark.parametrize(
    "member",
    [Member(status=2), Member(is_paused=True), Member(status=5), Member(last_call=NOW // 1000 - 3)],
)
async def test_only_who_is_ready_is_given_a_caller(member: Member) -> None:
    desk = _desk(anna=member)
    assert await _refused(desk, *_MOVE, agent=ANNA) is Code.WRONG_STATE


async def test_an_agent_who_is_no_member_is_given_nobody() -> None:
    assert await _refused(_desk(), *_MOVE, agent=ANNA) is Code.WRONG_STATE


async def test_a_hang_up_whose_answer_was_lost_is_done_when_the_channel_is_gone() -> None:
    desk = _desk()
    desk.model.lose = iter(["answer"])
    assert await desk.carry(*_HANG_UP) is None
    assert len(desk.model.acts) == 1


async def test_a_hang_up_whose_question_was_lost_is_not_sent_again_and_found_undone() -> None:
    desk = _desk()
    desk.model.lose = iter(["question"])
    assert await desk.carry(*_HANG_UP) is Code.ACTION_EXPIRED
    assert not desk.model.acts
    assert desk.clock.now() > NOW + 60_000


async def test_a_move_whose_answer_was_lost_is_found_by_where_the_caller_is() -> None:
    desk = _desk()
    desk.model.lose = iter(["answer"])
    assert await desk.carry(*_MOVE, queue="support") is None
    assert len(desk.model.acts) == 1


@pytest.mark.parametrize(
    "channel",
    [
        Channel(_CALL, "Queue", "support,t", waits_in="support"),
        Channel(_CALL, "Queue", "support,t", bridge="b1"),
        Channel(_CALL, "Playback", "hello", extension="600", context="inbound"),
    ],
)
async def test_where_a_caller_who_was_moved_may_be(channel: Channel) -> None:
    await _desk(channel).act(*_MOVE, queue="support", is_again=True)


async def test_a_move_of_which_nothing_tells_any_more_is_said_to_be_unknown() -> None:
    desk = _desk(Channel(_CALL, "Playback", "bye", extension="h", context="callers"))
    assert await desk.carry(*_MOVE, queue="support") is Code.WRONG_STATE
    desk.model.lose = iter(["answer"])
    desk = _desk()
    desk.model.lose = iter(["answer"])
    desk.model.before = lambda _action: desk.model.acts and desk.model.channels.clear()
    assert await desk.carry(*_MOVE, queue="support") is Code.OUTCOME_UNKNOWN


async def test_a_move_whose_question_was_lost_is_found_undone() -> None:
    desk = _desk()
    desk.model.lose = iter(["question"])
    assert await desk.carry(*_MOVE, queue="support") is Code.ACTION_EXPIRED
    assert not desk.model.acts


async def test_without_the_right_to_look_a_lost_hang_up_is_told_by_who_waits() -> None:
    desk = _desk()
    desk.model.rights = tuple(each for each in desk.model.rights if each != "CoreShowChannels")
    desk.model.lose = iter(["question"])
    assert await desk.carry(*_HANG_UP) is Code.ACTION_EXPIRED
    desk.model.lose = iter(["answer"])
    desk.clock.advance(-70 - 60)
    assert await desk.carry(*_HANG_UP) is Code.OUTCOME_UNKNOWN
