"""What the columns of another system's CSV of complaints mean: the map that `--map` names."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from data.errors import FloorError
from data.zones import zone
from screens.text import _
from supervisor_tui.failures import CommandFailed

SIZE_LIMIT = 64 * 1024


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: an unknown key is an error, never silently ignored."""


class Columns(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The names of columns; an empty name: the file has no such column."""

    reference: str
    """The other system's own number: it names the record for good."""
    received_at: str
    summary: str
    kind: str = ""
    status: str = ""
    severity: str = ""
    tier: str = ""
    channel: str = ""
    queue: str = ""
    agent: str = ""
    remedy_sought: str = ""
    vulnerable: str = ""
    caller: str = ""
    """The caller's number, of which only what the site keeps is taken in."""
    outcome: str = ""
    resolution: str = ""


class Format(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the file is written."""

    time: str = ""
    """As strptime has it, such as `%d.%m.%Y %H:%M`; empty: ISO 8601."""
    zone: str = ""
    """Of times without an offset; empty: the site's."""
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] = ","
    encoding: str = "utf-8-sig"


class ComplaintMap(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A map of columns."""

    columns: Columns
    format: Format = Format()
    values: dict[str, dict[str, str]] = {}
    """By field: what a value of the file means here, such as `values.severity` `P1` = `critical`.
    """


def read_map(path: Path) -> ComplaintMap:
    """Read a map.

    Raises:
        CommandFailed: It cannot be read, or something in it is wrong.
    """
    try:
        with path.open("rb") as file:
            text = file.read(SIZE_LIMIT).decode()
        made = msgspec.convert(tomllib.loads(text), ComplaintMap)
        "".encode(made.format.encoding)
        if made.format.zone:
            zone(made.format.zone)
    except OSError as error:
        reason = str(error.strerror)
    except (LookupError, ValueError, FloorError, msgspec.ValidationError) as error:
        reason = str(error)
    else:
        return made
    message = _("{file}: this is no map of columns: {reason}")
    raise CommandFailed(message.format(file=path, reason=reason))
