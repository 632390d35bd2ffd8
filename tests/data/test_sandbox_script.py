"""The demonstration: what must be seen within four minutes of 10:40, whatever the seed."""

from __future__ import annotations

import pytest

from data import contract
from data.sandbox.build import build_simulation
from data.sandbox.script import COMPLAINT_DUE_S
from tests.data.sandbox_helpers import MemorySink, assert_counts_match, options

SECOND_MS = 1000


def open_demo(seed=1):
    chosen = options(seed=seed, script=True, starts_at="10:40")
    sink = MemorySink(keep=True)
    floor = build_simulation(chosen, sink)
    floor.advance(chosen.start)
    return chosen, sink, floor


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_within_four_minutes_everything_happens(seed):
    chosen, sink, floor = open_demo(seed)
    hands, longest, lost_before = False, 0.0, lost(sink)
    for second in range(1, 241):
        floor.advance(chosen.start + second * SECOND_MS)
        hands = hands or (
            second <= 30
            and any(
                agent.assist_since is not None
                and 0 <= contract.to_ms(agent.assist_since) - chosen.start <= 25 * SECOND_MS
                for agent in sink.of("agent").values()
            )
        )
        for queue in sink.of("queue").values():
            if queue.channel == "voice" and queue.longest_wait_since is not None:
                age = (floor.now() - contract.to_ms(queue.longest_wait_since)) / 1000
                if second < 150:
                    longest = max(longest, age)
        assert floor.switch_silent() == (150 <= second < 190)
    assert hands, "a raised hand"
    assert longest > 120, "a queue over its limit, while the switch still speaks"
    assert lost(sink) - lost_before >= 3, "lost callers"
    assert_counts_match(sink, floor.ledger())


def lost(sink):
    return sum(queue.day.abandoned for queue in sink.of("queue").values())


def test_a_serious_complaint_crosses_its_clock_unclaimed():
    chosen, sink, floor = open_demo()
    due = chosen.start + COMPLAINT_DUE_S * SECOND_MS
    crossing = [
        complaint
        for complaint in sink.of("escalation").values()
        if contract.to_ms(complaint.clocks[0].due_at) == due
    ]
    assert len(crossing) == 1
    floor.advance(due + 60 * SECOND_MS)
    kept = sink.get("escalation", crossing[0].reference)
    assert kept is not None
    assert kept.data.owner is None
    assert kept.data.clocks[0].met_at is None


def test_while_the_switch_is_silent_nothing_of_it_is_told_and_then_all_of_it():
    chosen, sink, floor = open_demo()
    floor.advance(chosen.start + 149 * SECOND_MS)
    assert [source.state for source in floor.sources()] == ["live", "live"]
    floor.advance(chosen.start + 150 * SECOND_MS)
    told = len(sink.commits)
    floor.advance(chosen.start + 189 * SECOND_MS)
    switch, desk = floor.sources()
    assert (switch.name, switch.state) == ("switch", "down")
    assert contract.to_ms(switch.as_of) == chosen.start + 150 * SECOND_MS
    assert desk.state == "live"
    kinds = {kind for _, puts in sink.commits[told:] for kind, _, _ in puts}
    assert kinds <= {"escalation"}
    happened = [call for call in floor.ledger() if call.queued_at > chosen.start + 150 * SECOND_MS]
    assert happened, "callers went on calling"
    floor.advance(chosen.start + 190 * SECOND_MS)
    assert not floor.switch_silent()
    assert_counts_match(sink, floor.ledger())
    shown = sink.of("contact")
    for call in happened:
        assert contract.to_ms(shown[call.contact].created_at) <= call.queued_at


def test_the_demo_opens_on_a_busy_floor():
    _, sink, _ = open_demo()
    agents = sink.of("agent").values()
    assert sum(agent.logged_on for agent in agents) >= 28
    assert sum(queue.day.offered for queue in sink.of("queue").values()) > 300
    assert len(sink.of("escalation")) >= 6
