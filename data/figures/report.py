"""Reports: what a day, a week or a month came to, line by line and together. Pure sums.

Totals are sums over sums, one for each group of queues: those in which a person waits, campaigns,
and channels that wait for hours. What is undefined is None, never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from data.cache.report_queries import Expected
from data.figures.queues import Group
from data.figures.report_work import Coverage, Work
from data.floor import Key
from data.model import Channel, Counts, Ms
from data.rules import service_level as rule
from data.rules.periods import Period
from data.rules.service_level import Formula, percent


class By(StrEnum):
    """What the lines of a report are of."""

    QUEUE = "queue"
    AGENT = "agent"
    TEAM = "team"
    CLIENT = "client"
    CHANNEL = "channel"
    INTERVAL = "interval"


class QueueLine(msgspec.Struct, frozen=True, kw_only=True):
    """One queue, as it is taken into a report."""

    key: Key
    number: int
    """Which stands for it in history."""
    name: str
    client: str
    channel: Channel
    group: Group
    counts: Counts
    before: Counts | None = None
    expected: Expected | None = None
    threshold_s: int | None = None
    target_percent: float | None = None
    work: Work | None = None
    """Its share of what agents cost, and of their ready time."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a report, or a total."""

    key: str
    """What it is of: `site/source/id` of a queue or an agent, else a name or a time."""
    name: str = ""
    site: str = ""
    """The site of a queue or an agent."""
    group: Group | None = None
    """Of what is counted by queue."""
    channels: tuple[Channel, ...] = ()
    counts: Counts | None = None
    """None for agents and teams: what is offered, a queue is offered."""
    before: Counts | None = None
    """The same in the period that it is held against; None where nothing is known of that."""
    expected: Expected | None = None
    threshold_s: int | None = None
    """The threshold, where all of it has one."""
    target_percent: float | None = None
    """The target as it was valid then; of several queues, weighted by what was offered."""
    work: Work | None = None
    """What agents did; of queues, their share of what agents cost and of their ready time."""
    work_before: Work | None = None
    """What agents did in the period that it is held against."""
    spare_ms: int | None = None
    """Of times of day: heads above the need, times their time; None where that is not known."""

    def level(self, formula: Formula) -> float | None:
        """The service level in percent."""
        return None if self.counts is None else rule.service_level(self.counts, formula)

    def level_before(self, formula: Formula) -> float | None:
        """The service level of what it is held against, percent."""
        return None if self.before is None else rule.service_level(self.before, formula)

    @property
    def answered(self) -> int | None:
        """Contacts that were answered; of agents, those handled."""
        if self.counts is not None:
            return self.counts.answered
        return self.work.handled if self.work is not None else None

    @property
    def abandon_rate(self) -> float | None:
        """Abandoned of offered, percent."""
        return None if self.counts is None else rule.abandon_rate(self.counts)

    @property
    def asa_s(self) -> float | None:
        """Average speed of answer, seconds."""
        return None if self.counts is None else rule.asa_s(self.counts)

    @property
    def aht_s(self) -> float | None:
        """Average handling time, seconds."""
        if self.counts is not None:
            return rule.aht_s(self.counts)
        return self.work.aht_s if self.work is not None else None

    @property
    def variance(self) -> float | None:
        """What came against what was forecast, percent; None below one contact."""
        if self.expected is None or self.expected.offered < 1:
            return None
        return percent(self.expected.came - self.expected.offered, self.expected.offered)

    @property
    def aht_variance(self) -> float | None:
        """Handling time against what was forecast of it, percent."""
        forecast = None if self.expected is None else self.expected.aht_s
        if forecast is None or self.aht_s is None:
            return None
        return percent(self.aht_s - forecast, forecast)

    @property
    def change(self) -> float | None:
        """Offered against the period that it is held against, percent."""
        if self.counts is None or self.before is None:
            return None
        return percent(self.counts.offered - self.before.offered, self.before.offered)


