"""Reading history.db from another process: found contacts, one contact's life, an agent's day.

Needs nothing but sqlite3 and msgspec: this is what the screen loads.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from data.cache import history_queries as queries
from data.cache.database import open_for_reading, patiently
from data.cache.formats import HISTORY
from data.cache.history_callers import (
    CALLER_BITS,
    CallersOfDay,
    QueueOfDay,
    callers_of_day,
    queue_of_day,
)
from data.cache.history_half_hours import HalfHour, expected_calls, forecasts, half_hours
from data.cache.history_keyframes import KeptFloor, newest_keyframe
from data.cache.history_model import (
    CHANNELS,
    DIRECTIONS,
    EXTRAS,
    OUTCOMES,
    STATE_CODES,
    STATES,
    ContactLife,
    Extra,
    FindQuery,
    FoundContact,
    Segment,
    Sort,
    short_hash,
)
from data.cache.history_pieces import AFTER, BUSY, RINGING, pieces_between
from data.cache.names import NOBODY
from data.model import AgentState, Channel, Counts, Interval, Ms

LONGEST_STAY_MS = 2 * 86_400_000
"""How long before a span of time a contact may have begun and still be found in it."""
AFTER_MS = 3_600_000
"""How long after a contact's end an agent may begin something that belongs to it."""

_FOREVER = 2**62


