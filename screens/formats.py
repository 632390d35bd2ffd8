"""Numbers, durations and clock times as they are shown; what is undefined is `-`."""

from __future__ import annotations

import re

from data.model import Ms
from data.zones import comes_twice, local
from screens.text import C_, ngettext, pgettext

UNDEFINED = "-"
_HIDDEN = re.compile(r"\*{3,}")
MINUTE, HOUR, DAY = 60, 3600, 86_400
_WHOLE_FROM = 1000
_LEAST_POINTS = 0.05
"""What is less is no difference that a tenth would show."""


def format_first(said: str, more: int) -> str:
    """The first of several, and how many more there are: `Hana asks for help (and 2 more)`.

    Args:
        said: What is said of the first.
        more: How many others there are; 0 leaves the first as it is.
    """
    if not more:
        return said
    text = ngettext("{event} (and {count} more)", "{event} (and {count} more)", more)
    return text.format(event=said, count=more)


def format_minutes(seconds: float) -> str:
    """Whole minutes, and from ten on as any duration: what is due by the half hour need not tick.

    Args:
        seconds: How long; not below 0.
    """
    return format_duration(seconds) if seconds >= 600 else f"{int(seconds // 60)}m"


def format_duration(seconds: float | None) -> str:
    """Seconds as `m:ss` under ten minutes, then `12m`, `2h10`, `4d02h`; cut, never rounded up."""
    if seconds is None:
        return UNDEFINED
    whole = int(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    return sign + _span(whole)


def _span(whole: int) -> str:
    if whole < 10 * MINUTE:
        return f"{whole // MINUTE}:{whole % MINUTE:02d}"
    if whole < HOUR:
        return f"{whole // MINUTE}m"
    if whole < DAY:
        return f"{whole // HOUR}h{whole % HOUR // MINUTE:02d}"
    return f"{whole // DAY}d{whole % DAY // HOUR:02d}h"


def format_hours(seconds: float | None) -> str:
    """Working time: as a duration, but never in days, since nobody works a day: `162h30`."""
    if seconds is None or abs(seconds) < DAY:
        return format_duration(seconds)
    whole = int(abs(seconds))
    return f"{'-' if seconds < 0 else ''}{whole // HOUR}h{whole % HOUR // MINUTE:02d}"


def format_amount(amount: float | None) -> str:
    """An amount of money without its currency: `4.12`, from a thousand on whole: `1248`."""
    if amount is None:
        return UNDEFINED
    return localised(f"{amount:.2f}") if abs(amount) < _WHOLE_FROM else f"{amount:.0f}"


def format_age(seconds: float | None) -> str:
    """How old something is: `1 s` under two minutes, then `3m`, `2h10`, `4d02h`."""
    if seconds is None:
        return UNDEFINED
    whole = max(0, int(seconds))
    if whole < 2 * MINUTE:
        return f"{whole} s"
    return f"{whole // MINUTE}m" if whole < HOUR else _span(whole)


def format_count(count: float | None) -> str:
    """A whole number for a column: no separators, digits only."""
    return UNDEFINED if count is None else str(round(count))


def format_grouped(count: int) -> str:
    """A whole number for a sentence: `1,248`."""
    return f"{count:,}".replace(",", pgettext("number", ","))


def format_percent(value: float | None, decimals: int = 1) -> str:
    """A percentage from 0 to 100 without its sign: `75.6`; a full hundred has no decimals.

    Args:
        value: Percent, or None where it is undefined.
        decimals: 1, or 0 for columns that need none.
    """
    if value is None:
        return UNDEFINED
    text = f"{value:.{decimals}f}"
    if text == f"{100:.{decimals}f}":
        return "100"
    return localised(text)


def format_deviation(value: float | None) -> str:
    """A signed percentage without decimals: `+38`, `-2`, `0`."""
    if value is None:
        return UNDEFINED
    whole = round(value)
    return f"{whole:+d}" if whole else "0"


def format_points(value: float | None) -> str:
    """A difference of percentages, signed: `+1.5`, `-0.2`, `0`."""
    if value is None:
        return UNDEFINED
    return localised(f"{value:+.1f}") if abs(value) >= _LEAST_POINTS else "0"


def localised(number: str) -> str:
    """A number written with a point, with the decimal separator of the language in use."""
    return number.replace(".", pgettext("number", "."))


def format_caller(masked: str) -> str:
    """A masked number, its hidden part shortened: what can be told apart are the last digits."""
    return _HIDDEN.sub("**", masked) or UNDEFINED


def format_clock(at: Ms | None, zone: str, *, with_seconds: bool = False) -> str:
    """An instant as wall-clock time of a zone: `14:02` or `14:02:07`."""
    if at is None:
        return UNDEFINED
    return f"{local(at, zone):{'%H:%M:%S' if with_seconds else '%H:%M'}}"


def format_sure_clock(at: Ms | None, zone: str, *, with_seconds: bool = False) -> str:
    """The same, with the name of the time where the clocks show it twice: `02:30 CET`."""
    shown = format_clock(at, zone, with_seconds=with_seconds)
    if at is None or not comes_twice(at, zone):
        return shown
    return f"{shown} {local(at, zone):%Z}"


def format_moment(at: Ms | None, zone: str, now: Ms) -> str:
    """An instant as wall-clock time, for sure, with its date where that is not today's."""
    if at is None:
        return UNDEFINED
    clock, there = format_sure_clock(at, zone, with_seconds=True), local(at, zone)
    return clock if there.date() == local(now, zone).date() else f"{there:%Y-%m-%d} {clock}"


def format_date_clock(at: Ms | None, zone: str) -> str:
    """An instant as a date and wall-clock time, without seconds: `2026-03-11 14:02`."""
    return UNDEFINED if at is None else f"{local(at, zone):%Y-%m-%d %H:%M}"


_WEEKDAYS = (
    C_("weekday", "Mon"),
    C_("weekday", "Tue"),
    C_("weekday", "Wed"),
    C_("weekday", "Thu"),
    C_("weekday", "Fri"),
    C_("weekday", "Sat"),
    C_("weekday", "Sun"),
)


def format_weekday(weekday: int) -> str:
    """A day of the week, Monday being 0, in about three letters."""
    return str(_WEEKDAYS[weekday])
