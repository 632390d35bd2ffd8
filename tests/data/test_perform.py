"""The guarded order: what is promised of actions, held while answers are lost and people race."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace

from data import contract
from data.desk import commands
from data.desk import perform as desk
from data.desk.commands import Asked, Command
from data.desk.keeper import Keeper, StoredAnswer
from data.desk.memory import MemoryDesk
from data.desk.perform import Answer, perform
from data.desk.rules import Refusal
from data.errors import Code
from data.model import Ms
from data.sandbox.ports import Put
from data.sandbox.store import VersionedStore
from tests.support.keys import uuid7

AT = 1_800_000_000_000
Perform = Callable[..., Answer]


def complaint() -> contract.Escalation:
    return contract.Escalation(
        reference="E-1",
        status="new",
        severity="high",
        received_at=contract.from_ms(AT),
        summary="Twice.",
        owner=None,
        tier=2,
        clocks=[],
    )


def body(actor: str = "mara", not_after: Ms = AT + 60_000, **fields: Any) -> bytes:
    until = contract.from_ms(not_after).isoformat()
    person = {"id": actor, "name": actor.title()}
    return msgspec.json.encode({"not_after": until, "actor": person, **fields})


def asked(key: str, version: int | None = 1, sent: bytes | None = None, **fields: Any) -> Asked:
    given = {
        "method": "POST",
        "path": "/sites/main/escalations/e1/claim",
        "key": key,
        "match": None if version is None else f'"{version}"',
        "none_match": None,
        "body": body() if sent is None else sent,
    }
    return Asked(**{**given, **fields})


class World:
    """A desk with one complaint, and two shifts."""

    def __init__(self, how: Perform = perform) -> None:
        self.store = VersionedStore(epoch="e")
        self.desk = MemoryDesk(self.store)
        self.how = how
        shifts = [
            Put(
                "shift",
                agent,
                contract.Shift(
                    agent_id=agent,
                    starts_at=contract.from_ms(AT),
                    ends_at=contract.from_ms(AT + 3_600_000),
                    activities=[],
                ),
            )
            for agent in "ab"
        ]
        self.store.commit(AT, [Put("escalation", "e1", complaint()), *shifts])

    def do(self, command: Command, now: Ms = AT) -> Answer:
        with self.desk.transaction() as keeper:
            return self.how(keeper, command, now=now)

    def effects(self, key: str) -> list[tuple[str, int]]:
        changes = self.store.changes("e.0", fold=False, limit=1000).entries
        return [(entry.id, entry.version) for entry in changes if entry.by == key]

    def version(self) -> int:
        kept = self.store.get("escalation", "e1")
        assert kept is not None
        return kept.version


def problem(answer: Answer) -> contract.Problem:
    return msgspec.json.decode(answer.body, type=contract.Problem)


class Promises(RuleBasedStateMachine):
    """Two people claim and release one complaint; any answer may be lost and asked for again."""

    how: Perform = staticmethod(perform)
    sent = Bundle("sent")

    @initialize()
    def begin(self) -> None:
        self.world = World(self.how)
        self.now = AT
        self.first: dict[str, Answer] = {}
        self.number = 0

    @rule(seconds=st.integers(1, 40))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * 1000

    @rule(
        target=sent,
        person=st.sampled_from(["mara", "priya"]),
        what=st.sampled_from([commands.on_complaint("claim"), commands.on_complaint("release")]),
        behind=st.integers(0, 1),
        patience=st.integers(0, 60),
        lost=st.booleans(),
    )
    def act(self, person: str, what: Any, behind: int, patience: int, lost: bool) -> Any:
        """Somebody acts on a version that may be old; the request may get lost on its way."""
        self.number += 1
        key = uuid7(self.now + self.number)
        version = max(1, self.world.version() - behind)
        until = self.now + patience * 1000
        path = f"/sites/main/escalations/e1/{what.__name__}"
        command = what(asked(key, version, body(person, until), path=path), "e1")
        if not lost:
            self.deliver(command, version)
        return multiple((command, version))

    @rule(one=sent)
    def ask_again(self, one: tuple[Command, int]) -> None:
        self.deliver(*one)

    def deliver(self, command: Command, version: int) -> None:
        before = self.world.version()
        answer = self.world.do(command, self.now)
        first = self.first.setdefault(command.key, answer)
        effects = self.world.effects(command.key)
        # Whoever asks again is told what they would have been told, and nothing happens twice.
        assert (answer.status, answer.body) == (first.status, first.body)
        assert answer.is_replay == (answer is not first)
        assert len(effects) == (first.status == 200)
        if self.world.version() != before:
            # Something happened now: it was in time, and nobody was overwritten unseen.
            assert self.now <= command.not_after
            assert before == version
            assert effects == [("e1", version + 1)]


def versions_before_key(keeper: Keeper, command: Command, *, now: Ms) -> Answer:
    """Wrong: the retry of an action that succeeded looks like a conflict."""
    for one in command.expected:
        kept = keeper.get(one.kind, one.id)
        if kept is not None and str(kept.version) != one.tag:
            return desk.refused(Refusal(Code.VERSION_MISMATCH, current=[kept]))
    return perform(keeper, command, now=now)


def without_expiry(keeper: Keeper, command: Command, *, now: Ms) -> Answer:
    """Wrong: what waited too long happens all the same."""
    return perform(keeper, replace(command, not_after=now), now=now)


def without_key(keeper: Keeper, command: Command, *, now: Ms) -> Answer:
    """Wrong: nothing is remembered."""
    return perform(Forgetful(keeper), command, now=now)


def without_versions(keeper: Keeper, command: Command, *, now: Ms) -> Answer:
    """Wrong: whoever comes last is right."""
    kept = keeper.get("escalation", "e1")
    assert kept is not None
    seen = tuple(replace(one, tag=str(kept.version)) for one in command.expected)
    return perform(keeper, replace(command, expected=seen), now=now)


class Forgetful:
    def __init__(self, keeper: Keeper) -> None:
        self.get, self.put, self.recent = keeper.get, keeper.put, keeper.recent

    def answer_for(self, key: str) -> StoredAnswer | None:
        return None

    def remember(self, key: str, answer: StoredAnswer, *, at: Ms) -> None:
        pass


SETTINGS = settings(max_examples=80, stateful_step_count=20, deadline=None, database=None)
Promises.TestCase.settings = SETTINGS
TestPromises = Promises.TestCase


@pytest.mark.parametrize(
    "wrong", [versions_before_key, without_expiry, without_key, without_versions]
)
def test_promises_catch_a_wrong_order(wrong: Perform) -> None:
    broken = type("Broken", (Promises,), {"how": staticmethod(wrong)})
    seeking = settings(
        SETTINGS,
        max_examples=300,
        derandomize=True,
        phases=[Phase.generate],
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )

    with pytest.raises(AssertionError):
        run_state_machine_as_test(broken, settings=seeking)


def test_second_of_two_claims_is_told_who_was_first() -> None:
    world = World()
    mara = world.do(commands.on_complaint("claim")(asked(uuid7(AT)), "e1"))
    assert mara.status == 200

    late = world.do(commands.on_complaint("claim")(asked(uuid7(AT), sent=body("priya")), "e1"))
    assert (late.status, problem(late).name) == (412, "version-mismatch")
    current = problem(late).current
    assert current
    assert current[0].version == 2

    again = world.do(commands.on_complaint("claim")(asked(uuid7(AT), 2, body("priya")), "e1"))
    told = problem(again)
    assert (told.status, told.name, told.held_by) == (409, "already-claimed", "Mara")
    assert told.held_since == contract.from_ms(AT)
    assert told.current


def test_same_key_with_another_request_is_refused_and_changes_nothing() -> None:
    world = World()
    key = uuid7(AT)
    world.do(commands.on_complaint("claim")(asked(key), "e1"))

    others = [
        asked(key, 2),
        asked(key, sent=body("priya")),
        asked(key, path="/sites/main/escalations/e2/claim"),
    ]
    for other in others:
        answer = world.do(commands.on_complaint("claim")(other, "e1"))
        assert (answer.status, problem(answer).name) == (422, "idempotency-key-reused")
    assert world.effects(key) == [("e1", 2)]


def test_same_request_spelled_otherwise_is_the_same_request() -> None:
    world = World()
    key = uuid7(AT)
    first = world.do(commands.on_complaint("claim")(asked(key), "e1"))
    turned = dict(reversed(msgspec.json.decode(body()).items()))
    spelled = msgspec.json.format(msgspec.json.encode(turned), indent=3)

    again = world.do(commands.on_complaint("claim")(asked(key.upper(), sent=spelled), "e1"))

    assert again.is_replay
    assert again.body == first.body


def test_late_action_and_old_key_are_refused() -> None:
    world = World()
    for key, until, now in [
        (uuid7(AT), AT, AT + 1),
        (uuid7(AT - desk.KEY_LIFE_MS - 1), AT + 1, AT),
    ]:
        answer = world.do(
            commands.on_complaint("claim")(asked(key, sent=body(not_after=until)), "e1"), now
        )
        assert (answer.status, problem(answer).name) == (409, "action-expired")
    assert world.version() == 1

    in_time = asked(uuid7(AT - desk.KEY_LIFE_MS), sent=body(not_after=AT))
    assert world.do(commands.on_complaint("claim")(in_time, "e1")).status == 200


def test_refusal_is_remembered_too() -> None:
    world = World()
    command = commands.on_complaint("release")(asked(uuid7(AT)), "e1")
    first = world.do(command)
    assert problem(first).name == "wrong-state"
    world.do(commands.on_complaint("claim")(asked(uuid7(AT)), "e1"))

    again = world.do(command)

    assert again == replace(first, is_replay=True)


def test_swap_is_both_or_neither_and_names_the_shift_that_differs() -> None:
    world = World()

    def swap(a: int, b: int) -> Answer:
        refs = {"a": {"id": "a", "version": a}, "b": {"id": "b", "version": b}}
        return world.do(commands.swap_shifts(asked(uuid7(AT), sent=body(**refs))))

    differing = problem(swap(1, 7))
    assert differing.name == "version-mismatch"
    assert [change.id for change in differing.current or ()] == ["b"]

    head = world.store.head
    assert swap(1, 1).status == 200
    page = world.store.changes(head)
    assert [(entry.id, entry.version) for entry in page.entries] == [("a", 2), ("b", 2)]
    assert page.next == f"e.{int(head[2:]) + 1}", "one transaction"


def test_note_is_made_once_and_corrected_by_version() -> None:
    world = World()

    def put(text: str, **headers: Any) -> Answer:
        request = asked(uuid7(AT), None, body(text=text), **headers)
        return world.do(commands.put_note(request, "n1"))

    assert put("a", none_match="*").status == 200
    assert problem(put("b", none_match="*")).name == "version-mismatch"
    assert put("b", match='"1"').status == 200
    assert problem(put("c", match='"1"')).name == "version-mismatch"
    kept = world.store.get("note", "n1")
    assert kept is not None
    assert kept.data.text == "b"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"key": None}, 400),
        ({"key": "7"}, 400),
        ({"match": None}, 428),
        ({"match": "*"}, 400),
        ({"match": 'W/"1"'}, 400),
        ({"match": '"1", "2"'}, 400),
        ({"body": b"{"}, 400),
        ({"body": body()[:-1] + b',"x":' + b"[" * 30_000 + b"]" * 30_000 + b"}"}, 400),
        ({"body": body()[:-1] + b',"x":"\\ud800"}'}, 400),
        ({"body": b"[]"}, 422),
        ({"body": b"{}"}, 422),
        ({"body": body(actor="Jo ")}, 422),
    ],
)
def test_request_that_is_no_action_is_refused_before_anything_is_looked_up(
    fields: dict[str, Any], status: int
) -> None:
    with pytest.raises(Refusal) as refused:
        commands.on_complaint("claim")(replace(asked(uuid7(AT)), **fields), "e1")

    assert desk.refused(refused.value).status == status


def test_wrong_field_is_named_by_its_pointer() -> None:
    with pytest.raises(Refusal) as refused:
        commands.on_complaint("claim")(asked(uuid7(AT), sent=body(actor="Jo ")), "e1")

    assert refused.value.fields[0][0] == "/actor/id"


def test_transaction_that_fails_leaves_nothing() -> None:
    world = World()
    key = uuid7(AT)

    def fail(keeper: Keeper, command: Command, *, now: Ms) -> Answer:
        perform(keeper, command, now=now)
        raise ZeroDivisionError

    world.how = fail
    with pytest.raises(ZeroDivisionError):
        world.do(commands.on_complaint("claim")(asked(key), "e1"))

    assert world.version() == 1
    assert world.desk.answer_for(key) is None


def test_answers_are_forgotten_when_their_keys_have_grown_old() -> None:
    world = World()
    key = uuid7(AT)
    world.do(commands.on_complaint("claim")(asked(key), "e1"))

    later = AT + desk.KEY_LIFE_MS + 1
    world.do(
        commands.on_complaint("release")(asked(uuid7(later), 2, body(not_after=later)), "e1"), later
    )

    assert world.desk.answer_for(key) is None


def test_an_equal_version_of_a_lost_history_is_not_the_one_that_was_seen() -> None:
    def elsewhere(keeper: Keeper, command: Command, *, now: Ms) -> Answer:
        return perform(keeper, command, now=now, is_other_epoch=True)

    world = World(elsewhere)
    refused = world.do(commands.on_complaint("claim")(asked(uuid7(AT)), "e1"))
    assert (refused.status, problem(refused).name) == (412, "version-mismatch")
