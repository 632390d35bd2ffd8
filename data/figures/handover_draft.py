"""The draft of a handover, drawn up from the floor as it is, part by part."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

from data.figures.complaints import clock_view
from data.figures.freshness import Moment, own_now
from data.figures.handover import (
    CallBooked,
    Draft,
    DraftLine,
    LevelMissed,
    MutedAlerts,
    OffPlan,
    PastAlert,
    Section,
)
from data.figures.loans import loan_figures
from data.figures.queues import source_ages
from data.figures.roster import DEVIATIONS, classify
from data.figures.shift_log import open_incidents, open_promises
from data.figures.shifts import planned_activity
from data.figures.switches import switches_on
from data.floor import FloorSnapshot, Key
from data.model import Alert, Channel, ContactState, Interval, Kind, Ms
from data.rules.adherence import NOT_SCHEDULED
from data.rules.lost_callers import standing
from data.rules.service_level import Formula, service_level, total
from data.settings import Figure, Severity

RISK_AHEAD_MS = 12 * 3_600_000
"""A clock that runs out within so long is the next shift's."""
_QUARTER_MS = 15 * 60_000
_KEY_LIMIT = 500


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
        held=frozenset(desk.held()),
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
            and not each.is_withdrawn
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

    def held(self) -> Iterator[str]:
        """Keys of the lines of alerts that go on under another one."""
        for key, each in self._snapshot.alerts.items():
            if key.site == self._site and not each.is_over and each.under:
                yield _key("alert", key)

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
        """What was promised, and who is to be called: lost callers taken, call-backs asked for."""
        now = self._moment.now
        for key, promise in open_promises(self._snapshot, self._site):
            yield DraftLine(Section.PROMISES, _key("promise", key), promise)
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
        """The queues that have missed their target over the quarter hours of the shift.

        After them what was as bad as can be, and is over.
        """
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
            since = min(row.starts_at for row in rows)
            missed = LevelMissed(queue, counts, level, since)
            yield DraftLine(Section.BREACHES, _key("level", key), missed, is_risk=False)
        yield from self.past_alerts()

    def past_alerts(self) -> Iterator[DraftLine]:
        """What of the worst kind was raised of a queue or a source, and was over in the shift."""
        found = sorted(
            (each.raised_at, key, each)
            for key, each in self._snapshot.alerts.items()
            if key.site == self._site and each.is_own and not each.under
            if each.severity == Severity.ACT and not _is_told_elsewhere(each)
            if each.about is None or each.about.kind != Kind.AGENT
            if each.ended_at is not None and each.ended_at >= self._since
        )
        for _at, key, each in found:
            yield DraftLine(Section.BREACHES, _key("was", key), PastAlert(each), is_risk=False)

    def notes(self) -> Iterator[DraftLine]:
        """What was written for the shift, in the order in which it was."""
        found = sorted(
            (note.written_at, key, note)
            for key, note in self._snapshot.notes.items()
            if key.site == self._site and note.audience is None and note.written_at >= self._since
            if not note.is_withdrawn
        )
        for _at, key, note in found:
            yield DraftLine(Section.NOTES, _key("note", key), note, is_risk=False)


def _is_told_elsewhere(alert: Alert) -> bool:
    """Whether the complaints or the people of the handover have it."""
    about = alert.about.kind if alert.about is not None else ""
    return about == Kind.ESCALATION or (alert.is_own and alert.name == Figure.LATE)


def _key(kind: str, key: Key, *more: str) -> str:
    """The key of a line: the same for the same thing in every draft, however long its id is."""
    whole = "/".join((kind, key.source, key.id, *more))
    if len(whole) <= _KEY_LIMIT:
        return whole
    return f"{whole[:_KEY_LIMIT]}#{zlib.crc32(whole.encode()):08x}"
