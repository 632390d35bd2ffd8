"""The columns of the queues: what each shows, how, and by which limit it is judged."""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from data.figures.queues import Figures, Span
from data.rules.service_level import Formula
from data.settings import Figure
from screens.cells import cell_width
from screens.formats import format_count, format_deviation, format_duration, format_percent
from screens.presenters.rows import Column
from screens.text import C_, N_, Word, _, pgettext


class QueueField(msgspec.Struct, frozen=True):
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


SWITCHES = "switches"
"""Id of the column that says what is on; it is there only while something is."""


def _level(span: Span) -> Callable[[Figures, Formula], float | None]:
    return lambda figures, formula: figures.service_level(span, formula)


FIELDS = (
    QueueField(
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
    QueueField(
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
    QueueField(
        "ready",
        C_("queue column", "Rdy"),
        N_("agents ready"),
        3,
        1,
        "r",
        lambda f, _formula: f.agents.ready,
        format_count,
    ),
    QueueField(
        "busy",
        C_("queue column", "Bsy"),
        N_("agents on a contact or ringing"),
        3,
        5,
        "b",
        lambda f, _formula: f.agents.occupied,
        format_count,
    ),
    QueueField(
        "acw",
        C_("queue column", "ACW"),
        N_("agents in after-contact work"),
        3,
        7,
        "a",
        lambda f, _formula: f.agents.working_after_contact,
        format_count,
    ),
    QueueField(
        "not_ready",
        C_("queue column", "NR"),
        N_("agents not ready"),
        2,
        8,
        "n",
        lambda f, _formula: f.agents.not_ready,
        format_count,
    ),
    QueueField(
        "unreachable",
        C_("queue column", "Un"),
        N_("agents whose phone does not answer"),
        2,
        11,
        "u",
        lambda f, _formula: f.agents.unreachable,
        format_count,
    ),
    QueueField(
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
    QueueField(
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
    QueueField(
        "offered",
        C_("queue column", "Off"),
        N_("contacts offered today"),
        4,
        6,
        "o",
        lambda f, _formula: f.day.offered,
        format_count,
    ),
    QueueField(
        "answered",
        C_("queue column", "Ans"),
        N_("contacts answered today"),
        4,
        15,
        "e",
        lambda f, _formula: f.day.answered,
        format_count,
    ),
    QueueField(
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
    QueueField(
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
    QueueField(
        "forecast",
        C_("queue column", "Fc%"),
        N_("offered against the forecast so far today"),
        3,
        13,
        "f",
        lambda f, _formula: f.forecast.deviation,
        format_deviation,
    ),
    QueueField(
        "asa",
        C_("queue column", "ASA"),
        N_("average speed of answer today"),
        5,
        16,
        "t",
        lambda f, _formula: f.asa_s,
        format_duration,
    ),
    QueueField(
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


_SWITCHES_WIDTH = 12
_SWITCHES_WIDEST = 22


def queue_columns(switches: Collection[str] | None = None) -> tuple[Column, ...]:
    """The columns of the queues, in the language in use.

    Args:
        switches: What is said of what is on: where nothing is, there is no column for it. None for
            the columns without regard to that.
    """
    switched = Column(
        SWITCHES,
        pgettext("queue column", "Put on"),
        min(_SWITCHES_WIDEST, max(_SWITCHES_WIDTH, *map(cell_width, switches or [""]))),
        sort_letter="k",
        help=_("closed, emergency message (msg), overflow (ovf), and for how long; ! a long time"),
        is_needed=True,
    )
    return (
        Column(
            "name",
            pgettext("queue column", "Queue"),
            10,
            grows=True,
            sort_letter="q",
            help=_("E>: a caller with an open complaint is there; =: queues together"),
        ),
        Column(
            "channel",
            pgettext("queue column", "Ch"),
            2,
            rank=9,
            sort_letter="c",
            help=_("channel by its first letter"),
        ),
        *((switched,) if switches is None or switches else ()),
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
            for field in FIELDS
        ),
    )
