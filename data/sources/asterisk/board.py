"""The floor as Asterisk tells of it: snapshots and events become the records that others read.

A snapshot says how things stand and an event what has happened. Events are exact and can be lost;
snapshots are whole and can be a little old. So steps and counts come from events, and snapshots
put right what no event has told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import BinaryIO

import msgspec

from data.model import AnyRecord, Change, Kind, Ms, Switch
from data.rules.call_counts import AgentTally
from data.settings import SiteSettings, SourceSettings
from data.sources.asterisk.board_calls import Calls
from data.sources.asterisk.board_changes import Changes
from data.sources.asterisk.board_course import Course
from data.sources.asterisk.board_listeners import Listeners
from data.sources.asterisk.board_people import People
from data.sources.asterisk.board_queues import INTERVAL_S, KEPT_MS, Queues
from data.sources.asterisk.board_terms import Terms
from data.sources.asterisk.channels import ChannelRow
from data.sources.asterisk.counting import OwnCounts, moment_of
from data.sources.asterisk.events import (
    AgentEvent,
    AgentStep,
    CallerEvent,
    Event,
    MemberEvent,
    MemberStep,
    ServerStopping,
    SpyEvent,
)
from data.sources.asterisk.rows import EntryRow, MemberRow
from data.sources.asterisk.snapshot import QueuesNow
from data.sources.native_ids import stored_id


class TalkNow(msgspec.Struct, frozen=True):
    """A call that an agent talks in."""

    queue: str
    call: str
    """The caller's unique id."""
    channel: str
    """The caller's; empty where it is not known."""
    agent_channel: str
    """Likewise."""


