from __future__ import annotations

import pytest

from data.cache.history_model import ContactLife, Extra, ExtraKind, FoundContact, Outcome, Segment
from data.figures.agents import agent_figures
from data.figures.queues import queue_figures
from data.model import (
    Activity,
    AgentState,
    Channel,
    ComplaintClock,
    ContactState,
    Freshness,
    Owner,
    Person,
)
from data.settings import DEFAULT_RULES, Figure, RuleSettings
from data.status import SwitchState
from screens.presenters.agents import agent_columns, present_agents
from screens.presenters.contact_life import present_life
from screens.presenters.contacts import contact_columns, present_found
from screens.presenters.escalations import escalation_columns, present_escalations
from screens.presenters.lines import (
    Piece,
    first_line,
    fit_pieces,
    freshness_piece,
    plain_line,
    second_line,
)
from screens.presenters.roster import present_roster, roster_columns
from screens.presenters.status import present_status, status_columns
from screens.presenters.table import ViewState
from screens.tones import Tone
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    ago,
    instant,
    make_agent,
    make_contact,
    make_counts,
    make_escalation,
    make_health,
    make_queue,
    make_shift,
    make_site,
    make_snapshot,
)

BERLIN = "Europe/Berlin"


def agents_table(*records, view=ViewState(), **snapshot):  # noqa: B008
    floor = make_snapshot(*records, **snapshot)
    return present_agents(agent_figures(floor, None, MOMENT), floor, DEFAULT_RULES, view)


def cells(view, column):
    index = [c.id for c in view.columns].index(column)
    return [row.cells[index] for row in view.rows]


@pytest.mark.parametrize(
    "columns",
    [agent_columns(), escalation_columns(), roster_columns(), status_columns(), contact_columns()],
)
def test_columns_have_ids_and_sort_letters_of_their_own(columns):
    assert len({column.id for column in columns}) == len(columns)
    letters = [column.sort_letter for column in columns if column.sort_letter]
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize(
    ("changes", "contact", "state", "queue"),
    [
        ({"queues": ("claims", "b", "c")}, {}, "ready", "Claims+2"),
        ({"queues": ()}, {}, "ready", "-"),
        ({"state": AgentState.NOT_READY, "reason": "brk"}, {}, "not ready/brk", "-"),
        ({"state": AgentState.NOT_READY}, {}, "not ready", "-"),
        ({"state": AgentState.UNREACHABLE}, {}, "unreachable", "Claims"),
        ({"state": AgentState.BUSY, "contact": "c1"}, {}, "in call", "Claims"),
        (
            {"state": AgentState.BUSY, "contact": "c1"},
            {"direction": "outbound"},
            "out call",
            "Claims",
        ),
        ({"state": AgentState.WORKING_AFTER_CONTACT}, {}, "after contact", "-"),
    ],
)
def test_an_agent_s_state_is_told_in_words(changes, contact, state, queue):
    view = agents_table(
        make_queue(),
        make_agent(**changes),
        make_contact(agent="1001", state=ContactState.CONNECTED, **contact),
    )
    assert (cells(view, "state"), cells(view, "queue")) == ([state], [queue])


def test_a_raised_hand_comes_first_then_who_is_over_a_limit_then_by_name():
    view = agents_table(
        make_agent("1", name="Anna"),
        make_agent("2", name="Bert", state=AgentState.WORKING_AFTER_CONTACT, since=ago(400)),
        make_agent("3", name="Cleo", state=AgentState.NOT_READY, since=ago(1900)),
        make_agent("4", name="Dora", assist_since=ago(5)),
        make_agent("5", name="Emil", state=AgentState.BUSY, contact="c1"),
        make_contact("c1", agent="5", answered_at=ago(9000), state=ContactState.CONNECTED),
        make_queue(),
    )
    assert [(row.mark, row.cells[1]) for row in view.rows] == [
        ("?!", "Dora"),
        ("!!", "Cleo"),
        ("! ", "Bert"),
        ("! ", "Emil"),
        ("  ", "Anna"),
    ]


def test_a_raised_hand_that_nobody_answers_comes_before_one_that_somebody_does():
    view = agents_table(
        make_agent("1", name="Anna", assist_since=ago(50), assist_by=Person("ko", "K. Orlov")),
        make_agent("2", name="Bert", assist_since=ago(5)),
        make_agent("3", name="Cleo", state=AgentState.LOGGED_OFF),
        make_agent("4", name="Dora"),
    )
    assert cells(view, "name") == ["Bert", "Anna", "Dora", "Cleo"]
    assert cells(view, "hand") == ["nobody", "K. Orlov", "", ""]
    assert view.notes == (
        "?! 1 Anna asks for help 0:50: K. Orlov answers",
        "?! 2 Bert asks for help 0:05: nobody answers",
    )


