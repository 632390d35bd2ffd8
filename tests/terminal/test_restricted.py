"""Eight attempts to get out of an account that is only allowed the screen; none does.

The program is started as an SSH server would start it for such an account: by the script that
`host setup` writes, through a shell, whatever the person asked for, in an environment of theirs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from supervisor_tui import confined
from supervisor_tui.config import load_config
from supervisor_tui.failures import UsageError
from supervisor_tui.host.plan import Places, host_plan
from supervisor_tui.host.steps import FileStep
from tests.support.floors import Endpoint, Place
from tests.terminal.commanding import type_unknown_commands
from tests.terminal.ptylab import Session

pytestmark = [pytest.mark.pty, pytest.mark.xdist_group("restricted")]

OPTIONS = ["--seed", "7", "--speed", "1", "--starts-at", "10:00", "--day", "2026-03-11"]
PEOPLE = """
[people.anna]
id = "anna"
name = "Anna Berg"
role = "supervisor"
[people.ada]
id = "ada"
name = "Ada"
role = "administrator"
"""
UP = "Queues"
RUN_S = 60.0


class Account:
    """A restricted account, its home, and a trap for whatever it should not be able to run."""

    def __init__(self, folder: Path, url: str) -> None:
        self.place = Place(folder)
        self.place.configure(url, 'sync = "external"', extra=PEOPLE)
        text = self.place.config.read_text().replace('"state"', f'"{folder}/state"')
        self.place.config.write_text(text)
        assert self.place.run("sync", "--once").returncode == 0
        places = Places(folder / "u", folder / "s", folder / "p", sys.executable)
        self.written = {}
        for step in host_plan(load_config(self.place.config), places=places):
            if isinstance(step, FileStep):
                step.path.parent.mkdir(exist_ok=True)
                step.path.write_text(step.text)
                step.path.chmod(step.mode)
                self.written[step.path.name] = step.text
        self.screen = places.screen
        self.marker = folder / "escaped"
        self._bin = folder / "bin"
        self._lay_traps()

    def _lay_traps(self) -> None:
        self._bin.mkdir()
        for name in ("w3m", "xdg-open", "www-browser", "vi", "sh", "bash", "env", "python3"):
            trap = self._bin / name
            trap.write_text(f"#!/bin/sh\necho {name} >> {self.marker}\n")
            trap.chmod(0o755)
        code = f"import pathlib; pathlib.Path({str(self.marker)!r}).touch()\n"
        for name in ("sitecustomize", "usercustomize", "evil", "data", "msgspec"):
            (self._bin / f"{name}.py").write_text(code + "class Driver: pass\n")
        (self._bin / "rc").write_text(f"echo rc >> {self.marker}\n")
        other = self.place.folder / "other.toml"
        other.write_text(self.place.config.read_text().replace('"Test"', '"Another floor"'))

    @property
    def environ(self) -> dict[str, str]:
        """Everything that a person might get into their environment."""
        own = str(self._bin)
        return {
            "HOME": str(self.place.folder),
            "USER": "anna",
            "LOGNAME": "anna",
            "PATH": f"{own}:{os.environ['PATH']}",
            "BROWSER": f"{own}/w3m",
            "EDITOR": f"{own}/vi",
            "VISUAL": f"{own}/vi",
            "SHELL": f"{own}/bash",
            "PYTHONPATH": own,
            "PYTHONSTARTUP": f"{own}/evil.py",
            "PYTHONINSPECT": "1",
            "TEXTUAL_DRIVER": "evil:Driver",
            "TEXTUAL_LOG": str(self.place.folder / "textual.log"),
            "TEXTUAL_SCREENSHOT": "0",
            "TEXTUAL_SCREENSHOT_LOCATION": str(self.place.folder),
            "TEXTUAL_PRESS": "q",
            "SUPERVISOR_TUI_CONFIG": str(self.place.folder / "other.toml"),
            "XDG_CONFIG_HOME": own,
            "XDG_STATE_HOME": own,
            "ENV": f"{own}/rc",
            "BASH_ENV": f"{own}/rc",
        }

    def log_in(self, asked: str = "") -> Session:
        """As the SSH server starts the account's one program, on a terminal."""
        environ = {**self.environ, "SSH_ORIGINAL_COMMAND": asked}
        return Session(["/bin/sh", "-c", str(self.screen)], env=environ, cwd=self._bin)

    def log_in_without_terminal(
        self, asked: str, said: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        environ = {**self.environ, "TERM": "xterm", "SSH_ORIGINAL_COMMAND": asked}
        return subprocess.run(
            ["/bin/sh", "-c", str(self.screen)],
            input=said,
            capture_output=True,
            env=environ,
            cwd=self._bin,
            check=False,
            timeout=RUN_S,
        )

    def assert_kept(self) -> None:
        """Nothing ran, and nothing was written but where the program keeps its own."""
        assert not self.marker.exists(), self.marker.read_text()
        assert not (self.place.folder / "textual.log").exists()
        assert list(self.place.folder.rglob("*.svg")) == []


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with Endpoint(OPTIONS) as endpoint:
        yield Account(tmp_path_factory.mktemp("account"), endpoint.url)


def program(session: Session) -> psutil.Process:
    """The process of the screen itself, behind whatever shell has started it."""
    first = psutil.Process(session.pid)
    chain = [first, *first.children(recursive=True)]
    (found,) = [each for each in chain if "supervisor_tui" in each.cmdline()]
    return found


def leave(session: Session) -> None:
    session.send("q")
    session.wait_exit()


def test_1_a_shell_is_asked_for(account: Account) -> None:
    with account.log_in("bash -i") as session:
        session.wait_for(UP)
        type_unknown_commands(session, "!id", "sh", "shell id")
        assert program(session).children(recursive=True) == []
        assert b"uid=" not in session.raw
    account.assert_kept()


def test_2_files_are_asked_for(account: Account) -> None:
    hello = b"\0\0\0\5\1\0\0\0\3"
    for asked in ("internal-sftp", "/usr/lib/openssh/sftp-server", "scp -t /tmp"):
        ended = account.log_in_without_terminal(asked, hello)
        assert (ended.returncode, ended.stdout) == (1, b"")
        assert b"gets the screen of its floor and nothing else" in ended.stderr
    account.assert_kept()


def test_3_ports_are_asked_for(account: Account) -> None:
    rules = account.written["60-supervisor-tui.conf"]
    block = rules.split("Match Group floor-only\n")[1].split("Match all")[0]
    said = dict(line.split(maxsplit=1) for line in block.splitlines())
    assert said.pop("ForceCommand") == str(account.screen)
    wanted = ("DisableForwarding yes", "AllowTcpForwarding no", "PermitTunnel no")
    for line in (*wanted, "X11Forwarding no", "PermitUserRC no", "PermitListen none"):
        name, value = line.split()
        assert said[name] == value


def test_4_no_terminal_is_asked_for(account: Account) -> None:
    ended = account.log_in_without_terminal("", b"")
    assert (ended.returncode, b"Claims" in ended.stdout) == (0, True)
    account.assert_kept()


def test_5_the_environment_names_programs_modules_and_files(account: Account) -> None:
    with account.log_in() as session:
        session.wait_for(UP)
        assert "Another floor" not in session.text
        kept = set(program(session).environ())
        assert not {name for name in kept if name.startswith(("PYTHON", "TEXTUAL_SCREENSHOT"))}
        assert not kept & {"BROWSER", "EDITOR", "SUPERVISOR_TUI_CONFIG", "TEXTUAL_LOG", "ENV"}
        leave(session)
    account.assert_kept()


def test_6_it_is_suspended(account: Account) -> None:
    with account.log_in() as session:
        session.wait_for(UP)
        session.send("\x1a\x1c\x03")
        session.send("?")
        session.wait_for("(?i)help|keys")
        assert program(session).status() != psutil.STATUS_STOPPED
    account.assert_kept()


def test_7_a_browser_an_editor_or_a_shell_is_opened_from_inside(account: Account) -> None:
    with account.log_in() as session:
        session.wait_for(UP)
        type_unknown_commands(session, "open https://example.com/", "edit x")
        assert program(session).children(recursive=True) == []
    attempts = (
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.execv('/bin/true', ['true'])",
        "import os; os.fork()",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
        "import pty; pty.spawn('/bin/true')",
        "import webbrowser; webbrowser.get('true %s').open('https://example.com/')",
    )
    # Should some part of the program try after all: its process cannot.
    begin = (
        "import sys\nfrom pathlib import Path\n"
        "from supervisor_tui.config import load_config\n"
        "from supervisor_tui.confined import start_nothing\n"
        f"start_nothing(load_config(Path({str(account.place.config)!r})))\n"
    )
    for attempt in attempts:
        ended = subprocess.run(
            [sys.executable, "-P", "-c", begin + attempt], capture_output=True, check=False
        )
        assert b"RuntimeError" in ended.stderr, attempt
    account.assert_kept()


def test_8_a_picture_of_the_screen_is_written(account: Account) -> None:
    before = set(account.place.folder.rglob("*"))
    with account.log_in() as session:
        session.wait_for(UP)
        session.send("\x10\x13")  # where others have a palette of commands, and save
        type_unknown_commands(session, "screenshot x.svg")
        assert program(session).children(recursive=True) == []
    written = set(account.place.folder.rglob("*")) - before
    assert {path.name for path in written if path.is_file()} <= {"settings.json", "screens.lock"}
    account.assert_kept()


@pytest.mark.parametrize(
    ("who", "asked", "is_allowed"),
    [
        ("anna", {"command": "screen"}, True),
        ("anna", {"command": "show"}, True),
        ("anna", {"command": "init"}, False),
        ("anna", {"command": "history"}, False),
        ("anna", {"command": "sandbox"}, False),
        ("anna", {"command": "show", "config": Path("other.toml")}, False),
        ("ada", {"command": "init"}, True),
        ("anna", {"command": "staffing"}, True),
        ("anna", {"command": "forecast"}, True),
        ("anna", {"command": "roster", "task": "show"}, True),
        ("anna", {"command": "roster", "task": "check", "rules": "eu-working-time"}, True),
        ("anna", {"command": "roster", "task": "check", "rules": "/etc/shadow"}, False),
        ("anna", {"command": "roster", "task": "import"}, False),
        ("anna", {"command": "roster", "task": "export"}, False),
        ("stranger", {"command": "demo"}, True),
    ],
)
def test_a_host_keeps_its_people_to_its_floor(
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    asked: dict[str, object],
    is_allowed: bool,
) -> None:
    monkeypatch.setattr(confined, "HOST_CONFIG", account.place.config)
    monkeypatch.setattr(confined, "account_name", lambda _uid: who)
    arguments = argparse.Namespace(**{"config": None, **asked})
    if is_allowed:
        confined.refuse(arguments, {})
        return
    with pytest.raises(UsageError, match="kept to its floor"):
        confined.refuse(arguments, {})
    variable = {"SUPERVISOR_TUI_CONFIG": "other.toml"}
    with pytest.raises(UsageError, match="kept to its floor"):
        confined.refuse(argparse.Namespace(command="show", config=None), variable)
