"""Several sites in one floor: a column, totals of each and of all, and what of them is old."""

from __future__ import annotations

import pytest

from data.cache.history_model import FoundContact
from data.clock import ServerClock
from data.figures.agents import agent_figures
from data.figures.queues import queue_figures
from data.figures.totals import totals
from data.floor import Delta, Floor
from data.model import AgentState, Channel, ComplaintClock, Freshness
from data.settings import DEFAULT_RULES
from data.status import ClockAnchor
from screens.presenters.agents import present_agents
from screens.presenters.contacts import present_found
from screens.presenters.escalations import present_escalations
from screens.presenters.lines import first_line, plain_line, second_line
from screens.presenters.queues import present_queues
from screens.presenters.roster import present_roster
from screens.presenters.status import present_status
from screens.presenters.table import ViewState
from screens.tones import Tone
from screens.widgets.table_layout import fit_columns, wanted_order
from tests.builders import (
    BOOT,
    MOMENT,
    MONO_MS,
    NOW,
    SITE,
    ago,
    make_agent,
    make_escalation,
    make_health,
    make_queue,
    make_shift,
    make_site,
    make_snapshot,
)

LEEDS, BRISTOL = "ls1", "br1"
SITES = (
    make_site(),
    make_site(id=LEEDS, name="Leeds", zone="Europe/London", day_start="07:00"),
)
LIVE = (make_health(), make_health(site=LEEDS))
LEEDS_DOWN = (make_health(), make_health(site=LEEDS, state=Freshness.OFFLINE, age_s=1800))


def floor(*records, sites=SITES, sources=LIVE):
    return make_snapshot(*records, sites=sites, sources=sources)


def queues(snapshot, site=None, view=ViewState()):  # noqa: B008
    figures = queue_figures(snapshot, site, MOMENT)
    return present_queues(figures, snapshot.sites, DEFAULT_RULES, view)


def agents(snapshot, site=None, view=ViewState()):  # noqa: B008
    figures = agent_figures(snapshot, site, MOMENT)
    return present_agents(figures, snapshot, DEFAULT_RULES, view, site=site)


def escalations(snapshot, site=None, view=ViewState()):  # noqa: B008
    return present_escalations(snapshot, site, MOMENT, DEFAULT_RULES, view)


def roster(snapshot, site=None, view=ViewState()):  # noqa: B008
    return present_roster(snapshot, site, MOMENT, view)


TABLES = {
    "queues": (queues, make_queue),
    "agents": (agents, make_agent),
    "escalations": (escalations, make_escalation),
    "roster": (roster, make_shift),
}


def cell(view, key, column):
    row = next(row for row in view.rows if row.key == key)
    return row.cells[[each.id for each in view.columns].index(column)]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_a_column_for_the_site_where_there_are_several(name):
    present, make = TABLES[name]
    both = floor(make(), make(site=LEEDS))
    view = present(both)
    place = [column.id for column in view.columns].index("site")
    named = [row.cells[place] for row in view.rows if not row.is_static]
    assert sorted(named) == ["Hamburg", "Leeds"]
    assert all(len(row.cells) == len(row.tones) == len(view.columns) for row in view.rows)
    letters = [column.sort_letter for column in view.columns if column.sort_letter]
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize("name", TABLES)
def test_the_column_is_there_before_the_second_site_has_rows_and_not_for_a_chosen_one(name):
    present, make = TABLES[name]
    both = floor(make(), make(site=LEEDS))

    def has_site(view):
        return "site" in [column.id for column in view.columns]

    assert has_site(present(floor(make())))
    assert not has_site(present(both, LEEDS))
    assert present(both, LEEDS).shown == 1
    assert not has_site(present(floor(make(), sites=SITES[:1])))


@pytest.mark.parametrize("name", TABLES)
def test_the_site_stays_at_80_columns(name):
    present, make = TABLES[name]
    columns = present(floor(make(), make(site=LEEDS))).columns
    layout = fit_columns(columns, range(len(columns)), 80)
    assert "site" in [placed.column.id for placed in layout.placed]


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_filtered_and_sorted_by_site(name):
    present, make = TABLES[name]
    both = floor(make(site=LEEDS), make())
    assert present(both, view=ViewState(filter="leeds")).shown == 1
    rows = present(both, view=ViewState(sort="site", is_reversed=True)).rows
    assert next(row.key for row in rows).startswith(LEEDS)


