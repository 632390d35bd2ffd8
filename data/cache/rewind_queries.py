"""The questions that show the floor as it was, in SQL: each finds its rows by an index.

What began long ago and still lasted is found by an index of its own, which holds only contacts
that took long or have not ended; of the others only those of the last half hour can matter.
"""

from __future__ import annotations

from data.cache.history_model import STATE_CODES
from data.cache.history_pieces import (
    BUSY,
    COLUMNS,
    FIRST_ENDS,
    HAS_WORK,
    ON_HOLD,
    TALK_ENDS,
    WORK_BEGINS,
    row_at,
)
from data.model import AgentState

LONG_MS = 1_800_000
"""From so many ms on a contact has taken long; the same number stands in the schema's index."""
LONGEST_MS = 7 * 86_400_000
"""What came longer ago is not looked for any more."""
MINUTE_MS = 60_000
WORK_AFTER_MS = 60_000
"""How soon after service ends the work after it begins, at the latest."""

NAMES = """
SELECT n, site, source, id, label, client FROM name WHERE sort = :sort
"""
"""Everything of a sort that history has ever named."""

WORDS = "SELECT n, id FROM name WHERE n IN (SELECT value FROM json_each(:rows))"
"""The words of some numbers."""


def _columns(of: str) -> str:
    return ", ".join(f"{of}.{column}" for column in COLUMNS.split(", "))


def _of_whole(expression: str) -> str:
    """An expression over the columns of a row, of the rows that lie wholly in the span."""
    for column in ("from_ms", "length", "state", "contact", "rang", "talked", "worked"):
        expression = expression.replace(column, f"whole.{column}")
    return expression


def _sum(expression: str, where: str) -> str:
    return f"coalesce(sum({expression}) FILTER (WHERE {where}), 0)"


def _first_spent(state: AgentState) -> str:
    return _sum(FIRST_ENDS, f"state = {STATE_CODES[state]}")


_TALK = f"coalesce({TALK_ENDS} - talked, CASE state WHEN {BUSY} THEN {FIRST_ENDS} END)"
_HAS_TALK = f"(talked IS NOT NULL OR state = {BUSY})"
_SUMS = _of_whole(
    f"""{_first_spent(AgentState.READY)}, {_first_spent(AgentState.NOT_READY)},
    {_sum(f"length - {WORK_BEGINS}", HAS_WORK)}, {_sum(_TALK, _HAS_TALK)},
    {_first_spent(AgentState.ON_HOLD)},
    count(DISTINCT contact) FILTER (WHERE {_HAS_TALK})"""
)
_OF_LAST = (
    _of_whole(
        f"""{_sum(_TALK, f"contact = $last AND {_HAS_TALK}")},
    {_sum(FIRST_ENDS, f"contact = $last AND state = {ON_HOLD}")},
    coalesce(max(contact = $last) FILTER (WHERE {_HAS_TALK}), 0),
    coalesce(max(contact = $first) FILTER (WHERE {_HAS_TALK}), 0)"""
    )
    .replace("$last", "last.contact")
    .replace("$first", "earlier.contact")
)
AGENTS = f"""
SELECT n, {_columns("last")}, {_columns("earlier")}, {_SUMS}, {_OF_LAST}
FROM name CROSS JOIN segment AS last ON last.agent = n
        AND last.from_ms = (SELECT max(from_ms) FROM segment WHERE agent = n AND from_ms <= :at)
    LEFT JOIN segment AS earlier ON earlier.agent = n AND earlier.from_ms =
        (SELECT max(from_ms) FROM segment WHERE agent = n AND from_ms <= :since)
    LEFT JOIN segment AS whole ON whole.agent = n
        AND whole.from_ms > :since AND whole.from_ms < last.from_ms
WHERE sort = :sort GROUP BY n
"""  # noqa: S608 - only expressions of ours are put in
"""Of each agent the row in which an instant lies, that in which `since` lies, and what they had
done with in the rows between the two: time by state, and how many contacts.

Then of the contact of the last row talk, hold, and whether there was talk with it before; and the
last of the contact of the earlier row. One pass: an agent's rows of some hours are one page.
"""

_COUNTS = (
    *("offered", "answered", "answered_within", "abandoned", "abandoned_within"),
    *("abandoned_short", "transferred", "wait_answered_ms / 1000.0"),
    *("wait_abandoned_ms / 1000.0", "longest_wait_ms / 1000.0", "talk_ms / 1000.0"),
    *("hold_ms / 1000.0", "acw_ms / 1000.0"),
)
_WORK_AT = f"from_ms + {WORK_BEGINS}"
_HELD = (
    f"coalesce(CASE WHEN state = {ON_HOLD} AND from_ms >= at + answered THEN {FIRST_ENDS} END, 0)"
)
_WORKED = f"""coalesce(CASE WHEN {HAS_WORK} AND {_WORK_AT} >= at + answered
        AND {_WORK_AT} <= at + ended + {WORK_AFTER_MS} THEN length - {WORK_BEGINS} END, 0)"""
# What was done with a contact is in one or more rows of who had it last: each gives a part of it.
_DONE_WITH = f"""segment.agent = contact.agent AND segment.contact = contact.c
    AND from_ms >= {row_at("at + answered", "contact.agent")}
    AND from_ms <= at + ended + {WORK_AFTER_MS}"""
# `$which` comes last: what stands before it must not keep SQLite from the index it names.
_STAYS = f"""
SELECT contact.c, queue, client, channel, direction, outcome, at, at + queued, at + answered,
    at + ended, contact.agent, mask, digits, caller, contact.id, leg, {_HELD}, {_WORKED}
FROM contact LEFT JOIN segment ON {_DONE_WITH}
WHERE $which
"""  # noqa: S608 - only expressions of ours are put in
_LASTS = "at + coalesce(ended, 9e15) > :at"


def _stays(which: str) -> str:
    return _STAYS.replace("$which", which)


INTERVALS = f"""
SELECT queue, starts_at, minutes, {", ".join(_COUNTS)}, forecast_offered, forecast_aht_s
FROM interval WHERE starts_at >= :start AND starts_at <= :at ORDER BY queue, starts_at
"""  # noqa: S608 - only names of columns are put in
"""The counts of intervals that had begun by an instant, times in seconds."""

LASTING = " UNION ALL ".join(
    (
        _stays(f"at > :at - {LONG_MS} AND at <= :at AND {_LASTS}"),
        _stays(
            f"(ended IS NULL OR ended > {LONG_MS}) AND at <= :at - {LONG_MS}"
            f" AND at > :at - {LONGEST_MS} AND {_LASTS}"
        ),
    )
)
"""Contacts that had come by an instant and had not ended."""

_ENTERED = "at + coalesce(queued, answered, 0)"
_IS_LATER = "at > :at AND at < :until"
LATER = f"""
SELECT queue, outcome, {_ENTERED}, at + answered, at + ended FROM contact WHERE {_IS_LATER}
"""  # noqa: S608 - only expressions of ours are put in
"""Contacts that came after an instant and before another one."""

LATER_WORK = f"""
SELECT queue, ({_ENTERED}) / {MINUTE_MS}, sum({_HELD}), sum({_WORKED})
FROM contact CROSS JOIN segment ON {_DONE_WITH} WHERE {_IS_LATER} GROUP BY 1, 2
"""  # noqa: S608 - only expressions of ours are put in
"""How long they were held and worked on after, by queue and the minute in which they entered it."""

OF_ROWS = _stays("c IN (SELECT value FROM json_each(:rows))")
"""Contacts by the numbers of their rows."""
