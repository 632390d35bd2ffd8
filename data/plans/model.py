"""A planned shift as it is kept: local wall time plus zone, never instants.

The plan says 22:00. Which instant that is depends on the zone and on the tzdata in use, so it is
worked out anew whenever it is needed (`as_shift`), and a newer tzdata moves what is still to come.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from data.model import Activity, Ms, Shift
from data.rules.wall_time import at_wall_time, local_time
from data.zones import zone

KINDS = (
    "on_queue",
    "break",
    "meal",
    "training",
    "meeting",
    "coaching",
    "overtime",
    "absence",
    "time_off",
    "other",
)
"""What part of a shift may be; what no part names is for the queues."""
_FORM = "%Y-%m-%dT%H:%M"


class LocalTime(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """A time on the wall clock, to the minute."""

    at: str
    """As in `2026-03-28T22:00`."""
    fold: int = 0
    """1 for the second of two, where the clocks show it twice; else 0."""

    @classmethod
    def of(cls, wall: datetime) -> LocalTime:
        """From a naive date and time, with its fold."""
        return cls(f"{wall:{_FORM}}", wall.fold)

    @property
    def wall(self) -> datetime:
        """As a naive date and time, with its fold."""
        return datetime.fromisoformat(self.at).replace(fold=self.fold)

    @property
    def day(self) -> date:
        """The local date."""
        return date.fromisoformat(self.at[:10])


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stretch of a shift in which something else is planned."""

    kind: str
    """One of `KINDS`."""
    start: LocalTime
    end: LocalTime
    note: str = ""


class PlannedShift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One shift of one agent. Its parts are in order, and do not overlap."""

    agent: str
    """The id by which the telephony knows the agent."""
    start: LocalTime
    end: LocalTime
    zone: str
    parts: tuple[Part, ...] = ()

    @property
    def day(self) -> date:
        """The local date on which it begins: that of the roster."""
        return self.start.day

    @property
    def span(self) -> tuple[Ms, Ms]:
        """When it really begins and ends."""
        place = zone(self.zone)
        return instant(self.start, place), instant(self.end, place)


@lru_cache(maxsize=65_536)  # hundreds of agents share the times of a few kinds of shift
def instant(time: LocalTime, place: ZoneInfo) -> Ms:
    """The instant of a local time; a skipped one is as much later as the clocks were moved."""
    return at_wall_time(time.wall, place)


def local_at(at: Ms, place: ZoneInfo) -> LocalTime:
    """What the wall clock shows at an instant, with the fold that tells it from its twin."""
    here = local_time(at, place)
    return LocalTime.of(here.replace(tzinfo=None, fold=here.fold))


def as_shift(planned: PlannedShift, site: str, source: str, entity: str) -> Shift:
    """The plan in instants, as all rosters are shown.

    Args:
        planned: The plan.
        site: Whose it is.
        source: Who keeps it.
        entity: Its id.
    """
    place = zone(planned.zone)
    starts_at, ends_at = planned.span
    return Shift(
        site=site,
        source=source,
        id=entity,
        agent=planned.agent,
        starts_at=starts_at,
        ends_at=ends_at,
        local_start=planned.start.at,
        zone=planned.zone,
        activities=tuple(
            Activity(part.kind, instant(part.start, place), instant(part.end, place))
            for part in planned.parts
        ),
    )
