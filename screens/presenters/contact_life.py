"""One contact's life, step by step: queue, rings, agent, holds, transfers, end, who listened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from data.cache.history_model import ContactLife, Extra, ExtraKind, FoundContact, Outcome, Segment
from data.model import AgentState, Ms
from screens import words
from screens.formats import format_caller, format_duration, format_moment
from screens.presenters.contacts import agent_words, service_s, wait_s
from screens.presenters.rows import Column
from screens.presenters.table import TableView, fit_numbers, make_row
from screens.text import N_, _, pgettext
from screens.tones import Tone

_EXTRAS = {
    ExtraKind.TRANSFER: N_("transferred by {who}"),
    ExtraKind.LISTENED: N_("{who} listened"),
    ExtraKind.RECORDING: N_("recording: {text}"),
    ExtraKind.HOLD: N_("put on hold by {who}"),
    ExtraKind.RETRIEVED: N_("taken back from hold by {who}"),
}


class Step(NamedTuple):
    """Something that happened, in words."""

    at: Ms
    order: int
    """Of several steps at one instant, which comes first."""
    text: str
    tone: Tone = Tone.NORMAL


def present_life(life: ContactLife, zone: str, now: Ms) -> TableView:
    """A contact's life as a table of steps, in the order in which they happened.

    Args:
        life: Everything that is known of it.
        zone: The zone whose clock to show.
        now: The present; what lasts is counted up to it.
    """
    columns = (
        Column("at", pgettext("life column", "At"), 8, is_right=True),
        Column(
            "after",
            pgettext("life column", "After"),
            5,
            is_right=True,
            help=_("how long after the contact came in"),
        ),
        Column("what", pgettext("life column", "What happened"), 40, grows=True),
    )
    steps = sorted(_steps(life, now), key=lambda step: (step.at, step.order))
    begin = steps[0].at if steps else now
    rows = tuple(
        make_row(
            str(number),
            (
                format_moment(step.at, zone, now),
                format_duration((step.at - begin) / 1000),
                step.text,
            ),
            (Tone.NORMAL, Tone.NORMAL, step.tone),
            is_old=False,
        )
        for number, step in enumerate(steps)
    )
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(rows))


def _steps(life: ContactLife, now: Ms) -> Iterator[Step]:
    if life.legs:
        yield _came_in(life.legs[0])
    for leg in life.legs:
        yield from _leg_steps(leg, now)
    yield from _segment_steps(life.segments, {leg.agent for leg in life.legs if leg.agent}, now)
    yield from (_extra_step(extra) for extra in life.extras)


def _came_in(leg: FoundContact) -> Step:
    text = _("came in: {channel}, {direction}, caller {caller}").format(
        channel=words.channel(leg.channel),
        direction=words.direction(leg.direction),
        caller=format_caller(leg.caller_masked),
    )
    return Step(leg.created_at, 0, text)


def _leg_steps(leg: FoundContact, now: Ms) -> Iterator[Step]:
    waited = format_duration(wait_s(leg, now))
    if leg.queued_at is not None:
        queue = leg.queue_name or leg.queue
        yield Step(leg.queued_at, 1, _("entered the queue {queue}").format(queue=queue))
    if leg.answered_at is not None:
        who = agent_words(leg.agent, leg.agent_name)
        template = (
            _("answered by {who}")
            if leg.queued_at is None
            else _("answered by {who} after a wait of {wait}")
        )
        yield Step(leg.answered_at, 4, template.format(who=who, wait=waited))
    if leg.ended_at is not None:
        yield _end(leg, waited, now)


def _end(leg: FoundContact, waited: str, now: Ms) -> Step:
    assert leg.ended_at is not None  # noqa: S101 - asked by the only caller
    match leg.outcome:
        case Outcome.ABANDONED:
            text = _("the caller left after a wait of {wait}").format(wait=waited)
            return Step(leg.ended_at, 8, text, Tone.LOOK)
        case Outcome.TRANSFERRED:
            return Step(leg.ended_at, 0, _("went on to another queue"))
        case _:
            served = service_s(leg, now)
            if served is None:
                return Step(leg.ended_at, 8, _("ended"))
            text = _("ended, {time} after the answer").format(time=format_duration(served))
            return Step(leg.ended_at, 8, text)


def _segment_steps(segments: Iterable[Segment], known: set[str], now: Ms) -> Iterator[Step]:
    """Rings and after-contact work; and agents who had it without having answered a queue."""
    for segment in segments:
        who = agent_words(segment.agent, segment.agent_name)
        until = segment.end if segment.end is not None else now
        span = format_duration((until - segment.start) / 1000)
        if segment.state is AgentState.RINGING:
            yield Step(segment.start, 3, _("rang at {who} for {time}").format(who=who, time=span))
        elif segment.state is AgentState.WORKING_AFTER_CONTACT:
            text = _("{who} worked after the contact for {time}").format(who=who, time=span)
            yield Step(segment.start, 9, text)
        elif segment.state is AgentState.BUSY and segment.agent not in known:
            known.add(segment.agent)
            yield Step(segment.start, 4, _("taken by {who}").format(who=who))


def _extra_step(extra: Extra) -> Step:
    text = _(_EXTRAS[extra.kind]).format(
        who=agent_words(extra.who, extra.who_name), text=extra.text
    )
    return Step(extra.at, 2 if extra.kind is ExtraKind.TRANSFER else 5, text)
