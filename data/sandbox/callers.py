"""The invented people who call: a number, and whether they have called before."""

from __future__ import annotations

import random
from dataclasses import dataclass
from hashlib import blake2b

_RECENT = 200
_AGAIN_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller as a gateway shows them: the same person always has the same key."""

    masked: str
    key: str
    vulnerable: bool


class Callers:
    """Makes callers up; some of them have called before today.

    Args:
        rng: Where chance comes from.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._recent: list[Caller] = []

    def next(self) -> Caller:
        """Whoever calls next."""
        if self._recent and self._rng.random() < _AGAIN_SHARE:
            return self._rng.choice(self._recent)
        caller = make_caller(f"+49{self._rng.randrange(10**9, 10**10)}", self._rng.random() < 0.04)
        if len(self._recent) < _RECENT:
            self._recent.append(caller)
        else:
            self._recent[self._rng.randrange(_RECENT)] = caller
        return caller


def make_caller(number: str, vulnerable: bool = False) -> Caller:
    """A caller with this number, of which the last four digits are shown."""
    key = blake2b(number.encode(), digest_size=12, key=b"sandbox").hexdigest()
    return Caller("*" * max(0, len(number) - 4) + number[-4:], key, vulnerable)
