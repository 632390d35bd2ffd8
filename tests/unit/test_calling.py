"""Who is called at night, when, and how often; and what a refused password costs."""

from __future__ import annotations

import sys
from pathlib import Path

from supervisor_tui.calling import Watch, run_bounded
from supervisor_tui.config_model import NightSettings
from supervisor_tui.unlocking import FREE_TRIES, PAUSE_MS, Tries

MINUTE = 60_000
LENA = NightSettings(name="Lena", after=5, command=("/bin/true",))
IVY = NightSettings(name="Ivy", after=10, command=("/bin/true",))


def test_one_after_the_other_is_called_once_until_a_key_is_pressed() -> None:
    watch = Watch([IVY, LENA])
    called = []
    for minute in range(30):
        at = minute * MINUTE
        person = watch.due(is_red=True, idle_ms=at, now_ms=at)
        if person is not None:
            called.append((minute, person.name))
    assert called == [(5, "Lena"), (10, "Ivy")]
    watch.key()
    assert watch.due(is_red=True, idle_ms=4 * MINUTE, now_ms=34 * MINUTE) is None
    assert watch.due(is_red=True, idle_ms=5 * MINUTE, now_ms=35 * MINUTE) == LENA


def test_the_minutes_count_from_the_alert_where_nobody_pressed_a_key_before_it() -> None:
    watch = Watch([LENA])
    assert watch.due(is_red=True, idle_ms=300 * MINUTE, now_ms=300 * MINUTE) is None
    assert watch.next(idle_ms=302 * MINUTE, now_ms=302 * MINUTE) == (LENA, 3 * MINUTE)
    assert watch.due(is_red=True, idle_ms=304 * MINUTE, now_ms=304 * MINUTE) is None
    assert watch.due(is_red=True, idle_ms=305 * MINUTE, now_ms=305 * MINUTE) == LENA


def test_nobody_is_called_where_nothing_is_red() -> None:
    watch = Watch([LENA])
    for minute in range(60):
        assert watch.due(is_red=False, idle_ms=minute * MINUTE, now_ms=minute * MINUTE) is None
    assert watch.next(idle_ms=0, now_ms=0) is None


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
