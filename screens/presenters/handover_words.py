"""Each line of a handover in words: what a person signs, and what is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from data.figures.complaints import clock_view
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
from data.figures.loans import LoanFigures
from data.figures.roster import Fit
from data.figures.switches import SwitchOn
from data.floor import FloorSnapshot
from data.model import (
    Alert,
    Contact,
    Escalation,
    HandoverLine,
    Incident,
    LostCase,
    Ms,
    Note,
    Promise,
)
from data.rules.lost_callers import CLAIM_LIFE_MS
from data.rules.service_level import Formula
from data.zones import local
from screens import complaint_words, words
from screens.alert_words import alert_sentence, figure_of, format_value, muted_words, place_words
from screens.formats import (
    format_caller,
    format_percent,
    format_sure_clock,
)
from screens.presenters.lent_words import loan_words
from screens.presenters.notes import author_words, party_words
from screens.presenters.promises import promise_words
from screens.presenters.switches import short_word
from screens.text import C_, Word, _, pgettext

_SECTIONS: dict[str, Word] = {
    Section.INCIDENTS: C_("part of a handover", "Incidents"),
    Section.ALERTS: C_("part of a handover", "Alerts"),
    Section.SWITCHES: C_("part of a handover", "Switches"),
    Section.LOANS: C_("part of a handover", "Loans"),
    Section.COMPLAINTS: C_("part of a handover", "Complaints"),
    Section.PROMISES: C_("part of a handover", "Promises"),
    Section.PEOPLE: C_("part of a handover", "People"),
    Section.BREACHES: C_("part of a handover", "Targets"),
    Section.NOTES: C_("part of a handover", "Notes"),
}

LINE_LIMIT = 300
"""Characters of a line in a handover."""
_FITS: dict[Fit, Word] = {
    Fit.MISSING: C_("against the shift", "missing"),
    Fit.LATE: C_("against the shift", "late"),
    Fit.LEFT: C_("against the shift", "signed out"),
    Fit.LONG_BREAK: C_("against the shift", "still on break"),
    Fit.AWAY: C_("against the shift", "away"),
}


class Wording(msgspec.Struct, frozen=True):
    """What lines are worded with."""

    snapshot: FloorSnapshot
    now: Ms
    zone: str
    formula: Formula
    people: Mapping[str, str] = {}
    """Names of people of the floor, by id."""
    read_at: Ms | None = None
    """On whose day clocks need no date; None: that of `now`."""

    def clock(self, at: Ms | None) -> str:
        """An instant on the wall of the site, with its date where that is not today's.

        Where the clocks show it twice it bears the name of its time.
        """
        today = self.now if self.read_at is None else self.read_at
        clock = format_sure_clock(at, self.zone)
        if at is None or local(at, self.zone).date() == local(today, self.zone).date():
            return clock
        return f"{local(at, self.zone):%Y-%m-%d} {clock}"


def section_words(section: str) -> str:
    """The title of a part; that of a newer program has its own name."""
    word = _SECTIONS.get(section)
    return section if word is None else str(word)


def worded(draft: Draft, by: Wording) -> tuple[HandoverLine, ...]:
    """The lines of a draft as they would be signed."""
    return tuple(
        HandoverLine(each.section.value, each.key, line_words(each, by), each.is_risk)
        for each in draft.lines
    )


def draft_sentences(draft: Draft) -> Sequence[str]:
    """What has to be known of a draft as a whole."""
    said = []
    if draft.is_old:
        said.append(_("~ Not every source is current: what it tells is as it was."))
    if draft.unknown:
        names = ", ".join(section_words(each) for each in Section if each in draft.unknown)
        said.append(_("Nothing is known of: {sections}.").format(sections=names))
    return said


def line_words(line: DraftLine, by: Wording) -> str:
    """One line in words."""
    return _WORDS[type(line.subject)](line.subject, by)


def signed_text(text: str) -> str:
    """A line as it is signed: there is room for so much of it."""
    return text if len(text) <= LINE_LIMIT else text[: LINE_LIMIT - 1] + "…"


def _incident(incident: Incident, by: Wording) -> str:
    """With instants alone: a document is read when minutes ahead would mean nothing."""
    text = _("{party}: {summary}, since {since}")
    if not incident.is_open:
        text = _("{party}: {summary}, {since} to {ended}")
    said = text.format(
        party=party_words(incident.party),
        summary=incident.summary,
        since=by.clock(incident.opened_at),
        ended=by.clock(incident.closed_at),
    )
    more = [_("ticket {ticket}").format(ticket=incident.ticket)] if incident.ticket else []
    if incident.is_open and incident.next_check_at is not None:
        late, due = _("check was due at {clock}"), _("check at {clock}")
        check = late if incident.is_unlooked(by.now) else due
        more.append(check.format(clock=by.clock(incident.next_check_at)))
    return ", ".join([said, *more])


def _loan(loan: LoanFigures, by: Wording) -> str:
    text = _("{agents}, until {until}: {names}")
    return text.format(
        agents=loan_words(by.snapshot, loan),
        until=by.clock(loan.loan.until),
        names=", ".join(each.name for each in loan.agents),
    )


def _called_for(contact: Contact, by: Wording) -> str:
    text = _("call back {caller}, who has asked for it since {clock}")
    since = contact.queued_at or contact.created_at
    return text.format(caller=format_caller(contact.caller_masked), clock=by.clock(since))


def _note(note: Note, by: Wording) -> str:
    author = author_words(note, by.snapshot, by.people)
    return _("{author}: {text}").format(author=author, text=note.text)


def _alert(alert: Alert, by: Wording) -> str:
    said = alert_sentence(alert, by.zone)
    place = place_words(alert, by.snapshot)
    seen = alert.acknowledged_name
    text = _("{place}: {sentence}") if not seen else _("{place}: {sentence} ({name} has seen it)")
    return text.format(place=place, sentence=said, name=seen)


def _past_alert(past: PastAlert, by: Wording) -> str:
    alert = past.alert
    text = _("{place}: {sentence}, {start} to {end}, at worst {peak}")
    return text.format(
        place=place_words(alert, by.snapshot),
        sentence=alert_sentence(alert, by.zone),
        start=by.clock(alert.began_at or alert.raised_at),
        end=by.clock(alert.ended_at),
        peak=format_value(figure_of(alert), alert.peak),
    )


def _muted(muted: MutedAlerts, by: Wording) -> str:
    mute = muted.mute
    what = muted_words(mute, by.snapshot) or pgettext("muted", "all")
    text = _("muted until {until} by {name}: {what}")
    return text.format(until=by.clock(mute.until), name=mute.muted_by.name, what=what)


def _switch(switch: SwitchOn, by: Wording) -> str:
    parts = {
        "queue": switch.queue,
        "switch": short_word(switch.name, switch.label),
        "clock": by.clock(switch.since),
        "name": switch.by.name if switch.by is not None else "",
    }
    text = _("{queue}: {switch}")
    if switch.since is not None and switch.by is not None:
        text = _("{queue}: {switch} since {clock}, by {name}")
    elif switch.since is not None:
        text = _("{queue}: {switch} since {clock}")
    return text.format(**parts)


def _complaint(complaint: Escalation, by: Wording) -> str:
    view = clock_view(complaint, by.now)
    parts = {
        "reference": complaint.reference,
        "severity": words.complaint_severity(complaint.severity),
        "owner": complaint.owner.name if complaint.owner else _("nobody has it"),
        "subject": complaint.summary,
    }
    if view.clock is None or view.left_s is None or view.clock.paused:
        text = _("{reference} {severity}, {owner}: {subject}")
    else:
        parts["clock"] = words.complaint_clock(view.clock.name)
        parts["due"] = by.clock(view.clock.due_at)
        text = _("{reference} {severity}, {clock} by {due}, {owner}: {subject}")
        if view.left_s < 0:
            text = _("{reference} {severity}, {clock} MISSED since {due}, {owner}: {subject}")
        elif view.is_late:
            text = _("{reference} {severity}, one MISSED, {clock} by {due}, {owner}: {subject}")
    return text.format(**parts)


def _booked(booked: CallBooked, _by: Wording) -> str:
    complaint = booked.complaint
    text = _("{reference}: {remedy}, {owner}")
    return text.format(
        reference=complaint.reference,
        remedy=complaint_words.resolution(complaint.resolution),
        owner=complaint.owner.name if complaint.owner else _("nobody has it"),
    )


def _promise(promise: Promise, by: Wording) -> str:
    text = _("{promise}, by {due}, {owner}")
    if promise.is_missed(by.now):
        text = _("{promise}, NOT KEPT by {due}, {owner}")
    return text.format(
        promise=promise_words(promise), due=by.clock(promise.due_at), owner=promise.owner.name
    )


def _lost(case: LostCase, by: Wording) -> str:
    name = case.owner.name if case.owner is not None else ""
    until = None if case.owner is None else case.owner.since + CLAIM_LIFE_MS
    text = _("{name} has taken the caller lost at {lost}; to be called back by {until}")
    return text.format(name=name, lost=by.clock(case.lost_at), until=by.clock(until))


def _off_plan(off: OffPlan, by: Wording) -> str:
    parts = {
        "name": off.agent.name if off.agent is not None else off.shift.agent,
        "start": format_sure_clock(off.shift.starts_at, by.zone),
        "end": format_sure_clock(off.shift.ends_at, by.zone),
    }
    if off.standing is None:
        parts["what"] = words.activity(off.activity)
        return _("{name}: {what}, shift {start} to {end}").format(**parts)
    word = _FITS.get(off.standing.fit)
    parts["what"] = off.standing.fit.value if word is None else str(word)
    parts["since"] = by.clock(off.standing.since)
    return _("{name}: {what} since {since}, shift {start} to {end}").format(**parts)


def _missed(missed: LevelMissed, by: Wording) -> str:
    text = _("{queue}: SL {level} % of {target} %, {lost} of {offered} lost, since {since} ({by})")
    return text.format(
        queue=missed.queue.name,
        level=format_percent(missed.level),
        target=format_percent(missed.queue.target_percent, 0),
        lost=missed.counts.abandoned,
        offered=missed.counts.offered,
        since=by.clock(missed.since),
        by=words.formula(by.formula),
    )


_WORDS: Mapping[type, Callable[[Any, Wording], str]] = {
    Incident: _incident,
    Alert: _alert,
    MutedAlerts: _muted,
    PastAlert: _past_alert,
    SwitchOn: _switch,
    LoanFigures: _loan,
    Escalation: _complaint,
    CallBooked: _booked,
    LostCase: _lost,
    Contact: _called_for,
    OffPlan: _off_plan,
    LevelMissed: _missed,
    Note: _note,
    Promise: _promise,
}
"""How each kind of thing is worded."""
