"""What two leaders write down of a shift, through a real sync process, as both of them see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.actions.verbs import Verb
from data.desk.messages import DESK
from data.files import FloorFiles
from data.floor import Key
from data.sandbox.options import SandboxOptions
from data.status import ActionState
from tests.integration.test_acting import syncing
from tests.integration.test_desk_keeper import Leader, ready
from tests.support.sandbox_server import serving

OPTIONS = SandboxOptions(day=date(2026, 3, 11), starts_at="10:00", speed=1.0, queues=3, agents=6)


@pytest.fixture
def url() -> Iterator[str]:
    with serving(OPTIONS) as sandbox:
        yield sandbox.url


async def test_a_shift_is_written_down_and_handed_over(tmp_path: Path, url: str) -> None:
    files = FloorFiles(tmp_path / "floor")
    anna, karl = Leader(files, "anna"), Leader(files, "karl")
    async with syncing(files, url):
        await ready(anna)
        await ready(karl)
        now = anna.screen.now
        noted = await anna.do(Verb.SHIFT_NOTE, text="lift is broken")
        opened = await anna.do(
            Verb.OPEN_INCIDENT, party="carrier", summary="trunk B", next_check_at=now + 60_000
        )
        assert {noted.state, opened.state} == {ActionState.DONE}, (noted, opened)
        floor = karl.screen.look()
        assert floor.notes[Key("hh", DESK, noted.entity)].text == "lift is broken"
        place = Key("hh", DESK, opened.entity)
        assert floor.incidents[place].next_check_at == now + 60_000
        told = await karl.do(Verb.UPDATE_INCIDENT, opened.entity, 1, text="they look for it")
        assert told.state is ActionState.DONE, told
        assert anna.screen.look().incidents[place].events[-1].by.id == "karl"

        run: dict[str, Any] = {"name": "opening", "item": "lights", "starts_at": now}
        assert (await anna.do(Verb.TICK, "opening@1", **run)).state is ActionState.DONE
        late = await karl.do(Verb.TICK, "opening@1", **run)
        assert (late.state, late.held_by) == (ActionState.REFUSED, "anna")

        line = {"section": "incidents", "key": "incident/1", "text": "trunk B", "is_risk": True}
        signed = await anna.do(Verb.SIGN_HANDOVER, since=now - 3_600_000, lines=[line])
        assert signed.state is ActionState.DONE, signed
        own = await anna.do(Verb.TAKE_OVER, signed.entity, 1, line="incident/1")
        assert own.state is ActionState.REFUSED
        taken = await karl.do(Verb.TAKE_OVER, signed.entity, 1, line="incident/1")
        assert taken.state is ActionState.DONE, taken
        handover = anna.screen.look().handovers[Key("hh", DESK, signed.entity)]
        assert handover.unacknowledged == ()
        assert handover.since == now - 3_600_000
        by = handover.lines[0].acknowledged_by
        assert by is not None
        assert by.id == "karl"
