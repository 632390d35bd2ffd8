"""What every agent was doing at an instant, from the segments of history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from data.cache import rewind_queries as queries
from data.cache.history_callers import Ask
from data.cache.history_model import STATE_CODES, STATES, Sort
from data.floor import Key
from data.model import Agent, AgentDay, AgentState, Ms

_STATES = {
    "ready": AgentState.READY,
    "not_ready": AgentState.NOT_READY,
    "acw": AgentState.WORKING_AFTER_CONTACT,
    "busy": AgentState.BUSY,
    "held": AgentState.ON_HOLD,
}
_SUMMED = ("ready_s", "not_ready_s", "acw_s", "talk_s", "hold_s", "handled")
"""The sums of a day, in the order in which the questions give them."""
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


def agent_at(
    agent: Agent, doing: Doing, reason: str, contact: str | None, today: AgentDay
) -> Agent:
    """An agent's record with what history says of the instant; what it cannot say is unknown."""
    return replace(
        agent,
        state=doing.state,
        since=doing.since,
        reason=reason,
        contact=contact,
        today=today,
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
    codes = {name: STATE_CODES[state] for name, state in _STATES.items()}
    span = {"since": since, "at": at, "sort": int(Sort.AGENT)}
    found = dict(_sums(ask(queries.SPENT, {**codes, **span})))
    wanted = {**codes, **span, "longest": _LONGEST_TALK_MS, "pairs": json.dumps(pairs)}
    in_hand = dict(_sums(ask(queries.SPENT_IN_HAND, wanted)))
    nothing = (0.0,) * len(_SUMMED)
    return {
        number: _add(before.get(number), found.get(number, nothing), in_hand.get(number, nothing))
        for number in doings.known
    }


def _sums(rows: Iterable[Sequence[int | None]]) -> Iterator[tuple[int, tuple[float, ...]]]:
    """The number of each agent, and their sums: seconds by state, and contacts."""
    for number, *spent, contacts in rows:
        yield number or 0, (*((ms or 0) / 1000 for ms in spent), contacts or 0)


def _add(before: AgentDay | None, sums: Sequence[float], in_hand: Sequence[float]) -> AgentDay:
    """The day with what came to it, without what belongs to the contact that still lasts."""
    more = zip(_SUMMED, sums, in_hand, strict=True)
    added = {name: one - other for name, one, other in more}
    if before is None:
        return AgentDay(**added)  # type: ignore[arg-type]
    known = {name: getattr(before, name) for name in _SUMMED}
    return replace(
        before,
        **{name: None if one is None else one + added[name] for name, one in known.items()},
    )