def test_queues_are_totalled_for_each_site_and_over_all():
    view = queues(
        floor(
            make_queue("a", contacts_waiting=2),
            make_queue("chat", channel=Channel.CHAT, contacts_waiting=1),
            make_queue("b", site=LEEDS, contacts_waiting=4),
        )
    )
    found = [(row.key, row.cells[0], row.cells[1]) for row in view.rows if row.is_static]
    assert found == [
        (f"=immediate/{SITE}", "= Hamburg voice+chat", "Hamburg"),
        (f"=immediate/{LEEDS}", "= Leeds voice", "Leeds"),
        ("=immediate", "= voice+chat", ""),
    ]
    waiting = {key: cell(view, key, "waiting") for key, _name, _site in found}
    assert list(waiting.values()) == ["3", "4", "7"]


def test_people_of_two_sites_with_one_id_are_two_people():
    view = queues(
        floor(
            make_queue(),
            make_queue(site=LEEDS),
            make_agent(state=AgentState.BUSY),
            make_agent(site=LEEDS, state=AgentState.BUSY),
        )
    )
    assert cell(view, f"=immediate/{LEEDS}", "busy") == "1"
    assert cell(view, "=immediate", "busy") == "2"


def test_a_total_over_all_says_which_part_of_it_is_old():
    one_down = queues(floor(make_queue(), make_queue(site=LEEDS), sources=LEEDS_DOWN))
    marks = {row.key.rpartition("/")[2]: row.mark for row in one_down.rows if row.is_static}
    assert marks == {SITE: "  ", LEEDS: "~ ", "=immediate": "~ "}
    assert cell(one_down, "=immediate", "site") == "~Leeds"
    all_down = queues(floor(make_queue(), make_queue(site=LEEDS), sources=()))
    assert cell(all_down, "=immediate", "site") == ""
    assert {row.tone for row in all_down.rows} == {Tone.STALE}


def test_of_several_old_sites_a_total_says_how_many():
    sites = (*SITES, make_site(id=BRISTOL, name="Bristol"))
    three = [make_queue(), make_queue(site=LEEDS), make_queue(site=BRISTOL)]
    view = queues(floor(*three, sites=sites, sources=(make_health(),)))
    assert cell(view, "=immediate", "site") == "~2 of 3"


def test_a_filtered_total_of_a_site_is_of_what_is_shown():
    three = [make_queue("x1"), make_queue("x2", site=LEEDS), make_queue("b", site=LEEDS)]

    def names(wanted):
        view = queues(floor(*three), view=ViewState(filter=wanted))
        return [row.cells[0] for row in view.rows if row.is_static]

    assert names("x") == ["= Hamburg 1 shown", "= Leeds 1 shown", "= 2 shown"]
    assert names("x2") == ["= 1 shown"]


def test_a_group_of_one_site_is_totalled_once():
    snapshot = floor(make_queue(), make_queue("x", site=LEEDS, channel=Channel.EMAIL))
    figures = queue_figures(snapshot, None, MOMENT)
    found = totals(figures, figures.queues, [SITE, LEEDS])
    assert [(each.group, each.site, len(each.queues)) for each in found] == [
        ("immediate", None, 1),
        ("deferred", None, 1),
    ]


def test_a_long_name_of_a_site_is_cut_and_not_the_figures():
    sites = (make_site(), make_site(id=LEEDS, name="Kingston upon Hull"))
    view = queues(floor(make_queue(), make_queue(site=LEEDS), sites=sites))
    column = next(column for column in view.columns if column.id == "site")
    assert column.width == 8


def first(snapshot, site=None):
    return plain_line(first_line("Harbour", snapshot, MOMENT, site)).strip()


def test_the_first_line_names_the_site_that_was_chosen_and_reads_its_clock():
    assert first(floor()) == "Harbour  14:32:07 Hamburg  live 1 s"
    assert first(floor(), LEEDS) == "Harbour  13:32:07 Leeds only  live 1 s"
    assert first(floor(sites=SITES[:1]), SITE) == "Harbour  14:32:07 Hamburg  live 1 s"


def test_the_first_line_names_the_worst_site_unless_all_is_well():
    down = floor(sources=LEEDS_DOWN)
    assert first(down).endswith("Leeds: offline since 13:02 ~ 30m old")
    assert first(down, SITE).endswith("Hamburg only  live 1 s")
    assert first(down, LEEDS).endswith("Leeds only  offline since 13:02 ~ 30m old")
    late = floor(sources=(make_health(), make_health(site=LEEDS, age_s=25)))
    assert first(late).endswith("Leeds: no answer 25 s")


