"""What the simulated telephony does when a supervisor asks it to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import UNSET

from data import contract
from data.desk.rules import Refusal
from data.errors import Code
from data.model import AgentState, Channel
from data.sandbox.board import AgentRow, ContactRow, Listener
from data.sandbox.calls import Calls
from data.sandbox.floor import Floor, stream
from data.sandbox.profile import ticks
from data.sandbox.routing import Leg

Changed: TypeAlias = Sequence[tuple[str, str]]
_NOTHING_ELSE: Changed = ()
_IN_CALL = frozenset({AgentState.BUSY, AgentState.ON_HOLD})
_LISTENS_S = (120, 600)
"""How long a supervisor stays on the line, seconds, if the call lasts so long."""


class Telephony:
    """Carries out requests; each raises `Refusal` where the present state does not allow it.

    Args:
        floor: The switch.
        calls: What is under way on it.
        seed: Of all chance in here.
    """

    def __init__(self, floor: Floor, calls: Calls, seed: int) -> None:
        self._floor = floor
        self._calls = calls
        self._rng = stream(seed, "telephony")
        self._handlers: Mapping[str, Callable[[str, Any], Changed]] = {
            "setAgentState": self._set_state,
            "setMembership": self._set_membership,
            "monitorAgent": self._monitor,
            "answerAssist": self._answer_hand,
            "switchQueue": self._switch,
            "prioritiseContact": self._prioritise,
            "transferContact": self._transfer,
            "hangUpContact": self._hang_up,
        }

    @property
    def operations(self) -> tuple[str, ...]:
        """What can be asked for."""
        return tuple(self._handlers)

    def act(self, operation: str, entity: str, action: contract.ActionBase) -> Changed:
        """Do what is asked; what else has changed, by kind and id."""
        return self._handlers[operation](entity, action)

    def _set_state(self, entity: str, action: contract.SetAgentState) -> Changed:
        agent, by = self._floor.agents[entity], _person(action)
        if not self._floor.request(agent, action.requested_state, action.reason_code, by):
            raise Refusal(Code.WRONG_STATE)
        return _NOTHING_ELSE

    def _set_membership(self, entity: str, action: contract.SetMembership) -> Changed:
        """Serve a queue or not; what is so already is done, for others may have asked for it."""
        agent = self._floor.agents[entity]
        if action.queue not in self._floor.queues:
            raise Refusal(Code.INVALID_FIELD, fields=[("/queue", "no-such-queue")])
        before = agent.ranks.get(action.queue)
        if not action.member:
            if before is not None:
                agent.serve(action.queue, None)
                self._floor.board.commit(self._floor.now, agent.put)
            return _NOTHING_ELSE
        rank = (before or 0) if action.penalty is UNSET else action.penalty
        if rank != before:
            agent.serve(action.queue, rank)
            self._floor.enlist(agent, action.queue)
        return _NOTHING_ELSE

    def _monitor(self, entity: str, action: contract.MonitorAgent) -> Changed:
        """Join a call by one's own phone; one supervisor a call, one call a phone."""
        leg = self._calls.service.in_hand.get(entity)
        agent = self._floor.agents[entity]
        if leg is None or agent.state not in _IN_CALL or not _is_voice(leg):
            raise Refusal(Code.WRONG_STATE)
        contact = leg.contact
        if action.contact is not UNSET and action.contact != contact.put.id:
            raise Refusal(Code.WRONG_STATE)
        other = contact.listener
        if other is not None and other.person.id != action.actor.id:
            name, since = other.person.name, other.since
            raise Refusal(Code.ALREADY_CLAIMED, held_by=name, held_since=since)
        self._leave_other_call(action.phone, contact)
        listener = Listener(_person(action), self._floor.now, action.phone)
        contact.hear(listener)
        self._floor.board.commit(self._floor.now, contact.put)
        stays = ticks(self._rng.uniform(*_LISTENS_S))
        self._floor.after(stays, lambda: self._hang_up_phone(contact, listener))
        return (("contact", contact.put.id),)

    def _leave_other_call(self, phone: str, here: ContactRow) -> None:
        for leg in self._calls.service.in_hand.values():
            listener = leg.contact.listener
            if leg.contact is not here and listener is not None and listener.phone == phone:
                self._hang_up_phone(leg.contact, listener)

    def _hang_up_phone(self, contact: ContactRow, listener: Listener) -> None:
        if contact.drop(listener):
            self._floor.board.commit(self._floor.now, contact.put)

    def _answer_hand(self, entity: str, action: contract.ActionBase) -> Changed:
        agent = self._floor.agents[entity]
        if agent.message.assist_since is None:
            raise Refusal(Code.WRONG_STATE)
        first = agent.message.assist_by
        if first is not None:
            raise Refusal(Code.ALREADY_CLAIMED, held_by=first.name, held_since=agent.assisted_at)
        agent.be_assisted(self._floor.now, _person(action))
        self._floor.board.commit(self._floor.now, agent.put)
        return _NOTHING_ELSE

    def _switch(self, entity: str, action: contract.SwitchQueue) -> Changed:
        self._calls.doors.switch(entity, action)
        return _NOTHING_ELSE

    def _prioritise(self, entity: str, action: contract.PrioritiseContact) -> Changed:
        leg = self._waiting(entity)
        self._floor.router.prioritise(leg, action.priority)
        leg.contact.message.priority = action.priority
        self._floor.board.commit(self._floor.now, leg.contact.put)
        return _NOTHING_ELSE

    def _transfer(self, entity: str, action: contract.TransferContact) -> Changed:
        """Put a waiting contact into another queue, or let it ring at an agent who is ready."""
        if (action.queue is UNSET) == (action.agent is UNSET):
            raise Refusal(Code.INVALID_FIELD, fields=[("/queue", "either-queue-or-agent")])
        leg = self._waiting(entity)
        if action.agent is not UNSET:
            self._floor.give(leg, self._ready_agent(action.agent))
            return _NOTHING_ELSE
        target = self._floor.queues.get(str(action.queue))
        if target is None or target is leg.queue or target.plan.is_outbound:
            raise Refusal(Code.INVALID_FIELD, fields=[("/queue", "not-to-this-queue")])
        leg.moved_to = target
        self._take_out(leg)
        return _NOTHING_ELSE

    def _hang_up(self, entity: str, _action: contract.ActionBase) -> Changed:
        self._take_out(self._waiting(entity))
        return _NOTHING_ELSE

    def _take_out(self, leg: Leg) -> None:
        """From now on nobody gets it; at the next tick it is where it is to go."""
        self._floor.router.leave(leg)
        leg.signal.succeed(None)
        self._floor.board.commit(self._floor.now, leg.queue.put)

    def _waiting(self, contact: str) -> Leg:
        leg: Leg | None = self._floor.router.waiting.get(contact)
        if leg is None:
            raise Refusal(Code.WRONG_STATE)
        return leg

    def _ready_agent(self, entity: str) -> AgentRow:
        agent = self._floor.agents.get(entity)
        if agent is None:
            raise Refusal(Code.INVALID_FIELD, fields=[("/agent", "no-such-agent")])
        if agent.state is not AgentState.READY:
            raise Refusal(Code.WRONG_STATE)
        return agent


def _person(action: contract.ActionBase) -> contract.Person:
    return contract.Person(id=action.actor.id, name=action.actor.name)


def _is_voice(leg: Leg) -> bool:
    return leg.queue.plan.channel is Channel.VOICE
