"""Opening hours and holidays as people write them, and what is said of those that are wrong."""

from __future__ import annotations

from datetime import date

import pytest

from data.rules.opening_hours import DAYS, parse_hours
from data.rules.public_holidays import NO_HOLIDAYS, Country, parse_holidays
from data.rules.rule_error import RuleError, RuleProblem
from screens.rule_sentences import rule_sentence


def spans(text: str) -> dict[str, list[str]]:
    """The spans by day, as they would be written."""
    week = parse_hours(text).week
    return {
        day: [
            f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
            for opens, closes in of_day
        ]
        for day, of_day in zip(DAYS, week, strict=True)
        if of_day
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wed 00:00-24:00", {"Wed": ["00:00-24:00"]}),
        ("Fri-Mon 9:00-17:00", {key: ["09:00-17:00"] for key in ("Fri", "Sat", "Sun", "Mon")}),
        ("Mon, Wed 09:00-17:00", {key: ["09:00-17:00"] for key in ("Mon", "Wed")}),
        ("mon,WED-thu 09:00-17:00", {key: ["09:00-17:00"] for key in ("Mon", "Wed", "Thu")}),
        ("Sat 22:00-26:00", {"Sat": ["22:00-26:00"]}),
        ("Sat 22:00-02:00", {"Sat": ["22:00-26:00"]}),
        ("Sat 22:00-00:00", {"Sat": ["22:00-24:00"]}),
        ("Mon 13:00-17:00, 09:00 - 12:00 ;", {"Mon": ["09:00-12:00", "13:00-17:00"]}),
        ("Mon 09:00-12:00,12:00-17:00", {"Mon": ["09:00-17:00"]}),
        ("Mon 09:00-13:00; Mon-Tue 12:00-17:00", {"Mon": ["09:00-17:00"], "Tue": ["12:00-17:00"]}),
        ("Mon\u2013Tue 09:00\u201310:00", {"Mon": ["09:00-10:00"], "Tue": ["09:00-10:00"]}),
        ("Mon 20:00-44:00", {"Mon": ["20:00-44:00"]}),
    ],
)
def test_hours_are_read(text: str, found: dict[str, list[str]]) -> None:
    assert spans(text) == {day: found[day] for day in DAYS if day in found}


def test_the_example_of_the_manual() -> None:
    assert spans("Mon-Thu 09:00-12:00,13:00-17:00; Fri 09:00-15:00; Sat 22:00-26:00") == {
        **{key: ["09:00-12:00", "13:00-17:00"] for key in ("Mon", "Tue", "Wed", "Thu")},
        "Fri": ["09:00-15:00"],
        "Sat": ["22:00-26:00"],
    }


@pytest.mark.parametrize(
    ("text", "problem", "word", "at"),
    [
        ("", RuleProblem.NO_HOURS, "", 0),
        (" ; ", RuleProblem.NO_HOURS, "", 0),
        ("09:00-17:00", RuleProblem.NO_DAYS, "09:00-17:00", 1),
        ("Mon 09:00-17:00; Tue", RuleProblem.NO_TIMES, "Tue", 18),
        ("Mon-Fry 09:00-17:00", RuleProblem.BAD_DAY, "Mon-Fry", 1),
        ("Mon,,Wed 09:00-17:00", RuleProblem.BAD_DAY, "", 5),
        ("Mon-Tue-Wed 09:00-17:00", RuleProblem.BAD_DAY, "Mon-Tue-Wed", 1),
        ("Mon 09:00-17:00, 18", RuleProblem.BAD_TIMES, "18", 18),
        ("Mon 09:00-17:00,", RuleProblem.BAD_TIMES, "", 17),
        ("Mon 9-17", RuleProblem.BAD_TIMES, "9-17", 5),
        ("Mon 09:00-17:60", RuleProblem.BAD_TIMES, "09:00-17:60", 5),
        ("Mon 09:00-17:00 18:00-19:00", RuleProblem.BAD_TIMES, "09:00-17:00 18:00-19:00", 5),
        ("Mon 09:00-09:00", RuleProblem.BAD_SPAN, "09:00-09:00", 5),
        ("Mon 24:00-26:00", RuleProblem.BAD_SPAN, "24:00-26:00", 5),
        ("Mon 09:00-34:00", RuleProblem.BAD_SPAN, "09:00-34:00", 5),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    text: str, problem: RuleProblem, word: str, at: int
) -> None:
    with pytest.raises(RuleError) as caught:
        parse_hours(text)
    error = caught.value
    assert (error.problem, error.word, error.at) == (problem, word, at)
    assert text[at - 1 :].startswith(word) or not at
    assert word in rule_sentence(error)


def test_holidays_are_countries_dates_or_both() -> None:
    found = parse_holidays(" GB-eng, 2026-04-02,2026-04-02 ,GB-ENG, ID+government")
    assert found.countries == (Country("GB", "ENG"), Country("ID", category="government"))
    assert found.days == {date(2026, 4, 2)}
    assert parse_holidays("") == NO_HOLIDAYS


def test_a_country_has_what_its_part_has_besides() -> None:
    easter_monday = date(2026, 4, 6)
    assert easter_monday in parse_holidays("GB-ENG").of_year(2026)
    assert easter_monday not in parse_holidays("GB-SCT").of_year(2026)
    assert easter_monday not in parse_holidays("GB").of_year(2026)


def test_days_that_holidays_are_moved_to_are_closed() -> None:
    # Boxing Day 2026 is a Saturday.
    assert date(2026, 12, 28) in parse_holidays("GB").of_year(2026)
    assert date(2026, 1, 9) in parse_holidays("RU").of_year(2026)
    assert date(2026, 3, 18) not in parse_holidays("ID").of_year(2026)
    assert date(2026, 3, 18) in parse_holidays("ID+government").of_year(2026)


@pytest.mark.parametrize(
    ("text", "problem", "word", "at"),
    [
        ("GB, 2026-02-30", RuleProblem.BAD_HOLIDAY, "2026-02-30", 5),
        ("Easter!", RuleProblem.BAD_HOLIDAY, "Easter!", 1),
        ("XX", RuleProblem.NO_SUCH_COUNTRY, "XX", 0),
        ("MON", RuleProblem.NO_SUCH_COUNTRY, "MON", 0),
        ("GB-XYZ", RuleProblem.NO_SUCH_COUNTRY, "GB-XYZ", 0),
        ("GB+nonsense", RuleProblem.NO_SUCH_COUNTRY, "GB+nonsense", 0),
    ],
)
def test_holidays_that_there_are_not(text: str, problem: RuleProblem, word: str, at: int) -> None:
    with pytest.raises(RuleError) as caught:
        parse_holidays(text)
    error = caught.value
    assert (error.problem, error.word, error.at) == (problem, word, at)
    assert word in rule_sentence(error)


@pytest.mark.parametrize("problem", RuleProblem)
def test_every_problem_is_a_whole_sentence(problem: RuleProblem) -> None:
    sentence = rule_sentence(RuleError(problem, "word", at=7, known=("one", "two"), reason="why."))
    assert sentence.endswith(".")
    assert "{" not in sentence
