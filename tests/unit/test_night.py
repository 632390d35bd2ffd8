"""The night: what needs somebody, what proves that nothing does, and what is not known."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.alerts.quiet import at_most
from data.figures.freshness import Moment
from data.figures.night import NightPast, SiteNight, is_within, night_since, site_nights
from data.figures.queues import queue_figures
from data.floor import Key
from data.model import About, AgentState, Alert, Freshness, Kind, Mute, Person
from data.rules.likely_range import likely_range
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES, Figure
from data.status import SwitchState, Upset
from screens.formats import format_sure_clock
from screens.presenters.night import present_night, site_story, site_tone
from screens.tones import Tone
from supervisor_tui.calling import alert_document
from supervisor_tui.show_night import night_json
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    ago,
    instant,
    make_agent,
    make_escalation,
    make_health,
    make_queue,
    make_site,
    make_snapshot,
)

PROOF = NightPast(since=ago(16_327), came=14, expected=16.0, last_call_at=ago(180))


def one(
    *records: Any, past: NightPast | None = PROOF, moment: Moment = MOMENT, **parts: Any
) -> SiteNight:
    snapshot = make_snapshot(*(records or (make_queue(), make_agent())), **parts)
    floor = queue_figures(snapshot, None, moment)
    found = site_nights(snapshot, floor, moment, {} if past is None else {SITE: past})
    return found[0]


def story(night: SiteNight) -> tuple[tuple[str, Tone], ...]:
    return site_story(night, DEFAULT_RULES, Formula.OFFERED)


def said(night: SiteNight) -> str:
    return "; ".join(text for text, _tone in story(night))


def tone(night: SiteNight) -> Tone:
    return site_tone(night, DEFAULT_RULES, Formula.OFFERED)


@given(st.floats(0, 3000))
def test_the_range_holds_four_nights_of_five_and_no_more_than_it_has_to(mean: float) -> None:
    low, high = likely_range(mean)
    assert 0 <= low <= high
    assert at_most(high, mean) >= 0.9 - 1e-9
    assert at_most(low, mean) >= 0.1 - 1e-9
    assert low == 0 or at_most(low - 1, mean) < 0.1 + 1e-9
    assert high == 0 or at_most(high - 1, mean) < 0.9 + 1e-9


def test_quiet_is_said_with_its_proof() -> None:
    night = one()
    assert story(night) == (("quiet: 14 calls since 10:00, 11-21 expected", Tone.NORMAL),)
    row = present_night([night], DEFAULT_RULES, Formula.OFFERED).rows[0]
    assert row.cells[2:] == ("14:29", "1 s")
    assert row.mark.strip() == ""


@pytest.mark.parametrize("state", [Freshness.OFFLINE, Freshness.STALE, Freshness.REBUILDING])
def test_who_has_not_been_heard_of_is_never_quiet(state: Freshness) -> None:
    health = make_health(age_s=840.0, state=state)
    night = one(sources=[health])
    assert said(night) == "no answer since 14:18; then 0 waiting, 1 ready"
    assert tone(night) is Tone.STALE
    assert not night.is_known


def test_a_screen_that_stands_still_does_not_stay_quiet() -> None:
    later = Moment(NOW + 60_000, MOMENT.mono_ms + 60_000, MOMENT.boot_id)
    assert said(one(moment=later)).startswith("no answer since 14:32")


def test_the_switch_behind_an_api_is_what_has_to_answer() -> None:
    silent = make_health(switches=(SwitchState("pbx", "down", ago(120)),))
    assert said(one(sources=[silent])).startswith("no answer since 14:30")
    assert one(sources=[silent]).answered_s == pytest.approx(120)
    speaking = make_health(switches=(SwitchState("pbx", "live", ago(3)),))
    assert one(sources=[speaking]).answered_s == pytest.approx(3)


def test_without_a_source_nothing_is_known() -> None:
    night = one(sources=[])
    assert said(night) == "no figures yet"
    assert night.answered_s is None


def test_too_few_calls_are_no_quiet_night() -> None:
    few = NightPast(since=ago(16_327), came=3, expected=16.0, last_call_at=None)
    night = one(past=few)
    assert said(night) == "too quiet: 3 calls since 10:00, 11-21 expected"
    assert tone(night) is Tone.LOOK


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    unknown = NightPast(since=ago(16_327), came=3, expected=None, last_call_at=None)
    assert said(one(past=unknown)) == (
        "nobody waits; 3 calls since 10:00, not known how many to expect"
    )
    assert "not read yet" in said(one(past=None))


def test_what_needs_somebody_is_named_with_the_worst_tone() -> None:
    waiting = make_queue(contacts_waiting=2, longest_wait_since=ago(245))
    nobody = make_agent(state=AgentState.BUSY)
    hand = make_agent("1002", state=AgentState.BUSY, assist_since=ago(10))
    answered = make_agent(
        "1003", state=AgentState.BUSY, assist_since=ago(10), assist_by=Person("x", "X")
    )
    late = make_escalation(
        clocks=(make_escalation().clocks[0].__class__("final", ago(60)),), status="new"
    )
    night = one(waiting, nobody, hand, answered, late)
    assert said(night) == (
        "1 asks for help; 2 waiting, longest 4:05, 0 ready of 3; 1 complaint is late"
    )
    assert tone(night) is Tone.HELP


def test_a_floor_without_anybody_is_looked_at() -> None:
    away = make_agent(state=AgentState.LOGGED_OFF)
    night = one(make_queue(), away)
    assert said(night) == "nobody is there to answer"
    assert tone(night) is Tone.LOOK


def alert(**changes: Any) -> Alert:
    fields = {"site": SITE, "source": "@desk", "id": "a", "name": "waiting", "severity": "act"}
    return Alert(**{**fields, "rule": "waiting", "limit": 5.0, "raised_at": ago(60), **changes})


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"severity": "look"}, False),
        ({"acknowledged_by": "anna"}, False),
        ({"ended_at": NOW}, False),
        ({"under": "x"}, False),
        ({"rule": ""}, False),
    ],
)
def test_red_alerts_that_nobody_has_seen_to_are_counted(
    changes: dict[str, Any], counts: bool
) -> None:
    one_alert = alert(**changes)
    night = one(alerts={Key(SITE, "@desk", "a"): one_alert})
    assert (said(night) == "more than 5 contacts wait") is counts
    assert (tone(night) is Tone.ACT) is counts


def test_a_mark_whose_alert_somebody_has_seen_is_looked_at_and_asks_nobody() -> None:
    waits = make_queue(contacts_waiting=2, longest_wait_since=ago(245))
    busy = make_agent(state=AgentState.BUSY)
    its: dict[str, Any] = {
        "id": "w",
        "name": Figure.LONGEST_WAIT,
        "about": About(Kind.QUEUE, waits.id),
        "telephony": waits.source,
    }
    asks = alert(**its)
    seen = alert(**its, acknowledged_by="lena", acknowledged_name="Lena", acknowledged_at=ago(1080))
    other = alert(**{**its, "about": About(Kind.QUEUE, "other")}, acknowledged_by="lena")
    at = "2 waiting, longest 4:05, 0 ready of 1"
    for one_alert, text, what in (
        (asks, f"{at}; 1 alert", Tone.ACT),
        (other, f"{at}; seen 14:31", Tone.ACT),
        (seen, f"{at}; seen by Lena 14:14", Tone.LOOK),
    ):
        night = one(waits, busy, alerts={Key(SITE, "@desk", "w"): one_alert})
        assert (said(night), tone(night)) == (text, what)


@pytest.mark.parametrize(
    ("acknowledged_by", "restarted_s", "what"),
    [("lena", 60, Tone.LOOK), (None, 60, Tone.ACT), ("lena", 700, Tone.ACT)],
)
def test_who_has_seen_to_a_restart_has_seen_to_what_is_held_under_it(
    acknowledged_by: str | None, restarted_s: float, what: Tone
) -> None:
    at = ago(restarted_s)
    upset = Upset(at=at, kept_at=at, missing=3, has_restarted=True)
    restarted = alert(
        name=Figure.RESTARTED,
        about=About("source", SOURCE),
        telephony=SOURCE,
        acknowledged_by=acknowledged_by,
        acknowledged_at=ago(30),
    )
    waits = make_queue(contacts_waiting=2, longest_wait_since=ago(245))
    night = one(
        *(waits, make_agent(state=AgentState.BUSY)),
        sources=[make_health(upset=upset)],
        alerts={Key(SITE, "@desk", "a"): restarted},
    )
    assert tone(night) is what
    assert night.has_seen(Figure.LONGEST_WAIT, Key(SITE, SOURCE, waits.id)) is (what is Tone.LOOK)


def test_who_has_seen_to_a_hand_or_a_late_complaint_is_named_instead() -> None:
    hand = make_agent("1002", state=AgentState.BUSY, assist_since=ago(10))
    late = make_escalation(
        clocks=(make_escalation().clocks[0].__class__("final", ago(60)),), status="new"
    )
    seen = {
        Key(SITE, "@desk", figure): alert(
            id=figure,
            name=figure,
            about=About(kind, record.id),
            telephony=record.source,
            acknowledged_by="lena",
            acknowledged_name="Lena",
            acknowledged_at=ago(at),
        )
        for figure, kind, record, at in (
            (Figure.ASSIST, Kind.AGENT, hand, 5),
            (Figure.CLOCK_LEFT, Kind.ESCALATION, late, 60),
        )
    }
    night = one(make_queue(), hand, late, alerts=seen)
    assert (night.hands, night.late) == (0, 0)
    assert said(night).endswith("seen by Lena 14:32 (and 1 more)")
    assert tone(night) is Tone.LOOK


@pytest.mark.parametrize(("until", "counts"), [(ago(-60), False), (ago(60), True)])
def test_a_muted_alert_calls_nobody_until_the_mute_is_over(until: int, counts: bool) -> None:
    mute = Mute(
        site=SITE,
        source="@desk",
        id="m",
        muted_by=Person("x", "X"),
        muted_at=ago(600),
        until=until,
    )
    alerts = {Key(SITE, "@desk", "a"): alert()}
    night = one(alerts=alerts, mutes={Key(SITE, "@desk", "m"): mute})
    assert bool(night.alerts) is counts


def test_a_program_gets_the_same_as_json() -> None:
    night = one()
    document = json.loads(night_json([night], DEFAULT_RULES, Formula.OFFERED, MOMENT))
    (site,) = document["sites"]
    assert (site["calls"], site["expected_from"], site["expected_to"]) == (14, 11, 21)
    assert (site["is_known"], site["needs_somebody"]) == (True, False)
    told = json.loads(alert_document("Floor", [night], [["x"]], 600_000, NOW))
    assert told["minutes_without_a_key"] == 10
    assert told["sites"][0]["text"] == ["x"]


@pytest.mark.parametrize(
    ("now", "since"),
    [
        ("2026-03-11T03:12:00+01:00", "2026-03-10T22:00:00+01:00"),
        ("2026-03-11T22:00:00+01:00", "2026-03-11T22:00:00+01:00"),
        ("2026-03-11T23:59:00+01:00", "2026-03-11T22:00:00+01:00"),
        ("2026-03-11T14:00:00+01:00", "2026-03-11T06:00:00+01:00"),
        # The night in which the clocks go forward, and the one in which they go back.
        ("2026-03-29T05:00:00+02:00", "2026-03-28T22:00:00+01:00"),
        ("2026-10-25T02:30:00+02:00", "2026-10-24T22:00:00+02:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-24T22:00:00+02:00"),
    ],
)
def test_a_night_begins_by_the_wall_clock(now: str, since: str) -> None:
    assert night_since(make_site(), instant(now), "22:00-06:00") == instant(since)


def test_a_night_may_begin_after_midnight() -> None:
    assert is_within("00:30-05:00", "00:30")
    assert not is_within("00:30-05:00", "05:00")
    assert not is_within("22:00-06:00", "21:59")


def test_an_hour_that_comes_twice_is_named() -> None:
    first, second = (instant(f"2026-10-25T02:30:00+0{hours}:00") for hours in (2, 1))
    assert format_sure_clock(first, "Europe/Berlin") == "02:30 CEST"
    assert format_sure_clock(second, "Europe/Berlin") == "02:30 CET"
    assert format_sure_clock(NOW, "Europe/Berlin") == "14:32"
    # The hour that is skipped does not come twice.
    assert format_sure_clock(instant("2026-03-29T03:00:00+02:00"), "Europe/Berlin") == "03:00"
