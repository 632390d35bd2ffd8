"""What is done to callers who wait: their priority, another queue, one agent, the end of the call.

A caller is named by the unique id of the call; the channel that an action needs is looked up right
before, in the list of those who wait, because by then another call could bear the name that was
seen. Moving and hanging up are done once: where the answer was lost it is looked up what became of
the call, and nothing is sent again.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import UNSET

from data import contract
from data.errors import ActionRefused, Code, FetchError
from data.model import AgentState
from data.settings import SourceSettings
from data.sources.asterisk.acting_agents import state_now
from data.sources.asterisk.attempt import Attempt
from data.sources.asterisk.board_contact import call_of
from data.sources.asterisk.channels import ChannelRow
from data.sources.asterisk.rows import EntryRow
from data.sources.asterisk.snapshot import QueuesNow

NORMAL_CLEARING = "16"
"""Q.850: the call is ended as calls are."""
_QUEUE_APPLICATION = "Queue"
_DIALLED = re.compile(
    r"(?:Local/(?=[^@]+@)|(?!Local/)[A-Za-z0-9]+/(?=[^@/]+$))"
    r"(?P<extension>[^@/]+)(?:@(?P<context>[^/]+)(?:/.*)?)?"
)
"""What queues dial: of Local channels an extension with its context, of phones the phone's name."""
_PLAIN = re.compile(r"[A-Za-z0-9_.*#+-]{1,79}", re.ASCII)
"""What an extension or a context may be made of, to be looked for in the dialplan."""


class Place(msgspec.Struct, frozen=True):
    """Where in the dialplan a call is sent to."""

    extension: str
    context: str


