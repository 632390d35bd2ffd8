"""A handover as a table: the draft, one that was signed, or what differs between the two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from data.figures.doings import Doings
from data.figures.handover import Draft, Section
from data.floor import Key
from data.model import Handover, HandoverLine, Kind
from screens.key_names import key_name
from screens.presenters.acts import pending_words
from screens.presenters.handover_changes import changes_since
from screens.presenters.handover_words import Wording, draft_sentences, section_words, worded
from screens.presenters.rows import Column
from screens.presenters.table import (
    DEFAULT_VIEW,
    Entry,
    TableView,
    ViewState,
    arrange,
    make_row,
)
from screens.text import N_, _, ngettext, pgettext
from screens.tones import Tone

_ORDER = [each.value for each in Section]
_DRAFT_NOTE = N_(
    "A draft, from the floor's own records: so that nothing is left out, no line can be changed"
    " or taken out; {key} adds remarks to each part, and signs"
)
_OWN_NOTE = N_("You have signed this: somebody else takes its risks over")
_SIGNED_NOTE = N_("{key} takes over the risk under the cursor, or those that are marked")


class Showing(StrEnum):
    """What is shown."""

    DRAFT = "draft"
    SIGNED = "signed"
    CHANGES = "changes"


_WIDEST_STATE = 22
"""Cells of a time and most names."""
_CELLS = {Showing.SIGNED: 14, Showing.CHANGES: 7}
"""Of the column that says how a line stands, where five are not enough."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to show of a site's handover."""

    draft: Draft
    signed: tuple[Key, Handover] | None = None
    """The one to be taken over, or else the newest; None where none was ever signed."""
    left: tuple[Key, Handover] | None = None
    """The newest that the person who looks has signed, or else the newest of all."""
    by: Wording
    person: str = ""
    """The id of who looks."""


def handover_columns(showing: Showing = Showing.DRAFT, longest: int = 0) -> tuple[Column, ...]:
    """The columns, in the language in use; who has taken something over needs more room.

    Args:
        showing: What is shown.
        longest: Characters of the longest state.
    """
    width = max(_CELLS.get(showing, 5), min(longest, _WIDEST_STATE))
    return (
        Column("part", pgettext("handover column", "Part"), 10, sort_letter="p"),
        Column("text", pgettext("handover column", "What"), 30, grows=True, sort_letter="w"),
        Column("state", pgettext("handover column", "State"), width, sort_letter="t"),
    )


def present_handover(
    sheet: Sheet, showing: Showing, doings: Doings, view: ViewState = DEFAULT_VIEW
) -> TableView:
    """The table.

    Args:
        sheet: What there is.
        showing: Which part of it is wanted.
        doings: What the person who looks did lately.
        view: How the table is looked at.
    """
    entries = list(_entries(sheet, showing, doings))
    columns = handover_columns(
        showing, max((len(each.row.cells[2]) for each in entries), default=0)
    )
    rows = tuple(each.row for each in arrange(entries, columns, view))
    return TableView(columns, rows, len(rows), len(entries), tuple(_notes(sheet, showing)))


def title_words(sheet: Sheet, showing: Showing, site: str) -> str:
    """What is shown, of whom, and from when on."""
    by = sheet.by
    if showing is Showing.SIGNED and sheet.signed is not None:
        return _signed_title(sheet.signed[1], by, site)
    if showing is Showing.CHANGES and sheet.left is not None:
        text = _("Since the handover of {site} that {name} signed at {clock}")
        return text.format(
            site=site,
            name=sheet.left[1].signed_by.name,
            clock=by.clock(sheet.left[1].signed_at),
        )
    text = _("Handover of {site}, draft, since {since}")
    return text.format(site=site, since=by.clock(sheet.draft.since))


def counts_words(lines: Iterable[HandoverLine]) -> str:
    """How many lines each part has: `Incidents 2  Complaints 5`; parts without any are left out."""
    counts = Counter(each.section for each in lines)
    return "  ".join(
        _("{part} {count}").format(part=section_words(section), count=counts[section])
        for section in sorted(counts, key=_place)
    )


