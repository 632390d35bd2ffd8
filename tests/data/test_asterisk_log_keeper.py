"""When the queue_log is read, and what is told where it cannot be."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import BinaryIO

import pytest

from data.sources.asterisk.log_keeper import LogKeeper

NOW = 1_795_000_100_000


class Board:
    day_started_at = 1_795_000_000_000
    untold = 0
    has_strangers = False

    def __init__(self) -> None:
        self.read: list[bytes] = []

    def fill(self, log: BinaryIO, at: int) -> int:
        assert at == NOW
        self.read.append(log.read())
        self.untold = 0
        return 0


LINE = b"1795000001|a|support|NONE|ENTERQUEUE||1|1\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "queue_log"
    path.write_bytes(LINE)
    return path


async def test_it_is_read_at_the_start_and_after_a_gap_and_not_in_between(log: Path) -> None:
    board = Board()
    keeper = LogKeeper(str(log), board)
    await keeper.keep(NOW)
    await keeper.keep(NOW)
    assert board.read == [LINE]
    assert [(each.name, each.state) for each in keeper.state] == [("queue_log", "live")]
    keeper.need()
    await keeper.keep(NOW)
    assert len(board.read) == 2


async def test_callers_of_whom_it_is_not_known_why_they_left_are_looked_up_but_not_at_once(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_ms = 1_000_000
    monkeypatch.setattr("data.sources.asterisk.log_keeper.monotonic_ms", lambda: now_ms)
    board = Board()
    keeper = LogKeeper(str(log), board)
    await keeper.keep(NOW)
    board.untold = 3
    await keeper.keep(NOW)
    assert len(board.read) == 1
    now_ms += 60_000
    await keeper.keep(NOW)
    assert len(board.read) == 2
    board.has_strangers = True
    await keeper.keep(NOW)
    assert len(board.read) == 2
    now_ms += 60_000
    await keeper.keep(NOW)
    assert len(board.read) == 3


async def test_a_log_that_cannot_be_read_is_told_of_and_tried_again(log: Path) -> None:
    board = Board()
    elsewhere = str(log).replace("queue_log", "elsewhere")
    shutil.move(log, elsewhere)
    keeper = LogKeeper(str(log), board)
    await keeper.keep(NOW)
    assert [(each.name, each.state) for each in keeper.state] == [("queue_log", "down")]
    shutil.move(elsewhere, log)
    await keeper.keep(NOW)
    assert len(board.read) == 1
    assert keeper.state[0].state == "live"


async def test_where_none_is_named_nothing_is_read_and_nothing_said() -> None:
    board = Board()
    keeper = LogKeeper("", board)
    await keeper.keep(NOW)
    assert (board.read, keeper.state) == ([], ())
