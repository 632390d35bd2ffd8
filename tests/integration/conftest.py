"""What the tests of the whole program share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.days import Truth, synchronised
from tests.support.floors import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder of the test's own, in which everything happens."""
    return Place(tmp_path)


# Both are looked at by the files of the group `counts`, and changed by none of them.


@pytest.fixture(scope="session")
def whole_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Truth]:
    """A floor after closing time."""
    with synchronised(tmp_path_factory.mktemp("day"), "--speed", "max") as truth:
        yield truth


@pytest.fixture(scope="session")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Truth]:
    """A floor so slow that it stands still: with people waiting, ringing and talking."""
    options = ("--speed", "0.001", "--starts-at", "11:08")
    with synchronised(tmp_path_factory.mktemp("morning"), *options) as truth:
        yield truth
