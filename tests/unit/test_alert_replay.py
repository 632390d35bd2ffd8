"""`:alert test`: what rules would have raised on a day, from what history and the floor tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from data.alerts.docket import Docket
from data.alerts.replay import REPLAYED, replay, tellings
from data.alerts.replay_day import Day
from data.alerts.running import Running
from data.cache.history_half_hours import HalfHour
from data.cache.history_model import FoundContact, Outcome, Segment
from data.cache.history_reader import HistoryReader
from data.figures.demand import Origin
from data.model import AgentState, AnyRecord, Channel, ComplaintClock
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES, Figure, RuleSettings
from screens.alert_test_page import AlertTestPage
from screens.look import Look, Viewing
from tests.builders import (
    DAY_START,
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    instant,
    make_agent,
    make_escalation,
    make_queue,
    make_shift,
    make_snapshot,
)
from tests.unit.test_alert_pane import make_alert

HALF_HOUR_MS = 30 * 60_000


def at(clock: str) -> int:
    return instant(f"2026-03-11T{clock}:00+01:00")


class Past:
    """As much of history as a day asks for."""

    def __init__(
        self,
        contacts: Sequence[FoundContact] = (),
        segments: dict[str, list[Segment]] | None = None,
        expected: dict[int, float] | None = None,
    ) -> None:
        self._contacts = contacts
        self._segments = segments or {}
        self._expected = expected or {}

    def contacts(self, start: int, end: int, site: str) -> list[FoundContact]:
        return [one for one in self._contacts if start <= one.created_at < end]

    def segments(self, site: str, source: str, agent: str, start: int, end: int) -> list[Segment]:
        return self._segments.get(agent, [])

    def expected_calls(self, site: str, half: int) -> dict[tuple[str, str, str], float]:
        calls = self._expected.get(half)
        return {} if calls is None else {(SITE, SOURCE, "claims"): calls}

    def half_hours(self, site: str, start: int, end: int) -> list[HalfHour]:
        return [HalfHour(half, 60, 60, None, 13) for half in self._expected if start <= half < end]

    def ask(self, statement: str, wanted: dict[str, Any]) -> list[tuple[Any, ...]]:
        if "FROM forecast" not in statement:
            return []
        told = [
            (SOURCE, "claims", half, int(Origin.HISTORY), calls, 300.0, calls)
            for half, calls in self._expected.items()
        ]
        return [row for row in told if wanted["start"] <= row[2] < wanted["end"]]


def contact(number: int, start: int, wait_s: int = 0) -> FoundContact:
    return FoundContact(
        site=SITE,
        source=SOURCE,
        id=f"c{number}",
        leg=0,
        queue="claims",
        queue_name="Claims",
        client="",
        channel=Channel.VOICE,
        direction="inbound",
        created_at=start,
        queued_at=start,
        answered_at=start + wait_s * 1000,
        ended_at=start + (wait_s + 200) * 1000,
        outcome=Outcome.ANSWERED,
        agent="",
        agent_name="",
        caller_masked="",
    )


def segment(state: AgentState, start: str, end: str | None) -> Segment:
    return Segment(
        agent="1001",
        agent_name="",
        start=at(start),
        end=None if end is None else at(end),
        state=state,
        reason="",
        queue="",
        contact="",
    )


def raised(figure: Figure, past: Past, *records: AnyRecord, **snapshot: Any) -> list[Running]:
    rules = [rule for rule in DEFAULT_RULES if rule.figure is figure]
    floor = make_snapshot(make_queue("claims"), *records, **snapshot)
    day = Day(SITE, "Europe/Berlin", DAY_START, NOW, floor, cast("HistoryReader", past))
    docket = Docket(rules, ZoneInfo("Europe/Berlin"))
    return list(replay(docket, tellings(day, {figure}), NOW))


def span(one: Running) -> tuple[int, int | None]:
    return one.began_at, one.ended_at


def test_a_contact_that_waited_beside_a_ready_agent() -> None:
    segments = [
        segment(AgentState.READY, "09:00", "10:02"),
        segment(AgentState.BUSY, "10:02", "10:30"),
        segment(AgentState.READY, "10:30", None),
    ]
    past = Past([contact(1, at("10:01"), 600)], {"1001": segments})
    (one,) = raised(Figure.WAITS_THOUGH_READY, past, make_agent("1001"))
    assert one.began_at == at("10:01") + 15_000
    assert one.ended_at == at("10:03")
    elsewhere = make_agent("1001", queues=("sales",))
    assert not raised(Figure.WAITS_THOUGH_READY, past, elsewhere)


def test_a_pause_that_cannot_be_chance() -> None:
    halves = range(DAY_START - DAY_START % HALF_HOUR_MS, NOW, HALF_HOUR_MS)
    every = [contact(n, DAY_START + n * 20_000) for n in range(1540)]
    kept = [one for one in every if not at("10:00") <= one.created_at < at("10:20")]
    expected = dict.fromkeys(halves, 90.0)
    assert not raised(Figure.TOO_QUIET, Past(every, expected=expected))
    (one,) = raised(Figure.TOO_QUIET, Past(kept, expected=expected))
    assert at("10:02") <= one.raised_at <= at("10:05")
    assert at("10:20") <= (one.ended_at or 0) <= at("10:50")


def test_who_was_late_and_who_left_by_the_roster() -> None:
    segments = [
        segment(AgentState.LOGGED_OFF, "06:00", "08:20"),
        segment(AgentState.READY, "08:20", "12:00"),
        segment(AgentState.LOGGED_OFF, "12:00", "12:10"),
        segment(AgentState.READY, "12:10", None),
    ]
    shift = make_shift("s1", agent="1001")
    found = raised(Figure.LATE, Past(segments={"1001": segments}), make_agent("1001"), shift)
    assert [(one.began_at, one.severity.value) for one in found] == [
        (at("08:05"), "act"),
        (at("12:05"), "look"),
    ]


def test_the_clocks_of_complaints_as_they_were_met() -> None:
    clocks = (
        ComplaintClock("acknowledge", at("10:00"), met_at=at("09:45")),
        ComplaintClock("final", at("23:00")),
    )
    complaint = make_escalation("e1", received_at=at("07:00"), clocks=clocks, status="new")
    found = raised(Figure.CLOCK_LEFT, Past(), complaint)
    assert [(one.severity.value, one.raised_at) for one in found] == [("act", at("07:00"))]
    assert found[0].ended_at == at("09:45")


def test_phones_that_were_lost_together() -> None:
    lost = [segment(AgentState.UNREACHABLE, "11:00", "11:20")]
    agents = [make_agent(f"a{n:02d}") for n in range(12)]
    ten = Past(segments={f"a{n:02d}": lost for n in range(10)})
    (one,) = raised(Figure.PHONES_LOST, ten, *agents)
    assert (one.began_at, one.peak) == (at("11:00"), 10)
    assert not raised(Figure.PHONES_LOST, Past(segments={"a01": lost}), *agents)


def staff() -> list[AnyRecord]:
    """Two for the whole of the shift."""
    found: list[AnyRecord] = []
    for number in range(2):
        found.append(make_agent(f"a{number}"))
        found.append(make_shift(f"s{number}", agent=f"a{number}"))
    return found


def test_what_was_foretold_of_heads_and_of_targets() -> None:
    past = Past(
        segments={f"a{n}": [segment(AgentState.READY, "06:00", None)] for n in range(2)},
        expected={at("10:00"): 60.0, at("10:30"): 60.0},
    )
    (heads,) = raised(Figure.UNDERSTAFFED, past, *staff())
    assert (heads.raised_at, heads.peak) == (at("09:05"), 11)
    (target,) = raised(Figure.FORECAST_MISS, past, *staff())
    assert at("08:00") <= target.raised_at <= at("08:12")
    assert target.peak == 80.0
    assert at("10:30") <= (target.ended_at or 0) <= at("10:45")


def test_silences_are_told_by_the_alerts_of_the_day() -> None:
    silent = make_alert(
        "s",
        name="source_stale_s",
        rule="source_stale_s",
        limit=30.0,
        began_at=at("09:00"),
        ended_at=at("09:10"),
    )
    (one,) = raised(Figure.SOURCE_STALE, Past(), alerts={silent.id: silent})
    assert one.began_at == at("09:00")


@pytest.mark.parametrize("figure", [each for each in Figure if each not in REPLAYED])
def test_of_what_history_does_not_tell_it_is_said_why(figure: Figure) -> None:
    rules = (RuleSettings(figure=figure, above=1),)
    viewing = Viewing(floor_name="", formula=Formula.OFFERED, rules=rules)
    look = Look(snapshot=make_snapshot(), moment=MOMENT, viewing=viewing)
    said = " ".join(text for line in AlertTestPage(rules)(look, 80) for text, _tone in line)
    assert "History does not keep" in said
