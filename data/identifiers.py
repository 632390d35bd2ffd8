"""Keys of actions: UUIDv7, made when a key was pressed, in rising order within one process."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from data.model import Ms

KEY_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_KEY = re.compile(KEY_PATTERN, re.ASCII)
_VERSION, _VARIANT = 0x7, 0b10
_COUNTER_BITS, _RANDOM_BITS = 12, 62


def _system_bits(count: int) -> int:
    """As `secrets.randbits`, which would load OpenSSL for its sake."""
    return int.from_bytes(os.urandom((count + 7) // 8), "big") >> -count % 8


class KeyMaker:
    """Makes keys that sort by the instant they were made at.

    Source: RFC 9562, section 5.7, with the counter of section 6.2 (method 1) in `rand_a`, so that
    two keys of one millisecond keep their order. A clock that goes back does not take keys along.

    Args:
        random_bits: A number of so many random bits.
    """

    def __init__(self, random_bits: Callable[[int], int] = _system_bits) -> None:
        self._random_bits = random_bits
        self._last = (0, 0)

    def make(self, at: Ms) -> str:
        """A new key for something that happens now.

        Args:
            at: The present on the clock that the action's time limit is measured by.
        """
        last_ms, counter = self._last
        if at > last_ms:
            # Half of the counter's range is left to count on in.
            self._last = at, self._random_bits(_COUNTER_BITS - 1)
        elif counter + 1 < 1 << _COUNTER_BITS:
            self._last = last_ms, counter + 1
        else:
            self._last = last_ms + 1, 0
        ms, counter = self._last
        number = (ms & (1 << 48) - 1) << 80 | _VERSION << 76 | counter << 64
        number |= _VARIANT << _RANDOM_BITS | self._random_bits(_RANDOM_BITS)
        digits = f"{number:032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def is_key(text: str) -> bool:
    """Whether a text is a UUID as keys of actions are spelled: lower case, with hyphens."""
    return _KEY.fullmatch(text) is not None


def made_at(key: str) -> Ms | None:
    """When a UUIDv7 was made; None for a UUID of another version, which does not tell."""
    digits = key.replace("-", "")
    return int(digits[:12], 16) if digits[12] == "7" else None
