"""Whom a plan means: agents by their id, by another name given for them, or by their own name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from data.plans.drafts import Fault


class Unmatched(Exception):
    """Nobody is meant, or several are.

    Args:
        fault: Which of both.
        known: Who it could have been.
    """

    def __init__(self, fault: Fault, known: Sequence[str] = ()) -> None:
        super().__init__(fault)
        self.fault = fault
        self.known = tuple(known)


class Roll:
    """The agents of a site, by everything they are called.

    Args:
        agents: Id and name of each that the telephony knows.
        aliases: From what a plan calls somebody to their id or name.
    """

    def __init__(
        self, agents: Iterable[tuple[str, str]] = (), aliases: Mapping[str, str] | None = None
    ) -> None:
        self.names = dict(agents)
        """By id."""
        self._by_name: dict[str, set[str]] = {}
        for agent, name in self.names.items():
            self._by_name.setdefault(_folded(name), set()).add(agent)
        self._aliases = {_folded(alias): meant for alias, meant in (aliases or {}).items()}

    def find(self, names: Sequence[str]) -> str:
        """The id of whoever is meant by the first of some names that means anybody.

        Raises:
            Unmatched: None does, or the name is that of several.
        """
        for name in names:
            meant = self.called(name)
            if meant in self.names:
                return meant
            found = self._by_name.get(_folded(meant), set())
            if len(found) == 1:
                return next(iter(found))
            if found:
                raise Unmatched(Fault.SEVERAL_AGENTS, sorted(found))
        raise Unmatched(Fault.UNKNOWN_AGENT, self._near(names[0]) if names else ())

    def called(self, name: str) -> str:
        """The name that is meant by another one; the same where none is."""
        return self._aliases.get(_folded(name), name)

    def resolve(self, name: str) -> str:
        """The id of somebody, or what they are called where nobody is known."""
        try:
            return self.find((name,))
        except Unmatched:
            return self.called(name)

    def _near(self, name: str) -> list[str]:
        from difflib import get_close_matches

        called = {_folded(each): each for each in (*self.names.values(), *self.names)}
        return [called[each] for each in get_close_matches(_folded(name), called, n=1)]


def _folded(name: str) -> str:
    """Case, blanks and the way accents are written make no difference."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
