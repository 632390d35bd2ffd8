"""Whatever happens on a small floor, and however it is told: the board comes to the truth."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Agent, AgentState, Contact, ContactState, Queue
from tests.support.asterisk_floor import PEOPLE, QUEUES, ModelFloor
from tests.support.asterisk_watch import Watch

BUSY = AgentState.BUSY


class Doing(NamedTuple):
    """Something that happens."""

    what: str
    which: int
    """Of the calls that there are."""
    where: str
    who: str
    seconds: int

    def do(self, floor: ModelFloor) -> None:
        """Let it happen."""
        calls = list(floor.calls.values())
        call = calls[self.which % len(calls)] if calls else None
        match self.what:
            case "join" | "join again":
                floor.join(self.where, again=self.what == "join again")
            case "pause" | "unpause":
                floor.pause(self.who, is_paused=self.what == "pause")
            case "phone":
                floor.turn_phone(self.who)
            case "membership":
                floor.turn_membership(self.where, self.who)
            case "ring" if call is not None:
                floor.ring(call, self.who)
            case "answer" if call is not None:
                floor.answer(call)
            case "miss" if call is not None:
                floor.miss(call)
            case "hang up" | "vanish" if call is not None:
                floor.hang_up(call, is_nameless=self.what == "vanish")
            case "key" if call is not None:
                floor.leave_by_key(call)
            case _:
                floor.pass_time(self.seconds)


WHAT = (
    *("join", "join", "join again", "ring", "ring", "answer", "answer", "miss"),
    *("hang up", "vanish", "key", "pause", "unpause", "phone", "membership", "time"),
)
HAPPENING = st.builds(
    Doing,
    st.sampled_from(WHAT),
    st.integers(0, 5),
    st.sampled_from(QUEUES),
    st.sampled_from(PEOPLE),
    st.integers(1, 40),
)
TELLING = st.tuples(st.sampled_from(["events", "events", "snapshot", "none"]), st.integers(0, 9))
COURSES = st.lists(st.tuples(HAPPENING, TELLING), max_size=60)


class Told:
    """A board that is told of a floor."""

    def __init__(self) -> None:
        self.floor = ModelFloor()
        self.watch = Watch()
        self.look()

    def live(self, doing: Doing, how: str, many: int) -> None:
        """Something happens, and some of what is not told yet is told."""
        doing.do(self.floor)
        if how == "events":
            self.hear(many)
        elif how == "snapshot":
            self.look()
        self.watch.changes()

    def hear(self, many: int) -> None:
        heard, self.floor.untold = self.floor.untold[:many], self.floor.untold[many:]
        for second, event in heard:
            self.watch.hear(second, event)

    def look(self, *, after_gap: bool = False) -> None:
        late = self.floor.second - 2
        self.hear(sum(second <= late for second, _event in self.floor.untold))
        rows, channels = self.floor.snapshot()
        self.watch.look(rows, self.floor.second, channels, after_gap=after_gap)

    def settle(self) -> None:
        """Everything is told, and time passes in which nothing happens."""
        self.hear(len(self.floor.untold))
        for _ in range(3):
            self.floor.pass_time(20)
            self.watch.tick(self.floor.second)
            self.look()

    def restart(self) -> None:
        """Another process goes on, once those have gone who are leaving."""
        self.hear(len(self.floor.untold))
        self.floor.pass_time(31)
        self.watch.tick(self.floor.second)
        after = Watch()
        after.board.resume(self.watch.kept())
        self.watch = after
        self.look()


def people(watch: Watch) -> dict[str, tuple[object, ...]]:
    """Agents who serve a queue, as a snapshot alone can tell."""
    found = (row.record for row in watch.board.records())
    return {
        one.id: (
            *(one.name, one.queues, one.reported_state, one.reachable, one.reason),
            *(one.pending_state, one.paused_in, one.is_inferred),
            # Only who has seen a caller come back knows that.
            (one.contact or "").partition("#")[0] if one.reported_state is BUSY else "",
        )
        for one in found
        if isinstance(one, Agent) and one.queues
    }


def live(watch: Watch) -> set[tuple[str, str, str, bool]]:
    """Contacts that are not over, by the call."""
    found = (row.record for row in watch.board.records())
    return {
        (one.id.partition("#")[0], one.queue, one.agent if is_talk else "", is_talk)
        for one in found
        if isinstance(one, Contact) and one.state is not ContactState.ENDED
        for is_talk in [one.state is ContactState.CONNECTED]
    }


def counted(watch: Watch) -> dict[str, tuple[float, ...]]:
    """What is counted by queue and person, without those of whom nothing is."""
    found: dict[str, tuple[float, ...]] = {}
    for change in watch.board.records():
        one = change.record
        if isinstance(one, Queue):
            day = one.day
            numbers = (day.offered, day.answered, day.abandoned)
            found[one.id] = (*numbers, day.wait_answered_s, day.talk_s)
        elif isinstance(one, Agent):
            found[one.id] = (one.today.handled or 0, one.today.talk_s or 0)
    return {name: numbers for name, numbers in found.items() if any(numbers)}


def happened(floor: ModelFloor) -> dict[str, tuple[float, ...]]:
    """The same, in truth."""
    names = ("offered", "answered", "abandoned", "wait_s", "talk_s")
    queues = {
        queue: tuple(float(each[name]) for name in names)
        for queue, each in floor.truth.queues.items()
    }
    agents = {
        person: (float(each["answered"]), float(each["talk_s"]))
        for person, each in floor.truth.people.items()
    }
    return {name: numbers for name, numbers in (queues | agents).items() if any(numbers)}


def check(told: Told) -> None:
    """Both say what a board says that was told nothing but how things stand, and what is true."""
    rows, channels = told.floor.snapshot()
    alone = Watch()
    alone.look(rows, told.floor.second, channels)
    assert people(told.watch) == people(alone)
    assert live(told.watch) == live(alone)
    for queue in QUEUES:
        ours, theirs = told.watch.queue(queue), alone.queue(queue)
        assert ours.contacts_waiting == theirs.contacts_waiting
        assert ours.longest_wait_since == theirs.longest_wait_since
        assert ours.system is not None
        assert ours.system.missed == 0
    assert counted(told.watch) == happened(told.floor)


@given(course=COURSES)
@settings(max_examples=150, deadline=None)
def test_any_course_however_it_is_told_comes_to_what_is_true(
    course: list[tuple[Doing, tuple[str, int]]],
) -> None:
    told = Told()
    for doing, (how, many) in course:
        told.live(doing, how, many)
    told.settle()
    check(told)


@given(course=COURSES, at=st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_a_process_that_starts_anew_amid_it_comes_to_the_same(
    course: list[tuple[Doing, tuple[str, int]]], at: int
) -> None:
    told = Told()
    for place, (doing, (how, many)) in enumerate(course):
        if place == at:
            told.restart()
        told.live(doing, how, many)
    told.settle()
    check(told)


@given(course=COURSES, lost=st.sets(st.integers(0, 60), max_size=4))
@settings(max_examples=60, deadline=None)
def test_gaps_lose_what_happened_in_them_and_nothing_else(
    course: list[tuple[Doing, tuple[str, int]]], lost: set[int]
) -> None:
    told = Told()
    for place, (doing, (how, many)) in enumerate(course):
        told.live(doing, how, many)
        if place in lost:
            told.floor.untold.clear()
            told.look(after_gap=True)
    told.settle()
    rows, channels = told.floor.snapshot()
    alone = Watch()
    alone.look(rows, told.floor.second, channels)
    assert people(told.watch) == people(alone)
    assert live(told.watch) == live(alone)
    truth = happened(told.floor)
    for name, numbers in counted(told.watch).items():
        assert all(ours <= true for ours, true in zip(numbers, truth[name], strict=True))
    for queue in QUEUES:
        day, system = told.watch.queue(queue).day, told.watch.queue(queue).system
        assert system is not None
        missed = truth.get(queue, (0,))[0] - day.answered - day.abandoned
        assert 0 <= system.missed <= missed
