"""`show --at`: the floor as it was at an instant, for what is printed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from data.cache.history_reader import HistoryReader
from data.cache.rewind import Rewind
from data.clock import monotonic_ms
from data.figures.freshness import Moment
from data.floor import FloorSnapshot
from screens.text import _
from supervisor_tui.at_words import parse_at
from supervisor_tui.failures import UsageError


def floor_at(
    history: Path, present: FloorSnapshot, site: str | None, words: str, now: Moment
) -> tuple[FloorSnapshot, Moment]:
    """The floor at a time that was typed, and that time.

    Args:
        history: The floor's history.
        present: The floor as it is.
        site: The site by whose clocks the time is meant; None for the first.
        words: What was typed.
        now: The present.

    Raises:
        StoreError: History cannot be read.
        UsageError: It is no time, or it has not come.
    """
    zones = {info.id: info.zone for info in present.sites}
    at = parse_at(words, now.now, zones.get(site or "", next(iter(zones.values()), "UTC")))
    if at is None:
        text = _("“{text}” is no time; say 14:05, yesterday 14:05, 2026-03-29 14:05 or -20m.")
        raise UsageError(text.format(text=words))
    if at > now.now:
        raise UsageError(_("“{text}” has not come yet.").format(text=words))
    with closing(HistoryReader.open(history)) as reader:
        return Rewind(reader, present).at(at), Moment(at, monotonic_ms())
