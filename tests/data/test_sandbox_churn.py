"""The floor for benchmarks changes as much as it was told to, and keeps a floor's rules."""

from __future__ import annotations

import msgspec
import pytest

from data.sandbox.build import build_simulation
from data.sandbox.change_log import PAGE_BUDGET
from data.sandbox.churn import CELLS_PER_AGENT
from tests.data.sandbox_helpers import MemorySink, assert_counts_match, options


@pytest.mark.parametrize("churn", [0.02, 0.1, 0.3])
def test_about_the_share_asked_for_changes_each_second(churn):
    chosen = options(agents=400, queues=10, churn=churn)
    sink = MemorySink()
    floor = build_simulation(chosen, sink)
    floor.advance(chosen.opening + 20_000)
    changed, seconds = 0, 20
    for second in range(seconds):
        before = cells(sink)
        commits = len(sink.sizes)
        floor.advance(chosen.opening + 20_000 + (second + 1) * 1000)
        assert len(sink.sizes) == commits + 1, "one transaction a second"
        after = cells(sink)
        changed += sum(
            a != b for name in after for a, b in zip(before[name], after[name], strict=True)
        )
    share = changed / seconds / (400 * CELLS_PER_AGENT)
    assert 0.6 * churn < share < 1.4 * churn


def test_no_transaction_of_a_large_floor_is_larger_than_a_page():
    chosen = options(agents=20_000, queues=50, churn=0.1)
    sink = MemorySink()
    floor = build_simulation(chosen, sink)
    begun = len(sink.sizes)
    floor.advance(chosen.opening + 2000)
    assert len(sink.sizes) > begun + 2
    assert max(sink.sizes[begun:]) < PAGE_BUDGET / 2, "envelopes come on top"


def cells(sink):
    """What a pane shows of each agent."""
    shown = {}
    for name, agent in sink.of("agent").items():
        contact = sink.of("contact").get(agent.contact)
        handled = agent.today.handled or 0
        worked = agent.today.talk_s + agent.today.hold_s + agent.today.acw_s
        shown[name] = (
            name,
            agent.name,
            agent.team,
            (agent.state, agent.reason_code),
            agent.state_since,
            contact.queue if contact else "",
            handled,
            worked / handled if handled else None,
            worked / (worked + agent.today.ready_s) if worked else None,
        )
    return shown


def test_the_rules_of_a_floor_hold_all_the_same():
    chosen = options(agents=60, queues=6, churn=0.2)
    sink = MemorySink(keep=True)
    floor = build_simulation(chosen, sink)
    floor.advance(chosen.opening + 120_000)
    contacts = sink.of("contact")
    for agent in sink.of("agent").values():
        assert (agent.contact is None) == (agent.state in {"agentReady", "agentNotReady"})
        if agent.contact is not None:
            assert contacts[agent.contact].state in {"connected", "wrapping"}
    assert_counts_match(sink, floor.ledger())
    assert {
        msgspec.structs.asdict(queue.day)["abandoned"] > 0 for queue in sink.of("queue").values()
    }
