"""Zones by name, from the pinned tzdata package and never from the host's (it is often old)."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import tzdata

from data.errors import Code, FloorError
from data.model import Ms
from data.status import SiteInfo

_PINNED = (str(Path(tzdata.__file__).parent / "zoneinfo"),)
"""Found there as files, zones need none of the machinery that reads packages' resources."""


def use_pinned_zones() -> None:
    """Make every zone of this process come from the tzdata package; to be called at start."""
    zoneinfo.reset_tzpath(to=_PINNED)
    zoneinfo.ZoneInfo.clear_cache()


def tzdata_version() -> str:
    """The release of the IANA data in use, for example `2026b`."""
    return str(tzdata.IANA_VERSION)


def zone(name: str) -> zoneinfo.ZoneInfo:
    """The zone of an IANA name such as `Europe/Berlin`.

    Raises:
        FloorError: NO_SUCH_ZONE, with the name as its detail.
    """
    if zoneinfo.TZPATH != _PINNED:
        use_pinned_zones()
    return _zone(name)


@lru_cache(maxsize=64)
def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise FloorError(Code.NO_SUCH_ZONE, name) from error


def local(at: Ms, name: str) -> datetime:
    """An instant on the wall clock of a zone."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone(name))


def comes_twice(at: Ms, name: str) -> bool:
    """Whether the wall clock of a zone shows the same at another instant, an hour off or so."""
    here = local(at, name)
    return here.utcoffset() != here.replace(fold=1 - here.fold).utcoffset()


def site_day_start(site: SiteInfo, now: Ms) -> Ms:
    """When the counting day of a site that holds `now` began.

    The day begins at `site.day_start` on the wall clock. Where a change of the clocks skips that
    time, it begins as much later as the clocks were moved; where it comes twice, at the first.

    Raises:
        FloorError: The site's zone is not known.
    """
    today = local(now, site.zone).date()
    for days_back in (0, 1, 2):
        begins = day_begins(site, today - timedelta(days=days_back))
        if begins <= now:
            break
    return begins


def day_begins(site: SiteInfo, day: date) -> Ms:
    """When the counting day of a site begins that is named after a local date.

    Raises:
        FloorError: The site's zone is not known.
    """
    hour, minute = (int(part) for part in site.day_start.split(":"))
    start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone(site.zone))
    return round(start.timestamp() * 1000)
