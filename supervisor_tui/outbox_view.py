"""Where `supervisor-tui outbox` looks: the outbox itself, else its mirror, and what still waits.

The outbox is the service account's alone. Anybody else of the floor sees the mirror that the sync
process keeps for the screens, and the files of their own that it has not taken in yet.
"""

from __future__ import annotations

import msgspec

from data.actions.files import ActionInvalid, decode_action
from data.cache.reader import CacheReader
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.status import ActionRow, ActionState
from data.sync.outbox_reading import put_aside, read_outbox
from data.sync.spool import SpoolReader
from screens.sentences import error_sentence
from screens.text import N_, _, ngettext

_SENTENCES = {
    Code.FILE_DENIED: N_(
        "The outbox belongs to another account: this is what its sync process shows of it."
    ),
    Code.FILE_CORRUPT: N_(
        "outbox.db is damaged and was left as it is. The next sync process puts it aside, saves "
        "what can be read of it, and loses nothing that still lies in the spool."
    ),
}


class OutboxView(msgspec.Struct, frozen=True):
    """What can be seen of a floor's actions."""

    rows: list[ActionRow]
    """Oldest first; those in the spool last."""
    is_mirror: bool = False
    """Only what is open, and what was settled in the last hours."""
    waiting: frozenset[str] = frozenset()
    """Keys of those that still lie in the spool."""
    notes: tuple[str, ...] = ()
    """Sentences for the person."""
    is_bad: bool = False
    """Something is broken."""


def view_outbox(files: FloorFiles) -> OutboxView:
    """Look at everything that this account may see.

    Raises:
        StoreError: The mirror is needed and cannot be read either.
    """
    notes: list[str] = []
    is_mirror = is_bad = False
    try:
        read = read_outbox(files)
        rows = read.rows
        if read.unreadable:
            is_bad = True
            notes.append(
                ngettext(
                    "{count} action in the outbox makes no sense and is left as it is.",
                    "{count} actions in the outbox make no sense and are left as they are.",
                    read.unreadable,
                ).format(count=read.unreadable)
            )
    except StoreError as problem:
        if problem.code is Code.FILE_MISSING:
            rows = []
        else:
            is_mirror, is_bad = True, problem.code is not Code.FILE_DENIED
            notes.append(_say(problem))
            rows = _mirrored(files, is_bad=is_bad)
    aside = put_aside(files)
    if aside:
        text = _("A damaged outbox was put aside as {name}. Keep it until all in it is known.")
        notes.append(text.format(name=aside[-1]))
    known = {row.key for row in rows}
    waiting = [row for row in _in_spool(files) if row.key not in known]
    return OutboxView(
        rows=[*rows, *waiting],
        is_mirror=is_mirror,
        waiting=frozenset(row.key for row in waiting),
        notes=tuple(notes),
        is_bad=is_bad,
    )


def _say(problem: StoreError) -> str:
    known = _SENTENCES.get(problem.code)
    return _(known) if known else error_sentence(problem)


def _mirrored(files: FloorFiles, *, is_bad: bool) -> list[ActionRow]:
    """What the screens see; nothing where that is missing as well and the damage is told anyway."""
    try:
        reader = CacheReader.open(files.cache)
        try:
            return list(reader.read(0).actions)
        finally:
            reader.close()
    except StoreError:
        if is_bad:
            return []
        raise


def _in_spool(files: FloorFiles) -> list[ActionRow]:
    """What is saved and not taken in, of those whose folders this account may look into."""
    rows: list[ActionRow] = []
    for found in SpoolReader(files).look():
        if found.problem is not None or found.is_ask:
            continue
        try:
            action = decode_action(found.body)
        except ActionInvalid:
            continue
        rows.append(
            ActionRow(
                key=action.key,
                actor=action.actor,
                verb=action.verb.value,
                site=action.site,
                source=action.source,
                kind=action.kind,
                entity=action.entity,
                subject=action.subject,
                state=ActionState.SAVED,
                pressed_at=action.pressed_at,
                not_after=action.not_after,
                updated_at=action.pressed_at,
            )
        )
    return rows
