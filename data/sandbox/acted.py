"""The truth of what was done at a sandbox: one entry for each action, at its first answer.

Proofs count here what was carried out, when, by whom and on which version, and compare it with what
clients believe. Served at `/sandbox/truth/actions`.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from data import contract
from data.desk.commands import Asked, Command
from data.desk.keeper import Keeper
from data.desk.perform import Answer
from data.model import Ms


class Touched(msgspec.Struct, frozen=True):
    """An entity that an action was about."""

    kind: str
    id: str
    before: int
    """Its version before; 0 where there was none."""
    after: int
    """And afterwards: the same where it was refused, or has not come about yet."""


class Acted(msgspec.Struct, frozen=True):
    """One action and the first answer to it; replays are no actions."""

    key: str
    method: str
    path: str
    """From `/sites/` on, decoded."""
    actor: str
    at: Ms
    not_after: Ms
    status: int
    problem: str
    """The name of the refusal; empty where it was carried out."""
    entities: tuple[Touched, ...]


def versions(keeper: Keeper, command: Command) -> Mapping[tuple[str, str], int]:
    """The versions, within a transaction, of what an action is about."""
    found = ((one.kind, one.id, keeper.get(one.kind, one.id)) for one in command.expected)
    return {(kind, entity): kept.version if kept else 0 for kind, entity, kept in found}


def entry(
    asked: Asked,
    command: Command,
    answer: Answer,
    before: Mapping[tuple[str, str], int],
    now: Ms,
) -> Acted:
    """The entry of an action.

    Args:
        asked: The request.
        command: What it asked for.
        answer: What it was told.
        before: What `versions` gave before it was carried out.
        now: The server's time.
    """
    action = msgspec.json.decode(asked.body, type=contract.ActionBase)
    problem = ""
    after: dict[tuple[str, str], int] = {}
    if answer.is_problem:
        problem = msgspec.json.decode(answer.body, type=contract.Problem).name
    else:
        result = msgspec.json.decode(answer.body, type=contract.ActionResult)
        after = {(each.type, each.id): each.version for each in result.entities}
    return Acted(
        key=command.key,
        method=asked.method,
        path=asked.path,
        actor=action.actor.id,
        at=now,
        not_after=command.not_after,
        status=answer.status,
        problem=problem,
        entities=tuple(
            Touched(kind, entity, version, after.get((kind, entity), version))
            for (kind, entity), version in before.items()
        ),
    )
