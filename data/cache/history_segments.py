"""What each agent did, from one state to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from data.cache.history_model import STATE_CODES, Sort
from data.cache.names import NOBODY, Names
from data.model import Agent, AgentState, Ms

_HANDLING = {
    STATE_CODES[state]
    for state in (
        AgentState.RINGING,
        AgentState.BUSY,
        AgentState.ON_HOLD,
        AgentState.WORKING_AFTER_CONTACT,
    )
}
_AFTER_CONTACT = STATE_CODES[AgentState.WORKING_AFTER_CONTACT]

# The last state of each agent, where it lasts: one look into the table an agent, and no index that
# each change of a state would have to move.
_LASTING = """
SELECT agent, from_ms, state, reason, contact
FROM name JOIN segment ON agent = n
    AND from_ms = (SELECT max(from_ms) FROM segment WHERE agent = n)
WHERE sort = ? AND length IS NULL
"""


class Doing(NamedTuple):
    """A state and what it is about, as codes and names."""

    state: int
    reason: int
    contact: int
    """The row of its stay in a queue, which says in which."""


class Open(NamedTuple):
    """The state that an agent is in, and since when."""

    start: Ms
    doing: Doing


FindContact = Callable[[str, str, str, Ms, int], int]
"""From (site, source, native id), an instant, and an agent who had the contact before it, to the
row of the stay in which it was; 0 if unknown."""


class SegmentRecorder:
    """Turns the states of agents into segments that follow one another without overlap."""

    def __init__(
        self, connection: sqlite3.Connection, names: Names, find_contact: FindContact
    ) -> None:
        self._connection = connection
        self._names = names
        self._find_contact = find_contact
        self._open: dict[int, Open] = {}
        self._new: dict[tuple[int, Ms], tuple[int | None, Doing]] = {}
        self._closed: dict[tuple[int, Ms], int] = {}
        self.forget()

    def forget(self) -> None:
        """Learn again from the file which states last, as after a start."""
        self._new.clear()
        self._closed.clear()
        self._open = {
            row[0]: Open(row[1], Doing(*row[2:]))
            for row in self._connection.execute(_LASTING, (Sort.AGENT,))
        }

    def record(self, at: Ms, agent: Agent) -> int:
        """Take in the state of an agent as reported at an instant; returns the agent's name.

        A state that began before the one that lasts is an old report where it was also made
        before it (and is ignored), and otherwise a source that is unsure when it began. So is one
        that is reported later to have begun with the one that lasts: to many sources an agent is
        busy from the first ring on, and only the contact tells when it was answered.
        """
        name = self._names.of(
            agent.site, agent.source, Sort.AGENT, agent.id, label=agent.name, client=agent.client
        )
        last = self._open.get(name)
        doing = self._doing(agent, at, name, last)
        start = agent.since or at
        if last is not None:
            if start < last.start:
                if at <= last.start or doing == last.doing:
                    return name
                start = at
            elif start == last.start:
                if doing == last.doing:
                    return name
                if doing.state != last.doing.state:
                    start = max(start, at)
            if start > last.start:
                self._close(name, last, start)
        self._open[name] = Open(start, doing)
        self._new[name, start] = (None, doing)
        return name

    def end(self, at: Ms, site: str, source: str, agent: str) -> None:
        """The agent, by native id, is no longer there."""
        name = self._names.of(site, source, Sort.AGENT, agent)
        last = self._open.get(name)
        if last is not None and at >= last.start:
            self._close(name, last, at)
            del self._open[name]

    def flush(self) -> None:
        """Write what was recorded, in the caller's transaction."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?, ?)",
            [(*key, length, *doing) for key, (length, doing) in self._new.items()],
        )
        self._connection.executemany(
            "UPDATE segment SET length = ? WHERE agent = ? AND from_ms = ?",
            [(length, *key) for key, length in self._closed.items()],
        )
        self._new.clear()
        self._closed.clear()

    def _close(self, name: int, last: Open, at: Ms) -> None:
        key = name, last.start
        if key in self._new:
            self._new[key] = (at - last.start, last.doing)
        else:
            self._closed[key] = at - last.start

    def _doing(self, agent: Agent, at: Ms, name: int, last: Open | None) -> Doing:
        state = STATE_CODES[agent.state]
        contact = NOBODY
        if agent.contact:
            had_by = NOBODY if agent.state is AgentState.RINGING else name
            contact = self._find_contact(
                agent.site, agent.source, agent.contact, agent.since or at, had_by
            )
        elif state == _AFTER_CONTACT and last is not None and last.doing.state in _HANDLING:
            # Many sources name no contact once it has ended; the work after it is still its own.
            contact = last.doing.contact
        return Doing(state, self._names.word(Sort.REASON, agent.reason), contact)
