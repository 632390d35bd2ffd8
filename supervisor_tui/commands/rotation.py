"""`supervisor-tui rotation`: which letter of a shift pattern each day has."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from data.rules.rotation import letters
from screens.formats import format_weekday
from screens.text import _
from supervisor_tui.answering import answer_arguments, demand
from supervisor_tui.batch import Answer
from supervisor_tui.failures import UsageError

MOST_DAYS = 36_600
"""A hundred years."""


def run(arguments: argparse.Namespace) -> int:
    """Answer one question, or with `--batch` a line each.

    Raises:
        UsageError: An option is missing, or the days are too many or none.
    """
    return answer_arguments(arguments, _answer, _lines)


def _answer(arguments: argparse.Namespace) -> Answer:
    return {"days": {day.isoformat(): letter for day, letter in _days(arguments)}}


def _days(arguments: argparse.Namespace) -> Iterator[tuple[date, str]]:
    demand(arguments, "pattern", "anchor")
    first, last = arguments.first, arguments.last
    if first is None or last is None:
        raise UsageError(_("--from and --to are both needed."))
    if not 0 <= (last - first).days < MOST_DAYS:
        raise UsageError(_("--to is before --from, or more than a hundred years after it."))
    return letters(arguments.pattern, arguments.anchor, first, last)


def _lines(arguments: argparse.Namespace, answer: Mapping[str, Any]) -> Iterator[str]:
    del answer
    for day, letter in _days(arguments):
        yield f"{day.isoformat()}  {format_weekday(day.weekday())}  {letter}"
