"""The pane of reports: which one it asks for, what it shows, and which keys lead elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from data.figures.freshness import Moment
from data.figures.report import By, Report
from data.figures.report_lines import group_totals, queue_lines
from data.figures.report_reading import ReportQuestion
from data.model import Counts
from data.rules.periods import Length, Period
from data.rules.service_level import Formula
from screens.actions import Scope
from screens.look import Look, Past, Viewing
from screens.report_page import ReportPage
from screens.reports import ReportsPane
from tests.builders import BOOT, MOMENT, MONO_MS, NOW, make_site, make_snapshot
from tests.screens.helpers import bench, press_action, screen_lines, screen_text
from tests.screens.test_commanding import Rig
from tests.unit.test_report_forms import queue

VIEWING = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=())
TODAY = date(2026, 3, 11)


def look(**changes: Any) -> Look:
    fields: dict[str, Any] = {"snapshot": make_snapshot(), "moment": MOMENT, "viewing": VIEWING}
    return Look(**fields | changes)


class Told:
    """Answers every question with lines that are named after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[ReportQuestion] = []
        self.names: tuple[str, ...] = ("Claims", "Idle")
        self.rewound = 0

        def ask(question: ReportQuestion, *_others: object, is_past: bool = False) -> Report:
            self.rewound += is_past
            return self._answer(question)

        monkeypatch.setattr(ReportQuestion, "ask", ask)

    def _answer(self, question: ReportQuestion) -> Report:
        self.asked.append(question)
        first, *others = ("voice", "chat") if question.by is By.CHANNEL else self.names
        named = [queue(first), *(queue(name, counts=Counts()) for name in others)]
        return Report(
            period=question.period,
            by=question.by,
            formula=question.formula,
            is_over=question.period.last < TODAY,
            now=NOW,
            zones=("Europe/Berlin",),
            lines=queue_lines(named),
            totals=group_totals(named),
        )


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


def read(pane: ReportsPane, at: Look) -> None:
    """What the program's own thread does."""
    pane.read_past(None, at)  # type: ignore[arg-type]
    pane.show(at)


async def test_it_shows_today_so_far_and_says_that_it_is_not_over(told):
    pane = ReportsPane(is_ascii=True)
    async with bench(pane, size=(80, 24)) as (app, pilot):
        pane.show(look())
        await pilot.pause()
        assert "Reading from history" in screen_text(app)
        read(pane, look())
        await pilot.pause()
        lines = screen_lines(app)
        assert lines[0].strip() == "Wed 2026-03-11, until 14:32: not over   by queue"
        assert lines[2].split()[:5] == ["!", "Claims", "20", "13", "45.0"]
        assert "= voice" in screen_text(app)
        assert "SL = offered formula" in screen_text(app)
    assert told.asked[0].period == Period(Length.DAY, TODAY)


@pytest.mark.parametrize(("lines", "notes"), [(24, 8), (12, 4), (8, 2)])
async def test_what_stands_below_leaves_the_rows_their_room(told, monkeypatch, lines, notes):
    said = tuple(f"note {number}" for number in range(20))
    monkeypatch.setattr("screens.reports.report_notes", lambda _report: said)
    pane = ReportsPane(is_ascii=True)
    async with bench(pane, size=(80, lines)) as (app, pilot):
        told.names = tuple(f"queue {number}" for number in range(40))
        read(pane, look())
        await pilot.pause()
        shown = [line.strip() for line in screen_lines(app) if line.startswith(" note")]
        assert len(shown) == notes
        assert shown[-1] == said[-1]
        told.names = ("one",)
        pane.choose(None, date(2026, 3, 9), None)
        read(pane, look())
        await pilot.pause()
        assert screen_text(app).count("note ") == min(20, lines - 4)


async def test_keys_go_from_one_time_to_another_and_never_beyond_the_present(told):
    pane = ReportsPane(is_ascii=True)
    async with bench(pane, size=(80, 24)) as (app, pilot):
        read(pane, look())
        for action, expected in (
            ("reports.later", Period(Length.DAY, TODAY)),
            ("reports.earlier", Period(Length.DAY, date(2026, 3, 10))),
            ("reports.length", Period(Length.WEEK, date(2026, 3, 9))),
            ("reports.earlier", Period(Length.WEEK, date(2026, 3, 2))),
            ("reports.length", Period(Length.MONTH, date(2026, 3, 1))),
            ("reports.earlier", Period(Length.MONTH, date(2026, 2, 1))),
            ("reports.later", Period(Length.MONTH, date(2026, 3, 1))),
            ("reports.later", Period(Length.MONTH, date(2026, 3, 1))),
            ("reports.length", Period(Length.DAY, TODAY)),
        ):
            await press_action(pilot, action)
            read(pane, look())
            assert told.asked[-1].period == expected, action
        await pilot.pause()
        assert "Wed 2026-03-11" in screen_text(app)


async def test_one_key_goes_through_what_lines_can_be_of(told):
    pane = ReportsPane(is_ascii=True)
    async with bench(pane, size=(80, 24)) as (_app, pilot):
        read(pane, look())
        seen = []
        for _turn in By:
            seen.append(told.asked[-1].by)
            await press_action(pilot, "reports.by")
            read(pane, look())
        assert seen == list(By)
        assert told.asked[-1].by is By.QUEUE


def test_what_was_read_for_another_question_is_not_shown(told):
    pane = ReportsPane(is_ascii=True)
    pane.read_past(None, look())  # type: ignore[arg-type]
    assert pane.present(look()).rows
    tomorrow = look(moment=Moment(NOW + 86_400_000, MONO_MS, BOOT))
    assert not pane.present(tomorrow).rows
    pane.choose(Length.WEEK, None, None)
    assert not pane.present(look()).rows


