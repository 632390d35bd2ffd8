"""What the columns of a file of recorded calls mean: the map that `--map` names.

The sandbox replays a day by it, and `history import` fills history by it.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from data.errors import Code, FloorError
from data.model import Channel
from data.settings import HourMinute


class CallFileError(FloorError):
    """The map, or the file of calls, cannot be used.

    Args:
        file: Which file.
        line: The line in it, counted from 1; 0 where there is none to name.
        field: What is wrong, as a dotted key.
        expected: What should be there, as a code or a piece of the format.
    """

    def __init__(self, file: Path, line: int, field: str, expected: str) -> None:
        detail = f"{file}:{line}: {field}: {expected}"
        super().__init__(
            Code.INVALID_FIELD, detail, file=str(file), line=line, field=field, expected=expected
        )


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Columns(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The names of columns; an empty name: the file has no such column."""

    queue: str
    queued: str
    """When the queue was entered, empty for what never queued: a local time (`09:00:31`), a day
    and a time with a blank or `T` between, with or without an offset, or seconds since 1970."""
    wait: str
    """Time in the queue: seconds, or `h:mm:ss`."""
    outcome: str
    service: str
    """Handling time, in the same way."""
    date: str = ""
    """The local day of arrival; not needed where `queued` and the like hold the day too."""
    answered: str = ""
    """When service began: the entry of what was answered without queueing."""
    arrived: str = ""
    """When the call reached the centre: tells what entered its queue only after midnight."""
    agent: str = ""
    caller: str = ""
    channel: str = ""
    client: str = ""
    priority: str = ""
    id: str = ""
    zone: str = ""
    """The zone of the row's times, by its IANA name."""


class Outcomes(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which values of the outcome's column mean what; any other value is rubbish."""

    answered: tuple[str, ...]
    abandoned: tuple[str, ...]
    """Lost, if they had entered the queue; hung up before that, they were never offered."""
    ignored: tuple[str, ...] = ()


class QueueMap(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file does not say of one of its queues."""

    id: str = ""
    """The queue's id on the floor; empty: the value in the file."""
    name: str = ""
    client: str = ""
    channel: Channel = Channel.VOICE
    direction: str = "inbound"
    threshold_s: Annotated[int, Meta(ge=0)] = 20
    short_abandon_s: Annotated[int, Meta(ge=0)] = 5
    target_percent: Annotated[float, Meta(ge=0, le=100)] = 80.0


class CallMap(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole map."""

    columns: Columns
    outcomes: Outcomes
    day: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None
    """Which day of the file is replayed; without it the one with the most contacts offered."""
    day_start: HourMinute = "00:00"
    """When the file's counting day begins."""
    zone: str = ""
    """Whose wall clock the times are by; a replay leaves local times what they are."""
    date_format: Annotated[str, Meta(min_length=2)] = "%Y-%m-%d"
    """How days are written, as `strptime` has it."""
    encoding: Annotated[str, Meta(min_length=1)] = "utf-8"
    """As in `cp1252`; what is no character of it is replaced."""
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] | None = None
    """What stands between two cells; without it what the first line shows."""
    queue: dict[str, QueueMap] = {}
    """By the value of the queue's column."""

    def of_queue(self, value: str) -> QueueMap:
        """What is known of a queue by its value in the file."""
        return self.queue.get(value) or QueueMap()


def load_map(path: Path) -> CallMap:
    """Read a map.

    Raises:
        CallFileError: It cannot be read, or says something that is not understood.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CallFileError(path, 0, "", "readable UTF-8") from error
    try:
        return msgspec.convert(tomllib.loads(text), CallMap)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise CallFileError(path, int(found[1]) if found else 0, "", "TOML") from error
    except msgspec.ValidationError as error:
        message, _, at = str(error).partition(" - at `$")
        named = re.search(r"field `(\w+)`", message)
        field = ".".join(filter(None, (at.strip(".`"), named[1] if named else "")))
        raise CallFileError(path, line_of(text, field), field, message) from error


def line_of(text: str, field: str) -> int:
    """The line of a map that sets a dotted key; where none does, that of its table; 0: neither."""
    parent, _, key = field.rpartition(".")
    parent = parent.partition("[")[0]
    table, table_line = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+([^\].]+)", line):
            table = header[1].strip()
            if table in {parent, field} and not table_line:
                table_line = number
        elif table == parent and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
            return number
    return table_line
