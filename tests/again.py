"""Runs the tests, and the few that failed once more, alone: `python -m tests.again [pytest's own]`.

With four workers a busy machine may keep a terminal test from its screen for longer than anybody
would wait. What fails twice is broken. Both runs are printed; soak and a contributor's own runs
forgive nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

FEW = 5
"""More failures than that are not the machine's."""
FAILED = 1
"""Pytest's exit status where tests failed, and nothing else went wrong."""
LAST_FAILED = Path(".pytest_cache/v/cache/lastfailed")


def main(arguments: Sequence[str]) -> int:
    """Run the tests.

    Returns:
        Pytest's exit status; of the second run where there was one.
    """
    LAST_FAILED.unlink(missing_ok=True)
    status = _pytest(arguments)
    if status != FAILED or not LAST_FAILED.exists():
        return status
    failed = node_ids(json.loads(LAST_FAILED.read_bytes()))
    if not 0 < len(failed) <= FEW:
        return status
    print(f"\nfailed once, run again alone: {', '.join(failed)}", flush=True)
    return _pytest(failed)


def node_ids(failed: Iterable[str]) -> list[str]:
    """What failed as pytest takes it: without the group that the workers' scheduler appends."""
    parts = (each.rpartition("]") for each in failed)
    return [head + bracket + tail.partition("@")[0] for head, bracket, tail in parts]


def _pytest(arguments: Sequence[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
