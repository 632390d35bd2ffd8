"""Every fault of type or name in a configuration, where msgspec stops at the first one.

The types of `config_model` are the schema. msgspec checks each value; the walk over its fields is
here because msgspec does not go on, and does not say which name was meant. Only a configuration
that has a fault needs this.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, get_args, get_origin

import msgspec
from msgspec import inspect

from data.settings import CURRENCY_PATTERN, HourMinute, Name, SourceSettings, ToggleSettings
from screens.text import N_, _
from supervisor_tui.config_decode import Fault
from supervisor_tui.config_locate import KeyPath
from supervisor_tui.config_model import LANGUAGE_PATTERN, Document


def find_faults(raw: dict[str, Any]) -> list[Fault]:
    """Every fault of type or name in a decoded document."""
    return list(_faults(raw, Document, ()))


def nearest(word: object, words: Iterable[object]) -> str:
    """The one of some words that `word` was probably meant to be, or nothing."""
    known = {str(each).casefold(): str(each) for each in words}
    found = get_close_matches(str(word).casefold(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else ""


def describe(wanted: Any) -> str:
    """What a setting of this type may be, in words."""
    return _describe(inspect.type_info(wanted))


def _faults(value: Any, wanted: Any, path: KeyPath) -> Iterator[Fault]:
    origin = get_origin(wanted)
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        yield from _table_faults(value, wanted, path)
    elif origin is tuple and isinstance(value, list):
        for index, each in enumerate(value):
            yield from _faults(each, get_args(wanted)[0], (*path, index))
    elif origin is dict and isinstance(value, dict):
        for key, each in value.items():
            yield from _faults(each, get_args(wanted)[1], (*path, key))
    else:
        yield from _value_faults(value, wanted, path)


def _table_faults(value: Any, wanted: type[msgspec.Struct], path: KeyPath) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(path, _("a table"))
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(wanted)}
    for key, each in value.items():
        if key in fields:
            yield from _faults(each, fields[key].type, (*path, key))
        else:
            yield _unknown(key, fields, path)
    for key, field in fields.items():
        if field.required and key not in value:
            what = _("{what} (it is missing)").format(what=describe(field.type))
            yield Fault((*path, key), what)


def _unknown(key: str, fields: Iterable[str], path: KeyPath) -> Fault:
    known = list(fields)
    expected = _("one of {words}").format(words=", ".join(known))
    return Fault((*path, key), expected, nearest(key, known) or _table_of(key))


def _table_of(key: str) -> str:
    """Where a key belongs that stands in the wrong table."""
    return next((place for place in _places(Document, "") if place.endswith(f".{key}")), "")


def _places(wanted: type[msgspec.Struct], prefix: str) -> Iterator[str]:
    """Every key of the file by its full name, those of elements without their index."""
    for field in msgspec.structs.fields(wanted):
        place = f"{prefix}{field.encode_name}"
        yield place
        inner = field.type
        if get_origin(inner) in {tuple, dict}:
            inner = next(each for each in reversed(get_args(inner)) if each is not ...)
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            yield from _places(inner, f"{place}.")


def _value_faults(value: Any, wanted: Any, path: KeyPath) -> Iterator[Fault]:
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError:
        words = _choices(inspect.type_info(wanted))
        close = nearest(value, words) if isinstance(value, str) else ""
        yield Fault(path, _headed(wanted, path) or describe(wanted), close)
        return
    # No bound holds off a "not a number": every comparison with it is false.
    if isinstance(value, float) and math.isnan(value):
        yield Fault(path, describe(wanted))


def _choices(info: inspect.Type) -> list[str]:
    """The values among which one has to choose; none where there is no such list."""
    match info:
        case inspect.EnumType(cls=cls):
            return [str(member.value) for member in cls]
        case inspect.LiteralType(values=values):
            words = sorted(value for value in values if isinstance(value, str))
            return words + [str(value) for value in values if not isinstance(value, str)]
        case inspect.UnionType(types=types):
            return [word for each in types for word in _choices(each)]
        case inspect.BoolType():
            return ["true", "false"]
    return []


def _headed(wanted: Any, path: KeyPath) -> str:
    """How the tables of an array are headed, where such tables are wanted."""
    info = inspect.type_info(wanted)
    if isinstance(info, inspect.VarTupleType) and isinstance(info.item_type, inspect.StructType):
        name = ".".join(part for part in path if isinstance(part, str))
        return _("tables headed [[{name}]]").format(name=name)
    return ""


def _describe(info: inspect.Type) -> str:
    match info:
        case inspect.UnionType(types=types) if inspect.NoneType() in types:
            return _describe(next(each for each in types if each != inspect.NoneType()))
        case inspect.UnionType(types=types) if isinstance(types[0], inspect.StrType):
            return _describe(types[0])
        case inspect.BoolType():
            return _("true or false")
        case inspect.EnumType() | inspect.LiteralType() | inspect.UnionType():
            return _("one of {words}").format(words=", ".join(_choices(info)))
        case inspect.StrType(pattern=pattern):
            return _(_PATTERNS[pattern]) if pattern in _PATTERNS else _("text in quotes")
        case inspect.IntType(ge=least, le=most) | inspect.FloatType(ge=least, le=most):
            return _describe_number(least, most, is_whole=isinstance(info, inspect.IntType))
        case inspect.VarTupleType():
            return _("a list, as in ['one', 'two']")
    return _("a table")


def _describe_number(least: float | None, most: float | None, *, is_whole: bool) -> str:
    if least is None:
        return _("a whole number") if is_whole else _("a number")
    if most is None:
        return _("a whole number, {least} or more").format(least=least)
    if is_whole:
        return _("a whole number from {least} to {most}").format(least=least, most=most)
    return _("a number from {least} to {most}").format(least=least, most=most)


def _pattern_of(wanted: Any) -> str | None:
    info = inspect.type_info(wanted)
    return info.pattern if isinstance(info, inspect.StrType) else None


def _key_pattern(settings: type[msgspec.Struct], key: str) -> str | None:
    fields = {field.name: field.type for field in msgspec.structs.fields(settings)}
    return _pattern_of(fields[key])


_PATTERNS = {
    _pattern_of(Name): N_("1 to 64 letters, digits, hyphens and underscores"),
    _pattern_of(HourMinute): N_("a time of day as in '06:00'"),
    CURRENCY_PATTERN: N_("the code of a currency as in 'EUR'"),
    LANGUAGE_PATTERN: N_("a language as in 'de' or 'pt_BR'"),
    _key_pattern(SourceSettings, "secret_variable"): N_(
        "the name of a variable as in 'PBX_SECRET'"
    ),
    _key_pattern(ToggleSettings, "database"): N_("family and key as in 'NIGHT/600'"),
    _key_pattern(ToggleSettings, "device"): N_("a device as in 'Custom:night600'"),
}
