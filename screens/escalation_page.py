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
from screens.page import heading, parts, sentences, table
from screens.presenters.contacts import present_found
from screens.presenters.escalation_detail import EscalationDetail, present_escalation
from screens.presenters.table import TableView
from screens.text import _
from screens.tones import Tone
from screens.widgets.fitting import fit_text, wrap_cells
from screens.widgets.tone_styles import Line

_LABEL = 15
_INDENT = 2


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
            self._question = WhatCameSince.of(complaint)
        now = own_now(source_ages(snapshot, look.moment), key, look.moment)
        zone = next((site.zone for site in snapshot.sites if site.id == key.site), "UTC")
        detail = present_escalation(snapshot, key, now, zone)
        if detail is None:
            return None
        is_ascii = look.viewing.is_ascii

        def rows(title: str, view: TableView, empty: str) -> list[Line]:
            return [heading(title), *table(view, width, empty=empty, is_ascii=is_ascii)]

        since = present_found(self._since or (), snapshot.sites, now)
        return parts(
            list(_calling(detail, width)),
            list(_facts(detail, width)),
            rows(_("Clocks"), detail.clocks, _("The keeper of the record gives none.")),
            rows(_("Contacts since"), since, self._no_contacts()),
            rows(_("History"), detail.history, _("Nothing is recorded.")),
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


def _facts(detail: EscalationDetail, width: int) -> Iterator[Line]:
    """Names and values; a value goes on below itself where it is long."""
    for name, value in detail.facts:
        first = True
        for part in wrap_cells(value, max(10, width - _INDENT - _LABEL)):
            label = fit_text(name if first else "", _LABEL, sign="")
            yield [(" " * _INDENT + label, Tone.QUIET), (part, Tone.NORMAL)]
            first = False
