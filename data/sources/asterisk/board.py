"""The floor as Asterisk tells of it: snapshots and events become the records that others read.

A snapshot says how things stand and an event what has happened. Events are exact and can be lost;
snapshots are whole and can be a little old. So steps and counts come from events, and snapshots
put right what no event has told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import BinaryIO

import msgspec

from data.model import AnyRecord, Change, Ms, Switch
from data.rules.call_counts import AgentTally, Leaving, Stage
from data.settings import SiteSettings, SourceSettings
from data.sources.asterisk.board_calls import Call, Calls
from data.sources.asterisk.board_changes import Changes
from data.sources.asterisk.board_people import People
from data.sources.asterisk.board_queues import INTERVAL_S, KEPT_MS, Queues
from data.sources.asterisk.board_terms import Terms
from data.sources.asterisk.channels import ChannelRow, Talk, talks
from data.sources.asterisk.counting import OwnCounts, moment_of
from data.sources.asterisk.events import (
    AgentEvent,
    AgentStep,
    CallerEvent,
    CallerStep,
    Event,
    MemberEvent,
    MemberStep,
    ServerStopping,
    SpyEvent,
)
from data.sources.asterisk.rows import EntryRow, MemberRow
from data.sources.asterisk.snapshot import QueuesNow

ABSENT_MS = 5000
"""A call that no list has for so long is over, though nobody told how."""


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

    Attributes:
        needs_look: Whether only a new snapshot can tell how things stand.
    """

    def __init__(self, site: SiteSettings, settings: SourceSettings, *, key: bytes) -> None:
        self._terms = terms = Terms(site, settings)
        self._own = OwnCounts(by_queue=terms.limits, interval_s=INTERVAL_S)
        self._changes = Changes()
        self._calls = Calls(self._changes, terms, site.mask, key)
        self._people = People(self._changes, terms, self._calls.hold)
        self._queues = Queues(self._changes, terms, self._own, self._calls.waiting)
        self._people.count_by(self._own.counter)
        self._day_start: Ms | None = None
        self._has_looked = False
        self._now: Ms = 0
        self.needs_look = True

    def resume(self, kept: Iterable[tuple[int, AnyRecord]]) -> None:
        """Take over what an earlier process kept, before anything else."""
        self._changes.resume(kept)
        own, counter = self._own, self._own.counter
        self._day_start = self._queues.resume()
        counter.since = self._day_start or 0
        for call in self._calls.resume():
            record = call.record
            entered = record.queued_at or record.created_at
            stage = Stage.WAITING if call.is_waiting else Stage.ANSWERED
            counter.recall(call.call, call.queue, entered, stage, is_counted=not call.is_waiting)
            if call.is_waiting:
                own.wait_again(call.queue, call.call)
            elif call.interface:
                own.talk_again(call.queue, call.interface, call.call)
        for interface, today in self._people.resume():
            counter.agents[interface] = AgentTally(today.handled or 0, round(today.talk_s or 0))

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
        self.needs_look = self._people.contradicted = False
        is_gap = after_gap or not self._has_looked or self._own.is_restart(startup)
        self._has_looked = True
        self._queues.take_snapshot(now, at)
        self.tick(at)
        found = self._talks(now, channels)
        self._own.take_snapshot(
            self._shown(now),
            at,
            startup=startup,
            after_gap=is_gap,
            talking={(talk.queue, talk.interface): talk.caller.call for talk in found},
        )
        self._people.take_snapshot(now, at, is_proof=is_gap)
        self._list(now, at)
        for talk in found:
            self._find_talk(talk, at)
        self._reconcile(now, at, is_gap=is_gap)
        self._queues.begin_quarter(at)
        self.needs_look = self._people.contradicted

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
                self._take_caller(event, at)
            case AgentEvent():
                self._take_agent(event, at)
            case SpyEvent():
                self._calls.spy(event, self._people.name_at(event.spy_channel), at)
            case ServerStopping():
                self._own.take_event(event, at)
                self.needs_look = True
            case _:
                pass

    def tick(self, at: Ms) -> None:
        """Let time pass: after-contact work runs out, callers who left are gone, a day turns."""
        self._now = max(self._now, at)
        self._people.tick(at)
        for call in [*self._calls.gone(at)]:
            # Who leaves a queue otherwise is answered or abandoned, and that is told.
            left_at = call.left_at or at
            self._own.leave(call.queue, call.call, left_at, Leaving.LEFT_BY_KEY)
            self._end(call, left_at)
        self._calls.tidy(at)
        day = self._terms.day_start(at)
        if self._day_start is None:
            self._day_start = self._own.counter.since = day
        elif day > self._day_start:
            self._day_start = day
            self._own.begin_day(day, day - KEPT_MS)
            self._people.begin_day(day, at)
            self._queues.touch_all()

    def fill(self, log: BinaryIO, at: Ms) -> int:
        """Count the day anew from the queue_log, after a snapshot and all events up to now.

        Returns:
            How many lines were rubbish.

        Raises:
            OSError: It cannot be read; nothing has changed then.
        """
        self.tick(at)
        skipped = self._own.fill(log, self._day_start or 0, at, self._people.names(), self._counts)
        self._people.count_by(self._own.counter)
        self._people.look_at_all(at)
        self._queues.touch_all()
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
        self._calls.name_listener(call, name)

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
        for interface in self._own.counter.touched_agents:
            self._people.look(interface, self._now)
        self._own.counter.touched_agents.clear()
        self._people.flush()
        self._queues.flush(self._now)

    def _counts(self, queue: str) -> bool:
        return queue in self._queues and self._terms.shows(queue)

    def _shown(self, now: QueuesNow) -> QueuesNow:
        shows = self._terms.shows
        return QueuesNow(
            queues={queue: row for queue, row in now.queues.items() if shows(queue)},
            members=now.members,
            entries={place: row for place, row in now.entries.items() if shows(place[0])},
        )

    def _talks(self, now: QueuesNow, channels: Sequence[ChannelRow] | None) -> list[Talk]:
        if not channels:
            return []
        shows = self._terms.shows
        members = [place for place, row in now.members.items() if row.in_call and shows(place[0])]
        stage = self._own.counter.stage
        found = talks(channels, members)
        return [one for one in found if stage(one.caller.call, one.queue) is not Stage.ENDED]

    def _list(self, now: QueuesNow, at: Ms) -> None:
        counter = self._own.counter
        for (queue, call), entry in now.entries.items():
            if not self._terms.shows(queue) or counter.stage(call, queue) is not Stage.WAITING:
                continue
            entered = counter.entered_at(call, queue)
            self._calls.enlist(entry, at if entered is None else entered, at)
            self._queues.touch(queue)

    def _find_talk(self, talk: Talk, at: Ms) -> None:
        known = self._calls.get(talk.queue, talk.caller.call)
        rang = [] if known is None else [*known.ringing]
        call = self._calls.find_talk(talk, at)
        self._let_go(call, rang, at, but=talk.interface)
        self._people.talk(talk.interface, call.record.id, at)
        self._queues.touch(talk.queue)

    def _reconcile(self, now: QueuesNow, at: Ms, *, is_gap: bool) -> None:
        """End what is no longer there, though nobody told of its end."""
        for call in self._calls.all():
            if call.left_at is not None:
                continue
            if call.is_waiting:
                is_there = (call.queue, call.call) in now.entries
            else:
                row = now.members.get((call.queue, call.interface))
                is_there = row is not None and row.in_call
            if is_there:
                call.absent_since = None
                continue
            if call.absent_since is None:
                call.absent_since = at
            if is_gap or at - call.absent_since >= ABSENT_MS:
                self._own.lose(call.queue, call.call)
                self._end(call, at, is_known=False)

    def _take_member(self, event: MemberEvent, at: Ms) -> None:
        row = event.member
        if row.queue not in self._queues:
            self.needs_look = True
        elif event.step is MemberStep.REMOVED:
            self._people.drop_row(row, at)
        else:
            self._people.take_row(row, at)

    def _take_caller(self, event: CallerEvent, at: Ms) -> None:
        counter = self._own.counter
        before = counter.stage(event.call, event.queue)
        self._own.take_event(event, at)
        if event.queue not in self._queues:
            self.needs_look = True
        match event.step:
            case CallerStep.JOINED:
                if counter.stage(event.call, event.queue) is Stage.WAITING:
                    self._calls.join(event, at)
            case CallerStep.ABANDONED:
                call = self._calls.get(event.queue, event.call)
                if call is None and before is None:
                    call = self._calls.join(event, at - event.wait_s * 1000)
                if call is not None and call.is_waiting:
                    self._end(call, at)
            case CallerStep.LEFT:
                self._calls.leave(event, at)
        self._queues.touch(event.queue)

    def _take_agent(self, event: AgentEvent, at: Ms) -> None:
        if not self._terms.shows(event.queue):
            self._take_hidden(event, at)
            return
        self._own.take_event(event, at)
        self._queues.touch(event.queue)
        match event.step:
            case AgentStep.CALLED:
                call = self._calls.get(event.queue, event.call)
                if call is None:
                    self.needs_look = True
                elif call.is_waiting:
                    self._calls.ring(call, event.interface, at)
                    self._people.ring(event.interface, call.record.id, at)
            case AgentStep.NO_ANSWER:
                call = self._calls.get(event.queue, event.call)
                if call is not None:
                    self._calls.stop_ringing(call, event.interface, at)
                    self._let_go(call, [event.interface], at, but=call.interface)
            case AgentStep.CONNECTED:
                self._connect(event, at)
            case AgentStep.COMPLETED:
                self._complete(event, at)

    def _take_hidden(self, event: AgentEvent, at: Ms) -> None:
        """A call in a queue that is not shown keeps its agent busy all the same."""
        if event.step is AgentStep.CONNECTED:
            self._people.connect(event.queue, event.interface, None, at)
        elif event.step is AgentStep.COMPLETED:
            self._people.complete(event.queue, event.interface, None, at)

    def _connect(self, event: AgentEvent, at: Ms) -> None:
        if self._own.counter.stage(event.call, event.queue) is Stage.ENDED:
            return
        known = self._calls.get(event.queue, event.call)
        rang = [] if known is None else [*known.ringing]
        call = self._calls.connect(event, at)
        self._people.connect(event.queue, event.interface, call.record.id, at)
        self._let_go(call, rang, at, but=event.interface)

    def _complete(self, event: AgentEvent, at: Ms) -> None:
        call = self._calls.get(event.queue, event.call)
        if call is None:
            in_hand = self._calls.of_agent(event.interface)
            if in_hand is not None and not event.call and in_hand.queue == event.queue:
                call = in_hand
        contact = None
        if call is not None and not call.is_waiting:
            contact = call.record.id
            self._calls.end(call, at)
        self._people.complete(event.queue, event.interface, contact, at)

    def _end(self, call: Call, at: Ms, *, is_known: bool = True) -> None:
        """A call is over, and nobody has it in hand any more."""
        having = [*call.ringing, *([call.interface] if call.interface else [])]
        self._calls.end(call, at, is_known=is_known)
        self._let_go(call, having, at)
        self._queues.touch(call.queue)

    def _let_go(self, call: Call, interfaces: Iterable[str], at: Ms, but: str = "") -> None:
        for interface in interfaces:
            if interface != but:
                self._people.let_go(interface, call.record.id, at)
