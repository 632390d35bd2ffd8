"""The spool: saved means on disk, and nothing that is no action of its owner gets through."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.actions.files import MAX_BYTES, ActionInvalid, decode_action, encode_action
from data.actions.verbs import Verb
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.identifiers import KeyMaker, is_key, made_at
from data.sync import spool
from data.sync.spool import BadFile, Found, SpoolReader, SpoolWriter
from tests.support.acting import make_action

ME = "anna"


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    files = FloorFiles(tmp_path / "floor").make()
    SpoolReader(files).make()
    return files


def new_folder(files: FloorFiles) -> Path:
    folder = files.spool / ME / "new"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def problems(found: list[Found]) -> dict[str, BadFile | None]:
    return {each.name: each.problem for each in found}


def test_what_was_saved_is_found_as_its_owners_and_in_the_order_of_keys(files: FloorFiles) -> None:
    actions = [make_action(at=1_000 + n) for n in (5, 1, 3)]
    for action in actions:
        SpoolWriter(files, ME).save(action)
    found = SpoolReader(files).look()
    assert [decode_action(each.body) for each in found] == sorted(actions, key=lambda a: a.key)
    assert {each.uid for each in found} == {os.getuid()}
    assert {each.problem for each in found} == {None}
    assert list((files.spool / ME / "tmp").iterdir()) == []


def test_presses_of_two_persons_keep_their_order(files: FloorFiles) -> None:
    SpoolWriter(files, "zoe").save(make_action(at=1_000))
    SpoolWriter(files, "adam").save(make_action(at=2_000))
    assert [each.folder for each in SpoolReader(files).look()] == ["zoe", "adam"]


def test_what_was_imported_is_taken_away(files: FloorFiles) -> None:
    SpoolWriter(files, ME).save(make_action())
    reader = SpoolReader(files)
    (found,) = reader.look()
    reader.remove(found)
    assert reader.look() == []
    reader.remove(found)  # a second time is no matter


@pytest.mark.parametrize("step", ["open", "write", "fsync", "rename", "fsync folder"])
def test_a_failure_at_any_step_saves_nothing_and_says_so(
    files: FloorFiles, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    full = OSError(errno.ENOSPC, "full")

    def fail(*_args: object, **_named: object) -> None:
        raise full

    writer = SpoolWriter(files, ME)
    new_folder(files)
    match step:
        case "open" | "write" | "fsync":
            monkeypatch.setattr(os, step, fail)
        case "rename":
            monkeypatch.setattr(Path, "rename", fail)
        case _:
            monkeypatch.setattr(spool, "_sync_folder", fail)
    with pytest.raises(StoreError) as caught:
        writer.save(make_action())
    assert caught.value.code is Code.DISK_FULL
    monkeypatch.undo()
    assert SpoolReader(files).look() == []
    assert [path for path in files.spool.rglob("*") if path.is_file()] == []


def test_what_was_imported_before_the_folder_failed_is_saved_all_the_same(
    files: FloorFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = SpoolReader(files)

    def import_and_fail(_path: Path) -> None:
        for each in reader.look():
            reader.remove(each)
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(spool, "_sync_folder", import_and_fail)
    SpoolWriter(files, ME).save(make_action())


def test_no_permission_is_said(files: FloorFiles) -> None:
    (files.spool / ME).write_text("in the way")
    with pytest.raises(StoreError) as caught:
        SpoolWriter(files, ME).save(make_action())
    assert caught.value.code is Code.FILE_DENIED


def test_nothing_is_followed(files: FloorFiles, tmp_path: Path) -> None:
    folder = new_folder(files)
    outside = tmp_path / "outside.json"
    outside.write_bytes(encode_action(make_action()))
    maker = KeyMaker()
    link, hard, fifo, large, sub = (f"{maker.make(n)}.json" for n in range(5))
    (folder / link).symlink_to(outside)
    (folder / hard).hardlink_to(outside)
    os.mkfifo(folder / fifo)
    (folder / large).write_bytes(b" " * (MAX_BYTES + 1))
    (folder / sub).mkdir()
    (folder / "shopping.txt").write_text("milk")
    reader = SpoolReader(files)
    found = reader.look()
    assert problems(found) == {
        link: BadFile.NOT_A_FILE,
        hard: BadFile.LINKED,
        fifo: BadFile.NOT_A_FILE,
        large: BadFile.TOO_LARGE,
        sub: BadFile.NOT_A_FILE,
        "shopping.txt": BadFile.NOT_AN_ACTION,
    }
    assert all(not each.body for each in found if each.problem is not BadFile.NOT_AN_ACTION)
    for each in found:
        reader.put_away(each)
    assert reader.look() == []
    assert outside.read_bytes()
    assert {path.name for path in files.bad_spool.iterdir()} == {
        f"{ME}-{each.name}" for each in found
    }


def test_a_folder_that_is_a_link_is_not_entered(files: FloorFiles, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "new").mkdir(parents=True)
    action = make_action()
    (elsewhere / "new" / f"{action.key}.json").write_bytes(encode_action(action))
    (files.spool / "link").symlink_to(elsewhere)
    (files.spool / ME).mkdir()
    (files.spool / ME / "new").symlink_to(elsewhere / "new")
    assert SpoolReader(files).look() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_somebody_else_is_foreign(files: FloorFiles) -> None:
    action = make_action()
    SpoolWriter(files, ME).save(action)
    os.chown(new_folder(files) / f"{action.key}.json", 65_534, -1)
    (found,) = SpoolReader(files).look()
    assert found.problem is BadFile.FOREIGN
    assert found.body == b""


def test_bad_files_are_kept_up_to_a_number(
    files: FloorFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "BAD_KEPT", 3)
    reader = SpoolReader(files)
    for n in range(5):
        (new_folder(files) / f"junk{n}").touch()
    for each in reader.look():
        reader.put_away(each)
    assert reader.look() == []
    assert len(list(files.bad_spool.iterdir())) == 3


def test_nobody_can_fill_the_outbox(files: FloorFiles) -> None:
    writer = SpoolWriter(files, ME)
    for n in range(5):
        writer.save(make_action(at=1_000 + n))
    reader = SpoolReader(files)
    assert len(reader.look({os.getuid(): 2})) == 2
    assert len(reader.look({os.getuid(): 0})) == 0
    assert len(reader.look()) == 5


@given(st.lists(st.integers(0, 2**44), min_size=2, max_size=200))
def test_keys_rise_and_tell_when_they_were_made(instants: list[int]) -> None:
    maker = KeyMaker()
    keys = [maker.make(at) for at in instants]
    assert all(map(is_key, keys))
    assert sorted(keys) == keys
    assert len(set(keys)) == len(keys)
    assert made_at(keys[0]) == instants[0]


def test_many_keys_of_one_moment_keep_their_order() -> None:
    maker = KeyMaker()
    keys = [maker.make(1) for _ in range(10_000)]
    assert sorted(set(keys)) == keys


@given(st.binary(max_size=300))
def test_whatever_lies_there_is_an_action_or_is_refused(raw: bytes) -> None:
    with contextlib.suppress(ActionInvalid):
        decode_action(raw)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"schema": 2}, Code.SCHEMA_UNSUPPORTED),
        ({"verb": "explode"}, Code.INVALID_FIELD),
        ({"kind": "queue"}, Code.INVALID_FIELD),
        ({"key": "../../etc/passwd"}, Code.INVALID_FIELD),
        ({"not_after": 10**12 + 15 * 60_000 + 1}, Code.INVALID_FIELD),
        ({"not_after": 10**12 - 1}, Code.INVALID_FIELD),
        ({"comment": "x" * 3000}, Code.INVALID_FIELD),
        ({"fields": {"lost_at": 1}}, Code.INVALID_FIELD),
        ({"shell": "rm"}, Code.INVALID_FIELD),
    ],
)
def test_an_action_that_breaks_its_verbs_rules_is_refused(
    changes: dict[str, object], code: Code
) -> None:
    import msgspec

    fields = msgspec.to_builtins(make_action(Verb.CLAIM, at=10**12))
    with pytest.raises(ActionInvalid) as caught:
        decode_action(msgspec.json.encode({**fields, **changes}))
    assert caught.value.code is code
