"""The write rules over both keepers: memory behind HTTP, and SQLite in a floor's own process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from data.desk import commands
from data.desk.commands import Asked, Command
from data.desk.keeper import Keeper
from data.desk.memory import MemoryDesk
from data.desk.perform import Answer, perform
from data.desk.registry import PackRegistry
from data.desk.routes import Routes
from data.desk.store import SqliteKeeper
from data.files import FloorFiles
from data.model import Ms
from data.rules.rule_packs import decode_pack, read_pack
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


def test_what_was_before_and_what_lies_between_is_the_same_over_every_keeper(
    transaction: Transaction,
) -> None:
    first, second = complaint(), complaint()
    second.summary = "Another."
    with transaction() as keeper:
        keeper.put("escalation", "e1", first, at=AT, by="")
        keeper.put("escalation", "e3", first, at=AT, by="")
    with transaction() as keeper:
        assert keeper.before("escalation", "e1") is None
        keeper.put("escalation", "e1", second, at=AT, by="x")
    with transaction() as keeper:
        assert keeper.before("escalation", "e1") == first
        assert keeper.before("escalation", "none") is None
        between = [each.id for each in keeper.between("escalation", "e1", "e3")]
        assert between == ["e1"]
        assert [each.id for each in keeper.between("escalation", "e0", "e4")] == ["e1", "e3"]


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
    assert (
        do(commands.on_complaint("claim")(asked(uuid7(AT), 2, body("priya")), "e1")).status == 409
    )
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


SCRIPT: list[tuple[str, str, dict[str, object]]] = [
    ("", "mara", {"summary": "Twice.", "received_at": "2027-01-15T07:00:00Z"}),
    ("acknowledge", "tom", {}),
    ("claim", "mara", {}),
    ("claim", "priya", {}),
    ("assign", "tom", {"to": {"id": "priya", "name": "Priya"}}),
    ("note", "tom", {"text": "Rang."}),
    ("severity", "tom", {"severity": "critical"}),
    ("escalate", "mara", {"tier": 3}),
    ("escalate", "priya", {"tier": 3}),
    ("claim", "priya", {}),
    ("release", "priya", {}),
    ("refer", "priya", {"to": "Ombudsman"}),
    ("reopen", "priya", {}),
    ("resolve", "mara", {"resolution": "refunded"}),
    ("close", "priya", {}),
    ("close", "mara", {}),
    ("reopen", "mara", {}),
    ("", "mara", {"summary": "Again.", "received_at": "2027-01-15T07:00:00Z"}),
]


def test_every_operation_is_answered_alike_by_every_keeper(tmp_path: Path) -> None:
    pack = decode_pack(read_pack("generic"))
    registry = PackRegistry({"complaint": pack, "enquiry": pack}, "Europe/Berlin")
    routes = Routes("main", registry)
    assert {each for each, _, _ in SCRIPT} == {"", *commands.COMPLAINT_RULES}
    sqlite = SqliteKeeper.open(FloorFiles(tmp_path / "floor").make(), "main")
    keepers: list[Transaction] = [MemoryDesk(VersionedStore()).transaction, sqlite.transaction]
    statuses: list[int] = []
    version = 1
    for number, (operation, actor, fields) in enumerate(SCRIPT):
        request = Asked(
            method="POST" if operation else "PUT",
            path=f"/sites/main/escalations/e1/{operation}",
            key=uuid7(AT + number),
            match=f'"{version}"' if operation else None,
            none_match=None if operation else "*",
            body=body(actor, AT + 3_600_000, **fields),
        )
        parts = ("escalations", "e1", *([operation] if operation else []))
        answers = []
        for begin in keepers:
            with begin() as keeper:
                command = routes.command(request, parts)
                answers.append(perform(keeper, command, now=AT + number * 1000))
        assert answers[0] == answers[1], (operation, actor)
        statuses.append(answers[0].status)
        if not answers[0].is_problem and number:
            version += 1
    sqlite.close()
    assert [number for number, status in enumerate(statuses) if status != 200] == [3, 7, 14, 17]
    assert (statuses[3], statuses[17]) == (409, 412)
