"""Keys: their twins on a Cyrillic keyboard, what is wrong with a keymap, and bindings."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from screens.actions import BY_ID, LAYERS, UNBOUND, Action, Group, Scope, actions_of, reachable
from screens.key_names import (
    SIGN_KEYS,
    SPECIAL_KEYS,
    Keymap,
    is_key,
    keys_of,
    normal_key,
    show_key,
    split_keys,
)
from screens.text import N_, _

if TYPE_CHECKING:
    from textual.binding import Binding

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`" + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё" + "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ"
_UKRAINIAN = {"і": "s", "ї": "]", "є": "'", "І": "S", "Ї": "}", "Є": '"'}
_LATIN_TWINS = dict(zip(_CYRILLIC, _LATIN, strict=True)) | _UKRAINIAN


def latin_twin(key: str) -> str:
    """The key at the same place of a Latin keyboard; the key itself where it has no other."""
    twin = _LATIN_TWINS.get(key)
    return key if twin is None else normal_key(twin)


def with_twins(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Keys, and after them the Cyrillic ones at the same places."""
    twins = (char for char in _LATIN_TWINS for key in keys if latin_twin(char) == key)
    return tuple(dict.fromkeys((*keys, *twins)))


def bindings(scope: Scope) -> list[Binding]:
    """The bindings of one scope, to be the `BINDINGS` of what has that scope."""
    from textual.binding import Binding

    return [
        Binding(
            ",".join(with_twins(action.keys)),
            action.method,
            show=False,
            priority=action.is_priority,
            id=action.id,
        )
        for action in actions_of(scope)
        if action.keys
    ]


def textual_keymap(keymap: Keymap) -> dict[str, str]:
    """A keymap without problems in the form that `App.set_keymap` takes, twins included."""
    return {
        name: ",".join(with_twins(split_keys(keys)))
        for name, keys in keymap.items()
        if name in BY_ID
    }


class KeyProblemKind(StrEnum):
    """What can be wrong with a line of a keymap."""

    UNKNOWN_ACTION = "unknown_action"
    EMPTY = "empty"
    UNKNOWN_KEY = "unknown_key"
    RESERVED = "reserved"
    CLASH = "clash"


class KeyProblem(msgspec.Struct, frozen=True):
    """One thing that is wrong with a keymap; `str` words it."""

    kind: KeyProblemKind
    action: str
    """The id in the keymap."""
    key: str = ""
    """As the person wrote it."""
    other: str = ""
    """The nearest id, the nearest key name, or the action that has the key; may be empty."""

    def __str__(self) -> str:
        """The problem as a sentence."""
        message = (
            _MESSAGES[self.kind] if self.other else _SHORT.get(self.kind, _MESSAGES[self.kind])
        )
        return _(message).format(action=self.action, key=self.key, other=self.other)


_MESSAGES = {
    KeyProblemKind.UNKNOWN_ACTION: N_(
        "There is no action {action}; the nearest name is {other}. See docs/keys.md."
    ),
    KeyProblemKind.EMPTY: N_("The action {action} is left without a key. Give it one."),
    KeyProblemKind.UNKNOWN_KEY: N_("{action}: there is no key {key}; the nearest name is {other}."),
    KeyProblemKind.RESERVED: N_(
        "{action}: the key {key} belongs to the terminal, screen or tmux. Take another."
    ),
    KeyProblemKind.CLASH: N_("{action}: the key {key} already belongs to {other}."),
}
_SHORT = {
    KeyProblemKind.UNKNOWN_ACTION: N_("There is no action {action}. See docs/keys.md."),
    KeyProblemKind.UNKNOWN_KEY: N_("{action}: there is no key {key}."),
}


def check_keymap(keymap: Keymap) -> tuple[KeyProblem, ...]:
    """Everything that is wrong with a keymap: what Textual would swallow without a word.

    Args:
        keymap: As the person wrote it; a line without problems may hold `?` or `question_mark`.

    Returns:
        The problems in the order of the keymap, clashes last; none means that it can be used.
    """
    return (*_problems_of_lines(keymap), *_clashes(keymap))


def _problems_of_lines(keymap: Keymap) -> Iterator[KeyProblem]:
    for name, written in keymap.items():
        if name not in BY_ID:
            yield KeyProblem(KeyProblemKind.UNKNOWN_ACTION, name, other=_nearest(name, BY_ID))
            continue
        keys = split_keys(written)
        if not keys and BY_ID[name].keys:
            yield KeyProblem(KeyProblemKind.EMPTY, name)
        for key in keys:
            if not is_key(key):
                near = _nearest(key.rpartition("+")[2], [*SPECIAL_KEYS, *SIGN_KEYS])
                yield KeyProblem(KeyProblemKind.UNKNOWN_KEY, name, key, near)
            elif key in UNBOUND:
                yield KeyProblem(KeyProblemKind.RESERVED, name, key)


def _clashes(keymap: Keymap) -> Iterator[KeyProblem]:
    """Pairs of actions with one key in one place, told once, of the line that the person wrote."""
    told: set[tuple[str, str, str]] = set()
    for scope in LAYERS:
        owners: dict[str, Action] = {}
        for action in reachable(scope):
            for key in keys_of(action, keymap):
                other = owners.setdefault(key, action)
                if other is action or _takes_over(action, other, keymap):
                    continue
                mine, theirs = (action, other) if action.id in keymap else (other, action)
                clash = (mine.id, key, theirs.id)
                if clash not in told:
                    told.add(clash)
                    yield KeyProblem(KeyProblemKind.CLASH, mine.id, show_key(key), theirs.id)


def _takes_over(one: Action, other: Action, keymap: Keymap) -> bool:
    """Whether what acts in one pane has a key before what moves in all of them, by another key."""
    moving, acting = (one, other) if one.group is Group.MOVE else (other, one)
    is_before = acting.is_priority and acting.group is Group.ACT
    return is_before and moving.group is Group.MOVE and len(keys_of(moving, keymap)) > 1


def _nearest(name: str, names: Mapping[str, object] | list[str]) -> str:
    return next(iter(difflib.get_close_matches(name, list(names), n=1, cutoff=0.5)), "")


def footer_actions(scope: Scope) -> tuple[Action, ...]:
    """What the footer shows in a scope that one can be in, in its order.

    What opens over everything else shows only what it adds, whether its page goes on, and the way
    out.
    """
    is_over = Scope.APP not in LAYERS[scope]
    shown = {scope, Scope.PAGE} if is_over else {*LAYERS[scope]}
    return tuple(
        action for action in reachable(scope) if action.shows_in_footer and action.scope in shown
    )
