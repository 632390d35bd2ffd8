"""What can be done to a contact that waits."""

from __future__ import annotations

from collections.abc import Iterator

from data.actions.seen import seen_of
from data.actions.verbs import Undo, Verb
from data.figures.doings import Doings, Target
from data.figures.switches import CLOSED
from data.floor import Key
from data.model import Agent, AgentState, Contact, ContactState, Queue
from screens.acting.can import can, cannot_words
from screens.acting.offer import Offer
from screens.formats import format_caller
from screens.look import Look
from screens.presenters.waiting import under_way
from screens.text import _

SOONER, LATER = "sooner", "later"
_LEAST, _MOST = -1000, 1000


def contact_offers(key: Key, look: Look) -> tuple[Offer, ...]:
    """Its priority, another queue, an agent, the end of it.

    Args:
        key: Of the contact.
        look: The floor.
    """
    contact = look.snapshot.contacts.get(key)
    if contact is None:
        return ()
    why_not = _why_not(key, contact, look.doings)
    subject = format_caller(contact.caller_masked)
    seen = seen_of(Verb.PRIORITY, contact)
    here = Undo(Verb.PRIORITY, {"priority": contact.priority})
    plain = Target(key, subject=subject, seen=seen)

    def offer(
        verb: Verb, target: Target, problem: str = "", way: str = "", effect: str = ""
    ) -> Offer:
        cannot = "" if can(look, key.site, key.source, verb) else cannot_words()
        return Offer(verb, target, contact.id, cannot or why_not or problem, effect, way=way)

    def ranked(priority: int) -> Target:
        return Target(key, 0, subject, {"priority": priority}, seen, here)

    others = any(other_queues(contact, look))
    agents = any(takers(contact, look))
    back = Undo(Verb.MOVE, {"queue": contact.queue})
    return (
        offer(Verb.PRIORITY, ranked(min(_MOST, contact.priority + 1)), way=SOONER),
        offer(Verb.PRIORITY, ranked(max(_LEAST, contact.priority - 1)), way=LATER),
        offer(Verb.PRIORITY, ranked(contact.priority)),
        offer(
            Verb.MOVE,
            Target(key, 0, subject, {}, seen, back),
            "" if others else _("There is no other queue to which it could be moved."),
        ),
        offer(Verb.GIVE, plain, "" if agents else _("No agent of its queue is ready.")),
        offer(Verb.HANG_UP, plain, effect=_("is cut off at once; that cannot be taken back")),
    )


def other_queues(contact: Contact, look: Look) -> Iterator[tuple[Key, Queue, bool]]:
    """The queues that a contact can be moved to, by name, and whether each is closed."""
    found = [
        (key, queue, any(each.on and each.name == CLOSED for each in queue.switches))
        for key, queue in look.snapshot.queues.items()
        if (key.site, key.source) == (contact.site, contact.source)
        if queue.id != contact.queue and queue.channel is contact.channel
        if queue.direction != "outbound"
    ]
    yield from sorted(found, key=lambda each: (each[2], each[1].name))


def takers(contact: Contact, look: Look) -> Iterator[Agent]:
    """The agents who can be given a contact: those who are ready, the longest first.

    Who has the caller's open complaint comes before all others, whichever queues they serve.
    """
    owner = complaint_owner(contact, look)
    if owner is not None and owner.state is AgentState.READY:
        yield owner
    ready = [
        agent
        for key, agent in look.snapshot.agents.items()
        if (key.site, key.source) == (contact.site, contact.source)
        if contact.queue in agent.queues and agent.state is AgentState.READY
    ]
    for agent in sorted(ready, key=lambda each: (each.since, each.id)):
        if agent is not owner:
            yield agent


def complaint_owner(contact: Contact, look: Look) -> Agent | None:
    """The agent who has the caller's oldest open complaint; None where that is no agent."""
    if not contact.caller_key:
        return None
    mine = [
        each
        for each in look.snapshot.escalations.values()
        if each.is_open and (each.site, each.caller_key) == (contact.site, contact.caller_key)
    ]
    for complaint in sorted(mine, key=lambda each: each.received_at):
        if complaint.owner is not None:
            its = Key(contact.site, contact.source, complaint.owner.id)
            return look.snapshot.agents.get(its)
    return None


def _why_not(key: Key, contact: Contact, doings: Doings) -> str:
    if contact.state is not ContactState.WAITING:
        return _("This contact no longer waits.")
    if under_way(key, doings) is not None:
        return _("Your last action on this contact is still on its way.")
    return ""
