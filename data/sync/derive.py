"""From what a source reports to what the floor believes, and what happened on the way.

The rows of one source are held in memory as they were last written. A page of changes is planned
against them: agents get the state to believe of them (which depends on the contact in hand), and
each change of a row becomes a step for the history. Only what was in fact written is then settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

import msgspec

from data.cache.history_writer import Step
from data.model import Agent, AnyRecord, Change, Contact, Escalation, Interval, Kind, Ms, Queue
from data.rules.agent_state import believed_state
from data.sharing import take_over
from data.sync.agent_days import AgentDays

Entity: TypeAlias = tuple[Kind, str]
Holders: TypeAlias = dict[str, set[str]]
"""The agents that have a contact in hand, by the contact's id; in a page, those it names."""
_R = TypeVar("_R", bound=AnyRecord)
# Looked up once: to find an enumeration's member costs more than most of what is done with it.
_AGENT, _CONTACT, _QUEUE = Kind.AGENT, Kind.CONTACT, Kind.QUEUE
_OF_A_QUEUE = (Contact, Interval, Escalation)


class Plan(msgspec.Struct):
    """What a page of changes comes to."""

    changes: tuple[Change, ...] = ()
    """To be written: in order, agents with the state they have at the end of the page."""
    same: tuple[Change, ...] = ()
    """Agents that the page does not name, whose believed state it alters: no new version."""
    steps: tuple[Step, ...] = ()
    """For the history, in order, agents with the state they had at each step."""
    rows: dict[Entity, Change] = msgspec.field(default_factory=dict)
    """The last word on every row touched."""


class Deriver:
    """The rows of one source, and what changes make of them.

    Args:
        days: Counts the agents' days; None where only the states matter.
    """

    def __init__(self, days: AgentDays | None = None) -> None:
        self._rows: dict[Entity, Change] = {}
        self._holders: Holders = {}
        self._days = days

    def load(self, kind: Kind, kept: Iterable[tuple[int, AnyRecord]]) -> None:
        """Take in what was written by an earlier process."""
        for version, record in kept:
            change = Change(kind=kind, id=record.id, version=version, at=0, record=record)
            self._hold(change)

    def records(self) -> list[tuple[Kind, AnyRecord]]:
        """All rows that there are."""
        return [(kind, row.record) for (kind, _), row in self._rows.items() if row.record]

    def plan(self, changes: Sequence[Change]) -> Plan:
        """What a page comes to, for rows newer than those held; nothing is altered yet."""
        return _Page(self._rows, self._holders, self._days, self._rows).walk(changes)

    def settle(self, plan: Plan) -> None:
        """Hold what a plan came to, once it has been written."""
        for change in plan.rows.values():
            self._hold(change)

    def plan_generation(self, changes: Sequence[Change], at: Ms) -> Plan:
        """What a new generation comes to.

        The rows named are the rows there are; versions of before count for nothing. A row that is
        gone ends `at`.

        Args:
            changes: Each row once, deletions included.
            at: The present instant on the server's clock.
        """
        # Queues first: what is said of a queue's contacts depends on it.
        page = _Page({}, {}, self._days, self._rows)
        plan = page.walk(sorted(changes, key=lambda each: each.kind is not _QUEUE))
        steps: list[Step] = []
        for (kind, entity), change in plan.rows.items():
            known = self._rows.get((kind, entity))
            before = known.record if known else None
            if change.record != before:
                steps.append(Step(change.at, kind, entity, before, change.record))
        for (kind, entity), change in self._rows.items():
            if (kind, entity) not in plan.rows:
                steps.append(Step(at, kind, entity, change.record, None))
        return Plan(changes=plan.changes, steps=tuple(steps), rows=plan.rows)

    def settle_generation(self, plan: Plan) -> None:
        """Hold a new generation and nothing else."""
        self._rows, self._holders = {}, {}
        if self._days is not None:
            self._days.forget()
        self.settle(plan)

    def row(self, kind: Kind, entity: str) -> Change | None:
        """A row as it was last written."""
        return self._rows.get((kind, entity))

    def hold(self, changes: Iterable[Change]) -> None:
        """Hold what was written of rows without a new version."""
        for change in changes:
            self._hold(change)

    def _hold(self, change: Change) -> None:
        entity = change.kind, change.id
        known = self._rows.get(entity)
        before = known.record if known else None
        if change.kind is _AGENT:
            _let_go(self._holders, before)
            _take_hold(self._holders, change.record)
        if self._days is not None:
            self._days.hold(change.record, before)
        if change.record is None:
            self._rows.pop(entity, None)
        else:
            self._rows[entity] = change


def corrections(planned: Plan, written: Plan) -> list[Change]:
    """What has to be written again, where fewer changes were written than were planned.

    A change that turned out to be old may have been taken into an agent's believed state.
    """
    wrong = [
        row
        for entity, row in written.rows.items()
        if entity in planned.rows and planned.rows[entity].record != row.record
    ]
    return [*written.same, *(row for row in wrong if row not in written.same)]


def _with_state_since(contact: Contact, before: AnyRecord | None) -> Contact:
    """A contact whose state lasts has been in it since it was first reported so."""
    if not isinstance(before, Contact) or before.state is not contact.state:
        return contact
    return msgspec.structs.replace(contact, state_since=before.state_since)


