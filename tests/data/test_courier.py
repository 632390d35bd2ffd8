"""Actions through faults and crashes: none lost, none twice, none late, all told."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from data.actions.files import ActionFile, encode_action
from data.errors import Code, StoreError
from data.people import People
from data.settings import PersonSettings, Role
from data.status import ActionState
from data.sync.audit import first_broken
from tests.support.acting import NOW, make_action
from tests.support.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "floor")
    yield office
    office.outbox.close()


CRASHES = [
    f"{when} {step}"
    for step in ("take_in", "remove", "begin", "settle", "put_off")
    for when in ("before", "after")
]
FAULTS = ["refused", "cut", "slow", "sign_in", "lost", "kill", "kill_after", "garbled"]


def test_an_action_is_done_once_and_told(office: Office) -> None:
    key = office.press(make_action())
    office.look()
    assert [effect[:2] for effect in office.ledger.effects] == [(key, "e1")]
    row = office.rows[key]
    assert (row.state, row.version, row.subject) == (ActionState.DONE, 6, "E-1042")
    assert list(office.files.spool.rglob("*.json")) == []


@pytest.mark.parametrize("crash", CRASHES)
@pytest.mark.parametrize("fault", ["", "lost", "refused"])
def test_a_death_at_any_step_neither_loses_nor_doubles(
    office: Office, crash: str, fault: str
) -> None:
    key = office.press(make_action())
    office.crash_at = crash
    office.ledger.faults = [fault]
    office.look()
    office.quiet()
    assert [effect[0] for effect in office.ledger.effects] == [key]
    assert office.rows[key].state is ActionState.DONE
    assert list(office.files.bad_spool.iterdir()) == []


def test_who_died_before_the_answer_asks_again_however_late(office: Office) -> None:
    key = office.press(make_action())
    office.ledger.faults = ["kill_after"]
    office.look()
    office.clock.advance(16 * 60)
    office.quiet()
    assert [effect[0] for effect in office.ledger.effects] == [key]
    assert office.rows[key].state is ActionState.DONE


@pytest.mark.parametrize("fault", ["refused", "slow", "sign_in"])
def test_what_surely_did_not_arrive_is_void_after_its_time(office: Office, fault: str) -> None:
    key = office.press(make_action())
    office.ledger.faults = [fault] * 50
    office.look()
    assert office.rows[key].state is ActionState.SAVED
    office.clock.advance(16 * 60)
    office.ledger.faults.clear()
    office.look()
    assert office.rows[key].state is ActionState.EXPIRED
    assert office.rows[key].code in {"refused_connection", "slow_down", "sign_in"}
    assert office.ledger.effects == []


def test_what_may_have_arrived_is_asked_about_and_not_called_void(office: Office) -> None:
    key = office.press(make_action())
    office.ledger.faults = ["lost", "refused", "cut"]
    office.look()
    office.clock.advance(16 * 60)
    office.look()
    assert office.rows[key].state is ActionState.SENDING
    office.quiet()
    assert office.rows[key].state is ActionState.DONE
    assert len(office.ledger.effects) == 1


def test_a_request_that_never_arrived_is_refused_by_the_server_when_late(office: Office) -> None:
    key = office.press(make_action())
    office.ledger.faults = ["cut"]
    office.look()
    office.clock.advance(16 * 60)
    office.quiet()
    assert office.rows[key].state is ActionState.EXPIRED
    assert office.ledger.effects == []


def test_what_lay_in_the_spool_for_too_long_is_not_sent(office: Office) -> None:
    key = office.press(make_action())
    office.clock.advance(15 * 60 + 1)
    office.look()
    assert office.rows[key].state is ActionState.EXPIRED
    assert office.ledger.effects == []


def test_a_screen_ahead_of_its_time_gives_no_longer_life(office: Office) -> None:
    key = office.press(make_action(at=NOW + 3_600_000))
    office.ledger.faults = ["refused"]
    office.look()
    assert office.rows[key].not_after == NOW + 15 * 60_000


def test_actions_on_one_record_keep_their_order_and_others_pass(office: Office) -> None:
    first = office.press(make_action(at=NOW))
    second = office.press(make_action(at=NOW + 1, version=6))
    other = office.press(make_action(at=NOW + 2, entity="e2"))
    office.ledger.faults = ["refused"]
    office.look()
    assert [effect[0] for effect in office.ledger.effects] == [other]
    office.quiet()
    assert [effect[0] for effect in office.ledger.effects] == [other, first, second]


def test_an_outage_voids_what_waits_behind_another_too(office: Office) -> None:
    office.press(make_action(at=NOW))
    second = office.press(make_action(at=NOW + 1, version=6))
    office.ledger.faults = ["cut"] + ["refused"] * 50
    office.look()
    office.clock.advance(16 * 60)
    office.look()
    assert office.rows[second].state is ActionState.EXPIRED


def test_who_may_not_is_refused_though_their_screen_let_them(tmp_path: Path) -> None:
    import os

    from data.people import account_name

    me = account_name(os.geteuid())
    listed = {
        me: PersonSettings(id="anna", name="Anna Berg", role=Role.OBSERVER),
        "bo": PersonSettings(id="bo", name="Bo Lund", role=Role.SUPERVISOR),
    }
    office = Office(tmp_path / "floor", People(listed))
    observed = office.press(make_action(actor="anna"))
    unknown = office.press(make_action(actor="nobody"))
    allowed = office.press(make_action(actor="bo"))
    office.look()
    office.outbox.close()
    codes = {row.key: (row.state, row.code) for row in office.rows.values()}
    assert codes[observed] == codes[unknown] == (ActionState.REFUSED, "forbidden")
    assert [effect[0] for effect in office.ledger.effects] == [allowed]
    assert office.rows[allowed].actor_name == "Bo Lund"


def test_the_account_decides_who_acts_where_it_is_another() -> None:
    people = People({"root": PersonSettings(id="anna", name="Anna Berg")}, own_uid=4_000_000)
    acting = people.of(0, claimed="bo")
    assert acting is not None
    assert acting.id == "anna"
    assert people.of(3_999_999, claimed="anna") is None


def test_a_key_used_for_something_else_is_put_away(office: Office) -> None:
    action = make_action()
    office.press(action)
    office.look()
    office.press(msgspec.structs.replace(action, entity="e2"))
    office.look()
    assert [effect[1] for effect in office.ledger.effects] == ["e1"]
    assert len(list(office.files.bad_spool.iterdir())) == 1
    assert list(office.files.spool.rglob("*.json")) == []


def test_junk_is_put_away_and_logged(office: Office) -> None:
    key = make_action().key
    folder = office.files.spool / "anna" / "new"
    folder.mkdir(parents=True)
    (folder / f"{key}.json").write_text('{"schema": 9}')
    office.look()
    assert [path.name for path in office.files.bad_spool.iterdir()] == [f"anna-{key}.json"]
    assert "bad_file" in office.files.sync_log.read_text()
    assert office.outbox._file.connection.execute("SELECT event FROM audit").fetchall() == [
        ("bad_file",)
    ]


def test_the_log_is_whole_and_cannot_be_changed_unseen(office: Office) -> None:
    import sqlite3

    for n in range(3):
        office.press(make_action(at=NOW + n, entity=f"e{n}"))
    office.look()
    connection = office.outbox._file.connection
    assert first_broken(connection) is None
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE audit SET event = 'x' WHERE seq = 2")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("DELETE FROM audit")
    connection.execute("DROP TRIGGER audit_no_update")
    connection.execute("UPDATE audit SET uid = 7 WHERE seq = 4")
    assert first_broken(connection) == 4


def test_a_full_disk_uses_the_ballast_before_it_gives_up(office: Office) -> None:
    real = office.outbox._file.transaction
    room = "as much as the ballast"

    @contextlib.contextmanager
    def sometimes() -> Iterator[Any]:
        if room == "none" or (room != "plenty" and office.files.ballast.exists()):
            raise StoreError(Code.DISK_FULL, "outbox.db")
        with real() as connection:
            yield connection

    office.outbox._file.transaction = sometimes  # type: ignore[method-assign]
    assert office.files.ballast.stat().st_size == 1024 * 1024
    first = office.press(make_action())
    office.look()
    assert not office.files.ballast.exists()
    assert office.outbox.gave_up_ballast
    assert office.rows[first].state is ActionState.DONE

    room = "none"
    second = office.press(make_action(entity="e2"))
    office.look()
    assert len(list(office.files.spool.rglob("*.json"))) == 1
    assert "disk_full" in office.files.sync_log.read_text()

    room = "plenty"
    office.look()
    assert office.rows[second].state is ActionState.DONE
    office.outbox.renew_ballast()
    assert office.files.ballast.exists()


def test_what_a_damaged_outbox_still_holds_is_kept(office: Office) -> None:
    keys = [office.press(make_action(at=NOW + n, entity=f"e{n}")) for n in range(50)]
    office.ledger.faults = ["refused"] * 50
    for _ in range(15):
        office.look()
    office.outbox.close()
    with office.files.outbox.open("r+b") as file:
        file.seek(-3000, 2)
        file.write(b"\xff" * 600)
    office.begin()
    assert office.outbox.salvage is not None
    office.quiet()
    assert {effect[0] for effect in office.ledger.effects} <= set(keys)
    assert len(office.ledger.effects) >= 30


class Histories(RuleBasedStateMachine):
    """Whatever happens: each press has one fate, and it is the true one."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.office = Office(Path(self.folder.name) / "floor")
        self.pressed: dict[str, ActionFile] = {}

    @rule(entity=st.sampled_from(["e1", "e2", "e3"]), stale=st.integers(0, 1))
    def press(self, entity: str, stale: int) -> None:
        version = self.office.ledger.version_of(entity) - stale
        action = make_action(at=self.office.clock.now(), entity=entity, version=version)
        self.pressed[self.office.press(action)] = action

    @precondition(lambda self: self.pressed)
    @rule(data=st.data())
    def find_the_same_file_again(self, data: st.DataObject) -> None:
        action = self.pressed[data.draw(st.sampled_from(sorted(self.pressed)))]
        path = self.office.files.spool / "anna" / "new" / f"{action.key}.json"
        path.write_bytes(encode_action(action))

    @rule(faults=st.lists(st.sampled_from(FAULTS), max_size=4))
    def trouble(self, faults: list[str]) -> None:
        self.office.ledger.faults = faults

    @rule(crash=st.sampled_from(CRASHES))
    def about_to_die(self, crash: str) -> None:
        self.office.crash_at = crash

    @rule(seconds=st.sampled_from([0.2, 3, 31, 700]))
    def wait(self, seconds: float) -> None:
        self.office.clock.advance(seconds)

    @rule()
    def look(self) -> None:
        self.office.look()

    @rule()
    def restart(self) -> None:
        self.office.restart()

    @invariant()
    def nothing_twice_and_nothing_late(self) -> None:
        if not hasattr(self, "pressed"):
            return
        keys = [key for key, _, _ in self.office.ledger.effects]
        assert len(keys) == len(set(keys))
        for key, entity, at in self.office.ledger.effects:
            assert self.pressed[key].entity == entity
            assert at <= self.pressed[key].not_after

    def teardown(self) -> None:
        if not hasattr(self, "office"):
            return
        self.office.quiet()
        self.nothing_twice_and_nothing_late()
        done = {key for key, _, _ in self.office.ledger.effects}
        assert set(self.office.rows) == set(self.pressed)
        told = {key for key, row in self.office.rows.items() if row.state is ActionState.DONE}
        unsure = {
            key for key, row in self.office.rows.items() if row.state is ActionState.UNKNOWN_OUTCOME
        }
        assert told <= done
        assert done <= told | unsure
        assert first_broken(self.office.outbox._file.connection) is None
        self.office.outbox.close()
        self.folder.cleanup()


Histories.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, derandomize=True
)
TestHistories = Histories.TestCase
