"""What the floor had at an earlier moment and has no more, one proposal for each thing.

What somebody did on purpose since then is proposed too, and named with who did it and when, but it
is in doubt: a person has to say that it is meant all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from data.actions.verbs import Verb
from data.cache.history_keyframes import KeptFloor
from data.cache.history_model import Segment
from data.floor import FloorSnapshot, Key
from data.model import Agent, AgentState, Loan, Ms, Queue
from data.rules.restoring import PAUSE_HOLDS_MS, Lack, Missing, missing
from data.status import ActionRow, ActionState, Upset

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader

Place = tuple[str, str]
"""A site and a source."""
SETTLING_MS = 120_000
"""What changes so soon after a restart was noticed is of the restart."""
NOTICING_MS = 5_000
"""So much earlier than a restart was noticed its consequences may be dated."""
_AWAY = frozenset({AgentState.LOGGED_OFF, AgentState.UNKNOWN})
_TAKEN_BY = {
    Lack.MEMBERSHIP: frozenset({Verb.LEAVE, Verb.LOG_OUT}),
    Lack.PENALTY: frozenset({Verb.PENALTY, Verb.JOIN}),
    Lack.NOT_READY: frozenset({Verb.READY, Verb.END_WORK, Verb.LOG_OUT}),
    Lack.LENT_AWAY: frozenset({Verb.JOIN}),
}
"""By what people take things away on purpose."""


class Doubt(StrEnum):
    """Why something may not be wanted back, or cannot be had."""

    NO_QUEUE = "no_queue"
    """There is no such queue any more."""
    CANNOT_ASK = "cannot_ask"
    """No action of this program does it."""
    TAKEN = "taken"
    """Somebody took it away with this program."""
    LEFT = "left"
    """The agent has logged off since."""
    READY_AGAIN = "ready_again"
    """The agent has become ready since, or not ready anew."""
    LONG_AGO = "long_ago"
    """The pause was so long ago that it will be over."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to give back."""

    key: Key
    """Of the agent."""
    before: Agent
    """As they were."""
    now: Agent | None
    """As they are; None where the source knows them no more."""
    lost: Missing
    loan: Loan | None = None
    """The loan in force that it is of."""
    doubt: Doubt | None = None
    doubt_at: Ms | None = None
    """When that happened which raises the doubt, or the agent went, where that is known."""
    doubt_by: str = ""
    """Who did it, by name."""

    @property
    def id(self) -> str:
        """What names it among others."""
        return "/".join((self.lost.what, self.lost.queue, *self.key))

    @property
    def is_possible(self) -> bool:
        """Whether it can be given back at all."""
        return self.doubt not in {Doubt.NO_QUEUE, Doubt.CANNOT_ASK}


class Kept(msgspec.Struct, frozen=True):
    """What history has of an earlier moment, and of what happened since to those concerned."""

    floor: KeptFloor
    told: Mapping[Key, Sequence[Segment]]


def newest_upset(snapshot: FloorSnapshot, site: str | None) -> tuple[Place, Upset] | None:
    """The loss that was noticed last, with the source that had it."""
    found = [
        ((health.site, health.source), health.upset)
        for health in snapshot.sources
        if health.upset is not None and site in {None, health.site}
    ]
    return max(found, key=lambda each: each[1].at, default=None)


def read_kept(
    history: HistoryReader, snapshot: FloorSnapshot, not_after: Ms, now: Ms
) -> Kept | None:
    """What history has; None where it has no such moment. Takes some milliseconds.

    Args:
        history: To be asked.
        snapshot: The floor as it is: of agents that lack nothing nothing is asked.
        not_after: Up to when.
        now: The present.

    Raises:
        StoreError: History cannot be read.
    """
    floor = history.kept_floor(not_after)
    if floor is None:
        return None
    lacking = (
        key
        for key, agent in floor.agents.items()
        if any(True for _ in missing(agent, snapshot.agents.get(key)))
    )
    return Kept(floor, {key: history.segments(*key, floor.at, now) for key in lacking})


