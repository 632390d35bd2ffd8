"""The questions that history.db is asked, in SQL."""

from __future__ import annotations

from data.cache.history_pieces import FIRST_ENDS, RINGING_ENDS, TALK_ENDS, row_at

_CONTACTS = """
SELECT queue.site, queue.source, contact.id, contact.leg, queue.id, queue.label,
    coalesce(client.id, ''), contact.channel, contact.direction, contact.outcome, contact.at,
    contact.at + contact.queued, contact.at + contact.answered, contact.at + contact.ended,
    coalesce(agent.id, ''), coalesce(agent.label, ''), coalesce(mask.id, '') || contact.digits,
    contact.c
FROM contact JOIN name AS queue ON queue.n = contact.queue
    LEFT JOIN name AS client ON client.n = contact.client
    LEFT JOIN name AS agent ON agent.n = contact.agent
    LEFT JOIN name AS mask ON mask.n = contact.mask
WHERE $where
"""
# Parameters by name, since which of them matter is the asker's affair. The unary plus keeps
# SQLite from walking the index on `at` where another finds fewer rows.
_MATCHES = """$first AND $at <= :end AND $at >= :earliest
    AND (contact.ended IS NULL OR contact.at + contact.ended >= :start)
    AND (:site IS NULL OR queue.site = :site)
    AND (:id = '' OR contact.id = :id)
    AND (:digits = '' OR substr(contact.digits, -length(:digits)) = :digits)
    AND (:queues IS NULL OR contact.queue IN (SELECT value FROM json_each(:queues)))
    AND (:agents IS NULL OR contact.agent IN (SELECT value FROM json_each(:agents)))
ORDER BY contact.at DESC, contact.c DESC LIMIT :limit
"""
# The columns that `history_pieces.pieces` takes come first.
_SEGMENTS = """
SELECT segment.from_ms, segment.length, segment.state, segment.reason, segment.contact,
    segment.rang, segment.talked, segment.worked, agent.n, agent.id, agent.label,
    coalesce(reason.id, ''), coalesce(queue.id, ''), coalesce(contact.id, '')
FROM name AS agent CROSS JOIN segment ON segment.agent = agent.n
    LEFT JOIN name AS reason ON reason.n = segment.reason
    LEFT JOIN contact ON contact.c = segment.contact
    LEFT JOIN name AS queue ON queue.n = contact.queue
WHERE agent.site = ? AND agent.source = ? AND agent.sort = ? AND $where
"""


def _matching(first: str, at: str) -> str:
    return _CONTACTS.replace("$where", _MATCHES.replace("$first", first).replace("$at", at))


BY_ID = _matching("contact.id_hash = :id_hash", "+contact.at")
BY_DIGITS = _matching("substr(contact.digits, -4) = :last4 AND contact.digits <> ''", "+contact.at")
BY_TIME = _matching("true", "contact.at")

OF_CONTACT = _CONTACTS.replace(
    "$where",
    "contact.id_hash = ? AND contact.id = ? AND queue.site = ? AND queue.source = ?"
    " ORDER BY contact.leg",
)
"""The legs of a contact: short_hash(id), id, site, source."""

BETWEEN = _CONTACTS.replace(
    "$where",
    "contact.at >= ? AND contact.at < ? AND (?3 IS NULL OR queue.site = ?3)"
    " ORDER BY contact.at, contact.c",
)
"""Contacts that began in a span: from, to, site or NULL."""

OF_AGENT = _SEGMENTS.replace(
    "$where",
    f"agent.id = ? AND segment.from_ms >= {row_at('?5', 'agent.n')} AND segment.from_ms < ?6"
    " ORDER BY segment.from_ms",
)
"""What one agent did: site, source, sort, id, from, to."""

