"""What one shift leaves to the next, drawn up from the floor as it is: the draft of a handover.

Each line has a key that the same thing has in every draft, so that what is new and what is gone
since a handover was signed can be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import TypeAlias

import msgspec

from data.figures.complaints import clock_view
from data.figures.freshness import Moment, own_now
from data.figures.loans import LoanFigures, loan_figures
from data.figures.queues import source_ages
from data.figures.roster import DEVIATIONS, Standing, classify
from data.figures.shift_log import open_incidents
from data.figures.shifts import planned_activity
from data.figures.switches import SwitchOn, switches_on
from data.floor import FloorSnapshot, Key
from data.model import (
    Agent,
    Alert,
    Channel,
    Contact,
    ContactState,
    Counts,
    Escalation,
    Handover,
    HandoverLine,
    Incident,
    Interval,
    Kind,
    LostCase,
    Ms,
    Mute,
    Note,
    Queue,
    Shift,
)
from data.rules.adherence import NOT_SCHEDULED
from data.rules.lost_callers import standing
from data.rules.service_level import Formula, service_level, total
from data.settings import Figure
from data.zones import site_day_start

RISK_AHEAD_MS = 12 * 3_600_000
"""A clock that runs out within so long is the next shift's."""
LONGEST_MS = 24 * 3_600_000
"""What was signed longer ago was not the shift before this one."""
_QUARTER_MS = 15 * 60_000


class Section(StrEnum):
    """The parts of a handover, in their order."""

    INCIDENTS = "incidents"
    ALERTS = "alerts"
    SWITCHES = "switches"
    LOANS = "loans"
    COMPLAINTS = "complaints"
    PROMISES = "promises"
    PEOPLE = "people"
    BREACHES = "breaches"
    NOTES = "notes"


class LevelMissed(msgspec.Struct, frozen=True):
    """A queue that has missed its target over the shift."""

    queue: Queue
    counts: Counts
    level: float
    """Percent, by the floor's formula."""
    since: Ms
    """From when on it was counted: later than the shift's beginning where nothing is known."""


class OffPlan(msgspec.Struct, frozen=True):
    """Somebody who is not where the plan has them."""

    shift: Shift
    agent: Agent | None
    standing: Standing | None
    """None for who is planned to be away."""
    activity: str = ""


class MutedAlerts(msgspec.Struct, frozen=True):
    """Alerts that are not to ring for a time."""

    mute: Mute


class CallBooked(msgspec.Struct, frozen=True):
    """A complaint that is settled, but for a call that was promised."""

    complaint: Escalation


Subject: TypeAlias = (
    Incident
    | Alert
    | MutedAlerts
    | SwitchOn
    | LoanFigures
    | Escalation
    | CallBooked
    | LostCase
    | Contact
    | OffPlan
    | LevelMissed
    | Note
)


class DraftLine(msgspec.Struct, frozen=True):
    """One thing that the next leader has to know."""

    section: Section
    key: str
    subject: Subject
    is_risk: bool = True


class Draft(msgspec.Struct, frozen=True):
    """A handover that nobody has signed yet."""

    site: str
    since: Ms
    now: Ms
    lines: tuple[DraftLine, ...]
    unknown: frozenset[Section] = frozenset()
    """Sections of which nothing is known, which is not the same as nothing there."""
    is_old: bool = False
    """Some source of the site is not current: what it tells is as it was."""


class SinceLeft(msgspec.Struct, frozen=True):
    """What differs from a handover that was signed."""

    new: tuple[DraftLine, ...]
    gone: tuple[HandoverLine, ...]


def handover_since(snapshot: FloorSnapshot, site: str, now: Ms) -> Ms:
    """Since when a draft tells: the site's last handover, or else the beginning of its day.

    Args:
        snapshot: The floor as of one commit.
        site: The site's id.
        now: The present on the server's clock.
    """
    last = last_signed(snapshot, site)
    if last is not None and now - LONGEST_MS <= last[1].signed_at <= now:
        return last[1].signed_at
    info = next((each for each in snapshot.sites if each.id == site), None)
    return now - LONGEST_MS if info is None else site_day_start(info, now)


def last_signed(snapshot: FloorSnapshot, site: str, *, by: str = "") -> tuple[Key, Handover] | None:
    """The newest handover of a site; of one person where they are named."""
    found = [
        (key, each)
        for key, each in snapshot.handovers.items()
        if key.site == site and by in {"", each.signed_by.id}
    ]
    return max(found, key=lambda pair: (pair[1].signed_at, pair[0]), default=None)


