"""Lost callers and our own count of a queue, with the sandbox's ledger as the judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing

import pytest

from data.cache.history_callers import caller_token
from data.cache.history_reader import HistoryReader
from data.cache.reader import CacheReader
from data.figures.freshness import Moment
from data.figures.recount import Reason, Why, compare
from data.floor import Floor, FloorSnapshot
from data.questions import WhatWeCounted, WhoWasLost
from data.sandbox.ledger import LedgerCall
from tests.support.days import Truth

pytestmark = pytest.mark.xdist_group("counts")

IMMEDIATE = {"voice", "chat"}


@pytest.fixture(params=["whole_day", "morning"])
def truth(request: pytest.FixtureRequest) -> Truth:
    chosen: Truth = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def snapshot(truth: Truth) -> FloorSnapshot:
    with closing(CacheReader.open(truth.place.files.cache)) as reader:
        return Floor().apply(reader.read(0))


@pytest.fixture
def reader(truth: Truth) -> Iterator[HistoryReader]:
    with closing(HistoryReader.open(truth.place.files.history)) as reader:
        yield reader


def recounted(calls: list[LedgerCall]) -> dict[str, tuple[object, ...]]:
    """By caller: tries, short ones, longest wait, first and last loss, queue, got through at."""
    losses: dict[str, list[LedgerCall]] = defaultdict(list)
    answers: dict[str, list[int]] = defaultdict(list)
    for call in calls:
        if call.direction != "inbound" or call.channel not in IMMEDIATE:
            continue
        caller = caller_token(call.caller_key)
        if call.outcome == "abandoned":
            losses[caller].append(call)
        elif call.answered_at is not None:
            answers[caller].append(call.answered_at)
    found = {}
    for caller, mine in losses.items():
        mine.sort(key=lambda call: call.ended_at or 0)
        told = [call for call in mine if not call.short] or mine
        last = told[-1].ended_at or 0
        later = [at for at in answers[caller] if at > last]
        found[caller] = (
            sum(not call.short for call in mine),
            sum(call.short for call in mine),
            pytest.approx(max(call.wait_s for call in told)),
            *(told[0].ended_at, last, told[-1].queue, min(later, default=None)),
        )
    return found


def test_lost_callers_are_those_of_the_ledger(
    truth: Truth, snapshot: FloorSnapshot, reader: HistoryReader
) -> None:
    callers = WhoWasLost.of(snapshot, None, Moment.of(snapshot.clock())).ask(reader)
    shown = {
        caller.key: (
            *(caller.tries, caller.short_tries, caller.longest_wait_s),
            *(caller.first_at, caller.last_at, caller.queue, caller.got_through_at),
        )
        for caller in callers
    }
    true = recounted(truth.calls)
    assert len(shown) == len(callers)
    assert {key for key in true.keys() | shown.keys() if true.get(key) != shown.get(key)} == set()
    print(f"\nlost callers {len(true)}, tries {sum(c.tries for c in callers)}, equal")
    assert any(caller.got_through_at for caller in callers)
    assert any(caller.tries > 1 for caller in callers)
    assert any(caller.is_short_only for caller in callers)


def test_what_is_printed_is_what_was_counted(truth: Truth) -> None:
    true = recounted(truth.calls)
    shown = {one["key"]: one for one in truth.place.show("lost")["lost"]}
    assert shown.keys() == {key for key, counted in true.items() if counted[0]}
    for key, one in shown.items():
        tries, short, wait, *_, through = true[key]
        assert (one["tries"], one["short_tries"], one["longest_wait_s"]) == (tries, short, wait)
        assert (one["state"] == "got_through") is (through is not None)
    text = truth.place.run("show", "lost", "--ascii").stdout
    still = sum(counted[-1] is None for counted in true.values() if counted[0])
    assert f"{still} still lost of {len(shown)} callers lost today" in text


def test_our_count_of_every_queue_is_the_systems(
    snapshot: FloorSnapshot, reader: HistoryReader
) -> None:
    for queue in snapshot.queues.values():
        ours = WhatWeCounted.of(queue).ask(reader)
        mine = [row for row in snapshot.intervals.values() if row.queue == queue.id]
        comparison = compare(queue, ours, mine)
        print(f"\n{queue.id}", *(f"{x.figure}={x.theirs}/{x.ours}" for x in comparison.figures))
        assert comparison.reasons == (Reason(Why.EQUAL),), queue.id
