"""Rows of QueueStatus and QueueSummary, decoded: what Asterisk says, in its own terms and units.

Queues, interfaces, channels and calls are named by what Asterisk calls them, unchanged, since
actions have to name them so; they are cleaned where they are shown. Names and reasons are cleaned
here. What cannot be understood of a number is its default; a row without what names it is none.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec

from data.clean import clean_text
from data.model import Ms
from data.sources.asterisk.packets import Packet

_NOBODY = frozenset({"unknown", "<unknown>"})
_MOST_DIGITS = 12
_LISTED, _TOLD = ("name", "location"), ("membername", "interface")


class DeviceStatus(IntEnum):
    """What the phone of a member is doing; says nothing of pauses."""

    UNKNOWN = 0
    NOT_IN_USE = 1
    IN_USE = 2
    BUSY = 3
    INVALID = 4
    UNAVAILABLE = 5
    RINGING = 6
    RINGING_IN_USE = 7
    ON_HOLD = 8


class QueueRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """QueueParams: a queue, with counters since the last start or reset of the server."""

    queue: str
    strategy: str
    waiting: int
    most_waiting: int
    """0: no limit."""
    hold_time_s: int
    """A decaying average of the answered, no mean."""
    talk_time_s: int
    completed: int
    """Talks that have ended."""
    abandoned: int
    """Left without an agent, however."""
    threshold_s: int
    level: float | None
    """Percent: answered within the threshold, of the completed."""
    level_abandons_good: float | None
    weight: int


class MemberRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A membership: one interface in one queue. A person is an interface, in however many."""

    queue: str
    interface: str
    name: str
    state_interface: str
    membership: str
    """`static`, `dynamic` or `realtime`."""
    penalty: int
    calls_taken: int
    last_call: Ms | None
    """When the last call ended."""
    last_pause: Ms | None
    """When the last pause began; says so after it has ended, too."""
    since: Ms | None
    """When the member was added or loaded."""
    in_call: bool
    """In a call of this queue."""
    status: DeviceStatus
    is_paused: bool
    reason: str
    wrapup_s: int
    """The member's own; 0 for the queue's, which is not told."""

    @property
    def is_fixed(self) -> bool:
        """Whether only the server's configuration, or its database, ends the membership."""
        return self.membership != "dynamic"


class EntryRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A caller who waits; one whose agent is ringing still does."""

    queue: str
    call: str
    """The caller's unique id."""
    channel: str
    position: int
    number: str
    """Empty where none is told."""
    name: str
    wait_s: int
    priority: int


class SummaryRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """QueueSummary: a queue in a few figures."""

    queue: str
    logged_in: int
    available: int
    """Free and not paused; those in after-contact work are among them."""
    callers: int
    hold_time_s: int
    talk_time_s: int
    longest_wait_s: int
    """Of those who wait now."""


def queue_row(packet: Packet) -> QueueRow | None:
    """A QueueParams packet; None where it names no queue."""
    early = packet.early
    queue = early("queue")
    if not queue:
        return None
    completed, abandoned = whole(early("completed")), whole(early("abandoned"))
    return QueueRow(
        queue=queue,
        strategy=clean_text(early("strategy"), 40),
        waiting=whole(early("calls")),
        most_waiting=whole(early("max")),
        hold_time_s=whole(early("holdtime")),
        talk_time_s=whole(early("talktime")),
        completed=completed,
        abandoned=abandoned,
        threshold_s=whole(early("servicelevel")),
        # Of nothing it says 0.0.
        level=percent(early("servicelevelperf")) if completed else None,
        level_abandons_good=(
            percent(early("servicelevelperf2")) if completed or abandoned else None
        ),
        weight=whole(early("weight")),
    )


def member_row(packet: Packet) -> MemberRow | None:
    """A QueueMember packet or a QueueMember... event; None where it names no membership.

    Lists and events differ in two keys. The reason of a pause is the one text that others write
    behind which something stands.
    """
    early = packet.early
    name, location = _LISTED if packet.event == "QueueMember" else _TOLD
    queue, interface = early("queue"), early(location)
    if not queue or not interface:
        return None
    return MemberRow(
        queue=queue,
        interface=interface,
        name=clean_text(early(name)),
        state_interface=early("stateinterface") or interface,
        membership=clean_text(early("membership"), 40),
        penalty=whole(early("penalty")),
        calls_taken=whole(early("callstaken")),
        last_call=instant(early("lastcall")),
        last_pause=instant(early("lastpause")),
        since=instant(early("logintime")),
        in_call=early("incall") == "1",
        status=status(early("status")),
        is_paused=early("paused") == "1",
        reason=clean_text(early("pausedreason")),
        wrapup_s=whole(packet.late("wrapuptime")),
    )


def entry_row(packet: Packet) -> EntryRow | None:
    """A QueueEntry packet; None where it names no call in a queue."""
    early, late = packet.early, packet.late
    queue, call = early("queue"), early("uniqueid")
    if not queue or not call:
        return None
    return EntryRow(
        queue=queue,
        call=call,
        channel=early("channel"),
        position=whole(early("position")),
        number=caller(early("calleridnum")),
        name=caller(early("calleridname")),
        wait_s=whole(late("wait")),
        priority=signed(late("priority")),
    )


def summary_row(packet: Packet) -> SummaryRow | None:
    """A QueueSummary packet; None where it names no queue."""
    early = packet.early
    queue = early("queue")
    if not queue:
        return None
    return SummaryRow(
        queue=queue,
        logged_in=whole(early("loggedin")),
        available=whole(early("available")),
        callers=whole(early("callers")),
        hold_time_s=whole(early("holdtime")),
        talk_time_s=whole(early("talktime")),
        longest_wait_s=whole(early("longestholdtime")),
    )


def whole(text: str) -> int:
    """A number not below 0, or 0."""
    return int(text) if _is_number(text) else 0


def signed(text: str) -> int:
    """A number that may be below 0, or 0."""
    return -whole(text[1:]) if text.startswith("-") else whole(text)


def instant(text: str) -> Ms | None:
    """Seconds since 1970 as an instant; 0 is never."""
    return whole(text) * 1000 or None


def stamp(text: str) -> Ms | None:
    """Seconds since 1970 with decimals as an instant; None where there is none."""
    before, _point, after = text.partition(".")
    return whole(before) * 1000 + whole(after[:3].ljust(3, "0")) or None


def percent(text: str) -> float | None:
    """A percentage with decimals; None where there is none."""
    before, _point, after = text.partition(".")
    return float(text) if _is_number(before) and (not after or _is_number(after)) else None


def status(text: str) -> DeviceStatus:
    """The state of a device; UNKNOWN for numbers that this program does not know."""
    number = whole(text)
    return DeviceStatus(number) if number <= DeviceStatus.ON_HOLD else DeviceStatus.UNKNOWN


def caller(text: str) -> str:
    """A caller's number or name, cleaned; empty where none is told."""
    return "" if text in _NOBODY else clean_text(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
