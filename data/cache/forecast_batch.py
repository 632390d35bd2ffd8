"""A forecast or budget of somebody else's, as it is handed to whoever keeps history."""

from __future__ import annotations

import msgspec

from data.model import Ms


class ForecastRow(msgspec.Struct, frozen=True, array_like=True):
    """Calls that somebody expects in one half hour of one queue."""

    queue: str
    starts_at: Ms
    offered: float
    aht_s: float | None


class ForecastBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Some half hours."""

    site: str
    source: str
    rows: tuple[ForecastRow, ...]
