"""What matters of a record to an action: taken down when the key is pressed, compared when it goes.

An action that was late, because a line was down, meets a floor that has moved on. Whether that
still is what the person meant is told by a few words about the record, as they saw it.
"""

from __future__ import annotations

from data.actions.rules import RULES, Basis
from data.actions.verbs import Verb
from data.model import Agent, AnyRecord, Contact, Escalation, Queue

TOLD = "told"
"""How many lines a complaint's history had: it only grows, and what came later was not seen."""
_BY_STATE = frozenset(
    {Verb.PAUSE, Verb.READY, Verb.LOG_OUT, Verb.END_WORK, Verb.LISTEN, Verb.WHISPER, Verb.BARGE}
)
"""What is done to an agent because of what they do just then."""


def seen_of(verb: Verb, record: AnyRecord | None) -> dict[str, str]:
    """What matters of a record to a verb, by name; two that are equal mean the same to it."""
    match record:
        case Agent() if verb in _BY_STATE:
            return {"state": record.state, "contact": record.contact or ""}
        case Contact():
            return {"state": record.state, "queue": record.queue, "agent": record.agent}
        case Queue():
            return {each.name: "on" if each.on else "off" for each in record.switches}
        case Escalation():
            owner = record.owner
            return {
                "status": record.status,
                "severity": record.severity,
                "tier": str(record.tier),
                "owner": owner.name if owner is not None else "",
                TOLD: str(len(record.events)),
            }
    return {}


def has_changed(verb: Verb, seen: dict[str, str], record: AnyRecord | None) -> bool:
    """Whether a record is no longer what an action that is about the present was meant for."""
    if RULES[verb].basis is not Basis.PRESENT or record is None:
        return False
    return bool(seen) and seen_of(verb, record) != seen
