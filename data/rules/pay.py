"""What an hour of an agent's work costs: which of a floor's rates holds. Pure.

A rate may be for a team, for the queues of a client, for both or for anybody. The one that names
most holds; where one names the team and another the client, that of the client, because it is what
was agreed about the work. Of several for the same, the latest that is valid on the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from data.settings import RateSettings


def hourly_rate(rates: Sequence[RateSettings], team: str, client: str, day: date) -> float | None:
    """The rate for work of a team on a client's queues; None where none holds.

    Args:
        rates: The floor's.
        team: The agent's; empty: they are in none, or it is not known.
        client: The queue's; empty: work on no queue, or on one of no client.
        day: The local day.
    """
    on = day.isoformat()
    valid = [
        rate
        for rate in rates
        if _is_meant(rate.team, team) and _is_meant(rate.client, client) and rate.valid_from <= on
    ]
    best = max(valid, key=_rank, default=None)
    return None if best is None else best.hourly


def rate_days(rates: Sequence[RateSettings], first: date, after: date) -> list[date]:
    """The first days of the stretches of a period in which no rate changes.

    Args:
        rates: The floor's.
        first: The first day of the period.
        after: The first day that is no longer in it.
    """
    begins = {date.fromisoformat(rate.valid_from) for rate in rates if rate.valid_from}
    return sorted({first} | {day for day in begins if first < day < after})


def meant_by_none(
    rates: Sequence[RateSettings], teams: Iterable[str], clients: Iterable[str]
) -> tuple[str, ...]:
    """The teams and clients that rates name and that there are none of: most likely misspelt.

    Args:
        rates: The floor's.
        teams: Those that there are; of none nothing can be said.
        clients: The same.
    """
    known_teams, known_clients = set(teams), set(clients)
    missing = [
        name
        for rate in rates
        for name, known in ((rate.team, known_teams), (rate.client, known_clients))
        if name and known and not any(_is_meant(name, one) for one in known)
    ]
    return tuple(dict.fromkeys(missing))


def _is_meant(wanted: str, name: str) -> bool:
    """Whether a name is the one that a rate is for, in capitals or not."""
    return not wanted or wanted.casefold() == name.casefold()


def _rank(rate: RateSettings) -> tuple[int, bool, str]:
    return bool(rate.team) + bool(rate.client), bool(rate.client), rate.valid_from
