"""What is typed on the `:` line: to whom it is done, or why not; and what completes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from data.actions.verbs import Verb
from data.files import FloorFiles
from data.floor import FloorSnapshot, Key
from data.model import Owner
from data.people import People
from data.rules.service_level import Formula
from data.rules.what_if import Change
from data.settings import DEFAULT_RULES, Figure, RuleSettings
from screens.acting.offer import Offer
from screens.actions import Scope
from screens.look import Look, Viewing
from screens.pane import TablePane
from screens.pane_types import pane_type
from screens.tones import Tone
from screens.what_if_page import WhatIfPage
from supervisor_tui.acting import Actor, Said
from supervisor_tui.app import SupervisorApp
from supervisor_tui.commanding import Commander
from supervisor_tui.doing import Doer
from supervisor_tui.person import PersonalFile
from supervisor_tui.rewinding import Rewinder
from tests.builders import (
    MOMENT,
    SITE,
    SOURCE,
    make_agent,
    make_escalation,
    make_queue,
    make_snapshot,
)

REASONS = {"1": "break", "2": "coaching"}


class ToldDoer(Doer):
    """Writes down what it is told to do."""

    def __init__(self, actor: Actor, rig: Rig) -> None:
        super().__init__(actor)
        self._rig = rig

    def offer(
        self,
        app: SupervisorApp,
        verb: Verb,
        offers: Sequence[Offer],
        said: Said | None = None,
        *,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        able = [each.target.key.id for each in offers if not each.why_not]
        if not able:
            app.say(offers[0].why_not)
        elif typed is not None:
            self._rig.forms.append((verb, dict(typed)))
        else:
            given = said or Said()
            self._rig.done.append((verb, able, dict(given.fields), given.comment))


class Rig:
    """An app without a terminal: what would be done, and what would be said."""

    def __init__(self, folder: Path, snapshot: FloorSnapshot) -> None:
        self.snapshot = snapshot
        self.site: str | None = None
        self.said: list[str] = []
        self.done: list[tuple[str, list[str], dict[str, Any], str]] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.pages: list[tuple[str, WhatIfPage]] = []
        self.panes: dict[Scope, TablePane] = {}
        self.floor = SimpleNamespace(pane=self.pane)
        personal = PersonalFile(folder / "personal.json")
        actor = Actor(FloorFiles(folder / "floor"), People(), "anna", personal)
        self.doer = ToldDoer(actor, self)
        self.parts = SimpleNamespace(doer=self.doer)
        self.acted_on = self.pane(Scope.ROSTER)
        self.time = Rewinder(folder / "history.db")
        self.commander = Commander(cast("SupervisorApp", self))

    def pane(self, scope: Scope) -> TablePane:
        if scope not in self.panes:
            self.panes[scope] = pane_type(scope)(is_ascii=False)
        return self.panes[scope]

    def look(self) -> Look:
        viewing = Viewing(
            floor_name="Floor",
            formula=Formula.OFFERED,
            rules=(*DEFAULT_RULES, RuleSettings(figure=Figure.LATE, name="slow at night")),
            person="anna",
            who=self.doer.actor.person,
            reasons=REASONS,
        )
        return Look(snapshot=self.snapshot, moment=MOMENT, viewing=viewing, site=self.site)

    def say(self, text: str, tone: Tone = Tone.NORMAL) -> None:
        self.said.append(text)

    def show_page(self, title: str, page: WhatIfPage, pane: TablePane, row: str) -> None:
        assert pane.offers(row, self.look()) == ()
        self.pages.append((title, page))

    def choose_site(self, site: str | None) -> None:
        self.site = site

    def do(self, line: str) -> str:
        """Do a command; what is said of it."""
        self.said.clear()
        self.commander.do(line)
        return self.said[-1] if self.said else ""

    def lines(self, text: str) -> list[str]:
        return list(self.commander.complete(text).lines)


def records() -> FloorSnapshot:
    return make_snapshot(
        make_agent("1002", name="Jamal Reed", team="north"),
        make_agent("1003", name="Jane Roe", team="north"),
        make_agent("1004", name="Hana Novák", team="east"),
        make_queue("claims", name="Claims DE"),
        make_queue("sales", name="Sales"),
        make_escalation("e1", reference="E-1042", version=3),
        make_escalation("e2", reference="E-1043", owner=Owner("karl", "Karl Orlov", 0)),
    )


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path, records())


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("claim e-1042", ("claim", ["e1"], {}, "")),
        ("pause 1002 break", ("pause", ["1002"], {"reason_code": "1"}, "")),
        (
            "  PAUSE jamal,jane coaching bring cups",
            ("pause", ["1002", "1003"], {"reason_code": "2"}, "bring cups"),
        ),
        ("pause hana - tea", ("pause", ["1004"], {"reason_code": "1"}, "tea")),
        ("log-out 1002", ("log-out", ["1002"], {}, "")),
        ("note E-1042 they rang, twice", ("note", ["e1"], {"text": "they rang, twice"}, "")),
        ("severity E-1042 crit", ("severity", ["e1"], {"severity": "critical"}, "")),
        (
            "resolve E-1042 upheld refunded by card",
            ("resolve", ["e1"], {"outcome": "upheld", "resolution": "refunded"}, "by card"),
        ),
        ("refer E-1042 Ombudsman", ("refer", ["e1"], {"to": "Ombudsman"}, "")),
        (
            "message north Take a break",
            ("message", ["1002"], {"to": "team", "text": "Take a break"}, ""),
        ),
    ],
)
def test_a_verb_is_done_to_whom_is_named_with_what_was_typed(
    rig: Rig, line: str, done: tuple[str, list[str], dict[str, Any], str]
) -> None:
    assert rig.do(line) == ""
    verb, able, fields, comment = rig.done[-1]
    assert (verb, able, comment) == (done[0], done[1], done[3])
    assert fields.items() >= done[2].items()


@pytest.mark.parametrize(
    ("line", "verb", "typed"),
    [
        ("pause 1002", "pause", {}),
        ("resolve E-1042 upheld", "resolve", {"outcome": "upheld"}),
        ("note E-1042", "note", {}),
        ("message everybody", "message", {"to": "everybody"}),
    ],
)
def test_a_form_asks_for_what_is_missing(
    rig: Rig, line: str, verb: str, typed: dict[str, str]
) -> None:
    assert rig.do(line) == ""
    assert rig.forms == [(verb, typed)]
    assert not rig.done


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("pause ja break", "“ja” can be several agents: 1002 Jamal Reed, 1003 Jane Roe."),
        ("pause 1009 break", "There is no agent “1009”."),
        ("pause 1002 tea", "Reason: “tea” is none of these: break, coaching."),
        ("pause 1002,E-1042 break", "There is no agent “E-1042”."),
        ("claim E-1042 now", "Nothing more is expected behind “claim COMPLAINTS”: “now”."),
        ("claim E-1043", "Karl Orlov has E-1043."),
        ("claim", "Say to what: claim COMPLAINTS; or choose rows first, in: Complaints."),
        (
            "pause . break",
            "Say to what: pause AGENTS REASON NOTE; or choose rows first",
        ),
        ("called-back", "called-back: choose a row first, in: Lost."),
        ("puase 1002", "There is no command “puase”. There is something like it: pause"),
        ("pauses 1002", "There is no command “pauses”."),
        ("columns now", "Nothing more is expected behind “columns”: “now”."),
        ("site nowhere", "There is no site “nowhere”. There are: hh1 Hamburg, all sites."),
        ("lend 2 sales", "There is no agent “2”."),
        ("what-if 2 sales nobody", "There is no queue “nobody”."),
        ("what-if 2 sales", "A queue is missing: what-if COUNT FROM TO"),
        ("what-if tea", "“tea” is not understood: what-if COUNT FROM TO"),
    ],
)
def test_what_is_typed_wrongly_is_said_and_nothing_is_done(rig: Rig, line: str, said: str) -> None:
    assert rig.do(line).startswith(said)
    assert not rig.done
    assert not rig.forms


def test_the_chosen_rows_are_meant_where_nothing_is_named(rig: Rig) -> None:
    class Chosen(pane_type(Scope.AGENTS)):  # type: ignore[misc]
        chosen = ("hh1/pbx/1003", "hh1/pbx/1004")

    rig.acted_on = Chosen(is_ascii=False)
    assert rig.do("pause . coaching cups") == ""
    assert rig.done == [("pause", ["1003", "1004"], {"reason_code": "2"}, "cups")]
    rig.do("pause")
    assert rig.forms == [("pause", {})]


def test_a_site_is_chosen_and_left(rig: Rig) -> None:
    rig.do("site hamburg")
    assert rig.site == "hh1"
    rig.do("site all")
    assert rig.site is None


def test_what_is_supposed_is_shown_and_nothing_is_done(rig: Rig) -> None:
    assert rig.do("what-if 2 sales claims, -1 claims de, +3 sales -20%") == ""
    assert rig.do("what-if") == ""
    (title, page), (plain, _page) = rig.pages
    assert title == "What if 2 sales claims, -1 claims de, +3 sales -20%"
    assert plain == "What if"
    sales, claims = Key(SITE, SOURCE, "sales"), Key(SITE, SOURCE, "claims")
    assert page.changes == (
        Change(sales, -2, to=claims),
        Change(claims, -1),
        Change(sales, 3),
        Change(calls=0.8),
    )
    assert not rig.done
    assert not rig.forms
    page(rig.look(), 80)
    assert page.proposal == 'lend 2 "Sales" "Claims DE" 30m'
    said = rig.do(page.proposal)
    assert not said
    assert [verb for verb, *_rest in rig.done] == ["lend"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("cla", ["claim ", "claim-lost "]),
        ("pause ja", ["pause 1002 ", "pause 1003 "]),
        ("pause 1002,ha", ["pause 1002,1004 "]),
        ("pause jane xyz", []),
        ("pause 1002 ", ["pause 1002 break ", "pause 1002 coaching "]),
        ("pause jamal reed c", ["pause jamal reed coaching ", "pause jamal reed break "][:1]),
        ("claim ", ["claim E-1042 ", "claim E-1043 "]),  # who can be claimed comes first
        ("message no", ["message north ", "message 1004 "]),
        ("waiting cl", ['waiting "Claims DE" ']),
        ("lend 2 sa", ["lend 2 Sales "]),
        ("lend 2 sales cl", ['lend 2 sales "Claims DE" ']),
        ("what-if 2 sa", ["what-if 2 Sales "]),
        ("what-if 2 sales cl", ['what-if 2 sales "Claims DE" ']),
        ("what-if +20%, -1 sa", ["what-if +20%, -1 Sales "]),
        ("what-if -1 sales, 2", []),
        ("what-if 2 sales claims, ", []),
        ("alert w", ["alert week "]),
        ("alert test waits", ["alert test waits_though_ready_s "]),
        ("alert week l", []),
        ("mute al", ["mute all "]),
        ('mute "slow', ['mute "slow at night" ']),
        ("mute slow", ['mute "slow at night" ']),
        ('mute "slow at night" ', []),
        ('alert test "slow at', ['alert test "slow at night" ']),
        ("unmute late", ["unmute late_s "]),
        ("site h", ["site hh1 "]),
        ("columns ", []),
        ("nothing ", []),
    ],
)
def test_every_place_of_a_line_is_completed(rig: Rig, text: str, lines: list[str]) -> None:
    assert rig.lines(text) == lines


def test_what_a_command_takes_is_shown_while_it_is_typed(rig: Rig) -> None:
    assert rig.commander.hint("pause 10") == "pause AGENTS REASON NOTE"
    assert rig.commander.hint("pau") == ""
    supposed = rig.commander.complete("what-if 2 sales claims, ")
    assert supposed.expected.startswith("COUNT FROM TO")
    assert "+20%" in supposed.shown
    assert rig.commander.complete("note E-1042 ").expected == "TEXT"


def test_whatever_is_proposed_means_what_was_proposed(rig: Rig) -> None:
    for start in ("pause ", "claim ", "undo "):
        for line in rig.lines(start):
            assert rig.lines(line.rstrip())[0] == line


def test_completion_looks_closely_at_a_bounded_number_of_a_large_floor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [make_agent(f"{at}", name=f"Agent {at}") for at in range(3000, 5000)]
    rig = Rig(tmp_path, make_snapshot(*many))
    pane = rig.pane(Scope.AGENTS)
    asked: list[str] = []
    offers = pane.offers

    def counted(key: str, look: Look) -> Any:
        asked.append(key)
        return offers(key, look)

    monkeypatch.setattr(pane, "offers", counted)
    assert len(rig.lines("pause ")) == 40
    assert len(asked) == 200
    asked.clear()
    assert rig.commander.hint("pause agent 3") == "pause AGENTS REASON NOTE"
    assert not asked
