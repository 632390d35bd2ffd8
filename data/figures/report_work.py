"""What agents did in the time of a report, as sums that may be added."""

from __future__ import annotations

import msgspec

from data.rules.service_level import percent

HOUR_MS = 3_600_000


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What agents did: sums over those of whom it is known, None where it is of nobody."""

    handled: int | None = None
    handling_ms: int | None = None
    """Of those contacts, talk, hold and after-contact work."""
    busy_ms: int | None = None
    """The same, of agents of whom ready time is known, too."""
    ready_ms: int | None = None
    """Idle: signed in and waiting for a contact."""
    scheduled_ms: int | None = None
    adherent_ms: int | None = None
    late_ms: int | None = None
    """From the beginning of shifts until somebody signed in."""
    left_early_ms: int | None = None
    """From when somebody signed out for good until the end of their shifts."""
    not_come_ms: int | None = None
    """Of shifts in which somebody never signed in."""
    signed_in_ms: int | None = None
    paid_ms: int | None = None
    """The hours that `cost` is of."""
    cost: float | None = None
    """In the floor's currency."""
    idle_cost: float | None = None
    """Of ready time, at what the hours of each agent cost on the average."""
    costed: int | None = None
    """Contacts answered by those whose cost is known."""

    def __add__(self, other: Work) -> Work:
        """Two agents, or two spans, together."""
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        sums = (two if one is None else one if two is None else one + two for one, two in pairs)
        return Work(**dict(zip(self.__struct_fields__, sums, strict=True)))

    @property
    def aht_s(self) -> float | None:
        """Average handling time in seconds."""
        if not self.handled or self.handling_ms is None:
            return None
        return self.handling_ms / 1000 / self.handled

    @property
    def occupancy(self) -> float | None:
        """Handling of handling and ready time together, percent."""
        if self.busy_ms is None or self.ready_ms is None:
            return None
        return percent(self.busy_ms, self.busy_ms + self.ready_ms)

    @property
    def adherence(self) -> float | None:
        """Time in the planned activity of all scheduled time, percent."""
        if self.scheduled_ms is None or self.adherent_ms is None:
            return None
        return percent(self.adherent_ms, self.scheduled_ms)

    @property
    def cost_per_contact(self) -> float | None:
        """Cost / contacts answered, of those of whom both are known."""
        if self.cost is None or not self.costed:
            return None
        return self.cost / self.costed


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Of how much of the time what is said of agents is known, and what keeps the rest unknown."""

    days: int = 0
    """Days of sites: of two sites a day is two."""
    known_days: int = 0
    """Those of which states of agents are kept."""
    planned_days: int = 0
    """Those of which a plan is known, too."""
    spare_halves: int = 0
    """Half hours of which it is known how many were there and how many were needed."""
    without_hours: int = 0
    """Agents who answered contacts, and of whom it is not known how long they were there."""
    without_rate: int = 0
    """Agents for whom no rate holds."""
    unshared: float | None = None
    """What those cost who answered nothing, and who therefore stand in no queue."""

    def __add__(self, other: Coverage) -> Coverage:
        """Two sites together."""
        return Coverage(
            days=self.days + other.days,
            known_days=self.known_days + other.known_days,
            planned_days=self.planned_days + other.planned_days,
            spare_halves=self.spare_halves + other.spare_halves,
            without_hours=self.without_hours + other.without_hours,
            without_rate=self.without_rate + other.without_rate,
            unshared=_both(self.unshared, other.unshared),
        )


def _both(one: float | None, two: float | None) -> float | None:
    return two if one is None else one if two is None else one + two
