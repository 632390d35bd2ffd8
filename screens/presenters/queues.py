"""The queues: where is it burning, how badly, who could help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from data.figures.queues import (
    Figures,
    FloorFigures,
    Group,
    QueueFigures,
    Span,
    group_of,
)
from data.figures.totals import Total, totals
from data.floor import Key
from data.model import Channel
from data.rules.limits import Scope, evaluate
from data.rules.service_level import Formula
from data.settings import Figure, RuleSettings
from data.status import SiteInfo
from screens import words
from screens.formats import format_clock
from screens.presenters.queue_fields import FIELDS, SWITCHES, QueueField, queue_columns
from screens.presenters.rows import Column, RowView
from screens.presenters.sites import SiteColumn
from screens.presenters.table import (
    DEFAULT_VIEW,
    Entry,
    SortKey,
    TableView,
    ViewState,
    arrange,
    fit_numbers,
    make_row,
    tone_of,
)
from screens.text import N_, _
from screens.tones import Tone, urgency, worst

_GROUPS = {
    Group.IMMEDIATE: N_("immediate"),
    Group.OUTBOUND: N_("outbound"),
    Group.DEFERRED: N_("deferred"),
}

_NOTHING_ON: Mapping[Key, str] = MappingProxyType({})
_LIMITS = {field.limit: field for field in FIELDS if field.limit is not None}


def present_queues(
    floor: FloorFigures,
    sites: Sequence[SiteInfo],
    rules: Sequence[RuleSettings],
    view: ViewState = DEFAULT_VIEW,
    on: Mapping[Key, str] = _NOTHING_ON,
    entries_of: QueueEntries | None = None,
) -> TableView:
    """The queues as a table: the immediate ones with their total, below them the others.

    Args:
        floor: The figures of the queues to show.
        sites: The floor's sites, for names and day starts.
        rules: The limits that mark cells.
        view: Sorting and filter. Totals are of the queues on show: where there are several sites,
            of each, and then of all.
        on: By queue, what has been put on there, in words; those of which nothing is are not named.
        entries_of: What is kept of them from look to look, where there are several looks.
    """
    column = SiteColumn.of(sites, floor.site)
    columns = column.columns(queue_columns(tuple(on.values())), rank=4)
    by_key = {queue_row_key(one): one for one in floor.queues}
    entries = (entries_of or QueueEntries()).of(floor, rules, column, on or None)
    shown = arrange(entries, columns, view)
    is_filtered = len(shown) < len(entries)
    joined = totals(floor, (by_key[each.row.key] for each in shown), [site.id for site in sites])
    rows: list[RowView] = []
    for group in Group:
        rows += [e.row for e in shown if group_of(by_key[e.row.key].queue) is group]
        rows += [
            _total(total, columns, floor.formula, column, is_filtered=is_filtered)
            for total in joined
            if total.group is group and (group is Group.IMMEDIATE or len(total.queues) > 1)
        ]
    return TableView(
        columns=fit_numbers(columns, rows),
        rows=tuple(rows),
        shown=len(shown),
        total=len(entries),
        notes=(*_untold(floor), legend(floor.formula, _day_starts(floor, sites))),
    )


class QueueEntries:
    """The queues as they were made last: those that are as they were are not made again."""

    def __init__(self) -> None:
        self._common: tuple[object, ...] = ()
        self._made: dict[Key, tuple[QueueFigures, str, Entry]] = {}

    def of(
        self,
        floor: FloorFigures,
        rules: Sequence[RuleSettings],
        column: SiteColumn,
        switched: Mapping[Key, str] | None,
    ) -> list[Entry]:
        """An entry for each queue of a look; arguments as for `present_queues`."""
        common = (floor.formula, rules, column, switched is None)
        made, self._common = self._made if common == self._common else {}, common
        self._made = {}
        for one in floor.queues:
            words_on = "" if switched is None else switched.get(one.key, "")
            kept = made.get(one.key)
            # No cell says for which instant its figures are computed.
            if kept is None or kept[:2] != (replace(one, as_of=kept[0].as_of), words_on):
                kept = one, words_on, _entry(one, floor.formula, rules, column, switched)
            self._made[one.key] = kept
        return [entry for _figures, _words, entry in self._made.values()]


def _untold(floor: FloorFigures) -> Iterator[str]:
    """That what stands as abandoned may hold others, where a system does not tell them apart."""
    if any(one.queue.system is not None and one.queue.system.untold for one in floor.queues):
        yield _("Lost holds those who timed out or were taken out, too: see the queue's page")


def queue_row_key(figures: QueueFigures) -> str:
    """The key of a queue's row."""
    return "/".join(figures.key)


def legend(formula: Formula, day_starts: Sequence[str]) -> str:
    """What the service levels on the screen are, in one line."""
    if len(set(day_starts)) == 1:
        return _(
            "SL = {formula} formula, T per queue, day from {start}. SL30 = the last 30 minutes"
        ).format(formula=words.formula(formula), start=day_starts[0])
    return _(
        "SL = {formula} formula, T per queue, each site's day. SL30 = the last 30 minutes"
    ).format(formula=words.formula(formula))


