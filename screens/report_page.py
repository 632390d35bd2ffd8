"""The page of one line of a report: its service level by every formula, and what it is against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from data.figures.report import Line as ReportLine
from data.figures.report import Report
from data.rules.service_level import Formula, parts, percent
from screens import words
from screens.formats import (
    UNDEFINED,
    format_count,
    format_deviation,
    format_duration,
    format_grouped,
    format_percent,
)
from screens.look import Look
from screens.page import heading, sentences
from screens.page import parts as page_parts
from screens.presenters.report_fields import COST, Field, fields_of
from screens.presenters.report_words import line_name, period_words, report_title
from screens.text import _
from screens.widgets.tone_styles import Line


class ReportPage(msgspec.Struct, frozen=True):
    """Draws one line of a report, as it was when the page was opened."""

    report: Report
    line: ReportLine

    @property
    def title(self) -> str:
        """What it is of, and when."""
        name = line_name(self.line, self.report.by)
        return _("{name}, {period}").format(name=name, period=report_title(self.report))

    def __call__(self, look: Look, width: int) -> Sequence[Line]:
        """The lines of the page."""
        del look  # a report stands still
        fields = fields_of(self.report.by, has_cost=bool(self.report.currency))
        pairs = [(_(field.help), self._shown(field)) for field in fields]
        figures = [_("{value}  {what}").format(value=value, what=what) for what, value in pairs]
        found = [[heading(_("Figures")), *sentences(figures, width)]]
        against = list(self._against_work())
        if self.line.counts is not None:
            found.insert(0, [heading(_("Service level")), *sentences(self._levels(), width)])
            against += self._against()
        if against:
            found.append([heading(_("Against")), *sentences(against, width)])
        return page_parts(*found)

    def _shown(self, field: Field) -> str:
        """A figure; an amount with its currency."""
        value = field.form(field.value(self.line, self.report.formula))
        if field.id not in COST or value == UNDEFINED:
            return value
        return _("{amount} {currency}").format(amount=value, currency=self.report.currency)

    def _levels(self) -> Iterator[str]:
        counts = self.line.counts
        if counts is None:
            return
        for formula in Formula:
            part, whole = parts(counts, formula)
            yield _("{level} % = {part} of {whole}, {name}: {formula}").format(
                level=format_percent(percent(part, whole)),
                part=format_grouped(part),
                whole=format_grouped(whole),
                name=words.formula(formula),
                formula=words.formula_in_full(formula),
            )

    def _against_work(self) -> Iterator[str]:
        before = self.line.work_before
        if before is None:
            return
        text = _(
            "{period}: handled {handled}, AHT {aht}, occupancy {occupancy} %, adherence {kept} %"
        )
        yield text.format(
            period=period_words(self.report.period.compared),
            handled=format_count(before.handled),
            aht=format_duration(before.aht_s),
            occupancy=format_percent(before.occupancy),
            kept=format_percent(before.adherence),
        )

    def _against(self) -> Iterator[str]:
        line, formula = self.line, self.report.formula
        if line.target_percent is not None and line.threshold_s is not None:
            yield _("The target: {target} % within {threshold}").format(
                target=format_percent(line.target_percent, 0),
                threshold=format_duration(line.threshold_s),
            )
        if line.before is not None:
            yield _("{period}: offered {offered}, service level {level} %").format(
                period=period_words(self.report.period.compared),
                offered=format_grouped(line.before.offered),
                level=format_percent(line.level_before(formula)),
            )
        if line.expected is not None:
            yield _("Forecast {forecast}, came {came} in the same half hours: {variance} %").format(
                forecast=format_grouped(round(line.expected.offered)),
                came=format_grouped(line.expected.came),
                variance=format_deviation(line.variance),
            )
        if line.aht_variance is not None and line.expected is not None:
            yield _("Forecast AHT {forecast}, was {aht}: {variance} %").format(
                forecast=format_duration(line.expected.aht_s),
                aht=format_duration(line.aht_s),
                variance=format_deviation(line.aht_variance),
            )
