"""The folders of a person that the program uses when it is not told others."""

from __future__ import annotations

from pathlib import Path

import platformdirs

NAME = "supervisor-tui"


def config_folder() -> Path:
    """Where a person's own configuration is."""
    return platformdirs.user_config_path(NAME, appauthor=False)


def state_folder() -> Path:
    """Where the files of a person's own floors are, and the reports of incidents."""
    return platformdirs.user_state_path(NAME, appauthor=False)
