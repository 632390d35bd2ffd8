"""Asterisk's manager over HTTP: asked for answers that can be relied on, or a `FetchError` comes.

Everything is answered with status 200; success and refusal are in the text. What is refused is told
apart here: a session that has run out is renewed and the question asked once more, a right that is
missing is named, and what a server says while it stops or starts is no answer at all. So nothing of
a restart (shutting down, no service, no connection, no manager, no session, no queues yet) can be
taken for an empty floor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from data.clean import clean_text
from data.clock import monotonic_ms
from data.errors import ActionRefused, Code, FetchError, FloorError
from data.settings import SourceSettings
from data.sources.anchors import Anchors
from data.sources.asterisk.asking import Refusal, form, new_action_id, refusal_of
from data.sources.asterisk.packets import Answer, read_events, read_list, read_response
from data.sources.asterisk.posts import make_post
from data.sources.asterisk.rows import whole
from data.sources.asterisk.sessions import Session, make_session
from data.status import ClockAnchor
from data.sync.backoff import Timing
from data.sync.bounded import Endpoint

LONGEST_WAIT_S = 10
EMPTY_PAUSE_S = 0.5
"""After an empty answer: two that take each other's place must not do so without end."""

_Read: TypeAlias = Callable[[bytes, str], Answer]


class Opening(msgspec.Struct, frozen=True):
    """What a server says of itself; empty where the account has no right to know."""

    version: str
    system_name: str
    startup: str
    """When it started, by its own clock and in its own words: another one is another run."""
    anchor: ClockAnchor


