"""What is typed behind the subjects: the values of a form's fields, in their order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

import msgspec

from data.clean import clean_text
from screens.acting.offer import COMMENT
from screens.text import _
from screens.typed.lines import COMMA, Reading, skip_blanks, take_word
from screens.typed.names import Named, Names, NothingNamedError, SeveralNamedError, named

if TYPE_CHECKING:
    from screens.widgets.form import Field

_MORE = re.compile(r"[,:]")
SKIPPED = "-"
"""Stands for a value that is left as the form would have it."""
_LISTED = 12
"""So many values are listed where none of them was typed."""


class TypedError(Exception):
    """A value that cannot be; its text is a sentence."""


class Place(msgspec.Struct, frozen=True):
    """Where a line ends: in which field, and where in the line that begins."""

    field: Field | None
    at: int


def typed_fields(words: Sequence[str], fields: Sequence[Field]) -> list[Field]:
    """The fields of a form that are typed, in their order."""
    by_name = {each.name: each for each in fields}
    return [by_name[word] for word in words if word in by_name]


def choices(field: Field) -> Names[str]:
    """What can be chosen for a field, by value and by words.

    Behind a comma or a colon, words tell more about a choice: `Claims DE, served`.
    """
    return Names(
        named(value, words, value, goes_by=(_MORE.split(words)[0], value, words))
        for value, words in field.options
        if value
    )


def read_values(line: str, at: int, fields: Sequence[Field]) -> dict[str, str]:
    """What was typed for fields, by their names.

    Args:
        line: What was typed.
        at: Where the values begin.
        fields: In the order in which they are typed; the last takes the rest.

    Raises:
        TypedError: A value cannot be, or there is more than was asked for.
    """
    found: dict[str, str] = {}
    for number, field in enumerate(fields):
        at = skip_blanks(line, at)
        if at == len(line):
            return found
        value, at = _take(line, at, field, is_last=number == len(fields) - 1)
        if value is not None:
            found[field.name] = value
    rest = line[skip_blanks(line, at) :]
    if rest:
        raise TypedError(_("Nothing more is expected: “{rest}”.").format(rest=rest))
    return found


def place_in(line: str, at: int, fields: Sequence[Field]) -> Place:
    """In which field the end of a line is that is still being typed."""
    for number, field in enumerate(fields):
        at = skip_blanks(line, at)
        is_last = number == len(fields) - 1
        try:
            _value, end = _take(line, at, field, is_last=is_last)
        except TypedError:
            return Place(field, at)
        if end == len(line):
            return Place(field, at)
        at = end
    return Place(None, at)


def needs_form(fields: Sequence[Field], typed: Sequence[Field], values: Mapping[str, str]) -> bool:
    """Whether something is still to be chosen or typed before it can be done.

    Args:
        fields: All that a form would ask.
        typed: Those of them that can be typed.
        values: What was typed, by field.
    """
    return any(_is_missing(each, each in typed) for each in fields if each.name not in values)


def _is_missing(field: Field, is_typed: bool) -> bool:
    """Whether a field that was not typed cannot be left as it is."""
    if field.name == COMMENT:
        return field.is_needed
    if not is_typed:  # nobody expects it to be typed: what stands in it first will do
        return field.is_needed and not start(field)
    return field.is_needed or (bool(field.options) and all(value for value, _w in field.options))


def answers(fields: Sequence[Field], values: Mapping[str, str]) -> dict[str, str]:
    """What would stand in a form with these values typed into it."""
    return {each.name: values.get(each.name, start(each)) for each in fields}


def start(field: Field) -> str:
    """What stands in a field first."""
    known = [value for value, _words in field.options]
    return known[0] if known and field.value not in known else field.value


def _take(line: str, at: int, field: Field, *, is_last: bool) -> tuple[str | None, int]:
    """The value of a field, None where it is skipped, and the place behind it."""
    word = take_word(line, at)
    if word is None:
        return None, len(line)
    is_all = line[at:].strip() == word.text or not is_last
    if word.text == SKIPPED and not word.is_quoted and is_all:
        return None, word.end
    if field.options:
        return _choose(line, at, field, is_last=is_last)
    if not is_last:
        return _one_word(field, word), word.end
    return _checked(field, line[at:].strip()), len(line)


def _one_word(field: Field, word: Reading) -> str:
    if COMMA in word.text and not word.is_quoted:
        _refuse_comma(field, word.text)
    return _checked(field, word.text)


def _refuse_comma(field: Field, text: str) -> NoReturn:
    """A value with a comma is more likely the rest of a list of names, one of them misspelt."""
    problem = _("{field}: “{text}” has a comma in it: in quotation marks, if it is meant so.")
    raise TypedError(problem.format(field=field.label, text=text))


def _checked(field: Field, text: str) -> str:
    text = clean_text(text, len(text))
    if len(text) > field.limit:
        problem = _("{field}: at most {limit} characters.")
        raise TypedError(problem.format(field=field.label, limit=field.limit))
    problem = field.check(text) if field.check is not None else ""
    if problem:
        raise TypedError(_("“{text}”: {problem}").format(text=text, problem=problem))
    return text


def _choose(line: str, at: int, field: Field, *, is_last: bool) -> tuple[str, int]:
    names = choices(field)
    try:
        if is_last:
            word = take_word(line, at)
            text = word.text if word is not None and word.is_quoted else line[at:].strip()
            return names.one(text).thing, len(line)
        one, end = names.take(line, at)
        if line.startswith(COMMA, end):
            _refuse_comma(field, line[at : end + 1])
    except SeveralNamedError as error:
        text = _("{field}: “{text}” can be several: {names}.")
        several = ", ".join(error.near)
        raise TypedError(text.format(field=field.label, text=error.text, names=several)) from None
    except NothingNamedError as error:
        word = take_word(line, at)
        if field.is_open and word is not None:
            return _one_word(field, word), word.end
        text = _("{field}: “{text}” is none of these: {choices}.")
        listed = ", ".join(map(option_words, names.all[:_LISTED]))
        raise TypedError(text.format(field=field.label, text=error.text, choices=listed)) from None
    return one.thing, end


def option_words(one: Named[str]) -> str:
    """What a choice is called."""
    return one.name or one.id