class Complaints(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the complaints that were raised."""

    raised: int = 0
    in_time: int = 0
    """Settled with every clock kept."""
    late: int = 0
    """A clock was missed, whether they are settled or not."""
    open: int = 0
    """Not settled yet, and nothing missed so far."""

    def __add__(self, other: Complaints) -> Complaints:
        """Two sites together."""
        return Complaints(
            raised=self.raised + other.raised,
            in_time=self.in_time + other.in_time,
            late=self.late + other.late,
            open=self.open + other.open,
        )

    @property
    def unknown(self) -> int:
        """Those whose record is no longer at hand."""
        return self.raised - self.in_time - self.late - self.open


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report, ready to be shown."""

    period: Period
    by: By
    formula: Formula
    """In which service levels are shown where there is room for one."""
    is_over: bool
    now: Ms
    zones: tuple[str, ...]
    """Of the sites in it."""
    lines: tuple[Line, ...] = ()
    totals: tuple[Line, ...] = ()
    """One for each group that has a queue."""
    work: Work = Work()
    """Of all agents."""
    work_before: Work = Work()
    """The same in the period that it is held against."""
    coverage: Coverage = Coverage()
    has_targets_then: bool = True
    """Whether targets are those that were valid then; else they are as they are now."""
    currency: str = ""
    """That of all amounts, by its code; empty: no rates are given."""
    spare_ms: int | None = None
    """Heads above the need, times their time; None where that is not known."""
    complaints: Complaints = Complaints()
    alerts: int = 0
    hours: tuple[tuple[str, int], ...] = ()
    """What was offered where a person waits, by the hour of the wall clock as `HH`."""
    days: tuple[tuple[date, Counts | None], ...] = ()
    """The counts where a person waits by day, of weeks and months; None: nothing is known of it."""

    @property
    def total(self) -> Line:
        """Of the queues in which a person waits; without any, of nothing."""
        empty = Line(key=Group.IMMEDIATE.value, group=Group.IMMEDIATE, counts=Counts())
        return next((one for one in self.totals if one.group is Group.IMMEDIATE), empty)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of the period."""
        return not self.lines and not self.totals


def group_totals(queues: Iterable[QueueLine], spare_ms: int | None = None) -> tuple[Line, ...]:
    """The total of each group of queues, in the order of groups.

    Args:
        queues: All queues.
        spare_ms: Heads above the need, times their time: of those in which a person waits.
    """
    many = list(queues)
    found = []
    for group in Group:
        of_group = [one for one in many if one.group is group]
        if of_group:
            line = _joined(group.value, group.value, group, of_group)
            is_staffed = group is Group.IMMEDIATE
            found.append(msgspec.structs.replace(line, spare_ms=spare_ms) if is_staffed else line)
    return tuple(found)


def queue_lines(queues: Iterable[QueueLine]) -> tuple[Line, ...]:
    """A line for each queue: those in which a person waits first, then by name."""
    order = tuple(Group)
    ranked = sorted(queues, key=lambda one: (order.index(one.group), one.name.casefold(), one.key))
    return tuple(
        msgspec.structs.replace(
            _joined("/".join(one.key), one.name, one.group, [one]), site=one.key.site
        )
        for one in ranked
    )


def joined_lines(
    queues: Iterable[QueueLine], name_of: Callable[[QueueLine], str]
) -> tuple[Line, ...]:
    """A line for each client or channel, within each group of queues."""
    found: dict[tuple[Group, str], list[QueueLine]] = {}
    for one in queues:
        found.setdefault((one.group, name_of(one)), []).append(one)
    order = tuple(Group)
    ranked = sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    return tuple(
        _joined(f"{group.value}/{name}", name, group, members) for (group, name), members in ranked
    )


def interval_lines(
    now: Mapping[str, Counts],
    before: Mapping[str, Counts],
    spare_ms: Mapping[str, int],
    *,
    has_before: bool,
    target_percent: float | None,
) -> tuple[Line, ...]:
    """A line for each time of day, of the queues in which a person waits.

    Args:
        now: The counts by time, in the order in which they are to stand.
        before: Those of the period that it is held against.
        spare_ms: Heads above the need by time, times their time, where that is known.
        has_before: Whether anything is known of that period.
        target_percent: What the queues of all of it are to keep together.
    """
    return tuple(
        Line(
            key=name,
            name=name,
            group=Group.IMMEDIATE,
            counts=counts,
            before=before.get(name, Counts()) if has_before else None,
            spare_ms=spare_ms.get(name),
            target_percent=target_percent,
        )
        for name, counts in now.items()
    )


def agent_lines(
    agents: Mapping[Key, tuple[str, Work]], before: Mapping[Key, tuple[str, Work]]
) -> tuple[Line, ...]:
    """A line for each agent, by name, with what they did in the period it is held against."""
    ranked = sorted(agents.items(), key=lambda item: (item[1][0].casefold(), item[0]))
    return tuple(
        Line(
            key="/".join(key),
            name=name,
            site=key.site,
            work=work,
            work_before=before[key][1] if key in before else None,
        )
        for key, (name, work) in ranked
    )


def team_lines(
    agents: Mapping[Key, tuple[str, Work]],
    before: Mapping[Key, tuple[str, Work]],
    team_of: Mapping[Key, str],
) -> tuple[Line, ...]:
    """A line for each team, by name; who is in none, or of whom none is known, comes last."""
    teams, teams_before = _by_team(agents, team_of), _by_team(before, team_of)
    ranked = sorted(teams.items(), key=lambda item: (not item[0], item[0].casefold()))
    return tuple(
        Line(key=team, name=team, work=work, work_before=teams_before.get(team))
        for team, work in ranked
    )


def _by_team(agents: Mapping[Key, tuple[str, Work]], team_of: Mapping[Key, str]) -> dict[str, Work]:
    teams: dict[str, Work] = {}
    for key, (_name, work) in agents.items():
        team = team_of.get(key, "")
        teams[team] = teams.get(team, Work()) + work
    return teams


def _joined(key: str, name: str, group: Group, queues: Sequence[QueueLine]) -> Line:
    known_before = [one.before for one in queues if one.before is not None]
    forecasts = [one.expected for one in queues if one.expected is not None]
    thresholds = {one.threshold_s for one in queues}
    return Line(
        key=key,
        name=name,
        group=group,
        channels=tuple(dict.fromkeys(one.channel for one in queues)),
        counts=rule.total(one.counts for one in queues),
        before=rule.total(known_before) if known_before else None,
        expected=_sum_forecasts(forecasts),
        threshold_s=thresholds.pop() if len(thresholds) == 1 else None,
        target_percent=target_of(queues),
        work=_sum_work(one.work for one in queues if one.work is not None),
    )


def _sum_work(works: Iterable[Work]) -> Work | None:
    result: Work | None = None
    for work in works:
        result = work if result is None else result + work
    return result


def _sum_forecasts(forecasts: Sequence[Expected]) -> Expected | None:
    if not forecasts:
        return None
    result = forecasts[0]
    for one in forecasts[1:]:
        result = result + one
    return result


def target_of(queues: Iterable[QueueLine]) -> float | None:
    """Of one queue its target, of several weighted by what was offered.

    None where a queue that was offered something has none.
    """
    queues = list(queues)
    weighed = [one for one in queues if one.counts.offered]
    if len(queues) == 1:
        return queues[0].target_percent
    targets = [one.target_percent for one in weighed]
    known = [target for target in targets if target is not None]
    if not known or len(known) < len(targets):
        return None
    shares = zip(known, weighed, strict=True)
    offered = sum(one.counts.offered for one in weighed)
    return sum(target * one.counts.offered for target, one in shares) / offered
