"""Finding a contact among others, and the stretches of an agent's day."""

from __future__ import annotations

import pytest

from data.cache.history_model import FindQuery
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter, Step
from data.errors import Code, StoreError
from data.files import FloorFiles
from data.model import AgentState, ContactState, Kind
from tests.data.files_support import SITE, SOURCE, T0, make_agent, make_contact, make_queue

S = 1000
# id, queue, begins, answered, ends (seconds after T0), agent, masked number, site
CALLS = [
    ("c1", "q1", 0, 20, 200, "a1", "*******4912", SITE),
    ("c2", "q1", 100, None, 130, "", "*******0012", SITE),
    ("c3", "q2", 300, 310, None, "a2", "+4915155504912", SITE),
    ("c4", "q3", 300, 305, 400, "a1", "***", "leeds"),
    ("c5", "q2", 500, 510, 600, "a2", "anonymous", SITE),
]


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    files = FloorFiles(tmp_path_factory.mktemp("history"))
    writer = HistoryWriter.open(files)
    for site in (SITE, "leeds"):
        named = [
            Step(T0, Kind.QUEUE, "", None, make_queue(queue, name=name, site=site))
            for queue, name in (("q1", "Claims DE"), ("q2", "Übergabe"), ("q3", "Claims UK"))
        ] + [
            Step(
                T0 + n,
                Kind.AGENT,
                "",
                None,
                make_agent(
                    agent,
                    name=name,
                    site=site,
                    state=AgentState.READY if n % 2 else AgentState.NOT_READY,
                    since=T0 + n * 60 * S,
                ),
            )
            for agent, name in (("a1", "Chloé Dubois"), ("a2", "Ivy Chen"))
            for n in range(4)
        ]
        calls = [_call(*call) for call in CALLS if call[-1] == site]
        writer.add(site, SOURCE, named + calls)
    writer.close()
    reader = HistoryReader.open(files.history)
    yield reader
    reader.close()


def _call(*call) -> Step:
    entity, queue, begins, answered, ends, agent, masked, site = call
    over = ends is not None
    contact = make_contact(
        entity,
        site=site,
        queue=queue,
        state=ContactState.ENDED if over else ContactState.CONNECTED,
        state_since=T0 + (ends if over else answered) * S,
        created_at=T0 + begins * S,
        queued_at=T0 + begins * S,
        answered_at=None if answered is None else T0 + answered * S,
        agent=agent,
        caller_masked=masked,
    )
    return Step(contact.state_since, Kind.CONTACT, entity, None, contact)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "c5 c4 c3 c2 c1"),
        ({"limit": 2}, "c5 c4"),
        ({"digits": "4912"}, "c3 c1"),
        ({"digits": "504912"}, "c3"),
        ({"digits": "12"}, "c3 c2 c1"),
        ({"digits": "0012"}, "c2"),
        ({"digits": "9999"}, ""),
        ({"digits": "%"}, ""),
        ({"id": "c4"}, "c4"),
        ({"id": "c"}, ""),
        ({"site": "leeds"}, "c4"),
        ({"queue": "claims"}, "c4 c2 c1"),
        ({"queue": "Claims D"}, "c2 c1"),
        ({"queue": "q2"}, "c5 c3"),
        ({"queue": "ÜBER"}, "c5 c3"),
        ({"queue": "DE"}, ""),
        ({"queue": "nowhere"}, ""),
        ({"agent": "a1"}, "c4 c1"),
        ({"agent": "dub"}, "c4 c1"),
        ({"agent": "ivy"}, "c5 c3"),
        ({"agent": "hen"}, ""),
        ({"start": 201}, "c5 c4 c3"),
        ({"start": 200, "end": 299}, "c1"),
        ({"start": 120, "end": 125}, "c2 c1"),
        ({"start": 100_000}, "c3"),
        ({"end": 50}, "c1"),
        ({"digits": "4912", "queue": "claims", "start": 10, "end": 20, "agent": "a1"}, "c1"),
        ({"digits": "4912", "site": "leeds"}, ""),
        ({"id": "c1", "end": -1}, ""),
    ],
)
def test_what_is_found(reader, query, found):
    for name in {"start", "end"} & query.keys():
        query = query | {name: T0 + query[name] * S}
    assert [one.id for one in reader.find(FindQuery(**query))] == found.split()


def test_what_a_found_contact_says(reader):
    (one,) = reader.find(FindQuery(digits="4912", queue="über"))
    assert (one.queue, one.queue_name, one.agent_name) == ("q2", "Übergabe", "Ivy Chen")
    assert (one.caller_masked, one.outcome, one.ended_at) == ("+4915155504912", None, None)
    assert {call.id: call.caller_masked for call in reader.find(FindQuery())} == {
        call[0]: call[6] for call in CALLS
    }


def test_contacts_of_a_span(reader):
    assert [one.id for one in reader.contacts(T0 + 100 * S, T0 + 500 * S)] == ["c2", "c3", "c4"]
    assert [one.id for one in reader.contacts(0, 2**60, "leeds")] == ["c4"]


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [(0, 9, [0, 1, 2, 3]), (0.5, 1.5, [0, 1]), (1, 2, [1]), (5, 6, [3]), (-5, 0, []), (-5, 1, [0])],
)
def test_the_stretches_that_touch_a_span(reader, start, end, minutes):
    span = (T0 + round(start * 60_000), T0 + round(end * 60_000))
    found = reader.segments(SITE, SOURCE, "a1", *span)
    assert [(one.start - T0) // 60_000 for one in found] == minutes


def test_nobody_and_nothing(reader):
    assert reader.life(SITE, SOURCE, "no such").legs == ()
    assert reader.segments(SITE, SOURCE, "no such", 0, 2**60) == []


def test_there_must_be_a_file(tmp_path):
    with pytest.raises(StoreError) as caught:
        HistoryReader.open(tmp_path / "history.db")
    assert caught.value.code is Code.FILE_MISSING


def test_heads_are_the_mean_of_those_in_some_states(reader):
    ready = (AgentState.READY,)
    assert reader.heads(SITE, ready, T0 + 60 * S, T0 + 180 * S) == 1.0
    assert reader.heads(None, ready, T0 + 60 * S, T0 + 120 * S) == 4.0
    assert reader.heads(SITE, (AgentState.UNREACHABLE,), T0 + 60 * S, T0 + 120 * S) == 0.0
    beside = [(SITE, SOURCE, "a1"), (SITE, "another", "a2")]
    assert reader.heads(None, ready, T0 + 60 * S, T0 + 120 * S, beside) == 3.0


def test_of_a_time_before_anything_was_known_there_are_no_heads(reader):
    assert reader.heads(SITE, (AgentState.READY,), T0 - 3600 * S, T0 - 1800 * S) is None
