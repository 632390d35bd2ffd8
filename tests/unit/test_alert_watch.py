"""What rules watch of a floor: who waits beside whom, who is late, whose clock runs out."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from data.alerts.expectation import Expectation
from data.alerts.records import record_of, running_of
from data.alerts.running import Running
from data.alerts.watch import Watch
from data.figures.freshness import Moment
from data.floor import FloorSnapshot
from data.model import (
    Activity,
    AgentDay,
    AgentState,
    AnyRecord,
    ComplaintClock,
    Freshness,
    Penalty,
    Person,
)
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES, Severity
from data.status import Line, SourceHealth, Upset
from screens.alert_words import cause_sentence
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    ago,
    make_agent,
    make_escalation,
    make_health,
    make_queue,
    make_shift,
    make_snapshot,
)


class Looking:
    """A watch, and what it has found so far by figure."""

    def __init__(self) -> None:
        self.watch = Watch(SITE, DEFAULT_RULES, Formula.OFFERED, ZoneInfo("Europe/Berlin"))
        self.found: dict[str, Running] = {}

    def look(
        self, *records: AnyRecord, after_s: float = 0, health: SourceHealth | None = None
    ) -> set[str]:
        moment = Moment(NOW + round(after_s * 1000), MOMENT.mono_ms + round(after_s * 1000), "")
        its = health or make_health(boot_id="", last_ok_at=moment.now, last_ok_mono_ms=None)
        snapshot: FloorSnapshot = make_snapshot(*records, sources=[its])
        for one in self.watch.look(snapshot, moment):
            self.found[one.subject.figure.value] = one
        running = self.watch.docket.running()
        return {one.subject.figure.value for one in running if not one.under}


def test_a_contact_that_waits_beside_a_ready_agent_names_them() -> None:
    looking = Looking()
    queue = make_queue(contacts_waiting=1, longest_wait_since=ago(20))
    agent = make_agent(
        name="Hana",
        state=AgentState.READY,
        since=ago(10),
        queues=("claims",),
        penalties=(Penalty("claims", 3),),
        unanswered_rings=2,
    )
    assert "waits_though_ready_s" not in looking.look(queue, agent, after_s=5)
    assert "waits_though_ready_s" in looking.look(queue, agent, after_s=6)
    alert = record_of(looking.found["waits_though_ready_s"], looking.watch, DEFAULT_RULES)
    said = [cause_sentence(cause, "UTC") for cause in alert.causes]
    assert said == ["1001 Hana is ready, penalty 3; 2 rings not answered today"]
    busy = make_agent(name="Hana", state=AgentState.BUSY, since=ago(-7), queues=("claims",))
    assert "waits_though_ready_s" in looking.look(queue, busy, after_s=8)
    assert "waits_though_ready_s" not in looking.look(queue, busy, after_s=80)


def test_what_the_agents_of_a_queue_do_stands_beside_who_waits_in_it() -> None:
    looking = Looking()
    queue = make_queue(contacts_waiting=1, longest_wait_since=ago(130))
    looking.look(queue, make_agent(state=AgentState.NOT_READY, since=ago(9), queues=("claims",)))
    alert = record_of(looking.found["longest_wait_s"], looking.watch, DEFAULT_RULES)
    assert [cause_sentence(cause, "UTC") for cause in alert.causes] == [
        "agents of the queue: 0 ready, 0 with contacts, 0 after contact, 1 not ready, "
        "0 out of reach"
    ]


def test_a_contact_alone_or_an_agent_alone_is_no_fault() -> None:
    looking = Looking()
    queue = make_queue(contacts_waiting=1, longest_wait_since=ago(20))
    other = make_agent(state=AgentState.READY, since=ago(900), queues=("sales",))
    assert "waits_though_ready_s" not in looking.look(queue, other, after_s=50)


def test_who_does_not_come_is_late_and_no_longer_so_once_there() -> None:
    looking = Looking()
    shift = make_shift(
        agent="1001",
        starts_at=ago(240),
        ends_at=ago(-3600),
        activities=(Activity("on_queue", ago(240), ago(-3600)),),
    )
    away = make_agent(state=AgentState.LOGGED_OFF, since=ago(90_000))
    assert "late_s" not in looking.look(shift, away)
    assert "late_s" in looking.look(shift, away, after_s=61)
    assert looking.found["late_s"].severity is Severity.LOOK
    looking.look(shift, away, after_s=661)
    assert looking.found["late_s"].severity is Severity.ACT
    there = make_agent(state=AgentState.READY, since=ago(-662))
    looking.look(shift, there, after_s=662)
    assert "late_s" not in looking.look(shift, there, after_s=723)


def test_a_raised_hand_that_somebody_answers_is_over() -> None:
    looking = Looking()
    asking = make_agent(assist_since=ago(5))
    assert "assist_s" in looking.look(asking)
    answered = make_agent(assist_since=ago(5), assist_by=Person("vogt", "L. Vogt"))
    assert "assist_s" not in looking.look(answered, after_s=1)


def test_of_a_complaint_the_first_clock_that_is_not_met_counts_also_when_missed() -> None:
    looking = Looking()
    clocks = (ComplaintClock("acknowledge", ago(-1200)), ComplaintClock("final", ago(-900_000)))
    assert "clock_left_s" in looking.look(make_escalation(clocks=clocks))
    assert looking.found["clock_left_s"].severity is Severity.ACT
    looking.look(make_escalation(clocks=clocks), after_s=3000)
    assert "clock_left_s" in looking.look(make_escalation(clocks=clocks), after_s=4000)
    met = (ComplaintClock("acknowledge", ago(-1200), met_at=ago(-4001)), clocks[1])
    assert "clock_left_s" not in looking.look(make_escalation(clocks=met), after_s=4001)


def test_too_few_heads_within_the_hour_are_told_after_five_minutes() -> None:
    looking = Looking()
    half = NOW - NOW % 1_800_000 + 1_800_000
    looking.watch.expect(Expectation(SITE, {}, {half: 5}), looking.watch.snapshot, NOW)
    shift = make_shift(
        starts_at=ago(3600),
        ends_at=ago(-7200),
        activities=(Activity("on_queue", ago(3600), ago(-7200)),),
    )
    agent = make_agent(state=AgentState.READY)
    assert "understaffed_heads" not in looking.look(shift, agent)
    for minute in range(1, 7):
        looking.look(shift, agent, after_s=61 * minute)
    assert "understaffed_heads" in looking.look(shift, agent, after_s=400)
    assert looking.found["understaffed_heads"].peak == 4
    alert = record_of(looking.found["understaffed_heads"], looking.watch, DEFAULT_RULES)
    said = [cause_sentence(cause, "Europe/Berlin") for cause in alert.causes]
    assert said == ["needs 5 heads, 1 planned from 15:00"]


def test_a_system_that_has_lost_memberships_is_one_line_and_its_agents_are_held() -> None:
    looking = Looking()
    upset = Upset(at=ago(2), kept_at=ago(600), missing=63, has_restarted=True)
    health = make_health(boot_id="", last_ok_at=NOW, last_ok_mono_ms=None, upset=upset)
    gone = [
        make_agent(str(number), state=AgentState.NOT_READY, since=ago(4000), assist_since=ago(9))
        for number in range(40)
    ]
    looking.look(*gone, health=health)
    assert looking.look(*gone, health=health) == {"restarted"}
    assert looking.found["restarted"].held == 80


def test_the_lines_of_a_system_that_answers_are_named_as_causes() -> None:
    looking = Looking()
    lines = (Line(name="trunk A", is_up=True), Line(name="trunk B", is_up=False, state="Rejected"))
    health = make_health(boot_id="", last_ok_at=NOW, last_ok_mono_ms=None, lines=lines)
    phone = make_agent(state=AgentState.UNREACHABLE, since=ago(100))
    looking.look(phone, health=health)
    later = make_health(boot_id="", last_ok_at=NOW + 61_000, last_ok_mono_ms=None, lines=lines)
    assert "unreachable_s" in looking.look(phone, after_s=61, health=later)
    alert = record_of(looking.found["unreachable_s"], looking.watch, DEFAULT_RULES)
    assert [cause.code for cause in alert.causes] == ["source_answers", "line_down"]
    again = running_of(alert)
    assert again is not None
    assert again.id == alert.id


def test_a_source_that_fills_anew_holds_its_alerts_and_is_no_alert_itself() -> None:
    looking = Looking()
    asking = make_agent(assist_since=ago(5))
    filling = make_health(
        boot_id="", state=Freshness.REBUILDING, last_ok_at=ago(100), last_ok_mono_ms=None
    )
    assert looking.look(asking, health=filling) == set()
    assert looking.look(asking, after_s=1) == {"assist_s"}


def test_the_clock_of_a_complaint_runs_out_though_its_source_is_silent() -> None:
    looking = Looking()
    complaint = make_escalation(clocks=(ComplaintClock("final", ago(-20_000)),))
    asking = make_agent(assist_since=ago(5))
    gone = make_health(
        boot_id="", state=Freshness.OFFLINE, last_ok_at=ago(100), last_ok_mono_ms=None
    )
    assert looking.look(complaint, asking, health=gone) == {"source_stale_s"}
    late = looking.look(complaint, asking, after_s=20_001, health=gone)
    assert late == {"source_stale_s", "clock_left_s"}


def test_who_has_just_become_not_ready_is_judged_when_the_limit_is_near() -> None:
    looking = Looking()
    ready = make_agent(state=AgentState.READY, since=ago(60))
    away = make_agent(state=AgentState.NOT_READY, since=NOW)
    assert not looking.look(ready)
    for minute in range(1, 20):
        assert not looking.look(away, after_s=minute * 60)
    # Sums of the day change all the time, and must not lead to anybody being forgotten.
    counted = make_agent(state=AgentState.NOT_READY, since=NOW, today=AgentDay(handled=11))
    assert not looking.look(counted, after_s=1_199)
    assert looking.look(counted, after_s=1_203) == {"not_ready_s"}
    assert looking.found["not_ready_s"].began_at == NOW + 1_200_000
    back = make_agent(state=AgentState.READY, since=ago(-1_230))
    assert not looking.look(back, after_s=1_231)
    again = make_agent(state=AgentState.NOT_READY, since=ago(-1_300))
    assert not looking.look(again, after_s=1_301)
    assert looking.look(again, after_s=1_300 + 1_205) == {"not_ready_s"}
