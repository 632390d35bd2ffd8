"""What one shift leaves to the next: the lines of a handover, and what differs between two.

Each line has a key that the same thing has in every draft, so that what is new and what is gone
since a handover was signed can be told.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import msgspec

from data.figures.loans import LoanFigures
from data.figures.roster import Standing
from data.figures.switches import SwitchOn
from data.floor import FloorSnapshot, Key
from data.model import (
    Agent,
    Alert,
    Contact,
    Counts,
    Escalation,
    Handover,
    HandoverLine,
    Incident,
    LostCase,
    Ms,
    Mute,
    Note,
    Promise,
    Queue,
    Shift,
)
from data.zones import site_day_start

LONGEST_MS = 24 * 3_600_000
"""What was signed longer ago was not the shift before this one."""


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


_OF_ITS_SHIFT = frozenset({Section.BREACHES, Section.NOTES})
"""What tells of one shift, and is over with it."""


class LevelMissed(msgspec.Struct, frozen=True):
    """A queue that has missed its target over the shift."""

    queue: Queue
    counts: Counts
    level: float
    """Percent, by the floor's formula."""
    since: Ms
    """From when on it was counted: the quarter hour that the shift began in, or the first known."""


class OffPlan(msgspec.Struct, frozen=True):
    """Somebody who is not where the plan has them."""

    shift: Shift
    agent: Agent | None
    standing: Standing | None
    """None for who is planned to be away."""
    activity: str = ""


class PastAlert(msgspec.Struct, frozen=True):
    """Something of the worst kind that was over before the shift was."""

    alert: Alert


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
    | PastAlert
    | SwitchOn
    | LoanFigures
    | Escalation
    | CallBooked
    | LostCase
    | Contact
    | OffPlan
    | LevelMissed
    | Note
    | Promise
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
    held: frozenset[str] = frozenset()
    """Keys of alerts that another holds, such as a silent source: no line tells of them, and still
    they are not over."""


class SinceLeft(msgspec.Struct, frozen=True):
    """What differs from a handover that was signed."""

    new: tuple[DraftLine, ...]
    kept: tuple[tuple[HandoverLine, DraftLine], ...]
    """What stands in both, as it was signed and as it is: it may have changed."""
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
    """What has come, what has stayed and what has gone since a handover was signed.

    What belongs to the shift that was signed, such as its notes and targets, stays with it: of that
    nothing is said to be gone. Nor is it of sections of which nothing is known now, nor of alerts
    that are held under another.
    """
    then = {each.key: each for each in signed.lines}
    now = {each.key for each in draft.lines} | draft.held
    silent = {section.value for section in (*draft.unknown, *_OF_ITS_SHIFT)}
    return SinceLeft(
        new=tuple(each for each in draft.lines if each.key not in then),
        kept=tuple(
            (then[each.key], each)
            for each in draft.lines
            if each.key in then and each.section not in _OF_ITS_SHIFT
        ),
        gone=tuple(
            each
            for each in signed.lines
            if each.key not in now
            and each.section not in silent
            # An incident that was over when it was signed was news of that shift.
            and (each.is_risk or each.section != Section.INCIDENTS)
        ),
    )