def test_what_is_unknown_of_an_agent_is_a_dash():
    view = agents_table(make_agent(today=make_agent().today.__class__()))
    assert view.rows[0].cells[6:10] == ("-", "-", "-", "-")


def test_a_rule_of_another_team_leaves_an_agent_alone():
    floor = make_snapshot(make_agent(state=AgentState.NOT_READY, since=ago(60), team="south"))
    rule = RuleSettings(figure=Figure.NOT_READY, above=0, team="north")
    view = present_agents(agent_figures(floor, None, MOMENT), floor, [rule])
    assert view.rows[0].tone is Tone.NORMAL


def complaints(*records, person=""):
    return present_escalations(make_snapshot(*records), None, MOMENT, DEFAULT_RULES, person=person)


def test_complaints_are_ordered_by_the_clock_that_can_still_be_kept():
    view = complaints(
        make_escalation("1", reference="E-1031", clocks=(ComplaintClock("final", ago(-400_000)),)),
        make_escalation("2", reference="E-1042", clocks=(ComplaintClock("final", ago(1200)),)),
        make_escalation(
            "3", reference="E-1040", clocks=(ComplaintClock("3rd bus.day", ago(-13_200)),)
        ),
        make_escalation("4", reference="E-1038", severity="critical"),
        make_escalation("5", reference="E-1000", status="closed"),
    )
    left = list(zip(cells(view, "reference"), cells(view, "left"), strict=True))
    assert left == [
        ("E-1038", "12m"),
        ("E-1042", "-20m"),
        ("E-1040", "3h40"),
        ("E-1031", "4d15h"),
        ("E-1000", "-"),
    ]
    assert [row.mark for row in view.rows] == ["!!", "!!", "! ", "  ", "  "]


def test_clocks_that_run_on_while_their_source_is_silent_stay_marked():
    snapshot = make_snapshot(
        make_escalation("1", clocks=(ComplaintClock("final", ago(-400_000)),)),
        make_escalation("2", clocks=(ComplaintClock("final", ago(1200)),)),
        sources=(make_health(state=Freshness.OFFLINE, age_s=1800),),
    )
    rows = present_escalations(snapshot, None, MOMENT, DEFAULT_RULES).rows
    assert [row.mark for row in rows] == ["!!", "~ "]
    assert (rows[0].tones[0], rows[0].tones[3]) == (Tone.STALE, Tone.ACT)


def test_a_complaint_says_who_has_it():
    mine = make_escalation(owner=Owner("ko", "K. Orlov", NOW))
    assert cells(complaints(mine), "owner") == ["K. Orlov"]
    assert cells(complaints(mine, person="ko"), "owner") == ["me"]
    assert cells(complaints(make_escalation()), "owner") == ["-"]


def test_a_paused_clock_alarms_nobody():
    paused = make_escalation(clocks=(ComplaintClock("final", ago(60), paused=True),))
    view = complaints(paused)
    assert (cells(view, "left"), view.rows[0].tone) == (["paused"], Tone.NORMAL)


def test_the_roster_shows_plan_and_present_by_the_clock_of_the_site():
    activities = (Activity("meal", instant("2026-03-11T13:00Z"), instant("2026-03-11T14:00Z")),)
    floor = make_snapshot(
        make_agent(name="Hana", team="south"),
        make_shift("1", activities=activities),
        make_shift("2", agent="gone", ends_at=ago(60)),
    )
    view = present_roster(floor, None, MOMENT)
    assert [(*row.cells[:4], *row.cells[5:7]) for row in view.rows] == [
        ("Hana", "south", "08:00", "16:30", "meal", "ready +"),
        ("gone", "-", "08:00", "14:31", "-", "-"),
    ]


def test_a_roster_from_another_source_finds_the_agents_of_the_site():
    floor = make_snapshot(
        make_agent(name="Hana"),
        make_shift(source="files"),
        sources=[make_health(), make_health(source="files")],
    )
    assert cells(present_roster(floor, None, MOMENT), "name") == ["Hana"]


def test_a_source_says_what_is_the_matter_and_what_to_do():
    view = present_status(
        make_snapshot(
            sources=[
                make_health(),
                make_health(source="crm", state=Freshness.SIGN_IN, problem="sign_in", age_s=1800),
                make_health(source="acd", switches=(SwitchState("PBX", "down", ago(40)),)),
            ]
        ),
        None,
        MOMENT,
    )
    assert cells(view, "state") == ["live", "sign-in needed", "stale"]
    assert cells(view, "age") == ["1 s", "30m", "40 s"]
    assert cells(view, "good")[1] == "14:02:07"
    assert "Check the file it is in" in cells(view, "problem")[1]
    assert "PBX behind it" in cells(view, "problem")[2]
    assert [row.mark for row in view.rows] == ["  ", "~ ", "~ "]


