"""`supervisor-tui intervals`: how many intervals and hours a local day has."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from data.rules.rest import HOUR_MS
from data.rules.shift_time import day_span, intervals
from data.zones import zone
from screens.text import ngettext
from supervisor_tui.answering import answer_arguments, demand
from supervisor_tui.batch import Answer


def run(arguments: argparse.Namespace) -> int:
    """Answer one question, or with `--batch` a line each.

    Raises:
        UsageError: An option is missing.
    """
    return answer_arguments(arguments, _answer, _lines)


def _answer(arguments: argparse.Namespace) -> Answer:
    demand(arguments, "day", "zone", "minutes")
    place = zone(arguments.zone)
    begins, ends = day_span(arguments.day, place)
    return {
        "count": len(intervals(arguments.day, place, arguments.minutes)),
        "hours": (ends - begins) / HOUR_MS,
    }


def _lines(arguments: argparse.Namespace, answer: Mapping[str, Any]) -> Iterator[str]:
    yield ngettext(
        "{count} interval of {minutes} minutes in {hours} hours",
        "{count} intervals of {minutes} minutes in {hours} hours",
        answer["count"],
    ).format(count=answer["count"], minutes=arguments.minutes, hours=f"{answer['hours']:g}")
