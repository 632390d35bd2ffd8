from __future__ import annotations

import pytest
from msgspec.structs import replace

from data.figures.queues import queue_figures
from data.floor import Key
from data.model import AgentState, Channel, ContactState, Counts, Freshness
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES
from screens.presenters.queue_detail import present_queue_detail
from screens.presenters.queues import QueueEntries, present_queues
from screens.presenters.table import ViewState
from screens.tones import Tone
from tests.builders import (
    DAY_START,
    MOMENT,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_contact,
    make_counts,
    make_escalation,
    make_health,
    make_interval,
    make_queue,
    make_site,
    make_snapshot,
)

IMMEDIATE_KEY, DEFERRED_KEY = "=immediate", "=deferred"
CLAIMS = make_queue(
    "claims",
    name="Claims DE",
    contacts_waiting=7,
    longest_wait_since=ago(192),
    day=make_counts(offered=528, answered=480, answered_within=323, abandoned=48),
)
SALES = make_queue("sales", contacts_waiting=3, longest_wait_since=ago(51))
CHAT = make_queue("chat", channel=Channel.CHAT, day=Counts())
MAIL = make_queue(
    "mail",
    name="E-mail",
    channel=Channel.EMAIL,
    contacts_waiting=34,
    longest_wait_since=ago(7800),
)


def table(*records, view=ViewState(), formula=Formula.OFFERED, **snapshot):  # noqa: B008
    floor_snapshot = make_snapshot(*records, **snapshot)
    figures = queue_figures(floor_snapshot, None, MOMENT, formula)
    return present_queues(figures, floor_snapshot.sites, DEFAULT_RULES, view)


def cell(view, key, column):
    row = next(row for row in view.rows if row.key in {key, f"{SITE}/{SOURCE}/{key}"})
    index = [c.id for c in view.columns].index(column)
    return row.cells[index], row.tones[index]


def keys(view):
    return [row.key.rpartition("/")[2] for row in view.rows]


def test_the_worst_comes_first_and_deferred_channels_stand_below_the_total():
    assert keys(table(CHAT, MAIL, SALES, CLAIMS)) == [
        "claims",
        "sales",
        "chat",
        IMMEDIATE_KEY,
        "mail",
    ]


def test_a_row_reads_as_on_the_sketch():
    row = table(CLAIMS).rows[0]
    assert row.mark == "!!"
    assert row.cells[:4] == ("Claims DE", "v", "7", "3:12")
    assert cell(table(CLAIMS), "claims", "sl_day") == ("61.2", Tone.NORMAL)
    assert cell(table(CLAIMS), "claims", "longest") == ("3:12", Tone.ACT)
    assert cell(table(CLAIMS), "claims", "abandon_rate") == ("9.1", Tone.LOOK)


def test_a_level_of_few_recent_contacts_is_shown_and_alarms_nobody():
    few = make_interval("claims", counts=make_counts(offered=3, answered_within=0))
    assert cell(table(CLAIMS, few), "claims", "sl_recent") == ("0.0", Tone.NORMAL)
    enough = make_interval("claims", counts=make_counts(offered=30, answered_within=0))
    assert cell(table(CLAIMS, enough), "claims", "sl_recent") == ("0.0", Tone.ACT)


def test_what_is_undefined_is_a_dash_and_never_zero_percent():
    view = table(CHAT)
    for column in ("longest", "sl_recent", "sl_day", "abandon_rate", "forecast", "asa", "aht"):
        assert cell(view, "chat", column)[0] == "-"


def test_the_total_joins_the_immediate_channels_only():
    view = table(CLAIMS, SALES, CHAT, MAIL)
    assert cell(view, IMMEDIATE_KEY, "name")[0] == "= voice+chat"
    assert cell(view, IMMEDIATE_KEY, "waiting")[0] == "10"
    assert cell(view, IMMEDIATE_KEY, "longest")[0] == "3:12"
    assert cell(view, IMMEDIATE_KEY, "sl_day")[0] == f"{100 * 332 / 548:.1f}"
    assert next(row for row in view.rows if row.key == IMMEDIATE_KEY).is_static


def test_an_agent_in_two_queues_is_in_the_total_once():
    both = make_agent(queues=("claims", "sales"), state=AgentState.BUSY)
    view = table(CLAIMS, SALES, both)
    assert cell(view, "claims", "busy")[0] == "1"
    assert cell(view, "sales", "busy")[0] == "1"
    assert cell(view, IMMEDIATE_KEY, "busy")[0] == "1"


def test_several_deferred_queues_have_a_total_of_their_own():
    fax = make_queue("fax", channel=Channel.FAX, contacts_waiting=1)
    view = table(CLAIMS, MAIL, fax)
    assert cell(view, DEFERRED_KEY, "name")[0] == "= e-mail+fax"
    assert cell(view, DEFERRED_KEY, "waiting")[0] == "35"


