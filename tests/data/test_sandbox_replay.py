"""Replays: recorded calls give the counters that a count of the file gives, by other means."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data import contract
from data.errors import Code, FloorError
from data.model import AgentState
from data.recorded.call_map import CallFileError, load_map
from data.sandbox.build import build_simulation
from data.sandbox.recorded import read_day
from tests.data.sandbox_helpers import DAY, MemorySink, assert_counts_match, options

HERE = Path(__file__).parent
MAP = HERE / "maps" / "anonymous_bank.toml"
BANK = HERE.parents[2] / "shared" / "calls" / "anonymous_bank_1999-08-01_14.csv"
DAY_MS = 86_400_000

SMALL_MAP = """
[columns]
id = "id"
date = "date"
queue = "queue"
queued = "queued"
wait = "wait"
outcome = "outcome"
answered = "served"
service = "service"
agent = "agent"
caller = "number"
[outcomes]
answered = ["yes"]
abandoned = ["no"]
ignored = ["test"]
"""
SMALL = """id,date,queue,queued,wait,outcome,served,service,agent,number
1,2020-03-02,help,09:00:00,20,yes,09:00:20,100,ann,0401234912
2,2020-03-02,help,09:00:05,21,yes,09:00:26,60,bob,0401230000
3,2020-03-02,help,09:00:10,4,no,,0,,0401234912
4,2020-03-02,help,,0,no,,0,,
5,2020-03-02,help,,0,yes,09:10:00,30,,
6,2020-03-02,help,09:20:00,1,test,,0,,
7,2020-03-02,help,09:20:00,-3,yes,09:20:00,10,ann,
8,2020-03-02,help,9 o'clock,3,yes,,10,ann,
9,2020-03-02,help,09:30:00,3,perhaps,,10,ann,
10,2020-03-02,help,09:40:00,0,yes,09:40:00,500,ann,
11,2020-03-02,help,09:41:00,0,yes,09:41:00,10,ann,
11,2020-03-02,help,09:41:30,600,no,,0,,
12,2020-03-03,help,09:41:30,600,no,,0,,
"""


@pytest.fixture
def small(tmp_path):
    def make(rows=SMALL, mapping=SMALL_MAP, **more):
        (tmp_path / "calls.csv").write_text(rows, encoding="utf-8")
        (tmp_path / "map.toml").write_text(mapping, encoding="utf-8")
        sink = MemorySink(keep=True)
        chosen = options(replay=tmp_path / "calls.csv", map_file=tmp_path / "map.toml", **more)
        return build_simulation(chosen, sink), sink

    return make


def test_a_small_file_is_counted_as_recorded(small):
    floor, sink = small()
    floor.advance(floor.now() + DAY_MS)
    counts = sink.of("queue")["help"].day
    assert (counts.offered, counts.answered, counts.abandoned) == (7, 5, 2)
    assert counts.answered_within == 4  # 20 s is within 20 s, 21 s is not
    assert (counts.abandoned_within, counts.abandoned_short) == (1, 1)
    assert (counts.wait_answered_s, counts.wait_abandoned_s) == (41.0, 604.0)
    assert (counts.talk_s, counts.longest_wait_s) == (700.0, 600.0)
    assert floor.recorded.rubbish == 3
    assert_counts_match(sink, floor.ledger())
    assert not sink.of("contact")


def test_an_agent_with_two_calls_at_once_is_busy_until_the_last_is_over(small):
    floor, _ = small()
    floor.advance(floor.now() + DAY_MS)
    states = [s.state for s in floor.segments() if s.agent == "ann"]
    busy, ready, off = AgentState.BUSY, AgentState.READY, AgentState.LOGGED_OFF
    assert states == [off, busy, ready, busy, busy, busy, off]


def test_the_same_caller_is_recognised_and_no_more_than_four_digits_are_shown(small):
    floor, _ = small()
    floor.advance(contract.to_ms(datetime(2026, 11, 18, 9, 1, tzinfo=ZoneInfo("Europe/Berlin"))))
    keys = {call.contact: call.caller_key for call in floor.ledger()}
    assert keys["1"] == keys["3"] != keys["2"]
    assert "0401" not in keys["1"]


def test_local_times_stay_and_the_day_moves(small):
    zone = ZoneInfo("Australia/Sydney")
    floor, _ = small(day=date(2026, 10, 5), zone="Australia/Sydney")
    floor.advance(floor.now() + DAY_MS)
    first = contract.from_ms(floor.ledger()[0].queued_at).astimezone(zone)
    assert f"{first:%Y-%m-%d %H:%M:%S}" == "2026-10-05 09:00:00"


def test_a_day_can_be_chosen_and_otherwise_is_the_busiest(small):
    floor, _ = small()
    assert floor.recorded.day == "2020-03-02"
    floor, _ = small(mapping='day = "2020-03-03"\n' + SMALL_MAP)
    assert floor.recorded.day == "2020-03-03"
    assert len(floor.recorded.calls) == 1


@pytest.mark.parametrize(
    ("mapping", "line", "field"),
    [
        ("day = 3\n" + SMALL_MAP, 1, "day"),
        (SMALL_MAP.replace('wait = "wait"\n', ""), 2, "columns.wait"),
        (SMALL_MAP.replace('wait = "wait"', 'wait = "q_time"'), 7, "columns.wait"),
        (SMALL_MAP.replace('wait = "wait"', "wait = [1]"), 7, "columns.wait"),
        (SMALL_MAP.replace('wait = "wait"', 'wait = "wait'), 7, ""),
        (SMALL_MAP + "outcome = 3\n", 17, "outcomes.outcome"),
        (SMALL_MAP + "[queue.help]\nthreshold_s = -1\n", 18, "queue[...].threshold_s"),
        ('day = "1999-01-01"\n' + SMALL_MAP, 0, "day"),
    ],
)
def test_a_wrong_map_says_where_and_what(small, mapping, line, field):
    with pytest.raises(CallFileError) as caught:
        small(mapping=mapping)
    error = caught.value
    assert isinstance(error, FloorError)
    assert error.code is Code.INVALID_FIELD
    assert (error.params["line"], error.params["field"]) == (line, field)
    assert error.params["expected"]
    assert str(error.params["file"]).endswith(("map.toml", "calls.csv"))


def test_missing_files_are_said_to_be_missing(tmp_path):
    with pytest.raises(CallFileError) as caught:
        load_map(tmp_path / "none.toml")
    assert caught.value.params["file"] == str(tmp_path / "none.toml")
    (tmp_path / "map.toml").write_text(SMALL_MAP, encoding="utf-8")
    with pytest.raises(CallFileError) as caught:
        read_day(tmp_path / "none.csv", load_map(tmp_path / "map.toml"), tmp_path / "map.toml")
    assert caught.value.params["file"] == str(tmp_path / "none.csv")


def test_the_day_is_over_when_the_last_call_is_not_when_the_doors_close(small):
    floor, _ = small()
    assert floor.day_over() == options().closing
    row = "20,2020-03-02,help,23:59:00,10,yes,23:59:10,3600,ann,\n"
    floor, sink = small(rows=SMALL + row)
    floor.advance(floor.day_over() - 1)
    assert sink.of("contact")["20"].state == "connected"
    floor.advance(floor.day_over())
    assert sink.of("contact")["20"].state == "ended"


def test_hostile_cells_are_cleaned(small):
    row = '"\x1b[31m1",2020-03-02,"a\x1b]0;x\x07b",09:00:00,1,yes,09:00:01,5,"\u202eann",\n'
    floor, sink = small(rows=SMALL.splitlines()[0] + "\n" + row)
    floor.advance(floor.now() + DAY_MS)
    told = "".join(f"{entity}{data}" for _, puts in sink.commits for _, entity, data in puts)
    assert not {"\x1b", "\x07", "\u202e"} & set(told)


def bank_days():
    """By day and queue, counted with nothing of the project's: offered, answered, ..."""
    days = defaultdict(lambda: defaultdict(lambda: [0, 0, 0, 0, 0, 0]))
    with BANK.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["outcome"] == "PHANTOM" or (row["outcome"] == "HANG" and not row["q_start"]):
                continue
            day = date.fromisoformat(row["date"])
            if (row["q_start"] or row["ser_start"] or "x") < "01" and row["vru_entry"] > "23":
                day += timedelta(days=1)
            wait = int(row["q_time"]) if row["q_start"] else 0
            answered = row["outcome"] == "AGENT"
            one = days[day.isoformat()][row["type"]]
            for place, value in enumerate(
                (
                    1,
                    answered,
                    answered and wait <= 20,
                    not answered,
                    not answered and wait <= 20,
                    not answered and wait < 5,
                )
            ):
                one[place] += value
    return days


