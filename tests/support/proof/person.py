"""A person at a screen without a terminal: what they see, press, and are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from data.actions.rules import RULES, Basis
from data.actions.seen import seen_of
from data.actions.verbs import Verb
from data.cache.reader import CacheReader
from data.clock import ManualClock
from data.errors import StoreError
from data.figures.doings import Target
from data.files import FloorFiles
from data.floor import Floor, FloorSnapshot, Key
from data.model import Ms
from data.people import People
from data.status import ActionRow, ActionState
from data.sync.asks import Ask
from supervisor_tui.acting import Actor, Said
from supervisor_tui.person import PersonalFile
from tests.support.proof.mortal import dies_at

NOWHERE = Key("hh", "acd", "-")


@dataclass(frozen=True)
class Press:
    """A key that was pressed."""

    person: str
    verb: Verb
    entity: str
    """The record it is about, as the person saw it; the one that the action makes has none yet."""
    version: int
    seen: Mapping[str, str]
    epoch: str
    """Of the records that the person saw."""
    pressed_at: Ms
    is_saved: bool
    """The screen said so; of a screen that died meanwhile nobody knows."""
    comment: str
    """What the person said beside: no two say the same."""

    @property
    def not_after(self) -> Ms:
        return self.pressed_at + RULES[self.verb].valid_ms


@dataclass
class Told:
    """What a screen has ever said of an action."""

    row: ActionRow
    settled: set[ActionState] = field(default_factory=set)


class Person:
    """One person, at one screen after the other.

    Args:
        files: The floor.
        name: Who they are, by `--as`.
        clock: The only time there is.
    """

    def __init__(self, files: FloorFiles, name: str, clock: ManualClock) -> None:
        self.name = name
        self.told: dict[Ms, Told] = {}
        self.agreed: set[Ms] = set()
        """Of which actions they said that they want them all the same."""
        self._files = files
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        """Sit down at a screen."""
        self._floor = Floor()
        self._reader: CacheReader | None = None
        self.snapshot = FloorSnapshot()
        personal = PersonalFile(self._files.root.parent / f"{self.name}.json")
        self.actor = Actor(self._files, People(), self.name, personal)

    def leave(self) -> None:
        """The screen is gone."""
        if self._reader is not None:
            self._reader.close()

    def look(self) -> FloorSnapshot:
        """See what the sync process has told, and be told of one's own actions."""
        try:
            self._reader = self._reader or CacheReader.open(self._files.cache)
        except StoreError:
            return self.snapshot
        self.snapshot = self._floor.apply(self._reader.read(self._floor.rev))
        for row in self.actor.see(self.snapshot, self._clock.now()).rows:
            told = self.told.setdefault(row.pressed_at, Told(row))
            told.row = row
            if not row.state.is_open:
                told.settled.add(row.state)
        return self.snapshot

    def press(
        self, verb: Verb, entity: str, epoch: str, fields: Mapping[str, Any], dying_at: int = -1
    ) -> Press | None:
        """Do something to a record as it was last seen; None where it is not to be seen.

        Args:
            verb: What.
            entity: To what.
            epoch: Of the records that are shown.
            fields: What is said beside.
            dying_at: The screen is killed at this call of the operating system; -1 is not.
        """
        self._clock.advance(0.001)
        rule = RULES[verb]
        record = self.snapshot.of(rule.kind).get(Key("hh", "acd", entity))
        if record is None and rule.basis is not Basis.NEW:
            return None
        version = getattr(record, "version", 0) if rule.basis is Basis.SEEN else 0
        seen = seen_of(verb, record)
        key = NOWHERE if record is None else Key("hh", "acd", entity)
        now = self._clock.now()
        comment = f"said at {now}"
        press = Press(self.name, verb, entity, version, seen, epoch, now, dying_at < 0, comment)
        target = Target(key, version, entity, seen=seen)
        said = Said(fields, comment)
        if dying_at < 0:
            self.actor.press(verb, [target], now, said)
        else:
            dies_at(dying_at, lambda: self.actor.press(verb, [target], now, said) and None)
            self.leave()
            self.begin()
        return press

    def ask(self, ask: Ask, row: ActionRow) -> Ms:
        """Ask for something about an action of one's own; returns when that was."""
        self._clock.advance(0.001)
        if ask is Ask.RETRY and row.state.is_open:
            self.agreed.add(row.pressed_at)
        now = self._clock.now()
        self.actor.ask(ask, row, now)
        return now


def builtins(fields: Any) -> dict[str, Any]:
    """Fields as a screen sends them."""
    made: dict[str, Any] = msgspec.to_builtins(fields)
    return made
