"""States of agents are packed into rows, a call into one, and come out as they were told."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.cache.history_model import STATE_CODES, Segment
from data.cache.history_pieces import COLUMNS, pieces, pieces_of
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter, Step
from data.files import FloorFiles
from data.model import AgentState, Kind
from tests.data.files_support import SITE, SOURCE, T0, make_agent, make_contact

S = 1000
NOBODYS = {AgentState.READY, AgentState.NOT_READY, AgentState.LOGGED_OFF, AgentState.UNREACHABLE}


@pytest.fixture
def history(tmp_path):
    history = HistoryWriter.open(FloorFiles(tmp_path))
    contacts = [make_contact(name, queue="q1", created_at=T0) for name in ("c1", "c2")]
    history.add(SITE, SOURCE, [Step(T0, Kind.CONTACT, one.id, None, one) for one in contacts])
    yield history
    history.close()


def does(at: int, state: AgentState, contact: str = "", reason: str = "", since: int | None = None):
    began = T0 + (at if since is None else since) * S
    agent = make_agent("a1", state=state, since=began, contact=contact or None, reason=reason)
    return Step(T0 + at * S, Kind.AGENT, "a1", None, agent)


def goes(at: int) -> Step:
    return Step(T0 + at * S, Kind.AGENT, "a1", None, None)


def told(history: HistoryWriter, start: int = 0, end: int = 2**40) -> list[tuple[object, ...]]:
    found = history.segments(SITE, SOURCE, "a1", T0 + start * S, T0 + end * S)
    return [plain(one) for one in found]


def plain(one: Segment) -> tuple[object, ...]:
    end = None if one.end is None else (one.end - T0) // S
    return (one.start - T0) // S, end, one.state, one.reason, one.contact


def rows(history: HistoryWriter) -> list[tuple[object, ...]]:
    return history.file.connection.execute("SELECT * FROM segment ORDER BY from_ms").fetchall()


CALL = [
    does(0, AgentState.READY),
    does(5, AgentState.RINGING, "c1"),
    does(8, AgentState.BUSY, "c1"),
    does(40, AgentState.WORKING_AFTER_CONTACT),
]


def test_a_call_is_one_row_and_the_next_begins_another(history: HistoryWriter) -> None:
    history.add(SITE, SOURCE, CALL)
    assert len(rows(history)) == 1
    history.add(SITE, SOURCE, [does(60, AgentState.READY)])
    assert len(rows(history)) == 2
    assert told(history) == [
        (0, 5, "ready", "", ""),
        (5, 8, "ringing", "", "c1"),
        (8, 40, "busy", "", "c1"),
        (40, 60, "working_after_contact", "", "c1"),
        (60, None, "ready", "", ""),
    ]
    assert [one[2] for one in told(history, 8, 40)] == ["busy"]


def test_a_contact_that_is_named_later_and_another_one_after_it(history: HistoryWriter) -> None:
    history.add(SITE, SOURCE, [does(0, AgentState.READY), does(5, AgentState.BUSY)])
    history.add(SITE, SOURCE, [does(6, AgentState.BUSY, "c1", since=5)])
    assert len(rows(history)) == 1
    history.add(SITE, SOURCE, [does(9, AgentState.WORKING_AFTER_CONTACT, "c2")])
    assert told(history) == [
        (0, 5, "ready", "", ""),
        (5, 9, "busy", "", "c1"),
        (9, None, "working_after_contact", "", "c2"),
    ]


def test_what_was_told_before_somebody_went_is_not_told_again(history: HistoryWriter) -> None:
    """A process that ends between history and cache reads the same page again."""
    history.add(SITE, SOURCE, [*CALL, goes(50)])
    before = rows(history)
    history.add(SITE, SOURCE, [does(8, AgentState.BUSY, "c1", since=8), *CALL[3:], goes(50)])
    assert rows(history) == before
    history.add(SITE, SOURCE, [does(70, AgentState.READY)])
    assert [one[:3] for one in told(history)][-2:] == [
        (40, 50, "working_after_contact"),
        (70, None, "ready"),
    ]


def test_somebody_who_was_not_gone_after_all_goes_on(history: HistoryWriter) -> None:
    history.add(SITE, SOURCE, [does(0, AgentState.READY), goes(50)])
    history.add(SITE, SOURCE, [does(60, AgentState.READY, since=0)])
    assert told(history) == [(0, None, "ready", "", "")]


@st.composite
def days(draw: st.DrawFn) -> list[tuple[AgentState, str, str]]:
    found: list[tuple[AgentState, str, str]] = []
    for state in draw(st.lists(st.sampled_from(list(AgentState)), min_size=1, max_size=25)):
        contact = draw(st.sampled_from(("", "c1", "c2")))
        reason = draw(st.sampled_from(("", "", "", "break")))
        doing = (state, reason, contact if state not in NOBODYS or draw(st.booleans()) else "")
        if not found or found[-1] != doing:
            found.append(doing)
    return found


@settings(max_examples=60, deadline=None)
@given(days(), st.randoms(use_true_random=False))
def test_whatever_follows_what_it_comes_out_as_told(
    tmp_path_factory: pytest.TempPathFactory, day: list[tuple[AgentState, str, str]], chance
) -> None:
    files = FloorFiles(tmp_path_factory.mktemp("pieces"))
    history = HistoryWriter.open(files)
    known = [make_contact(name, queue="q1", created_at=T0) for name in ("c1", "c2")]
    history.add(SITE, SOURCE, [Step(T0, Kind.CONTACT, one.id, None, one) for one in known])
    starts = sorted(chance.sample(range(1000), len(day)))
    steps = [
        does(at, state, contact, reason)
        for at, (state, reason, contact) in zip(starts, day, strict=True)
    ]
    while steps:
        page = chance.randint(1, len(steps))
        history.add(SITE, SOURCE, steps[:page])
        del steps[:page]
        if chance.random() < 0.2:
            history.close()
            history = HistoryWriter.open(files)
    expected: list[tuple[object, ...]] = []
    for at, end, (state, reason, contact) in zip(starts, [*starts[1:], None], day, strict=True):
        mine = contact
        if state is AgentState.WORKING_AFTER_CONTACT and not contact and expected:
            mine = str(expected[-1][4]) if expected[-1][2] not in NOBODYS | {"unknown"} else ""
        expected.append((at, end, state, reason, mine))
    assert told(history) == expected
    history.close()
    with closing(HistoryReader.open(files.history)) as reader:
        start, end = sorted(chance.sample(range(1100), 2))
        for state in AgentState:
            spent = sum(
                max(0, min(end if until is None else until, end) - max(at, start))
                for at, until, what, *_ in expected
                if what is state
            )
            heads = reader.heads(SITE, [state], T0 + start * S, T0 + end * S)
            is_known = any(at <= start for at in starts)
            assert heads == (pytest.approx(spent / (end - start)) if is_known else None)


def test_rows_are_taken_apart_alike_by_sql() -> None:
    chance = random.Random(3)
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE segment ({COLUMNS})")
    told: list[tuple[object, ...]] = []
    for at in range(0, 90_000, 1000):
        begun = sorted(chance.sample(range(1, 900), 3))
        later = [one if chance.random() < 0.6 else None for one in begun]
        length = None if chance.random() < 0.2 else 950
        row = (at, length, chance.choice(list(STATE_CODES.values())), 7, 9, *later)
        connection.execute("INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        told += [
            (one.state, one.reason, one.start, 10**9 if one.end is None else one.end)
            for one in pieces(*row)
        ]
    found = connection.execute(pieces_of("from_ms >= 0", f"{10**9}")).fetchall()
    connection.close()
    assert sorted(found) == sorted(told)
