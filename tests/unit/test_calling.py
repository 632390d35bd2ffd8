"""Who is called at night, when, and how often; and what a refused password costs."""

from __future__ import annotations

import errno
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from data.clock import boot_id
from data.files import FloorFiles
from data.sync.journal import Journal
from data.sync.night_marks import Call, NightFile, NightMarks, make_night_marks
from data.sync.shared_files import SharedFiles
from supervisor_tui.calling import CALM_MS, Watch, as_person, run_bounded
from supervisor_tui.config_model import NightSettings
from supervisor_tui.unlocking import FREE_TRIES, PAUSE_MS, Tries

MINUTE = 60_000
LENA = NightSettings(name="Lena", after=5, command=("/bin/true",))
IVY = NightSettings(name="Ivy", after=10, command=("/bin/true",))


def due(watch: Watch, now: int, *, key: int = 0, is_red: bool = True, **more: Any) -> str:
    """Who is called, in minutes."""
    person = watch.due(is_red=is_red, last_key_ms=key * MINUTE, now_ms=now * MINUTE, **more)
    return "" if person is None else person.name


def test_one_after_the_other_is_called_once_until_a_key_is_pressed() -> None:
    watch = Watch([IVY, LENA])
    called = [(minute, name) for minute in range(30) if (name := due(watch, minute))]
    assert called == [(5, "Lena"), (10, "Ivy")]
    assert due(watch, 34, key=30) == ""
    assert due(watch, 35, key=30) == "Lena"


def test_the_minutes_count_from_the_alert_where_nobody_pressed_a_key_before_it() -> None:
    watch = Watch([LENA])
    assert due(watch, 300) == ""
    assert watch.next(last_key_ms=0, now_ms=302 * MINUTE) == (LENA, 3 * MINUTE)
    assert due(watch, 304) == ""
    assert due(watch, 305) == "Lena"


def test_nobody_is_called_where_nothing_is_red() -> None:
    watch = Watch([LENA])
    assert not any(due(watch, minute, is_red=False) for minute in range(60))
    assert watch.next(last_key_ms=0, now_ms=0) is None


def test_what_comes_after_a_calm_minute_is_another_matter() -> None:
    watch = Watch([LENA])
    due(watch, 0)
    assert due(watch, 5) == "Lena"
    watch.due(is_red=False, last_key_ms=0, now_ms=6 * MINUTE)
    watch.due(is_red=False, last_key_ms=0, now_ms=6 * MINUTE + CALM_MS - 1)
    assert not watch.has_calmed(6 * MINUTE + CALM_MS - 1)
    due(watch, 8)
    assert due(watch, 30) == "", "it swung about its limit, and Lena knows"
    for minute in (31, 32):
        assert due(watch, minute, is_red=False, is_sure=False) == ""
    due(watch, 33)
    assert due(watch, 60) == "", "nothing was heard: that is not calm"
    for minute in (61, 62):
        due(watch, minute, is_red=False)
    due(watch, 63)
    assert due(watch, 68) == "Lena"


def test_neither_a_swing_nor_silence_starts_the_minutes_anew() -> None:
    watch = Watch([LENA])
    due(watch, 0)
    watch.due(is_red=False, last_key_ms=0, now_ms=2 * MINUTE)
    assert watch.next(last_key_ms=0, now_ms=2 * MINUTE) is None, "just now nothing needs anybody"
    due(watch, 3)
    due(watch, 4, is_red=False, is_sure=False)
    assert due(watch, 5, is_red=False, is_sure=False) == "", "who is called hears of something"
    assert due(watch, 6) == "Lena"


def test_where_one_cannot_be_called_the_next_is_at_once() -> None:
    watch = Watch([LENA, IVY])
    due(watch, 0)
    assert due(watch, 5) == "Lena"
    watch.fail()
    assert due(watch, 5) == "Ivy"
    assert due(watch, 40) == ""
    watch.fail()
    due(watch, 41, key=41)
    assert due(watch, 45, key=41) == "", "somebody is there: the minutes begin anew"
    assert due(watch, 46, key=41) == "Lena"


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    files = FloorFiles(tmp_path).make()
    make_night_marks(files)
    return files


def test_of_many_screens_that_would_call_at_once_one_does(files: FloorFiles) -> None:
    start = threading.Barrier(8)

    def claim(at: int) -> bool:
        start.wait()
        return NightFile(files).claim(Call("Lena", 5, 1000 + at), 1000)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(8))) == 1
    assert NightFile(files).claim(Call("Lena", 15, 2000), 1000), "her second number is another"


