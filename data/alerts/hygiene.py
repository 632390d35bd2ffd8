"""Causes: what stands for many alerts, so that one line is raised and not hundreds.

A source that tells nothing any more takes all its alerts with it, and those of the roster of its
agents; so does a telephone system that has begun anew; ten phones that were lost within a minute
are one fault. What is held is counted under its cause, and begins its dwell anew afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data.alerts.running import Subject, token_of
from data.figures.freshness import SourceAge
from data.floor import Key
from data.model import DESK, Kind, Ms
from data.settings import Figure

TOGETHER_MS = 60_000
"""Phones that are lost within so long of each other are lost together."""
MANY_PHONES = 10
SETTLING_MS = 600_000
"""So long after a telephone system has begun anew everything of it is held."""
_OF_PHONES = frozenset({Figure.UNREACHABLE, Figure.LATE, Figure.NOT_READY})
CAUSES = frozenset({Figure.SOURCE_STALE, Figure.PHONES_LOST, Figure.RESTARTED})
"""The figures whose alerts others are held under."""


def source_subject(figure: Figure, site: str, source: str) -> Subject:
    """What an alert about a source as a whole is about."""
    return Subject(figure, site, source, "source", source)


class Hygiene:
    """Knows what is the cause of what."""

    def __init__(self) -> None:
        self._silent: frozenset[tuple[str, str]] = frozenset()
        self._restarted: frozenset[tuple[str, str]] = frozenset()
        self._phones: dict[tuple[str, str], frozenset[str]] = {}

    def look(self, ages: Mapping[tuple[str, str], SourceAge], now: Ms) -> bool:
        """Look at the sources; whether anything is held, or let go, that was not before."""
        known = self._silent, self._restarted
        self._silent = frozenset(
            place for place, age in ages.items() if age.is_old and place[1] != DESK
        )
        self._restarted = frozenset(
            place
            for place, age in ages.items()
            if (upset := age.health.upset) is not None
            and upset.missing
            and 0 <= now - upset.at < SETTLING_MS
        )
        return known != (self._silent, self._restarted)

    def lose(self, place: tuple[str, str], phones: frozenset[str]) -> bool:
        """Say which phones of a source were lost together; whether these are others."""
        if self._phones.get(place, frozenset()) == phones:
            return False
        if phones:
            self._phones[place] = phones
        else:
            self._phones.pop(place, None)
        return True

    @property
    def is_holding(self) -> bool:
        """Whether anything is the cause of anything just now."""
        return bool(self._silent or self._restarted or self._phones)

    def is_silent(self, site: str, source: str) -> bool:
        """Whether nothing that a source told can be trusted to be of now."""
        return (site, source) in self._silent

    def cause_of(self, subject: Subject) -> str:
        """The token of what an alert is held under; empty where it speaks for itself."""
        if subject.figure in CAUSES:
            return self._cause_of_cause(subject)
        if subject.figure is Figure.CLOCK_LEFT:
            return ""  # a complaint's time runs out, whoever is silent
        place = (subject.site, subject.source)
        if not subject.source:
            silent = (each for each in sorted(self._silent) if each[0] == subject.site)
            if subject.figure is Figure.TOO_QUIET and (silent_one := next(silent, None)):
                return _token(Figure.SOURCE_STALE, silent_one)
            return ""
        if place in self._silent:
            return _token(Figure.SOURCE_STALE, place)
        if place in self._restarted:
            return _token(Figure.RESTARTED, place)
        is_of_phone = subject.kind == Kind.AGENT and subject.figure in _OF_PHONES
        if is_of_phone and subject.id in self._phones.get(place, ()):
            return _token(Figure.PHONES_LOST, place)
        return ""

    def _cause_of_cause(self, subject: Subject) -> str:
        """A silent system stands for one that has begun anew, and both for its phones."""
        place = (subject.site, subject.source)
        if subject.figure is not Figure.SOURCE_STALE and place in self._silent:
            return _token(Figure.SOURCE_STALE, place)
        if subject.figure is Figure.PHONES_LOST and place in self._restarted:
            return _token(Figure.RESTARTED, place)
        return ""


def lost_together(lost: Iterable[tuple[Key, Ms]]) -> frozenset[str]:
    """The ids of the most phones that were lost within a minute of each other, if they are many.

    Args:
        lost: Whose phones are out of reach, and since when.
    """
    ordered = sorted((since, key.id) for key, since in lost)
    best: tuple[int, int] = (0, 0)
    first = 0
    for last, (since, _id) in enumerate(ordered):
        while since - ordered[first][0] > TOGETHER_MS:
            first += 1
        if last + 1 - first > best[1] - best[0]:
            best = first, last + 1
    if best[1] - best[0] < MANY_PHONES:
        return frozenset()
    return frozenset(phone for _since, phone in ordered[best[0] : best[1]])


def _token(figure: Figure, place: tuple[str, str]) -> str:
    return token_of(source_subject(figure, *place))
