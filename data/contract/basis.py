"""What all messages of the contract are made of: numbers, names, instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

SCHEMA = 1
"""The highest schema number spoken here; travels in the header `Supervision-Schema`."""
MEDIA_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"
PROBLEM_BASE = "https://acd.example.org/problems/"
CURSOR_LIFE = timedelta(days=7)
KEY_LIFE = timedelta(days=14)
MAX_PAGE_BYTES = 2 * 1024 * 1024

Ident: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Ref: TypeAlias = Annotated[str, Meta(min_length=1, max_length=255)]
Cursor: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._~-]{1,512}$")]
Text: TypeAlias = Annotated[str, Meta(max_length=4000)]
Version: TypeAlias = Annotated[int, Meta(ge=1, le=9007199254740991)]
Time: TypeAlias = Annotated[datetime, Meta(tz=True)]
Natural: TypeAlias = Annotated[int, Meta(ge=0)]
Seconds: TypeAlias = Annotated[float, Meta(ge=0)]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(instant: datetime) -> int:
    """An aware datetime as milliseconds since 1970 UTC."""
    return (instant - _EPOCH) // _MS


def from_ms(instant: int) -> datetime:
    """Milliseconds since 1970 UTC as an aware datetime in UTC."""
    return _EPOCH + timedelta(milliseconds=instant)


class Message(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Base of all messages."""