def to_take_over(snapshot: FloorSnapshot, site: str, person: str) -> tuple[Key, Handover] | None:
    """The newest handover of somebody else in which a risk is left to be acknowledged."""
    found = [
        (key, each)
        for key, each in snapshot.handovers.items()
        if key.site == site and each.signed_by.id != person and each.unacknowledged
    ]
    return max(found, key=lambda pair: (pair[1].signed_at, pair[0]), default=None)


def since_left(signed: Handover, draft: Draft) -> SinceLeft:
    """What has come and what has gone since a handover was signed."""
    then = {each.key for each in signed.lines}
    now = {each.key for each in draft.lines}
    # Of a section of which nothing is known, nothing can be said to be gone.
    unknown = {section.value for section in draft.unknown}
    return SinceLeft(
        new=tuple(each for each in draft.lines if each.key not in then),
        gone=tuple(
            each for each in signed.lines if each.key not in now and each.section not in unknown
        ),
    )


def draw_up(
    snapshot: FloorSnapshot, site: str, since: Ms, moment: Moment, formula: Formula
) -> Draft:
    """The draft of a site's handover.

    Args:
        snapshot: The floor as of one commit.
        site: The site's id.
        since: When the shift began.
        moment: The present.
        formula: Of the service levels.
    """
    desk = _Desk(snapshot, site, since, moment, formula)
    parts: dict[Section, Callable[[], Iterable[DraftLine]]] = {
        Section.INCIDENTS: desk.incidents,
        Section.ALERTS: desk.alerts,
        Section.SWITCHES: desk.switches,
        Section.LOANS: desk.loans,
        Section.COMPLAINTS: desk.complaints,
        Section.PROMISES: desk.promises,
        Section.PEOPLE: desk.people,
        Section.BREACHES: desk.breaches,
        Section.NOTES: desk.notes,
    }
    ages = [age for place, age in desk.ages.items() if place[0] == site]
    return Draft(
        site=site,
        since=since,
        now=moment.now,
        lines=tuple(line for section in Section for line in parts[section]()),
        unknown=frozenset(desk.unknown()),
        is_old=any(age.is_old for age in ages),
    )


