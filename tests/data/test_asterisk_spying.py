"""Listening, whispering and barging in: the supervisor's phone rings, and hears one call."""

from __future__ import annotations

from typing import Any

import pytest

from data.errors import ActionRefused, Code, FetchError
from data.sources.asterisk.events import OriginateEvent, SpyEvent
from tests.support.asterisk_acting import ANNA, NOW, Desk, FakeBoard, Talk
from tests.support.asterisk_model import Channel, Member, ModelAsterisk
from tests.support.keys import uuid7

_CALL = "floor1-1795296289.5"
_LEG, _CALLER = "Local/1001@agents-00000002;1", "PJSIP/provider1-00000001"
_MONITOR = ("agents", ANNA, "monitor")
_ASKED: dict[str, Any] = {"mode": "listen", "phone": "2001", "contact": _CALL}


def _talking() -> dict[str, Channel]:
    return {
        _LEG: Channel("floor1-agent.6", "AppQueue", "(Outgoing Line)", bridge="b1"),
        _CALLER: Channel(_CALL, "Queue", "sales,t,,,90", bridge="b1"),
    }


def _desk(*, is_answered: bool = True, board: FakeBoard | None = None) -> Desk:
    model = ModelAsterisk(members={("sales", ANNA): Member(in_call=True, status=2)})
    model.channels = _talking()
    if is_answered:
        model.on_originate = model.answer
    return Desk(model, board=board)


async def _refused(desk: Desk, **body: Any) -> ActionRefused:
    with pytest.raises(ActionRefused) as refused:
        await desk.act(*_MONITOR, **{**_ASKED, **body})
    return refused.value


def _rings(desk: Desk) -> list[dict[str, str]]:
    return [fields for action, fields in desk.model.acts if action == "Originate"]


@pytest.mark.parametrize(
    ("mode", "options"), [("listen", "qES"), ("whisper", "qwES"), ("barge", "qBES")]
)
async def test_the_phone_hears_the_agents_very_channel_and_no_longer_than_it(
    mode: str, options: str
) -> None:
    desk, key = _desk(), uuid7(NOW)
    await desk.act(*_MONITOR, key=key, **{**_ASKED, "mode": mode})
    [asked] = _rings(desk)
    assert asked["Application"] == "ChanSpy"
    assert asked["Data"] == f"{_LEG},{options}"
    assert asked["Channel"] == "Local/2001@from-internal/n"
    assert asked["ChannelId"] == asked["ActionID"] == f"supervise.korlov.{key}"
    assert asked["CallerID"] == '"K. Orlov" <>'
    assert asked["Async"] == "true"


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("2001", "Local/2001@from-internal/n"),
        ("2001@office", "Local/2001@office/n"),
        ("PJSIP/2001", "PJSIP/2001"),
        ("SIP/desk-1", "SIP/desk-1"),
        ("*43", "Local/*43@from-internal/n"),
    ],
)
async def test_how_a_phone_may_be_written(phone: str, dialled: str) -> None:
    desk = _desk()
    await desk.act(*_MONITOR, **{**_ASKED, "phone": phone})
    assert _rings(desk)[0]["Channel"] == dialled


@pytest.mark.parametrize("phone", ["PJSIP/1&PJSIP/2", "20 01", "a,b", "PJSIP/", "1@b@c", "é", "//"])
async def test_what_is_no_phone_is_not_rung(phone: str) -> None:
    desk = _desk()
    assert (await _refused(desk, phone=phone)).code is Code.PHONE_NOT_REACHED
    assert not desk.model.acts


async def test_only_the_call_that_was_seen_is_listened_to() -> None:
    desk = _desk()
    assert (await _refused(desk, contact="floor1-earlier.1")).code is Code.WRONG_STATE
    desk.model.channels.clear()
    assert (await _refused(desk)).code is Code.WRONG_STATE
    assert not desk.model.acts


async def test_a_call_that_is_no_queues_can_be_listened_to_where_none_was_named() -> None:
    desk = _desk()
    desk.model.members = {("sales", "PJSIP/1001"): Member(status=2)}
    desk.model.channels = {"PJSIP/1001-00000007": Channel("floor1-own.7", "Dial", bridge="b2")}
    asked = {"mode": "listen", "phone": "2001"}
    await desk.act("agents", "PJSIP/1001", "monitor", **asked)
    assert _rings(desk)[0]["Data"] == "PJSIP/1001-00000007,qES"
    with pytest.raises(ActionRefused):
        await desk.act("agents", "PJSIP/1002", "monitor", **asked)


