"""Imports are for whoever holds the floor's files: a sync process, or this command in its place."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from data.desk.imports import Batch, Imported
from data.desk.plans import PlanBatch, PlanImported
from data.errors import Code, LockHeld, StoreError
from data.files import FloorFiles
from data.sync.imports import answer_to, hand_over, withdraw
from data.sync.lock import SyncLock, is_held

ANSWER_S = 30.0
LOOK_S = 0.05
_A = TypeVar("_A", Imported, PlanImported)


def have_imported(
    files: FloorFiles, batch: Batch | PlanBatch, kind: type[_A], here: Callable[[], _A]
) -> _A:
    """Have a batch imported by whoever may write the desk's file.

    Args:
        files: The floor.
        batch: What is to be imported.
        kind: The form of the answer.
        here: Imports it in this process, which then holds the floor's lock.

    Raises:
        StoreError: The files cannot be used, or nobody answered; then it is imported no more.
    """
    files.make()
    try:
        with SyncLock(files):
            return here()
    except LockHeld:
        return _ask_sync(files, batch, kind)


def _ask_sync(files: FloorFiles, batch: Batch | PlanBatch, kind: type[_A]) -> _A:
    name = hand_over(files, batch)
    deadline = time.monotonic() + ANSWER_S
    while time.monotonic() < deadline:
        # Looked at before the answer: whoever ends has answered what it took in.
        is_there = is_held(files)
        answer = answer_to(files, name, kind)
        if answer is not None:
            return answer
        if not is_there:
            break
        time.sleep(LOOK_S)
    withdraw(files, name, type(batch))
    raise StoreError(Code.FILE_BUSY, str(files.imports))
