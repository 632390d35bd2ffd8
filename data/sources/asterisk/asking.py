"""What is sent to Asterisk, so that nothing in it becomes another line; and why it refused.

Asterisk takes values as they are. A line break in one becomes a line of events, of lists and of the
queue_log, and a reason that is cut within a character makes its event vanish.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from data.errors import Code, FloorError
from data.sources.asterisk.packets import Answer

REASON_BYTES = 79
"""As much of a reason as Asterisk keeps."""
_SECRET_BYTES = 12


class Refusal(StrEnum):
    """Why an action was refused."""

    CREDENTIALS = "credentials"
    """Wrong secret, no such user, or not from this address: told alike."""
    DENIED = "denied"
    """The session has run out, or lacks the right: told alike, so sign in and ask once more."""
    UNKNOWN_ACTION = "unknown_action"
    """Also while the server starts and has not loaded its queues."""
    STOPPING = "stopping"
    """The server is shutting down."""
    SO_ALREADY = "so_already"
    """What was asked for is so."""
    NOT_THERE = "not_there"
    """The queue, member, caller, channel or agent is not."""
    NOT_DYNAMIC = "not_dynamic"
    """The member is in the server's own configuration."""
    OTHER = "other"


_BY_BEGINNING = {
    "Authentication failed": Refusal.CREDENTIALS,
    "Permission denied": Refusal.DENIED,
    "Invalid/unknown command": Refusal.UNKNOWN_ACTION,
    "Asterisk is shutting down": Refusal.STOPPING,
    "Unable to add interface: Already there": Refusal.SO_ALREADY,
    "Unable to remove interface: Not there": Refusal.SO_ALREADY,
    "Member not dynamic": Refusal.NOT_DYNAMIC,
    "Interface not found": Refusal.NOT_THERE,
    "No such": Refusal.NOT_THERE,
    "Channel does not exist": Refusal.NOT_THERE,
    "Extension does not exist": Refusal.NOT_THERE,
    "Unable to add interface to queue: No such queue": Refusal.NOT_THERE,
    "Unable to change priority caller on queue: No such caller": Refusal.NOT_THERE,
}


def refusal_of(answer: Answer) -> Refusal | None:
    """Why an action was refused; None where it was not."""
    if answer.response != "Error":
        return None
    found = (why for words, why in _BY_BEGINNING.items() if answer.message.startswith(words))
    return next(found, Refusal.OTHER)


def new_action_id() -> str:
    """An ActionID that nobody can guess: by it the rows of an answer are told from texts."""
    return secrets.token_hex(_SECRET_BYTES)


def form(action: str, action_id: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The form that is posted for an action.

    Args:
        action: As Asterisk names it.
        action_id: From `new_action_id`.
        fields: Names of things, exactly as Asterisk knows them, and texts from `sendable`.

    Raises:
        FloorError: INVALID_FIELD, where a name holds what would make a line of its own. Nothing
            that is so named can be acted on.
    """
    for key, value in fields.items():
        if any(map(_is_control, value)):
            raise FloorError(Code.INVALID_FIELD, key)
    return {"Action": action, "ActionID": action_id, **fields}


def sendable(text: str, most_bytes: int = REASON_BYTES) -> str:
    """A text as it may be sent: one line, without blanks at its ends, cut at a character.

    Args:
        text: As a person wrote it.
        most_bytes: Of UTF-8.
    """
    plain = "".join(" " if _is_control(char) else char for char in text)
    line = unicodedata.normalize("NFC", " ".join(plain.split()))
    return line.encode("utf-8", "ignore")[:most_bytes].decode("utf-8", "ignore").rstrip()


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}
