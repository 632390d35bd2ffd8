"""Opening SQLite: modes, marks, versions, full disks, and files that outlive the process."""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlite_utils import Database

from data.cache import formats
from data.cache.database import (
    open_for_reading,
    open_for_writing,
    store_error,
)
from data.cache.filesystem import filesystem_of, is_network
from data.cache.formats import CACHE, DESK, HISTORY
from data.cache.making import checksum, made_file, migrations_of, schema_of
from data.errors import Code, StoreError
from data.files import FloorFiles
from tests.data.files_support import run_python
from tests.schemas import written

SIDE_FILES = ("", "-wal", "-shm")
MOUNTS = """22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /home rw - nfs4 server:/home rw
31 22 0:41 / /srv/my\\040data rw - cifs //server/share rw
32 22 0:42 / /mnt rw - ext4 /dev/sdb rw
33 22 0:43 / /mnt rw - fuse.sshfs host:/ rw
not a line of a mount table
"""


FORMATS = [CACHE, HISTORY, DESK, formats.OUTBOX]


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_format_knows_how_many_its_migrations_are_and_what_they_come_to(file_format):
    with closing(sqlite3.connect(":memory:")) as connection:
        database = Database(connection)
        migrations = migrations_of(file_format)
        assert file_format.version == len(migrations.pending(database))
        migrations.apply(database)
        assert file_format.schema == checksum(schema_of(connection))


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_the_migrations_come_to_is_written_down(file_format):
    """After a change of migrations: `python -m tests.schemas`."""
    assert made_file(file_format).read_text(encoding="utf-8") == written(file_format)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_file_that_is_made_at_once_is_as_one_that_was_migrated(tmp_path, file_format):
    contents = []
    for name, known in (("made", file_format), ("migrated", replace(file_format, schema=0))):
        open_for_writing(tmp_path / name, known).close()
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            marks = [
                connection.execute(f"PRAGMA {mark}").fetchone()
                for mark in ("application_id", "user_version", "auto_vacuum", "journal_mode")
            ]
            assert migrations_of(file_format).pending(Database(connection)) == []
            dump = [row for row in connection.iterdump() if "_sqlite_migrations" not in row]
            contents.append((marks, dump))
    assert contents[0] == contents[1]


def test_what_migrates_is_not_loaded_for_files_that_are_new_or_as_they_should_be(tmp_path):
    code = (
        "import pathlib, sys\n"
        "from data.cache.history_writer import HistoryWriter\n"
        "from data.cache.writer import CacheWriter\n"
        "from data.files import FloorFiles\n"
        "files = FloorFiles(pathlib.Path(sys.argv[1]))\n"
        "files.make()\n"
        "CacheWriter.open(files).close()\n"
        "HistoryWriter.open(files).close()\n"
        "print('sqlite_utils' in sys.modules)"
    )
    assert [run_python(code, str(tmp_path)) for _ in range(2)] == ["False", "False"]


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_schema_of_another_library_is_no_damage(tmp_path, file_format):
    other = replace(file_format, schema=0)
    for _ in range(2):
        open_for_writing(tmp_path / "x.db", other).close()


@pytest.mark.parametrize("file_format", [CACHE, DESK])
def test_a_new_file_and_its_side_files_have_exactly_their_mode(tmp_path, file_format):
    path = tmp_path / "x.db"
    old = os.umask(0)
    try:
        file = open_for_writing(path, file_format)
        modes = {stat.S_IMODE(Path(f"{path}{side}").stat().st_mode) for side in SIDE_FILES}
        file.close()
    finally:
        os.umask(old)
    assert modes == {file_format.mode}


def test_how_a_file_is_kept(tmp_path):
    file = open_for_writing(tmp_path / "x.db", DESK)
    ask = {
        name: file.connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "busy_timeout", "auto_vacuum")
    }
    file.close()
    assert ask == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "auto_vacuum": 2}