def test_a_key_on_any_screen_keeps_all_from_calling_and_answers_who_was_called(
    files: FloorFiles,
) -> None:
    one, other = NightFile(files), NightFile(files)
    assert one.claim(Call("Lena", 5, 2000), 1000)
    assert other.read().calls[0].is_done is None, "nobody has said yet that it was done"
    one.settle(Call("Lena", 5, 2000, is_done=True))
    assert other.read().calls[0].is_done
    assert [each.name for each in other.read().calls] == ["Lena"]
    other.key(3000)
    assert one.read() == NightMarks(boot_id(), 3000)
    assert not one.claim(Call("Ivy", 10, 4000), 1000), "a key was pressed elsewhere"
    assert one.claim(Call("Lena", 5, 9000), 3000)
    other.calm()
    assert one.claim(Call("Lena", 5, 9500), 3000), "what came since is another matter"


def test_marks_that_cannot_be_used_keep_nobody_from_calling(files: FloorFiles) -> None:
    marks = NightFile(files)
    files.night_marks.write_bytes(b"\xff{")
    assert marks.read().calls == ()
    assert marks.claim(Call("Lena", 5, 1), 0)
    files.night_marks.write_bytes(
        msgspec.json.encode(NightMarks("another boot", 9**9, (Call("Lena", 5, 1),)))
    )
    assert marks.claim(Call("Lena", 5, 1), 0), "instants of another boot mean nothing"
    hostile = NightMarks(boot_id(), 0, (Call("Le\x1b[2Jna", 5, 1),) * 500)
    files.night_marks.write_bytes(msgspec.json.encode(hostile))
    assert marks.read().calls == (), "more than one line is not read"
    files.night_marks.write_bytes(msgspec.json.encode(NightMarks(boot_id(), 0, hostile.calls[:1])))
    assert "\x1b" not in marks.read().calls[0].name
    files.night_marks.unlink()
    marks.key(1)
    assert marks.claim(Call("Lena", 5, 1), 0)
    assert not files.night_marks.exists(), "the sync process makes it"


def test_marks_that_cannot_be_made_end_no_process(tmp_path: Path) -> None:
    files = FloorFiles(tmp_path / "floor").make()
    files.night_marks.symlink_to(tmp_path / "elsewhere")
    shared = SharedFiles(files, Journal(files.sync_log))
    assert shared.problem is not None
    assert shared.shows_screens
    assert not (tmp_path / "elsewhere").exists()
    assert NightFile(files).claim(Call("Lena", 5, 1), 0)


def test_a_full_disk_ends_no_screen_and_keeps_nobody_from_calling(
    files: FloorFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_of: object) -> int:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(os, "pwrite", full)
    marks = NightFile(files)
    marks.key(1)
    marks.watch(1)
    assert marks.claim(Call("Lena", 5, 1), 0)
    marks.settle(Call("Lena", 5, 1, is_done=True))
    assert marks.read().calls == ()


def test_a_name_is_known_again_however_its_letters_are_written(files: FloorFiles) -> None:
    lena = NightSettings(name="Le\u0301na", after=5, command=("/bin/true",))
    ivy = NightSettings(name="Ivy", after=10, command=("/bin/true",))
    marks = NightFile(files)
    assert marks.claim(Call(*as_person(lena), 5), 0)
    watch = Watch([lena, ivy])
    called = {each.who for each in marks.read().calls}
    found = [
        watch.due(is_red=True, last_key_ms=0, now_ms=minute * 60_000, called=called)
        for minute in range(12)
    ]
    assert [each.name for each in found if each] == ["Ivy"]


def test_a_command_gets_json_and_no_shell_sees_its_arguments(tmp_path: Path) -> None:
    got = tmp_path / "got"
    code = (
        "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read() + sys.argv[2])"
    )
    argv = (sys.executable, "-I", "-c", code, str(got), "; touch x $(id)")
    assert run_bounded(argv, b'{"a": 1}') == 0
    assert got.read_text() == '{"a": 1}; touch x $(id)'


def test_a_command_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    code = "import subprocess, time; subprocess.run(['/bin/sleep', '600'])"
    assert run_bounded((sys.executable, "-I", "-c", code), b"", 0.3) is None
    assert run_bounded((str(tmp_path / "none"),), b"") is None


def test_refusals_cost_more_and_more_time() -> None:
    tries = Tries()
    for _ in range(FREE_TRIES - 1):
        tries.note_refusal(0)
    assert tries.wait_ms(0) == 0
    waits = []
    for _ in range(8):
        tries.note_refusal(0)
        waits.append(tries.wait_ms(0))
    assert waits[:3] == [PAUSE_MS, 2 * PAUSE_MS, 4 * PAUSE_MS]
    assert waits[-1] == 600_000
    assert tries.wait_ms(700_000) == 0
