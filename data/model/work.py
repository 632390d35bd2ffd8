"""What people have to see to: complaints, shifts, notes, alerts, lost callers, loans."""

from __future__ import annotations

import msgspec

from data.model.basis import Channel, Ms, Record
from data.model.floor import Person


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
    version: int = 0
    """What a change of it is based on, where the desk keeps it; else 0."""


class About(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a note or an alert speaks of."""

    kind: str
    id: str


class Audience(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who is to read a message: agents or a team by id, or `everybody`."""

    kind: str
    ids: tuple[str, ...] = ()


class NoteEvent(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line of a note's history, where the floor's own desk keeps it."""

    at: Ms
    by: Person
    what: str
    """`written`, `corrected`, `withdrawn` or `restored`."""
    text: str = ""
    """What it said from then on; of one that was withdrawn, why."""


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
    is_withdrawn: bool = False
    """It was a mistake, and says nothing any more. This and what follows only the desk tells."""
    events: tuple[NoteEvent, ...] = ()
    version: int = 0


class Cause(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Something that an alert comes from, or that goes with it: a code that the screen words."""

    code: str
    values: dict[str, str | int | float | None] = {}


class Alert(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An alert: of a source, or raised here by the floor's own rules (those of the desk)."""

    name: str
    """What kind of alert it is: the source's own word, or of our own the figure."""
    severity: str = "warning"
    raised_at: Ms = 0
    about: About | None = None
    text: str = ""
    acknowledged_by: str | None = None
    """The id of who has seen it."""
    telephony: str = ""
    """The source of what it is about. This and what follows only our own alerts have."""
    rule: str = ""
    """What the rule is called that it breaks."""
    limit: float = 0.0
    is_below: bool = False
    began_at: Ms = 0
    """When the figure passed the limit: before it was raised, by the rule's dwell."""
    ended_at: Ms | None = None
    peak: float = 0.0
    """The worst value, in the figure's own unit."""
    peak_at: Ms = 0
    slope: int = 0
    """How the figure goes on from the peak by itself: 1 or -1 a second, or 0."""
    causes: tuple[Cause, ...] = ()
    held: int = 0
    """How many alerts were held under this one at most."""
    under: str = ""
    """Under what it is held itself; empty: it is not."""
    acknowledged_name: str = ""
    acknowledged_at: Ms | None = None
    done: str = ""
    """What was done about it, in the words of who acknowledged it."""
    proposal: str = ""
    """What one key types about it after the colon."""
    outcome: Cause | None = None
    """What came of it where it foretold something; None while that is not known."""
    command: Cause | None = None
    """How the command of its rule failed; None where it did not, or there is none."""
    version: int = 0

    @property
    def is_own(self) -> bool:
        """Whether the floor's own rules have raised it."""
        return bool(self.rule)

    @property
    def is_over(self) -> bool:
        """Whether the figure has come back."""
        return self.ended_at is not None

    def peak_now(self, now: Ms) -> float:
        """The worst value up to an instant."""
        if not self.slope or self.is_over:
            return self.peak
        return self.peak + self.slope * max(0, now - self.peak_at) / 1000


class Mute(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Alerts that are not to ring for a time; they are raised and shown all the same."""

    rule: str = ""
    """Only those of one rule or figure; empty: whichever."""
    about: About | None = None
    """Only those about one thing; None: about whatever."""
    muted_by: Person
    muted_at: Ms
    until: Ms
    ended_at: Ms | None = None
    """When somebody let them ring again before."""
    version: int = 0

    def is_on(self, now: Ms) -> bool:
        """Whether it holds at an instant."""
        return self.ended_at is None and now < self.until

    def covers(self, alert: Alert) -> bool:
        """Whether it speaks of an alert."""
        if self.site != alert.site or self.rule not in {"", alert.rule, alert.name}:
            return False
        return self.about is None or self.about == alert.about


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
