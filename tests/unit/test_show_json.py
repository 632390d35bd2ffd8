from __future__ import annotations

import csv
import io
import json
import re

import pytest

from data.cache.history_half_hours import HalfHour
from data.figures.intraday import intraday
from data.figures.queues import queue_figures
from data.floor import Key
from data.model import (
    DESK,
    About,
    Activity,
    Alert,
    Cause,
    Freshness,
    Mute,
    Note,
    Owner,
    Person,
)
from data.rules.service_level import Formula
from data.status import ClockAnchor, SwitchState
from screens.cells import cell_width
from screens.presenters.rows import Column, RowView
from supervisor_tui.instants import instant
from supervisor_tui.plain import Pane, Wanted, render_pane, render_table, terminal_width
from supervisor_tui.show_day import read_day
from supervisor_tui.show_json import show_json
from supervisor_tui.show_lost import lost_csv
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    ago,
    make_agent,
    make_contact,
    make_counts,
    make_escalation,
    make_health,
    make_interval,
    make_queue,
    make_shift,
    make_site,
    make_snapshot,
)
from tests.unit.test_figures_lost import lost, netted

ALERT = Alert(
    site=SITE,
    source=DESK,
    id="a1",
    name="too_quiet_percent",
    severity="act",
    raised_at=ago(60),
    about=About("queue", "claims"),
    rule="too_quiet_percent",
    causes=(Cause("line_down", {"name": "trunk B", "state": "Unregistered"}),),
)
MUTE = Mute(
    site=SITE,
    source=DESK,
    id="m1",
    about=About("queue", "sales"),
    muted_by=Person("ko", "K. Orlov"),
    muted_at=ago(60),
    until=ago(-60),
)
NOTE = Note(site=SITE, source=DESK, id="n1", author="anna", text="New tariff", written_at=ago(60))
FLOOR = make_snapshot(
    make_queue(contacts_waiting=2, longest_wait_since=ago(60), client="acme"),
    make_queue("empty", day=make_counts(**dict.fromkeys(["offered", "answered"], 0))),
    make_interval(),
    make_agent(name="Hana Nováková", contact="c1"),
    make_contact(agent="1001"),
    make_escalation(owner=Owner("ko", "K. Orlov", NOW)),
    make_shift(activities=(Activity("meal", ago(60), ago(-60)),)),
    sources=[make_health(age_s=30), make_health(source="crm")],
    alerts={Key(SITE, DESK, "a1"): ALERT},
    mutes={Key(SITE, DESK, "m1"): MUTE},
    notes={Key(SITE, DESK, "n1"): NOTE},
)


def shown(pane, floor=FLOOR, **options):
    options.setdefault("lost", netted(lost(300)))
    return json.loads(show_json(pane, floor, MOMENT, **options))


@pytest.mark.parametrize("pane", [pane for pane in Pane if pane is not Pane.CHECKLISTS])
def test_every_pane_is_one_object_of_the_same_shape(pane):
    document = shown(pane)
    beside = {
        Pane.QUEUES: {"totals"},
        Pane.ALERTS: {"counts", "mutes"},
        Pane.NOTES: {"incidents", "promises"},
    }
    own = {pane.value} | beside.get(pane, set())
    assert set(document) == own | {"state", "age_s", "server_time", "sources"}
    assert (document["state"], document["age_s"]) == ("late", 30.0)
    assert document["server_time"] == "2026-03-11T13:32:07Z"
    assert len(document["sources"]) == 2
    assert document[pane.value]


@pytest.mark.parametrize("pane", list(Pane))
def test_every_field_is_documented(pane, pytestconfig):
    text = (pytestconfig.rootpath / "docs" / "json.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_]+)`", text))
    assert _fields(shown(pane)) <= documented


def _fields(value):
    if isinstance(value, dict):
        return set(value).union(*(_fields(inner) for inner in value.values()))
    return set().union(*(_fields(inner) for inner in value)) if isinstance(value, list) else set()


