"""`outbox` and `audit` as they are typed, beside a real sync process and without one."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.actions.verbs import Verb
from data.errors import StoreError
from data.figures.doings import Target
from data.people import People, account_name
from data.settings import PersonSettings, Role
from data.status import ActionState
from data.sync.lock import is_held
from data.sync.outbox_reading import read_outbox
from supervisor_tui.acting import Actor
from supervisor_tui.commands.common import read_snapshot
from supervisor_tui.person import PersonalFile
from tests.support.floors import Endpoint, Place
from tests.support.waiting import wait_until

OPTIONS = ["--seed", "7", "--speed", "1", "--starts-at", "10:00", "--day", "2026-03-11"]
PEOPLE = f"""
[people.{account_name(os.geteuid())}]
id = "anna"
name = "Anna Berg"
role = "supervisor"
[people.second]
id = "bo"
name = "Bo Lund"
role = "supervisor"
"""
EXTERNAL = 'sync = "external"\nperson = "anna"'


class Running:
    """A sync process as a host runs it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._process = subprocess.Popen(place.command("sync"), env=place.environ)
        wait_until(lambda: is_held(place.files) and _has_complaints(place))

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(20) == 0

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(OPTIONS) as endpoint:
        yield endpoint


@pytest.fixture
def floor(place: Place, endpoint: Endpoint) -> Place:
    """A floor without files; its sync process is started and stopped by the test."""
    return place.configure(endpoint.url, EXTERNAL, extra=PEOPLE)


@pytest.fixture
def running(floor: Place) -> Iterator[Running]:
    running = Running(floor)
    yield running
    running.kill()


def claim(place: Place, *, is_free: bool = True) -> str:
    """Save a claim of a complaint that nobody, or somebody, has."""
    snapshot = read_snapshot(place.files)
    key, complaint = next(
        (key, each)
        for key, each in sorted(snapshot.escalations.items())
        if each.is_open and (each.owner is None) == is_free
    )
    personal = PersonalFile(place.folder / "p.json")
    acting = Actor(place.files, _people(), "anna", personal)
    target = Target(key, complaint.version, complaint.reference)
    return acting.press(Verb.CLAIM, [target], snapshot.clock().now())[0].key


def _has_complaints(place: Place) -> bool:
    try:
        return bool(read_snapshot(place.files).escalations)
    except StoreError:
        return False


def _people() -> People:
    anna = PersonSettings(id="anna", name="Anna Berg", role=Role.SUPERVISOR)
    return People({account_name(os.geteuid()): anna})


def newest(place: Place) -> ActionState | None:
    """How the newest action stands."""
    try:
        rows = read_outbox(place.files).rows
    except StoreError:
        return None  # the floor is read before anything acts
    return rows[-1].state if rows else None


def actions(place: Place) -> dict[str, dict[str, Any]]:
    document = json.loads(place.told("outbox", "--json"))
    return {each["id"]: each for each in document["actions"]}


def test_what_is_saved_is_listed_and_dropped_before_any_sync(floor: Place) -> None:
    Running(floor).stop()
    key = claim(floor)
    document = json.loads(floor.told("outbox", "--json"))
    assert document["waiting"] == [key]
    assert document["actions"][0]["state"] == "saved"
    said = floor.told("outbox", "--drop", key[:13])
    assert said == "Saved. No sync process runs; the next one begins with it.\n"
    running = Running(floor)
    wait_until(lambda: not list(floor.files.spool.rglob("*.ask")))
    running.stop()
    assert actions(floor)[key]["state"] == "dropped"
    assert floor.told("audit", "verify").startswith("The log is whole: 3 entries")
    assert floor.files.audit_heads.read_text().startswith("3 ")


def test_an_action_and_what_came_of_it(floor: Place, running: Running) -> None:
    key = claim(floor)
    wait_until(lambda: newest(floor) is ActionState.DONE)
    line = floor.told("outbox")
    assert line.startswith(f"  {key[:13]}  ")
    assert "Anna Berg: claim E-" in line
    assert "done" in line
    ended = floor.run("outbox", "--retry", key)
    assert (ended.returncode, ended.stderr) == (
        1,
        "It is done: there is nothing to try again.\n",
    )
    ended = floor.run("outbox", "--drop", "zz")
    assert (ended.returncode, ended.stderr) == (2, "No action has an id that begins with zz.\n")
    ended = floor.run("outbox", "--as", "bo", "--drop", key)
    assert "Anna Berg did this: only they and administrators may." in ended.stderr
    events = json.loads(floor.told("audit", "show", "--json", "--person", "anna"))["entries"]
    assert [each["event"] for each in events] == ["taken_in", "sent", "done"]
    assert {each["person"] for each in events} == {"anna"}
    shown = floor.told("audit", "show", "--person", "anna").splitlines()
    assert [("taken in" in shown[0]), ("sent" in shown[1]), ("done" in shown[2])] == [True] * 3
    empty = floor.run("audit", "show", "--person", "bo")
    assert (empty.stdout, empty.stderr) == ("", "Nothing in the log fits what was asked for.\n")
    assert floor.run("audit", "show", "--since", "2031-01-01").stdout == ""


def test_what_was_let_be_is_done_anew(floor: Place, running: Running) -> None:
    running.stop()
    key = claim(floor)
    floor.told("outbox", "--drop", key)
    again = Running(floor)
    wait_until(lambda: not list(floor.files.spool.rglob("*.ask")))
    said = floor.told("outbox", "--retry", key)
    assert said.startswith("claim E-")
    wait_until(lambda: newest(floor) is ActionState.DONE)
    again.stop()
    states = [each["state"] for each in actions(floor).values()]
    assert states == ["dropped", "done"]


def test_a_tampered_log_is_told_by_file_and_entry(floor: Place, running: Running) -> None:
    claim(floor, is_free=False)
    wait_until(lambda: newest(floor) is ActionState.REFUSED)
    running.stop()
    connection = sqlite3.connect(floor.files.outbox)
    connection.execute("DROP TRIGGER audit_no_update")
    connection.execute("UPDATE audit SET uid = 77 WHERE seq = 2")
    connection.commit()
    connection.close()
    ended = floor.run("audit", "verify")
    assert ended.returncode == 1
    assert f"{floor.files.outbox}: entry 2 was altered: expected the seal " in ended.stdout
    verdict = json.loads(floor.run("audit", "verify", "--json").stdout)
    assert (verdict["whole"], verdict["broken"]["entry"]) == (False, 2)


def _damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 4000)


def test_a_damaged_outbox_is_told_left_and_put_aside_by_the_next(
    floor: Place, running: Running
) -> None:
    key = claim(floor, is_free=False)
    wait_until(lambda: newest(floor) is ActionState.REFUSED)
    running.stop()
    _damage(floor.files.outbox)
    before = floor.files.outbox.read_bytes()
    ended = floor.run("outbox")
    assert ended.returncode == 1
    assert "outbox.db is damaged and was left as it is" in ended.stderr
    assert key[:13] in ended.stdout, "the mirror still tells"
    assert floor.run("audit", "verify").returncode == 1
    assert floor.files.outbox.read_bytes() == before
    Running(floor).stop()
    aside = list(floor.files.root.glob("outbox.db.broken-*Z"))
    assert [path.read_bytes() for path in aside] == [before]
    ended = floor.run("outbox")
    assert f"A damaged outbox was put aside as {aside[0].name}." in ended.stderr
