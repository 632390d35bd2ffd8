"""What keeps the sync process from its work, told in the lock file, which needs no more room.

The cache tells how sources do; but a cache that cannot be written tells nothing, and a process that
cannot begin has none. A disk that is full still lets a file be written that is as large already.
"""

from __future__ import annotations

import msgspec

from data.errors import Code
from data.files import FloorFiles
from data.sync.lock import is_held, read_note


class Notice(msgspec.Struct, frozen=True):
    """What a sync process cannot do, and why."""

    code: Code
    detail: str = ""
    is_acting_only: bool = False
    """Only what is done on the floor cannot be carried out; it is shown as ever."""
    has_ended: bool = False
    """The process has ended over it."""


def read_notice(files: FloorFiles) -> Notice | None:
    """What the floor's sync process, or the last there was, had to complain of; None for nothing.

    Args:
        files: The floor.
    """
    note = read_note(files.sync_lock)
    if note is None or not note.problem:
        return None
    try:
        code = Code(note.problem)
    except ValueError:
        code = Code.INTERNAL
    return Notice(code, note.detail, note.is_acting_only, not is_held(files))


def acting_problem(files: FloorFiles) -> Notice | None:
    """Why nothing that is done on the floor would be carried out; None where it would."""
    notice = read_notice(files)
    return notice if notice is not None and notice.is_acting_only else None
