"""`supervisor-tui forecast`: calls by interval, from weeks that were or a day that is."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping
from typing import Any

from data.rules.forecast import moving_average, reforecast
from screens.formats import UNDEFINED, localised
from screens.text import _
from supervisor_tui.answering import answer_input
from supervisor_tui.batch import Answer
from supervisor_tui.failures import UsageError
from supervisor_tui.questions import check_keys, listed, volume

PLAIN_RATIO = 1.0


def run(arguments: argparse.Namespace) -> int:
    """Answer the object on the input, or with `--batch` a line each.

    Raises:
        UsageError: It is no question that has an answer.
    """
    return answer_input(arguments, _answer, _lines)


def _answer(question: Mapping[str, Any]) -> Answer:
    methods = {
        "same_interval_moving_average": _moving_average,
        "intraday_reforecast": _reforecast,
    }
    name = question.get("method")
    if not isinstance(name, str) or name not in methods:
        raise UsageError(_("method: expected one of {methods}").format(methods=", ".join(methods)))
    return methods[name](question)


def _moving_average(question: Mapping[str, Any]) -> Answer:
    key = "history_oldest_first"
    check_keys(question, needed=("method", key), known=("weeks", "weights"))
    history = [
        [None if each is None else volume(key, each) for each in listed(key, row)]
        for row in listed(key, question[key])
    ]
    if len({len(row) for row in history}) > 1:
        raise UsageError(_("{key}: the weeks have different numbers of intervals").format(key=key))
    given = question.get("weeks")
    weeks = None if given is None else int(volume("weeks", given))
    if weeks is not None and (weeks < 1 or weeks != given):
        raise UsageError(_("weeks: expected a whole number above 0"))
    return {"forecast": moving_average(history, weeks, _weights(question, len(history), weeks))}


def _weights(question: Mapping[str, Any], rows: int, weeks: int | None) -> list[float] | None:
    given = question.get("weights")
    if given is None:
        return None
    weights = [volume("weights", each) for each in listed("weights", given)]
    if len(weights) not in {rows, weeks}:
        raise UsageError(_("weights: expected one for each week"))
    if not math.fsum(weights):
        raise UsageError(_("weights: expected one above 0"))
    return weights


def _reforecast(question: Mapping[str, Any]) -> Answer:
    check_keys(question, needed=("method", "forecast", "actual"), known=("damping",))
    forecast, actual = (
        [volume(key, each) for each in listed(key, question[key])] for key in ("forecast", "actual")
    )
    if len(actual) > len(forecast):
        raise UsageError(_("actual: more intervals than the forecast has"))
    given = question.get("damping")
    damping = PLAIN_RATIO if given is None else volume("damping", given)
    if damping > 1:
        raise UsageError(_("damping: expected a number from 0 to 1"))
    result = reforecast(forecast, actual, damping)
    return {"ratio": result.ratio, "remaining": list(result.remaining), "total": result.total}


def _lines(arguments: argparse.Namespace, answer: Mapping[str, Any]) -> Iterator[str]:
    del arguments
    if "forecast" in answer:
        yield _("Forecast: {calls}").format(calls=_calls(answer["forecast"]))
        return
    yield _("So far: {ratio} of the forecast").format(ratio=localised(f"{answer['ratio']:.3f}"))
    yield _("Still to come: {calls}").format(calls=_calls(answer["remaining"]))
    yield _("The whole day: {calls}").format(calls=_calls([answer["total"]]))


def _calls(values: list[float | None]) -> str:
    shown = (UNDEFINED if value is None else localised(f"{value:.1f}") for value in values)
    return "  ".join(shown) or UNDEFINED