def proposals(
    kept: Kept, snapshot: FloorSnapshot, places: Collection[Place] | None, now: Ms
) -> tuple[Proposal, ...]:
    """Everything that was and is not, what is not in doubt first, then by agent.

    Args:
        kept: The earlier moment.
        snapshot: The floor as it is.
        places: The sources that are meant; None for all.
        now: The present.
    """
    at = kept.floor.at
    upsets = {
        (each.site, each.source): each.upset
        for each in snapshot.sources
        if each.upset is not None and each.upset.kept_at >= at
    }
    loans, done = _loans_by_agent(snapshot), _done_since(snapshot, at)
    found: list[Proposal] = []
    for key, before in kept.floor.agents.items():
        place = (key.site, key.source)
        if places is not None and place not in places:
            continue
        lost = list(_lost(key, before, snapshot.agents.get(key), loans.get(key, ()), at))
        if lost:
            told = _Told(kept.told.get(key, ()), done.get(key, ()))
            judge = _Judge(at, told, upsets.get(place), snapshot.queues, now)
            found += map(judge.judged, lost)
    return tuple(sorted(found, key=_order))


def _loans_by_agent(snapshot: FloorSnapshot) -> dict[Key, list[Loan]]:
    by_agent: dict[Key, list[Loan]] = {}
    for key, loan in snapshot.loans.items():
        for agent in loan.agents:
            by_agent.setdefault(Key(key.site, loan.telephony, agent), []).append(loan)
    return by_agent


def _done_since(snapshot: FloorSnapshot, at: Ms) -> dict[Key, list[ActionRow]]:
    """What people have done with this program since a moment, by what it was done to."""
    by_key: dict[Key, list[ActionRow]] = {}
    for row in snapshot.actions:
        if row.state is ActionState.DONE and row.updated_at > at:
            by_key.setdefault(Key(row.site, row.source, row.entity), []).append(row)
    return by_key


def _lost(
    key: Key, before: Agent, now: Agent | None, loans: Sequence[Loan], at: Ms
) -> Iterator[Proposal]:
    """What one agent lacks; what a loan has changed on purpose since is no lack."""
    for each in missing(before, now):
        if each.what is Lack.MEMBERSHIP and _is_of_loan(each.queue, loans, at):
            continue
        loan = next((one for one in _in_force(loans) if one.to_queue == each.queue), None)
        yield Proposal(key=key, before=before, now=now, lost=each, loan=loan)
    for loan in _in_force(loans):
        home = loan.from_queue
        if now is not None and home in now.queues and home not in before.queues:
            yield Proposal(
                key=key, before=before, now=now, lost=Missing(Lack.LENT_AWAY, home), loan=loan
            )


def _in_force(loans: Sequence[Loan]) -> Iterator[Loan]:
    return (loan for loan in loans if loan.returned_at is None)


def _is_of_loan(queue: str, loans: Sequence[Loan], at: Ms) -> bool:
    """Whether a queue has been left for a loan, or with the end of one, since the moment."""
    return any(
        (loan.from_queue == queue and loan.lent_at > at and loan.returned_at is None)
        or (loan.to_queue == queue and loan.returned_at is not None and loan.returned_at > at)
        for loan in loans
    )


class _Told(msgspec.Struct, frozen=True):
    """What is known of one agent since the earlier moment."""

    segments: Sequence[Segment]
    """From history."""
    actions: Sequence[ActionRow]
    """What was done to them with this program."""


