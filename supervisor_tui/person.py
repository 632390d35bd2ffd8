"""A person's own settings: which columns they keep, and in which order; small, private, theirs.

The file is the person's (0600) and is written whole and renamed, so that two screens of one person
never leave half of it. What cannot be read is left as it is and counts as empty: no setting is
worth a screen that does not start.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from data.files import PRIVATE_MODE

LIMIT = 64 * 1024


class PersonalSettings(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a person has chosen."""

    columns: dict[str, list[str]] = {}
    """For each pane the ids of the columns wanted, in order."""
    keys: dict[str, str] = {}
    """Keys by the id of their action, over those of the floor."""
    has_dismissed_hints: bool = False
    phone: str = ""
    """The person's own phone at the desk of one day."""
    phone_day: str = ""
    """The date of that day, `YYYY-MM-DD`."""
    messages_until: int = 0
    """When the newest message was written that has been said to the person, ms."""
    read_actions: list[str] = []
    """Keys of actions that failed and that the person has read of."""


class PersonalFile:
    """Where a person's settings are kept.

    Args:
        path: The file; its folder is made when something is kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.settings = self._read()

    def _read(self) -> PersonalSettings:
        try:
            with self._path.open("rb") as file:
                return msgspec.json.decode(file.read(LIMIT), type=PersonalSettings)
        except (OSError, msgspec.DecodeError):
            return PersonalSettings()

    def keep(self) -> bool:
        """Write the settings as they are now; False where the disk does not take them."""
        import tempfile

        folder = self._path.parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=folder, prefix=".settings-")
        except OSError:
            return False
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(self.settings)))
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(PRIVATE_MODE)
            Path(name).replace(self._path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            return False
        return True
