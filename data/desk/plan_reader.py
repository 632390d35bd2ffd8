"""Reading the desk's whole roster beside the process that writes it, without disturbing it."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta

import msgspec

from data.cache.database import open_for_reading, patiently
from data.cache.formats import DESK as DESK_FORMAT
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.plans.model import PlannedShift

_BEFORE, _AFTER = "0001-01-01", "9999-12-31"
_decode = msgspec.json.Decoder(PlannedShift).decode


def read_plans(
    files: FloorFiles, site: str, first: date | None = None, last: date | None = None
) -> list[tuple[str, PlannedShift]]:
    """The ids and shifts that begin on some local days, in order; nothing where no desk is.

    Args:
        files: The floor.
        site: Whose they are.
        first: The first day; None: from the beginning.
        last: The last day, included; None: to the end.

    Raises:
        StoreError: FILE_DENIED where the file is not for this account to read, and others.
    """
    begin = _BEFORE if first is None else first.isoformat()
    beyond = _AFTER if last is None else (last + timedelta(days=1)).isoformat()

    def read() -> list[tuple[str, bytes]]:
        with closing(open_for_reading(files.desk, DESK_FORMAT)) as connection:
            rows: list[tuple[str, bytes]] = connection.execute(
                "SELECT id, data FROM entity WHERE site = ? AND kind = 'shift'"
                " AND id >= ? AND id < ? AND data IS NOT NULL ORDER BY id",
                (site, begin, beyond),
            ).fetchall()
        return rows

    try:
        rows = patiently(read, files.desk)
        return [(entity, _decode(body)) for entity, body in rows]
    except StoreError as error:
        if error.code is Code.FILE_MISSING:
            return []
        raise
    except msgspec.DecodeError as error:
        raise StoreError(Code.FILE_CORRUPT, str(files.desk)) from error
