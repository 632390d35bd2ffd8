"""The handover: what a draft holds, what is signed of it, and what has changed since."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from msgspec.structs import replace

from data.actions.verbs import Verb
from data.figures.doings import NO_DOINGS
from data.figures.freshness import Moment
from data.figures.handover import (
    Draft,
    Section,
    handover_since,
    last_signed,
    since_left,
    to_take_over,
)
from data.figures.handover_draft import draw_up
from data.floor import FloorSnapshot, Key
from data.model import (
    DESK,
    About,
    AgentState,
    Alert,
    Counts,
    Handover,
    HandoverLine,
    HandoverRemark,
    Incident,
    Loan,
    LostCase,
    Mute,
    Note,
    Owner,
    Person,
    Switch,
)
from data.people import Person as Who
from data.rules.service_level import Formula
from data.settings import Role
from screens.acting.handover import take_over_offer
from screens.handover import HandoverPane
from screens.look import Look, Viewing
from screens.presenters.handover import Showing, present_handover, title_words
from screens.presenters.handover_changes import changes_since
from screens.presenters.handover_sheet import sheet_of, since_when
from screens.presenters.handover_words import draft_sentences, worded
from supervisor_tui.handed_over import HandedOver
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
    make_interval,
    make_queue,
    make_shift,
    make_snapshot,
)

ANNA, KARL = Person("anna", "Anna"), Person("karl", "Karl")
DAY_START = instant("2026-03-11T06:00:00+01:00")
HOUR = 3_600_000


def keyed(*records: Any) -> dict[Key, Any]:
    return {Key(each.site, each.source, each.id): each for each in records}


def whole_floor(**changes: Any) -> FloorSnapshot:
    """A floor with something in every part of a handover."""
    on = (Switch(name="closed", on=True, since=ago(1800), by=ANNA),)
    incident = Incident(
        *(),
        site=SITE,
        source=DESK,
        id="i1",
        party="carrier",
        summary="trunk B",
        opened_at=ago(900),
        opened_by=ANNA,
    )
    loan = Loan(
        site=SITE,
        source=DESK,
        id="l1",
        telephony=SOURCE,
        agents=("1001",),
        to_queue="claims",
        lent_at=ago(600),
        lent_by=ANNA,
        until=NOW + HOUR,
    )
    lost = LostCase(
        *(), site=SITE, source=DESK, id="k1", owner=Owner("karl", "Karl", ago(60)), lost_at=ago(300)
    )
    mute = Mute(site=SITE, source=DESK, id="m1", muted_by=ANNA, muted_at=ago(60), until=NOW + HOUR)
    alert = Alert(site=SITE, source=DESK, id="a1", name="too hot", raised_at=ago(100))
    note = Note(site=SITE, source=DESK, id="n1", author="anna", text="lift", written_at=ago(50))
    given: dict[str, Any] = {
        "incidents": keyed(incident),
        "loans": keyed(loan),
        "lost_cases": keyed(lost),
        "mutes": keyed(mute),
        "alerts": keyed(alert),
        "notes": keyed(note),
        **changes,
    }
    return make_snapshot(
        make_queue("claims", name="Claims", switches=on),
        make_interval("claims", "14:00", counts=Counts(offered=10, answered=8, answered_within=5)),
        make_interval("claims", "05:30", counts=Counts(offered=900)),
        make_agent("1001", name="Hana", state=AgentState.LOGGED_OFF, since=ago(90_000)),
        make_shift("s1", agent="1001", starts_at=ago(3600), ends_at=NOW + HOUR, activities=()),
        make_escalation("e1", reference="E-1", summary="payout", version=1),
        make_escalation(
            "e2", reference="E-2", status="resolved", resolution="callback_booked", version=1
        ),
        **given,
    )


def drafted(snapshot: FloorSnapshot, since: int = DAY_START) -> Draft:
    return draw_up(snapshot, SITE, since, MOMENT, Formula.OFFERED)


def look_at(snapshot: FloorSnapshot, person: str = "karl") -> Look:
    viewing = Viewing(
        floor_name="T",
        formula=Formula.OFFERED,
        rules=(),
        person=person,
        who=Who(person, person.title(), Role.TEAM_LEADER),
    )
    return Look(snapshot=snapshot, moment=MOMENT, viewing=viewing)


def test_a_target_names_the_quarter_hour_from_which_on_it_was_counted() -> None:
    snapshot = whole_floor()
    draft = drafted(snapshot, instant("2026-03-11T14:07:00+01:00"))
    words = {each.key: each.text for each in worded(draft, sheet_of(look_at(snapshot), SITE).by)}
    # A shift that began at 14:07 is not said to have lost what was lost at 14:01.
    assert "since 14:00" in words[f"level/{SOURCE}/claims"]


def signed_by(who: Person, draft: Draft, snapshot: FloorSnapshot, **changes: Any) -> Handover:
    lines = worded(draft, sheet_of(look_at(snapshot), SITE).by)
    given: dict[str, Any] = {"since": draft.since, "signed_at": ago(60), "lines": lines, **changes}
    return Handover(site=SITE, source=DESK, id=f"h-{who.id}", signed_by=who, version=1, **given)


def test_every_part_has_what_belongs_to_it_and_no_more() -> None:
    draft = drafted(whole_floor())
    assert {each.section for each in draft.lines} == set(Section)
    promises = [each.key for each in draft.lines if each.section is Section.PROMISES]
    assert promises == [f"lost/{DESK}/k1", f"booked/{SOURCE}/e2"]
    assert len({each.key for each in draft.lines}) == len(draft.lines)
    assert not draft.unknown
    words = {
        each.key: each.text for each in worded(draft, sheet_of(look_at(whole_floor()), SITE).by)
    }
    # Counted since the shift began, not since before it.
    assert words[f"level/{SOURCE}/claims"] == (
        "Claims: SL 50.0 % of 80 %, 0 of 10 lost, since 14:00 (offered)"
    )
    assert words[f"switch/{SOURCE}/claims/closed"] == "Claims: closed since 14:02, by Anna"
    assert words[f"shift/{SOURCE}/s1"] == "Hana: missing since 13:32, shift 13:32 to 15:32"
    assert words[f"mute/{DESK}/m1"] == "muted until 15:32 by Anna: all"
    assert words[f"loan/{DESK}/l1"] == "1 agent in Claims, until 15:32: Hana"


def test_what_is_over_is_not_handed_over() -> None:
    snapshot = whole_floor()
    loans = {key: replace(each, returned_at=NOW) for key, each in snapshot.loans.items()}
    mutes = {key: replace(each, until=NOW) for key, each in snapshot.mutes.items()}
    alerts = {key: replace(each, ended_at=NOW) for key, each in snapshot.alerts.items()}
    cases = {key: replace(each, called_back_at=NOW) for key, each in snapshot.lost_cases.items()}
    notes = {key: replace(each, is_withdrawn=True) for key, each in snapshot.notes.items()}
    mistakes = {
        key: replace(each, closed_at=NOW, is_withdrawn=True)
        for key, each in snapshot.incidents.items()
    }
    after = replace(snapshot, loans=loans, mutes=mutes, alerts=alerts, lost_cases=cases)
    after = replace(after, notes=notes, incidents=mistakes)
    kinds = {each.key.partition("/")[0] for each in drafted(after).lines}
    assert kinds == {"switch", "complaint", "booked", "shift", "level"}


def test_what_was_worst_and_is_over_stands_among_the_targets() -> None:
    about = About(kind="queue", id="claims")
    alert = Alert(
        *(),
        site=SITE,
        source=DESK,
        id="a2",
        name="longest_wait_s",
        rule="longest_wait_s",
        severity="act",
        about=about,
        telephony=SOURCE,
        limit=120.0,
        peak=192.0,
        began_at=ago(2000),
        raised_at=ago(1900),
        ended_at=ago(600),
    )
    others = (
        replace(alert, id="a3", severity="look"),
        replace(alert, id="a4", ended_at=DAY_START - 1),
        replace(alert, id="a5", under="a2"),
        replace(alert, id="a6", about=About(kind="agent", id="1001")),
    )
    snapshot = whole_floor(alerts=keyed(alert, *others))
    was = [each for each in drafted(snapshot).lines if each.key.startswith("was/")]
    assert [each.key for each in was] == [f"was/{DESK}/a2"]
    words = {
        each.key: each.text
        for each in worded(drafted(snapshot), sheet_of(look_at(snapshot), SITE).by)
    }
    assert words[f"was/{DESK}/a2"].startswith("Claims: ")
    assert words[f"was/{DESK}/a2"].endswith("13:58 to 14:22, at worst 3:12")


def test_what_is_not_known_is_said_and_never_gone() -> None:
    snapshot = whole_floor()
    before = signed_by(ANNA, drafted(snapshot), snapshot)
    blind = replace(snapshot, shifts={}, intervals={}, queues={}, sources=())
    draft = drafted(blind)
    assert draft.unknown == {Section.PEOPLE, Section.BREACHES, Section.SWITCHES}
    assert draft_sentences(draft) == [
        "Nothing is known of: Switches, People, Targets.",
    ]
    assert not {"shift", "level", "switch"} & {
        each.key.partition("/")[0] for each in since_left(before, draft).gone
    }
    old = replace(snapshot, sources=(make_health(last_ok_at=ago(900)),))
    assert isinstance(drafted(old).is_old, bool)


def test_an_alert_that_a_silent_source_holds_is_not_gone() -> None:
    snapshot = whole_floor()
    before = signed_by(ANNA, drafted(snapshot), snapshot)
    (key, alert), *_none = snapshot.alerts.items()
    silence = replace(alert, id="a2", name="source_stale_s")
    alerts = {key: replace(alert, under="a2"), key._replace(id="a2"): silence}
    changes = since_left(before, drafted(replace(snapshot, alerts=alerts)))
    assert [each.key for each in changes.new] == [f"alert/{DESK}/a2"]
    assert changes.gone == ()
    over = {key: replace(alert, under="a2", ended_at=NOW)}
    gone = since_left(before, drafted(replace(snapshot, alerts=over))).gone
    assert [each.key for each in gone] == [f"alert/{DESK}/a1"]


def test_what_is_new_and_what_is_gone_since() -> None:
    snapshot = whole_floor()
    before = signed_by(ANNA, drafted(snapshot), snapshot)
    assert since_left(before, drafted(snapshot)) == since_left(before, drafted(snapshot))
    same = since_left(before, drafted(snapshot))
    assert (same.new, same.gone) == ((), ())
    (key, incident), *_none = snapshot.incidents.items()
    other = replace(incident, id="i2")
    after = replace(snapshot, incidents={key._replace(id="i2"): other}, loans={})
    changes = since_left(before, drafted(after))
    assert [each.key for each in changes.new] == [f"incident/{DESK}/i2"]
    assert [each.key for each in changes.gone] == [f"incident/{DESK}/i1", f"loan/{DESK}/l1"]


def changed(before: Handover, snapshot: FloorSnapshot, since: int = DAY_START) -> dict[str, str]:
    draft, by = drafted(snapshot, since), sheet_of(look_at(snapshot), SITE).by
    return {each.now.key: each.now.text for each in changes_since(before, draft, by).changed}


@pytest.mark.parametrize(
    ("opened", "read", "shown"),
    [
        ("2026-10-25T02:45:00+02:00", "2026-10-25T02:10:00+01:00", "02:45 CEST"),
        ("2026-10-25T02:45:00+01:00", "2026-10-25T03:10:00+01:00", "02:45 CET"),
        ("2026-10-25T02:45:00+02:00", "2026-10-26T06:00:00+01:00", "2026-10-25 02:45 CEST"),
        ("2026-10-25T03:00:00+01:00", "2026-10-25T03:10:00+01:00", "03:00"),
    ],
)
def test_in_the_hour_that_comes_twice_a_line_says_which_it_means(
    opened: str, read: str, shown: str
) -> None:
    by = replace(sheet_of(look_at(whole_floor()), SITE).by, now=instant(read))
    assert by.clock(instant(opened)) == shown


def test_what_has_changed_since_is_told_and_what_is_only_worded_anew_is_not() -> None:
    snapshot = whole_floor()
    before = signed_by(ANNA, drafted(snapshot), snapshot)
    assert changed(before, snapshot) == {}
    (key, incident), *_none = snapshot.incidents.items()
    over = replace(incident, closed_at=NOW)
    (place, loan), *_none = snapshot.loans.items()
    longer = replace(loan, until=NOW + 2 * HOUR)
    after = replace(snapshot, incidents={key: over}, loans={place: longer})
    assert changed(before, after) == {
        f"incident/{DESK}/i1": "carrier: trunk B, 14:17 to 14:32",
        f"loan/{DESK}/l1": "1 agent in Claims, until 16:32: Hana",
    }
    # Signed on the day before, when its clocks needed no date.
    tomorrow = Moment(NOW + 24 * HOUR, MOMENT.mono_ms, MOMENT.boot_id)
    draft = draw_up(snapshot, SITE, DAY_START, tomorrow, Formula.OFFERED)
    by = replace(sheet_of(look_at(snapshot), SITE).by, now=tomorrow.now)
    told = {each.now.key for each in changes_since(before, draft, by).changed}
    assert f"incident/{DESK}/i1" not in told
    assert f"switch/{SOURCE}/claims/closed" not in told


def test_what_belongs_to_a_shift_is_not_gone_with_it() -> None:
    snapshot = whole_floor()
    (key, incident), *_none = snapshot.incidents.items()
    over = replace(snapshot, incidents={key: replace(incident, closed_at=ago(300))})
    before = signed_by(ANNA, drafted(over), over)
    assert {"level", "note", "incident"} <= {each.key.partition("/")[0] for each in before.lines}
    assert since_left(before, drafted(over, since=ago(60))).gone == ()


def test_a_signed_line_has_instants_and_no_minutes_ahead() -> None:
    snapshot = whole_floor()
    (key, incident), *_none = snapshot.incidents.items()
    due = replace(incident, next_check_at=NOW + HOUR, ticket="T-1")
    late = replace(incident, next_check_at=ago(60))
    for one, text in (
        (due, "carrier: trunk B, since 14:17, ticket T-1, check at 15:32"),
        (late, "carrier: trunk B, since 14:17, check was due at 14:31"),
    ):
        after = replace(snapshot, incidents={key: one})
        said = worded(drafted(after), sheet_of(look_at(after), SITE).by)
        assert said[0].text == text


def test_its_author_is_not_asked_to_take_it_over() -> None:
    snapshot = whole_floor()
    mine = replace(snapshot, handovers=keyed(signed_by(KARL, drafted(snapshot), snapshot)))
    for person, said in (("karl", "somebody else takes"), ("anna", "K takes over")):
        sheet = sheet_of(look_at(mine, person), SITE)
        assert said in " ".join(present_handover(sheet, Showing.SIGNED, NO_DOINGS).notes)


def test_a_draft_begins_with_the_last_handover_or_the_day() -> None:
    snapshot = whole_floor()
    assert handover_since(snapshot, SITE, NOW) == DAY_START
    last = signed_by(ANNA, drafted(snapshot), snapshot, signed_at=ago(3600))
    assert handover_since(replace(snapshot, handovers=keyed(last)), SITE, NOW) == ago(3600)
    old = replace(last, signed_at=ago(90_000))
    assert handover_since(replace(snapshot, handovers=keyed(old)), SITE, NOW) == DAY_START


def able(pane: HandoverPane, row: str, look: Look) -> list[Verb]:
    return [each.verb for each in pane.offers(row, look) if not each.why_not]


def test_whose_handover_is_shown_first() -> None:
    snapshot = whole_floor()
    draft = drafted(snapshot)
    mine, theirs = (
        signed_by(KARL, draft, snapshot, signed_at=ago(10)),
        signed_by(ANNA, draft, snapshot),
    )
    both = replace(snapshot, handovers=keyed(mine, theirs))
    assert to_take_over(both, SITE, "karl") == (Key(SITE, DESK, "h-anna"), theirs)
    newest = last_signed(both, SITE)
    assert newest is not None
    assert newest[1] is mine
    done = tuple(replace(each, acknowledged_at=NOW, acknowledged_by=KARL) for each in theirs.lines)
    taken = replace(snapshot, handovers=keyed(replace(theirs, lines=done)))
    assert to_take_over(taken, SITE, "karl") is None
    pane = HandoverPane(is_ascii=False)
    pane.present(look_at(both))
    row = f"incident/{DESK}/i1"
    assert able(pane, row, look_at(both)) == [Verb.TAKE_OVER]
    pane = HandoverPane(is_ascii=False)
    pane.present(look_at(taken))
    assert able(pane, "new", look_at(taken)) == [Verb.SIGN_HANDOVER]


def test_a_risk_is_taken_over_once_and_by_another() -> None:
    snapshot = whole_floor()
    signed = signed_by(ANNA, drafted(snapshot), snapshot)
    key = Key(SITE, DESK, signed.id)
    lines = {each.key.partition("/")[0]: each for each in signed.lines}

    def why_not(line: HandoverLine, person: str) -> str:
        return take_over_offer(key, signed, line, person, NO_DOINGS).why_not

    assert why_not(lines["incident"], "karl") == ""
    assert "You have signed" in why_not(lines["incident"], "anna")
    assert "no risk" in why_not(lines["note"], "karl")
    taken = replace(lines["incident"], acknowledged_by=KARL, acknowledged_at=NOW)
    assert why_not(taken, "jo") == "Karl has taken it over."


def test_the_three_views() -> None:
    snapshot = whole_floor()
    last = signed_by(
        *(ANNA, drafted(snapshot), snapshot),
        signed_at=ago(10),
        remarks=(HandoverRemark("loans", "ask Jo"),),
    )
    floor = replace(snapshot, handovers=keyed(last), loans={})
    sheet = sheet_of(look_at(floor), SITE)
    draft = present_handover(sheet, Showing.DRAFT, NO_DOINGS)
    assert "no line can be changed or taken out; S adds remarks" in " ".join(draft.notes)
    # Since the last handover: its notes are in that one.
    assert "note" not in {row.key.partition("/")[0] for row in draft.rows}
    signed = present_handover(sheet, Showing.SIGNED, NO_DOINGS)
    states = {row.key: (row.cells[2], row.mark.strip()) for row in signed.rows}
    assert states[f"incident/{DESK}/i1"] == ("to take over", "!")
    assert states["remark/loans"][0] == "remark"
    changes = present_handover(sheet, Showing.CHANGES, NO_DOINGS)
    assert {row.key: row.cells[2] for row in changes.rows}[f"loan/{DESK}/l1"] == "gone"
    assert "risks to take over" in title_words(sheet, Showing.SIGNED, "Hamburg")


def test_an_id_of_any_length_makes_a_key_that_can_be_kept() -> None:
    ids = ["x" * 2000 + end for end in "ab"]
    records = [make_escalation(each, reference=each[-1]) for each in ids]
    snapshot = make_snapshot(*records)
    keys = [each.key for each in drafted(snapshot).lines]
    assert len(set(keys)) == 2
    assert all(len(each) <= 600 for each in keys)


def test_since_when() -> None:
    berlin = "Europe/Berlin"
    assert since_when("06:00", NOW, berlin) == DAY_START
    assert since_when("22:00", NOW, berlin) == instant("2026-03-10T22:00:00+01:00")
    assert since_when("2026-03-10 14:00", NOW, berlin) == instant("2026-03-10T14:00:00+01:00")
    for text in ("", "early", "2026-03-12 06:00", "25:00", "0001-01-01 00:00"):
        assert since_when(text, NOW, berlin) is None


def test_whoever_may_take_it_over_is_told_once_that_it_waits() -> None:
    snapshot = whole_floor()
    by_anna = signed_by(ANNA, drafted(snapshot), snapshot)
    handed = replace(snapshot, handovers=keyed(by_anna))
    said: list[str] = []

    def tell(news: HandedOver, look: FloorSnapshot, person: str, *, may: bool = True) -> None:
        actor = SimpleNamespace(id=person, may=lambda _verb: may)
        clock = SimpleNamespace(now=lambda: NOW)
        app = SimpleNamespace(
            snapshot=SimpleNamespace(
                handovers=look.handovers, sites=look.sites, clock=lambda: clock
            ),
            parts=SimpleNamespace(doer=SimpleNamespace(actor=actor), keymap={}),
            announce=lambda text, _tone: said.append(text),
        )
        news.tell(cast("Any", app))

    news = HandedOver()
    tell(news, snapshot, "karl")
    tell(news, handed, "karl")
    again = replace(handed, handovers=dict(handed.handovers))
    tell(news, again, "karl")
    risks = len(by_anna.unacknowledged)
    assert said == [
        f"Anna has handed over Hamburg: {risks} risks to take over  u shows them",
    ]
    tell(HandedOver(), handed, "anna")
    tell(HandedOver(), handed, "karl", may=False)
    old = replace(by_anna, signed_at=NOW - 25 * HOUR)
    tell(HandedOver(), replace(snapshot, handovers=keyed(old)), "karl")
    assert len(said) == 1, "neither its author, nor who may not, nor of the day before"
