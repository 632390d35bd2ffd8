"""Answers of Asterisk's manager over HTTP (`/rawman`), cut into packets that nobody can forge.

Packets are lines `Key: value` that end with CR LF, and end with an empty line themselves. Names and
reasons are sent as they are, so a text with line breaks in it makes lines and even packets of its
own. Two things of the genuine packet betray those:

- In a list every packet carries the request's ActionID, which whoever wrote the text cannot know:
  a packet reaches up to its ActionID, whatever looks like an end before.
- An event begins with its name and who may see it, and ends with a line that is known. One that
  ends otherwise was cut by such a text, and goes on up to the packet that has the end it lacks, as
  far as there are rests of packets; what ends as only members do, and is none, is such a rest. The
  texts that agents write are at most 79 bytes: too little for a member that begins as a real one.

Of a repeated key the first value and the last are kept: which of them is the genuine one depends
on whether the key stands before or behind the text (`Packet.early`, `Packet.late`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import msgspec

from data.clean import clean_text
from data.errors import Code, FetchError

_Lines: TypeAlias = list[tuple[str, str]]

MEMBER_ENDS = ("wrapuptime", "ringinuse")
ENDS: dict[str, tuple[str, ...]] = {
    "QueueMemberStatus": MEMBER_ENDS,
    "QueueMemberPause": MEMBER_ENDS,
    "QueueMemberAdded": MEMBER_ENDS,
    "QueueMemberRemoved": MEMBER_ENDS,
    "QueueMemberPenalty": MEMBER_ENDS,
    "QueueMemberRinginuse": MEMBER_ENDS,
    "QueueCallerJoin": ("count",),
    "QueueCallerLeave": ("count",),
    "QueueCallerAbandon": ("holdtime",),
    "AgentCalled": ("membername",),
    "AgentConnect": ("ringtime", "holdtime"),
    "AgentRingNoAnswer": ("ringtime",),
    "AgentComplete": ("reason",),
}
"""With which key a genuine event ends; several where versions differ."""
_UNCOUNTED = frozenset({"AuthDetail"})
"""What stands among the rows of a list of registrations and is none of them. It tells passwords."""
_RESPONSES = frozenset({"Success", "Error", "Goodbye", "Follows"})
_LONGEST_CUT = 24
"""Packets into which one cut event can fall apart: a text of 79 bytes has no room for more."""

_LONGEST_REST = 100
"""Characters of a member's end with all that a reason before it can pretend to be; an event of a
caller is longer before any name in it."""


class Packet(msgspec.Struct, frozen=True, gc=False):
    """One packet; keys are in lower case, values as they were sent."""

    event: str
    """The event's name, by its first line; empty for a response."""
    first: dict[str, str]
    last: dict[str, str]

    def early(self, key: str) -> str:
        """The value of a key that stands before any text that others write."""
        return self.first.get(key, "")

    def late(self, key: str) -> str:
        """The value of a key that stands behind any text that others write."""
        return self.last.get(key, "")


class Answer(msgspec.Struct, frozen=True):
    """An answer, its packets in order; those that begin and end it are left out."""

    response: str
    """`Success`, `Error` or `Goodbye`."""
    message: str = ""
    packets: tuple[Packet, ...] = ()
    forged: int = 0
    """Packets that were parts of a text, or no events."""
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    """What the response itself told, keys in lower case: of Ping, CoreSettings and the like."""

    @property
    def is_success(self) -> bool:
        """Whether the action was carried out; HTTP says 200 either way."""
        return self.response == "Success"


def read_response(body: bytes) -> Answer:
    """An answer of one packet.

    Raises:
        FetchError: BAD_PAYLOAD, where it is none of the manager's.
    """
    return _answer(_head(_blocks(body)))


def read_list(body: bytes, action_id: str, ends_with: str) -> Answer:
    """A list, proved whole by its own count.

    Args:
        body: As received.
        action_id: What was sent with the request; not to be guessed by others. Empty where none
            was: then a text that breaks packets apart makes the list one that is not whole.
        ends_with: The event with which the list ends, as in `QueueStatusComplete`.

    Returns:
        The rows. An answer that is no success has none and needs no proof.

    Raises:
        FetchError: BAD_PAYLOAD, where it is none of the manager's or not whole.
    """
    blocks = _blocks(body)
    head = _head(blocks)
    if head[0][1] != "Success":
        return _answer(head)
    raw = blocks[1:]
    rows = [_packet(lines) for lines in (_by_action(raw, action_id) if action_id else raw)]
    all_rows = len(rows)
    rows = [row for row in rows if row.event not in _UNCOUNTED]
    end = rows.pop() if rows else None
    if end is None or end.event != ends_with or end.late("eventlist") != "Complete":
        raise FetchError(Code.BAD_PAYLOAD, f"no {ends_with}")
    if end.late("listitems") != str(len(rows)):
        detail = f"ListItems {clean_text(end.late('listitems'), 20)}, {len(rows)} packets"
        raise FetchError(Code.BAD_PAYLOAD, detail)
    return _answer(head, rows, forged=len(raw) - all_rows)


