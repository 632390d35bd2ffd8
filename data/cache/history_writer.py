"""The one writer of history.db: what happened, exactly once, however often it is told.

The engine hands on steps (what an entity was and became); `resume` tells at the start how things
stand, so that what lasts across a restart is one stretch and not two. A file that is damaged is
moved aside and what can be read of it is saved; nothing of history is ever dropped unsaid.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

import msgspec

from data.cache.database import WritableFile, translating
from data.cache.forecast_batch import ForecastBatch
from data.cache.formats import HISTORY
from data.cache.history_calls import CallBatch, CallImporter
from data.cache.history_contacts import ContactRecorder
from data.cache.history_demand import DEMAND_TABLES, DemandKeeper
from data.cache.history_figures import FigureRecorder
from data.cache.history_keyframes import packed
from data.cache.history_model import Segment
from data.cache.history_reader import HistoryReader
from data.cache.history_segments import SegmentRecorder
from data.cache.names import Names
from data.cache.retention import Limits, Pruner, give_back
from data.cache.salvage import Salvage, open_or_salvage
from data.clock import Clock
from data.errors import StoreError
from data.figures.demand import SiteDemand
from data.files import FloorFiles
from data.model import (
    Agent,
    Alert,
    AnyRecord,
    Checklist,
    Contact,
    Escalation,
    Handover,
    Incident,
    Interval,
    Kind,
    Loan,
    LostCase,
    Ms,
    Mute,
    Note,
    Promise,
    Queue,
    Shift,
)

KEYFRAME_EVERY_MS = 3_600_000
TABLES = (
    *("name", "contact", "segment", "extra", "interval", "agent_day", "event", "keyframe"),
    *DEMAND_TABLES,
)


class Step(msgspec.Struct, frozen=True, gc=False):
    """What an entity was and what it became; None where it was not or is no more."""

    at: Ms
    kind: Kind
    id: str
    before: AnyRecord | None
    after: AnyRecord | None
    """Of an agent, with the state that the floor believes."""


class HistoryWriter:
    """Holds history.db open for writing; one process at a time (the sync lock sees to that)."""

    def __init__(self, file: WritableFile, limits: Limits, salvaged: Salvage | None) -> None:
        self.salvage = salvaged
        """What became of a damaged file when this one was made; None if it was sound."""
        self.imported = 0
        """How many rows of other systems were taken in since it was opened."""
        self._file = file
        self._pruner = Pruner(limits)
        connection = file.connection
        self._names = Names(connection)
        self._contacts = ContactRecorder(connection, self._names)
        self._segments = SegmentRecorder(connection, self._names, self._contacts.find)
        self._figures = FigureRecorder(connection, self._names)
        self._calls = CallImporter(connection, self._names, self._contacts.reserve)
        self._demand = DemandKeeper(connection, self._names)
        (self._keyframe_at,) = connection.execute("SELECT max(at) FROM keyframe").fetchone()

    @classmethod
    def open(
        cls, files: FloorFiles, limits: Limits | None = None, clock: Clock | None = None
    ) -> HistoryWriter:
        """Open history; a damaged file is moved aside and what can be read is saved.

        Raises:
            StoreError: FILE_NEWER and FILE_FOREIGN leave the file as it is; else the folder or
                the disk does not let us write.
        """
        file, saved = open_or_salvage(files.history, HISTORY, TABLES, clock, _keep_numbers)
        try:
            return cls(file, limits or Limits(), saved)
        except BaseException:
            file.close()
            raise

    def add(self, site: str, source: str, steps: Sequence[Step]) -> None:
        """Keep what happened, in one transaction. Steps told again change nothing.

        Raises:
            StoreError: Nothing of this was kept, and the writer can go on.
        """
        try:
            with self._file.transaction():
                self._contacts.expect(site, source, _contacts_of(steps))
                for step in sorted(steps, key=_order):
                    if step.after is None:
                        self._record_end(site, source, step)
                    else:
                        self._record(step, step.after)
                self._contacts.flush()
                self._segments.flush()
                self._figures.flush()
        except BaseException:
            for recorder in (self._names, self._contacts, self._segments, self._figures):
                recorder.forget()
            raise
        self._figures.committed()

    def import_calls(self, batch: CallBatch) -> tuple[int, int]:
        """Keep calls that another system recorded, each once, in one transaction.

        Returns:
            How many are new, and how many were known.

        Raises:
            StoreError: None of them was kept, and the writer can go on.
        """
        try:
            with self._file.transaction():
                added, known = self._calls.add(batch)
        except BaseException:
            self._names.forget()
            raise
        self.imported += added
        return added, known

    def import_forecast(self, batch: ForecastBatch) -> int:
        """Keep a forecast of somebody else's, in one transaction; how many half hours.

        Raises:
            StoreError: None of it was kept.
        """
        try:
            with self._file.transaction():
                count = self._demand.take_in(batch)
        except BaseException:
            self._names.forget()
            raise
        self.imported += count
        return count

    def keep_demand(self, demand: SiteDemand, now: Ms) -> None:
        """Keep what is expected of a site and how many that needs, as of `now`.

        Raises:
            StoreError: What was kept before stays.
        """
        try:
            with self._file.transaction():
                self._demand.keep(demand, now)
        except BaseException:
            self._names.forget()
            raise

    def resume(self, site: str, source: str, records: Iterable[AnyRecord]) -> None:
        """Say how things stand at the start, from what the cache remembers."""
        steps = [
            Step(_since(record), _KINDS[type(record)], record.id, None, record)
            for record in records
            if type(record) in _KINDS
        ]
        self.add(site, source, steps)

    def segments(self, site: str, source: str, agent: str, start: Ms, end: Ms) -> list[Segment]:
        """What an agent did between two instants, whole stretches, in order.

        Raises:
            StoreError: The file can no longer be read.
        """
        reader = HistoryReader(self._file.path, self._file.connection)
        with translating(self._file.path):
            return reader.segments(site, source, agent, start, end)

    def keyframe_due(self, now: Ms) -> bool:
        """Whether the present should be kept whole again."""
        return self._keyframe_at is None or now - self._keyframe_at >= KEYFRAME_EVERY_MS

    def keyframe(self, now: Ms, rows: Iterable[tuple[Kind, AnyRecord]]) -> None:
        """Keep of the present what history has no instants of, so that the past can be shown."""
        body = packed(rows)
        with self._file.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO keyframe VALUES (?, ?)", (now, body))
        self._keyframe_at = now

    def prune_step(self, now: Ms) -> int:
        """Delete a few hundred rows that are too old or too many; returns how many.

        What is written only from time to time, the sums of agents' days, is written with it.
        """
        with self._file.transaction() as connection:
            self._figures.flush_days()
            deleted = self._pruner.step(connection, now)
        self._figures.days_written()
        if deleted:
            with translating(self._file.path):
                give_back(self._file.connection)
        return deleted

    @property
    def file(self) -> WritableFile:
        """The file as it is open."""
        return self._file

    def close(self) -> None:
        """Write everything back and close; -wal and -shm stay for readers of other accounts."""
        with contextlib.suppress(StoreError), self._file.transaction():
            self._figures.flush_days()
        self._file.close()

    def _record(self, step: Step, record: AnyRecord) -> None:
        match record:
            case Contact():
                self._contacts.record(step.at, record)
            case Agent():
                name = self._segments.record(step.at, record)
                self._figures.agent_day(step.at, name, record)
            case Queue():
                self._figures.queue(record)
            case Interval():
                self._figures.interval(record)
            case Escalation():
                self._figures.escalation(step.at, record, step.before)
            case Alert():
                self._figures.alert(step.at, record, step.before)
            case Shift() | Note() | LostCase() | Loan() | Mute():
                pass
            case Incident() | Checklist() | Handover() | Promise():
                pass  # they keep their own history
            case _:
                assert_never(record)

    def _record_end(self, site: str, source: str, step: Step) -> None:
        match step.kind:
            case Kind.CONTACT:
                self._contacts.end(step.at, site, source, step.id)
            case Kind.AGENT:
                self._segments.end(step.at, site, source, step.id)
            case Kind.ALERT:
                self._figures.alert_cleared(step.at, site, source, step.id)
            case _:
                pass


def _contacts_of(steps: Sequence[Step]) -> Iterator[str]:
    """The contacts that steps speak of, by native id."""
    for step in steps:
        if step.kind is Kind.CONTACT:
            yield step.id
        elif isinstance(step.after, Agent) and step.after.contact:
            yield step.after.contact


def _order(step: Step) -> int:
    """Queues say when the day began and agents refer to contacts: agents come last."""
    return int(step.kind is Kind.CONTACT) + 2 * int(step.kind is Kind.AGENT)


_KINDS: dict[type, Kind] = {
    Queue: Kind.QUEUE,
    Agent: Kind.AGENT,
    Contact: Kind.CONTACT,
    Interval: Kind.INTERVAL,
    Escalation: Kind.ESCALATION,
    Alert: Kind.ALERT,
}


def _since(record: AnyRecord) -> Ms:
    match record:
        case Agent():
            return record.since
        case Contact():
            return record.state_since
        case _:
            return 0


def _keep_numbers(connection: sqlite3.Connection) -> None:
    """Never give away again a number that saved rows refer to though its own row was lost."""
    for table, used in (("name", _NAMES_USED), ("contact", _CONTACTS_USED)):
        (last,) = connection.execute(used).fetchone()
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))


_NAMES_USED = """
SELECT max(coalesce(n, 0)) FROM (
    SELECT max(n) AS n FROM name
    UNION ALL SELECT max(max(agent), max(reason)) FROM segment
    UNION ALL SELECT max(max(queue), max(client), max(agent), max(mask)) FROM contact
    UNION ALL SELECT max(name) FROM extra
    UNION ALL SELECT max(queue) FROM interval
    UNION ALL SELECT max(agent) FROM agent_day
    UNION ALL SELECT max(max(subject), max(what), max(who)) FROM event)
"""
_CONTACTS_USED = """
SELECT max(coalesce(c, 0)) FROM (
    SELECT max(c) AS c FROM contact
    UNION ALL SELECT max(contact) FROM segment
    UNION ALL SELECT max(contact) FROM extra)
"""
