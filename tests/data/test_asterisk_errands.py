"""From a pressed key to Asterisk and back: through the outbox, over HTTP, and over lost answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.actions.verbs import Verb
from data.errors import Code, FetchError
from data.model import Change
from data.sources.asterisk.acting import Acts
from data.status import ActionState
from data.sync.requests import Request
from tests.support.acting import make_action
from tests.support.asterisk_acting import ANNA, NOW, SETTINGS, FakeBoard, make_request
from tests.support.asterisk_model import Channel, Member, ModelAsterisk
from tests.support.asterisk_server import Answer, Asked, AsteriskServer, Raw
from tests.support.asterisk_talk import SECRET, VARIABLE, HandTime, talking
from tests.support.office import Office

_CALL, _CHANNEL = "floor1-1795296289.5", "PJSIP/provider1-00000001"


class _Endpoint:
    """A source that acts and shows nothing."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts

    async def act(self, request: Request) -> tuple[Change, ...]:
        await self._acts.act(request)
        return ()


@pytest.fixture
def model() -> ModelAsterisk:
    return ModelAsterisk(
        members={("sales", ANNA): Member(), ("support", ANNA): Member()},
        channels={_CHANNEL: Channel(_CALL, "Queue", "sales,t", waits_in="sales")},
        dialplan={("inbound", "600")},
    )


@pytest.fixture
def office(tmp_path: Path, model: ModelAsterisk) -> Iterator[Office]:
    office = Office(tmp_path / "floor")
    timing = HandTime().timing
    acts = Acts(model, FakeBoard(), SETTINGS, timing, now=office.clock.now)
    endpoint: Any = _Endpoint(acts)
    office.ledger = endpoint
    yield office
    office.outbox.close()


def _settle(office: Office, key: str) -> ActionState:
    for _look in range(60):
        office.look()
        if not office.rows[key].state.is_open:
            break
        office.clock.advance(5)
    return office.rows[key].state


def _press(office: Office, verb: Verb, **fields: str) -> str:
    entity = ANNA if verb is Verb.PAUSE else _CALL
    return office.press(make_action(verb, entity=entity, fields=fields))


def test_a_pause_is_sent_once_whatever_becomes_of_its_answer(
    office: Office, model: ModelAsterisk
) -> None:
    model.lose = iter(["answer"])
    key = _press(office, Verb.PAUSE, reason_code="lunch")
    assert _settle(office, key) is ActionState.DONE
    assert [one.clock_starts for one in model.members.values()] == [1, 1]


def test_a_pause_that_did_not_arrive_is_sent_again(office: Office, model: ModelAsterisk) -> None:
    model.lose = iter(["question", "question"])
    key = _press(office, Verb.PAUSE, reason_code="lunch")
    assert _settle(office, key) is ActionState.DONE
    assert model.sent == ["QueuePause"] * 3


@pytest.mark.parametrize("does_restart", [False, True])
def test_a_hang_up_whose_answer_was_lost_is_looked_up(
    office: Office, model: ModelAsterisk, does_restart: bool
) -> None:
    model.lose = iter(["answer"])
    key = _press(office, Verb.HANG_UP)
    office.look()
    assert office.rows[key].state is ActionState.SENDING
    if does_restart:
        office.restart()
    office.clock.advance(5)
    assert _settle(office, key) is ActionState.DONE
    assert model.sent == ["Hangup"]


def test_a_hang_up_that_did_not_arrive_is_void_and_not_fired_late(
    office: Office, model: ModelAsterisk
) -> None:
    model.lose = iter(["question"])
    key = _press(office, Verb.HANG_UP)
    assert _settle(office, key) is ActionState.EXPIRED
    assert model.sent == ["Hangup"]
    assert _CHANNEL in model.channels


def test_a_move_that_nothing_tells_of_any_more_has_an_unknown_outcome(
    office: Office, model: ModelAsterisk
) -> None:
    model.lose = iter(["answer"])
    key = _press(office, Verb.MOVE, queue="support")
    office.look()
    model.channels.clear()
    office.clock.advance(5)
    assert _settle(office, key) is ActionState.UNKNOWN_OUTCOME
    assert office.rows[key].code == Code.OUTCOME_UNKNOWN.value
    assert model.sent == ["Redirect"]


def test_what_the_configuration_of_the_server_forbids_is_told_as_that(
    office: Office, model: ModelAsterisk
) -> None:
    model.members["sales", ANNA].is_dynamic = False
    key = office.press(make_action(Verb.LEAVE, entity=ANNA, fields={"queue": "sales"}))
    assert _settle(office, key) is ActionState.REFUSED
    assert office.rows[key].code == Code.STATIC_MEMBER.value


async def test_over_http_an_answer_that_is_cut_off_is_looked_up(
    model: ModelAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    cut = iter(["", "", "Hangup"])  # after ListCommands and QueueStatus

    def answer(asked: Asked) -> Answer:
        body = model.answer_to(asked.action, dict(asked.fields), asked.action_id)
        return Raw(b"") if asked.action == next(cut, "") else body

    actions = (*model.rights, "ListCommands")
    server = AsteriskServer(answers={each.lower(): answer for each in actions})
    async with talking(server, time := HandTime()) as manager:
        acts = Acts(manager, FakeBoard(), SETTINGS, time.timing, now=lambda: NOW)
        request = make_request("contacts", _CALL, "hangup")
        with pytest.raises(FetchError) as lost:
            await acts.act(request)
        assert not lost.value.was_not_sent
        again = make_request("contacts", _CALL, "hangup", is_again=True)
        await acts.act(again)
    assert server.count("Hangup") == 1
    assert not model.channels


async def test_over_http_names_and_reasons_arrive_as_they_were_written(
    model: ModelAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)

    def answer(asked: Asked) -> bytes:
        return model.answer_to(asked.action, dict(asked.fields), asked.action_id)

    actions = (*model.rights, "ListCommands")
    server = AsteriskServer(answers={each.lower(): answer for each in actions})
    async with talking(server, time := HandTime()) as manager:
        acts = Acts(manager, FakeBoard(), SETTINGS, time.timing, now=lambda: NOW)
        reason = {"requested_state": "notReady", "reason_code": "R&D = 100% 김\r\nPaused: 0"}
        await acts.act(make_request("agents", ANNA, "state", **reason))
    assert {one.reason for one in model.members.values()} == {"R&D = 100% 김 Paused: 0"}
