"""Listening, whispering and barging in: the supervisor's own phone rings, and hears one call.

Whoever answers is put into ChanSpy on the agent's very channel, which ends with that call: without
its options `E` and `S` it would stay up for ever and join the agent's next call, because Asterisk
takes the channel for the beginning of a name. The spying call has an id of our own making, made of
who listens and of the action's key: by it the call is found again where an answer was lost, one
supervisor is told from another, and nobody's phone listens to two calls.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec import UNSET

from data import contract
from data.clean import clean_text
from data.errors import ActionRefused, Code, FetchError
from data.settings import SourceSettings
from data.sources.asterisk.asking import sendable
from data.sources.asterisk.attempt import Attempt, held_already
from data.sources.asterisk.board_contact import call_of
from data.sources.asterisk.channels import ChannelRow, own_calls, partners, talks
from data.sources.asterisk.events import Event, OriginateEvent, SpyEvent
from data.sync.backoff import Timing

RINGS_S = 20
"""How long the supervisor's phone rings."""
GRACE_S = 4
"""How much longer news of it is awaited."""
LOOK_EVERY_S = 1.0
_OPTIONS = {"listen": "qES", "whisper": "qwES", "barge": "qBES"}
_MINE = "supervise"
_SPY = "ChanSpy"
_REMEMBERED = 200
_UNSEEN_LOOKS = 3
"""A call that was not there in so many looks never came to be."""
_OTHER_END = ";2"
"""How Asterisk names the far half of a Local channel whose near half we have named."""
_DEVICE = re.compile(r"[A-Za-z0-9]{1,16}/[A-Za-z0-9_.*#+@:/-]{1,79}", re.ASCII)
_EXTENSION = re.compile(r"[A-Za-z0-9_.*#+-]{1,40}(@[A-Za-z0-9_.-]{1,40})?", re.ASCII)
_QUOTES = str.maketrans("", "", '"<>\\')


class Talk(Protocol):
    """A call that an agent talks in, as far as it is known."""

    @property
    def call(self) -> str:
        """The caller's unique id."""
        ...

    @property
    def agent_channel(self) -> str:
        """The agent's channel; empty where it is not known."""
        ...


class Talking(Protocol):
    """Who talks, as events have told it."""

    def talk(self, interface: str, /) -> Talk | None:
        """The call that an agent talks in."""
        ...

    def name_listener(self, call: str, name: str, /) -> None:
        """Know who will listen with the call of this unique id."""
        ...


class _Heard(msgspec.Struct):
    """What events have told of a call that was asked for."""

    news: asyncio.Event
    has_failed: bool = False
    was_answered: bool = False
    has_begun: bool = False


