"""To whom or what something is to be done, by what people know it by.

Agents go by their number or name, queues by their name, complaints by their reference; where a site
is chosen, those of that site alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from data.actions.verbs import Verb
from data.floor import Key
from screens.actions import Scope
from screens.look import Look
from screens.text import N_, _
from screens.typed.lines import COMMA, skip_blanks
from screens.typed.names import Named, Names, NothingNamedError, SeveralNamedError, named

EVERYBODY = "everybody"
CHOSEN = "."
"""Stands for the rows that are chosen in the pane."""


class Subject(msgspec.Struct, frozen=True):
    """A row of a pane, or a group that some rows stand for."""

    scope: Scope
    keys: tuple[Key, ...]
    values: tuple[tuple[str, str], ...] = ()
    """What naming it says already, by field."""

    @property
    def rows(self) -> list[str]:
        """The keys of its rows."""
        return ["/".join(key) for key in self.keys]


class SubjectKind(msgspec.Struct, frozen=True):
    """A kind of thing that something can be done to."""

    slot: str
    """What stands for it where a command is shown."""
    unknown: str
    several: str
    named: Callable[[Look], Iterator[Named[Subject]]]


def _of_site(look: Look, key: Key) -> bool:
    return look.site in {None, key.site}


def _agents(look: Look) -> Iterator[Named[Subject]]:
    """Agents go by the number that is on the screen; by their id where two have the same."""
    agents = [(key, each) for key, each in look.snapshot.agents.items() if _of_site(look, key)]
    times = Counter((key.site, each.number) for key, each in agents)
    for key, agent in agents:
        has_twin = times[key.site, agent.number] > 1
        own = agent.id if has_twin else agent.number
        yield named(own, agent.name, Subject(Scope.AGENTS, (key,)))


def _complaints(look: Look) -> Iterator[Named[Subject]]:
    for key, each in look.snapshot.escalations.items():
        if _of_site(look, key):
            yield named(each.reference, "", Subject(Scope.ESCALATIONS, (key,)))


def _queues(look: Look) -> Iterator[Named[Subject]]:
    """Queues go by the name that is on the screen; by their id where two have the same."""
    queues = [(key, each) for key, each in look.snapshot.queues.items() if _of_site(look, key)]
    times = Counter((key.site, each.name) for key, each in queues)
    for key, each in queues:
        subject = Subject(Scope.QUEUES, (key,))
        has_twin = times[key.site, each.name] > 1
        yield named(each.id if has_twin else each.name, each.name, subject)


KINDS: Mapping[Scope, SubjectKind] = {
    Scope.AGENTS: SubjectKind(
        N_("AGENTS"),
        N_("There is no agent “{text}”."),
        N_("“{text}” can be several agents: {names}."),
        _agents,
    ),
    Scope.ESCALATIONS: SubjectKind(
        N_("COMPLAINTS"),
        N_("There is no complaint {text}."),
        N_("{text} can be several complaints: {names}."),
        _complaints,
    ),
    Scope.QUEUES: SubjectKind(
        N_("QUEUES"),
        N_("There is no queue “{text}”."),
        N_("“{text}” can be several queues: {names}."),
        _queues,
    ),
}
"""By the scope of their pane."""


def _readers(look: Look) -> Iterator[Named[Subject]]:
    """Whom a message can be for beside single agents: a team, everybody.

    One agent of each source stands for them: there is one message for each source.
    """
    teams: dict[str, dict[tuple[str, str], Key]] = {}
    places: dict[tuple[str, str], Key] = {}
    for key, agent in look.snapshot.agents.items():
        if _of_site(look, key):
            places.setdefault(key[:2], key)
            if agent.team:
                teams.setdefault(agent.team, {}).setdefault(key[:2], key)
    for team, found in teams.items():
        its = Subject(Scope.AGENTS, tuple(found.values()), (("to", "team"),))
        yield named(team, _("team {team}").format(team=team), its, goes_by=(team,))
    if places:
        all_ = Subject(Scope.AGENTS, tuple(places.values()), (("to", EVERYBODY),))
        yield named(EVERYBODY, _("everybody"), all_)


def subjects(look: Look, scopes: Iterable[Scope], verb: Verb | None = None) -> Names[Subject]:
    """All rows of some panes, by name; their sites with them where one name is at several.

    Args:
        look: The floor.
        scopes: The panes.
        verb: What is to be done to them; for a message there are teams beside agents.
    """
    found = [each for scope in scopes for each in KINDS[scope].named(look)]
    if verb is Verb.MESSAGE:
        found += _readers(look)
    times = Counter(each.id for each in found)
    return Names(
        msgspec.structs.replace(each, name=_with_site(each)) if times[each.id] > 1 else each
        for each in found
    )


def _with_site(each: Named[Subject]) -> str:
    text = _("{name} at {site}")
    return text.format(name=each.name or each.id, site=each.thing.keys[0].site)


class Taken(msgspec.Struct, frozen=True):
    """The subjects that a line begins with."""

    subjects: tuple[Subject, ...]
    end: int
    """The place behind them."""
    last_at: int
    """Where the last of them begins."""


class SubjectError(Exception):
    """A name that cannot be taken.

    Args:
        error: Why.
        at: Where it begins.
    """

    def __init__(self, error: NothingNamedError, at: int) -> None:
        super().__init__(error.text)
        self.error = error
        self.at = at


def take_subjects(line: str, at: int, names: Names[Subject]) -> Taken:
    """Read one subject or, with commas between, several.

    Args:
        line: What was typed.
        at: Where they begin.
        names: What there is.

    Raises:
        SubjectError: One of them is nothing, or several things.
    """
    found: dict[Subject, None] = {}
    while True:
        at = skip_blanks(line, at)
        if at == len(line):
            raise SubjectError(NothingNamedError(""), at)
        try:
            one, end = names.take(line, at)
        except NothingNamedError as error:
            raise SubjectError(error, at) from None
        found[one.thing] = None
        behind = skip_blanks(line, end)
        if not line.startswith(COMMA, behind):
            return Taken(tuple(found), end, at)
        at = behind + 1


def error_words(error: NothingNamedError, scopes: Sequence[Scope]) -> str:
    """What is wrong with a name, and what is called something like it, in a sentence or two."""
    if not error.text:
        return _("A name is missing: one has to follow a comma.")
    kind = KINDS.get(scopes[0]) if len(scopes) == 1 else None
    if isinstance(error, SeveralNamedError):
        text = kind.several if kind is not None else N_("“{text}” can be several things: {names}.")
        return _(text).format(text=error.text, names=", ".join(error.near))
    unknown = kind.unknown if kind is not None else N_("Nothing is called “{text}”.")
    said = _(unknown).format(text=error.text)
    if not error.near:
        return said
    near = _("There is something like it: {names}.").format(names=", ".join(error.near))
    return f"{said} {near}"
