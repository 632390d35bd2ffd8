"""Agents who serve another queue for a time: how each loan stands, and who could be lent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from data.floor import FloorSnapshot, Key
from data.model import Agent, AgentState, Loan, Ms, Queue

SHOWN_MS = 12 * 3600 * 1000
"""So long after agents were taken back their loan is still shown."""
IN_CALL = frozenset({AgentState.RINGING, AgentState.BUSY, AgentState.ON_HOLD})
_TURN = {
    AgentState.READY: 0,
    AgentState.WORKING_AFTER_CONTACT: 1,
    AgentState.NOT_READY: 2,
    AgentState.RINGING: 3,
    AgentState.BUSY: 3,
    AgentState.ON_HOLD: 3,
}
"""Who is lent first; who is not here, or cannot be reached, helps nobody."""


class LentAgent(msgspec.Struct, frozen=True):
    """One of the agents of a loan, as they are now."""

    key: Key
    agent: Agent | None
    """None where the source does not know them any more."""
    serves: bool
    """Whether they serve the queue that they were lent to."""

    @property
    def name(self) -> str:
        """What they are called."""
        return self.agent.name if self.agent is not None else self.key.id


class LoanFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A loan as it stands."""

    key: Key
    loan: Loan
    agents: tuple[LentAgent, ...]
    left_s: float
    """Seconds until somebody is to be reminded; negative after that."""

    @property
    def is_open(self) -> bool:
        """Whether the agents have not been taken back."""
        return self.loan.returned_at is None

    @property
    def is_due(self) -> bool:
        """Whether the agents are to be taken back now."""
        return self.is_open and self.left_s <= 0

    @property
    def serving(self) -> int:
        """How many of the agents serve the queue that they were lent to."""
        return sum(each.serves for each in self.agents)

    @property
    def queue_key(self) -> Key:
        """Of the queue that they were lent to."""
        return Key(self.key.site, self.loan.telephony, self.loan.to_queue)


def loan_figures(snapshot: FloorSnapshot, site: str | None, now: Ms) -> tuple[LoanFigures, ...]:
    """The loans that are open, the one due first at the top, and those that ended lately.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        now: The present on the server's clock.
    """
    found = [
        one_loan(snapshot, key, loan, now)
        for key, loan in snapshot.loans.items()
        if site in {None, key.site}
        if loan.returned_at is None or now - loan.returned_at <= SHOWN_MS
    ]
    return tuple(sorted(found, key=_order))


def one_loan(snapshot: FloorSnapshot, key: Key, loan: Loan, now: Ms) -> LoanFigures:
    """One loan as it stands."""
    return LoanFigures(
        key=key,
        loan=loan,
        agents=tuple(_lent(snapshot, key, loan)),
        left_s=(loan.until - now) / 1000,
    )


def due_loans(snapshot: FloorSnapshot, site: str | None, now: Ms) -> list[tuple[Key, Loan]]:
    """The loans whose agents are to be taken back now, the one that is longest due first."""
    due = [
        (key, loan)
        for key, loan in snapshot.loans.items()
        if loan.returned_at is None and loan.until <= now and site in {None, key.site}
    ]
    return sorted(due, key=lambda pair: pair[1].until)


def lendable(snapshot: FloorSnapshot, from_queue: Key, to_queue: str) -> list[Agent]:
    """The agents of one queue who could serve another, those who are spared best first.

    The ready come first, who has been so longest at the top; then those in after-contact work and
    those not ready; last those in a call. Who serves the other queue already, who is lent
    already, and who is logged off or cannot be reached is left out.

    Args:
        snapshot: The floor as of one commit.
        from_queue: The queue that they serve.
        to_queue: The id of the other queue, of the same source.
    """
    lent = set(lent_agents(snapshot))
    found = [
        agent
        for key, agent in snapshot.agents.items()
        if (key.site, key.source) == (from_queue.site, from_queue.source)
        if from_queue.id in agent.queues and to_queue not in agent.queues
        if agent.state in _TURN and key not in lent
    ]
    return sorted(found, key=lambda each: (_TURN[each.state], each.since, each.id))


def lent_agents(snapshot: FloorSnapshot) -> Iterator[Key]:
    """The agents who are lent now."""
    for key, loan in snapshot.loans.items():
        if loan.returned_at is None:
            for agent in loan.agents:
                yield Key(key.site, loan.telephony, agent)


def queue_name(queues: Mapping[Key, Queue], key: Key) -> str:
    """What a queue is called; its id where it is no longer there."""
    queue = queues.get(key)
    return queue.name if queue is not None else key.id


def _lent(snapshot: FloorSnapshot, key: Key, loan: Loan) -> Iterator[LentAgent]:
    for agent_id in loan.agents:
        its = Key(key.site, loan.telephony, agent_id)
        agent = snapshot.agents.get(its)
        yield LentAgent(its, agent, agent is not None and loan.to_queue in agent.queues)


def _order(figures: LoanFigures) -> tuple[bool, float, str]:
    if figures.loan.returned_at is not None:
        return True, -figures.loan.returned_at, figures.key.id
    return False, figures.loan.until, figures.key.id
