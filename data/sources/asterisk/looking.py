"""One look at the whole of a server's queues: everything that has to be asked for it, in order.

What an account may not ask is not asked again and again: it is tried once a while, since rights are
given to a running server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from data.clock import monotonic_ms
from data.errors import Code, FetchError
from data.sources.asterisk.channels import CHANNELS_END, ChannelRow, channel_rows
from data.sources.asterisk.packets import Answer
from data.sources.asterisk.snapshot import STATUS_ENDS, SUMMARY_ENDS, QueuesNow, queues_now
from data.status import ClockAnchor

ASK_AGAIN_MS = 10 * 60 * 1000
"""How long a question is left alone that was refused for want of a right."""


class Asked(Protocol):
    """What looking needs of the manager."""

    async def clock(self) -> ClockAnchor:
        """How to read the server's clock."""
        ...

    async def ask(self, action: str, fields: Mapping[str, str] | None = None) -> Answer:
        """An action with an answer of one packet."""
        ...

    async def rows(
        self, action: str, ends_with: str, fields: Mapping[str, str] | None = None
    ) -> Answer:
        """An action with a list for an answer, proved whole."""
        ...


class Look(msgspec.Struct, frozen=True):
    """What was seen."""

    queues: QueuesNow
    channels: tuple[ChannelRow, ...] | None
    """None where they were not asked for, or may not be."""
    startup: str
    """When the server says it was started, in its own words; empty where it may not be asked."""
    anchor: ClockAnchor


class Looker:
    """Asks.

    Args:
        manager: Whom.
    """

    def __init__(self, manager: Asked) -> None:
        self._manager = manager
        self._refused_ms: dict[str, int] = {}

    async def look(self, *, wants_channels: bool) -> Look:
        """All there is to see of the queues.

        Args:
            wants_channels: Whether the calls that are up are of interest, too.

        Raises:
            FetchError: It could not be had, whole.
        """
        startup = await self._startup()
        anchor = await self._manager.clock()
        channels = await self._channels() if wants_channels else None
        status = await self._manager.rows("QueueStatus", STATUS_ENDS)
        summary = await self._manager.rows("QueueSummary", SUMMARY_ENDS)
        return Look(queues_now(status, summary), channels, startup, anchor)

    async def _startup(self) -> str:
        answer = await self._if_allowed("CoreStatus")
        if answer is None:
            return ""
        told = (answer.fields.get(f"corestartup{each}", "") for each in ("date", "time"))
        return " ".join(told).strip()

    async def _channels(self) -> tuple[ChannelRow, ...] | None:
        answer = await self._if_allowed("CoreShowChannels", CHANNELS_END)
        return None if answer is None else channel_rows(answer)

    async def _if_allowed(self, action: str, ends_with: str = "") -> Answer | None:
        refused_ms = self._refused_ms.get(action)
        if refused_ms is not None and monotonic_ms() - refused_ms < ASK_AGAIN_MS:
            return None
        try:
            if ends_with:
                answer = await self._manager.rows(action, ends_with)
            else:
                answer = await self._manager.ask(action)
        except FetchError as problem:
            if problem.code is Code.FORBIDDEN:
                self._refused_ms[action] = monotonic_ms()
            elif problem.code is not Code.UNAVAILABLE:
                raise
            return None
        return answer if answer.is_success else None
