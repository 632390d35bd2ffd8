"""The log of actions: whole, or the first entry that is not, in whatever way it was damaged."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import Code, StoreError
from data.files import FloorFiles
from data.sync.audit import Entry, entries, first_broken
from data.sync.audit_check import Break, verify
from data.sync.audit_heads import EVERY_MS, HeadsFile, read_heads
from tests.support.acting import NOW, make_action
from tests.support.office import Office


def busy_office(root: Path) -> Office:
    """Three actions done: nine entries."""
    office = Office(root)
    for n in range(3):
        office.press(make_action(at=NOW + n, entity=f"e{n}"))
    office.look()
    return office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = busy_office(tmp_path / "floor")
    yield office
    with contextlib.suppress(StoreError):
        office.outbox.close()


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of such an office, to be copied."""
    root = tmp_path_factory.mktemp("audit") / "floor"
    busy_office(root).outbox.close()
    return root


def tamper(office: Office, *statements: str) -> None:
    """What somebody with the file and a knowledge of SQL would do."""
    office.outbox.close()
    alter(office.files, *statements)


def alter(files: FloorFiles, *statements: str) -> None:
    connection = sqlite3.connect(files.outbox)
    connection.execute("DROP TRIGGER audit_no_update")
    connection.execute("DROP TRIGGER audit_no_delete")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def reseal(office: Office, seq: int, **changes: object) -> None:
    """Change an entry and seal it and all after it anew: a forger who knows how seals are made."""
    office.outbox.close()
    connection = sqlite3.connect(office.files.outbox)
    connection.execute("DROP TRIGGER audit_no_update")
    before = ""
    for entry in list(entries(connection)):
        forged = entry._replace(prev=before)
        if entry.seq == seq:
            forged = forged._replace(**changes)
        before = forged.right_seal
        connection.execute(
            "UPDATE audit SET at=?, uid=?, key=?, event=?, detail=?, prev=?, hash=? WHERE seq=?",
            (*forged[1:-1], before, forged.seq),
        )
    connection.commit()
    connection.close()


def test_an_untouched_log_is_whole(office: Office) -> None:
    verdict = verify(office.files)
    assert verdict.is_whole
    assert verdict.head == office.outbox.log_head()
    assert verdict.head.seq == 9
    assert verdict.last_at == NOW


def test_a_log_without_entries_is_whole(tmp_path: Path) -> None:
    office = Office(tmp_path / "floor")
    assert verify(office.files).is_whole
    office.outbox.close()


@pytest.mark.parametrize(
    ("statement", "what", "seq"),
    [
        ("UPDATE audit SET uid = 7 WHERE seq = 4", Break.ALTERED, 4),
        ("UPDATE audit SET detail = detail || ' ' WHERE seq = 1", Break.ALTERED, 1),
        ("UPDATE audit SET at = at + 1 WHERE seq = 9", Break.ALTERED, 9),
        ("DELETE FROM audit WHERE seq = 5", Break.MISSING, 5),
        ("DELETE FROM audit WHERE seq = 1", Break.MISSING, 1),
        ("UPDATE audit SET prev = '' WHERE seq = 3", Break.ALTERED, 3),
        ("DELETE FROM audit WHERE seq = 9", Break.UNLOGGED, 9),
        ("DELETE FROM audit", Break.UNLOGGED, 1),
        ("UPDATE action SET state = 'refused' WHERE seq = 2", Break.UNLOGGED, 10),
        ("UPDATE audit SET hash = hash || 'x' WHERE seq = 6", Break.ALTERED, 6),
    ],
)
def test_each_way_to_tamper_is_named_with_its_entry(
    office: Office, statement: str, what: Break, seq: int
) -> None:
    tamper(office, statement)
    broken = verify(office.files).broken
    assert broken is not None
    assert (broken.what, broken.seq, broken.file) == (what, seq, office.files.outbox)


def test_a_replaced_entry_breaks_its_link(office: Office) -> None:
    connection = office.outbox._file.connection
    entry = list(entries(connection))[3]
    forged = Entry(4, entry.at, 7, entry.key, entry.event, entry.detail, "0" * 64, "")
    tamper(
        office,
        f"UPDATE audit SET uid = 7, prev = '{'0' * 64}', hash = '{forged.right_seal}'"
        " WHERE seq = 4",
    )
    broken = verify(office.files).broken
    assert broken is not None
    assert (broken.what, broken.seq) == (Break.UNCHAINED, 4)
    assert (broken.expected, broken.found) == (entry.prev, "0" * 64)


