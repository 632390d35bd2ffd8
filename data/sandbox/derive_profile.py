"""Derives `profile.json` from a call-by-call log of a real centre.

Run as `python -m data.sandbox.derive_profile CSV > profile.json`. The log is the Technion's
"Anonymous Bank" data; only the figures derived from it are kept in the project.

Offered is what was answered (`AGENT`) and what hung up (`HANG`) after it had entered the queue;
`PHANTOM` lines are no calls. Patience is only seen of those who hang up: of everybody else it is
known to be longer than their wait, so its distribution is estimated by Kaplan and Meier (1958).
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

SOURCE = (
    "Technion Anonymous Bank data, I. Guedj and A. Mandelbaum, August 1999; derived figures only"
)
HALF_HOURS = 48
_WEEKEND = (4, 5)  # the bank rests on Friday afternoon and Saturday
_FORGOTTEN_S = 3600  # a service longer than this is a forgotten log-off
_STEPS = 20
_TOP = 0.995  # the few longest would stretch the last step out of all proportion

Row = dict[str, str]


def derive(rows: Iterable[Row]) -> dict[str, object]:
    """The profile of a log: shapes of the day, patience and handling time.

    Args:
        rows: Lines of the log as `csv.DictReader` gives them.
    """
    offered = [row for row in rows if is_offered(row)]
    return {
        "source": SOURCE,
        "arrivals_per_half_hour": _arrivals(offered),
        "patience_s": _patience(offered),
        "handling_s": _handling(offered),
    }


def is_offered(row: Row) -> bool:
    """Whether a line is a call that was offered to the agents."""
    return row["outcome"] == "AGENT" or (row["outcome"] == "HANG" and bool(row["q_start"]))


def _arrivals(rows: Sequence[Row]) -> dict[str, list[float]]:
    """Mean number of calls offered in each half hour of the clock, by class of day."""
    days: dict[str, set[str]] = {"workday": set(), "weekend": set()}
    counts: dict[str, Counter[int]] = {"workday": Counter(), "weekend": Counter()}
    for row in rows:
        kind = "weekend" if date.fromisoformat(row["date"]).weekday() in _WEEKEND else "workday"
        clock = row["q_start"] or row["ser_start"] or row["vru_exit"]
        days[kind].add(row["date"])
        counts[kind][int(clock[:2]) * 2 + int(clock[3:5]) // 30] += 1
    return {
        kind: [round(counts[kind][half] / max(1, len(seen)), 3) for half in range(HALF_HOURS)]
        for kind, seen in days.items()
    }


def _patience(rows: Sequence[Row]) -> dict[str, object]:
    """Quantiles of patience in seconds, as far as it was seen, and the mean beyond."""
    waits = sorted((int(row["q_time"]), row["outcome"] == "HANG") for row in rows if row["q_start"])
    at_risk, surviving = len(waits), 1.0
    curve: list[tuple[int, float]] = []
    for wait, hung_up in waits:
        if hung_up:
            surviving *= 1 - 1 / at_risk
            curve.append((wait, surviving))
        at_risk -= 1
    lowest = curve[-1][1]
    quantiles = []
    for step in range(1, _STEPS):
        share = step / _STEPS
        if 1 - share >= lowest:
            quantiles.append(next(wait for wait, left in curve if left <= 1 - share))
    total = sum(wait for wait, _ in waits)
    return {
        "step": 1 / _STEPS,
        "quantiles": [0, *quantiles],
        "mean": round(total / len(curve), 1),
    }


def _handling(rows: Sequence[Row]) -> dict[str, object]:
    """Quantiles of service time in seconds of answered calls, forgotten log-offs left out."""
    times = sorted(
        int(row["ser_time"])
        for row in rows
        if row["outcome"] == "AGENT" and 0 < int(row["ser_time"]) <= _FORGOTTEN_S
    )
    last = len(times) - 1
    shares = [min(n / (_STEPS * 2), _TOP) for n in range(_STEPS * 2 + 1)]
    return {
        "step": 1 / (_STEPS * 2),
        "quantiles": [times[round(last * share)] for share in shares],
        "mean": round(sum(times) / len(times), 1),
    }


def main(arguments: Sequence[str]) -> int:
    """Read the log named by the only argument and print its profile."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m data.sandbox.derive_profile CSV\n")
        return 2
    with Path(arguments[0]).open(encoding="utf-8", newline="") as file:
        sys.stdout.write(json.dumps(derive(csv.DictReader(file)), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
