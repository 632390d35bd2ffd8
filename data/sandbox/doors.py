"""What a supervisor can put on or off at a queue, and what that does to those who come."""

from __future__ import annotations

from data import contract
from data.desk.rules import Refusal
from data.errors import Code
from data.model import Channel, Ms
from data.sandbox.board import QueueRow
from data.sandbox.floor import Floor, stream
from data.sandbox.profile import ticks

CLOSED, EMERGENCY, OVERFLOW = "closed", "emergency_message", "overflow"
_WARNED_OFF_SHARE = 0.35
"""How many of those who hear the emergency message hang up on it."""


class Doors:
    """The switches of all queues in which people wait.

    Whom a closed queue turns away has never entered it: such callers are not offered, and nothing
    counts them; some try again later. Who overflows is offered in the other queue alone.

    Args:
        floor: The switch.
        seed: Of all chance in here.
    """

    def __init__(self, floor: Floor, seed: int) -> None:
        self._floor = floor
        self._rng = stream(seed, "doors")
        for queue in floor.queues.values():
            queue.overflow = self._neighbour(queue)
            queue.message.switches = _switches(queue)

    def for_new(self, queue: QueueRow) -> QueueRow | None:
        """The queue that a new contact enters; None where it is turned away."""
        if CLOSED in queue.on:
            return None
        other = queue.overflow
        if OVERFLOW in queue.on and other is not None and CLOSED not in other.on:
            return queue if self._floor.router.has_idle(queue) else other
        return queue

    def patience_ms(self, queue: QueueRow, patience_ms: Ms) -> Ms:
        """How long a caller waits who may have heard the emergency message."""
        if EMERGENCY in queue.on and self._rng.random() < _WARNED_OFF_SHARE:
            return min(patience_ms, ticks(self._rng.uniform(4, 20), 1.0))
        return patience_ms

    def switch(self, entity: str, action: contract.SwitchQueue) -> None:
        """Put something on or off.

        Raises:
            Refusal: WRONG_STATE naming who has done so already and when; INVALID_FIELD where the
                queue has no such switch.
        """
        queue = self._floor.queues[entity]
        named = (each for each in queue.message.switches if each.name == action.name)
        found = next(named, None)
        if found is None:
            raise Refusal(Code.INVALID_FIELD, fields=[("/name", "not-of-this-queue")])
        if found.on == action.on:
            since = None if found.since is None else contract.to_ms(found.since)
            held_by = found.by.name if found.by is not None else ""
            raise Refusal(Code.WRONG_STATE, held_by=held_by, held_since=since)
        found.on, found.since = action.on, contract.from_ms(self._floor.now)
        found.by = contract.Person(id=action.actor.id, name=action.actor.name)
        queue.on = {each.name for each in queue.message.switches if each.on}
        self._floor.board.commit(self._floor.now, queue.put)

    def _neighbour(self, queue: QueueRow) -> QueueRow | None:
        """Where contacts of a queue may overflow to: another of the same firm, else any."""
        others = [
            other
            for other in self._floor.queues.values()
            if other is not queue and other.plan.channel is queue.plan.channel
            if not other.plan.is_outbound
        ]
        own = [other for other in others if other.plan.client == queue.plan.client]
        return next(iter(own or others), None)


def _switches(queue: QueueRow) -> list[contract.Switch]:
    plan = queue.plan
    if plan.is_outbound or plan.is_email:
        return []
    made = [contract.Switch(name=CLOSED, on=False)]
    if plan.channel is Channel.VOICE:
        made.append(contract.Switch(name=EMERGENCY, on=False))
    if queue.overflow is not None:
        label = f"Overflow to {queue.overflow.plan.name}"
        made.append(contract.Switch(name=OVERFLOW, on=False, label=label[:64]))
    return made
