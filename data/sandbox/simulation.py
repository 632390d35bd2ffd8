"""The simulated contact centre, put together: one day on a floor of the size asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from itertools import islice

import simpy

from data import contract
from data.model import Ms
from data.sandbox.board import INTERVAL_MS, AgentRow, Board, IntervalRow, QueueRow
from data.sandbox.calls import Calls
from data.sandbox.complaints import Complaints
from data.sandbox.floor import Floor, stream
from data.sandbox.handover import opening_notes
from data.sandbox.ledger import Ledger, LedgerCall, LedgerSegment
from data.sandbox.load import expected_arrivals, handling_time
from data.sandbox.options import SandboxOptions
from data.sandbox.people import plan_agents, plan_leaders
from data.sandbox.ports import Put, Sink
from data.sandbox.post import Post
from data.sandbox.profile import Arrivals, DayClass, Profile, load_profile
from data.sandbox.roster import HALF_HOUR_MS, ShiftPlan, heads_on_queue, plan_shifts
from data.sandbox.script import Script
from data.sandbox.sizes import QueuePlan, clients_of, plan_queues
from data.sandbox.telephony import Telephony
from data.sandbox.workday import Workday

_NIGHT_SHARE = 0.35
_CHUNK = 200
"""Entities in one opening transaction: a page of changes never ends inside a transaction."""


class FloorSimulation:
    """A day of a contact centre, from its opening on; see `ports.Simulation`.

    Args:
        options: Size, seed and hours; `day` is settled.
        sink: Keeps what is committed.
    """

    def __init__(self, options: SandboxOptions, sink: Sink) -> None:
        self._options = options
        self._profile = load_profile()
        plans = plan_queues(options.queues)
        self.site = describe_site(options, plans)
        self._sink = sink
        self._ledger = Ledger()
        self._env = simpy.Environment(initial_time=options.opening)
        rng = stream(options.seed, "people")
        queues = [QueueRow(plan, options.day_began) for plan in plans]
        agents = [
            AgentRow(plan, options.opening, self._ledger)
            for plan in plan_agents(options.agents, plans, rng)
        ]
        self._floor = Floor(self._env, Board(sink), self._ledger, queues, agents)
        self._calls = Calls(self._floor, self._profile, options.seed, options.closing)
        self._telephony = Telephony(self._floor, self._calls, options.seed)
        self._post = Post(self._floor, sink, stream(options.seed, "post"))
        self._complaints = Complaints(
            self._floor,
            sink,
            plan_leaders(options.agents),
            options.zone,
            stream(options.seed, "complaints"),
        )
        self._calls.on_served = self._complaints.after
        self._script: Script | None = None
        self._open_day()

    def now(self) -> Ms:
        """How far the day has come."""
        return int(self._env.now)

    def day_over(self) -> Ms:
        """Closing time."""
        return self._options.closing

    def advance(self, until: Ms) -> None:
        """Let everything happen up to and including an instant."""
        env = self._env
        while env.peek() <= until:
            env.step()
        if until > env.now:
            env.run(until=until)

    def operations(self) -> tuple[str, ...]:
        """All that the contract has for agents, queues and contacts."""
        return self._telephony.operations

    def act(
        self, operation: str, entity: str, action: contract.ActionBase
    ) -> Sequence[tuple[str, str]]:
        """Do what a supervisor asks, at once or as soon as it can be."""
        return self._telephony.act(operation, entity, action)

    def deliver(self, note: str) -> None:
        """Let those read a message whom it is for."""
        self._post.deliver(note)

    def ledger(self) -> list[LedgerCall]:
        """The truth per leg of a contact."""
        return self._ledger.calls

    def segments(self) -> list[LedgerSegment]:
        """The truth per span of an agent's state."""
        return self._ledger.segments

    def sources(self) -> list[contract.Source]:
        """The switch, and the complaints desk with the roster, which does not depend on it."""
        now = contract.from_ms(self.now())
        silent = self._script.silent_since if self._script is not None else None
        if silent is None:
            switch = contract.Source(name="switch", state="live", as_of=now)
        else:
            switch = contract.Source(name="switch", state="down", as_of=contract.from_ms(silent))
        return [switch, contract.Source(name="desk", state="live", as_of=now)]

    def switch_silent(self) -> bool:
        """Whether the script has the switch say nothing at present."""
        return self._script is not None and self._script.silent_since is not None

    def _open_day(self) -> None:
        """Plan the day, show the plan, and set everything going."""
        options, opening = self._options, self._options.opening
        shape = day_shape(options, self._profile)
        shifts = plan_shifts(
            list(self._floor.agents), shape, opening, stream(options.seed, "roster")
        )
        plans = [queue.plan for queue in self._floor.queues.values()]
        heads = heads_on_queue(shifts, opening, len(shape))
        expected = expected_arrivals(plans, heads, shape, self._profile)
        self._forecast(expected)
        self._show(shifts)
        self._complaints.carried_over()
        workday = Workday(self._floor, stream(options.seed, "workday"))
        for shift in shifts:
            self._env.process(workday.live(self._floor.agents[shift.agent], shift))
        if self._floor.agents:
            self._env.process(workday.trouble())
        for queue in self._floor.queues.values():
            rng = stream(options.seed, f"arrivals/{queue.plan.id}")
            arrivals = Arrivals(expected[queue.plan.id], opening, rng, options.closing)
            self._env.process(self._calls.arrive(queue, arrivals))
            # What was written at night is let in when the centre opens.
            for _ in range(_at_night(queue.plan, expected)):
                self._env.process(self._calls.contact(queue))
        if options.script:
            rng = stream(options.seed, "script")
            start = options.instant(options.starts_at)
            self._script = Script(self._floor, self._calls, self._complaints, start, rng)
            self._env.process(self._script.play())

    def _forecast(self, expected: dict[str, list[float]]) -> None:
        """Rows for all intervals of the day, with what was forecast for them."""
        rng = stream(self._options.seed, "forecast")
        per_half = HALF_HOUR_MS // INTERVAL_MS
        opening = self._options.opening - self._options.opening % INTERVAL_MS
        for queue in self._floor.queues.values():
            error = rng.gauss(1.0, 0.08)
            aht = round(handling_time(queue.plan, self._profile) * rng.gauss(1.0, 0.05), 1)
            night = _at_night(queue.plan, expected)
            for half, contacts in enumerate(expected[queue.plan.id]):
                for part in range(per_half):
                    start = opening + half * HALF_HOUR_MS + part * INTERVAL_MS
                    first = night if half == part == 0 else 0
                    offered = round(max(0.0, (contacts / per_half + first) * error), 2)
                    queue.intervals[start] = IntervalRow(queue.plan.id, start, offered, aht)

    def _show(self, shifts: Sequence[ShiftPlan]) -> None:
        """Commit the floor as it is before the first contact."""
        puts: list[Put] = []
        for queue in self._floor.queues.values():
            puts.append(queue.put)
            puts.extend(row.put for row in queue.intervals.values())
        puts.extend(agent.put for agent in self._floor.agents.values())
        zone = self._options.zone
        puts.extend(Put("shift", f"s-{shift.agent}", shift.message(zone)) for shift in shifts)
        puts.extend(opening_notes(self._options.opening, self._floor.queues))
        for chunk in _chunks(puts):
            self._sink.commit(self._options.opening, chunk)


def _at_night(plan: QueuePlan, expected: Mapping[str, list[float]]) -> int:
    """Contacts that came while the centre was closed; only e-mail waits for it to open."""
    return round(sum(expected[plan.id]) * _NIGHT_SHARE) if plan.is_email else 0


def describe_site(options: SandboxOptions, plans: Sequence[QueuePlan]) -> contract.Site:
    """The site as the contract has it."""
    return contract.Site(
        id=options.site_id,
        name=options.site_name,
        zone=options.zone,
        day_starts=options.day_start,
        clients=clients_of(plans),
    )


def day_shape(options: SandboxOptions, profile: Profile) -> list[float]:
    """The share of the day's contacts in each half hour from opening to closing.

    The demonstration's day is a working day whatever the calendar says.
    """
    day = options.day or date.min
    kind: DayClass = "workday" if options.script or day.weekday() < 5 else "weekend"
    opens = time.fromisoformat(options.opens_at)
    first = opens.hour * 2 + opens.minute // 30
    halves = max(1, -(-(options.closing - options.opening) // HALF_HOUR_MS))
    return profile.shape(kind, range(first, first + halves))


def _chunks(puts: Sequence[Put]) -> Iterator[list[Put]]:
    rest = iter(puts)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
