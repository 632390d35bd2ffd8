"""What the screen says of trouble, and what it refuses over it."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from data.actions.verbs import Verb
from data.clock import wall_ms
from data.errors import Code, FloorError, StoreError
from data.figures.doings import Target
from data.files import FloorFiles
from data.floor import Key
from data.people import People
from data.rules.service_level import Formula
from data.sync.lock import SyncLock
from data.sync.wanted import Wanted, make_wanted
from screens.look import Look, Viewing
from supervisor_tui import troubles as troubles_module
from supervisor_tui.acting import Actor
from supervisor_tui.app import SupervisorApp
from supervisor_tui.person import PersonalFile
from supervisor_tui.troubles import ABSENT_MS, SILENT_MS, Troubles
from tests.builders import MOMENT, make_health, make_snapshot
from tests.data.files_support import T0

VIEWING = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=())
TARGET = Target(Key("hh1", "pbx", "e1"), 5, "E-1042")


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    return FloorFiles(tmp_path / "floor").make()


def saved(files: FloorFiles) -> list[Path]:
    return [*files.spool.rglob("*.json")]


def test_what_nobody_could_carry_out_is_refused_with_the_reason(files: FloorFiles) -> None:
    actor = Actor(files, People(), "anna", PersonalFile(files.root / "settings.json"))
    with SyncLock(files) as lock:
        lock.tell(FloorError(Code.FILE_NEWER, "outbox.db"), is_acting_only=True)
        with pytest.raises(StoreError) as caught:
            actor.press(Verb.CLAIM, [TARGET], T0)
        assert (caught.value.code, caught.value.detail) == (Code.FILE_NEWER, "outbox.db")
        assert saved(files) == []
        lock.tell(None)
        actor.press(Verb.CLAIM, [TARGET], T0)
        assert len(saved(files)) == 1


def test_a_trouble_that_is_not_about_acting_keeps_nobody_from_it(files: FloorFiles) -> None:
    actor = Actor(files, People(), "anna", PersonalFile(files.root / "settings.json"))
    with SyncLock(files) as lock:
        lock.tell(FloorError(Code.DISK_FULL, "cache.db"))
        actor.press(Verb.CLAIM, [TARGET], T0)
    assert len(saved(files)) == 1


def test_troubles_are_sentences(files: FloorFiles) -> None:
    troubles = Troubles(files)
    assert troubles.now(None) == ()
    assert troubles.now(Code.FILE_MISSING) == (), "a cache that is yet to be made"
    assert troubles.now(Code.FILE_OLDER) == (
        f"The file was made by an older version of this program: {files.cache}."
        " The sync process brings it up to date.",
    )
    with SyncLock(files) as lock:
        lock.tell(FloorError(Code.FILE_NEWER, "outbox.db"), is_acting_only=True)
        (acting,) = troubles.now(None)
        assert acting.startswith("Nothing can be done on this floor just now. The file was made")
        lock.tell(FloorError(Code.DISK_FULL, "cache.db"))
        assert troubles.now(None) == (
            "The disk is full: cache.db. Make room; nothing is saved until then.",
        )
    (ended,) = troubles.now(None)
    assert ended.startswith("The sync process has ended. The disk is full: cache.db.")


def test_it_is_said_which_sync_process_was_there_before_an_update(
    files: FloorFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = wall_ms()
    with SyncLock(files):
        (said,) = Troubles(files).now(Code.FILE_OLDER)
        assert said.endswith("The sync process brings it up to date."), "it has just begun"
        monkeypatch.setattr(troubles_module, "wall_ms", lambda: present + 2 * SILENT_MS)
        (said,) = Troubles(files).now(Code.FILE_OLDER)
        assert said.startswith(f"The sync process, {os.getpid()}, is of an older version")
    (said,) = Troubles(files).now(Code.FILE_OLDER)
    assert said.endswith("The sync process brings it up to date."), "the next one will"


def test_it_is_said_that_no_sync_process_runs_but_not_while_one_starts(
    files: FloorFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the endpoint would seem silent, which nobody asks."""
    now = 0
    monkeypatch.setattr("supervisor_tui.troubles.monotonic_ms", lambda: now)
    troubles = Troubles(files)
    assert troubles.now(None) == ()
    now = ABSENT_MS
    assert troubles.now(None) == (
        f"No sync process runs, so nothing new comes. What it said last is in {files.sync_log}.",
    )
    with SyncLock(files):
        assert troubles.now(None) == ()
    assert troubles.now(None) == (), "the next one may be starting"


def test_it_is_said_that_a_sync_process_stands_still(
    files: FloorFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0
    monkeypatch.setattr("supervisor_tui.troubles.monotonic_ms", lambda: now)
    troubles = Troubles(files)
    parts = SimpleNamespace(keymap={})
    app = cast("SupervisorApp", SimpleNamespace(parts=parts, tell=print, withdraw=print))
    told = f"The sync process, {os.getpid()}, has told nothing of late. End it if it stands still."
    with SyncLock(files):
        for health, texts in (
            (make_health(age_s=300), (told,)),
            (make_health(age_s=300, problem=Code.UNAVAILABLE.value), ()),
            (make_health(), ()),
        ):
            snapshot = make_snapshot(sources=[health])
            look = Look(snapshot=snapshot, moment=MOMENT, viewing=VIEWING)
            troubles.tell(app, look)
            troubles.now(None)
            now += SILENT_MS
            assert troubles.now(None) == texts


def test_who_writes_the_cache_is_asked_once_to_look_at_a_damaged_one(files: FloorFiles) -> None:
    make_wanted(files)
    wanted, troubles = Wanted(files), Troubles(files)
    troubles.now(Code.FILE_CORRUPT)
    assert wanted.was_asked()
    troubles.now(Code.FILE_CORRUPT)
    assert not wanted.was_asked()
