"""Which queues an agent serves: one form for joining, leaving and the rank in a queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from data.actions.verbs import Undo, Verb
from data.model import Agent, Queue
from screens.acting.chosen import agents_of
from screens.acting.offer import COMMENT, Offer, Settled, Wanted, none_of
from screens.presenters.agent_detail import agent_title
from screens.text import _, ngettext
from screens.widgets.form import Answers, Field

_HIGHEST = 1000
"""Of penalties, by the contract."""
_DIGITS = len(str(_HIGHEST))
_NOTE_LIMIT = 200


def queue_fields(wanted: Wanted) -> tuple[Field, ...]:
    """What the form asks: what is to be done, with which queue, and the rank there."""
    agents, queues = agents_of(wanted), _queues(wanted)
    served = [agent.queues for agent in agents]
    options = [
        (queue.id, _queue_words(queue, sum(queue.id in each for each in served), len(agents)))
        for queue in queues
    ]
    is_joining = wanted.verb is Verb.JOIN
    free = (queue.id for queue in queues if not all(queue.id in each for each in served))
    first = next(free, "") if is_joining else ""
    return (
        Field(
            "what",
            _("What"),
            value=wanted.verb,
            options=(
                (Verb.JOIN, _("add to the queue")),
                (Verb.LEAVE, _("remove from the queue")),
                (Verb.PENALTY, _("change the penalty there")),
            ),
        ),
        Field("queue", _("Queue"), value=first, options=tuple(options), is_needed=True),
        Field("penalty", _("Penalty"), limit=_DIGITS, check=_penalty_problem),
        Field(COMMENT, _("Note"), limit=_NOTE_LIMIT),
    )


def read_queue(answers: Answers) -> Mapping[str, Any]:
    """What stands in the form, as it is: `settle_queue` makes fields of it."""
    return {name: value for name, value in answers.items() if name != COMMENT and value}


def settle_queue(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    """The verb that was chosen, on those agents for whom it makes a difference.

    Args:
        wanted: Any of the three verbs.
        fields: `queue` by id or name; `penalty` as typed; `what`, another verb than the one wanted.
    """
    if "queue" not in fields:
        return Settled(wanted, fields)  # the rows say themselves which queue: it is an undo
    verb = Verb(fields.get("what", wanted.verb))
    queue = _queue(wanted, str(fields.get("queue", "")))
    typed = str(fields.get("penalty", "")).strip()
    if queue is None:
        text = _("There is no queue {queue} there.")
        return Settled(none_of(wanted, text.format(queue=fields.get("queue", ""))))
    problem = _penalty_problem(typed)
    if not problem and verb is Verb.PENALTY and not typed:
        problem = _("Say which penalty.")
    if problem:
        return Settled(none_of(wanted, problem))
    penalty = int(typed) if typed and verb is not Verb.LEAVE else None
    offers = [_settled(each, verb, queue, penalty, wanted) for each in wanted.offers]
    asked: dict[str, Any] = {"queue": queue.id}
    if penalty is not None:
        asked["penalty"] = penalty
    return Settled(replace(wanted, verb=verb, offers=offers), asked)


def _settled(offer: Offer, verb: Verb, queue: Queue, penalty: int | None, wanted: Wanted) -> Offer:
    agent = wanted.look.snapshot.agents.get(offer.target.key)
    if agent is None or (offer.target.key[:2] != (queue.site, queue.source)):
        why_not = offer.why_not or _("There is no queue {queue} there.").format(queue=queue.name)
        return replace(offer, verb=verb, why_not=why_not)
    target = replace(offer.target, undo=_undo(agent, verb, queue.id))
    why_not = offer.why_not or _why_not(agent, verb, queue, penalty)
    return replace(offer, verb=verb, target=target, why_not=why_not)


def _why_not(agent: Agent, verb: Verb, queue: Queue, penalty: int | None) -> str:
    name, is_member = agent_title(agent), queue.id in agent.queues
    is_same = penalty is None or penalty == penalty_of(agent, queue.id)
    if verb is Verb.JOIN and is_member and is_same:
        return _("{name} serves {queue} already.").format(name=name, queue=queue.name)
    if verb is not Verb.JOIN and not is_member:
        return _("{name} does not serve {queue}.").format(name=name, queue=queue.name)
    if verb is Verb.LEAVE and queue.id in agent.fixed_in:
        text = _(
            "The telephone system's own configuration puts {name} into {queue}, so only that can"
            " take them out. Make them not ready instead."
        )
        return text.format(name=name, queue=queue.name)
    return ""


def _undo(agent: Agent, verb: Verb, queue: str) -> Undo:
    """What takes it back: out again, in again with the former rank, or the former rank."""
    if queue not in agent.queues:
        return Undo(Verb.LEAVE, {"queue": queue})
    former = Verb.JOIN if verb is Verb.LEAVE else Verb.PENALTY
    return Undo(former, {"queue": queue, "penalty": penalty_of(agent, queue)})


def penalty_of(agent: Agent, queue: str) -> int:
    """An agent's rank in a queue; 0 where none is told."""
    return next((each.penalty for each in agent.penalties if each.queue == queue), 0)


def _penalty_problem(typed: str) -> str:
    """Why what was typed is no penalty; nothing typed is none to be changed."""
    is_one = typed.isascii() and typed.isdigit() and int(typed) <= _HIGHEST
    return "" if is_one or not typed else _("A penalty is a number from 0 to 1000.")


def _queues(wanted: Wanted) -> list[Queue]:
    """The queues of the agents' sources: those that most of them serve first, then by name."""
    agents = agents_of(wanted)
    places = {(agent.site, agent.source) for agent in agents}
    found = [
        queue for key, queue in wanted.look.snapshot.queues.items() if tuple(key[:2]) in places
    ]

    def served(queue: Queue) -> int:
        return sum(queue.id in agent.queues for agent in agents)

    return sorted(found, key=lambda queue: (-served(queue), queue.name.casefold(), queue.id))


def _queue(wanted: Wanted, typed: str) -> Queue | None:
    """The queue of this id, or else of this name."""
    queues = _queues(wanted)
    by_id = next((queue for queue in queues if queue.id == typed), None)
    if by_id is not None:
        return by_id
    folded = typed.casefold()
    return next((queue for queue in queues if folded == queue.name.casefold()), None)


def _queue_words(queue: Queue, serving: int, count: int) -> str:
    if not serving:
        return queue.name
    if count == 1:
        return _("{queue}, served").format(queue=queue.name)
    text = ngettext(
        "{queue}, served by {serving} of {count}",
        "{queue}, served by {serving} of {count}",
        serving,
    )
    return text.format(queue=queue.name, serving=serving, count=count)