def test_side_files_stay_after_close_and_after_a_normal_end(tmp_path):
    path = tmp_path / "x.db"
    open_for_writing(path, CACHE).close()
    assert all(Path(f"{path}{side}").exists() for side in SIDE_FILES)
    assert Path(f"{path}-wal").stat().st_size == 0
    other = tmp_path / "y.db"
    run_python(
        "import sys, pathlib\n"
        "from data.cache.database import open_for_writing\n"
        "from data.cache.formats import CACHE\n"
        "kept = open_for_writing(pathlib.Path(sys.argv[1]), CACHE)\n",
        other,
    )
    assert all(Path(f"{other}{side}").exists() for side in SIDE_FILES)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to read as another account")
def test_another_account_reads_from_a_folder_it_cannot_write():
    # Not below `tmp_path`, whose folders are closed to others by any run that begins meanwhile.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "x.db"
        open_for_writing(path, CACHE).close()
        group = 12345
        for one in (folder, *(Path(f"{path}{side}") for side in SIDE_FILES)):
            os.chown(one, -1, group)
        folder.chmod(0o550)
        # The program itself may be in a folder that is closed to others.
        script = (
            "import os, sys, sqlite3\n"
            "from data.cache.reader import CacheReader\n"
            "import pathlib\n"
            "os.chdir(sys.argv[1]); os.setgroups([]); os.setgid(12345); os.setuid(54321)\n"
            "try:\n"
            "    open('mine', 'w')\n"
            "except PermissionError:\n"
            "    reader = CacheReader(pathlib.Path('x.db'))\n"
            "    print(reader.read(0).rev)\n"
        )
        assert run_python(script, folder) == "0"


def _code(call, *arguments) -> Code:
    with pytest.raises(StoreError) as caught:
        call(*arguments)
    return caught.value.code


def test_what_a_reader_refuses(tmp_path):
    path = tmp_path / "x.db"
    assert _code(open_for_reading, path, CACHE) is Code.FILE_MISSING
    path.touch()
    assert _code(open_for_reading, path, CACHE) is Code.FILE_MISSING
    path.write_bytes(b"no database at all, but long enough to look like a header " * 40)
    assert _code(open_for_reading, path, CACHE) is Code.FILE_FOREIGN
    path.unlink()
    open_for_writing(path, DESK).close()
    assert _code(open_for_reading, path, CACHE) is Code.FILE_FOREIGN
    older = replace(DESK, version=0)
    assert _code(open_for_reading, path, older) is Code.FILE_NEWER
    newer = replace(DESK, version=DESK.version + 1)
    assert _code(open_for_reading, path, newer) is Code.FILE_OLDER
    open_for_reading(path, newer, may_be_older=True).close()


def test_a_newer_or_foreign_file_is_not_touched_by_a_writer(tmp_path):
    path = tmp_path / "x.db"
    open_for_writing(path, DESK).close()
    before = path.read_bytes()
    older = replace(DESK, version=0)
    assert _code(open_for_writing, path, older) is Code.FILE_NEWER
    assert _code(open_for_writing, path, CACHE) is Code.FILE_FOREIGN
    assert path.read_bytes() == before


def test_a_changed_schema_is_damage(tmp_path):
    path = tmp_path / "x.db"
    file = open_for_writing(path, CACHE)
    file.connection.execute("ALTER TABLE block RENAME COLUMN records TO recordx")
    file.close()
    assert _code(open_for_writing, path, CACHE) is Code.FILE_CORRUPT


def test_a_link_in_the_place_of_the_file_is_unsafe(tmp_path):
    (tmp_path / "x.db").symlink_to(tmp_path / "elsewhere.db")
    assert _code(open_for_writing, tmp_path / "x.db", CACHE) is Code.FILE_UNSAFE
    assert not (tmp_path / "elsewhere.db").exists()


