"""What a night comes to, site by site: who waits, who has been heard of, and whether quiet is so.

Quiet has to be proved: every source of the site has answered when it was asked, nobody waits, and
about as many calls came as the same hours of the same weekday had in the weeks before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from data.alerts.hygiene import Hygiene
from data.alerts.running import Subject
from data.cache.night_queries import QUARTER_MS, calls_by_quarter, is_covered, last_call
from data.figures.complaints import clock_view, count_due
from data.figures.freshness import Moment, SourceAge, worst_age
from data.figures.queues import Figures, FloorFigures, Group, QueueFigures, group_of
from data.floor import FloorSnapshot, Key
from data.model import Alert, Kind, Ms, Mute
from data.rules.forecast import moving_average
from data.rules.likely_range import likely_range
from data.rules.wall_time import at_wall_time, local_time
from data.settings import Figure, Severity
from data.status import SiteInfo
from data.zones import site_day_start, zone

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader

USUAL_HOURS = "22:00-06:00"
"""The night, where the configuration names none."""
WEEKS = 4
"""So many weeks back the same hours are looked at."""
LEAST_WEEKS = 2
"""Of fewer weeks nothing can be expected: one of them may have been a holiday."""


class NightPast(msgspec.Struct, frozen=True, kw_only=True):
    """What history knows of a site's night."""

    since: Ms
    came: int
    """Calls that were offered since then, on channels on which somebody waits."""
    expected: float | None
    """How many the same hours had in the weeks before, on the average; None: not known."""
    last_call_at: Ms | None
    """When the last call came, within a day; None where none did."""

    @property
    def range(self) -> tuple[int, int] | None:
        """How many come in four nights of five, the lowest and the highest; None: not known."""
        return None if self.expected is None else likely_range(self.expected)


class HowTheNightWent(msgspec.Struct, frozen=True):
    """What a screen asks of history about one site's night."""

    site: str
    zone: str
    since: Ms
    until: Ms
    """The present; what is expected is counted up to here."""
    queues: frozenset[Key]
    """Those on which somebody waits at the other end; others do not count."""

    def ask(self, reader: HistoryReader) -> NightPast:
        """The answer as history stands.

        Raises:
            StoreError: It cannot be read.
        """
        came = calls_by_quarter(reader.ask, self.queues, self._first, self.until)
        return NightPast(
            since=self.since,
            came=sum(came.values()),
            expected=self._expected(reader),
            last_call_at=last_call(reader.ask, self.queues, self.until),
        )

    @property
    def _first(self) -> Ms:
        return self.since - self.since % QUARTER_MS

    def _expected(self, reader: HistoryReader) -> float | None:
        """The same quarter hours of the wall clock, some weeks ago, the running one in part.

        Where an hour comes twice, the hour of the other weeks counts twice; where one is skipped,
        it is left out.
        """
        quarters = range(self._first, self.until, QUARTER_MS)
        if not quarters:
            return None
        weeks = [self._week(reader, quarters, back) for back in range(WEEKS, 0, -1)]
        known = [row for row in weeks if row is not None]
        if len(known) < LEAST_WEEKS:
            return None
        means = [mean or 0.0 for mean in moving_average(known)]
        means[-1] *= (self.until - quarters[-1]) / QUARTER_MS
        return sum(means)

    def _week(self, reader: HistoryReader, quarters: range, back: int) -> list[float] | None:
        """Calls of the same quarter hours so many weeks ago; None where history has a gap there."""
        place = zone(self.zone)
        days = timedelta(days=7 * back)
        then = []
        for at in quarters:
            here = local_time(at, place).replace(tzinfo=None, fold=0)
            then.append(at_wall_time(here - days, place))
        start, end = min(then), max(then) + QUARTER_MS
        if not is_covered(reader.ask, self.site, start, end):
            return None
        counts = calls_by_quarter(reader.ask, self.queues, start, end)
        return [float(counts.get(at, 0)) for at in then]


