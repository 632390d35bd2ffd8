"""The `:` line: the same verbs as the keys, by name, with completion."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import msgspec

from screens.actions import COMMANDS, Action
from screens.text import _

SITE = "site"
CLAIM = "claim"
ALL_SITES = "all"


class CommandError(Exception):
    """A command that cannot be done; its text is a sentence for the person."""


class Command(msgspec.Struct, frozen=True):
    """A command that was understood."""

    name: str
    arguments: str = ""
    action: Action | None = None
    """The action that is the same as this command; None for those that have no key."""


def parse_command(line: str) -> Command | None:
    """What a line asks for; None for an empty one.

    Raises:
        CommandError: There is no such command.
    """
    name, _blank, arguments = line.strip().partition(" ")
    if not name:
        return None
    arguments = arguments.strip()
    if name == SITE:
        return Command(SITE, arguments)
    action = COMMANDS.get(name)
    if action is not None:
        return Command(name, arguments, action)
    near = difflib.get_close_matches(name, [*COMMANDS, SITE], n=1)
    if near:
        raise CommandError(
            _("There is no command “{name}”. Did you mean “{near}”?").format(
                name=name, near=near[0]
            )
        )
    raise CommandError(
        _("There is no command “{name}”. Tab lists those there are.").format(name=name)
    )


def complete(text: str, sites: Iterable[str] = (), references: Iterable[str] = ()) -> list[str]:
    """The whole lines that a text could become."""
    name, blank, rest = text.partition(" ")
    if not blank:
        return [f"{known} " for known in sorted([*COMMANDS, SITE]) if known.startswith(name)]
    if name == SITE:
        return [f"{SITE} {site}" for site in (*sites, ALL_SITES) if site.startswith(rest)]
    if name == CLAIM:
        return [f"{CLAIM} {each}" for each in references if each.startswith(rest.upper())]
    return []
