"""The alerts of a floor as somebody has to see to them: which count, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from data.figures.freshness import Moment
from data.floor import FloorSnapshot, Key
from data.model import Alert, Ms, Mute
from data.settings import Severity

_OF_SOURCES = {"critical": Severity.ACT, "warning": Severity.LOOK}


class AlertFigures(msgspec.Struct, frozen=True):
    """An alert beside what else matters of it."""

    key: Key
    alert: Alert
    severity: Severity | None
    """None for what a source only wants known."""
    mute: Mute | None
    """What keeps it from ringing."""

    @property
    def is_open(self) -> bool:
        """Whether it goes on and speaks for itself: what is held under another does not."""
        return not self.alert.is_over and not self.alert.under

    @property
    def needs_somebody(self) -> bool:
        """Whether it is open, and nobody has seen it, and it is not muted."""
        return self.is_open and self.alert.acknowledged_by is None and self.mute is None

    @property
    def urgency(self) -> tuple[int, int, int, Ms, str]:
        """What comes first is smaller: what is open, unseen, severe and new; then what is over."""
        alert = self.alert
        degrees = {Severity.ACT: 0, Severity.LOOK: 1}
        return (
            0 if self.is_open else 1,
            0 if self.needs_somebody else 1,
            0 if not self.is_open else 2 if self.severity is None else degrees[self.severity],
            -((alert.began_at or alert.raised_at) if self.is_open else alert.ended_at or 0),
            alert.id,
        )


class AlertCounts(msgspec.Struct, frozen=True):
    """How many alerts there are."""

    open: int = 0
    """Those that go on; neither held nor muted ones."""
    act: int = 0
    """Of these, those in which somebody has to act and that nobody has seen."""
    look: int = 0
    """Of these, those that want a look and that nobody has seen."""
    held: int = 0
    muted: int = 0


def alert_figures(
    snapshot: FloorSnapshot, site: str | None, moment: Moment
) -> tuple[AlertFigures, ...]:
    """The alerts of a site, or of all sites, the most urgent first.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        moment: The present.
    """
    return tuple(sorted(each_alert(snapshot, site, moment), key=lambda one: one.urgency))


def each_alert(snapshot: FloorSnapshot, site: str | None, moment: Moment) -> Iterator[AlertFigures]:
    """The same in no order, for whoever counts them."""
    mutes = [mute for mute in snapshot.mutes.values() if mute.is_on(moment.now)]
    for key, alert in snapshot.alerts.items():
        if site in {None, key.site}:
            yield _one(key, alert, mutes)


def count_alerts(alerts: Iterable[AlertFigures]) -> AlertCounts:
    """How many there are of each sort."""
    going_on = [one for one in alerts if not one.alert.is_over]
    its_own = [one for one in going_on if one.is_open]
    unseen = [one for one in its_own if one.needs_somebody]
    return AlertCounts(
        open=sum(one.mute is None for one in its_own),
        act=sum(one.severity is Severity.ACT for one in unseen),
        look=sum(one.severity is Severity.LOOK for one in unseen),
        held=len(going_on) - len(its_own),
        muted=sum(one.mute is not None for one in its_own),
    )


def mutes_on(snapshot: FloorSnapshot, site: str | None, now: Ms) -> tuple[Mute, ...]:
    """What is muted, the longest first."""
    found = [
        mute for key, mute in snapshot.mutes.items() if site in {None, key.site} and mute.is_on(now)
    ]
    return tuple(sorted(found, key=lambda mute: (-mute.until, mute.id)))


def _one(key: Key, alert: Alert, mutes: Sequence[Mute]) -> AlertFigures:
    severity = _OF_SOURCES.get(alert.severity)
    if alert.is_own:
        severity = Severity(alert.severity)
    mute = next((one for one in mutes if one.covers(alert)), None) if mutes else None
    return AlertFigures(key, alert, severity, mute)
