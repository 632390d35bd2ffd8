"""Handing one action to whoever keeps its record, and reading what the answer means for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from data import contract
from data.actions.rules import RULES, Basis
from data.actions.seen import has_changed
from data.actions.verbs import Verb
from data.clean import clean_text
from data.desk.messages import DESK
from data.desk.perform import KEY_LIFE_MS
from data.errors import ActionRefused, Code, FetchError, FloorError, StoreError
from data.identifiers import made_at
from data.model import Change, Ms
from data.status import ActionState
from data.sync.desk_source import DeskSource
from data.sync.kept import Fate, Kept
from data.sync.reach import Standing
from data.sync.requests import Request, request_of
from data.sync.trouble import explain_status

_NOT_SENT = {
    Code.REFUSED_CONNECTION,
    Code.NO_SUCH_HOST,
    Code.TLS_EXPIRED,
    Code.TLS_WRONG_NAME,
    Code.TLS_UNKNOWN_AUTHORITY,
    Code.TLS_CLIENT_CERTIFICATE,
    Code.TLS_OTHER,
    Code.SIGN_IN,
    Code.SLOW_DOWN,
}
"""After these it is certain that nothing was done: no line, or an answer that says so."""
_UNREADABLE = {Code.BAD_PAYLOAD, Code.WRONG_TYPE, Code.TOO_LARGE, Code.REDIRECTED}
"""Something answered, but not so that it could be understood."""
_REFUSED = {
    Code.FORBIDDEN,
    Code.NOT_FOUND,
    Code.NO_SUCH_SITE,
    Code.SCHEMA_UNSUPPORTED,
    Code.CURSOR_GONE,
}
_TRY_AGAIN_STATUSES = {408, 425, 429}
LATE_MS = 10_000
"""So long after the key was pressed, an action is compared with how things are by then."""


class Endpoint(Protocol):
    """What delivery needs of a source that carries out actions."""

    async def act(self, request: Request) -> tuple[Change, ...]:
        """Have an action carried out; the records as they are afterwards."""
        ...


class Delivery:
    """Knows who keeps what, and asks them.

    Args:
        desk: Keeps what no endpoint does.
        endpoint: Finds the endpoint of a site's source; raises `FetchError` where there is none
            (NO_SUCH_SITE) or none just now (UNAVAILABLE).
        standing: How records stand.
    """

    def __init__(
        self, desk: DeskSource, endpoint: Callable[[str, str], Endpoint], standing: Standing
    ) -> None:
        self._desk = desk
        self._endpoint = endpoint
        self.standing = standing

    def basis(self, kept: Kept) -> int | None:
        """The version that an action is to be based on now; None for the one its person saw."""
        if RULES[kept.action.verb].basis is not Basis.PRESENT:
            return None
        stands = self.standing(*kept.entity)
        return None if stands is None else stands[0]

    @staticmethod
    def is_compared(kept: Kept, now: Ms) -> bool:
        """Whether an action is so late that it is held against how things are by now."""
        action = kept.action
        if kept.is_agreed or kept.may_have_arrived or not action.seen:
            return False
        is_of_the_moment = RULES[action.verb].basis is Basis.PRESENT
        return is_of_the_moment and abs(now - action.pressed_at) > LATE_MS

    def must_be_asked(self, kept: Kept, now: Ms) -> bool:
        """Whether what an action was meant for has changed while it waited."""
        if not self.is_compared(kept, now):
            return False
        action = kept.action
        stands = self.standing(*kept.entity)
        return stands is not None and has_changed(action.verb, action.seen, stands[1])

    async def deliver(self, kept: Kept, now: Ms, *, is_again: bool = False) -> int:
        """Have an action carried out, once, however often it is asked.

        Args:
            kept: The action.
            now: The server's time.
            is_again: An earlier attempt may have arrived.

        Returns:
            The version that its record has afterwards.

        Raises:
            FetchError: `fate_of` says what that means.
            StoreError: The desk could not keep it; nothing was done.
        """
        action = kept.action
        if action.source == DESK:
            wired = msgspec.structs.replace(action, key=kept.wire.key)
            request = request_of(wired, _actor(kept), kept.wire.version)
            answer = self._desk.act(action.site, request, now)
            if answer.is_problem:
                raise explain_status(answer.status, {}, answer.body)
            result = msgspec.json.decode(answer.body, type=contract.ActionResult)
            # It is done whether or not it can be shown just now; the next look shows it.
            with contextlib.suppress(StoreError):
                self._desk.follow(action.site, now)
            return max((each.version for each in result.entities), default=0)
        changes = await self._at_endpoint(kept, is_again=is_again)
        return max((each.version for each in changes if each.id == action.entity), default=0)

    async def _at_endpoint(self, kept: Kept, *, is_again: bool) -> Sequence[Change]:
        action = kept.action
        if RULES[action.verb].is_of_desk:
            raise FetchError(Code.NOT_FOUND, action.verb)
        try:
            endpoint = self._endpoint(action.site, action.source)
        except FetchError as problem:
            problem.was_not_sent = True
            raise
        action = msgspec.structs.replace(action, key=kept.wire.key)
        request = request_of(action, _actor(kept), kept.wire.version)
        return await endpoint.act(msgspec.structs.replace(request, may_have_arrived=is_again))


def was_overtaken(problem: FloorError, kept: Kept) -> bool:
    """Whether an action about the present met a record that had moved on: it did nothing."""
    is_mismatch = isinstance(problem, ActionRefused) and problem.code is Code.VERSION_MISMATCH
    return is_mismatch and RULES[kept.action.verb].basis is Basis.PRESENT


def was_not_sent(problem: FloorError) -> bool:
    """Whether it is certain that an attempt that failed so did nothing."""
    if isinstance(problem, FetchError) and problem.was_not_sent:
        return True
    return isinstance(problem, StoreError) or problem.code in _NOT_SENT


def fate_before(kept: Kept, now: Ms) -> Fate | None:
    """What has become of an action without sending it (again); None: it is to be sent.

    What is too late and has surely not arrived is void. What may have arrived is asked about until
    its key is no longer remembered by anybody.
    """
    if not kept.may_have_arrived:
        if now <= kept.action.not_after:
            return None
        return Fate(ActionState.EXPIRED, kept.fate.code or Code.ACTION_EXPIRED.value)
    made = made_at(kept.key) or kept.action.pressed_at
    if now - made > KEY_LIFE_MS:
        return Fate(ActionState.UNKNOWN_OUTCOME, kept.fate.code)
    return None


def fate_of(problem: FloorError, kept: Kept, now: Ms, *, may_have: bool) -> Fate | None:
    """What a failed attempt means for an action; None: it has to be tried again.

    A refusal that does not speak of the action (somebody in between, or a door that is shut before
    the key is looked at) says nothing of an earlier attempt whose answer was lost: that one may
    have been carried out, and is asked about as long as it would be in time.

    Args:
        problem: What the attempt met.
        kept: The action.
        now: The server's time.
        may_have: An earlier attempt may have arrived.
    """
    if isinstance(problem, ActionRefused):
        return None if problem.code is Code.IN_PROGRESS else _refusal(problem, kept)
    if problem.code is Code.OUTCOME_UNKNOWN:
        return Fate(ActionState.UNKNOWN_OUTCOME, problem.code.value)
    is_late = now > kept.action.not_after
    status = problem.status if isinstance(problem, FetchError) else None
    is_told_off = (
        problem.code is Code.HTTP_STATUS
        and status is not None
        and 400 <= status < 500
        and status not in _TRY_AGAIN_STATUSES
    )
    if problem.code in _REFUSED or is_told_off:
        if not may_have:
            return Fate(ActionState.REFUSED, problem.code.value)
        return Fate(ActionState.UNKNOWN_OUTCOME, problem.code.value) if is_late else None
    if problem.code in _UNREADABLE and is_late:
        return Fate(ActionState.UNKNOWN_OUTCOME, problem.code.value)
    return None


def _refusal(problem: ActionRefused, kept: Kept) -> Fate:
    held_by, held_since = problem.params.get("held_by"), problem.params.get("held_since")
    name = held_by if isinstance(held_by, str) else ""
    since = int(held_since) if isinstance(held_since, int | float) else None
    state = ActionState.REFUSED
    code = problem.code
    if code is Code.ACTION_EXPIRED:
        state = ActionState.EXPIRED
    elif code is Code.VERSION_MISMATCH:
        state = ActionState.CONFLICT
        complaint = _complaint_in(problem.current)
        if complaint is not None and not name:
            code, name, since = _who_was_first(complaint, kept.action.verb)
    return Fate(state, code.value, name, since, current=problem.current)


def _who_was_first(complaint: contract.Escalation, verb: Verb) -> tuple[Code, str, Ms | None]:
    """Who has a complaint that was to be claimed; of other verbs, who changed it last, and when."""
    owner = complaint.owner
    if verb is Verb.CLAIM and owner is not None:
        return Code.ALREADY_CLAIMED, clean_text(owner.name), contract.to_ms(owner.since)
    last = max(complaint.events, key=lambda event: event.at, default=None)
    if last is None:
        return Code.VERSION_MISMATCH, "", None
    return Code.VERSION_MISMATCH, clean_text(last.who), contract.to_ms(last.at)


def _complaint_in(current: bytes) -> contract.Escalation | None:
    """The complaint that somebody else changed meanwhile, as it is now."""
    if not current:
        return None
    try:
        for change in msgspec.json.decode(current, type=list[contract.RawChange]):
            if change.type == "escalation" and isinstance(change.data, msgspec.Raw):
                return msgspec.json.decode(change.data, type=contract.Escalation)
    except msgspec.DecodeError:
        return None
    return None


def _actor(kept: Kept) -> contract.ActionActor:
    return contract.ActionActor(id=kept.actor, name=kept.actor_name)
