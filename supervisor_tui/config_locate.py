"""Where in a TOML text each key stands, so that an error can name the line.

`tomllib` says what a file holds but not where. This scanner follows the text beside it. It trusts
that the text has been parsed without error, and therefore only has to find its way: tables, arrays
of tables, dotted and quoted keys, and values of any shape, across as many lines as they take.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys and, for elements of arrays, their index from 0: `("site", 0, "source", 1, "url")`."""

_BLANKS = " \t"
_VALUE_ENDS = ",]}#\n"


class Locations:
    """The lines of one TOML text.

    Args:
        text: A valid TOML document.
    """

    def __init__(self, text: str) -> None:
        self._lines = _Scanner(text.replace("\r\n", "\n")).scan()

    def line(self, path: KeyPath) -> int:
        """The line, from 1, of a key or element; of what encloses it where it is not there."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 1


class _Scanner:
    """Walks over the text once and notes where each path first appears."""

    def __init__(self, text: str) -> None:
        self._text = text + "\n"
        self._at = 0
        self._breaks = [at for at, char in enumerate(self._text) if char == "\n"]
        self._lines: dict[KeyPath, int] = {}
        self._lengths: dict[KeyPath, int] = {}

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while True:
            self._skip_to_content()
            if self._at >= len(self._text):
                return self._lines
            if self._sees("[["):
                self._at += 2
                table = self._open_element(self._keys())
                self._at += 2
            elif self._sees("["):
                self._at += 1
                table = self._open_table(self._keys())
                self._at += 1
            else:
                self._pair(table)

    def _sees(self, what: str) -> bool:
        return self._text.startswith(what, self._at)

    def _char(self) -> str:
        return self._text[self._at : self._at + 1]

    def _note(self, path: KeyPath) -> None:
        self._lines.setdefault(path, bisect_right(self._breaks, self._at - 1) + 1)

    def _skip_blanks(self) -> None:
        while self._char() and self._char() in _BLANKS:
            self._at += 1

    def _skip_to_content(self) -> None:
        """Past blanks, line breaks and comments."""
        while self._char() and self._char() in _BLANKS + "\n#":
            self._at = self._text.index("\n", self._at) if self._char() == "#" else self._at + 1

    def _keys(self) -> list[str]:
        """A dotted key, read up to whatever follows it."""
        keys = []
        while True:
            self._skip_blanks()
            keys.append(self._key())
            self._skip_blanks()
            if self._char() != ".":
                return keys
            self._at += 1

    def _key(self) -> str:
        start = self._at
        if self._char() in {'"', "'"}:
            self._skip_string()
            return next(iter(tomllib.loads(f"{self._text[start : self._at]} = 0")))
        while self._char().isalnum() or self._char() in {"-", "_"}:
            self._at += 1
        return self._text[start : self._at]

    def _open_table(self, keys: list[str]) -> KeyPath:
        """The path that `[a.b]` opens; what is an array of tables stands for its last element."""
        path: KeyPath = ()
        for key in keys:
            path += (key,)
            self._note(path)
            if path in self._lengths:
                path += (self._lengths[path] - 1,)
        return path

    def _open_element(self, keys: list[str]) -> KeyPath:
        """The path of the new element that `[[a.b]]` opens."""
        path = (*self._open_table(keys[:-1]), keys[-1])
        self._note(path)
        index = self._lengths.get(path, 0)
        self._lengths[path] = index + 1
        path += (index,)
        self._note(path)
        return path

    def _pair(self, table: KeyPath) -> None:
        start = self._at
        keys = self._keys()
        after, self._at = self._at, start
        path = table
        for key in keys:
            path += (key,)
            self._note(path)
        self._at = self._text.index("=", after) + 1
        self._skip_blanks()
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        char = self._char()
        if char in {'"', "'"}:
            self._skip_string()
        elif char == "[":
            self._array(path)
        elif char == "{":
            self._inline_table(path)
        else:
            while self._char() not in _VALUE_ENDS:
                self._at += 1

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        index = 0
        while True:
            self._skip_to_content()
            if self._char() == "]":
                break
            if self._char() == ",":
                self._at += 1
                continue
            self._note((*path, index))
            self._value((*path, index))
            index += 1
        self._at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        while True:
            self._skip_to_content()
            if self._char() == "}":
                break
            if self._char() == ",":
                self._at += 1
                continue
            self._pair(path)
        self._at += 1

    def _skip_string(self) -> None:
        quote = self._char()
        is_long = self._sees(quote * 3)
        end = quote * 3 if is_long else quote
        self._at += len(end)
        while not self._sees(end):
            self._at += 2 if quote == '"' and self._char() == "\\" else 1
        self._at += len(end)
        # A multi-line string may end in up to two quotes of its own before the closing three.
        while is_long and self._char() == quote:
            self._at += 1