class Manager:
    """The manager of one Asterisk.

    Args:
        settings: Where it is, and how to sign in.
        timing: Time and chance.
        rate: Server seconds per real second; other than 1 only for what is replayed.

    Raises:
        FetchError: The address is not one that may be asked.
        StoreError: A certificate file cannot be used.
    """

    def __init__(
        self, settings: SourceSettings, *, timing: Timing | None = None, rate: float = 1.0
    ) -> None:
        self._timing = timing or Timing()
        self._endpoint = Endpoint(settings)
        self._settings, self._deadline = settings, settings.deadline
        self._session = self._make_session()
        self._anchors = Anchors()
        self._anchors.restart(rate)
        self.place = self._endpoint.place
        """Host and port."""
        self.heard_at: int | None = None
        """Monotonic instant of the manager's last answer, ms."""

    def __repr__(self) -> str:
        return f"Manager({self.place})"

    @property
    def sessions(self) -> int:
        """How many sessions there have been.

        Between two numbers events may be lost, or those of one answer come twice.
        """
        return self._session.number

    @property
    def life_s(self) -> int:
        """Seconds for which a session lives after its last request; 0 where that is not told."""
        return self._session.life_s

    async def open(self) -> Opening:
        """See that there is a session, and learn who the server is.

        Raises:
            FetchError: Among others SIGN_IN, NO_MANAGER, REFUSED_CONNECTION.
            StoreError: The secret's file cannot be used.
        """
        anchor = await self.clock()
        settings = await self._fields("CoreSettings")
        status = await self._fields("CoreStatus")
        began = f"{status.get('corestartupdate', '')} {status.get('corestartuptime', '')}"
        return Opening(
            version=clean_text(settings.get("asteriskversion", "")),
            system_name=clean_text(settings.get("systemname", "")),
            startup=clean_text(began).strip(),
            anchor=anchor,
        )

    async def clock(self) -> ClockAnchor:
        """How to read the server's clock, by asking it once more.

        Raises:
            FetchError: There was no usable answer.
            StoreError: The secret's file cannot be used.
        """
        answer, took_ms = await self._exchange("Ping", {}, _one)
        before, _point, after = answer.fields.get("timestamp", "").partition(".")
        server_ms = whole(before) * 1000 + whole(after[:3].ljust(3, "0"))
        if not answer.is_success or not server_ms:
            raise FetchError(Code.BAD_PAYLOAD, "Ping")
        return self._anchors.take(server_ms, took_ms)

    async def ask(self, action: str, fields: Mapping[str, str] | None = None) -> Answer:
        """Have something done, or ask for something that is told in one packet.

        Args:
            action: As Asterisk names it.
            fields: Names exactly as Asterisk knows them, and texts from `asking.sendable`.

        Returns:
            What it said, refusals among it (`asking.refusal_of`), but for these:

        Raises:
            ActionRefused: INVALID_FIELD, where a name cannot be sent.
            FetchError: FORBIDDEN, naming the action, where the right is missing; UNAVAILABLE where
                the server does not know the action, or not yet, or is shutting down; SIGN_IN; or
                what any request may come to. `was_not_sent` where nothing can have been done.
            StoreError: The secret's file cannot be used.
        """
        answer, _took_ms = await self._exchange(action, fields or {}, _one)
        return answer

    async def rows(
        self, action: str, ends_with: str, fields: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask for a list.

        Args:
            action: As Asterisk names it.
            ends_with: The event with which the list ends, as in `QueueStatusComplete`.
            fields: As for `ask`.

        Returns:
            A success, proved whole by the list's own count.

        Raises:
            FetchError: As for `ask`; BAD_PAYLOAD where the list is not whole, UNAVAILABLE with
                what was said where it was refused for another reason.
            StoreError: The secret's file cannot be used.
        """

        def read(body: bytes, action_id: str) -> Answer:
            return read_list(body, action_id, ends_with)

        answer, _took_ms = await self._exchange(action, fields or {}, read)
        if not answer.is_success:
            raise _nothing_done(Code.UNAVAILABLE, f"{action}: {answer.message}")
        return answer

    async def wait(self, seconds: float) -> Answer:
        """Wait for events, beside whatever else is asked.

        One at a time: a second one ends the first, which then has none.

        Args:
            seconds: How long to wait for the first event, 1 to `LONGEST_WAIT_S`.

        Returns:
            A success, with the events, if any. Every event on the server ends the wait, those too
            that are not shown to us: leave a pause before the next.

        Raises:
            FetchError: As for `ask`.
            StoreError: The secret's file cannot be used.
        """
        held_s = max(1, min(LONGEST_WAIT_S, int(seconds)))
        answer, _took_ms = await self._exchange(
            "WaitEvent", {"Timeout": str(held_s)}, _events, extra_s=held_s
        )
        if not answer.is_success:
            raise _nothing_done(Code.UNAVAILABLE, f"WaitEvent: {answer.message}")
        if answer is _TAKEN_OVER:
            await self._timing.sleep(EMPTY_PAUSE_S)
        return answer

    async def ask_afresh(self, action: str) -> Answer:
        """Ask in a session that is begun for it: one with the rights that the account has now.

        Raises:
            FetchError: SIGN_IN, also where an account may have one session alone; or what any
                request may come to.
            StoreError: The secret's file cannot be used.
        """
        session = self._make_session()
        try:
            await session.ready()
            raw = await session.post(form(action, new_action_id(), {}), self._deadline)
        finally:
            await session.end()
        return read_response(raw.body)

    async def renew(self) -> None:
        """Begin another session; events may be lost between it and the last one.

        Raises:
            FetchError: As for `open`.
            StoreError: The secret's file cannot be used.
        """
        await self._session.renew(self._session.number)

    async def close(self) -> None:
        """Log off and let go of the connections."""
        await self._session.end()
        await self._endpoint.close()

    def _make_session(self) -> Session:
        return make_session(self._settings, make_post(self._endpoint), self._timing.clock)

    async def _fields(self, action: str) -> Mapping[str, str]:
        """What one packet tells, or nothing where it may not be known, or is not."""
        try:
            return (await self.ask(action)).fields
        except FetchError as problem:
            if problem.code in {Code.FORBIDDEN, Code.UNAVAILABLE}:
                return {}
            raise

    async def _exchange(
        self, action: str, fields: Mapping[str, str], read: _Read, extra_s: float = 0.0
    ) -> tuple[Answer, int]:
        """Ask, and ask once more in a new session where the old one may be what was refused."""
        number = await self._session.ready()
        answer, took_ms, is_worn = await self._attempt(action, fields, read, extra_s)
        if is_worn:
            await self._session.renew(number)
            answer, took_ms, _ = await self._attempt(action, fields, read, extra_s)
        refusal = refusal_of(answer)
        if refusal is Refusal.DENIED:
            raise _nothing_done(Code.FORBIDDEN, action)
        if refusal in {Refusal.UNKNOWN_ACTION, Refusal.STOPPING}:
            raise _nothing_done(Code.UNAVAILABLE, answer.message)
        self.heard_at = monotonic_ms()
        return answer, took_ms

    async def _attempt(
        self, action: str, fields: Mapping[str, str], read: _Read, extra_s: float
    ) -> tuple[Answer, int, bool]:
        """Ask once: the answer, how long it took, and whether another session may be allowed it."""
        action_id = new_action_id()
        try:
            asked = form(action, action_id, fields)
        except FloorError as error:
            refused = ActionRefused(error.code, error.detail)
            refused.was_not_sent = True
            raise refused from None
        raw = await self._session.post(asked, self._deadline + extra_s)
        answer = read(raw.body, action_id)
        is_denied = refusal_of(answer) is Refusal.DENIED
        return answer, raw.took_ms, is_denied and self._session.is_worn(raw)


_TAKEN_OVER = Answer("Success")
"""What comes of a wait whose place another one took: nothing at all."""


def _one(body: bytes, _action_id: str) -> Answer:
    return read_response(body)


def _events(body: bytes, _action_id: str) -> Answer:
    return read_events(body) if body else _TAKEN_OVER


def _nothing_done(code: Code, detail: str) -> FetchError:
    problem = FetchError(code, clean_text(detail))
    problem.was_not_sent = True
    return problem
