"""Reading the cache before there is a feed: what is there, or the first figures that come.

A floor that was never read is read in the time in which Textual would be imported. To do both at
once has them wait for each other, on one processor altogether; and figures can be shown without
Textual. So they are waited for first: not where a source has failed already, and not for long.
"""

from __future__ import annotations

import time

from data.cache.reader import CacheReader
from data.clock import monotonic_ms
from data.errors import StoreError
from data.files import FloorFiles
from data.floor import Floor, FloorSnapshot
from supervisor_tui.feed import Begun

LOOK_S = 0.01
_PATIENCE = 4.0


def patience_s() -> float:
    """How long to wait for figures: four times the processor time that was used so far.

    A sync process needs about twice that to bring thousands of rows, and both take as much longer
    where processors are slow.
    """
    return _PATIENCE * time.process_time()


def first_read(files: FloorFiles, patience_s: float) -> Begun:
    """What is in the cache, once there is something.

    Args:
        files: The floor's files.
        patience_s: Seconds to wait for what a sync process is bringing; 0 where none does.

    Raises:
        StoreError: It cannot be read; the feed will say why.
    """
    until_ms = monotonic_ms() + patience_s * 1000
    while True:
        try:
            return _read(files, until_ms)
        except StoreError:  # it may be made at this moment
            if monotonic_ms() >= until_ms:
                raise
        time.sleep(LOOK_S)


def _read(files: FloorFiles, until_ms: float) -> Begun:
    reader, floor, seen = CacheReader.open(files.cache), Floor(), -1
    try:
        while True:
            version = reader.data_version()
            if version != seen:
                seen, snapshot = version, floor.apply(reader.read(floor.rev))
            if not _is_to_come(snapshot) or monotonic_ms() >= until_ms:
                return Begun(reader, floor, snapshot)
            time.sleep(LOOK_S)
    except BaseException:
        reader.close()
        raise


def _is_to_come(snapshot: FloorSnapshot) -> bool:
    """Whether nothing has been read of the floor, and nothing has gone wrong."""
    return not snapshot.rev and not any(source.problem for source in snapshot.sources)
