"""Files that `host setup` writes, each with a mark by which it knows them again.

The mark holds a hash of the rest. A file whose mark fits is ours and may be written anew; one whose
mark does not fit was edited by somebody, and one without a mark is somebody else's: neither is
touched.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from pathlib import Path

from supervisor_tui.host.system import HostError
from supervisor_tui.whole_file import replace

_MARK = "# Written by supervisor-tui host setup; edited files are left alone. "
LIMIT = 64 * 1024


class Found(Enum):
    """What lies where a file of ours belongs."""

    NOTHING = "nothing"
    SAME = "same"
    OLDER = "older"
    """Ours, as an earlier version or another configuration had it."""
    EDITED = "edited"
    """Somebody's own."""


def marked(text: str) -> str:
    """A text with the mark: in its first line, or below one that names an interpreter."""
    head, rest = _split(text)
    return f"{head}{_MARK}{_hash(text)}\n{rest}"


def find(path: Path, text: str) -> Found:
    """What is there in the place of a text with its mark.

    Raises:
        OSError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            there = file.read(LIMIT).decode("utf-8", "replace")
    except FileNotFoundError:
        return Found.NOTHING
    if there == text:
        return Found.SAME
    lines = there.splitlines(keepends=True)
    marks = [line for line in lines[:2] if line.startswith(_MARK)]
    if not marks:
        return Found.EDITED
    rest = "".join(line for line in lines if line is not marks[0])
    return Found.OLDER if marks[0].strip() == f"{_MARK}{_hash(rest)}" else Found.EDITED


def write(path: Path, text: str, mode: int) -> None:
    """Put a file in its place as a whole, root's.

    Raises:
        HostError: It cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        replace(path, text, mode)
    except OSError as error:
        raise HostError(f"{error.strerror}: {path}") from error


def _split(text: str) -> tuple[str, str]:
    first, end, rest = text.partition("\n")
    return (first + end, rest) if first.startswith("#!") else ("", text)


def _hash(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
