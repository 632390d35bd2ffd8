"""What history is asked and what it answers, and the codes under which it keeps words.

The codes are on disk: a number that was given away stays what it is, new words get new numbers.
The commonest is 0 or 1, which SQLite stores in no byte at all.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec

from data.model import About, AgentState, Cause, Channel, Ms


class Sort(IntEnum):
    """What a name names. Words without a site (reasons, clients) have an empty one."""

    QUEUE = 1
    AGENT = 2
    REASON = 3
    CLIENT = 4
    MASK = 5
    """How a masked number begins, up to its visible digits."""
    ESCALATION = 6
    ALERT = 7
    WORD = 8
    PERSON = 9


class Outcome(StrEnum):
    """How a contact's stay in a queue ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TRANSFERRED = "transferred"
    """It went on to another queue."""
    OTHER = "other"


class ExtraKind(StrEnum):
    """What few contacts have."""

    TRANSFER = "transfer"
    """From the agent named, to whoever had it next."""
    LISTENED = "listened"
    RECORDING = "recording"
    HOLD = "hold"
    RETRIEVED = "retrieved"


STATE_CODES: dict[AgentState, int] = {
    AgentState.READY: 0,
    AgentState.BUSY: 1,
    AgentState.RINGING: 2,
    AgentState.WORKING_AFTER_CONTACT: 3,
    AgentState.NOT_READY: 4,
    AgentState.ON_HOLD: 5,
    AgentState.LOGGED_OFF: 6,
    AgentState.UNREACHABLE: 7,
    AgentState.UNKNOWN: 8,
}
CHANNEL_CODES: dict[Channel, int] = {
    Channel.VOICE: 0,
    Channel.CHAT: 1,
    Channel.EMAIL: 2,
    Channel.SMS: 3,
    Channel.FAX: 4,
    Channel.CALLBACK: 5,
    Channel.TASK: 6,
    Channel.OTHER: 7,
}
DIRECTION_CODES: dict[str, int] = {"inbound": 0, "outbound": 1, "internal": 2}
OTHER_DIRECTION = 3
OUTCOME_CODES: dict[Outcome, int] = {
    Outcome.ABANDONED: 0,
    Outcome.ANSWERED: 1,
    Outcome.TRANSFERRED: 2,
    Outcome.OTHER: 3,
}
EXTRA_CODES: dict[ExtraKind, int] = {
    ExtraKind.TRANSFER: 1,
    ExtraKind.LISTENED: 2,
    ExtraKind.RECORDING: 3,
    ExtraKind.HOLD: 4,
    ExtraKind.RETRIEVED: 5,
}
STATES = {code: state for state, code in STATE_CODES.items()}
CHANNELS = {code: channel for channel, code in CHANNEL_CODES.items()}
DIRECTIONS = {code: direction for direction, code in DIRECTION_CODES.items()}
OUTCOMES = {code: outcome for outcome, code in OUTCOME_CODES.items()}
EXTRAS = {code: kind for kind, code in EXTRA_CODES.items()}


def short_hash(text: str, bits: int = 32) -> int:
    """A number of so many bits that stands for a text in an index; others may share it."""
    # The screen asks for half hours with its first pane, and hashes nothing: OpenSSL takes 4 MB.
    from hashlib import blake2b

    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) >> (64 - bits)


class FindQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which contacts are sought; what is empty or None does not matter."""

    site: str | None = None
    digits: str = ""
    """The last visible digits of the caller's number."""
    id: str = ""
    """The native id, whole."""
    queue: str = ""
    """A queue's id, or how its id or name begins, in capitals or not."""
    agent: str = ""
    """An agent's id, or how their id, name or a part of the name begins."""
    start: Ms | None = None
    """Contacts that were there at or after this instant."""
    end: Ms | None = None
    """Contacts that were there at or before this instant."""
    limit: int = 200


class FoundContact(msgspec.Struct, frozen=True, kw_only=True):
    """One contact's stay in one queue."""

    site: str
    source: str
    id: str
    leg: int
    """0 for the first queue it was in; each transfer to another queue adds one."""
    queue: str
    queue_name: str
    client: str
    channel: Channel
    direction: str
    created_at: Ms
    """When it came into being; for later legs, when it came to this queue."""
    queued_at: Ms | None
    answered_at: Ms | None
    ended_at: Ms | None
    outcome: Outcome | None
    """None while it lasts."""
    agent: str
    """Who answered it; empty where nobody did."""
    agent_name: str
    caller_masked: str


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time in which an agent was in one state."""

    agent: str
    agent_name: str
    start: Ms
    end: Ms | None
    """None while it lasts."""
    state: AgentState
    reason: str
    queue: str
    contact: str
    """The native id of the contact in hand; empty where there was none."""


class AlertNote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an alert of our own was, as the note of the event that raised it."""

    severity: str
    rule: str
    limit: float
    is_below: bool = False
    about: About | None = None
    of_source: str = ""
    """The source of what it is about."""


class AlertEnd(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an alert of our own ended, as the note of the event that cleared it."""

    peak: float
    causes: tuple[Cause, ...] = ()
    """What it came from, as far as was known at the end."""


class Extra(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a contact beside queueing and being answered."""

    at: Ms
    kind: ExtraKind
    who: str
    """The agent or person it concerns, by id; empty where it is nobody."""
    who_name: str
    text: str
    """For a recording, where it is."""


class ContactLife(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of one contact, each list in the order in which it happened."""

    legs: tuple[FoundContact, ...]
    segments: tuple[Segment, ...]
    """What agents did with it: ringing, busy, on hold, working after contact."""
    extras: tuple[Extra, ...]
