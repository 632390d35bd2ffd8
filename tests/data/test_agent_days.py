"""The sums that travel on an agent's record are those that history's states come to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.cache.history_model import Segment
from data.cache.history_writer import HistoryWriter
from data.files import FloorFiles
from data.model import Activity, Agent, AgentState, AnyRecord, Change, Contact, ContactState, Kind
from data.model import Shift as ModelShift
from data.settings import SiteSettings
from data.sync.agent_days import AgentDays, unanswered_rings
from data.sync.day_counter import DayCounter
from data.sync.derive import Deriver
from tests.builders import instant

SITE, SOURCE = "hh", "acd"
WHO = {"site": SITE, "source": SOURCE}
DAY = instant("2026-03-11T06:00:00+01:00")
NEXT_DAY = instant("2026-03-12T06:00:00+01:00")
MINUTE = 60_000
numbers = count(1)


class Floor:
    """What the engine does of it: plan, tell history, settle, count what is due."""

    def __init__(self, history: HistoryWriter) -> None:
        self.days = AgentDays(SiteSettings(id=SITE, zone="Europe/Berlin", day_start="06:00"))
        self.deriver = Deriver(self.days)
        self.history = history
        self.counter = DayCounter(SITE, SOURCE, self.days, self.deriver.row, history)
        self._versions = count(1)

    def tell(self, at: int, *records: AnyRecord, counts: bool = True) -> None:
        kinds = {Agent: Kind.AGENT, Contact: Kind.CONTACT, ModelShift: Kind.SHIFT}
        page = [
            Change(
                kind=kinds[type(record)], id=record.id, version=next(self._versions), at=at,
                record=record,
            )
            for record in records
        ]  # fmt: skip
        plan = self.deriver.plan(page)
        self.history.add(SITE, SOURCE, plan.steps)
        self.deriver.settle(plan)
        if counts:
            self.count(at)

    def count(self, now: int) -> int:
        done = 0
        while some := self.counter.some(now):
            self.deriver.hold(some)
            done += len(some)
        return done

    def agent(self, name: str) -> Agent:
        row = self.deriver.row(Kind.AGENT, name)
        assert row is not None
        assert isinstance(row.record, Agent)
        return row.record

    def recounted(self, name: str, now: int) -> Agent:
        segments = self.history.segments(SITE, SOURCE, name, self.days.day_start(now), 2**62)
        return self.days.count_anew(self.agent(name), segments, now)


def sums(agent: Agent) -> tuple[float | None, float | None, int, int | None]:
    return agent.scheduled_s, agent.adherent_s, agent.adherence_at, agent.unanswered_rings


def an_agent(name: str, at: int, state: AgentState, reason: str = "", contact: str | None = None):
    return Agent(
        **WHO, id=name, name="Ivy", reported_state=state, reported_since=at, state=state, since=at,
        reason=reason, contact=contact,
    )  # fmt: skip


def a_shift(name: str, start: int, end: int, *activities: Activity) -> ModelShift:
    return ModelShift(
        **WHO, id=f"s-{name}", agent=name, starts_at=start, ends_at=end, activities=activities
    )


def a_contact(contact: str, state: ContactState, agent: str, at: int) -> Contact:
    return Contact(
        **WHO, id=contact, queue="q", state=state, state_since=at, created_at=at, agent=agent
    )


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HistoryWriter]:
    folder: Path = tmp_path_factory.mktemp("history")
    writer = HistoryWriter.open(FloorFiles(folder).make())
    yield writer
    writer.close()


def test_a_day_is_counted_as_it_happens(history: HistoryWriter) -> None:
    floor, name = Floor(history), f"a{next(numbers)}"
    ten = DAY + 240 * MINUTE
    plan = a_shift(
        name, ten, ten + 480 * MINUTE, Activity("break", ten + 60 * MINUTE, ten + 75 * MINUTE)
    )
    floor.tell(DAY, plan, an_agent(name, DAY, AgentState.LOGGED_OFF))
    assert sums(floor.agent(name)) == (0.0, 0.0, DAY, 0)
    late = ten + 5 * MINUTE
    floor.tell(late, an_agent(name, late, AgentState.READY))
    assert sums(floor.agent(name)) == (300.0, 0.0, late, 0)
    away = ten + 65 * MINUTE
    floor.tell(away, an_agent(name, away, AgentState.NOT_READY, "break"))
    assert sums(floor.agent(name)) == (3900.0, 3300.0, away, 0)
    back = ten + 80 * MINUTE
    floor.tell(back, an_agent(name, back, AgentState.READY))
    assert sums(floor.agent(name)) == (4800.0, 3900.0, back, 0)


def test_an_agent_without_a_shift_has_no_adherence(history: HistoryWriter) -> None:
    floor, name = Floor(history), f"a{next(numbers)}"
    floor.tell(DAY, an_agent(name, DAY, AgentState.READY))
    floor.tell(DAY + 9, an_agent(name, DAY + 9, AgentState.NOT_READY))
    assert sums(floor.agent(name)) == (None, None, DAY + 9, 0)


def test_a_ring_that_nobody_answers_is_counted_once(history: HistoryWriter) -> None:
    floor, name = Floor(history), f"a{next(numbers)}"
    floor.tell(DAY, an_agent(name, DAY, AgentState.READY))

    def ring(at: int, contact: str) -> None:
        floor.tell(
            at,
            a_contact(contact, ContactState.RINGING, name, at),
            an_agent(name, at, AgentState.BUSY, contact=contact),
        )

    ring(DAY + 1000, "c1")
    assert floor.agent(name).state is AgentState.RINGING
    floor.tell(DAY + 9000, a_contact("c1", ContactState.CONNECTED, name, DAY + 9000))
    assert floor.agent(name).state is AgentState.BUSY
    assert floor.agent(name).unanswered_rings == 0
    floor.tell(DAY + 20_000, an_agent(name, DAY + 20_000, AgentState.READY))
    ring(DAY + 30_000, "c2")
    assert floor.agent(name).unanswered_rings == 0
    floor.tell(DAY + 50_000, an_agent(name, DAY + 50_000, AgentState.NOT_READY, "no_answer"))
    assert floor.agent(name).unanswered_rings == 1
    ring(DAY + 60_000, "c3")
    ring(DAY + 70_000, "c4")
    assert floor.agent(name).unanswered_rings == 2
    # It rings elsewhere, which is told before what the agent does now.
    at = DAY + 80_000
    floor.tell(
        at,
        a_contact("c4", ContactState.WAITING, "", at),
        an_agent(name, at, AgentState.NOT_READY, "no_answer"),
    )
    assert floor.agent(name).unanswered_rings == 3
    assert sums(floor.recounted(name, DAY + 80_000)) == sums(floor.agent(name))


def test_a_plan_that_changes_moves_the_schedule_not_what_was_done(history: HistoryWriter) -> None:
    floor, name = Floor(history), f"a{next(numbers)}"
    floor.tell(
        DAY,
        a_shift(name, DAY, DAY + 480 * MINUTE),
        an_agent(name, DAY, AgentState.NOT_READY, "coaching"),
    )
    hour = DAY + 60 * MINUTE
    floor.tell(hour, an_agent(name, hour, AgentState.READY))
    assert sums(floor.agent(name)) == (3600.0, 0.0, hour, 0)
    excused = Activity("coaching", DAY, hour)
    floor.tell(hour + 1, a_shift(name, DAY, DAY + 480 * MINUTE, excused))
    assert sums(floor.agent(name)) == (3600.0, 3600.0, hour, 0)
    floor.deriver.settle(
        floor.deriver.plan(
            [Change(kind=Kind.SHIFT, id=f"s-{name}", version=99, at=hour + 2, record=None)]
        )
    )
    assert floor.count(hour + 2) == 1
    assert floor.agent(name).scheduled_s is None


def test_each_day_begins_at_nothing(history: HistoryWriter) -> None:
    floor, name = Floor(history), f"a{next(numbers)}"
    night = a_shift(name, NEXT_DAY - 240 * MINUTE, NEXT_DAY + 240 * MINUTE)
    before = NEXT_DAY - 240 * MINUTE
    floor.tell(before, night, an_agent(name, before, AgentState.READY))
    floor.tell(NEXT_DAY - MINUTE, an_agent(name, NEXT_DAY - MINUTE, AgentState.NOT_READY))
    assert floor.agent(name).scheduled_s == 239 * 60
    floor.tell(NEXT_DAY + MINUTE, an_agent(name, NEXT_DAY + MINUTE, AgentState.READY))
    assert sums(floor.agent(name)) == (60.0, 0.0, NEXT_DAY + MINUTE, 0)


def test_a_new_generation_goes_on_where_the_old_one_was(history: HistoryWriter) -> None:
    floor, name = Floor(history), f"a{next(numbers)}"
    floor.tell(DAY, a_shift(name, DAY, DAY + 480 * MINUTE), an_agent(name, DAY, AgentState.READY))
    at = DAY + 30 * MINUTE
    told = [
        Change(
            kind=Kind.AGENT, id=name, version=1, at=at,
            record=an_agent(name, at, AgentState.NOT_READY),
        ),
        Change(
            kind=Kind.SHIFT, id=f"s-{name}", version=1, at=DAY,
            record=a_shift(name, DAY, DAY + 480 * MINUTE),
        ),
    ]  # fmt: skip
    plan = floor.deriver.plan_generation(told, at)
    history.add(SITE, SOURCE, plan.steps)
    floor.deriver.settle_generation(plan)
    assert sums(floor.agent(name)) == (1800.0, 1800.0, at, 0)
    assert floor.count(at) == 1
    assert sums(floor.agent(name)) == (1800.0, 1800.0, at, 0)


def test_after_a_restart_every_day_is_counted_from_history(history: HistoryWriter) -> None:
    floor, name = Floor(history), f"a{next(numbers)}"
    hour = DAY + 60 * MINUTE
    plan = a_shift(name, DAY, DAY + 480 * MINUTE)
    floor.tell(DAY, plan, an_agent(name, DAY, AgentState.READY))
    floor.tell(hour, an_agent(name, hour, AgentState.NOT_READY))
    kept = floor.agent(name)
    again = Floor(history)
    # What was kept on the record is not believed: it may be of another version of the program.
    wrong = msgspec.structs.replace(kept, scheduled_s=1.0, adherent_s=1.0, unanswered_rings=9)
    again.deriver.load(Kind.AGENT, [(5, wrong)])
    again.deriver.load(Kind.SHIFT, [(6, plan)])
    assert again.count(hour + MINUTE) == 1
    assert sums(again.agent(name)) == sums(kept) == (3600.0, 3600.0, hour, 0)


STATES = (
    AgentState.READY,
    AgentState.NOT_READY,
    AgentState.BUSY,
    AgentState.WORKING_AFTER_CONTACT,
    AgentState.LOGGED_OFF,
    AgentState.UNKNOWN,
)
courses = st.lists(
    st.tuples(
        st.integers(0, 90),  # minutes after the step before
        st.sampled_from(STATES),
        st.sampled_from(["", "break", "training"]),
        st.sampled_from(["", "", "c1", "c2"]),
        st.sampled_from(list(ContactState)),
        st.integers(0, 2),  # minutes before the report at which it is said to have begun
    ),
    max_size=14,
)
plans = st.lists(
    st.tuples(
        st.sampled_from(["break", "meal", "training", "time_off", "other"]),
        st.integers(0, 700),
        st.integers(0, 700),
    ),
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(courses, plans)
def test_what_travels_with_the_record_is_what_history_comes_to(
    history: HistoryWriter, course: list[tuple], activities: list[tuple[str, int, int]]
) -> None:
    floor, name = Floor(history), f"a{next(numbers)}"
    plan = (Activity(kind, DAY + a * MINUTE, DAY + b * MINUTE) for kind, a, b in activities)
    at = DAY + MINUTE
    floor.tell(
        at, a_shift(name, DAY, DAY + 600 * MINUTE, *plan), an_agent(name, at, AgentState.READY)
    )
    for wait, state, reason, contact, contact_state, early in course:
        at += wait * MINUTE + 1
        hand = f"{contact}-{name}" if contact else None
        minutes = 0 if hand is not None else early
        since = max(floor.agent(name).adherence_at, at - minutes * MINUTE)
        told: list[AnyRecord] = [an_agent(name, since, state, reason, hand)]
        if hand is not None:
            told.insert(0, a_contact(hand, contact_state, name, at))
        floor.tell(at, *told, counts=False)
    assert sums(floor.agent(name)) == sums(floor.recounted(name, at))


def test_rings_told_in_several_pieces_are_one() -> None:
    def stay(start: int, state: AgentState, contact: str = "", end: int | None = None) -> Segment:
        return Segment(
            agent="a", agent_name="", start=start, end=end, state=state, reason="", queue="",
            contact=contact,
        )  # fmt: skip

    ring, busy, held = AgentState.RINGING, AgentState.BUSY, AgentState.ON_HOLD
    assert unanswered_rings([]) == 0
    assert unanswered_rings([stay(0, ring, "c", 1), stay(1, ring, "c", 2), stay(2, busy, "c")]) == 0
    assert unanswered_rings([stay(0, ring, "c", 1), stay(1, held, "c")]) == 0
    assert unanswered_rings([stay(0, ring, "c", 1), stay(1, busy, "d")]) == 1
    assert unanswered_rings([stay(0, ring, "c", 1), stay(1, AgentState.READY)]) == 1
    assert unanswered_rings([stay(0, ring, "c")]) == 0, "it still rings"
    assert unanswered_rings([stay(0, ring, "c", 1)]) == 1, "the agent is no longer there"
