"""What history knows of callers, from files: the bounds of a day, one caller's contacts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.cache import history_callers, history_queries
from data.cache.history_callers import caller_token
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter, Step
from data.files import FloorFiles
from data.model import AgentState, Channel, Contact, ContactState, Kind
from data.questions import WhatCameSince
from tests.builders import make_escalation
from tests.data.files_support import SITE, SOURCE, T0, make_agent, make_contact, make_queue

S = 1000


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    return FloorFiles(tmp_path)


@pytest.fixture
def writer(files: FloorFiles) -> Iterator[HistoryWriter]:
    writer = HistoryWriter.open(files)
    yield writer
    writer.close()


@pytest.fixture
def reader(files: FloorFiles, writer: HistoryWriter) -> Iterator[HistoryReader]:
    reader = HistoryReader.open(files.history)
    yield reader
    reader.close()


def call(entity: str, begins: int, ends: int, answered: int | None = None, **more: Any) -> Contact:
    """A call that is over; seconds after T0."""
    fields: dict[str, Any] = {
        "state": ContactState.ENDED,
        "state_since": T0 + ends * S,
        "created_at": T0 + begins * S,
        "queued_at": T0 + begins * S,
        "answered_at": None if answered is None else T0 + answered * S,
        "caller_key": "key-1",
        "caller_masked": "*******4912",
    }
    return make_contact(entity, **fields | more)


def tell(writer: HistoryWriter, *contacts: Contact) -> None:
    for site in sorted({contact.site for contact in contacts}):
        mine = [one for one in contacts if one.site == site]
        steps = [Step(one.state_since, Kind.CONTACT, one.id, None, one) for one in mine]
        writer.add(site, SOURCE, steps)


def test_only_immediate_inbound_contacts_are_lost(
    writer: HistoryWriter, reader: HistoryReader
) -> None:
    tell(
        writer,
        call("lost", 10, 70),
        call("mail", 10, 70, channel=Channel.EMAIL),
        call("dialled", 10, 70, direction="outbound"),
        call("answered", 10, 70, answered=20),
        call("elsewhere", 10, 70, site="leeds"),
        call("no queue", 10, 70, queued_at=None),
    )
    day = reader.callers_of_day(SITE, T0)
    assert [one.contact for one in day.lost] == ["lost"]
    (lost,) = day.lost
    assert (lost.entered_at, lost.left_at, lost.wait_s) == (T0 + 10 * S, T0 + 70 * S, 60)
    assert (lost.caller, lost.caller_masked) == (caller_token("key-1"), "*******4912")


def test_a_day_has_what_entered_its_queue_in_it(
    writer: HistoryWriter, reader: HistoryReader
) -> None:
    tell(
        writer,
        call("yesterday", -100, 50),
        call("came before", -100, 50, queued_at=T0),
        call("later", 500, 600),
    )
    assert {one.contact for one in reader.callers_of_day(SITE, T0).lost} == {
        "came before",
        "later",
    }
    (only,) = reader.callers_of_day(SITE, T0, T0 + 500 * S).lost
    assert only.contact == "came before"


def test_answered_are_only_those_of_callers_who_were_lost(
    writer: HistoryWriter, reader: HistoryReader
) -> None:
    tell(
        writer,
        call("lost", 10, 70),
        call("same", 100, 300, answered=120),
        call("other", 100, 300, answered=120, caller_key="key-2"),
        call("sold to", 100, 300, answered=120, direction="outbound"),
        call("back", 400, 500, answered=420, direction="outbound", channel=Channel.CALLBACK),
        call("mail", 400, 500, answered=420, channel=Channel.EMAIL),
    )
    day = reader.callers_of_day(SITE, T0)
    assert [one.contact for one in day.answered] == ["same", "back"]


def test_a_caller_without_a_key_is_lost_without_one(
    writer: HistoryWriter, reader: HistoryReader
) -> None:
    tell(writer, call("lost", 10, 70, caller_key=""))
    (lost,) = reader.callers_of_day(SITE, T0).lost
    assert lost.caller == caller_token("") == ""


def test_a_queues_day(writer: HistoryWriter, reader: HistoryReader) -> None:
    tell(writer, call("a", 10, 70), call("b", 20, 90, answered=30), call("c", 5, 9, queue="q2"))
    work = make_agent("a1", state=AgentState.WORKING_AFTER_CONTACT, since=T0 + 90 * S, contact="b")
    elsewhere = make_agent(
        "a2", state=AgentState.WORKING_AFTER_CONTACT, since=T0 + 9 * S, contact="c"
    )
    ready = make_agent("a1", state=AgentState.READY, since=T0 + 100 * S)
    queue = make_queue()
    writer.add(
        SITE,
        SOURCE,
        [
            Step(T0, Kind.QUEUE, queue.id, None, queue),
            Step(T0 + 90 * S, Kind.AGENT, "a1", None, work),
            Step(T0 + 9 * S, Kind.AGENT, "a2", None, elsewhere),
            Step(T0 + 50 * S, Kind.AGENT, "a2", None, make_agent("a2", since=T0 + 50 * S)),
        ],
    )
    day = reader.queue_of_day(SITE, SOURCE, "q1", T0)
    assert [stay.entered_at for stay in day.stays] == [T0 + 10 * S, T0 + 20 * S]
    assert (day.acw_s, day.open_acw, day.first_at) == (0.0, 1, T0 + 5 * S)
    writer.add(SITE, SOURCE, [Step(T0 + 100 * S, Kind.AGENT, "a1", work, ready)])
    day = reader.queue_of_day(SITE, SOURCE, "q1", T0)
    assert (day.acw_s, day.open_acw) == (10.0, 0)
    assert reader.queue_of_day(SITE, SOURCE, "no such", T0).stays == ()


@pytest.mark.parametrize("masked", ["*******4912", "***", "anonymous"])
def test_what_came_since_a_complaint(
    writer: HistoryWriter, reader: HistoryReader, masked: str
) -> None:
    how = {"caller_masked": masked}
    tell(
        writer,
        call("before", 10, 70, **how),
        call("first", 100, 300, answered=120, **how),
        call("second", 400, 500, **how),
        call("other", 400, 500, caller_key="key-2", **how),
        call("elsewhere", 400, 500, site="leeds", **how),
    )
    complaint = make_escalation(
        site=SITE, caller_key="key-1", caller_masked=masked, received_at=T0 + 100 * S
    )
    found = WhatCameSince.of(complaint).ask(reader)
    assert [one.id for one in found] == ["second", "first"]
    nobody = make_escalation(site=SITE, caller_masked=masked, received_at=T0)
    assert WhatCameSince.of(nobody).ask(reader) == ()


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (history_callers._LOST, "contact_at"),
        (history_callers._ANSWERED, "contact_at"),
        (history_callers._STAYS, "contact_at"),
        (history_callers._FIRST, "contact_at"),
        (history_queries.OF_CALLER, "contact_at"),
        (history_queries.OF_CALLER_BY_DIGITS, "contact_last4"),
    ],
)
def test_no_question_reads_the_whole_table(
    reader: HistoryReader, statement: str, index: str
) -> None:
    names = ("site", "source", "queue", "start", "earliest", "end", "since", "caller", "last4")
    wanted = dict.fromkeys((*names, "limit"), 1)
    plan = [row[3] for row in reader._all("EXPLAIN QUERY PLAN " + statement, wanted)]
    assert any(f"SEARCH contact USING INDEX {index}" in line for line in plan), plan
    assert not any(line.startswith("SCAN contact") for line in plan), plan
