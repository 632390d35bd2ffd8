"""What a screen asks of history again and again: each question can be asked of any reader.

A question is a value: equal questions have equal answers as long as history stays as it is, so an
answer may be kept until the file changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from data.cache.history_callers import CallersOfDay
from data.cache.history_model import FoundContact
from data.figures.freshness import Moment
from data.figures.lost import LostCaller, net
from data.figures.queues import source_ages
from data.figures.recount import Recount, recount
from data.floor import FloorSnapshot, Key
from data.model import Escalation, Ms, Queue
from data.zones import site_day_start

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader

SHORT_AFTER_S = Queue(site="", source="", id="", name="").short_abandon_s
"""The limit for short abandons in queues that are no longer there."""
Answer_co = TypeVar("Answer_co", covariant=True)


class Question(Protocol[Answer_co]):
    """Something to be asked of history; hashable."""

    def ask(self, reader: HistoryReader) -> Answer_co:
        """The answer as history stands.

        Raises:
            StoreError: It cannot be read.
        """
        ...

    def __hash__(self) -> int:
        """Equal questions are one."""
        ...


class WhoWasLost(msgspec.Struct, frozen=True):
    """The callers who were lost today."""

    days: tuple[tuple[str, Ms], ...]
    """Sites, and when their days began."""
    short_after: tuple[tuple[Key, float], ...] = ()
    """The limits for short abandons of the queues, where they are known."""
    until: Ms | None = None
    """As of when; None for now."""

    @classmethod
    def of(
        cls, snapshot: FloorSnapshot, site: str | None, moment: Moment, *, is_past: bool = False
    ) -> WhoWasLost:
        """The question for a site, or for all sites, of a floor; each site has its own day.

        Args:
            snapshot: The floor as of one commit.
            site: A site's id; None for all sites.
            moment: The present, on the floor's clock where a site has none of its own.
            is_past: `moment` is an earlier instant: what came later is left out.
        """
        clocks = {place[0]: age.now for place, age in source_ages(snapshot, moment).items()}
        limits = ((key, float(queue.short_abandon_s)) for key, queue in snapshot.queues.items())
        return cls(
            days=tuple(
                (info.id, site_day_start(info, clocks.get(info.id, moment.now)))
                for info in snapshot.sites
                if site in {None, info.id}
            ),
            short_after=tuple(sorted(limits)),
            until=moment.now if is_past else None,
        )

    def ask(self, reader: HistoryReader) -> tuple[LostCaller, ...]:
        """The callers, netted."""
        end = None if self.until is None else self.until + 1
        found = [reader.callers_of_day(site, start, end) for site, start in self.days]
        day = CallersOfDay(
            lost=tuple(
                one
                for each in found
                for one in each.lost
                if self.until is None or one.left_at <= self.until
            ),
            answered=tuple(
                one
                for each in found
                for one in each.answered
                if self.until is None or one.answered_at <= self.until
            ),
        )
        limits = dict(self.short_after)
        return net(
            day,
            lambda lost: limits.get(Key(lost.site, lost.source, lost.queue), SHORT_AFTER_S),
        )


class WhatWeCounted(msgspec.Struct, frozen=True):
    """One queue's day, counted from its contacts."""

    key: Key
    day_started_at: Ms
    threshold_s: float
    short_abandon_s: float
    until: Ms | None = None
    """As of when; None for now."""

    @classmethod
    def of(cls, queue: Queue, until: Ms | None = None) -> WhatWeCounted:
        """The question for a queue as its source has it."""
        key = Key(queue.site, queue.source, queue.id)
        return cls(key, queue.day_started_at, queue.threshold_s, queue.short_abandon_s, until)

    def ask(self, reader: HistoryReader) -> Recount:
        """The count."""
        end = None if self.until is None else self.until + 1
        day = reader.queue_of_day(*self.key, self.day_started_at, end)
        if self.until is not None:
            day = day._replace(stays=tuple(stay.as_of(self.until) for stay in day.stays))
        return recount(day, self.threshold_s, self.short_abandon_s)


class WhatCameSince(msgspec.Struct, frozen=True):
    """The contacts of the caller of a complaint since it came in."""

    site: str
    caller_key: str
    caller_masked: str
    since: Ms
    until: Ms | None = None
    """As of when; None for now."""

    @classmethod
    def of(cls, complaint: Escalation, until: Ms | None = None) -> WhatCameSince:
        """The question for a complaint."""
        about = complaint.caller_key, complaint.caller_masked
        return cls(complaint.site, *about, complaint.received_at, until)

    def ask(self, reader: HistoryReader) -> tuple[FoundContact, ...]:
        """The contacts, the newest first; none where the caller is not known."""
        found = reader.contacts_of(self.site, self.caller_key, self.caller_masked, self.since)
        return tuple(each for each in found if self.until is None or each.created_at <= self.until)
