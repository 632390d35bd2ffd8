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

    A link stays a link, to the new file. A device or a pipe cannot be replaced, and so is refused.

    Raises:
        CommandFailed: It cannot be written; what was there before is as it was.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        message = _("{file}: this cannot be written: it is no file that could be replaced.")
        raise CommandFailed(message.format(file=path))
    try:
        replace(target, text, _mode_of_new_files())
    except OSError as error:
        message = _("{file}: this file cannot be written: {reason}.")
        raise CommandFailed(message.format(file=path, reason=error.strerror)) from error


def replace(path: Path, text: str, mode: int) -> None:
    """Put a text, line ends as they are, in the place of a file.

    Args:
        path: The file; its folder is there.
        text: All of it.
        mode: Permission bits, whatever the umask.

    Raises:
        OSError: It cannot be written; what was there before is as it was.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode_of_new_files() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return _MODE & ~mask