class Spies:
    """Carries out what is asked of calls in hand.

    Args:
        board: Knows whose channels are whose, where channels cannot be looked at.
        settings: Of the source: in which context phones are found.
        timing: Time and chance.
    """

    def __init__(self, board: Talking, settings: SourceSettings, timing: Timing) -> None:
        self._board = board
        self._context = settings.context
        self._timing = timing
        self._heard: dict[str, _Heard] = {}

    def take_event(self, event: Event) -> None:
        """Learn what became of a call that was asked for, if the event tells of one."""
        if isinstance(event, OriginateEvent):
            heard = self._heard.get(event.action_id)
            if heard is not None:
                heard.was_answered |= event.is_success
                heard.has_failed |= not event.is_success
                heard.news.set()
        elif isinstance(event, SpyEvent):
            heard = self._heard.get(event.spy_call)
            if heard is not None:
                heard.has_begun |= event.is_start
                heard.news.set()

    async def monitor(self, attempt: Attempt, body: contract.MonitorAgent) -> None:
        """Ring the supervisor's phone, and return when it is in the call.

        Raises:
            ActionRefused: WRONG_STATE where there is no such call, or none any more;
                ALREADY_CLAIMED naming who listens; PHONE_NOT_REACHED.
            FetchError: OUTCOME_UNKNOWN where nothing tells what became of it.
        """
        call = f"{_MINE}.{body.actor.id}.{attempt.key}"
        if attempt.is_again:
            await self._find(attempt, call)
            return
        phone = self._dialled(body.phone)
        channels = await attempt.channels()
        target = await self._target(attempt, body, channels)
        await self._must_be_alone(attempt, body, channels or (), target)
        self._follow(call)
        self._board.name_listener(call, clean_text(body.actor.name))
        name = sendable(body.actor.name).translate(_QUOTES)
        asked = {"Channel": phone, "Application": _SPY, "Data": f"{target},{_OPTIONS[body.mode]}"}
        rings = {"Timeout": str(RINGS_S * 1000), "Async": "true", "CallerID": f'"{name}" <>'}
        named = {"ActionID": call, "ChannelId": call}
        try:
            await attempt.send("Originate", {**asked, **rings, **named})
        except ActionRefused as refused:
            if refused.code is Code.WRONG_STATE:
                raise ActionRefused(Code.PHONE_NOT_REACHED, refused.detail) from None
            raise
        await self._begun(attempt, call, target)

    async def _target(
        self,
        attempt: Attempt,
        body: contract.MonitorAgent,
        channels: Sequence[ChannelRow] | None,
    ) -> str:
        """The agent's channel in the call that the person saw, or in whatever call there is."""
        rows = [*(await attempt.look(attempt.entity)).members.values()]
        served = [(row.queue, row.interface) for row in rows if row.in_call]
        seen = "" if body.contact is UNSET else call_of(str(body.contact))[0]
        told = self._board.talk(attempt.entity) if served else None
        if told is not None and seen not in {"", told.call}:
            told = None
        if channels is None:
            found = [told.agent_channel] if told is not None and told.agent_channel else []
        else:
            in_hand = talks(channels, served)
            found = [each.agent.channel for each in in_hand if seen in {"", each.caller.call}]
            if not found and told is not None:
                found = partners(told.call, channels)
            elif not in_hand and not seen:
                found = own_calls(attempt.entity, channels)
        # A comma would end the name and begin options.
        if len(found) != 1 or "," in found[0]:
            raise ActionRefused(Code.WRONG_STATE)
        return found[0]

    async def _must_be_alone(
        self,
        attempt: Attempt,
        body: contract.MonitorAgent,
        channels: Sequence[ChannelRow],
        target: str,
    ) -> None:
        """One supervisor a call, and one call a supervisor: what they heard before is left."""
        own = f"{_MINE}.{body.actor.id}."
        for row in channels:
            hears = row.data.partition(",")[0] if row.application == _SPY else ""
            if hears and target.startswith(hears) and not row.call.startswith(own):
                raise held_already(Code.ALREADY_CLAIMED, row.name)
        # ChanSpy heeds a hang-up with the next sound that it hears, or at the end of the call.
        for row in channels:
            if row.call.startswith(own) and not row.call.endswith(_OTHER_END):
                await attempt.send("Hangup", {"Channel": row.channel}, is_aside=True)

    async def _begun(self, attempt: Attempt, call: str, target: str) -> None:
        """Return when the phone is in the call; end what cannot get there any more."""
        heard, clock = self._heard[call], self._timing.clock
        until_ms = clock.monotonic_ms() + (RINGS_S + GRACE_S) * 1000
        looks, was_seen, is_over = 0, False, False
        while not is_over:
            if heard.has_begun:
                return
            if heard.has_failed:
                raise ActionRefused(Code.PHONE_NOT_REACHED)
            channels = await attempt.channels()
            row = _find(channels or (), call)
            if row is not None and row.application == _SPY:
                return
            looks, was_seen = looks + 1, was_seen or row is not None
            is_unseen = channels is not None and row is None
            is_over = clock.monotonic_ms() >= until_ms
            is_over |= is_unseen and (was_seen or looks >= _UNSEEN_LOOKS)
            if row is not None:
                has_ended = all(each.channel != target for each in channels or ())
                if is_over or has_ended:
                    await attempt.send("Hangup", {"Channel": row.channel}, is_aside=True)
                    raise ActionRefused(Code.WRONG_STATE if has_ended else Code.PHONE_NOT_REACHED)
            if not is_over:
                await self._next_news(heard)
        raise _never_came(heard, may_look=channels is not None)

    async def _find(self, attempt: Attempt, call: str) -> None:
        """What became of a call whose answer was lost; it is not rung again."""
        heard = self._heard.get(call)
        if heard is not None and heard.has_begun:
            return
        if heard is not None and heard.has_failed:
            raise ActionRefused(Code.PHONE_NOT_REACHED)
        row = _find(await attempt.channels() or (), call)
        if row is None:
            raise FetchError(Code.OUTCOME_UNKNOWN)
        if row.application != _SPY:
            raise ActionRefused(Code.IN_PROGRESS)

    async def _next_news(self, heard: _Heard) -> None:
        heard.news.clear()
        told = asyncio.ensure_future(heard.news.wait())
        rest = asyncio.ensure_future(self._timing.sleep(LOOK_EVERY_S))
        try:
            await asyncio.wait([told, rest], return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            rest.cancel()
            await asyncio.gather(told, rest, return_exceptions=True)

    def _follow(self, call: str) -> None:
        while len(self._heard) >= _REMEMBERED:
            del self._heard[next(iter(self._heard))]
        self._heard[call] = _Heard(asyncio.Event())

    def _dialled(self, phone: str) -> str:
        """What is dialled: a device as `PJSIP/2001`, or an extension, with or without context."""
        if _DEVICE.fullmatch(phone):
            return phone
        if not _EXTENSION.fullmatch(phone):
            raise ActionRefused(Code.PHONE_NOT_REACHED)
        extension, _at, context = phone.partition("@")
        return f"Local/{extension}@{context or self._context}/n"


def _never_came(heard: _Heard, *, may_look: bool) -> FetchError:
    """Why a call that was asked for is not there: it ended, was not taken, or nobody knows."""
    if heard.was_answered:
        return ActionRefused(Code.WRONG_STATE)
    return ActionRefused(Code.PHONE_NOT_REACHED) if may_look else FetchError(Code.OUTCOME_UNKNOWN)


def _find(channels: Sequence[ChannelRow], call: str) -> ChannelRow | None:
    return next((row for row in channels if row.call == call), None)
