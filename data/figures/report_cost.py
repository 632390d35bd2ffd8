"""What the work of a report cost, agent by agent and queue by queue. Pure.

cost               paid hours x hourly rate
cost per contact   cost / contacts answered, of agents of whom both are known

The trade divides all that a centre spends by the contacts that came (MetricNet, Contact Center
KPIs: Definitions & Correlations); here it is what agents are paid, because nothing else is known.
An agent's hours are split over queues by the time that they spent on the contacts of each, from
answer to end; ready time goes the same way. Whoever answered nothing stands in no queue, and in
the total.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec

from data.cache.report_staff import Shared
from data.figures.report_days import AgentTime
from data.figures.report_work import HOUR_MS, Work
from data.floor import Key
from data.rules.pay import hourly_rate
from data.settings import CostSettings


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """What work cost."""

    agents: Mapping[Key, Work]
    """What is to be added to what is known of each agent."""
    queues: Mapping[int, Work]
    """By the numbers of queues: their share of what agents cost and of their ready time."""
    unshared: float | None = None
    """Of those who answered nothing."""
    without_hours: int = 0
    """Agents who answered contacts, and of whom it is not known how long they were there."""
    without_rate: int = 0
    """Agents for whom no rate holds."""


def priced(
    times: Mapping[Key, AgentTime],
    works: Mapping[Key, Work],
    shared: Mapping[Key, Sequence[Shared]],
    team_of: Callable[[Key], str],
    client_of: Mapping[int, str],
    cost: CostSettings,
) -> Priced:
    """Price the work of agents, and share it among the queues that they worked for.

    Args:
        times: Paid hours by agent.
        works: What else is known of them: their ready time is shared, too.
        shared: What each had of the contacts of queues.
        team_of: The team of an agent; empty where they are in none.
        client_of: The clients of queues, by number.
        cost: The rates.
    """
    agents: dict[Key, Work] = {}
    queues: dict[int, Work] = {}
    unshared: float | None = None
    without_hours = without_rate = 0
    for key in times.keys() | works.keys() | shared.keys():
        parts = _parts(shared.get(key, ()))
        time = times.get(key)
        paid = {} if time is None else {day: ms for day, ms in time.paid.items() if ms}
        whole = works.get(key, Work())
        amounts = _amounts(paid, parts, team_of(key), client_of, cost) if paid else None
        if cost.rate:
            without_hours += bool(parts and not paid)
            without_rate += bool(paid and amounts is None)
        if amounts is not None:
            known = _known(whole, sum(paid.values()), sum(amounts), parts)
            agents[key] = known
            whole += known
            unshared = unshared if parts else (unshared or 0.0) + sum(amounts)
        for place, (one, share) in enumerate(parts):
            amount = None if amounts is None else amounts[place]
            part = _share(whole, share, amount, one.contacts)
            queues[one.queue] = queues.get(one.queue, Work()) + part
    return Priced(
        agents=agents,
        queues=queues,
        unshared=unshared,
        without_hours=without_hours,
        without_rate=without_rate,
    )


def _parts(shared: Sequence[Shared]) -> list[tuple[Shared, float]]:
    """Each queue with its share of an agent's time; by contacts where none of them took any."""
    by_time = any(one.ms for one in shared)
    weights = [one.ms if by_time else one.contacts for one in shared]
    whole = sum(weights)
    return [(one, weight / whole) for one, weight in zip(shared, weights, strict=True) if whole]


def _amounts(
    paid: Mapping[date, int],
    parts: Sequence[tuple[Shared, float]],
    team: str,
    client_of: Mapping[int, str],
    cost: CostSettings,
) -> list[float] | None:
    """What an agent cost for each queue, or in all where it was for none; None without a rate."""
    clients = [(client_of.get(one.queue, ""), share) for one, share in parts] or [("", 1.0)]
    amounts = []
    for client, share in clients:
        amount = 0.0
        for day, ms in paid.items():
            rate = hourly_rate(cost.rate, team, client, day)
            if rate is None:
                return None
            amount += rate * share * ms / HOUR_MS
        amounts.append(amount)
    return amounts


def _known(whole: Work, paid_ms: int, amount: float, parts: Sequence[tuple[Shared, float]]) -> Work:
    ready_ms = whole.ready_ms
    return Work(
        paid_ms=paid_ms,
        cost=amount,
        idle_cost=None if ready_ms is None else amount * ready_ms / paid_ms,
        costed=sum(one.contacts for one, _share in parts),
    )


def _share(whole: Work, share: float, amount: float | None, contacts: int) -> Work:
    """A queue's share of what an agent did."""
    ready_ms, idle = whole.ready_ms, whole.idle_cost
    is_priced = amount is not None and whole.cost is not None
    return Work(
        ready_ms=None if ready_ms is None else round(ready_ms * share),
        paid_ms=round((whole.paid_ms or 0) * share) if is_priced else None,
        cost=amount,
        idle_cost=None if idle is None or not whole.cost else idle * (amount or 0.0) / whole.cost,
        costed=contacts if is_priced else None,
    )