def test_a_queue_has_what_is_promised():
    queue = shown(Pane.QUEUES)["queues"][0]
    promised = {
        "id": "claims",
        "site": "hh1",
        "name": "Claims",
        "channel": "voice",
        "client": "acme",
        "waiting": 2,
        "longest_wait_s": 60.0,
        "offered": 20,
        "answered": 13,
        "answered_within": 9,
        "abandoned": 7,
        "abandoned_within": 5,
        "abandoned_short": 2,
        "asa_s": 20.0,
        "aht_s": 130.0,
        "threshold_s": 20,
        "target": 80.0,
    }
    assert {key: queue[key] for key in promised} == promised
    assert queue["service_level"] == {
        "formula": "offered",
        "day": 45.0,
        "recent": 45.0,
        "interval": 45.0,
    }
    assert {name: levels["day"] for name, levels in queue["service_levels"].items()} == {
        "offered": 45.0,
        "without_short": 50.0,
        "abandons_ignored": 60.0,
        "abandons_good": 70.0,
        "answered_only": pytest.approx(69.2, abs=0.05),
        "answer_rate": 65.0,
    }
    assert queue["interval"]["offered"] == 20
    assert queue["agents"] == {
        "staffed": 1,
        "ready": 1,
        "ringing": 0,
        "busy": 0,
        "working_after_contact": 0,
        "not_ready": 0,
        "unreachable": 0,
    }


def test_the_chosen_formula_is_named_with_its_value():
    figures = queue_figures(FLOOR, None, MOMENT, Formula.ANSWER_RATE)
    level = shown(Pane.QUEUES, figures=figures)["queues"][0]["service_level"]
    assert (level["formula"], level["day"]) == ("answer_rate", 65.0)


def test_what_is_undefined_is_null():
    queue = shown(Pane.QUEUES)["queues"][1]
    assert queue["longest_wait_s"] is None
    assert queue["asa_s"] is None
    assert queue["service_level"]["day"] is None
    assert shown(Pane.AGENTS)["agents"][0]["adherence"] is None


def test_an_agent_has_what_is_promised():
    agent = shown(Pane.AGENTS)["agents"][0]
    promised = (
        "id site name state reason since state_s queues contact handled aht_s occupancy adherence"
    )
    assert set(promised.split()) <= set(agent)
    assert (agent["since"], agent["state_s"]) == ("2026-03-11T13:31:25Z", 42.0)
    assert (agent["contact"], agent["queues"]) == ("c1", ["claims"])
    assert (agent["handled"], agent["aht_s"], agent["occupancy"]) == (10, 240.0, 80.0)
    assert (agent["assist_by"], agent["state_by"], agent["listeners"]) == (None, None, [])
    assert (agent["scheduled_s"], agent["unanswered_rings"]) == (None, None)


def test_an_agent_who_is_an_interface_has_the_number_that_people_dial():
    floor = make_snapshot(make_agent("Local/1003@from-queue/n"), sources=[make_health()])
    agent = shown(Pane.AGENTS, floor)["agents"][0]
    assert (agent["id"], agent["number"]) == ("Local/1003@from-queue/n", "1003")


def test_complaints_shifts_and_sources_say_when():
    complaint = shown(Pane.ESCALATIONS)["escalations"][0]
    assert (complaint["left_s"], complaint["owner"]["id"]) == (720.0, "ko")
    assert shown(Pane.ROSTER)["roster"][0]["planned_now"] == "meal"
    assert shown(Pane.STATUS)["status"][0]["good_at"] == "2026-03-11T13:31:37Z"


def test_a_silent_switch_is_stale_and_a_floor_without_sources_offline():
    silent = make_snapshot(sources=[make_health(switches=(SwitchState("pbx", "down", ago(40)),))])
    assert (shown(Pane.STATUS, silent)["state"], shown(Pane.STATUS, silent)["age_s"]) == (
        "stale",
        40.0,
    )
    nothing = shown(Pane.QUEUES, make_snapshot(sources=[]))
    assert (nothing["state"], nothing["age_s"], nothing["queues"]) == ("offline", None, [])


def test_a_site_alone_speaks_for_itself():
    floor = make_snapshot(
        make_queue(),
        make_queue(site="ls1"),
        sites=[make_site(), make_site(id="ls1")],
        sources=[make_health(), make_health(site="ls1", state=Freshness.OFFLINE)],
    )
    assert shown(Pane.QUEUES, floor, site="hh1")["state"] == "live"
    assert [queue["site"] for queue in shown(Pane.QUEUES, floor, site="ls1")["queues"]] == ["ls1"]