class SeenTo(msgspec.Struct, frozen=True):
    """A red alert that goes on, and that somebody has acknowledged or muted."""

    alert: Alert
    mute: Mute | None = None
    """None where it was acknowledged."""

    @property
    def at(self) -> Ms:
        """When that was done."""
        if self.mute is not None:
            return self.mute.muted_at
        return self.alert.acknowledged_at or self.alert.raised_at

    def is_of(self, figure: Figure, kind: Kind, key: Key) -> bool:
        """Whether it speaks of a figure of one thing."""
        about = self.alert.about
        return (
            self.alert.name == figure
            and about is not None
            and (about.kind, about.id) == (kind, key.id)
            and self.alert.telephony == key.source
        )


class SiteNight(msgspec.Struct, frozen=True, kw_only=True):
    """One site as the night needs to know it."""

    site: SiteInfo
    now: Ms
    """The present by the clock of its sources."""
    heard: SourceAge | None
    """The source that speaks for the site: the worst; None where there is none."""
    joined: Figures
    """Its immediate queues together."""
    queues: tuple[QueueFigures, ...]
    past: NightPast | None
    """None while history has not been read."""
    hands: int
    """Agents who ask for help, whom nobody answers, and whose alert nobody has seen."""
    late: int
    """Complaints of which a clock has run out, and whose alert nobody has seen."""
    alerts: tuple[Alert, ...]
    """Red alerts that nobody has seen to, the first one first."""
    seen: tuple[SeenTo, ...] = ()
    """Red alerts that somebody has seen to, the one seen last first."""
    explained: frozenset[str] = frozenset()
    """Sources of which one of these stands for everything, as a restart does."""

    @property
    def answered_s(self) -> float | None:
        """Seconds since the source that was heard of longest ago answered; None: it never did.

        What lies behind an API is judged by what the API says of it, not by the API's own answer.
        """
        if self.heard is None:
            return None
        behind = [switch.as_of for switch in self.heard.health.switches]
        if not behind or self.heard.silent_switch:
            return self.heard.age_s
        return max(self.heard.age_s or 0.0, (self.heard.now - min(behind)) / 1000)

    def has_seen(self, figure: Figure, queue: Key) -> bool:
        """Whether somebody has seen to the alert of a queue's figure, so its mark asks nobody.

        So they have where they saw to what it is held under: a restart stands for all its queues.
        """
        its = queue.source in self.explained
        return its or any(one.is_of(figure, Kind.QUEUE, queue) for one in self.seen)

    @property
    def is_known(self) -> bool:
        """Whether what is shown is of now: every source has answered lately."""
        return self.heard is not None and not self.heard.is_old


def night_questions(
    floor: FloorFigures, sites: Iterable[SiteInfo], moment: Moment, hours: str = USUAL_HOURS
) -> Iterator[HowTheNightWent]:
    """What is asked of history, site by site.

    Args:
        floor: The figures of the queues looked at.
        sites: All sites of the floor.
        moment: The present.
        hours: The night as `22:00-06:00`.
    """
    for info in sites:
        if floor.site not in {None, info.id}:
            continue
        now = _site_now(floor, info.id, moment)
        yield HowTheNightWent(
            site=info.id,
            zone=info.zone,
            since=night_since(info, now, hours),
            until=now,
            queues=frozenset(
                one.key
                for one in floor.queues
                if one.key.site == info.id and group_of(one.queue) is Group.IMMEDIATE
            ),
        )


def _site_now(floor: FloorFigures, site: str, moment: Moment) -> Ms:
    """The present by the clock of the source that speaks for a site."""
    heard = worst_age(age for (place, _source), age in floor.ages.items() if place == site)
    return heard.now if heard is not None else moment.now


def red_alerts(
    snapshot: FloorSnapshot, site: str, now: Ms
) -> tuple[tuple[Alert, ...], tuple[SeenTo, ...]]:
    """The alerts in which somebody has to act: those that nobody has seen to, and the others.

    Args:
        snapshot: The floor as of one commit.
        site: The site's id.
        now: The present there.

    Returns:
        Those that wait for somebody, the first one first; those that somebody has acknowledged or
        muted, the one seen last first.
    """
    mutes = [mute for mute in snapshot.mutes.values() if mute.is_on(now)]
    waiting, seen = [], []
    for alert in snapshot.alerts.values():
        is_red = alert.severity == Severity.ACT and alert.is_own
        if site != alert.site or not is_red or alert.is_over or alert.under:
            continue
        mute = next((mute for mute in mutes if mute.covers(alert)), None)
        if alert.acknowledged_by is not None:
            seen.append(SeenTo(alert))
        elif mute is not None:
            seen.append(SeenTo(alert, mute))
        else:
            waiting.append(alert)
    waiting.sort(key=lambda alert: alert.raised_at)
    seen.sort(key=lambda one: one.at, reverse=True)
    return tuple(waiting), tuple(seen)


