"""The supervision API's messages as typed records, for the client, the sandbox and the desk.

Source: docs/api/supervision-api.yaml. Field names are the contract's. Unknown fields are ignored
and unknown enumeration values are kept as text, to be mapped to `unknown` by whoever reads them;
what must be there and is not fails to decode. Instants are aware datetimes in UTC here, since that
is what travels; `data.model` has them as milliseconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

SCHEMA = 1
"""The highest schema number spoken here; travels in the header `Supervision-Schema`."""
MEDIA_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"
PROBLEM_BASE = "https://acd.example.org/problems/"
CURSOR_LIFE = timedelta(days=7)
KEY_LIFE = timedelta(days=14)
MAX_PAGE_BYTES = 2 * 1024 * 1024

Ident: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Ref: TypeAlias = Annotated[str, Meta(min_length=1, max_length=255)]
Cursor: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._~-]{1,512}$")]
Text: TypeAlias = Annotated[str, Meta(max_length=4000)]
Version: TypeAlias = Annotated[int, Meta(ge=1, le=9007199254740991)]
Time: TypeAlias = Annotated[datetime, Meta(tz=True)]
Natural: TypeAlias = Annotated[int, Meta(ge=0)]
Seconds: TypeAlias = Annotated[float, Meta(ge=0)]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(instant: datetime) -> int:
    """An aware datetime as milliseconds since 1970 UTC."""
    return (instant - _EPOCH) // _MS


def from_ms(instant: int) -> datetime:
    """Milliseconds since 1970 UTC as an aware datetime in UTC."""
    return _EPOCH + timedelta(milliseconds=instant)


class Message(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Base of all messages."""


class Site(Message):
    """One site that the credential may see."""

    id: Ident
    name: str
    zone: str
    day_starts: Annotated[str, Meta(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]
    clients: list[str] = []


class Actor(Message):
    """The person or service behind a credential."""

    id: Ident
    name: str
    role: str


class SchemaRange(Message):
    """The schema numbers a server speaks."""

    min: int
    max: int


class Session(Message):
    """Who am I, what may I do, what does this server speak."""

    actor: Actor
    scopes: list[str]
    schema: SchemaRange
    server_time: Time
    epoch: str
    push: str
    idle_lock_s: int
    clock_rate: float = 1.0
    folds: bool = True
    history_cursor: Cursor | UnsetType = UNSET
    """Where to start reading /changes in order to learn the past; absent where none is kept."""


class Source(Message):
    """Freshness of what feeds the API."""

    name: str
    state: str
    as_of: Time


class RawChange(Message):
    """A change whose data is decoded apart, so that one bad row spoils no page."""

    op: str
    type: str
    id: Ref
    version: Version
    at: Time
    by: str = ""
    data: msgspec.Raw | UnsetType = UNSET


class TypeDigest(Message):
    """How many entities of a type there are, and a hash over their versions.

    `sha256` is over one line `id:version` for each entity, sorted by id, each line ended.
    """

    count: int
    sha256: str


class Digest(Message):
    """Anti-entropy check as of a cursor."""

    cursor: Cursor
    types: dict[str, TypeDigest]


class ChangePage(Message):
    """What changed after a cursor."""

    since: Cursor
    next: Cursor
    has_more: bool
    server_time: Time
    sources: list[Source]
    changes: list[RawChange]
    digest: Digest | UnsetType = UNSET


class SnapshotPage(Message):
    """A page of the full state; `cursor` is the same in every page."""

    cursor: Cursor
    server_time: Time
    sources: list[Source]
    items: list[RawChange]
    next_page: Cursor | UnsetType = UNSET


class StreamPoke(Message):
    """Something changed: nothing more."""

    head: Cursor
    server_time: Time
    retry_ms: int | UnsetType = UNSET


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
    listeners: list[str] = []
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


class Agent(Message):
    """An agent; `state` is one of the ECMA-269 names."""

    name: str
    logged_on: bool
    state: str
    state_since: Time
    team: str = ""
    pending_state: str = ""
    reason_code: str = ""
    queues: list[str] = []
    contact: str | None = None
    skills: list[Skill] = []
    reachable: bool = True
    assist_since: Time | None = None
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
    channel: str | UnsetType = UNSET
    queue: str | UnsetType = UNSET
    contact: str | UnsetType = UNSET
    remedy_sought: str | UnsetType = UNSET
    vulnerable: bool = False
    caller_masked: str | UnsetType = UNSET
    caller_key: str | UnsetType = UNSET
    events: list[EscalationEvent] = []
    outcome: str | UnsetType = UNSET
    resolution: str | UnsetType = UNSET
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


class Note(Message):
    """A handover note."""

    author: Ident
    text: str
    written_at: Time
    about: About | None = None


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


class ActionActor(Message):
    """The person who acted."""

    id: Ident
    name: Text


class ActionBase(Message):
    """What every action carries."""

    not_after: Time
    actor: ActionActor
    pressed_at: Time | UnsetType = UNSET
    comment: Text | UnsetType = UNSET


Resolution: TypeAlias = Literal[
    "refunded", "apologised", "callback_booked", "passed_on", "unfounded", "other"
]


class Resolve(ActionBase, kw_only=True):
    """How a complaint was settled."""

    resolution: Resolution


class SetAgentState(ActionBase, kw_only=True):
    """CSTA Set Agent State."""

    requested_state: Literal["loggedOff", "notReady", "ready", "workingAfterCall"]
    reason_code: Annotated[str, Meta(max_length=32)] = ""


class ShiftRef(Message):
    """A shift, in the version that the person saw."""

    id: Ref
    version: Version


class ShiftSwap(ActionBase, kw_only=True):
    """Two shifts whose agents change places."""

    a: ShiftRef
    b: ShiftRef


class NoteWrite(ActionBase, kw_only=True):
    """A handover note's text."""

    text: Text
    about: About | UnsetType = UNSET


class ActionResult(Message):
    """The entities as they are after an action."""

    key: str
    entities: list[RawChange]


class FieldProblem(Message):
    """What is wrong with one field of a request."""

    pointer: str
    reason: str


class Problem(Message):
    """RFC 9457 problem details, with what a conflict adds."""

    type: str
    title: str
    status: int
    detail: str | UnsetType = UNSET
    instance: str | UnsetType = UNSET
    fields: list[FieldProblem] | UnsetType = UNSET
    current: list[RawChange] | UnsetType = UNSET
    held_by: str | UnsetType = UNSET
    held_since: Time | UnsetType = UNSET

    @property
    def name(self) -> str:
        """The last part of `type`: what the contract calls the problem."""
        return self.type.rsplit("/", 1)[-1]


class ActionOutcome(Message):
    """What became of an action whose answer was lost."""

    key: str
    status: int
    result: ActionResult | UnsetType = UNSET
    problem: Problem | UnsetType = UNSET


def encode_change(
    *, op: str, kind: str, entity: str, version: int, at: int, data: Any = UNSET, by: str = ""
) -> bytes:
    """One change as it travels; `data` is the entity's message."""
    raw = UNSET if data is UNSET else msgspec.Raw(msgspec.json.encode(data))
    return msgspec.json.encode(
        RawChange(op=op, type=kind, id=entity, version=version, at=from_ms(at), by=by, data=raw)
    )