async def test_a_leg_whose_local_channel_was_optimised_away_is_found_beside_the_caller() -> None:
    desk = _desk(board=FakeBoard(Talk(_CALL, "Local/1001@agents-00000002;1")))
    desk.model.channels["PJSIP/1001-00000003"] = desk.model.channels.pop(_LEG)
    await desk.act(*_MONITOR, **_ASKED)
    assert _rings(desk)[0]["Data"] == "PJSIP/1001-00000003,qES"
    other = _desk(board=FakeBoard(Talk("floor1-other.1", "")))
    other.model.channels["PJSIP/1001-00000003"] = other.model.channels.pop(_LEG)
    assert (await _refused(other)).code is Code.WRONG_STATE


async def test_a_channel_whose_name_would_add_options_is_not_listened_to() -> None:
    desk = _desk()
    desk.model.members = {("sales", "PJSIP/a,qB"): Member(in_call=True)}
    desk.model.channels = {"PJSIP/a,qB-1": Channel("floor1-own.7", "AppQueue", bridge="b1")}
    with pytest.raises(ActionRefused):
        await desk.act("agents", "PJSIP/a,qB", "monitor", mode="listen", phone="2001")
    assert not desk.model.acts


async def test_one_supervisor_a_call() -> None:
    desk = _desk()
    other = Channel("supervise.pshah.1", "ChanSpy", f"{_LEG},qES", name="P. Shah")
    desk.model.channels["Local/2002@from-internal-00000009;1"] = other
    refused = await _refused(desk)
    assert (refused.code, refused.params["held_by"]) == (Code.ALREADY_CLAIMED, "P. Shah")
    assert not desk.model.acts


async def test_who_listens_may_go_on_to_whispering_and_hears_one_call_at_a_time() -> None:
    desk = _desk()
    await desk.act(*_MONITOR, **_ASKED)
    [before] = [name for name, each in desk.model.channels.items() if each.application == "ChanSpy"]
    await desk.act(*_MONITOR, **{**_ASKED, "mode": "whisper"})
    assert ("Hangup", {"Channel": before}) in desk.model.acts
    spies = [each for each in desk.model.channels.values() if each.application == "ChanSpy"]
    assert [each.data for each in spies] == [f"{_LEG},qwES"]


async def test_a_phone_that_does_not_answer_is_told_and_rings_no_more() -> None:
    desk = _desk(is_answered=False)
    assert (await _refused(desk)).code is Code.PHONE_NOT_REACHED
    assert set(desk.model.channels) == {_LEG, _CALLER}
    assert 20_000 < desk.clock.now() - NOW < 30_000


async def test_a_phone_that_cannot_be_rung_is_told_without_an_event() -> None:
    desk = _desk(is_answered=False)
    desk.model.on_originate = lambda _call: [*map(desk.model.channels.pop, _spying(desk))]
    assert (await _refused(desk)).code is Code.PHONE_NOT_REACHED
    assert desk.clock.now() - NOW < 5_000


async def test_a_failure_is_told_by_its_event() -> None:
    desk = _desk(is_answered=False)
    desk.model.on_originate = lambda call: desk.acts.take_event(_told(call, is_success=False))
    assert (await _refused(desk)).code is Code.PHONE_NOT_REACHED
    assert desk.clock.now() == NOW


async def test_a_call_that_ends_while_the_phone_rings_ends_the_ringing() -> None:
    desk = _desk(is_answered=False)

    def end(action: str) -> None:
        if action == "CoreShowChannels" and desk.model.acts:
            desk.model.channels.pop(_LEG, None)

    desk.model.before = end
    assert (await _refused(desk)).code is Code.WRONG_STATE
    assert not _spying(desk)
    assert desk.clock.now() - NOW < 3_000
    assert [action for action, _fields in desk.model.acts] == ["Originate", "Hangup"]


async def test_without_the_right_to_look_the_events_tell() -> None:
    desk = _desk(board=FakeBoard(Talk(_CALL, _LEG)), is_answered=False)
    desk.model.rights = tuple(each for each in desk.model.rights if each != "CoreShowChannels")
    desk.model.on_originate = lambda call: desk.acts.take_event(
        SpyEvent(at=NOW, is_start=True, spy_channel="x", spy_call=call, heard_channel=_LEG)
    )
    await desk.act(*_MONITOR, **_ASKED)
    assert _rings(desk)[0]["Data"] == f"{_LEG},qES"


