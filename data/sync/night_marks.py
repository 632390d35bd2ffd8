"""What the screens of a floor know together of a night: the last key, and who was called since.

Several screens show the night, and one of them calls. Each marks its keys here, and asks here
before it calls anybody. The sync process makes the file, as it makes `wanted`; screens of the
floor's group write the one short line in it, one at a time under a lock. Instants are of the host's
monotonic clock, which all processes of a boot share: neither a clock change nor a wrong clock makes
anybody be called.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec
from msgspec.structs import replace

from data.clean import clean_text
from data.clock import boot_id
from data.files import FloorFiles, open_shared
from data.sync.wanted import MODE

_BYTES = 4096
"""The line is always as long: writing it again takes no room on a disk that is full."""
_MOST_CALLS = 12
_TRIES = 25
"""Half a second in all."""
_BETWEEN_TRIES_S = 0.02


class Call(msgspec.Struct, frozen=True):
    """Somebody who was called."""

    name: str
    after: int
    """Minutes without a key, as the configuration has it: one name may stand there twice."""
    at_ms: int
    is_done: bool | None = None
    """Whether the command said that it did its work; None while it runs."""

    @property
    def who(self) -> tuple[str, int]:
        """By what they are known."""
        return self.name, self.after


class NightMarks(msgspec.Struct, frozen=True):
    """What stands in the file."""

    boot: str = ""
    key_ms: int = 0
    """When a key was last pressed on any screen."""
    calls: tuple[Call, ...] = ()
    """Who was called since then, and since all was calm."""
    watched_ms: int = 0
    """When a screen last showed the night."""


def make_night_marks(files: FloorFiles) -> None:
    """Make the file, so that screens of the floor's group may write in it.

    Raises:
        StoreError: There is no room for it, or no permission.
    """
    open_shared(files.night_marks, MODE)


class NightFile:
    """The file as one screen uses it. Where it cannot be used, a screen goes by its own keys.

    Args:
        files: The floor.
    """

    def __init__(self, files: FloorFiles) -> None:
        self._path = files.night_marks

    def read(self) -> NightMarks:
        """What the screens know together; nothing where nobody could write it in this boot."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return NightMarks()
        try:
            return _read(descriptor)
        finally:
            os.close(descriptor)

    def key(self, at_ms: int) -> None:
        """A key was pressed here: whoever was called before it has been answered.

        Nobody waits for this: where another screen has the file, the next key says it again.
        """
        with self._held(tries=1) as descriptor:
            if descriptor is None:
                return
            marks = _read(descriptor)
            if at_ms > marks.key_ms:
                calls = tuple(each for each in marks.calls if each.at_ms > at_ms)
                _write(descriptor, replace(marks, key_ms=at_ms, calls=calls))

    def watch(self, at_ms: int) -> None:
        """The night is shown here, so nobody else has to look after it."""
        with self._held(tries=1) as descriptor:
            if descriptor is not None:
                _write(descriptor, replace(_read(descriptor), watched_ms=at_ms))

    def calm(self) -> None:
        """Nothing has needed anybody for a while: what comes now is another matter."""
        with self._held(tries=1) as descriptor:
            if descriptor is None:
                return
            marks = _read(descriptor)
            if marks.calls:
                _write(descriptor, replace(marks, calls=()))

    def claim(self, call: Call, last_key_ms: int) -> bool:
        """Whether this screen is to call somebody: of several that would, the first.

        Where the file cannot be used it is: twice is better than never.

        Args:
            call: Who would be called, at this moment.
            last_key_ms: The last key that is known here; one after it makes the call needless.
        """
        with self._held() as descriptor:
            if descriptor is None:
                return True
            marks = _read(descriptor)
            if call.who in {each.who for each in marks.calls} or marks.key_ms > last_key_ms:
                return False
            calls = (*marks.calls, call)[-_MOST_CALLS:]
            _write(descriptor, replace(marks, calls=calls))
        return True

    def settle(self, call: Call) -> None:
        """Say what came of a call that was claimed here."""
        with self._held() as descriptor:
            if descriptor is None:
                return
            marks = _read(descriptor)
            calls = tuple(call if each.who == call.who else each for each in marks.calls)
            if calls != marks.calls:
                _write(descriptor, replace(marks, calls=calls))

    @contextmanager
    def _held(self, tries: int = _TRIES) -> Iterator[int | None]:
        """The file, for this process alone; None where it cannot be had."""
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            yield None
            return
        try:
            yield descriptor if _lock(descriptor, tries) else None
        finally:
            os.close(descriptor)


def _lock(descriptor: int, tries: int) -> bool:
    """Whether it could be had: nobody holds it for longer than a line takes."""
    for attempt in range(tries):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if attempt < tries - 1:
                time.sleep(_BETWEEN_TRIES_S)
        else:
            return True
    return False


def _read(descriptor: int) -> NightMarks:
    raw = b""
    with suppress(OSError):
        raw = os.pread(descriptor, _BYTES, 0)
    return _decoded(raw)


def _decoded(raw: bytes) -> NightMarks:
    """The marks of this boot: instants of another mean nothing."""
    fresh = NightMarks(boot=boot_id())
    try:
        marks = msgspec.json.decode(raw, type=NightMarks)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return fresh
    if marks.boot != fresh.boot:
        return fresh
    # Anybody of the floor may write here: what is shown of it is cleaned like all else.
    calls = tuple(replace(each, name=clean_text(each.name)) for each in marks.calls[:_MOST_CALLS])
    return replace(marks, calls=calls)


def _write(descriptor: int, marks: NightMarks) -> None:
    """Write the line where that can be done: on a full disk the first one has no room."""
    line = msgspec.json.encode(marks)
    if len(line) < _BYTES:
        with suppress(OSError):
            os.pwrite(descriptor, line.ljust(_BYTES - 1) + b"\n", 0)
