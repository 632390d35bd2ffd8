from __future__ import annotations

import pytest
from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.keys import _character_to_key

from screens.actions import ACTIONS, BY_ID, COMMANDS, LAYERS, PANES, UNBOUND, Group, Scope
from screens.key_names import keys_of, normal_key, show_key
from screens.keys import (
    KeyProblemKind,
    bindings,
    check_keymap,
    latin_twin,
    textual_keymap,
    with_twins,
)
from screens.widgets.column_chooser import ColumnChooser
from screens.widgets.dialog import Dialog
from screens.widgets.help import HelpScreen
from screens.widgets.live_table import LiveTable
from screens.widgets.prompt import PromptInput
from screens.widgets.text_lines import TextPage

PRINTABLE = [chr(point) for point in range(0x20, 0x7F)]
OWNERS = {
    Scope.TABLE: LiveTable,
    Scope.PAGE: TextPage,
    Scope.PROMPT: PromptInput,
    Scope.DIALOG: Dialog,
    Scope.HELP: HelpScreen,
    Scope.CHOOSER: ColumnChooser,
}


def test_the_table_itself_has_no_problem() -> None:
    assert check_keymap({}) == ()
    assert check_keymap({action.id: ",".join(action.keys) for action in ACTIONS}) == ()


def test_ids_are_unique_and_begin_with_their_scope() -> None:
    assert len(BY_ID) == len(ACTIONS)
    assert all(action.id.startswith(f"{action.scope}.") for action in ACTIONS)
    assert len(COMMANDS) == len({action.command for action in ACTIONS if action.command})


def test_every_action_says_what_it_does_in_a_sentence() -> None:
    for action in ACTIONS:
        assert action.label, action.id
        assert action.help.endswith((".", "`.")), action.id
        assert action.help[0].isupper(), action.id


def test_keys_of_the_terminal_are_left_alone() -> None:
    assert not UNBOUND & {key for action in ACTIONS for key in action.keys}


def test_capitals_act_and_so_none_of_the_looking_ones_is_one() -> None:
    capitals = {
        action.id
        for action in ACTIONS
        for key in action.keys
        if len(key) == 1 and key.isupper() and action.group is not Group.ACT
    }
    assert capitals == {"table.bottom", "page.bottom", "chooser.later", "chooser.earlier"}


def test_every_pane_has_an_action() -> None:
    for pane in PANES:
        assert BY_ID[f"app.pane-{pane.scope}"].keys == (pane.key,)
        assert pane.scope in LAYERS


@pytest.mark.parametrize("scope", list(OWNERS))
def test_what_has_a_scope_can_do_all_of_its_actions(scope: Scope) -> None:
    owner = OWNERS[scope]
    mine = [binding for binding in owner.BINDINGS if isinstance(binding, Binding)]
    assert [binding.id for binding in mine] == [binding.id for binding in bindings(scope)]
    for binding in mine:
        assert hasattr(owner, f"action_{binding.action.partition('(')[0]}"), binding.id


@pytest.mark.parametrize("char", PRINTABLE)
def test_keys_have_the_names_that_the_terminal_library_gives_them(char: str) -> None:
    assert normal_key(char) == _character_to_key(char)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("slash", "/"),
        ("question_mark", "?"),
        ("pagedown", "PgDn"),
        ("ctrl+l", "Ctrl+L"),
        ("shift+tab", "Shift+Tab"),
        ("G", "G"),
        ("escape", "Esc"),
        ("f1", "F1"),
    ],
)
def test_keys_are_shown_as_people_read_them(key: str, shown: str) -> None:
    assert show_key(key) == shown


@pytest.mark.parametrize(
    ("cyrillic", "latin"), [("о", "j"), ("О", "J"), ("ы", "s"), ("і", "s"), ("э", "apostrophe")]
)
def test_cyrillic_letters_stand_for_the_latin_ones_at_their_place(
    cyrillic: str, latin: str
) -> None:
    assert latin_twin(cyrillic) == latin
    assert cyrillic in with_twins((latin,))


def test_keys_without_a_twin_stay_as_they_are() -> None:
    assert latin_twin("j") == "j"
    assert latin_twin("pagedown") == "pagedown"


def test_twins_bring_no_clash() -> None:
    for scope in (*OWNERS, Scope.APP, Scope.QUEUES):
        keys = [key for binding in bindings(scope) for key in binding.key.split(",")]
        assert len(keys) == len(set(keys)), scope


@pytest.mark.parametrize(
    ("keymap", "kind", "key", "other"),
    [
        ({"table.dwon": "x"}, KeyProblemKind.UNKNOWN_ACTION, "", "table.down"),
        ({"wholly-else-where": "x"}, KeyProblemKind.UNKNOWN_ACTION, "", ""),
        ({"table.down": ""}, KeyProblemKind.EMPTY, "", ""),
        ({"table.down": " ,, "}, KeyProblemKind.EMPTY, "", ""),
        ({"table.down": "pagedwon"}, KeyProblemKind.UNKNOWN_KEY, "pagedwon", "pagedown"),
        ({"table.down": "hyper+x"}, KeyProblemKind.UNKNOWN_KEY, "hyper+x", ""),
        ({"table.down": "ctrl+a"}, KeyProblemKind.RESERVED, "ctrl+a", ""),
        ({"table.down": "q"}, KeyProblemKind.CLASH, "q", "app.back"),
        ({"queues.sort": "?"}, KeyProblemKind.CLASH, "?", "app.help"),
        ({"app.refresh": "/"}, KeyProblemKind.CLASH, "/", "queues.filter"),
    ],
)
def test_what_is_wrong_with_a_keymap_is_said(
    keymap: dict[str, str], kind: KeyProblemKind, key: str, other: str
) -> None:
    problem = check_keymap(keymap)[0]
    assert (problem.kind, problem.action, problem.key, problem.other) == (
        kind,
        next(iter(keymap)),
        key,
        other,
    )
    words = str(problem)
    assert problem.action in words
    assert key in words
    assert other in words
    assert "{" not in words


@pytest.mark.parametrize(
    "keymap",
    [
        {"table.down": "down", "table.up": "up"},
        {"app.back": "f12", "app.refresh": "q"},  # a swap is no clash
        {"queues.sort": "comma", "app.minute-back": "f9"},
        {"queues.sort": ",", "app.minute-back": "f9"},
        {"page.down": "j, space"},  # the same key on another kind of thing
    ],
)
def test_keymaps_that_are_right_have_no_problem(keymap: dict[str, str]) -> None:
    assert check_keymap(keymap) == ()


def test_a_keymap_reaches_the_bindings() -> None:
    keymap = {"table.down": "x, ctrl+n"}
    assert keys_of(BY_ID["table.down"], keymap) == ("x", "ctrl+n")
    table = BindingsMap(bindings(Scope.TABLE))
    table.apply_keymap(App._normalize_keymap(textual_keymap(keymap)))
    found = {key for key, all_ in table.key_to_bindings.items() if all_[0].id == "table.down"}
    assert found == {"x", "ч", "ctrl+n"}
