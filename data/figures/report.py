"""Reports: what a day, a week or a month came to, line by line and together. Pure sums.

Totals are sums over sums, one for each group of queues: those in which a person waits, campaigns,
and channels that wait for hours. What is undefined is None, never zero.
"""

from __future__ import annotations

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
    curve: tuple[int | None, ...] = ()


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
    curve: tuple[int | None, ...] = ()
    """Of queues: offered by the hour of a day, or by the day; None where nothing is known."""
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
    compared_since: date | None = None
    """Since when something is known of the period it is held against; None: since it began."""
    currency: str = ""
    """That of all amounts, by its code; empty: no rates are given."""
    rates_of_none: tuple[str, ...] = ()
    """Teams and clients that a rate is for, and that the floor has not."""
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
    def spare_cost(self) -> float | None:
        """What heads too many cost, at what an hour of all agents costs on the average."""
        work = self.work
        if self.spare_ms is None or work.cost is None or not work.paid_ms:
            return None
        return work.cost * self.spare_ms / work.paid_ms

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of the period."""
        return not self.lines and not self.totals
