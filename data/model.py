"""The records that everything above the sources speaks of.

Instants are whole milliseconds since 1970 UTC (`Ms`), never aware datetimes: the difference of two
aware datetimes of one zone is wall time in Python, and a floor lives on differences. Durations are
seconds. Every record carries the site and source it came from, its native id and, where one is
known, the client firm it belongs to. Records are immutable and compare by value.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import msgspec

Ms: TypeAlias = int
"""An instant: milliseconds since 1970-01-01T00:00Z, on the server's clock."""


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


class Counts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Raw counts and sums of one queue over one span of time; never percentages or means."""

    offered: int = 0
    answered: int = 0
    answered_within: int = 0
    """Answered with a wait of at most the queue's threshold."""
    abandoned: int = 0
    abandoned_within: int = 0
    abandoned_short: int = 0
    transferred: int = 0
    wait_answered_s: float = 0.0
    wait_abandoned_s: float = 0.0
    longest_wait_s: float = 0.0
    talk_s: float = 0.0
    hold_s: float = 0.0
    acw_s: float = 0.0

    @property
    def handling_s(self) -> float:
        """Talk, hold and after-contact seconds together."""
        return self.talk_s + self.hold_s + self.acw_s

    def __add__(self, other: Counts) -> Counts:
        """Sum two spans; the longest wait is the longer of both."""
        return Counts(
            offered=self.offered + other.offered,
            answered=self.answered + other.answered,
            answered_within=self.answered_within + other.answered_within,
            abandoned=self.abandoned + other.abandoned,
            abandoned_within=self.abandoned_within + other.abandoned_within,
            abandoned_short=self.abandoned_short + other.abandoned_short,
            transferred=self.transferred + other.transferred,
            wait_answered_s=self.wait_answered_s + other.wait_answered_s,
            wait_abandoned_s=self.wait_abandoned_s + other.wait_abandoned_s,
            longest_wait_s=max(self.longest_wait_s, other.longest_wait_s),
            talk_s=self.talk_s + other.talk_s,
            hold_s=self.hold_s + other.hold_s,
            acw_s=self.acw_s + other.acw_s,
        )


class Person(msgspec.Struct, frozen=True, gc=False):
    """Somebody who acts on the floor."""

    id: str
    name: str


class Switch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Something a queue's telephone system lets a supervisor put on or off."""

    name: str
    """`closed`, `emergency_message` or `overflow`; a source may have others."""
    on: bool = False
    since: Ms | None = None
    """Since when it has been as it is, where the source tells."""
    by: Person | None = None
    label: str = ""
    """What the floor calls it, where the source has a name for it."""


