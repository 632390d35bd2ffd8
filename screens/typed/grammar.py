"""What each command of the `:` line takes: `pause AGENTS REASON NOTE`.

The table of actions says which commands there are; what a verb has to ask says what may stand
behind its subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from data.actions.verbs import Verb
from screens.acting.asks import ask_of
from screens.acting.offer import COMMENT, Ask
from screens.action_types import UNDO
from screens.actions import ACTIONS, COMMANDS, Action, Scope
from screens.text import N_, _
from screens.typed.subjects import KINDS

SITE = "site"
FIND = "find"

_SLOTS = {
    COMMENT: N_("NOTE"),
    "text": N_("TEXT"),
    "reason_code": N_("REASON"),
    "queue": N_("QUEUE"),
    "penalty": N_("PENALTY"),
    "to": N_("WHOM"),
    "severity": N_("SEVERITY"),
    "tier": N_("TIER"),
    "outcome": N_("OUTCOME"),
    "resolution": N_("REMEDY"),
    "priority": N_("PRIORITY"),
    "agent": N_("AGENT"),
}
"""What stands for a field where a command is shown."""


class Grammar(msgspec.Struct, frozen=True, kw_only=True):
    """One command."""

    name: str
    help: str
    action: Action | None = None
    """The action that is the same; None for what has no key."""
    verb: Verb | None = None
    """What is done to its subjects; None for what is done to nothing."""
    way: str = ""
    own_scopes: tuple[Scope, ...] = ()
    """The panes in which a row can be chosen for it."""
    scopes: tuple[Scope, ...] = ()
    """Those of them whose rows can be named."""
    words: tuple[str, ...] = ()
    """The fields that may follow, in order; the last takes the rest."""
    slots: tuple[str, ...] = ()
    """What stands for that which may follow, where the command is shown."""

    @property
    def is_on_rows(self) -> bool:
        """Whether it is done to rows."""
        return bool(self.own_scopes)

    @property
    def is_undo(self) -> bool:
        """Whether it takes back what was done last."""
        return self.action is not None and self.action.argument == UNDO

    @property
    def ask(self) -> Ask | None:
        """What has to be known before it is done."""
        return ask_of(self.verb) if self.verb is not None else None

    @property
    def syntax(self) -> str:
        """The command and what it takes, in one line."""
        return " ".join([self.name, *map(_, self.slots)])


_FREE: Mapping[str, tuple[str, str]] = {
    SITE: (N_("Look at one site; at all of them."), N_("SITE|all")),
    FIND: (N_("Find a call by its last digits, time, queue, agent or id."), N_("WORDS")),
}
"""Commands that are no verb and take something: their help, and what stands for that."""


def grammar_of(name: str) -> Grammar | None:
    """What a command takes; None where there is no such command."""
    action = COMMANDS.get(name)
    free = _FREE.get(name)
    if free is not None:
        return Grammar(name=name, help=free[0], action=action, slots=free[1:])
    return _of_action(name, action) if action is not None else None


def names() -> list[str]:
    """All commands."""
    return sorted({*COMMANDS, *_FREE})


def grammars() -> Iterator[Grammar]:
    """All commands with what they take, by name."""
    for name in names():
        found = grammar_of(name)
        if found is not None:
            yield found


def _of_action(name: str, action: Action) -> Grammar:
    argument = action.argument if action.call.startswith("act(") else ""
    if not argument:
        return Grammar(name=name, help=action.help, action=action)
    own = tuple(dict.fromkeys(each.scope for each in ACTIONS if each.call == action.call))
    scopes = tuple(scope for scope in own if scope in KINDS)
    slots = (_slot_of(scopes),) if scopes else ()
    if argument == UNDO:
        return Grammar(
            name=name,
            help=action.help,
            action=action,
            own_scopes=own,
            scopes=scopes,
            slots=slots,
        )
    verb_name, _colon, way = argument.partition(":")
    verb = Verb(verb_name)
    ask = ask_of(verb)
    words = ask.words if ask is not None else ()
    return Grammar(
        name=name,
        help=action.help,
        action=action,
        verb=verb,
        way=way,
        own_scopes=own,
        scopes=scopes,
        words=words,
        slots=(*slots, *map(slot, words)),
    )


def slot(field: str) -> str:
    """What stands for a field where a command is shown."""
    return _SLOTS.get(field, field.upper().replace("_", "-"))


def _slot_of(scopes: tuple[Scope, ...]) -> str:
    return KINDS[scopes[0]].slot if len(scopes) == 1 else N_("SUBJECTS")
