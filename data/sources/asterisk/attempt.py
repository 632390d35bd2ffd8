"""One attempt at an action: what it may send, until when, and how things are just before.

Asterisk knows neither versions nor idempotency keys nor time limits, so all three are minded here:
every action looks before it acts, what is so already is not done again, and nothing is sent late.
Some actions Asterisk gives to accounts without any right, so what this program can send at all is
a list, and neither a queue's counters nor the way out of a queue are on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from data.errors import ActionRefused, Code, FetchError
from data.model import Ms
from data.sources.asterisk.asking import Refusal, refusal_of
from data.sources.asterisk.channels import CHANNELS_END, ChannelRow, channel_rows
from data.sources.asterisk.packets import Answer
from data.sources.asterisk.snapshot import STATUS_ENDS, QueuesNow, queues_now
from data.sync.requests import Request

SENDABLE = frozenset(
    {
        *("QueuePause", "QueueAdd", "QueueRemove", "QueuePenalty", "AgentLogoff"),
        *("QueueChangePriorityCaller", "Redirect", "Hangup", "Originate"),
        *("DBPut", "DBDel", "Setvar"),
    }
)
"""All that is ever sent to change something."""
NOBODY = "-"
"""A member whom no queue has: with it a list leaves all members out."""
_NOTHING_FINE: frozenset[Refusal] = frozenset()
_REFUSED = {Refusal.NOT_DYNAMIC: Code.STATIC_MEMBER}


class Asked(Protocol):
    """What acting needs of the manager."""

    async def ask(self, action: str, fields: Mapping[str, str] | None = None) -> Answer:
        """Have something done, or ask for what is told in one packet."""
        ...

    async def rows(
        self, action: str, ends_with: str, fields: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask for a list, proved whole."""
        ...


def held_already(code: Code, by: str, since: Ms | None = None) -> ActionRefused:
    """A refusal that names who was first, as far as that is known."""
    refused = ActionRefused(code)
    refused.params |= {"held_by": by or None, "held_since": since}
    return refused


class Attempt:
    """One attempt.

    Args:
        manager: Whom to ask.
        request: What is to be done.
        until: When it is too late, by the server's clock.
        now: The server's clock.
        may: Whether the account may ask an action, as far as is known. What it may not is not
            tried: a denial looks like a session that has ended.

    Attributes:
        key: The action's.
        entity: What it is about, as Asterisk has it.
        is_again: An earlier attempt may have arrived.
        until: When it is too late.
        may_have_arrived: This attempt may have; not known to have, nor not to have.
    """

    def __init__(
        self,
        manager: Asked,
        request: Request,
        until: Ms,
        now: Callable[[], Ms],
        may: Callable[[str], bool],
    ) -> None:
        self._manager = manager
        self._now = now
        self._may = may
        self.key = request.key
        self.entity = request.parts[1]
        self.is_again = request.may_have_arrived
        self.until = until
        self.may_have_arrived = False

    @property
    def now(self) -> Ms:
        """The server's time."""
        return self._now()

    @property
    def is_late(self) -> bool:
        """Whether it must not be sent any more."""
        return self._now() > self.until

    async def send(
        self,
        action: str,
        fields: Mapping[str, str],
        *,
        fine: frozenset[Refusal] = _NOTHING_FINE,
        is_aside: bool = False,
    ) -> None:
        """Have something done, unless it is too late for that.

        Args:
            action: One of `SENDABLE`.
            fields: What it needs, exactly as Asterisk knows it; texts from `sendable`.
            fine: Refusals that say that all is as it should be.
            is_aside: It is not the action itself: that it was done says nothing of that.

        Raises:
            ActionRefused: It was refused, or it is too late; nothing was done.
            FetchError: OUTCOME_UNKNOWN, where it is too late and an earlier attempt may have
                arrived; otherwise what stood in the way of an answer.
        """
        if action not in SENDABLE:
            raise ActionRefused(Code.FORBIDDEN, action)
        if self.is_late and not is_aside:
            raise self.too_late()
        before = self.may_have_arrived
        self.may_have_arrived = before or not is_aside
        try:
            answer = await self._manager.ask(action, fields)
        except FetchError as problem:
            if problem.was_not_sent:
                self.may_have_arrived = before
            raise
        refusal = refusal_of(answer)
        if refusal is not None and refusal not in fine:
            raise ActionRefused(_REFUSED.get(refusal, Code.WRONG_STATE), answer.message)

    def too_late(self) -> FetchError:
        """What to raise for an action that must not be sent any more and is not done."""
        if self.is_again:
            return FetchError(Code.OUTCOME_UNKNOWN)
        return ActionRefused(Code.ACTION_EXPIRED)

    async def look(self, member: str = NOBODY) -> QueuesNow:
        """The queues and those who wait as they are now, with the memberships of one member.

        Raises:
            FetchError: It could not be had, whole; UNAVAILABLE where there are no queues yet.
        """
        seen = queues_now(await self._manager.rows("QueueStatus", STATUS_ENDS, {"Member": member}))
        if not seen.queues:
            # Who is in no queue counts as logged off: a server that has just begun must not say so.
            raise FetchError(Code.UNAVAILABLE, "QueueStatus")
        members = {key: row for key, row in seen.members.items() if row.interface == member}
        return QueuesNow(seen.queues, members, seen.entries)

    async def channels(self) -> tuple[ChannelRow, ...] | None:
        """The calls that are up; None where the account may not know.

        Raises:
            FetchError: They could not be had, whole.
        """
        if not self._may("CoreShowChannels"):
            return None
        return channel_rows(await self._manager.rows("CoreShowChannels", CHANNELS_END))

    async def tell(self, variable: str) -> str | None:
        """The value of a dialplan function; None where the account may not know it."""
        if not self._may("Getvar"):
            return None
        answer = await self._manager.ask("Getvar", {"Variable": variable})
        return answer.fields.get("value", "").strip() if answer.is_success else None