class _Judge:
    """Says of what one agent lost whether it is in doubt.

    Args:
        at: The earlier moment.
        told: What is known of the agent since.
        upset: The loss that was noticed after that moment; None where none was.
        queues: The queues that there are.
        now: The present.
    """

    def __init__(
        self,
        at: Ms,
        told: _Told,
        upset: Upset | None,
        queues: Mapping[Key, Queue],
        now: Ms,
    ) -> None:
        self._at = at
        self._told = told.segments
        self._actions = told.actions
        self._upset = upset
        self._queues = queues
        self._now = now

    def judged(self, each: Proposal) -> Proposal:
        """The same with the doubt that there is."""
        lost = each.lost
        queue = Key(each.key.site, each.key.source, lost.queue)
        if lost.what is Lack.NOT_READY_THERE:
            return _in_doubt(each, Doubt.CANNOT_ASK)
        if lost.queue and queue not in self._queues:
            return _in_doubt(each, Doubt.NO_QUEUE)
        taken = self._taken(each)
        if taken is not None:
            return _in_doubt(each, Doubt.TAKEN, taken.updated_at, taken.actor_name)
        went = self._went() if lost.what in {Lack.MEMBERSHIP, Lack.NOT_READY} else None
        if went is not None and self._is_own(went):
            return _in_doubt(each, Doubt.LEFT, went)
        if lost.what is Lack.NOT_READY:
            return self._pause(each)
        return each if went is None else _in_doubt(each, None, went)

    def _taken(self, each: Proposal) -> ActionRow | None:
        """The last action since by which somebody took it away."""
        verbs = _TAKEN_BY.get(each.lost.what, frozenset())
        rows = (
            row
            for row in self._actions
            if row.verb in verbs and row.fields.get("queue", each.lost.queue) == each.lost.queue
        )
        return max(rows, key=lambda row: row.updated_at, default=None)

    def _went(self) -> Ms | None:
        """When the agent logged off or was known no more, if they did not come back."""
        instants = [each.start for each in self._told if each.state in _AWAY]
        last = max(self._told, key=lambda each: each.start, default=None)
        if last is not None and last.state not in _AWAY and last.end is not None:
            instants.append(last.end)
        went = max((each for each in instants if each > self._at), default=None)
        is_back = went is not None and any(each.start > went for each in self._present)
        return None if is_back else went

    def _is_own(self, went: Ms) -> bool:
        """Whether an agent went by themselves: with no restart, or after they had come back."""
        restart = self._restart_of(went)
        return restart is None or any(restart < each.start < went for each in self._present)

    @property
    def _present(self) -> list[Segment]:
        return [each for each in self._told if each.state not in _AWAY]

    def _restart_of(self, at: Ms) -> Ms | None:
        """The loss, by when it was noticed, that something is a consequence of; None for none."""
        if self._upset is None:
            return None
        times = (*self._upset.earlier, self._upset.at)
        if self._upset.kept_at <= at <= times[0]:
            return times[0]
        near = (each for each in times if each - NOTICING_MS <= at <= each + SETTLING_MS)
        return max(near, default=None)

    def _pause(self, each: Proposal) -> Proposal:
        """A pause that the restart ended is wanted back; one that the agent ended is not."""
        upset = self._upset
        paused = [one for one in self._told if one.state is AgentState.NOT_READY]
        ended = next((one.end for one in paused if one.start <= self._at), None)
        if upset is None:
            return _in_doubt(each, Doubt.READY_AGAIN, ended)
        again = next((one.start for one in paused if one.start > upset.at), None)
        if again is not None:
            return _in_doubt(each, Doubt.READY_AGAIN, again)
        if ended is not None and self._restart_of(ended) is None:
            return _in_doubt(each, Doubt.READY_AGAIN, ended)
        if self._now - upset.at > PAUSE_HOLDS_MS:
            return _in_doubt(each, Doubt.LONG_AGO, upset.at)
        return each


def _in_doubt(each: Proposal, doubt: Doubt | None, at: Ms | None = None, by: str = "") -> Proposal:
    return msgspec.structs.replace(each, doubt=doubt, doubt_at=at, doubt_by=by)


def _order(each: Proposal) -> tuple[bool, bool, str, str, str]:
    is_sure = each.doubt is None
    return not is_sure, not each.is_possible, each.before.name, each.key.id, each.id
