"""Days on which a place stays closed: the public holidays of countries, and days by their date.

`GB-ENG` is England; `ID+government` are Indonesia's public holidays and those which its government
takes besides. A country without its part has only the holidays of the whole country. Where a
holiday is moved to another day, that day is closed as well. Countries come from the `holidays`
library, which is loaded when a country is asked for and not before: it is heavy.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import msgspec

from data.rules.rule_error import RuleError, RuleProblem

_WORD = re.compile(r"[^,]+")
_COUNTRY = re.compile(r"([A-Za-z]{2,3})(?:-(\w[\w -]*))?(?:\+([A-Za-z_]+))?")


class Country(msgspec.Struct, frozen=True):
    """A country, or a part of it, with what is kept there."""

    code: str
    """ISO 3166-1."""
    part: str = ""
    """ISO 3166-2, or a name that the library knows."""
    category: str = ""
    """What is kept besides the public holidays, by the library's name for it."""


class Holidays(msgspec.Struct, frozen=True):
    """The days on which a place is closed whatever its hours say."""

    countries: tuple[Country, ...] = ()
    days: frozenset[date] = frozenset()

    def of_year(self, year: int) -> frozenset[date]:
        """The closed days of a year; listed days of other years may be among them."""
        return self.days.union(*(_kept(country, year) for country in self.countries))


NO_HOLIDAYS = Holidays()


@lru_cache(maxsize=256)
def parse_holidays(text: str) -> Holidays:
    """Read holidays such as `GB-ENG,2026-04-02`; an empty text is none.

    Raises:
        RuleError: A word is neither a date nor a country whose holidays are known.
    """
    countries: list[Country] = []
    days: set[date] = set()
    for found in _WORD.finditer(text):
        word = found[0].strip()
        if not word:
            continue
        if word[0].isdigit():
            days.add(_day(word, text.index(word, found.start()) + 1))
        else:
            countries.append(_country(word, text.index(word, found.start()) + 1))
    return Holidays(tuple(dict.fromkeys(countries)), frozenset(days))


def _day(word: str, at: int) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise RuleError(RuleProblem.BAD_HOLIDAY, word, at=at) from None


def _country(word: str, at: int) -> Country:
    found = _COUNTRY.fullmatch(word)
    if found is None:
        raise RuleError(RuleProblem.BAD_HOLIDAY, word, at=at)
    code, part, category = found[1].upper(), found[2] or "", (found[3] or "").lower()
    # Codes are written in capitals; names of parts, such as DE-Bayern, are not.
    country = Country(code, part.upper() if len(part) <= 3 else part, category)
    try:
        _kept(country, 2000)
    except (NotImplementedError, ValueError, TypeError):  # the last for words such as MON
        raise RuleError(RuleProblem.NO_SUCH_COUNTRY, word) from None
    return country


@lru_cache(maxsize=512)
def _kept(country: Country, year: int) -> frozenset[date]:
    """The holidays of a year, with the days that they were moved to."""
    import holidays

    categories = (holidays.PUBLIC, country.category) if country.category else None
    return frozenset(
        holidays.country_holidays(
            country.code, subdiv=country.part or None, years=year, categories=categories
        )
    )
