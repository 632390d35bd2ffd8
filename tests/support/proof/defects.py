"""Defects, each put into the program or the sandbox by itself: the histories have to find them.

A promise that holds while one of its walls is gone may be held by another wall; where two back each
other up, both are taken away together, and the name says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import msgspec

from data.cache import diff, writer
from data.cache.writer import CacheWriter
from data.desk import perform
from data.desk.rules import Refusal
from data.errors import Code
from data.identifiers import KeyMaker
from data.sandbox import store
from data.sandbox.change_log import ChangeLog, Entry, Run
from data.sandbox.store import VersionedStore
from data.status import ActionState
from data.sync import courier, delivery, engine
from data.sync.courier import Courier
from data.sync.delivery import Delivery
from data.sync.engine import Engine
from data.sync.kept import Fate, Wire
from data.sync.outbox import Outbox, TakenIn
from supervisor_tui.acting import Actor

Defect = Callable[[], Iterator[None]]
DEFECTS: dict[str, Defect] = {}
_keys = KeyMaker()


def _defect(function: Defect) -> Defect:
    DEFECTS[function.__name__] = function
    return function


@contextmanager
def having(name: str) -> Iterator[None]:
    """The program has a defect for a while."""
    made = DEFECTS[name]()
    next(made)
    try:
        yield
    finally:
        next(made, None)


def _instead(owner: object, name: str, other: object) -> Any:
    return patch.object(owner, name, other)


@_defect
def version_before_key() -> Iterator[None]:
    """The server looks at If-Match before the idempotency key."""
    real = perform.perform

    def early(keeper: Any, command: Any, **named: Any) -> Any:
        try:
            perform._as_expected(keeper, command.expected)
        except Refusal as refusal:
            return perform.refused(refusal)
        return real(keeper, command, **named)

    from data.sandbox import writes

    with _instead(writes, "perform", early):
        yield


@_defect
def keys_forgotten() -> Iterator[None]:
    """The server remembers no idempotency key."""
    from data.desk.memory import MemoryKeeper

    with _instead(MemoryKeeper, "answer_for", lambda _self, _key: None):
        yield


@_defect
def versions_not_compared() -> Iterator[None]:
    """The server does not look at If-Match."""
    real = perform._as_expected

    def blind(keeper: Any, expected: Any, **named: Any) -> Any:
        found = (keeper.get(one.kind, one.id) for one in expected)
        tags = [
            msgspec.structs.replace(one, tag=str(kept.version)) if kept and one.tag else one
            for one, kept in zip(expected, found, strict=True)
        ]
        return real(keeper, tuple(tags), **named)

    with _instead(perform, "_as_expected", blind):
        yield


@_defect
def versions_of_lost_histories_compared() -> Iterator[None]:
    """The server takes a version of a history that was lost for one of its own."""
    real = perform._as_expected

    def forgetful(keeper: Any, expected: Any, **_named: Any) -> Any:
        return real(keeper, expected)

    with _instead(perform, "_as_expected", forgetful):
        yield


@_defect
def late_on_both_sides() -> Iterator[None]:
    """Neither the sync process nor the server looks at the time limit."""
    with (
        _instead(perform, "_must_be_in_time", lambda _command, _now: None),
        _instead(courier, "fate_before", lambda _kept, _now: None),
    ):
        yield


@_defect
def late_at_the_server() -> Iterator[None]:
    """The server does not look at the time limit: what was under way is done too late."""
    with _instead(perform, "_must_be_in_time", lambda _command, _now: None):
        yield


@_defect
def removed_before_kept() -> Iterator[None]:
    """A spool file is removed before what is in it is kept."""
    real = Courier._take_in

    def hasty(self: Courier, found: Any) -> Any:
        self._spool.remove(found)
        return real(self, found)

    with _instead(Courier, "_take_in", hasty):
        yield


@_defect
def taken_in_twice() -> Iterator[None]:
    """A file that is found again is taken for another action."""
    real = Outbox.take_in

    def forgetful(self: Outbox, action: Any, raw: bytes, *rest: Any, **named: Any) -> TakenIn:
        if self.find(action.key) is not None:
            action = msgspec.structs.replace(action, key=_keys.make(action.pressed_at))
        return real(self, action, raw + action.key.encode(), *rest, **named)

    with _instead(Outbox, "take_in", forgetful):
        yield


@_defect
def said_before_saved() -> Iterator[None]:
    """The screen says 'saved' before the file is there, and writes it a moment later."""
    real_see, real_init = Actor.see, Actor.__init__

    def begin(self: Any, *arguments: Any) -> None:
        real_init(self, *arguments)
        self._late, self._real_save = [], self._writer.save
        self._writer.save = self._late.append

    def see(self: Any, *arguments: Any) -> Any:
        while self._late:
            self._real_save(self._late.pop(0))
        return real_see(self, *arguments)

    with _instead(Actor, "__init__", begin), _instead(Actor, "see", see):
        yield


@_defect
def new_key_each_time() -> Iterator[None]:
    """Every repetition goes out under a key of its own."""
    real = Delivery._at_endpoint

    async def anew(self: Delivery, kept: Any) -> Any:
        wire = Wire(_keys.make(kept.action.pressed_at), kept.wire.version)
        return await real(self, msgspec.structs.replace(kept, wire=wire))

    with _instead(Delivery, "_at_endpoint", anew):
        yield


@_defect
def overtaken_keeps_its_key() -> Iterator[None]:
    """What was overtaken goes out anew under the key that has been answered."""
    real = Outbox.overtaken

    def same(self: Outbox, kept: Any, _key: str, now: int) -> None:
        real(self, kept, kept.wire.key, now)

    with _instead(Outbox, "overtaken", same):
        yield


@_defect
def silence_means_done() -> Iterator[None]:
    """An answer that did not come is taken for 'done'."""
    real = delivery.fate_of

    def hopeful(problem: Any, kept: Any, now: int, **more: Any) -> Any:
        if problem.code in {Code.TIMED_OUT, Code.CONNECTION_LOST}:
            return Fate(ActionState.DONE)
        return real(problem, kept, now, **more)

    with _instead(courier, "fate_of", hopeful):
        yield


@_defect
def silence_means_not_done() -> Iterator[None]:
    """What may have arrived is called void once its time is over."""

    def rash(kept: Any, now: int) -> Fate | None:
        return None if now <= kept.action.not_after else Fate(ActionState.EXPIRED)

    with _instead(courier, "fate_before", rash):
        yield


@_defect
def told_off_means_not_done() -> Iterator[None]:
    """A refusal by somebody in between is believed, though an earlier answer was lost."""
    real = delivery.fate_of

    def credulous(problem: Any, kept: Any, now: int, **_more: Any) -> Any:
        return real(problem, kept, now, may_have=False)

    with _instead(courier, "fate_of", credulous):
        yield


@_defect
def nobody_is_asked() -> Iterator[None]:
    """What is late goes out without its person being asked."""
    with _instead(Delivery, "must_be_asked", lambda _self, _kept, _now: False):
        yield


@_defect
def pages_split_transactions() -> Iterator[None]:
    """A page may end in the middle of a transaction."""
    real = ChangeLog.read

    def split(self: ChangeLog, serial: int, kinds: Any, limit: int, *, fold: bool) -> Run:
        run = real(self, serial, kinds, limit, fold=fold)
        after: Sequence[tuple[Entry, ...]] = self.after(run.serial)
        return Run((*run.entries, after[0][0]), run.serial) if after else run

    with _instead(ChangeLog, "read", split):
        yield


@_defect
def cursor_before_rows() -> Iterator[None]:
    """The cursor is kept in a transaction before that of the rows."""
    real = CacheWriter._write

    def torn(self: Any, scope: Any, plan: Any, remembered: Any, observed_at: int) -> Any:
        real(self, scope, diff.Plan(), remembered, observed_at)
        self.death.step("between cursor and rows")
        return real(self, scope, plan, remembered, observed_at)

    with _instead(CacheWriter, "_write", torn):
        yield


@_defect
def snapshot_cursor_too_late() -> Iterator[None]:
    """The cursor of a snapshot is taken after its rows."""
    real = VersionedStore._slice

    def late(self: Any, run: Any, name: str, offset: int) -> Any:
        page = real(self, run, name, offset)
        return store.SnapshotSlice(self.head, page.entries, page.next_page)

    with _instead(VersionedStore, "_slice", late):
        yield


@_defect
def shown_before_caught_up() -> Iterator[None]:
    """A new generation is shown before it has caught up with what changed meanwhile."""
    with _instead(engine, "CATCH_UP_PAGES", 0):
        yield


@_defect
def epoch_ignored() -> Iterator[None]:
    """Neither side looks at the epoch of a cursor."""
    real_serial, real_step = VersionedStore._serial, Engine._step

    def serial(self: Any, cursor: str) -> int:
        number = cursor.rpartition(".")[2]
        return real_serial(self, f"{self.epoch}.{number}")

    async def step(self: Any) -> None:
        if self._opened is None:
            self._opened = await self._source.open()
            self._epoch = self._epoch or self._opened.epoch
        await real_step(self)

    with _instead(VersionedStore, "_serial", serial), _instead(Engine, "_step", step):
        yield


@_defect
def old_versions_outlive_a_restore() -> Iterator[None]:
    """Versions of the lost history are compared with those of the new one."""
    real = diff.plan_generation

    def gated(rows: Any, changes: Any, numbers: Any, **named: Any) -> Any:
        kept = []
        for change in changes:
            held = rows[change.kind].get(change.id)
            if held is None or change.version >= held.version:
                kept.append(change)
        return real(rows, kept, numbers, **named)

    with _instead(writer, "plan_generation", gated):
        yield


@_defect
def vanished_rows_stay() -> Iterator[None]:
    """A new generation leaves the rows that are no longer there."""
    real = diff.plan_generation

    def generous(rows: Any, changes: Any, numbers: Any, **named: Any) -> Any:
        plan = real(rows, changes, numbers, **named)
        named_now = {(change.kind, change.id) for change in changes}
        plan.stored = {
            kind: {id_: row for id_, row in rows_.items() if (kind, id_) in named_now}
            for kind, rows_ in plan.stored.items()
        }
        return plan

    with _instead(writer, "plan_generation", generous):
        yield


@_defect
def tombstones_forgotten() -> Iterator[None]:
    """Deletions met while a snapshot is read are forgotten before it is shown."""
    real = Engine._merge

    def forgetful(self: Any, page: Any, rows: Mapping[Any, Any]) -> None:
        living = tuple(change for change in page.changes if change.record is not None)
        real(self, msgspec.structs.replace(page, changes=living), rows)

    with _instead(Engine, "_merge", forgetful):
        yield
