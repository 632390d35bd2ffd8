"""The course of each contact: arrival, wait, rings, and what follows when nobody answers."""

from __future__ import annotations

from collections.abc import Callable, Generator
from itertools import count
from typing import TypeAlias

import simpy

from data import contract
from data.model import AgentState, Ms
from data.sandbox.board import AgentRow, ContactRow, QueueRow
from data.sandbox.callers import Caller, Callers
from data.sandbox.doors import Doors
from data.sandbox.floor import NO_ANSWER, Floor, stream
from data.sandbox.ledger import LedgerCall
from data.sandbox.ports import Put
from data.sandbox.profile import TICK_MS, Arrivals, Profile, ticks
from data.sandbox.routing import Leg
from data.sandbox.service import Service

Course: TypeAlias = simpy.events.ProcessGenerator
_ABANDONED, _ANSWERED, _UNANSWERED = "abandoned", "answered", "unanswered"
_UNANSWERED_SHARE = 0.02
_UNREACHABLE_SHARE = 0.15
_CALLS_AGAIN_SHARE = 0.35


class Calls:
    """Brings contacts to the floor and sees each through to its end.

    Args:
        floor: The switch.
        profile: Patience and handling times.
        seed: Of all chance in here.
        closing: From then on nobody calls.
    """

    def __init__(self, floor: Floor, profile: Profile, seed: int, closing: Ms) -> None:
        self._floor = floor
        self._env = floor.env
        self._profile = profile
        self._closing = closing
        self._rng = stream(seed, "calls")
        self.callers = Callers(stream(seed, "callers"))
        self.service = Service(floor, profile.handling_s, seed)
        self.doors = Doors(floor, seed)
        self._serial = count(1)
        self.on_served: Callable[[Leg, Caller], None] | None = None
        """Told of each contact whose service is over."""

    def arrive(self, queue: QueueRow, arrivals: Arrivals) -> Course:
        """All contacts that come to a queue by themselves, or that a campaign dials."""
        at = arrivals.after(self._floor.now)
        while at is not None:
            yield self._env.timeout(at - self._floor.now)
            self._env.process(self._dial(queue) if queue.plan.is_outbound else self.contact(queue))
            at = arrivals.after(at)

    def _dial(self, queue: QueueRow) -> Course:
        """A progressive dialler: dials when somebody is ready, until somebody picks up."""
        rng = self._rng
        dials = 1
        while True:
            while not self._floor.router.has_idle(queue):
                yield self._env.timeout(ticks(rng.uniform(5, 20)))
                if self._floor.now >= self._closing:
                    return
            yield self._env.timeout(ticks(rng.uniform(4, 20)))
            if rng.random() < 0.4:
                break
            dials += 1
        yield from self.contact(queue, dials=dials)

    def contact(
        self,
        queue: QueueRow,
        *,
        caller: Caller | None = None,
        patience_ms: Ms | None = None,
        stretch_ms: Ms = 0,
        dials: int = 0,
    ) -> Course:
        """One contact from its first queue to its end, transfers included."""
        caller = caller or self.callers.next()
        door = self.doors.for_new(queue) if queue.on else queue
        if door is None:
            yield from self._call_again(queue, caller)
            return
        queue = door
        row = self._row(queue, caller)
        others: tuple[Put, ...] = ()
        while True:
            leg = self._leg(row, queue, patience_ms)
            leg.stretch_ms = stretch_ms
            self._floor.enter(leg, *others)
            agent = yield from self._wait(leg)
            if agent is None and leg.moved_to is not None:
                others, patience_ms = self._move_out(leg)
                queue = leg.moved_to
                continue
            if agent is None:
                yield from self._call_again(queue, caller)
                return
            if dials:
                agent.today.dials = (agent.today.dials or 0) + dials
                agent.today.sales = (agent.today.sales or 0) + (self._rng.random() < 0.12)
            target = yield from self.service.serve(leg, agent)
            if self.on_served is not None:
                self.on_served(leg, caller)
            if target is None:
                yield from self.service.wrap_up(leg, agent)
                return
            others = self.service.pass_on(leg, agent)
            queue, patience_ms, stretch_ms, dials = target, None, 0, 0

    def _row(self, queue: QueueRow, caller: Caller) -> ContactRow:
        plan = queue.plan
        message = contract.Contact(
            queue=plan.id,
            channel=plan.channel.value,
            direction=plan.direction,
            state="waiting",
            created_at=contract.from_ms(self._floor.now),
            priority=self._rng.choices((0, 1, 2), (85, 12, 3))[0],
            caller_masked=caller.masked,
            caller_key=caller.key,
        )
        return ContactRow(f"{plan.channel.value[0]}-{next(self._serial):06d}", message)

    def _leg(self, row: ContactRow, queue: QueueRow, patience_ms: Ms | None) -> Leg:
        plan, now = queue.plan, self._floor.now
        message = row.message
        message.queue = plan.id
        message.queued_at, message.answered_at = contract.from_ms(now), None
        message.recording = ""
        entry = self._floor.ledger.open_call(
            LedgerCall(
                contact=row.put.id,
                leg=0,
                queue=plan.id,
                channel=message.channel,
                direction=message.direction,
                client=plan.client,
                queued_at=now,
                caller_key=message.caller_key,
            )
        )
        if patience_ms is None and not plan.is_email:
            drawn = self._profile.patience_s.draw(self._rng) * plan.patience_factor
            patience_ms = ticks(drawn, 1.0)
        if queue.on and patience_ms is not None:
            patience_ms = self.doors.patience_ms(queue, patience_ms)
        return Leg(row, queue, entry, patience_ms, self._env.event())

    def _wait(self, leg: Leg) -> Generator[simpy.Event, object, AgentRow | None]:
        """Wait and ring until somebody answers (who) or the caller gives up (None)."""
        if leg.patience_ms is not None:
            self._floor.after(leg.patience_ms, lambda: self._give_up(leg))
        while True:
            agent = yield leg.signal
            if not isinstance(agent, AgentRow):
                # What a supervisor has ended off the clock's ticks is over at the next one.
                if self._floor.now % TICK_MS:
                    yield self._env.timeout(-self._floor.now % TICK_MS)
                if leg.moved_to is None:
                    self._hang_up(leg, ())
                return None
            how = yield self._ring(leg)
            if how is _ANSWERED:
                return agent
            if how is _ABANDONED:
                self._hang_up(leg, self._floor.settle(agent))
                return None
            missed = self._miss(agent)
            self._floor.board.commit(self._floor.now, missed, *self._floor.place(leg))

    def _ring(self, leg: Leg) -> simpy.Event:
        """Ring at an agent; the event's value tells how it went."""
        leg.signal = signal = self._env.event()
        leg.entry.rings += 1
        rng = self._rng
        if leg.queue.plan.is_outbound:
            how, seconds = _ANSWERED, 0.5
        elif rng.random() < _UNANSWERED_SHARE:
            how, seconds = _UNANSWERED, 15.0
        else:
            how, seconds = _ANSWERED, 1.5 + rng.expovariate(1 / 2.5)
        # Given by hand it may ring off the ticks; it is answered on one.
        delay = ticks(seconds) + -self._floor.now % TICK_MS
        self._floor.after(delay, lambda: signal.triggered or signal.succeed(how))
        return signal

    def _give_up(self, leg: Leg) -> None:
        """The caller's patience is over; whoever has just answered was quicker."""
        if leg.entry.outcome == "waiting" and not leg.signal.triggered:
            self._floor.router.leave(leg)
            leg.signal.succeed(_ABANDONED)

    def _miss(self, agent: AgentRow) -> Put:
        """An agent did not answer: away from the desk, or the phone is gone."""
        rng = self._rng
        if rng.random() < _UNREACHABLE_SHARE:
            away = ticks(rng.uniform(60, 700))
            return self._floor.drop_out(agent, AgentState.UNREACHABLE, "", away)
        away = ticks(rng.uniform(20, 150))
        return self._floor.drop_out(agent, AgentState.NOT_READY, NO_ANSWER, away)

    def _hang_up(self, leg: Leg, others: tuple[Put, ...]) -> None:
        now, entry, plan = self._floor.now, leg.entry, leg.queue.plan
        entry.outcome, entry.ended_at = "abandoned", now
        entry.wait_s = (now - entry.queued_at) / 1000
        entry.within = entry.wait_s <= plan.threshold_s
        entry.short = entry.wait_s < plan.short_abandon_s
        leg.queue.count_abandoned(leg.queued_at, (now - leg.queued_at) / 1000)
        self._floor.end(leg.contact, "")
        puts = (leg.contact.put, leg.queue.put, leg.queue.interval(leg.queued_at).put)
        self._floor.board.commit(now, *puts, *others)

    def _move_out(self, leg: Leg) -> tuple[tuple[Put, ...], Ms | None]:
        """A contact leaves its queue for another one; what changes, and what patience is left."""
        now, entry = self._floor.now, leg.entry
        entry.outcome, entry.ended_at = "moved", now
        entry.wait_s = (now - entry.queued_at) / 1000
        leg.queue.count_moved(leg.queued_at, (now - leg.queued_at) / 1000)
        left = leg.patience_ms
        if left is not None:
            left = max(TICK_MS, left - (now - leg.queued_at))
        return (leg.queue.put, leg.queue.interval(leg.queued_at).put), left

    def _call_again(self, queue: QueueRow, caller: Caller) -> Course:
        """Some who hung up try again some minutes later."""
        if queue.plan.is_outbound or self._rng.random() > _CALLS_AGAIN_SHARE:
            return
        yield self._env.timeout(ticks(self._rng.uniform(60, 900)))
        if self._floor.now < self._closing:
            yield from self.contact(queue, caller=caller)
