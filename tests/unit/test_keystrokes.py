"""What is typed, split where one key has surely ended."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._time import get_time

from supervisor_tui.keystrokes import PASTE_BEGINS, PASTE_ENDS, Keystrokes
from supervisor_tui.seam import REST_S, KeyParser


def keys(*pieces: str) -> list[str]:
    """The keys, and pastes, that arrive when these pieces come one after the other."""
    strokes, parser, found = Keystrokes(), KeyParser(), []
    for piece in pieces:
        for part in strokes.split(piece):
            messages = parser.end_escape() if part is None else parser.feed(part) if part else ()
            for message in messages:
                if isinstance(message, events.Key):
                    found.append(message.key)
                elif isinstance(message, events.Paste):
                    found.append(f"<{message.text}>")
    return found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("\x1b1", ["escape", "1"]),
        ("\x1bf", ["escape", "f"]),
        ("\x1b/bill", ["escape", "slash", "b", "i", "l", "l"]),
        ("\x1b[Aj", ["up", "j"]),
        ("\x1bOAj", ["up", "j"]),
        ("\x1b[5~", ["pageup"]),
        ("\x1b\t", ["shift+tab"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("j\x1bk\x1bl", ["j", "escape", "k", "escape", "l"]),
        (":q\n\r", ["colon", "q", "enter", "enter"]),  # the first before the terminal was ours
    ],
)
def test_escape_is_a_key_of_its_own_where_no_sequence_follows(
    typed: str, expected: list[str]
) -> None:
    assert keys(typed) == expected
    assert keys(*typed) == expected


@pytest.mark.parametrize(
    "unknown",
    [
        "\x1bO5C",  # Ctrl+Right of some terminals: `C` claims
        "\x1bOE",  # 5 on the keypad: `E` escalates
        "\x1b[?62;22c",  # a late answer to whoever ran before: `?` helps, `2` goes to the agents
        "\x1b[1$",  # of rxvt
        "\x1b[[H",
        "\x1b[1;77C",
    ],
)
def test_a_sequence_that_means_nothing_presses_nothing(unknown: str) -> None:
    assert keys(f"j{unknown}k") == keys(*f"j{unknown}k") == ["j", "k"]


def test_the_rest_of_a_sequence_is_waited_for_longer_than_an_escape_alone() -> None:
    """A letter that comes late is the end of an arrow key, and `C` would claim."""
    parser = KeyParser()
    waits = []
    for typed in ("\x1b", "[", "C", "\x1b", "O", "C", "\x1b[24;1R", "\x1b"):
        list(parser.feed(typed))
        waits.append(parser._timeout_time - get_time() > REST_S if parser.is_waiting else None)
    assert waits == [False, True, None, False, True, None, None, False]


def test_a_paste_is_text_and_presses_nothing() -> None:
    hostile = f"{PASTE_BEGINS}a\n\x1b[Bq\x1b]0;x\x07\x1b[20{PASTE_ENDS}j"
    assert keys(hostile) == keys(*hostile)
    (paste, key, *rest) = keys(hostile)
    assert (paste.startswith("<a\n[Bq]0;x"), "\x1b" in paste, key, rest) == (True, False, "j", [])


@given(st.text(max_size=60), st.lists(st.integers(0, 70), max_size=5))
def test_nothing_is_lost_however_the_line_cuts_it(text: str, cuts: list[int]) -> None:
    data = text.replace("\x1b", "")
    ends = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    strokes = Keystrokes()
    parts = [part for a, b in pairwise(ends) for part in strokes.split(data[a:b])]
    assert "".join(part or "" for part in parts) == data.replace("\n", "\r")
