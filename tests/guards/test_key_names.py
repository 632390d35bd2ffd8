"""No sentence names a key that a person may have changed: keys come from the keymap in use."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from screens.actions import ACTIONS, PANES
from screens.key_names import key_name, keys_of, use_keymap
from screens.notes import NotesPane
from screens.widgets.frame_text import pane_line
from supervisor_tui.commands.demo import hints
from tests import messages

NAMED = r"(?:Esc|Enter|Tab|Space|PgUp|PgDn|Ctrl\+\w|F\d+)"
ALONE = r"(?:[B-HJ-SU-Z]|[!?,<>])"
"""A letter or sign that stands alone where a key would; T is a threshold, A and I are words."""
SPOKEN_OF = re.compile(rf"(?<![\w{{]){NAMED}(?![\w}}])|(?:^|[ ,:;(]){ALONE} (?=[a-z]+s\b)")
NOT_OURS = {"supervisor-tui is locked. Ctrl+C leaves it so.", "As it is > as it would be"}
"""Said while the terminal belongs to the host's own program; and an arrow."""


@pytest.fixture
def own_keys() -> Iterator[None]:
    """Every action that has a key has another one."""
    use_keymap({action.id: "f12" for action in ACTIONS if action.keys})
    yield
    use_keymap({})


def test_no_message_names_a_key() -> None:
    texts = [text for one in messages.extract() if one.id for text in messages.forms(one)]
    # The name of a key alone is how the keymap is shown.
    named = {text for text in texts if SPOKEN_OF.search(text) and " " in text}
    assert named - NOT_OURS == set()


def test_the_pattern_knows_a_key_when_it_sees_one() -> None:
    for text in ("{alert}  ! goes there", "K ticks", "Columns: Space changes it", "f, or Esc"):
        assert SPOKEN_OF.search(text)


@pytest.mark.usefixtures("own_keys")
def test_sentences_name_a_persons_own_keys() -> None:
    assert key_name("table.worst") == "F12"
    assert NotesPane(is_ascii=True).empty_words.endswith("F12 writes a note, F12 an incident.")
    assert hints()[1] == "F12 opens, F12 helps, F12 hides this"
    line = "".join(text for text, _tone in pane_line(PANES, None, 200))
    assert line.count("F12 ") == len(PANES)


def test_keys_are_those_in_use_unless_others_are_given() -> None:
    worst = next(action for action in ACTIONS if action.id == "table.worst")
    use_keymap({"table.worst": "x"})
    try:
        assert keys_of(worst) == ("x",)
        assert keys_of(worst, {}) == worst.keys
    finally:
        use_keymap({})
