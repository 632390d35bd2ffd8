"""A small reader of Server-Sent Events that keeps little, whatever is sent.

Only what the supervision API uses: `event`, `data` and `id` fields, and comments, which are
heartbeats. An event may have 64 KiB; httpx-sse and the like keep an unfinished one without limit.
"""

from __future__ import annotations

import msgspec

from data.errors import Code, FetchError

EVENT_LIMIT = 64 * 1024


class StreamEvent(msgspec.Struct, frozen=True):
    """One event, whole."""

    name: str
    data: bytes
    id: str


class EventReader:
    """Makes events of the pieces in which a stream arrives."""

    def __init__(self) -> None:
        self.lines = 0
        """Lines read so far, comments included: proof that the other side is alive."""
        self._rest = b""
        self._skips_newline = False
        self._name = ""
        self._id = ""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, piece: bytes) -> list[StreamEvent]:
        """The events that this piece completes, in order.

        Raises:
            FetchError: TOO_LARGE, for an event or a line beyond the limit.
        """
        if self._skips_newline and piece:
            piece = piece.removeprefix(b"\n")
            self._skips_newline = False
        lines = (self._rest + piece).splitlines(keepends=True)
        self._rest = lines.pop() if lines and not lines[-1].endswith((b"\n", b"\r")) else b""
        # A carriage return may be one half of a line's end.
        self._skips_newline = bool(lines) and not self._rest and lines[-1].endswith(b"\r")
        events = []
        for line in lines:
            self.lines += 1
            event = self._take(line.rstrip(b"\r\n"))
            if event is not None:
                events.append(event)
        if len(self._rest) + self._size > EVENT_LIMIT:
            raise FetchError(Code.TOO_LARGE, "event")
        return events

    def _take(self, line: bytes) -> StreamEvent | None:
        if not line:
            event = StreamEvent(self._name or "message", b"\n".join(self._data), self._id)
            has_data = bool(self._data)
            self._forget()
            return event if has_data else None
        self._size += len(line)
        if self._size > EVENT_LIMIT:
            raise FetchError(Code.TOO_LARGE, "event")
        field, _, value = line.removeprefix(b"\xef\xbb\xbf").partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
        elif field == b"event":
            self._name = value.decode("utf-8", "replace")
        elif field == b"id":
            self._id = value.decode("utf-8", "replace")
        return None

    def _forget(self) -> None:
        self._name, self._id, self._data, self._size = "", "", [], 0
