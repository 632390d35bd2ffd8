"""The folders of a person that the program uses when it is not told others."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "supervisor-tui"
_PLATFORM: str = sys.platform


def config_folder() -> Path:
    """Where a person's own configuration is."""
    if _PLATFORM == "linux":
        return _xdg("XDG_CONFIG_HOME", ".config")
    from platformdirs import user_config_path

    return user_config_path(NAME, appauthor=False)


def state_folder() -> Path:
    """Where the files of a person's own floors are, and the reports of incidents."""
    if _PLATFORM == "linux":
        return _xdg("XDG_STATE_HOME", ".local/state")
    from platformdirs import user_state_path

    return user_state_path(NAME, appauthor=False)


def _xdg(variable: str, otherwise: str) -> Path:
    """What platformdirs would say; its import takes every start as long as all of a first look."""
    named = os.environ.get(variable, "").strip()
    return Path(named or f"~/{otherwise}").expanduser() / NAME
