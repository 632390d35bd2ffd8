"""Batches that are handed over: whole or not at all, answered, and never left half done."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from data.desk.imports import Batch, Imported, ImportedComplaint
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.sync.imports import answer_to, hand_over, take_in

BATCH = Batch(
    site="hh",
    by="anna",
    rows=(ImportedComplaint(reference="C-1", received_at=1, summary="Twice."),),
)


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    return FloorFiles(tmp_path / "floor").make()


def test_a_batch_is_imported_once_and_answered(files: FloorFiles) -> None:
    done: list[Batch] = []

    def do(batch: Batch, _uid: int) -> Imported:
        done.append(batch)
        return Imported(added=1)

    name = hand_over(files, BATCH)
    assert answer_to(files, name, Imported) is None
    take_in(files, Batch, do)
    take_in(files, Batch, do)
    assert done == [BATCH]
    assert answer_to(files, name, Imported) == Imported(added=1)
    assert list(files.imports.iterdir()) == []


def test_what_is_not_what_its_name_says_is_never_imported(files: FloorFiles) -> None:
    def do(_batch: Batch, _uid: int) -> Imported:
        raise AssertionError

    name = hand_over(files, BATCH)
    path = files.imports / f"{name}.batch"
    path.write_bytes(path.read_bytes()[:-5])
    take_in(files, Batch, do)
    assert answer_to(files, name, Imported) == Imported(problem="bad_payload")
    nonsense = hashlib.sha256(b"{}").hexdigest()
    (files.imports / f"{nonsense}.batch").write_bytes(b"{}")
    (files.imports / "0.batch").symlink_to(path)
    take_in(files, Batch, do)
    assert answer_to(files, nonsense, Imported) == Imported(problem="bad_payload")


def test_what_keeps_the_desk_from_importing_is_answered(files: FloorFiles) -> None:
    def do(_batch: Batch, _uid: int) -> Imported:
        raise StoreError(Code.DISK_FULL, "desk.db")

    name = hand_over(files, BATCH)
    take_in(files, Batch, do)
    assert answer_to(files, name, Imported) == Imported(problem="disk_full")
    # Tried again it may do better.
    assert hand_over(files, BATCH) == name
    take_in(files, Batch, lambda _batch, _uid: Imported(known=1))
    assert answer_to(files, name, Imported) == Imported(known=1)
