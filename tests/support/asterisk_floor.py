"""A small floor with an Asterisk of its own: what happens there, as events and as snapshots.

It knows the truth, counts it, and tells of it as the real one does: a call that connects leaves its
queue first, a phone is told of once for each queue, and a list shows whole seconds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from msgspec.structs import replace

from data.model import Ms
from data.sources.asterisk.channels import ChannelRow
from data.sources.asterisk.events import AgentStep, CallerStep, Event, MemberStep
from data.sources.asterisk.rows import DeviceStatus, MemberRow
from data.sources.asterisk.snapshot import QueuesNow
from tests.support.asterisk_made import START, agent, caller, entry, member, now, queue, talk, told

QUEUES = ("sales", "support")
PEOPLE = ("PJSIP/1", "PJSIP/2", "PJSIP/3")


@dataclass
class OneCall:
    """A call that is not over."""

    id: str
    queue: str
    entered: int
    rings: list[str] = field(default_factory=list)
    agent: str = ""
    answered: int = 0


@dataclass
class Truth:
    """What has really happened."""

    queues: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    people: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


class ModelFloor:
    """Seconds pass only when told so."""

    def __init__(self) -> None:
        self.second = 0
        self.truth = Truth()
        self.calls: dict[str, OneCall] = {}
        self.untold: list[tuple[int, Event]] = []
        self._serial = 0
        self._phones = dict.fromkeys(PEOPLE, DeviceStatus.NOT_IN_USE)
        self._rows = {
            (name, person): member(name, person)
            for name in QUEUES
            for person in PEOPLE
            if (name, person) != ("support", "PJSIP/3")
        }

    def snapshot(self) -> tuple[QueuesNow, list[ChannelRow]]:
        """How things stand."""
        entries = []
        for call in self.calls.values():
            if not call.agent:
                place = 1 + sum(each.queue == call.queue for each in entries)
                wait_s = self.second - call.entered
                entries.append(entry(call.id, call.queue, wait_s=wait_s, position=place))
        channels: list[ChannelRow] = []
        for call in self.calls.values():
            if call.agent:
                lasts_s = self.second - call.answered
                channels += talk(call.id, call.queue, call.agent, lasts_s)
        rows = [queue(name) for name in QUEUES]
        return now(*rows, *self._rows.values(), *entries), channels

    def at(self) -> Ms:
        """The present."""
        return START + self.second * 1000

    # What can happen; each does nothing where it cannot be.

    def pass_time(self, seconds: int) -> None:
        """Nothing happens for a while."""
        self.second += seconds

    def join(self, name: str, *, again: bool) -> None:
        """A caller comes, perhaps one who has been there."""
        self._serial += not (again and self._serial)
        call = f"c{self._serial}"
        if call in self.calls:
            return
        self.calls[call] = OneCall(call, name, self.second)
        self.truth.queues[name]["offered"] += 1
        self._tell(caller(CallerStep.JOINED, call, name))

    def ring(self, call: OneCall, person: str) -> None:
        """It rings at somebody who is free."""
        row = self._rows.get((call.queue, person))
        is_free = self._phones[person] is DeviceStatus.NOT_IN_USE
        if call.agent or row is None or row.is_paused or not is_free or call.rings:
            return
        call.rings.append(person)
        self._tell(agent(AgentStep.CALLED, call.id, call.queue, person))
        self._set_phone(person, DeviceStatus.RINGING)

    def answer(self, call: OneCall) -> None:
        """Who is rung at answers."""
        if call.agent or not call.rings:
            return
        person = call.rings.pop()
        call.agent, call.answered = person, self.second
        wait_s = self.second - call.entered
        counts = self.truth.queues[call.queue]
        counts["answered"] += 1
        counts["wait_s"] += wait_s
        self.truth.people[person]["answered"] += 1
        self._set_phone(person, DeviceStatus.IN_USE)
        self._tell(caller(CallerStep.LEFT, call.id, call.queue))
        self._tell(agent(AgentStep.CONNECTED, call.id, call.queue, person, wait_s=wait_s))
        self._change(call.queue, person, in_call=True)

    def miss(self, call: OneCall) -> None:
        """Who is rung at does not answer."""
        if call.rings:
            person = call.rings.pop()
            self._tell(agent(AgentStep.NO_ANSWER, call.id, call.queue, person, ring_ms=1000))
            self._set_phone(person, DeviceStatus.NOT_IN_USE)

    def hang_up(self, call: OneCall, *, is_nameless: bool) -> None:
        """A talk ends, or the caller gives up."""
        del self.calls[call.id]
        counts = self.truth.queues[call.queue]
        if call.agent:
            self._complete(call, "" if is_nameless else call.id)
            return
        wait_s = self.second - call.entered
        counts["abandoned"] += 1
        self._tell(caller(CallerStep.ABANDONED, call.id, call.queue, wait_s=wait_s))
        self._tell(caller(CallerStep.LEFT, call.id, call.queue))
        self._silence(call)

    def leave_by_key(self, call: OneCall) -> None:
        """A caller leaves the queue by a key."""
        if not call.agent:
            del self.calls[call.id]
            self.truth.queues[call.queue]["left"] += 1
            self._silence(call)
            self._tell(caller(CallerStep.LEFT, call.id, call.queue))

    def pause(self, person: str, *, is_paused: bool) -> None:
        """Somebody pauses in all queues, or comes back."""
        for name, who in [*self._rows]:
            row = self._rows[name, who]
            if who == person and row.is_paused is not is_paused:
                last = self.at() if is_paused else row.last_pause
                reason = "Lunch" if is_paused else ""
                changed = replace(row, is_paused=is_paused, reason=reason, last_pause=last)
                self._rows[name, who] = changed
                self._tell(told(changed, MemberStep.PAUSE))

    def turn_phone(self, person: str) -> None:
        """A phone that is idle goes away, or one that was away comes back."""
        phone = self._phones[person]
        if phone is DeviceStatus.NOT_IN_USE:
            self._set_phone(person, DeviceStatus.UNAVAILABLE)
        elif phone is DeviceStatus.UNAVAILABLE:
            self._set_phone(person, DeviceStatus.NOT_IN_USE)

    def turn_membership(self, name: str, person: str) -> None:
        """Somebody who is in no call leaves a queue, or comes into it."""
        if self._phones[person] in {DeviceStatus.IN_USE, DeviceStatus.RINGING}:
            return
        row = self._rows.pop((name, person), None)
        if row is not None:
            self._tell(told(row, MemberStep.REMOVED))
            return
        added = member(name, person, status=self._phones[person], since=self.at())
        self._rows[name, person] = added
        self._tell(told(added, MemberStep.ADDED))

    def _complete(self, call: OneCall, named: str) -> None:
        talk_s = self.second - call.answered
        self.truth.queues[call.queue]["talk_s"] += talk_s
        self.truth.people[call.agent]["talk_s"] += talk_s
        self._change(call.queue, call.agent, in_call=False, last_call=self.at())
        wait_s = call.answered - call.entered
        spent = {"wait_s": wait_s, "talk_s": talk_s}
        self._tell(agent(AgentStep.COMPLETED, named, call.queue, call.agent, **spent))
        self._set_phone(call.agent, DeviceStatus.NOT_IN_USE)

    def _silence(self, call: OneCall) -> None:
        for person in call.rings:
            self._set_phone(person, DeviceStatus.NOT_IN_USE)

    def _set_phone(self, person: str, status: DeviceStatus) -> None:
        self._phones[person] = status
        for name, who in [*self._rows]:
            if who == person:
                self._change(name, who, status=status)
                self._tell(told(self._rows[name, who]))

    def _change(self, name: str, person: str, **what: object) -> None:
        row = self._rows.get((name, person))
        if row is not None:
            changed: MemberRow = replace(row, **what)
            self._rows[name, person] = changed

    def _tell(self, event: Event) -> None:
        self.untold.append((self.second, event))
