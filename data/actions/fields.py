"""What verbs need to know beyond what every action says, named as the contract names it.

Texts are as a person typed them; limits are the contract's.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

_Ref = Annotated[str, Meta(min_length=1, max_length=255)]
_Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_Said = Annotated[str, Meta(min_length=1, max_length=4000)]
LAST_INSTANT = 253_402_214_399_999
"""The end of 9999-12-30, UTC: on the next day a year that no date can have begins somewhere."""
_Instant = Annotated[int, Meta(ge=0, le=LAST_INSTANT)]
Severity = Literal["low", "medium", "high", "critical"]
Outcome = Literal["upheld", "partly_upheld", "rejected", "withdrawn"]
Resolution = Literal["refunded", "apologised", "callback_booked", "passed_on", "unfounded", "other"]
SwitchName = Literal["closed", "emergency_message", "overflow"]
Party = Literal["carrier", "client", "supplier", "own"]
AudienceKind = Literal["agents", "team", "everybody"]


class Fields(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all; by itself: a verb that needs to know nothing more."""


class Raised(Fields, frozen=True, kw_only=True):
    """A complaint or enquiry as it is put on record."""

    summary: _Said
    kind: Literal["complaint", "enquiry"] = "complaint"
    severity: Severity = "medium"
    received_at: _Instant
    """When the customer complained, ms; their clocks run from it."""
    queue: str = ""
    contact: str = ""
    agent: str = ""
    channel: str = "voice"
    caller_masked: Annotated[str, Meta(max_length=32)] = ""
    caller_key: Annotated[str, Meta(max_length=64)] = ""
    vulnerable: bool = False
    remedy_sought: Annotated[str, Meta(max_length=4000)] = ""


class To(Fields, frozen=True):
    """A person of the floor, by id and name."""

    id: _Id
    name: Annotated[str, Meta(min_length=1, max_length=255)]


class Assigned(Fields, frozen=True):
    """Who is to have it."""

    to: To


class Noted(Fields, frozen=True):
    """What is to be remembered."""

    text: _Said


class Severed(Fields, frozen=True):
    """How bad it is."""

    severity: Severity


class Tiered(Fields, frozen=True):
    """Which tier is to deal with it: 2 team leader, 3 supervisor or complaints desk, 4 external."""

    tier: Annotated[int, Meta(ge=1, le=4)]


class Resolved(Fields, frozen=True, kw_only=True):
    """How it was settled."""

    resolution: Resolution
    outcome: Outcome | None = None
    """Whether the customer was right; an enquiry has none."""


class Referred(Fields, frozen=True):
    """Who outside the firm has it now."""

    to: Annotated[str, Meta(min_length=1, max_length=255)]


class Reason(Fields, frozen=True):
    """Why an agent is not to be ready, in the telephone system's own code; may be empty."""

    reason_code: Annotated[str, Meta(max_length=32)] = ""


class Membership(Fields, frozen=True):
    """A queue to serve, and the rank in it where one is meant."""

    queue: _Ref
    penalty: Annotated[int, Meta(ge=0, le=1000)] | None = None


class OneQueue(Fields, frozen=True):
    """A queue."""

    queue: _Ref


class Ranked(Fields, frozen=True):
    """The rank in a queue."""

    queue: _Ref
    penalty: Annotated[int, Meta(ge=0, le=1000)]


class Monitored(Fields, frozen=True):
    """The supervisor's own phone, and the contact that was seen."""

    phone: Annotated[str, Meta(min_length=1, max_length=64)]
    contact: str = ""


class Audience(Fields, frozen=True):
    """Who is to read it: the agents or the team by id."""

    kind: AudienceKind
    ids: tuple[_Ref, ...] = ()


class Written(Fields, frozen=True):
    """A message."""

    text: _Said
    audience: Audience


class Switched(Fields, frozen=True):
    """What is put on or off."""

    name: SwitchName
    on: bool
    text: Annotated[str, Meta(max_length=4000)] = ""
    """What an emergency message says, where the system speaks texts."""


class Prioritised(Fields, frozen=True):
    """The higher, the sooner."""

    priority: Annotated[int, Meta(ge=-1000, le=1000)]


class Given(Fields, frozen=True):
    """Who is to take it."""

    agent: _Ref


class Muted(Fields, frozen=True, kw_only=True):
    """Alerts that are not to ring until an instant: all, of one rule, or about one thing."""

    until: _Instant
    rule: Annotated[str, Meta(max_length=64)] = ""
    about_kind: Annotated[str, Meta(max_length=32)] = ""
    about_id: Annotated[str, Meta(max_length=255)] = ""


class Lent(Fields, frozen=True, kw_only=True):
    """Agents of one source who serve another queue for a time."""

    agents: Annotated[tuple[_Ref, ...], Meta(min_length=1, max_length=500)]
    from_queue: str = ""
    """The queue that they leave meanwhile; empty where they go on serving all of theirs."""
    to_queue: _Ref
    telephony: _Ref
    """The source that agents and queues are of."""
    until: _Instant
    """When to be reminded that they are to be taken back, ms."""


