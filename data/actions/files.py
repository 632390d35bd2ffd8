"""How an action is written: one small file from the screen to the sync process.

The screen makes it when a key is pressed, with the key that makes every repetition of it the same
action, the version of the record that the person saw, and the instant after which it must not be
done any more.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from data.actions.fields import Fields
from data.actions.rules import RULES
from data.actions.verbs import Undo, Verb
from data.clean import clean_text
from data.errors import Code, FloorError
from data.identifiers import KEY_PATTERN
from data.model import Kind

SCHEMA = 1
"""The number of this form of action files; a newer one is refused and not guessed at."""
MAX_BYTES = 16 * 1024
COMMENT_LIMIT = 2000
NAME_LIMIT = 255
ID_LIMIT = 2048
"""Of an id as kept: one of 255 characters may be written with three for each of its bytes."""


_Line = Annotated[str, Meta(max_length=NAME_LIMIT)]
_Name = Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)]
_Instant = Annotated[int, Meta(ge=0, lt=2**48)]


class ActionFile(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One action as it lies in the spool."""

    schema: int = SCHEMA
    key: Annotated[str, Meta(pattern=KEY_PATTERN)]
    verb: Verb
    site: _Name
    source: _Name
    kind: Kind
    entity: Annotated[str, Meta(min_length=1, max_length=ID_LIMIT)]
    """The id of the record it is done to, as kept."""
    version: Annotated[int, Meta(ge=0)] = 0
    """The version of the record that the person saw; 0 where there was none yet."""
    epoch: _Line = ""
    """The history that this version belongs to; empty where that is not known."""
    pressed_at: _Instant
    """On the server's clock."""
    not_after: _Instant
    actor: _Line = ""
    """Who the screen says acts; on a shared host the file's owner decides."""
    subject: _Line = ""
    """What the person saw the record called."""
    comment: Annotated[str, Meta(max_length=COMMENT_LIMIT)] = ""
    fields: dict[str, Any] = {}
    seen: dict[str, str] = {}
    """What mattered of the record as the person saw it: compared with how it is, when it is late or
    in conflict."""
    undo: Undo | None = None
    """What takes it back, where anything does."""


class ActionInvalid(FloorError):
    """A file in the spool is not an action that can be carried out."""


class _Envelope(msgspec.Struct, frozen=True):
    schema: int = SCHEMA


def encode_action(action: ActionFile) -> bytes:
    """An action as its file holds it."""
    return msgspec.json.encode(action)


def decode_action(raw: bytes) -> ActionFile:
    """Read an action's file and hold it against the rules of its verb.

    Raises:
        ActionInvalid: SCHEMA_UNSUPPORTED for the file of a newer program, else BAD_PAYLOAD or
            INVALID_FIELD; `detail` names the field.
    """
    try:
        if msgspec.json.decode(raw, type=_Envelope).schema != SCHEMA:
            raise ActionInvalid(Code.SCHEMA_UNSUPPORTED, "schema")
        action = msgspec.json.decode(raw, type=ActionFile)
    except msgspec.ValidationError as error:
        raise ActionInvalid(Code.INVALID_FIELD, clean_text(str(error))) from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ActionInvalid(Code.BAD_PAYLOAD, "json") from error
    rule = RULES[action.verb]
    if action.kind is not rule.kind:
        raise ActionInvalid(Code.INVALID_FIELD, "kind")
    if not action.pressed_at <= action.not_after <= action.pressed_at + rule.valid_ms:
        raise ActionInvalid(Code.INVALID_FIELD, "not_after")
    fields_of(action)
    return msgspec.structs.replace(
        action,
        subject=clean_text(action.subject, NAME_LIMIT),
        comment=clean_text(action.comment, COMMENT_LIMIT),
    )


def fields_of(action: ActionFile) -> Fields:
    """What the verb needs beside what every action says, typed.

    Raises:
        ActionInvalid: INVALID_FIELD.
    """
    kind: type[Fields] = RULES[action.verb].fields
    try:
        return msgspec.convert(action.fields, kind)
    except msgspec.ValidationError as error:
        raise ActionInvalid(Code.INVALID_FIELD, clean_text(str(error))) from error
