"""What the switch shows: queues, intervals, contacts and agents as contract messages.

Each entity keeps one message and changes it in place; whoever changes several that belong together
commits them together. The counters here are counted as events come in and know nothing of the
ledger (`data.sandbox.ledger`), from which tests recount them.
"""

from __future__ import annotations

import msgspec
import simpy

from data import contract
from data.model import AgentState, ContactState, Ms
from data.sandbox.ledger import Ledger
from data.sandbox.people import AgentPlan
from data.sandbox.ports import Put, Sink
from data.sandbox.sizes import QueuePlan

INTERVAL_MS = 900_000
_CSTA = {
    AgentState.LOGGED_OFF: "agentNull",
    AgentState.NOT_READY: "agentNotReady",
    AgentState.READY: "agentReady",
    AgentState.RINGING: "agentBusy",
    AgentState.BUSY: "agentBusy",
    AgentState.ON_HOLD: "agentBusy",
    AgentState.WORKING_AFTER_CONTACT: "agentWorkingAfterCall",
    AgentState.UNREACHABLE: "agentReady",
}
LISTENER_LIMIT = 64
ON_CONTACT = frozenset({AgentState.RINGING, AgentState.BUSY, AgentState.ON_HOLD})


def no_counts() -> contract.Counts:
    """Counts of nothing yet."""
    return contract.Counts(
        offered=0,
        answered=0,
        answered_within=0,
        abandoned=0,
        abandoned_within=0,
        abandoned_short=0,
        wait_answered_s=0.0,
        talk_s=0.0,
        hold_s=0.0,
        acw_s=0.0,
    )


class Board:
    """Hands what changed to the sink, one transaction at a time.

    While the switch is silent what it has to say is held back; afterwards the state to which
    everything has come in the meantime is committed at once, as it is with a switch whose line
    comes back. The instants within the entities are those of what happened.
    """

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.is_silent = False
        self._held: dict[tuple[str, str], Put] = {}

    def commit(self, at: Ms, *puts: Put) -> None:
        """Commit what the switch says."""
        if self.is_silent:
            self._held.update({(put.kind, put.id): put for put in puts})
        else:
            self.sink.commit(at, puts)

    def hush(self) -> None:
        """From now on the switch says nothing."""
        self.is_silent = True

    def resume(self, at: Ms) -> None:
        """The switch speaks again."""
        self.is_silent = False
        held, self._held = list(self._held.values()), {}
        self.sink.commit(at, held)


class IntervalRow:
    """Counts of one queue in one quarter hour."""

    __slots__ = ("message", "put")

    def __init__(
        self, queue: str, starts_at: Ms, offered: float | None, aht_s: float | None
    ) -> None:
        starts = contract.from_ms(starts_at)
        self.message = contract.Interval(
            queue=queue,
            starts_at=starts,
            minutes=INTERVAL_MS // 60_000,
            counts=no_counts(),
            forecast_offered=offered,
            forecast_aht_s=aht_s,
        )
        self.put = Put("interval", f"{queue}.{starts:%Y%m%dT%H%MZ}", self.message)


