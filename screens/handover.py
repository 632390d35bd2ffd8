"""The handover as a table over the floor: drafted, signed, taken over, and what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from data.actions.verbs import Verb
from data.figures.doings import Target
from data.model import HandoverLine, Ms
from screens.acting.handover import sign_offer, take_over_offer
from screens.acting.offer import Offer
from screens.actions import Scope
from screens.key_names import key_name
from screens.keys import bindings
from screens.look import Look
from screens.page import heading, parts, sentences
from screens.pane import TablePane
from screens.presenters.handover import Sheet, Showing, present_handover, title_words
from screens.presenters.handover_changes import changes_since
from screens.presenters.handover_sheet import sheet_of, site_of
from screens.presenters.handover_words import section_words, worded
from screens.presenters.table import TableView
from screens.table_screen import TableScreen
from screens.text import N_, _
from screens.widgets.text_lines import TextLines
from screens.widgets.tone_styles import Line

if TYPE_CHECKING:
    from screens.detail import Presenter

NEW = "new"
"""Stands for the handover that is to be signed, where no row is under the cursor."""


class HandoverPane(TablePane):
    """One site's handover; it begins with what somebody else has left, where a risk is open."""

    SCOPE = Scope.HANDOVER
    EMPTY = N_("Nothing has to be handed over.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.HANDOVER)]

    def __init__(self, *, is_ascii: bool, since: Ms | None = None) -> None:
        super().__init__(is_ascii=is_ascii)
        self._since = since
        self._sheet: Sheet | None = None
        self._showing: Showing | None = None
        self.title = TextLines(1, is_ascii=is_ascii, id="handover-title")

    @property
    def chosen(self) -> tuple[str, ...]:
        """The rows that an action is for; where there are none, the handover as a whole."""
        return super().chosen or (NEW,)

    def present(self, look: Look) -> TableView:
        """What is wanted of it."""
        site = site_of(look)
        sheet = self._sheet = sheet_of(look, site, self._since)
        showing = self._showing or self._first(sheet, look)
        self._showing = showing
        names = {each.id: each.name or each.id for each in look.snapshot.sites}
        title = title_words(sheet, showing, names.get(site, site))
        self.title.set_lines((((f" {title}", "title"),),))
        return present_handover(sheet, showing, look.doings, self.view_state)

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """A line in full."""
        line = self._line(key)
        del look
        if line is None:
            return None
        return section_words(line.section), _LinePage(line, self._before(line.key))

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """A draft can be signed as a whole, a risk that somebody signed taken over."""
        sheet = self._sheet
        if sheet is None:
            return ()
        line = self._line(key)
        if self._showing is Showing.SIGNED and sheet.signed is not None and line is not None:
            place, signed = sheet.signed
            signed_already = _("This one is signed; {key} goes on to the draft.")
            drafted = signed_already.format(key=key_name("handover.view"))
            return (
                take_over_offer(place, signed, line, look.viewing.person, look.doings),
                Offer(Verb.SIGN_HANDOVER, Target(place), why_not=drafted),
            )
        if key != self.chosen[0]:
            return ()
        lines = worded(sheet.draft, sheet.by)
        title = _("the shift since {clock}").format(clock=sheet.by.clock(sheet.draft.since))
        unsigned = _("This is a draft: nobody has handed it over yet.")
        sign = sign_offer(sheet.draft.site, sheet.draft.since, lines, title)
        return sign, Offer(Verb.TAKE_OVER, sign.target, why_not=unsigned)

    def action_view(self) -> None:
        """Show the draft, then what was signed last, then what has changed since one left."""
        sheet = self._sheet
        if sheet is None or self._look is None:
            return
        there = [Showing.DRAFT]
        there += [Showing.SIGNED] if sheet.signed is not None else []
        there += [Showing.CHANGES] if sheet.left is not None else []
        now = self._showing if self._showing in there else Showing.DRAFT
        self._showing = there[(there.index(now or Showing.DRAFT) + 1) % len(there)]
        self.table.clear_marks()
        self.show(self._look)

    @staticmethod
    def _first(sheet: Sheet, look: Look) -> Showing:
        """What somebody else has left comes before what one would leave."""
        signed = sheet.signed
        is_theirs = signed is not None and signed[1].signed_by.id != look.viewing.person
        has_risk = signed is not None and bool(signed[1].unacknowledged)
        return Showing.SIGNED if is_theirs and has_risk else Showing.DRAFT

    def _before(self, key: str) -> str:
        """How a line was signed, where it stands otherwise now; else nothing."""
        sheet = self._sheet
        if self._showing is not Showing.CHANGES or sheet is None or sheet.left is None:
            return ""
        changes = changes_since(sheet.left[1], sheet.draft, sheet.by)
        return next((each.before.text for each in changes.changed if each.now.key == key), "")

    def _line(self, key: str) -> HandoverLine | None:
        sheet = self._sheet
        if sheet is None:
            return None
        signed = sheet.signed[1].lines if sheet.signed is not None else ()
        left = sheet.left[1].lines if sheet.left is not None else ()
        places = {
            Showing.SIGNED: signed,
            Showing.CHANGES: (*worded(sheet.draft, sheet.by), *left),
        }
        lines = places.get(self._showing or Showing.DRAFT, worded(sheet.draft, sheet.by))
        return next((each for each in lines if each.key == key), None)


class HandoverScreen(TableScreen, inherit_bindings=False):
    """The handover, over the floor."""

    def compose(self) -> ComposeResult:
        """The title and the lines."""
        if isinstance(self.current, HandoverPane):
            yield self.current.title
        yield self.current
        yield from self.compose_bottom()


class _LinePage:
    """Draws one line in full."""

    def __init__(self, line: HandoverLine, before: str = "") -> None:
        self._line = line
        self._before = before

    def __call__(self, look: Look, width: int) -> Sequence[Line]:
        """The line, wrapped."""
        del look
        said = [heading(section_words(self._line.section)), *sentences([self._line.text], width)]
        before = [heading(_("As it was signed")), *sentences([self._before], width)]
        return parts(said, before if self._before else [])
