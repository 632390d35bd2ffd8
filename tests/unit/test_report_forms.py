"""Reports as people and programs read them: columns, words, CSV, Markdown, JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import msgspec
import pytest

from data.cache.report_queries import Expected
from data.figures.demand import Origin
from data.figures.queues import Group
from data.figures.report import By, Complaints, QueueLine, Report
from data.figures.report_lines import agent_lines, group_totals, joined_lines, queue_lines
from data.figures.report_work import Coverage, Work
from data.floor import Key
from data.model import Channel, Counts
from data.rules.periods import Length, Period
from data.rules.service_level import Formula
from screens.presenters.report import present_report
from screens.presenters.report_fields import fields_of, report_columns
from screens.presenters.report_words import (
    compared_words,
    period_words,
    report_notes,
    report_title,
)
from screens.presenters.table import ViewState
from screens.tones import Tone
from supervisor_tui.report_forms import report_csv, report_json, report_markdown
from tests.builders import NOW, make_counts, make_site

HOSTILE = ("=1+1", "+49", "-2", "@sum", "\tx", "| a |", "<b>x</b>", "a*b", "naïve")


def queue(name: str = "Claims", **changes: Any) -> QueueLine:
    fields: dict[str, Any] = {
        "key": Key("hh1", "pbx", name),
        "number": 1,
        "name": name,
        "client": "acme",
        "channel": Channel.VOICE,
        "group": Group.IMMEDIATE,
        "counts": make_counts(),
        "target_percent": 80.0,
        "threshold_s": 20,
    }
    return QueueLine(**fields | changes)


def report(*queues: QueueLine, **changes: Any) -> Report:
    fields: dict[str, Any] = {
        "period": Period(Length.DAY, date(2026, 3, 11)),
        "by": By.QUEUE,
        "formula": Formula.OFFERED,
        "is_over": True,
        "now": NOW,
        "zones": ("Europe/Berlin",),
        "lines": queue_lines(queues),
        "totals": group_totals(queues),
    }
    return Report(**fields | changes)


def cells(view: Any, row: int) -> dict[str, str]:
    titles = [column.id for column in view.columns]
    return dict(zip(titles, view.rows[row].cells, strict=True))


def test_a_line_has_its_figures_and_what_is_undefined_is_no_zero():
    view = present_report(report(queue(), queue("Idle", counts=Counts(), target_percent=None)))
    claims, idle, total = (cells(view, row) for row in range(3))
    assert (claims["offered"], claims["level"], claims["target"]) == ("20", "45.0", "80")
    assert (claims["abandoned"], claims["abandon_rate"]) == ("7", "35.0")
    assert (idle["offered"], idle["level"], idle["asa"], idle["aht"]) == ("0", "-", "-", "-")
    assert (total["name"], total["offered"], total["target"]) == ("= voice", "20", "80")
    assert [row.is_static for row in view.rows] == [False, False, True]
    assert view.rows[0].tone is Tone.LOOK


def test_it_is_held_against_before_and_forecast():
    line = queue(
        before=make_counts(offered=10, answered_within=9),
        expected=Expected(16.0, 20, frozenset({Origin.IMPORTED})),
    )
    shown = cells(present_report(report(line)), 0)
    assert (shown["change"], shown["level_change"], shown["variance"]) == ("+100", "-45.0", "+25")
    assert any("imported" in note for note in report_notes(report(line)))


def test_a_group_of_one_line_has_no_total_of_its_own():
    mail = queue("Mail", channel=Channel.EMAIL, group=Group.DEFERRED)
    fax = queue("Fax", channel=Channel.FAX, group=Group.DEFERRED)
    names = [row.cells[0] for row in present_report(report(queue(), mail)).rows]
    assert names == ["Claims", "Mail", "= voice"]
    names = [row.cells[0] for row in present_report(report(queue(), mail, fax)).rows]
    assert names == ["Claims", "Fax", "Mail", "= voice", "= e-mail+fax"]


def test_a_filter_hides_lines_and_totals():
    view = present_report(report(queue(), queue("Sales")), ViewState(filter="sal"))
    assert [row.cells[0] for row in view.rows] == ["Sales"]
    assert (view.shown, view.total) == (1, 2)


def test_several_sites_have_a_column():
    sites = (make_site(), make_site(id="leeds", name="Leeds"))
    shown = cells(present_report(report(queue()), sites=sites), 0)
    assert shown["site"] == "Hamburg"
    assert "site" not in cells(present_report(report(queue()), sites=sites, site="hh1"), 0)


def test_agents_have_figures_of_their_own():
    work = Work(handled=4, handling_ms=720_000, busy_ms=720_000, ready_ms=720_000)
    lines = agent_lines({Key("hh1", "pbx", "1001"): ("Ann", work)}, {})
    shown = present_report(report(by=By.AGENT, lines=lines, work=work))
    assert shown.rows[0].cells[:7] == ("Ann", "4", "3:00", "12m", "12m", "50.0", "-")
    assert shown.rows[1].cells[:2] == ("= all", "4")


@pytest.mark.parametrize("by", By)
def test_columns_fit_eighty_cells_by_giving_way(by):
    columns = report_columns(by)
    letters = [column.sort_letter for column in columns if column.sort_letter]
    assert len(letters) == len(set(letters))
    needed = [column.width + 1 for column in columns if not column.rank]
    assert 4 + sum(needed) <= 60
    figures = [column.id for column in columns[1:] if column.id != "curve"]
    assert figures == [field.id for field in fields_of(by)]


def test_it_says_of_what_it_is_and_whether_that_is_over():
    assert report_title(report()) == "Wed 2026-03-11"
    assert report_title(report(is_over=False)) == "Wed 2026-03-11, until 14:32: not over"
    week, month = (Period.holding(one, date(2026, 3, 11)) for one in (Length.WEEK, Length.MONTH))
    assert period_words(week) == "week 11, 2026-03-09 to 03-15"
    assert period_words(month) == "2026-03"
    assert [compared_words(one) for one in (week, month)] == ["week 10", "2026-02"]


def test_its_notes_name_the_formula_last_and_say_what_stands_in_no_line():
    found = report(
        queue(),
        formula=Formula.ABANDONS_GOOD,
        complaints=Complaints(raised=3, in_time=1, late=1),
        alerts=4,
        work=Work(busy_ms=3, ready_ms=1),
        hours=(("08", 1), ("09", 8)),
    )
    notes = report_notes(found)
    assert notes[-1].startswith("SL = abandons good formula, T per queue")
    assert "Wed 2026-03-04" in notes[-1]
    assert "agents: occupancy 75.0 %, adherence -   alerts 4" in notes
    assert (
        "3 complaints raised: 1 settled in time, 1 late, 0 open, 1 no longer on record here"
        in notes
    )
    assert "offered by the hour: 08 ▂█ 09" in notes


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_spreadsheet_runs_nothing_and_numbers_are_numbers():
    found = report(*(queue(name) for name in HOSTILE))
    text = report_csv(found)
    rows = read_csv(text)
    assert len(rows) == len(HOSTILE) + 1
    for row in rows:
        for title, cell in row.items():
            assert not cell.startswith(("=", "+", "@", "\t", "\r")), (title, cell)
            assert not cell.startswith("-") or cell.lstrip("-").replace(".", "").isdigit()
    assert {"'=1+1", "'+49", "'-2", "'@sum", "naïve"} <= {row["queue"] for row in rows}
    assert float(rows[0]["service_levels.offered"]) == 0.45
    assert (rows[0]["offered"], rows[0]["target"]) == ("20", "0.8")
    assert (rows[-1]["row"], rows[-1]["offered"]) == ("total", str(20 * len(HOSTILE)))


def test_undefined_is_empty_in_csv_and_null_in_json():
    found = report(queue(counts=Counts(), target_percent=None))
    (line, total) = read_csv(report_csv(found))
    assert (line["service_levels.offered"], line["asa_s"], total["aht_s"]) == ("", "", "")
    told = json.loads(report_json(found))
    idle = told["queues"]["Claims"]
    assert set(idle["service_levels"].values()) == {None}
    assert (idle["offered"], idle["asa_s"], idle["target"]) == (0, None, None)


def test_json_has_the_keys_that_programs_rely_on():
    told = json.loads(report_json(report(queue(), queue("Sales"))))
    keys = {
        *("offered", "answered", "answered_within", "abandoned", "abandoned_within"),
        *("abandoned_short", "asa_s", "aht_s", "service_levels"),
    }
    for line in (*told["queues"].values(), told["total"]):
        assert keys <= line.keys()
        assert line["service_levels"].keys() == {formula.value for formula in Formula}
    assert told["total"]["service_levels"]["offered"] == 0.45
    assert told["period"]["from"] == "2026-03-11"


def test_lines_of_one_name_are_told_apart():
    elsewhere = queue(key=Key("leeds", "pbx", "Claims"))
    again = queue(key=Key("leeds", "pbx2", "Claims"))
    assert json.loads(report_json(report(queue(), elsewhere)))["queues"].keys() == {
        "Claims (hh1)",
        "Claims (leeds)",
    }
    assert json.loads(report_json(report(queue(), elsewhere, again)))["queues"].keys() == {
        "Claims (hh1)",
        "Claims (leeds/pbx/Claims)",
        "Claims (leeds/pbx2/Claims)",
    }


def test_clients_of_two_groups_are_two_lines_in_every_form():
    mail = queue("Mail", channel=Channel.EMAIL, group=Group.DEFERRED)
    found = report(queue(), mail, by=By.CLIENT)
    lines = joined_lines((queue(), mail), lambda one: one.client)
    found = msgspec.structs.replace(found, lines=lines)
    assert len(json.loads(report_json(found))["clients"]) == 2
    names = [row.cells[0] for row in present_report(found).rows]
    assert names == ["acme", "acme, deferred", "= voice"]


def test_markdown_is_a_table_that_nothing_in_a_name_breaks():
    lines = report_markdown(report(*(queue(name) for name in HOSTILE))).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == len(HOSTILE) + 3
    columns = {len(line.replace("\\|", "").split("|")) for line in table}
    assert len(columns) == 1
    assert "\\<b\\>x\\</b\\>" in "\n".join(table)
    assert lines[0] == "# Wed 2026-03-11"


PAID = Work(
    handled=10,
    ready_ms=7_200_000,
    scheduled_ms=36_000_000,
    adherent_ms=27_000_000,
    late_ms=600_000,
    left_early_ms=0,
    not_come_ms=28_800_000,
    signed_in_ms=14_400_000,
    paid_ms=14_400_000,
    cost=120.5,
    idle_cost=60.25,
    costed=10,
)
KNOWN = Coverage(days=7, known_days=5, planned_days=5, spare_halves=20, without_hours=2)


def paid_report(**changes: Any) -> Report:
    fields: dict[str, Any] = {
        "work": PAID,
        "work_before": Work(scheduled_ms=100, adherent_ms=80),
        "coverage": KNOWN,
        "currency": "EUR",
        "spare_ms": 5_400_000,
    }
    return report(queue(work=PAID), **fields | changes)


def test_lost_time_and_cost_stand_below_with_what_is_left_out():
    notes = report_notes(paid_report())
    assert "agents: occupancy -, adherence 75.0 % (-5.0)   alerts 0" in notes
    assert "lost: idle 2h00, late 10m, early 0:00, absent 8h00, overstaffed 1h30" in notes
    assert "cost 120.50 EUR: 12.05 a contact, 4h00 at 30.12 an hour, idle 60.25" in notes
    assert any("of 5 of 7 days" in note for note in notes)
    assert "without cost: 2 agents whose hours are not known, with their contacts" in notes
    assert all(len(note) < 80 for note in notes)
    misspelt = report_notes(paid_report(rates_of_none=("Nroth",)))
    assert "a rate is for “Nroth”, which is no team and no client of this floor" in misspelt


def test_what_is_not_known_is_a_dash_with_its_reason():
    unknown = paid_report(work=Work(), coverage=Coverage(days=7), spare_ms=None)
    notes = report_notes(unknown)
    assert "lost: -, neither ready time nor plan nor need of these days is known" in notes
    assert "cost: -, nobody's hours are known, or no rate holds for them" in notes
    partly = report_notes(paid_report(coverage=Coverage(days=7), spare_ms=None))
    assert "- for adherence, late, early, absent: no plan of these days is known" in partly
    assert any(note.startswith("- for overstaffed") for note in partly)


def test_without_rates_there_is_no_column_of_cost():
    shown = cells(present_report(paid_report()), 0)
    assert (shown["per_contact"], shown["cost"], shown["idle"]) == ("12.05", "120.50", "2h00")
    free = present_report(paid_report(currency=""))
    assert not {"per_contact", "cost"} & {column.id for column in free.columns}
    assert not any("cost" in note for note in report_notes(paid_report(currency="")))


def test_programs_get_lost_time_and_cost_as_numbers():
    told = json.loads(report_json(paid_report()))
    assert told["lost_time"] == {
        "idle_s": 7200.0,
        "late_s": 600.0,
        "left_early_s": 0.0,
        "absent_s": 28800.0,
        "overstaffed_s": 5400.0,
    }
    assert told["cost"]["currency"] == "EUR"
    assert told["cost"]["overstaffed_cost"] == pytest.approx(120.5 * 1.5 / 4, abs=1e-4)
    assert told["queues"]["Claims"]["cost_per_contact"] == 12.05
    assert told["known"]["days_with_plan"] == 5
    (row, _total) = read_csv(report_csv(paid_report()))
    assert (row["cost"], row["cost_per_contact"], row["idle_s"]) == ("120.5", "12.05", "7200.0")
    assert row["currency"] == "EUR"
    assert "currency" not in read_csv(report_csv(report(queue())))[0]
    lines = agent_lines({Key("hh1", "pbx", "1"): ("Ann", PAID)}, {})
    (row, total) = read_csv(report_csv(paid_report(by=By.AGENT, lines=lines)))
    assert (row["late_s"], row["absent_s"], row["adherence"]) == ("600.0", "28800.0", "0.75")
    assert (total["compared.adherence"], row["compared.adherence"]) == ("0.8", "")


def test_a_queue_has_its_own_curve_and_a_total_that_of_all():
    claims, sales = queue(curve=(1, 0, None, 8)), queue("Sales", curve=(7, 0, None, 0))
    rows = present_report(report(claims, sales, queue("Gone"))).rows
    assert [row.cells[-1] for row in rows] == ["▂▁·█", "", "█▁·▁", "█▁·█"]
    by_agent = present_report(report(by=By.AGENT, lines=()))
    assert "curve" not in {column.id for column in by_agent.columns}


def test_a_target_of_today_is_not_passed_off_as_that_of_then():
    said = "Tgt is as it is now: what was valid then is no longer kept."
    assert said in report_notes(report(queue(), has_targets_then=False))
    assert said not in report_notes(report(queue(target_percent=None), has_targets_then=False))
    assert said not in report_notes(report(queue()))


def test_days_of_a_week_are_curves_with_a_point_where_nothing_is_known():
    week = Period(Length.WEEK, date(2026, 3, 9))
    days = (
        (date(2026, 3, 9), make_counts(offered=10, answered_within=10)),
        (date(2026, 3, 10), None),
        (date(2026, 3, 11), make_counts(offered=5, answered_within=0)),
    )
    found = report(queue(), period=week, days=days)
    notes = report_notes(found)
    assert "offered by the day: 03-09 █·▅ 03-11" in notes
    assert "SL by the day: 03-09 █·▁ 03-11, a full bar is 100 %" in notes
    assert json.loads(report_json(found))["days"].keys() == {"2026-03-09", "2026-03-11"}
