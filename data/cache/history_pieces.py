"""What an agent did from one state to the next, and how history packs that into rows.

States follow one another without a gap, and most of them are those of a call: somebody is ready, it
rings, they talk, they work after it. Such a sequence is one row: a first state, and the distances
at which ringing, talk and after-contact work began after it (NULL where there was none), in that
order. `contact` is that of those three; a first state has it too where it handles a contact itself
or nothing follows it. Only a first state has a reason. `length` is NULL while the last one lasts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from data.cache.history_model import STATE_CODES
from data.cache.names import NOBODY
from data.model import AgentState, Ms

RINGING = STATE_CODES[AgentState.RINGING]
BUSY = STATE_CODES[AgentState.BUSY]
AFTER = STATE_CODES[AgentState.WORKING_AFTER_CONTACT]
ON_HOLD = STATE_CODES[AgentState.ON_HOLD]
HANDLING = frozenset({RINGING, BUSY, ON_HOLD, AFTER})
COLUMNS = "from_ms, length, state, reason, contact, rang, talked, worked"
"""What `pieces` takes, in this order, of a row named as `segment.` or by itself."""

# Distances after `from_ms`, as SQL: NULL where the piece lasts, or where there is none.
FIRST_ENDS = "coalesce(rang, talked, worked, length)"
RINGING_ENDS = "coalesce(talked, worked, length)"
TALK_ENDS = "coalesce(worked, length)"
WORK_BEGINS = "coalesce(worked, 0)"
"""Where a row has after-contact work at all (`HAS_WORK`): a first state of it stands alone."""
HAS_WORK = f"(worked IS NOT NULL OR state = {AFTER})"


def row_at(instant: str, agent: str) -> str:
    """From where on to read so that the state in which an instant lies is read too, as SQL.

    Args:
        instant: The instant, as SQL.
        agent: The agent's number, as SQL.
    """
    return f"""coalesce((SELECT max(earlier.from_ms) FROM segment AS earlier
        WHERE earlier.agent = {agent} AND earlier.from_ms <= {instant}), {instant})"""  # noqa: S608


def pieces_of(which: str, until: str) -> str:
    """A question for the states in rows, as SQL: `state`, `reason`, `since`, `until`.

    Args:
        which: A condition on rows of `segment`.
        until: The instant until which what lasts is taken to last, as SQL.
    """
    first, *later = (
        f"""SELECT {state}, {reason}, from_ms + {begins} AS since,
            coalesce(from_ms + {ends}, {until}) AS until FROM segment WHERE {which}"""  # noqa: S608
        for state, reason, begins, ends in (
            ("state", "reason", "0", FIRST_ENDS),
            (f"{RINGING} AS state", f"{NOBODY} AS reason", "rang", RINGING_ENDS),
            (f"{BUSY} AS state", f"{NOBODY} AS reason", "talked", TALK_ENDS),
            (f"{AFTER} AS state", f"{NOBODY} AS reason", "worked", "length"),
        )
    )
    begun = zip(later, ("rang", "talked", "worked"), strict=True)
    return " UNION ALL ".join((first, *(f"{one} AND {name} IS NOT NULL" for one, name in begun)))


class Piece(NamedTuple):
    """One state of an agent, in numbers of the file."""

    start: Ms
    end: Ms | None
    """None while it lasts."""
    state: int
    reason: int
    contact: int


def pieces(  # noqa: PLR0917 - a row, as it is read
    start: Ms,
    length: int | None,
    state: int,
    reason: int,
    contact: int,
    rang: int | None,
    talked: int | None,
    worked: int | None,
) -> list[Piece]:
    """The states that a row is made of, in order."""
    end = None if length is None else start + length
    found: list[Piece] = []
    if worked is not None:
        found.append(Piece(start + worked, end, AFTER, NOBODY, contact))
        end = start + worked
    if talked is not None:
        found.append(Piece(start + talked, end, BUSY, NOBODY, contact))
        end = start + talked
    if rang is not None:
        found.append(Piece(start + rang, end, RINGING, NOBODY, contact))
        end = start + rang
    mine = NOBODY if found and state not in HANDLING else contact
    found.append(Piece(start, end, state, reason, mine))
    found.reverse()
    return found


def pieces_between(row: tuple[Any, ...], start: Ms, end: Ms) -> list[Piece]:
    """Of a row's states those that began before `end` and had not ended by `start`."""
    return [
        piece
        for piece in pieces(*row)
        if piece.start < end and (piece.end is None or piece.end > start)
    ]
