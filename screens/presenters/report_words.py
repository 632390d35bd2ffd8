"""The sentences around a report: of what it is, what its figures mean, what is beside its lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from data.figures.demand import Origin
from data.figures.queues import Group
from data.figures.report import By, Line, Report
from data.model import Channel, Counts
from data.rules.periods import Length, Period
from data.rules.service_level import service_level
from screens import words
from screens.formats import (
    UNDEFINED,
    format_clock,
    format_percent,
    format_points,
    format_weekday,
)
from screens.glyphs import bars
from screens.presenters.report_work_words import work_notes
from screens.text import C_, _, ngettext

_GROUPS = {
    Group.IMMEDIATE: C_("group of queues", "immediate"),
    Group.OUTBOUND: C_("group of queues", "outbound"),
    Group.DEFERRED: C_("group of queues", "deferred"),
}


_KINDS = {
    By.QUEUE: C_("report by", "queue"),
    By.AGENT: C_("report by", "agent"),
    By.TEAM: C_("report by", "team"),
    By.CLIENT: C_("report by", "client"),
    By.CHANNEL: C_("report by", "channel"),
    By.INTERVAL: C_("report by", "interval"),
}


def by_words(by: By) -> str:
    """What the lines of a report are of."""
    return str(_KINDS[by])


def line_name(line: Line, by: By) -> str:
    """What people call a line: of several groups' queues, with the group that is not usual."""
    if by is By.CHANNEL:
        name = words.channel(Channel(line.name))
        is_outbound = line.group is Group.OUTBOUND
        return _("{channel}, outbound").format(channel=name) if is_outbound else name
    name = line.name or UNDEFINED
    if by is By.CLIENT and line.group is not None and line.group is not Group.IMMEDIATE:
        return _("{client}, {group}").format(client=name, group=_GROUPS[line.group])
    return name


def total_name(line: Line) -> str:
    """What a total is of: `voice+chat`, or the group of queues."""
    if line.group is None:
        return _("all")
    if len(line.channels) <= 2 and line.group is not Group.OUTBOUND and line.channels:
        ranked = sorted(line.channels, key=list(Channel).index)
        return "+".join(words.channel(each) for each in ranked)
    return str(_GROUPS[line.group])


def period_words(period: Period) -> str:
    """A period as people say it: `Tue 2026-11-24`, `week 48, 2026-11-23 to 11-29`, `2026-11`."""
    if period.length is Length.DAY:
        return _day_words(period.first)
    if period.length is Length.MONTH:
        return f"{period.first:%Y-%m}"
    week = period.first.isocalendar().week
    return _("week {week}, {first} to {last}").format(
        week=week, first=period.first.isoformat(), last=f"{period.last:%m-%d}"
    )


def compared_words(period: Period) -> str:
    """What a period is held against, short enough for a legend: `week 47`."""
    compared = period.compared
    if compared.length is not Length.WEEK:
        return period_words(compared)
    return _("week {week}").format(week=compared.first.isocalendar().week)


def report_title(report: Report) -> str:
    """Of what the report is, and up to when where the period is not over."""
    period = period_words(report.period)
    if report.is_over:
        return period
    zone = report.zones[0] if report.zones else "UTC"
    return _("{period}, until {clock}: not over").format(
        period=period, clock=format_clock(report.now, zone)
    )


def report_notes(report: Report) -> tuple[str, ...]:
    """What the figures mean, what does not stand in lines, and why some are not known."""
    of_queues = () if report.by in {By.AGENT, By.TEAM} else _of_queues(report)
    return (*_times_of_day(report), *_of_agents(report), *of_queues, *_formula(report))


def _times_of_day(report: Report) -> Iterator[str]:
    if report.by is not By.INTERVAL:
        return
    if report.period.length is not Length.DAY:
        yield _("Each time of day is that of all days together.")
    if len(report.totals) > 1:
        yield _("Times are of the queues in which a person waits.")
    if any(line.expected is not None for line in report.lines):
        yield _("A forecast of half hours counts half for each of their quarter hours.")


def _of_agents(report: Report) -> Iterator[str]:
    forecast = _forecast_words(report)
    if forecast:
        yield forecast
    yield _("agents: occupancy {occupancy}, adherence {adherence}   alerts {alerts}").format(
        occupancy=_against(report.work.occupancy, report.work_before.occupancy),
        adherence=_against(report.work.adherence, report.work_before.adherence),
        alerts=report.alerts,
    )
    yield from work_notes(report)


def _of_queues(report: Report) -> Iterator[str]:
    if report.complaints.raised:
        yield _complaint_words(report)
    if any(offered for _hour, offered in report.hours):
        yield _("offered by the hour: {first} {bars} {last}").format(
            first=report.hours[0][0],
            bars=bars([offered for _hour, offered in report.hours]),
            last=report.hours[-1][0],
        )
    if report.days:
        first, last = (f"{day:%m-%d}" for day in (report.days[0][0], report.days[-1][0]))
        days = [counts or Counts() for _day, counts in report.days]
        offered = bars([one.offered or None for one in days])
        levels = bars([service_level(one, report.formula) for one in days], 100)
        yield _("offered by the day: {first} {bars} {last}").format(
            first=first, bars=offered, last=last
        )
        yield _("SL by the day: {first} {bars} {last}, a full bar is 100 %").format(
            first=first, bars=levels, last=last
        )


def _formula(report: Report) -> Iterator[str]:
    before = compared_words(report.period)
    has_target = any(line.target_percent is not None for line in report.totals)
    if has_target and not report.has_targets_then:
        yield _("Tgt is as it is now: what was valid then is no longer kept.")
    if report.compared_since is not None:
        text = _("Of {before} nothing is known before {day}: it is compared as it is.")
        yield text.format(before=before, day=report.compared_since.isoformat())
    if report.by in {By.AGENT, By.TEAM}:
        yield _("Adh+- and ( ): points against {before}").format(before=before)
    else:
        yield _("SL = {formula} formula, T per queue. Bef%, SL+- and ( ) against {before}").format(
            formula=words.formula(report.formula), before=before
        )


def _against(now: float | None, before: float | None) -> str:
    """A share in percent, and behind it in brackets by how many points it differs."""
    share = _percent_words(now)
    if now is None or before is None:
        return share
    text = _("{share} ({points})")
    return text.format(share=share, points=format_points(now - before))


def _percent_words(value: float | None) -> str:
    return UNDEFINED if value is None else _("{value} %").format(value=format_percent(value))


def _forecast_words(report: Report) -> str:
    """Whose forecast it is; empty where there is none."""
    origins = {code for line in report.totals if line.expected for code in line.expected.origins}
    if not origins or report.by in {By.AGENT, By.TEAM}:
        return ""
    if origins == {Origin.IMPORTED}:
        return _("Fc% = against the forecast that was imported, over the half hours it is of.")
    if origins == {Origin.SOURCE}:
        return _("Fc% = against the source's own forecast, over the half hours it is of.")
    return _("Fc% = against a forecast that is in part reckoned here, an estimate.")


def _complaint_words(report: Report) -> str:
    found = report.complaints
    text = ngettext(
        "{raised} complaint raised: {in_time} settled in time, {late} late, {open} open",
        "{raised} complaints raised: {in_time} settled in time, {late} late, {open} open",
        found.raised,
    ).format(raised=found.raised, in_time=found.in_time, late=found.late, open=found.open)
    if not found.unknown:
        return text
    more = _("{text}, {unknown} no longer on record here")
    return more.format(text=text, unknown=found.unknown)


def _day_words(day: date) -> str:
    return f"{format_weekday(day.weekday())} {day.isoformat()}"
