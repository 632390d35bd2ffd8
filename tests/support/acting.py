"""Actions as tests need them."""

from __future__ import annotations

from typing import Any

from data.actions import RULES, ActionFile, Home, Verb
from data.identifiers import KeyMaker

NOW = 1_773_236_000_000


def make_action(verb: Verb = Verb.CLAIM, *, at: int = NOW, **changes: Any) -> ActionFile:
    """An action of which the key was pressed at an instant."""
    rule = RULES[verb]
    fields: dict[str, Any] = {
        "key": KeyMaker().make(at),
        "verb": verb,
        "site": "hh",
        "source": "acd" if rule.home is Home.ENDPOINT else "@desk",
        "kind": rule.kind,
        "entity": "e1",
        "version": 5 if rule.home is Home.ENDPOINT else 0,
        "pressed_at": at,
        "not_after": at + rule.valid_ms,
        "subject": "E-1042",
        "fields": {} if rule.home is Home.ENDPOINT else {"lost_at": at - 60_000},
    }
    return ActionFile(**fields | changes)
