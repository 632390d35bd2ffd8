"""Two Unix accounts on one machine, set up by `host setup`: each acts as itself and as nobody else.

Everything is real: accounts, folders, the sync process under its own account, children that have
become the person's account. Only root can make accounts; without root this skips.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator

import pytest

from data.status import ActionState
from data.sync.audit_check import verify
from data.sync.outbox_reading import read_outbox
from supervisor_tui.doctor import Level
from supervisor_tui.doctor_host import look_at_host
from supervisor_tui.host.system import Host
from tests.support.shared_floor import RUN_S, SharedFloor, shared_floor
from tests.support.waiting import wait_until

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can make accounts"),
    pytest.mark.skipif(not shutil.which("useradd"), reason="useradd is not here"),
    pytest.mark.xdist_group("accounts"),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[SharedFloor]:
    with shared_floor() as shared:
        yield shared


def test_two_accounts_share_a_floor(shared: SharedFloor) -> None:
    assert shared.set_up() == 0
    assert shared.set_up() == 0
    told = list(look_at_host(shared.configuration, Host(), shared.places))
    # What the SSH server does is another test's.
    bad = [each.text for each in told if each.level is Level.BAD]
    assert [text for text in bad if "SSH" not in text] == []
    if not shared.can_be_run:
        pytest.skip("other accounts cannot read this Python or this checkout")
    shared.start()

    _each_acts_as_itself(shared)
    _nobody_acts_as_the_other(shared)
    _nobody_sees_what_is_not_theirs(shared)
    _each_asks_about_their_own(shared)
    _both_read_whatever_becomes_of_the_sync(shared)


def _each_acts_as_itself(shared: SharedFloor) -> None:
    for account, person in ((shared.one, "p-one"), (shared.other, "p-other")):
        # Whoever they say they are: the owner of the file is who acted.
        key = shared.did(account, "claim", "p-other" if person == "p-one" else "p-one")
        wait_until(lambda key=key: _state_of(shared, key) not in {None, ActionState.SAVED})
        (row,) = [row for row in read_outbox(shared.files).rows if row.key == key]
        assert row.actor == person


def _nobody_acts_as_the_other(shared: SharedFloor) -> None:
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


def _nobody_sees_what_is_not_theirs(shared: SharedFloor) -> None:
    for account in (shared.one, shared.other):
        seen = shared.did(account, "peek")
        assert seen.pop("cache.db") == "read"
        assert set(seen.values()) == {"PermissionError"}, seen
        assert {"outbox.db", "outbox.db-wal", "desk.db", "caller.key", "sync.log"} <= set(seen)
        ended = shared.command(account, "audit", "verify")
        assert ended.returncode == 1
        assert "The log is the sync process's own" in ended.stderr


def _each_asks_about_their_own(shared: SharedFloor) -> None:
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


def _both_read_whatever_becomes_of_the_sync(shared: SharedFloor) -> None:
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


def _state_of(shared: SharedFloor, key: str) -> ActionState | None:
    return next((row.state for row in read_outbox(shared.files).rows if row.key == key), None)
