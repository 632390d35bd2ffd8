"""How old what a source told is, and as of when its figures are to be read.

live   a success or heartbeat within the poll interval + 5 s, and nothing asked in vain since
late   up to 30 s more, or from the first question without an answer on
stale  later still, or the switch behind a living API does not answer

What the sync process stored as offline, rebuilding, sign_in or fault stands as it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Self

import msgspec

from data.clock import Clock, boot_id
from data.floor import Key
from data.model import Freshness, Ms
from data.status import SourceHealth

LIVE_GRACE_S = 5.0
LATE_GRACE_S = 30.0

_ORDER = (
    Freshness.LIVE,
    Freshness.LATE,
    Freshness.REBUILDING,
    Freshness.STALE,
    Freshness.OFFLINE,
    Freshness.SIGN_IN,
    Freshness.FAULT,
)
_BY_AGE = frozenset({Freshness.LIVE, Freshness.LATE, Freshness.STALE})
_CURRENT = frozenset({Freshness.LIVE, Freshness.LATE})


class Moment(NamedTuple):
    """An instant on the server's clock, and the same on this host's monotonic one."""

    now: Ms
    mono_ms: int
    boot_id: str = ""
    """The boot that `mono_ms` counts within: a monotonic instant of another one means nothing."""

    @classmethod
    def of(cls, clock: Clock) -> Self:
        """Read a clock once, so that everything derived from it agrees."""
        return cls(clock.now(), clock.monotonic_ms(), boot_id())


class SourceAge(msgspec.Struct, frozen=True, kw_only=True):
    """How far the figures of one source can be trusted to be of now."""

    health: SourceHealth
    state: Freshness
    """What holds for the figures: STALE where only the switch behind the API is silent."""
    api_state: Freshness
    """How the endpoint itself does."""
    age_s: float | None
    """Real seconds since the figures were known good; None where they never were."""
    good_at: Ms | None
    """The same as an instant on the server's clock."""
    now: Ms
    """The present on the server's clock of this source."""
    silent_switch: str = ""
    """The system behind a living API that does not answer; empty where all do."""

    @property
    def is_old(self) -> bool:
        """Whether figures of this source have to be marked as old."""
        return self.state not in _CURRENT

    @property
    def as_of(self) -> Ms:
        """The instant for which figures are computed: now, or when they were last known good.

        Old figures stand still. An old wait that went on counting would speak of a caller who may
        have been answered long ago.
        """
        return self.good_at if self.is_old and self.good_at is not None else self.now


def source_age(health: SourceHealth, moment: Moment) -> SourceAge:
    """The age of a source at a moment."""
    now = _server_now(health, moment)
    age_s = _age_s(health, moment, now)
    state = health.state
    if state in _BY_AGE:
        state = _by_age(age_s, health.poll_s)
        if health.failures and state is Freshness.LIVE:
            state = Freshness.LATE
    good_at, silent, felt = health.last_ok_at, "", state
    down = [switch for switch in health.switches if switch.state != "live"]
    if down and state in _CURRENT:
        first = min(down, key=lambda switch: switch.as_of)
        silent, felt, good_at = first.name, Freshness.STALE, first.as_of
        age_s = max(0.0, (now - first.as_of) / 1000 / _rate(health))
    return SourceAge(
        health=health,
        state=felt,
        api_state=state,
        age_s=age_s,
        good_at=good_at,
        now=now,
        silent_switch=silent,
    )


def own_now(ages: Mapping[tuple[str, str], SourceAge], key: Key, moment: Moment) -> Ms:
    """The present by the clock of the source that a row came from.

    Args:
        ages: The age of each source, by site and source.
        key: What names the row.
        moment: The present for rows of a source that is not known.
    """
    age = ages.get((key.site, key.source))
    return age.now if age is not None else moment.now


def worst_age(ages: Iterable[SourceAge]) -> SourceAge | None:
    """The age that speaks for all: the worst state, and of several the oldest figures."""
    return max(
        ages, key=lambda age: (_ORDER.index(age.state), _or_forever(age.age_s)), default=None
    )


def _or_forever(age_s: float | None) -> float:
    return float("inf") if age_s is None else age_s


def _by_age(age_s: float | None, poll_s: float) -> Freshness:
    if age_s is None:
        return Freshness.STALE
    if age_s <= poll_s + LIVE_GRACE_S:
        return Freshness.LIVE
    return Freshness.LATE if age_s <= poll_s + LIVE_GRACE_S + LATE_GRACE_S else Freshness.STALE


def _rate(health: SourceHealth) -> float:
    return health.anchor.rate if health.anchor is not None else 1.0


def _server_now(health: SourceHealth, moment: Moment) -> Ms:
    """The source's own server clock where it can be read, or else the floor's."""
    anchor = health.anchor
    if anchor is None or not anchor.boot_id or anchor.boot_id != moment.boot_id:
        return moment.now
    return anchor.server_ms + int(max(0, moment.mono_ms - anchor.monotonic_ms) * anchor.rate)


def _age_s(health: SourceHealth, moment: Moment, now: Ms) -> float | None:
    """Real seconds since the last success, by the monotonic clock where it is of this boot."""
    if health.last_ok_mono_ms is not None and health.boot_id == moment.boot_id:
        return max(0.0, (moment.mono_ms - health.last_ok_mono_ms) / 1000)
    if health.last_ok_at is None:
        return None
    return max(0.0, (now - health.last_ok_at) / 1000 / _rate(health))
