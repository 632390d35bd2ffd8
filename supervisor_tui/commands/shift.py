"""`supervisor-tui shift`: when a shift really begins and ends, and how many hours it has."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from data.model import Ms
from data.rules.rest import HOUR_MS
from data.rules.shift_time import next_at
from data.rules.wall_time import at_wall_time, local_time
from data.zones import zone
from screens.text import _
from supervisor_tui.answering import answer_arguments, demand
from supervisor_tui.batch import Answer
from supervisor_tui.failures import UsageError
from supervisor_tui.instants import instant


def run(arguments: argparse.Namespace) -> int:
    """Answer one question, or with `--batch` a line each.

    Raises:
        UsageError: An option is missing, or the shift ends before it begins.
    """
    return answer_arguments(arguments, _answer, _lines)


def _answer(arguments: argparse.Namespace) -> Answer:
    start, end = _span(arguments)
    return {
        "start_utc": instant(start),
        "end_utc": instant(end),
        "hours": (end - start) / HOUR_MS,
    }


def _span(arguments: argparse.Namespace) -> tuple[Ms, Ms]:
    demand(arguments, "start", "end", "zone")
    place = zone(arguments.zone)
    start = at_wall_time(arguments.start.replace(fold=arguments.start_fold or 0), place)
    if isinstance(arguments.end, datetime):
        end = at_wall_time(arguments.end.replace(fold=arguments.end_fold or 0), place)
    else:
        end = next_at(start, arguments.end, place, arguments.end_fold)
    if end <= start:
        raise UsageError(_("The shift ends before it has begun."))
    return start, end


def _lines(arguments: argparse.Namespace, answer: Mapping[str, Any]) -> Iterator[str]:
    start, end = _span(arguments)
    place = zone(arguments.zone)
    yield _("from {start} to {end}: {hours} hours").format(
        start=_clock(start, place), end=_clock(end, place), hours=f"{answer['hours']:g}"
    )


def _clock(at: Ms, place: ZoneInfo) -> str:
    """`2026-03-28 22:00 +0100`: the offset tells which of two times it is."""
    return f"{local_time(at, place):%Y-%m-%d %H:%M %z}"
