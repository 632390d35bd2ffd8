"""What each agent did, from one state to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from data.cache.history_model import STATE_CODES, Sort
from data.cache.history_pieces import AFTER, BUSY, COLUMNS, HANDLING, RINGING, pieces
from data.cache.names import NOBODY, Names
from data.model import Agent, AgentState, Ms

# The last row of each agent, where it lasts: one look into the table an agent, and no index that
# each change of a state would have to move.
_LASTING = f"""
SELECT agent, {COLUMNS} FROM name JOIN segment ON agent = n
    AND from_ms = (SELECT max(from_ms) FROM segment WHERE agent = n)
WHERE sort = ? AND length IS NULL
"""  # noqa: S608 - only a list of columns is put in
_LAST = f"""
SELECT agent, {COLUMNS} FROM segment WHERE agent = ? ORDER BY from_ms DESC LIMIT 1
"""  # noqa: S608 - only a list of columns is put in
_STORE = "INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_UPDATE = """
UPDATE segment SET length = ?, contact = ?, rang = ?, talked = ?, worked = ?
WHERE agent = ? AND from_ms = ?
"""
_ORDER = {RINGING: 1, STATE_CODES[AgentState.ON_HOLD]: 1, BUSY: 2, AFTER: 3}
"""Of a call's states: a row goes on with a later one only. What was held has rung before."""
_FOLLOWS = frozenset({RINGING, BUSY, AFTER})


class Doing(NamedTuple):
    """A state and what it is about, as codes and names."""

    state: int
    reason: int
    contact: int
    """The row of its stay in a queue, which says in which."""


class Row(msgspec.Struct):
    """A row of the file as it is or will be; ms after `from_ms` but for that."""

    agent: int
    from_ms: Ms
    length: int | None
    state: int
    reason: int
    contact: int
    rang: int | None = None
    talked: int | None = None
    worked: int | None = None
    since: Ms = 0
    """When the last of its states began."""
    doing: Doing = Doing(0, 0, 0)
    """The last of its states."""
    is_stored: bool = False
    """Whether the file has a row of this key."""

    @classmethod
    def begin(cls, agent: int, start: Ms, doing: Doing) -> Row:
        """A row of one state, which lasts."""
        return cls(agent, start, None, *doing, since=start, doing=doing)

    @classmethod
    def stored(cls, row: tuple[Any, ...]) -> Row:
        """A row of the file."""
        found = cls(*row)
        found.is_stored = True
        found.look_back()
        return found

    def look_back(self) -> None:
        """See which of its states is the last."""
        last = pieces(*self.values()[1:])[-1]
        self.since, self.doing = last.start, Doing(*last[2:])

    def takes(self, doing: Doing) -> bool:
        """Whether a state can be kept in this row, as what follows its last one."""
        if doing.state not in _FOLLOWS or doing.reason != NOBODY:
            return False
        last = self.doing
        if _ORDER[doing.state] <= _ORDER.get(last.state, 0):
            return False
        if self.state in HANDLING:
            return self.contact == doing.contact
        return last.contact == (doing.contact if last.state in HANDLING else NOBODY)

    def go_on(self, start: Ms, doing: Doing) -> None:
        """Keep a state as what follows the last one, from an instant on."""
        after = start - self.from_ms
        if doing.state == RINGING:
            self.rang = after
        elif doing.state == BUSY:
            self.talked = after
        else:
            self.worked = after
        self.contact, self.since, self.doing = doing.contact, start, doing

    def take_back(self) -> None:
        """Forget what followed last: it was something else."""
        if self.worked is not None:
            self.worked = None
        elif self.talked is not None:
            self.talked = None
        else:
            self.rang = None
        if self.talked is None and self.rang is None and self.state not in HANDLING:
            self.contact = NOBODY
        self.look_back()

    def values(self) -> tuple[Any, ...]:
        """Its columns."""
        return (
            *(self.agent, self.from_ms, self.length, self.state, self.reason, self.contact),
            *(self.rang, self.talked, self.worked),
        )

    def changes(self) -> tuple[int | None, ...]:
        """What of it may have changed, and its key."""
        return (
            *(self.length, self.contact, self.rang, self.talked, self.worked),
            *(self.agent, self.from_ms),
        )


