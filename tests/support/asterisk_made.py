"""Rows and events of an Asterisk that there is not, with whatever a test does not care about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from data.model import Ms
from data.sources.asterisk.channels import ChannelRow
from data.sources.asterisk.events import (
    AgentEvent,
    AgentStep,
    CallerEvent,
    CallerStep,
    MemberEvent,
    MemberStep,
)
from data.sources.asterisk.rows import DeviceStatus, EntryRow, MemberRow, QueueRow
from data.sources.asterisk.snapshot import QueuesNow

START: Ms = 1_795_295_000_000
"""A Saturday evening in November 2026."""


def queue(where: str = "sales", /, **what: Any) -> QueueRow:
    """A queue."""
    plain: dict[str, Any] = {
        "strategy": "ringall",
        "waiting": 0,
        "most_waiting": 0,
        "hold_time_s": 0,
        "talk_time_s": 0,
        "completed": 0,
        "abandoned": 0,
        "threshold_s": 20,
        "level": None,
        "level_abandons_good": None,
        "weight": 0,
    }
    return QueueRow(queue=where, **{**plain, **what})


def member(where: str = "sales", /, interface: str = "PJSIP/1", **what: Any) -> MemberRow:
    """A membership."""
    plain: dict[str, Any] = {
        "name": f"Ann {interface}",
        "state_interface": interface,
        "membership": "static",
        "penalty": 0,
        "calls_taken": 0,
        "last_call": None,
        "last_pause": None,
        "since": START - 3_600_000,
        "in_call": False,
        "status": DeviceStatus.NOT_IN_USE,
        "is_paused": False,
        "reason": "",
        "wrapup_s": 0,
    }
    return MemberRow(queue=where, interface=interface, **{**plain, **what})


def entry(call: str, where: str = "sales", /, wait_s: int = 0, **what: Any) -> EntryRow:
    """A caller in a list."""
    plain: dict[str, Any] = {
        "channel": f"PJSIP/trunk-{call}",
        "position": 1,
        "number": "+4930123456",
        "name": "Somebody",
        "priority": 0,
    }
    return EntryRow(queue=where, call=call, wait_s=wait_s, **{**plain, **what})


def now(*rows: QueueRow | MemberRow | EntryRow) -> QueuesNow:
    """A snapshot; queues that members and callers name are there."""
    queues = {row.queue: queue(row.queue) for row in rows}
    queues.update({row.queue: row for row in rows if isinstance(row, QueueRow)})
    return QueuesNow(
        queues=queues,
        members={(row.queue, row.interface): row for row in rows if isinstance(row, MemberRow)},
        entries={(row.queue, row.call): row for row in rows if isinstance(row, EntryRow)},
    )


def caller(
    step: CallerStep, call: str, where: str = "sales", /, wait_s: int = 0, **what: Any
) -> CallerEvent:
    """Something that happened to a caller."""
    plain: dict[str, Any] = {
        "at": None,
        "channel": f"PJSIP/trunk-{call}",
        "number": "+4930123456",
        "name": "Somebody",
        "position": 1,
        "waiting": 1,
    }
    return CallerEvent(step=step, queue=where, call=call, wait_s=wait_s, **{**plain, **what})


def agent(
    step: AgentStep, call: str, where: str = "sales", /, interface: str = "PJSIP/1", **what: Any
) -> AgentEvent:
    """Something between a caller and an agent."""
    plain: dict[str, Any] = {
        "at": None,
        "name": f"Ann {interface}",
        "channel": f"PJSIP/trunk-{call}",
        "agent_channel": f"{interface}-{call}",
        "wait_s": 0,
        "ring_ms": 0,
        "talk_s": 0,
        "reason": "caller" if step is AgentStep.COMPLETED else "",
    }
    return AgentEvent(step=step, queue=where, call=call, interface=interface, **{**plain, **what})


def told(row: MemberRow, step: MemberStep = MemberStep.STATUS) -> MemberEvent:
    """A membership as an event tells it."""
    return MemberEvent(at=None, step=step, member=row)


def talk(
    call: str, name: str = "sales", interface: str = "PJSIP/1", s: int = 0
) -> list[ChannelRow]:
    """The two channels of a caller and an agent who have talked for so many seconds."""

    def row(channel: str, unique: str, application: str) -> ChannelRow:
        return ChannelRow(
            channel=channel,
            call=unique,
            number="+4930123456",
            name="",
            application=application,
            data=f"{name},tr",
            bridge=f"bridge-{call}",
            lasts_s=s,
        )

    dialled = interface.removesuffix("/n")
    return [
        row(f"PJSIP/trunk-{call}", call, "Queue"),
        row(f"{dialled}-{call}", f"{call}.agent", "AppQueue"),
    ]


def lines(*parts: Iterable[object]) -> bytes:
    """A queue_log: each line as its fields."""
    return b"".join("|".join(map(str, part)).encode() + b"\n" for part in parts)