def test_a_deferred_channel_claims_nothing_it_does_not_have():
    recent = make_interval("mail", "14:30")
    view = table(MAIL, recent)
    for column in ("sl_recent", "abandoned", "abandon_rate"):
        assert cell(view, "mail", column)[0] == "-"
    assert cell(view, "mail", "longest") == ("2h10", Tone.NORMAL)


def test_a_contact_that_waits_though_an_agent_is_ready_is_marked_without_colour():
    view = table(SALES, make_agent(queues=("sales",)))
    assert cell(view, "sales", "ready") == ("1!", Tone.ACT)
    assert view.rows[0].mark == "!!"


def test_old_figures_are_marked_as_old_all_over():
    view = table(CLAIMS, sources=[make_health(state=Freshness.OFFLINE, age_s=1800)])
    for row in view.rows:
        assert (row.mark, row.tone, set(row.tones)) == ("~ ", Tone.STALE, {Tone.STALE})


def test_the_legend_names_formula_and_period():
    assert table(CLAIMS).notes == (
        "SL = offered formula, T per queue, day from 06:00. SL30 = the last 30 minutes",
    )
    assert len(table(CLAIMS).notes[0]) < 80
    other = table(CLAIMS, formula=Formula.ANSWERED_ONLY)
    assert "answered only" in other.notes[0]
    assert cell(other, "claims", "sl_day")[0] == f"{100 * 323 / 480:.1f}"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ["claims", "sales", IMMEDIATE_KEY]),
        ("CLAIMS", ["claims", IMMEDIATE_KEY]),
        ("de cla", ["claims", IMMEDIATE_KEY]),
        ("cla sal", []),
        ("0:51", ["sales", IMMEDIATE_KEY]),
    ],
)
def test_a_filter_wants_every_word_somewhere(words, expected):
    assert keys(table(CLAIMS, SALES, view=ViewState(filter=words))) == expected


def test_a_filter_knows_no_accents():
    queue = make_queue("q", name="Reklamačná linka Straße")
    assert table(queue, view=ViewState(filter="reklamacna STRASSE")).shown == 1


@pytest.mark.parametrize("words", ["отдел продаж", "otdel prodazh", "PRODAZH"])
def test_a_filter_finds_what_a_terminal_without_its_letters_shows(words):
    assert table(make_queue("q", name="Отдел продаж"), view=ViewState(filter=words)).shown == 1


def test_a_filtered_total_says_so_and_is_of_what_is_shown():
    view = table(CLAIMS, SALES, view=ViewState(filter="sales"))
    assert cell(view, IMMEDIATE_KEY, "name")[0] == "= 1 shown"
    assert cell(view, IMMEDIATE_KEY, "waiting")[0] == "3"
    assert (view.shown, view.total) == (1, 2)


def test_sorting_puts_the_greatest_first_words_from_a_and_the_undefined_last():
    def order(**view):
        return keys(table(CLAIMS, SALES, CHAT, view=ViewState(**view)))[:3]

    assert order(sort="sl_day") == ["claims", "sales", "chat"]
    assert order(sort="sl_day", is_reversed=True) == ["sales", "claims", "chat"]
    assert order(sort="name") == ["chat", "claims", "sales"]
    assert order(sort="no such column") == ["claims", "sales", "chat"]


def test_the_legend_names_the_day_that_was_counted_whatever_is_configured():
    (told,) = table(CLAIMS, sites=[make_site(day_start="00:00")]).notes
    assert "day from 06:00" in told
    unsaid = make_queue("claims", day_started_at=0)
    (configured,) = table(unsaid, sites=[make_site(day_start="00:00")]).notes
    assert "day from 00:00" in configured


def test_a_number_is_never_cut():
    big = make_queue("big", contacts_waiting=123456, longest_wait_since=ago(4 * 86_400))
    widths = {column.id: column.width for column in table(big).columns}
    assert widths["waiting"] == 6
    assert widths["longest"] == 5


def test_sites_are_named_where_there_are_several():
    sites = [make_site(), make_site(id="ls1", name="Leeds", day_start="07:00")]
    sources = [make_health(), make_health(site="ls1")]
    leeds = make_queue(site="ls1", day_started_at=DAY_START + 3_600_000)
    view = table(CLAIMS, leeds, sites=sites, sources=sources)
    assert [column.id for column in view.columns][:2] == ["name", "site"]
    assert {row.cells[1] for row in view.rows} == {"Hamburg", "Leeds", ""}
    assert "each site's day" in view.notes[0]


def test_every_column_has_its_own_letter_title_and_rank():
    columns = table(CLAIMS, sites=[make_site(), make_site(id="ls1")]).columns
    for what in ("id", "title", "sort_letter"):
        values = [getattr(column, what) for column in columns]
        assert len(set(values)) == len(values)
    ranks = [column.rank for column in columns if column.rank]
    assert len(set(ranks)) == len(ranks)


