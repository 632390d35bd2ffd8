"""What is going on: queues, intervals, contacts, agents."""

from __future__ import annotations

import msgspec

from data.model.basis import AgentState, Channel, ContactState, Ms, Record


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


class SystemCounts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a telephone system itself counts of a queue, beside what was counted here."""

    since: Ms
    """Since when its counters have counted, as far as is known."""
    completed: int = 0
    """Talks that have ended."""
    abandoned: int = 0
    """Left without an agent, however."""
    level: float | None = None
    """Percent: answered within the threshold, of the completed."""
    level_abandons_good: float | None = None
    """Percent: answered and abandoned within it, of the completed and the abandoned."""
    resets: int = 0
    """How often its counters were seen to begin anew since the day began."""
    counted_since: Ms = 0
    """Since when the counts here are whole: later than the day's beginning where nobody looked."""
    untold: int = 0
    """Of the abandoned counted here, those that may have timed out or been taken out instead."""
    missed: int = 0
    """Calls that waited, and of which nobody saw what became."""
    timed_out: int = 0
    """Who waited as long as the queue lets anybody; this and what follows is none of the abandoned,
    and known where a log or the course of events tells it."""
    withdrawn: int = 0
    """Taken out by somebody."""
    left_empty: int = 0
    """Turned away because nobody served the queue."""
    left_by_key: int = 0
    """Who pressed a key to go elsewhere."""


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
    system: SystemCounts | None = None
    """Where the counts above are ours: what the telephone system says instead."""


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


_TECHNOLOGIES = frozenset({"Local", "PJSIP", "SIP", "IAX2", "DAHDI", "SCCP", "Agent"})
"""With which ids begin that are what a telephone system dials."""


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
    is_inferred: bool = False
    """The source does not say so: after-contact work, told by the end of a call and its time."""
    paused_in: tuple[str, ...] = ()
    """Queues in which the agent is not ready, where that is so in some only."""
    fixed_in: tuple[str, ...] = ()
    """Queues that only the telephone system's own configuration takes the agent out of, so that
    logging off, which is leaving all queues, is not to be had either."""
    unanswered_rings: int | None = None
    """How often it rang today and nobody answered."""

    @property
    def number(self) -> str:
        """What people know them by and dial: the id, or the extension in it.

        Asterisk knows agents as `Local/1003@from-queue/n` or `PJSIP/1003`.
        """
        technology, _slash, rest = self.id.partition("/")
        if technology not in _TECHNOLOGIES:
            return self.id
        return rest.partition("@")[0].partition("/")[0] or self.id