@pytest.mark.shared
@pytest.mark.parametrize(
    "day", ["1999-08-02", "1999-08-07", "1999-08-08", "1999-08-09", "1999-08-11"]
)
def test_a_real_day_is_counted_as_its_file_says(day, tmp_path):
    if not BANK.exists():
        pytest.skip(f"{BANK} is not there")
    mapping = tmp_path / "map.toml"
    mapping.write_text(f'day = "{day}"\n' + MAP.read_text(encoding="utf-8"), encoding="utf-8")
    sink = MemorySink()
    floor = build_simulation(options(replay=BANK, map_file=mapping), sink)
    floor.advance(floor.now() + 2 * DAY_MS)
    assert floor.recorded.rubbish == 0
    served = {
        name: [
            queue.day.offered,
            queue.day.answered,
            queue.day.answered_within,
            queue.day.abandoned,
            queue.day.abandoned_within,
            queue.day.abandoned_short,
        ]
        for name, queue in sink.of("queue").items()
    }
    assert served == dict(bank_days()[day])
    assert_counts_match(sink, floor.ledger())
    assert all(agent.state == "agentNull" for agent in sink.of("agent").values())


@pytest.mark.shared
def test_half_a_real_day_is_consistent_too():
    if not BANK.exists():
        pytest.skip(f"{BANK} is not there")
    sink = MemorySink()
    floor = build_simulation(options(replay=BANK, map_file=MAP), sink)
    floor.advance(options(day=DAY).instant("11:07"))
    assert any(queue.contacts_waiting for queue in sink.of("queue").values())
    assert_counts_match(sink, floor.ledger())
