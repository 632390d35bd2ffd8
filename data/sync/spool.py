"""The way of an action from a screen to the sync process: one small file, and no network.

The screen's half writes a file so that it is on disk, whole, before anybody is told that it is
saved. The sync process's half reads what lies there as what it is: the work of whoever owns it.
Nothing in the folder of a person is followed, and what is not exactly a small regular file of that
person is put away and told of.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import msgspec

from data.actions.files import MAX_BYTES, ActionFile, decode_action, encode_action
from data.cache.database import store_error
from data.errors import Code, StoreError
from data.files import PRIVATE_MODE, SHARED_MODE, FloorFiles
from data.identifiers import is_key

FOLDER_MODE = 0o770
FILES_A_PERSON = 200
"""How many actions of one person are taken in at a time; more wait in the folder."""
ENTRIES_LOOKED_AT = 4 * FILES_A_PERSON
BAD_KEPT = 200
"""How many files that are no actions are kept to be looked at; after that they are removed."""
SUFFIX = ".json"
ASK_SUFFIX = ".ask"
"""Of what is asked about an action; taken in however many actions wait."""

_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_GONE = {errno.ENOENT, errno.ENOTDIR}
_Take: TypeAlias = Callable[[int], None]
"""Does something in a folder that is open."""


class SpoolWriter:
    """A person's own spool folder, as their screens write into it.

    Args:
        files: The floor.
        account: The person's account: the name of the folder.
    """

    def __init__(self, files: FloorFiles, account: str) -> None:
        self._folder = files.spool / account

    def save(self, action: ActionFile) -> None:
        """Return once the action is on disk, whole, where the sync process looks.

        Raises:
            ActionInvalid: It breaks a rule of its verb, and nobody would take it in.
            StoreError: DISK_FULL or FILE_DENIED; it is not saved, and will not be carried out.
        """
        body = encode_action(action)
        if len(body) > MAX_BYTES:
            raise StoreError(Code.TOO_LARGE, str(self._folder))
        decode_action(body)
        self._place(action.key, SUFFIX, body)

    def save_ask(self, key: str, body: bytes) -> None:
        """Return once what is asked about an action is on disk.

        Raises:
            StoreError: DISK_FULL or FILE_DENIED; it is not saved.
        """
        self._place(key, ASK_SUFFIX, body)

    def _place(self, key: str, suffix: str, body: bytes) -> None:
        begun = self._folder / "tmp" / key
        done = self._folder / "new" / (key + suffix)
        try:
            self._make()
            try:
                _write(begun, body)
                begun.rename(done)
            except BaseException:
                begun.unlink(missing_ok=True)
                raise
            self._settle(done)
        except OSError as error:
            raise store_error(error, self._folder) from error

    def _make(self) -> None:
        for part in ("tmp", "new"):
            (self._folder / part).mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)

    def _settle(self, path: Path) -> None:
        """See the folder's entry to the disk; where that fails, take the file back."""
        try:
            _sync_folder(path.parent)
        except OSError:
            try:
                path.unlink()
            except FileNotFoundError:
                return  # it was imported meanwhile: it is on disk, only elsewhere
            raise


class BadFile(StrEnum):
    """Why something in the spool is no action."""

    NOT_A_FILE = "not_a_file"
    LINKED = "linked"
    FOREIGN = "foreign"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    NOT_AN_ACTION = "not_an_action"


class Found(msgspec.Struct, frozen=True):
    """Something that lies in a person's folder."""

    folder: str
    """The name of the person's folder."""
    name: str
    uid: int
    """The account that owns it: who acted."""
    body: bytes
    problem: BadFile | None = None

    @property
    def is_ask(self) -> bool:
        """Whether it asks something about an action instead of being one."""
        return self.name.endswith(ASK_SUFFIX)


