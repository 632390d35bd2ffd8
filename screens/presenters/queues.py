"""The queues: where is it burning, how badly, who could help."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from data.figures.queues import Figures, FloorFigures, QueueFigures, Span, join
from data.model import Channel, SiteInfo
from data.rules.limits import Scope, evaluate
from data.rules.service_level import Formula
from data.settings import Figure, RuleSettings
from screens import words
from screens.formats import format_count, format_deviation, format_duration, format_percent
from screens.presenters.rows import Column, RowView
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
from screens.text import C_, N_, Word, _, pgettext
from screens.tones import Tone, urgency, worst

IMMEDIATE_KEY = "=immediate"
DEFERRED_KEY = "=deferred"


@dataclass(frozen=True, slots=True)
class _Field:
    """A column of figures: what it shows, how, and by which limit it is judged."""

    id: str
    title: Word
    help: str
    width: int
    rank: int
    letter: str
    value: Callable[[Figures, Formula], float | None]
    show: Callable[[float | None], str]
    limit: Figure | None = None
    is_immediate_only: bool = False
    """Means nothing for channels that wait for hours."""


def _level(span: Span) -> Callable[[Figures, Formula], float | None]:
    return lambda figures, formula: figures.service_level(span, formula)


_FIELDS = (
    _Field(
        "waiting",
        C_("queue column", "Wait"),
        N_("contacts waiting"),
        4,
        0,
        "w",
        lambda f, _formula: f.waiting,
        format_count,
        Figure.WAITING,
    ),
    _Field(
        "longest",
        C_("queue column", "Long"),
        N_("the longest present wait"),
        4,
        0,
        "l",
        lambda f, _formula: f.longest_wait_s,
        format_duration,
        Figure.LONGEST_WAIT,
    ),
    _Field(
        "ready",
        C_("queue column", "Rdy"),
        N_("agents ready"),
        3,
        1,
        "r",
        lambda f, _formula: f.agents.ready,
        format_count,
    ),
    _Field(
        "busy",
        C_("queue column", "Bsy"),
        N_("agents on a contact or ringing"),
        3,
        5,
        "b",
        lambda f, _formula: f.agents.occupied,
        format_count,
    ),
    _Field(
        "acw",
        C_("queue column", "ACW"),
        N_("agents in after-contact work"),
        3,
        7,
        "a",
        lambda f, _formula: f.agents.working_after_contact,
        format_count,
    ),
    _Field(
        "not_ready",
        C_("queue column", "NR"),
        N_("agents not ready"),
        2,
        8,
        "n",
        lambda f, _formula: f.agents.not_ready,
        format_count,
    ),
    _Field(
        "unreachable",
        C_("queue column", "Un"),
        N_("agents whose phone does not answer"),
        2,
        11,
        "u",
        lambda f, _formula: f.agents.unreachable,
        format_count,
    ),
    _Field(
        "sl_recent",
        C_("queue column", "SL30"),
        N_("service level of the last 30 minutes"),
        4,
        2,
        "s",
        _level(Span.RECENT),
        format_percent,
        Figure.SERVICE_LEVEL_RECENT,
        is_immediate_only=True,
    ),
    _Field(
        "sl_day",
        C_("queue column", "SLday"),
        N_("service level of the day"),
        5,
        3,
        "d",
        _level(Span.DAY),
        format_percent,
        Figure.SERVICE_LEVEL_DAY,
    ),
    _Field(
        "offered",
        C_("queue column", "Off"),
        N_("contacts offered today"),
        4,
        6,
        "o",
        lambda f, _formula: f.day.offered,
        format_count,
    ),
    _Field(
        "answered",
        C_("queue column", "Ans"),
        N_("contacts answered today"),
        4,
        15,
        "e",
        lambda f, _formula: f.day.answered,
        format_count,
    ),
    _Field(
        "abandoned",
        C_("queue column", "Lost"),
        N_("contacts abandoned today"),
        4,
        12,
        "x",
        lambda f, _formula: f.day.abandoned,
        format_count,
        is_immediate_only=True,
    ),
    _Field(
        "abandon_rate",
        C_("queue column", "Ab%"),
        N_("abandoned of offered today"),
        3,
        10,
        "p",
        lambda f, _formula: f.abandon_rate,
        format_percent,
        Figure.ABANDON_RATE,
        is_immediate_only=True,
    ),
    _Field(
        "forecast",
        C_("queue column", "Fc%"),
        N_("offered against the forecast so far today"),
        3,
        13,
        "f",
        lambda f, _formula: f.forecast.deviation,
        format_deviation,
    ),
    _Field(
        "asa",
        C_("queue column", "ASA"),
        N_("average speed of answer today"),
        5,
        16,
        "t",
        lambda f, _formula: f.asa_s,
        format_duration,
    ),
    _Field(
        "aht",
        C_("queue column", "AHT"),
        N_("average handling time today: talk, hold and after-contact work"),
        5,
        17,
        "h",
        lambda f, _formula: f.aht_s,
        format_duration,
    ),
)
"""In the order of the screen. The rank says which give way first: the highest."""


def queue_columns(*, with_site: bool = False) -> tuple[Column, ...]:
    """The columns of the queues, in the language in use."""
    site = Column("site", pgettext("queue column", "Site"), 8, rank=14, sort_letter="i")
    return (
        Column("name", pgettext("queue column", "Queue"), 10, grows=True, sort_letter="q"),
        *((site,) if with_site else ()),
        Column(
            "channel",
            pgettext("queue column", "Ch"),
            2,
            rank=9,
            sort_letter="c",
            help=_("channel by its first letter"),
        ),
        *(
            Column(
                field.id,
                str(field.title),
                field.width,
                is_right=True,
                rank=field.rank,
                sort_letter=field.letter,
                help=_(field.help),
            )
            for field in _FIELDS
        ),
    )


def present_queues(
    floor: FloorFigures,
    sites: Sequence[SiteInfo],
    rules: Sequence[RuleSettings],
    view: ViewState = DEFAULT_VIEW,
) -> TableView:
    """The queues as a table: the immediate ones with their total, below them the deferred ones.

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
    for is_immediate in (True, False):
        of_kind = [e.row for e in shown if _is_immediate(by_key[e.row.key]) is is_immediate]
        rows += of_kind
        if is_immediate or len(of_kind) > 1:
            rows += _total(
                [by_key[row.key] for row in of_kind], floor.formula, is_filtered, with_site
            )
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
        for field in _FIELDS
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


