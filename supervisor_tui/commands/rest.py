"""`supervisor-tui rest`: the real hours between two shifts, and whether they are enough."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from data.rules.rest import LEAST_REST_H, rest_between
from data.rules.wall_time import at_wall_time
from data.zones import zone
from screens.text import _
from supervisor_tui.answering import answer_arguments, demand
from supervisor_tui.batch import Answer

HOUR_S = 3600


def run(arguments: argparse.Namespace) -> int:
    """Answer one question, or with `--batch` a line each.

    Raises:
        UsageError: An option is missing.
    """
    return answer_arguments(arguments, _answer, _lines)


def _answer(arguments: argparse.Namespace) -> Answer:
    demand(arguments, "zone", "previous_end", "next_start")
    place = zone(arguments.zone)
    end_fold, start_fold = arguments.previous_end_fold or 0, arguments.next_start_fold or 0
    rest = rest_between(
        at_wall_time(arguments.previous_end.replace(fold=end_fold), place),
        at_wall_time(arguments.next_start.replace(fold=start_fold), place),
        LEAST_REST_H if arguments.min_rest is None else arguments.min_rest / HOUR_S,
    )
    return msgspec.structs.asdict(rest)


def _lines(arguments: argparse.Namespace, answer: Mapping[str, Any]) -> Iterator[str]:
    del arguments
    hours = f"{answer['rest_hours']:g}"
    if answer["violation"]:
        yield _("{hours} hours of rest: too short").format(hours=hours)
    else:
        yield _("{hours} hours of rest: enough").format(hours=hours)
