"""Writing a file whole or not at all: whoever reads it sees the old one or the new one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from screens.text import _
from supervisor_tui.failures import CommandFailed

_MODE = 0o666


def put(path: Path, text: str) -> None:
    """Put a text in the place of a file, as the person's own umask has new files.

    Raises:
        CommandFailed: It cannot be written; what was there before is as it was.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                os.fchmod(file.fileno(), _mode_of_new_files())
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        message = _("{file}: this file cannot be written: {reason}.")
        raise CommandFailed(message.format(file=path, reason=error.strerror)) from error


def _mode_of_new_files() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return _MODE & ~mask
