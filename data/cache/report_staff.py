"""What reports ask of history.db about agents: their time, their contacts, how many were needed.

Time is summed up by SQLite for each stretch that is asked about: of a month of a large floor there
are millions of states, and Python sees a few sums of each stretch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from data.cache.history_model import STATES, Sort
from data.cache.history_pieces import pieces_of, row_at
from data.cache.report_queries import Ask
from data.floor import Key
from data.model import AgentState, Ms
from data.rules.demand import HALF_HOUR_MS

_STATES = pieces_of(
    f"agent = stretch.agent AND from_ms < ends AND from_ms >= {row_at('starts', 'stretch.agent')}",
    ":now",
)
# What lasts is taken to last until :now.
_SPENT = f"""
WITH stretch (agent, starts, ends) AS MATERIALIZED (
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(:stretches)
)
SELECT (
    SELECT json_group_array(
        json_array(state, coalesce((SELECT id FROM name WHERE n = reason), ''), ms, since, until)
    ) FROM (
        SELECT state, reason,
            sum(min(until, ends) - max(since, starts)) AS ms,
            max(min(since), starts) AS since, min(max(until), ends) AS until
        FROM ({_STATES})
        WHERE since < ends AND until > starts GROUP BY state, reason
    )
) FROM stretch
"""  # noqa: S608 - only a table of ours is put in
_AGENTS = "SELECT n, source, id, label FROM name WHERE sort = :sort AND site = :site"
_SIGNED_IN = """
SELECT agent.source, agent.id, agent.label,
    sum(talk_ms + hold_ms + acw_ms + ready_ms + not_ready_ms)
FROM agent_day JOIN name AS agent ON agent.n = agent_day.agent
WHERE day_started_at >= :start AND day_started_at < :end AND agent.site = :site
GROUP BY agent_day.agent
"""
_CONTACTS = """
SELECT agent.source, agent.id, contact.queue, count(*), sum(contact.ended - contact.answered)
FROM contact JOIN name AS agent ON agent.n = contact.agent
WHERE contact.at >= :start AND contact.at < :end AND contact.answered IS NOT NULL
    AND agent.site = :site
GROUP BY contact.agent, contact.queue
"""
_NEED = """
SELECT starts_at, heads FROM need
WHERE site = :site AND starts_at >= :start AND starts_at + :half <= :end
"""
_KEPT_SINCE = "SELECT min(at) FROM keyframe"
_TOLD = msgspec.json.Decoder(list[tuple[int, str, int, Ms, Ms]])


class NamedAgent(NamedTuple):
    """An agent whom history has a name of."""

    number: int
    key: Key
    name: str


class Stretch(NamedTuple):
    """A stretch of an agent's time that is asked about."""

    agent: int
    """The number that stands for the agent in this file."""
    start: Ms
    end: Ms


class Spent(NamedTuple):
    """What an agent did in a stretch, of one state and reason."""

    state: AgentState
    reason: str
    ms: int
    since: Ms
    """When it was so first in the stretch."""
    until: Ms
    """When it was so last."""


class Shared(NamedTuple):
    """What an agent had of a queue's contacts."""

    queue: int
    contacts: int
    """That they answered."""
    ms: int
    """From answer to end."""


def agents_of(ask: Ask, site: str) -> list[NamedAgent]:
    """Every agent of a site whom history has a name of."""
    return [
        NamedAgent(number, Key(site, source, name), label or name)
        for number, source, name, label in ask(_AGENTS, {"sort": Sort.AGENT, "site": site})
    ]


def spent_in(ask: Ask, stretches: Iterable[Stretch], now: Ms) -> Iterator[list[Spent]]:
    """What agents did in stretches of time, in their order; nothing where nothing is known.

    Args:
        ask: The file.
        stretches: Which.
        now: What lasts is taken to last until then.
    """
    asked = msgspec.json.encode(list(stretches)).decode()
    for (told,) in ask(_SPENT, {"stretches": asked, "now": now}):
        yield [
            Spent(STATES.get(code, AgentState.UNKNOWN), reason, ms, since, until)
            for code, reason, ms, since, until in _TOLD.decode(told)
        ]


def kept_since(ask: Ask) -> Ms | None:
    """Since when states of agents are kept, by the hourly pictures of the floor; None: of none."""
    ((since,),) = ask(_KEPT_SINCE, {})
    return None if since is None else int(since)


def signed_in_by_source(ask: Ask, site: str, start: Ms, end: Ms) -> dict[Key, tuple[str, int]]:
    """The names of agents and how long they were signed in, as sources sum up their days, in ms.

    Handling, ready and not-ready time together; nobody of whom a part is not told.
    """
    wanted = {"site": site, "start": start, "end": end}
    return {
        Key(site, source, name): (label or name, ms)
        for source, name, label, ms in ask(_SIGNED_IN, wanted)
        if ms is not None
    }


def contacts_shared(ask: Ask, site: str, start: Ms, end: Ms) -> dict[Key, list[Shared]]:
    """What each agent of a site had of the contacts that came in a span, by queue."""
    found: dict[Key, list[Shared]] = {}
    wanted = {"site": site, "start": start, "end": end}
    for source, name, *shared in ask(_CONTACTS, wanted):
        queue, contacts, ms = shared
        found.setdefault(Key(site, source, name), []).append(Shared(queue, contacts, ms or 0))
    return found


def heads_needed(ask: Ask, site: str, start: Ms, end: Ms) -> list[tuple[Ms, int]]:
    """The half hours of a span that are over and of which the need is known, with its heads."""
    wanted = {"site": site, "start": start, "end": end, "half": HALF_HOUR_MS}
    return ask(_NEED, wanted)