def ahead(seconds, **changes):
    """A source whose server's clock is ahead of that of the floor's first source."""
    anchor = ClockAnchor(
        server_ms=NOW + seconds * 1000, monotonic_ms=MONO_MS, wall_ms=NOW, boot_id=BOOT
    )
    return make_health(anchor=anchor, **changes)


def test_complaints_are_counted_by_the_clock_of_their_own_site_and_of_those_looked_at():
    due = ComplaintClock("acknowledge", NOW + 7_200_000)
    snapshot = floor(
        make_escalation(clocks=(due,)),
        make_escalation(site=LEEDS, clocks=(due,)),
        sources=(ahead(0), ahead(8_000, site=LEEDS)),
    )

    def second(site):
        figures = queue_figures(snapshot, site, MOMENT)
        return plain_line(second_line(figures, snapshot, MOMENT, (), has_legend=True))

    assert second(None).endswith("late 1 !!")
    assert "late" not in second(SITE)
    left = {row.key.partition("/")[0]: row for row in escalations(snapshot).rows}
    assert [left[site].tone for site in (SITE, LEEDS)] == [Tone.LOOK, Tone.ACT]


def test_a_shift_is_judged_by_the_clock_of_its_own_site():
    ends = NOW + 3_600_000
    snapshot = floor(
        make_shift(ends_at=ends),
        make_shift(site=LEEDS, ends_at=ends),
        sources=(ahead(0), ahead(7_200, site=LEEDS)),
    )
    plans = {row.cells[1]: cell(roster(snapshot), row.key, "plan") for row in roster(snapshot).rows}
    assert plans == {"Hamburg": "on queue", "Leeds": "-"}


def test_without_a_clock_of_its_own_a_site_has_that_of_another_and_not_the_host_s():
    snapshot = floor(sources=(ahead(0), make_health(site=LEEDS)))
    assert isinstance(snapshot.clock(LEEDS), ServerClock)
    two = floor(sources=(ahead(0), ahead(60, site=LEEDS)))
    assert two.clock(LEEDS).anchor.server_ms == NOW + 60_000
    assert two.clock().anchor.server_ms == NOW


@pytest.mark.parametrize(
    ("offset_s", "rate", "said"),
    [
        (3600.0, 1.0, "clock is 1h00 behind the endpoint's"),
        (-3600.0, 1.0, "clock is 1h00 ahead of the endpoint's"),
        (-59.0, 1.0, None),
        (3600.0, 60.0, None),
    ],
)
def test_the_status_says_that_this_host_s_clock_is_wrong(offset_s, rate, said):
    anchor = ClockAnchor(server_ms=NOW, monotonic_ms=MONO_MS, wall_ms=NOW, boot_id=BOOT, rate=rate)
    snapshot = floor(sources=(make_health(anchor=anchor, clock_offset_s=offset_s),))
    problem = cell(present_status(snapshot, None, MOMENT), f"{SITE}/pbx", "problem")
    assert said in problem if said else problem == ""


def test_found_contacts_name_their_site_where_there_are_several():
    here = FoundContact(
        site=LEEDS,
        source="pbx",
        id="c1",
        leg=0,
        client="",
        queue="q",
        queue_name="Claims",
        channel=Channel.VOICE,
        direction="inbound",
        created_at=ago(60),
        queued_at=ago(60),
        answered_at=None,
        ended_at=None,
        outcome=None,
        agent="",
        agent_name="",
        caller_masked="",
    )
    both = present_found([here], SITES, NOW)
    assert cell(both, f"{LEEDS}/pbx/c1/0", "site") == "Leeds"
    assert cell(both, f"{LEEDS}/pbx/c1/0", "id") == "c1"
    letters = [column.sort_letter for column in both.columns]
    assert len(set(letters)) == len(letters)
    assert "site" not in [column.id for column in present_found([here], SITES[1:], NOW).columns]


def test_the_site_is_shown_even_to_who_chose_other_columns():
    columns = queues(floor(make_queue())).columns
    names = [columns[index].id for index in wanted_order(columns, ["waiting", "ready"], 1)]
    assert names == ["name", "site", "waiting", "ready"]
    placed = [columns[index].id for index in wanted_order(columns, ["waiting", "site"], 1)]
    assert placed == ["name", "waiting", "site"]


def test_the_floor_s_clock_is_the_first_site_s_whatever_order_its_sources_come_in():
    sites = (make_site(id="hamburg"), make_site(id="leeds"))
    sources = tuple(make_health(site=name, source="pbx") for name in ("leeds", "hamburg"))
    snapshot = Floor().apply(Delta(rev=1, sites=sites, sources=sources))
    assert [health.site for health in snapshot.sources] == ["hamburg", "leeds"]
