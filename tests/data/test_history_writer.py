"""What happened is kept once, however it was told: segments, contacts, counts, events."""

from __future__ import annotations

import sqlite3
import zlib
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.cache.history_model import ExtraKind, FindQuery, Outcome
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import KEYFRAME_EVERY_MS, TABLES, HistoryWriter, Step
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.model import (
    AgentDay,
    AgentState,
    Alert,
    ContactState,
    Counts,
    Escalation,
    EscalationEvent,
    Interval,
    Kind,
)
from tests.data.files_support import SITE, SOURCE, T0, make_agent, make_contact, make_queue

S = 1000


@pytest.fixture
def files(tmp_path):
    return FloorFiles(tmp_path)


@pytest.fixture
def history(files):
    history = HistoryWriter.open(files)
    yield history
    history.close()


@pytest.fixture
def reader(files, history):
    reader = HistoryReader.open(files.history)
    yield reader
    reader.close()


def agent_step(at: int, state: AgentState, contact: str | None = None, **more) -> Step:
    """Seconds after T0; the state begins when it is told unless `since` says otherwise."""
    since = T0 + more.pop("since", at) * S
    agent = make_agent("a1", name="Ivy", state=state, since=since, contact=contact, **more)
    return Step(T0 + at * S, Kind.AGENT, "a1", None, agent)


def contact_step(at: int, state: ContactState, queue: str = "q1", **more) -> Step:
    for name in ("queued_at", "answered_at"):
        if more.get(name) is not None:
            more[name] = T0 + more[name] * S
    fields = {"queue": queue, "state": state, "state_since": T0 + at * S, "created_at": T0}
    contact = make_contact("c1", **fields | {"queued_at": T0} | more)
    return Step(T0 + at * S, Kind.CONTACT, "c1", None, contact)


def gone(at: int, kind: Kind, entity: str) -> Step:
    return Step(T0 + at * S, kind, entity, None, None)


def tell(history: HistoryWriter, *steps: Step) -> None:
    history.add(SITE, SOURCE, steps)