def test_the_same_floor_is_always_the_same_text():
    again = make_snapshot(
        *reversed([*FLOOR.queues.values(), *FLOOR.agents.values()]), sources=FLOOR.sources
    )
    first = make_snapshot(*FLOOR.queues.values(), *FLOOR.agents.values(), sources=FLOOR.sources)
    assert show_json(Pane.QUEUES, first, MOMENT) == show_json(Pane.QUEUES, again, MOMENT)
    text = show_json(Pane.QUEUES, first, MOMENT)
    assert text.endswith("}\n")
    assert text.index('"age_s"') < text.index('"queues"') < text.index('"state"')


@pytest.mark.parametrize(("at", "expected"), [(None, None), (0, "1970-01-01T00:00:00Z")])
def test_instants_are_cut_to_the_second(at, expected):
    assert instant(at) == expected
    assert instant(1999) == "1970-01-01T00:00:01Z"


@pytest.mark.parametrize("pane", list(Pane))
@pytest.mark.parametrize("width", [40, 80, 120])
def test_plain_text_fits_its_width_and_has_no_control_characters(pane, width):
    callers = netted(lost(300, queue_name="A very long queue name indeed, and longer"))
    wanted = Wanted(floor_name="Floor", lost=lambda _snapshot, _moment: callers)
    lines = render_pane(pane, FLOOR, MOMENT, wanted, width=width)
    table = lines[2 if pane is Pane.QUEUES else 1 :]
    assert lines[0].startswith(" Floor  14:32:07 Hamburg  no answer 30 s")
    assert all(line.isprintable() and line == line.rstrip() for line in lines)
    if width >= 80:
        assert max(map(cell_width, table)) <= width


def test_plain_text_can_be_ascii():
    lines = render_pane(Pane.AGENTS, FLOOR, MOMENT, Wanted(), width=80, is_ascii=True)
    assert all(line.isascii() for line in lines)
    assert any("Hana Novakova" in line for line in lines)


COLUMNS = (
    Column("name", "Name", 6, grows=True),
    Column("count", "N", 3, is_right=True, rank=1),
    Column("more", "More", 8, rank=2),
)


def test_columns_stay_aligned_under_wide_and_combining_names():
    rows = [
        RowView("1", ("田中", "7", "x")),
        RowView("2", ("Nova\u0301k", "12", "x")),
        RowView("3", ("plain", "3", "x"), mark="!!"),
    ]
    lines = render_table(COLUMNS, rows, 30)
    ends = {cell_width(line[: line.index("x")]) for line in lines[1:]}
    assert len(ends) == 1
    assert lines[3].startswith(" !! plain")


def test_columns_give_way_by_rank_and_it_is_said():
    row = RowView("1", ("name", "7", "more"))
    assert render_table(COLUMNS, [row], 23)[0] == "    Name     N More"
    narrow = render_table(COLUMNS, [row], 16)
    assert narrow[0] == "    Name     N"
    assert narrow[-1] == " 1 column is hidden for lack of width"
    assert "2 columns" in render_table(COLUMNS, [row], 12)[-1]


def test_a_pipe_is_120_columns_wide(monkeypatch):
    assert terminal_width(is_terminal=False) == 120
    monkeypatch.setenv("COLUMNS", "97")
    assert terminal_width(is_terminal=True) == 97
    monkeypatch.setenv("COLUMNS", "3")
    assert terminal_width(is_terminal=True) == 20