@pytest.mark.parametrize(
    ("health", "expected", "tone"),
    [
        ({}, "live 1 s", Tone.NORMAL),
        ({"age_s": 30}, "no answer 30 s", Tone.NORMAL),
        ({"age_s": 60}, "stale since 14:31 ~ 60 s old", Tone.STALE),
        (
            {"state": Freshness.OFFLINE, "age_s": 1807},
            "offline since 14:02 ~ 30m old",
            Tone.STALE,
        ),
        (
            {"state": Freshness.OFFLINE, "last_ok_mono_ms": None, "last_ok_at": None},
            "offline, no figures yet ~",
            Tone.STALE,
        ),
        (
            {"switches": (SwitchState("PBX", "stale", ago(40)),)},
            "API live, switch silent 40 s ~",
            Tone.STALE,
        ),
    ],
)
def test_freshness_is_told_with_its_age(health, expected, tone):
    piece = freshness_piece(make_snapshot(sources=[make_health(**health)]), MOMENT)
    assert (piece.text, piece.tone) == (expected, tone)


def test_nothing_heard_at_all_is_not_called_live():
    assert freshness_piece(make_snapshot(sources=[]), MOMENT).text == "no figures yet"


def test_of_several_sites_the_one_that_is_old_is_named():
    snapshot = make_snapshot(
        sites=[make_site(), make_site(id="ls1", name="Leeds", zone="Europe/London")],
        sources=[make_health(), make_health(site="ls1", state=Freshness.OFFLINE, age_s=1807)],
    )
    assert freshness_piece(snapshot, MOMENT).text == "Leeds: offline since 13:02 ~ 30m old"


def test_several_sites_that_live_need_no_name():
    snapshot = make_snapshot(
        sites=[make_site(), make_site(id="ls1", name="Leeds")],
        sources=[make_health(), make_health(site="ls1")],
    )
    assert freshness_piece(snapshot, MOMENT).text == "live 1 s"


@pytest.mark.parametrize(
    ("floor", "expected"),
    [
        ("Harbour Insurance", " Harbour Insurance  14:32:07 Hamburg  live 1 s"),
        ("Hamburg", " Hamburg  14:32:07 Berlin  live 1 s"),
    ],
)
def test_the_first_line_says_whose_floor_what_time_there_and_how_fresh(floor, expected):
    assert plain_line(first_line(floor, make_snapshot(), MOMENT)) == expected


def line(*records, rules=DEFAULT_RULES, has_legend=True, **snapshot):
    floor = make_snapshot(*records, **snapshot)
    figures = queue_figures(floor, None, MOMENT)
    return plain_line(second_line(figures, floor, MOMENT, rules, has_legend=has_legend))


def test_the_second_line_is_the_floor():
    found = line(
        make_queue(
            contacts_waiting=10,
            longest_wait_since=ago(192),
            day=make_counts(offered=1248, answered_within=943),
        ),
        make_agent("1"),
        make_agent("2", state=AgentState.BUSY),
        make_agent("3", state=AgentState.UNREACHABLE),
        make_escalation("1"),
        make_escalation("2", clocks=(ComplaintClock("final", ago(60)),)),
        rules=(*DEFAULT_RULES, RuleSettings(figure=Figure.SERVICE_LEVEL_DAY, below=80)),
    )
    assert found == " waiting 10  longest 3:12 !!  SL 75.6/80 !  ready 1 of 2  late 1 !!  <1h 1 !"


def test_a_service_level_never_stands_without_its_formula():
    assert "SL 45.0/80 (offered, day)" in line(make_queue(), has_legend=False)


def test_the_age_is_never_what_a_narrow_line_leaves_out():
    first = (
        Piece("Harbour Insurance", gives_way=True),
        Piece("10:40:39 Hamburg"),
        Piece("offline since 10:40 ~ 24 s old"),
    )
    assert plain_line(fit_pieces(first, 60)) == " 10:40:39 Hamburg  offline since 10:40 ~ 24 s old"


def test_on_a_narrow_line_the_place_goes_before_what_was_sent():
    first = (
        Piece("Harbour Insurance", gives_way=True),
        Piece("14:32:07 Hamburg", short="14:32:07"),
        Piece("Leeds: offline since 13:02 ~ 30m old"),
        Piece("!! 3 of 7 alerts"),
        Piece("acts 2> 1x"),
    )
    assert plain_line(fit_pieces(first, 80)).startswith(" 14:32:07  Leeds: offline")
    assert plain_line(fit_pieces(first, 80)).endswith("alerts  acts 2> 1x")
    assert plain_line(fit_pieces(first, 90)).startswith(" 14:32:07 Hamburg  Leeds")
    snapshot = make_snapshot(sources=(make_health(state=Freshness.OFFLINE, age_s=24.0),))
    name, clock, age = first_line("Harbour Insurance", snapshot, MOMENT)
    assert (name.gives_way, clock.gives_way, age.gives_way) == (True, False, False)


