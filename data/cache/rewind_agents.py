"""What every agent was doing at an instant, from the segments of history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from data.cache import rewind_queries as queries
from data.cache.history_callers import Ask
from data.cache.history_model import STATE_CODES, STATES, Sort
from data.floor import Key
from data.model import Agent, AgentDay, AgentState, Ms

_BUSY, _HELD = STATE_CODES[AgentState.BUSY], STATE_CODES[AgentState.ON_HOLD]
_SUMS = {
    STATE_CODES[AgentState.READY]: "ready_s",
    STATE_CODES[AgentState.NOT_READY]: "not_ready_s",
    STATE_CODES[AgentState.WORKING_AFTER_CONTACT]: "acw_s",
    _BUSY: "talk_s",
    _HELD: "hold_s",
}
_LONGEST_TALK_MS = 86_400_000


class Named(NamedTuple):
    """Whom or what history means by a number."""

    key: Key
    label: str
    client: str


class Doing(NamedTuple):
    """What an agent did at an instant, as history has it."""

    number: int
    since: Ms
    state: AgentState
    reason: int
    contact: int
    """The row of the contact; 0 where there was none."""

    @property
    def is_in_contact(self) -> bool:
        """Whether they had somebody on the line, held or not."""
        return self.state is AgentState.BUSY or self.state is AgentState.ON_HOLD


class Doings(msgspec.Struct, frozen=True):
    """The agents of a floor at an instant."""

    lasting: tuple[Doing, ...] = ()
    known: frozenset[int] = frozenset()
    """The numbers of all of whom anything is known from before, gone ones included."""
    latest: Mapping[int, Ms] = {}
    """When each was last known to begin something."""


def named(ask: Ask, sort: Sort) -> dict[int, Named]:
    """Everything of a sort that history has a number for."""
    rows = ask(queries.NAMES, {"sort": int(sort)})
    return {
        n: Named(Key(site, source, entity), label, client)
        for n, site, source, entity, label, client in rows
    }


def words(ask: Ask, numbers: Iterable[int]) -> dict[int, str]:
    """The words that numbers stand for; 0 is none."""
    rows = ask(queries.WORDS, {"rows": json.dumps(sorted(set(numbers)))})
    return {0: "", **dict(rows)}


def doings_at(ask: Ask, at: Ms) -> Doings:
    """What every agent did at an instant."""
    rows = ask(queries.AGENTS, {"at": at, "sort": int(Sort.AGENT)})
    unknown = AgentState.UNKNOWN
    return Doings(
        lasting=tuple(
            Doing(n, since, STATES.get(state, unknown), reason, contact)
            for n, since, length, state, reason, contact in rows
            if length is None or since + length > at
        ),
        known=frozenset(row[0] for row in rows),
        latest={row[0]: row[1] for row in rows},
    )


def agent_at(agent: Agent, doing: Doing, reason: str, contact: str | None) -> Agent:
    """An agent's record with what history says of the instant; what it cannot say is unknown."""
    return replace(
        agent,
        state=doing.state,
        since=doing.since,
        reason=reason,
        contact=contact,
        pending_state=None,
        reachable=doing.state is not AgentState.UNREACHABLE,
        assist_since=None,
        assist_by=None,
        state_by=None,
        reported_state=doing.state,
        reported_since=doing.since,
        scheduled_s=None,
        adherent_s=None,
        adherence_at=0,
        unanswered_rings=None,
    )


def days_at(
    ask: Ask, doings: Doings, since: Ms, at: Ms, before: Mapping[int, AgentDay]
) -> dict[int, AgentDay]:
    """The sums of the agents' day at an instant.

    A stretch counts once it is over, and talk once the contact is, as in a telephone system.

    Args:
        ask: The file.
        doings: What the agents did then.
        since: The instant that `before` is of; the beginning of the day where it is empty.
        at: The instant.
        before: The sums that are known, by number of the agent. Of an agent who is in it, what it
            lacks stays unknown.
    """
    pairs = [(one.number, one.contact) for one in doings.lasting if one.is_in_contact]
    codes = {"busy": _BUSY, "held": _HELD, "sort": int(Sort.AGENT)}
    span = {"since": since, "at": at, "longest": _LONGEST_TALK_MS}
    found: dict[int, dict[str, float]] = {}
    wanted = {**codes, **span, "pairs": json.dumps(pairs)}
    for sign, statement in ((1, queries.SPENT), (-1, queries.SPENT_IN_HAND)):
        for number, state, spent_ms, contacts in ask(statement, wanted):
            name = _SUMS.get(state)
            if name is None:
                continue
            sums = found.setdefault(number, {})
            sums[name] = sums.get(name, 0.0) + sign * spent_ms / 1000
            if state == _BUSY:
                sums["handled"] = sums.get("handled", 0) + sign * contacts
    return {number: _add(before.get(number), found.get(number, {})) for number in doings.known}


def _add(before: AgentDay | None, sums: Mapping[str, float]) -> AgentDay:
    if before is None:
        zeros = dict.fromkeys((*_SUMS.values(), "handled"), 0)
        return AgentDay(**{**zeros, **sums})  # type: ignore[arg-type]
    known = {name: getattr(before, name) for name in (*_SUMS.values(), "handled")}
    return replace(
        before,
        **{
            name: None if value is None else value + sums.get(name, 0)
            for name, value in known.items()
        },
    )
