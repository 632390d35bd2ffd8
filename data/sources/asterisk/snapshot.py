"""The queues at one moment, put together from answers that are proved whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec

from data.sources.asterisk.packets import Answer, Packet
from data.sources.asterisk.rows import (
    EntryRow,
    MemberRow,
    QueueRow,
    SummaryRow,
    entry_row,
    member_row,
    queue_row,
    summary_row,
)

STATUS_ENDS, SUMMARY_ENDS = "QueueStatusComplete", "QueueSummaryComplete"
_Row = TypeVar("_Row", QueueRow, MemberRow, EntryRow, SummaryRow)


class QueuesNow(msgspec.Struct, frozen=True):
    """All queues, in the order of their names; consistent within each queue."""

    queues: Mapping[str, QueueRow] = msgspec.field(default_factory=dict)
    members: Mapping[tuple[str, str], MemberRow] = msgspec.field(default_factory=dict)
    """By queue and interface."""
    entries: Mapping[tuple[str, str], EntryRow] = msgspec.field(default_factory=dict)
    """By queue and call, in the order of their positions."""
    summaries: Mapping[str, SummaryRow] = msgspec.field(default_factory=dict)
    skipped: int = 0
    """Rows that name nothing, or name what another row had named already."""
    forged: int = 0
    """Packets that were part of a text."""


def queues_now(status: Answer, summary: Answer | None = None) -> QueuesNow:
    """What QueueStatus, and QueueSummary beside it, say of the queues.

    Args:
        status: As `read_list` proved it whole.
        summary: The same; None where it was not asked for.
    """
    packets = status.packets
    summaries = () if summary is None else summary.packets
    queues = _keyed(packets, "QueueParams", queue_row, lambda row: row.queue)
    members = _keyed(packets, "QueueMember", member_row, lambda row: (row.queue, row.interface))
    entries = _keyed(packets, "QueueEntry", entry_row, lambda row: (row.queue, row.call))
    told = _keyed(summaries, "QueueSummary", summary_row, lambda row: row.queue)
    members = {key: row for key, row in members.items() if row.queue in queues}
    entries = {key: row for key, row in entries.items() if row.queue in queues}
    kept = len(queues) + len(members) + len(entries) + len(told)
    return QueuesNow(
        queues=dict(sorted(queues.items())),
        members=dict(sorted(members.items())),
        entries=dict(sorted(entries.items(), key=lambda one: (one[0][0], one[1].position))),
        summaries=dict(sorted(told.items())),
        skipped=len(packets) + len(summaries) - kept,
        forged=status.forged + (0 if summary is None else summary.forged),
    )


_Key = TypeVar("_Key")


def _keyed(
    packets: Iterable[Packet],
    event: str,
    decode: Callable[[Packet], _Row | None],
    key: Callable[[_Row], _Key],
) -> dict[_Key, _Row]:
    """The rows of one kind; of several with one key the first."""
    rows: dict[_Key, _Row] = {}
    for packet in packets:
        row = decode(packet) if packet.event == event else None
        if row is not None:
            rows.setdefault(key(row), row)
    return rows
