"""What the program prints of a floor is what a recount of the floor's ledger comes to."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.cache.history_reader import HistoryReader
from data.model import AgentState
from tests.data.sandbox_helpers import recount
from tests.support.days import Truth, synchronised

pytestmark = pytest.mark.xdist_group("counts")

HERE = Path(__file__).parent
MAP = HERE.parent / "data" / "maps" / "anonymous_bank.toml"
BANK = HERE.parents[2] / "shared" / "calls" / "anonymous_bank_1999-08-01_14.csv"
BANK_DAY = "1999-08-02"
ALWAYS = (-(2**50), 2**50)
COUNTED = (
    "offered",
    "answered",
    "answered_within",
    "abandoned",
    "abandoned_within",
    "abandoned_short",
)
# The six service levels, written down once more and apart from the program's own.
LEVELS: dict[str, Callable[[dict[str, float]], tuple[float, float]]] = {
    "offered": lambda n: (n["answered_within"], n["offered"]),
    "without_short": lambda n: (n["answered_within"], n["offered"] - n["abandoned_short"]),
    "abandons_ignored": lambda n: (n["answered_within"], n["offered"] - n["abandoned_within"]),
    "abandons_good": lambda n: (n["answered_within"] + n["abandoned_within"], n["offered"]),
    "answered_only": lambda n: (n["answered_within"], n["answered"]),
    "answer_rate": lambda n: (n["answered"], n["offered"]),
}


@pytest.fixture(params=["whole_day", "morning"])
def simulated(request: pytest.FixtureRequest) -> Truth:
    truth: Truth = request.getfixturevalue(request.param)
    return truth


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Truth]:
    if not BANK.exists():
        pytest.skip(f"{BANK} is not there")
    folder = tmp_path_factory.mktemp("replay")
    mapping = folder / "map.toml"
    mapping.write_text(f'day = "{BANK_DAY}"\n{MAP.read_text()}')
    options = ("--speed", "max", "--replay", str(BANK), "--map", str(mapping))
    with synchronised(folder, *options) as truth:
        yield truth


def instant(text: str) -> int:
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return int(moment.timestamp() * 1000)


def assert_queues_equal(truth: Truth) -> list[dict[str, Any]]:
    queues: list[dict[str, Any]] = truth.place.show("queues")["queues"]
    limits = {queue["id"]: (queue["threshold_s"], queue["short_abandon_s"]) for queue in queues}
    counted = recount(truth.calls, limits)
    assert set(counted.days) <= set(limits)
    ringing = {each.contact for each in truth.now.values() if each.state is AgentState.RINGING}
    for queue in queues:
        day = counted.days[queue["id"]]
        running = counted.intervals[queue["id"], instant(queue["interval"]["starts_at"])]
        assert_counts_equal(queue, day)
        assert_counts_equal(queue["interval"], running)
        assert set(queue["service_levels"]) == set(LEVELS)
        for formula, parts in LEVELS.items():
            level = queue["service_levels"][formula]
            assert_share(level["day"], *parts(day))
            assert_share(level["interval"], *parts(running))
        chosen = queue["service_level"]
        assert chosen == {"formula": "offered", **queue["service_levels"]["offered"]}
        waiting = [
            call.queued_at
            for call in truth.calls
            if call.queue == queue["id"]
            and call.outcome == "waiting"
            and call.contact not in ringing
        ]
        assert queue["waiting"] == len(waiting)
        if waiting:
            waited = (instant(queue["as_of"]) - min(waiting)) / 1000
            assert queue["longest_wait_s"] == pytest.approx(waited, abs=1.01)
        else:
            assert queue["longest_wait_s"] is None
    return queues


def assert_counts_equal(shown: dict[str, Any], counted: dict[str, float]) -> None:
    assert {name: shown[name] for name in COUNTED} == {name: counted[name] for name in COUNTED}
    handling = counted["talk_s"] + counted["hold_s"] + counted["acw_s"]
    assert_ratio(shown["asa_s"], counted["wait_answered_s"], counted["answered"])
    assert_ratio(shown["aht_s"], handling, counted["answered"])


def assert_share(shown: float | None, part: float, whole: float) -> None:
    assert_ratio(shown, 100 * part, whole)


def assert_ratio(shown: float | None, part: float, whole: float) -> None:
    if whole:
        assert shown == pytest.approx(part / whole, abs=0.1)
    else:
        assert shown is None


def test_counts_and_levels_are_those_of_the_ledger(simulated: Truth) -> None:
    queues = assert_queues_equal(simulated)
    assert len(queues) == 8
    assert sum(queue["offered"] for queue in queues) > 1000


def test_agents_do_what_the_ledger_says(simulated: Truth) -> None:
    agents = {agent["id"]: agent for agent in simulated.place.show("agents")["agents"]}
    now = simulated.now
    assert len(agents) == 46
    assert {id_: agent["state"] for id_, agent in agents.items()} == {
        id_: segment.state for id_, segment in now.items()
    }
    for id_, segment in now.items():
        shown = agents[id_]
        assert (shown["reason"], shown["contact"]) == (segment.reason, segment.contact)
        assert instant(shown["since"]) == segment.from_at // 1000 * 1000
    handled = Counter(call.agent for call in simulated.calls if call.ended_at and call.agent)
    assert {id_: agent["handled"] for id_, agent in agents.items()} == {
        id_: handled[id_] for id_ in agents
    }


def test_an_agent_of_several_queues_counts_once_in_the_total(simulated: Truth) -> None:
    queues = {queue["id"]: queue for queue in simulated.place.show("queues")["queues"]}
    agents = simulated.place.show("agents")["agents"]
    of_queue: dict[str, list[str]] = defaultdict(list)
    for agent in agents:
        for queue in agent["queues"]:
            of_queue[queue].append(agent["state"])
    for id_, queue in queues.items():
        states = Counter(of_queue[id_])
        shown = queue["agents"]
        assert shown["staffed"] == states.total() - states["logged_off"] - states["unknown"]
        assert shown["busy"] == states["busy"] + states["on_hold"]
        for state in ("ready", "ringing", "working_after_contact", "not_ready", "unreachable"):
            assert shown[state] == states[state], (id_, state)
    immediate = {
        id_
        for id_, queue in queues.items()
        if queue["channel"] in {"voice", "chat"} and queue["direction"] == "inbound"
    }
    mine = Counter(agent["state"] for agent in agents if immediate & set(agent["queues"]))
    at_hand = mine.total() - mine["logged_off"] - mine["unknown"] - mine["unreachable"]
    several = sum(queues[id_]["agents"]["staffed"] for id_ in immediate)
    assert several > at_hand or not at_hand, "nobody serves two queues: nothing is proved"
    _, second, *_rest = simulated.place.told("show", "queues").splitlines()
    found = re.search(r"ready (\d+) of (\d+)", second)
    assert found, second
    assert (int(found[1]), int(found[2])) == (mine["ready"], at_hand)


def test_history_has_every_contact_of_the_ledger(simulated: Truth) -> None:
    assert_history_equal(simulated)


def test_history_has_every_segment_of_the_ledger(simulated: Truth) -> None:
    assert_segments_equal(simulated)


def assert_history_equal(truth: Truth) -> None:
    with closing(HistoryReader.open(truth.place.files.history)) as reader:
        kept = reader.contacts(*ALWAYS)
    shown = {
        (each.id, each.leg + 1): (
            each.queue,
            each.outcome,
            each.queued_at,
            each.answered_at,
            each.ended_at,
            each.agent,
        )
        for each in kept
    }
    assert len(shown) == len(kept)
    true: dict[tuple[str, int], object] = {}
    for call in truth.calls:
        over = call.ended_at is not None
        outcome = call.outcome if over else None
        who = (call.ended_at, call.agent)
        came = (call.queue, outcome, call.queued_at, call.answered_at)
        true[call.contact, call.leg] = (*came, *who)
    wrong = {key for key in true.keys() | shown.keys() if true.get(key) != shown.get(key)}
    assert not {key: (true.get(key), shown.get(key)) for key in sorted(wrong)[:5]}


def assert_segments_equal(truth: Truth) -> None:
    mine: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for each in truth.segments:
        mine[each.agent].append((each.from_at, each.to_at, each.state, each.reason))
    with closing(HistoryReader.open(truth.place.files.history)) as reader:
        for agent, segments in mine.items():
            kept = reader.segments("main", "pbx", agent, *ALWAYS)
            assert [(one.start, one.end, one.state, one.reason) for one in kept] == segments, agent


# A recorded day


@pytest.mark.shared
def test_a_replayed_day_is_the_ledgers_and_the_files(replayed: Truth) -> None:
    queues = assert_queues_equal(replayed)
    shown = {queue["id"]: tuple(queue[name] for name in COUNTED) for queue in queues}
    assert shown == counted_in_file({queue["id"]: queue["threshold_s"] for queue in queues})
    assert all(agent["state"] == "logged_off" for agent in replayed.place.show("agents")["agents"])


@pytest.mark.shared
def test_calls_after_closing_time_are_replayed_too(replayed: Truth) -> None:
    closing_ms = instant(f"{datetime.now(UTC):%Y-%m-%d}T19:00:00Z")
    assert any(call.queued_at > closing_ms for call in replayed.calls)
    assert all(call.ended_at is not None for call in replayed.calls)


@pytest.mark.shared
def test_history_has_every_replayed_contact(replayed: Truth) -> None:
    assert_history_equal(replayed)


def counted_in_file(thresholds: dict[str, int]) -> dict[str, tuple[int, ...]]:
    """By queue, straight from the file: what was offered, and what became of it."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(COUNTED))
    with BANK.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            is_answered = row["outcome"] == "AGENT"
            if not is_answered and not (row["outcome"] == "HANG" and row["q_start"]):
                continue
            day = date.fromisoformat(row["date"])
            if (row["q_start"] or row["ser_start"]) < "01" and row["vru_entry"] > "23":
                day += timedelta(days=1)  # entered its queue after midnight
            if day.isoformat() != BANK_DAY:
                continue
            wait = int(row["q_time"]) if row["q_start"] else 0
            within = wait <= thresholds[row["type"]]
            true = (True, is_answered, is_answered and within)
            lost = (not is_answered, not is_answered and within, not is_answered and wait < 5)
            for place, one in enumerate((*true, *lost)):
                counts[row["type"]][place] += one
    return {queue: tuple(each) for queue, each in counts.items()}
