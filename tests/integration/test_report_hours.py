"""Hours and cost in a report, against a recount from the floor's ledger."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest

from data.sandbox.ledger import LedgerCall, LedgerSegment
from supervisor_tui.cli import main
from tests.support.days import Truth

pytestmark = pytest.mark.xdist_group("counts")

HOURLY = 20.0
HOUR_MS = 3_600_000
COST = f'\n[cost]\ncurrency = "EUR"\n[[cost.rate]]\nhourly = {HOURLY}\n'


def report(truth: Truth, capsys: pytest.CaptureFixture[str], by: str) -> dict[str, Any]:
    """The report of the day, with a rate that the floor itself has not."""
    config = truth.place.config.with_name("with-cost.toml")
    config.write_text(truth.place.config.read_text() + COST)
    capsys.readouterr()
    asked = ["--config", str(config), "report", "day", "--by", by, "--format", "json"]
    assert main(asked) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def signed_in(segments: list[LedgerSegment]) -> dict[str, int]:
    """Milliseconds by agent; everybody has signed off by the end of the day."""
    hours: dict[str, int] = defaultdict(int)
    for one in segments:
        hours[one.agent] += (
            0 if one.state == "logged_off" or one.to_at is None else one.to_at - one.from_at
        )
    return hours


def cost_of_queues(calls: list[LedgerCall], hours: dict[str, int]) -> dict[str, tuple[float, int]]:
    """By queue what it cost and how many contacts were answered: by time from answer to end."""
    spent: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for call in calls:
        if call.answered_at is not None and call.ended_at is not None:
            spent[call.agent][call.queue].append(call.ended_at - call.answered_at)
    cost: dict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
    for agent, queues in spent.items():
        whole = sum(sum(each) for each in queues.values())
        for queue, each in queues.items():
            amount, contacts = cost[queue]
            share = hours[agent] / HOUR_MS * HOURLY * sum(each) / whole
            cost[queue] = amount + share, contacts + len(each)
    return cost


def test_hours_and_cost_are_a_recount_of_the_ledger(
    whole_day: Truth, capsys: pytest.CaptureFixture[str]
) -> None:
    hours = signed_in(whole_day.segments)
    agents = report(whole_day, capsys, "agent")["agents"].values()
    told = {one["id"]: one["signed_in_s"] for one in agents}
    assert told == {
        agent: pytest.approx(ms / 1000, abs=1) for agent, ms in hours.items() if agent in told
    }
    assert not any(ms for agent, ms in hours.items() if agent not in told)
    expected = cost_of_queues(whole_day.calls, hours)
    queues = report(whole_day, capsys, "queue")["queues"].values()
    assert {one["id"] for one in queues} >= expected.keys()
    for one in queues:
        amount, contacts = expected[one["id"]]
        assert one["cost"] == pytest.approx(amount, rel=1e-4)
        assert one["cost_per_contact"] == pytest.approx(amount / contacts, rel=1e-3)
