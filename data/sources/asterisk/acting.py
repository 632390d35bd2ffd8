"""What supervisors do, carried out by Asterisk's manager: the contract's requests as its actions.

What belongs to the desk (complaints, messages, loans) never comes here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol, TypeAlias

import msgspec

from data import contract
from data.errors import ActionRefused, Code, FetchError
from data.model import Agent, Change, Kind, Ms, Switch
from data.settings import SourceSettings
from data.sources.asterisk.acting_agents import AgentActs
from data.sources.asterisk.acting_callers import CallerActs
from data.sources.asterisk.attempt import Asked, Attempt
from data.sources.asterisk.events import Event, MemberEvent
from data.sources.asterisk.packets import Answer
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
    "prioritiseContact": frozenset({"queuechangeprioritycaller", "queuepause"}),
    "transferContact": frozenset({"redirect"}),
    "hangUpContact": frozenset({"hangup"}),
}
"""What has to be allowed for an operation, in lower case as ListCommands is read.

Asterisk asks for no right to change a caller's priority. An account that may change nothing else in
a queue was given to look, and does not do that either.
"""
_SWITCH = "switchQueue"
_ALWAYS_ALLOWED = "queuestatus"
"""Needs no right: where it is not listed, there are no queues yet."""


class Known(Talking, Protocol):
    """What acting needs of the board."""

    def standing(self, kind: Kind, native: str, /) -> Change | None:
        """A record as of its last change, by the id that the server knows it by."""
        ...


class _Way(msgspec.Struct, frozen=True):
    """How an operation is asked for and carried out."""

    operation: str
    body: type[contract.ActionBase]
    act: _Act


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
        board: Known,
        settings: SourceSettings,
        timing: Timing,
        *,
        now: Callable[[], Ms],
    ) -> None:
        self._manager = manager
        self._now = now
        self._allowed: frozenset[str] | None = None
        self._toggles = Toggles(settings)
        self._board = board
        self._agents = AgentActs(settings, self._name_of)
        self._spies = Spies(board, settings, timing)
        callers = CallerActs(settings)
        toggles = self._toggles.rights
        self._rights = {**_RIGHTS, _SWITCH: toggles} if toggles else _RIGHTS
        agents = self._agents
        self._ways: Mapping[tuple[str, str], _Way] = {
            ("agents", "state"): _Way("setAgentState", contract.SetAgentState, agents.set_state),
            ("agents", "membership"): _Way(
                "setMembership", contract.SetMembership, agents.set_membership
            ),
            ("agents", "monitor"): _Way("monitorAgent", contract.MonitorAgent, self._spies.monitor),
            ("queues", "switch"): _Way(_SWITCH, contract.SwitchQueue, self._switch),
            ("contacts", "priority"): _Way(
                "prioritiseContact", contract.PrioritiseContact, callers.prioritise
            ),
            ("contacts", "transfer"): _Way(
                "transferContact", contract.TransferContact, callers.transfer
            ),
            ("contacts", "hangup"): _Way("hangUpContact", contract.ActionBase, callers.hang_up),
        }

    @property
    def operations(self) -> tuple[str, ...]:
        """The contract's operations that can be asked for, as far as rights are known."""
        return tuple(each for each in self._rights if self._is_allowed(each))

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
        self.take_rights(answer)

    def take_rights(self, answer: Answer) -> bool:
        """Take an answer to ListCommands for what the account may do.

        Returns:
            Whether it may do something else than was known.

        Raises:
            FetchError: UNAVAILABLE: the server is starting, and has not loaded its queues.
        """
        if not answer.is_success:
            return False
        if _ALWAYS_ALLOWED not in answer.fields:
            raise FetchError(Code.UNAVAILABLE, "ListCommands")
        before, self._allowed = self._allowed, frozenset(answer.fields)
        return before != self._allowed

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
        way = self._ways.get((kind, rest[0]))
        if way is None:
            raise ActionRefused(Code.NOT_FOUND)
        try:
            body = msgspec.json.decode(request.body, type=way.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ActionRefused(Code.INVALID_FIELD, str(error)) from None
        until = contract.to_ms(body.not_after)
        attempt = Attempt(self._manager, request, until, self._now, self._may)
        try:
            await self._must_be_allowed(way.operation)
            await way.act(attempt, body)
        except FetchError as problem:
            problem.was_not_sent = not attempt.may_have_arrived
            raise

    async def _must_be_allowed(self, operation: str) -> None:
        if self._allowed is None:
            await self.learn_rights()
        if operation in self._rights and not self._is_allowed(operation):
            raise FetchError(Code.FORBIDDEN, operation)

    def _is_allowed(self, operation: str) -> bool:
        return self._allowed is None or self._rights[operation] <= self._allowed

    def _name_of(self, interface: str) -> str:
        found = self._board.standing(Kind.AGENT, interface)
        record = found.record if found is not None else None
        return record.name if isinstance(record, Agent) else ""

    def _may(self, action: str) -> bool:
        return self._allowed is None or action.lower() in self._allowed

    async def _switch(self, attempt: Attempt, body: contract.SwitchQueue) -> None:
        await self._toggles.put(self._manager, attempt, body)
