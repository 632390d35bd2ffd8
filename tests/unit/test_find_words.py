"""What somebody may type to find a call, and what it can mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.cache.history_model import FindQuery, FoundContact
from data.model import Channel, Ms
from data.status import SiteInfo
from supervisor_tui.find_words import (
    FindWords,
    FindWordsError,
    find_contacts,
    parse_words,
    queries,
    span_of,
)

BERLIN = SiteInfo(id="b", name="Berlin", zone="Europe/Berlin", day_start="06:00")


def utc(text: str) -> Ms:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


NOON = utc("2026-06-10T10:00")  # 12:00 in Berlin


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("4912", FindWords(digits="4912", names=("4912",))),
        ("+49 170-555", FindWords(digits="170555", names=("+49", "170-555"))),
        ("12", FindWords(names=("12",))),
        ("09:10-09:15 Claims", FindWords("", ("Claims",), time(9, 10), time(9, 15))),
        ("9:10\u20139:15", FindWords(start=time(9, 10), end=time(9, 15))),
        ("14:02", FindWords(start=time(14, 2), end=time(14, 2))),
        ("2026-03-29", FindWords(day=date(2026, 3, 29))),
        ("Claims DE", FindWords(names=("Claims", "DE"))),
        ("v-000532", FindWords(names=("v-000532",))),
        ("1732.55", FindWords(digits="173255", names=("1732.55",))),
        ("", FindWords()),
    ],
)
def test_words_are_sorted_by_what_they_can_be(typed: str, found: FindWords) -> None:
    assert parse_words([typed]) == found
    assert parse_words(typed.split()) == found


@pytest.mark.parametrize("typed", ["25:00", "09:10-09:75", "2026-02-30"])
def test_times_that_there_are_not_are_named(typed: str) -> None:
    with pytest.raises(FindWordsError) as caught:
        parse_words([typed])
    assert str(caught.value) in typed


@given(st.text(max_size=30))
def test_anything_may_be_typed(typed: str) -> None:
    try:
        words = parse_words([typed])
    except FindWordsError:
        return
    assert len(queries(words, BERLIN, NOON)) <= 2 * 7 + 1


def meanings(typed: str) -> set[tuple[str, str, str, str]]:
    found = queries(parse_words([typed]), BERLIN, NOON)
    assert all(query.site == "b" for query in found)
    return {(query.digits, query.id, query.queue, query.agent) for query in found}


def test_digits_are_a_number_or_an_id() -> None:
    assert meanings("1732.55") == {("173255", "", "", ""), ("", "1732.55", "", "")}


def test_a_name_is_a_queue_an_agent_or_an_id() -> None:
    assert meanings("Claims") == {
        ("", "", "Claims", ""),
        ("", "", "", "Claims"),
        ("", "Claims", "", ""),
    }


def test_names_of_several_words_and_a_queue_with_an_agent() -> None:
    found = meanings("Claims DE Dubois")
    assert ("", "", "Claims DE", "Dubois") in found
    assert ("", "", "Claims DE Dubois", "") in found
    assert ("", "", "DE Dubois", "Claims") in found


def test_nothing_but_a_time_asks_for_everybody() -> None:
    (query,) = queries(parse_words(["11:58"]), BERLIN, NOON)
    assert query == FindQuery(
        site="b", start=utc("2026-06-10T09:58"), end=utc("2026-06-10T09:58:59.999")
    )


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("11:58-11:59", "2026-06-10T09:58", "2026-06-10T09:59:59.999"),
        # It has not come yet: it was yesterday's.
        ("12:01", "2026-06-09T10:01", "2026-06-09T10:01:59.999"),
        # Before the day begins at 06:00 it is the end of that day, so this was last night.
        ("05:00", "2026-06-10T03:00", "2026-06-10T03:00:59.999"),
        ("23:50-00:10", "2026-06-09T21:50", "2026-06-09T22:10:59.999"),
        ("2026-06-01 07:00", "2026-06-01T05:00", "2026-06-01T05:00:59.999"),
        ("2026-06-01 05:00", "2026-06-02T03:00", "2026-06-02T03:00:59.999"),
        ("2026-06-01", "2026-06-01T04:00", "2026-06-02T03:59:59.999"),
        # The day of the change to summer time is an hour shorter.
        ("2026-03-28", "2026-03-28T05:00", "2026-03-29T03:59:59.999"),
    ],
)
def test_times_are_of_the_sites_counting_day(typed: str, start: str, end: str) -> None:
    assert span_of(parse_words([typed]), BERLIN, NOON) == (utc(start), utc(end))


def test_without_a_time_there_is_no_bound() -> None:
    assert span_of(parse_words(["4912"]), BERLIN, NOON) == (None, None)


def contact(name: str, at: Ms, **more: Any) -> FoundContact:
    return FoundContact(
        site="b",
        source="s",
        id=name,
        leg=more.get("leg", 0),
        queue="q",
        queue_name="",
        client="",
        channel=Channel.VOICE,
        direction="inbound",
        created_at=at,
        queued_at=at,
        answered_at=None,
        ended_at=None,
        outcome=None,
        agent="",
        agent_name="",
        caller_masked="",
    )


def test_what_several_meanings_find_is_told_once_the_newest_first() -> None:
    first, second, third = contact("1", 10), contact("1", 30, leg=1), contact("2", 20)
    answers = {"Claims": [first, third], "": [third, second]}

    def ask(query: FindQuery) -> list[FoundContact]:
        return answers[query.queue]

    found = find_contacts(ask, parse_words(["Claims"]), [BERLIN], lambda _site: NOON)
    assert found == [second, third, first]