def queue_tones(
    figures: QueueFigures, formula: Formula, rules: Sequence[RuleSettings]
) -> dict[Figure, Tone]:
    """The tone of each figure of a queue for which there can be a limit."""
    return {figure: queue_tone(figures, figure, formula, rules) for figure in _LIMITS}


def queue_tone(
    figures: QueueFigures, figure: Figure, formula: Formula, rules: Sequence[RuleSettings]
) -> Tone:
    """The tone of one figure of a queue."""
    value = _LIMITS[figure].value(figures, formula)
    if value is None:
        return Tone.NORMAL
    return tone_of(evaluate(rules, figure, value, queue_scope(figures, _span_of(figure))))


def queue_scope(figures: QueueFigures, span: Span) -> Scope:
    """What a figure of a queue is a figure of."""
    queue = figures.queue
    return Scope(
        site=figures.key.site,
        queues=(queue.id, queue.name),
        client=queue.client,
        channel=queue.channel,
        offered=figures.counts(span).offered,
    )


def _span_of(figure: Figure) -> Span:
    return Span.RECENT if figure is Figure.SERVICE_LEVEL_RECENT else Span.DAY


def _day_starts(floor: FloorFigures, sites: Sequence[SiteInfo]) -> list[str]:
    """When the counts of each day began: as their source says, else as the site is configured."""
    of = {site.id: site for site in sites}
    begun = {(one.key.site, one.queue.day_started_at) for one in floor.queues}
    return [
        format_clock(at, of[site].zone) if at else of[site].day_start
        for site, at in begun
        if site in of
    ] or ["00:00"]


def _entry(
    figures: QueueFigures,
    formula: Formula,
    rules: Sequence[RuleSettings],
    column: SiteColumn,
    switched: Mapping[Key, str] | None,
) -> Entry:
    queue = figures.queue
    limits = queue_tones(figures, formula, rules)
    cells = [queue.name, words.channel_letter(queue.channel)]
    keys: list[SortKey] = [queue.name, words.channel(queue.channel)]
    tones = [Tone.NORMAL, Tone.NORMAL]
    if switched is not None:
        words_on = switched.get(figures.key, "")
        cells.append(words_on)
        keys.append(words_on or None)
        tones.append(Tone.LOOK if words_on else Tone.NORMAL)
    is_immediate = queue.channel.is_immediate
    for field in FIELDS:
        text, value = _cell(field, figures, formula, is_immediate=is_immediate)
        tone = limits[field.limit] if field.limit is not None else Tone.NORMAL
        if field.id == "ready" and figures.waits_though_ready:
            text, tone = f"{text}!", Tone.ACT
        cells.append(text)
        keys.append(value)
        tones.append(tone)
    urgent = 0 if figures.is_old else urgency(worst(*tones))
    site = column.name(figures.key.site)
    return Entry(
        make_row(
            queue_row_key(figures),
            column.insert(cells, site),
            column.insert(tones, Tone.NORMAL),
            is_old=figures.is_old,
        ),
        (-urgent, -figures.waiting, -(figures.longest_wait_s or 0.0), queue.name),
        column.insert(keys, site),
    )


def _cell(
    field: QueueField, figures: Figures, formula: Formula, *, is_immediate: bool
) -> tuple[str, float | None]:
    value = field.value(figures, formula)
    if field.is_immediate_only and not is_immediate:
        value = None
    return field.show(value), value


def _total(
    total: Total,
    columns: Sequence[Column],
    formula: Formula,
    column: SiteColumn,
    *,
    is_filtered: bool,
) -> RowView:
    """The line that joins some queues."""
    is_immediate = total.queues[0].queue.channel.is_immediate
    figures = total.figures
    cells = [_total_name(total, column, is_filtered=is_filtered), ""]
    cells += [""] * any(each.id == SWITCHES for each in columns)
    cells += [_cell(field, figures, formula, is_immediate=is_immediate)[0] for field in FIELDS]
    shown = column.insert(cells, _site_words(total, column))
    tones = [Tone.NORMAL] * len(shown)
    key = f"={total.group}" if total.site is None else f"={total.group}/{total.site}"
    return make_row(key, shown, tones, is_old=figures.is_old, is_static=True)


def _total_name(total: Total, column: SiteColumn, *, is_filtered: bool) -> str:
    count = len(total.queues)
    what = _("{count} shown").format(count=count) if is_filtered else _channel_words(total)
    if total.site is None:
        return _("= {what}").format(what=what)
    return _("= {site} {what}").format(site=column.name(total.site), what=what)


def _channel_words(total: Total) -> str:
    channels = {one.queue.channel for one in total.queues}
    if len(channels) <= 2 and total.group is not Group.OUTBOUND:
        return "+".join(words.channel(each) for each in sorted(channels, key=list(Channel).index))
    return _(_GROUPS[total.group])


def _site_words(total: Total, column: SiteColumn) -> str:
    """Of which site a total is; of one over all, which part of it is old."""
    if total.site is not None:
        return column.name(total.site)
    if not total.is_partly_old:
        return ""
    if len(total.old_sites) == 1:
        return _("~{site}").format(site=column.name(total.old_sites[0]))
    count = len({one.key.site for one in total.queues})
    return _("~{old} of {count}").format(old=len(total.old_sites), count=count)
