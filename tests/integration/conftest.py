"""What the tests of the whole program share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.floors import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder of the test's own, in which everything happens."""
    return Place(tmp_path)
