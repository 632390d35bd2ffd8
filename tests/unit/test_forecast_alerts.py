"""Forecasts of missed targets: raised, withdrawn with their reason, held against what came."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from data.alerts.expectation import Expectation
from data.alerts.outcomes import (
    CAME_TRUE,
    DID_NOT,
    GIVEN_UP_MS,
    NOT_KNOWN,
    PREVENTED,
    TrackRecord,
    is_due,
    outcome,
    promise_of,
)
from data.alerts.records import record_of, running_of
from data.alerts.watch import Watch
from data.figures.demand import PoolDemand, PoolLoad, SiteDemand
from data.figures.foreseen import HALF_HOUR_MS, PoolOutlook, foresee
from data.figures.freshness import Moment
from data.floor import FloorSnapshot, Key
from data.model import Activity, AgentState, Alert, AnyRecord, Cause, Counts, Interval, Switch
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES, Figure
from screens.acting.alerts import proposal_of
from screens.alert_words import alert_sentence, cause_sentence, place_words
from screens.forecast_words import outcome_sentence, outcome_words
from tests.builders import (
    NOW,
    SITE,
    SOURCE,
    ago,
    instant,
    make_agent,
    make_health,
    make_interval,
    make_queue,
    make_shift,
    make_snapshot,
)

ZONE = "Europe/Berlin"
CLAIMS = Key(SITE, SOURCE, "claims")
SALES = Key(SITE, SOURCE, "sales")
HALF = instant("2026-03-11T15:00:00+01:00")
MINUTE_MS = 60_000


def demand(calls: float = 60, keys: tuple[Key, ...] = (CLAIMS,)) -> SiteDemand:
    """Ten Erlangs a half hour: 13 heads for 80/20."""
    loads = tuple(PoolLoad(HALF + n * HALF_HOUR_MS, calls, 300, 13) for n in range(6))
    return SiteDemand(SITE, (), (), (PoolDemand(keys, 80.0, 20, None, loads),))


def crew(count: int, *, until: int = 240, breaks_at: int | None = None) -> list[AnyRecord]:
    """Agents at work, who are planned until so many minutes from now."""
    found: list[AnyRecord] = []
    for number in range(count):
        name = f"a{number:02d}"
        found.append(make_agent(name, state=AgentState.READY, since=ago(3600)))
        at = NOW + (breaks_at or 0) * MINUTE_MS
        rest = (Activity("break", at, at + 15 * MINUTE_MS),) if breaks_at is not None else ()
        ends = NOW + until * MINUTE_MS
        found.append(
            make_shift(
                f"s{number:02d}",
                agent=name,
                starts_at=ago(7200),
                ends_at=ends,
                activities=rest,
            )
        )
    return found


def outlook(*records: AnyRecord, **changes: object) -> PoolOutlook:
    snapshot = make_snapshot(make_queue("claims"), make_queue("sales"), *records)
    (found,) = foresee(demand(**changes), snapshot, NOW)  # type: ignore[arg-type]
    return found


def test_enough_heads_meet_the_target_and_too_few_miss_it_from_the_first_half_hour() -> None:
    enough = outlook(*crew(14))
    assert all(enough.points(half) < 0 for half in enough.halves)
    short = outlook(*crew(11))
    assert [half.about for half in short.halves] == [half.starts_at for half in short.halves]
    assert short.halves[0].heads == 11
    assert short.points(short.halves[0]) > 20
    # Nobody can say much about what is further away than two hours.
    assert [half.starts_at for half in short.halves][-1] <= NOW + 2 * 3_600_000


def test_it_is_told_when_within_a_half_hour_heads_leave() -> None:
    leaving = outlook(*crew(14, until=50))
    first = leaving.halves[0]
    assert first.starts_at == HALF
    assert first.about == HALF + 20 * MINUTE_MS
    assert leaving.halves[1].heads == 0


def test_who_is_missing_now_is_not_counted_on_and_who_is_on_a_break_is() -> None:
    gone: list[AnyRecord] = [
        make_agent("x1", state=AgentState.LOGGED_OFF, since=ago(10_000)),
        make_shift("x1", agent="x1", starts_at=ago(7200), ends_at=NOW + 4 * 3_600_000),
    ]
    told = outlook(*crew(12), *gone)
    assert (told.missing, told.halves[0].heads) == (1, 12)
    resting = outlook(*crew(12, breaks_at=-5))
    assert resting.halves[0].heads == 12


def test_without_a_roster_those_who_are_there_are_taken_to_stay_for_an_hour() -> None:
    there = [make_agent(f"a{n}", state=AgentState.BUSY, since=ago(60)) for n in range(9)]
    told = outlook(*there)
    assert not told.is_planned
    assert [half.heads for half in told.halves] == [9, 9]
    snapshot = make_snapshot(make_queue("claims"))
    assert foresee(demand(), snapshot, NOW) == []


def test_queues_that_share_their_agents_are_judged_as_one() -> None:
    both = [
        make_agent(f"a{n:02d}", state=AgentState.READY, queues=("sales", "claims"))
        for n in range(13)
    ]
    both.append(make_agent("b1", queues=("sales",), state=AgentState.LOGGED_OFF))
    told = outlook(*both, keys=(CLAIMS, SALES))
    assert told.keys == (SALES, CLAIMS)
    assert told.halves[0].heads == 13


def test_few_calls_and_a_closed_queue_foretell_nothing() -> None:
    snapshot = make_snapshot(make_queue("claims"), make_agent())
    assert foresee(demand(calls=9), snapshot, NOW) == []
    assert foresee(demand(calls=10), snapshot, NOW)
    closed = make_queue("claims", switches=(Switch(name="closed", on=True),))
    assert foresee(demand(), make_snapshot(closed, make_agent()), NOW) == []


def replace_more(said: Cause, more: int) -> Cause:
    return Cause(said.code, {**said.values, "more": more})


class Rig:
    """A site that is looked at once a minute."""

    def __init__(self) -> None:
        self.watch = Watch(SITE, DEFAULT_RULES, Formula.OFFERED, ZoneInfo(ZONE))
        self.kept: dict[str, Alert] = {}

    def look(self, after_min: int, *records: AnyRecord, calls: float = 60) -> None:
        now = NOW + after_min * MINUTE_MS
        health = make_health(boot_id="", last_ok_at=now, last_ok_mono_ms=None)
        snapshot: FloorSnapshot = make_snapshot(make_queue("claims"), *records, sources=[health])
        told = tuple(foresee(demand(calls), snapshot, now))
        record = TrackRecord(3, 5)
        self.watch.expect(Expectation(SITE, {}, {}, told, record), snapshot, now)
        for one in self.watch.look(snapshot, Moment(now, now, "")):
            if one.subject.figure is Figure.FORECAST_MISS:
                alert = record_of(one, self.watch, DEFAULT_RULES)
                self.kept[alert.id] = alert

    @property
    def alert(self) -> Alert:
        (found,) = self.kept.values()
        return found

    def said(self) -> list[str]:
        return [cause_sentence(cause, ZONE) for cause in self.alert.causes]


def test_a_forecast_is_raised_after_its_dwell_and_says_why_and_how_good_it_is() -> None:
    rig = Rig()
    rig.look(0, *crew(11))
    rig.look(1, *crew(11))
    assert not rig.kept
    rig.look(2, *crew(11))
    assert alert_sentence(rig.alert, ZONE) == "estimate: misses 80/20 at about 15:00"
    pool = replace(rig.alert, causes=(replace_more(rig.alert.causes[0], 2),))
    floor = make_snapshot(make_queue("claims"))
    assert place_words(pool, floor) == "Claims+2"
    assert proposal_of(pool, floor) == 'what-if +1 "Claims"'
    assert rig.said() == [
        "needs 13 heads for 60 calls, 11 planned from 15:00: about 36 %",
        "foretold first: about 36 % in the half hour from 15:00",
        "3 of the last 5 such forecasts came true",
    ]


def test_it_is_withdrawn_when_people_are_added_and_says_so() -> None:
    rig = Rig()
    for minute in range(4):
        rig.look(minute, *crew(11))
    # One more is not enough, and is not a second alert either.
    rig.look(5, *crew(12))
    assert any("12 planned from 15:00" in said for said in rig.said())
    for minute in range(6, 11):
        rig.look(minute, *crew(14))
    assert rig.alert.is_over
    assert "withdrawn: there will be 14 heads, no longer 11" in rig.said()
    assert outcome_words(rig.alert) == "withdrawn"


def test_heads_that_came_before_the_half_hour_count_though_it_ends_within_it() -> None:
    rig = Rig()
    for minute in range(4):
        rig.look(minute, *crew(11))
    for minute in (26, 27, 28, 29):
        rig.look(minute, *crew(14))
    assert rig.alert.is_over
    assert alert_sentence(rig.alert, ZONE) == "estimate: was to miss 80/20 at about 15:00"
    promise = promise_of(rig.alert, (CLAIMS,))
    assert promise is not None
    assert promise.got_heads


def test_it_is_withdrawn_when_fewer_calls_are_expected() -> None:
    rig = Rig()
    for minute in range(4):
        rig.look(minute, *crew(11))
    for minute in range(5, 10):
        rig.look(minute, *crew(11), calls=40)
    assert "withdrawn: 40 calls are expected, no longer 60" in rig.said()


def test_it_does_not_flap_around_its_limit() -> None:
    rig = Rig()
    for minute in range(20):
        rig.look(minute, *crew(11 if minute % 2 else 13))
    assert not rig.kept
    for minute in range(20, 24):
        rig.look(minute, *crew(11))
    for minute in range(24, 27):
        rig.look(minute, *crew(13 if minute % 2 else 11))
    assert not rig.alert.is_over


def test_a_later_process_goes_on_with_what_was_promised() -> None:
    rig = Rig()
    for minute in range(4):
        rig.look(minute, *crew(11))
    before, later = rig.alert, Rig()
    running = running_of(before)
    assert running is not None
    later.watch.restore([running], NOW)
    later.watch.forecasts.restore([before])
    for minute in range(5, 10):
        later.look(minute, *crew(14))
    assert later.alert.id == before.id
    assert "withdrawn: there will be 14 heads, no longer 11" in later.said()
    promise = promise_of(later.alert, (CLAIMS,))
    assert promise is not None
    assert (promise.half, promise.got_heads) == (HALF, True)


def counted(offered: int, within: int) -> list[Interval]:
    counts = Counts(offered=offered, answered=within, answered_within=within)
    other = make_interval("sales", "15:00", counts=Counts(offered=100))
    early = make_interval("claims", "14:45", counts=Counts(offered=100))
    return [make_interval("claims", "15:15", counts=counts), other, early]


@pytest.mark.parametrize(
    ("within", "heads", "code", "words"),
    [
        (7, 11, CAME_TRUE, "It came true: 70.0 % from 15:00 to 15:30."),
        (8, 11, DID_NOT, "It did not come true: 80.0 % from 15:00 to 15:30."),
        (9, 12, PREVENTED, "Heads were added: 90.0 % from 15:00 to 15:30; it counts neither way."),
        (7, 12, CAME_TRUE, "It came true: 70.0 % from 15:00 to 15:30."),
    ],
)
def test_what_was_foretold_is_held_against_what_came(
    within: int, heads: int, code: str, words: str
) -> None:
    rig = Rig()
    for minute in range(4):
        rig.look(minute, *crew(11))
    rig.look(5, *crew(heads))
    promise = promise_of(rig.alert, (CLAIMS,))
    assert promise is not None
    assert not is_due(promise, HALF + HALF_HOUR_MS)
    assert is_due(promise, HALF + HALF_HOUR_MS + 2 * MINUTE_MS)
    now = HALF + HALF_HOUR_MS + 2 * MINUTE_MS
    came = outcome(promise, counted(10, within), Formula.OFFERED, now)
    assert came is not None
    assert came.code == code
    judged = replace(rig.alert, outcome=came)
    assert outcome_sentence(judged, ZONE) == words
    assert promise_of(judged, (CLAIMS,)) is None


def test_of_what_was_never_counted_nothing_is_known() -> None:
    rig = Rig()
    for minute in range(4):
        rig.look(minute, *crew(11))
    promise = promise_of(rig.alert, (CLAIMS,))
    assert promise is not None
    late = HALF + HALF_HOUR_MS + GIVEN_UP_MS
    assert outcome(promise, [], Formula.OFFERED, late - 1) is None
    came = outcome(promise, [], Formula.OFFERED, late)
    assert came is not None
    assert came.code == NOT_KNOWN
