"""A cache that is damaged ends the sync process: the next one makes it anew."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from data.errors import Code, StoreError


class CacheUnusable(Exception):
    """The cache is damaged: the process has to end, and the next one makes it anew."""


@contextlib.contextmanager
def writing_cache() -> Iterator[None]:
    """While the cache is written.

    Raises:
        CacheUnusable: It is damaged.
        StoreError: It could not be written, and may be another time.
    """
    try:
        yield
    except StoreError as problem:
        if problem.code is Code.FILE_CORRUPT:
            raise CacheUnusable(problem.detail) from problem
        raise
