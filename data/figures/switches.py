"""What has been put on at queues, for how long, and what of it is due to be put off again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from data.figures.freshness import Moment, SourceAge
from data.floor import FloorSnapshot, Key
from data.model import Ms, Person, Queue, Switch

CLOSED, EMERGENCY, OVERFLOW = "closed", "emergency_message", "overflow"
ORDER = (CLOSED, EMERGENCY, OVERFLOW)
"""The switches that every part of the program knows, the one that matters most first."""
REMIND_MS = 30 * 60_000
"""How long something may be on before somebody is reminded of it, where a floor says nothing."""


class SwitchOn(msgspec.Struct, frozen=True, kw_only=True):
    """One switch of one queue that is on."""

    key: Key
    """Of the queue."""
    queue: str
    """What the queue is called."""
    name: str
    label: str = ""
    """What the floor calls the switch, where the source has a name for it."""
    since: Ms | None = None
    """Since when it has been on; None where the source does not tell."""
    by: Person | None = None
    on_s: float | None = None
    """For how many seconds it has been on."""
    due_at: Ms | None = None
    """When somebody is to be reminded that it is still on."""
    is_due: bool = False


def switches_of(key: Key, queue: Queue, as_of: Ms, remind_ms: int) -> tuple[SwitchOn, ...]:
    """What is on at one queue, what matters most first.

    Args:
        key: Of the queue.
        queue: The queue.
        as_of: The instant for which it is told: of a source that is not current, when its figures
            were known last.
        remind_ms: How long something may be on before somebody is reminded of it.
    """
    if not queue.switches:
        return ()
    on = sorted((each for each in queue.switches if each.on), key=switch_order)
    return tuple(_on(key, queue, each, as_of, remind_ms) for each in on)


def switches_on(
    snapshot: FloorSnapshot,
    site: str | None,
    ages: Mapping[tuple[str, str], SourceAge],
    moment: Moment,
    remind_ms: int,
) -> Iterator[SwitchOn]:
    """What is on at the queues of a site, or of all sites.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        ages: The age of each source, by site and source.
        moment: The present for queues of a source that is not known.
        remind_ms: How long something may be on before somebody is reminded of it.
    """
    for key, queue in snapshot.queues.items():
        if queue.switches and site in {None, key.site}:
            age = ages.get((key.site, key.source))
            as_of = age.as_of if age is not None else moment.now
            yield from switches_of(key, queue, as_of, remind_ms)


def switch_order(switch: Switch) -> tuple[int, str]:
    """The place of a switch among those of its queue."""
    known = ORDER.index(switch.name) if switch.name in ORDER else len(ORDER)
    return known, switch.name


def _on(key: Key, queue: Queue, switch: Switch, as_of: Ms, remind_ms: int) -> SwitchOn:
    due_at = None if switch.since is None else switch.since + remind_ms
    return SwitchOn(
        key=key,
        queue=queue.name,
        name=switch.name,
        label=switch.label,
        since=switch.since,
        by=switch.by,
        on_s=None if switch.since is None else max(0.0, (as_of - switch.since) / 1000),
        due_at=due_at,
        is_due=due_at is not None and due_at <= as_of,
    )
