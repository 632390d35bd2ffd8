"""What history knows of callers: who was lost on a day, who was answered, and a queue's own count.

Every question is bounded by the beginning of a day and finds its rows by the index on the instant
at which a contact came. A caller is the hash under which history keeps the caller's key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from data.cache.history_model import (
    CHANNEL_CODES,
    CHANNELS,
    DIRECTION_CODES,
    OUTCOME_CODES,
    OUTCOMES,
    Outcome,
    Sort,
    short_hash,
)
from data.cache.history_pieces import HAS_WORK, WORK_BEGINS, row_at
from data.model import Channel, Ms

BEFORE_MS = 4 * 3_600_000
"""How long before it enters a queue of the day a contact may have come into being."""
_FOREVER = 2**62
CALLER_BITS = 64
"""Bits of the hash of a caller's key."""

Ask: TypeAlias = Callable[[str, Mapping[str, object]], list[tuple[Any, ...]]]
"""Runs a statement with named parameters and gives all rows."""


class LostContact(NamedTuple):
    """One stay in a queue that the caller, or a time limit, ended before anybody answered."""

    site: str
    source: str
    contact: str
    leg: int
    queue: str
    queue_name: str
    client: str
    channel: Channel
    caller: str
    """See `caller_token`; empty where the caller is not known."""
    caller_masked: str
    entered_at: Ms
    left_at: Ms

    @property
    def wait_s(self) -> float:
        """Seconds in the queue."""
        return (self.left_at - self.entered_at) / 1000


class AnsweredContact(NamedTuple):
    """One contact of a caller that somebody answered."""

    site: str
    source: str
    contact: str
    queue: str
    queue_name: str
    caller: str
    answered_at: Ms
    agent: str
    agent_name: str


class CallersOfDay(NamedTuple):
    """The lost contacts of a day, and what else these callers had answered in it."""

    lost: tuple[LostContact, ...] = ()
    """In the order in which they were lost."""
    answered: tuple[AnsweredContact, ...] = ()
    """In the order in which they were answered."""


class Stay(NamedTuple):
    """One contact's stay in the queue that is counted."""

    entered_at: Ms
    """Queue entry; for what never queued, the instant at which service began."""
    answered_at: Ms | None
    ended_at: Ms | None
    outcome: Outcome | None

    def as_of(self, at: Ms) -> Stay:
        """What was known of it at an earlier instant."""
        has_ended = self.ended_at is not None and self.ended_at <= at
        return Stay(
            self.entered_at,
            self.answered_at if self.answered_at is not None and self.answered_at <= at else None,
            self.ended_at if has_ended else None,
            self.outcome if has_ended else None,
        )


class QueueOfDay(NamedTuple):
    """What is known of one queue's day."""

    stays: tuple[Stay, ...] = ()
    acw_s: float = 0.0
    """Seconds of after-contact work that is over."""
    open_acw: int = 0
    """How many agents are at such work now."""
    first_at: Ms | None = None
    """When the first contact of the day came that is known of this source, in whatever queue."""


def caller_token(caller_key: str) -> str:
    """The name under which history knows the caller of a key; empty for an empty key."""
    return _token(short_hash(caller_key, CALLER_BITS)) if caller_key else ""


def callers_of_day(ask: Ask, site: str, start: Ms, end: Ms | None = None) -> CallersOfDay:
    """The lost contacts of a site's day, with the answered ones of the same callers.

    Only immediate inbound contacts are lost. Answered are those, too, and call-backs whoever rang.

    Args:
        ask: The file.
        site: The site.
        start: When its day began.
        end: Contacts that came later do not matter; None for all there are.
    """
    wanted = {
        "site": site,
        "start": start,
        "earliest": start - BEFORE_MS,
        "end": _FOREVER if end is None else end,
    }
    return CallersOfDay(
        lost=tuple(_lost(row) for row in ask(_LOST, wanted)),
        answered=tuple(_answered(row) for row in ask(_ANSWERED, wanted)),
    )


def queue_of_day(
    ask: Ask, site: str, source: str, queue: str, start: Ms, end: Ms | None = None
) -> QueueOfDay:
    """The stays in one queue on a day that began at `start`.

    Args:
        ask: The file.
        site: Where the queue is.
        source: The source that it is of.
        queue: Its native id.
        start: When the day began.
        end: Contacts that came later do not matter; None for all there are.
    """
    found = ask(_QUEUE, {"site": site, "source": source, "queue": queue})
    wanted = {
        "queue": found[0][0] if found else -1,
        "site": site,
        "source": source,
        "start": start,
        "earliest": start - BEFORE_MS,
        "end": _FOREVER if end is None else end,
    }
    ((first_at,),) = ask(_FIRST, wanted)
    if not found:
        return QueueOfDay(first_at=first_at)
    stays = tuple(
        Stay(entered, answered, ended, OUTCOMES.get(outcome))
        for entered, answered, ended, outcome in ask(_STAYS, wanted)
    )
    ((acw_ms, open_acw),) = ask(_ACW, wanted)
    return QueueOfDay(stays, acw_ms / 1000, open_acw, first_at)