class SpoolReader:
    """Everybody's spool folders, as the sync process reads them.

    Args:
        files: The floor.
    """

    def __init__(self, files: FloorFiles) -> None:
        self._root = files.spool
        self._bad = files.bad_spool
        self._stuck: set[tuple[str, str]] = set()

    def make(self) -> None:
        """Make the folder in which the folders of persons are.

        Raises:
            StoreError: The floor's folder or the disk does not let us.
        """
        try:
            self._root.mkdir(mode=FOLDER_MODE, exist_ok=True)
            self._bad.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise store_error(error, self._root) from error

    def look(self, room: Mapping[int, int] | None = None) -> list[Found]:
        """What lies there, of all persons, in the order in which keys were pressed.

        Args:
            room: How many more actions of an account may be taken; by default `FILES_A_PERSON`.
        """
        try:
            with os.scandir(self._root) as entries:
                folders = sorted(entry.name for entry in entries)
        except OSError:
            return []
        found: list[Found] = []
        for folder in folders:
            with contextlib.suppress(OSError), _open_folder(self._root / folder) as person:
                owner = os.fstat(person).st_uid
                with _open_folder("new", person) as new:
                    limit = (room or {}).get(owner, FILES_A_PERSON)
                    found += self._look_into(folder, new, owner, limit)
        return sorted(found, key=lambda each: each.name)

    def _look_into(self, folder: str, new: int, owner: int, limit: int) -> Iterator[Found]:
        with os.scandir(new) as entries:
            names = sorted(entry.name for entry in islice(entries, ENTRIES_LOOKED_AT))
        taken = 0
        for name in names:
            if (folder, name) in self._stuck:
                continue
            found = _read(folder, name, new, owner)
            if found is None:
                continue
            if found.problem is None and not found.is_ask:
                if taken >= limit:
                    continue
                taken += 1
            yield found

    def remove(self, found: Found) -> None:
        """Take away what has been imported; what cannot be removed is not looked at again."""
        self._take(found, lambda new: os.unlink(found.name, dir_fd=new))

    def put_away(self, found: Found) -> None:
        """Move what is no action out of the way, as it is."""

        def move(new: int) -> None:
            with _open_folder(self._bad) as bad:
                with os.scandir(bad) as entries:
                    count = sum(1 for _ in entries)
                if count >= BAD_KEPT:
                    os.unlink(found.name, dir_fd=new)
                else:
                    name = f"{found.folder}-{found.name}"[-200:]
                    os.rename(found.name, name, src_dir_fd=new, dst_dir_fd=bad)

        self._take(found, move)

    def _take(self, found: Found, take: _Take) -> None:
        try:
            with (
                _open_folder(self._root / found.folder) as person,
                _open_folder("new", person) as new,
            ):
                take(new)
        except OSError as error:
            if error.errno not in _GONE:
                self._stuck.add((found.folder, found.name))


def _read(folder: str, name: str, new: int, owner: int) -> Found | None:
    """One entry of a folder; None where it is gone."""
    try:
        seen = os.stat(name, dir_fd=new, follow_symlinks=False)
    except OSError:
        return None

    def bad(problem: BadFile) -> Found:
        return Found(folder, name, seen.st_uid, b"", problem)

    if seen.st_uid != owner:
        return bad(BadFile.FOREIGN)
    try:
        descriptor = os.open(name, _OPEN_FILE, dir_fd=new)
    except OSError as error:
        if error.errno in _GONE:
            return None
        is_file = stat.S_ISREG(seen.st_mode)
        return bad(BadFile.UNREADABLE if is_file else BadFile.NOT_A_FILE)
    try:
        # Asked of what was opened: the name may stand for something else by now.
        opened = os.fstat(descriptor)
        problem = _problem_of(opened, owner)
        if problem is not None:
            return bad(problem)
        body = os.read(descriptor, MAX_BYTES + 1)
    except OSError:
        return bad(BadFile.UNREADABLE)
    finally:
        os.close(descriptor)
    if len(body) > MAX_BYTES:
        return bad(BadFile.TOO_LARGE)
    if Path(name).suffix not in {SUFFIX, ASK_SUFFIX} or not is_key(Path(name).stem):
        return bad(BadFile.NOT_AN_ACTION)
    return Found(folder, name, opened.st_uid, body)


def _problem_of(opened: os.stat_result, owner: int) -> BadFile | None:
    if not stat.S_ISREG(opened.st_mode):
        return BadFile.NOT_A_FILE
    if opened.st_uid != owner:
        return BadFile.FOREIGN
    if opened.st_nlink != 1:
        return BadFile.LINKED
    return BadFile.TOO_LARGE if opened.st_size > MAX_BYTES else None


def _write(path: Path, body: bytes) -> None:
    """A new file, whole and on disk; the group may read it, for the sync may be another account."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, PRIVATE_MODE)
    try:
        os.fchmod(descriptor, SHARED_MODE)
        left = memoryview(body)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, _OPEN_FOLDER)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _open_folder(path: Path | str, inside: int | None = None) -> Iterator[int]:
    """A folder that is no link, held open while its entries are used."""
    descriptor = os.open(path, _OPEN_FOLDER, dir_fd=inside)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
