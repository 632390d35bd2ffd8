"""What is done to agents of an Asterisk: pauses, queues, ranks, logging off."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.actions.rules import RULES
from data.errors import ActionRefused, Code, FetchError
from data.model import Agent
from data.sources.asterisk import attempt
from tests.support.asterisk_acting import ANNA, NOW, Desk, make_request
from tests.support.asterisk_model import ALL_RIGHTS, Channel, Member, ModelAsterisk

_STATE, _MEMBERSHIP = ("agents", ANNA, "state"), ("agents", ANNA, "membership")
_ORDINARY = tuple(each for each in ALL_RIGHTS if each not in {"Originate", "DBPut", "Redirect"})


def _desk(**members: Member) -> Desk:
    served = {(queue, ANNA): one for queue, one in members.items()}
    return Desk(ModelAsterisk(queues=["sales", "support", "night"], members=served))


async def _refused(desk: Desk, *parts: str, **body: Any) -> Code:
    with pytest.raises(ActionRefused) as refused:
        await desk.act(*parts, **body)
    return refused.value.code


async def _pause(desk: Desk, reason: str = "", **more: Any) -> None:
    await desk.act(*_STATE, requested_state="notReady", reason_code=reason, **more)


async def test_a_pause_is_for_all_queues_and_its_reason_is_one_line_that_fits() -> None:
    desk = _desk(sales=Member(), support=Member())
    await _pause(desk, " Lunch\r\nEvent: x")
    assert desk.model.acts == [
        ("QueuePause", {"Interface": ANNA, "Paused": "true", "Reason": "Lunch Event: x"})
    ]
    await _pause(desk, "é" * 32)
    assert {one.reason for one in desk.model.members.values()} == {"é" * 32}
    await _pause(desk, "김" * 32)
    assert {one.reason for one in desk.model.members.values()} == {"김" * 26}


async def test_who_is_paused_so_already_keeps_the_clock_of_the_pause() -> None:
    desk = _desk(sales=Member(), support=Member())
    await _pause(desk, "lunch")
    await _pause(desk, "lunch")
    assert [one.clock_starts for one in desk.model.members.values()] == [1, 1]
    await _pause(desk, "coaching")
    assert [one.reason for one in desk.model.members.values()] == ["coaching"] * 2


async def test_who_is_paused_in_some_queues_is_paused_in_the_others() -> None:
    desk = _desk(
        sales=Member(is_paused=True, reason="lunch", clock_starts=1),
        support=Member(),
        night=Member(is_paused=True, reason="Auto-Pause", clock_starts=1),
    )
    await _pause(desk, "lunch")
    starts = {queue: one.clock_starts for (queue, _who), one in desk.model.members.items()}
    assert starts == {"sales": 1, "support": 1, "night": 2}
    assert all(one.reason == "lunch" for one in desk.model.members.values())


async def test_ready_ends_the_pauses_and_nothing_where_there_is_none() -> None:
    desk = _desk(sales=Member(is_paused=True), support=Member())
    await desk.act(*_STATE, requested_state="ready")
    assert not any(one.is_paused for one in desk.model.members.values())
    sent = len(desk.model.acts)
    await desk.act(*_STATE, requested_state="ready")
    assert len(desk.model.acts) == sent == 1


async def test_after_contact_work_is_not_said_to_have_been_ended() -> None:
    desk = _desk(sales=Member(last_call=NOW // 1000 - 4))
    assert await _refused(desk, *_STATE, requested_state="ready") is Code.TIMED_BY_SYSTEM
    desk.clock.advance(10)
    await desk.act(*_STATE, requested_state="ready")
    assert not desk.model.acts


async def test_a_member_of_a_pool_logs_off_softly_and_once() -> None:
    desk = _desk(sales=Member(state_interface="Agent:2001", is_dynamic=False, status=2))
    await desk.act(*_STATE, requested_state="loggedOff")
    assert desk.model.acts == [("AgentLogoff", {"Agent": "2001", "Soft": "true"})]
    await desk.act(*_STATE, requested_state="loggedOff")
    assert len(desk.model.acts) == 1


async def test_a_dynamic_member_logs_off_by_leaving_all_queues() -> None:
    desk = _desk(sales=Member(), support=Member())
    await desk.act(*_STATE, requested_state="loggedOff")
    assert not desk.model.members
    await desk.act(*_STATE, requested_state="loggedOff")
    assert [action for action, _fields in desk.model.acts] == ["QueueRemove"] * 2


async def test_a_server_without_queues_says_nothing_of_anybody() -> None:
    desk = Desk(ModelAsterisk(queues=[]))
    with pytest.raises(FetchError) as problem:
        await desk.act(*_STATE, requested_state="loggedOff")
    assert problem.value.code is Code.UNAVAILABLE
    assert problem.value.was_not_sent


async def test_a_static_member_is_not_half_logged_off() -> None:
    desk = _desk(sales=Member(), support=Member(is_dynamic=False))
    assert await _refused(desk, *_STATE, requested_state="loggedOff") is Code.STATIC_MEMBER
    assert len(desk.model.members) == 2
    assert not desk.model.acts


@pytest.mark.parametrize("requested", ["ready", "notReady"])
async def test_who_is_in_no_queue_can_be_neither_paused_nor_made_ready(requested: str) -> None:
    desk = _desk()
    assert await _refused(desk, *_STATE, requested_state=requested) is Code.WRONG_STATE


async def test_a_state_that_asterisk_does_not_know_is_refused() -> None:
    desk = _desk(sales=Member())
    code = await _refused(desk, *_STATE, requested_state="workingAfterCall")
    assert code is Code.INVALID_FIELD


async def test_a_new_membership_is_like_the_others() -> None:
    desk = _desk(sales=Member("O'Neil & <Co>", "Custom:agent1001", is_paused=True, reason="lunch"))
    await desk.act(*_MEMBERSHIP, queue="support", member=True, penalty=3)
    one = desk.model.members["support", ANNA]
    assert (one.name, one.state_interface) == ("O'Neil & <Co>", "Custom:agent1001")
    assert (one.penalty, one.is_paused, one.reason) == (3, True, "lunch")


async def test_who_was_taken_out_of_all_queues_comes_back_as_they_were() -> None:
    desk = _desk(sales=Member("Anna", "hint:1001@hints"))
    await desk.act(*_MEMBERSHIP, queue="sales", member=False)
    await desk.act(*_MEMBERSHIP, queue="sales", member=True)
    one = desk.model.members["sales", ANNA]
    assert (one.name, one.state_interface, one.penalty) == ("Anna", "hint:1001@hints", 0)


async def test_who_was_a_member_before_this_process_is_known_by_name_if_at_all() -> None:
    desk = _desk()
    await desk.act(*_MEMBERSHIP, queue="sales", member=True)
    assert desk.model.members["sales", ANNA].name == ANNA
    desk.board.agents[ANNA] = Agent(site="hh", source="pbx", id=ANNA, name="Anna Adams")
    del desk.model.members["sales", ANNA]
    desk = Desk(desk.model, board=desk.board)
    await desk.act(*_MEMBERSHIP, queue="sales", member=True)
    assert desk.model.members["sales", ANNA].name == "Anna Adams"


async def test_a_membership_that_is_so_already_is_done() -> None:
    desk = _desk(sales=Member(penalty=2))
    await desk.act(*_MEMBERSHIP, queue="sales", member=True)
    await desk.act(*_MEMBERSHIP, queue="sales", member=True, penalty=2)
    await desk.act(*_MEMBERSHIP, queue="support", member=False)
    assert not desk.model.acts
    await desk.act(*_MEMBERSHIP, queue="sales", member=True, penalty=0)
    assert desk.model.members["sales", ANNA].penalty == 0


async def test_the_rank_of_a_static_member_can_be_changed_but_not_the_membership() -> None:
    desk = _desk(sales=Member(is_dynamic=False))
    await desk.act(*_MEMBERSHIP, queue="sales", member=True, penalty=5)
    assert desk.model.members["sales", ANNA].penalty == 5
    code = await _refused(desk, *_MEMBERSHIP, queue="sales", member=False)
    assert code is Code.STATIC_MEMBER


async def test_a_queue_that_is_not_there_is_refused() -> None:
    desk = _desk(sales=Member())
    code = await _refused(desk, *_MEMBERSHIP, queue="nosuch", member=True)
    assert code is Code.INVALID_FIELD


async def test_nothing_is_sent_late() -> None:
    desk = _desk(sales=Member())
    desk.clock.advance(60.5)
    with pytest.raises(ActionRefused) as late:
        await _pause(desk, "lunch")
    assert late.value.code is Code.ACTION_EXPIRED
    with pytest.raises(FetchError) as unknown:
        await _pause(desk, "lunch", is_again=True)
    assert unknown.value.code is Code.OUTCOME_UNKNOWN
    assert not desk.model.acts
    desk.model.members["sales", ANNA] = Member(is_paused=True, reason="lunch")
    await _pause(desk, "lunch", is_again=True)


async def test_lateness_is_judged_after_the_look_right_before_sending() -> None:
    desk = _desk(sales=Member())
    desk.model.before = lambda action: desk.clock.advance(61 if action == "QueueStatus" else 0)
    assert await _refused(desk, *_STATE, requested_state="notReady") is Code.ACTION_EXPIRED


async def test_what_failed_before_anything_was_sent_was_not_sent() -> None:
    desk = _desk(sales=Member())

    def fail(action: str) -> None:
        if action == "QueueStatus":
            raise FetchError(Code.TIMED_OUT)

    desk.model.before = fail
    with pytest.raises(FetchError) as problem:
        await _pause(desk)
    assert problem.value.was_not_sent
    desk.model.before = lambda _action: None
    desk.model.lose = iter(["answer"])
    with pytest.raises(FetchError) as problem:
        await _pause(desk)
    assert not problem.value.was_not_sent


async def test_what_was_half_done_may_have_arrived() -> None:
    desk = _desk(sales=Member(), support=Member())

    def break_off(action: str) -> None:
        if action == "QueueRemove" and desk.model.sent:
            problem = FetchError(Code.REFUSED_CONNECTION)
            problem.was_not_sent = True
            raise problem

    desk.model.before = break_off
    with pytest.raises(FetchError) as problem:
        await desk.act(*_STATE, requested_state="loggedOff")
    assert not problem.value.was_not_sent
    assert len(desk.model.members) == 1


async def test_what_can_be_done_follows_the_rights_of_the_account() -> None:
    desk = _desk()
    everything = {rule.operation for rule in RULES.values() if rule.kind in _KINDS}
    assert set(desk.acts.operations) == everything - {"answerAssist"}
    desk.model.rights = _ORDINARY
    await desk.acts.learn_rights()
    assert set(desk.acts.operations) == {
        *("setAgentState", "setMembership", "prioritiseContact", "hangUpContact")
    }


_KINDS = {RULES[verb].kind for verb in RULES if RULES[verb].operation == "setAgentState"} | {
    RULES[verb].kind for verb in RULES if RULES[verb].operation in {"switchQueue", "hangUpContact"}
}


async def test_an_account_that_was_given_to_look_changes_nothing() -> None:
    """Though Asterisk would let it change the priority of callers."""
    desk = _desk(sales=Member())
    desk.model.channels = {"PJSIP/p-1": Channel("1.1", "Queue", "sales", waits_in="sales")}
    desk.model.rights = ("QueueStatus", "QueueChangePriorityCaller", "QueueReset")
    with pytest.raises(FetchError) as problem:
        await desk.act("contacts", "1.1", "priority", priority=5)
    assert problem.value.code is Code.FORBIDDEN
    assert desk.acts.operations == ()
    assert not desk.model.acts


async def test_what_an_account_may_not_do_is_refused_as_that() -> None:
    desk = _desk(sales=Member())
    desk.model.rights = ("QueueStatus",)
    with pytest.raises(FetchError) as problem:
        await _pause(desk)
    assert problem.value.code is Code.FORBIDDEN
    assert problem.value.was_not_sent


def test_counters_and_the_way_out_of_a_queue_are_never_touched() -> None:
    assert not attempt.SENDABLE & {"QueueReset", "QueueWithdrawCaller", "QueueReload", "Command"}


async def test_what_is_not_on_the_list_cannot_be_sent() -> None:
    desk = _desk()
    one = attempt.Attempt(desk.model, make_request(*_STATE), NOW, lambda: NOW, lambda _any: True)
    with pytest.raises(ActionRefused):
        await one.send("QueueReset", {"Queue": "sales"})
    assert not desk.model.asked


@pytest.mark.parametrize(
    "parts", [("agents", ANNA), ("agents", ANNA, "assist"), ("escalations", "1", "claim"), ()]
)
async def test_what_is_not_for_asterisk_is_not_found(parts: tuple[str, ...]) -> None:
    assert await _refused(_desk(), *parts) is Code.NOT_FOUND


async def test_a_request_that_cannot_be_read_is_refused() -> None:
    assert await _refused(_desk(), *_STATE, requested_state="asleep") is Code.INVALID_FIELD


_NAMES = st.text(max_size=40) | st.sampled_from(
    ["sales", "support", ANNA, "a\r\nAction: QueueReset", "/.*/", "c1", "x,qB", "PJSIP/1&PJSIP/2"]
)
_REQUESTS = st.one_of(
    st.fixed_dictionaries({"requested_state": st.just("notReady"), "reason_code": _NAMES}),
    st.fixed_dictionaries({"requested_state": st.sampled_from(["ready", "loggedOff"])}),
    st.fixed_dictionaries({"queue": _NAMES, "member": st.booleans()}),
    st.fixed_dictionaries({"mode": st.just("barge"), "phone": _NAMES, "contact": _NAMES}),
    st.fixed_dictionaries({"name": st.just("closed"), "on": st.booleans(), "text": _NAMES}),
    st.fixed_dictionaries({"priority": st.integers(-1000, 1000)}),
    st.fixed_dictionaries({"agent": _NAMES}),
)
_WAYS = st.sampled_from(
    [
        *(("agents", each) for each in ("state", "membership", "monitor")),
        *(("contacts", each) for each in ("priority", "transfer", "hangup")),
        ("queues", "switch"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(way=_WAYS, entity=_NAMES, body=_REQUESTS, actor=_NAMES, is_again=st.booleans())
async def test_no_text_makes_a_line_and_nothing_else_than_what_may_be_is_sent(
    way: tuple[str, str], entity: str, body: dict[str, Any], actor: str, is_again: bool
) -> None:
    members = {("sales", ANNA): Member(name=actor), ("support", entity): Member(in_call=True)}
    desk = Desk(ModelAsterisk(members={k: v for k, v in members.items() if _is_plain(k[1])}))
    said = {**body, "actor": {"id": "k", "name": actor}}
    try:
        request = make_request(way[0], entity, way[1], is_again=is_again, **said)
    except UnicodeEncodeError:
        return
    # The model refuses forms that hold a line break, and says what it was asked.
    with contextlib.suppress(FetchError):
        await desk.acts.act(request)
    assert {action for action, _fields in desk.model.acts} <= attempt.SENDABLE


def _is_plain(text: str) -> bool:
    return text.isprintable() and text.isascii() and bool(text)
