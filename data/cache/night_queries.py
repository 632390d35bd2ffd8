"""What a night asks of history: counts by quarter hour, what is covered, and the last call."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from data.floor import Key
from data.model import Ms

Ask: TypeAlias = Callable[[str, Mapping[str, object]], list[tuple[Any, ...]]]
"""Runs a statement with named parameters and gives all rows."""

QUARTER_MS = 15 * 60_000
DAY_MS = 24 * 3_600_000
_OURS = """queue IN (SELECT name.n FROM name JOIN json_each(:queues) AS wanted
    ON name.site = json_extract(wanted.value, '$[0]')
        AND name.source = json_extract(wanted.value, '$[1]')
        AND name.id = json_extract(wanted.value, '$[2]'))"""
_COUNTS = f"""
SELECT starts_at - starts_at % :quarter, sum(offered) FROM interval
WHERE starts_at >= :start AND starts_at < :end AND {_OURS}
GROUP BY 1
"""  # noqa: S608 - only a constant is put in
_HAS_ANY = """
SELECT EXISTS (SELECT 1 FROM interval JOIN name AS queue ON queue.n = interval.queue
    WHERE starts_at >= :start AND starts_at < :end AND queue.site = :site)
"""
_LAST_CALL = f"""
SELECT max(at) FROM contact WHERE at > :start AND at <= :end AND {_OURS}
"""  # noqa: S608 - only a constant is put in


def calls_by_quarter(ask: Ask, queues: Iterable[Key], start: Ms, end: Ms) -> dict[Ms, int]:
    """Contacts offered in queues, by the beginning of each quarter hour from `start` to `end`."""
    wanted = {"queues": _listed(queues), "start": start, "end": end, "quarter": QUARTER_MS}
    return dict(ask(_COUNTS, wanted))


def is_covered(ask: Ask, site: str, start: Ms, end: Ms) -> bool:
    """Whether history was being kept through a span of time.

    A night in which nobody called has no rows: that somebody looked shows by rows of the day before
    and of the day behind it.
    """
    around = ((start - DAY_MS, start), (end, end + DAY_MS))
    return all(
        ask(_HAS_ANY, {"site": site, "start": first, "end": last}) == [(1,)]
        for first, last in around
    )


def last_call(ask: Ask, queues: Iterable[Key], until: Ms) -> Ms | None:
    """When the last contact came into some queues, within the day before `until`; None: none."""
    wanted = {"queues": _listed(queues), "start": until - DAY_MS, "end": until}
    ((at,),) = ask(_LAST_CALL, wanted)
    return None if at is None else int(at)


def _listed(queues: Iterable[Key]) -> str:
    return json.dumps(sorted(queues))
