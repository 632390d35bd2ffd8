"""What has to be asked before something is done to queues and to contacts that wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.actions.verbs import Verb
from data.figures.switches import EMERGENCY
from data.model import Agent, Contact
from screens import words
from screens.acting.contacts import complaint_owner, other_queues, takers
from screens.acting.offer import Ask, Wanted
from screens.formats import format_duration
from screens.look import Look
from screens.text import _
from screens.widgets.form import Answers, Field

_TEXT_LIMIT = 4000


def _switch_fields(wanted: Wanted) -> tuple[Field, ...]:
    """What an emergency message is to say; all else says itself."""
    fields = wanted.offers[0].target.fields
    if fields.get("name") != EMERGENCY or not fields.get("on"):
        return ()
    return (Field("text", _("What it says"), limit=_TEXT_LIMIT),)


def _priority_fields(wanted: Wanted) -> tuple[Field, ...]:
    """The number, where the key does not say it already."""
    offer = wanted.offers[0]
    if offer.way:
        return ()
    label = _("Priority, -1000 to 1000: the higher, the sooner")
    now = str(offer.target.fields.get("priority", 0))
    return (Field("priority", label, now, limit=5, is_needed=True, check=_priority_problem),)


def _priority_problem(text: str) -> str:
    number = _number(text)
    if number is None or not -1000 <= number <= 1000:
        return _("A priority is a whole number from -1000 to 1000.")
    return ""


def _priority_read(answers: Answers) -> Mapping[str, Any]:
    number = _number(answers.get("priority", ""))
    return {} if number is None else {"priority": number}


def _move_fields(wanted: Wanted) -> tuple[Field, ...]:
    contact = _contact(wanted)
    if contact is None:
        return ()
    options = []
    for key, queue, is_closed in other_queues(contact, wanted.look):
        waiting = _("{queue}, {count} waiting").format(
            queue=queue.name, count=queue.contacts_waiting
        )
        closed = _("{queue}, CLOSED").format(queue=queue.name)
        options.append((key.id, closed if is_closed else waiting))
    return (Field("queue", _("To the queue"), options=tuple(options), is_needed=True),)


def _give_fields(wanted: Wanted) -> tuple[Field, ...]:
    contact = _contact(wanted)
    if contact is None:
        return ()
    look = wanted.look
    owner = complaint_owner(contact, look)
    options = [(each.id, _taker(each, look, each is owner)) for each in takers(contact, look)]
    return (Field("agent", _("To the agent"), options=tuple(options), is_needed=True),)


def _taker(agent: Agent, look: Look, has_complaint: bool) -> str:
    parts = {
        "id": agent.id,
        "name": agent.name,
        "state": words.agent_state(agent.state),
        "age": format_duration((look.moment.now - agent.since) / 1000),
    }
    text = _("{id} {name}, {state} {age}, has the complaint")
    if not has_complaint:
        text = _("{id} {name}, {state} {age}")
    return text.format(**parts)


def _contact(wanted: Wanted) -> Contact | None:
    """The first that is meant: all of them wait in one queue."""
    return wanted.look.snapshot.contacts.get(wanted.offers[0].target.key)


def _number(text: str) -> int | None:
    try:
        return int(text.strip())
    except ValueError:
        return None


ASKS: Mapping[Verb, Ask] = {
    Verb.SWITCH: Ask(_switch_fields, words=("text",)),
    Verb.PRIORITY: Ask(_priority_fields, _priority_read, words=("priority",)),
    Verb.MOVE: Ask(_move_fields, words=("queue",)),
    Verb.GIVE: Ask(_give_fields, words=("agent",)),
}
"""What each verb has to ask first; hanging up says it all, and wants its `y`."""
