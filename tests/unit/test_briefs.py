"""Briefings: whom they can be to, by whom they are carried, and who has read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from data.actions.verbs import Verb
from data.figures.messages import readers_of
from data.floor import FloorSnapshot, Key
from data.model import DESK, Audience, Note
from data.people import Person
from data.rules.service_level import Formula
from data.settings import Role
from screens.acting.asks import ask_of
from screens.acting.offer import Offer, Wanted
from screens.acting.shift_log import new_offers, note_offers
from screens.look import Look, Viewing
from screens.notes import LogPage
from screens.presenters.notes import present_notes
from screens.tones import Tone
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_health,
    make_queue,
    make_snapshot,
)
from tests.screens.test_commanding import Rig, records

ANNA = Person("anna", "Anna", Role.SUPERVISOR)
KARL = Person("karl", "Karl", Role.TEAM_LEADER, teams=("north",))
AGENTS = (
    make_agent("1001", name="Hana", team="north", queues=("sales",)),
    make_agent("1002", name="Ivo", team="south", queues=("sales", "claims")),
    make_agent("1003", name="Jo", team="south", queues=("claims",)),
)


def floor(*notes: Note, **parts: Any) -> FloorSnapshot:
    keyed = {Key(each.site, each.source, each.id): each for each in notes}
    queues = make_queue("sales", name="Sales"), make_queue("claims", name="Claims")
    return make_snapshot(*queues, *AGENTS, notes=keyed, **parts)


def look_at(snapshot: FloorSnapshot, who: Person = ANNA) -> Look:
    viewing = Viewing(
        floor_name="T",
        formula=Formula.OFFERED,
        rules=(),
        person=who.id,
        who=who,
        owners=(ANNA, KARL),
    )
    return Look(snapshot=snapshot, moment=MOMENT, viewing=viewing)


def sent(look: Look, to: str) -> list[Offer]:
    """What is sent to whom."""
    ask = ask_of(Verb.BRIEF)
    assert ask is not None
    offers = [each for each in new_offers(look) if each.verb is Verb.BRIEF]
    wanted = Wanted(Verb.BRIEF, offers, look)
    settled = ask.settle(wanted, {"to": to, "text": "new tariff"})
    assert not settled.fields or settled.fields == {"text": "new tariff"}
    return list(settled.wanted.offers)


def options(look: Look) -> list[str]:
    ask = ask_of(Verb.BRIEF)
    assert ask is not None
    offers = [each for each in new_offers(look) if each.verb is Verb.BRIEF]
    return [code for code, _words in ask.fields(Wanted(Verb.BRIEF, offers, look))[0].options]


def test_who_can_be_written_to() -> None:
    claims, sales = f"queue/{SITE}/{SOURCE}/claims", f"queue/{SITE}/{SOURCE}/sales"
    assert options(look_at(floor())) == [
        *("leaders", "everybody", "team/north", "team/south"),
        *(claims, sales),
    ]
    assert options(look_at(floor(), KARL)) == ["leaders", "team/north", sales], "his own alone"


@pytest.mark.parametrize(
    ("to", "kind", "ids"),
    [
        ("everybody", "everybody", []),
        ("team/south", "team", ["south"]),
        (f"queue/{SITE}/{SOURCE}/claims", "agents", ["1002", "1003"]),
    ],
)
def test_agents_are_written_to_by_their_telephone_system(
    to: str, kind: str, ids: list[str]
) -> None:
    (offer,) = sent(look_at(floor()), to)
    assert offer.target.key == Key(SITE, SOURCE, "")
    assert offer.target.fields == {"audience": {"kind": kind, "ids": ids}}
    assert not offer.why_not


def test_leaders_are_written_to_by_the_desk() -> None:
    (offer,) = sent(look_at(floor()), "leaders")
    assert offer.target.key == Key(SITE, DESK, "")
    assert offer.target.fields == {"audience": {"kind": "agents", "ids": ["karl"]}}


def test_what_passes_no_messages_on_says_so_and_leaders_can_be_briefed_all_the_same() -> None:
    mute = floor(sources=[make_health(operations=("setAgentState",))])
    (offer,) = sent(look_at(mute), "team/north")
    assert "passes no messages on" in offer.why_not
    assert not sent(look_at(mute), "leaders")[0].why_not
    assert "nobody there" in sent(look_at(floor()), "team/gone")[0].why_not


def briefing(source: str = DESK, **changes: Any) -> Note:
    given: dict[str, Any] = {
        "author": "anna",
        "text": "new tariff",
        "written_at": ago(60),
        "audience": Audience("agents", ("karl", "jo")),
        **changes,
    }
    return Note(site=SITE, source=source, id="b", **given)


def row(note: Note, who: Person) -> tuple[str, str, str, Tone]:
    look = look_at(floor(note), who)
    people = {each.id: each.name for each in look.viewing.owners}
    view = present_notes(look.snapshot, None, NOW, people=people, who=who)
    (one,) = view.rows
    return *one.cells[:3], one.tones[2]


def test_who_has_read_it_stands_in_the_list_and_by_name_on_its_page() -> None:
    assert row(briefing(), ANNA) == (
        "briefing",
        "to Karl, jo: new tariff",
        "read 0/2",
        Tone.NORMAL,
    )
    assert row(briefing(read_by=("jo",)), KARL)[2:] == ("! K: read", Tone.LOOK)
    assert row(briefing(read_by=("jo", "karl")), KARL)[2:] == ("read 2/2", Tone.NORMAL)
    assert row(briefing(is_withdrawn=True), KARL)[2] == "withdrawn"
    agents = briefing(SOURCE, audience=Audience("team", ("south",)), read_by=("1003",))
    assert row(agents, ANNA)[1:3] == ("to team south: new tariff", "read 1/2")
    page = LogPage("/".join(("note", SITE, SOURCE, "b")))(look_at(floor(agents)), 80)
    assert page is not None
    told = "\n".join("".join(text for text, _tone in line) for line in page)
    assert "Read by: Jo." in told
    assert "Not yet: Ivo." in told


def test_what_is_to_others_is_not_in_ones_list() -> None:
    other = briefing(author="jo", audience=Audience("agents", ("1001",)))
    view = present_notes(floor(other), None, NOW, who=ANNA)
    assert view.rows == ()
    assert present_notes(floor(briefing()), None, NOW).rows == (), "nobody looks"


def test_everybody_is_all_agents_of_the_source() -> None:
    note = briefing(SOURCE, audience=Audience("everybody"), read_by=("1001",))
    found = readers_of(note, floor(note), {})
    assert (found.read, found.unread, found.count) == (("Hana",), ("Ivo", "Jo"), 3)


def test_only_who_it_is_to_says_that_they_have_read_it() -> None:
    key = Key(SITE, DESK, "b")

    def why_not(note: Note, who: Person, at: Key = key) -> str:
        look = look_at(floor(note), who)
        return note_offers(at, note, look.doings, who)[0].why_not

    assert why_not(briefing(), KARL) == ""
    assert why_not(briefing(read_by=("karl",)), KARL) == "You have read this already."
    assert why_not(briefing(), ANNA) == "This is no briefing to you."
    assert "itself" in why_not(replace(briefing(SOURCE)), KARL, Key(SITE, SOURCE, "b"))


def test_typed(tmp_path: Path) -> None:
    rig = Rig(tmp_path, records())
    assert rig.do("brief everybody new tariff from noon") == ""
    done, _able, given, _comment = rig.done[-1]
    assert (done, given["text"]) == (Verb.BRIEF, "new tariff from noon")
