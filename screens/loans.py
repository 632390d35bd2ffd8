"""The agents who are lent, as a table over the floor, and the page of one loan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType

from data.figures.loans import one_loan
from data.floor import Key
from screens.acting.loans import take_back_offer
from screens.actions import Scope
from screens.keys import bindings
from screens.look import Look
from screens.page import heading, parts, sentences, table
from screens.pane import TablePane
from screens.presenters.lent_words import loan_words
from screens.presenters.loans import loan_sentences, present_lent, present_loans
from screens.presenters.table import TableView
from screens.table_screen import TableScreen
from screens.text import N_, _
from screens.tones import Tone
from screens.widgets.text_lines import TextLines
from screens.widgets.tone_styles import Line

if TYPE_CHECKING:
    from screens.acting.offer import Offer
    from screens.detail import Presenter


class LoansPane(TablePane):
    """Who serves another queue for a time, and whom to bring back."""

    SCOPE = Scope.LOANS
    EMPTY = N_("Nobody is lent.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.LOANS)]

    def present(self, look: Look) -> TableView:
        """The loans, what is due at the top."""
        zones = {site.id: site.zone for site in look.snapshot.sites}
        return present_loans(
            look.snapshot, look.site, look.moment.now, zones, look.doings, self.view_state
        )

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """Each agent of a loan."""
        place = Key(*key.split("/", 2))
        loan = look.snapshot.loans.get(place)
        if loan is None:
            return None
        figures = one_loan(look.snapshot, place, loan, look.moment.now)
        return loan_words(look.snapshot, figures), LoanPage(place)

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """A loan can be taken back."""
        place = Key(*key.split("/", 2))
        loan = look.snapshot.loans.get(place)
        if loan is None:
            return ()
        figures = one_loan(look.snapshot, place, loan, look.moment.now)
        return (take_back_offer(figures, look),)


class LoansScreen(TableScreen, inherit_bindings=False):
    """The loans, over the floor."""

    def compose(self) -> ComposeResult:
        """The title and the loans."""
        title = TextLines(1, is_ascii=self._is_ascii, id="loans-title")
        title.set_lines((((f" {_('Lent agents')}", "title"),),))
        yield title
        yield self.current
        yield from self.compose_bottom()


class LoanPage(msgspec.Struct, frozen=True):
    """Draws the page of one loan."""

    key: Key

    def __call__(self, look: Look, width: int) -> Sequence[Line] | None:
        """The loan in words, and each agent; None where it is no longer there."""
        loan = look.snapshot.loans.get(self.key)
        if loan is None:
            return None
        now = look.moment.now
        figures = one_loan(look.snapshot, self.key, loan, now)
        zone = next((site.zone for site in look.snapshot.sites if site.id == self.key.site), "UTC")
        said = loan_sentences(figures, look.snapshot, now, zone)
        tone = Tone.LOOK if figures.is_due else Tone.NORMAL
        view = present_lent(figures, now)
        return parts(
            [*sentences(said, width, tone)],
            [
                heading(_("Agents")),
                *table(view, width, empty=_("Nobody."), is_ascii=look.viewing.is_ascii),
            ],
        )
