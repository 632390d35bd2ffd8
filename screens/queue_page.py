"""The page of one queue: who waits, its levels in words, both counts, its hours, its agents."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from data.cache.history_reader import HistoryReader
from data.figures.recount import Recount, compare
from data.floor import Key
from data.questions import WhatWeCounted
from screens.look import Look
from screens.page import heading, parts, sentences, table
from screens.presenters.queue_detail import QueueDetail, present_queue_detail
from screens.presenters.side_by_side import comparison_sentences, present_comparison
from screens.presenters.table import TableView
from screens.text import _
from screens.tones import Tone
from screens.widgets.tone_styles import Line

EVERY_MS = 5000
"""How soon we count again where history has changed."""


class QueuePage:
    """Draws the page of one queue for whatever look at the floor it is given."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._wanted: WhatWeCounted | None = None
        self._read: tuple[WhatWeCounted, Recount] | None = None

    @property
    def wanted_past(self) -> Hashable:
        """What it asks of history: what we counted ourselves."""
        return self._wanted

    @property
    def past_every_ms(self) -> int:
        """How soon it may ask again where history has changed."""
        return EVERY_MS

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Count; called in a thread."""
        queue = look.snapshot.queues.get(self._key)
        if queue is not None:
            question = WhatWeCounted.of(queue, look.until)
            self._read = (question, question.ask(history))

    def __call__(self, look: Look, width: int) -> Sequence[Line] | None:
        """The lines of the page; None where the queue is no longer there."""
        viewing = look.viewing
        detail = present_queue_detail(
            look.figures, look.snapshot, self._key, look.moment, viewing.rules, viewing.remind_ms
        )
        if detail is None:
            return None
        told = sentences(detail.system, width) if detail.system else self._compared(look, width)
        title = heading(_("What the telephone system says, and what we counted"))
        counted = [title, *told]
        return page(detail, width, counted, is_ascii=viewing.is_ascii)

    def _compared(self, look: Look, width: int) -> Iterator[Line]:
        queue = look.snapshot.queues[self._key]
        self._wanted = WhatWeCounted.of(queue, look.until)
        if self._read is None or self._read[0] != self._wanted:
            yield from sentences([_("Counting ...")], width, Tone.QUIET)
            return
        mine = [
            row
            for row in look.snapshot.intervals.values()
            if (row.site, row.source, row.queue) == self._key
        ]
        formula = look.viewing.formula
        comparison = compare(queue, self._read[1], mine, formula)
        view = present_comparison(comparison, formula)
        yield from table(view, width, empty="", is_ascii=look.viewing.is_ascii)
        zone = next((site.zone for site in look.snapshot.sites if site.id == queue.site), "UTC")
        yield from sentences(comparison_sentences(comparison, zone), width)


def page(
    detail: QueueDetail, width: int, counted: Sequence[Line] = (), *, is_ascii: bool
) -> list[Line]:
    """The page of a queue as lines.

    Args:
        detail: What it says of the queue.
        width: Cells of the page.
        counted: The part that puts the source's counts beside ours.
        is_ascii: Cut with an ASCII sign.
    """

    def rows(title: str, view: TableView, empty: str) -> list[Line]:
        return [heading(title), *table(view, width, empty=empty, is_ascii=is_ascii)]

    fault = list(sentences([f"!! {detail.fault}"], width, Tone.ACT)) if detail.fault else []
    switched = [heading(_("Put on or off")), *_switches(detail, width)] if detail.switches else []
    return parts(
        fault,
        switched,
        rows(_("Waiting"), detail.waiting, _("Nobody waits.")),
        [
            heading(_("Service level")),
            *sentences(detail.levels, width),
            *sentences(detail.leavings, width, Tone.QUIET),
        ],
        counted,
        [heading(_("The last hours")), *([(f"  {line}", Tone.NORMAL)] for line in detail.bars)],
        rows(_("Intervals"), detail.intervals, _("No interval has begun.")),
        rows(_("Agents"), detail.agents, _("Nobody serves this queue.")),
    )


def _switches(detail: QueueDetail, width: int) -> Iterator[Line]:
    for sentence in detail.switches:
        is_due = sentence.startswith("!")
        yield from sentences([sentence], width, Tone.LOOK if is_due else Tone.NORMAL)