def _is_immediate(figures: QueueFigures) -> bool:
    return figures.queue.channel.is_immediate


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
    for field in _FIELDS:
        text, value = _cell(field, figures, formula, is_immediate=_is_immediate(figures))
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
    field: _Field, figures: Figures, formula: Formula, *, is_immediate: bool
) -> tuple[str, float | None]:
    value = field.value(figures, formula)
    if field.is_immediate_only and not is_immediate:
        value = None
    return field.show(value), value


def _total(
    queues: Sequence[QueueFigures], formula: Formula, is_filtered: bool, with_site: bool
) -> list[RowView]:
    """The line that joins some queues, or nothing where there are none."""
    if not queues:
        return []
    joined = join(queues)
    is_immediate = _is_immediate(queues[0])
    name = _total_name([one.queue.channel for one in queues], len(queues) if is_filtered else None)
    cells = [name, *([""] if with_site else []), ""]
    cells += [_cell(field, joined, formula, is_immediate=is_immediate)[0] for field in _FIELDS]
    key = IMMEDIATE_KEY if is_immediate else DEFERRED_KEY
    tones = [Tone.NORMAL] * len(cells)
    return [make_row(key, cells, tones, is_old=joined.is_old, is_static=True)]


def _total_name(channels: Sequence[Channel], filtered: int | None) -> str:
    if filtered is not None:
        return _("= {count} shown").format(count=filtered)
    different = list(dict.fromkeys(sorted(channels, key=list(Channel).index)))
    if len(different) <= 2:
        return "= " + "+".join(words.channel(channel) for channel in different)
    return _("= immediate") if different[0].is_immediate else _("= deferred")
