"""Reports from a real history: what is summed, what is held against it, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.cache.forecast_batch import ForecastBatch, ForecastRow
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter, Step
from data.figures.demand import Origin
from data.figures.freshness import Moment
from data.figures.queues import Group
from data.figures.report import By, Line, Report
from data.figures.report_reading import ReportQuestion
from data.figures.report_times import today_at
from data.files import FloorFiles
from data.floor import FloorSnapshot
from data.model import (
    AgentDay,
    AgentState,
    Alert,
    AnyRecord,
    Channel,
    ComplaintClock,
    Counts,
    EscalationEvent,
    Kind,
    Ms,
)
from data.rules.periods import Length, Period
from data.rules.service_level import Formula
from data.status import SiteInfo
from screens.presenters.report_words import report_notes
from tests.builders import (
    BOOT,
    MONO_MS,
    NOW,
    SITE,
    SOURCE,
    instant,
    make_agent,
    make_escalation,
    make_interval,
    make_queue,
    make_shift,
    make_site,
    make_snapshot,
)

DAY = date(2026, 3, 11)
LATER = instant("2026-04-20")
HERE = (make_site(day_start="00:00"),)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[HistoryWriter]:
    writer = HistoryWriter.open(FloorFiles(tmp_path))
    yield writer
    writer.close()


def put(writer: HistoryWriter, kind: Kind, *records: AnyRecord, at: Ms = 0) -> None:
    for record in records:
        steps = [Step(at, kind, record.id, None, record)]
        writer.add(record.site, record.source, steps)


def came(writer: HistoryWriter, queue: str, at: str, offered: int, **changes: Any) -> None:
    """So many contacts in an interval, of which all are answered within T but what is named."""
    counts = {"offered": offered, "answered": offered, "answered_within": offered} | changes
    interval = make_interval(
        queue,
        id=f"{queue}{at}",
        starts_at=instant(at),
        counts=Counts(**counts),
        **({"site": "leeds"} if queue.startswith("leeds") else {}),
        forecast_offered=None,
    )
    put(writer, Kind.INTERVAL, interval)


def ask(
    writer: HistoryWriter,
    length: Length = Length.DAY,
    day: date = DAY,
    *,
    by: By = By.QUEUE,
    sites: tuple[SiteInfo, ...] = HERE,
    floor: FloorSnapshot | None = None,
    now: Ms = LATER,
) -> Report:
    question = ReportQuestion(Period.holding(length, day), by, sites)
    with closing(HistoryReader.open(writer.file.path)) as reader:
        return question.ask(reader, floor or FloorSnapshot(), Moment(now, MONO_MS, BOOT))


def by_name(report: Report) -> dict[str, Line]:
    return {line.name: line for line in report.lines}


def offered(report: Report) -> dict[str, int]:
    return {line.name: line.counts.offered for line in report.lines if line.counts is not None}


def test_nothing_is_known_of_a_time_before_history(writer):
    report = ask(writer)
    assert report.is_empty
    assert report.is_over
    assert report.total.level(Formula.OFFERED) is None
    assert (report.total.asa_s, report.total.aht_s, report.work.occupancy) == (None, None, None)


def test_it_is_said_where_what_it_is_held_against_is_known_in_part_alone(writer):
    came(writer, "a", "2026-03-07T09:00", 10)
    came(writer, "a", "2026-03-11T09:00", 90)
    report = ask(writer, Length.WEEK)
    assert report.compared_since == date(2026, 3, 7)
    assert any("week 10 nothing is known before 2026-03-07" in one for one in report_notes(report))
    came(writer, "a", "2026-02-11T09:00", 10)
    assert ask(writer, Length.WEEK).compared_since is None


def test_totals_are_sums_over_sums_and_groups_stay_apart(writer):
    mail = make_queue("mail", name="mail", channel=Channel.EMAIL)
    calls_out = make_queue("out", name="out", direction="outbound")
    put(writer, Kind.QUEUE, make_queue("a", name="a"), make_queue("b", name="b"), mail, calls_out)
    came(writer, "a", "2026-03-11T09:00", 10, answered_within=1, wait_answered_s=500.0)
    came(writer, "b", "2026-03-11T09:00", 90, wait_answered_s=90.0)
    came(writer, "mail", "2026-03-11T09:00", 1000, wait_answered_s=3e6)
    came(writer, "out", "2026-03-11T09:00", 7)
    floor = make_snapshot(mail, calls_out)
    report = ask(writer, floor=floor)
    assert report.total.counts is not None
    assert report.total.counts.offered == 100
    assert report.total.level(Formula.OFFERED) == 91.0  # and not the mean of 10 and 100
    assert report.total.asa_s == 5.9
    assert [(one.group, one.counts.offered) for one in report.totals if one.counts] == [
        (Group.IMMEDIATE, 100),
        (Group.OUTBOUND, 7),
        (Group.DEFERRED, 1000),
    ]
    assert [line.name for line in report.lines] == ["a", "b", "out", "mail"]


def test_a_day_begins_when_the_site_says_and_has_the_hours_that_the_clocks_give_it(writer):
    night = (make_site(day_start="06:00"),)
    for at, count in (
        ("2026-03-28T05:45+01:00", 1),
        ("2026-03-28T06:00+01:00", 10),
        ("2026-03-29T01:45+01:00", 100),
        ("2026-03-29T05:45+02:00", 1000),
        ("2026-03-29T06:00+02:00", 10_000),
    ):
        came(writer, "a", at, count)
    for day, sum_of_it in ((27, 1), (28, 1110), (29, 10_000)):
        report = ask(writer, day=date(2026, 3, day), sites=night)
        assert offered(report) == {"a": sum_of_it}
    whole = ask(writer, Length.MONTH, date(2026, 3, 1), sites=night)
    assert offered(whole) == {"a": 11_111}


def test_an_hour_that_comes_twice_is_told_apart_and_stands_in_its_place(writer):
    for at in ("01:45+02:00", "02:15+02:00", "02:15+01:00", "03:00+01:00"):
        came(writer, "a", f"2026-10-25T{at}", 1)
    now = instant("2026-11-01")
    report = ask(writer, day=date(2026, 10, 25), by=By.INTERVAL, now=now)
    assert [line.name for line in report.lines] == ["01:45", "02:15", "02:15+0100", "03:00"]


def test_each_site_has_its_own_day(writer):
    leeds = SiteInfo(id="leeds", name="Leeds", zone="Europe/London", day_start="00:00")
    came(writer, "a", "2026-03-10T23:30", 1)  # Hamburg's day, not yet that of Leeds
    came(writer, "leeds-a", "2026-03-10T23:30", 10)
    report = ask(writer, sites=(*HERE, leeds))
    assert offered(report) == {"a": 1}
    assert offered(ask(writer, day=date(2026, 3, 10), sites=(*HERE, leeds))) == {"leeds-a": 10}


def test_a_day_is_held_against_the_same_weekday_and_only_as_far_as_it_has_come(writer):
    for at, count in (("04T09:00", 8), ("04T15:00", 50), ("11T09:00", 10), ("11T09:15", 2)):
        came(writer, "a", f"2026-03-{at}", count)
    came(writer, "gone", "2026-03-04T09:00", 4)
    over = by_name(ask(writer))["a"]
    assert over.before is not None
    assert (over.before.offered, over.change) == (58, pytest.approx(-79.31, abs=0.01))
    report = ask(writer, now=instant("2026-03-11T09:20"))
    assert not report.is_over
    line = by_name(report)["a"]
    assert line.before is not None
    assert (line.before.offered, line.change) == (8, 50.0)
    assert by_name(report)["gone"].counts == Counts()
    assert report.total.before is not None
    assert report.total.before.offered == 12
    first = by_name(ask(writer, day=date(2026, 3, 4)))["a"]
    assert (first.before, first.change) == (None, None)


def test_a_forecast_is_held_against_what_came_in_its_own_half_hours(writer):
    for at, count in (("09:00", 5), ("09:15", 7), ("09:30", 100), ("10:00", 30)):
        came(writer, "a", f"2026-03-11T{at}", count, talk_s=100.0 * count)
    rows = (
        ForecastRow("a", instant("2026-03-11T09:00"), 10.0, 200.0),
        ForecastRow("a", instant("2026-03-11T10:00"), 1000.0, None),
    )
    writer.import_forecast(ForecastBatch(site=SITE, source=SOURCE, rows=rows))
    (line,) = ask(writer, now=instant("2026-03-11T10:20")).lines
    assert line.expected is not None
    assert (line.expected.offered, line.expected.came) == (10.0, 12)
    assert line.variance == pytest.approx(20.0)
    assert (line.expected.aht_s, line.aht_variance) == (200.0, pytest.approx(-50.0))
    assert line.expected.origins == {Origin.IMPORTED}
    (line,) = ask(writer).lines
    assert line.expected is not None
    assert (line.expected.offered, line.expected.came) == (1010.0, 42)
    assert by_name(ask(writer, day=date(2026, 3, 12))) == {}


def test_a_time_of_day_has_half_of_the_forecast_of_its_half_hour(writer):
    for queue, at, count in (("a", "09:00", 5), ("a", "09:15", 7), ("b", "09:00", 50)):
        came(writer, queue, f"2026-03-11T{at}", count)
    told = make_interval(
        "b",
        id="told",
        starts_at=instant("2026-03-11T09:15"),
        counts=Counts(offered=3),
        forecast_offered=6.0,
    )
    put(writer, Kind.INTERVAL, told)
    rows = (ForecastRow("a", instant("2026-03-11T09:00"), 10.0, None),)
    writer.import_forecast(ForecastBatch(site=SITE, source=SOURCE, rows=rows))
    first, second = ask(writer, by=By.INTERVAL).lines
    assert first.expected is not None
    assert second.expected is not None
    # What came to a queue without a forecast is held against none.
    assert (first.expected.offered, first.expected.came) == (5.0, 5)
    assert (second.expected.offered, second.expected.came) == (11.0, 10)
    assert first.variance == 0.0
    (early,) = ask(writer, by=By.INTERVAL, now=instant("2026-03-11T09:10")).lines
    assert early.expected is None


def test_the_target_is_that_which_was_valid_then(writer):
    came(writer, "a", "2026-03-11T09:00", 10)
    came(writer, "a", "2026-03-18T09:00", 10)
    earlier, then = make_queue("a", target_percent=60.0), make_queue("a", target_percent=70.0)
    now = make_queue("a", target_percent=95.0)
    writer.keyframe(instant("2026-03-11T19:00"), [(Kind.QUEUE, earlier)])
    writer.keyframe(instant("2026-03-11T20:00"), [(Kind.QUEUE, then)])
    writer.keyframe(instant("2026-03-12T01:00"), [(Kind.QUEUE, now)])
    floor = make_snapshot(now)
    assert ask(writer, floor=floor).lines[0].target_percent == 70.0
    assert ask(writer, floor=floor).has_targets_then
    later = ask(writer, day=date(2026, 3, 18), floor=floor)
    assert (later.lines[0].target_percent, later.has_targets_then) == (95.0, False)
    assert ask(writer, day=date(2026, 3, 18)).lines[0].target_percent is None


def test_agents_and_teams_are_summed_up_over_days(writer):
    put(writer, Kind.QUEUE, make_queue("a", day_started_at=instant("2026-03-11T00:00+01:00")))
    none = {"hold_s": 0.0, "acw_s": 0.0}
    for name, handled, ready in (("ann", 10, 600.0), ("bob", 30, 1800.0)):
        today = AgentDay(handled=handled, talk_s=60.0 * handled, **none, ready_s=ready)
        agent = make_agent(name, name=name, team="north", today=today, state=AgentState.READY)
        put(writer, Kind.AGENT, agent, at=instant("2026-03-11T12:00"))
    writer.prune_step(instant("2026-03-11T12:00"))
    report = ask(writer, by=By.AGENT)
    lines = by_name(report)
    assert {name: line.answered for name, line in lines.items()} == {"ann": 10, "bob": 30}
    assert lines["ann"].aht_s == 60.0
    assert report.work.occupancy == 50.0
    assert report.work.adherence is None
    assert lines["ann"].level(Formula.OFFERED) is None
    floor = make_snapshot(make_agent("ann", team="north"), make_agent("bob", team=""))
    (north, nobody) = ask(writer, by=By.TEAM, floor=floor).lines
    assert (north.name, north.answered, nobody.name, nobody.answered) == ("north", 10, "", 30)


def test_adherence_is_that_of_a_day_whose_plan_is_at_hand(writer):
    start, end = instant("2026-03-11T08:00"), instant("2026-03-11T10:00")
    ready = make_agent("ann", state=AgentState.READY, since=start)
    put(writer, Kind.AGENT, ready, at=start)
    away = make_agent("ann", state=AgentState.LOGGED_OFF, since=start + 5_400_000)
    writer.add(SITE, SOURCE, [Step(away.since, Kind.AGENT, "ann", ready, away)])
    shift = make_shift("s", agent="ann", starts_at=start, ends_at=end, activities=())
    floor = make_snapshot(away, shift)
    assert ask(writer, floor=floor, by=By.AGENT).work.adherence == pytest.approx(75.0)
    week = ask(writer, Length.WEEK, floor=floor)
    assert week.work.adherence == pytest.approx(75.0)
    assert (week.coverage.days, week.coverage.known_days) == (7, 5)
    assert week.coverage.planned_days == 1


def test_adherence_of_today_is_what_has_been_counted_so_far(writer):
    ann = make_agent("ann", scheduled_s=3600.0, adherent_s=1800.0, adherence_at=NOW)
    report = ask(writer, floor=make_snapshot(ann, make_agent("bob")), now=NOW, by=By.AGENT)
    assert report.work.adherence == pytest.approx(50.0)
    assert [line.name for line in report.lines] == [ann.name]


def test_the_plan_of_a_day_that_is_no_longer_shown_is_that_of_the_day_after_it(writer):
    start, end = instant("2026-03-11T08:00"), instant("2026-03-11T10:00")
    ready = make_agent("ann", state=AgentState.READY, since=start)
    put(writer, Kind.AGENT, ready, at=start)
    gone = make_agent("ann", state=AgentState.LOGGED_OFF, since=start + 3_600_000)
    writer.add(SITE, SOURCE, [Step(gone.since, Kind.AGENT, "ann", ready, gone)])
    whole = make_shift("s", agent="ann", starts_at=start, ends_at=end, activities=())
    shorter = make_shift("s", agent="ann", starts_at=start, ends_at=gone.since, activities=())
    empty = make_snapshot(gone)
    assert ask(writer, floor=empty).work.adherence is None
    writer.keyframe(end, [(Kind.AGENT, gone), (Kind.SHIFT, whole)])
    assert ask(writer, floor=empty).work.adherence == pytest.approx(50.0)
    writer.keyframe(end + 80_000_000, [(Kind.AGENT, gone), (Kind.SHIFT, shorter)])
    assert ask(writer, floor=empty).work.adherence == pytest.approx(100.0)
    writer.keyframe(end + 82_000_000, [(Kind.AGENT, gone)])
    assert ask(writer, floor=empty).work.adherence == pytest.approx(50.0)
    assert ask(writer, day=date(2026, 3, 14), floor=empty).work.adherence is None


def test_one_shift_that_is_left_over_is_not_taken_for_the_plan_of_a_day(writer):
    start, end = instant("2026-03-11T08:00"), instant("2026-03-11T10:00")
    agents = []
    for name, length in (("ann", 7_200_000), ("bob", 3_600_000)):
        ready = make_agent(name, state=AgentState.READY, since=start)
        put(writer, Kind.AGENT, ready, at=start)
        agents.append(make_agent(name, state=AgentState.LOGGED_OFF, since=start + length))
        writer.add(SITE, SOURCE, [Step(start + length, Kind.AGENT, name, ready, agents[-1])])
    shifts = [
        make_shift(name, agent=name, starts_at=start, ends_at=end, activities=())
        for name in ("ann", "bob")
    ]
    left_over = make_snapshot(*agents, shifts[0])
    assert ask(writer, floor=left_over).work.adherence == pytest.approx(100.0)
    rows = [(Kind.AGENT, one) for one in agents] + [(Kind.SHIFT, one) for one in shifts]
    writer.keyframe(end, rows)
    report = ask(writer, floor=left_over)
    assert report.work.adherence == pytest.approx(75.0)
    assert report.work.left_early_ms == 3_600_000


def test_complaints_count_on_the_day_on_which_they_were_raised(writer):
    at = instant("2026-03-11T09:00")
    kept = ComplaintClock("final", at + 1000, at + 500)
    missed = ComplaintClock("final", at + 1000, at + 5000)
    runs = ComplaintClock("final", LATER + 1000)
    complaints = [
        make_escalation("1", status="closed", clocks=(kept,)),
        make_escalation("2", status="closed", clocks=(kept, missed)),
        make_escalation("3", status="new", clocks=(kept, runs)),
        make_escalation("4", status="closed", clocks=(kept,)),
    ]
    for one in complaints:
        raised = EscalationEvent(at, "ann", "raised")
        noted = EscalationEvent(at + 86_400_000, "ann", "noted")
        put(writer, Kind.ESCALATION, make_escalation(one.id, events=(raised, noted)), at=at)
    found = ask(writer, floor=make_snapshot(*complaints[:3])).complaints
    assert (found.raised, found.in_time, found.late, found.open, found.unknown) == (4, 1, 1, 1, 1)
    assert ask(writer, day=date(2026, 3, 12)).complaints.raised == 0


def test_alerts_count_when_they_were_raised(writer):
    at = instant("2026-03-11T09:00")
    for name in ("one", "two"):
        alert = Alert(site=SITE, source=SOURCE, id=name, name="wait", raised_at=at)
        put(writer, Kind.ALERT, alert, at=at)
    assert ask(writer).alerts == 2
    assert ask(writer, day=date(2026, 3, 12)).alerts == 0


def test_clients_and_channels_do_not_mix_what_waits_with_what_may(writer):
    mail = make_queue("mail", channel=Channel.EMAIL, client="acme")
    calls = make_queue("calls", client="acme")
    put(writer, Kind.QUEUE, mail, calls)
    came(writer, "mail", "2026-03-11T09:00", 3)
    came(writer, "calls", "2026-03-11T09:00", 5)
    floor = make_snapshot(mail, calls)
    lines = ask(writer, by=By.CLIENT, floor=floor).lines
    assert [(one.name, one.group, one.counts.offered) for one in lines if one.counts] == [
        ("acme", Group.IMMEDIATE, 5),
        ("acme", Group.DEFERRED, 3),
    ]
    lines = ask(writer, by=By.CHANNEL, floor=floor).lines
    assert [one.name for one in lines] == ["voice", "email"]
    by_time = ask(writer, by=By.INTERVAL, floor=floor)
    assert offered(by_time) == {"10:00": 5}
    assert by_time.hours == (("10", 5),)


def test_curves_are_of_the_hours_of_a_day_and_of_the_days_of_a_week(writer):
    for queue, at, count in (
        ("a", "2026-03-11T08:45", 1),
        ("a", "2026-03-11T11:15", 5),
        ("b", "2026-03-11T09:00", 2),
        ("b", "2026-03-13T09:00", 4),
    ):
        came(writer, queue, at, count)
    curves = {line.name: line.curve for line in ask(writer).lines}
    assert curves == {"a": (1, 0, 0, 5), "b": (0, 2, 0, 0)}
    week = ask(writer, Length.WEEK)
    assert {line.name: line.curve for line in week.lines} == {
        "a": (None, None, 6, None, 0),
        "b": (None, None, 2, None, 4),
    }
    assert week.total.curve == (None, None, 8, None, 4)


def test_the_hours_leave_no_gap(writer):
    came(writer, "a", "2026-03-11T22:00", 3)  # 23:00 in Hamburg
    came(writer, "a", "2026-03-11T19:00", 1)
    assert ask(writer).hours == (("20", 1), ("21", 0), ("22", 0), ("23", 3))


def test_today_is_the_counting_day_of_the_first_site():
    night = make_site(day_start="06:00")
    assert today_at((night,), instant("2026-03-11T04:30")) == date(2026, 3, 10)
    assert today_at((night,), instant("2026-03-11T05:00")) == date(2026, 3, 11)