def told(reader: HistoryReader) -> list[tuple[AgentState, int, int | None, str]]:
    return [
        (one.state, (one.start - T0) // S, one.end and (one.end - T0) // S, one.contact)
        for one in reader.segments(SITE, SOURCE, "a1", 0, 2**60)
    ]


def contents(files: FloorFiles) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(files.history)
    rows = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    connection.close()
    return rows


A_CALL = (
    agent_step(0, AgentState.READY),
    contact_step(1, ContactState.WAITING, caller_masked="*******4912", client="Harbour"),
    agent_step(5, AgentState.RINGING, "c1"),
    agent_step(8, AgentState.BUSY, "c1"),
    contact_step(8, ContactState.CONNECTED, agent="a1", answered_at=8),
    contact_step(20, ContactState.HELD, agent="a1", answered_at=8),
    agent_step(20, AgentState.ON_HOLD, "c1"),
    contact_step(30, ContactState.CONNECTED, agent="a1", answered_at=8, listeners=("boss",)),
    agent_step(30, AgentState.BUSY, "c1"),
    contact_step(40, ContactState.ENDED, agent="a1", answered_at=8, recording="r/1"),
    agent_step(40, AgentState.WORKING_AFTER_CONTACT),
    agent_step(55, AgentState.NOT_READY, reason="break"),
)


def test_segments_follow_one_another_and_the_last_is_open(history, reader):
    tell(history, *A_CALL)
    assert told(reader) == [
        (AgentState.READY, 0, 5, ""),
        (AgentState.RINGING, 5, 8, "c1"),
        (AgentState.BUSY, 8, 20, "c1"),
        (AgentState.ON_HOLD, 20, 30, "c1"),
        (AgentState.BUSY, 30, 40, "c1"),
        (AgentState.WORKING_AFTER_CONTACT, 40, 55, "c1"),
        (AgentState.NOT_READY, 55, None, ""),
    ]
    last = reader.segments(SITE, SOURCE, "a1", T0 + 56 * S, T0 + 57 * S)
    assert [(one.reason, one.agent_name) for one in last] == [("break", "Ivy")]


def test_a_contact_with_its_instants_and_outcome(history, reader):
    tell(history, *A_CALL)
    (leg,) = reader.life(SITE, SOURCE, "c1").legs
    assert (leg.queued_at, leg.answered_at, leg.ended_at) == (T0, T0 + 8 * S, T0 + 40 * S)
    assert (leg.outcome, leg.agent, leg.agent_name) == (Outcome.ANSWERED, "a1", "Ivy")
    assert (leg.caller_masked, leg.client) == ("*******4912", "Harbour")


def test_the_extras_of_a_contact(history, reader):
    tell(history, *A_CALL)
    extras = reader.life(SITE, SOURCE, "c1").extras
    assert [(one.kind, (one.at - T0) // S, one.who, one.text) for one in extras] == [
        (ExtraKind.HOLD, 20, "", ""),
        (ExtraKind.LISTENED, 30, "boss", ""),
        (ExtraKind.RETRIEVED, 30, "", ""),
        (ExtraKind.RECORDING, 40, "", "r/1"),
    ]


@pytest.mark.parametrize(
    ("steps", "outcome", "ended"),
    [
        ([contact_step(0, ContactState.WAITING), gone(9, Kind.CONTACT, "c1")], "abandoned", 9),
        (
            [
                contact_step(0, ContactState.RINGING, agent="a1"),
                contact_step(7, ContactState.ENDED),
                gone(9, Kind.CONTACT, "c1"),
            ],
            "abandoned",
            7,
        ),
        (
            [
                contact_step(3, ContactState.CONNECTED, agent="a1"),
                contact_step(7, ContactState.WRAPPING, agent="a1"),
                contact_step(9, ContactState.ENDED, agent="a1"),
            ],
            "answered",
            7,
        ),
        (
            [
                contact_step(0, ContactState.RINGING, queued_at=None, direction="outbound"),
                gone(4, Kind.CONTACT, "c1"),
            ],
            "other",
            4,
        ),
        ([contact_step(0, ContactState.WAITING)], None, None),
    ],
)
def test_how_a_contact_ended(history, reader, steps, outcome, ended):
    for step in steps:
        tell(history, step)
    (leg,) = reader.life(SITE, SOURCE, "c1").legs
    assert leg.outcome == outcome
    assert leg.ended_at == (None if ended is None else T0 + ended * S)


def test_a_transferred_contact_has_a_row_for_each_queue(history, reader):
    tell(
        history,
        contact_step(0, ContactState.WAITING),
        contact_step(5, ContactState.CONNECTED, agent="a1", answered_at=5),
        contact_step(30, ContactState.WAITING, "q2", answered_at=5),
        contact_step(42, ContactState.CONNECTED, "q2", agent="a2", answered_at=42),
        contact_step(60, ContactState.WAITING, "q1", answered_at=42),
        gone(70, Kind.CONTACT, "c1"),
    )
    legs = reader.life(SITE, SOURCE, "c1").legs
    assert [
        (leg.leg, leg.queue, leg.outcome, leg.agent, (leg.ended_at - leg.queued_at) // S)
        for leg in legs
    ] == [
        (0, "q1", Outcome.TRANSFERRED, "a1", 30),
        (1, "q2", Outcome.TRANSFERRED, "a2", 30),
        (2, "q1", Outcome.ABANDONED, "", 10),
    ]


@pytest.mark.parametrize("is_batch", [True, False])
@pytest.mark.parametrize("named", ["c1", None])
def test_work_after_a_contact_was_passed_on_is_of_the_queue_it_left(
    history, reader, named, is_batch
):
    steps = [
        contact_step(0, ContactState.WAITING),
        agent_step(3, AgentState.RINGING, "c1"),
        contact_step(5, ContactState.CONNECTED, answered_at=5, agent="a1"),
        agent_step(5, AgentState.BUSY, "c1"),
        contact_step(30, ContactState.WAITING, "q2", queued_at=30),
        agent_step(30, AgentState.WORKING_AFTER_CONTACT, named),
        contact_step(40, ContactState.RINGING, "q2", queued_at=30, agent="a1"),
        agent_step(40, AgentState.RINGING, "c1"),
        contact_step(45, ContactState.CONNECTED, "q2", queued_at=30, answered_at=45, agent="a1"),
        agent_step(45, AgentState.BUSY, "c1"),
    ]
    for batch in [steps] if is_batch else [[step] for step in steps]:
        tell(history, *batch)
    found = reader.segments(SITE, SOURCE, "a1", T0, T0 + 100 * S)
    assert [(one.state, one.queue) for one in found] == [
        (AgentState.RINGING, "q1"),
        (AgentState.BUSY, "q1"),
        (AgentState.WORKING_AFTER_CONTACT, "q1"),
        (AgentState.RINGING, "q2"),
        (AgentState.BUSY, "q2"),
    ]


def test_a_hand_over_between_agents_is_an_extra(history, reader):
    tell(
        history,
        contact_step(5, ContactState.CONNECTED, agent="a1", answered_at=5),
        contact_step(9, ContactState.CONNECTED, agent="a2", answered_at=5),
    )
    life = reader.life(SITE, SOURCE, "c1")
    assert [(one.kind, one.who) for one in life.extras] == [(ExtraKind.TRANSFER, "a1")]
    assert life.legs[0].agent == "a2"


def test_a_state_that_began_in_the_past_is_not_put_before_what_is_known(history, reader):
    tell(
        history,
        agent_step(10, AgentState.READY),
        agent_step(20, AgentState.NOT_READY, since=4),
        agent_step(6, AgentState.LOGGED_OFF),
    )
    assert told(reader) == [(AgentState.READY, 10, 20, ""), (AgentState.NOT_READY, 20, None, "")]


def test_an_agent_reported_busy_from_the_first_ring_on_rang_until_the_answer(history, reader):
    rings = agent_step(5, AgentState.RINGING, "c1")
    answers = agent_step(8, AgentState.BUSY, "c1", since=5)
    for _ in range(2):
        tell(history, contact_step(1, ContactState.WAITING), rings, answers)
        tell(history, agent_step(8, AgentState.BUSY, "c1"))
        assert told(reader) == [
            (AgentState.RINGING, 5, 8, "c1"),
            (AgentState.BUSY, 8, None, "c1"),
        ]


def test_what_is_corrected_in_the_instant_of_its_beginning_never_was(history, reader):
    tell(history, agent_step(5, AgentState.READY), agent_step(5, AgentState.NOT_READY))
    tell(history, agent_step(9, AgentState.NOT_READY, since=5, reason="break"))
    assert told(reader) == [(AgentState.NOT_READY, 5, None, "")]


def test_an_agent_who_is_no_longer_there(history, reader):
    tell(history, agent_step(0, AgentState.READY), gone(9, Kind.AGENT, "a1"))
    assert told(reader) == [(AgentState.READY, 0, 9, "")]
    tell(history, agent_step(20, AgentState.READY))
    assert told(reader)[1:] == [(AgentState.READY, 20, None, "")]


def test_a_contact_that_becomes_known_after_its_agent(history, reader):
    tell(history, agent_step(5, AgentState.RINGING, "c1"))
    tell(history, contact_step(5, ContactState.RINGING), agent_step(5, AgentState.RINGING, "c1"))
    assert told(reader) == [(AgentState.RINGING, 5, None, "c1")]


def test_after_a_restart_what_lasts_goes_on(files, history, reader):
    tell(history, *A_CALL[:6])
    history.close()
    again = HistoryWriter.open(files)
    again.resume(SITE, SOURCE, [step.after for step in (A_CALL[5], A_CALL[3])])
    tell(again, *A_CALL[6:])
    again.close()
    assert [row[:3] for row in told(reader)] == [
        (AgentState.READY, 0, 5),
        (AgentState.RINGING, 5, 8),
        (AgentState.BUSY, 8, 20),
        (AgentState.ON_HOLD, 20, 30),
        (AgentState.BUSY, 30, 40),
        (AgentState.WORKING_AFTER_CONTACT, 40, 55),
        (AgentState.NOT_READY, 55, None),
    ]
    assert len(reader.life(SITE, SOURCE, "c1").extras) == 4


def make_interval(number: int, offered: int) -> Interval:
    starts_at = T0 + number * 900 * S
    counts = Counts(offered=offered, answered=offered, talk_s=offered * 1.5)
    return Interval(
        site=SITE, source=SOURCE, id=f"i{number}", queue="q1", starts_at=starts_at, counts=counts
    )


def test_counts_of_intervals_and_sums_of_days(files, history):
    day, next_day = AgentDay(handled=3, talk_s=60.5), AgentDay(handled=1, talk_s=20.0)
    started = make_queue(day_started_at=T0)
    tell(
        history,
        Step(T0, Kind.QUEUE, "q1", None, started),
        Step(T0, Kind.INTERVAL, "i1", None, make_interval(1, 4)),
        Step(T0, Kind.INTERVAL, "i1", None, make_interval(1, 5)),
        agent_step(1, AgentState.READY, today=day),
        agent_step(2, AgentState.NOT_READY, today=next_day),  # before the queue says so
    )
    history.prune_step(T0 + 60 * S)
    rows = contents(files)
    assert [row[3:5] + row[13:14] for row in rows["interval"]] == [(5, 5, 7500)]
    assert [row[1:4] for row in rows["agent_day"]] == [(T0, 3, 60_500)]
    tell(
        history,
        agent_step(3, AgentState.READY, today=next_day),
        Step(T0, Kind.QUEUE, "q1", None, msgspec.structs.replace(started, day_started_at=T0 + 9)),
    )
    history.close()
    assert [row[1:4] for row in contents(files)["agent_day"]] == [
        (T0, 3, 60_500),
        (T0 + 9, 1, 20_000),
    ]


def test_events_of_complaints_and_alerts(files, history):
    taken = EscalationEvent(T0, "eva", "claimed", "I know her")
    new = Escalation(site=SITE, source=SOURCE, id="e1", reference="E-1", status="new")
    mine = msgspec.structs.replace(new, status="investigating", events=(taken,))
    done = msgspec.structs.replace(mine, status="resolved")
    alert = Alert(site=SITE, source=SOURCE, id="x1", name="trunk", raised_at=T0)
    seen = msgspec.structs.replace(alert, acknowledged_by="eva")
    steps = [
        Step(T0, Kind.ESCALATION, "e1", None, new),
        Step(T0, Kind.ESCALATION, "e1", new, mine),
        Step(T0 + 5, Kind.ESCALATION, "e1", mine, done),
        Step(T0, Kind.ALERT, "x1", None, alert),
        Step(T0 + 6, Kind.ALERT, "x1", alert, seen),
        Step(T0 + 7, Kind.ALERT, "x1", seen, None),
    ]
    for _ in range(2):
        for step in steps:
            tell(history, step)
    connection = sqlite3.connect(files.history)
    rows = connection.execute(
        "SELECT subject.label, event.at - ?, what.id, coalesce(who.id, ''), note FROM event"
        " JOIN name AS subject ON subject.n = subject JOIN name AS what ON what.n = what"
        " LEFT JOIN name AS who ON who.n = who ORDER BY subject, event.at",
        (T0,),
    ).fetchall()
    connection.close()
    assert rows == [
        ("E-1", 0, "claimed", "eva", "I know her"),
        ("E-1", 5, "resolved", "", ""),
        ("trunk", 0, "raised", "", ""),
        ("trunk", 6, "acknowledged", "eva", ""),
        ("trunk", 7, "cleared", "", ""),
    ]


def test_keyframes_are_due_each_hour(files, history):
    assert history.keyframe_due(T0)
    history.keyframe(T0, [(Kind.AGENT, make_agent()), (Kind.CONTACT, make_contact("c1"))])
    assert not history.keyframe_due(T0 + KEYFRAME_EVERY_MS - 1)
    assert history.keyframe_due(T0 + KEYFRAME_EVERY_MS)
    ((at, body),) = contents(files)["keyframe"]
    assert at == T0
    kept = msgspec.json.decode(zlib.decompress(body))
    assert [row["id"] for row in kept.pop("agent")] == ["a1"]
    assert not kept, "contacts have rows of their own"


def test_of_a_keyframe_only_the_row_is_lost_that_cannot_be_read(files, history, reader):
    history.keyframe(T0, [(Kind.AGENT, make_agent(name)) for name in ("a1", "a2", "a3")])
    ((_, body),) = contents(files)["keyframe"]
    kept = msgspec.json.decode(zlib.decompress(body))
    kept["agent"][1]["state"] = "levitating"
    body = zlib.compress(msgspec.json.encode(kept))
    history.file.connection.execute("UPDATE keyframe SET body = ?", (body,))
    assert [key.id for key in reader.kept_floor(T0).agents] == ["a1", "a3"]
    history.file.connection.execute("UPDATE keyframe SET body = ?", (b"no zlib",))
    assert reader.kept_floor(T0) is None


def test_a_failed_write_keeps_nothing_and_the_writer_goes_on(files, history, reader):
    tell(history, *A_CALL[:4])
    before = contents(files)
    connection = history._file.connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    many = [
        Step(T0, Kind.CONTACT, f"x{n}", None, make_contact(f"x{n}" * 40, queue="q9"))
        for n in range(900)
    ]
    with pytest.raises(StoreError) as caught:
        tell(history, *A_CALL[4:], *many)
    assert caught.value.code is Code.DISK_FULL
    assert contents(files) == before
    connection.execute("PRAGMA max_page_count=1000000")
    tell(history, *A_CALL[4:])
    assert len(told(reader)) == 7
    assert reader.find(FindQuery(queue="q9")) == []
    assert [row[2] for row in contents(files)["contact"]] == ["c1"]
    assert [leg.outcome for leg in reader.life(SITE, SOURCE, "c1").legs] == [Outcome.ANSWERED]


@st.composite
def histories(draw) -> list[Step]:
    """A story of one agent and one contact, in order of time, each instant used at most twice."""
    steps, at = [], 0
    for _ in range(draw(st.integers(1, 12))):
        at += draw(st.integers(0, 5)) * 2
        if draw(st.booleans()):
            state = draw(st.sampled_from(list(AgentState)))
            steps.append(agent_step(at, state, draw(st.sampled_from([None, "c1"]))))
        else:
            state = draw(st.sampled_from(list(ContactState)))
            agent = draw(st.sampled_from(["", "a1"]))
            queue = "q1" if at < 20 else "q2"
            steps.append(contact_step(at, state, queue, agent=agent))
        at += 1
    return steps


@settings(max_examples=30, deadline=None)
@given(histories(), st.data())
def test_telling_it_again_changes_nothing(tmp_path_factory, steps, data):
    files = FloorFiles(tmp_path_factory.mktemp("history"))
    history = HistoryWriter.open(files)
    tell(history, *steps)
    before = contents(files)
    start = data.draw(st.integers(0, len(steps)))
    if data.draw(st.booleans()):
        history.close()
        history = HistoryWriter.open(files)
    tell(history, *steps[start:])
    after = contents(files)
    history.close()
    assert after == before
    reader = HistoryReader.open(files.history)
    segments = reader.segments(SITE, SOURCE, "a1", 0, 2**60)
    reader.close()
    assert all(one.end == two.start for one, two in pairwise(segments))
