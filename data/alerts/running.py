"""Alerts as they stand: what they are about, since when, how bad they have become."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

import msgspec

from data.alerts.judge import Limit, Reading
from data.model import Ms
from data.settings import Figure, Severity

PEAK_MS = 300_000
"""As often as it is written down how bad it has become, where that cannot be told beforehand."""


class Subject(NamedTuple):
    """A figure of something: what an alert is about."""

    figure: Figure
    site: str
    source: str
    """Empty for a whole site."""
    kind: str
    """A kind of record; `site` or `source` for these."""
    id: str


class Running(msgspec.Struct, frozen=True):
    """An alert as it stands."""

    subject: Subject
    severity: Severity
    rule: str
    """What the worst rule that it breaks is called."""
    limit: float
    is_below: bool
    began_at: Ms
    """When the figure passed the limit."""
    raised_at: Ms
    """When it had been beyond the limit for long enough."""
    peak: float
    peak_at: Ms
    slope: int = 0
    """How the figure has gone on since the peak, by itself."""
    ended_at: Ms | None = None
    under: str = ""
    """The alert under which it is held."""
    held: int = 0
    """How many are held under it."""
    origin: str = ""
    """The alert's id where it is not made of what it is about and when it began."""

    @property
    def id(self) -> str:
        """What names it: the same for the same floor, whoever judges, and however often."""
        if self.origin:
            return self.origin
        told = "\x1f".join((*self.subject, str(self.raised_at))).encode()
        return blake2b(told, digest_size=10).hexdigest()


def token_of(subject: Subject) -> str:
    """What others are held under, where an alert about this is their cause."""
    return f"{subject.figure}/{subject.site}/{subject.source}"


def peaked(alert: Running, reading: Reading | None, now: Ms) -> Running:
    """An alert with its peak as of now."""
    if reading is None:
        return alert
    value = reading.value_at(now)
    is_worse = value < alert.peak if alert.is_below else value > alert.peak
    return msgspec.structs.replace(alert, peak=value, peak_at=now) if is_worse else alert


def worsening(reading: Reading, limit: Limit) -> int:
    """How the figure goes on by itself, where that is for the worse."""
    return reading.slope if reading.slope and (reading.slope < 0) is limit.is_below else 0


def matters(before: Running, after: Running, since_ms: Ms) -> bool:
    """Whether a change is to be kept at once: how severe it is; a new peak can wait a little."""
    if (before.severity, before.rule) != (after.severity, after.rule):
        return True
    # With a slope everybody can tell the peak for themselves.
    return not after.slope and before.peak != after.peak and since_ms >= PEAK_MS
