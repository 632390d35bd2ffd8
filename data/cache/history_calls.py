"""Calls that another system recorded, kept in history: each once, however often it is told.

A call is known by its id, its queue and the second in which it entered it: ids alone come again in
many logs, on another day or after a restart. What was told live under the same id and in the same
queue within a few minutes is the same call, and stays as it was told.

The counts of an interval are counted anew from the calls imported into it, so a file that was
imported twice, or halfway and then whole, gives the counts of the file. Where the floor itself was
watching, its own counts stand.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence

import msgspec

from data.cache.history_contacts import split_masked
from data.cache.history_model import (
    CHANNEL_CODES,
    DIRECTION_CODES,
    OTHER_DIRECTION,
    OUTCOME_CODES,
    Outcome,
    Sort,
    short_hash,
)
from data.cache.names import NOBODY, Names
from data.model import Channel, Ms

INTERVAL_MINUTES = 15
_INTERVAL_MS = INTERVAL_MINUTES * 60_000
_SAME_CALL_MS = 10 * 60_000
"""Clocks of two systems that saw one call enter its queue are no further apart."""
_ONE_CONTACT_MS = 86_400_000
"""What bears one id within a day is one contact, on its way from queue to queue."""

_KNOWN = """
SELECT contact.id, contact.queue, contact.at + coalesce(contact.queued, contact.answered, 0),
    contact.leg, contact.imported
FROM contact JOIN name ON name.n = contact.queue
WHERE id_hash IN (SELECT value FROM json_each(?)) AND name.site = ? AND name.source = ?
"""
_STORE = """
INSERT INTO contact (c, id_hash, id, leg, queue, client, channel, direction, outcome,
    at, queued, answered, ended, agent, mask, digits, caller, imported)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
"""
# `at` of an imported call is its queue entry, so its wait is `answered`, or `ended` of the lost.
_RECOUNT = """
INSERT INTO interval (queue, starts_at, minutes, offered, answered, answered_within, abandoned,
    abandoned_within, abandoned_short, transferred, wait_answered_ms, wait_abandoned_ms,
    longest_wait_ms, talk_ms, hold_ms, acw_ms, imported)
SELECT :queue, :starts, :minutes, count(*), count(answered),
    count(*) FILTER (WHERE answered <= :threshold),
    count(*) FILTER (WHERE answered IS NULL),
    count(*) FILTER (WHERE answered IS NULL AND ended <= :threshold),
    count(*) FILTER (WHERE answered IS NULL AND ended < :short),
    0, coalesce(sum(answered), 0), coalesce(sum(ended) FILTER (WHERE answered IS NULL), 0),
    max(coalesce(answered, ended)), coalesce(sum(ended - answered), 0), 0, 0, 1
FROM contact WHERE imported = 1 AND queue = :queue AND at >= :starts AND at < :starts + :length
ON CONFLICT (starts_at, queue) DO UPDATE SET
    minutes = excluded.minutes, offered = excluded.offered, answered = excluded.answered,
    answered_within = excluded.answered_within, abandoned = excluded.abandoned,
    abandoned_within = excluded.abandoned_within, abandoned_short = excluded.abandoned_short,
    wait_answered_ms = excluded.wait_answered_ms, wait_abandoned_ms = excluded.wait_abandoned_ms,
    longest_wait_ms = excluded.longest_wait_ms, talk_ms = excluded.talk_ms
WHERE interval.imported = 1
"""


class CallQueue(msgspec.Struct, frozen=True):
    """A queue of imported calls, and the limits by which they are counted."""

    id: str
    name: str
    client: str
    threshold_s: int
    short_abandon_s: int


class ImportedCall(msgspec.Struct, frozen=True, array_like=True):
    """One offered call."""

    id: str
    queue: str
    client: str
    channel: Channel
    direction: str
    at: Ms
    """Queue entry, or the answer of what never queued."""
    has_queued: bool
    wait_ms: int
    """0 for what never queued."""
    is_answered: bool
    service_ms: int
    agent: str
    caller_masked: str
    caller_key: str


class CallBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Some calls of a file, as they are handed to whoever keeps history."""

    site: str
    source: str
    queues: tuple[CallQueue, ...]
    calls: tuple[ImportedCall, ...]


