"""The records that everything above the sources speaks of.

Instants are whole milliseconds since 1970 UTC (`Ms`), never aware datetimes: the difference of two
aware datetimes of one zone is wall time in Python, and a floor lives on differences. Durations are
seconds. Every record carries the site and source it came from, its native id and, where one is
known, the client firm it belongs to. Records are immutable and compare by value.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from data.model.basis import (
    DESK,
    AgentState,
    Channel,
    ContactState,
    Freshness,
    Kind,
    Ms,
    Record,
)
from data.model.floor import (
    Agent,
    AgentDay,
    Contact,
    Counts,
    Interval,
    Penalty,
    Person,
    Queue,
    Skill,
    Switch,
    SystemCounts,
)
from data.model.shift_log import (
    Checklist,
    Handover,
    HandoverLine,
    HandoverRemark,
    Incident,
    IncidentEvent,
    Promise,
    PromiseEvent,
    Tick,
)
from data.model.work import (
    About,
    Activity,
    Alert,
    Audience,
    Cause,
    ComplaintClock,
    Escalation,
    EscalationEvent,
    Loan,
    LostCase,
    Mute,
    Note,
    NoteEvent,
    Owner,
    Shift,
)

__all__ = [
    "DESK",
    "RECORD_TYPES",
    "About",
    "Activity",
    "Agent",
    "AgentDay",
    "AgentState",
    "Alert",
    "AnyRecord",
    "Audience",
    "Cause",
    "Change",
    "Channel",
    "Checklist",
    "ComplaintClock",
    "Contact",
    "ContactState",
    "Counts",
    "Escalation",
    "EscalationEvent",
    "Freshness",
    "Handover",
    "HandoverLine",
    "HandoverRemark",
    "Incident",
    "IncidentEvent",
    "Interval",
    "Kind",
    "Loan",
    "LostCase",
    "Ms",
    "Mute",
    "Note",
    "NoteEvent",
    "Owner",
    "Penalty",
    "Person",
    "Promise",
    "PromiseEvent",
    "Queue",
    "Record",
    "Shift",
    "Skill",
    "Switch",
    "SystemCounts",
    "Tick",
]

AnyRecord: TypeAlias = (
    Queue
    | Interval
    | Contact
    | Agent
    | Escalation
    | Shift
    | Note
    | Alert
    | LostCase
    | Loan
    | Mute
    | Incident
    | Checklist
    | Handover
    | Promise
)

_LOG = (Incident, Checklist, Handover, Promise)
_IN_ORDER = (
    Queue,
    Interval,
    Contact,
    Agent,
    Escalation,
    Shift,
    Note,
    Alert,
    LostCase,
    Loan,
    Mute,
    *_LOG,
)
RECORD_TYPES: dict[Kind, type[AnyRecord]] = dict(zip(Kind, _IN_ORDER, strict=True))
"""The record of each kind."""


class Change(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One version of one entity, as a source reported it; `record` is None where it was deleted."""

    kind: Kind
    id: str
    version: int
    """Rises with every change of the entity within an epoch of the source."""
    at: Ms
    record: AnyRecord | None
    by: str = ""
    """The idempotency key of the action that caused it, where one did."""