def test_a_service_level_is_left_out_before_its_formula_would_be_cut():
    pieces = (
        Piece("waiting 13"),
        Piece("SL 65.4/81 (offered, day)", gives_way=True),
        Piece("late 2"),
    )
    assert plain_line(fit_pieces(pieces, 80)) == " waiting 13  SL 65.4/81 (offered, day)  late 2"
    assert plain_line(fit_pieces(pieces, 40)) == " waiting 13  late 2"


def test_an_old_floor_says_so_figure_by_figure():
    found = line(make_queue(), sources=[make_health(state=Freshness.OFFLINE)])
    assert found.count("~") == 4


def test_of_a_floor_that_nothing_has_told_of_nothing_is_said():
    assert line() == " waiting -  longest -  SL -/-  ready - of -"


def found_contact(**changes):
    fields = {
        "site": SITE,
        "source": SOURCE,
        "id": "c1",
        "leg": 0,
        "queue": "claims",
        "queue_name": "Claims DE",
        "client": "",
        "channel": Channel.VOICE,
        "direction": "inbound",
        "created_at": ago(300),
        "queued_at": ago(290),
        "answered_at": ago(250),
        "ended_at": ago(40),
        "outcome": Outcome.ANSWERED,
        "agent": "1001",
        "agent_name": "Chloé Dubois",
        "caller_masked": "•••4912",
    }
    return FoundContact(**fields | changes)


def test_found_contacts_come_newest_first_with_wait_and_talk():
    lost = found_contact(
        id="c2",
        queued_at=ago(100),
        answered_at=None,
        ended_at=ago(70),
        outcome=Outcome.ABANDONED,
        agent="",
        agent_name="",
    )
    waits = found_contact(id="c3", queued_at=ago(20), answered_at=None, ended_at=None, outcome=None)
    view = present_found([found_contact(), lost, waits], [make_site()], NOW)
    assert cells(view, "at") == ["14:31:47", "14:30:27", "14:27:17"]
    assert cells(view, "wait") == ["0:20", "0:30", "0:40"]
    assert cells(view, "service") == ["-", "-", "3:30"]
    assert cells(view, "outcome") == ["waiting", "abandoned", "answered"]
    assert cells(view, "agent")[1:] == ["-", "Chloé Dubois"]


def test_a_life_is_told_step_by_step_in_the_order_of_events():
    life = ContactLife(
        legs=(
            found_contact(outcome=Outcome.TRANSFERRED, ended_at=ago(100)),
            found_contact(
                leg=1,
                queue="sales",
                queue_name="Sales",
                created_at=ago(100),
                queued_at=ago(100),
                answered_at=ago(90),
                agent="1002",
                agent_name="Jamal Reed",
            ),
        ),
        segments=(
            Segment(
                agent="1001",
                agent_name="Chloé Dubois",
                start=ago(260),
                end=ago(250),
                state=AgentState.RINGING,
                reason="",
                queue="claims",
                contact="c1",
            ),
            Segment(
                agent="1001",
                agent_name="Chloé Dubois",
                start=ago(250),
                end=ago(100),
                state=AgentState.BUSY,
                reason="",
                queue="claims",
                contact="c1",
            ),
        ),
        extras=(
            Extra(at=ago(200), kind=ExtraKind.HOLD, who="1001", who_name="Chloé Dubois", text=""),
            Extra(at=ago(180), kind=ExtraKind.LISTENED, who="ko", who_name="", text=""),
            Extra(at=ago(40), kind=ExtraKind.RECORDING, who="", who_name="", text="rec://1"),
        ),
    )
    view = present_life(life, BERLIN, NOW)
    assert [row.cells[2] for row in view.rows] == [
        "came in: voice, inbound, caller •••4912",
        "entered the queue Claims DE",
        "rang at Chloé Dubois for 0:10",
        "answered by Chloé Dubois after a wait of 0:40",
        "put on hold by Chloé Dubois",
        "ko listened",
        "went on to another queue",
        "entered the queue Sales",
        "answered by Jamal Reed after a wait of 0:10",
        "recording: rec://1",
        "ended, 0:50 after the answer",
    ]
    assert [row.cells[1] for row in view.rows][:4] == ["0:00", "0:10", "0:40", "0:50"]
    assert len({row.key for row in view.rows}) == len(view.rows)
