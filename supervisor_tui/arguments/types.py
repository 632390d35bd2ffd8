"""How single words of the command line are read; each says what was expected instead."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date, time
from fractions import Fraction
from typing import Literal

from screens.text import _

LONGEST_S = 86_400
MOST = 10**9
_MILLISECOND = Fraction(1, 1000)
_NUMBER = r"\d{1,30}(?:\.\d{0,60})?|\.\d{1,60}"
_DECIMAL = re.compile(rf"(?:{_NUMBER})(?:e[+-]?\d{{1,2}})?", re.ASCII)
_DURATION = re.compile(rf"(?:({_NUMBER})h)?(?:({_NUMBER})m)?(?:({_NUMBER})s)?", re.ASCII)


def whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`."""

    def whole(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(
                _("{value} is not from {least} to {most}").format(
                    value=value, least=least, most=most
                )
            )
        return value

    whole.__name__ = "int"
    return whole


def colours(text: str) -> int | str:
    """A number of colours, or a word for it."""
    return int(text) if text.isdecimal() else text


def switch(text: str) -> bool:
    """Whether a switch is `on`; it may be `off`."""
    if text not in {"on", "off"}:
        raise argparse.ArgumentTypeError(_("{value} is neither on nor off").format(value=text))
    return text == "on"


def speed(text: str) -> float | Literal["max"]:
    """Simulated seconds a second, or `max`."""
    if text == "max":
        return "max"
    value = float(text)
    if not 0 < value <= 1_000_000:
        raise argparse.ArgumentTypeError(_("{value} is no speed").format(value=text))
    return value


def seconds(text: str) -> float:
    """Seconds, up to a day."""
    value = float(text)
    if not 0 <= value <= LONGEST_S:
        raise argparse.ArgumentTypeError(
            _("{value} is not from {least} to {most}").format(value=text, least=0, most=LONGEST_S)
        )
    return value


def share(text: str) -> float:
    """A share from 0 to 1."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(_("{value} is not from 0 to 1").format(value=text))
    return value


def decimal(text: str) -> Fraction:
    """A number not below 0, exactly as it is written: 0.3 is three tenths."""
    if not _DECIMAL.fullmatch(text.lower()):
        message = _("{value} is no number; write it as in 12 or 0.5").format(value=text)
        raise argparse.ArgumentTypeError(message)
    return _bounded(text, Fraction(text))


def exact_share(text: str) -> Fraction:
    """A share from 0 to 1, exactly as it is written."""
    value = decimal(text)
    if value > 1:
        raise argparse.ArgumentTypeError(_("{value} is not from 0 to 1").format(value=text))
    return value


def duration(text: str) -> Fraction:
    """Seconds, exactly, from `180s`, `3m`, `0.5h` or `1h30m`; a number alone is of seconds.

    What is shorter than a millisecond and not 0 is no time that anybody means.
    """
    parts = _DURATION.fullmatch(text.lower()) if text else None
    message = _("{value} is no duration; write it as in 180s, 3m or 1h30m").format(value=text)
    if parts is None:
        try:
            seconds = decimal(text)
        except argparse.ArgumentTypeError:
            raise argparse.ArgumentTypeError(message) from None
    else:
        units = zip(parts.groups(), (3600, 60, 1), strict=True)
        seconds = sum((Fraction(part) * unit for part, unit in units if part), Fraction())
    if 0 < seconds < _MILLISECOND:
        raise argparse.ArgumentTypeError(message)
    return _bounded(text, seconds)


def _bounded(text: str, value: Fraction) -> Fraction:
    if value > MOST:
        raise argparse.ArgumentTypeError(
            _("{value} is not from {least} to {most}").format(value=text, least=0, most=MOST)
        )
    return value


def day(text: str) -> date:
    """A day, as in 2026-03-29."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = _("{value} is no day; write it as in 2026-03-29").format(value=text)
        raise argparse.ArgumentTypeError(message) from None


def wall_time(text: str) -> str:
    """A time of day, as HH:MM."""
    try:
        return time.fromisoformat(text).strftime("%H:%M")
    except ValueError:
        message = _("{value} is no time of day; write it as in 08:30").format(value=text)
        raise argparse.ArgumentTypeError(message) from None
