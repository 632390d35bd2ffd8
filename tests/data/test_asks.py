"""What is asked about an action that was saved: tried again or let be, by whoever may."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.actions.verbs import Verb
from data.errors import Code, StoreError
from data.identifiers import KeyMaker
from data.people import People, account_name
from data.settings import PersonSettings, Role
from data.status import ActionState
from data.sync.asks import Ask, AskFile, WhyNot, encode_ask, why_not
from data.sync.audit import entries
from data.sync.audit_check import verify
from data.sync.spool import FILES_A_PERSON, SpoolWriter
from tests.support.acting import NOW, make_action
from tests.support.office import Office

PEOPLE = {
    account_name(os.geteuid()): PersonSettings(id="anna", name="Anna", role=Role.SUPERVISOR),
    "bo": PersonSettings(id="bo", name="Bo", role=Role.SUPERVISOR),
    "root-of-all": PersonSettings(id="ada", name="Ada", role=Role.ADMINISTRATOR),
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "floor", People(PEOPLE))
    yield office
    office.outbox.close()


def ask(office: Office, what: Ask, target: str, actor: str = "anna", after_ms: int = 1) -> str:
    at = office.clock.now() + after_ms
    wish = AskFile(key=KeyMaker().make(at), ask=what, target=target, pressed_at=at, actor=actor)
    SpoolWriter(office.files, "anna").save_ask(wish.key, encode_ask(wish))
    return wish.key


def logged(office: Office) -> list[tuple[str, str, str]]:
    connection = office.outbox._file.connection
    return [(each.event, each.key, each.detail) for each in entries(connection)]


def test_what_was_never_sent_is_dropped_and_never_is(office: Office) -> None:
    key = office.press(make_action(actor="anna"))
    office.ledger.faults = ["refused"] * 9
    office.look()
    ask(office, Ask.DROP, key)
    office.look()
    assert office.rows[key].state is ActionState.DROPPED
    office.quiet()
    assert office.ledger.effects == []
    assert ("drop_asked", key, "by anna, of anna") in logged(office)
    assert verify(office.files).is_whole
    assert list(office.files.spool.rglob("*.ask")) == []


def test_an_action_and_its_drop_found_together_send_nothing(office: Office) -> None:
    key = office.press(make_action(actor="anna"))
    ask(office, Ask.DROP, key)
    office.look()
    assert office.rows[key].state is ActionState.DROPPED
    assert office.ledger.effects == []


def test_what_may_have_arrived_is_not_said_to_be_dropped(office: Office) -> None:
    key = office.press(make_action(actor="anna"))
    office.ledger.faults = ["lost"] + ["refused"] * 9
    office.look()
    ask(office, Ask.DROP, key)
    office.look()
    assert office.rows[key].state is ActionState.UNKNOWN_OUTCOME
    assert len(office.ledger.effects) == 1


def test_what_waits_for_its_time_is_tried_at_once(office: Office) -> None:
    key = office.press(make_action(actor="anna"))
    office.ledger.faults = ["slow"]
    office.look()
    office.look()
    assert office.ledger.effects == []
    ask(office, Ask.RETRY, key)
    office.look()
    assert [effect[0] for effect in office.ledger.effects] == [key]
    assert ("retry_asked", key, "by anna, of anna") in logged(office)


def test_what_came_too_late_is_done_anew_in_time_and_once(office: Office) -> None:
    key = office.press(make_action(actor="anna"))
    office.clock.advance(16 * 60)
    office.look()
    assert office.rows[key].state is ActionState.EXPIRED
    anew = ask(office, Ask.RETRY, key)
    office.look()
    assert office.rows[anew].state is ActionState.DONE
    assert office.rows[key].state is ActionState.EXPIRED
    assert ("done_anew", anew, f"by anna, after {key}") in logged(office)


def test_a_wish_that_lay_too_long_fires_nothing(office: Office) -> None:
    key = office.press(make_action(actor="anna"))
    office.clock.advance(16 * 60)
    office.look()
    anew = ask(office, Ask.RETRY, key)
    office.clock.advance(16 * 60)
    office.look()
    assert office.rows[anew].state is ActionState.EXPIRED
    assert office.ledger.effects == []


def test_a_process_that_dies_over_a_wish_does_it_once(office: Office) -> None:
    key = office.press(make_action(actor="anna"))
    office.clock.advance(16 * 60)
    office.look()
    anew = ask(office, Ask.RETRY, key)
    office.crash_at = "before remove"
    office.look()
    office.quiet()
    assert [effect[0] for effect in office.ledger.effects] == [anew]


@pytest.mark.parametrize("what", Ask)
def test_only_the_actor_and_administrators_may(office: Office, what: Ask) -> None:
    key = office.press(make_action(actor="anna"))
    office.ledger.faults = ["refused"] * 99
    office.look()
    ask(office, what, key, actor="bo")
    office.look()
    assert office.rows[key].state is ActionState.SAVED
    ask(office, what, key, actor="nobody", after_ms=2)
    office.look()
    assert (f"{what}_refused", key, "by bo: not_yours") in logged(office)
    assert (f"{what}_refused", key, "by -: not_known") in logged(office)
    ask(office, what, key, actor="ada", after_ms=3)
    office.look()
    assert (f"{what}_asked", key, "by ada, of anna") in logged(office)


def test_many_waiting_actions_do_not_hold_a_drop_back(office: Office) -> None:
    office.ledger.faults = ["refused"] * 9999
    keys = [
        office.press(make_action(at=NOW + n, entity="e1", actor="anna"))
        for n in range(FILES_A_PERSON + 5)
    ]
    office.look()
    ask(office, Ask.DROP, keys[0], after_ms=5000)
    office.look()
    assert office.rows[keys[0]].state is ActionState.DROPPED


def test_junk_under_that_name_is_put_away(office: Office) -> None:
    key = KeyMaker().make(NOW)
    SpoolWriter(office.files, "anna").save_ask(key, b'{"schema": 1, "ask": "burn"}')
    office.look()
    assert [path.name for path in office.files.bad_spool.iterdir()] == [f"anna-{key}.ask"]


def test_a_wish_about_nothing_is_told_in_the_log(office: Office) -> None:
    target = KeyMaker().make(NOW)
    ask(office, Ask.DROP, target)
    office.look()
    assert ("drop_refused", target, "by anna: no_such_action") in logged(office)


def test_a_full_disk_keeps_the_wish(office: Office) -> None:
    key = office.press(make_action(actor="anna"))
    office.ledger.faults = ["refused"] * 9
    office.look()
    real = office.outbox.note

    def full(*_given: object, **_named: object) -> None:
        raise StoreError(Code.DISK_FULL, "outbox.db")

    office.outbox.note = full  # type: ignore[method-assign]
    ask(office, Ask.DROP, key)
    office.look()
    assert len(list(office.files.spool.rglob("*.ask"))) == 1
    office.outbox.note = real  # type: ignore[method-assign]
    office.look()
    assert office.rows[key].state is ActionState.DROPPED


@pytest.mark.parametrize(
    ("what", "state", "reason"),
    [
        (Ask.DROP, ActionState.SAVED, None),
        (Ask.DROP, ActionState.SENDING, None),
        (Ask.DROP, ActionState.DONE, WhyNot.SETTLED),
        (Ask.DROP, ActionState.EXPIRED, WhyNot.SETTLED),
        (Ask.RETRY, ActionState.SAVED, None),
        (Ask.RETRY, ActionState.DONE, WhyNot.DONE),
        (Ask.RETRY, ActionState.CONFLICT, WhyNot.CONFLICT),
        (Ask.RETRY, ActionState.REFUSED, None),
        (Ask.RETRY, ActionState.EXPIRED, None),
        (Ask.RETRY, ActionState.DROPPED, None),
        (Ask.RETRY, ActionState.UNKNOWN_OUTCOME, None),
    ],
)
def test_what_can_be_asked_of_what(what: Ask, state: ActionState, reason: WhyNot | None) -> None:
    person = People(PEOPLE).of(os.geteuid())
    assert why_not(what, state, Verb.CLAIM, "anna", person) is reason


def test_what_must_not_be_done_twice_is_not_tried_again_unknown() -> None:
    person = People(PEOPLE).of(os.geteuid())
    assert why_not(Ask.RETRY, ActionState.UNKNOWN_OUTCOME, "of-tomorrow", "anna", person) is (
        WhyNot.ONCE
    )
