"""The queue_log and what rotation put aside, read as one log since an instant."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.sources.asterisk.log_files import LogFiles
from data.sources.asterisk.queue_log import LONGEST_LINE


def line(second: int) -> bytes:
    return b"%d|call.%d|support|NONE|ENTERQUEUE||123|1\n" % (1_795_000_000 + second, second)


def lines(*seconds: int) -> bytes:
    return b"".join(map(line, seconds))


def at(second: int) -> int:
    return (1_795_000_000 + second) * 1000


def read(path: Path, since: int) -> bytes:
    with LogFiles(path).since(at(since)) as log:
        return log.read()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "queue_log"
    path.write_bytes(lines(30, 31, 32))
    (tmp_path / "queue_log.0").write_bytes(lines(10, 11, 29))
    (tmp_path / "queue_log-20260101.gz").write_bytes(gzip.compress(lines(1, 2)))
    (tmp_path / "queue_log.tmp").write_bytes(lines(0))
    (tmp_path / "other").write_bytes(lines(12))
    return path


def test_what_is_needed_of_those_put_aside_is_read_before(log: Path) -> None:
    assert read(log, 31) == lines(30, 31, 32)
    assert read(log, 12) == lines(10, 11, 29, 30, 31, 32)
    assert read(log, -5) == lines(1, 2, 10, 11, 29, 30, 31, 32)


def test_a_log_that_begins_with_rubbish_is_known_by_what_follows(log: Path) -> None:
    log.write_bytes(b"\xff\xfe\nfloor is lava\n" + lines(30))
    assert read(log, 31).endswith(lines(30))


def test_right_after_a_rotation_there_may_be_no_log_or_an_empty_one(log: Path) -> None:
    log.write_bytes(b"")
    assert read(log, 12) == lines(10, 11, 29)
    log.unlink()
    assert read(log, 12) == lines(10, 11, 29)


def test_no_log_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LogFiles(tmp_path / "queue_log").since(at(0))


@given(st.lists(st.integers(0, 400), min_size=1, max_size=40), st.integers(-10, 4010))
def test_of_a_long_log_all_since_is_read_and_little_more(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], since: int
) -> None:
    path = tmp_path_factory.mktemp("log") / "queue_log"
    filler = b"x" * 2000 + b"\n"
    seconds = [sum(steps[: place + 1]) for place in range(len(steps))]
    content = b"".join(line(second) + filler * 20 for second in seconds)
    path.write_bytes(content)
    found = read(path, since)
    assert content.endswith(found)
    wanted = b"".join(line(second) + filler * 20 for second in seconds if second >= since)
    assert found.endswith(wanted)
    assert len(found) <= len(wanted) + 3 * LONGEST_LINE