class Board:
    """The records of one source; pure.

    Args:
        site: Where the queues are.
        settings: The source.
        key: The floor's own, for callers' numbers.
    """

    def __init__(self, site: SiteSettings, settings: SourceSettings, *, key: bytes) -> None:
        self._terms = terms = Terms(site, settings)
        self._own = OwnCounts(by_queue=terms.limits, interval_s=INTERVAL_S)
        self._changes = Changes()
        self._calls = Calls(self._changes, terms, site.mask, key)
        self._people = People(self._changes, terms, self._calls.hold)
        self._queues = Queues(self._changes, terms, self._own, self._calls.waiting)
        self._course = Course(terms, self._own, self._calls, self._people, self._queues)
        self._listeners = Listeners(self._calls, self._people.name_at)
        self._people.count_by(self._own.counter)
        self._day_start: Ms | None = None
        self._has_looked = False
        self._is_unsure = False
        self._now: Ms = 0

    @property
    def day_started_at(self) -> Ms:
        """Since when is counted."""
        return self._day_start or 0

    @property
    def untold(self) -> int:
        """Of how many callers it is not known why they left."""
        return sum(self._own.untold.values())

    @property
    def has_strangers(self) -> bool:
        """Whether calls are counted under a name alone whose bearer has come since."""
        counted = self._own.counter.agents
        return any(name in counted and name != who for name, who in self._people.names().items())

    @property
    def next_due(self) -> Ms | None:
        """When something changes by itself, as after-contact work does that runs out."""
        dues = (self._people.next_due, self._calls.next_due)
        return min((due for due in dues if due is not None), default=None)

    def standing(self, kind: Kind, native: str) -> Change | None:
        """A record as of its last change, by the id that the server knows it by."""
        self._flush()
        return self._changes.standing(kind, stored_id(native))

    def resume(self, kept: Iterable[tuple[int, AnyRecord]]) -> None:
        """Take over what an earlier process kept, before anything else."""
        self._changes.resume(kept)
        counter = self._own.counter
        self._day_start = self._queues.resume()
        counter.since = self._day_start or 0
        for interface, today in self._people.resume():
            counter.agents[interface] = AgentTally(today.handled or 0, round(today.talk_s or 0))
        self._course.resume()

    def take_snapshot(
        self,
        now: QueuesNow,
        channels: Sequence[ChannelRow] | None,
        at: Ms,
        *,
        startup: str = "",
        after_gap: bool = False,
    ) -> None:
        """Take in how things stand.

        Args:
            now: Proved whole.
            channels: All that are up; None where they were not asked for.
            at: When it was answered, by the server's clock.
            startup: What the server says of when it started; empty where it was not asked.
            after_gap: Whether events may have been lost since the last one.
        """
        is_first, self._has_looked = not self._has_looked, True
        is_proof = after_gap or is_first or self._own.is_restart(startup)
        self._queues.take_snapshot(now, at)
        is_new_day = self._pass_day(at)
        if is_first and is_new_day:
            self._own.since = None  # nobody saw how the day began
        self.tick(at)
        found = self._course.talks(now, channels)
        self._own.take_snapshot(
            self._shown(now),
            at,
            startup=startup,
            after_gap=is_proof,
            talking={(talk.queue, talk.interface): talk.caller.call for talk in found},
        )
        self._people.contradicted = self._course.is_lost = False
        self._people.take_snapshot(now, at, is_proof=is_proof)
        if is_new_day:
            self._people.forget_absent(at)
        if is_first:
            self._calls.drop_hidden(at)
        self._course.take_lists(now, found, at, is_proof=is_proof)
        self._queues.begin_quarter(at)
        self._is_unsure = False

    def take_event(self, event: Event, at: Ms) -> None:
        """Take in what has happened.

        Args:
            event: In the order in which they came.
            at: When it came, by the server's clock.
        """
        at = moment_of(event, at)
        self.tick(at)
        match event:
            case MemberEvent():
                self._take_member(event, at)
            case CallerEvent() if self._terms.shows(event.queue):
                self._course.take_caller(event, at)
            case AgentEvent() if self._terms.shows(event.queue):
                self._course.take_agent(event, at)
            case AgentEvent(step=AgentStep.CONNECTED):
                # A call in a queue that is not shown keeps its agent busy all the same.
                self._people.connect(event.queue, event.interface, None, at)
            case AgentEvent(step=AgentStep.COMPLETED):
                self._people.complete(event.queue, event.interface, None, at)
            case SpyEvent():
                self._listeners.take(event, at)
            case ServerStopping():
                self._own.take_event(event, at)
                self._is_unsure = True
            case _:
                pass

    @property
    def needs_look(self) -> bool:
        """Whether only a new snapshot can tell how things stand."""
        is_unsure = self._is_unsure or self._people.contradicted or self._course.is_lost
        return is_unsure or not self._has_looked

    def tick(self, at: Ms) -> None:
        """Let time pass: after-contact work runs out, who left is gone, a day turns."""
        self._now = at
        self._people.tick(at)
        self._course.tick(at)
        if self._pass_day(at):
            self._people.forget_absent(at)

    def fill(self, log: BinaryIO, at: Ms) -> int:
        """Count the day anew from the queue_log, after a snapshot and all events up to now.

        Returns:
            How many lines were rubbish.

        Raises:
            OSError: It cannot be read; nothing has changed then.
        """
        self.tick(at)
        interfaces = self._people.names()
        since = self._terms.day_start(at)
        skipped = self._own.fill(
            log, since, at, interfaces, self._is_counted, self._course.vanished()
        )
        self._people.count_by(self._own.counter)
        self._people.look_at_all(at)
        self._queues.touch_all()
        self._course.take_log(self._own.told, interfaces, at)
        return skipped

    def take_changes(self) -> tuple[Change, ...]:
        """What has changed since this was last asked, in order."""
        self._flush()
        return self._changes.take()

    def records(self) -> list[Change]:
        """Every record that there is."""
        self._flush()
        return self._changes.all()

    def set_switches(self, queue: str, switches: tuple[Switch, ...]) -> None:
        """What can be put on or off at a queue, by the server's name for it."""
        self._queues.set_switches(queue, switches)

    def name_listener(self, call: str, name: str) -> None:
        """Know who will listen with the call of this unique id, by the name that people know."""
        self._listeners.expect(call, name)

    def members(self, interface: str) -> list[MemberRow]:
        """All memberships of an interface."""
        return self._people.rows(interface)

    def entry(self, contact: str) -> EntryRow | None:
        """The entry in its queue of a caller who waits, by the native id of the contact."""
        call = self._calls.by_native(contact)
        return None if call is None or not call.is_waiting else call.entry

    def talk(self, interface: str) -> TalkNow | None:
        """The call that an agent talks in, as far as it is known."""
        call = self._calls.of_agent(interface)
        if call is None:
            return None
        return TalkNow(call.queue, call.call, call.channel, call.agent_channel)

    def _flush(self) -> None:
        self._course.settle(self._now)
        for interface in self._own.counter.touched_agents:
            self._people.look(interface, self._now)
        self._own.counter.touched_agents.clear()
        self._people.flush()
        self._queues.flush(self._now)

    def _pass_day(self, at: Ms) -> bool:
        """Begin the day that holds an instant; False where it has begun already."""
        day = self._terms.day_start(at)
        before = self._day_start
        if before is not None and day <= before:
            return False
        self._day_start = day
        if before is None:
            self._own.counter.since = day
            return False
        self._own.begin_day(day, day - KEPT_MS)
        self._people.begin_day(day, at)
        self._queues.touch_all()
        return True

    def _is_counted(self, queue: str) -> bool:
        return queue in self._queues and self._terms.shows(queue)

    def _shown(self, now: QueuesNow) -> QueuesNow:
        shows = self._terms.shows
        return QueuesNow(
            queues={queue: row for queue, row in now.queues.items() if shows(queue)},
            members=now.members,
            entries={place: row for place, row in now.entries.items() if shows(place[0])},
        )

    def _take_member(self, event: MemberEvent, at: Ms) -> None:
        row = event.member
        if row.queue not in self._queues:
            self._is_unsure = True
        elif event.step is MemberStep.REMOVED:
            self._people.drop_row(row, at)
        else:
            self._people.take_row(row, at)
