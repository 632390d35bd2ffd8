"""Rules judged over time: dwell, margins, quiet hours, causes, and what outlives a process."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from data.alerts.docket import UNSEEN_MS, Docket
from data.alerts.hygiene import MANY_PHONES, Hygiene, lost_together, source_subject
from data.alerts.judge import Limit, Reading, is_in_force
from data.alerts.running import Running, Subject, token_of
from data.contract import to_ms
from data.floor import Key
from data.settings import DEFAULT_RULES, Figure, RuleSettings, Severity
from tests.builders import NOW

BERLIN = ZoneInfo("Europe/Berlin")
WAITING = Subject(Figure.WAITING, "hh", "t", "queue", "claims")


def rule(figure: Figure = Figure.WAITING, **what: object) -> RuleSettings:
    return RuleSettings(figure=figure, **({"above": 10, "held_s": 30} | what))  # type: ignore[arg-type]


def at(text: str) -> int:
    return to_ms(datetime.fromisoformat(text))


def docket(*rules: RuleSettings) -> Docket:
    return Docket(rules or (rule(),), BERLIN)


def test_what_is_beyond_the_limit_for_less_than_the_dwell_raises_nothing() -> None:
    judge = docket()
    judge.tell(WAITING, Reading(11, NOW), NOW)
    judge.settle(NOW + 29_999)
    assert not judge.changed()
    judge.settle(NOW + 30_000)
    (alert,) = judge.changed()
    assert (alert.began_at, alert.raised_at) == (NOW, NOW + 30_000)
    assert (alert.peak, alert.limit, alert.severity) == (11, 10, Severity.LOOK)


def test_a_hundred_flaps_around_the_limit_ring_once() -> None:
    judge = docket(rule(held_s=0))
    for flap in range(200):
        now = NOW + flap * 1000
        judge.tell(WAITING, Reading(11 if flap % 2 else 9.5, now), now)
        judge.settle(now)
    assert len({alert.id for alert in judge.changed()}) == 1
    assert len(judge.running()) == 1


@given(
    steps=st.lists(st.tuples(st.integers(1, 90), st.sampled_from([5.0, 9.5, 10.0, 10.5, 14.0]))),
    held_s=st.sampled_from([0, 10, 60]),
)
def test_no_history_rings_more_often_than_the_margin_is_crossed(
    steps: list[tuple[int, float]], held_s: int
) -> None:
    """One ring for each time that the figure stays beyond after it had stayed calm, at most."""
    judge = docket(rule(held_s=held_s))
    now, rung, swings, was_calm = NOW, set(), 0, True
    for seconds, value in steps:
        judge.tell(WAITING, Reading(value, now), now)
        swings += was_calm and value > 10
        was_calm = value <= 9 or (was_calm and value <= 10)
        for each in judge.changed():
            rung.add(each.id)
        now += seconds * 1000
        judge.settle(now)
        rung.update(each.id for each in judge.changed())
    assert len(rung) <= swings
    assert len(rung) <= 1 + (now - NOW) / 1000 / max(1, 2 * held_s)


def test_a_figure_that_grows_by_itself_is_raised_at_the_instant_it_passes() -> None:
    judge = docket(rule(Figure.NOT_READY, above=1800, held_s=None))
    subject = WAITING._replace(figure=Figure.NOT_READY, kind="agent")
    judge.tell(subject, Reading(0, NOW, 1), NOW)
    judge.settle(NOW + 1_800_000)
    assert not judge.changed()
    judge.settle(NOW + 1_800_001)
    (alert,) = judge.changed()
    assert alert.raised_at - NOW == 1_800_001
    judge.tell(subject, None, NOW + 2_000_000)
    (over,) = judge.changed()
    assert over.ended_at == NOW + 2_000_000
    assert over.peak == 2000


def test_a_worse_rule_makes_the_same_alert_worse() -> None:
    judge = docket(rule(held_s=0), rule(above=20, severity=Severity.ACT, held_s=0))
    judge.tell(WAITING, Reading(15, NOW), NOW)
    (first,) = judge.changed()
    judge.tell(WAITING, Reading(25, NOW + 1), NOW + 1)
    (second,) = judge.changed()
    assert first.id == second.id
    assert (first.severity, second.severity) == (Severity.LOOK, Severity.ACT)


def test_a_clock_that_jumps_neither_ends_nor_repeats_an_alert() -> None:
    judge = docket()
    judge.tell(WAITING, Reading(11, NOW), NOW)
    judge.settle(NOW + 30_000)
    (raised,) = judge.changed()
    for jumped in (NOW - 3_600_000, NOW + 7_200_000):
        judge.begin_anew(jumped)
        judge.tell(WAITING, Reading(11, jumped), jumped)
        judge.settle(jumped)
        assert not judge.changed()
        assert [each.id for each in judge.running()] == [raised.id]


def test_a_clock_that_jumps_ahead_does_not_shorten_a_dwell() -> None:
    judge = docket()
    judge.tell(WAITING, Reading(11, NOW), NOW)
    jumped = NOW + 3_600_000
    judge.begin_anew(jumped)
    judge.settle(jumped)
    assert not judge.changed()
    judge.settle(jumped + 30_000)
    assert len(judge.changed()) == 1


def restored(alert: Running, now: int) -> Docket:
    judge = docket()
    judge.restore([alert], now)
    return judge


def raised() -> Running:
    judge = docket()
    judge.tell(WAITING, Reading(11, NOW), NOW)
    judge.settle(NOW + 30_000)
    return judge.changed()[0]


def test_another_process_goes_on_with_an_alert_and_does_not_repeat_it() -> None:
    judge = restored(raised(), NOW + 60_000)
    judge.tell(WAITING, Reading(12, NOW + 61_000), NOW + 61_000)
    judge.settle(NOW + 600_000)
    assert not [each for each in judge.changed() if each.id != raised().id or each.ended_at]
    assert [each.id for each in judge.running()] == [raised().id]


def test_an_alert_of_an_earlier_process_that_nothing_speaks_of_ends() -> None:
    judge = restored(raised(), NOW + 60_000)
    judge.settle(NOW + 60_000 + UNSEEN_MS)
    judge.settle(NOW + 60_000 + UNSEEN_MS + 30_000)
    (over,) = judge.changed()
    assert over.ended_at


def test_while_a_source_is_silent_its_alerts_neither_end_nor_begin_and_are_counted() -> None:
    judge = docket(rule(), rule(Figure.SOURCE_STALE, above=30, held_s=0))
    judge.tell(WAITING, Reading(11, NOW), NOW)
    judge.settle(NOW + 30_000)
    (before,) = judge.changed()
    stale = source_subject(Figure.SOURCE_STALE, "hh", "t")
    judge.hold(lambda subject: "" if subject == stale else token_of(stale), NOW + 40_000)
    judge.tell(stale, Reading(0, NOW + 40_000, 1), NOW + 40_000)
    other = WAITING._replace(id="sales")
    judge.tell(other, Reading(50, NOW + 40_000), NOW + 40_000)
    judge.tell(WAITING, Reading(0, NOW + 41_000), NOW + 41_000)
    judge.settle(NOW + 200_000)
    judge.count_held(judge.held())
    found = {each.subject: each for each in judge.changed()}
    assert set(found) == {WAITING, stale}
    assert found[stale].held == 2
    assert found[WAITING].under == token_of(stale)
    assert found[WAITING].id == before.id
    assert found[WAITING].ended_at is None
    # It answers again: what goes on is the same alert, and what was held dwells anew.
    judge.tell(WAITING, Reading(12, NOW + 300_000), NOW + 300_000)
    judge.hold(lambda _subject: "", NOW + 300_000)
    judge.settle(NOW + 329_999)
    assert other not in {each.subject for each in judge.running()}
    judge.settle(NOW + 330_000)
    assert other in {each.subject for each in judge.running()}
    assert judge.running_on(WAITING) is not None
    assert judge.running_on(WAITING).id == before.id  # type: ignore[union-attr]


def test_ten_phones_within_a_minute_are_lost_together_and_nine_are_not() -> None:
    phones = [(Key("hh", "t", f"{number}"), NOW + number * 5000) for number in range(MANY_PHONES)]
    assert lost_together(phones) == {key.id for key, _since in phones}
    assert not lost_together(phones[1:])
    assert not lost_together([(key, since * 2 - NOW) for key, since in phones[:-1]])
    spread = [(key, NOW + place * 60_001) for place, (key, _since) in enumerate(phones)]
    assert not lost_together(spread)


def test_the_phones_that_were_lost_together_are_held_and_others_not() -> None:
    hygiene = Hygiene()
    assert hygiene.lose(("hh", "t"), frozenset({"1001"}))
    phone = Subject(Figure.UNREACHABLE, "hh", "t", "agent", "1001")
    assert hygiene.cause_of(phone) == token_of(source_subject(Figure.PHONES_LOST, "hh", "t"))
    assert not hygiene.cause_of(phone._replace(id="1002"))
    assert not hygiene.cause_of(phone._replace(figure=Figure.ASSIST))


def test_quiet_hours_go_by_the_wall_clock_of_the_site_also_when_clocks_are_changed() -> None:
    night = rule(quiet="22:00-06:00")
    assert not is_in_force(night, at("2026-03-29T03:59:59+00:00"), BERLIN)
    assert is_in_force(night, at("2026-03-29T04:00:00+00:00"), BERLIN)
    assert is_in_force(night, at("2026-03-28T20:59:59+00:00"), BERLIN)
    assert not is_in_force(night, at("2026-03-28T21:00:00+00:00"), BERLIN)


def test_a_rule_holds_from_its_date_on() -> None:
    later = rule(valid_from="2026-07-02")
    assert not is_in_force(later, at("2026-07-01T21:59:59+00:00"), BERLIN)
    assert is_in_force(later, at("2026-07-01T22:00:00+00:00"), BERLIN)


def test_every_default_rule_can_be_judged() -> None:
    for each in DEFAULT_RULES:
        limit = Limit.of(each)
        assert not limit.is_calm(limit.edge + (-1e-9 if limit.is_below else 1e-9))
        assert limit.is_calm(limit.clear)