def _take_hold(holders: Holders, record: AnyRecord | None) -> None:
    if isinstance(record, Agent) and record.contact:
        holders.setdefault(record.contact, set()).add(record.id)


def _let_go(holders: Holders, record: AnyRecord | None) -> None:
    if isinstance(record, Agent) and record.contact in holders:
        holders[record.contact].discard(record.id)
        if not holders[record.contact]:
            del holders[record.contact]


class _Page:
    """One walk over changes, over rows that it does not alter.

    Args:
        rows: What the changes are changes of.
        holders: Who has which of the contacts among the rows.
        days: Counts the agents' days.
        past: What agents were before, also where the rows are begun anew.
    """

    def __init__(
        self,
        rows: Mapping[Entity, Change],
        holders: Holders,
        days: AgentDays | None,
        past: Mapping[Entity, Change],
    ) -> None:
        self._held = rows
        self._held_holders = holders
        self._days = days
        self._past = past
        self._bases: dict[str, tuple[Ms, Agent]] = {}
        self._rows: dict[Entity, Change] = {}
        self._holders: Holders = {}
        self._steps: list[Step] = []

    def walk(self, changes: Sequence[Change]) -> Plan:
        """Take in changes one after the other."""
        accepted: list[Change] = []
        named: set[Entity] = set()
        rows, held = self._rows, self._held
        for change in changes:
            entity = change.kind, change.id
            known = rows.get(entity) or held.get(entity)
            if known is None or change.version > known.version:
                self._take(entity, change, known)
                accepted.append(change)
                named.add(entity)
        return Plan(
            changes=tuple([self._final(change) for change in accepted]),
            same=tuple([row for entity, row in rows.items() if entity not in named]),
            steps=tuple(self._steps),
            rows=self._rows,
        )

    def _final(self, change: Change) -> Change:
        """A change as it is to be written: the last of an entity with all that follows from it."""
        last = self._rows[change.kind, change.id]
        return last if last.version == change.version else change

    def _row(self, kind: Kind, entity: str) -> Change | None:
        return self._rows.get((kind, entity)) or self._held.get((kind, entity))

    def _record(self, kind: Kind, entity: str, as_type: type[_R]) -> _R | None:
        row = self._row(kind, entity)
        return row.record if row is not None and isinstance(row.record, as_type) else None

    def _take(self, entity: Entity, change: Change, known: Change | None) -> None:
        before = known.record if known is not None else None
        if before is not None and change.record is not None:  # both are held for some seconds
            take_over(change.record, before)
        record = self._complete(change.record, before)
        if isinstance(record, Agent):
            record = self._carried(entity, record, change.at)
        if record is not change.record:
            change = msgspec.structs.replace(change, record=record)
        self._rows[entity] = change
        if record != before:
            self._steps.append(Step(change.at, change.kind, change.id, before, record))
        if change.kind is _AGENT:
            _take_hold(self._holders, record)
        elif change.kind is _CONTACT:
            held, named = self._held_holders.get(change.id), self._holders.get(change.id)
            if held or named:
                for agent in sorted((held or set()) | (named or set())):
                    self._believe(agent, change.at)

    def _complete(self, record: AnyRecord | None, before: AnyRecord | None) -> AnyRecord | None:
        """A record with what follows from other rows, or from the one before it."""
        if isinstance(record, Agent):
            return self._believed(record)
        if isinstance(record, Contact):
            record = _with_state_since(record, before)
        if isinstance(record, _OF_A_QUEUE) and not record.client:
            queue = self._record(_QUEUE, record.queue, Queue)
            if queue is not None and queue.client:
                record = msgspec.structs.replace(record, client=queue.client)
        return record

    def _believed(self, agent: Agent) -> Agent:
        contact = self._record(_CONTACT, agent.contact, Contact) if agent.contact else None
        state, since = believed_state(agent, contact)
        if state is agent.state and since == agent.since:
            return agent
        return msgspec.structs.replace(agent, state=state, since=since)

    def _carried(self, entity: Entity, agent: Agent, at: Ms) -> Agent:
        """An agent with the sums of the day, which no source tells.

        What is told of one instant is one change: a contact that rings elsewhere and the agent
        whom it rang at come one after the other, and in between the agent seems to talk.
        """
        known = self._rows.get(entity) or self._past.get(entity)
        if self._days is None or known is None or not isinstance(known.record, Agent):
            return agent
        base_at, base = self._bases.get(agent.id, (None, known.record))
        if base_at != at:
            base = known.record
            self._bases[agent.id] = at, base
        return self._days.carry(base, agent, at)

    def _believe(self, name: str, at: Ms) -> None:
        """See an agent, by id, anew after the contact in hand has changed."""
        entity = _AGENT, name
        row = self._rows.get(entity) or self._held.get(entity)
        if row is None or not isinstance(row.record, Agent):
            return
        agent = self._believed(row.record)
        if agent != row.record:
            agent = self._carried(entity, agent, at)
            self._rows[entity] = msgspec.structs.replace(row, record=agent)
            self._steps.append(Step(at, _AGENT, name, row.record, agent))
