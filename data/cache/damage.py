"""What is done with a file that cannot be used: it is moved aside, and the newest few are kept."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from data.cache.database import store_error
from data.clock import Clock, HostClock
from data.contract import from_ms

KEPT = 3
"""How many broken copies of one file are kept: a disk that damages files must not fill up, too."""
_SIDE_FILES = ("", "-wal", "-shm", "-journal")
_STAMP = re.compile(r"\.broken-(\d{8}T\d{6}Z)(?:-(\d+))?\Z")


def move_aside(path: Path, clock: Clock | None = None) -> Path:
    """Rename a database with its -wal and -shm to `NAME.broken-<UTC stamp>`.

    Raises:
        StoreError: The folder does not let us.
    """
    moment = from_ms((clock or HostClock()).now())
    base = path.with_name(f"{path.name}.broken-{moment:%Y%m%dT%H%M%SZ}")
    target, count = base, 1
    while target.exists():
        count += 1
        target = base.with_name(f"{base.name}-{count}")
    try:
        # The main file goes last: as long as it is there, whoever opens it sees a broken file
        # and not a new one with an old -wal beside it.
        for suffix in reversed(_SIDE_FILES):
            with suppress(FileNotFoundError):
                path.with_name(path.name + suffix).rename(target.with_name(target.name + suffix))
    except OSError as error:
        raise store_error(error, path) from error
    return target


def drop_old(path: Path, kept: int = KEPT) -> None:
    """Delete the broken copies of a file but for the newest; what cannot be deleted stays."""
    found = [
        ((match[1], int(match[2] or 1)), copy)
        for copy in path.parent.glob(f"{path.name}.broken-*")
        if (match := _STAMP.search(copy.name)) is not None
    ]
    for _made, copy in sorted(found)[: -kept or None]:
        for suffix in _SIDE_FILES:
            with suppress(OSError):
                copy.with_name(copy.name + suffix).unlink()


def move_back(moved: Path, path: Path) -> None:
    """Undo `move_aside`, in the place of whatever was begun there since."""
    for suffix in _SIDE_FILES:
        there = moved.with_name(moved.name + suffix)
        here = path.with_name(path.name + suffix)
        with suppress(OSError):
            if there.exists():
                there.replace(here)
            else:
                here.unlink(missing_ok=True)
