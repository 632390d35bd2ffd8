"""The floor's own desk as the keeper of complaints, notes and loans, with a real sync process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.actions.verbs import Verb
from data.desk.messages import DESK
from data.figures.doings import Target
from data.files import FloorFiles
from data.floor import Key
from data.model import Escalation, Loan
from data.sandbox.options import SandboxOptions
from data.status import ActionRow, ActionState
from tests.integration.test_acting import SLOW_S, Screen, quietly, syncing
from tests.support.loopback import until
from tests.support.sandbox_server import serving

OPTIONS = SandboxOptions(day=date(2026, 3, 11), starts_at="10:00", speed=1.0, queues=3, agents=6)


@pytest.fixture
def url() -> Iterator[str]:
    with serving(OPTIONS) as sandbox:
        yield sandbox.url


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    return FloorFiles(tmp_path / "floor")


class Leader:
    """Somebody whose floor has no other system for complaints."""

    def __init__(self, files: FloorFiles, name: str) -> None:
        self.screen = Screen(files, name)

    async def do(self, verb: Verb, entity: str = "", version: int = 0, **fields: Any) -> ActionRow:
        target = Target(Key("hh", DESK, entity), version, entity, fields=fields)
        (row,) = self.screen.actor.press(verb, [target], self.screen.now)
        return await self.screen.told(row.key)

    def complaint(self, entity: str) -> Escalation:
        return self.screen.look().escalations[Key("hh", DESK, entity)]

    def knows(self, entity: str) -> bool:
        return Key("hh", DESK, entity) in self.screen.look().escalations

    def loan(self, entity: str) -> Loan:
        return self.screen.look().loans[Key("hh", DESK, entity)]


async def ready(leader: Leader) -> None:
    await until(lambda: quietly(lambda: leader.screen.look().agents), SLOW_S)


async def test_a_complaint_lives_at_the_desk_from_raising_to_reopening(
    files: FloorFiles, url: str
) -> None:
    anna, karl = Leader(files, "anna"), Leader(files, "karl")
    async with syncing(files, url):
        await ready(anna)
        await ready(karl)
        received = anna.screen.now - 60_000
        raised = await anna.do(
            Verb.RAISE,
            summary="Charged \x1b[31mtwice",
            received_at=received,
            caller_masked="*******9042",
            caller_key="k1",
            queue="claims-de",
        )
        assert raised.state is ActionState.DONE, raised
        key = raised.entity
        made = anna.complaint(key)
        assert made.reference == "E-1001"
        assert "\x1b" not in made.summary
        assert (made.caller_masked, made.caller_key) == ("*******9042", "k1")
        assert {clock.name for clock in made.clocks} == {"acknowledge", "final"}
        assert made.events[0].value.startswith("generic ")

        assert (await anna.do(Verb.CLAIM, key, made.version)).state is ActionState.DONE
        second = await karl.do(Verb.CLAIM, key, made.version)
        assert (second.state, second.code, second.held_by) == (
            ActionState.CONFLICT,
            "already_claimed",
            "anna",
        )
        version = anna.complaint(key).version
        assert (await karl.do(Verb.ADD_NOTE, key, version, text="Rang.")).version == version + 1
        resolved = await anna.do(
            Verb.RESOLVE, key, version + 1, outcome="upheld", resolution="refunded"
        )
        assert resolved.state is ActionState.DONE, resolved
        assert all(clock.met_at for clock in anna.complaint(key).clocks)
        late = await karl.do(Verb.REOPEN, key, resolved.version)
        assert (late.code, late.held_by) == ("already_claimed", "anna")
        again = await anna.do(Verb.REOPEN, key, resolved.version)
        assert again.state is ActionState.DONE
        final = next(each for each in anna.complaint(key).clocks if each.name == "final")
        assert final.met_at is None
    # A cache made anew has it from the desk again.
    for path in files.root.glob("cache.db*"):
        path.unlink()
    fresh = Leader(files, "anna")
    async with syncing(files, url):
        await until(lambda: quietly(lambda: fresh.knows(key)), SLOW_S)
        told = [event.what for event in fresh.complaint(key).events]
        assert told == ["raised", "claimed", "note", "resolved", "reopened"]


async def test_a_loan_is_remembered_and_taken_back_by_one(files: FloorFiles, url: str) -> None:
    anna, karl = Leader(files, "anna"), Leader(files, "karl")
    async with syncing(files, url):
        await ready(anna)
        await ready(karl)
        until_at = anna.screen.now + 1_800_000
        lent = await anna.do(
            Verb.LEND,
            agents=("1001", "1002"),
            from_queue="sales-in",
            to_queue="claims-de",
            telephony="acd",
            until=until_at,
        )
        assert lent.state is ActionState.DONE, lent
        loan = lent.entity
        shown = anna.loan(loan)
        assert (shown.agents, shown.until, shown.lent_by.id) == (
            ("1001", "1002"),
            until_at,
            "anna",
        )
        assert shown.returned_at is None
        assert (await karl.do(Verb.TAKE_BACK, loan, shown.version)).state is ActionState.DONE
        late = await anna.do(Verb.TAKE_BACK, loan, shown.version)
        assert (late.state, late.code, late.held_by) == (
            ActionState.REFUSED,
            "wrong_state",
            "karl",
        )
        back = anna.loan(loan)
        assert back.returned_by is not None
        assert back.returned_by.id == "karl"


async def test_a_message_is_kept_where_the_endpoint_keeps_none(files: FloorFiles, url: str) -> None:
    anna = Leader(files, "anna")
    async with syncing(files, url):
        await ready(anna)
        row = await anna.do(Verb.MESSAGE, text="Watch Claims.", audience={"kind": "everybody"})
        assert row.state is ActionState.DONE, row
        kept = anna.screen.look().notes[Key("hh", DESK, row.entity)]
        assert (kept.author, kept.text) == ("anna", "Watch Claims.")
        assert kept.audience is not None
        nobody = await anna.do(
            Verb.MESSAGE,
            text="Hello?",
            audience={"kind": "agents", "ids": []},
        )
        assert (nobody.state, nobody.code) == (ActionState.REFUSED, "invalid_field")
