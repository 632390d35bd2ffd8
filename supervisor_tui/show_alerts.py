"""`show alerts --week`: what was raised within a week and nobody acted on."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path

import msgspec

from data.cache.alert_queries import WEEK_MS, ignored_alerts
from data.cache.history_reader import HistoryReader
from data.floor import FloorSnapshot
from data.model import Alert, Ms
from screens.alert_words import alert_sentence, place_words
from screens.formats import format_count, format_duration, format_moment
from screens.glyphs import to_ascii
from screens.presenters.rows import Column
from screens.presenters.table import fit_numbers, make_row
from screens.text import _, ngettext, pgettext
from screens.tones import Tone
from supervisor_tui.instants import instant
from supervisor_tui.plain import render_table


def read_week(history: Path, site: str | None, now: Ms) -> list[Alert]:
    """The alerts of the last seven days that nobody acknowledged, the newest first.

    Raises:
        StoreError: History cannot be read.
    """
    with closing(HistoryReader.open(history)) as reader:
        return ignored_alerts(reader.ask, site, now - WEEK_MS, now + 1)


def week_json(alerts: list[Alert]) -> str:
    """The same as one JSON object."""
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
        }
        for alert in alerts
    ]
    return msgspec.json.encode({"ignored": rows}).decode() + "\n"


def week_lines(
    alerts: list[Alert], snapshot: FloorSnapshot, now: Ms, *, width: int, is_ascii: bool
) -> list[str]:
    """The same as text, by what they were and about what: the most frequent first."""
    zones = {site.id: site.zone for site in snapshot.sites}
    kinds = Counter((alert.site, alert.name, place_words(alert, snapshot)) for alert in alerts)
    newest: dict[tuple[str, str, str], Alert] = {}
    for alert in alerts:
        newest.setdefault((alert.site, alert.name, place_words(alert, snapshot)), alert)
    columns = (
        Column("count", pgettext("alert column", "Times"), 5, is_right=True),
        Column("where", pgettext("alert column", "Where"), 16),
        Column("what", pgettext("alert column", "What"), 26, grows=True),
        Column("last", pgettext("alert column", "Last"), 19, is_right=True),
        Column("for", pgettext("alert column", "For"), 5, is_right=True),
    )
    rows = []
    for kind, count in kinds.most_common():
        alert = newest[kind]
        zone = zones.get(alert.site, "UTC")
        lasted = ((alert.ended_at or now) - alert.raised_at) / 1000
        cells = (
            format_count(count),
            kind[2],
            alert_sentence(alert, zone),
            format_moment(alert.raised_at, zone, now),
            format_duration(max(0, lasted)),
        )
        tone = Tone.ACT if alert.severity == "act" else Tone.LOOK
        rows.append(make_row("/".join(kind), cells, (tone,) * len(cells), is_old=False))
    text = ngettext(
        "{count} alert of the last seven days that nobody acknowledged",
        "{count} alerts of the last seven days that nobody acknowledged",
        len(alerts),
    ).format(count=len(alerts))
    head = " " + text
    lines = render_table(fit_numbers(columns, rows), rows, width, is_ascii=is_ascii)
    if not alerts:
        return [" " + _("No alert of the last seven days was left alone.")]
    return [to_ascii(head) if is_ascii else head, *lines]
