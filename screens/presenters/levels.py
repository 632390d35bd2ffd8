"""The service level in words: what was divided by what, since when, and against which target."""

from __future__ import annotations

from data.figures.queues import QueueFigures
from data.rules.service_level import Formula, parts, percent
from screens import words
from screens.formats import (
    format_clock,
    format_duration,
    format_grouped,
    format_percent,
)
from screens.text import N_, _

_SENTENCES = {
    Formula.OFFERED: N_(
        "{level} % = {part} answered within {threshold} of {whole} offered since {start}"
    ),
    Formula.WITHOUT_SHORT: N_(
        "{level} % = {part} answered within {threshold} of {whole} offered since {start},"
        " those who left within {short} not counted"
    ),
    Formula.ABANDONS_IGNORED: N_(
        "{level} % = {part} answered within {threshold} of {whole} offered since {start},"
        " those who left within {threshold} not counted"
    ),
    Formula.ABANDONS_GOOD: N_(
        "{level} % = {part} answered, or left, within {threshold} of {whole} offered since {start}"
    ),
    Formula.ANSWERED_ONLY: N_(
        "{level} % = {part} answered within {threshold} of {whole} answered since {start}"
    ),
    Formula.ANSWER_RATE: N_("{level} % = {part} answered of {whole} offered since {start}"),
}


def level_sentences(figures: QueueFigures, formula: Formula, zone: str) -> tuple[str, ...]:
    """The day's service level of a queue by every formula, the chosen one first with its target.

    Args:
        figures: The queue's figures.
        formula: The chosen formula.
        zone: The zone whose clock says when the day began.
    """
    chosen = _("{sentence} (target {target} %)").format(
        sentence=_sentence(figures, formula, zone),
        target=format_percent(figures.queue.target_percent, 0),
    )
    others = (
        _("{formula}: {sentence}").format(
            formula=words.formula(other), sentence=_sentence(figures, other, zone)
        )
        for other in Formula
        if other is not formula
    )
    return (chosen, *others)


def threshold_words(seconds: int) -> str:
    """A threshold: seconds up to two minutes, since that is how floors name it."""
    if seconds <= 120:
        return _("{seconds} s").format(seconds=seconds)
    return format_duration(seconds)


def _sentence(figures: QueueFigures, formula: Formula, zone: str) -> str:
    part, whole = parts(figures.day, formula)
    level = percent(part, whole)
    start = format_clock(figures.queue.day_started_at, zone)
    if level is None:
        return _("no value yet: there was nothing to count since {start}").format(start=start)
    return _(_SENTENCES[formula]).format(
        level=format_percent(level),
        part=format_grouped(part),
        whole=format_grouped(whole),
        threshold=threshold_words(figures.queue.threshold_s),
        short=threshold_words(figures.queue.short_abandon_s),
        start=start,
    )
