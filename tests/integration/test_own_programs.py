"""A restricted screen starts no program but those that its configuration names, word for word."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from supervisor_tui import confined
from supervisor_tui.config import load_config
from tests.support.floors import Place

ASK = [sys.executable, "-I", "-c", "import sys; sys.exit(sys.argv[1] != 'x')", "x"]


def config(place: Place) -> Path:
    program = json.dumps(ASK)
    extra = f'[screen]\nunlock_command = {program}\n[[night]]\nname = "Lena"\nafter = 5\n'
    extra += f'command = {program[:-1]}, "night"]\n'
    place.configure("http://127.0.0.1:9", 'sync = "external"', extra=extra)
    return place.config


@pytest.mark.parametrize(
    ("arguments", "is_run"),
    [
        (ASK, True),
        ([*ASK, "night"], True),
        ([*ASK, "more"], False),
        (ASK[:-1], False),
        (["/bin/sh", "-c", "true"], False),
        (["/bin/sh"], False),
    ],
)
def test_only_what_is_configured_runs(place: Place, arguments: list[str], is_run: bool) -> None:
    code = (
        "import subprocess, sys\nfrom pathlib import Path\n"
        "from supervisor_tui.config import load_config\n"
        "from supervisor_tui.confined import start_nothing\n"
        f"start_nothing(load_config(Path({str(config(place))!r})))\n"
        f"sys.exit(subprocess.run({arguments!r}).returncode)\n"
    )
    ended = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=False)
    assert (b"RuntimeError" not in ended.stderr) is is_run, ended.stderr
    assert (ended.returncode == 0) is is_run


def test_another_program_under_a_configured_name_is_refused(place: Place) -> None:
    code = (
        "import subprocess, sys\nfrom pathlib import Path\n"
        "from supervisor_tui.config import load_config\n"
        "from supervisor_tui.confined import start_nothing\n"
        f"start_nothing(load_config(Path({str(config(place))!r})))\n"
        f"subprocess.run({ASK!r}, executable='/bin/sh')\n"
    )
    ended = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=False)
    assert b"RuntimeError" in ended.stderr


def test_the_host_asks_for_the_account_s_own_password(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.configure("http://127.0.0.1:9", extra='[screen]\nunlock_command = ["/x", "{account}"]\n')
    monkeypatch.setattr(confined.os, "geteuid", lambda: 0)
    assert confined.unlock_command(load_config(place.config)) == ["/x", "root"]
    place.configure("http://127.0.0.1:9")
    assert confined.unlock_command(load_config(place.config)) == [], "su asks root nothing"
    monkeypatch.setattr(confined.os, "geteuid", lambda: 1)
    command = confined.unlock_command(load_config(place.config))
    assert command[:3] == ["/bin/su", "-c", "true"]
    assert command[3]
