"""Whatever happens to a floor, in whatever order: no promise about what persons do is broken.

`tests/support/proof` has the floor (`world`), what can happen to it (`histories`) and what has to
hold (`judge`). The second half puts defects in, one at a time, and has them found.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from data.actions.verbs import Verb
from tests.support.proof.defects import DEFECTS, having
from tests.support.proof.histories import Histories, run_histories
from tests.support.proof.judge import Violation
from tests.support.proof.world import World

HISTORIES = 30
SOAK_HISTORIES = 1000
FOUND_WITHIN = 400
"""So many histories are enough to find a defect, and mostly a twentieth of them."""
QUICK = ("epoch_ignored", "vanished_rows_stay")
"""Found within a few histories: they show every day that the judge is awake."""


def test_no_promise_is_broken(request: pytest.FixtureRequest) -> None:
    is_soak = request.config.getoption("--soak")
    # What nobody has met yet is looked for in soak; every day the same few show that it all holds.
    run_histories(
        SOAK_HISTORIES if is_soak else HISTORIES, shrinks=bool(is_soak), is_fixed=not is_soak
    )


def test_a_claim_made_before_the_source_could_be_read_again_names_the_history_it_saw() -> None:
    """After a death and a refused read, a server that was restored must not take it for another."""
    histories = Histories()
    try:
        histories.start()
        histories.both_claim(which=0)
        histories.die_at(step="before take_in", which=0)
        histories.back_up()
        histories.read(faults=["refused"])
        histories.come_late(seconds=3, verb=Verb.CLAIM, which=0)
        histories.wait_through_a_restore(verb=Verb.CLAIM, which=0)
    finally:
        histories.teardown()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_found(name: str, request: pytest.FixtureRequest) -> None:
    if name not in QUICK and not request.config.getoption("--soak"):
        pytest.skip("with --soak")
    with pytest.raises(Violation), having(name), contextlib.redirect_stdout(io.StringIO()):
        run_histories(FOUND_WITHIN, shrinks=False)


def test_every_defect_is_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
    missing = [name for name in DEFECTS if f"`{name}`" not in text]
    assert not missing


@pytest.mark.parametrize("fault", ["refused_here", "precondition", "forbidden", "gone"])
def test_who_does_not_know_the_action_cannot_say_that_it_was_not_done(
    fault: str, tmp_path: Path
) -> None:
    world = World(tmp_path)
    try:
        world.see()
        world.press(0, Verb.CLAIM, 0)
        world.line.act_faults = ["timeout"]
        world.look()
        world.clock.advance(12)
        world.line.act_faults = [fault]
        world.look()
        world.quiet()
    finally:
        world.close()
