"""From the wall clock of a zone to instants, where clocks are changed too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from data.model import Ms

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall clock's own zero
_EPOCH_DAY = _EPOCH.toordinal()
_SECOND = timedelta(seconds=1)
_MILLISECOND = timedelta(milliseconds=1)


def reached(day: date, minutes: int, place: ZoneInfo) -> Ms:
    """The first instant at which the wall clock shows a time of a day, or a later one.

    A time that is skipped is reached when the clocks are moved; one that comes twice, the first
    time. Later times are therefore never reached earlier.

    Args:
        day: The local day.
        minutes: Minutes of the wall clock after the midnight with which it begins; the whole days
            in it lead into the days that follow.
        place: The zone.
    """
    days, minutes = divmod(minutes, 24 * 60)
    ordinal = day.toordinal() + days
    wall = datetime.fromordinal(ordinal).replace(
        hour=minutes // 60, minute=minutes % 60, tzinfo=place
    )
    first, second = _offset(wall), _offset(wall.replace(fold=1))
    wall_s = (ordinal - _EPOCH_DAY) * 86_400 + minutes * 60
    if second <= first:
        return (wall_s - first) * 1000
    return _moved(wall_s - second, wall_s - first, place) * 1000


def at_wall_time(wall: datetime, place: ZoneInfo) -> Ms:
    """The instant at which the wall clock shows a date and time (RFC 5545, 3.3.5).

    A time that is skipped becomes as much later as the clocks are moved. Of one that comes twice
    the first is meant, or with `fold` 1 the second.

    Args:
        wall: A naive date and time.
        place: The zone.
    """
    first, second = (_offset(wall.replace(tzinfo=place, fold=fold)) for fold in (0, 1))
    offset = second if wall.fold and second < first else first
    return (wall.replace(fold=0) - _EPOCH) // _MILLISECOND - offset * 1000


def same_time_after(at: Ms, days: int, place: ZoneInfo) -> Ms:
    """The same local time some days later; of one that comes twice, the same of the two.

    Raises:
        OverflowError: That is beyond the calendar.
    """
    here = local_time(at, place)
    wall = here.replace(tzinfo=None) + timedelta(days=days)
    return at_wall_time(wall.replace(fold=here.fold), place)


def local_time(at: Ms, place: ZoneInfo) -> datetime:
    """An instant on the wall clock.

    Raises:
        OverflowError: That is beyond the calendar.
    """
    return (_EPOCH + timedelta(milliseconds=at)).replace(tzinfo=UTC).astimezone(place)


def _offset(wall: datetime) -> int:
    """Seconds east of UTC."""
    offset = wall.utcoffset()
    assert offset is not None  # noqa: S101 - every zone of the IANA data has one
    return offset // _SECOND


def _moved(before: int, after: int, place: ZoneInfo) -> int:
    """When the clocks are put forward between two instants, in seconds."""
    old = _offset(datetime.fromtimestamp(before, place))
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(datetime.fromtimestamp(middle, place)) == old:
            before = middle
        else:
            after = middle
    return after
