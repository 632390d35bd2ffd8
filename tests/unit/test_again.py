"""What of a run's failures is run once more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import again


def test_names_are_as_pytest_takes_them() -> None:
    failed = ("t/a.py::test_a@life", "t/a.py::test_b[x@y]", "t/a.py::test_b[x@y]@life", "t/b.py")
    assert again.node_ids(failed) == ["t/a.py::test_a", *["t/a.py::test_b[x@y]"] * 2, "t/b.py"]


@pytest.mark.parametrize(
    ("first", "failed", "is_run_again"),
    [
        (0, 0, False),
        (1, 1, True),
        (1, again.FEW, True),
        (1, again.FEW + 1, False),
        (2, 1, False),
    ],
)
def test_only_a_few_failures_have_a_second_chance(
    first: int, failed: int, is_run_again: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"t/a.py::test_{number}" for number in range(failed)]
    runs: list[list[str]] = []

    def run(arguments: Sequence[str]) -> int:
        runs.append(list(arguments))
        if len(runs) == 1 and failed:
            again.LAST_FAILED.parent.mkdir(parents=True)
            again.LAST_FAILED.write_text(json.dumps(dict.fromkeys(names, True)))
        return first if len(runs) == 1 else 0

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(again, "_pytest", run)
    assert again.main(["-n", "4"]) == (0 if is_run_again else first)
    assert runs == ([["-n", "4"], names] if is_run_again else [["-n", "4"]])