class Queue(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A queue (CSTA: ACD group) and its counts since the site's day began."""

    name: str
    channel: Channel = Channel.VOICE
    direction: str = "inbound"
    contacts_waiting: int = 0
    longest_wait_since: Ms | None = None
    """When the contact that has waited longest entered the queue."""
    threshold_s: int = 20
    short_abandon_s: int = 5
    target_percent: float = 80.0
    day: Counts = Counts()
    day_started_at: Ms = 0
    switches: tuple[Switch, ...] = ()
    """What can be put on or off; empty where the source cannot."""


class Interval(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Counts of one queue in one interval; the running one changes, finished ones do not."""

    queue: str
    starts_at: Ms
    minutes: int = 15
    counts: Counts = Counts()
    forecast_offered: float | None = None
    forecast_aht_s: float | None = None


class Contact(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A call, chat, e-mail or other contact that is or was on the floor."""

    queue: str
    channel: Channel = Channel.VOICE
    direction: str = "inbound"
    state: ContactState = ContactState.WAITING
    state_since: Ms = 0
    """When `state` was reported to have begun: the instant of the change that brought it."""
    created_at: Ms = 0
    queued_at: Ms | None = None
    answered_at: Ms | None = None
    position: int | None = None
    priority: int = 0
    agent: str = ""
    caller_masked: str = ""
    caller_key: str = ""
    """A keyed hash of the caller's normalised number: the same caller has the same key."""
    listeners: tuple[str, ...] = ()
    recording: str = ""


class Skill(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A skill of an agent, with its level from 0 to 100 where one is given."""

    name: str
    level: int | None = None


class AgentDay(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An agent's sums of today, as the source gives them; None where it does not."""

    handled: int | None = None
    talk_s: float | None = None
    hold_s: float | None = None
    acw_s: float | None = None
    ready_s: float | None = None
    not_ready_s: float | None = None
    sales: int | None = None
    dials: int | None = None


class Penalty(msgspec.Struct, frozen=True, gc=False):
    """An agent's rank in a queue: the higher, the later their turn comes."""

    queue: str
    penalty: int


class Agent(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A person who handles contacts. `state` is what the floor should believe of them."""

    name: str
    team: str = ""
    state: AgentState = AgentState.UNKNOWN
    """Derived by rules.agent_state: on a contact is never ready, nor is an unreachable phone."""
    since: Ms = 0
    reason: str = ""
    pending_state: AgentState | None = None
    queues: tuple[str, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    """Ranks in queues, where they are not 0."""
    contact: str | None = None
    skills: tuple[Skill, ...] = ()
    reachable: bool = True
    assist_since: Ms | None = None
    """Since when the agent asks for help."""
    assist_by: Person | None = None
    """Who answers the raised hand, where the source tells."""
    state_by: Person | None = None
    """Who else than the agent brought the present state about, where the source tells."""
    remote: bool = False
    reported_state: AgentState = AgentState.UNKNOWN
    """What the source itself said, before the contact in hand and the phone were considered."""
    reported_since: Ms = 0
    today: AgentDay = AgentDay()
    scheduled_s: float | None = None
    """Seconds of today that a shift speaks of, up to `adherence_at`; None where no shift is known.

    This and what follows is counted by the sync process from states and shifts.
    """
    adherent_s: float | None = None
    """Of these, the seconds in which the agent did what was planned."""
    adherence_at: Ms = 0
    """The instant up to which both are counted: what runs since is for the reader to add."""
    unanswered_rings: int | None = None
    """How often it rang today and nobody answered."""


class Owner(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who has taken an escalated complaint, and when."""

    id: str
    name: str
    since: Ms


class ComplaintClock(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One time limit of a complaint, as the keeper of the record computed it."""

    name: str
    due_at: Ms
    met_at: Ms | None = None
    paused: bool = False


class EscalationEvent(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line of a complaint's history."""

    at: Ms
    who: str
    what: str
    note: str = ""
    value: str = ""
    """What it came to be: the new severity, tier, owner or the like."""


class Escalation(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A complaint (ISO 10002) that has been escalated inside the firm."""

    reference: str
    kind: str = "complaint"
    """`complaint`, or `enquiry`: escalated, but nobody complains."""
    status: str = "new"
    severity: str = "medium"
    tier: int = 2
    received_at: Ms = 0
    channel: Channel = Channel.VOICE
    queue: str = ""
    contact: str = ""
    agent: str = ""
    """Whose contact it was."""
    summary: str = ""
    remedy_sought: str = ""
    vulnerable: bool = False
    caller_masked: str = ""
    caller_key: str = ""
    owner: Owner | None = None
    clocks: tuple[ComplaintClock, ...] = ()
    events: tuple[EscalationEvent, ...] = ()
    outcome: str = ""
    resolution: str = ""
    referred_to: str = ""
    """Who outside the firm has it."""
    recording: str = ""
    version: int = 0
    """The version the keeper gave it: what an action is based on."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.status not in {"resolved", "closed", "referred"}


class Activity(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A planned stretch of a shift."""

    kind: str
    starts_at: Ms
    ends_at: Ms


class Shift(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One planned shift of one agent."""

    agent: str
    starts_at: Ms
    ends_at: Ms
    local_start: str = ""
    zone: str = ""
    activities: tuple[Activity, ...] = ()


class About(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a note or an alert speaks of."""

    kind: str
    id: str


class Audience(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who is to read a message: agents or a team by id, or `everybody`."""

    kind: str
    ids: tuple[str, ...] = ()


class Note(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A handover note, or a message to people on the floor."""

    author: str
    text: str
    written_at: Ms
    about: About | None = None
    audience: Audience | None = None
    """Who is to read it; None for a note to whoever leads the next shift."""
    read_by: tuple[str, ...] = ()
    """Ids of those who have read it, where the source tells."""


class Alert(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An alert that the source raised."""

    name: str
    """What kind of alert it is, in the source's own word."""
    severity: str = "warning"
    raised_at: Ms = 0
    about: About | None = None
    text: str = ""
    acknowledged_by: str | None = None


class LostCase(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What was done about a caller who hung up or gave up; `rules.lost_callers` reads it.

    Its id is the caller's key, or the contact's id where the caller has none.
    """

    owner: Owner | None = None
    """Who took it last."""
    lost_at: Ms = 0
    """When the caller had last been lost, as the person who took it saw it."""
    called_back_at: Ms | None = None
    """When that person called back; later losses are not answered by it."""
    version: int = 0


class Loan(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Agents who serve another queue for a time; its id is made by whoever lends them."""

    telephony: str
    """The source that agents and queues are of."""
    agents: tuple[str, ...]
    from_queue: str = ""
    """The queue they have left meanwhile; empty where they go on serving all of theirs."""
    to_queue: str
    lent_at: Ms
    lent_by: Person
    until: Ms
    """When somebody is to be reminded of them."""
    returned_at: Ms | None = None
    returned_by: Person | None = None
    version: int = 0


AnyRecord: TypeAlias = (
    Queue | Interval | Contact | Agent | Escalation | Shift | Note | Alert | LostCase | Loan
)

_IN_ORDER = (Queue, Interval, Contact, Agent, Escalation, Shift, Note, Alert, LostCase, Loan)
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
