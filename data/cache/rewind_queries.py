"""The questions that show the floor as it was, in SQL: each finds its rows by an index.

What began long ago and still lasted is found by an index of its own, which holds only contacts
that took long or have not ended; of the others only those of the last half hour can matter.
"""

from __future__ import annotations

LONG_MS = 1_800_000
"""From so many ms on a contact has taken long; the same number stands in the schema's index."""
LONGEST_MS = 7 * 86_400_000
"""What came longer ago is not looked for any more."""
ACW_AFTER_MS = 60_000
"""How soon after service ends the work after it begins."""

NAMES = """
SELECT n, site, source, id, label, client FROM name WHERE sort = :sort
"""
"""Everything of a sort that history has ever named."""

WORDS = "SELECT n, id FROM name WHERE n IN (SELECT value FROM json_each(:rows))"
"""The words of some numbers."""

AGENTS = """
SELECT n, from_ms, length, state, reason, contact
FROM name CROSS JOIN segment ON agent = n
    AND from_ms = (SELECT max(from_ms) FROM segment WHERE agent = n AND from_ms <= :at)
WHERE sort = :sort
"""
"""The last segment of each agent that had begun by an instant."""

# `$which` comes last: what stands before it must not keep SQLite from the index it names.
_STAYS = """
SELECT contact.c, queue, client, channel, direction, outcome, at, at + queued, at + answered,
    at + ended, agent, mask, digits, caller, contact.id, leg
FROM contact WHERE $which
"""
_LASTS = "at + coalesce(ended, 9e15) > :at"


def _stays(which: str) -> str:
    return _STAYS.replace("$which", which)


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

LATER = _stays("at > :at AND at < :until")
"""Contacts that came after an instant and before another one."""

OF_ROWS = _stays("c IN (SELECT value FROM json_each(:rows))")
"""Contacts by the numbers of their rows."""

WORK = """
SELECT contact.c, sum(length) FILTER (WHERE state = :held),
    sum(length) FILTER (WHERE state = :acw)
FROM json_each(:rows) AS wanted CROSS JOIN contact ON contact.c = wanted.value
    CROSS JOIN segment ON segment.agent = contact.agent AND segment.contact = contact.c
        AND from_ms >= at + answered AND from_ms <= at + ended + :acw_after
WHERE state IN (:held, :acw)
GROUP BY contact.c
"""
"""How long contacts were held, and worked on after them, in all: their rows as JSON."""

_SUMS = """sum(length) FILTER (WHERE state = :ready),
    sum(length) FILTER (WHERE state = :not_ready), sum(length) FILTER (WHERE state = :acw),
    sum(length) FILTER (WHERE state = :busy), sum(length) FILTER (WHERE state = :held),
    count(DISTINCT contact) FILTER (WHERE state = :busy)"""
SPENT = """
SELECT n, $sums
FROM name CROSS JOIN segment ON agent = n
WHERE sort = :sort AND from_ms <= :at AND from_ms + length > :since AND from_ms + length <= :at
    AND from_ms >= coalesce(
        (SELECT max(from_ms) FROM segment WHERE agent = n AND from_ms <= :since), :since)
GROUP BY n
""".replace("$sums", _SUMS)
"""What agents had done with between two instants: time by state, and how many contacts.

One row an agent, in the order in which the file has them: grouping by state as well would sort.
"""

SPENT_IN_HAND = """
SELECT segment.agent, $sums
FROM json_each(:pairs) AS pair CROSS JOIN segment
    ON segment.agent = pair.value ->> 0 AND segment.contact = pair.value ->> 1
    AND from_ms <= :at AND from_ms + length <= :at AND from_ms + length > :since
    AND from_ms >= :at - :longest
WHERE state IN (:busy, :held)
GROUP BY segment.agent
""".replace("$sums", _SUMS)
"""The same of contacts that agents still have in hand: numbers of agent and contact as JSON."""
