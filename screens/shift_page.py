"""The page of one shift: how it is kept, and what it plans."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from data.figures.freshness import own_now
from data.figures.planned import planned_agent
from data.figures.queues import source_ages
from data.figures.roster import classify
from data.floor import Key
from data.model import Ms, Shift
from data.rules.shift_plan import plan_of
from screens import words
from screens.formats import format_clock, format_duration
from screens.look import Look
from screens.page import heading, parts, sentences, table
from screens.presenters.roster import RosterItem, now_words
from screens.presenters.rows import Column
from screens.presenters.table import TableView, make_row
from screens.text import _, pgettext
from screens.tones import Tone
from screens.widgets.tone_styles import Line


class ShiftPage(msgspec.Struct, frozen=True):
    """Draws one shift for whatever look at the floor it is given."""

    key: Key

    def __call__(self, look: Look, width: int) -> Sequence[Line] | None:
        """The lines of the page; None where the shift is no longer there."""
        shift = look.snapshot.shifts.get(self.key)
        if shift is None:
            return None
        zone = next((site.zone for site in look.snapshot.sites if site.id == self.key.site), "UTC")
        now = own_now(source_ages(look.snapshot, look.moment), self.key, look.moment)
        agent = planned_agent(look.snapshot, shift)
        standing = classify(shift, agent, now)
        item = RosterItem(self.key, shift, agent, None, is_old=False)
        present = _("Now: {present}").format(present=now_words(item, standing, now))
        plan = table(
            _plan(shift, zone, now), width, empty=_("Nothing."), is_ascii=look.viewing.is_ascii
        )
        return parts(list(sentences([present], width)), [heading(_("The plan")), *plan])


def _plan(shift: Shift, zone: str, now: Ms) -> TableView:
    columns = (
        Column("from", pgettext("shift column", "From"), 5, is_right=True),
        Column("to", pgettext("shift column", "To"), 5, is_right=True),
        Column("length", pgettext("shift column", "Length"), 6, is_right=True),
        Column("what", pgettext("shift column", "What"), 14, grows=True),
    )
    rows = tuple(
        make_row(
            f"{at}",
            (
                format_clock(one.starts_at, zone),
                format_clock(one.ends_at, zone),
                format_duration((one.ends_at - one.starts_at) / 1000),
                _("{activity}, now").format(activity=words.activity(one.kind))
                if one.starts_at <= now < one.ends_at
                else words.activity(one.kind),
            ),
            (Tone.NORMAL,) * 4,
            is_old=False,
        )
        for at, one in enumerate(plan_of((shift,)))
    )
    return TableView(columns, rows, len(rows), len(rows))