def explained_by(seen: Iterable[SeenTo], floor: FloorFigures, site: str, now: Ms) -> frozenset[str]:
    """The sources whose alerts are held under one that somebody has seen to.

    Args:
        seen: The alerts that somebody has seen to.
        floor: The figures, with how fresh their sources are.
        site: The site's id.
        now: The present there.
    """
    tokens = {f"{one.alert.name}/{site}/{one.alert.telephony}" for one in seen}
    if not tokens:
        return frozenset()
    hygiene = Hygiene()
    hygiene.look(floor.ages, now)
    # Any queue's figure will do: what holds one of a source holds all.
    return frozenset(
        source
        for place, source in floor.ages
        if place == site
        and hygiene.cause_of(Subject(Figure.LONGEST_WAIT, site, source, Kind.QUEUE, "")) in tokens
    )


def site_nights(
    snapshot: FloorSnapshot,
    floor: FloorFigures,
    moment: Moment,
    past: Mapping[str, NightPast],
) -> tuple[SiteNight, ...]:
    """The night of each site looked at, in the configuration's order.

    Args:
        snapshot: The floor as of one commit.
        floor: The figures of its queues.
        moment: The present.
        past: By site, what history knows.
    """
    return tuple(
        _one(snapshot, floor, moment, info, past.get(info.id))
        for info in snapshot.sites
        if floor.site in {None, info.id}
    )


def night_since(site: SiteInfo, now: Ms, hours: str) -> Ms:
    """Since when a night is counted: its beginning, or by day that of the site's day.

    Args:
        site: Its wall clock decides.
        now: The present.
        hours: The night as `22:00-06:00`.
    """
    begins, _dash, ends = hours.partition("-")
    place = zone(site.zone)
    here = local_time(now, place)
    if not is_within(hours, f"{here:%H:%M}"):
        return site_day_start(site, now)
    day = here.date()
    if begins > ends and f"{here:%H:%M}" < ends:
        day -= timedelta(days=1)
    hour, minute = (int(part) for part in begins.split(":"))
    wall = here.replace(
        year=day.year,
        month=day.month,
        day=day.day,
        hour=hour,
        minute=minute,
        second=0,
        microsecond=0,
        tzinfo=None,
        fold=0,
    )
    return min(now, at_wall_time(wall, place))


def is_within(hours: str, shown: str) -> bool:
    """Whether a clock that shows `HH:MM` is within hours such as `22:00-06:00`."""
    begins, _dash, ends = hours.partition("-")
    if begins <= ends:
        return begins <= shown < ends
    return shown >= begins or shown < ends


def _one(
    snapshot: FloorSnapshot,
    floor: FloorFigures,
    moment: Moment,
    info: SiteInfo,
    past: NightPast | None,
) -> SiteNight:
    ages = [age for (site, _source), age in floor.ages.items() if site == info.id]
    heard = worst_age(ages)
    now = _site_now(floor, info.id, moment)
    queues = tuple(
        one
        for one in floor.queues
        if one.key.site == info.id and group_of(one.queue) is Group.IMMEDIATE
    )
    waiting, seen = red_alerts(snapshot, info.id, now)
    explained = explained_by(seen, floor, info.id, now)
    late, _soon = count_due(
        clock_view(complaint, now)
        for key, complaint in snapshot.escalations.items()
        if key.site == info.id
        and not any(one.is_of(Figure.CLOCK_LEFT, Kind.ESCALATION, key) for one in seen)
    )
    hands = [
        agent
        for key, agent in snapshot.agents.items()
        if key.site == info.id and agent.assist_since is not None and agent.assist_by is None
        if not any(one.is_of(Figure.ASSIST, Kind.AGENT, key) for one in seen)
    ]
    return SiteNight(
        site=info,
        now=now,
        heard=heard,
        joined=floor.join(queues),
        queues=queues,
        past=past,
        hands=len(hands),
        late=late,
        alerts=waiting,
        seen=seen,
        explained=explained,
    )
