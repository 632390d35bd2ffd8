"""Asterisk's queue_log, counted: corners line by line, rubbish, and a recorded log recounted."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.call_counts import CallCounter, Leaving, Limits, Recent, Stage
from data.rules.service_level import Formula, service_level
from data.sources.asterisk.queue_log import LONGEST_LINE, LogKind, count_log, log_lines, parse_line

LOG = Path(__file__).parents[2].parent / "shared" / "asterisk" / "queue_log"
START = 1_795_295_000


def counted(*lines: str, most_calls: int = 1000, **how: object) -> tuple[CallCounter, int]:
    """Count lines, each written as `second call queue agent event|data...`."""
    counter = CallCounter(most_calls=most_calls, **how)
    text = "".join(f"{written(line)}\n" for line in lines)
    return counter, count_log(io.BytesIO(text.encode()), counter)


def written(line: str) -> str:
    if line.count(" ") < 4:
        return line
    second, call, queue, agent, event = line.split(" ", 4)
    return f"{START + int(second)}|{call}|{queue}|{agent.replace('_', ' ')}|{event}"


def figures(counter: CallCounter, queue: str) -> dict[str, int]:
    """What is not zero."""
    tally = counter.queues[queue]
    return {name: value for name in tally.__struct_fields__ if (value := getattr(tally, name))}


def test_a_call_that_is_answered_and_one_that_hangs_up() -> None:
    counter, skipped = counted(
        "0 c1 sales NONE ENTERQUEUE||+49|1|Jane",
        "1 c2 sales NONE ENTERQUEUE||+49|2",
        "7 c1 sales Ann_Lee CONNECT|7|c1a|3",
        "9 c2 sales NONE ABANDON|1|2|8",
        "40 c1 sales Ann_Lee COMPLETECALLER|7|33|1",
    )
    assert skipped == 0
    assert figures(counter, "sales") == {
        "offered": 2,
        "answered": 1,
        "answered_within": 1,
        "abandoned": 1,
        "abandoned_within": 1,
        "wait_s": 7,
        "talk_s": 33,
        "longest_wait_s": 8,
        "wait_abandoned_s": 8,
    }
    assert counter.agents["Ann Lee"].answered == 1
    assert counter.agents["Ann Lee"].talk_s == 33


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("EXITWITHTIMEOUT|1|1|30", "timed_out"),
        ("EXITEMPTY|1|1|30", "left_empty"),
        ("EXITWITHKEY|5|1|1|30", "left_by_key"),
        ("WITHDRAW|1|1|30|callback", "withdrawn"),
    ],
)
def test_leaving_otherwise_is_no_abandon(event: str, name: str) -> None:
    counter, skipped = counted("0 c1 sales NONE ENTERQUEUE", f"30 c1 sales NONE {event}")
    assert (figures(counter, "sales"), skipped) == (
        {"offered": 1, name: 1, "longest_wait_s": 30},
        0,
    )


def test_leaving_counts_where_an_older_server_tells_no_wait() -> None:
    counter, skipped = counted(
        "0 c1 sales NONE ENTERQUEUE",
        "9 c1 sales NONE EXITWITHTIMEOUT|1",
        "10 c1 sales NONE EXITWITHKEY|5|1",
    )
    assert figures(counter, "sales") == {"offered": 1, "timed_out": 1, "left_by_key": 1}
    assert skipped == 0


def test_limits_are_met_at_the_threshold_and_missed_at_the_short_one() -> None:
    waits = (4, 5, 20, 21)
    lines = [f"0 a{wait} sales NONE ABANDON|1|1|{wait}" for wait in waits]
    lines += [f"0 c{wait} sales Ann CONNECT|{wait}|x|1" for wait in waits]
    counter, _skipped = counted(*lines)
    tally = counter.queues["sales"]
    assert (tally.abandoned_short, tally.abandoned_within, tally.answered_within) == (1, 3, 3)
    counter, _skipped = counted(*lines, limits=Limits(4.5, 21))
    tally = counter.queues["sales"]
    assert (tally.abandoned_short, tally.abandoned_within, tally.answered_within) == (3, 1, 1)


def test_a_queue_may_have_limits_of_its_own() -> None:
    lines = [f"30 {queue} {queue} Ann CONNECT|25|x|1" for queue in ("sales", "claims")]
    counter, _skipped = counted(*lines, by_queue={"claims": Limits(30)})
    assert counter.queues["sales"].answered_within == 0
    assert counter.queues["claims"].answered_within == 1


def test_a_call_that_comes_back_is_offered_twice_and_answered_once() -> None:
    counter, _skipped = counted(
        "0 c1 sales NONE ENTERQUEUE",
        "9 c1 sales Ann CONNECT|9|x|1",
        "20 c1 sales Ann BLINDTRANSFER|sales|inbound|9|11|1",
        "20 c1 sales NONE ENTERQUEUE",
        "50 c1 sales Bo CONNECT|30|x|1",
        "60 c1 sales Bo COMPLETEAGENT|30|10|1",
    )
    assert figures(counter, "sales") == {
        "offered": 2,
        "answered": 1,
        "answered_within": 1,
        "wait_s": 9,
        "talk_s": 10,
        "longest_wait_s": 9,
    }
    assert {name: one.answered for name, one in counter.agents.items()} == {"Ann": 1, "Bo": 0}


def test_a_call_that_goes_on_to_another_queue_is_offered_and_answered_there() -> None:
    counter, _skipped = counted(
        "0 c1 sales NONE ENTERQUEUE",
        "9 c1 sales Ann CONNECT|9|x|1",
        "20 c1 sales Ann ATTENDEDTRANSFER|claims|inbound|9|11|1",
        "20 c1 claims NONE ENTERQUEUE",
        "25 c1 claims Bo CONNECT|5|x|1",
    )
    assert figures(counter, "sales")["answered"] == 1
    assert figures(counter, "sales").get("talk_s", 0) == 0  # of talks that were completed only
    assert figures(counter, "claims")["answered"] == 1
    assert counter.stage("c1", "sales") is Stage.ENDED
    assert counter.stage("c1", "claims") is Stage.ANSWERED


def test_a_call_that_is_put_out_and_comes_back_is_answered() -> None:
    counter, _skipped = counted(
        "0 c1 sales NONE ENTERQUEUE",
        "9 c1 sales NONE EXITWITHTIMEOUT|1|1|9",
        "10 c1 sales NONE ENTERQUEUE",
        "12 c1 sales Ann CONNECT|2|x|1",
    )
    tally = counter.queues["sales"]
    assert (tally.offered, tally.answered, tally.timed_out) == (2, 1, 1)


def test_calls_begun_before_the_log_count_from_where_it_begins() -> None:
    counter, skipped = counted(
        "0 c1 sales Ann COMPLETEAGENT|100|1000|1",
        "1 c2 sales Ann CONNECT|60|x|1",
        "2 c3 sales NONE ABANDON|1|1|70",
        interval_s=900,
    )
    assert skipped == 0
    assert figures(counter, "sales") == {
        "answered": 1,
        "abandoned": 1,
        "wait_s": 60,
        "talk_s": 1000,
        "longest_wait_s": 70,
        "wait_abandoned_s": 70,
    }
    assert service_level(counter.queues["sales"].counts(), Formula.OFFERED) is None
    # Each counts where it must have entered: 1100 s, 60 s and 70 s before what is told.
    begins = {(START - 1100) // 900 * 900, (START - 59) // 900 * 900, (START - 68) // 900 * 900}
    assert set(counter.intervals["sales"]) == {at * 1000 for at in begins}


def test_all_of_a_call_counts_in_the_interval_in_which_it_entered() -> None:
    counter, _skipped = counted(
        "0 c1 sales NONE ENTERQUEUE",
        "1000 c1 sales Ann CONNECT|1000|x|1",
        "3000 c1 sales Ann COMPLETEAGENT|1000|2000|1",
        "3001 c2 sales NONE ENTERQUEUE",
        interval_s=900,
    )
    first, second = (counter.intervals["sales"][at] for at in sorted(counter.intervals["sales"]))
    assert (first.offered, first.answered, first.wait_s, first.talk_s) == (1, 1, 1000, 2000)
    assert (second.offered, second.answered) == (1, 0)


def test_lines_about_members_pauses_and_the_server_make_no_queue() -> None:
    counter, skipped = counted(
        "0 NONE NONE NONE QUEUESTART|",
        "0 NONE NONE NONE CONFIGRELOAD|",
        "0 MANAGER sales Ann ADDMEMBER|PAUSED|",
        "1 NONE sales Ann PAUSE|Lunch",
        "2 c1 sales Ann RINGNOANSWER|12000",
        "2 c1 sales Ann RINGCANCELED|120",
        "3 c1 claims Ann MYOWNEVENT|whatever|2|3",
    )
    assert (counter.queues, counter.agents, skipped) == ({}, {}, 0)


@pytest.mark.parametrize(
    "line",
    [
        *("", " ", "Event: Forged", "Injected: yes|a|b|c|d", "|||||", "1|2|3|4", "1|2|3|4|"),
        *("-1|c1|sales|NONE|ENTERQUEUE|", "1e9|c1|sales|NONE|ENTERQUEUE|"),
        *("99999999999|c1|sales|NONE|ENTERQUEUE|", "١٢٣|c1|sales|NONE|ENTERQUEUE|"),
        *("1|NONE|sales|NONE|ENTERQUEUE|", "1||sales|NONE|ENTERQUEUE|", "1|c1|NONE|A|CONNECT|1"),
        *("1|c1|sales|Ann|CONNECT", "1|c1|sales|Ann|CONNECT|", "1|c1|sales|Ann|CONNECT|-3|x|1"),
        *("1|c1|sales|Ann|COMPLETEAGENT|3", "1|c1|sales|Ann|COMPLETECALLER|3|x|1"),
        *("1|c1|sales|NONE|ABANDON|1|1", "1|c1|sales|NONE|ABANDON|1|1|nan"),
        "1|c1|sales|NONE|ABANDON|1|1|9999999999",
    ],
)
def test_rubbish_is_skipped_and_counted(line: str) -> None:
    counter, skipped = counted(line, "0 c1 sales NONE ENTERQUEUE")
    assert skipped == 1
    assert figures(counter, "sales") == {"offered": 1}
    assert counter.agents == {}


def test_line_ends_broken_text_and_odd_names() -> None:
    lines = b"".join(
        [
            f"{START}|c1|\xff\xfe".encode("latin-1") + b"|NONE|ENTERQUEUE|\r\n",
            f"{START}|c2|<b>'&[red]|NONE|ENTERQUEUE\n".encode(),
            f"{START}|c3|a\x1b[31m\u202eb|NONE|ENTERQUEUE|\n".encode(),
            b"\x00\x00\x00\n",
            f"{START}|c4|sales|Chloé 김|CONNECT|3|x|1".encode(),
        ]
    )
    counter = CallCounter()
    assert count_log(io.BytesIO(lines), counter) == 1
    assert sorted(counter.queues) == sorted(["\ufffd\ufffd", "<b>'&[red]", "a\ufffd[31mb", "sales"])
    assert list(counter.agents) == ["Chloé 김"]


def test_a_line_without_end_takes_no_memory_and_is_one_line_of_rubbish() -> None:
    good = written("0 c1 sales NONE ENTERQUEUE").encode()
    for length in (LONGEST_LINE - 1, LONGEST_LINE, LONGEST_LINE + 1, 5 * LONGEST_LINE):
        lines = [*log_lines(io.BytesIO(b"7" * length + b"\n" + good + b"\n"))]
        assert len(lines) == 2
        assert max(map(len, lines)) < LONGEST_LINE
        assert lines[1] == good


@given(st.binary(max_size=200))
def test_no_line_is_too_odd(line: bytes) -> None:
    event = parse_line(line)
    if event is not None and event.kind is LogKind.CONNECT:
        assert event.call
        assert event.wait_s is not None


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from(("sales", "claims")),
            st.sampled_from(("enter", "answer", "leave", "complete")),
            st.integers(0, 40),
        ),
        max_size=40,
    )
)
def test_intervals_and_agents_add_up_to_their_queues(
    told: list[tuple[str, str, str, int]],
) -> None:
    counter = CallCounter(interval_s=60)
    for second, (call, queue, what, wait_s) in enumerate(told):
        at = (START + 30 * second) * 1000
        if what == "enter":
            counter.entered(call, queue, at)
        elif what == "answer":
            counter.answered(call, queue, "Ann", at, wait_s)
        elif what == "leave":
            counter.left(call, queue, at, Leaving.ABANDONED, wait_s)
        else:
            counter.completed(call, queue, "Ann", at, (wait_s, wait_s))
    for queue, whole in counter.queues.items():
        spans = counter.intervals[queue].values()
        for name in whole.__struct_fields__:
            join = max if name == "longest_wait_s" else sum
            assert join(getattr(one, name) for one in spans) == getattr(whole, name)
    wholes = counter.queues.values()
    answers = {(call, queue) for call, queue, what, _wait in told if what == "answer"}
    assert sum(one.answered for one in wholes) == len(answers)
    assert sum(one.answered for one in counter.agents.values()) == len(answers)
    assert sum(one.talk_s for one in counter.agents.values()) == sum(one.talk_s for one in wholes)


def test_what_is_remembered_of_calls_is_bounded() -> None:
    kept: Recent[int] = Recent(10)
    for number in range(1000):
        kept.put(str(number), number)
        assert kept.get(str(max(0, number - 9))) is not None
    assert sum(kept.get(str(number)) is not None for number in range(1000)) <= 20


@pytest.mark.shared
def test_a_recorded_log_is_counted_as_its_lines_say() -> None:
    """Recounted by other means: every line split by hand, in one pass over a list."""
    if not LOG.exists():
        pytest.skip(f"{LOG} is not there")
    rows = [line.split("|") for line in LOG.read_text(encoding="utf-8").splitlines()]
    counter = CallCounter()
    with LOG.open("rb") as log:
        assert count_log(log, counter) == 0
    seen = Counter((row[2], row[4]) for row in rows)
    for name, tally in counter.queues.items():
        answers = {row[1]: int(row[5]) for row in rows if row[4] == "CONNECT" and row[2] == name}
        assert tally.offered == seen[name, "ENTERQUEUE"]
        assert (tally.answered, tally.wait_s) == (len(answers), sum(answers.values()))
        assert tally.answered_within == sum(wait <= 20 for wait in answers.values())
        assert tally.abandoned == seen[name, "ABANDON"]
        assert tally.withdrawn == seen[name, "WITHDRAW"]
        assert tally.offered == tally.answered + tally.abandoned + tally.withdrawn
    assert sorted(counter.queues) == ["complaints", "sales", "support"]
    talks = Counter[str]()
    for row in rows:
        if row[4].startswith("COMPLETE"):
            talks[row[3]] += int(row[6])
    assert {name: one.talk_s for name, one in counter.agents.items()} == talks
