"""Histories of a floor, as hypothesis makes them up: whatever happens, every promise holds."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from data.actions.verbs import Verb
from data.sources import supervision
from data.sync.asks import Ask
from tests.support.proof.line import ACT_FAULTS, ANSWERS_LOST, READ_FAULTS
from tests.support.proof.process import STEPS
from tests.support.proof.world import WAYS, World

PAGE_LIMIT = 4
"""So small that most of what is read has several pages."""
STEPS_A_HISTORY = 30
TAKING_IN = ("before take_in", "after take_in", "before remove", "after remove")
_MEMORY = Path("/dev/shm")

persons = st.integers(0, 1)
which = st.integers(0, 2)
complaint_verbs = st.sampled_from([verb for verb in WAYS if verb not in {Verb.PAUSE, Verb.READY}])
any_verb = st.sampled_from(list(WAYS))
agent_verbs = st.sampled_from([Verb.PAUSE, Verb.READY])
act_faults = st.lists(st.sampled_from(ACT_FAULTS), max_size=3)
read_faults = st.lists(st.sampled_from(READ_FAULTS), max_size=3)


class Histories(RuleBasedStateMachine):
    """One floor, to which everything happens that happens to floors."""

    @initialize()
    def start(self) -> None:
        self._page_limit = supervision.PAGE_LIMIT
        supervision.PAGE_LIMIT = PAGE_LIMIT
        folder = _MEMORY if _MEMORY.is_dir() else None
        self.folder = tempfile.TemporaryDirectory(dir=folder)
        self.world = World(Path(self.folder.name))

    @rule(person=persons, verb=complaint_verbs, which=which)
    def press(self, person: int, verb: Verb, which: int) -> None:
        self.world.press(person, verb, which)

    @rule(person=persons, verb=agent_verbs, which=which)
    def press_agent(self, person: int, verb: Verb, which: int) -> None:
        self.world.press(person, verb, which)

    @rule(which=which)
    def both_claim(self, which: int) -> None:
        for person in (0, 1):
            self.world.press(person, Verb.CLAIM, which)

    @rule(person=persons, verb=complaint_verbs, which=which, call=st.integers(0, 9))
    def press_and_die(self, person: int, verb: Verb, which: int, call: int) -> None:
        self.world.press(person, verb, which, dying_at=call)

    @rule(person=persons, ask=st.sampled_from(list(Ask)), which=st.integers(0, 5))
    def ask(self, person: int, ask: Ask, which: int) -> None:
        self.world.ask(person, ask, which)

    @rule(faults=act_faults, seconds=st.sampled_from([0, 1, 12]))
    def act(self, faults: list[str], seconds: int) -> None:
        self.world.clock.advance(seconds)
        self.world.line.act_faults = faults
        self.world.look(reads=False)

    @rule(verb=complaint_verbs, which=which, lost=st.sampled_from(ANSWERS_LOST), then=act_faults)
    def ask_again(self, verb: Verb, which: int, lost: str, then: list[str]) -> None:
        self.world.press(0, verb, which)
        self.act([lost], 0)
        self.act(then, 12)

    @rule(person=persons, verb=any_verb, which=which, step=st.sampled_from(TAKING_IN))
    def die_taking_in(self, person: int, verb: Verb, which: int, step: str) -> None:
        self.world.press(person, verb, which)
        self.world.process.death.at = step
        self.world.look(reads=False)

    @rule(verb=any_verb, which=which, seconds=st.sampled_from([3, 100, 1000]))
    def come_late(self, verb: Verb, which: int, seconds: int) -> None:
        self.world.press(1, verb, which)
        self.act(["stray"], 0)
        self.world.clock.advance(seconds)
        self.world.arrive()

    @rule(faults=read_faults)
    def read(self, faults: list[str]) -> None:
        self.world.line.read_faults = faults
        self.world.look(acts=False)

    @rule(reads_first=st.booleans())
    def look(self, reads_first: bool) -> None:
        self.world.look(reads_first=reads_first)

    @rule(moves=st.lists(st.sampled_from(["", "moves"]), min_size=3, max_size=8))
    def read_anew(self, moves: list[str]) -> None:
        self.world.elsewhere("pair", 0)
        self.world.compact()
        self.world.line.read_faults = moves
        self.world.look(acts=False)

    @rule(step=st.sampled_from(STEPS), which=which)
    def die_at(self, step: str, which: int) -> None:
        self.world.elsewhere("edit", which)
        self.world.process.death.at = step
        self.world.look()

    @rule()
    def restart(self) -> None:
        self.world.restart()

    @rule(person=persons)
    def leave(self, person: int) -> None:
        self.world.leave(person)

    @rule(seconds=st.sampled_from([0.2, 3, 12, 31, 700]))
    def wait(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    @rule()
    def arrive(self) -> None:
        self.world.arrive()

    @rule(what=st.sampled_from(["edit", "delete", "make", "agent", "pair"]), which=which)
    def elsewhere(self, what: str, which: int) -> None:
        self.world.elsewhere(what, which)

    @rule()
    def back_up(self) -> None:
        self.world.back_up()

    @rule(counts_anew=st.booleans())
    def restore(self, counts_anew: bool) -> None:
        self.world.restore(counts_anew=counts_anew)

    @rule(verb=complaint_verbs, which=which)
    def wait_through_a_restore(self, verb: Verb, which: int) -> None:
        self.world.elsewhere("edit", which)
        self.world.look(acts=False)
        self.world.press(1, verb, which)
        self.world.restore(counts_anew=True)
        self.world.elsewhere("edit", which)
        self.act([], 0)

    @rule()
    def compact(self) -> None:
        self.world.compact()

    @rule(is_up=st.booleans())
    def stop_or_start_server(self, is_up: bool) -> None:
        self.world.stop_or_start_server(is_up=is_up)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.world.quiet()
        finally:
            self.world.close()
            self.folder.cleanup()
            supervision.PAGE_LIMIT = self._page_limit


def run_histories(count: int, *, shrinks: bool = True, is_fixed: bool = False) -> None:
    """Let so many histories happen.

    Args:
        count: How many.
        shrinks: Look for the shortest one that breaks a promise, once one was found.
        is_fixed: The same ones each time.

    Raises:
        AssertionError: A promise was broken; hypothesis prints the history.
    """
    phases = [Phase.generate, Phase.shrink] if shrinks else [Phase.generate]
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=count,
            stateful_step_count=STEPS_A_HISTORY,
            deadline=None,
            phases=phases,
            database=None,
            derandomize=is_fixed,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