def detail(*records, formula=Formula.OFFERED, **snapshot):
    floor_snapshot = make_snapshot(*records, **snapshot)
    figures = queue_figures(floor_snapshot, None, MOMENT, formula)
    return present_queue_detail(
        figures, floor_snapshot, Key(SITE, SOURCE, "claims"), MOMENT, DEFAULT_RULES, 30 * 60_000
    )


def test_the_service_level_is_told_in_words_with_its_counts():
    queue = make_queue(day=make_counts(offered=1248, answered_within=943, answered=1100))
    levels = detail(queue).levels
    assert levels[0] == (
        "75.6 % = 943 answered within 20 s of 1,248 offered since 06:00 (target 80 %)"
    )
    assert len(levels) == len(Formula)
    assert any("of 1,100 answered" in sentence for sentence in levels)


def test_the_chosen_formula_leads():
    levels = detail(make_queue(), formula=Formula.WITHOUT_SHORT).levels
    assert levels[0].startswith("50.0 % = 9 answered within 20 s of 18 offered")
    assert "within 5 s not counted" in levels[0]


def test_a_level_of_nothing_has_no_value():
    assert "no value yet" in detail(make_queue(day=Counts())).levels[0]


def test_waiting_contacts_show_wait_priority_number_and_complaint():
    rows = detail(
        make_queue(contacts_waiting=2),
        make_contact("c1", queued_at=ago(60)),
        make_contact("c2", queued_at=ago(20), priority=5, caller_key="other"),
        make_contact("c3", state=ContactState.CONNECTED),
        make_contact("c4", queue="sales"),
        make_escalation(caller_key="key-of-4912"),
    ).waiting.rows
    assert [row.cells for row in rows] == [
        ("0:20", "5", "•••4912", "", "c2"),
        ("1:00", "0", "•••4912", "E-1042", "c1"),
    ]


def test_the_last_intervals_are_bars_and_a_table():
    quarters = [
        make_interval("claims", f"{h:02d}:{m:02d}", counts=make_counts(offered=h))
        for h in range(7, 16)
        for m in (0, 15, 30, 45)
    ]
    found = detail(make_queue(), *quarters)
    assert [row.cells[0] for row in found.intervals.rows][:2] == ["14:30", "14:15"]
    assert found.intervals.total == 8
    assert found.bars[0].startswith("offered since 08:45")
    assert found.bars[0].endswith("most 14")


def test_the_agents_of_a_queue_come_ready_first_and_the_longest_ready_before():
    found = detail(
        make_queue(),
        make_agent("1", state=AgentState.NOT_READY),
        make_agent("2", since=ago(10)),
        make_agent("3", since=ago(90)),
        make_agent("4", queues=("sales",)),
    )
    assert [row.cells[0] for row in found.agents.rows] == ["3", "2", "1"]


def test_a_fault_is_told_in_a_sentence():
    queue = make_queue(contacts_waiting=1, longest_wait_since=ago(60))
    assert "1:00 though an agent" in detail(queue, make_agent()).fault
    assert detail(queue).fault == ""


def test_a_queue_that_is_gone_has_no_detail():
    assert detail(make_queue("other")) is None


CHANGES = {
    "count": lambda: (replace(CLAIMS, contacts_waiting=9), SALES),
    "level": lambda: (CLAIMS, SALES, make_interval("claims", counts=make_counts(offered=30))),
    "agent": lambda: (CLAIMS, SALES, make_agent(queues=("claims",), state=AgentState.READY)),
    "name": lambda: (replace(CLAIMS, name="Zürich"), SALES),
    "gone": lambda: (SALES,),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_is_kept_from_look_to_look_says_what_is_made_anew(change):
    entries = QueueEntries()
    for records in ((CLAIMS, SALES), change(), (CLAIMS, SALES)):
        for later_s, on, rules, formula in (
            (0, {}, DEFAULT_RULES, Formula.OFFERED),
            (61, {}, DEFAULT_RULES, Formula.OFFERED),
            (61, {Key(SITE, SOURCE, "sales"): "closed"}, DEFAULT_RULES, Formula.OFFERED),
            (61, {Key(SITE, SOURCE, "sales"): "msg"}, DEFAULT_RULES, Formula.OFFERED),
            (61, {Key(SITE, SOURCE, "sales"): "msg"}, (), Formula.ABANDONS_GOOD),
        ):
            floor = make_snapshot(*records)
            moment = MOMENT._replace(now=MOMENT.now + later_s * 1000)
            figures = queue_figures(floor, None, moment, formula)
            kept, anew = (
                present_queues(figures, floor.sites, rules, ViewState(), on, each)
                for each in (entries, None)
            )
            assert kept == anew


def test_a_queue_that_is_as_it_was_is_the_same_row():
    entries, floor = QueueEntries(), make_snapshot(CHAT)
    rows = []
    for later_ms in (0, 1000):
        figures = queue_figures(floor, None, MOMENT._replace(now=MOMENT.now + later_ms))
        rows.append(present_queues(figures, floor.sites, (), entries_of=entries).rows[0])
    assert rows[0] is rows[1]
