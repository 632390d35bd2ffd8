"""`history import`, step by step: read a file of calls, count what it holds, keep it in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from data.cache.history_calls import CallBatch, ImportedCall
from data.desk.imports import Imported
from data.model import Ms
from data.recorded.call_map import CallMap
from data.recorded.call_rows import RowProblem, read_call, read_rows
from data.recorded.importing import CallConverter

BATCH_CALLS = 1000
"""A batch holds up nobody who uses the floor meanwhile."""


class BadRow(msgspec.Struct, frozen=True):
    """A row that makes no sense."""

    line: int
    field: str
    value: str


class Report(msgspec.Struct):
    """What came of a file so far."""

    rows: int = 0
    offered: int = 0
    not_offered: int = 0
    bad: list[BadRow] = msgspec.field(default_factory=list)
    """The first of those that make no sense."""
    bad_count: int = 0
    added: int = 0
    known: int = 0
    first: Ms | None = None
    last: Ms | None = None


class CallFile:
    """One file of calls, and how to read it.

    Args:
        path: The file.
        map_path: Where its map is.
        mapping: The map.
        converter: Makes its calls those of the floor.
        show_bad: How many rows that make no sense are kept to be named.
    """

    def __init__(
        self,
        path: Path,
        map_path: Path,
        mapping: CallMap,
        converter: CallConverter,
        show_bad: int,
    ) -> None:
        self._path = path
        self._map_path = map_path
        self._map = mapping
        self._converter = converter
        self._show_bad = show_bad
        self.report = Report()

    def import_all(
        self,
        scope: tuple[str, str],
        keep: Callable[[CallBatch], Imported],
        progress: Callable[[int], None],
    ) -> str:
        """Read the file and keep its calls; the code of what kept one batch from it, or nothing.

        Args:
            scope: The site and the source that the calls are of.
            keep: Keeps a batch.
            progress: Told how many bytes have been read.

        Raises:
            CallFileError: The file cannot be read.
            StoreError: A batch could not be kept; those before it are.
        """
        calls = self._calls(progress)
        queues = self._converter.queues
        while chunk := tuple(islice(calls, BATCH_CALLS)):
            used = dict.fromkeys(call.queue for call in chunk)
            done = keep(
                CallBatch(
                    site=scope[0],
                    source=scope[1],
                    queues=tuple(queues[name] for name in used),
                    calls=chunk,
                )
            )
            if done.problem:
                return done.problem
            self.report.added += done.added
            self.report.known += done.known
        return ""

    def _calls(self, progress: Callable[[int], None]) -> Iterator[ImportedCall]:
        report = self.report
        for line, row in read_rows(self._path, self._map, self._map_path, progress):
            report.rows += 1
            try:
                if isinstance(row, RowProblem):
                    raise row
                recorded = read_call(row, self._map)
                call = self._converter.convert(recorded) if recorded is not None else None
            except RowProblem as problem:
                report.bad_count += 1
                if len(report.bad) < self._show_bad:
                    report.bad.append(BadRow(line, problem.field, problem.value))
                continue
            if call is None:
                report.not_offered += 1
                continue
            report.offered += 1
            report.first = call.at if report.first is None else min(report.first, call.at)
            report.last = call.at if report.last is None else max(report.last, call.at)
            yield call
