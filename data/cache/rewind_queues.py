"""The queues and their intervals as they were at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from data.cache.rewind_calls import Later, Limits, Stay, Sums, added_after, take_off
from data.floor import Key
from data.model import Contact, ContactState, Counts, Interval, Ms, Queue
from data.rules.service_level import total

_WAITING = frozenset({ContactState.WAITING})
_WAITING_OR_RINGING = frozenset({ContactState.WAITING, ContactState.RINGING})
_COUNTED = Counts.__struct_fields__
RINGING_WAITS = frozenset({"asterisk"})
"""Kinds of source whose queues count who is rung at among those who wait."""


def intervals_at(
    rows: Iterable[Sequence[Any]],
    stays: Iterable[Stay | Later],
    work: Iterable[tuple[int, Ms, Sums]],
    limits: Callable[[Key], Limits],
    names: Mapping[int, Key],
    at: Ms,
) -> dict[Key, Interval]:
    """The intervals that had begun by an instant, as they stood then.

    Args:
        rows: As history has them (`queries.INTERVALS`): how each was counted in the end.
        stays: Those that may have added to one of them since.
        work: What else was added: by queue and an instant in the interval.
        limits: What a queue counts as within and as short.
        names: The keys of the queues, by number.
        at: The instant.
    """
    rows = [row for row in rows if row[0] in names]
    lengths: dict[int, Ms] = {}
    for queue, _starts_at, minutes, *_ in rows:
        lengths[queue] = max(minutes * 60_000, lengths.get(queue, 0))
    counting = {queue: limits(names[queue]) for queue in lengths}
    later: dict[tuple[int, Ms], list[Sums]] = defaultdict(list)
    for stay in stays:
        queue, entered = stay.queue, stay.entered
        length = lengths.get(queue)
        if length is not None:
            start = entered - entered % length
            later[queue, start].append(added_after(stay, at, counting[queue]))
    for queue, entered, done in work:
        if queue in lengths:
            later[queue, entered - entered % lengths[queue]].append(done)
    found: dict[Key, Interval] = {}
    for queue, starts_at, minutes, *sums, offered, aht_s in rows:
        site, source, of = names[queue]
        counts = Counts(**dict(zip(_COUNTED, sums, strict=True)))
        if (queue, starts_at) in later:
            counts = take_off(counts, later[queue, starts_at])
        name = f"{of}@{starts_at}"
        found[Key(site, source, name)] = Interval(
            site=site,
            source=source,
            id=name,
            queue=of,
            starts_at=starts_at,
            minutes=minutes,
            counts=counts,
            forecast_offered=offered,
            forecast_aht_s=aht_s,
        )
    return found


def queue_at(
    queue: Queue,
    intervals: Iterable[Interval],
    contacts: Iterable[Contact],
    kind: str,
    day_start: Ms,
) -> Queue:
    """A queue's record with what history says of the instant.

    Args:
        queue: The record that is nearest.
        intervals: The queue's own, as they stood then.
        contacts: Those that were in it.
        kind: The kind of its source.
        day_start: When the counting day began.
    """
    states = _WAITING_OR_RINGING if kind in RINGING_WAITS else _WAITING
    waiting = [one for one in contacts if one.state in states]
    return replace(
        queue,
        contacts_waiting=len(waiting),
        longest_wait_since=min((one.queued_at or one.created_at for one in waiting), default=None),
        day=total(one.counts for one in intervals if one.starts_at >= day_start),
        day_started_at=day_start,
        system=None,
    )
