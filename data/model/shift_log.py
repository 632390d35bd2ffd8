"""What one shift leaves to the next: incidents, promises, ticks of checklists, signed handovers.

All of it is kept by the floor's own desk alone.
"""

from __future__ import annotations

import msgspec

from data.model.basis import Ms, Record
from data.model.floor import Person
from data.model.work import About


class IncidentEvent(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line of an incident's history."""

    at: Ms
    by: Person
    what: str
    """`opened`, `updated`, `closed`, `withdrawn` or `reopened`."""
    text: str = ""
    next_check_at: Ms | None = None
    """When somebody was to look at it again, as was said then."""


class Incident(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Trouble that is somebody's to mend: a carrier's, the client's, a supplier's, our own."""

    party: str
    """Whose it is: `carrier`, `client`, `supplier` or `own`."""
    summary: str
    ticket: str = ""
    """Its number at whoever mends it."""
    telephony: str = ""
    """The source of the queue; empty where the whole site is meant."""
    queue: str = ""
    opened_at: Ms
    opened_by: Person
    next_check_at: Ms | None = None
    """When somebody is to look at it again; None where nobody said, or it is closed."""
    closed_at: Ms | None = None
    is_withdrawn: bool = False
    """It was put on record by mistake: it never lasted, and nothing is said of it any more."""
    events: tuple[IncidentEvent, ...] = ()
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it still lasts."""
        return self.closed_at is None

    def is_unlooked(self, now: Ms) -> bool:
        """Whether somebody was to look at it by now, and nobody has said that they did."""
        return self.is_open and self.next_check_at is not None and self.next_check_at <= now


class PromiseEvent(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line of a promise's history."""

    at: Ms
    by: Person
    what: str
    """`made`, `moved`, `kept`, `broken`, `withdrawn` or `reopened`."""
    text: str = ""
    due_at: Ms | None = None
    """By when it was to be kept, as was said then."""
    owner: Person | None = None
    """Whose it was, as was said then."""


class Promise(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a customer was promised: by when, and whose it is to keep."""

    text: str
    due_at: Ms
    owner: Person
    reference: str = ""
    """Of the customer's complaint, where there is one."""
    customer: str = ""
    """The number they called from, masked; empty where it is not known."""
    about: About | None = None
    """The complaint or the contact in which it was made."""
    telephony: str = ""
    """The source of that."""
    settled_at: Ms | None = None
    outcome: str = ""
    """`kept`, `broken` or `withdrawn`, once it is settled."""
    events: tuple[PromiseEvent, ...] = ()
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to keep it."""
        return self.settled_at is None

    def is_about(self, kind: str, key: tuple[str, str, str]) -> bool:
        """Whether it was made in a complaint or a contact, by its kind, and site, source and id."""
        about = self.about
        return about is not None and (about.kind, (self.site, self.telephony, about.id)) == (
            kind,
            key,
        )

    def is_missed(self, now: Ms) -> bool:
        """Whether it should have been kept by now."""
        return self.is_open and self.due_at <= now


class Tick(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One item of a checklist that somebody has seen to."""

    item: str
    """As the floor's configuration words it."""
    at: Ms
    by: Person


class Checklist(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What has been ticked of one run of a checklist; the first tick makes it."""

    name: str
    """What the configuration calls the list."""
    starts_at: Ms
    """When this run of it was to be begun."""
    ticks: tuple[Tick, ...] = ()
    version: int = 0


class HandoverLine(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One thing that the next leader has to know, in the words that were signed."""

    section: str
    key: str
    """What it is about: the same thing has the same key in every handover."""
    text: str
    is_risk: bool = False
    """Whether the next leader has to acknowledge it."""
    acknowledged_at: Ms | None = None
    acknowledged_by: Person | None = None


class HandoverRemark(msgspec.Struct, frozen=True, gc=False):
    """What whoever signed wrote about one section."""

    section: str
    text: str


class Handover(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A shift as it was handed over: a document, kept in the words that its author read."""

    since: Ms
    """From when on it tells."""
    signed_at: Ms
    signed_by: Person
    lines: tuple[HandoverLine, ...] = ()
    remarks: tuple[HandoverRemark, ...] = ()
    left_out: int = 0
    """So many lines more there were than it has room for."""
    version: int = 0

    @property
    def unacknowledged(self) -> tuple[HandoverLine, ...]:
        """The risks that nobody has taken over yet."""
        return tuple(each for each in self.lines if each.is_risk and each.acknowledged_at is None)
