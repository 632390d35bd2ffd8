"""What a person did and what came of it: a table, in which it is tried again or let be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.actions import Scope
from screens.keys import bindings
from screens.look import Look
from screens.page import facts, heading, parts, sentences
from screens.pane import TablePane
from screens.presenters.act_page import present_act
from screens.presenters.acts import act_line, outcome_mark, verb_words
from screens.presenters.acts_table import present_acts, record_of
from screens.presenters.table import TableView
from screens.table_screen import TableScreen
from screens.text import N_, _
from screens.tones import Tone
from screens.widgets.fitting import wrap_cells
from screens.widgets.live_table import LiveTable
from screens.widgets.text_lines import TextLines
from screens.widgets.tone_styles import Line

if TYPE_CHECKING:
    from screens.detail import Presenter

_BESIDE = 4
"""Cells of a line below the table that are no text: the margins, and the mark before later ones."""


class ActsPane(TablePane):
    """The person's own actions, the newest first.

    Args:
        again: Tries an action again, by its key.
        drop: Lets an action be, by its key.
        is_ascii: Draw with ASCII signs only.
    """

    SCOPE = Scope.ACTS
    EMPTY = N_("You have done nothing here lately.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ACTS)]

    def __init__(
        self, again: Callable[[str], None], drop: Callable[[str], None], *, is_ascii: bool
    ) -> None:
        super().__init__(is_ascii=is_ascii)
        self._again = again
        self._drop = drop

    def present(self, look: Look) -> TableView:
        """The actions."""
        zones = {site.id: site.zone for site in look.snapshot.sites}
        return present_acts(look.doings, zones, look.moment.now, self.view_state)

    def on_live_table_row_highlighted(self, event: LiveTable.RowHighlighted) -> None:
        """Say below the table the whole of the action under the cursor."""
        event.stop()
        if self._look is not None:
            self.show(self._look)

    def _notes(self, view: TableView) -> list[str]:
        """In a narrow table what came of an action is cut: here it stands in full."""
        look = self._look
        key = self.table.cursor_key
        rows = look.doings.rows if look is not None else ()
        row = next((row for row in rows if row.key == key), None)
        notes = super()._notes(view)
        if look is None or row is None:
            return notes
        zone = next((site.zone for site in look.snapshot.sites if site.id == row.site), "UTC")
        room = max(20, (self.size or self.app.size).width - _BESIDE)
        first, *rest = wrap_cells(f"{outcome_mark(row)} {act_line(row, zone)}", room)
        return [first, *(f"  {part}" for part in rest), *notes]

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """Everything about one action."""
        row = next((row for row in look.doings.rows if row.key == key), None)
        if row is None:
            return None
        verb = verb_words(row.verb, row.fields)
        title = _("{verb}: {subject}").format(verb=verb, subject=row.subject or row.entity)
        return title, ActPage(key)

    def action_again(self) -> None:
        """Try the action under the cursor, or of the page over it, again."""
        if self.meant is not None:
            self._again(self.meant)

    def action_drop(self) -> None:
        """Let the action under the cursor, or of the page over it, be."""
        if self.meant is not None:
            self._drop(self.meant)


class ActPage:
    """Draws one action for whatever look at the floor it is given.

    Args:
        key: The action's key.
    """

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, look: Look, width: int) -> Sequence[Line] | None:
        """The lines of the page; None where the action is no longer remembered."""
        row = next((row for row in look.doings.rows if row.key == self._key), None)
        if row is None:
            return None
        zone = next((site.zone for site in look.snapshot.sites if site.id == row.site), "UTC")
        detail = present_act(
            row, record_of(look.snapshot, row), zone, look.moment.now, look.snapshot
        )
        since = [heading(_("What is not as you saw it")), *sentences(detail.since, width)]
        said = [heading(_("What you said")), *facts(detail.said, width)]
        return parts(
            list(facts(detail.facts, width)),
            said if detail.said else [],
            since if detail.since else [],
            list(sentences([detail.keys], width, Tone.QUIET)),
        )


class ActsScreen(TableScreen, inherit_bindings=False):
    """The actions, over the floor."""

    def compose(self) -> ComposeResult:
        """The title and the actions."""
        title = TextLines(1, is_ascii=self._is_ascii, id="acts-title")
        title.set_lines((((f" {_('My actions')}", "title"),),))
        yield title
        yield self.current
        yield from self.compose_bottom()
