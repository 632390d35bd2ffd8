"""What is told of rows again and again is kept once.

Of a floor of thousands, hundreds of rows are told anew each second, and little of each differs: yet
every version would bring its own name, queues and skills, and every row its own name of its site.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import repeat
from operator import attrgetter
from typing import Any, TypeVar

import msgspec
from msgspec.structs import force_setattr

from data.floor import Key
from data.model import Agent, AnyRecord, Contact

_Value = TypeVar("_Value")


class _Fields(msgspec.Struct, frozen=True):
    """Some fields of a record; of several at once, for the sake of speed."""

    names: tuple[str, ...]
    of: Callable[[AnyRecord], tuple[Any, ...]]

    def put(self, record: AnyRecord, values: Iterable[Any]) -> None:
        """Give a record equal values that are there already."""
        deque(map(force_setattr, repeat(record), self.names, values), maxlen=0)


def _fields(*names: str) -> _Fields:
    return _Fields(names, attrgetter(*names))


_WORDS: Mapping[type, tuple[str, ...]] = {
    Agent: ("site", "source", "team"),
    Contact: ("site", "source", "client", "queue", "direction", "agent"),
}
"""What many rows say in the same words; of kinds with few rows there is nothing to gain."""
_LISTS: Mapping[type, tuple[str, ...]] = {Agent: ("queues", "skills")}
_LASTING: Mapping[type, _Fields] = {
    Agent: _fields("id", *_WORDS[Agent], *_LISTS[Agent], "name"),
    Contact: _fields("id", *_WORDS[Contact], "caller_masked", "caller_key"),
}
"""What most versions of a row say as the one before did."""


def share(records: Iterable[AnyRecord], standing: Mapping[Key, AnyRecord]) -> None:
    """Give rows that were just decoded, all of one kind, what is there already.

    To be called before anybody sees them, and for few at a time: what each brought is let go of.

    Args:
        records: The rows.
        standing: What stood in their places until now.
    """
    make = tuple.__new__
    for record in records:
        if type(record) not in _LASTING:
            return
        before = standing.get(make(Key, (record.site, record.source, record.id)))
        if before is None:
            settle(record)
        else:
            take_over(record, before)


def settle(record: AnyRecord) -> None:
    """Give a new row the words that others have."""
    kind = type(record)
    for name in _WORDS.get(kind, ()):
        force_setattr(record, name, _once(getattr(record, name)))
    for name in _LISTS.get(kind, ()):
        force_setattr(record, name, _list_once(getattr(record, name)))


def take_over(record: AnyRecord, before: AnyRecord) -> None:
    """Give another version of a row what the one before had and it has, too."""
    lasting = _LASTING.get(type(record))
    if lasting is None:
        return
    values, old = lasting.of(record), lasting.of(before)
    if values != old:
        pairs = zip(values, old, strict=True)
        lasting.put(record, [was if value == was else value for value, was in pairs])
    else:
        lasting.put(record, old)


@lru_cache(maxsize=4096)
def _once(value: _Value) -> _Value:
    """The first of equal values; one that has long not come again is forgotten."""
    return value


@lru_cache(maxsize=4096)
def _list_once(words: tuple[str, ...]) -> tuple[str, ...]:
    """The first of equal lists, made of words that are there once, too."""
    return tuple(map(_once, words))
