"""What the floor had at an earlier moment and has no more: a list, to give it back from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType

from data.cache.history_reader import HistoryReader
from data.figures.queues import source_ages
from data.figures.restoring import Kept, Place, Proposal, proposals, read_kept
from data.model import Ms
from data.status import ActionRow, ActionState, Upset
from screens.acting.restoring import VERBS, why_not_given
from screens.actions import Scope
from screens.key_names import Keymap
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.restoring import (
    Asked,
    last_actions,
    moment_words,
    present_restoring,
    restore_columns,
)
from screens.presenters.table import TableView
from screens.prompting import Completer
from screens.table_screen import TableScreen
from screens.text import N_, _
from screens.widgets.live_table import LiveTable
from screens.widgets.text_lines import TextLines

_ARRIVES_MS = 15_000
"""What was done is to be seen on the floor within so long."""


class Wish(msgspec.Struct, frozen=True):
    """With which moment the floor is to be compared."""

    not_after: Ms
    """With the last one kept up to here."""
    place: Place | None = None
    """The source that lost something; None where a person named the time, for all sources."""
    upset: Upset | None = None
    """What is known of its loss."""


class RestorePane(TablePane):
    """What could be given back; what is marked is.

    Args:
        wish: The moment.
        send: Asks, and gives back.
        is_ascii: Draw with ASCII signs only.
    """

    SCOPE = Scope.RESTORING
    EMPTY = N_("Reading what was kept ...")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.RESTORING)]

    def __init__(
        self, wish: Wish, send: Callable[[Sequence[Proposal]], None], *, is_ascii: bool
    ) -> None:
        super().__init__(is_ascii=is_ascii)
        self.wish = wish
        self._send = send
        self._kept: tuple[Kept | None] | None = None
        self._found: Mapping[str, Proposal] = {}
        self._offered: set[str] = set()
        """What has been marked once: nobody's own marks are changed again."""

    @property
    def kept_at(self) -> Ms | None:
        """The moment that the floor is compared with; None where there is none, or not yet."""
        kept = self._kept[0] if self._kept is not None else None
        return kept.floor.at if kept is not None else None

    @property
    def wanted_past(self) -> Hashable:
        """What it asks of history."""
        return self.wish.not_after

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Read the moment; called in a thread."""
        self._kept = (read_kept(history, look.snapshot, self.wish.not_after, look.moment.now),)

    def present(self, look: Look) -> TableView:
        """What is missing still."""
        now = look.moment.now
        if self._kept is None or self._kept[0] is None:
            return TableView(restore_columns(), (), 0, 0)
        kept = self._kept[0]
        places = None if self.wish.place is None else {self.wish.place}
        found = [
            each
            for each in proposals(kept, look.snapshot, places, now)
            if look.site in {None, each.key.site}
        ]
        self._found = {each.id: each for each in found}
        asked = _Asking(look, kept.floor.at)
        return present_restoring(found, look.snapshot, asked, now, self.view_state)

    def show(self, look: Look) -> None:
        """Show it, and mark what is new and beyond doubt."""
        super().show(look)
        fresh = {
            name
            for name, each in self._found.items()
            if name not in self._offered and each.doubt is None
        }
        self._offered |= set(self._found)
        if fresh:
            self.table.set_marks(self.table.marks | fresh)

    def action_send(self) -> None:
        """Give back what is marked."""
        self._send([each for name, each in self._found.items() if name in self.table.marks])

    def on_live_table_row_selected(self, event: LiveTable.RowSelected) -> None:
        """Enter: there is nothing more to know of a row than it says."""
        event.stop()
        self.action_send()

    def on_live_table_row_highlighted(self, event: LiveTable.RowHighlighted) -> None:
        """Say below the table the whole of what speaks against the row under the cursor."""
        event.stop()
        if self._look is not None:
            super().show(self._look)

    def _notes(self, view: TableView) -> list[str]:
        row = next((row for row in view.rows if row.key == self.table.cursor_key), None)
        notes = super()._notes(view)
        old = self._old_source()
        if old:
            notes = [old, *notes]
        if row is None or not row.cells[-1]:
            return notes
        return [_("{agent}: {note}").format(agent=row.cells[0], note=row.cells[-1]), *notes]

    def _old_source(self) -> str:
        """That a source cannot be read just now, so that what it lost may not be known yet."""
        look = self._look
        if look is None:
            return ""
        for place, age in source_ages(look.snapshot, look.moment).items():
            is_meant = self.wish.place in {None, place} and look.site in {None, place[0]}
            if age.is_old and is_meant:
                text = _("~ {source} cannot be read at present: what it has lost shows after.")
                return text.format(source=place[1])
        return ""

    def _empty(self, view: TableView) -> str:
        if view.total or self._kept is None:
            return super()._empty(view)
        if self._old_source():
            return _("Nothing is known to be missing.")
        if self._kept[0] is None:
            return _("No earlier moment has been kept; one is kept each hour.")
        return _("Everything is as it was.")


class _Asking:
    """What the person asked for already, and why they cannot ask, for all of a list.

    Args:
        look: The floor.
        kept_at: The earlier moment.
    """

    def __init__(self, look: Look, kept_at: Ms) -> None:
        self._look = look
        self._actions = last_actions(look.doings)
        self._since = {
            (health.site, health.source): max(kept_at, health.upset.at)
            for health in look.snapshot.sources
            if health.upset is not None
        }
        self._kept_at = kept_at

    def __call__(self, each: Proposal) -> Asked:
        """Of one thing; what was given back before the last loss has been lost again."""
        verb = VERBS.get(each.lost.what)
        if verb is None:
            return Asked()
        done = self._actions.get((verb, each.key, each.lost.queue))
        since = self._since.get((each.key.site, each.key.source), self._kept_at)
        if done is not None and done.pressed_at >= since and self._is_news(done):
            return Asked(done)
        return Asked(why_not=why_not_given(each, self._look))

    def _is_news(self, row: ActionRow) -> bool:
        """Whether what came of it is worth a line: what is done and missing was undone since."""
        is_done = row.state is ActionState.DONE
        return not is_done or self._look.moment.now - row.updated_at <= _ARRIVES_MS


class RestoreScreen(TableScreen, inherit_bindings=False):
    """What could be given back, over the floor.

    Args:
        pane: The list.
        is_ascii: Draw with ASCII signs only.
        keymap: The person's own keys.
        completer: What completes a command.
    """

    KEYS_NOT_HERE = ("table.detail", "table.worst")

    def __init__(
        self, pane: RestorePane, *, is_ascii: bool, keymap: Keymap, completer: Completer
    ) -> None:
        super().__init__(pane, is_ascii=is_ascii, keymap=keymap, completer=completer)
        self._list = pane
        self._title = TextLines(1, is_ascii=is_ascii, id="restoring-title")

    def compose(self) -> ComposeResult:
        """The moment, and what is not as it was then."""
        yield self._title
        yield self.current
        yield from self.compose_bottom()

    def show(self, look: Look) -> None:
        """Show a newer look at the floor."""
        super().show(look)
        wish, sites = self._list.wish, {site.id: site for site in look.snapshot.sites}
        site = sites.get(wish.place[0] if wish.place is not None else look.site or "")
        site = site or next(iter(sites.values()), None)
        lost = (wish.place[1], wish.upset) if wish.place and wish.upset is not None else None
        zone = site.zone if site is not None else "UTC"
        text = moment_words(self._list.kept_at, lost, zone, look.moment.now)
        self._title.set_lines((((f" {text}", "title"),),))
