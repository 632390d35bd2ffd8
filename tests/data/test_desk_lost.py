"""What the desk decides about lost callers, with each keeper's promises under it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from data import contract
from data.contract import from_ms, to_ms
from data.desk.lost_callers import KIND, Rule, as_case, call_back, claim, command
from data.desk.messages import LostAction, LostCaller
from data.desk.perform import Answer, perform
from data.desk.store import SqliteKeeper
from data.files import FloorFiles
from data.rules.lost_callers import CLAIM_LIFE_MS
from tests.support.acting import NOW, make_action

LOST_AT = NOW - 60_000
MINUTE = 60_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SqliteKeeper]:
    keeper = SqliteKeeper.open(FloorFiles(tmp_path / "floor").make(), "hh")
    yield keeper
    keeper.close()


def act(
    desk: SqliteKeeper, rule: Rule, who: str, now: int, *, lost_at: int = LOST_AT, key: str = ""
) -> Answer:
    action = LostAction(
        not_after=from_ms(now + 15 * MINUTE),
        actor=contract.ActionActor(id=who, name=who.title()),
        pressed_at=from_ms(now - 1000),
        lost_at=from_ms(lost_at),
    )
    order = command(rule, "hh", "c1", key or make_action(at=now).key, action)
    with desk.transaction():
        return perform(desk, order, now=now)


def problem(answer: Answer) -> tuple[str, object, int | None]:
    told = msgspec.json.decode(answer.body, type=contract.Problem)
    since = told.held_since
    return told.name, told.held_by, None if since is msgspec.UNSET else to_ms(since)


def kept(desk: SqliteKeeper) -> LostCaller:
    found = desk.get(KIND, "c1")
    assert found is not None
    data: LostCaller = found.data
    return data


def test_the_first_of_two_has_the_caller_and_the_second_is_told_who(desk: SqliteKeeper) -> None:
    assert act(desk, claim, "anna", NOW).status == 200
    assert problem(act(desk, claim, "karl", NOW + 1)) == ("already-claimed", "Anna", NOW)
    assert problem(act(desk, call_back, "karl", NOW + 2)) == ("already-claimed", "Anna", NOW)
    assert problem(act(desk, claim, "anna", NOW + 3)) == ("already-claimed", "Anna", NOW)


def test_the_same_key_is_the_same_action(desk: SqliteKeeper) -> None:
    key = make_action().key
    first = act(desk, claim, "anna", NOW, key=key)
    again = act(desk, claim, "anna", NOW, key=key)
    assert (again.body, again.is_replay) == (first.body, True)
    assert problem(act(desk, call_back, "anna", NOW, key=key))[0] == "idempotency-key-reused"
    assert len(desk.recent(0)) == 1


def test_a_call_back_is_of_the_moment_of_its_key(desk: SqliteKeeper) -> None:
    act(desk, claim, "anna", NOW)
    act(desk, call_back, "anna", NOW + 5 * MINUTE)
    called = kept(desk).called_back_at
    assert called is not None
    assert to_ms(called) == NOW + 5 * MINUTE - 1000
    owner = kept(desk).owner
    assert owner is not None
    assert to_ms(owner.since) == NOW


def test_a_call_back_without_a_claim_is_the_callers_own(desk: SqliteKeeper) -> None:
    act(desk, call_back, "karl", NOW)
    at = NOW - 1000
    assert problem(act(desk, call_back, "anna", NOW)) == ("wrong-state", "Karl", at)
    assert problem(act(desk, claim, "anna", NOW)) == ("wrong-state", "Karl", at)


def test_who_is_lost_anew_after_a_call_back_can_be_claimed_anew(desk: SqliteKeeper) -> None:
    act(desk, call_back, "karl", NOW)
    assert act(desk, claim, "anna", NOW + MINUTE, lost_at=NOW + 1).status == 200
    found = desk.get(KIND, "c1")
    assert found is not None
    case = as_case("hh", found)
    assert (case.owner and case.owner.id, case.called_back_at, case.version) == ("anna", None, 2)


def test_a_forgotten_claim_is_anybodys(desk: SqliteKeeper) -> None:
    act(desk, claim, "anna", NOW)
    later = NOW + CLAIM_LIFE_MS
    assert problem(act(desk, claim, "karl", later))[0] == "already-claimed"
    assert act(desk, claim, "karl", later + 1).status == 200


def test_what_is_late_is_not_done(desk: SqliteKeeper) -> None:
    action = LostAction(
        not_after=from_ms(NOW),
        actor=contract.ActionActor(id="anna", name="Anna"),
        lost_at=from_ms(LOST_AT),
    )
    with desk.transaction():
        answer = perform(desk, command(claim, "hh", "c1", make_action().key, action), now=NOW + 1)
    assert problem(answer)[0] == "action-expired"
    assert desk.get(KIND, "c1") is None