class QueueRow:
    """One queue: its counters of the day and of each interval."""

    __slots__ = ("intervals", "message", "on", "overflow", "plan", "put")

    def __init__(self, plan: QueuePlan, day_began: Ms) -> None:
        self.plan = plan
        self.on: set[str] = set()
        """The names of the switches that are on."""
        self.overflow: QueueRow | None = None
        """Where contacts go instead, while the switch is on and nobody is ready."""
        self.intervals: dict[Ms, IntervalRow] = {}
        self.message = contract.Queue(
            name=plan.name,
            channel=plan.channel.value,
            direction=plan.direction,
            client=plan.client,
            contacts_waiting=0,
            longest_wait_since=None,
            threshold_s=plan.threshold_s,
            short_abandon_s=plan.short_abandon_s,
            target_percent=plan.target_percent,
            day=no_counts(),
            day_started_at=contract.from_ms(day_began),
        )
        self.put = Put("queue", plan.id, self.message)

    def interval(self, at: Ms) -> IntervalRow:
        """The interval that an instant lies in."""
        start = at - at % INTERVAL_MS
        row = self.intervals.get(start)
        if row is None:
            row = self.intervals[start] = IntervalRow(self.plan.id, start, None, None)
        return row

    def _counts(self, queued_at: Ms) -> tuple[contract.Counts, contract.Counts]:
        """A contact counts in the day, and in the interval in which it entered the queue."""
        return self.message.day, self.interval(queued_at).message.counts

    def count_offered(self, queued_at: Ms) -> None:
        """One more contact has entered."""
        for counts in self._counts(queued_at):
            counts.offered += 1

    def count_answered(self, queued_at: Ms, wait_s: float) -> None:
        """A contact was answered after so long."""
        for counts in self._counts(queued_at):
            counts.answered += 1
            counts.answered_within += wait_s <= self.plan.threshold_s
            counts.wait_answered_s += wait_s
            counts.longest_wait_s = max(counts.longest_wait_s, wait_s)

    def count_abandoned(self, queued_at: Ms, wait_s: float) -> None:
        """A caller gave up after so long."""
        for counts in self._counts(queued_at):
            counts.abandoned += 1
            counts.abandoned_within += wait_s <= self.plan.threshold_s
            counts.abandoned_short += wait_s < self.plan.short_abandon_s
            counts.wait_abandoned_s += wait_s
            counts.longest_wait_s = max(counts.longest_wait_s, wait_s)

    def count_service(
        self, queued_at: Ms, talk_s: float, hold_s: float, *, passed_on: bool
    ) -> None:
        """A service is over; `passed_on` where the caller was transferred to another queue."""
        for counts in self._counts(queued_at):
            counts.talk_s += talk_s
            counts.hold_s += hold_s
            counts.transferred += passed_on

    def count_moved(self, queued_at: Ms, wait_s: float) -> None:
        """A contact that nobody had answered was put into another queue after so long."""
        for counts in self._counts(queued_at):
            counts.transferred += 1
            counts.longest_wait_s = max(counts.longest_wait_s, wait_s)

    def count_after_work(self, queued_at: Ms, acw_s: float) -> None:
        """After-contact work is over."""
        for counts in self._counts(queued_at):
            counts.acw_s += acw_s


class Listener(msgspec.Struct, frozen=True):
    """Who has joined a call to listen, whisper or talk."""

    person: contract.Person
    since: Ms
    phone: str = ""


class ContactRow:
    """One contact as the switch shows it."""

    __slots__ = ("listener", "message", "put")

    def __init__(self, entity: str, message: contract.Contact) -> None:
        self.message = message
        self.put = Put("contact", entity, message)
        self.listener: Listener | None = None

    def hear(self, listener: Listener | None) -> None:
        """Somebody joins the call, or has hung up."""
        self.listener = listener
        names = [] if listener is None else [listener.person.name[:LISTENER_LIMIT]]
        self.message.listeners = names

    def drop(self, listener: Listener) -> bool:
        """Somebody hangs up; False where they were not in the call any more."""
        if self.listener is not listener:
            return False
        self.hear(None)
        return True

    def become(self, state: ContactState, agent: str | None = None) -> None:
        """Change its state, and whose it is."""
        self.message.state = state.value
        if agent is not None:
            self.message.agent = agent


