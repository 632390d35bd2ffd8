"""When Python looks for garbage: seldom, and not among what stays until the process ends.

A floor's rows cannot form cycles, and most of the rest are modules. Left alone, the collector took
more than half of the time in which figures were computed.
"""

from __future__ import annotations

import gc

_NEW_OBJECTS = 20_000
_YOUNGER_ROUNDS = 20


def collect_seldom() -> None:
    """Let more come together before the collector looks; to be called before the imports."""
    gc.set_threshold(_NEW_OBJECTS, _YOUNGER_ROUNDS, _YOUNGER_ROUNDS)


def keep_what_is_there() -> None:
    """Count what exists now as permanent; to be called when a process has loaded what it needs."""
    gc.freeze()
