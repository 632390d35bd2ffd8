"""The pane of escalated complaints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from data.floor import Key
from screens.actions import Scope
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.escalations import present_escalations
from screens.presenters.table import TableView
from screens.text import N_, _

if TYPE_CHECKING:
    from screens.acting.offer import Offer
    from screens.detail import Presenter


class EscalationsPane(TablePane):
    """Which clock runs out first, and who has it."""

    SCOPE = Scope.ESCALATIONS
    EMPTY = N_("No complaint is open.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ESCALATIONS)]

    def present(self, look: Look) -> TableView:
        """The complaints, the clock that runs out first at the top."""
        viewing = look.viewing
        return present_escalations(
            look.snapshot,
            look.site,
            look.moment,
            viewing.rules,
            self.view_state,
            person=viewing.person,
            doings=look.doings,
        )

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """Everything about one complaint."""
        from screens.escalation_page import EscalationPage

        place = Key(*key.split("/", 2))
        complaint = look.snapshot.escalations.get(place)
        if complaint is None:
            return None
        title = _("{reference}  {subject}").format(
            reference=complaint.reference, subject=complaint.summary
        )
        return title, EscalationPage(place)

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """What can be done to a complaint."""
        from screens.acting.complaints import complaint_offers
        from screens.acting.promises import promise_of_complaint

        its = Key(*key.split("/", 2))
        complaint = look.snapshot.escalations.get(its)
        if complaint is None:
            return ()
        return (
            *complaint_offers(its, complaint, look),
            promise_of_complaint(its, complaint),
        )
