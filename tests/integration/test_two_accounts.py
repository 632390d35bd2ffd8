"""Two Unix accounts on one machine, set up by `host setup`: each acts as itself and as nobody else.

Everything is real: accounts, folders, the sync process under its own account, children that have
become the person's account. Only root can make accounts; without root this skips.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.errors import StoreError
from data.files import FloorFiles
from data.status import ActionState
from data.sync.audit_check import verify
from data.sync.lock import is_held
from data.sync.outbox_reading import read_outbox
from supervisor_tui.commands.common import read_snapshot
from supervisor_tui.commands.host import set_up
from supervisor_tui.config import Configuration, load_config
from supervisor_tui.doctor import Level
from supervisor_tui.doctor_host import look_at_host
from supervisor_tui.host.plan import Names, Places
from supervisor_tui.host.system import Host
from tests.support.floors import Endpoint
from tests.support.waiting import wait_until

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can make accounts"),
    pytest.mark.skipif(not shutil.which("useradd"), reason="useradd is not here"),
    pytest.mark.xdist_group("accounts"),
]

OPTIONS = ["--seed", "7", "--speed", "1", "--starts-at", "10:00", "--day", "2026-03-11"]
PERSON = Path(__file__).parents[1] / "support" / "account_child.py"
RUN_S = 60.0


class Shared:
    """A floor that a service account keeps and two persons share."""

    def __init__(self, folder: Path, mark: str, url: str) -> None:
        self.one, self.other = f"one{mark}", f"other{mark}"
        self.names = Names(f"sync{mark}", f"floor{mark}")
        self.places = Places(folder / "units", folder / "ssh", folder / "programs")
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
        return load_config(self._config)

    @property
    def files(self) -> FloorFiles:
        return FloorFiles(Path(self.configuration.floor.state_dir))

    def set_up(self) -> int:
        return set_up(self.configuration, self.names, self.places, Host(), is_dry=False)

    def start(self) -> None:
        command = [sys.executable, "-I", "-m", "supervisor_tui", "sync", "--config", self._config]
        self._sync = subprocess.Popen(command, **_become(self.names.service, self.names.group))
        wait_until(lambda: is_held(self.files) and self._has_complaints())

    def end(self, number: signal.Signals) -> None:
        if self._sync is not None:
            self._sync.send_signal(number)
            self._sync.wait(20)

    def child(self, account: str, *what: str) -> subprocess.Popen[str]:
        """A process of a person, which does one of the things that account_child.py can."""
        return subprocess.Popen(
            [sys.executable, "-I", str(PERSON), str(self._config), *what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **_become(account, self.names.group),
        )

    def did(self, account: str, *what: str) -> Any:
        """What a person's process came to."""
        out, _ = self.child(account, *what).communicate(timeout=RUN_S)
        return json.loads(out)

    def can_run(self, account: str) -> bool:
        """Whether an account can read the program at all."""
        command = [sys.executable, "-I", "-c", "import data.actions.files, supervisor_tui.cli"]
        become = _become(account, self.names.group)
        try:
            return subprocess.run(command, check=False, **become).returncode == 0
        except PermissionError:
            return False

    def command(self, account: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The program as a person types it."""
        command = [sys.executable, "-I", "-m", "supervisor_tui", "--config", str(self._config)]
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


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    mark = secrets.token_hex(3)
    folder = Path(tempfile.mkdtemp(prefix="accounts-"))
    folder.chmod(0o755)
    with Endpoint(OPTIONS) as endpoint:
        shared = Shared(folder, mark, endpoint.url)
        persons = (shared.one, shared.other)
        try:
            for account in persons:
                subprocess.run(["useradd", "--no-create-home", account], check=True)
            yield shared
        finally:
            shared.end(signal.SIGKILL)
            for account in (*persons, shared.names.service):
                subprocess.run(["userdel", account], capture_output=True, check=False)
            for group in (shared.names.group, shared.names.only):
                subprocess.run(["groupdel", group], capture_output=True, check=False)
            shutil.rmtree(folder, ignore_errors=True)


def test_two_accounts_share_a_floor(shared: Shared) -> None:
    assert shared.set_up() == 0
    assert shared.set_up() == 0
    told = list(look_at_host(shared.configuration, Host(), shared.places))
    assert [each.text for each in told if each.level is Level.BAD] == []
    if not shared.can_run(shared.one):
        pytest.skip("other accounts cannot read this Python or this checkout")
    shared.start()

    _each_acts_as_itself(shared)
    _nobody_acts_as_the_other(shared)
    _nobody_sees_what_is_not_theirs(shared)
    _each_asks_about_their_own(shared)
    _both_read_whatever_becomes_of_the_sync(shared)


def _each_acts_as_itself(shared: Shared) -> None:
    for account, person in ((shared.one, "p-one"), (shared.other, "p-other")):
        # Whoever they say they are: the owner of the file is who acted.
        key = shared.did(account, "claim", "p-other" if person == "p-one" else "p-one")
        wait_until(lambda key=key: _state_of(shared, key) not in {None, ActionState.SAVED})
        (row,) = [row for row in read_outbox(shared.files).rows if row.key == key]
        assert row.actor == person


def _nobody_acts_as_the_other(shared: Shared) -> None:
    before = {row.key for row in read_outbox(shared.files).rows}
    for account, victim in ((shared.one, shared.other), (shared.other, shared.one)):
        tried = shared.did(account, "forge", victim)
        assert tried == {
            "write": "PermissionError",
            "rename": "PermissionError",
            "link": "PermissionError",
            "own_folder": "PermissionError",
            "list": "PermissionError",
            "remove": "PermissionError",
            "write_cache": "PermissionError",
            "become": "PermissionError",
        }
    # Links in one's own folder to what is the other's are put away, not followed.
    for account, victim in ((shared.one, shared.other), (shared.other, shared.one)):
        assert shared.did(account, "entice", victim) == "left"
    own = [shared.files.spool / account / "new" for account in (shared.one, shared.other)]
    wait_until(lambda: not any(list(folder.iterdir()) for folder in own))
    assert {row.key for row in read_outbox(shared.files).rows} == before
    assert verify(shared.files).is_whole


def _nobody_sees_what_is_not_theirs(shared: Shared) -> None:
    for account in (shared.one, shared.other):
        seen = shared.did(account, "peek")
        assert seen.pop("cache.db") == "read"
        assert set(seen.values()) == {"PermissionError"}, seen
        assert {"outbox.db", "outbox.db-wal", "desk.db", "caller.key", "sync.log"} <= set(seen)
        ended = shared.command(account, "audit", "verify")
        assert ended.returncode == 1
        assert "The log is the sync process's own" in ended.stderr


def _each_asks_about_their_own(shared: Shared) -> None:
    rows = {row.actor: row for row in read_outbox(shared.files).rows}
    listed = shared.command(shared.one, "outbox")
    assert "The outbox belongs to another account" in listed.stderr
    assert "Person One" in listed.stdout
    ended = shared.command(shared.one, "outbox", "--retry", rows["p-other"].key)
    assert "Person Other did this: only they and administrators may." in ended.stderr
    # The sync process does not take the command's word for it either.
    key = shared.did(shared.one, "ask", rows["p-other"].key)
    asked = shared.files.spool / shared.one / "new" / f"{key}.ask"
    wait_until(lambda: not asked.exists())
    assert key not in {row.key for row in read_outbox(shared.files).rows}


def _both_read_whatever_becomes_of_the_sync(shared: Shared) -> None:
    readers = [shared.child(account, "watch") for account in (shared.one, shared.other)]
    for number in (signal.SIGTERM, signal.SIGKILL):
        _wait_for_reads(readers)
        shared.end(number)
        _wait_for_reads(readers)
        for account in (shared.one, shared.other):
            # A screen that begins while nobody writes.
            assert shared.did(account, "count") > 0
        shared.start()
        _wait_for_reads(readers)
    for reader in readers:
        out, _ = reader.communicate("", timeout=RUN_S)
        assert json.loads(out.splitlines()[-1]) == {"faults": []}


def _wait_for_reads(readers: list[subprocess.Popen[str]]) -> None:
    """Until each has read twice more: wholly after what was done before."""
    for reader in readers:
        assert reader.stdin is not None
        assert reader.stdout is not None
        reader.stdin.write("more\n")
        reader.stdin.flush()
        assert json.loads(reader.stdout.readline())["rows"] > 0


def _state_of(shared: Shared, key: str) -> ActionState | None:
    return next((row.state for row in read_outbox(shared.files).rows if row.key == key), None)
