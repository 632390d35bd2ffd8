"""`supervisor-tui adherence`: what an agent did against the plan."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from data.rules.plan_kept import OverlapError, Stretch, kept
from screens.formats import UNDEFINED, format_percent
from screens.text import _
from supervisor_tui.answering import answer_input
from supervisor_tui.batch import Answer
from supervisor_tui.failures import UsageError
from supervisor_tui.questions import check_keys, listed, number

KEYS = ("scheduled", "actual", "work_activity")


def run(arguments: argparse.Namespace) -> int:
    """Answer the object on the input, or with `--batch` a line each.

    Raises:
        UsageError: It is no plan with what was done.
    """
    return answer_input(arguments, _answer, _lines)


def _answer(question: Mapping[str, Any]) -> Answer:
    check_keys(question, needed=KEYS)
    work = question["work_activity"]
    if not isinstance(work, str) or not work:
        raise UsageError(_("{key}: expected the name of an activity").format(key="work_activity"))
    try:
        result = kept(_stretches(question, "scheduled"), _stretches(question, "actual"), work)
    except OverlapError as error:
        message = _("{first} and {second} overlap, from minute {minute} on")
        first, second = error.first, error.second
        raise UsageError(
            message.format(first=first.activity, second=second.activity, minute=f"{second.start:g}")
        ) from None
    return {
        "scheduled_minutes": result.scheduled,
        "minutes_in_adherence": result.in_adherence,
        "adherence": result.adherence,
        "conformance": result.conformance,
    }


def _stretches(question: Mapping[str, Any], key: str) -> list[Stretch]:
    return [_stretch(key, each) for each in listed(key, question[key])]


def _stretch(key: str, value: object) -> Stretch:
    match value:
        case [start, end, str(activity)] if activity:
            stretch = Stretch(number(key, start), number(key, end), activity)
            if stretch.start <= stretch.end:
                return stretch
    message = _('{key}: expected lists as in [540, 570, "phone"], from and to in minutes')
    raise UsageError(message.format(key=key))


def _lines(arguments: argparse.Namespace, answer: Mapping[str, Any]) -> Iterator[str]:
    del arguments
    yield _("{adherent} of {scheduled} scheduled minutes in adherence").format(
        adherent=f"{answer['minutes_in_adherence']:g}",
        scheduled=f"{answer['scheduled_minutes']:g}",
    )
    yield _("Adherence {share}").format(share=_percent(answer["adherence"]))
    yield _("Conformance {share}").format(share=_percent(answer["conformance"]))


def _percent(share: float | None) -> str:
    if share is None:
        return UNDEFINED
    return _("{value} %").format(value=format_percent(100 * share))
