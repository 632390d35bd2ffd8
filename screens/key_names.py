"""The names of keys: as the terminal library reports them, as people read them, by whose keymap."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import ClassVar, TypeAlias

from screens.actions import BY_ID, Action
from screens.text import N_, _

Keymap: TypeAlias = Mapping[str, str]
"""Keys by action id, several separated by commas: `{"table.down": "j,down"}`."""

SPECIAL_KEYS = {
    "up": N_("Up"),
    "down": N_("Down"),
    "left": N_("Left"),
    "right": N_("Right"),
    "home": N_("Home"),
    "end": N_("End"),
    "pageup": N_("PgUp"),
    "pagedown": N_("PgDn"),
    "insert": N_("Ins"),
    "delete": N_("Del"),
    "backspace": N_("Backspace"),
    "enter": N_("Enter"),
    "escape": N_("Esc"),
    "tab": N_("Tab"),
    "space": N_("Space"),
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}
_MODIFIERS = {"ctrl": N_("Ctrl"), "alt": N_("Alt"), "shift": N_("Shift")}
_RENAMED = {  # where the name of a key is not the name of its character
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
SIGN_KEYS = {}
"""Printable ASCII characters that are neither letters nor digits, by the names of their keys."""
for _char in map(chr, range(0x21, 0x7F)):
    if not _char.isalnum():
        _name = unicodedata.name(_char).lower().replace("-", "_").replace(" ", "_")
        SIGN_KEYS[_RENAMED.get(_name, _name)] = _char
_NAMES = {char: name for name, char in SIGN_KEYS.items()} | {" ": "space"}


def normal_key(key: str) -> str:
    """A key's name as the terminal library reports it: `?` is `question_mark`, `J` stays `J`."""
    if len(key) == 1:
        return _NAMES.get(key, key)
    *modifiers, name = key.strip().split("+")
    return "+".join([*(part.lower() for part in modifiers), _NAMES.get(name, name)])


def show_key(key: str) -> str:
    """A key as people read it: `pagedown` is `PgDn`, `ctrl+l` is `Ctrl+L`, `slash` is `/`."""
    *modifiers, name = normal_key(key).split("+")
    shown = _(SPECIAL_KEYS[name]) if name in SPECIAL_KEYS else SIGN_KEYS.get(name, name)
    if modifiers and len(shown) == 1:
        shown = shown.upper()
    return "+".join([*(_(_MODIFIERS.get(part, part)) for part in modifiers), shown])


class _Hand:
    """Whose keys sentences name."""

    keymap: ClassVar[Keymap] = {}


def keys_of(action: Action, keymap: Keymap | None = None) -> tuple[str, ...]:
    """The keys of an action, by a person's keymap if it names the action.

    Args:
        action: The action.
        keymap: The person's own keys; None for those in use.
    """
    mine = (_Hand.keymap if keymap is None else keymap).get(action.id)
    return action.keys if mine is None else split_keys(mine)


def use_keymap(keymap: Keymap) -> None:
    """Let sentences name a person's own keys from now on, as they are in the person's language.

    Args:
        keymap: Without problems; empty for the keys that everybody has.
    """
    _Hand.keymap = keymap


def key_name(action: str) -> str:
    """The first key of an action as people read it, by the keymap in use.

    Args:
        action: The id of an action that has a key.
    """
    return show_key(keys_of(BY_ID[action])[0])


def split_keys(keys: str) -> tuple[str, ...]:
    """The keys of one line; a comma by itself is the key of that name."""
    if keys.strip() == ",":
        return ("comma",)
    return tuple(dict.fromkeys(normal_key(key) for key in keys.split(",") if key.strip()))


def is_key(key: str) -> bool:
    """Whether there is a key of this name."""
    *modifiers, name = key.split("+")
    if any(part not in _MODIFIERS for part in modifiers):
        return False
    return name in SPECIAL_KEYS or name in SIGN_KEYS or (len(name) == 1 and name.isalnum())
