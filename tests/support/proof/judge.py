"""What has to hold whatever happens; the sandbox's own ledger is the witness of what was done."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from data.actions.rules import RULES, Basis
from data.actions.seen import seen_of
from data.errors import Code
from data.model import Kind, Ms
from data.status import ActionState
from data.sync.audit import first_broken
from data.sync.delivery import LATE_MS
from tests.support.proof.server import Done, State

if TYPE_CHECKING:
    from tests.support.proof.person import Press
    from tests.support.proof.world import World

NOT_OURS = {Code.KEY_REUSED, Code.PRECONDITION_REQUIRED, Code.INVALID_FIELD, Code.BAD_PAYLOAD}
"""A refusal for one of these is a fault of the program's own."""

NOT_DONE = {ActionState.EXPIRED, ActionState.DROPPED, ActionState.REFUSED}
"""All say the same; a screen says the first by itself where no sync process does."""


class Violation(AssertionError):
    """A promise was broken."""


def hold(promise: str, is_kept: object, *details: object) -> None:
    """Raise where a promise was broken."""
    if not is_kept:
        raise Violation(f"{promise}: {', '.join(map(str, details))}")


class Judge:
    """Holds what persons were told, and what they see, against what there is.

    Args:
        world: The floor.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._judged = 0
        self._last = ("", -1)
        self._unasked: list[Press] = []

    def check_cache(self) -> None:
        """What the screens see is a state that the server once had: that at the cursor."""
        world = self._world
        cache = world.process.cache
        cursor = cache.remembered("hh", "acd").cursor
        if not cursor:
            return
        expected = world.server.state_at(cursor)
        hold("a cursor is one that the server gave", expected is not None, cursor)
        epoch, _, serial = cursor.rpartition(".")
        before, self._last = self._last, (epoch, int(serial))
        hold("time goes on", before[0] != epoch or before[1] <= int(serial), before, cursor)
        held = {
            (kind.value, entity): version
            for kind in Kind
            for entity, version in cache.versions("hh", "acd", kind).items()
        }
        hold(
            "what is kept is what there was", held == expected, cursor, _difference(held, expected)
        )
        shown = world.witness.look()
        seen = {
            (kind.value, key.id) for kind in Kind for key in shown.of(kind) if key.source == "acd"
        }
        hold("what is shown is what there was", seen == set(held), cursor, seen ^ set(held))
        for key, complaint in shown.escalations.items():
            if key.source == "acd":
                version = held["escalation", key.id]
                hold("a version is shown", complaint.version == version, key.id, version)

    def check_sending(self, pressed_at: Ms) -> None:
        """What is sent late means what it meant, or its person was asked; told of afterwards."""
        world = self._world
        press = world.pressed[pressed_at]
        is_first = all(sent.pressed_at != pressed_at for sent in world.line.maybe_arrived())
        now = world.process.now()
        person = next(one for one in world.persons if one.name == press.person)
        if not is_first or abs(now - pressed_at) <= LATE_MS or pressed_at in person.agreed:
            return
        rule = RULES[press.verb]
        if rule.basis is not Basis.PRESENT or not press.seen:
            return
        stands = world.process.cache.standing("hh", "acd", rule.kind, press.entity)
        if stands is not None and seen_of(press.verb, stands[1]) != press.seen:
            self._unasked.append(press)

    def check_ledger(self) -> None:
        """Nothing is done late, or to what its person had not seen, or twice."""
        world = self._world
        hold("its person is asked before it goes out late", not self._unasked, *self._unasked)
        world.server.look()
        ledger = world.server.ledger
        for done in ledger[self._judged :]:
            if done.is_carried_out:
                self._check_done(done)
        self._judged = len(ledger)
        counts = Counter(self._press_of(done).pressed_at for done in self._standing_effects())
        twice = [world.pressed[each] for each, count in counts.items() if count > 1]
        of_twice = [done for done in ledger if twice and self._press_of(done) is twice[0]]
        hold("nothing is done twice", not twice, *twice, *of_twice)

    def check_told(self) -> None:
        """What was said to be settled stays as it was said."""
        for one in self._world.persons:
            for told in one.told.values():
                is_one = len(told.settled) <= 1 or told.settled <= NOT_DONE
                hold("a last word is the last", is_one, told.row.key, told.settled)

    def check_end(self) -> None:
        """After quiet: everything is settled, told, true, and everybody sees the same."""
        world = self._world
        self.check_ledger()
        self.check_told()
        bad = [path.name for path in world.files.bad_spool.iterdir()]
        hold("no file of a person's own is thrown away", not bad, *bad)
        crashes = [
            line for line in world.files.sync_log.read_text().splitlines() if "crash" in line
        ]
        hold("nothing breaks inside", not crashes, *crashes[:1])
        self._check_fates()
        hold("the log is whole", first_broken(world.process.outbox._file.connection) is None)
        self._check_equal()

    def _check_done(self, done: Done) -> None:
        press, acted = self._press_of(done), done.acted
        hold("nothing is done late", acted.at <= press.not_after, press, acted)
        hold("nobody acts as another", acted.actor == press.person, press, acted)
        if RULES[press.verb].basis is Basis.SEEN:
            (touched,) = acted.entities
            entity = (touched.kind, touched.id)
            server = self._world.server
            was = server.content(done.epoch, entity, touched.before)
            seen = server.content(press.epoch, entity, press.version)
            hold(
                "nobody is overwritten unseen",
                was == seen,
                press,
                acted,
            )

    def _check_fates(self) -> None:
        world = self._world
        standing = {self._press_of(done).pressed_at for done in self._standing_effects()}
        ever = {
            self._press_of(done).pressed_at for done in world.server.ledger if done.is_carried_out
        }
        arrived = {sent.pressed_at for sent in world.line.sent if sent.is_arrived}
        for pressed_at, press in world.pressed.items():
            person = next(one for one in world.persons if one.name == press.person)
            told = person.told.get(pressed_at)
            if told is None:
                is_lost = press.is_saved or pressed_at in arrived
                hold("nothing that was saved is lost", not is_lost, press)
                continue
            state, code = told.row.state, told.row.code
            hold("everything comes to an end", not state.is_open, press, told.row)
            is_ours = state is ActionState.REFUSED and code in NOT_OURS
            hold("a refusal is no fault of ours", not is_ours, press, state, code)
            if state is ActionState.DONE:
                hold("what is said to be done was done", pressed_at in ever, press)
            elif state is ActionState.UNKNOWN_OUTCOME:
                hold("what is not known may have been", told.row.attempts, press)
            else:
                hold(
                    "what is said not to be done was not",
                    pressed_at not in standing,
                    press,
                    state,
                    code,
                )

    def _check_equal(self) -> None:
        world = self._world
        server, cache = world.server, world.process.cache
        hold("the end is reached", cache.remembered("hh", "acd").cursor == server.centre.store.head)
        self.check_cache()
        said = Counter(press.comment for press in world.pressed.values())
        for key, complaint in world.witness.look().escalations.items():
            if key.source != "acd":
                continue
            there = server.get("escalation", key.id)
            owner = complaint.owner.id if complaint.owner else ""
            told = (complaint.status, complaint.severity, owner, len(complaint.events))
            is_owner = there.owner.id if there.owner else ""
            true = (there.status, there.severity, is_owner, len(there.events or ()))
            hold("what is shown is true", told == true, key.id, told, true)
            stands = Counter(event.note for event in complaint.events if event.note in said)
            hold("nothing stands there twice", not stands - said, stands)

    def _standing_effects(self) -> list[Done]:
        ledger = self._world.server.ledger
        return [done for done in ledger if done.is_carried_out and not done.is_undone]

    def _press_of(self, done: Done) -> Press:
        sent = self._world.line.sent
        pressed_at = next(each.pressed_at for each in sent if each.key == done.acted.key)
        return self._world.pressed[pressed_at]


def _difference(held: State, expected: State | None) -> object:
    there = (expected or {}).items()
    return dict(held.items() ^ there)