class _Desk:
    """One site, looked at section by section."""

    def __init__(
        self, snapshot: FloorSnapshot, site: str, since: Ms, moment: Moment, formula: Formula
    ) -> None:
        self._snapshot, self._site, self._since = snapshot, site, since
        self._moment, self._formula = moment, formula
        self.ages = source_ages(snapshot, moment)

    def unknown(self) -> Iterator[Section]:
        """Of what no source of the site has told anything."""
        has = {
            Section.PEOPLE: self._snapshot.shifts,
            Section.BREACHES: self._snapshot.intervals,
            Section.SWITCHES: self._snapshot.queues,
        }
        for section, rows in has.items():
            if not any(key.site == self._site for key in rows):
                yield section

    def incidents(self) -> Iterator[DraftLine]:
        """Those that last, and those that were over within the shift."""
        lasting = open_incidents(self._snapshot, self._site)
        over = [
            (key, each)
            for key, each in self._snapshot.incidents.items()
            if key.site == self._site
            and each.closed_at is not None
            and each.closed_at >= self._since
        ]
        for key, each in [*lasting, *sorted(over)]:
            yield DraftLine(Section.INCIDENTS, _key("incident", key), each, each.is_open)

    def alerts(self) -> Iterator[DraftLine]:
        """Those that last, and what is muted.

        What is held under another is that one's, and what another part of the handover tells of
        stands there.
        """
        alerts = sorted(
            (each.raised_at, key, each)
            for key, each in self._snapshot.alerts.items()
            if key.site == self._site and not each.is_over and not each.under
            if not _is_told_elsewhere(each)
        )
        for _at, key, each in alerts:
            yield DraftLine(Section.ALERTS, _key("alert", key), each)
        for key, mute in sorted(self._snapshot.mutes.items()):
            if key.site == self._site and mute.is_on(self._moment.now):
                yield DraftLine(Section.ALERTS, _key("mute", key), MutedAlerts(mute))

    def switches(self) -> Iterator[DraftLine]:
        """Queues that are closed, and messages and overflows that are on."""
        for each in switches_on(self._snapshot, self._site, self.ages, self._moment, 0):
            yield DraftLine(Section.SWITCHES, _key("switch", each.key, each.name), each)

    def loans(self) -> Iterator[DraftLine]:
        """Agents who are lent."""
        for each in loan_figures(self._snapshot, self._site, self._moment.now):
            if each.is_open:
                yield DraftLine(Section.LOANS, _key("loan", each.key), each)

    def complaints(self) -> Iterator[DraftLine]:
        """The open ones, whose clock runs out first at the top."""
        found = []
        for key, each in self._snapshot.escalations.items():
            if key.site != self._site or not each.is_open:
                continue
            view = clock_view(each, own_now(self.ages, key, self._moment))
            due = view.clock.due_at if view.clock is not None else None
            is_risk = view.is_late or (due is not None and due <= self._moment.now + RISK_AHEAD_MS)
            found.append((not is_risk, due is None, due or 0, key, each))
        for is_safe, _none, _due, key, each in sorted(found, key=lambda one: one[:4]):
            yield DraftLine(Section.COMPLAINTS, _key("complaint", key), each, not is_safe)

    def promises(self) -> Iterator[DraftLine]:
        """Who was promised to be called: lost callers somebody took, call-backs asked for."""
        now = self._moment.now
        for key, case in sorted(self._snapshot.lost_cases.items()):
            stands = standing(case, case.lost_at, now)
            is_kept = stands.owner is None or stands.called_back_at is not None
            if key.site == self._site and not is_kept:
                yield DraftLine(Section.PROMISES, _key("lost", key), case)
        for key, each in sorted(self._snapshot.escalations.items()):
            is_booked = each.resolution == "callback_booked" and each.status == "resolved"
            if key.site == self._site and is_booked:
                yield DraftLine(Section.PROMISES, _key("booked", key), CallBooked(each))
        for key, contact in sorted(self._snapshot.contacts.items()):
            waits = contact.state is ContactState.WAITING and contact.channel is Channel.CALLBACK
            if key.site == self._site and waits:
                yield DraftLine(Section.PROMISES, _key("callback", key), contact)

    def people(self) -> Iterator[DraftLine]:
        """Who is late, missing, or away, though a shift of theirs runs now."""
        now = self._moment.now
        agents = {
            key.id: agent for key, agent in self._snapshot.agents.items() if key.site == self._site
        }
        running = [
            (key, shift)
            for key, shift in self._snapshot.shifts.items()
            if key.site == self._site and shift.starts_at <= now < shift.ends_at
        ]
        for key, shift in sorted(running, key=lambda pair: pair[0]):
            own = self._snapshot.agents.get(Key(shift.site, shift.source, shift.agent))
            agent = own or agents.get(shift.agent)
            activity = planned_activity(shift, now)
            if activity in NOT_SCHEDULED:
                off = OffPlan(shift, agent, None, activity)
                yield DraftLine(Section.PEOPLE, _key("shift", key), off, is_risk=False)
                continue
            stands = classify(shift, agent, now)
            if stands.fit in DEVIATIONS:
                off = OffPlan(shift, agent, stands)
                yield DraftLine(Section.PEOPLE, _key("shift", key), off)

    def breaches(self) -> Iterator[DraftLine]:
        """The queues that have missed their target over the quarter hours of the shift."""
        begins = self._since - self._since % _QUARTER_MS
        quarters: dict[Key, list[Interval]] = {}
        for row in self._snapshot.intervals.values():
            if row.site == self._site and row.starts_at >= begins:
                quarters.setdefault(Key(row.site, row.source, row.queue), []).append(row)
        for key, rows in sorted(quarters.items()):
            queue = self._snapshot.queues.get(key)
            if queue is None:
                continue
            counts = total(row.counts for row in rows)
            level = service_level(counts, self._formula)
            if level is None or level >= queue.target_percent:
                continue
            since = max(self._since, min(row.starts_at for row in rows))
            missed = LevelMissed(queue, counts, level, since)
            yield DraftLine(Section.BREACHES, _key("level", key), missed, is_risk=False)

    def notes(self) -> Iterator[DraftLine]:
        """What was written for the shift, in the order in which it was."""
        found = sorted(
            (note.written_at, key, note)
            for key, note in self._snapshot.notes.items()
            if key.site == self._site and note.audience is None and note.written_at >= self._since
        )
        for _at, key, note in found:
            yield DraftLine(Section.NOTES, _key("note", key), note, is_risk=False)


def _is_told_elsewhere(alert: Alert) -> bool:
    """Whether the complaints or the people of the handover have it."""
    about = alert.about.kind if alert.about is not None else ""
    return about == Kind.ESCALATION or (alert.is_own and alert.name == Figure.LATE)


def _key(kind: str, key: Key, *more: str) -> str:
    return "/".join((kind, key.source, key.id, *more))
