"""What a real history says of a night: how many came, how many were expected, the last one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter, Step
from data.cache.retention import Limits
from data.figures.night import HowTheNightWent, NightPast
from data.files import FloorFiles
from data.floor import Key
from data.model import Contact, ContactState, Counts, Interval, Kind, Ms
from tests.builders import instant

KEY = Key("hh", "pbx", "claims")
QUARTER = 900_000
DAY = 96 * QUARTER
BERLIN = "Europe/Berlin"


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[HistoryWriter]:
    writer = HistoryWriter.open(FloorFiles(tmp_path), Limits(history_days=35))
    yield writer
    writer.close()


def keep(writer: HistoryWriter, starts: Ms, offered: int, queue: str = "claims") -> None:
    row = Interval(
        site="hh",
        source="pbx",
        id=f"{queue}@{starts}",
        queue=queue,
        starts_at=starts,
        counts=Counts(offered=offered),
    )
    writer.add("hh", "pbx", [Step(starts, Kind.INTERVAL, row.id, None, row)])


def ask(writer: HistoryWriter, since: Ms, until: Ms) -> NightPast:
    question = HowTheNightWent("hh", BERLIN, since, until, frozenset({KEY}))
    with closing(HistoryReader.open(writer.file.path)) as reader:
        return question.ask(reader)


def span(writer: HistoryWriter, first: Ms, last: Ms, offered: int) -> None:
    for starts in range(first, last, QUARTER):
        keep(writer, starts, offered)


def test_the_same_hours_of_the_same_weekday_are_expected(writer: HistoryWriter) -> None:
    since = instant("2026-03-11T22:00:00+01:00")
    span(writer, since, since + 4 * QUARTER, 2)
    keep(writer, since, 50, queue="mail")
    for week, calls in ((1, 1), (2, 3), (3, 5)):
        then = since - week * 7 * DAY
        span(writer, then - 8 * QUARTER, then + 8 * QUARTER, calls)
        keep(writer, then, 90, queue="mail")
    # In the middle of the fourth quarter: three and a half of three calls each.
    found = ask(writer, since, since + 3 * QUARTER + QUARTER // 2)
    assert found.came == 8
    assert found.expected == pytest.approx(3.5 * 3)


def test_a_single_week_is_no_expectation_and_a_gap_is_no_quiet_week(writer: HistoryWriter) -> None:
    since = instant("2026-03-11T22:00:00+01:00")
    then = since - 7 * DAY
    span(writer, then - 8 * QUARTER, then + 8 * QUARTER, 4)
    assert ask(writer, since, since + QUARTER).expected is None
    # Two weeks ago history was kept, and nobody called.
    keep(writer, then - 7 * DAY - QUARTER, 1)
    keep(writer, then - 7 * DAY + 9 * QUARTER, 1)
    assert ask(writer, since, since + QUARTER).expected == pytest.approx(2.0)
    # Three weeks ago it broke off during the night.
    keep(writer, then - 14 * DAY - QUARTER, 1)
    assert ask(writer, since, since + QUARTER).expected == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("since", "until", "quarters"),
    [
        # Until 03:00 by the clock: five hours, one more, one less.
        ("2026-10-18T22:00:00+02:00", "2026-10-19T03:00:00+02:00", 20),
        ("2026-10-24T22:00:00+02:00", "2026-10-25T03:00:00+01:00", 24),
        ("2027-03-27T22:00:00+01:00", "2027-03-28T03:00:00+02:00", 16),
    ],
)
def test_a_change_of_the_clocks_counts_the_hours_that_there_are(
    writer: HistoryWriter, since: str, until: str, quarters: int
) -> None:
    first, last = instant(since), instant(until)
    for week in (1, 2):
        then = first - week * 7 * DAY
        span(writer, then - 8 * QUARTER, then + 40 * QUARTER, 1)
    assert ask(writer, first, last).expected == pytest.approx(quarters)


def test_the_last_call_is_that_of_a_queue_in_which_somebody_waits(writer: HistoryWriter) -> None:
    now = instant("2026-03-12T03:12:00+01:00")
    for at, queue in ((now - 180_000, "claims"), (now - 60_000, "mail"), (now - 9 * DAY, "claims")):
        contact = Contact(
            site="hh",
            source="pbx",
            id=f"{queue}{at}",
            queue=queue,
            created_at=at,
            queued_at=at,
            state_since=at,
            state=ContactState.ENDED,
        )
        writer.add("hh", "pbx", [Step(at, Kind.CONTACT, contact.id, None, contact)])
    assert ask(writer, now - DAY // 4, now).last_call_at == now - 180_000
    assert ask(writer, now - DAY // 4, now - DAY).last_call_at is None