class HistoryReader:
    """Answers questions about the past. For one thread at a time."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> HistoryReader:
        """Open history read-only.

        Raises:
            StoreError: FILE_MISSING, FILE_FOREIGN, FILE_NEWER, FILE_DENIED, FILE_BUSY,
                FILE_CORRUPT, NETWORK_FILESYSTEM.
        """

        def connect() -> sqlite3.Connection:
            return open_for_reading(path, HISTORY, may_be_older=True)

        return cls(path, patiently(connect, path))

    def find(self, query: FindQuery) -> list[FoundContact]:
        """Contacts that fit everything that is asked, the newest first.

        Raises:
            StoreError: The file can no longer be read.
        """
        queues = self._named(Sort.QUEUE, query.queue)
        agents = self._named(Sort.AGENT, query.agent)
        start = -_FOREVER if query.start is None else query.start
        wanted = {
            "site": query.site,
            "id": query.id,
            "id_hash": short_hash(query.id),
            "digits": query.digits,
            "last4": query.digits[-4:],
            "queues": queues,
            "agents": agents,
            "start": start,
            "earliest": start if query.start is None else start - LONGEST_STAY_MS,
            "end": _FOREVER if query.end is None else query.end,
            "limit": query.limit,
        }
        if query.id:
            statement = queries.BY_ID
        else:
            statement = queries.BY_DIGITS if len(query.digits) >= 4 else queries.BY_TIME
        return [_found(row) for row in self._all(statement, wanted)]

    def life(self, site: str, source: str, contact: str) -> ContactLife:
        """Everything known of one contact; all lists are empty where it is not known."""
        rows = self._all(queries.OF_CONTACT, (short_hash(contact), contact, site, source))
        legs = tuple(_found(row) for row in rows)
        if not legs:
            return ContactLife(legs=(), segments=(), extras=())
        numbers = _json([row[-1] for row in rows])
        ends = [leg.ended_at for leg in legs]
        until = _FOREVER if ends[-1] is None else max(end or 0 for end in ends) + AFTER_MS
        span = (legs[0].created_at - AFTER_MS, until)
        found = self._all(queries.OF_ROWS, (site, source, Sort.AGENT, *span, numbers))
        segments = sorted(_segments(found, span[0], span[1] + 1), key=lambda one: one.start)
        return ContactLife(
            legs=legs,
            segments=tuple(one for one in segments if one.contact),
            extras=tuple(_extra(row) for row in self._all(queries.EXTRAS, (numbers,))),
        )

    def segments(self, site: str, source: str, agent: str, start: Ms, end: Ms) -> list[Segment]:
        """What an agent did between two instants, whole stretches, in order."""
        rows = self._all(queries.OF_AGENT, (site, source, Sort.AGENT, agent, start, end))
        return list(_segments(rows, start, end))

    def heads(
        self,
        site: str | None,
        states: Iterable[AgentState],
        start: Ms,
        end: Ms,
        beside: Iterable[tuple[str, str, str]] = (),
    ) -> float | None:
        """Mean number of agents who were in one of some states between two instants.

        Args:
            site: A site's id; None for all sites.
            states: The states to count.
            start: The first instant.
            end: The last; what lasts is taken to last until then.
            beside: Agents who do not count, by site, source and id.

        Returns:
            None where nothing is known of that time.
        """
        codes = {STATE_CODES[state] for state in states}
        wanted = {
            "site": site,
            "states": _json(sorted(codes)),
            "rings": RINGING in codes,
            "talks": BUSY in codes,
            "works": AFTER in codes,
            "sort": Sort.AGENT,
            "start": start,
            "end": end,
            "beside": _json([*beside]),
        }
        ((known, worked_ms),) = self._all(queries.WORKED, wanted)
        return worked_ms / (end - start) if known else None

    def contacts(self, start: Ms, end: Ms, site: str | None = None) -> list[FoundContact]:
        """Contacts that began at or after `start` and before `end`, in that order."""
        return [_found(row) for row in self._all(queries.BETWEEN, (start, end, site))]

    def intervals(self, start: Ms, end: Ms, site: str | None = None) -> list[Interval]:
        """Counts of the intervals that begin at or after `start` and before `end`, in order."""
        return [_interval(row) for row in self._all(queries.INTERVALS, (start, end, site))]

    def half_hours(self, site: str | None, start: Ms, end: Ms) -> list[HalfHour]:
        """What is expected and needed in the half hours of a span of time, in order.

        Args:
            site: A site's id; None for all sites.
            start: The first half hour's beginning.
            end: Half hours that begin later do not matter.

        Returns:
            Nothing where nothing is expected, or the file is of a program that reckoned nothing.
        """
        if not self.has_demand():
            return []
        return half_hours(self._all, site, start, end)

    def expected_calls(self, site: str | None, at: Ms) -> dict[tuple[str, str, str], float]:
        """Calls that are expected in the half hour that begins at `at`, by the keys of queues."""
        return expected_calls(self._all, site, at) if self.has_demand() else {}

    def forecasts(
        self, site: str | None, start: Ms, end: Ms
    ) -> dict[tuple[str, str, str], dict[Ms, float]]:
        """Calls as they were forecast beforehand, by the keys of queues and by half hour.

        Args:
            site: A site's id; None for all sites.
            start: Half hours that begin earlier do not matter.
            end: Nor those that begin then or later.
        """
        return forecasts(self._all, site, start, end) if self.has_demand() else {}

    def has_demand(self) -> bool:
        """Whether the file is of a program that kept forecasts."""
        ((version,),) = self._all("PRAGMA user_version", ())
        return int(version) >= HISTORY.version

    def contacts_of(
        self, site: str, caller_key: str, caller_masked: str, since: Ms, limit: int = 200
    ) -> list[FoundContact]:
        """The contacts of one caller that came at or after an instant, the newest first.

        Args:
            site: Where.
            caller_key: The caller's key as records have it; an empty one has no contacts.
            caller_masked: The caller's masked number: digits that show make it quick.
            since: The instant.
            limit: At most so many.
        """
        if not caller_key:
            return []
        wanted = {
            "site": site,
            "caller": short_hash(caller_key, CALLER_BITS),
            "since": since,
            "last4": caller_masked[-4:],
            "limit": limit,
        }
        is_quick = len(caller_masked) >= 4 and caller_masked[-4:].isdigit()
        statement = queries.OF_CALLER_BY_DIGITS if is_quick else queries.OF_CALLER
        return [_found(row) for row in self._all(statement, wanted)]

    def callers_of_day(self, site: str, start: Ms, end: Ms | None = None) -> CallersOfDay:
        """Who was lost on a site's day that began at `start`, and what they had answered in it."""
        return callers_of_day(self._all, site, start, end)

    def queue_of_day(
        self, site: str, source: str, queue: str, start: Ms, end: Ms | None = None
    ) -> QueueOfDay:
        """The stays in one queue, by native id, on a day that began at `start`."""
        return queue_of_day(self._all, site, source, queue, start, end)

    def kept_floor(self, not_after: Ms) -> KeptFloor | None:
        """The floor as it was kept last, not after an instant; None where it was not.

        Raises:
            StoreError: The file can no longer be read.
        """
        return newest_keyframe(self._all, not_after)

    def ask(self, statement: str, wanted: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """The rows of a statement with named parameters, for questions kept elsewhere.

        Raises:
            StoreError: The file can no longer be read.
        """
        return self._all(statement, wanted)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _named(self, sort: Sort, beginning: str) -> str | None:
        """The numbers of the names that begin like this, as JSON; None where none is asked."""
        if not beginning:
            return None
        sought = beginning.casefold()
        rows = self._all("SELECT n, id, label FROM name WHERE sort = ?", (sort,))
        exact = [n for n, name, _ in rows if name == beginning]
        return _json(
            exact
            or [
                n
                for n, name, label in rows
                if name.casefold().startswith(sought) or _begins(label.casefold(), sought, sort)
            ]
        )

    def _all(self, statement: str, wanted: tuple[object, ...] | Mapping[str, object]) -> list[_Row]:
        return patiently(
            lambda: self._connection.execute(statement, wanted).fetchall(),
            self._path,
        )


_Row = tuple[Any, ...]


def _begins(label: str, sought: str, sort: Sort) -> bool:
    """People are known by any part of their name, queues by how it begins."""
    if sort is Sort.AGENT:
        return f" {label}".find(f" {sought}") >= 0
    return label.startswith(sought)


def _json(values: list[Any]) -> str:
    """Values as SQLite takes a list of them."""
    return msgspec.json.encode(values).decode()


def _found(row: tuple[Any, ...]) -> FoundContact:
    return FoundContact(
        site=row[0],
        source=row[1],
        id=row[2],
        leg=row[3],
        queue=row[4],
        queue_name=row[5],
        client=row[6],
        channel=CHANNELS.get(row[7], Channel.OTHER),
        direction=DIRECTIONS.get(row[8], "other"),
        outcome=OUTCOMES.get(row[9]),
        created_at=row[10],
        queued_at=row[11],
        answered_at=row[12],
        ended_at=row[13],
        agent=row[14],
        agent_name=row[15],
        caller_masked=row[16],
    )


def _interval(row: tuple[Any, ...]) -> Interval:
    site, source, queue, starts_at, minutes, *counts = row
    return Interval(
        site=site,
        source=source,
        id="",
        queue=queue,
        starts_at=starts_at,
        minutes=minutes,
        counts=Counts(**dict(zip(Counts.__struct_fields__, counts[:-2], strict=True))),
        forecast_offered=counts[-2],
        forecast_aht_s=counts[-1],
    )


def _segments(rows: Iterable[_Row], start: Ms, end: Ms) -> Iterator[Segment]:
    """The states in rows of `queries.OF_AGENT` that lie in a span, whole, in order of the rows."""
    for row in rows:
        _number, agent, name, reason, queue, contact = row[8:]
        for piece in pieces_between(row[:8], start, end):
            is_about = piece.contact != NOBODY
            yield Segment(
                agent=agent,
                agent_name=name,
                start=piece.start,
                end=piece.end,
                state=STATES.get(piece.state, AgentState.UNKNOWN),
                reason=reason if piece.reason != NOBODY else "",
                queue=queue if is_about else "",
                contact=contact if is_about else "",
            )


def _extra(row: tuple[Any, ...]) -> Extra:
    is_word = row[2] == Sort.WORD
    return Extra(
        at=row[0],
        kind=EXTRAS[row[1]],
        who="" if is_word else row[3],
        who_name="" if is_word else row[4],
        text=row[5],
    )
