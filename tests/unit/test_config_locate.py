"""The lines of a TOML text, against what tomllib finds in it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from supervisor_tui.config_locate import KeyPath, Locations

TEXT = '''\
# a comment with [brackets] and key = "value"
title = """
[not.a.table]
decoy = 1 \\"""
"""""
path = 'C:\\[x]' # = "no"

[floor]
name = "a # b"
"quoted key".inner = 1
sizes = [
  1, # [
  [2, 3],
  { x = 1, y.z = "}]" },
]

[[site]]
id = "one"
[[site.source]]
url = "u1"
[[site.source]]
url = "u2"
[site.extra]
note = \'\'\'
[[site]]
\'\'\'
[[ site ]]
id = "two"
[[site . source]]
url = "u3"
[people."al.ice"]
id = "x"
when = 1979-05-27T07:32:00-08:00
'''


def line_of(path: KeyPath) -> str:
    return TEXT.splitlines()[Locations(TEXT).line(path) - 1]


def test_the_sample_is_valid() -> None:
    assert tomllib.loads(TEXT)["site"][1]["source"][0]["url"] == "u3"


def test_every_shape_of_key_is_found() -> None:
    assert line_of(("floor", "name")) == 'name = "a # b"'
    assert line_of(("floor", "quoted key", "inner")) == '"quoted key".inner = 1'
    assert line_of(("floor", "sizes", 0)) == "  1, # ["
    assert line_of(("floor", "sizes", 1, 1)) == "  [2, 3],"
    assert line_of(("floor", "sizes", 2, "y", "z")).startswith("  { x = 1")
    assert line_of(("site", 0, "source", 1, "url")) == 'url = "u2"'
    assert line_of(("site", 0, "extra", "note")) == "note = '''"
    assert line_of(("site", 1)) == "[[ site ]]"
    assert line_of(("site", 1, "source", 0, "url")) == 'url = "u3"'
    assert line_of(("people", "al.ice", "id")) == 'id = "x"'
    assert line_of(("path",)).startswith("path")


def test_what_is_missing_is_placed_where_it_should_be() -> None:
    assert line_of(("site", 1, "name")) == "[[ site ]]"
    assert Locations(TEXT).line(("nothing",)) == 1
    assert Locations("").line(("nothing",)) == 1


def test_line_breaks_of_windows_count_once() -> None:
    assert Locations("a = 1\r\n\r\nb = 2\r\n").line(("b",)) == 3


def test_a_key_of_any_script_ends_where_it_ends() -> None:
    text = 'k = "x"\n"\\u00e9t\\u00e9" = 1\n"" = 2\nz = 3'
    assert Locations(text).line(("été",)) == 2
    assert Locations(text).line(("",)) == 3
    assert Locations(text).line(("z",)) == 4


# A small writer of TOML that marks each leaf with a number of its own, in layouts of every kind.
keys = st.sampled_from(["a", "b", "url", "x y", "d.e", "ü", "#", "[k]", "", "'"])
texts = st.sampled_from(["", "]", "}", "#", ",", "=", "[[a]]", "\\", '"', "'", "\n", "a\nb = 1\n"])
leaves = st.one_of(st.integers(0, 9), st.booleans(), texts)
trees = st.recursive(
    leaves, lambda t: st.one_of(st.lists(t, max_size=3), st.dictionaries(keys, t, max_size=3))
)
documents = st.dictionaries(keys, trees, max_size=4)


def spell(value: Any, draw: st.DataObject) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and "\n" in value and draw.draw(st.booleans()):
        return '"""\n' + value.replace("\\", "\\\\").replace('"', '\\"') + '"""'
    if isinstance(value, str) and not set(value) & {"'", "\n"} and draw.draw(st.booleans()):
        return f"'{value}'"
    if isinstance(value, list):
        gap = draw.draw(st.sampled_from([" ", "\n  ", "\n # ] } ' \" \n"]))
        return "[" + "".join(f"{gap}{spell(each, draw)}," for each in value) + gap + "]"
    if isinstance(value, dict):
        pairs = [f"{json.dumps(key)} = {spell(each, draw)}" for key, each in value.items()]
        return "{ " + ", ".join(pairs) + " }"
    return json.dumps(value)


def write(table: dict[str, Any], draw: st.DataObject, at: str = "") -> Iterator[str]:
    later = []
    for key, value in table.items():
        name = json.dumps(key)
        many = isinstance(value, list) and value and all(isinstance(e, dict) for e in value)
        if (many or isinstance(value, dict)) and draw.draw(st.booleans()):
            later.append((at + name, value))
        else:
            yield f"{name} = {spell(value, draw)}{draw.draw(st.sampled_from(['', ' # x = [']))}"
    for name, value in later:
        for element in value if isinstance(value, list) else [value]:
            yield f"[[{name}]]" if isinstance(value, list) else f" [ {name} ]"
            yield from write(element, draw, f"{name}.")


def leaf_paths(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    if isinstance(value, dict | list) and value:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in items:
            yield from leaf_paths(each, (*path, key))
    elif path:
        yield path, value


def starts_here(line: str, path: KeyPath, value: Any) -> bool:
    """Whether a line can be the one on which this leaf begins."""
    name = path[-1]
    if isinstance(name, str):
        return json.dumps(name) in line
    return line.strip() != "" and not line.strip().startswith("#")


@given(documents, st.data())
def test_every_leaf_is_found_on_a_line_that_can_be_its_own(
    document: dict[str, Any], draw: st.DataObject
) -> None:
    text = "\n".join(write(document, draw))
    assert tomllib.loads(text) == document
    locations = Locations(text)
    lines = text.split("\n")
    for path, value in leaf_paths(document):
        assert starts_here(lines[locations.line(path) - 1], path, value), (path, text)
