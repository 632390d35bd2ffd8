"""Native ids as they are kept: verbatim where they are clean text, escaped where they are not.

An id that holds control characters or the like cannot be shown or typed as it is, and dropping its
row would let a hostile name hide a queue. So it is kept as the marker `%:` and the percent-encoded
UTF-8 of the whole id: plain text that stands for exactly one native id and can be turned back when
the endpoint has to be told of it. References to entities are escaped alike, so they still meet.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, unquote

from data.clean import clean_text

MARKER = "%:"


def stored_id(native: str) -> str:
    """The id under which an entity is kept."""
    if native.isascii() and native.isprintable() and not native.startswith(MARKER):
        return native
    return _stored(native)


@lru_cache(maxsize=16_384)
def shared_id(native: str) -> str:
    """The same for what thousands of rows name, a queue or an agent: each such id is there once."""
    return stored_id(native)


@lru_cache(maxsize=4096)
def _stored(native: str) -> str:
    if not native.startswith(MARKER) and clean_text(native, len(native)) == native:
        return native
    return MARKER + quote(native, safe="")


def native_id(stored: str) -> str:
    """The id by which its endpoint knows an entity."""
    return unquote(stored[len(MARKER) :]) if stored.startswith(MARKER) else stored
