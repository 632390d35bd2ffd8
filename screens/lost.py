"""The pane of callers who were lost, and the page of one of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from data.figures.lost import CallerId, LostCaller, as_known
from data.floor import Key
from data.questions import WhoWasLost
from screens.acting.lost import lost_offers
from screens.acting.offer import Offer
from screens.acting.promises import promise_of_lost
from screens.acting.raising import raise_of_lost
from screens.actions import Scope
from screens.formats import format_caller
from screens.keys import bindings
from screens.look import Look
from screens.page import heading, parts, sentences, table
from screens.pane import TablePane
from screens.presenters.lost import (
    LostTable,
    lost_row_key,
    lost_sentences,
    present_tries,
)
from screens.presenters.table import TableView
from screens.text import N_, _
from screens.tones import Tone
from screens.widgets.tone_styles import Line

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader
    from screens.detail import Presenter

EVERY_MS = 1000
"""How soon it may be read again who was lost: a new one is shown within two seconds."""


class LostReading:
    """Who was lost, as history had it when it was read last."""

    def __init__(self) -> None:
        self._wanted: WhoWasLost | None = None
        self._read: tuple[WhoWasLost, tuple[LostCaller, ...]] | None = None

    @property
    def wanted_past(self) -> Hashable:
        """The question; None before the first look."""
        return self._wanted

    @property
    def past_every_ms(self) -> int:
        """How soon it may be asked again where history has changed."""
        return EVERY_MS

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Ask it."""
        question = WhoWasLost.of(
            look.snapshot, look.site, look.moment, is_past=look.past is not None
        )
        self._read = (question, question.ask(history))

    def callers(self, look: Look) -> tuple[LostCaller, ...] | None:
        """Who was lost, with what the desk and the complaints say; None: not read yet.

        What was read for another site, for yesterday, or for another instant, is not shown.
        """
        self._wanted = WhoWasLost.of(
            look.snapshot, look.site, look.moment, is_past=look.past is not None
        )
        read = self._read
        wanted = self._wanted.days, self._wanted.until
        if read is None or (read[0].days, read[0].until) != wanted:
            return None
        return as_known(read[1], look.snapshot, look.moment.now)


class _ReadsLost:
    """Has somebody else ask history for it."""

    _reading: LostReading

    @property
    def wanted_past(self) -> Hashable:
        """What it asks of history."""
        return self._reading.wanted_past

    @property
    def past_every_ms(self) -> int:
        """How soon it may ask again where history has changed."""
        return self._reading.past_every_ms

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Ask history; called in a thread."""
        self._reading.read_past(history, look)


class LostPane(_ReadsLost, TablePane):
    """Who hung up or was put out before anybody answered, and who looks after them."""

    SCOPE = Scope.LOST
    EMPTY = N_("Nobody was lost today.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.LOST)]

    def __init__(self, *, is_ascii: bool, columns: Iterable[str] | None = None) -> None:
        super().__init__(is_ascii=is_ascii, columns=columns)
        self._reading = LostReading()
        self._lost = LostTable()
        self._shows_short = False
        self._callers: tuple[LostCaller, ...] | None = None

    @property
    def callers(self) -> dict[str, LostCaller]:
        """The callers on show, by the key of their row."""
        return {lost_row_key(caller): caller for caller in self._callers or ()}

    def present(self, look: Look) -> TableView:
        """Those still lost first."""
        self._callers = self._reading.callers(look)
        return self._lost.present(
            self._callers or (),
            look.snapshot,
            look.moment,
            self.view_state,
            site=look.site,
            person=look.viewing.person,
            shows_short=self._shows_short,
            doings=look.doings,
        )

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """Every try of a caller."""
        del look  # the page reads for itself
        caller = self.callers.get(key)
        if caller is None:
            return None
        title = _("Lost caller {caller}").format(caller=format_caller(caller.caller_masked))
        return title, LostPage(caller.id, self._reading)

    def offers(self, key: str, look: Look) -> Sequence[Offer]:
        """A caller can be claimed and called back, and complaints and promises put on record."""
        caller = self.callers.get(key)
        if caller is None:
            return ()
        case = look.snapshot.lost_cases.get(Key(*key.split("/", 2)))
        version = case.version if case is not None else 0
        return (
            *lost_offers(caller, version, look.viewing.person, look.doings),
            raise_of_lost(caller, look),
            promise_of_lost(caller),
        )

    def action_everyone(self) -> None:
        """Show those who hung up at once, too, or leave them out again."""
        self._shows_short = not self._shows_short
        self._look_again(self.view_state)

    def _empty(self, view: TableView) -> str:
        if self._callers is None:
            return _("Reading from history who was lost today ...")
        return super()._empty(view)


class LostPage(_ReadsLost):
    """Draws one caller who was lost, for whatever look at the floor it is given.

    Args:
        caller: Who.
        reading: What was read of history; shared with the pane, which does not read meanwhile.
    """

    def __init__(self, caller: CallerId, reading: LostReading) -> None:
        self._caller = caller
        self._reading = reading

    def __call__(self, look: Look, width: int) -> Sequence[Line] | None:
        """The lines of the page; None where the caller is no longer among the lost."""
        callers = self._reading.callers(look) or ()
        caller = next((one for one in callers if one.id == self._caller), None)
        if caller is None:
            return None
        viewing = look.viewing
        zone = next((site.zone for site in look.snapshot.sites if site.id == caller.site), "UTC")
        complaint = (
            [
                _("This caller has the open complaint {reference}.").format(
                    reference=caller.complaint
                )
            ]
            if caller.complaint
            else []
        )
        return parts(
            [*sentences(complaint, width, Tone.LOOK)],
            [
                heading(_("How it stands")),
                *sentences(lost_sentences(caller, zone, viewing.person), width),
            ],
            [
                heading(_("Every try of today")),
                *table(
                    present_tries(caller, zone, look.moment.now),
                    width,
                    empty="",
                    is_ascii=viewing.is_ascii,
                ),
            ],
        )
