"""What a person asks about an action that they saved: try it again, or let it be.

It travels as the action did, as a small file in the person's own spool folder, because the sync
process is the only writer of the outbox; and as with an action, the owner of the file is who asks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from data.actions.files import NAME_LIMIT, SCHEMA, ActionFile, ActionInvalid
from data.actions.rules import RULES
from data.actions.verbs import Verb
from data.clean import clean_text
from data.errors import Code
from data.identifiers import KEY_PATTERN
from data.model import Ms
from data.people import Person
from data.settings import Role
from data.status import ActionState
from data.sync.kept import Fate, Kept
from data.sync.outbox import Outbox, TakenIn

_Key = Annotated[str, Meta(pattern=KEY_PATTERN)]


class Ask(StrEnum):
    """What can be asked."""

    RETRY = "retry"
    """Try it now; what is settled is done anew, as another action of whoever asks."""
    DROP = "drop"
    """Do not send it any more."""


class AskFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One such wish as it lies in the spool."""

    schema: int = SCHEMA
    key: _Key
    """Its own; of what is done anew, the key of the new action."""
    ask: Ask
    target: _Key
    """The action's key."""
    pressed_at: Annotated[int, Meta(ge=0, lt=2**48)]
    """On the server's clock."""
    actor: Annotated[str, Meta(max_length=NAME_LIMIT)] = ""
    """Who the program says asks; heeded where an action's would be."""


class Asker(NamedTuple):
    """Who asks."""

    uid: int
    """The account that owned the file."""
    person: Person | None
    """Who that is; None for somebody whom the floor does not know."""


class WhyNot(StrEnum):
    """Why what was asked cannot be."""

    NOT_KNOWN = "not_known"
    """The floor does not know who asks."""
    NOT_YOURS = "not_yours"
    """Only who did it, and administrators, may."""
    SETTLED = "settled"
    """It has come to its end: there is nothing to drop."""
    DONE = "done"
    """It was done: there is nothing to try again."""
    CONFLICT = "conflict"
    """The record has changed since: who tries again has to look at it first."""
    ONCE = "once"
    """Nobody knows whether it was done, and doing it twice is not the same as once."""
    NO_SUCH_ACTION = "no_such_action"


def why_not(
    ask: Ask, state: ActionState, verb: str, actor: str, person: Person | None
) -> WhyNot | None:
    """Why something cannot be asked of an action; None where it can.

    Args:
        ask: What is asked.
        state: How the action stands.
        verb: What it was.
        actor: The id of who did it.
        person: Who asks; None for somebody whom the floor does not know.
    """
    if person is None:
        return WhyNot.NOT_KNOWN
    if actor != person.id and person.role is not Role.ADMINISTRATOR:
        return WhyNot.NOT_YOURS
    if state.is_open:
        return None
    if ask is Ask.DROP:
        return WhyNot.SETTLED
    match state:
        case ActionState.DONE:
            return WhyNot.DONE
        case ActionState.CONFLICT:
            return WhyNot.CONFLICT
        case ActionState.UNKNOWN_OUTCOME if not _is_repeatable(verb):
            return WhyNot.ONCE
    return None


def carry_out(outbox: Outbox, ask: AskFile, raw: bytes, asker: Asker, now: Ms) -> WhyNot | None:
    """Do what was asked; asked twice it is done once.

    Args:
        outbox: Where the action is kept.
        ask: What is asked; its action is not under way at this moment.
        raw: The file that it was read from.
        asker: Who asks.
        now: The server's time.

    Returns:
        Why it cannot be; None where it was done. Either stands in the log.

    Raises:
        StoreError: Nothing was done; the file has to stay.
    """
    uid, person = asker
    kept = outbox.find(ask.target)
    if kept is None:
        reason: WhyNot | None = WhyNot.NO_SUCH_ACTION
    else:
        reason = why_not(ask.ask, kept.fate.state, kept.action.verb, kept.actor, person)
    if kept is None or reason is not None or person is None:
        who = person.id if person is not None else "-"
        outbox.note(f"{ask.ask}_refused", uid, now, f"by {who}: {reason}", key=ask.target)
        return reason
    if ask.ask is Ask.DROP:
        outbox.note("drop_asked", uid, now, _of_whom(kept, person), key=ask.target)
        outbox.settle(kept, _dropped(kept), now)
    elif kept.fate.state.is_open:
        outbox.note("retry_asked", uid, now, _of_whom(kept, person), key=ask.target)
        if kept.fate.state is ActionState.HELD:
            outbox.agree(kept, now)
    else:
        action = _anew(ask, kept, person)
        if outbox.take_in(action, raw, uid, person, now) is TakenIn.NEW:
            outbox.note("done_anew", uid, now, f"by {person.id}, after {kept.key}", key=ask.key)
    return None


def encode_ask(ask: AskFile) -> bytes:
    """A wish as its file holds it."""
    return msgspec.json.encode(ask)


def decode_ask(raw: bytes) -> AskFile:
    """Read the file of a wish.

    Raises:
        ActionInvalid: SCHEMA_UNSUPPORTED for the file of a newer program, else INVALID_FIELD or
            BAD_PAYLOAD.
    """
    try:
        ask = msgspec.json.decode(raw, type=AskFile)
    except msgspec.ValidationError as error:
        raise ActionInvalid(Code.INVALID_FIELD, clean_text(str(error))) from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ActionInvalid(Code.BAD_PAYLOAD, "json") from error
    if ask.schema != SCHEMA:
        raise ActionInvalid(Code.SCHEMA_UNSUPPORTED, "schema")
    return ask


def _dropped(kept: Kept) -> Fate:
    """What is said of an action that is let be: dropped only if it surely did not arrive."""
    if kept.may_have_arrived:
        return Fate(ActionState.UNKNOWN_OUTCOME, kept.fate.code)
    return Fate(ActionState.DROPPED)


def _anew(ask: AskFile, kept: Kept, person: Person) -> ActionFile:
    """The same on the version seen then, by who asks, and in time by when they asked."""
    return replace(
        kept.action,
        key=ask.key,
        actor=person.id,
        pressed_at=ask.pressed_at,
        not_after=ask.pressed_at + RULES[kept.action.verb].valid_ms,
    )


def _of_whom(kept: Kept, person: Person) -> str:
    return f"by {person.id}, of {kept.actor or '-'}"


def _is_repeatable(verb: str) -> bool:
    try:
        return RULES[Verb(verb)].is_repeatable
    except (KeyError, ValueError):
        return False
