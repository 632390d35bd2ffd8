"""Checklists of a shift: which run of each is on now, what of it is ticked, and what is late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from data.floor import FloorSnapshot, Key
from data.model import DESK, Ms, Tick
from data.rules.wall_time import reached
from data.settings import ChecklistSettings
from data.status import SiteInfo
from data.zones import local, site_day_start, zone

_MINUTE_MS = 60_000
_DAY_MIN = 24 * 60


class Item(msgspec.Struct, frozen=True):
    """One thing to see to."""

    text: str
    """As the configuration words it; it is what ticks name it by."""
    tick: Tick | None = None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One time that a checklist is gone through."""

    settings: ChecklistSettings
    key: Key
    """Of what the desk keeps of it, from the first tick on."""
    starts_at: Ms
    due_at: Ms
    """When all of it should have been seen to."""
    items: tuple[Item, ...]
    version: int = 0

    @property
    def left(self) -> int:
        """How many items nobody has ticked."""
        return sum(each.tick is None for each in self.items)

    def is_on(self, now: Ms) -> bool:
        """Whether it has begun and something is left."""
        return self.starts_at <= now and self.left > 0

    def is_late(self, now: Ms) -> bool:
        """Whether something is left that should have been seen to by now."""
        return self.is_on(now) and self.due_at <= now


def runs(
    settings: Iterable[ChecklistSettings], snapshot: FloorSnapshot, site: str | None, now: Ms
) -> tuple[Run, ...]:
    """Of each checklist of each site the run that began last today, or else the first to come.

    Args:
        settings: The checklists of the floor.
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        now: The present on the server's clock.
    """
    sites = [each for each in snapshot.sites if site in {None, each.id}]
    return tuple(_run(one, snapshot, each, now) for each in sites for one in settings)


def due_items(
    settings: Sequence[ChecklistSettings], snapshot: FloorSnapshot, site: str | None, now: Ms
) -> tuple[int, int]:
    """Of the lists that remind: how many items are to be seen to by now, and how many are late."""
    found = [
        each
        for each in runs([one for one in settings if one.remind], snapshot, site, now)
        if each.is_on(now)
    ]
    return sum(each.left for each in found), sum(each.left for each in found if each.is_late(now))


def _run(settings: ChecklistSettings, snapshot: FloorSnapshot, site: SiteInfo, now: Ms) -> Run:
    starts = list(_starts(settings, site, now))
    begun = [each for each in starts if each <= now]
    at = begun[-1] if begun else starts[0]
    there = local(at, site.zone)
    key = Key(site.id, DESK, f"{settings.name}@{there:%Y-%m-%dT%H:%M}")
    kept = snapshot.checklists.get(key)
    ticks = {} if kept is None else {each.item: each for each in kept.ticks}
    return Run(
        settings=settings,
        key=key,
        starts_at=at,
        due_at=at + settings.within * _MINUTE_MS,
        items=tuple(Item(each, ticks.get(each)) for each in settings.items),
        version=0 if kept is None else kept.version,
    )


def _starts(settings: ChecklistSettings, site: SiteInfo, now: Ms) -> Iterator[Ms]:
    """When the list is begun on the site's day that holds an instant, in order.

    A time before that at which the day begins is one of the night with which it ends.
    """
    day: date = local(site_day_start(site, now), site.zone).date()
    begins, first = _minutes(site.day_start), _minutes(settings.at)
    first += _DAY_MIN if first < begins else 0
    last = first
    if settings.until:
        last = _minutes(settings.until)
        last += _DAY_MIN if last < first else 0
    elif settings.every:
        last = begins + _DAY_MIN - 1
    place = zone(site.zone)
    for minutes in range(first, last + 1, settings.every or _DAY_MIN):
        yield reached(day, minutes, place)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
