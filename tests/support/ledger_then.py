"""What a sandbox's ledger says of an instant: recounted here, apart from the program."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from data.sandbox.ledger import LedgerCall, LedgerSegment
from tests.data.sandbox_helpers import Recount, recount


class LedgerThen:
    """The ledger of a day, asked about single instants.

    Args:
        calls: All stays of the day.
        segments: All spans of agents.
    """

    def __init__(self, calls: Sequence[LedgerCall], segments: Sequence[LedgerSegment]) -> None:
        self._calls = calls
        self._segments = segments

    def agents(self, at: int) -> dict[str, LedgerSegment]:
        """What each agent did."""
        return {
            one.agent: one
            for one in self._segments
            if one.from_at <= at and (one.to_at is None or one.to_at > at)
        }

    def waiting(self, at: int) -> dict[str, list[int]]:
        """When those had come who waited and were not rung for, by queue."""
        ringing = {one.contact for one in self.agents(at).values() if one.state.value == "ringing"}
        found: dict[str, list[int]] = defaultdict(list)
        for call in self._calls:
            over = call.answered_at if call.answered_at is not None else call.ended_at
            is_over = over is not None and over <= at
            if call.queued_at <= at and not is_over and call.contact not in ringing:
                found[call.queue].append(call.queued_at)
        return found

    def in_service(self, at: int) -> dict[str, str]:
        """The contacts that somebody served, and who."""
        return {
            call.contact: call.agent
            for call in self._calls
            if call.answered_at is not None
            and call.answered_at <= at
            and (call.ended_at is None or call.ended_at > at)
        }

    def counts(self, at: int, limits: Mapping[str, tuple[int, int]]) -> Recount:
        """What had been counted of each queue and interval."""
        return recount(self._known(at), dict(limits))

    def _known(self, at: int) -> Iterable[LedgerCall]:
        for call in self._calls:
            if call.queued_at > at:
                continue
            then = copy.copy(call)
            if call.ended_at is None or call.ended_at > at:
                then.ended_at, then.outcome, then.talk_s, then.hold_s, then.acw_s = (
                    *(None, "waiting", 0.0, 0.0),
                    0.0,
                )
                if call.answered_at is not None and call.answered_at <= at:
                    then.outcome = "answered"
                else:
                    then.answered_at = None
            elif call.acw_s and call.ended_at + call.acw_s * 1000 > at:
                then.acw_s = 0.0
            yield then
