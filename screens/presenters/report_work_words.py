"""The sentences of a report about agents' time: what was lost, what it cost, what is not known."""

from __future__ import annotations

from collections.abc import Iterator

from data.figures.report import By, Report
from data.figures.report_work import HOUR_MS, Coverage
from screens.formats import UNDEFINED, format_amount, format_hours
from screens.text import _, ngettext


def work_notes(report: Report) -> Iterator[str]:
    """What agents' time came to, and why something of it is not known."""
    work = report.work
    if work.ready_ms is None and report.spare_ms is None and not report.coverage.planned_days:
        yield _("lost: -, neither ready time nor plan nor need of these days is known")
    else:
        yield _(
            "lost: idle {idle}, late {late}, early {early}, absent {absent}, overstaffed {spare}"
        ).format(
            idle=_hours(work.ready_ms),
            late=_hours(work.late_ms),
            early=_hours(work.left_early_ms),
            absent=_hours(work.not_come_ms),
            spare=_hours(report.spare_ms),
        )
        yield from _reasons(report)
    if report.currency:
        yield from _costs(report)


def _costs(report: Report) -> Iterator[str]:
    if report.work.cost is None:
        yield _("cost: -, nobody's hours are known, or no rate holds for them")
        return
    yield _cost_words(report)
    yield from _cost_reasons(report)


def _cost_words(report: Report) -> str:
    work = report.work
    hourly = None if not work.cost or not work.paid_ms else work.cost / work.paid_ms * HOUR_MS
    return _(
        "cost {cost} {currency}: {contact} a contact, {hours} at {hourly} an hour, idle {idle}"
    ).format(
        cost=format_amount(work.cost),
        currency=report.currency,
        contact=format_amount(work.cost_per_contact),
        hours=_hours(work.paid_ms),
        hourly=format_amount(hourly),
        idle=format_amount(work.idle_cost),
    )


def _reasons(report: Report) -> Iterator[str]:
    """Why something is not known, or known of a part only."""
    found = report.coverage
    if report.work.ready_ms is None:
        yield _("- for idle and occupancy: no source has told ready time of these days")
    if not found.planned_days:
        yield _("- for adherence, late, early, absent: no plan of these days is known")
    elif found.planned_days < found.days:
        yield _part_words(found)
    if report.spare_ms is None:
        yield _("- for overstaffed: the need of these days, or who was there, is not known")


def _part_words(found: Coverage) -> str:
    return _(
        "adherence, late, early, absent: of {count} of {days} days, no plan of others is known"
    ).format(count=found.planned_days, days=found.days)


def _cost_reasons(report: Report) -> Iterator[str]:
    found = report.coverage
    for name in report.rates_of_none:
        yield _("a rate is for “{name}”, which is no team and no client of this floor").format(
            name=name
        )
    if found.without_hours:
        yield ngettext(
            "without cost: {count} agent whose hours are not known, with their contacts",
            "without cost: {count} agents whose hours are not known, with their contacts",
            found.without_hours,
        ).format(count=found.without_hours)
    if found.without_rate:
        yield ngettext(
            "without cost: {count} agent for whom no rate holds, with their contacts",
            "without cost: {count} agents for whom no rate holds, with their contacts",
            found.without_rate,
        ).format(count=found.without_rate)
    if found.unshared and report.by not in {By.AGENT, By.TEAM}:
        yield _("in no line of queues: {amount} {currency} of agents who answered nothing").format(
            amount=format_amount(found.unshared), currency=report.currency
        )


def _hours(ms: int | None) -> str:
    return UNDEFINED if ms is None else format_hours(ms / 1000)