FindContact = Callable[[str, str, str, Ms, int], int]
"""From (site, source, native id), an instant, and an agent who had the contact before it, to the
row of the stay in which it was; 0 if unknown."""


class SegmentRecorder:
    """Turns the states of agents into rows that follow one another without overlap."""

    def __init__(
        self, connection: sqlite3.Connection, names: Names, find_contact: FindContact
    ) -> None:
        self._connection = connection
        self._names = names
        self._find_contact = find_contact
        self._open: dict[int, Row] = {}
        self._gone: dict[int, Row | None] = {}
        self._dirty: dict[tuple[int, Ms], Row] = {}
        self.forget()

    def forget(self) -> None:
        """Learn again from the file which states last, as after a start."""
        self._dirty.clear()
        self._gone.clear()
        self._open = {
            row[0]: Row.stored(row)
            for row in self._connection.execute(_LASTING, (Sort.AGENT,)).fetchall()
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
        if last is None:
            self._come(name, at, start, doing)
            return name
        since = last.since
        if start < since:
            if at <= since or doing == last.doing:
                return name
            start = at
        elif start == since:
            if doing == last.doing:
                return name
            if doing.state != last.doing.state:
                start = max(start, at)
        self._turn(last, start, doing)
        return name

    def end(self, at: Ms, site: str, source: str, agent: str) -> None:
        """The agent, by native id, is no longer there."""
        name = self._names.of(site, source, Sort.AGENT, agent)
        last = self._open.get(name)
        if last is not None and at >= last.since:
            last.length = at - last.from_ms
            self._dirty[name, last.from_ms] = last
            self._gone[name] = self._open.pop(name)

    def flush(self) -> None:
        """Write what was recorded, in the caller's transaction."""
        rows = self._dirty.values()
        self._connection.executemany(_UPDATE, [row.changes() for row in rows if row.is_stored])
        new = [row for row in rows if not row.is_stored]
        self._connection.executemany(_STORE, [row.values() for row in new])
        for row in new:
            row.is_stored = True
        self._dirty.clear()

    def _turn(self, last: Row, start: Ms, doing: Doing) -> None:
        """Go from the state that lasts to another one; from its own start on, in its stead."""
        if start == last.since:
            if start == last.from_ms:
                self._begin(last.agent, start, doing)
                return
            last.take_back()
        self._dirty[last.agent, last.from_ms] = last
        if last.takes(doing):
            last.go_on(start, doing)
        else:
            last.length = start - last.from_ms
            self._begin(last.agent, start, doing)

    def _begin(self, name: int, start: Ms, doing: Doing) -> None:
        self._open[name] = self._dirty[name, start] = Row.begin(name, start, doing)

    def _come(self, name: int, at: Ms, start: Ms, doing: Doing) -> None:
        """Somebody comes, or comes back: what was told before they went is not told again."""
        gone = self._gone[name] if name in self._gone else self._last(name)
        if (
            gone is not None
            and gone.length is not None
            and start < (end := gone.from_ms + gone.length)
        ):
            if at < end:
                return
            if start == gone.since and doing == gone.doing:
                gone.length = None
                self._open[name] = self._dirty[name, gone.from_ms] = gone
                return
            start = at
        self._begin(name, start, doing)

    def _last(self, name: int) -> Row | None:
        row = self._connection.execute(_LAST, (name,)).fetchone()
        return Row.stored(row) if row else None

    def _doing(self, agent: Agent, at: Ms, name: int, last: Row | None) -> Doing:
        state = STATE_CODES[agent.state]
        contact = NOBODY
        if agent.contact:
            had_by = NOBODY if agent.state is AgentState.RINGING else name
            contact = self._find_contact(
                agent.site, agent.source, agent.contact, agent.since or at, had_by
            )
        elif state == AFTER and last is not None and last.doing.state in HANDLING:
            # Many sources name no contact once it has ended; the work after it is still its own.
            contact = last.doing.contact
        return Doing(state, self._names.word(Sort.REASON, agent.reason), contact)
