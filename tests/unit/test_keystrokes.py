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


@pytest.mark.parametrize(
    "answer",
    [
        "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",  # its background: `/` filters, `b` lists who is lent
        "\x1b]10;rgb:ffff/ffff/ffff\x07",
        "\x1b]52;c;Q2xhaW1z\x07",
        "\x1bP>|tmux 3.3a\x1b\\",  # its name: `P` makes not ready
        "\x1bP1+r544e=787465726d\x1b\\",
        "\x1b_Gi=31;OK\x1b\\",
    ],
)
def test_what_a_terminal_answers_to_somebody_else_presses_nothing(answer: str) -> None:
    assert keys(f"j{answer}k") == ["j", "k"]
    assert keys(f"{answer}{answer}", "k") == ["k"]


def test_an_answer_may_come_in_two_parts_and_its_end_may_be_lost() -> None:
    answer = "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\"
    for cut in range(6, len(answer)):
        assert keys("j", answer[:cut], f"{answer[cut:]}k") == ["j", "k"]
    assert keys("\x1b]11;rgb:", "jk", "l") == ["j", "k", "l"]
    assert keys("\x1b]11;rgb:", "\x1b[A", "j") == ["up", "j"]


def test_escape_and_a_letter_are_keys_however_quickly_they_come() -> None:
    assert keys("\x1bP", "1", "\x1b", "\\") == ["escape", "P", "1", "escape", "backslash"]
    assert keys("\x1b]j") == ["escape", "right_square_bracket", "j"]


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
