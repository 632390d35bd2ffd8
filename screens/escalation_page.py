"""The page of one complaint, for whatever look at the floor it is given."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from data.cache.history_model import FoundContact
from data.cache.history_reader import HistoryReader
from data.figures.freshness import own_now
from data.figures.queues import source_ages
from data.floor import Key
from data.questions import WhatCameSince
from screens.look import Look
from screens.page import facts, heading, parts, sentences, table
from screens.presenters.contacts import present_found
from screens.presenters.escalation_detail import EscalationDetail, present_escalation
from screens.presenters.table import TableView
from screens.text import _
from screens.tones import Tone
from screens.widgets.fitting import wrap_cells
from screens.widgets.tone_styles import Line

_NOTE_INDENT = 4


class EscalationPage:
    """Draws one complaint; what its customer called for since is read from history."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._question: WhatCameSince | None = None
        self._since: tuple[FoundContact, ...] | None = None

    def __call__(self, look: Look, width: int) -> Sequence[Line] | None:
        """The lines of the page; None where the complaint is no longer there."""
        snapshot, key = look.snapshot, self._key
        complaint = snapshot.escalations.get(key)
        if complaint is not None:
            self._question = WhatCameSince.of(complaint, look.until)
        now = own_now(source_ages(snapshot, look.moment), key, look.moment)
        zone = next((site.zone for site in snapshot.sites if site.id == key.site), "UTC")
        person, doings = look.viewing.person, look.doings
        detail = present_escalation(snapshot, key, now, zone, person=person, doings=doings)
        if detail is None:
            return None
        is_ascii = look.viewing.is_ascii

        def rows(title: str, view: TableView, empty: str) -> list[Line]:
            return [heading(title), *table(view, width, empty=empty, is_ascii=is_ascii)]

        since = present_found(self._since or (), snapshot.sites, now)
        return parts(
            list(_calling(detail, width)),
            list(_under_way(detail, width)),
            list(facts(detail.facts, width)),
            rows(_("Clocks"), detail.clocks, _("The keeper of the record gives none.")),
            [heading(_("What it is about")), *facts(detail.more, width)],
            rows(_("Contacts since"), since, self._no_contacts()),
            [heading(_("History")), *_history(detail, width)],
        )

    @property
    def wanted_past(self) -> Hashable:
        """What the customer has called for since the complaint came in."""
        return self._question

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Read it."""
        del look
        if self._question is not None:
            self._since = self._question.ask(history)

    def _no_contacts(self) -> str:
        if self._question is not None and not self._question.caller_key:
            return _("The customer's number is not known.")
        return _("Not read yet.") if self._since is None else _("None.")


def _calling(detail: EscalationDetail, width: int) -> Iterator[Line]:
    if detail.calling:
        yield from sentences([f"!! {detail.calling}"], width, Tone.ACT)


def _under_way(detail: EscalationDetail, width: int) -> Iterator[Line]:
    for text, tone in detail.under_way:
        yield from sentences([text], width, tone)


def _history(detail: EscalationDetail, width: int) -> Iterator[Line]:
    """When, who and what in a line, and below it all of what was written down then."""
    if not detail.history:
        yield from sentences([_("Nothing is recorded.")], width, Tone.QUIET)
    for each in detail.history:
        said = _("{at}  {who}  {what}").format(at=each.at, who=each.who, what=each.what)
        yield from sentences([said], width)
        for part in wrap_cells(each.note, max(10, width - _NOTE_INDENT)) if each.note else ():
            yield [(" " * _NOTE_INDENT + part, Tone.QUIET)]
