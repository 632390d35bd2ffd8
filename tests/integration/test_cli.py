"""The command line, from what is typed to the exit status, against a real sandbox."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from supervisor_tui import cli
from supervisor_tui.commands import doctor, init
from supervisor_tui.config import load_config
from supervisor_tui.parser import FAMILIES, parse
from supervisor_tui.sandbox_child import SandboxChild

COMMAND = [sys.executable, "-P", "-m", "supervisor_tui"]
COMMANDS = tuple(name for family in FAMILIES.values() for name in family)
SMALL = ("--seed", "3", "--agents", "12", "--queues", "3", "--starts-at", "08:30")


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """Put back what a command changes in its process."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's folders of their own."""
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.delenv("SUPERVISOR_TUI_CONFIG", raising=False)
    return tmp_path


def run(*arguments: str | Path, **how: Any) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **how)


def write_config(folder: Path, url: str, extra: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "config.toml"
    path.write_text(
        f'[floor]\nname = "Test"\nstate_dir = "state"\n{extra}\n[[site]]\nid = "main"\n'
        f'zone = "Europe/Berlin"\n[[site.source]]\nid = "pbx"\nurl = "{url}"\n'
    )
    return path


# What needs no floor


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS), ("history", "backup")])
def test_every_command_has_help_with_an_example_and_its_statuses(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([*command, "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    (example,) = re.findall(r"^  (?:.* \| )?supervisor-tui (.*)$", said, re.MULTILINE)
    assert "exit status: 0" in said
    parse(shlex.split(example))


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--version"])
    assert left.value.code == 0
    assert re.fullmatch(r"supervisor-tui \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_options_stand_before_or_after_the_command() -> None:
    before, after = (
        parse(["--config", "f", "show", "queues"]),
        parse(["show", "queues", "--config", "f"]),
    )
    assert before.config == after.config == Path("f")
    assert parse(["--config", "f", "history", "backup", "x"]).config == Path("f")
    assert parse(["--ascii", "demo", "--colours", "16"]).ascii is True
    assert parse(["demo", "--colours", "16"]).colours == 16
    screen = parse(["--as", "m-reed", "--mouse", "off", "--colours", "full"])
    assert (screen.command, screen.person, screen.mouse) == ("screen", "m-reed", False)
    assert screen.colours == "full"
    assert (parse([]).config, parse([]).ascii, parse([]).person) == (None, None, "")


@pytest.mark.parametrize(
    "wrong",
    [
        "shows",
        "show",
        "show calls",
        "show queues --sit x",
        "find",
        "find 4912 --day 2026-02-30",
        "history",
        "history backup",
        "sandbox --speed 0",
        "sandbox --speed nan",
        "sandbox --churn 1.5",
        "sandbox --agents 0",
        "sandbox --starts-at 8:61",
        "--colours 17",
        "--mouse maybe",
    ],
)
def test_what_is_used_wrongly_ends_with_2(wrong: str) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(wrong.split())
    assert left.value.code == 2


@pytest.mark.parametrize(
    "wrong",
    [
        "sandbox --replay x",
        "sandbox --zone Europe/Berlni",
        "sandbox --token-file /nonexistent/token",
        "init --source asterix",
        "init --url http://pbx.example.com",
    ],
)
def test_options_that_do_not_fit_end_with_2_and_a_sentence(
    wrong: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(wrong.split()) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


def test_a_bad_configuration_names_every_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / "c.toml"
    path.write_text('[floor]\nformla = "offered"\n[[site]]\nid = "a b"\n')
    assert cli.main(["show", "queues", "--config", str(path)]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith(f"{path}:2: floor.formla: ")
    assert first.endswith("did you mean formula?")
    assert second.startswith(f"{path}:4: site[1].id: ")


def test_without_a_configuration_it_says_how_to_get_one(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--config", str(home / "none.toml"), "show", "queues"]) == 2
    assert "supervisor-tui init" in capsys.readouterr().err


def test_an_unexpected_error_is_a_number_and_never_a_traceback(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_arguments: object) -> int:
        raise ZeroDivisionError("+49 170 5550199")

    monkeypatch.setattr(doctor, "run", fail)
    assert cli.main(["doctor"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "5550199" not in said
    (report,) = (home / "state" / "supervisor-tui" / "incidents").iterdir()
    assert str(report) in said
    assert "ZeroDivisionError" in report.read_text()


def test_ctrl_c_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "run", interrupt)
    assert cli.main(["doctor"]) == 130
    assert capsys.readouterr().err == ""


def test_a_signal_while_a_class_is_made_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in Textual's import, under the first picture."""

    class Field:
        def __set_name__(self, _owner: object, _name: str) -> None:
            raise SystemExit(143)

    monkeypatch.setattr(doctor, "run", lambda _arguments: type("Widget", (), {"field": Field()}))
    with pytest.raises(SystemExit, match="143"):
        cli.main(["doctor"])
    assert capsys.readouterr().err == ""


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        ended = subprocess.run(
            [*COMMAND, "init", "--print"], stdout=closed, stderr=subprocess.PIPE, check=False
        )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_full_disk_is_told_in_one_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*COMMAND, "init", "--print"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    told = ended.stderr.decode()
    assert (ended.returncode, told.count("\n")) == (1, 1)
    assert told.startswith("The disk is full")


@pytest.mark.parametrize(
    ("language", "told"), [("C", b"Uberfluss.toml: "), ("C.UTF-8", "Überfluss.toml: ".encode())]
)
def test_errors_are_in_the_letters_that_the_terminal_has(language: str, told: bytes) -> None:
    command = [*COMMAND, "show", "queues", "--config", "/Überfluss.toml"]
    env = {"LANG": language, "PATH": os.environ["PATH"]}
    ended = subprocess.run(command, capture_output=True, env=env, check=False)
    assert ended.stderr.startswith(b"/" + told)


def test_streams_that_are_closed_are_no_error_and_take_no_file(tmp_path: Path) -> None:
    """What is opened next would take their place, and what is printed be written into it."""
    code = (
        "import os, sys; from supervisor_tui import cli; cli._open_streams(); "
        "print('out'); print('error', file=sys.stderr); "
        "first = os.open('first', os.O_CREAT | os.O_WRONLY); os.write(first, b'%d' % first)"
    )
    command = ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", sys.executable, "-c", code]
    closed = subprocess.run(command, cwd=tmp_path, check=False)
    assert (closed.returncode, int((tmp_path / "first").read_text()) > 2) == (0, True)


def test_a_missing_extra_says_what_to_install(home: Path) -> None:
    code = (
        "import sys; sys.modules['simpy'] = None\n"
        "from supervisor_tui.cli import main; sys.exit(main(['sandbox']))"
    )
    ended = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=False)
    assert ended.returncode == 1
    assert b"pip install 'supervisor-tui[sandbox]'" in ended.stderr


def test_init_writes_once_and_never_over(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "--url", "https://pbx.example.com"]) == 0
    path = home / "config" / "supervisor-tui" / "config.toml"
    written = path.read_text()
    assert "https://pbx.example.com" in written
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]
    assert cli.main(["init"]) == 1
    assert path.read_text() == written
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]
    assert cli.main(["init", "--config", str(path), "--print"]) == 0
    assert "[[site.source]]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("link", "zone"),
    [
        ("/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"),
        ("/usr/share/zoneinfo/Mars/Base", "UTC"),
        ("elsewhere", "UTC"),
    ],
)
def test_init_takes_the_hosts_zone(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    link: str,
    zone: str,
) -> None:
    (home / "localtime").symlink_to(link)
    monkeypatch.setattr(init, "HOST_ZONE", home / "localtime")
    assert cli.main(["init", "--print"]) == 0
    assert f'\nzone = "{zone}"\n' in capsys.readouterr().out


def test_init_for_an_asterisk_loads_and_says_what_is_still_to_be_done(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("init", "--source", "asterisk", "--url", "http://127.0.0.1:8088/rawman")
    signed = ("--username", "panel", "--secret-file", str(home / "secret"))
    assert cli.main([*asked, *signed, "--config", str(home / "floor.toml")]) == 0
    told = capsys.readouterr()
    assert "a file that exists" in told.err
    assert "supervisor-tui doctor --config" in told.out
    (home / "secret").write_text("s3cret super\n")
    (home / "secret").chmod(0o600)
    assert cli.main([*asked, *signed, "--print"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out == (home / "floor.toml").read_text()
    source = load_config(home / "floor.toml").sites[0].source[0]
    assert (source.url, source.username) == ("http://127.0.0.1:8088", "panel")
    assert cli.main([*asked, "--secret-file", "x"]) == 2
    assert "--username" in capsys.readouterr().err
    assert cli.main(["init", "--source", "asterix"]) == 2
    assert "asterisk" in capsys.readouterr().err


# With a floor


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with SandboxChild(SMALL) as child:
        yield child.url


@pytest.fixture(scope="module")
def floor(sandbox: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration whose floor has been synchronised once, by `show` itself."""
    config = write_config(tmp_path_factory.mktemp("floor"), sandbox)
    ended = run("show", "queues", "--json", "--config", config)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(json.loads(ended.stdout)["queues"]) == 3
    return config


def test_show_leaves_nothing_running(floor: Path) -> None:
    running = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):  # others come and go meanwhile
            running.append(" ".join(process.cmdline()))
    assert not [line for line in running if str(floor) in line]


@pytest.mark.parametrize("pane", ["queues", "agents", "escalations", "roster", "lost", "status"])
def test_every_pane_is_text_and_json(
    floor: Path, pane: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["show", pane, "--config", str(floor), "--ascii"]) == 0
    text = capsys.readouterr().out
    assert text.isascii()
    assert "\x1b" not in text
    assert cli.main(["show", pane, "--json", "--config", str(floor)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) >= {pane, "state", "age_s", "server_time", "sources"}


def test_lost_callers_are_a_table_for_spreadsheets(
    floor: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def show(*how: str) -> str:
        assert cli.main(["show", "lost", *how, "--config", str(floor)]) == 0
        return capsys.readouterr().out

    rows = list(csv.DictReader(io.StringIO(show("--csv"), newline="")))
    callers = json.loads(show("--json"))["lost"]
    assert [row["key"] for row in rows] == [caller["key"] for caller in callers]
    assert all(caller["tries"] for caller in callers)
    everyone = json.loads(show("--json", "--everyone"))["lost"]
    assert len(everyone) >= len(callers)
    assert cli.main(["show", "queues", "--csv", "--config", str(floor)]) == 2
    assert "CSV" in capsys.readouterr().err


def test_a_site_is_asked_for_by_its_id(floor: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", "queues", "--site", "main", "--config", str(floor)]) == 0
    assert cli.main(["show", "queues", "--site", "mayn", "--config", str(floor)]) == 2
    assert "did you mean main?" in capsys.readouterr().err


def test_offline_asks_nobody(sandbox: str, tmp_path: Path) -> None:
    config = write_config(tmp_path, sandbox)
    ended = run("show", "queues", "--offline", "--config", config)
    assert ended.returncode == 1
    assert "cache.db" in ended.stderr
    assert not (tmp_path / "state").exists()


def test_sync_once_says_why_it_could_not(tmp_path: Path) -> None:
    config = write_config(tmp_path, "http://127.0.0.1:9/")
    ended = run("sync", "--once", "--config", config)
    assert ended.returncode == 1
    assert "main/pbx: The endpoint refuses connections." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_calls_are_found(floor: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def find(words: str) -> list[dict[str, str]]:
        assert cli.main(["find", words, "--json", "--config", str(floor)]) == 0
        contacts: list[dict[str, str]] = json.loads(capsys.readouterr().out)["contacts"]
        return contacts

    one = next(each for each in find("08:00-08:30") if each["caller_masked"][-4:].isdigit())
    digits = one["caller_masked"][-4:]
    again = find(digits)
    assert one["id"] in {each["id"] for each in again}
    assert {each["caller_masked"][-4:] for each in again} == {digits}
    assert {each["id"] for each in find(one["id"])} == {one["id"]}
    assert cli.main(["find", one["id"], "--config", str(floor)]) == 0
    assert one["id"] in capsys.readouterr().out


def test_what_is_not_found_ends_with_1(floor: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["find", "nobody-of-this-name", "--config", str(floor)]) == 1
    assert capsys.readouterr().out == "Nothing was found.\n"
    assert cli.main(["find", "25:00", "--config", str(floor)]) == 2
    assert capsys.readouterr().err == "25:00 is no time and no day.\n"


def test_history_is_copied_once(floor: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run("history", "backup", copy, "--config", floor).returncode == 0
    content = copy.read_bytes()
    assert content.startswith(b"SQLite format 3")
    assert run("history", "backup", copy, "--config", floor).returncode == 1
    assert copy.read_bytes() == content


def test_the_doctor_is_content(floor: Path) -> None:
    ended = run("doctor", "--config", floor)
    assert ended.returncode == 0, ended.stdout
    assert "main/pbx: answers" in ended.stdout
    assert "bad " not in ended.stdout


def test_the_doctor_finds_what_is_bad(sandbox: str, tmp_path: Path) -> None:
    config = write_config(tmp_path, "http://127.0.0.1:9/", 'sync = "external"')
    state = tmp_path / "state"
    state.mkdir(mode=0o750)
    (state / "caller.key").write_bytes(b"x")
    (state / "caller.key").chmod(0o644)
    config.write_text(config.read_text() + '[keys]\n"table.worst" = "f99"\n')
    ended = run("doctor", "--config", config)
    assert ended.returncode == 1
    bad = [line for line in ended.stdout.splitlines() if line.startswith("bad")]
    assert len(bad) == 4
    assert any(f"chmod 600 {state}/caller.key" in line for line in bad)
    assert any("f99" in line and f"{config}:" in line for line in bad)
    assert any("No sync process runs" in line for line in bad)
    assert any("refuses connections" in line for line in bad)