def test_queues_have_their_totals_by_site_and_over_all():
    sites = [make_site(), make_site(id="ls1", name="Leeds")]
    sources = [make_health(), make_health(site="ls1", state=Freshness.OFFLINE, age_s=1800)]
    floor = make_snapshot(
        make_queue(contacts_waiting=2),
        make_queue(site="ls1", contacts_waiting=1, target_percent=70.0),
        make_agent(),
        make_agent(site="ls1"),
        sites=sites,
        sources=sources,
    )
    totals = shown(Pane.QUEUES, floor)["totals"]
    assert [(each["group"], each["site"], each["queues"]) for each in totals] == [
        ("immediate", "hh1", 1),
        ("immediate", "ls1", 1),
        ("immediate", None, 2),
    ]
    assert [each["waiting"] for each in totals] == [2, 1, 3]
    assert [each["old_sites"] for each in totals] == [[], ["ls1"], ["ls1"]]
    assert [each["offered"] for each in totals] == [20, 20, 40]
    assert [each["target"] for each in totals] == [80.0, 70.0, 75.0]
    assert [each["agents"]["ready"] for each in totals] == [1, 1, 2]
    assert totals[2]["service_level"]["day"] == 45.0
    (own,) = shown(Pane.QUEUES, floor, site="ls1")["totals"]
    assert (own["site"], own["waiting"], own["old_sites"]) == (None, 1, ["ls1"])


def test_rows_are_judged_by_the_clock_of_their_own_source():
    anchor = ClockAnchor(
        server_ms=NOW + 3_600_000, monotonic_ms=MOMENT.mono_ms, wall_ms=NOW, boot_id=MOMENT.boot_id
    )
    floor = make_snapshot(
        make_escalation(),
        make_shift(),
        sources=[make_health(anchor=anchor, clock_offset_s=3600.0)],
    )
    assert shown(Pane.ESCALATIONS, floor)["escalations"][0]["left_s"] == 720.0 - 3600.0
    source = shown(Pane.STATUS, floor)["sources"][0]
    assert (source["server_time"], source["clock_offset_s"]) == ("2026-03-11T14:32:07Z", 3600.0)


def test_lost_callers_are_a_table_for_spreadsheets():
    (caller,) = netted(lost(300, caller_masked="+49155*4912"), lost(100, 2))
    titles, values = csv.reader(io.StringIO(lost_csv([caller]), newline=""))
    row = dict(zip(titles, values, strict=True))
    assert row["caller"] == "'+49155*4912"
    assert (row["tries"], row["short_tries"], row["longest_wait_s"]) == ("1", "1", "60.0")
    assert (row["state"], row["got_through_at"]) == ("lost", "")
    json_row = shown(Pane.LOST, lost=[caller])["lost"][0]
    assert set(json_row) - set(row) == {"contacts", "has_key", "source"}
    assert len(json_row["contacts"]) == 2


def test_the_roster_tells_the_half_hours_of_its_day():
    starts = NOW - NOW % 1_800_000
    demand = [
        HalfHour(starts - 1_800_000, 40.0, 40.0, 50, 12),
        HalfHour(starts, 40.0, 45.0, 5, 12),
        HalfHour(starts + 1_800_000, 40.0, 45.0, 0, 14),
    ]
    times = [one.starts_at for one in demand]
    day = intraday(times, demand, dict.fromkeys(times, 12.5), {times[0]: 10.4}, 11, NOW)
    document = shown(Pane.ROSTER, day=(day, ()))
    before, running, after = document["half_hours"]
    assert (before["is_over"], running["is_over"]) == (True, False)
    assert [one["spare"] for one in (before, running, after)] == [-2, -1, -2]
    assert [one["present"] for one in (before, running, after)] == [10.4, 11.0, None]
    assert [one["calls"] for one in (before, running, after)] == [50, 5, None]
    assert after["expected_calls"] == 45.0
    assert document["forecast"] == {
        "calls": 50,
        "forecast_calls": 40.0,
        "wape": 20.0,
        "bias": -20.0,
        "calls_to_come": 85.0,
    }
    assert (document["under_hours"], document["over_hours"]) == (1.0, 0.0)
    wanted = Wanted(day=lambda _snapshot, _moment, _width: day)
    text = "\n".join(render_pane(Pane.ROSTER, FLOOR, MOMENT, wanted, width=120, is_ascii=True))
    assert "Need ~" in text
    assert "most 15:00 -2" in text
    assert text.isascii()


def test_a_roster_without_history_has_a_plan_and_no_estimates(tmp_path):
    day = read_day(tmp_path / "none.db", FLOOR, None, MOMENT, None)
    document = shown(Pane.ROSTER, day=(day, ()))
    assert len(document["half_hours"]) == 48
    assert {one["need"] for one in document["half_hours"]} == {None}
    assert document["under_hours"] is None
    assert document["forecast"]["wape"] is None
