"""The queues: where is it burning, how badly, who could help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.figures.queues import (
    Figures,
    FloorFigures,
    Group,
    QueueFigures,
    Span,
    group_of,
    join,
)
from data.model import Channel
from data.rules.limits import Scope, evaluate
from data.rules.service_level import Formula
from data.settings import Figure, RuleSettings
from data.status import SiteInfo
from screens import words
from screens.presenters.queue_fields import FIELDS, QueueField, queue_columns
from screens.presenters.rows import RowView
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
    Group.IMMEDIATE: N_("= immediate"),
    Group.OUTBOUND: N_("= outbound"),
    Group.DEFERRED: N_("= deferred"),
}


def present_queues(
    floor: FloorFigures,
    sites: Sequence[SiteInfo],
    rules: Sequence[RuleSettings],
    view: ViewState = DEFAULT_VIEW,
) -> TableView:
    """The queues as a table: the immediate ones with their total, below them the others.

    Args:
        floor: The figures of the queues to show.
        sites: The floor's sites, for names and day starts.
        rules: The limits that mark cells.
        view: Sorting and filter. Totals are of the queues on show.
    """
    names = {site.id: site.name or site.id for site in sites}
    with_site = len({one.key.site for one in floor.queues}) > 1
    columns = queue_columns(with_site=with_site)
    by_key = {queue_row_key(one): one for one in floor.queues}
    entries = [_entry(one, floor.formula, rules, names, with_site) for one in floor.queues]
    shown = arrange(entries, columns, view)
    is_filtered = len(shown) < len(entries)
    rows: list[RowView] = []
    for group in Group:
        of_kind = [e.row for e in shown if group_of(by_key[e.row.key].queue) is group]
        rows += of_kind
        if group is Group.IMMEDIATE or len(of_kind) > 1:
            joined = [by_key[row.key] for row in of_kind]
            rows += _total(group, joined, floor.formula, is_filtered, with_site)
    return TableView(
        columns=fit_numbers(columns, rows),
        rows=tuple(rows),
        shown=len(shown),
        total=len(entries),
        notes=(legend(floor.formula, _day_starts(floor, sites)),),
    )


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
    return {
        field.limit: tone_of(
            evaluate(
                rules,
                field.limit,
                field.value(figures, formula),
                queue_scope(figures, _span_of(field.limit)),
            )
        )
        for field in FIELDS
        if field.limit is not None
    }


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
    shown = {one.key.site for one in floor.queues}
    return [site.day_start for site in sites if site.id in shown] or ["00:00"]


def _entry(
    figures: QueueFigures,
    formula: Formula,
    rules: Sequence[RuleSettings],
    names: Mapping[str, str],
    with_site: bool,
) -> Entry:
    queue = figures.queue
    limits = queue_tones(figures, formula, rules)
    cells = [queue.name]
    keys: list[SortKey] = [queue.name]
    tones = [Tone.NORMAL]
    if with_site:
        site = names.get(figures.key.site, figures.key.site)
        cells.append(site)
        keys.append(site)
        tones.append(Tone.NORMAL)
    cells.append(words.channel_letter(queue.channel))
    keys.append(words.channel(queue.channel))
    tones.append(Tone.NORMAL)
    for field in FIELDS:
        text, value = _cell(field, figures, formula, is_immediate=queue.channel.is_immediate)
        tone = limits[field.limit] if field.limit is not None else Tone.NORMAL
        if field.id == "ready" and figures.waits_though_ready:
            text, tone = f"{text}!", Tone.ACT
        cells.append(text)
        keys.append(value)
        tones.append(tone)
    urgent = 0 if figures.is_old else urgency(worst(*tones))
    return Entry(
        make_row(queue_row_key(figures), cells, tones, is_old=figures.is_old),
        (-urgent, -figures.waiting, -(figures.longest_wait_s or 0.0), queue.name),
        tuple(keys),
    )


def _cell(
    field: QueueField, figures: Figures, formula: Formula, *, is_immediate: bool
) -> tuple[str, float | None]:
    value = field.value(figures, formula)
    if field.is_immediate_only and not is_immediate:
        value = None
    return field.show(value), value


def _total(
    group: Group,
    queues: Sequence[QueueFigures],
    formula: Formula,
    is_filtered: bool,
    with_site: bool,
) -> list[RowView]:
    """The line that joins some queues, or nothing where there are none."""
    if not queues:
        return []
    joined = join(queues)
    is_immediate = queues[0].queue.channel.is_immediate
    channels = [one.queue.channel for one in queues]
    name = _total_name(group, channels, len(queues) if is_filtered else None)
    cells = [name, *([""] if with_site else []), ""]
    cells += [_cell(field, joined, formula, is_immediate=is_immediate)[0] for field in FIELDS]
    tones = [Tone.NORMAL] * len(cells)
    return [make_row(f"={group}", cells, tones, is_old=joined.is_old, is_static=True)]


def _total_name(group: Group, channels: Sequence[Channel], filtered: int | None) -> str:
    if filtered is not None:
        return _("= {count} shown").format(count=filtered)
    different = list(dict.fromkeys(sorted(channels, key=list(Channel).index)))
    if len(different) <= 2 and group is not Group.OUTBOUND:
        return "= " + "+".join(words.channel(channel) for channel in different)
    return _(_GROUPS[group])