def _entries(sheet: Sheet, showing: Showing, doings: Doings) -> Iterable[Entry]:
    if showing is Showing.SIGNED and sheet.signed is not None:
        key, signed = sheet.signed
        pending = {
            str(row.fields.get("line", "")): pending_words(row)
            for row in doings.rows
            if row.kind == Kind.HANDOVER and row.entity == key.id and row.state.is_open
        }
        remarks = {each.section: each.text for each in signed.remarks}
        yield from _signed_entries(signed, pending, remarks, sheet.by)
    elif showing is Showing.CHANGES and sheet.left is not None:
        changes = changes_since(sheet.left[1], sheet.draft, sheet.by)
        for at, line in enumerate(changes.new):
            yield _entry(at, line, _("new"), Tone.LOOK if line.is_risk else Tone.NORMAL)
        for at, changed in enumerate(changes.changed):
            tone = Tone.LOOK if changed.now.is_risk else Tone.NORMAL
            yield _entry(1000 + at, changed.now, _("changed"), tone)
        for at, line in enumerate(changes.gone):
            yield _entry(2000 + at, line, _("gone"), Tone.QUIET)
    else:
        for at, line in enumerate(worded(sheet.draft, sheet.by)):
            yield _entry(at, line, _("risk") if line.is_risk else "", Tone.NORMAL)


def _signed_entries(
    signed: Handover, pending: dict[str, str], remarks: dict[str, str], by: Wording
) -> Iterable[Entry]:
    for at, line in enumerate(signed.lines):
        tone = Tone.NORMAL
        if not line.is_risk:
            state = ""
        elif line.acknowledged_by is not None:
            state = _("{clock} {name}").format(
                name=line.acknowledged_by.name, clock=by.clock(line.acknowledged_at)
            )
            tone = Tone.QUIET
        else:
            state, tone = _("to take over"), Tone.LOOK
        yield _entry(at, line, pending.get(line.key, state), tone)
    for at, (section, text) in enumerate(remarks.items()):
        said = HandoverLine(section, f"remark/{section}", text)
        yield _entry(-1000 + at, said, _("remark"), Tone.NORMAL)


def _entry(at: int, line: HandoverLine, state: str, tone: Tone) -> Entry:
    part = section_words(line.section)
    cells = (part, line.text, state)
    row = make_row(line.key, cells, (tone,) * len(cells), is_old=False)
    return Entry(row, (_place(line.section), at), (part, line.text, state))


def _place(section: str) -> int:
    """The place of a part; one that this program does not know stands last."""
    return _ORDER.index(section) if section in _ORDER else len(_ORDER)


def _notes(sheet: Sheet, showing: Showing) -> Sequence[str]:
    draft = [*draft_sentences(sheet.draft)]
    if showing is Showing.SIGNED and sheet.signed is not None:
        signed = sheet.signed[1]
        said = [_("Every risk is taken over.")]
        if signed.unacknowledged:
            is_own = signed.signed_by.id == sheet.person
            take_over = _(_SIGNED_NOTE).format(key=key_name("handover.take-over"))
            said = [_(_OWN_NOTE) if is_own else take_over]
        if signed.left_out:
            text = ngettext(
                "{count} line more had no room in it.",
                "{count} lines more had no room in it.",
                signed.left_out,
            )
            said.append(text.format(count=signed.left_out))
        return said
    if showing is Showing.CHANGES:
        return draft
    return [*draft, _(_DRAFT_NOTE).format(key=key_name("handover.sign"))]


def _signed_title(signed: Handover, by: Wording, site: str) -> str:
    left = len(signed.unacknowledged)
    text = ngettext(
        "Handover of {site}, signed by {name} at {clock}: {left} risk to take over",
        "Handover of {site}, signed by {name} at {clock}: {left} risks to take over",
        left,
    )
    if not left:
        text = _("Handover of {site}, signed by {name} at {clock}")
    return text.format(
        site=site, name=signed.signed_by.name, clock=by.clock(signed.signed_at), left=left
    )
