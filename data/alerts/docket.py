"""All figures that are being judged: which alerts begin, change and end, and what is held back.

What needs no second look costs none: of each figure the next instant is known at which it could
pass a limit or a dwell be over, and those instants are a heap. Figures of which nothing is beyond
a limit, and which do not move by themselves, are forgotten.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec

from data.alerts.judge import CALM, Limit, Reading, Standing, due, is_in_force, step
from data.alerts.running import PEAK_MS, Running, Subject, matters, peaked, token_of, worsening
from data.model import Kind, Ms
from data.rules.limits import Scope, applies, speaks_of_all
from data.settings import Figure, RuleSettings, Severity

UNSEEN_MS = 120_000
"""So long after a start an alert of the last process waits to be told of again."""
_QUIET_LOOK_MS = 60_000
_NO_SCOPE = Scope()
_ORDER = (Severity.LOOK, Severity.ACT)


class _Track:
    """One figure of one thing."""

    __slots__ = (
        "cause",
        "is_held",
        "limits",
        "not_before",
        "noted_at",
        "reading",
        "running",
        "scheduled",
        "standings",
    )

    def __init__(self, limits: tuple[Limit, ...]) -> None:
        self.limits = limits
        self.standings: list[Standing] = [CALM] * len(limits)
        self.reading: Reading | None = None
        self.running: Running | None = None
        self.cause = ""
        """What it is held under."""
        self.is_held = False
        """It would be raised, if it were not for its cause."""
        self.noted_at: Ms = 0
        self.not_before: Ms = 0
        self.scheduled: Ms | None = None


class Docket:
    """What is judged.

    Args:
        rules: The floor's rules.
        place: The zone of the site.
    """

    def __init__(self, rules: Sequence[RuleSettings], place: ZoneInfo) -> None:
        self._rules: dict[Figure, list[Limit]] = {}
        for rule in rules:
            if rule.alert:
                self._rules.setdefault(rule.figure, []).append(Limit.of(rule))
        self._of_all = {
            figure: tuple(limits)
            for figure, limits in self._rules.items()
            if all(speaks_of_all(limit.rule) for limit in limits)
        }
        """The limits of figures whose rules choose nothing."""
        self._place = place
        self._tracks: dict[Subject, _Track] = {}
        self._due: list[tuple[Ms, Subject]] = []
        self._changed: dict[str, Running] = {}
        self._cause_of: Callable[[Subject], str] = lambda _subject: ""
        self._unseen: dict[Subject, Ms] = {}

    def wants(self, figure: Figure) -> bool:
        """Whether any rule watches a figure."""
        return figure in self._rules

    def starts_at(self, figure: Figure) -> float:
        """The least value of a figure that grows from which on any rule can be broken."""
        limits = self._rules.get(figure, ())
        return min((-math.inf if one.is_below else one.edge for one in limits), default=math.inf)

    def tell(
        self, subject: Subject, reading: Reading | None, now: Ms, scope: Scope = _NO_SCOPE
    ) -> None:
        """Say what a figure is from now on.

        Args:
            subject: What the figure is of.
            reading: The figure; None where there is nothing to measure any more.
            now: The present.
            scope: By what rules choose.
        """
        self._unseen.pop(subject, None)
        track = self._tracks.get(subject)
        if track is None:
            if reading is None:
                return
            limits = self._limits_of(subject.figure, scope)
            if not limits:
                return
            track = self._tracks[subject] = _Track(limits)
            track.cause = self._cause_of(subject)
        else:
            limits = self._limits_of(subject.figure, scope)
            if reading is not None and limits != track.limits:
                self._relimit(track, limits)
        if track.running is not None and not track.cause:
            track.running = peaked(track.running, track.reading, now)
        track.reading = reading
        self._advance(subject, track, now)

    @property
    def due_at(self) -> Ms | None:
        """When something has to be judged again, or was to be; None where nothing is due."""
        return self._due[0][0] if self._due else None

    def settle(self, now: Ms) -> None:
        """Judge whatever time alone may have changed."""
        heap = self._due
        while heap and heap[0][0] <= now:
            at, subject = heapq.heappop(heap)
            track = self._tracks.get(subject)
            if track is not None and track.scheduled == at:
                track.scheduled = None
                self._advance(subject, track, now)
        if len(heap) > 64 and len(heap) > 4 * len(self._tracks):
            self._due = [
                (track.scheduled, subject)
                for subject, track in self._tracks.items()
                if track.scheduled is not None
            ]
            heapq.heapify(self._due)
        for subject in [each for each, until in self._unseen.items() if until <= now]:
            if not self._cause_of(subject):
                self.tell(subject, None, now)

    def hold(self, cause_of: Callable[[Subject], str], now: Ms) -> None:
        """Say anew under which alert each figure is held, if under any.

        What was held and is no longer begins its dwell anew.
        """
        self._cause_of = cause_of
        for subject, track in list(self._tracks.items()):
            cause = cause_of(subject)
            if cause == track.cause:
                continue
            track.cause, track.is_held = cause, False
            if track.running is not None:
                track.running = msgspec.structs.replace(track.running, under=cause)
                self._note(track.running)
            self._dwell_anew(track, now)
            self._advance(subject, track, now)

    def begin_anew(self, now: Ms) -> None:
        """Let every dwell begin anew: the clock has jumped. What is raised stays."""
        for subject, track in list(self._tracks.items()):
            self._dwell_anew(track, now)
            self._advance(subject, track, now)

    def restore(self, alerts: Iterable[Running], now: Ms) -> None:
        """Take over what an earlier process had raised; it ends if nothing speaks of it soon."""
        for alert in alerts:
            limits = self._limits_of_name(alert)
            if not limits:
                self._note(msgspec.structs.replace(alert, ended_at=now))
                continue
            track = self._tracks[alert.subject] = _Track(limits)
            track.running = alert
            track.standings = [
                Standing(
                    is_raised=_ORDER.index(limit.rule.severity) <= _ORDER.index(alert.severity),
                    broken_since=alert.began_at,
                )
                for limit in limits
            ]
            track.reading = Reading(alert.peak, alert.peak_at, alert.slope)
            self._unseen[alert.subject] = now + UNSEEN_MS

    def changed(self) -> list[Running]:
        """The alerts that began, changed or ended since this was asked last."""
        found = list(self._changed.values())
        self._changed.clear()
        return found

    def running(self) -> list[Running]:
        """The alerts that are raised, held ones among them."""
        return [track.running for track in self._tracks.values() if track.running is not None]

    def running_on(self, subject: Subject) -> Running | None:
        """The alert about something, if there is one."""
        track = self._tracks.get(subject)
        return None if track is None else track.running

    def renew(self, subject: Subject) -> None:
        """Say that what goes with the alert about something has changed, if there is one."""
        alert = self.running_on(subject)
        if alert is not None and not alert.under:
            self._note(alert)

    def held(self) -> dict[str, int]:
        """How many are held under each alert: those raised before, and those that would be."""
        counts: dict[str, int] = {}
        for track in self._tracks.values():
            if track.cause and (track.is_held or track.running is not None):
                counts[track.cause] = counts.get(track.cause, 0) + 1
        return counts

    def count_held(self, counts: Mapping[str, int]) -> None:
        """Write into alerts how many were held under them at most."""
        for track in self._tracks.values():
            alert = track.running
            if alert is not None and counts.get(token_of(alert.subject), 0) > alert.held:
                held = counts[token_of(alert.subject)]
                track.running = msgspec.structs.replace(alert, held=held)
                self._note(track.running)

    def __len__(self) -> int:
        """How many figures are looked at by time."""
        return len(self._tracks)

    def _advance(self, subject: Subject, track: _Track, now: Ms) -> None:
        if track.running is not None and track.cause:
            return  # what is known of it is old: neither worse nor over
        track.standings = [
            step(
                standing,
                limit,
                track.reading,
                now,
                not_before=track.not_before,
                may_raise=standing.is_raised or is_in_force(limit.rule, now, self._place),
            )
            for standing, limit in zip(track.standings, track.limits, strict=True)
        ]
        worst = self._worst(track)
        if worst is None:
            self._end(track, now)
        elif track.cause:
            track.is_held = True
        else:
            self._go_on(subject, track, worst, now)
        self._schedule(subject, track, now)
        if track.running is None and worst is None and track.scheduled is None:
            del self._tracks[subject]

    def _go_on(
        self, subject: Subject, track: _Track, worst: tuple[Limit, Standing], now: Ms
    ) -> None:
        limit, standing = worst
        reading = track.reading or Reading(limit.edge, now)
        value = reading.value_at(now)
        before = track.running
        if before is None:
            track.running = Running(
                subject=subject,
                severity=limit.rule.severity,
                rule=limit.rule.called,
                limit=limit.edge,
                is_below=limit.is_below,
                began_at=standing.broken_since,
                raised_at=now,
                peak=value,
                peak_at=now,
                slope=worsening(reading, limit) if subject.kind != Kind.QUEUE else 0,
            )
        else:
            peak = limit.worse(before.peak, value)
            track.running = msgspec.structs.replace(
                before,
                severity=limit.rule.severity,
                rule=limit.rule.called,
                limit=limit.edge,
                is_below=limit.is_below,
                peak=peak,
                peak_at=now if peak != before.peak else before.peak_at,
            )
        track.is_held = False
        if before is None or matters(before, track.running, now - track.noted_at):
            track.noted_at = now
            self._note(track.running)

    def _end(self, track: _Track, now: Ms) -> None:
        track.is_held = False
        if track.running is not None:
            grown = peaked(track.running, track.reading, now)
            self._note(msgspec.structs.replace(grown, ended_at=now, slope=0))
            track.running = None

    @staticmethod
    def _worst(track: _Track) -> tuple[Limit, Standing] | None:
        raised = [
            (limit, standing)
            for limit, standing in zip(track.limits, track.standings, strict=True)
            if standing.is_raised
        ]
        return max(raised, key=lambda pair: _ORDER.index(pair[0].rule.severity), default=None)

    def _schedule(self, subject: Subject, track: _Track, now: Ms) -> None:
        dues = []
        for limit, standing in zip(track.limits, track.standings, strict=True):
            at = due(standing, limit, track.reading)
            if at is not None:
                # What is due and was not raised is in its quiet hours, or held.
                dues.append(at if at > now else now + _QUIET_LOOK_MS)
        running, reading = track.running, track.reading
        if running is not None and not running.slope and reading is not None and reading.slope:
            dues.append(now + PEAK_MS)
        track.scheduled = min(dues, default=None)
        if track.scheduled is not None:
            heapq.heappush(self._due, (track.scheduled, subject))

    @staticmethod
    def _dwell_anew(track: _Track, now: Ms) -> None:
        track.not_before = now
        is_running = track.running is not None
        track.standings = [
            Standing(is_raised=True, broken_since=each.broken_since)
            if each.is_raised and is_running
            else CALM
            for each in track.standings
        ]

    @staticmethod
    def _relimit(track: _Track, limits: tuple[Limit, ...]) -> None:
        """Go on with other rules: an agent has changed the team, or too few were offered so far."""
        known = dict(zip(track.limits, track.standings, strict=True))
        track.limits = limits
        track.standings = [known.get(limit, CALM) for limit in limits]

    def _limits_of(self, figure: Figure, scope: Scope) -> tuple[Limit, ...]:
        channel = scope.channel
        if channel is None or channel.is_immediate:
            chosen = self._of_all.get(figure)
            if chosen is not None:
                return chosen
        found = self._rules.get(figure)
        if found is None:
            return ()
        return tuple(limit for limit in found if applies(limit.rule, scope))

    def _limits_of_name(self, alert: Running) -> tuple[Limit, ...]:
        found = tuple(self._rules.get(alert.subject.figure, ()))
        return found if any(limit.rule.called == alert.rule for limit in found) else ()

    def _note(self, alert: Running) -> None:
        self._changed[alert.id] = alert