def test_a_log_sealed_anew_is_caught_by_an_end_noted_before(office: Office, tmp_path: Path) -> None:
    HeadsFile(office.files).note(office.outbox.log_head(), NOW)
    copy = tmp_path / "copy"
    copy.write_bytes(office.files.audit_heads.read_bytes())
    reseal(office, 2, uid=7)
    broken = verify(office.files).broken
    assert broken is not None
    assert (broken.what, broken.seq) == (Break.REWRITTEN, 9)

    # Whoever writes the log can write that file too; a copy they cannot reach still tells.
    office.files.audit_heads.unlink()
    assert verify(office.files).is_whole
    assert verify(office.files, copy).broken == broken


def test_a_log_cut_off_with_its_actions_is_caught_by_an_end_noted_before(office: Office) -> None:
    HeadsFile(office.files).note(office.outbox.log_head(), NOW)
    tamper(office, "DELETE FROM audit WHERE seq > 3", "DELETE FROM action WHERE seq > 1")
    broken = verify(office.files).broken
    assert broken is not None
    assert (broken.what, broken.seq, broken.found) == (Break.CUT_OFF, 4, "")


@settings(max_examples=25, deadline=None)
@given(
    seq=st.integers(1, 9),
    field=st.sampled_from(["at", "uid", "key", "event", "detail", "prev", "hash"]),
    at=st.integers(0, 200),
)
def test_any_changed_value_is_found_at_its_entry(
    closed: Path, tmp_path_factory: pytest.TempPathFactory, seq: int, field: str, at: int
) -> None:
    files = FloorFiles(tmp_path_factory.mktemp("altered") / "floor")
    shutil.copytree(closed, files.root)
    value = "at + 1" if field == "at" else "uid + 1" if field == "uid" else f"{field} || '{at}'"
    alter(files, f"UPDATE audit SET {field} = {value} WHERE seq = {seq}")
    broken = verify(files).broken
    assert broken is not None
    assert broken.seq == seq
    connection = sqlite3.connect(files.outbox)
    assert first_broken(connection) == seq
    connection.close()


def test_an_entry_that_is_no_text_is_named(office: Office) -> None:
    tamper(office, "UPDATE audit SET detail = CAST(x'ff' AS TEXT) WHERE seq = 4")
    broken = verify(office.files).broken
    assert broken is not None
    assert (broken.what, broken.seq) == (Break.UNREADABLE, 4)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.unlink(), Code.FILE_MISSING),
        (lambda path: path.write_bytes(b""), Code.FILE_MISSING),
        (lambda path: path.write_bytes(b"no database" * 500), Code.FILE_FOREIGN),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_stays(
    office: Office, spoil: Callable[[Path], object], code: Code
) -> None:
    office.outbox.close()
    for suffix in ("-wal", "-shm"):
        office.files.outbox.with_name(f"outbox.db{suffix}").unlink(missing_ok=True)
    spoil(office.files.outbox)
    before = office.files.outbox.read_bytes() if office.files.outbox.exists() else None
    with pytest.raises(StoreError) as caught:
        verify(office.files)
    assert caught.value.code is code
    after = office.files.outbox.read_bytes() if office.files.outbox.exists() else None
    assert after == before


def test_ends_are_noted_once_an_hour_and_at_the_last(office: Office) -> None:
    heads, head = HeadsFile(office.files), office.outbox.log_head()
    heads.note(head._replace(seq=1), NOW)
    heads.note(head._replace(seq=2), NOW + EVERY_MS - 1)
    heads.note(head._replace(seq=3), NOW + EVERY_MS)
    heads.note(head._replace(seq=3), NOW + 3 * EVERY_MS)
    heads.note(head._replace(seq=4), NOW + 3 * EVERY_MS + 1, is_due=True)
    HeadsFile(office.files).note(head._replace(seq=4), NOW + 9 * EVERY_MS)
    assert [noted.seq for noted in read_heads(office.files.audit_heads)] == [1, 3, 4]
    assert office.files.audit_heads.stat().st_mode & 0o777 == 0o640


def test_half_a_line_is_no_end(tmp_path: Path) -> None:
    path = tmp_path / "heads"
    path.write_text(f"3 {'a' * 64} 12\nx y z\n4 {'b' * 30}")
    assert [noted.seq for noted in read_heads(path)] == [3]
    path.write_text("hello\n")
    with pytest.raises(StoreError, match="file_foreign"):
        read_heads(path, must_exist=True)
    with pytest.raises(StoreError, match="file_missing"):
        read_heads(tmp_path / "none", must_exist=True)
