"""Who has a floor, between real processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from data.clock import ManualClock
from data.errors import Code, LockHeld
from data.files import FloorFiles
from data.sync.linger import Linger
from data.sync.lock import (
    ScreenPresence,
    SyncLock,
    any_screens,
    is_held,
    make_screens_lock,
    read_note,
)

HOLD = """
import sys
from pathlib import Path
from data.files import FloorFiles
from data.sync.lock import ScreenPresence, SyncLock
files = FloorFiles(Path(sys.argv[1]))
kept = SyncLock(files) if sys.argv[2] == "sync" else ScreenPresence(files)
kept.acquire() if sys.argv[2] == "sync" else kept.hold()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    return FloorFiles(tmp_path / "floor").make()


@contextmanager
def holder(files: FloorFiles, what: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that holds a lock until it is killed."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(files.root), what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        yield child
    finally:
        child.kill()
        child.communicate()


def test_one_holder_and_the_others_are_told_who(files: FloorFiles) -> None:
    assert not is_held(files)
    with holder(files, "sync") as child:
        assert is_held(files)
        note = read_note(files.sync_lock)
        assert note is not None
        assert note.pid == child.pid
        with pytest.raises(LockHeld) as caught:
            SyncLock(files).acquire()
        assert caught.value.code is Code.LOCK_HELD
        assert caught.value.detail == str(child.pid)
        child.kill()
        child.wait()
        assert not is_held(files)
        with SyncLock(files):
            assert is_held(files)
    assert not is_held(files)


def test_looking_creates_nothing_and_disturbs_nobody(files: FloorFiles) -> None:
    assert not is_held(files)
    assert not any_screens(files)
    assert list(files.root.iterdir()) == []
    with SyncLock(files):
        for _ in range(50):
            assert is_held(files)
        assert files.sync_lock.stat().st_mode & 0o777 == 0o640


def test_a_look_at_the_wrong_moment_is_waited_out(
    files: FloorFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.sync import lock

    real, tries = lock._try, []

    def busy_at_first(descriptor: int, kind: int) -> bool:
        tries.append(kind)
        return len(tries) > 2 and real(descriptor, kind)

    monkeypatch.setattr(lock, "_try", busy_at_first)
    with SyncLock(files):
        assert len(tries) == 3


def test_screens_are_seen_until_the_last_has_gone(files: FloorFiles) -> None:
    make_screens_lock(files)
    first, second = ScreenPresence(files), ScreenPresence(files)
    assert first.hold()
    assert first.hold()
    with second, holder(files, "screen") as child:
        first.leave()
        assert any_screens(files)
        child.kill()
        child.wait()
        assert any_screens(files)
    assert not any_screens(files)


def test_a_floor_that_is_not_there_yet_has_no_screens(tmp_path: Path) -> None:
    files = FloorFiles(tmp_path / "none")
    presence = ScreenPresence(files)
    assert not presence.hold()
    files.make()
    assert presence.hold()
    assert any_screens(files)
    presence.leave()


def test_a_screen_whose_lock_was_removed_is_seen_again(files: FloorFiles) -> None:
    """Else each sync process would end after its grace, and another be started."""
    with ScreenPresence(files) as presence:
        files.screens_lock.unlink()
        make_screens_lock(files)
        assert not any_screens(files)
        assert presence.hold()
        assert any_screens(files)
    assert not any_screens(files)


@pytest.mark.parametrize(("linger_s", "grace_s"), [(0.0, 2.0), (60.0, 60.0)])
def test_linger(files: FloorFiles, linger_s: float, grace_s: float) -> None:
    clock = ManualClock()
    linger = Linger(files, linger_s, clock)
    clock.advance(grace_s - 0.1)
    assert not linger.is_over()
    with ScreenPresence(files):
        clock.advance(1000)
        assert not linger.is_over()
    clock.advance(linger_s - 0.1 if linger_s else 0)
    assert linger.is_over() is (linger_s == 0)
    clock.advance(0.2)
    assert linger.is_over()


def test_a_screen_that_is_there_at_the_start_may_leave_at_once(files: FloorFiles) -> None:
    with ScreenPresence(files):
        linger = Linger(files, 0.0, ManualClock())
    assert linger.is_over()


def test_nobody_ever_came(files: FloorFiles) -> None:
    clock = ManualClock()
    linger = Linger(files, 0.0, clock)
    clock.advance(2.0)
    assert linger.is_over()
