"""What the columns of a file of recorded calls mean: the map that `--map` names."""

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


class ReplayError(FloorError):
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

    date: str
    """The local day of arrival, `YYYY-MM-DD`."""
    queue: str
    queued: str
    """Local time of queue entry, `HH:MM:SS`; empty cells for what never queued."""
    wait: str
    """Seconds in the queue."""
    outcome: str
    service: str
    """Seconds of service."""
    answered: str = ""
    """Local time at which service began: the entry of what was answered without queueing."""
    arrived: str = ""
    """Local time of arrival at the centre: tells what entered its queue only after midnight."""
    agent: str = ""
    caller: str = ""
    channel: str = ""
    client: str = ""
    priority: str = ""
    id: str = ""


class Outcomes(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which values of the outcome's column mean what; any other value is rubbish."""

    answered: tuple[str, ...]
    abandoned: tuple[str, ...]
    """Lost, if they had entered the queue; hung up before that, they were never offered."""
    ignored: tuple[str, ...] = ()


class QueueNames(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file does not say of one of its queues."""

    name: str = ""
    client: str = ""
    channel: Channel = Channel.VOICE
    direction: str = "inbound"
    threshold_s: Annotated[int, Meta(ge=0)] = 20
    short_abandon_s: Annotated[int, Meta(ge=0)] = 5
    target_percent: Annotated[float, Meta(ge=0, le=100)] = 80.0


class ReplayMap(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole map."""

    columns: Columns
    outcomes: Outcomes
    day: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None
    """Which day of the file is replayed; without it the one with the most contacts offered."""
    day_start: HourMinute = "00:00"
    """When the file's counting day begins."""
    zone: str = ""
    """Where the calls were recorded: a remark; local times stay what they are."""
    queue: dict[str, QueueNames] = {}
    """By the value of the queue's column."""


def load_map(path: Path) -> ReplayMap:
    """Read a map.

    Raises:
        ReplayError: It cannot be read, or says something that is not understood.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReplayError(path, 0, "", "readable UTF-8") from error
    try:
        return msgspec.convert(tomllib.loads(text), ReplayMap)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise ReplayError(path, int(found[1]) if found else 0, "", "TOML") from error
    except msgspec.ValidationError as error:
        message, _, at = str(error).partition(" - at `$")
        named = re.search(r"field `(\w+)`", message)
        field = ".".join(filter(None, (at.strip(".`"), named[1] if named else "")))
        raise ReplayError(path, line_of(text, field), field, message) from error


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