class AgentRow:
    """One agent: what they do, since when, and their sums of the day."""

    __slots__ = (
        "applied",
        "assisted_at",
        "contact",
        "held_ms",
        "ledger",
        "message",
        "pending",
        "pending_by",
        "plan",
        "put",
        "ranks",
        "reason",
        "since",
        "state",
        "talked_ms",
        "today",
        "wrap_over",
    )

    def __init__(self, plan: AgentPlan, at: Ms, ledger: Ledger) -> None:
        self.plan = plan
        self.ledger = ledger
        self.state = AgentState.LOGGED_OFF
        self.since = at
        self.reason = ""
        self.contact: str | None = None
        self.talked_ms = self.held_ms = 0
        self.pending: tuple[AgentState, str] | None = None
        """What is to follow once the contact in hand is done with."""
        self.pending_by: contract.Person | None = None
        """Who else than the agent wants that."""
        self.applied: simpy.Event | None = None
        """Succeeds when `pending` has come about."""
        self.wrap_over: simpy.Event | None = None
        """Succeeds when after-contact work is over."""
        self.ranks: dict[str, int] = dict.fromkeys(plan.queues, 0)
        """The queues that they serve at present, and their rank in each."""
        self.assisted_at: Ms = 0
        """Since when somebody answers the raised hand, where somebody does."""
        self.today = contract.AgentDay(
            handled=0, talk_s=0.0, hold_s=0.0, acw_s=0.0, ready_s=0.0, not_ready_s=0.0
        )
        self.message = contract.Agent(
            name=plan.name,
            team=plan.team,
            logged_on=False,
            state="agentNull",
            state_since=contract.from_ms(at),
            queues=list(plan.queues),
            skills=[contract.Skill(name=name, level=level) for name, level in plan.skills],
            remote=plan.remote,
            today=self.today,
        )
        self.put = Put("agent", plan.id, self.message)
        ledger.turn(plan.id, at, self.state, "", None)

    @property
    def id(self) -> str:
        """The extension."""
        return self.plan.id

    def become(
        self,
        at: Ms,
        state: AgentState,
        reason: str = "",
        contact: str | None = None,
        by: contract.Person | None = None,
    ) -> None:
        """Begin to do something else; what is left is added to the day's sums.

        Args:
            at: The present instant.
            state: What begins.
            reason: Of not ready.
            contact: The contact in hand.
            by: Who else than the agent brought it about.
        """
        self._account(at - self.since)
        if state is AgentState.RINGING:
            self.talked_ms = self.held_ms = 0
        self.state, self.since, self.reason, self.contact = state, at, reason, contact
        message = self.message
        message.state = _CSTA[state]
        message.state_since = contract.from_ms(at)
        message.logged_on = state is not AgentState.LOGGED_OFF
        message.reason_code = reason
        message.reachable = state is not AgentState.UNREACHABLE
        message.contact = contact
        message.state_by = by
        if state not in ON_CONTACT:
            message.assist_since = message.assist_by = None
        self.ledger.turn(self.plan.id, at, state, reason, contact)

    def _account(self, spent_ms: Ms) -> None:
        match self.state:
            case AgentState.READY:
                self.today.ready_s = (self.today.ready_s or 0.0) + spent_ms / 1000
            case AgentState.NOT_READY:
                self.today.not_ready_s = (self.today.not_ready_s or 0.0) + spent_ms / 1000
            case AgentState.BUSY:
                self.talked_ms += spent_ms
            case AgentState.ON_HOLD:
                self.held_ms += spent_ms
            case _:
                pass

    def service_s(self, at: Ms) -> tuple[float, float]:
        """Seconds talked and held in the contact in hand, of an agent who is talking."""
        return (self.talked_ms + at - self.since) / 1000, self.held_ms / 1000

    def intend(
        self, state: AgentState | None, reason: str = "", by: contract.Person | None = None
    ) -> None:
        """Note what is to follow the contact in hand; None: nothing but more contacts."""
        self.pending = None if state is None else (state, reason)
        self.pending_by = by
        self.message.pending_state = "" if state is None else _CSTA[state]

    def serve(self, queue: str, rank: int | None) -> None:
        """Serve a queue at a rank from now on, or (None) serve it no more."""
        if rank is None:
            del self.ranks[queue]
        else:
            self.ranks[queue] = rank
        message = self.message
        message.queues = list(self.ranks)
        message.penalties = [
            contract.Penalty(queue=name, penalty=each) for name, each in self.ranks.items() if each
        ]

    def be_assisted(self, at: Ms, by: contract.Person) -> None:
        """Somebody answers the raised hand."""
        self.assisted_at, self.message.assist_by = at, by

    def count_handled(self, talk_s: float, hold_s: float) -> None:
        """One more contact has been served."""
        today = self.today
        today.handled = (today.handled or 0) + 1
        today.talk_s = (today.talk_s or 0.0) + talk_s
        today.hold_s = (today.hold_s or 0.0) + hold_s

    def count_after_work(self, acw_s: float) -> None:
        """After-contact work is over."""
        self.today.acw_s = (self.today.acw_s or 0.0) + acw_s
