"""Events of WaitEvent, decoded: what happened to callers, members and the server.

Names that callers and members bear stand early in an event and what is counted behind them, so of
repeated keys the last is believed here, and the first only for the channel, which stands before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeAlias

import msgspec

from data.clean import clean_text
from data.model import Ms
from data.sources.asterisk.packets import Answer, Packet
from data.sources.asterisk.rows import MemberRow, caller, member_row, stamp, whole


class CallerStep(StrEnum):
    """What can happen to a caller in a queue."""

    JOINED = "QueueCallerJoin"
    LEFT = "QueueCallerLeave"
    """With an answer or without; tells nothing that another event does not."""
    ABANDONED = "QueueCallerAbandon"
    """Left without an answer, for whatever reason; LEFT follows."""


class AgentStep(StrEnum):
    """What can happen between a caller and an agent."""

    CALLED = "AgentCalled"
    CONNECTED = "AgentConnect"
    NO_ANSWER = "AgentRingNoAnswer"
    COMPLETED = "AgentComplete"


class MemberStep(StrEnum):
    """What can happen to a membership."""

    STATUS = "QueueMemberStatus"
    PAUSE = "QueueMemberPause"
    ADDED = "QueueMemberAdded"
    REMOVED = "QueueMemberRemoved"
    PENALTY = "QueueMemberPenalty"
    RINGINUSE = "QueueMemberRinginuse"


class CallerEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A caller came or went."""

    at: Ms | None
    """None unless the server is told to stamp its events."""
    step: CallerStep
    queue: str
    call: str
    channel: str
    number: str
    name: str
    position: int
    waiting: int
    """After it; not told of an abandon."""
    wait_s: int
    """Of an abandon."""


class AgentEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something between a caller and an agent."""

    at: Ms | None
    step: AgentStep
    queue: str
    interface: str
    name: str
    """The agent's."""
    call: str
    """The caller's unique id; empty where the channel had gone already."""
    channel: str
    agent_channel: str
    wait_s: int
    """From queue entry to the answer; of CONNECTED and COMPLETED."""
    ring_ms: int
    """How long the agent's phone rang; of CONNECTED (whole seconds) and NO_ANSWER."""
    talk_s: int
    reason: str
    """Who ended it: `agent`, `caller` or `transfer`."""
    number: str = ""
    """The caller's; empty where none is told."""


class MemberEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A membership as it is after something has changed, or as it was when it was removed."""

    at: Ms | None
    step: MemberStep
    member: MemberRow


class DeviceEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A device changed its state, in Asterisk's words: `NOT_INUSE`, `UNAVAILABLE` and so on."""

    at: Ms | None
    device: str
    state: str


class ServerStopping(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The server said that it stops; often it does not say so."""

    at: Ms | None


class OriginateEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What became of a call that was asked for."""

    at: Ms | None
    action_id: str
    is_success: bool
    reason: int
    """4: answered, 0: failed."""
    call: str


class SpyEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Somebody began or ceased to listen."""

    at: Ms | None
    is_start: bool
    spy_channel: str
    spy_call: str
    """Its unique id: the ChannelId that was asked for."""
    heard_channel: str
    """Empty where a listener has ceased to listen and nobody is told of."""
    spy_name: str = ""
    """What the listener's phone calls itself."""


Event: TypeAlias = (
    CallerEvent
    | AgentEvent
    | MemberEvent
    | DeviceEvent
    | ServerStopping
    | OriginateEvent
    | SpyEvent
)


class Events(msgspec.Struct, frozen=True):
    """The events of one answer, in order."""

    events: tuple[Event, ...] = ()
    skipped: int = 0
    """Of a kind that is known, but without what they are about."""
    forged: int = 0
    others: int = 0
    """Of kinds that are of no interest here."""


def decode_events(answer: Answer) -> Events:
    """What an answer to WaitEvent tells; total."""
    known = [packet for packet in answer.packets if packet.event in _DECODERS]
    decoded = [_DECODERS[packet.event](packet) for packet in known]
    events = tuple(event for event in decoded if event is not None)
    return Events(
        events=events,
        skipped=len(known) - len(events),
        forged=answer.forged,
        others=len(answer.packets) - len(known),
    )


def _caller_event(packet: Packet) -> CallerEvent | None:
    late = packet.late
    queue, call = late("queue"), late("uniqueid")
    if not queue or not call:
        return None
    return CallerEvent(
        at=_at(packet),
        step=CallerStep(packet.event),
        queue=queue,
        call=call,
        channel=packet.early("channel"),
        number=caller(packet.early("calleridnum")),
        name=caller(packet.early("calleridname")),
        position=whole(late("position")),
        waiting=whole(late("count")),
        wait_s=whole(late("holdtime")),
    )


def _agent_event(packet: Packet) -> AgentEvent | None:
    late = packet.late
    step = AgentStep(packet.event)
    queue, interface, call = late("queue"), late("interface"), late("uniqueid")
    may_lack_call = step is AgentStep.COMPLETED
    if not queue or not interface or not (call or may_lack_call):
        return None
    # Asterisk tells the same key in seconds of an answer, and in milliseconds of none.
    unit_ms = 1000 if step is AgentStep.CONNECTED else 1
    return AgentEvent(
        at=_at(packet),
        step=step,
        queue=queue,
        interface=interface,
        name=clean_text(packet.early("membername")),
        call=call,
        channel=packet.early("channel"),
        agent_channel=late("destchannel"),
        wait_s=whole(late("holdtime")),
        ring_ms=whole(late("ringtime")) * unit_ms,
        talk_s=whole(late("talktime")),
        reason=clean_text(late("reason"), 40),
        number=caller(packet.early("calleridnum")),
    )


def _member_event(packet: Packet) -> MemberEvent | None:
    member = member_row(packet)
    if member is None:
        return None
    return MemberEvent(at=_at(packet), step=MemberStep(packet.event), member=member)


def _device_event(packet: Packet) -> DeviceEvent | None:
    device = packet.early("device")
    if not device:
        return None
    return DeviceEvent(at=_at(packet), device=device, state=clean_text(packet.late("state"), 40))


def _stopping(packet: Packet) -> ServerStopping:
    return ServerStopping(at=_at(packet))


def _originate_event(packet: Packet) -> OriginateEvent:
    return OriginateEvent(
        at=_at(packet),
        action_id=packet.early("actionid"),
        is_success=packet.early("response") == "Success",
        reason=whole(packet.early("reason")),
        call=packet.early("uniqueid"),
    )


def _spy_event(packet: Packet) -> SpyEvent | None:
    channel = packet.early("spyerchannel")
    if not channel:
        return None
    return SpyEvent(
        at=_at(packet),
        is_start=packet.event == "ChanSpyStart",
        spy_channel=channel,
        spy_call=packet.late("spyeruniqueid"),
        heard_channel=packet.late("spyeechannel"),
        spy_name=caller(packet.early("spyercalleridname")),
    )


_DECODERS: Mapping[str, Callable[[Packet], Event | None]] = {
    **dict.fromkeys(CallerStep, _caller_event),
    **dict.fromkeys(AgentStep, _agent_event),
    **dict.fromkeys(MemberStep, _member_event),
    "DeviceStateChange": _device_event,
    "Shutdown": _stopping,
    "OriginateResponse": _originate_event,
    "ChanSpyStart": _spy_event,
    "ChanSpyStop": _spy_event,
}


def _at(packet: Packet) -> Ms | None:
    """When, by the server's clock: `Timestamp` stands among the first lines of an event."""
    return stamp(packet.early("timestamp"))
