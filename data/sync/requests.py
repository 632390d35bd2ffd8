"""An action as the contract's request: method, path, headers and body."""

from __future__ import annotations

from typing import Any

import msgspec

from data.actions.files import ActionFile, fields_of
from data.actions.rules import RULES, Basis
from data.contract import ActionActor, from_ms
from data.sources.native_ids import native_id

_REFERENCES = frozenset({"queue", "contact", "agent"})
"""Fields that hold ids as they are kept; an endpoint knows them by its own."""
_INSTANTS = frozenset(
    {
        *("received_at", "lost_at", "until", "starts_at", "ends_at", "moved_to"),
        *("since", "next_check_at", "due_at"),
    }
)


class Request(msgspec.Struct, frozen=True):
    """A guarded request to whoever keeps the record."""

    method: str
    parts: tuple[str, ...]
    """The path below the site, each part as it is: not yet percent-encoded."""
    key: str
    """The idempotency key, the same through every repetition."""
    version: int | None
    """For If-Match; None: there must be no such record yet."""
    body: bytes
    epoch: str = ""
    """The history that the version belongs to; empty where it does not matter or is not known."""
    may_have_arrived: bool = False
    """It was asked before and the answer was lost: who knows no keys has to look, not to repeat."""


def request_of(action: ActionFile, actor: ActionActor, version: int) -> Request:
    """The request for an action.

    Args:
        action: What was asked.
        actor: Who asked.
        version: The version of the record that it is based on.
    """
    rule = RULES[action.verb]
    is_new = rule.basis is Basis.NEW
    entity = native_id(action.entity)
    body: dict[str, Any] = {
        **rule.constants,
        **_on_the_wire(msgspec.to_builtins(fields_of(action))),
        "actor": actor,
        "not_after": from_ms(action.not_after),
        "pressed_at": from_ms(action.pressed_at),
    }
    if action.comment:
        body["comment"] = action.comment
    return Request(
        method="PUT" if is_new else "POST",
        parts=tuple(entity if part == "{id}" else part for part in rule.path.split("/")),
        key=action.key,
        version=None if is_new else version,
        body=msgspec.json.encode(body),
        epoch=action.epoch if rule.basis is Basis.SEEN else "",
    )


def _on_the_wire(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields as the contract has them: native ids, and instants as text."""
    wire: dict[str, Any] = {}
    for name, value in fields.items():
        if name in _REFERENCES:
            wire[name] = native_id(value)
        elif name in _INSTANTS:
            wire[name] = from_ms(value)
        elif name == "audience":
            wire[name] = {**value, "ids": [native_id(each) for each in value.get("ids", ())]}
        else:
            wire[name] = value
    return wire
