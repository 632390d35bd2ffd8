"""Whom a typed name means: what is on the screen means itself, and nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.clean import clean_text
from screens.glyphs import to_ascii
from screens.typed.lines import readings, skip_blanks, take_word, written
from screens.typed.names import Named, Names, NothingNamedError, SeveralNamedError, named

PEOPLE = {
    "1001": "Chloé Dubois",
    "1002": "Jamal Reed",
    "1003": "Hana Nováková",
    "1004": "Jamal Poe",
    "1005": "Reed, Oscar",
    "1006": "Jo",
    "1007": "Jo March",
    "1008": "Łukasz Żak",
    "1009": "Agent 12",
    "sip/7 a": 'Bob "The Builder"',
}

pieces = st.text(alphabet="abcé Łж1,'\"-", min_size=1, max_size=8)
texts = st.text(max_size=12).map(lambda text: clean_text(text).strip()).filter(bool)
people = st.lists(st.tuples(pieces | texts, pieces | texts), min_size=1, max_size=6)


def directory(listed: dict[str, str]) -> Names[str]:
    return Names(named(id_, name, id_) for id_, name in listed.items())


def of(pairs: list[tuple[str, str]]) -> Names[str]:
    listed = {id_.strip(): name.strip() for id_, name in pairs if id_.strip() and name.strip()}
    return directory(listed or {"1": "One"})


def meant(names: Names[str], typed: str) -> str:
    """What a line begins with; the rest of it has to be `rest`."""
    one, end = names.take(f"{typed} rest", 0)
    assert f"{typed} rest"[end:] == " rest"
    return one.thing


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("1002", "1002"),
        ("chloe", "1001"),
        ("CHLOÉ DUBOIS", "1001"),
        ("dub", "1001"),
        ("reed jamal", "1002"),
        ("j poe", "1004"),
        ("novakova", "1003"),
        ("lukasz", "1008"),
        ("Reed, Oscar", "1005"),
        ("oscar", "1005"),
        ('"Jo March"', "1007"),
        ("march", "1007"),
        ("12", "1009"),
        ('"sip/7 a"', "sip/7 a"),
        ('"Bob ""The Builder"""', "sip/7 a"),
    ],
)
def test_people_are_named_by_what_others_know(typed: str, who: str) -> None:
    assert meant(directory(PEOPLE), typed) == who


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("jamal", ["1002 Jamal Reed", "1004 Jamal Poe"]),
        ("reed", ["1002 Jamal Reed", "1005 Reed, Oscar"]),
        ("jo march", ["1007 Jo March", "1006 Jo"]),  # or Jo, and the word `march`
    ],
)
def test_what_can_mean_several_means_nothing(typed: str, near: list[str]) -> None:
    with pytest.raises(SeveralNamedError) as caught:
        directory(PEOPLE).take(f"{typed} rest", 0)
    assert list(caught.value.near) == near


@pytest.mark.parametrize("typed", ["100", "1", "9999", "xyz", '"Jamal Reed rest'])
def test_a_part_of_a_number_and_what_nobody_is_called_mean_nobody(typed: str) -> None:
    with pytest.raises(NothingNamedError) as caught:
        directory(PEOPLE).take(typed, 0)
    assert not isinstance(caught.value, SeveralNamedError)


def test_what_is_near_is_told() -> None:
    with pytest.raises(NothingNamedError) as caught:
        directory(PEOPLE).one("jml rd")
    assert caught.value.near == ("1002 Jamal Reed",)
    with pytest.raises(NothingNamedError) as caught:
        directory(PEOPLE).one("dubios")
    assert caught.value.near == ("1001 Chloé Dubois",)


@given(people)
@example([("1", "Ann"), ("2", "Ann Lee"), ("3", "1")])
def test_whatever_is_on_the_screen_means_itself_or_is_told_to_be_doubtful(
    pairs: list[tuple[str, str]],
) -> None:
    names = of(pairs)
    for each in names.all:
        for shown in (each.id, each.name, to_ascii(each.name)):
            if not shown.strip():
                continue
            try:
                found, end = names.take(written(shown), 0)
            except SeveralNamedError:
                others = [one for one in names.all if one is not each]
                assert any(set(one.forms) & set(each.forms) for one in others)
            else:
                assert found is each
                assert end == len(written(shown))


@given(people, pieces | texts)
@example([("1", "1"), ("-", "-")], "-,1")  # two names: a comma is part of a whole name only
@example([("1", "1"), ("-", "-"), ("2", "-,1")], "-,1")
@example([("1", "Ann"), ("2", "Bo"), ("3", "Ann, Bo")], "ann, bo")
def test_what_is_taken_is_the_only_one_that_it_can_mean(
    pairs: list[tuple[str, str]], line: str
) -> None:
    names = of(pairs)
    at = skip_blanks(line, 0)
    if at == len(line):
        return
    try:
        found, end = names.take(line, at)
    except NothingNamedError:
        return
    ways = [
        names.meant(way.text, is_whole="," in way.text and not way.is_quoted)
        for way in readings(line, at)
    ]
    assert [found] in [[*way] for way in ways]
    assert all([*way] == [found] for way in ways if len(way) == 1)
    assert at < end <= len(line)


@given(people, pieces | texts)
def test_proposals_hold_all_that_it_can_mean_already(
    pairs: list[tuple[str, str]], typed: str
) -> None:
    names = of(pairs)
    proposed = names.ranked(typed)
    assert all(each in proposed for each in names.meant(typed))
    assert len(proposed) == len({each.id for each in proposed})


@given(texts | pieces.map(str.strip).filter(bool))
def test_a_name_that_is_written_is_read_as_one(name: str) -> None:
    word = take_word(f"  {written(name)} behind", 0)
    assert word is not None
    assert word.text == name


def test_the_whole_name_comes_before_its_parts_and_these_before_scattered_letters() -> None:
    names = directory({"1": "Jorma", "2": "Ann Jones", "3": "Jo", "4": "Major", "5": "Janko"})
    assert [each.name for each in names.ranked("jo")] == [
        "Jo",
        "Jorma",
        "Ann Jones",
    ]
    assert [each.name for each in names.ranked("ajo")] == ["Major"]
    assert [each.name for each in names.ranked("jko")] == ["Janko"]


def test_a_label_says_id_and_name_once() -> None:
    assert named("1002", "Jamal Reed", 0).label == "1002 Jamal Reed"
    assert named("Claims DE", "Claims DE", 0).label == "Claims DE"
    assert Named("E-1", "", 0).label == "E-1"