def read_events(body: bytes) -> Answer:
    """What a WaitEvent was answered: the events, those that a text has cut put together again.

    Raises:
        FetchError: BAD_PAYLOAD, where it is none of the manager's (an empty body: another request
            of the session took its place), or breaks off.
    """
    blocks = _blocks(body)
    head = _head(blocks)
    if head[0][1] != "Success":
        return _answer(head)
    raw = blocks[1:]
    end = raw.pop() if raw else []
    if not end or end[0] != ("event", "WaitEventComplete"):
        raise FetchError(Code.BAD_PAYLOAD, "no WaitEventComplete")
    events = [_packet(lines) for lines in _mended(raw) if _is_event(lines)]
    return _answer(head, events, forged=len(raw) - len(events))


def _answer(head: _Lines, packets: Iterable[Packet] = (), forged: int = 0) -> Answer:
    fields: dict[str, str] = {}
    for key, value in head[1:]:
        fields.setdefault(key, value)
    message = clean_text(fields.get("message", ""))
    return Answer(head[0][1], message, tuple(packets), forged, fields)


def _head(blocks: Sequence[_Lines]) -> _Lines:
    """The packet with which every answer begins."""
    if not blocks or blocks[0][0][0] != "response" or blocks[0][0][1] not in _RESPONSES:
        raise FetchError(Code.BAD_PAYLOAD, "no Response")
    return blocks[0]


def _blocks(body: bytes) -> list[_Lines]:
    """What stands between empty lines, each line as key and value; what is neither is dropped."""
    text = body.decode("utf-8", "replace")
    found = [
        [
            (key.lower(), value)
            for key, colon, value in (line.partition(": ") for line in block.split("\r\n"))
            if colon
        ]
        for block in text.split("\r\n\r\n")
    ]
    return [lines for lines in found if lines]


def _by_action(blocks: Iterable[_Lines], action_id: str) -> Iterator[_Lines]:
    """Rows of a list: each reaches up to the block that names the action."""
    mark = ("actionid", action_id)
    row: _Lines = []
    for lines in blocks:
        row += lines
        if lines[-1] == mark or mark in lines:
            yield row
            row = []
    if row:
        yield row


def _mended(blocks: Sequence[_Lines]) -> Iterator[_Lines]:
    """Events, each with the parts into which a text may have cut it."""
    place = 0
    while place < len(blocks):
        parts = _parts(blocks, place)
        yield [line for lines in blocks[place : place + parts] for line in lines]
        place += parts


def _parts(blocks: Sequence[_Lines], place: int) -> int:
    """Of how many blocks the event at a place is made."""
    lines = blocks[place]
    ends = ENDS.get(lines[0][1], ())
    if not ends or not _is_event(lines):
        return 1
    parts, is_cut = 1, lines[-1][0] not in ends
    for further in range(1, min(_LONGEST_CUT, len(blocks) - place)):
        block = blocks[place + further]
        if ENDS.get(block[0][1]) is MEMBER_ENDS and _is_event(block):
            break
        # What ends as a member and begins as none is the rest of one, even if that seemed whole.
        is_rest = ends is MEMBER_ENDS and block[0][0] != "event"
        if block[-1][0] in ends and (is_cut or is_rest):
            parts, is_cut = further + 1, False
    return parts


def _is_event(lines: _Lines) -> bool:
    """Whether lines begin as every event does, and do not end as another kind would."""
    if len(lines) < 2 or lines[0][0] != "event":
        return False
    key, rights = lines[1]
    if key != "privilege" or not rights.endswith(",all"):
        return False
    if lines[-1][0] not in MEMBER_ENDS or ENDS.get(lines[0][1]) is MEMBER_ENDS:
        return True
    return sum(len(key) + len(value) for key, value in lines) > _LONGEST_REST


def _packet(lines: _Lines) -> Packet:
    last = dict(lines)
    first = last if len(last) == len(lines) else dict(reversed(lines))
    is_event = lines[0][0] == "event"
    return Packet(lines[0][1] if is_event else "", first, last)
