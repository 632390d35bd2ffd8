"""What every agent was doing at an instant, from the segments of history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from data.cache import rewind_queries as queries
from data.cache.history_callers import Ask
from data.cache.history_model import STATE_CODES, STATES, Sort
from data.cache.history_pieces import AFTER, BUSY, COLUMNS, ON_HOLD, Piece, pieces
from data.floor import Key
from data.model import Agent, AgentDay, AgentState, Ms

_PLACES = {
    STATE_CODES[AgentState.READY]: 0,
    STATE_CODES[AgentState.NOT_READY]: 1,
    AFTER: 2,
    BUSY: 3,
    ON_HOLD: 4,
}
"""Where among the sums of a day the time in a state counts; contacts come last."""
_IN_CONTACT = frozenset({BUSY, ON_HOLD})
_COLUMNS = COLUMNS.split(", ")
_CONTACT = _COLUMNS.index("contact")
_EARLIER = 1 + len(_COLUMNS)
_SUMS = _EARLIER + len(_COLUMNS)
"""Where in a row of the question the columns of the earlier row begin, and where the sums."""


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
    spent: Mapping[int, Sequence[int]] = {}
    """What each had done with since an earlier instant: times by state in ms, and contacts."""


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


def doings_at(ask: Ask, since: Ms, at: Ms) -> Doings:
    """What every agent did at an instant, and what they had done with since an earlier one.

    A stretch counts once it is over, and talk once the contact is, as in a telephone system.
    """
    lasting: list[Doing] = []
    latest: dict[int, Ms] = {}
    spent: dict[int, Sequence[int]] = {}
    for row in ask(queries.AGENTS, {"since": since, "at": at, "sort": int(Sort.AGENT)}):
        number, last, earlier = row[0], row[1:_EARLIER], row[_EARLIER:_SUMS]
        told = pieces(*last)
        while told[-1].start > at:
            told.pop()
        start, end, code, reason, contact = told[-1]
        latest[number] = start
        in_hand = None
        if end is None or end > at:
            told.pop()
            state = STATES.get(code, AgentState.UNKNOWN)
            lasting.append(Doing(number, start, state, reason, contact))
            in_hand = contact if code in _IN_CONTACT else None
        if earlier[0] is not None and earlier[0] != last[0]:
            told += pieces(*earlier)
        of = last[_CONTACT], earlier[_CONTACT]
        spent[number] = _spent(row[_SUMS:], told, since, in_hand, of)
    return Doings(tuple(lasting), frozenset(latest), latest, spent)


def _spent(
    sums: Sequence[Any],
    told: Iterable[Piece],
    since: Ms,
    in_hand: int | None,
    of: tuple[int, int | None],
) -> list[int]:
    """The sums of what an agent had done with: times by state in ms, and contacts.

    Args:
        sums: Of whole rows, as `queries.AGENTS` has them.
        told: What else is over.
        since: The instant from which on it counts.
        in_hand: The contact that the agent had on the line then.
        of: The contacts of the last row and of the earlier one.
    """
    *spent, contacts, last_talk, last_hold, has_last, has_earlier = sums
    found: set[int | None] = set()
    for start, end, state, _reason, contact in told:
        if end is None or end <= since or (contact == in_hand and state in _IN_CONTACT):
            continue
        place = _PLACES.get(state)
        if place is not None:
            spent[place] += end - start
        if state == BUSY:
            found.add(contact)
    if in_hand is not None:
        spent[_PLACES[BUSY]] -= last_talk
        spent[_PLACES[ON_HOLD]] -= last_hold
        contacts -= has_last
    if found and has_last:
        found.discard(of[0])
    if found and has_earlier:
        found.discard(of[1])
    return [*spent, contacts + len(found)]


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


def day_at(before: AgentDay | None, spent: Sequence[int]) -> AgentDay:
    """The sums of an agent's day at an instant.

    Args:
        before: The sums that are known of an earlier instant; None where nothing is. What they
            lack stays unknown.
        spent: What the agent had done with since that instant, or since the day began.
    """
    ready, not_ready, acw, talk, hold = (one / 1000 for one in spent[:-1])
    if before is None:
        return AgentDay(
            handled=spent[-1],
            talk_s=talk,
            hold_s=hold,
            acw_s=acw,
            ready_s=ready,
            not_ready_s=not_ready,
        )
    return AgentDay(
        handled=None if before.handled is None else before.handled + spent[-1],
        talk_s=_and(before.talk_s, talk),
        hold_s=_and(before.hold_s, hold),
        acw_s=_and(before.acw_s, acw),
        ready_s=_and(before.ready_s, ready),
        not_ready_s=_and(before.not_ready_s, not_ready),
        sales=before.sales,
        dials=before.dials,
    )


def _and(before: float | None, more: float) -> float | None:
    return None if before is None else before + more
