"""The page of one queue: who waits, the service level in words, the last hours, its agents."""

from __future__ import annotations

from collections.abc import Sequence

from data.floor import Key
from screens.look import Look
from screens.page import heading, parts, sentences, table
from screens.presenters.queue_detail import QueueDetail, present_queue_detail
from screens.presenters.table import TableView
from screens.text import _
from screens.tones import Tone
from screens.widgets.tone_styles import Line


class QueuePage:
    """Draws the page of one queue for whatever look at the floor it is given."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def __call__(self, look: Look, width: int) -> Sequence[Line] | None:
        """The lines of the page; None where the queue is no longer there."""
        viewing = look.viewing
        detail = present_queue_detail(
            look.figures, look.snapshot, self._key, look.moment, viewing.rules
        )
        return None if detail is None else page(detail, width, is_ascii=viewing.is_ascii)


def page(detail: QueueDetail, width: int, *, is_ascii: bool) -> list[Line]:
    """The page of a queue as lines."""

    def rows(title: str, view: TableView, empty: str) -> list[Line]:
        return [heading(title), *table(view, width, empty=empty, is_ascii=is_ascii)]

    fault = list(sentences([f"!! {detail.fault}"], width, Tone.ACT)) if detail.fault else []
    return parts(
        fault,
        rows(_("Waiting"), detail.waiting, _("Nobody waits.")),
        [heading(_("Service level")), *sentences(detail.levels, width)],
        [heading(_("The last hours")), *([(f"  {line}", Tone.NORMAL)] for line in detail.bars)],
        rows(_("Intervals"), detail.intervals, _("No interval has begun.")),
        rows(_("Agents"), detail.agents, _("Nobody serves this queue.")),
    )
