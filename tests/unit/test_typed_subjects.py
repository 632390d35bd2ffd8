"""To whom a command is done: agents, queues, complaints and teams of one site or all."""

from __future__ import annotations

import pytest

from data.actions.verbs import Verb
from data.floor import FloorSnapshot
from data.rules.service_level import Formula
from screens.actions import Scope
from screens.look import Look, Viewing
from screens.typed.names import NothingNamedError
from screens.typed.subjects import SubjectError, error_words, subjects, take_subjects
from tests.builders import (
    MOMENT,
    make_agent,
    make_escalation,
    make_queue,
    make_site,
    make_snapshot,
)

AGENTS = (Scope.AGENTS,)
VIEWING = Viewing(floor_name="Floor", formula=Formula.OFFERED, rules=())


def floor() -> FloorSnapshot:
    return make_snapshot(
        make_agent("1002", name="Jamal Reed", team="north"),
        make_agent("1003", name="Hana Novák", team="north"),
        make_agent("1002", name="Jane Roe", team="east", site="ld"),
        make_agent("1005", name="Reed, Oscar", team="east"),
        make_queue("q-7", name="Claims DE"),
        make_queue("q-8", name="Claims FR"),
        make_queue("q-9", name="Twin"),
        make_queue("q-10", name="Twin"),
        make_escalation("e1", reference="E-1042"),
        make_escalation("e2", reference="E-1043"),
        make_escalation("e3", reference="E-1043", site="ld"),
        sites=(make_site(), make_site(id="ld", name="Leeds")),
    )


def look(site: str | None = None) -> Look:
    return Look(snapshot=floor(), moment=MOMENT, viewing=VIEWING, site=site)


def taken(
    line: str,
    *scopes: Scope,
    site: str | None = None,
    verb: Verb | None = None,
) -> tuple[list[str], str]:
    """The ids of what a line begins with, and the rest of it."""
    found = take_subjects(line, 0, subjects(look(site), scopes or AGENTS, verb))
    keys = [key for each in found.subjects for key in each.keys]
    return [f"{key.site}/{key.id}" for key in keys], line[found.end :].strip()


@pytest.mark.parametrize(
    ("line", "ids", "rest"),
    [
        ("1003 coaching", ["hh1/1003"], "coaching"),
        ("hana,jamal coaching, cups", ["hh1/1003", "hh1/1002"], "coaching, cups"),
        ("hana , jamal reed coaching", ["hh1/1003", "hh1/1002"], "coaching"),
        ("Reed, Oscar,hana tea", ["hh1/1005", "hh1/1003"], "tea"),
        ("hana,hana", ["hh1/1003"], ""),
        ("jane", ["ld/1002"], ""),
    ],
)
def test_agents_stand_with_commas_between(line: str, ids: list[str], rest: str) -> None:
    assert taken(line) == (ids, rest)


def test_where_a_site_is_chosen_the_others_are_not_meant() -> None:
    with pytest.raises(SubjectError) as caught:
        taken("1002")
    assert error_words(caught.value.error, AGENTS) == (
        "“1002” can be several agents: 1002 Jamal Reed at hh1, 1002 Jane Roe at ld."
    )
    assert taken("1002", site="hh1") == (["hh1/1002"], "")
    assert taken("1002", site="ld") == (["ld/1002"], "")
    with pytest.raises(SubjectError):
        taken("hana", site="ld")


def test_queues_go_by_the_name_on_the_screen_and_complaints_by_the_whole_reference() -> None:
    assert taken("claims de 2", Scope.QUEUES) == (["hh1/q-7"], "2")
    assert taken("fr", Scope.QUEUES) == (["hh1/q-8"], "")
    assert taken("q-9", Scope.QUEUES) == (["hh1/q-9"], "")  # the name is another's too
    assert taken("e-1042 hello", Scope.ESCALATIONS) == (["hh1/e1"], "hello")
    for line in ("q-7", "claims"):
        with pytest.raises(SubjectError):
            taken(line, Scope.QUEUES)
    for line in ("E-104", "1042", "E-1043"):
        with pytest.raises(SubjectError):
            taken(line, Scope.ESCALATIONS)


def test_what_stands_behind_a_comma_has_to_be_somebody() -> None:
    with pytest.raises(SubjectError) as caught:
        taken("hana, nobody coaching")
    assert caught.value.at == 6
    assert error_words(caught.value.error, AGENTS).startswith("There is no agent “nobody”.")
    with pytest.raises(SubjectError) as caught:
        taken("hana,")
    assert error_words(caught.value.error, AGENTS) == (
        "A name is missing: one has to follow a comma."
    )


def test_a_message_can_be_for_a_team_or_everybody() -> None:
    names = subjects(look(), AGENTS, Verb.MESSAGE)
    team = take_subjects("north Please take a break", 0, names)
    assert [each.values for each in team.subjects] == [(("to", "team"),)]
    assert team.end == len("north")
    everybody = take_subjects("everybody Quiet", 0, names).subjects[0]
    assert {key.site for key in everybody.keys} == {"hh1", "ld"}  # one message at each source
    assert taken("hana Please", verb=Verb.MESSAGE) == (["hh1/1003"], "Please")
    with pytest.raises(SubjectError):
        taken("north Please")


def test_what_is_of_several_kinds_has_sentences_of_its_own() -> None:
    scopes = (Scope.AGENTS, Scope.QUEUES)
    assert error_words(NothingNamedError("x"), scopes) == "Nothing is called “x”."


def test_agents_of_a_telephone_system_go_by_their_extension() -> None:
    twins = (make_agent("PJSIP/1004", name="Dan"), make_agent("Local/1004@x/n", name="Dana"))
    agents = (make_agent("Local/1003@from-queue/n", name="Chloé"), *twins)
    assert [agent.number for agent in agents] == ["1003", "1004", "1004"]
    seen = Look(
        snapshot=make_snapshot(*agents, sites=(make_site(),)), moment=MOMENT, viewing=VIEWING
    )
    known = subjects(seen, AGENTS, None)
    assert [
        key.id for each in take_subjects("1003 break", 0, known).subjects for key in each.keys
    ] == ["Local/1003@from-queue/n"]
    with pytest.raises(SubjectError):
        take_subjects("1004 break", 0, known)
    (dan,) = take_subjects("PJSIP/1004 break", 0, known).subjects
    assert dan.keys[0].id == "PJSIP/1004"


@pytest.mark.parametrize("own", ["1002", "a/b", "Local/", "SIP/@x", "%:Local%2F7"])
def test_other_ids_are_numbers_as_they_are(own: str) -> None:
    assert make_agent(own).number == own
