"""Reading questions that are JSON objects: what a value must be, said with its key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from screens.text import _
from supervisor_tui.failures import UsageError

LEAST, MOST = 1e-12, 1e12
"""Of any number but 0: sums and quotients stay far within what a float can hold."""


def check_keys(
    question: Mapping[str, Any], needed: Collection[str], known: Collection[str] = ()
) -> None:
    """Make sure that a question has its keys, and no others: a slip is not to change an answer.

    Raises:
        UsageError: A key is missing, or unknown.
    """
    for key in needed:
        if key not in question:
            raise UsageError(_("{key} is missing").format(key=key))
    for key in question:
        if key not in {*needed, *known}:
            raise UsageError(_("{key} has no meaning here").format(key=key))


def listed(key: str, value: object) -> Sequence[Any]:
    """A list.

    Raises:
        UsageError: It is none.
    """
    if not isinstance(value, list):
        raise UsageError(_("{key}: expected a list").format(key=key))
    return value


def number(key: str, value: object) -> float:
    """A number, whole where it is written so.

    Raises:
        UsageError: It is none, or beyond all measure.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(_("{key}: expected numbers").format(key=key))
    if value and not LEAST <= abs(value) <= MOST:
        raise UsageError(_("{key}: {value} is beyond all measure").format(key=key, value=value))
    return value


def volume(key: str, value: object) -> float:
    """A number that is not below 0.

    Raises:
        UsageError: It is none.
    """
    if number(key, value) < 0:
        raise UsageError(_("{key}: expected numbers not below 0").format(key=key))
    return number(key, value)
