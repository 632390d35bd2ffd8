"""Calls that are up, from CoreShowChannels: who talks to whom, where no event has told it.

Asterisk's queues say that a member is in a call and not in which. The agent's leg and the caller's
are two channels of one bridge; which is which is told by the application that each runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from data.sources.asterisk.packets import Answer, Packet
from data.sources.asterisk.rows import caller, whole

CHANNELS_END = "CoreShowChannelsComplete"
_AGENT_LEG, _CALLER_LEG = "AppQueue", "Queue"
NOT_OPTIMISED = "/n"
"""An option behind the name of a Local channel, which its channels do not bear."""


class ChannelRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One channel."""

    channel: str
    call: str
    """Its unique id."""
    number: str
    name: str
    application: str
    data: str
    """What the application was given: of a queue its name and options, by commas."""
    bridge: str
    """Empty while it waits."""
    lasts_s: int
    extension: str = ""
    """Where in the dialplan it is."""
    context: str = ""


class Talk(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A caller and an agent."""

    queue: str
    interface: str
    caller: ChannelRow
    agent: ChannelRow


def channel_rows(answer: Answer) -> tuple[ChannelRow, ...]:
    """The channels of a CoreShowChannels answer; rows that name none are left out."""
    rows = (_row(packet) for packet in answer.packets if packet.event == "CoreShowChannel")
    return tuple(row for row in rows if row is not None)


def talks(channels: Iterable[ChannelRow], members: Iterable[tuple[str, str]]) -> list[Talk]:
    """Who talks to whom.

    Args:
        channels: All that are up.
        members: Queue and interface of those who are in a call of that queue.
    """
    bridges: defaultdict[str, list[ChannelRow]] = defaultdict(list)
    for row in channels:
        if row.bridge:
            bridges[row.bridge].append(row)
    wanted = {(queue, name.removesuffix(NOT_OPTIMISED)): name for queue, name in members}
    found = []
    for rows in bridges.values():
        callers = [row for row in rows if row.application == _CALLER_LEG]
        agents = [row for row in rows if row.application == _AGENT_LEG]
        if len(callers) != 1 or len(agents) != 1:
            continue
        queue = callers[0].data.partition(",")[0]
        # A channel has the name of what was dialled, a dash, and a number of its own.
        dialled = agents[0].channel.rpartition("-")[0]
        interface = wanted.get((queue, dialled))
        if interface is not None:
            found.append(Talk(queue=queue, interface=interface, caller=callers[0], agent=agents[0]))
    return found


def partners(call: str, channels: Iterable[ChannelRow]) -> list[str]:
    """The channels with which a call talks.

    It tells the agent's even where that is no longer named after a member: a Local channel without
    `/n` takes itself out of a call that is up.
    """
    rows = [*channels]
    bridges = {row.bridge for row in rows if row.call == call and row.bridge}
    return [row.channel for row in rows if row.bridge in bridges and row.call != call]


def own_calls(interface: str, channels: Iterable[ChannelRow]) -> list[str]:
    """The channels of a device that talk, whether or not a queue knows of it."""
    device = interface.removesuffix(NOT_OPTIMISED)
    talking = (row.channel for row in channels if row.bridge)
    return [channel for channel in talking if channel.rpartition("-")[0] == device]


def _row(packet: Packet) -> ChannelRow | None:
    early, late = packet.early, packet.late
    channel, call = early("channel"), late("uniqueid")
    if not channel or not call:
        return None
    return ChannelRow(
        channel=channel,
        call=call,
        number=caller(early("calleridnum")),
        name=caller(early("calleridname")),
        application=late("application"),
        data=late("applicationdata"),
        bridge=late("bridgeid"),
        lasts_s=_lasting(late("duration")),
        extension=late("exten"),
        context=late("context"),
    )


def _lasting(text: str) -> int:
    """Seconds of `HH:MM:SS`."""
    hours, minutes, seconds = (whole(part) for part in f"0:0:{text}".split(":")[-3:])
    return hours * 3600 + minutes * 60 + seconds
