"""The folder of a demonstration, and its end: however the demonstration ends, it is deleted."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from data.files import FloorFiles
from data.sync.lock import any_screens, is_held

PREFIX = "supervisor-tui-demo-"
SYNC_END_S = 5.0
LOOK_S = 0.05


def make() -> Path:
    """A new one, for its owner only."""
    return Path(tempfile.mkdtemp(prefix=PREFIX))


def floor_of(folder: Path) -> FloorFiles:
    """The files of the floor in it."""
    return FloorFiles(folder / "state")


def remove(folder: Path) -> None:
    """Delete it once nobody uses it; a sync process ends by itself when no screen is left.

    What is no folder of ours is left alone, and so is one that is used for longer.
    """
    files = floor_of(folder)
    deadline = time.monotonic() + SYNC_END_S
    while _is_used(files):
        if time.monotonic() >= deadline:
            return
        time.sleep(LOOK_S)
    if is_ours(folder):
        shutil.rmtree(folder, ignore_errors=True)


def sweep(least_age_s: float) -> None:
    """Delete those that are left and that nobody uses.

    Args:
        least_age_s: A younger one may just be beginning.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            age_s = time.time() - folder.lstat().st_mtime
        except OSError:
            continue
        if is_ours(folder) and age_s > least_age_s and not _is_used(floor_of(folder)):
            shutil.rmtree(folder, ignore_errors=True)


def is_ours(folder: Path) -> bool:
    """Whether it is a demonstration's folder, and this account's."""
    try:
        owner = folder.lstat().st_uid
    except OSError:
        return False
    is_named = folder.name.startswith(PREFIX)
    return is_named and owner == os.getuid() and folder.is_dir() and not folder.is_symlink()


def _is_used(files: FloorFiles) -> bool:
    return files.root.exists() and (is_held(files) or any_screens(files))