class CallerActs:
    """Carries out what is asked of those who wait.

    Args:
        settings: Of the source: by which extension a queue is entered, and in which context.
    """

    def __init__(self, settings: SourceSettings) -> None:
        self._settings = settings
        self._context = settings.context
        self._extensions = {each.name: each.extension for each in settings.queue}

    async def prioritise(self, attempt: Attempt, body: contract.PrioritiseContact) -> None:
        """Have a caller answered sooner or later than others, from now on."""
        entry = _waiting(await attempt.look(), attempt)
        if entry.priority == body.priority:
            return
        asked = {"Queue": entry.queue, "Caller": entry.channel, "Priority": str(body.priority)}
        await attempt.send("QueueChangePriorityCaller", {**asked, "Immediate": "yes"})

    async def hang_up(self, attempt: Attempt, _body: contract.ActionBase) -> None:
        """End the call of a caller who waits."""
        if attempt.is_again:
            await self._find_ended(attempt)
            return
        channel = _exact(_waiting(await attempt.look(), attempt))
        await attempt.send("Hangup", {"Channel": channel, "Cause": NORMAL_CLEARING})

    async def transfer(self, attempt: Attempt, body: contract.TransferContact) -> None:
        """Send a caller who waits to another queue, or to one agent.

        A queue is entered by the extension that the configuration names for it. An agent is rung
        as their queues ring them: of `Local/1001@agents/n` that is 1001 in `agents`; of an
        interface without a context, such as `PJSIP/1001`, what it names is an extension in the
        source's own `context`. What the dialplan does not have is refused, because a call that is
        sent there is lost.
        """
        queue, agent = body.queue, body.agent
        if isinstance(queue, str) and agent is UNSET:
            await self._move(attempt, queue)
        elif isinstance(agent, str) and queue is UNSET:
            await self._give(attempt, agent)
        else:
            raise ActionRefused(Code.INVALID_FIELD, "queue")

    async def _move(self, attempt: Attempt, queue: str) -> None:
        extension, _at, context = self._extensions.get(queue, "").partition("@")
        place = _place(extension, context or self._context)
        if attempt.is_again:
            await self._find_moved(attempt, place, queue)
            return
        now = await attempt.look()
        entry = _waiting(now, attempt)
        if queue == entry.queue or queue not in now.queues:
            raise ActionRefused(Code.INVALID_FIELD, "queue")
        await self._redirect(attempt, entry, place)

    async def _give(self, attempt: Attempt, agent: str) -> None:
        dialled = _DIALLED.fullmatch(agent)
        if dialled is None:
            raise ActionRefused(Code.NO_EXTENSION)
        place = _place(dialled["extension"], dialled["context"] or self._context)
        if attempt.is_again:
            await self._find_moved(attempt, place)
            return
        now = await attempt.look(agent)
        entry = _waiting(now, attempt)
        taker = state_now([*now.members.values()], attempt.now, self._settings)
        if taker.state is not AgentState.READY or not taker.reachable:
            raise ActionRefused(Code.WRONG_STATE)
        await self._redirect(attempt, entry, place)

    async def _redirect(self, attempt: Attempt, entry: EntryRow, place: Place) -> None:
        known = await attempt.tell(f"DIALPLAN_EXISTS({place.context},{place.extension},1)")
        if known == "0":
            raise ActionRefused(Code.NO_EXTENSION)
        where = {"Context": place.context, "Exten": place.extension, "Priority": "1"}
        await attempt.send("Redirect", {"Channel": _exact(entry), **where})

    async def _find_ended(self, attempt: Attempt) -> None:
        """Whether a call that was hung up has ended: whose channel is gone has."""
        channels = await attempt.channels()
        if channels is not None:
            if any(row.call == _call(attempt) for row in channels):
                raise _not_yet(attempt)
            return
        if _entry(await attempt.look(), attempt) is not None:
            raise _not_yet(attempt)
        raise FetchError(Code.OUTCOME_UNKNOWN)

    async def _find_moved(self, attempt: Attempt, place: Place, queue: str = "") -> None:
        """Whether a caller has got to where they were sent; where else they are, it is not told.

        Who is in another queue was not moved: not yet, as long as there is time.
        """
        entry = _entry(await attempt.look(), attempt)
        channels = await attempt.channels() or ()
        row = next((each for each in channels if each.call == _call(attempt)), None)
        waits_in = entry.queue if entry is not None else _queue_of(row)
        if waits_in and waits_in == queue:
            return
        if waits_in:
            raise _not_yet(attempt)
        if row is None or (row.extension, row.context) != (place.extension, place.context):
            raise FetchError(Code.OUTCOME_UNKNOWN)


def _place(extension: str, context: str) -> Place:
    if not _PLAIN.fullmatch(extension) or not _PLAIN.fullmatch(context):
        raise ActionRefused(Code.NO_EXTENSION)
    return Place(extension, context)


def _call(attempt: Attempt) -> str:
    """The unique id of the call that a contact is made of."""
    return call_of(attempt.entity)[0]


def _entry(now: QueuesNow, attempt: Attempt) -> EntryRow | None:
    call = _call(attempt)
    return next((entry for entry in now.entries.values() if entry.call == call), None)


def _waiting(now: QueuesNow, attempt: Attempt) -> EntryRow:
    entry = _entry(now, attempt)
    if entry is None:
        raise ActionRefused(Code.WRONG_STATE)
    return entry


def _exact(entry: EntryRow) -> str:
    """The caller's channel; Asterisk takes what begins with a slash for a pattern of names."""
    if not entry.channel or entry.channel.startswith("/"):
        raise ActionRefused(Code.INVALID_FIELD, "channel")
    return entry.channel


def _queue_of(row: ChannelRow | None) -> str:
    """The queue whose application a call runs: it waits there, or was answered there."""
    if row is None or row.application != _QUEUE_APPLICATION:
        return ""
    return row.data.partition(",")[0]


def _not_yet(attempt: Attempt) -> ActionRefused:
    """Nothing has come of it: what was sent may be on its way as long as it would be in time."""
    return ActionRefused(Code.ACTION_EXPIRED if attempt.is_late else Code.IN_PROGRESS)
