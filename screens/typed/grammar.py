"""What each command of the `:` line takes: `pause AGENTS REASON NOTE`.

The table of actions says which commands there are; what a verb has to ask says what may stand
behind its subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace

from data.actions.verbs import Verb
from data.figures.switches import EMERGENCY
from screens.acting.asks import ask_of
from screens.acting.offer import COMMENT, Ask
from screens.action_types import UNDO
from screens.actions import ACTIONS, COMMANDS, Action, Scope
from screens.text import N_, _
from screens.typed.subjects import CHOSEN, EVERYBODY, KINDS

SITE = "site"
FIND = "find"
PHONE = "phone"
LEND = "lend"
WAITING = "waiting"
RESTORE = "restore"
WHAT_IF = "what-if"
NOTE = "note"
HANDOVER = "handover"
WRITTEN = ("shift-note", "incident", "brief")
"""Commands that put something new on record, with no row before what is typed."""
REPORT = "report"
AT = "at"
MUTE = "mute"
ALL = "all"
"""All rules, where one could be named."""
UNMUTE = "unmute"
ALERT = "alert"
_SWITCHED_TO = {
    "close-queue": (True, N_("Close the queue, so that it takes in nobody new.")),
    "open-queue": (False, N_("Open the queue again.")),
}
"""Commands that say in their name whether something is put on or off, and their help."""
_TWINS = {"open-queue": "close-queue"}
"""Commands that are another way of an action that has a command already."""

_SLOTS = {
    COMMENT: N_("NOTE"),
    "text": N_("TEXT"),
    "by": N_("TIME"),
    "summary": N_("TEXT"),
    "to_queue": N_("QUEUE"),
    "for": N_("TIME"),
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
    "from": N_("TIME"),
    "moved_to": N_("TIME"),
    "part": N_("BREAK"),
    "party": N_("carrier|client|supplier|own"),
    "when": N_("before|after"),
    "other": N_("SHIFT"),
}
"""What stands for a field where a command is shown."""


ON_OFF = N_("on|off")


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
    switched_to: bool | None = None
    """Whether it puts something on or off; None where that is typed, or nothing is switched."""

    @property
    def is_switch(self) -> bool:
        """Whether it has to be typed if something is put on or off."""
        return self.verb is Verb.SWITCH and self.switched_to is None

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
        return " ".join([self.name, *self.slots])


_FREE: Mapping[str, tuple[str, str]] = {
    SITE: (N_("Look at one site; at all of them."), N_("SITE|all")),
    FIND: (N_("Find a call by its last digits, time, queue, agent or id."), N_("WORDS")),
    PHONE: (N_("Say which phone rings for me today, to listen and to speak."), N_("NUMBER")),
    LEND: (N_("Lend agents to another queue for a time."), N_("COUNT|AGENTS FROM TO TIME")),
    WAITING: (N_("List the contacts that wait in a queue."), N_("QUEUE")),
    HANDOVER: (N_("Draw up the handover of the shift, or take one over."), N_("TIME")),
    RESTORE: (
        N_("List what the floor had before a restart, or at a time, and has no more."),
        N_("TIME"),
    ),
    AT: (N_("Show the floor as it was at a time."), N_("TIME|yesterday TIME|-20m")),
    MUTE: (N_("Let alerts not ring for a time: all, or those of a rule."), N_("all|RULE TIME")),
    UNMUTE: (N_("Let all alerts ring again."), N_("all|RULE")),
    ALERT: (
        N_("Show what a rule would have raised today, or what nobody acknowledged in a week."),
        N_("test RULE|week"),
    ),
    REPORT: (
        N_("Show what a day, a week or a month came to, by queue, agent, team and so on."),
        N_("day|week|month DAY by WHAT"),
    ),
    WHAT_IF: (
        N_("Estimate the queues with agents moved, more or fewer of them, or other calls."),
        N_("COUNT FROM TO|+COUNT QUEUE|-COUNT QUEUE|+PERCENT%"),
    ),
}
"""Commands with a grammar of their own: their help, and what stands for what they take."""
_ALONE = (SITE, PHONE, REPORT, MUTE, UNMUTE, ALERT)
"""Those of them that no key does."""


def grammar_of(name: str) -> Grammar | None:
    """What a command takes; None where there is no such command."""
    action = COMMANDS.get(_TWINS.get(name, name))
    found = _of_action(name, action) if action is not None else None
    free = _FREE.get(name)
    if free is None or (action is None and name not in _ALONE):
        return found
    base = found if found is not None else Grammar(name=name, help="")
    return replace(base, help=free[0], slots=(_(free[1]),))


def names() -> list[str]:
    """All commands."""
    twins = (name for name, other in _TWINS.items() if other in COMMANDS)
    return sorted({*COMMANDS, *_ALONE, *twins})


def grammars() -> Iterator[Grammar]:
    """All commands with what they take, by name."""
    for name in names():
        found = grammar_of(name)
        if found is not None:
            yield found


def _of_action(name: str, action: Action) -> Grammar:
    argument = action.argument if action.call.startswith("act(") else ""
    found = Grammar(name=name, help=action.help, action=action)
    if not argument:
        return found
    own = tuple(dict.fromkeys(each.scope for each in ACTIONS if each.call == action.call))
    scopes = tuple(scope for scope in own if scope in KINDS)
    found = replace(found, own_scopes=own, scopes=scopes)
    if argument == UNDO:
        return replace(found, slots=(_subjects_slot(found),))
    verb_name, _colon, way = argument.partition(":")
    verb = Verb(verb_name)
    ask = ask_of(verb)
    found = replace(found, verb=verb, way=way, words=ask.words if ask is not None else ())
    if verb is Verb.SWITCH:
        found = _switching(found)
    if name in WRITTEN:
        return replace(found, slots=tuple(map(slot, found.words)))
    between = (_(ON_OFF),) if found.is_switch else ()
    return replace(found, slots=(_subjects_slot(found), *between, *map(slot, found.words)))


def _switching(found: Grammar) -> Grammar:
    words = found.words if found.way == EMERGENCY else ()
    if found.name not in _SWITCHED_TO:
        return replace(found, words=words)
    on, text = _SWITCHED_TO[found.name]
    return replace(found, words=(), switched_to=on, help=text)


def slot(field: str) -> str:
    """What stands for a field where a command is shown."""
    return _(_SLOTS[field]) if field in _SLOTS else field.upper().replace("_", "-")


def _subjects_slot(found: Grammar) -> str:
    """What stands for the rows it is done to; a point, where they can only be chosen."""
    kinds = [_(KINDS[scope].slot) for scope in found.scopes]
    if found.verb is Verb.MESSAGE:
        kinds += [_("TEAM"), EVERYBODY]
    return "|".join(kinds) or CHOSEN
