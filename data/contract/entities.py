"""The entities themselves, as they travel in changes."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from data.contract.basis import Ident, Message, Natural, Ref, Seconds, Time


class Counts(Message):
    """Raw counts of a queue over a span."""

    offered: Natural
    answered: Natural
    answered_within: Natural
    abandoned: Natural
    abandoned_within: Natural
    abandoned_short: Natural
    wait_answered_s: Seconds
    talk_s: Seconds
    hold_s: Seconds
    acw_s: Seconds
    transferred: Natural = 0
    wait_abandoned_s: Seconds = 0.0
    longest_wait_s: Seconds = 0.0


class Person(Message):
    """Somebody who acts on the floor, as the site knows them."""

    id: Ident
    name: str


class Switch(Message):
    """Something of a queue that can be put on or off."""

    name: str
    on: bool
    since: Time | None = None
    by: Person | None = None
    label: str = ""


class Queue(Message):
    """CSTA ACD group."""

    name: str
    channel: str
    direction: str
    contacts_waiting: Natural
    longest_wait_since: Time | None
    threshold_s: Natural
    target_percent: Annotated[float, Meta(ge=0, le=100)]
    day: Counts
    day_started_at: Time
    client: str = ""
    short_abandon_s: Natural = 5
    switches: list[Switch] = msgspec.field(default_factory=list)


class Interval(Message):
    """Counts of one queue in one interval."""

    queue: Ref
    starts_at: Time
    minutes: int
    counts: Counts
    forecast_offered: Seconds | None = None
    forecast_aht_s: Seconds | None = None


class Contact(Message):
    """A contact on the floor."""

    queue: Ref
    channel: str
    direction: str
    state: str
    created_at: Time
    queued_at: Time | None = None
    answered_at: Time | None = None
    position: int | None = None
    priority: int = 0
    agent: str = ""
    caller_masked: str = ""
    caller_key: str = ""
    listeners: list[str] = msgspec.field(default_factory=list)
    recording: str = ""


class Skill(Message):
    """A skill and its level."""

    name: str
    level: int | None = None


class AgentDay(Message):
    """An agent's sums of today."""

    handled: int | None = None
    talk_s: float | None = None
    hold_s: float | None = None
    acw_s: float | None = None
    ready_s: float | None = None
    not_ready_s: float | None = None
    sales: int | None = None
    dials: int | None = None


class Penalty(Message):
    """An agent's rank in a queue."""

    queue: Ref
    penalty: Natural


class Agent(Message):
    """An agent; `state` is one of the ECMA-269 names."""

    name: str
    logged_on: bool
    state: str
    state_since: Time
    team: str = ""
    pending_state: str = ""
    reason_code: str = ""
    queues: list[str] = msgspec.field(default_factory=list)
    penalties: list[Penalty] = msgspec.field(default_factory=list)
    contact: str | None = None
    skills: list[Skill] = msgspec.field(default_factory=list)
    reachable: bool = True
    assist_since: Time | None = None
    assist_by: Person | None = None
    state_by: Person | None = None
    remote: bool = False
    today: AgentDay | None = None


class Owner(Message):
    """Who has taken a complaint."""

    id: Ident
    name: str
    since: Time


class ComplaintClock(Message):
    """One time limit of a complaint."""

    name: str
    due_at: Time
    met_at: Time | None = None
    paused: bool = False


class EscalationEvent(Message):
    """One line of a complaint's history."""

    at: Time
    who: str
    what: str
    value: str = ""
    """What it came to be: the new severity, tier, owner or the like."""
    note: str = ""


class Escalation(Message, omit_defaults=False):
    """A complaint that has been escalated inside the firm."""

    reference: str
    status: str
    severity: str
    received_at: Time
    summary: str
    owner: Owner | None
    tier: int
    clocks: list[ComplaintClock]
    kind: str | UnsetType = UNSET
    channel: str | UnsetType = UNSET
    queue: str | UnsetType = UNSET
    contact: str | UnsetType = UNSET
    agent: str | UnsetType = UNSET
    remedy_sought: str | UnsetType = UNSET
    vulnerable: bool = False
    caller_masked: str | UnsetType = UNSET
    caller_key: str | UnsetType = UNSET
    events: list[EscalationEvent] = msgspec.field(default_factory=list)
    outcome: str | UnsetType = UNSET
    resolution: str | UnsetType = UNSET
    referred_to: str | UnsetType = UNSET
    recording: str | UnsetType = UNSET


class Activity(Message):
    """A planned stretch of a shift."""

    kind: str
    starts_at: Time
    ends_at: Time


class Shift(Message):
    """One planned shift."""

    agent_id: Ref
    starts_at: Time
    ends_at: Time
    activities: list[Activity]
    local_start: str = ""
    zone: str = ""


class About(Message):
    """What a note or an alert speaks of."""

    type: str
    id: str


class Audience(Message):
    """Who is to read a message."""

    kind: str
    ids: list[Ref] = msgspec.field(default_factory=list)


class Note(Message):
    """A handover note, or a message."""

    author: Ident
    text: str
    written_at: Time
    about: About | None = None
    audience: Audience | None = None
    read_by: list[str] = msgspec.field(default_factory=list)


class Alert(Message):
    """An alert of the source."""

    kind: str
    severity: str
    raised_at: Time
    about: About | None = None
    text: str = ""
    acknowledged_by: str | None = None


EntityData: TypeAlias = Queue | Interval | Contact | Agent | Escalation | Shift | Note | Alert

ENTITY_TYPES: dict[str, type[EntityData]] = {
    "queue": Queue,
    "interval": Interval,
    "contact": Contact,
    "agent": Agent,
    "escalation": Escalation,
    "shift": Shift,
    "note": Note,
    "alert": Alert,
}
