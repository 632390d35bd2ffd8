"""How long to leave an endpoint alone after it failed.

Full jitter over a doubling bound: clients that lost the same server at the same moment do not come
back at the same moment. An endpoint that names a time (Retry-After) is given it. What does not mend
by itself (a certificate, a sign-in) is not asked again in a hurry.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import msgspec

from data.clock import Clock, HostClock
from data.errors import Code, FetchError, FloorError

FIRST_BOUND_S = 0.5
LONGEST_BOUND_S = 30.0
LONGEST_BOUND_HERE_S = 5.0
"""For a disk of this host that is full: whoever makes room looks at the screen meanwhile."""
LONGEST_RETRY_AFTER_S = 300.0
RETRY_AFTER_JITTER = 0.1
RESYNC_SPREAD_S = 30.0
"""Clients whose cursor has gone come back spread over this span."""
PATIENT_S = {
    Code.TLS_EXPIRED: 60.0,
    Code.TLS_WRONG_NAME: 60.0,
    Code.TLS_UNKNOWN_AUTHORITY: 60.0,
    Code.TLS_CLIENT_CERTIFICATE: 60.0,
    Code.TLS_OTHER: 60.0,
    Code.SIGN_IN: 15.0,
    Code.FORBIDDEN: 15.0,
    Code.SCHEMA_UNSUPPORTED: 60.0,
    Code.NO_SUCH_SITE: 15.0,
    Code.SEVERAL_SITES: 60.0,
}
"""Seconds between two tries where a person has to mend something first."""


class Timing(msgspec.Struct, frozen=True):
    """Time and chance as the sync process takes them; tests bring their own."""

    clock: Clock = msgspec.field(default_factory=HostClock)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random
    """A number from 0 up to, not including, 1."""


class Backoff:
    """Counts failures in a row and says how long to wait after each."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self.failures = 0

    def succeeded(self) -> None:
        """Begin anew after a success."""
        self.failures = 0

    def failed(self, problem: FloorError | None = None) -> float:
        """Seconds to wait after one more failure.

        Args:
            problem: What went wrong, where it is known: its kind and its Retry-After count.
        """
        is_here = problem is not None and problem.code is Code.DISK_FULL
        longest = LONGEST_BOUND_HERE_S if is_here else LONGEST_BOUND_S
        bound = min(longest, FIRST_BOUND_S * 2.0 ** min(self.failures, 16))
        self.failures += 1
        asked = problem.retry_after_s if isinstance(problem, FetchError) else None
        if asked is not None:
            wait = min(max(asked, 0.0), LONGEST_RETRY_AFTER_S)
            return wait * self._around_one()
        patient = PATIENT_S.get(problem.code) if problem is not None else None
        if patient is not None:
            return patient * self._around_one()
        return self._chance() * bound

    def _around_one(self) -> float:
        """A factor within a tenth of one, so that those told the same time do not meet."""
        return 1.0 + RETRY_AFTER_JITTER * (2.0 * self._chance() - 1.0)
