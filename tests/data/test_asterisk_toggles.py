"""What can be put on or off at a queue of an Asterisk: database keys and custom devices."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from data.errors import ActionRefused, Code
from data.model import Person, Switch
from data.settings import ToggleSettings
from tests.support.asterisk_acting import NOW, SETTINGS, Desk
from tests.support.asterisk_model import ModelAsterisk

_SWITCH = ("queues", "sales", "switch")
_OFF = {
    "sales": (Switch(name="closed"), Switch(name="overflow", label="To Leeds")),
}


async def _refused(desk: Desk, *parts: str, **body: Any) -> ActionRefused:
    with pytest.raises(ActionRefused) as refused:
        await desk.act(*parts, **body)
    return refused.value


async def test_a_key_of_the_database_is_put_and_deleted() -> None:
    desk = Desk(ModelAsterisk())
    await desk.act(*_SWITCH, name="closed", on=True)
    assert desk.model.database == {("night", "sales"): "1"}
    await desk.act(*_SWITCH, name="closed", on=False)
    assert not desk.model.database


async def test_a_key_that_says_off_with_a_word_gets_the_word() -> None:
    toggle = ToggleSettings(name="closed", database="day/sales", on="NIGHT", off="DAY")
    queue = msgspec.structs.replace(SETTINGS.queue[0], toggle=(toggle,))
    desk = Desk(ModelAsterisk(), msgspec.structs.replace(SETTINGS, queue=(queue,)))
    await desk.act(*_SWITCH, name="closed", on=True)
    await desk.act(*_SWITCH, name="closed", on=False)
    assert desk.model.database == {("day", "sales"): "DAY"}


async def test_a_device_is_put_in_use_and_back() -> None:
    desk = Desk(ModelAsterisk())
    await desk.act(*_SWITCH, name="overflow", on=True)
    assert desk.model.devices == {"Custom:leeds": "INUSE"}
    await desk.act(*_SWITCH, name="overflow", on=False)
    assert desk.model.devices == {"Custom:leeds": "NOT_INUSE"}


async def test_toggles_are_read_as_they_are() -> None:
    desk = Desk(ModelAsterisk())
    assert await desk.acts.read_toggles() == _OFF
    desk.model.database["night", "sales"] = "1"
    desk.model.devices["Custom:leeds"] = "BUSY"
    desk.clock.advance(60)
    told = await desk.acts.read_toggles()
    assert [(each.name, each.on, each.since) for each in told["sales"]] == [
        ("closed", True, NOW + 60_000),
        ("overflow", True, NOW + 60_000),
    ]
    desk.clock.advance(60)
    assert await desk.acts.read_toggles() == told


async def test_who_put_a_toggle_is_remembered_as_long_as_it_stays_so() -> None:
    desk = Desk(ModelAsterisk())
    await desk.act(*_SWITCH, name="closed", on=True)
    closed, _overflow = (await desk.acts.read_toggles())["sales"]
    assert (closed.on, closed.since, closed.by) == (True, NOW, Person("korlov", "K. Orlov"))
    desk.model.database.clear()
    closed, _overflow = (await desk.acts.read_toggles())["sales"]
    assert (closed.on, closed.by) == (False, None)


async def test_what_is_so_already_is_refused_with_who_did_it() -> None:
    desk = Desk(ModelAsterisk(database={("night", "sales"): "1"}))
    refused = await _refused(desk, *_SWITCH, name="closed", on=True)
    assert (refused.code, refused.params["held_by"]) == (Code.WRONG_STATE, None)
    await desk.act(*_SWITCH, name="closed", on=False)
    await desk.act(*_SWITCH, name="closed", on=True)
    refused = await _refused(desk, *_SWITCH, name="closed", on=True)
    assert refused.params == {"held_by": "K. Orlov", "held_since": NOW}


@pytest.mark.parametrize("lost", ["answer", "question"])
async def test_a_lost_answer_is_looked_up_and_what_is_not_so_done(lost: str) -> None:
    desk = Desk(ModelAsterisk(lose=iter([lost])))
    assert await desk.carry(*_SWITCH, name="closed", on=True) is None
    assert desk.model.database == {("night", "sales"): "1"}
    assert len(desk.model.acts) == 1


@pytest.mark.parametrize(
    ("parts", "body"),
    [
        (_SWITCH, {"name": "emergency_message"}),
        (_SWITCH, {"name": "closed", "text": "We are closed"}),
        (("queues", "support", "switch"), {"name": "closed"}),
    ],
)
async def test_what_is_not_configured_cannot_be_put(
    parts: tuple[str, ...], body: dict[str, str]
) -> None:
    desk = Desk(ModelAsterisk())
    assert (await _refused(desk, *parts, on=True, **body)).code is Code.INVALID_FIELD
    assert not desk.model.acts


async def test_what_may_not_be_read_is_left_out_and_not_asked_for() -> None:
    model = ModelAsterisk()
    model.rights = tuple(each for each in model.rights if each != "DBGet")
    desk = Desk(model)
    await desk.acts.learn_rights()
    assert [each.name for each in (await desk.acts.read_toggles())["sales"]] == ["overflow"]
    assert "switchQueue" not in desk.acts.operations
    assert not any(action == "DBGet" for action, _fields in model.asked)
