"""Alerts about what is likely to come: told to the docket, put into causes, held against the past.

A forecast names the first half hour that it speaks of. It is withdrawn when that half hour is no
longer likely to miss its target, and says why: heads that were added, or fewer calls. What it
promised when it was raised is kept, so that it can be judged once that half hour is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from data.alerts.docket import Docket
from data.alerts.judge import Reading
from data.alerts.outcomes import TrackRecord
from data.alerts.running import Running, Subject
from data.figures.foreseen import HalfOutlook, PoolOutlook
from data.floor import FloorSnapshot
from data.model import Alert, Cause, Kind, Ms
from data.rules.limits import Scope
from data.settings import Figure

FORECAST, PROMISED, TRACK = "forecast", "promised", "track_record"
MORE_HEADS, FEWER_CALLS = "withdrawn_heads", "withdrawn_calls"
"""Codes of causes: what is foreseen, what was at first, how often it came true, why it is over."""


class _Told(msgspec.Struct):
    """What an alert has said."""

    said: Cause
    base: HalfOutlook
    """The half hour that it names, as it was when that was named first."""
    promised: Cause


class ForecastWatch:
    """Tells the docket by how much the half hours to come are likely to miss their targets."""

    def __init__(self, docket: Docket) -> None:
        self._docket = docket
        self._outlooks: dict[Subject, PoolOutlook] = {}
        self._told: dict[str, _Told] = {}
        self._record = TrackRecord()

    def restore(self, alerts: Iterable[Alert]) -> None:
        """Take over what an earlier process has said."""
        for alert in alerts:
            causes = {cause.code: cause for cause in alert.causes}
            if FORECAST in causes and PROMISED in causes and not alert.is_over:
                said = causes[FORECAST]
                self._told[alert.id] = _Told(said, _half_of(said), causes[PROMISED])

    def expect(
        self,
        outlooks: Sequence[PoolOutlook],
        record: TrackRecord,
        snapshot: FloorSnapshot,
        now: Ms,
    ) -> None:
        """Tell what is foreseen from now on.

        Args:
            outlooks: What the pools of a site are in for.
            record: How often forecasts of the site came true lately.
            snapshot: The floor, for what rules choose by.
            now: The present.
        """
        before, self._record = self._outlooks, record
        self._outlooks = {forecast_subject(one): one for one in outlooks}
        for subject in before.keys() - self._outlooks.keys():
            self._docket.tell(subject, None, now)
        for subject, outlook in self._outlooks.items():
            worst = max(outlook.halves, key=outlook.points)
            reading = Reading(round(outlook.points(worst), 1), now)
            self._docket.tell(subject, reading, now, forecast_scope(outlook, worst, snapshot))
            alert = self._docket.running_on(subject)
            told = self._told.get(alert.id) if alert is not None else None
            if alert is None or told is None:
                continue
            _count_heads(told, outlook)
            said = self._said(alert)
            if said is not None and said != told.said:
                self._docket.renew(subject)

    def causes(self, alert: Running) -> Iterator[Cause]:
        """What an alert says by now, and what it has said before."""
        if alert.ended_at is None:
            self._say(alert)
        told = self._told.get(alert.id)
        if told is None:
            return
        yield told.said
        if alert.ended_at is not None:
            yield from self._why_over(alert, told, alert.ended_at)
            self._told.pop(alert.id, None)
        yield told.promised
        values = {"true": self._record.came_true, "judged": self._record.judged}
        yield Cause(TRACK, {**values})

    def _say(self, alert: Running) -> None:
        """Note what an alert says by now."""
        said, told = self._said(alert), self._told.get(alert.id)
        if said is None:
            return
        named = _half_of(said)
        if told is None:
            self._told[alert.id] = _Told(said, named, _promise(named))
            return
        told.said = said
        if told.base.starts_at != named.starts_at:
            told.base = named

    def _said(self, alert: Running) -> Cause | None:
        """The first half hour beyond the limit; None where there is none any more."""
        outlook = self._outlooks.get(alert.subject)
        if outlook is None:
            return None
        beyond = (half for half in outlook.halves if outlook.points(half) > alert.limit)
        half = next(beyond, None)
        if half is None:
            return None
        return Cause(
            FORECAST,
            {
                "about": half.about,
                "half": half.starts_at,
                "level": round(half.level),
                "target": outlook.target_percent,
                "threshold": outlook.threshold_s,
                "need": half.need,
                "heads": half.heads,
                "calls": round(half.calls),
                "planned": int(outlook.is_planned),
                "missing": outlook.missing,
                "more": len(outlook.keys) - 1,
            },
        )

    def _why_over(self, alert: Running, told: _Told, ended_at: Ms) -> Iterator[Cause]:
        """Why the half hour that was named is not likely to miss its target any more."""
        base = told.base
        if base.starts_at <= ended_at:
            return  # it has begun: what becomes of it will be measured
        outlook = self._outlooks.get(alert.subject)
        halves = () if outlook is None else outlook.halves
        now = next((half for half in halves if half.starts_at == base.starts_at), None)
        if now is None:
            return
        if now.heads > base.heads:
            yield Cause(MORE_HEADS, {"before": base.heads, "after": now.heads})
        elif round(now.calls) < round(base.calls):
            yield Cause(FEWER_CALLS, {"before": round(base.calls), "after": round(now.calls)})


def forecast_subject(outlook: PoolOutlook) -> Subject:
    """What an alert about a pool is about: the queue that most of its agents serve."""
    key = outlook.keys[0]
    return Subject(Figure.FORECAST_MISS, key.site, key.source, Kind.QUEUE.value, key.id)


def forecast_scope(outlook: PoolOutlook, worst: HalfOutlook, snapshot: FloorSnapshot) -> Scope:
    """By what rules choose: a rule of one queue speaks of the pool that it is staffed in."""
    queue = snapshot.queues.get(outlook.keys[0])
    known = [one for key in outlook.keys if (one := snapshot.queues.get(key)) is not None]
    return Scope(
        site=outlook.keys[0].site,
        queues=tuple(name for one in known for name in (one.id, one.name)),
        client="" if queue is None else queue.client,
        channel=None if queue is None else queue.channel,
        offered=round(worst.calls),
    )


def _count_heads(told: _Told, outlook: PoolOutlook) -> None:
    """Note how many heads the half hour that was named first will have, while it is to come."""
    first = told.promised.values["half"]
    for half in outlook.halves:
        if half.starts_at == first:
            told.promised = Cause(PROMISED, {**told.promised.values, "later": half.heads})


def _promise(half: HalfOutlook) -> Cause:
    values = {"half": half.starts_at, "about": half.about, "level": round(half.level)}
    return Cause(PROMISED, {**values, "heads": half.heads, "later": half.heads})


def _half_of(said: Cause) -> HalfOutlook:
    """The half hour that a forecast names, as its record tells of it."""

    def number(name: str) -> int:
        value = said.values.get(name)
        return round(value) if isinstance(value, int | float) else 0

    return HalfOutlook(
        starts_at=number("half"),
        about=number("about"),
        calls=number("calls"),
        need=number("need"),
        heads=number("heads"),
        level=number("level"),
    )
