"""The queues and their intervals as they were at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from data.cache.rewind_calls import Limits, Stay, Sums, Work, added_after, take_off
from data.floor import Key
from data.model import Contact, ContactState, Interval, Ms, Queue
from data.rules.service_level import total

_WAITING = frozenset({ContactState.WAITING})
_WAITING_OR_RINGING = frozenset({ContactState.WAITING, ContactState.RINGING})
_NO_WORK = Work(0, 0)
RINGING_WAITS = frozenset({"asterisk"})
"""Kinds of source whose queues count who is rung at among those who wait."""


def intervals_at(
    intervals: Iterable[Interval],
    stays: Iterable[Stay],
    work: Mapping[int, Work],
    limits: Callable[[Key], Limits],
    names: Mapping[int, Key],
    at: Ms,
) -> dict[Key, Interval]:
    """The intervals that had begun by an instant, as they stood then.

    Args:
        intervals: As history has them: how each was counted in the end.
        stays: Those that may have added to one of them since.
        work: What was done with these, by row.
        limits: What a queue counts as within and as short.
        names: The keys of the queues, by number.
        at: The instant.
    """
    begins: dict[Key, dict[Ms, Interval]] = defaultdict(dict)
    for interval in intervals:
        queue = Key(interval.site, interval.source, interval.queue)
        begins[queue][interval.starts_at] = interval
    lengths = {
        queue: max(one.minutes for one in mine.values()) * 60_000 for queue, mine in begins.items()
    }
    later: dict[Key, dict[Ms, list[Sums]]] = defaultdict(lambda: defaultdict(list))
    for stay in stays:
        key = names.get(stay.queue)
        if key is not None and key in lengths:
            start = stay.entered - stay.entered % lengths[key]
            done = work.get(stay.row, _NO_WORK)
            later[key][start].append(added_after(stay, at, limits(key), done))
    found: dict[Key, Interval] = {}
    for queue, mine in begins.items():
        for start, interval in mine.items():
            name = f"{interval.queue}@{start}"
            off = later[queue].get(start)
            counts = interval.counts if off is None else take_off(interval.counts, off)
            found[Key(queue.site, queue.source, name)] = replace(interval, id=name, counts=counts)
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
