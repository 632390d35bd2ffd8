"""Imports handed to the sync process: a file in a folder of the floor, and the answer beside it.

The name of a file is the SHA-256 of what it holds, so that half a file, or another one, is never
taken for it. Whoever imports has to be able to write into the floor's folder: on a shared host that
is the service's own account.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, TypeVar

import msgspec

from data.cache.database import store_error
from data.cache.forecast_batch import ForecastBatch
from data.cache.history_calls import CallBatch
from data.desk.imports import Batch, Imported
from data.desk.plans import PlanBatch, PlanImported
from data.errors import Code, StoreError
from data.files import PRIVATE_MODE, FloorFiles

MAX_BYTES = 64 * 1024 * 1024
_ANSWER = ".answer"
_WANTED: dict[type, str] = {
    Batch: ".batch",
    CallBatch: ".calls",
    ForecastBatch: ".forecast",
    PlanBatch: ".plan",
}
"""How the files of each kind of batch end."""
AnyBatch: TypeAlias = Batch | CallBatch | ForecastBatch | PlanBatch
_B = TypeVar("_B", Batch, CallBatch, ForecastBatch, PlanBatch)
_A = TypeVar("_A", Imported, PlanImported)


def hand_over(files: FloorFiles, batch: AnyBatch) -> str:
    """Leave a batch for the sync process, on disk and whole; its name.

    Raises:
        StoreError: The folder or the disk does not let us.
    """
    body = msgspec.json.encode(batch)
    name = hashlib.sha256(body).hexdigest()
    folder = files.imports
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / (name + _ANSWER)).unlink(missing_ok=True)
        begun = folder / f"{name}.{os.getpid()}"
        _write(begun, body)
        begun.rename(folder / (name + _WANTED[type(batch)]))
    except OSError as error:
        raise store_error(error, folder) from error
    return name


def answer_to(files: FloorFiles, name: str, kind: type[_A]) -> _A | None:
    """What became of a batch, as its kind is answered; None while it is not known."""
    path = files.imports / (name + _ANSWER)
    try:
        answer = msgspec.json.decode(path.read_bytes(), type=kind)
        path.unlink()
    except (OSError, msgspec.DecodeError):
        return None
    return answer


def withdraw(files: FloorFiles, name: str, kind: type[AnyBatch]) -> None:
    """Take back a batch that nobody may take in any more; without effect where it is gone."""
    (files.imports / (name + _WANTED[kind])).unlink(missing_ok=True)


def take_in(
    files: FloorFiles, kind: type[_B], do: Callable[[_B, int], Imported | PlanImported]
) -> bool:
    """Import what lies there, and leave the answers; whether there was anything.

    Args:
        files: The floor.
        kind: What is to be taken in.
        do: Imports a batch of an account; what `StoreError` keeps it from is answered as its code.
    """
    try:
        names = sorted(os.listdir(files.imports))  # noqa: PTH208 - looked at all the time
    except OSError:
        return False
    wanted = [name for name in names if name.endswith(_WANTED[kind])]
    for name in wanted:
        # What cannot be read or answered just now keeps nothing else waiting.
        with contextlib.suppress(OSError):
            _take_one(files.imports / name, kind, do)
    return bool(wanted)


def _take_one(path: Path, kind: type[_B], do: Callable[[_B, int], Imported | PlanImported]) -> None:
    batch, uid = _read(path, kind)
    if batch is None:
        answer: Imported | PlanImported = Imported(problem=Code.BAD_PAYLOAD.value)
    else:
        try:
            answer = do(batch, uid)
        except StoreError as problem:
            answer = Imported(problem=problem.code.value)
    # The answer first: a process killed between the two imports nothing twice.
    begun = path.with_suffix(f".{os.getpid()}")
    _write(begun, msgspec.json.encode(answer))
    begun.rename(path.with_suffix(_ANSWER))
    path.unlink()


def _read(path: Path, kind: type[_B]) -> tuple[_B | None, int]:
    """A batch that is what its name says, and the account that owns it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        uid = os.fstat(descriptor).st_uid
        body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES or hashlib.sha256(body).hexdigest() != path.stem:
        return None, uid
    try:
        return msgspec.json.decode(body, type=kind), uid
    except msgspec.DecodeError:
        return None, uid


def _write(path: Path, body: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, PRIVATE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
