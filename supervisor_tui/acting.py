"""What a person does from this screen: a spool file for each key, and what came of it since."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from data.actions.files import COMMENT_LIMIT, SCHEMA, ActionFile
from data.actions.rules import RULES, Basis, may
from data.actions.verbs import Verb
from data.clean import clean_text
from data.errors import Code, StoreError
from data.figures.doings import Doings, Target, doings_of
from data.files import FloorFiles
from data.floor import FloorSnapshot
from data.identifiers import KeyMaker
from data.model import Ms
from data.people import People, Person, account_name
from data.status import ActionRow, ActionState
from data.sync.lock import is_held
from data.sync.notice import acting_problem
from data.sync.spool import SpoolWriter
from supervisor_tui.person import PersonalFile

if TYPE_CHECKING:
    from data.sync.asks import Ask

TAKEN_MS = 5_000
"""So long an action may lie: a sync process that a screen starts is there within seconds."""
NEVER_TAKEN_MS = 60_000
"""So long after its time limit an action that no sync process has taken in counts as void."""
READ_KEPT = 500


class Said(msgspec.Struct, frozen=True):
    """What a person says beside the verb."""

    fields: Mapping[str, Any] = {}
    comment: str = ""


NOTHING_SAID = Said()


class Actor:
    """The person at this screen, as somebody who acts.

    Args:
        files: The floor.
        people: Who is on the floor.
        claimed: Who acts by `--as` or by the configuration; empty for the account's own person.
        personal: Remembers which failures were read.
        uid: The account; by default this process's.
    """

    def __init__(
        self,
        files: FloorFiles,
        people: People,
        claimed: str,
        personal: PersonalFile,
        uid: int | None = None,
    ) -> None:
        uid = os.geteuid() if uid is None else uid
        self.person: Person | None = people.of(uid, claimed)
        """Who acts; None for somebody whom the floor does not know, and who may only look."""
        self._files = files
        self._writer = SpoolWriter(files, account_name(uid))
        self.personal = personal
        """The person's own settings."""
        self._keys = KeyMaker()
        self._saved: dict[str, ActionRow] = {}
        self._rung: set[str] | None = None
        self._held: frozenset[str] = frozenset()
        self._doings = Doings()
        self._epochs: dict[tuple[str, str], str] = {}

    @property
    def id(self) -> str:
        """The id of the person who acts; empty for nobody whom the floor knows."""
        return self.person.id if self.person is not None else ""

    @property
    def doings(self) -> Doings:
        """What the person did, as of the last look."""
        return self._doings

    def may(self, verb: Verb) -> bool:
        """Whether the person's role allows it."""
        return self.person is not None and may(self.person.role, verb)

    def press(
        self, verb: Verb, targets: Sequence[Target], now: Ms, said: Said = NOTHING_SAID
    ) -> list[ActionRow]:
        """Save an action on each target; when this returns they are on disk.

        Args:
            verb: What to do.
            targets: To what.
            now: The server's time.
            said: What the person said beside.

        Raises:
            FloorError: That one, and those after it, are not saved and will not be done.
        """
        notice = acting_problem(self._files)
        if notice is not None:
            raise StoreError(notice.code, notice.detail)
        return [self._press(verb, target, now, said) for target in targets]

    def ask(self, ask: Ask, row: ActionRow, now: Ms) -> None:
        """Save what is asked about an action: to try it again, or to let it be.

        Raises:
            FloorError: It is not saved.
        """
        from data.sync.asks import AskFile, encode_ask

        wish = AskFile(
            key=self._keys.make(now), ask=ask, target=row.key, pressed_at=now, actor=self.id
        )
        self._writer.save_ask(wish.key, encode_ask(wish))

    def see(self, snapshot: FloorSnapshot, now: Ms) -> Doings:
        """Bring what is known of the person's actions in step with a newer view of the floor."""
        for row in snapshot.actions:
            self._saved.pop(row.key, None)
        self._epochs = {(each.site, each.source): each.epoch for each in snapshot.sources}
        saved = [self._unsent(_as_it_stands(row, now), now) for row in self._saved.values()]
        read = self.personal.settings.read_actions
        read_at = {
            (each.site, each.source): each.last_ok_at
            for each in snapshot.sources
            if each.last_ok_at is not None
        }
        self._doings = doings_of(self.id, snapshot.actions, saved, read, read_at)
        return self._doings

    def _unsent(self, row: ActionRow, now: Ms) -> ActionRow:
        """An action that was saved here, and why nobody takes it in where that is so."""
        is_left = row.state.is_open and now - row.pressed_at > TAKEN_MS
        if not is_left or is_held(self._files):
            return row
        return replace(row, code=Code.NO_SYNC)

    def newly_failed(self) -> list[ActionRow]:
        """The failures since the last call, each once; none at the first, for they are old."""
        fresh = self.unrung()
        self._rung = (self._rung or set()) | {
            row.key for row in self._doings.rows if row.state.is_failure
        }
        return fresh

    def unrung(self) -> list[ActionRow]:
        """The failures that the next call of `newly_failed` would tell."""
        if self._rung is None:
            return []
        return [
            row for row in self._doings.rows if row.state.is_failure and row.key not in self._rung
        ]

    def newly_held(self) -> list[ActionRow]:
        """Those that have begun to wait for the person's word since the last call, each once."""
        held = {row.key: row for row in self._doings.rows if row.state is ActionState.HELD}
        fresh = [row for key, row in held.items() if key not in self._held]
        self._held = frozenset(held)
        return fresh

    def read_all(self) -> None:
        """The person has seen how everything stands: nothing failed is news any more."""
        self.read(self._doings.unread)

    def read(self, keys: Collection[str]) -> None:
        """The person has seen how these actions stand."""
        news = self._doings.unread.intersection(keys)
        if not news:
            return
        settings = self.personal.settings
        settings.read_actions = _newest([*settings.read_actions, *news])
        self.personal.keep()
        self._doings = replace(self._doings, unread=self._doings.unread - news)

    def _press(self, verb: Verb, target: Target, now: Ms, said: Said) -> ActionRow:
        rule = RULES[verb]
        # What does not exist yet is given its id here, so that a repetition makes no second one.
        entity = self._keys.make(now) if rule.basis is Basis.NEW else target.key.id
        action = ActionFile(
            schema=SCHEMA,
            key=self._keys.make(now),
            verb=verb,
            site=target.key.site,
            source=target.key.source,
            kind=rule.kind,
            entity=entity,
            version=target.version,
            epoch=self._epochs.get((target.key.site, target.key.source), ""),
            pressed_at=now,
            not_after=now + rule.valid_ms,
            actor=self.id,
            subject=clean_text(target.subject),
            comment=clean_text(said.comment, COMMENT_LIMIT),
            fields={**target.fields, **said.fields},
            seen=dict(target.seen),
            undo=target.undo,
        )
        self._writer.save(action)
        row = ActionRow(
            key=action.key,
            actor=self.id,
            actor_name=self.person.name if self.person is not None else "",
            verb=verb.value,
            site=action.site,
            source=action.source,
            kind=action.kind,
            entity=action.entity,
            subject=action.subject,
            state=ActionState.SAVED,
            pressed_at=now,
            not_after=action.not_after,
            updated_at=now,
            fields=action.fields,
            comment=action.comment,
            seen=action.seen,
            undo=action.undo,
        )
        self._saved[row.key] = row
        return row


def _as_it_stands(row: ActionRow, now: Ms) -> ActionRow:
    """An action that was saved here and that no sync process has taken in yet."""
    if now <= row.not_after + NEVER_TAKEN_MS:
        return row
    return replace(row, state=ActionState.EXPIRED, updated_at=row.not_after)


def _newest(keys: Iterable[str]) -> list[str]:
    """The newest keys: they sort by the instant they were made at."""
    return sorted(set(keys))[-READ_KEPT:]
