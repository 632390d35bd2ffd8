"""The write rules over both keepers: memory behind HTTP, and SQLite in a floor's own process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from data.desk import commands
from data.desk.commands import Command
from data.desk.keeper import Keeper
from data.desk.memory import MemoryDesk
from data.desk.perform import Answer, perform
from data.desk.store import SqliteKeeper
from data.files import FloorFiles
from data.model import Ms
from data.sandbox.store import VersionedStore
from tests.data.test_perform import AT, asked, body, complaint
from tests.support.keys import uuid7

Transaction = Callable[[], AbstractContextManager[Keeper]]


@pytest.fixture(params=["memory", "sqlite"])
def transaction(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Transaction]:
    if request.param == "memory":
        yield MemoryDesk(VersionedStore()).transaction
        return
    keeper = SqliteKeeper.open(FloorFiles(tmp_path / "floor").make(), "main")
    yield keeper.transaction
    keeper.close()


def test_an_action_and_its_replay_are_the_same_over_every_keeper(transaction: Transaction) -> None:
    def do(command: Command) -> Answer:
        with transaction() as keeper:
            return perform(keeper, command, now=AT)

    with transaction() as keeper:
        keeper.put("escalation", "e1", complaint(), at=AT, by="")
    key = uuid7(AT)
    claim = commands.on_complaint("claim")(asked(key), "e1")

    assert do(claim).status == 200
    assert do(claim).is_replay
    assert do(commands.on_complaint("claim")(asked(uuid7(AT)), "e1")).status == 412
    assert do(commands.on_complaint("claim")(asked(uuid7(AT), 2, body("priya")), "e1")).status == 409
    assert do(commands.on_complaint("release")(asked(uuid7(AT), 2), "e1")).status == 200
    assert do(claim).status == 200, "the first answer, whatever has happened since"
    with transaction() as keeper:
        log = [(kept.id, kept.version) for _, kept in keeper.recent(0)]
        kept = keeper.get("escalation", "e1")
    assert log == [("e1", 1), ("e1", 2), ("e1", 3)]
    assert kept is not None
    assert [event.what for event in kept.data.events] == ["claimed", "released"]


def test_what_fails_midway_is_not_kept_by_any_keeper(transaction: Transaction) -> None:
    def fail(at: Ms) -> None:
        with transaction() as keeper:
            keeper.put("escalation", "e1", complaint(), at=at, by="")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail(AT)

    with transaction() as keeper:
        assert keeper.get("escalation", "e1") is None
        assert not keeper.recent(0)
