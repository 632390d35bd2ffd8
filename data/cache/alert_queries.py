"""Alerts as history has them: which were raised in a span of time, and whether anybody acted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from data.alerts.outcomes import (
    CAME_TRUE,
    DID_NOT,
    LATELY,
    NOT_KNOWN,
    PREVENTED,
    TrackRecord,
)
from data.cache.history_model import AlertEnd, AlertNote, Sort
from data.figures.demand import Origin, QueueDemand, QueuePast
from data.floor import Key
from data.model import DESK, Alert, Cause, Ms
from data.settings import Figure

Ask: TypeAlias = Callable[[str, Mapping[str, object]], Sequence[tuple[Any, ...]]]
WEEK_MS = 7 * 24 * 3_600_000
_RAISED = """
SELECT subject.site, subject.id, subject.label, raised.at, raised.note,
    (SELECT max(at) FROM event JOIN name AS what ON what.n = event.what
     WHERE event.subject = subject.n AND what.id = 'cleared'),
    (SELECT note FROM event JOIN name AS what ON what.n = event.what
     WHERE event.subject = subject.n AND what.id = 'cleared' ORDER BY at DESC LIMIT 1),
    (SELECT min(at) FROM event JOIN name AS what ON what.n = event.what
     WHERE event.subject = subject.n AND what.id = 'acknowledged'),
    (SELECT what.id FROM event JOIN name AS what ON what.n = event.what
     WHERE event.subject = subject.n AND what.id IN (SELECT value FROM json_each(:outcomes)))
FROM event AS raised JOIN name AS subject ON subject.n = raised.subject
    JOIN name AS what ON what.n = raised.what
WHERE subject.sort = :sort AND subject.source = :desk AND what.id = 'raised'
    AND raised.at >= :start AND raised.at < :end AND (:site IS NULL OR subject.site = :site)
ORDER BY raised.at DESC
"""
_OUTCOMES = """
SELECT what.id FROM name AS subject JOIN event ON event.subject = subject.n
    JOIN name AS what ON what.n = event.what
WHERE subject.site = :site AND subject.source = :desk AND subject.sort = :sort
    AND subject.label = :figure AND event.at >= :since AND what.id IN (:came_true, :did_not)
ORDER BY event.at DESC LIMIT :limit
"""
_FORECASTS = """
SELECT queue.source, queue.id, starts_at, origin, offered, aht_s, expected
FROM forecast JOIN name AS queue ON queue.n = forecast.queue
WHERE queue.site = :site AND starts_at >= :start AND starts_at < :end
"""
_QUEUE_WAITS = """
SELECT queue.source, queue.id, sum(wait_answered_ms + wait_abandoned_ms) / 1000.0, sum(abandoned)
FROM interval JOIN name AS queue ON queue.n = interval.queue
WHERE interval.starts_at >= :start AND interval.starts_at < :end AND queue.site = :site
GROUP BY interval.queue
"""
_decode = msgspec.json.Decoder(AlertNote).decode
_decode_end = msgspec.json.Decoder(AlertEnd).decode


def raised_alerts(ask: Ask, site: str | None, start: Ms, end: Ms) -> list[Alert]:
    """Our own alerts that were raised in a span of time, the newest first.

    Of who acknowledged one it is only told when.

    Args:
        ask: Runs a statement with named parameters and gives all rows.
        site: A site's id; None for all sites.
        start: The first instant.
        end: The first that is wanted no more.
    """
    wanted = {"sort": Sort.ALERT, "desk": DESK, "site": site, "start": start, "end": end}
    wanted["outcomes"] = json.dumps([CAME_TRUE, DID_NOT, PREVENTED, NOT_KNOWN])
    found = []
    for row in ask(_RAISED, wanted):
        its_site, name, label, raised_at, note, ended_at, end_note, seen_at, came = row
        ending = _end_of(end_note)
        try:
            told = _decode(note)
        except msgspec.DecodeError:
            continue
        found.append(
            Alert(
                site=its_site,
                source=DESK,
                id=name,
                name=label,
                severity=told.severity,
                raised_at=raised_at,
                about=told.about,
                telephony=told.of_source,
                rule=told.rule,
                limit=told.limit,
                is_below=told.is_below,
                began_at=raised_at,
                ended_at=ended_at,
                peak=ending.peak,
                causes=ending.causes,
                acknowledged_at=seen_at,
                outcome=None if came is None else Cause(came),
            )
        )
    return found


def _end_of(note: str | None) -> AlertEnd:
    """How an alert ended; of one that goes on, or of a program before this one, next to nothing."""
    try:
        return AlertEnd(0.0) if not note else _decode_end(note)
    except msgspec.DecodeError:
        return AlertEnd(0.0)


def track_record(ask: Ask, site: str, since: Ms) -> TrackRecord:
    """How often the last forecasts of a site came true, of those that could be judged.

    Args:
        ask: Runs a statement with named parameters and gives all rows.
        site: The site's id.
        since: Half hours that were over earlier do not count.
    """
    wanted = {
        "site": site,
        "desk": DESK,
        "sort": Sort.ALERT,
        "figure": Figure.FORECAST_MISS.value,
        "since": since,
        "came_true": CAME_TRUE,
        "did_not": DID_NOT,
        "limit": LATELY,
    }
    outcomes = [what for (what,) in ask(_OUTCOMES, wanted)]
    return TrackRecord(outcomes.count(CAME_TRUE), len(outcomes))


def kept_forecasts(ask: Ask, site: str, start: Ms, end: Ms) -> list[QueueDemand]:
    """What was expected of a site's queues, as it was corrected last, by half hour."""
    wanted = {"site": site, "start": start, "end": end}
    return [
        QueueDemand(Key(site, source, queue), at, Origin(origin), offered, aht_s, expected, None)
        for source, queue, at, origin, offered, aht_s, expected in ask(_FORECASTS, wanted)
    ]


def kept_waits(ask: Ask, site: str, start: Ms, end: Ms) -> dict[Key, QueuePast]:
    """How long the callers of each queue of a site waited, and how many of them hung up."""
    wanted = {"site": site, "start": start, "end": end}
    return {
        Key(site, source, queue): QueuePast({}, {}, queue_s, abandoned)
        for source, queue, queue_s, abandoned in ask(_QUEUE_WAITS, wanted)
    }