def test_a_full_disk_is_said_and_survived(tmp_path):
    file = open_for_writing(tmp_path / "x.db", DESK)
    (pages,) = file.connection.execute("PRAGMA page_count").fetchone()
    file.connection.execute(f"PRAGMA max_page_count={pages + 2}")
    insert = "INSERT INTO answer VALUES ('s', ?, 'f', 200, zeroblob(?), 0)"
    with pytest.raises(StoreError) as caught, file.transaction() as connection:
        connection.executemany(insert, [("small", 10), ("large", 200_000)])
    assert caught.value.code is Code.DISK_FULL
    with file.transaction() as connection:
        connection.execute(insert, ("small", 10))
    assert file.connection.execute("SELECT key FROM answer").fetchall() == [("small",)]
    file.close()


def test_a_limit_on_the_size_of_files_is_a_full_disk(tmp_path):
    said = run_python(
        "import pathlib, resource, signal, sys\n"
        "from data.cache.writer import CacheWriter\n"
        "from data.errors import StoreError\n"
        "from data.files import FloorFiles\n"
        "from tests.data.files_support import agent_at, apply, make_agent, changed\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "writer = CacheWriter.open(FloorFiles(pathlib.Path(sys.argv[1])))\n"
        "apply(writer, agent_at('a', 1))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))\n"
        "big = [changed(make_agent(f'x{n}', name='n' * 250, team='t' * 250), 1)"
        " for n in range(2000)]\n"
        "try:\n"
        "    apply(writer, *big, cursor='2')\n"
        "except StoreError as error:\n"
        "    print(error.code, writer.remembered('hh1', 'pbx').cursor)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)\n"
        "print(len(apply(writer, *big, cursor='2').written))\n",
        tmp_path,
        cwd=Path(__file__).parents[2],
    )
    assert said.split() == ["disk_full", "1", "2000"]


def test_what_sqlite_says_becomes_a_code(tmp_path):
    path = tmp_path / "x.db"
    file = open_for_writing(path, CACHE)
    reader = open_for_reading(path, CACHE)
    with pytest.raises(sqlite3.Error) as caught:
        reader.execute("DELETE FROM block")
    assert store_error(caught.value, path).code is Code.FILE_DENIED
    with pytest.raises(sqlite3.Error) as caught:
        reader.execute("SELECT nothing FROM block")
    assert store_error(caught.value, path).code is Code.FILE_CORRUPT
    reader.close()
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    with file.transaction(), pytest.raises(sqlite3.Error) as caught:
        other.execute("BEGIN IMMEDIATE")
    assert store_error(caught.value, path).code is Code.FILE_BUSY
    other.close()
    file.close()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/floor", "ext4"),
        ("/home/eva", "nfs4"),
        ("/homework", "ext4"),
        ("/srv/my data/floor", "cifs"),
        ("/mnt/floor", "fuse.sshfs"),
    ],
)
def test_the_file_system_of_a_folder(folder, kind):
    assert filesystem_of(Path(folder), MOUNTS) == kind


def test_which_file_systems_are_refused(tmp_path, monkeypatch):
    assert all(map(is_network, ("nfs", "nfs4", "cifs", "9p", "fuse.sshfs")))
    assert not any(map(is_network, ("ext4", "xfs", "tmpfs", "overlay", "fuse.fuse-overlayfs", "")))
    table = tmp_path / "mounts"
    table.write_text("1 1 0:1 / / rw - nfs server:/ rw\n")
    monkeypatch.setattr("data.cache.filesystem._MOUNTS", table)
    code = _code(open_for_writing, tmp_path / "x.db", CACHE)
    assert code is Code.NETWORK_FILESYSTEM
    assert not (tmp_path / "x.db").exists()


def test_the_screen_loads_neither_what_migrates_nor_the_network(tmp_path):
    said = run_python(
        "import sys\n"
        "import data.cache.reader, data.cache.history_reader, data.cache.backup\n"
        "print([name for name in ('sqlite_utils', 'httpx', 'data.cache.schema',"
        " 'data.cache.writer') if name in sys.modules])"
    )
    assert said == "[]"


def test_each_kind_of_file_has_a_mark_of_its_own():
    marks = {one.application_id for one in (formats.CACHE, formats.HISTORY, formats.DESK)}
    assert len(marks) == 3
    assert all(0 < mark < 2**31 for mark in marks)
    assert FloorFiles(Path("x")).cache.name == "cache.db"