@pytest.mark.parametrize("talk", [None, Talk("floor1-other.1", _LEG), Talk(_CALL, "")])
async def test_what_the_events_do_not_tell_is_not_listened_to(talk: Talk | None) -> None:
    desk = _desk(board=FakeBoard(talk))
    desk.model.rights = tuple(each for each in desk.model.rights if each != "CoreShowChannels")
    assert (await _refused(desk)).code is Code.WRONG_STATE
    assert not desk.model.acts


async def test_who_listens_is_known_by_the_name_that_people_know() -> None:
    desk, key = _desk(), uuid7(NOW)
    await desk.act(*_MONITOR, key=key, **{**_ASKED, "contact": f"{_CALL}#2"})
    assert desk.board.listeners == {f"supervise.korlov.{key}": "K. Orlov"}


async def test_without_events_and_looks_it_is_not_said_to_have_worked() -> None:
    desk = _desk(board=FakeBoard(Talk(_CALL, _LEG)), is_answered=False)
    desk.model.rights = tuple(each for each in desk.model.rights if each != "CoreShowChannels")
    assert await desk.carry(*_MONITOR, **_ASKED) is Code.OUTCOME_UNKNOWN
    assert len(_rings(desk)) == 1


async def test_a_phone_that_was_answered_when_the_call_was_over_is_told_as_that() -> None:
    desk = _desk(board=FakeBoard(Talk(_CALL, _LEG)), is_answered=False)
    desk.model.rights = tuple(each for each in desk.model.rights if each != "CoreShowChannels")
    desk.model.on_originate = lambda call: desk.acts.take_event(_told(call, is_success=True))
    assert (await _refused(desk)).code is Code.WRONG_STATE


async def test_a_lost_answer_is_looked_up_by_the_id_of_our_making_and_nobody_rung_twice() -> None:
    desk = _desk()
    desk.model.lose = iter(["answer"])
    assert await desk.carry(*_MONITOR, **_ASKED) is None
    assert len(_rings(desk)) == 1
    lost = _desk()
    lost.model.lose = iter(["question"])
    assert await lost.carry(*_MONITOR, **_ASKED) is Code.OUTCOME_UNKNOWN
    assert not _rings(lost)


async def test_while_the_phone_of_a_lost_answer_rings_it_is_waited_for() -> None:
    desk, key = _desk(is_answered=False), uuid7(NOW)
    desk.model.lose = iter(["answer"])
    with pytest.raises(FetchError):
        await desk.act(*_MONITOR, key=key, **_ASKED)
    with pytest.raises(ActionRefused) as refused:
        await desk.act(*_MONITOR, key=key, is_again=True, **_ASKED)
    assert refused.value.code is Code.IN_PROGRESS
    desk.model.answer(f"supervise.korlov.{key}")
    await desk.act(*_MONITOR, key=key, is_again=True, **_ASKED)


async def test_what_events_told_meanwhile_settles_a_lost_answer() -> None:
    desk, key = _desk(is_answered=False), uuid7(NOW)
    desk.model.lose = iter(["answer"])
    with pytest.raises(FetchError):
        await desk.act(*_MONITOR, key=key, **_ASKED)
    desk.acts.take_event(_told(f"supervise.korlov.{key}", is_success=False))
    with pytest.raises(ActionRefused) as refused:
        await desk.act(*_MONITOR, key=key, is_again=True, **_ASKED)
    assert refused.value.code is Code.PHONE_NOT_REACHED


async def test_a_name_with_quotes_stays_a_name() -> None:
    desk = _desk()
    actor = {"id": "k", "name": 'O\'Neil "Kim" <100>\r\nX: y'}
    await desk.act(*_MONITOR, **{**_ASKED, "actor": actor})
    assert _rings(desk)[0]["CallerID"] == '"O\'Neil Kim 100 X: y" <>'


def _told(call: str, *, is_success: bool) -> OriginateEvent:
    reason = 4 if is_success else 0
    return OriginateEvent(
        at=NOW, action_id=call, is_success=is_success, reason=reason, call="<unknown>"
    )


def _spying(desk: Desk) -> list[str]:
    return [
        name for name, each in desk.model.channels.items() if each.call.startswith("supervise.")
    ]
