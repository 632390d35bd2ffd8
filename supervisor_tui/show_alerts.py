"""`show alerts --week`: what was raised within a week and nobody acted on."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import msgspec

from data.cache.alert_queries import WEEK_MS, raised_alerts
from data.cache.history_reader import HistoryReader
from data.floor import FloorSnapshot
from data.model import Alert, Ms
from screens.glyphs import to_ascii
from screens.presenters.alert_week import ignored, present_week, week_head
from supervisor_tui.instants import instant
from supervisor_tui.plain import render_table


def read_week(history: Path, site: str | None, now: Ms) -> list[Alert]:
    """The alerts of the last seven days, the newest first.

    Raises:
        StoreError: History cannot be read.
    """
    with closing(HistoryReader.open(history)) as reader:
        return raised_alerts(reader.ask, site, now - WEEK_MS, now + 1)


def week_json(alerts: list[Alert]) -> str:
    """Those of them that nobody acknowledged, as one JSON object."""
    rows = [
        {
            "id": alert.id,
            "site": alert.site,
            "figure": alert.name,
            "rule": alert.rule,
            "severity": alert.severity,
            "about": None
            if alert.about is None
            else {"kind": alert.about.kind, "id": alert.about.id},
            "raised_at": instant(alert.raised_at),
            "ended_at": instant(alert.ended_at),
            "peak": round(alert.peak, 3),
            "causes": [{"code": cause.code, **cause.values} for cause in alert.causes],
            "outcome": None if alert.outcome is None else alert.outcome.code,
        }
        for alert in ignored(alerts)
    ]
    return msgspec.json.encode({"ignored": rows}).decode() + "\n"


def week_lines(
    alerts: list[Alert], snapshot: FloorSnapshot, now: Ms, *, width: int, is_ascii: bool
) -> list[str]:
    """The same as text, by what they were and about what."""
    view = present_week(alerts, snapshot, now)
    head = " " + week_head(alerts)
    lines = render_table(view.columns, view.rows, width, is_ascii=is_ascii) if view.rows else []
    return [to_ascii(head) if is_ascii else head, *lines]