class CallImporter:
    """Writes calls, in the caller's transaction.

    Args:
        connection: history.db.
        names: Of the same file.
        reserve: Gives the first of so many row numbers of contacts.
    """

    def __init__(
        self, connection: sqlite3.Connection, names: Names, reserve: Callable[[int], int]
    ) -> None:
        self._connection = connection
        self._names = names
        self._reserve = reserve

    def add(self, batch: CallBatch) -> tuple[int, int]:
        """Keep what is not known yet; how many that is, and how many were known."""
        queues = {queue.id: (self._queue_number(batch, queue), queue) for queue in batch.queues}
        known = self._known(batch)
        new: list[tuple[ImportedCall, int, int]] = []
        for call in batch.calls:
            queue, _limits = queues[call.queue]
            rows = known.setdefault(call.id, [])
            if any(_is_same(row, queue, call.at) for row in rows):
                continue
            near = [leg for _queue, at, leg, _ in rows if abs(at - call.at) < _ONE_CONTACT_MS]
            leg = max(near, default=-1) + 1
            rows.append((queue, call.at, leg, True))
            new.append((call, queue, leg))
        first = self._reserve(len(new))
        self._connection.executemany(
            _STORE, [self._row(batch, first + at, *one) for at, one in enumerate(new)]
        )
        self._recount({(call.queue, call.at - call.at % _INTERVAL_MS) for call, *_ in new}, queues)
        return len(new), len(batch.calls) - len(new)

    def _queue_number(self, batch: CallBatch, queue: CallQueue) -> int:
        scope = batch.site, batch.source
        return self._names.first(
            *scope, Sort.QUEUE, queue.id, label=queue.name, client=queue.client
        )

    def _known(self, batch: CallBatch) -> dict[str, list[tuple[int, Ms, int, bool]]]:
        """Queue, entry, leg and whether imported, of all rows that bear an id of the batch."""
        hashes = json.dumps([short_hash(name) for name in {call.id for call in batch.calls}])
        found: dict[str, list[tuple[int, Ms, int, bool]]] = {}
        rows = self._connection.execute(_KNOWN, (hashes, batch.site, batch.source))
        for name, queue, at, leg, imported in rows.fetchall():
            found.setdefault(name, []).append((queue, at, leg, bool(imported)))
        return found

    def _row(
        self, batch: CallBatch, row: int, call: ImportedCall, queue: int, leg: int
    ) -> Sequence[object]:
        names = self._names
        mask, digits = split_masked(call.caller_masked)
        agent = NOBODY
        if call.agent:
            agent = names.first(batch.site, batch.source, Sort.AGENT, call.agent, label=call.agent)
        outcome = Outcome.ANSWERED if call.is_answered else Outcome.ABANDONED
        return (
            *(row, short_hash(call.id), call.id, leg, queue, names.word(Sort.CLIENT, call.client)),
            *(CHANNEL_CODES[call.channel], DIRECTION_CODES.get(call.direction, OTHER_DIRECTION)),
            *(OUTCOME_CODES[outcome], call.at, 0 if call.has_queued else None),
            *(call.wait_ms if call.is_answered else None, call.wait_ms + call.service_ms),
            *(agent, names.word(Sort.MASK, mask), digits),
            short_hash(call.caller_key, 64) if call.caller_key else None,
        )

    def _recount(
        self, touched: set[tuple[str, Ms]], queues: dict[str, tuple[int, CallQueue]]
    ) -> None:
        self._connection.executemany(
            _RECOUNT,
            [
                {
                    "queue": queues[name][0],
                    "starts": starts,
                    "minutes": INTERVAL_MINUTES,
                    "length": _INTERVAL_MS,
                    "threshold": queues[name][1].threshold_s * 1000,
                    "short": queues[name][1].short_abandon_s * 1000,
                }
                for name, starts in touched
            ],
        )


def _is_same(row: tuple[int, Ms, int, bool], queue: int, at: Ms) -> bool:
    """Whether a row is the call that entered a queue at an instant."""
    return row[0] == queue and abs(row[1] - at) <= (0 if row[3] else _SAME_CALL_MS)
