"""What a telephone system itself says of a queue's day where we count, and why both differ."""

from __future__ import annotations

from collections.abc import Iterator

from data.figures.queues import QueueFigures, Span
from data.model import Queue, SystemCounts
from data.rules.service_level import Formula
from screens import words
from screens.formats import format_clock, format_grouped, format_moment, format_percent
from screens.presenters.levels import threshold_words
from screens.text import _, ngettext


def system_sentences(figures: QueueFigures, formula: Formula, zone: str) -> tuple[str, ...]:
    """Both levels with their formulas and since when, and each reason why they differ.

    Args:
        figures: The queue's figures; nothing is said where the system's own counts are not known.
        formula: The chosen formula.
        zone: The zone whose clock times are named.
    """
    system = figures.queue.system
    if system is None:
        return ()
    return (
        _levels(figures, system, formula, zone),
        *_reasons(figures.queue, system, zone),
        *_abandons_good(figures, system),
    )


def leaving_notes(figures: QueueFigures) -> tuple[str, ...]:
    """What is known of who left without an agent, beside that they did."""
    system = figures.queue.system
    return () if system is None else (*_untold(figures, system), *_otherwise(system))


def _untold(figures: QueueFigures, system: SystemCounts) -> Iterator[str]:
    """That the abandoned may hold others."""
    if not system.untold:
        return
    text = ngettext(
        "Of the {abandoned} abandoned, {count} may have timed out, been taken out by somebody, or"
        " been turned away from an empty queue: the system does not tell them apart.",
        "Of the {abandoned} abandoned, {count} may have timed out, been taken out by somebody, or"
        " been turned away from an empty queue: the system does not tell them apart.",
        system.untold,
    )
    yield text.format(
        abandoned=format_grouped(figures.day.abandoned), count=format_grouped(system.untold)
    )


def _otherwise(system: SystemCounts) -> Iterator[str]:
    """Who left and is not counted as abandoned, by how."""
    if system.timed_out:
        text = ngettext(
            "{count} caller waited as long as the queue lets anybody, and was sent on.",
            "{count} callers waited as long as the queue lets anybody, and were sent on.",
            system.timed_out,
        )
        yield text.format(count=format_grouped(system.timed_out))
    if system.withdrawn:
        text = ngettext(
            "{count} caller was taken out of the queue by somebody.",
            "{count} callers were taken out of the queue by somebody.",
            system.withdrawn,
        )
        yield text.format(count=format_grouped(system.withdrawn))
    if system.left_empty:
        text = ngettext(
            "{count} caller was turned away because nobody served the queue.",
            "{count} callers were turned away because nobody served the queue.",
            system.left_empty,
        )
        yield text.format(count=format_grouped(system.left_empty))
    if system.left_by_key:
        text = ngettext(
            "{count} caller left by pressing a key.",
            "{count} callers left by pressing a key.",
            system.left_by_key,
        )
        yield text.format(count=format_grouped(system.left_by_key))


def _levels(figures: QueueFigures, system: SystemCounts, formula: Formula, zone: str) -> str:
    ours = figures.service_level(Span.DAY, formula)
    parts = {
        "theirs": format_percent(system.level),
        "threshold": threshold_words(figures.queue.threshold_s),
        "since": format_moment(system.since, zone, figures.as_of),
        "ours": format_percent(ours),
        "formula": words.formula_in_full(formula),
        "day": format_clock(figures.queue.day_started_at, zone),
    }
    if system.level is None and ours is None:
        text = _("PBX says nothing: no talk has ended since {since}. Nor is there a value of ours.")
    elif ours is None:
        text = _(
            "PBX says {theirs} % (answered within {threshold} / completed, since {since}),"
            " there is no value of ours ({formula}, since {day}), because:"
        )
    elif system.level is None:
        text = _(
            "PBX says nothing: no talk has ended since {since}."
            " Ours is {ours} % ({formula}, since {day})."
        )
    elif parts["theirs"] == parts["ours"]:
        text = _(
            "PBX says {theirs} % (answered within {threshold} / completed, since {since}),"
            " and so do we ({formula}, since {day})."
        )
    else:
        text = _(
            "PBX says {theirs} % (answered within {threshold} / completed, since {since}),"
            " ours is {ours} % ({formula}, since {day}), because:"
        )
    return text.format(**parts)


def _abandons_good(figures: QueueFigures, system: SystemCounts) -> Iterator[str]:
    """The other level that it counts, where there is one."""
    ours = figures.service_level(Span.DAY, Formula.ABANDONS_GOOD)
    if system.level_abandons_good is None or ours is None:
        return
    text = _(
        "Counting those who left within {threshold} as good, of all that it has counted,"
        " PBX says {theirs} %; ours so is {ours} %."
    )
    yield text.format(
        threshold=threshold_words(figures.queue.threshold_s),
        theirs=format_percent(system.level_abandons_good),
        ours=format_percent(ours),
    )


def _reasons(queue: Queue, system: SystemCounts, zone: str) -> Iterator[str]:
    """Everything that is true and makes both differ, or ours be less than whole."""
    counts = queue.day
    if system.since != queue.day_started_at:
        text = (
            _("- Its counters began at {since}, the day at {day}.")
            if system.since > queue.day_started_at
            else _("- Its counters began at {since}: they hold what was before {day}, too.")
        )
        yield text.format(
            since=format_moment(system.since, zone, queue.day_started_at),
            day=format_clock(queue.day_started_at, zone),
        )
    if system.resets:
        text = ngettext(
            "- Its counters have begun anew once today.",
            "- Its counters have begun anew {count} times today.",
            system.resets,
        )
        yield text.format(count=format_grouped(system.resets))
    if system.completed != counts.offered:
        text = _("- It divides by talks that have ended, {completed}; {offered} were offered.")
        yield text.format(
            completed=format_grouped(system.completed), offered=format_grouped(counts.offered)
        )
    if system.abandoned != counts.abandoned:
        text = _("- It has counted {theirs} who left without an agent, we {ours}.")
        yield text.format(
            theirs=format_grouped(system.abandoned), ours=format_grouped(counts.abandoned)
        )
    if system.missed:
        text = ngettext(
            "- {count} call was seen waiting of which nobody saw the end.",
            "- {count} calls were seen waiting of which nobody saw the end.",
            system.missed,
        )
        yield text.format(count=format_grouped(system.missed))
    if system.counted_since > queue.day_started_at:
        text = _("- Nobody here saw what came before {clock}: ours is whole only since then.")
        yield text.format(clock=format_clock(system.counted_since, zone))