OF_ROWS = _SEGMENTS.replace(
    "$where",
    "segment.from_ms >= $begins AND segment.from_ms <= ?5"
    " AND segment.contact IN (SELECT value FROM json_each(?6)) ORDER BY agent.n",
).replace("$begins", row_at("?4", "agent.n"))
"""What agents did with a contact: site, source, sort, from, to, its rows as JSON.

There is no index on the contact, which would be half as large as the table: the span makes it one
look for each agent of the source.
"""


def _spent(begins: str, ends: str) -> str:
    """Milliseconds of a state that lie in a span; what lasts is taken to last until its end."""
    return (
        f"max(0, min(segment.from_ms + coalesce({ends}, 9e15), :end)"
        f" - max(segment.from_ms + {begins}, :start))"
    )


WORKED = f"""
SELECT count(*) FILTER (WHERE segment.from_ms <= :start), coalesce(sum(
        CASE WHEN segment.state IN (SELECT value FROM json_each(:states))
            THEN {_spent("0", FIRST_ENDS)} ELSE 0 END
        + CASE WHEN :rings AND rang IS NOT NULL THEN {_spent("rang", RINGING_ENDS)} ELSE 0 END
        + CASE WHEN :talks AND talked IS NOT NULL THEN {_spent("talked", TALK_ENDS)} ELSE 0 END
        + CASE WHEN :works AND worked IS NOT NULL THEN {_spent("worked", "length")} ELSE 0 END
    ), 0)
FROM name AS agent CROSS JOIN segment ON segment.agent = agent.n
WHERE agent.sort = :sort AND (:site IS NULL OR agent.site = :site)
    AND (agent.site, agent.source, agent.id) NOT IN (SELECT value ->> 0, value ->> 1, value ->> 2
        FROM json_each(:beside))
    AND segment.from_ms < :end AND segment.from_ms >= {row_at(":start", "agent.n")}
    AND (segment.length IS NULL OR segment.from_ms + segment.length > :start)
"""  # noqa: S608 - only expressions of ours are put in
"""How many agents are known at `start`, and the milliseconds all spent in some states until `end`.

Those `beside` do not count. What lasts is taken to last until `end`.
"""

EXTRAS = """
SELECT extra.at, extra.kind, name.sort, coalesce(name.id, ''), coalesce(name.label, ''), extra.text
FROM extra LEFT JOIN name ON name.n = extra.name
WHERE extra.contact IN (SELECT value FROM json_each(?)) ORDER BY extra.at, extra.kind
"""
"""What a contact has beside: its rows as JSON."""

_OF_CALLER = """$first AND contact.at >= :since AND contact.caller = :caller
    AND queue.site = :site
ORDER BY contact.at DESC, contact.c DESC LIMIT :limit
"""
OF_CALLER = _CONTACTS.replace("$where", _OF_CALLER.replace("$first", "true"))
"""What one caller has had since an instant, the newest first: every contact since is looked at."""
OF_CALLER_BY_DIGITS = _CONTACTS.replace(
    "$where",
    _OF_CALLER.replace(
        "$first", "substr(contact.digits, -4) = :last4 AND contact.digits <> ''"
    ).replace("contact.at >=", "+contact.at >="),
)
"""The same where the last four digits are known, of which there is an index."""

INTERVALS = """
SELECT queue.site, queue.source, queue.id, interval.starts_at, interval.minutes, offered, answered,
    answered_within, abandoned, abandoned_within, abandoned_short, transferred,
    wait_answered_ms / 1000.0, wait_abandoned_ms / 1000.0, longest_wait_ms / 1000.0,
    talk_ms / 1000.0, hold_ms / 1000.0, acw_ms / 1000.0, forecast_offered, forecast_aht_s
FROM interval JOIN name AS queue ON queue.n = interval.queue
WHERE interval.starts_at >= ? AND interval.starts_at < ? AND (?3 IS NULL OR queue.site = ?3)
ORDER BY interval.starts_at, interval.queue
"""
"""Counts of the intervals that begin in a span: from, to, site or NULL."""
