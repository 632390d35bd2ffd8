"""Commands as people and scripts use them, against floors that are well and floors that are not."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from data.sync.lock import is_held
from tests.support.floors import COMMAND, Endpoint, Place
from tests.terminal.ptylab import TIMEOUT_S, Session

TOKEN = "tok-Q2xhaW1zREU-2718281828459045"
FORMULAS = {
    *("offered", "without_short", "abandons_ignored"),
    *("abandons_good", "answered_only", "answer_rate"),
}
COUNTS = {
    *("offered", "answered", "answered_within"),
    *("abandoned", "abandoned_within", "abandoned_short"),
}
QUEUE = {
    *("id", "site", "name", "channel", "client", "waiting", "longest_wait_s", "asa_s", "aht_s"),
    *("threshold_s", "target", "service_level", "service_levels", "interval", "agents"),
} | COUNTS
STAFF = {
    *("staffed", "ready", "ringing", "busy", "working_after_contact", "not_ready", "unreachable"),
}
AGENT = {
    *("id", "site", "name", "state", "reason", "since", "state_s", "queues", "contact"),
    *("handled", "aht_s", "occupancy", "adherence"),
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Endpoint, Path]]:
    """An endpoint that asks for a token, and the file with it."""
    file = tmp_path_factory.mktemp("token") / "token"
    file.write_text(TOKEN)
    file.chmod(0o600)
    options = ("--seed", "3", "--starts-at", "08:20", "--token-file", str(file))
    with Endpoint(options) as endpoint:
        yield endpoint, file


@pytest.fixture
def floor(place: Place, guarded: tuple[Endpoint, Path]) -> Place:
    endpoint, file = guarded
    return place.configure(endpoint.url, source=f'token_file = "{file}"')


# The demonstration


def test_the_demonstration_without_a_terminal_prints_its_panes_once(place: Place) -> None:
    ended = subprocess.run(
        [*COMMAND, "demo"],
        env={**place.environ, "PTYLAB_ID": str(place.folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == "Starting a sandbox contact centre ...\n"
    assert "\x1b" not in ended.stdout
    for title in ("Queue ", "Agent ", "Ref ", "Plan "):
        assert f" {title}" in ended.stdout
    assert "Traceback" not in ended.stdout
    assert left_running(place) == []
    assert list(place.folder.iterdir()) == []


def left_running(place: Place) -> list[str]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PTYLAB_ID") == str(place.folder):
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


# A configuration to begin with


def test_what_init_prints_can_be_used(place: Place, guarded: tuple[Endpoint, Path]) -> None:
    endpoint, file = guarded
    made = place.run("init", "--print", "--url", endpoint.url, "--token-file", file)
    assert (made.returncode, made.stderr) == (0, "")
    place.config.write_text(made.stdout)
    place.told("sync", "--once")
    assert place.show("queues")["queues"]
    assert TOKEN not in made.stdout


# A synchronisation that cannot be


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ('url = "http://127.0.0.1:9/"', "refuses connections"),
        ('token_file = "wrong"', "does not accept our token"),
        ('site = "elsewhere"', "does not know the site"),
    ],
    ids=["nobody there", "wrong token", "no such site"],
)
def test_a_sync_that_could_not_be_says_why_and_ends_with_1(
    floor: Place, change: str, reason: str
) -> None:
    (floor.folder / "wrong").write_text("not-" + TOKEN)
    (floor.folder / "wrong").chmod(0o600)
    key = change.split(" ", maxsplit=1)[0]
    kept = [line for line in floor.config.read_text().splitlines() if not line.startswith(key)]
    floor.config.write_text("\n".join([*kept, change]) + "\n")
    ended = floor.run("sync", "--once")
    assert (ended.returncode, ended.stdout) == (1, "")
    (said,) = ended.stderr.splitlines()
    assert said.startswith("main/pbx: ")
    assert reason in said
    assert TOKEN not in ended.stderr
    assert not is_held(floor.files)
    shown = floor.run("show", "queues", "--offline")
    assert shown.returncode in {0, 1}
    assert "Traceback" not in shown.stderr


# What is documented of the JSON


def test_json_has_everything_that_was_promised(floor: Place) -> None:
    floor.told("sync", "--once")
    queues = floor.show("queues")
    assert set(queues) >= {"queues", "state", "age_s", "server_time", "sources"}
    assert queues["state"] == "live"
    for queue in queues["queues"]:
        assert set(queue) >= QUEUE
        assert set(queue["service_level"]) >= {"formula", "day", "interval"}
        assert set(queue["service_levels"]) == FORMULAS
        for levels in queue["service_levels"].values():
            assert set(levels) >= {"day", "interval"}
        assert set(queue["interval"]) >= COUNTS
        assert set(queue["agents"]) == STAFF
    agents = floor.show("agents")["agents"]
    assert len(agents) == 46
    for agent in agents:
        assert set(agent) >= AGENT
    documented = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
    for name in sorted(QUEUE | AGENT | STAFF | FORMULAS):
        assert f"`{name}`" in documented, f"{name} is not in docs/json.md"


# The doctor


def test_the_doctor_of_a_floor_that_is_well(floor: Place) -> None:
    floor.told("sync", "--once")
    ended = floor.run("doctor")
    assert ended.returncode == 0, ended.stdout
    assert not [line for line in ended.stdout.splitlines() if line.startswith("bad")]
    assert TOKEN not in ended.stdout + ended.stderr


def test_the_doctor_of_a_floor_that_is_ill(floor: Place) -> None:
    floor.told("sync", "--once")
    (floor.folder / "wrong").write_text("not-" + TOKEN)
    (floor.folder / "wrong").chmod(0o600)
    text = floor.config.read_text()
    floor.config.write_text(text.replace('token_file = "', 'token_file = "wrong" # "'))
    floor.files.cache.write_bytes(b"no database" * 1000)
    ended = floor.run("doctor")
    assert ended.returncode == 1
    bad = [line for line in ended.stdout.splitlines() if line.startswith("bad")]
    assert any("cache.db" in line for line in bad), ended.stdout
    assert any("main/pbx" in line for line in bad), ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    assert TOKEN not in ended.stdout + ended.stderr


# A backup while all goes on


@pytest.mark.pty
def test_history_is_copied_while_a_sync_runs(floor: Place, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    text = floor.config.read_text().replace("linger = 0", "linger = 600")
    floor.config.write_text(text)
    with Session(floor.command("sync"), env=floor.environ) as sync:
        sync.wait_for(floor.files.sync_log.exists)
        sync.wait_for(lambda: "past_read" in floor.files.sync_log.read_text(), timeout=60)
        said = floor.told("history", "backup", copy)
        assert str(copy) in said
        again = floor.run("history", "backup", copy)
        assert (again.returncode, again.stdout) == (1, "")
        assert is_held(floor.files)
        sync.signal(signal.SIGTERM)
        assert sync.wait_exit(TIMEOUT_S) == 0
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (contacts,) = connection.execute("SELECT count(*) FROM contact").fetchone()
    assert contacts > 10
    assert not list(tmp_path.glob("*copy*-wal"))


def test_tokens_are_nowhere_but_in_their_file(floor: Place) -> None:
    floor.told("sync", "--once")
    floor.told("show", "queues")
    for path in floor.folder.rglob("*"):
        if path.is_file():
            assert TOKEN.encode() not in path.read_bytes(), path
