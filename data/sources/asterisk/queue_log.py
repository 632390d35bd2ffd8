"""Asterisk's queue_log: one event a line, in which anybody can have written anything.

`epoch|call|queue|agent|event|data1|data2|...`, fields that say nothing `NONE` or empty. A line that
is none of these, or an event without what it is to tell, is rubbish: told as None, so that it can
be counted. What is not of interest here (pauses, members, lines of others) is an event all the
same. Text is cleaned, whatever its encoding was meant to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import BinaryIO

import msgspec

from data.clean import clean_text
from data.model import Ms
from data.rules.call_counts import CallCounter, Leaving

LONGEST_LINE = 64 * 1024
"""Bytes; Asterisk writes a few hundred. What is longer is one line of rubbish."""
_EPOCH_DIGITS = 10
_SECONDS_DIGITS = 9
_FIELDS = 5
_NONE = "NONE"


class LogKind(StrEnum):
    """The events that are counted."""

    ENTERQUEUE = "ENTERQUEUE"
    CONNECT = "CONNECT"
    COMPLETEAGENT = "COMPLETEAGENT"
    COMPLETECALLER = "COMPLETECALLER"
    ATTENDEDTRANSFER = "ATTENDEDTRANSFER"
    BLINDTRANSFER = "BLINDTRANSFER"
    ABANDON = "ABANDON"
    EXITWITHTIMEOUT = "EXITWITHTIMEOUT"
    EXITEMPTY = "EXITEMPTY"
    EXITWITHKEY = "EXITWITHKEY"
    WITHDRAW = "WITHDRAW"


class LogEvent(msgspec.Struct, frozen=True, gc=False):
    """One line of the log."""

    at: Ms
    call: str
    """The caller's unique id; empty where the line is of no call."""
    queue: str
    agent: str
    """The member's name; empty where it is nobody's."""
    kind: LogKind | None
    """None for the many kinds that are not counted."""
    wait_s: int | None = None
    """Seconds from queue entry to the answer or to leaving."""
    talk_s: int | None = None


LEAVING = {
    LogKind.ABANDON: Leaving.ABANDONED,
    LogKind.EXITWITHTIMEOUT: Leaving.TIMED_OUT,
    LogKind.EXITEMPTY: Leaving.LEFT_EMPTY,
    LogKind.EXITWITHKEY: Leaving.LEFT_BY_KEY,
    LogKind.WITHDRAW: Leaving.WITHDRAWN,
}
"""How a call leaves its queue unanswered."""
_WAIT_AT = {
    LogKind.CONNECT: 0,
    LogKind.COMPLETEAGENT: 0,
    LogKind.COMPLETECALLER: 0,
    LogKind.ABANDON: 2,
    LogKind.EXITWITHTIMEOUT: 2,
    LogKind.EXITEMPTY: 2,
    LogKind.EXITWITHKEY: 3,
    LogKind.WITHDRAW: 2,
}
"""Which datum is the wait in seconds."""
_TALK_AT = {LogKind.COMPLETEAGENT: 1, LogKind.COMPLETECALLER: 1}
_MAY_LACK_WAIT = frozenset(
    {LogKind.EXITWITHTIMEOUT, LogKind.EXITEMPTY, LogKind.EXITWITHKEY, LogKind.WITHDRAW}
)
"""Older servers write less of these, and that the call left is what matters."""


def log_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a log without their ends, in bounded memory.

    One that is too long comes as an empty line, so that no part of it is taken for an event.
    """
    while line := stream.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            line = b""
        yield line.rstrip(b"\r\n")


def parse_line(line: bytes) -> LogEvent | None:
    """What a line tells, or None where it is rubbish."""
    fields = line.split(b"|")
    if len(fields) < _FIELDS:
        return None
    epoch = _whole(fields[0], _EPOCH_DIGITS)
    word = fields[4]
    if epoch is None or not word:
        return None
    call, queue, agent = (_text(field) for field in fields[1:4])
    kind = _KINDS.get(word)
    if kind is None:
        return LogEvent(epoch * 1000, call, queue, agent, None)
    data = fields[_FIELDS:]
    wait_s = _seconds(data, _WAIT_AT.get(kind))
    talk_s = _seconds(data, _TALK_AT.get(kind))
    lacks_wait = wait_s is None and kind in _WAIT_AT and kind not in _MAY_LACK_WAIT
    if not call or not queue or lacks_wait or (talk_s is None and kind in _TALK_AT):
        return None
    return LogEvent(epoch * 1000, call, queue, agent, kind, wait_s, talk_s)


def count_event(event: LogEvent, counter: CallCounter) -> None:
    """Let a line count."""
    kind, call, queue, at = event.kind, event.call, event.queue, event.at
    if kind is None:
        return
    if kind in LEAVING:
        counter.left(call, queue, at, LEAVING[kind], event.wait_s)
    elif kind is LogKind.ENTERQUEUE:
        counter.entered(call, queue, at)
    elif kind is LogKind.CONNECT:
        counter.answered(call, queue, event.agent, at, event.wait_s or 0)
    elif kind in _TALK_AT:
        counter.completed(call, queue, event.agent, at, (event.wait_s or 0, event.talk_s or 0))
    else:
        counter.ended(call, queue, at)


def count_log(
    stream: BinaryIO,
    counter: CallCounter,
    is_wanted: Callable[[LogEvent], bool] = lambda _event: True,
) -> int:
    """Count a whole log, or the events of it that are wanted.

    Returns:
        How many lines were rubbish.

    Raises:
        OSError: It cannot be read.
    """
    skipped = 0
    for line in log_lines(stream):
        event = parse_line(line)
        if event is None:
            skipped += 1
        elif is_wanted(event):
            count_event(event, counter)
    return skipped


_KINDS = {kind.value.encode(): kind for kind in LogKind}


def _text(field: bytes) -> str:
    text = clean_text(field.decode("utf-8", "replace"))
    return "" if text == _NONE else text


def _seconds(data: Sequence[bytes], place: int | None) -> int | None:
    if place is None or place >= len(data):
        return None
    return _whole(data[place], _SECONDS_DIGITS)


def _whole(field: bytes, digits: int) -> int | None:
    return int(field) if field.isdigit() and len(field) <= digits else None
