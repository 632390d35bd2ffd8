"""The queues and their intervals as they were at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from data.cache.rewind_calls import Limits, Stay, Work, added_after, take_off
from data.floor import Key
from data.model import Contact, ContactState, Counts, Interval, Ms, Queue
from data.rules.service_level import total

_WAITING = frozenset({ContactState.WAITING})
_WAITING_OR_RINGING = frozenset({ContactState.WAITING, ContactState.RINGING})
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
    later: dict[Key, list[tuple[Ms, Counts]]] = defaultdict(list)
    for stay in stays:
        queue = names.get(stay.queue)
        if queue is not None:
            done = work.get(stay.row, Work(0, 0))
            later[queue].append((stay.entered, added_after(stay, at, limits(queue), done)))
    found: dict[Key, Interval] = {}
    for interval in intervals:
        queue = Key(interval.site, interval.source, interval.queue)
        begins, ends = interval.starts_at, interval.starts_at + interval.minutes * 60_000
        off = [counts for entered, counts in later.get(queue, ()) if begins <= entered < ends]
        name = f"{interval.queue}@{begins}"
        counts = take_off(interval.counts, total(off)) if off else interval.counts
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
