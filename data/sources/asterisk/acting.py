"""What supervisors do, carried out by Asterisk's manager: the contract's requests as its actions.

What belongs to the desk (complaints, messages, loans) never comes here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeAlias

import msgspec

from data import contract
from data.errors import ActionRefused, Code, FetchError
from data.model import Ms, Switch
from data.settings import SourceSettings
from data.sources.asterisk.acting_agents import AgentActs
from data.sources.asterisk.acting_callers import CallerActs
from data.sources.asterisk.attempt import Asked, Attempt
from data.sources.asterisk.events import Event, MemberEvent
from data.sources.asterisk.rows import MemberRow
from data.sources.asterisk.spying import Spies, Talking
from data.sources.asterisk.toggles import Toggles
from data.sync.backoff import Timing
from data.sync.requests import Request

_Act: TypeAlias = Callable[[Attempt, Any], Awaitable[None]]
_RIGHTS: Mapping[str, frozenset[str]] = {
    "setAgentState": frozenset({"queuepause"}),
    "setMembership": frozenset({"queueadd", "queueremove"}),
    "monitorAgent": frozenset({"originate"}),
    "prioritiseContact": frozenset({"queuechangeprioritycaller"}),
    "transferContact": frozenset({"redirect"}),
    "hangUpContact": frozenset({"hangup"}),
}
"""What has to be allowed for an operation, in lower case as ListCommands is read."""
_SWITCH = "switchQueue"
_ALWAYS_ALLOWED = "queuestatus"
"""Needs no right: where it is not listed, there are no queues yet."""


class Acts:
    """Carries out actions.

    Args:
        manager: Whom to ask.
        board: What is known of the floor.
        settings: Of the source.
        timing: Time and chance.
        now: The server's clock.
    """

    def __init__(
        self,
        manager: Asked,
        board: Talking,
        settings: SourceSettings,
        timing: Timing,
        *,
        now: Callable[[], Ms],
    ) -> None:
        self._manager = manager
        self._now = now
        self._allowed: frozenset[str] | None = None
        self._toggles = Toggles(settings)
        self._agents = AgentActs(settings)
        self._spies = Spies(board, settings, timing)
        callers = CallerActs(settings)
        self._acts: Mapping[tuple[str, str], tuple[type[contract.ActionBase], _Act]] = {
            ("agents", "state"): (contract.SetAgentState, self._agents.set_state),
            ("agents", "membership"): (contract.SetMembership, self._agents.set_membership),
            ("agents", "monitor"): (contract.MonitorAgent, self._spies.monitor),
            ("queues", "switch"): (contract.SwitchQueue, self._switch),
            ("contacts", "priority"): (contract.PrioritiseContact, callers.prioritise),
            ("contacts", "transfer"): (contract.TransferContact, callers.transfer),
            ("contacts", "hangup"): (contract.ActionBase, callers.hang_up),
        }

    @property
    def operations(self) -> tuple[str, ...]:
        """The contract's operations that can be asked for, as far as rights are known."""
        toggles = self._toggles.rights
        rights = {**_RIGHTS, _SWITCH: toggles} if toggles else _RIGHTS
        allowed = self._allowed
        return tuple(
            each for each, needed in rights.items() if allowed is None or needed <= allowed
        )

    async def learn_rights(self) -> None:
        """Ask what the account may do; to be called when a session begins.

        Raises:
            FetchError: There was no usable answer.
        """
        try:
            answer = await self._manager.ask("ListCommands")
        except FetchError as problem:
            if problem.code is not Code.UNAVAILABLE:
                raise
            return  # a server that does not know it: each action will be told what it may
        if answer.is_success:
            if _ALWAYS_ALLOWED not in answer.fields:
                # It is starting, and has not loaded its queues: what it lists now is not all.
                raise FetchError(Code.UNAVAILABLE, "ListCommands")
            self._allowed = frozenset(answer.fields)

    def note_members(self, rows: Iterable[MemberRow]) -> None:
        """Remember what members are called: who is put back into a queue gets their name back."""
        self._agents.note(rows)

    def take_event(self, event: Event) -> None:
        """Learn what events tell of calls that were asked for, and of members' names."""
        if isinstance(event, MemberEvent):
            self._agents.note([event.member])
        else:
            self._spies.take_event(event)

    async def read_toggles(self) -> Mapping[str, tuple[Switch, ...]]:
        """How the toggles of all queues stand, by queue: one request for each toggle.

        Raises:
            FetchError: One could not be read.
        """
        return await self._toggles.read(self._manager, self._now(), self._may)

    async def act(self, request: Request) -> None:
        """Carry out a request; returns when it is done, or when it was so already.

        Raises:
            ActionRefused: It was refused, or is too late: nothing was done. IN_PROGRESS where an
                earlier attempt may still arrive.
            FetchError: It is not known to be done; `was_not_sent` where it surely is not.
                OUTCOME_UNKNOWN where nothing tells any more what became of an earlier attempt.
            StoreError: The secret's file cannot be used; nothing was done.
        """
        kind, _entity, *rest = request.parts if len(request.parts) == 3 else ("", "", "")
        found = self._acts.get((kind, rest[0]))
        if found is None:
            raise ActionRefused(Code.NOT_FOUND)
        body_type, act = found
        try:
            body = msgspec.json.decode(request.body, type=body_type)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ActionRefused(Code.INVALID_FIELD, str(error)) from None
        until = contract.to_ms(body.not_after)
        attempt = Attempt(self._manager, request, until, self._now, self._may)
        try:
            if self._allowed is None:
                await self.learn_rights()
            await act(attempt, body)
        except FetchError as problem:
            problem.was_not_sent = not attempt.may_have_arrived
            raise

    def _may(self, action: str) -> bool:
        return self._allowed is None or action.lower() in self._allowed

    async def _switch(self, attempt: Attempt, body: contract.SwitchQueue) -> None:
        await self._toggles.put(self._manager, attempt, body)
