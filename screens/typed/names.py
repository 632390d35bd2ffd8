"""Whom or what a typed name means: the whole of it, or a part that only one has. Never a guess."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

import msgspec

from screens.glyphs import to_ascii
from screens.presenters.table import fold
from screens.typed.lines import COMMA, Reading, readings

T = TypeVar("T")
_WORD = re.compile(r"\w+")
_NEAR = 4
"""So many near matches are named."""


class Named(msgspec.Struct, Generic[T], frozen=True):
    """Something that can be named."""

    id: str
    """What names it alone, and is typed for it: an extension, a reference, a code."""
    name: str
    """What people call it; empty where that is the id."""
    thing: T
    forms: tuple[str, ...] = ()
    """The whole names by which it goes, folded."""
    words: tuple[str, ...] = ()
    """The words that a part of a name may begin; empty where only the whole name counts."""

    @property
    def label(self) -> str:
        """Id and name, as a person knows it."""
        is_same = self.name.startswith(self.id)
        return self.name if is_same else f"{self.id} {self.name}".rstrip()


def named(
    id: str,  # noqa: A002 - what it is
    name: str,
    thing: T,
    *,
    goes_by: Iterable[str] | None = None,
) -> Named[T]:
    """Something that can be named, whole or by a part of its name.

    Args:
        id: What names it alone.
        name: What people call it.
        thing: What is meant.
        goes_by: The names of which a part will do, where that is not `name` alone.
    """
    called = [name] if goes_by is None else [*goes_by]
    called += [to_ascii(each) for each in called]  # as screens without its letters show it
    forms = {_whole(text) for text in (id, name, *called) if text}
    words = {word for text in called for word in _WORD.findall(fold(text))}
    return Named(id, name, thing, tuple(sorted(forms)), tuple(sorted(words)))


class NothingNamedError(Exception):
    """Nothing has this name.

    Args:
        text: What was typed.
        near: What is called something like it.
    """

    def __init__(self, text: str, near: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.near = tuple(near)


class SeveralNamedError(NothingNamedError):
    """Several have this name, or this part of a name; `near` names them."""


class Names(Generic[T]):
    """All that can be named at one place of a line.

    Args:
        all_: What can be named, in the order in which it is proposed.
    """

    def __init__(self, all_: Iterable[Named[T]]) -> None:
        self.all = tuple(all_)
        self._by_form: dict[str, list[Named[T]]] = {}
        for each in self.all:
            for form in each.forms:
                self._by_form.setdefault(form, []).append(each)

    def meant(self, text: str, *, is_whole: bool = False) -> Sequence[Named[T]]:
        """Everything that a text can mean: what has it as its name, else what has such a part.

        Args:
            text: What was typed.
            is_whole: Only whole names count.
        """
        found = self._by_form.get(_whole(text), ())
        if found or is_whole:
            return found
        wanted = _parts(text)
        return [each for each in self.all if _has_parts(each, wanted)] if wanted else ()

    def one(self, text: str) -> Named[T]:
        """What a whole text means.

        Raises:
            NothingNamedError: Nothing; or several (SeveralNamedError).
        """
        return self._only(text, self.meant(text))

    def take(self, line: str, at: int) -> tuple[Named[T], int]:
        """What the name means that begins at a place of a line, and the place behind the name.

        The longest reading counts. One that means something else makes it doubtful: quotation marks
        tell then. A comma belongs to a name only where that is somebody's whole name; else it parts
        two names.

        Raises:
            NothingNamedError: Nothing has such a name; or several have, or readings differ
                (SeveralNamedError).
        """
        ways = readings(line, at)
        found = [(way, meant) for way in ways if (meant := self._read(way))]
        sure = [(way, meant[0]) for way, meant in found if len(meant) == 1]
        if not sure:
            way, meant = found[-1] if found else (ways[0], ())
            return self._only(way.text, meant), way.end
        last, one = sure[-1]
        longer = [each for way, meant in found if way.end > last.end for each in meant]
        others = [each for _way, each in sure] + longer
        labels = {each.label: None for each in others if each.thing != one.thing}
        if labels:
            raise SeveralNamedError(last.text, [one.label, *labels])
        return one, last.end

    def ranked(self, text: str) -> list[Named[T]]:
        """What a text that is being typed may become, the likeliest first."""
        wanted = _whole(text)
        ranks = sorted((_rank(each, wanted), at) for at, each in enumerate(self.all))
        best = ranks[0][0] if ranks else _FAR
        farthest = min(max(best, _NEAR_ENOUGH), _FAR - 1)
        return [self.all[at] for rank, at in ranks if rank <= farthest]

    def near(self, text: str) -> list[str]:
        """What is called something like a text."""
        found = self.ranked(text) or self._similar(_whole(text))
        return [each.label for each in found[:_NEAR]]

    def _similar(self, wanted: str) -> list[Named[T]]:
        """What is spelt much like a text, as a whole or in one of its words."""
        by_word: dict[str, list[Named[T]]] = {}
        for each in self.all:
            for word in (*each.forms, *each.words):
                by_word.setdefault(word, []).append(each)
        words = difflib.get_close_matches(wanted, by_word, n=_NEAR)
        return list({each.id: each for word in words for each in by_word[word]}.values())

    def _read(self, way: Reading) -> Sequence[Named[T]]:
        return self.meant(way.text, is_whole=COMMA in way.text and not way.is_quoted)

    def _only(self, text: str, meant: Sequence[Named[T]]) -> Named[T]:
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise SeveralNamedError(text, [each.label for each in meant])
        raise NothingNamedError(text, self.near(text))


_NEAR_ENOUGH = 2
"""Where something fits so well, what fits worse is not proposed."""
_FAR = 5


def _rank(each: Named[T], wanted: str) -> int:
    """How well a text that is being typed fits: 0 best, `_FAR` not at all."""
    if not wanted or wanted in each.forms:
        return 0
    if any(form.startswith(wanted) for form in each.forms):
        return 1
    parts = _parts(wanted)
    if parts and _has_parts(each, parts):
        return 2
    if any(wanted in form for form in each.forms):
        return 3
    return 4 if any(_is_scattered(wanted, form) for form in each.forms) else _FAR


def _has_parts(each: Named[T], wanted: Sequence[str]) -> bool:
    """Whether each word begins another word of a name; a number has to be the whole word."""
    left = list(each.words)
    for word in sorted(wanted, key=len, reverse=True):
        found = next((one for one in left if _begins(one, word)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _parts(text: str) -> list[str]:
    """The parts of names in a text; none where something between blanks has no letter or digit."""
    folded = fold(text)
    has_stray = any(_WORD.search(each) is None for each in folded.split())
    return [] if has_stray else _WORD.findall(folded)


def _begins(word: str, part: str) -> bool:
    return word == part if part.isdecimal() else word.startswith(part)


def _is_scattered(wanted: str, form: str) -> bool:
    """Whether the letters of a text occur in another in their order."""
    letters: Iterator[str] = iter(form)
    return all(letter in letters for letter in wanted if not letter.isspace())


def _whole(text: str) -> str:
    """A whole name for comparing: folded, blanks alike."""
    return " ".join(fold(text).split())
