"""Whatever gets lost on the way to an Asterisk: nothing is done twice, or said that is not so.

Each action is carried as the courier does it, over a line that loses questions and answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.actions.rules import RULES
from data.actions.verbs import Verb
from data.errors import Code, FetchError
from data.status import ActionState
from data.sync.delivery import fate_of
from data.sync.kept import Fate, Kept, Wire
from tests.support.acting import NOW, make_action
from tests.support.asterisk_acting import ANNA, Desk
from tests.support.asterisk_model import Channel, Member, ModelAsterisk

_CALL, _CHANNEL = "floor1-1795296289.5", "PJSIP/provider1-00000001"
_TALK, _LEG = "floor1-1795296289.9", "Local/1001@agents-00000002;1"
_SAID_UNDONE = {Code.ACTION_EXPIRED, Code.WRONG_STATE, Code.PHONE_NOT_REACHED}


class _Case(NamedTuple):
    verb: Verb
    parts: tuple[str, ...]
    body: dict[str, Any]
    is_done: Callable[[ModelAsterisk], bool]


def _model() -> ModelAsterisk:
    model = ModelAsterisk(
        members={("sales", ANNA): Member(in_call=True, status=2), ("support", ANNA): Member()},
        channels={
            _CHANNEL: Channel(_CALL, "Queue", "sales,t", waits_in="sales"),
            "PJSIP/provider1-00000002": Channel(_TALK, "Queue", "sales,t", bridge="b"),
            _LEG: Channel("floor1-leg.1", "AppQueue", bridge="b"),
        },
        queues=["sales", "support", "night"],
        dialplan={("inbound", "600")},
    )
    model.on_originate = model.answer
    return model


def _waiting(model: ModelAsterisk) -> Channel | None:
    return next((each for each in model.channels.values() if each.call == _CALL), None)


def _is_moved(model: ModelAsterisk) -> bool:
    channel = _waiting(model)
    return channel is not None and channel.extension == "600"


def _is_heard(model: ModelAsterisk) -> bool:
    return any(each.application == "ChanSpy" for each in model.channels.values())


def _has_priority(model: ModelAsterisk) -> bool:
    channel = _waiting(model)
    return channel is not None and channel.priority == 9


_STATE, _MEMBERSHIP = ("agents", ANNA, "state"), ("agents", ANNA, "membership")
_CASES = [
    _Case(
        Verb.PAUSE,
        _STATE,
        {"requested_state": "notReady", "reason_code": "lunch"},
        lambda model: all(one.reason == "lunch" for one in model.members.values()),
    ),
    _Case(Verb.LOG_OUT, _STATE, {"requested_state": "loggedOff"}, lambda model: not model.members),
    _Case(
        Verb.JOIN,
        _MEMBERSHIP,
        {"queue": "night", "member": True, "penalty": 2},
        lambda model: ("night", ANNA) in model.members,
    ),
    _Case(
        Verb.LEAVE,
        _MEMBERSHIP,
        {"queue": "sales", "member": False},
        lambda model: ("sales", ANNA) not in model.members,
    ),
    _Case(
        Verb.SWITCH,
        ("queues", "sales", "switch"),
        {"name": "closed", "on": True},
        lambda model: bool(model.database),
    ),
    _Case(Verb.PRIORITY, ("contacts", _CALL, "priority"), {"priority": 9}, _has_priority),
    _Case(Verb.MOVE, ("contacts", _CALL, "transfer"), {"queue": "support"}, _is_moved),
    _Case(Verb.HANG_UP, ("contacts", _CALL, "hangup"), {}, lambda model: _waiting(model) is None),
    _Case(
        Verb.LISTEN,
        ("agents", ANNA, "monitor"),
        {"mode": "listen", "phone": "2001", "contact": _TALK},
        _is_heard,
    ),
]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.verb.value)
@settings(max_examples=40, deadline=None)
@given(lost=st.lists(st.sampled_from(["", "question", "answer"]), max_size=16))
async def test_what_is_said_is_so(case: _Case, lost: list[str]) -> None:
    model = _model()
    model.lose = iter(lost)
    desk = Desk(model)
    code = await desk.carry(*case.parts, **case.body)
    if code is None:
        assert case.is_done(model)
    elif code in _SAID_UNDONE:
        assert not case.is_done(model)
    else:
        assert code is Code.OUTCOME_UNKNOWN
    if not RULES[case.verb].is_repeatable:
        assert len(model.sent) == 1
    if not any(lost[:16]):
        assert code is None
    # The clock of a pause is not restarted by asking twice.
    reached = [fields for action, fields in model.acts if action == "QueuePause"]
    assert len(reached) <= 1


def test_an_outcome_that_nothing_tells_any_more_ends_an_action() -> None:
    action = make_action(Verb.HANG_UP)
    sending = Fate(ActionState.SENDING)
    kept = Kept(1, 0, "anna", "Anna", action, 2, True, NOW, sending, Wire("", 5))
    fate = fate_of(FetchError(Code.OUTCOME_UNKNOWN), kept, NOW, may_have=True)
    assert fate is not None
    assert (fate.state, fate.code) == (ActionState.UNKNOWN_OUTCOME, Code.OUTCOME_UNKNOWN.value)
