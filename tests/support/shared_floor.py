"""A floor that several Unix accounts share, set up by `host setup`, its sync process running.

Everything is real: accounts, groups, folders, processes that have become another account. Only root
can make accounts. Where other accounts cannot read the Python of these tests, for example below
/root, the system's own of the same version is taken, with the packages of this one.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import site
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from data.errors import StoreError
from data.files import FloorFiles
from data.sync.lock import is_held
from supervisor_tui.commands.common import read_snapshot
from supervisor_tui.commands.host import set_up
from supervisor_tui.config import Configuration, load_config
from supervisor_tui.host.plan import Names, Places
from supervisor_tui.host.system import Host
from tests.support.floors import Endpoint
from tests.support.waiting import wait_until

OPTIONS = ["--seed", "7", "--speed", "1", "--starts-at", "10:00", "--day", "2026-03-11"]
PERSON = Path(__file__).with_name("account_child.py")
ROOT = Path(__file__).parents[2]
NOBODY = 65_534
RUN_S = 60.0


class SharedFloor:
    """A floor that a service account keeps and two persons share."""

    def __init__(self, folder: Path, mark: str, url: str) -> None:
        self.one, self.other = f"one{mark}", f"other{mark}"
        self.names = Names(f"sync{mark}", f"floor{mark}")
        self.python = _python_for_others(folder)
        programs = folder / "programs"
        ssh_config = folder / "sshd_config"
        self.places = Places(folder / "units", folder / "ssh", programs, self.python, ssh_config)
        self._config = folder / "config.toml"
        self._config.write_text(
            f'[floor]\nname = "Shared"\nstate_dir = "{folder}/state"\nsync = "external"\n'
            '[[site]]\nid = "main"\nzone = "Europe/Berlin"\nday_start = "06:00"\n'
            f'[[site.source]]\nid = "pbx"\nurl = "{url}"\nmin_interval = 0.05\n'
            f'[people.{self.one}]\nid = "p-one"\nname = "Person One"\nrole = "supervisor"\n'
            f'[people.{self.other}]\nid = "p-other"\nname = "Person Other"\nrole = "supervisor"\n'
        )
        self._sync: subprocess.Popen[bytes] | None = None

    @property
    def configuration(self) -> Configuration:
        """What the floor is configured to."""
        return load_config(self._config)

    @property
    def files(self) -> FloorFiles:
        """The floor's files."""
        return FloorFiles(Path(self.configuration.floor.state_dir))

    def set_up(self) -> int:
        """Do what `host setup` does."""
        return set_up(self.configuration, self.names, self.places, Host(), is_dry=False)

    def start(self) -> None:
        """Start the sync process under its own account, and wait until there is something."""
        command = [self.python, "-I", "-m", "supervisor_tui"]
        command += ["sync", "--config", str(self._config)]
        self._sync = subprocess.Popen(command, **_become(self.names.service, self.names.group))
        wait_until(lambda: is_held(self.files) and self._has_complaints())

    def end(self, number: signal.Signals) -> None:
        """End the sync process."""
        if self._sync is not None:
            self._sync.send_signal(number)
            self._sync.wait(20)

    def child(self, account: str, *what: str) -> subprocess.Popen[str]:
        """A process of a person, which does one of the things that account_child.py can."""
        return subprocess.Popen(
            [self.python, "-I", str(PERSON), str(self._config), *what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **_become(account, self.names.group),
        )

    def did(self, account: str, *what: str) -> Any:
        """What a person's process came to."""
        out, _ = self.child(account, *what).communicate(timeout=RUN_S)
        return json.loads(out)

    @property
    def can_be_run(self) -> bool:
        """Whether other accounts can read the program at all."""
        return _can_be_run(self.python)

    def command(self, account: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The program as a person types it."""
        command = [self.python, "-I", "-m", "supervisor_tui", "--config", str(self._config)]
        become = _become(account, self.names.group)
        return subprocess.run(
            [*command, *arguments], capture_output=True, text=True, check=False, **become
        )

    def _has_complaints(self) -> bool:
        try:
            return bool(read_snapshot(self.files).escalations)
        except StoreError:
            return False


def _become(account: str, group: str) -> dict[str, Any]:
    found = pwd.getpwnam(account)
    groups = os.getgrouplist(account, found.pw_gid)
    home = {"HOME": "/nonexistent", "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return {
        "user": found.pw_uid,
        "group": found.pw_gid,
        "extra_groups": groups,
        "umask": 0o027,
        "cwd": "/",
        "env": home,
    }


@contextmanager
def shared_floor() -> Iterator[SharedFloor]:
    """Two persons' accounts and what their floor will need, taken away again at the end."""
    mark = secrets.token_hex(3)
    folder = Path(tempfile.mkdtemp(prefix="accounts-"))
    folder.chmod(0o755)
    with Endpoint(OPTIONS) as endpoint:
        shared = SharedFloor(folder, mark, endpoint.url)
        persons = (shared.one, shared.other)
        try:
            for account in persons:
                _add_account(account, folder / "home" / account)
            yield shared
        finally:
            shared.end(signal.SIGKILL)
            for account in (*persons, shared.names.service):
                subprocess.run(["userdel", account], capture_output=True, check=False)
            for group in (shared.names.group, shared.names.only):
                subprocess.run(["groupdel", group], capture_output=True, check=False)
            shutil.rmtree(folder, ignore_errors=True)


def _add_account(account: str, home: Path) -> None:
    home.parent.mkdir(exist_ok=True)
    how = ("--create-home", "--home-dir", str(home), "--shell", "/bin/bash", "--password", "*")
    subprocess.run(["useradd", *how, account], check=True)


def _python_for_others(folder: Path) -> str:
    """An interpreter with the program that every account can run; if there is none, this one."""
    if _can_be_run(sys.executable):
        return sys.executable
    own = f"python{sys.version_info.major}.{sys.version_info.minor}"
    system = shutil.which(own, path="/usr/bin:/usr/local/bin")
    if system is None:
        return sys.executable
    made = folder / "python"
    subprocess.run([system, "-m", "venv", "--without-pip", made], check=True)
    (packages,) = made.glob("lib/python3.*/site-packages")
    (packages / "program.pth").write_text("\n".join([str(ROOT), *site.getsitepackages()]) + "\n")
    python = str(made / "bin" / "python")
    return python if _can_be_run(python) else sys.executable


def _can_be_run(python: str) -> bool:
    command = [python, "-I", "-c", "import data.actions.files, supervisor_tui.cli"]
    become: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/"}
    try:
        return subprocess.run(command, capture_output=True, check=False, **become).returncode == 0
    except PermissionError:
        return False