class IncidentOpened(Fields, frozen=True, kw_only=True):
    """Trouble as it is put on record."""

    party: Party
    summary: _Said
    ticket: Annotated[str, Meta(max_length=64)] = ""
    telephony: str = ""
    """The source of the queue; empty where the whole site is meant."""
    queue: str = ""
    next_check_at: _Instant | None = None
    """When somebody is to look again, ms."""


class NoteWithdrawn(Fields, frozen=True):
    """Why a note says nothing any more; may be empty."""

    text: Annotated[str, Meta(max_length=4000)] = ""


class IncidentTold(Fields, frozen=True, kw_only=True):
    """What is new about it."""

    text: Annotated[str, Meta(max_length=4000)] = ""
    ticket: Annotated[str, Meta(max_length=64)] = ""
    """Its number, where it has come by one; empty: as it was."""
    next_check_at: _Instant | None = None


class IncidentClosed(IncidentTold, frozen=True, kw_only=True):
    """How it ended."""

    is_mistake: bool = False
    """It never was one: it was put on record by mistake."""


class Promised(Fields, frozen=True, kw_only=True):
    """What a customer was promised."""

    text: _Said
    due_at: _Instant
    to: To
    """Whose it is to keep."""
    reference: Annotated[str, Meta(max_length=64)] = ""
    customer: Annotated[str, Meta(max_length=32)] = ""
    telephony: str = ""
    about_kind: Annotated[str, Meta(max_length=32)] = ""
    about_id: Annotated[str, Meta(max_length=255)] = ""


class PromiseMoved(Fields, frozen=True, kw_only=True):
    """By when it is to be kept then, and by whom."""

    due_at: _Instant
    to: To
    text: Annotated[str, Meta(max_length=4000)] = ""


class PromiseSettled(Fields, frozen=True, kw_only=True):
    """What became of it."""

    outcome: Literal["kept", "broken", "withdrawn"] = "kept"
    text: Annotated[str, Meta(max_length=4000)] = ""


class PromiseReopened(Fields, frozen=True, kw_only=True):
    """Why it has to be kept after all."""

    text: Annotated[str, Meta(max_length=4000)] = ""


class Ticked(Fields, frozen=True, kw_only=True):
    """Which item, of which run of which checklist."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    item: Annotated[str, Meta(min_length=1, max_length=200)]
    starts_at: _Instant


class LineSigned(Fields, frozen=True, kw_only=True):
    """One line of a handover."""

    section: Annotated[str, Meta(min_length=1, max_length=32)]
    key: Annotated[str, Meta(max_length=600)]
    text: Annotated[str, Meta(min_length=1, max_length=1000)]
    is_risk: bool = False


class RemarkSigned(Fields, frozen=True):
    """What is written about one section of a handover."""

    section: Annotated[str, Meta(min_length=1, max_length=32)]
    text: Annotated[str, Meta(min_length=1, max_length=1000)]


class HandoverSigned(Fields, frozen=True, kw_only=True):
    """A shift as it is handed over."""

    since: _Instant
    lines: tuple[LineSigned, ...] = ()
    remarks: tuple[RemarkSigned, ...] = ()
    left_out: Annotated[int, Meta(ge=0)] = 0


class RiskSeen(Fields, frozen=True):
    """Which line of a handover, by its key."""

    line: Annotated[str, Meta(max_length=600)]


class LossSeen(Fields, frozen=True):
    """Which loss of a caller is meant."""

    lost_at: Annotated[int, Meta(ge=0)]
    """When the caller was lost last, as the person saw it, ms."""


class OfShift(Fields, frozen=True, kw_only=True):
    """Base of what is said of a shift that the desk keeps."""

    telephony: str = ""
    """The source that knows its agent, and with them the team."""


class ShiftAway(OfShift, frozen=True, kw_only=True):
    """Somebody who does not come, or is away for part of a shift."""

    kind: Literal["absence", "time_off"] = "absence"
    starts_at: _Instant | None = None
    """From when, ms; None: from the beginning of the shift."""
    ends_at: _Instant | None = None


class ShiftRelease(OfShift, frozen=True, kw_only=True):
    """From when somebody may go, ms."""

    starts_at: _Instant


class ShiftLonger(OfShift, frozen=True, kw_only=True):
    """Overtime, ms: it ends where the shift begins, or begins where it ends."""

    starts_at: _Instant
    ends_at: _Instant


class PartMoved(OfShift, frozen=True, kw_only=True):
    """When a part of a shift begins, and when it is to begin, ms."""

    starts_at: _Instant
    moved_to: _Instant


class ShiftsSwapped(OfShift, frozen=True, kw_only=True):
    """The other shift, as it was seen."""

    other: _Ref
    other_version: Annotated[int, Meta(ge=1)]
