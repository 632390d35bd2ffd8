"""What is done to agents: pauses, queues, ranks, logging off.

A person is one interface in however many queues, and a pause is kept in each. A pause that is so
already is not sent again, for that would restart its clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import UNSET

from data import contract
from data.clean import clean_text
from data.errors import ActionRefused, Code
from data.model import AgentState, Ms
from data.settings import SourceSettings
from data.sources.asterisk.asking import Refusal, sendable
from data.sources.asterisk.attempt import Attempt
from data.sources.asterisk.rows import MemberRow
from data.sources.asterisk.states import AGENT_POOL, PersonState, person_state

_SO_ALREADY = frozenset({Refusal.SO_ALREADY})


class AgentActs:
    """Carries out what is asked of agents.

    Args:
        settings: Of the source.
        name_of: What an interface's agent is called by people; empty where that is not known.
    """

    def __init__(self, settings: SourceSettings, name_of: Callable[[str], str]) -> None:
        self._settings = settings
        self._name_of = name_of
        self._named: dict[str, MemberRow] = {}

    def note(self, rows: Iterable[MemberRow]) -> None:
        """Remember what members are called and what their state is read from.

        Who has been taken out of all queues can be put back as they were only by that.
        """
        for row in rows:
            self._named[row.interface] = row

    async def set_state(self, attempt: Attempt, body: contract.SetAgentState) -> None:
        """Make not ready, make ready, log off.

        Who is a static member can be logged off by nobody but the server's configuration, and
        half of a log-out would be none: it is refused whole, and not ready is what helps.
        """
        rows = await self._memberships(attempt)
        match body.requested_state:
            case "notReady":
                await self._pause(attempt, rows, sendable(body.reason_code))
            case "ready":
                await self._unpause(attempt, rows)
            case "loggedOff":
                await self._log_off(attempt, rows)
            case _:
                raise ActionRefused(Code.INVALID_FIELD, "requested_state")

    async def set_membership(self, attempt: Attempt, body: contract.SetMembership) -> None:
        """Let an agent serve a queue, or not, at a rank; what is so already is done."""
        now = await attempt.look(attempt.entity)
        self.note(now.members.values())
        if body.queue not in now.queues:
            raise ActionRefused(Code.INVALID_FIELD, "queue")
        row = now.members.get((body.queue, attempt.entity))
        place = {"Queue": body.queue, "Interface": attempt.entity}
        if not body.member:
            if row is not None:
                await self._remove(attempt, [row])
            return
        penalty = {} if body.penalty is UNSET else {"Penalty": str(body.penalty)}
        if row is None:
            added = {**place, **penalty, **self._like([*now.members.values()], attempt.entity)}
            await attempt.send("QueueAdd", added, fine=_SO_ALREADY)
        elif penalty and row.penalty != body.penalty:
            await attempt.send("QueuePenalty", {**place, **penalty})

    async def _memberships(self, attempt: Attempt) -> tuple[MemberRow, ...]:
        rows = tuple((await attempt.look(attempt.entity)).members.values())
        self.note(rows)
        return rows

    async def _pause(self, attempt: Attempt, rows: Sequence[MemberRow], reason: str) -> None:
        _must_serve(rows)
        shown = clean_text(reason)
        wanting = [row for row in rows if not (row.is_paused and row.reason == shown)]
        told = {"Paused": "true", "Reason": reason} if reason else {"Paused": "true"}
        await _set_paused(attempt, rows, wanting, told)

    async def _unpause(self, attempt: Attempt, rows: Sequence[MemberRow]) -> None:
        _must_serve(rows)
        paused = [row for row in rows if row.is_paused]
        state = state_now(rows, attempt.now, self._settings).state
        if not paused and state is AgentState.WORKING_AFTER_CONTACT:
            raise ActionRefused(Code.TIMED_BY_SYSTEM)
        await _set_paused(attempt, rows, paused, {"Paused": "false"})

    async def _log_off(self, attempt: Attempt, rows: Sequence[MemberRow]) -> None:
        devices = {row.state_interface for row in rows}
        pool = sorted(each for each in devices if each.startswith(AGENT_POOL))
        if not pool:
            await self._remove(attempt, rows)
            return
        if state_now(rows, attempt.now, self._settings).state is not AgentState.LOGGED_OFF:
            # Soft: the caller who is being talked to keeps the call.
            number = pool[0].removeprefix(AGENT_POOL)
            await attempt.send("AgentLogoff", {"Agent": number, "Soft": "true"})

    async def _remove(self, attempt: Attempt, rows: Sequence[MemberRow]) -> None:
        if any(row.is_fixed for row in rows):
            raise ActionRefused(Code.STATIC_MEMBER)
        for row in rows:
            place = {"Queue": row.queue, "Interface": row.interface}
            await attempt.send("QueueRemove", place, fine=_SO_ALREADY)

    def _like(self, rows: Sequence[MemberRow], interface: str) -> dict[str, str]:
        """What a new membership takes over from the others: name, state, and the pause."""
        known = rows[0] if rows else self._named.get(interface)
        if known is None:
            name = sendable(self._name_of(interface))
            return {"MemberName": name, "Paused": "false"} if name else {"Paused": "false"}
        like = {"MemberName": sendable(known.name), "StateInterface": known.state_interface}
        if not rows or not all(row.is_paused for row in rows):
            return {**like, "Paused": "false"}
        return {**like, "Paused": "true", "Reason": sendable(rows[0].reason)}


def state_now(rows: Sequence[MemberRow], now: Ms, settings: SourceSettings) -> PersonState:
    """What a member does, by all memberships; in no queue they are not there at all."""
    if not rows:
        return PersonState(state=AgentState.LOGGED_OFF)
    named = {each.name: each.wrap_up for each in settings.queue}
    own = {row.queue: named.get(row.queue) for row in rows}
    usual = settings.wrap_up
    wrapups_s = {queue: usual if each is None else each for queue, each in own.items()}
    return person_state(rows, now, wrapups_s)


def _must_serve(rows: Sequence[MemberRow]) -> None:
    if not rows:
        raise ActionRefused(Code.WRONG_STATE)


async def _set_paused(
    attempt: Attempt,
    rows: Sequence[MemberRow],
    wanting: Sequence[MemberRow],
    told: Mapping[str, str],
) -> None:
    """Pause or unpause where that is wanting: everywhere at once, or queue by queue."""
    whom = {"Interface": attempt.entity, **told}
    if len(wanting) == len(rows):
        await attempt.send("QueuePause", whom)
        return
    for row in wanting:
        await attempt.send("QueuePause", {**whom, "Queue": row.queue})