def test_what_is_not_over_is_asked_again_each_minute_or_every_five(told):
    pane = ReportsPane(is_ascii=True)
    assert pane.wanted_past is None
    turns = (
        ((None, None, None), NOW // 60_000),
        ((Length.MONTH, None, None), NOW // 300_000),
        ((None, date(2026, 3, 9), None), NOW // 300_000),  # the month that is named is not over
        ((Length.WEEK, date(2026, 3, 2), None), NOW // 60_000),
    )
    for chosen, turn in turns:
        pane._look = None  # it is on no screen, and has nothing to show
        pane.choose(*chosen)
        pane._look = look()
        assert isinstance(pane.wanted_past, tuple)
        assert pane.wanted_past[1] == turn


def test_the_same_is_read_once_in_its_turn(told):
    pane = ReportsPane(is_ascii=True)
    later = look(moment=Moment(NOW + 60_000, MONO_MS, BOOT))
    for day, times in ((None, [1, 1, 2]), (date(2026, 3, 9), [3, 3, 4])):
        pane.choose(None, day, None)
        for at, expected in zip((look(), look(), later), times, strict=True):
            pane.read_past(None, at)  # type: ignore[arg-type]
            assert len(told.asked) == expected


def test_what_was_read_of_the_present_is_not_shown_as_the_past(told):
    pane = ReportsPane(is_ascii=True)
    pane.read_past(None, look())  # type: ignore[arg-type]
    assert pane.present(look()).rows
    then = look(past=Past(NOW))
    assert not pane.present(then).rows
    pane.read_past(None, then)  # type: ignore[arg-type]
    assert pane.present(then).rows
    assert told.rewound == 1


def test_a_floor_of_which_nothing_is_known_asks_nothing(told):
    pane = ReportsPane(is_ascii=True)
    nowhere = look(snapshot=make_snapshot(sites=()))
    pane._look = nowhere
    assert pane.wanted_past is None
    pane.read_past(None, nowhere)  # type: ignore[arg-type]
    assert not told.asked
    pane.action_step(-1)


def test_the_site_that_is_looked_at_is_the_one_that_is_asked_for(told):
    sites = (make_site(), make_site(id="leeds", name="Leeds"))
    pane = ReportsPane(is_ascii=True)
    for chosen, asked in ((None, ["hh1", "leeds"]), ("leeds", ["leeds"])):
        pane.read_past(None, look(snapshot=make_snapshot(sites=sites), site=chosen))  # type: ignore[arg-type]
        assert [site.id for site in told.asked[-1].sites] == asked


def test_a_line_has_a_page_with_every_formula(told):
    pane = ReportsPane(is_ascii=True)
    pane.read_past(None, look())  # type: ignore[arg-type]
    key = pane.present(look()).rows[0].key
    found = pane.page(key, look())
    assert found is not None
    title, page = found
    assert isinstance(page, ReportPage)
    assert title.startswith("Claims, Wed 2026-03-11")
    text = "\n".join("".join(piece for piece, _tone in line) for line in page(look(), 100) or ())
    assert "45.0 % = 9 of 20, offered: answered within T / offered" in text
    assert "70.0 % = 14 of 20, abandons good" in text
    assert "The target: 80 % within 0:20" in text
    assert pane.page("none", look()) is None


def test_columns_of_one_kind_of_line_are_not_taken_for_those_of_another(told):
    pane = ReportsPane(is_ascii=True, columns=("name", "offered", "aht"))
    pane.read_past(None, look())  # type: ignore[arg-type]
    pane.present(look())
    assert pane._order == ("name", "offered", "aht")
    pane.choose(None, None, By.AGENT)
    pane.present(look())
    assert pane._order is None


class Typed(Rig):
    """Where reports are typed: what was asked for of the pane, and where one went."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, make_snapshot())
        self.went: list[str] = []

    async def action_pane(self, scope: str) -> None:
        """Never awaited: going there is the app's affair."""

    def call_later(self, _what: object, scope: str) -> None:
        self.went.append(scope)

    def period(self) -> tuple[Length, date, By]:
        pane = cast("ReportsPane", self.pane(Scope.REPORTS))
        question = pane._question(self.look())
        assert question is not None
        return question.period.length, question.period.first, question.by


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("report", (Length.DAY, TODAY, By.QUEUE)),
        ("report week", (Length.WEEK, date(2026, 3, 9), By.QUEUE)),
        ("report month 2026-02-10 by team", (Length.MONTH, date(2026, 2, 1), By.TEAM)),
        ("report by agent day yesterday", (Length.DAY, date(2026, 3, 10), By.AGENT)),
        ("report 2026-03-01 Interval", (Length.DAY, date(2026, 3, 1), By.INTERVAL)),
        ("report today", (Length.DAY, TODAY, By.QUEUE)),
    ],
)
def test_a_report_can_be_typed_in_any_order(tmp_path, typed, expected):
    rig = Typed(tmp_path)
    assert rig.do(typed) == ""
    assert rig.period() == expected
    assert rig.went == ["reports"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("report year", "“year” is no day, length or grouping. There are: day, week, month,"),
        ("report 2026-03-12", "2026-03-12 has not come yet."),
        ("report 0001-01-01", "0001-01-01 is too long ago."),
        ("report by", ""),
    ],
)
def test_what_means_nothing_is_said_and_nothing_is_shown(tmp_path, typed, said):
    rig = Typed(tmp_path)
    assert rig.do(typed).startswith(said)
    assert bool(said) is not bool(rig.went)


def test_words_of_a_report_are_completed(tmp_path):
    rig = Typed(tmp_path)
    assert rig.lines("report w") == ["report week "]
    assert rig.lines("report week te") == ["report week team "]
    assert "report day by queue " in rig.lines("report day by ")
    assert rig.lines("report 20") == []
