"""The sandbox in this process, standing still: it can be led, killed, and restored from a backup.

Its own ledger says what was carried out. Beside it every state that its records were ever in is
remembered, so that what a client shows can be held against what there really was.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from starlette.types import ASGIApp

from data.clock import ManualClock
from data.sandbox.acted import Acted
from data.sandbox.app import build_app
from data.sandbox.centre import open_centre
from data.sandbox.options import SandboxOptions
from data.sandbox.ports import Put, Sink
from tests.support.led_floor import LedFloor

Entity = tuple[str, str]
"""Kind and id, as the contract has them."""
State = dict[Entity, int]
OPTIONS = SandboxOptions(day=date(2026, 3, 11), starts_at="10:00", site_id="hh")


@dataclass
class Done:
    """An action at its first answer."""

    acted: Acted
    epoch: str
    is_undone: bool = False
    """The records went back to a backup from before it."""

    @property
    def is_carried_out(self) -> bool:
        return self.acted.status < 300


@dataclass(frozen=True)
class Backup:
    """Everything there was at an instant."""

    living: dict[str, dict[str, Any]]
    dead: dict[Entity, int]
    answers: dict[str, Any]
    ledger: int
    """How long the ledger was."""


@dataclass
class _Life:
    """One epoch of the records."""

    states: list[State] = field(default_factory=list)
    """By serial number."""


class Server:
    """The records, whoever keeps them meanwhile.

    Args:
        clock: The only time there is.
    """

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.ledger: list[Done] = []
        self.is_up = False
        self._bodies: dict[tuple[str, Entity, int], bytes] = {}
        self._lives: dict[str, _Life] = {}
        self._epochs = 0
        self._noted = 0
        self.begin()
        self.backup = self.back_up()

    def begin(self) -> None:
        """Start with the records of a new day and an empty memory, as a sandbox does."""
        self._epochs += 1
        options = replace(OPTIONS, epoch=f"epoch{self._epochs}")
        self.centre = open_centre(options, build=_build, clock=self.clock)
        self.centre.runner._start = self.clock.now()
        self.centre.runner.begin()
        self.app: ASGIApp = build_app(self.centre)
        self._noted = 0
        self.is_up = True
        self.look()

    def kill(self) -> None:
        """It is gone, and with it all that it remembered."""
        self.is_up = False
        for done in self.ledger:
            done.is_undone = True

    def back_up(self) -> Backup:
        """Keep everything as it is."""
        store = self.centre.store
        self.look()
        living = {kind: dict(entries) for kind, entries in store._living.items()}
        answers = dict(self.centre.desk._answers)
        return Backup(living, dict(store._dead), answers, len(self.ledger))

    def restore(self, backup: Backup, *, counts_anew: bool) -> None:
        """Go back to a backup; the history is lost, and the epoch another one.

        Args:
            backup: Where to.
            counts_anew: Versions begin at one again, as the contract allows.
        """
        self._epochs += 1
        store = self.centre.store
        store._living = {kind: dict(entries) for kind, entries in backup.living.items()}
        store.restore(f"epoch{self._epochs}")
        if not counts_anew:
            store._living = {kind: dict(entries) for kind, entries in backup.living.items()}
            store._dead = dict(backup.dead)
        self.centre.desk._answers = dict(backup.answers)
        for done in self.ledger[backup.ledger :]:
            done.is_undone = True
        self.look()

    def compact(self) -> None:
        """Forget how the records came to be as they are: older cursors are gone."""
        self.look()
        log = self.centre.store._log
        log.oldest = log.head
        log._groups.clear()

    @property
    def epoch(self) -> str:
        """The present one."""
        return self.centre.store.epoch

    def put(self, *puts: Put) -> None:
        """Somebody elsewhere changes records, in one transaction."""
        with self.centre.runner.acting() as now:
            self.centre.store.commit(now, puts)

    def get(self, kind: str, entity: str) -> Any:
        """A record as it is, or None."""
        kept = self.centre.store.get(kind, entity)
        return None if kept is None else kept.data

    def first(self, complaint: str) -> Any:
        """A complaint as it was on the first day."""
        floor = self.centre.simulation
        assert isinstance(floor, LedFloor)
        return floor._complaint(int(complaint.removeprefix("e/")))

    def look(self) -> None:
        """Take down what has happened since the last look; before anything is forgotten."""
        store, log = self.centre.store, self.centre.store._log
        life = self._lives.get(store.epoch)
        if life is None:
            life = self._lives[store.epoch] = _Life([_state(store._living)])
            for kind, entries in store._living.items():
                for id_, entry in entries.items():
                    self._keep(kind, id_, entry.version, entry.data)
            if log.oldest < log.head:  # the first records were put before anybody could look
                life.states = [{}]
        for group in log._groups[len(life.states) - 1 - log.oldest :]:
            state = dict(life.states[-1])
            for entry in group:
                if entry.data is None:
                    state.pop((entry.kind, entry.id), None)
                else:
                    state[entry.kind, entry.id] = entry.version
                    self._keep(entry.kind, entry.id, entry.version, entry.data)
            life.states.append(state)
        acted = self.centre.acted[self._noted :]
        self.ledger += [Done(each, store.epoch) for each in acted]
        self._noted += len(acted)

    def state_at(self, cursor: str) -> State | None:
        """What existed, in which version, at a cursor; None where there is no such one."""
        self.look()
        epoch, _, serial = cursor.rpartition(".")
        life = self._lives.get(epoch)
        if life is None or int(serial) >= len(life.states):
            return None
        return life.states[int(serial)]

    def content(self, epoch: str, entity: Entity, version: int) -> bytes:
        """What a version of a record said; nothing where there was none."""
        return self._bodies.get((epoch, entity, version), b"")

    def _keep(self, kind: str, id_: str, version: int, body: bytes) -> None:
        self._bodies[self.centre.store.epoch, (kind, id_), version] = body


def _state(living: dict[str, dict[str, Any]]) -> State:
    return {
        (kind, id_): entry.version
        for kind, entries in living.items()
        for id_, entry in entries.items()
    }


def _build(options: SandboxOptions, sink: Sink) -> LedFloor:
    return LedFloor(options, sink)
