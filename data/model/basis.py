"""What all records are made of: instants, kinds, states, and what every entity has."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import msgspec

Ms: TypeAlias = int
"""An instant: milliseconds since 1970-01-01T00:00Z, on the server's clock."""


DESK = "@desk"
"""The source that the floor's own desk is; no configured source can have this id."""


class Kind(StrEnum):
    """The kinds of entity a source can keep."""

    QUEUE = "queue"
    INTERVAL = "interval"
    CONTACT = "contact"
    AGENT = "agent"
    ESCALATION = "escalation"
    SHIFT = "shift"
    NOTE = "note"
    ALERT = "alert"
    LOST_CALLER = "lost_caller"
    """Who looks after a caller that was lost; kept by the floor's own desk alone."""
    LOAN = "loan"
    """Agents who serve another queue for a time; kept by the floor's own desk alone."""
    MUTE = "mute"
    """Alerts that are not to ring for a time; kept by the floor's own desk alone."""
    INCIDENT = "incident"
    """Trouble that somebody has to mend; kept by the floor's own desk alone."""
    CHECKLIST = "checklist"
    """What was ticked of one run of a checklist; kept by the floor's own desk alone."""
    HANDOVER = "handover"
    """A shift as it was handed over; kept by the floor's own desk alone."""
    PROMISE = "promise"
    """What a customer was promised; kept by the floor's own desk alone."""


class Channel(StrEnum):
    """How a contact reaches the centre."""

    VOICE = "voice"
    CHAT = "chat"
    EMAIL = "email"
    SMS = "sms"
    FAX = "fax"
    CALLBACK = "callback"
    TASK = "task"
    OTHER = "other"

    @property
    def is_immediate(self) -> bool:
        """Whether a person waits at the other end; what waits for hours is totalled apart."""
        return self in {Channel.VOICE, Channel.CHAT, Channel.SMS, Channel.CALLBACK}


class AgentState(StrEnum):
    """What an agent is doing (ECMA-269 agent states, and what floors need beside them)."""

    LOGGED_OFF = "logged_off"
    NOT_READY = "not_ready"
    READY = "ready"
    RINGING = "ringing"
    BUSY = "busy"
    ON_HOLD = "on_hold"
    WORKING_AFTER_CONTACT = "working_after_contact"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


class ContactState(StrEnum):
    """Where a contact is in its life."""

    WAITING = "waiting"
    RINGING = "ringing"
    CONNECTED = "connected"
    HELD = "held"
    WRAPPING = "wrapping"
    ENDED = "ended"
    UNKNOWN = "unknown"


class Freshness(StrEnum):
    """How far the figures of a source can be trusted to be of now."""

    LIVE = "live"
    LATE = "late"
    STALE = "stale"
    OFFLINE = "offline"
    REBUILDING = "rebuilding"
    SIGN_IN = "sign_in"
    FAULT = "fault"


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What every entity has."""

    site: str
    source: str
    id: str
    """The native id: any text up to 255 characters, unique within site, source and kind."""
    client: str = ""
    """The firm for which the contact is answered; empty where the source does not say."""
