"""Actions as tests need them."""

from __future__ import annotations

from typing import Any

from data.actions.files import ActionFile
from data.actions.rules import RULES
from data.actions.verbs import Verb
from data.identifiers import KeyMaker

NOW = 1_773_236_000_000


def make_action(verb: Verb = Verb.CLAIM, *, at: int = NOW, **changes: Any) -> ActionFile:
    """An action of which the key was pressed at an instant."""
    rule = RULES[verb]
    fields: dict[str, Any] = {
        "key": KeyMaker().make(at),
        "verb": verb,
        "site": "hh",
        "source": "@desk" if rule.is_of_desk else "acd",
        "kind": rule.kind,
        "entity": "e1",
        "version": 0 if rule.is_of_desk else 5,
        "pressed_at": at,
        "not_after": at + rule.valid_ms,
        "subject": "E-1042",
        "fields": {"lost_at": at - 60_000} if rule.is_of_desk else {},
    }
    return ActionFile(**fields | changes)
