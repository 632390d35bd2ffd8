"""A contact centre of one queue and two agents, for tests of what serves it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from data import contract
from data.desk.rules import Refusal
from data.errors import Code
from data.model import Ms
from data.sandbox.options import SandboxOptions
from data.sandbox.ports import Put, Sink

STEP_MS = 1000


class Call(msgspec.Struct):
    """What the truth says of a call."""

    id: str
    queue: str


class TinyFloor:
    """A few entities of every type; each second of the day one call more is offered."""

    def __init__(self, options: SandboxOptions, sink: Sink) -> None:
        self.site = contract.Site(
            id=options.site_id, name=options.site_name, zone=options.zone, day_starts="06:00"
        )
        self._sink = sink
        self._now = self._first = options.day_began
        self._closing = options.closing
        self._offered = 0
        self._agents = {f"a/{n}": self._agent(f"Agent {n}") for n in range(2)}
        self._began = contract.from_ms(self._now)
        sink.commit(self._now, [*self._records(), *self._rota()])

    def now(self) -> Ms:
        return self._now

    def day_over(self) -> Ms:
        return self._closing

    def advance(self, until: Ms) -> None:
        while (due := self._first + (self._offered + 1) * STEP_MS) <= until:
            self._now = due
            self._offered += 1
            self._sink.commit(self._now, [self._queue(), self._interval()])
        self._now = max(self._now, until)

    def operations(self) -> tuple[str, ...]:
        return ("setAgentState",)

    def act(
        self, operation: str, entity: str, action: contract.ActionBase
    ) -> Sequence[tuple[str, str]]:
        assert operation == "setAgentState"
        assert isinstance(action, contract.SetAgentState)
        found = self._agents.get(entity)
        if found is None or action.requested_state == "workingAfterCall":
            raise Refusal(Code.WRONG_STATE)
        found.state = {"notReady": "agentNotReady", "ready": "agentReady"}.get(
            action.requested_state, "agentNull"
        )
        found.reason_code = action.reason_code
        found.state_by = contract.Person(id=action.actor.id, name=action.actor.name)
        found.state_since = contract.from_ms(self._now)
        self._sink.commit(self._now, [Put("agent", entity, found)])
        return ()

    def deliver(self, note: str) -> None:
        """Nobody reads here."""

    def ledger(self) -> list[Call]:
        return [Call(str(n), "q 1") for n in range(self._offered)]

    def segments(self) -> list[Call]:
        return []

    def sources(self) -> list[contract.Source]:
        return [contract.Source(name="switch", state="live", as_of=contract.from_ms(self._now))]

    def switch_silent(self) -> bool:
        return False

    def _agent(self, name: str) -> contract.Agent:
        since = contract.from_ms(self._now)
        return contract.Agent(
            name=name, logged_on=True, state="agentReady", state_since=since, queues=["q 1"]
        )

    def _counts(self) -> contract.Counts:
        return contract.Counts(
            offered=self._offered,
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

    def _queue(self) -> Put:
        return Put(
            "queue",
            "q 1",
            contract.Queue(
                name="Claims",
                channel="voice",
                direction="inbound",
                contacts_waiting=1,
                longest_wait_since=self._began,
                threshold_s=20,
                target_percent=80.0,
                day=self._counts(),
                day_started_at=self._began,
            ),
        )

    def _interval(self) -> Put:
        return Put(
            "interval",
            "q 1@06:00",
            contract.Interval(
                queue="q 1", starts_at=self._began, minutes=15, counts=self._counts()
            ),
        )

    def _records(self) -> list[Put]:
        contact = contract.Contact(
            queue="q 1",
            channel="voice",
            direction="inbound",
            state="waiting",
            created_at=self._began,
            queued_at=self._began,
        )
        return [
            self._queue(),
            self._interval(),
            Put("contact", "c1", contact),
            *(Put("agent", id_, agent) for id_, agent in self._agents.items()),
            *(Put("escalation", f"e/{n}", self._complaint(n)) for n in range(3)),
            *(Put("alert", f"al{n}", self._alert()) for n in range(3)),
            Put("note", "n0", contract.Note(author="anna", text="Hi", written_at=self._began)),
        ]

    def _complaint(self, number: int) -> contract.Escalation:
        due = self._began + timedelta(hours=8)
        return contract.Escalation(
            reference=f"B-{number}",
            status="new",
            severity="high",
            received_at=self._began,
            summary="The card was sent twice.",
            owner=None,
            tier=2,
            clocks=[contract.ComplaintClock(name="acknowledge", due_at=due)],
        )

    def _alert(self) -> contract.Alert:
        return contract.Alert(kind="queue_over_limit", severity="warning", raised_at=self._began)

    def _rota(self) -> list[Put]:
        ends = self._began + timedelta(hours=20)
        return [
            Put(
                "shift",
                f"s/{n}",
                contract.Shift(
                    agent_id=f"a/{n}", starts_at=self._began, ends_at=ends, activities=[]
                ),
            )
            for n in range(2)
        ]
