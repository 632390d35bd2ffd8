"""`python -m tests.benchmarks`: measure an installed copy against the goals and print a table."""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.goals import GOALS, PANE, Bench, Row
from tests.benchmarks.stage import Stage, install

INTERRUPTED = 130
VERDICTS = {True: "met", False: "missed", None: "not measured"}


def main() -> int:
    """Run what was asked for; 0 also when goals are missed, for figures are not faults."""
    rows: list[Row] = []
    try:
        _measure(_parser().parse_args(), rows)
    except KeyboardInterrupt:
        print("stopped; what was measured until then:", file=sys.stderr)
        return INTERRUPTED
    finally:
        if rows:
            print(_table(rows))
    return 0


def _measure(arguments: argparse.Namespace, rows: list[Row]) -> None:
    """Add the rows of each goal as it is done; nothing that was started stays."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        stage = Stage(Path(folder), install(Path(folder)))
        bench = Bench(stage, arguments.seconds, arguments.runs, arguments.presses)
        for number in arguments.goals:
            print(f"goal {number} ...", file=sys.stderr, flush=True)
            rows += GOALS[number](bench)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--goals",
        type=lambda text: [int(part) for part in text.split(",")],
        default=list(GOALS),
        help="numbers of goals, as in 1,4,8; all is the default",
    )
    parser.add_argument("--seconds", type=float, default=15.0, help="how long to watch")
    parser.add_argument("--runs", type=int, default=5, help="how often to start")
    parser.add_argument("--presses", type=int, default=40, help="how many keys to press")
    return parser


def _table(rows: list[Row]) -> str:
    command = shlex.join(["python", "-m", "tests.benchmarks", *sys.argv[1:]])
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [
        f"`{command}`; {machine}; the {PANE} pane",
        "",
        "| # | goal | measured | verdict |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {row.number} | {row.goal} | {row.measured} | {VERDICTS[row.is_met]} |" for row in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
