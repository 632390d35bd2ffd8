"""What a day of a large floor takes in history, and how soon any instant of it is shown."""

from __future__ import annotations

import gc
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from data.cache.history_reader import HistoryReader
from data.cache.history_writer import KEYFRAME_EVERY_MS, HistoryWriter, Step
from data.cache.rewind import Rewind
from data.files import FloorFiles
from data.floor import FloorSnapshot, Key
from data.model import (
    Agent,
    AgentState,
    AnyRecord,
    Contact,
    ContactState,
    Counts,
    Interval,
    Kind,
    Ms,
    Queue,
)
from supervisor_tui.garbage import collect_seldom, keep_what_is_there
from tests.builders import DAY_START, SITE, SOURCE, make_health, make_site

HOUR_MS = 3_600_000
QUARTER_MS = HOUR_MS // 4
SHIFTS_A_WEEK = (5, 7)
"""A week in days like the one measured: everybody works on five of its seven, or on all."""
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Measured:
    """A day in history."""

    contacts: int
    megabytes: float
    opened_ms: list[float]
    worked_ms: list[float]
    """The processor's time in these."""

    @property
    def bytes_a_contact(self) -> float:
        """With its segments, and its share of everything else."""
        return self.megabytes * 1e6 / self.contacts


class Day:
    """A made-up day: shifts of eight hours, four fifths of them with contacts."""

    def __init__(self, queues: int, agents: int, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        self.queues = [f"q{number:02}" for number in range(queues)]
        self.agents = agents
        self.contacts = 0
        self.counts: dict[tuple[str, Ms], int] = defaultdict(int)

    def steps(self) -> list[Step]:
        """Everything that happens, in order."""
        found = [step for number in range(self.agents) for step in self._shift(number)]
        found.sort(key=lambda step: step.at)
        return found

    def _agent(self, number: int, at: Ms, state: AgentState, contact: str | None = None) -> Step:
        queue = self.queues[number % len(self.queues)]
        record = Agent(
            site=SITE,
            source=SOURCE,
            id=f"{1000 + number}",
            name=f"Agent {number}",
            team=f"team {number % 40}",
            state=state,
            since=at,
            queues=(queue,),
            contact=contact,
            reason="break" if state is AgentState.NOT_READY else "",
        )
        return Step(at, Kind.AGENT, record.id, None, record)

    def _contact(
        self, name: str, queue: str, came: Ms, at: Ms, state: ContactState, **more: Any
    ) -> Step:
        caller = int(name[2:], 10) * 7919 % 10_000_000
        record = Contact(
            site=SITE,
            source=SOURCE,
            id=name,
            queue=queue,
            state=state,
            state_since=at,
            created_at=came,
            queued_at=came,
            caller_masked=f"*******{caller % 10_000:04}",
            caller_key=f"{caller}",
            **more,
        )
        return Step(at, Kind.CONTACT, name, None, record)

    def _shift(self, number: int) -> Iterator[Step]:
        chance, queue = self._chance, self.queues[number % len(self.queues)]
        at = DAY_START + round(chance.triangular(0, 8 * HOUR_MS, 2 * HOUR_MS))
        ends, next_break = at + 8 * HOUR_MS, at + 2 * HOUR_MS
        while at < ends:
            if at > next_break:
                yield self._agent(number, at, AgentState.NOT_READY)
                at, next_break = at + 15 * 60_000, at + 2 * HOUR_MS
            yield self._agent(number, at, AgentState.READY)
            at += 500 + round(chance.expovariate(1 / 60_000))
            self.contacts += 1
            name = f"c-{self.contacts:07}"
            came = at - 200 - round(chance.expovariate(1 / 15_000))
            self.counts[queue, came - came % QUARTER_MS] += 1
            yield self._contact(name, queue, came, came, ContactState.WAITING)
            yield self._agent(number, at, AgentState.RINGING, name)
            at += 1_000 + round(chance.expovariate(1 / 3_000))
            mine: dict[str, Any] = {"agent": f"{1000 + number}", "answered_at": at}
            yield self._contact(name, queue, came, at, ContactState.CONNECTED, **mine)
            yield self._agent(number, at, AgentState.BUSY, name)
            at += 5_000 + round(chance.expovariate(1 / 200_000))
            yield self._contact(name, queue, came, at, ContactState.WRAPPING, **mine)
            yield self._agent(number, at, AgentState.WORKING_AFTER_CONTACT, name)
            at += 5_000 + round(chance.expovariate(1 / 35_000))
            yield self._contact(name, queue, came, at, ContactState.ENDED, **mine)
        yield self._agent(number, at, AgentState.LOGGED_OFF)


def measure(queues: int = 50, agents: int = 2_000, instants: int = 60) -> Measured:
    """Write a day, and open random instants of it."""
    day = Day(queues, agents)
    steps = day.steps()
    with tempfile.TemporaryDirectory(prefix="past-") as folder:
        files = FloorFiles(Path(folder)).make()
        writer = HistoryWriter.open(files)
        present = _write(writer, day, steps)
        writer.close()
        size = files.history.stat().st_size / 1e6
        snapshot = FloorSnapshot(
            agents={key: row for key, row in present.items() if isinstance(row, Agent)},
            queues={key: row for key, row in present.items() if isinstance(row, Queue)},
            sites=(make_site(),),
            sources=(make_health(),),
        )
        begins, ends = steps[0].at, steps[-1].at
        # A screen does not hold a day's steps, among which the collector would look for garbage.
        del steps
        gc.collect()
        collect_seldom()
        keep_what_is_there()
        opened = list(_open(files, snapshot, begins, ends, instants))
    return Measured(day.contacts, size, [one for one, _ in opened], [one for _, one in opened])


def _open(
    files: FloorFiles, snapshot: FloorSnapshot, begins: Ms, ends: Ms, instants: int
) -> Iterator[tuple[float, float]]:
    """Milliseconds from wanting an instant to having it, and those of the processor in it."""
    chance = random.Random(2)
    for _ in range(instants):
        at = chance.randrange(begins, ends)
        begun, worked = time.perf_counter(), time.thread_time()
        reader = HistoryReader.open(files.history)
        Rewind(reader, snapshot).at(at)
        reader.close()
        yield (time.perf_counter() - begun) * 1000, (time.thread_time() - worked) * 1000


def _write(writer: HistoryWriter, day: Day, steps: list[Step]) -> dict[Key, AnyRecord]:
    queues = [Queue(site=SITE, source=SOURCE, id=name, name=name) for name in day.queues]
    rows: dict[Key, AnyRecord] = {Key(SITE, SOURCE, one.id): one for one in queues}
    live: dict[str, Contact] = {}
    keyframe_at = steps[0].at
    for start in range(0, len(steps), _AT_ONCE):
        page = steps[start : start + _AT_ONCE]
        writer.add(SITE, SOURCE, page)
        for step in page:
            if isinstance(step.after, Agent):
                rows[Key(SITE, SOURCE, step.id)] = step.after
            elif isinstance(step.after, Contact):
                live[step.id] = step.after
                if step.after.state is ContactState.ENDED:
                    del live[step.id]
        if page[-1].at - keyframe_at >= KEYFRAME_EVERY_MS:
            keyframe_at = page[-1].at
            writer.keyframe(keyframe_at, _kinds([*rows.values(), *live.values()]))
    writer.add(SITE, SOURCE, list(_intervals(day)))
    return rows


def _kinds(rows: Iterable[AnyRecord]) -> Iterator[tuple[Kind, AnyRecord]]:
    kinds = {Agent: Kind.AGENT, Queue: Kind.QUEUE, Contact: Kind.CONTACT}
    return ((kinds[type(row)], row) for row in rows)


def _intervals(day: Day) -> Iterator[Step]:
    for (queue, start), count in day.counts.items():
        counts = Counts(offered=count, answered=count, answered_within=count)
        row = Interval(
            site=SITE,
            source=SOURCE,
            id=f"{queue}.{start}",
            queue=queue,
            starts_at=start,
            counts=counts,
        )
        yield Step(start, Kind.INTERVAL, row.id, None, row)


if __name__ == "__main__":
    found = measure(*(int(word) for word in sys.argv[1:]))
    print(f"{found.contacts} contacts, {found.megabytes:.1f} MB")
    weeks = " or ".join(f"{found.megabytes * shifts:.0f}" for shifts in SHIFTS_A_WEEK)
    print(f"{found.bytes_a_contact:.0f} bytes a contact; a week {weeks} MB")
    for name, taken in (("opened", found.opened_ms), ("processor", found.worked_ms)):
        print(f"{name}: {median(taken):.0f} ms (median), {max(taken):.0f} ms at most")