def _token(number: int) -> str:
    return f"{number % 2**CALLER_BITS:016x}"


def _lost(row: tuple[Any, ...]) -> LostContact:
    site, source, contact, leg, queue, name, client, channel, caller, masked, entered, left = row
    return LostContact(
        *(site, source, contact, leg, queue, name or queue, client),
        *(CHANNELS.get(channel, Channel.OTHER), "" if caller is None else _token(caller)),
        *(masked, entered, left),
    )


def _answered(row: tuple[Any, ...]) -> AnsweredContact:
    site, source, contact, queue, name, caller, answered, agent, agent_name = row
    return AnsweredContact(
        *(site, source, contact, queue, name or queue, _token(caller), answered),
        *(agent, agent_name),
    )


_IMMEDIATE = ", ".join(str(code) for channel, code in CHANNEL_CODES.items() if channel.is_immediate)
_INBOUND = DIRECTION_CODES["inbound"]
_CALLBACK = CHANNEL_CODES[Channel.CALLBACK]
_IN_SPAN = "contact.at >= :earliest AND contact.at < :end"
_IS_LOST = f"""{_IN_SPAN} AND contact.outcome = {OUTCOME_CODES[Outcome.ABANDONED]}
    AND contact.direction = {_INBOUND} AND contact.channel IN ({_IMMEDIATE})
    AND contact.queued IS NOT NULL AND contact.ended IS NOT NULL
    AND contact.at + contact.queued >= :start"""

_LOST = f"""
SELECT queue.site, queue.source, contact.id, contact.leg, queue.id, queue.label,
    coalesce(client.id, ''), contact.channel, contact.caller,
    coalesce(mask.id, '') || contact.digits,
    contact.at + contact.queued, contact.at + contact.ended
FROM contact JOIN name AS queue ON queue.n = contact.queue
    LEFT JOIN name AS client ON client.n = contact.client
    LEFT JOIN name AS mask ON mask.n = contact.mask
WHERE queue.site = :site AND {_IS_LOST}
ORDER BY contact.at + contact.ended, contact.c
"""  # noqa: S608 - only codes of ours are put in
_ANSWERED = f"""
SELECT queue.site, queue.source, contact.id, queue.id, queue.label, contact.caller,
    contact.at + contact.answered, coalesce(agent.id, ''), coalesce(agent.label, '')
FROM contact JOIN name AS queue ON queue.n = contact.queue
    LEFT JOIN name AS agent ON agent.n = contact.agent
WHERE queue.site = :site AND {_IN_SPAN} AND contact.answered IS NOT NULL
    AND (contact.direction = {_INBOUND} OR contact.channel = {_CALLBACK})
    AND contact.channel IN ({_IMMEDIATE}) AND contact.at + contact.answered >= :start
    AND contact.caller IN (SELECT contact.caller FROM contact WHERE {_IS_LOST})
ORDER BY contact.at + contact.answered, contact.c
"""  # noqa: S608 - only codes of ours are put in
_QUEUE = f"""
SELECT n FROM name
WHERE site = :site AND source = :source AND sort = {int(Sort.QUEUE)} AND id = :queue
"""  # noqa: S608 - only codes of ours are put in
_STAYS = f"""
SELECT at + coalesce(queued, answered) AS entered, at + answered, at + ended, outcome FROM contact
WHERE {_IN_SPAN} AND queue = :queue AND at + coalesce(queued, answered) >= :start
ORDER BY entered, c
"""  # noqa: S608 - only codes of ours are put in
# Work after a contact is found by agent, for segments have no other index.
_WORK_AT = f"segment.from_ms + {WORK_BEGINS}"
_ACW = f"""
SELECT coalesce(sum(segment.length - {WORK_BEGINS}), 0), count(*) - count(segment.length)
FROM name AS agent CROSS JOIN segment ON segment.agent = agent.n
    JOIN contact ON contact.c = segment.contact
WHERE agent.site = :site AND agent.source = :source AND agent.sort = {int(Sort.AGENT)}
    AND segment.from_ms < :end AND segment.from_ms >= {row_at(":start", "agent.n")}
    AND {HAS_WORK} AND {_WORK_AT} >= :start AND {_WORK_AT} < :end
    AND contact.queue = :queue
    AND contact.at + coalesce(contact.queued, contact.answered) >= :start
"""  # noqa: S608 - only codes of ours are put in
_FIRST = """
SELECT min(contact.at + coalesce(contact.queued, contact.answered))
FROM contact JOIN name AS queue ON queue.n = contact.queue
WHERE contact.at >= :earliest AND contact.at < :end AND queue.site = :site
    AND queue.source = :source AND contact.at + coalesce(contact.queued, contact.answered) >= :start
"""
