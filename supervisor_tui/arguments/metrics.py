"""The command that counts the calls of a log."""

from __future__ import annotations

import argparse
from typing import Any

from data.rules.call_counts import Limits
from screens.text import _
from supervisor_tui.arguments.shared import command
from supervisor_tui.arguments.types import duration

LONGEST_INTERVAL_S = 86_400


def interval(text: str) -> int:
    """A whole number of seconds that divides a day, so that every day has the same intervals."""
    value = duration(text)
    if value <= 0 or value.denominator != 1 or LONGEST_INTERVAL_S % value:
        message = _("{value} does not divide a day; write it as in 15m or 1h")
        raise argparse.ArgumentTypeError(message.format(value=text))
    return int(value)


def wait(text: str) -> float:
    """Seconds of a wait."""
    return float(duration(text))


def add_metrics(commands: Any) -> None:
    """Add `metrics`."""
    parser = command(
        commands,
        "metrics",
        _("Count calls, waits and talks of a telephone system's own log."),
        _("what Asterisk wrote down today"),
        "supervisor-tui metrics queue-log /var/log/asterisk/queue_log",
    )
    tasks = parser.add_subparsers(dest="task", metavar=_("TASK"), required=True)
    log = command(
        tasks,
        "queue-log",
        _("Count each queue and agent of an Asterisk queue_log, rubbish in it told apart."),
        _("the quarter hours of a log that was packed"),
        "zcat queue_log.1.gz | supervisor-tui metrics queue-log --interval 15m --json -",
    )
    add = log.add_argument
    add("file", metavar=_("FILE"), help=_("the log; - reads it from the input"))
    add("--json", action="store_true", help=_("as one JSON object"))
    add(
        "--interval",
        type=interval,
        metavar=_("TIME"),
        help=_("count intervals of this length, too, by when a call entered: 15m or 1h"),
    )
    add(
        "--threshold",
        type=wait,
        metavar=_("TIME"),
        default=Limits().threshold_s,
        help=_("within is a wait of at most this: 20 (seconds) if not given"),
    )
    add(
        "--short-abandon",
        type=wait,
        metavar=_("TIME"),
        default=Limits().short_abandon_s,
        help=_("an abandon is short with a wait below this: 5 (seconds) if not given"),
    )
