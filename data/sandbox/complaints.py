"""Complaints of the sandbox: raised in contacts, escalated, taken on, and perhaps settled."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import simpy
from msgspec.structs import replace

from data import contract
from data.model import Ms
from data.sandbox.callers import Caller, make_caller
from data.sandbox.floor import Floor
from data.sandbox.people import LeaderPlan
from data.sandbox.ports import Put, Sink
from data.sandbox.profile import ticks
from data.sandbox.routing import Leg

ACKNOWLEDGE, THIRD_DAY, FINAL = "acknowledge", "third_business_day", "final"
_HOUR_MS = 3_600_000
_FIRST_NUMBER = 1031
_COMPLAINT_SHARE = 0.008
_LEFT_SHARE = 0.35  # nobody of the simulation takes these
_CLOSE_OF_BUSINESS = time(17)
_FINAL_DAYS = 56
_GRIEVANCES = (
    ("payout refused", "pay the claim"),
    ("double charge", "refund"),
    ("wrong policy sent", "correct papers"),
    ("call quality", "an apology"),
    ("promised call-back never came", "a call back today"),
    ("contract not cancelled", "confirmation in writing"),
    ("Gutschrift fehlt seit März", "Gutschrift"),
    ("cobro de una reserva anulada", "devolución"),
)
_SEVERITIES = ("low", "medium", "high", "critical")


class Complaints:
    """The complaints desk: its records are no affair of the switch.

    Args:
        floor: Where contacts come from, and whose time it is.
        sink: Keeps the records; what people do to them there is respected.
        leaders: Who takes complaints on.
        zone: Business days end in it.
        rng: Where chance comes from.
    """

    def __init__(
        self,
        floor: Floor,
        sink: Sink,
        leaders: Sequence[LeaderPlan],
        zone: str,
        rng: random.Random,
    ) -> None:
        self._floor = floor
        self._sink = sink
        self._leaders = leaders
        self._zone = ZoneInfo(zone)
        self._rng = rng
        self._numbers = count(_FIRST_NUMBER)

    def carried_over(self) -> None:
        """The complaints that are still open from the days before."""
        puts = []
        for days, status in ((17, "investigating"), (6, "awaiting_customer"), (2, "assessing")):
            received = self._floor.now - days * 24 * _HOUR_MS + self._rng.randrange(_HOUR_MS)
            caller = make_caller(f"+49{self._rng.randrange(10**9, 10**10)}", days == 6)
            made = self._record(received, caller, None)
            owner = self._owner(self._rng.choice(self._leaders), received + _HOUR_MS)
            events = [
                *made.events,
                _event(received + _HOUR_MS, owner.id, "claimed"),
                _event(received + 2 * _HOUR_MS, owner.id, "acknowledged"),
            ]
            clocks = _meet(made.clocks, ACKNOWLEDGE, received + 2 * _HOUR_MS)
            puts.append(
                self._put(replace(made, status=status, owner=owner, events=events, clocks=clocks))
            )
        self._sink.commit(self._floor.now, puts)

    def after(self, leg: Leg, caller: Caller) -> None:
        """A contact has been served: it may have been a complaint that somebody higher must see."""
        if self._rng.random() < _COMPLAINT_SHARE:
            self._floor.env.process(self._life(leg.contact.put.id, leg, caller))

    def _life(self, contact: str, leg: Leg, caller: Caller) -> simpy.events.ProcessGenerator:
        """From the contact in which it was raised as far as it gets today."""
        agent, raised = leg.entry.agent, self._floor.now
        yield self._floor.env.timeout(ticks(self._rng.uniform(20, 300)))
        made = self._record(raised, caller, leg)
        made.contact = contact
        made.events = [
            _event(raised, agent, "received"),
            _event(self._floor.now, agent, "escalated"),
        ]
        entity = made.reference
        self._sink.commit(self._floor.now, [self._put(made)])
        for step in self._steps(self._rng.choice(self._leaders)):
            yield self._floor.env.timeout(ticks(self._rng.uniform(900, 7200)))
            kept = self._sink.get("escalation", entity)
            if kept is None or self._is_of_people(kept.data):
                return
            self._sink.commit(self._floor.now, [self._put(step(kept.data, self._floor.now))])

    def _steps(self, leader: LeaderPlan) -> Iterator[_Step]:
        """What a leader does with a complaint, one after the other; not everything is today."""
        if self._rng.random() < _LEFT_SHARE:
            return
        yield _Step("acknowledged", "claimed", leader)
        for status in ("assessing", "investigating", "response_offered", "resolved", "closed"):
            if self._rng.random() < 0.3:
                return
            yield _Step(status, status, leader)

    def _is_of_people(self, complaint: contract.Escalation) -> bool:
        """Whether somebody who is no figure of the simulation has taken it, or settled it."""
        owner = complaint.owner
        if complaint.status in {"closed", "referred"}:
            return True
        return owner is not None and all(owner.id != leader.id for leader in self._leaders)

    def _owner(self, leader: LeaderPlan, at: Ms) -> contract.Owner:
        return contract.Owner(id=leader.id, name=leader.name, since=contract.from_ms(at))

    def crossing(self, due_at: Ms) -> None:
        """A serious complaint of this morning whose acknowledgement is due at an instant."""
        received = due_at - 2 * _HOUR_MS
        made = self._record(received, make_caller("+494066969042", vulnerable=True), None)
        made.severity, made.summary, made.remedy_sought = "critical", *_GRIEVANCES[0]
        made.clocks[0].due_at = contract.from_ms(due_at)
        self._sink.commit(self._floor.now, [self._put(made)])

    def _record(self, received: Ms, caller: Caller, leg: Leg | None) -> contract.Escalation:
        rng = self._rng
        summary, remedy = rng.choice(_GRIEVANCES)
        queues = [q for q in self._floor.queues.values() if not q.plan.is_outbound]
        queue = leg.queue if leg is not None else rng.choice(queues)
        severity = rng.choices(_SEVERITIES, (25, 45, 22, 8))[0]
        made = contract.Escalation(
            reference=f"E-{next(self._numbers)}",
            status="new",
            severity=severity,
            received_at=contract.from_ms(received),
            summary=summary,
            remedy_sought=remedy,
            owner=None,
            tier=3 if severity == "critical" else 2,
            clocks=self._clocks(received),
            channel=queue.plan.channel.value,
            queue=queue.plan.id,
            vulnerable=caller.vulnerable,
            caller_masked=caller.masked,
            caller_key=caller.key,
            events=[_event(received, "desk", "received")],
        )
        if leg is not None and leg.contact.message.recording:
            made.recording = leg.contact.message.recording
        return made

    def _clocks(self, received: Ms) -> list[contract.ComplaintClock]:
        """Two hours, the third business day, eight weeks (the pattern of FCA DISP 1.5 and 1.6)."""
        local = contract.from_ms(received).astimezone(self._zone)
        third = _business_day_after(local, 3)
        final = datetime.combine(
            local.date() + timedelta(days=_FINAL_DAYS), _CLOSE_OF_BUSINESS, tzinfo=self._zone
        )
        prompt = contract.from_ms(received + 2 * _HOUR_MS)
        due = {ACKNOWLEDGE: prompt, THIRD_DAY: third, FINAL: final}
        return [
            contract.ComplaintClock(name=name, due_at=contract.from_ms(contract.to_ms(at)))
            for name, at in due.items()
        ]

    @staticmethod
    def _put(complaint: contract.Escalation) -> Put:
        return Put("escalation", complaint.reference, complaint)


class _Step:
    """One thing that a leader does with a complaint."""

    def __init__(self, status: str, what: str, leader: LeaderPlan) -> None:
        self._status = status
        self._what = what
        self._leader = leader

    def __call__(self, complaint: contract.Escalation, at: Ms) -> contract.Escalation:
        clocks = complaint.clocks
        done = {"acknowledged": (ACKNOWLEDGE,), "resolved": (THIRD_DAY, FINAL)}
        for name in done.get(self._status, ()):
            clocks = _meet(clocks, name, at)
        made = replace(
            complaint,
            status=self._status,
            clocks=clocks,
            events=[*complaint.events, _event(at, self._leader.id, self._what)],
        )
        if made.owner is None:
            made.owner = contract.Owner(
                id=self._leader.id, name=self._leader.name, since=contract.from_ms(at)
            )
        if self._status == "resolved":
            made.outcome, made.resolution = "upheld", "apologised"
        return made


def _meet(
    clocks: Sequence[contract.ComplaintClock], name: str, at: Ms
) -> list[contract.ComplaintClock]:
    """The clocks, with one of them stopped."""
    return [
        replace(clock, met_at=contract.from_ms(at))
        if clock.name == name and clock.met_at is None
        else clock
        for clock in clocks
    ]


def _event(at: Ms, who: str, what: str) -> contract.EscalationEvent:
    return contract.EscalationEvent(at=contract.from_ms(at), who=who, what=what)


def _business_day_after(local: datetime, days: int) -> datetime:
    """Close of business on the n-th business day (Monday to Friday) after the day of receipt."""
    day = local.date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return datetime.combine(day, _CLOSE_OF_BUSINESS, tzinfo=local.tzinfo)
