"""Instants as programs read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload

from data.model import Ms


@overload
def instant(at: Ms) -> str: ...


@overload
def instant(at: Ms | None) -> str | None: ...


def instant(at: Ms | None) -> str | None:
    """An instant as it is written in JSON and CSV, UTC and cut to the second."""
    if at is None:
        return None
    return f"{datetime.fromtimestamp(at // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
