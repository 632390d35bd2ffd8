"""The pane of reports: what a day, a week or a month came to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import BindingType

from data.figures.report import By, Report
from data.figures.report_days import DayBook
from data.figures.report_reading import ReportQuestion
from data.figures.report_times import today_at
from data.rules.periods import Length, Period
from data.status import SiteInfo
from screens.actions import Scope
from screens.keys import bindings
from screens.look import Look
from screens.pane import TablePane
from screens.presenters.report import present_report
from screens.presenters.report_fields import report_columns
from screens.presenters.report_words import by_words, period_words, report_notes, report_title
from screens.presenters.table import TableView
from screens.text import N_, _
from screens.widgets.text_lines import TextLines

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader
    from screens.detail import Presenter

_NOTES_SHARE = 3
"""A third of the lines may stand below rows that would fill the pane without them."""
_ABOVE = 2
"""Lines over the rows: the title, and the heads of the columns."""
_MINUTE_MS = 60_000
_AGAIN_MS = {Length.DAY: _MINUTE_MS, Length.WEEK: 5 * _MINUTE_MS, Length.MONTH: 5 * _MINUTE_MS}
"""How often what is not over is read again: a week differs little from one minute to the next."""
_SETTLED_MS = _MINUTE_MS
"""What is over is read again so seldom: an import may still fill it."""


class _Wanted(NamedTuple):
    """Which report, and of which turn: the same one is read once."""

    question: ReportQuestion
    turn: int
    is_past: bool


class ReportsPane(TablePane):
    """What a time came to, line by line; the present one goes on as it passes."""

    SCOPE = Scope.REPORTS
    EMPTY = N_("Nothing is known of this time.")
    NAMES_FORMULA = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.REPORTS)]

    def __init__(self, *, is_ascii: bool, columns: Iterable[str] | None = None) -> None:
        super().__init__(is_ascii=is_ascii, columns=columns)
        self._kept_order = self._order
        self._title = TextLines(1, is_ascii=is_ascii, classes="report-title")
        self._length = Length.DAY
        self._by = By.QUEUE
        self._day: date | None = None
        """A day of the period; None: today, whichever day that is."""
        self._read: tuple[_Wanted, Report] | None = None
        self._book = DayBook()

    def compose(self) -> ComposeResult:
        """What it is of, the table, the legend."""
        yield self._title
        yield self.table
        yield self.legend

    def choose(self, length: Length | None, day: date | None, by: By | None) -> None:
        """Show another report.

        Args:
            length: How long a time; None: as it is.
            day: A day of it; None: today.
            by: What its lines are of; None: as it is.
        """
        self._length = length or self._length
        self._by = by or self._by
        self._day = day
        self._look_again(replace(self.view_state, sort="", is_reversed=False))

    @property
    def wanted_past(self) -> Hashable:
        """The report, and of one that is not over as it passes."""
        return self._wanted(self._look)

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Ask for it; called in a thread."""
        wanted = self._wanted(look)
        if wanted is None or (self._read is not None and self._read[0] == wanted):
            return
        snapshot, moment, is_past = look.snapshot, look.moment, wanted.is_past
        self._read = (
            wanted,
            wanted.question.ask(history, snapshot, moment, self._book, is_past=is_past),
        )

    def _wanted(self, look: Look | None) -> _Wanted | None:
        question = self._question(look)
        if question is None or look is None:
            return None
        now = look.moment.now
        is_over = question.period.last < today_at(question.sites, now)
        every_ms = _SETTLED_MS if is_over else _AGAIN_MS[self._length]
        if look.past is not None and not is_over:
            every_ms = 1  # each instant is another report
        return _Wanted(question, now // every_ms, look.past is not None)

    def present(self, look: Look) -> TableView:
        """The lines of the report that is wanted; none until it has been read."""
        report = self._report(look)
        self._order = self._fitting_order()
        if report is None or report.is_empty:
            has_cost = bool(look.viewing.cost.rate)
            return TableView(report_columns(self._by, has_cost=has_cost), (), 0, 0)
        return present_report(report, self.view_state, look.snapshot.sites, look.site)

    def show(self, look: Look) -> None:
        """Show it, and say of what it is."""
        super().show(look)
        self._title.set_lines((((f" {self._title_words(look)}", "title"),),))

    def page(self, key: str, look: Look) -> tuple[str, Presenter] | None:
        """What a line comes to by every formula."""
        from screens.report_page import ReportPage

        report = self._report(look)
        line = next((one for one in report.lines if one.key == key), None) if report else None
        if report is None or line is None:
            return None
        page = ReportPage(report, line)
        return page.title, page

    def choose_columns(self, order: Iterable[str]) -> None:
        """Show these columns in this order."""
        super().choose_columns(order)
        self._kept_order = self._order

    def action_step(self, count: int) -> None:
        """Another period of the same length; nothing comes after the present one."""
        today = self._today()
        if today is None:
            return
        moved = Period.holding(self._length, self._day or today).moved(count)
        is_present = moved.first >= Period.holding(self._length, today).first
        self.choose(None, None if is_present else moved.first, None)

    def action_length(self) -> None:
        """The next length, about the same day."""
        lengths = list(Length)
        longer = lengths[(lengths.index(self._length) + 1) % len(lengths)]
        self.choose(longer, self._day, None)

    def action_by(self) -> None:
        """Lines of something else: the next of what there is."""
        kinds = list(By)
        self.choose(None, self._day, kinds[(kinds.index(self._by) + 1) % len(kinds)])

    def _today(self) -> date | None:
        look = self._look
        sites = _sites(look) if look is not None else ()
        return today_at(sites, look.moment.now) if look is not None and sites else None

    def _question(self, look: Look | None) -> ReportQuestion | None:
        sites = _sites(look) if look is not None else ()
        if look is None or not sites:
            return None
        day = self._day or today_at(sites, look.moment.now)
        period = Period.holding(self._length, day)
        return ReportQuestion(period, self._by, sites, look.viewing.formula, look.viewing.cost)

    def _report(self, look: Look) -> Report | None:
        """The report that is wanted, of this turn or the one before; None where none was read."""
        if self._read is None:
            return None
        wanted, report = self._read
        is_same = wanted.question == self._question(look)
        return report if is_same and wanted.is_past == (look.past is not None) else None

    def _fitting_order(self) -> tuple[str, ...] | None:
        """The columns that the person keeps, where they are of lines like these."""
        ids = {column.id for column in report_columns(self._by)}
        order = self._kept_order
        return order if order is not None and ids.issuperset(order) else None

    def _title_words(self, look: Look) -> str:
        report, question = self._report(look), self._question(look)
        if report is not None:
            text = report_title(report)
        else:
            text = period_words(question.period) if question is not None else ""
        return _("{period}   by {what}").format(period=text, what=by_words(self._by))

    def _notes(self, view: TableView) -> list[str]:
        notes = super()._notes(view)
        report = self._report(self._look) if self._look is not None else None
        if report is None or report.is_empty:
            return notes
        said = report_notes(report)
        room = self._room_for_notes(len(view.rows) + len(notes))
        return [*notes, *said[: max(0, min(room, len(said)) - 1)], *said[-1:]]

    def _room_for_notes(self, rows: int) -> int:
        """How many lines may stand below so many rows: of what gives way, the last is left."""
        height = self.size.height
        return max(height - _ABOVE - rows, height // _NOTES_SHARE, 1)

    def _empty(self, view: TableView) -> str:
        if self._look is not None and self._report(self._look) is None:
            return _("Reading from history ...")
        return super()._empty(view)


def _sites(look: Look) -> tuple[SiteInfo, ...]:
    return tuple(site for site in look.snapshot.sites if look.site in {None, site.id})
