"""What an update of Textual's paints: its spans, and nothing beside them."""

from __future__ import annotations

from rich.segment import Segment
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from supervisor_tui.seam import painted


def strip(text: str) -> Strip:
    return Strip([Segment(text)], len(text))


def test_a_pane_beside_the_one_that_changed_is_left_alone():
    """Textual fills the rest of the line with the ground on which that pane stands."""
    update = ChopsUpdate([{0: strip("     "), 5: strip("after")}], [(0, 5, 10)], [[5, 10]])
    assert [(x, y, one.text) for x, y, one in painted(update)] == [(5, 0, "after")]


def test_a_chop_is_painted_up_to_the_end_of_its_span():
    update = ChopsUpdate([{0: strip("abcdefghij")}], [(0, 2, 6)], [[10]])
    assert [(x, y, one.text) for x, y, one in painted(update)] == [(0, 0, "abcdef")]


def test_a_chop_that_nothing_was_rendered_for_is_passed_over():
    update = ChopsUpdate([{0: None, 4: strip("seen")}], [(0, 0, 8)], [[4, 8]])
    assert [one.text for _x, _y, one in painted(update)] == ["seen"]


def test_a_strip_that_was_painted_does_not_keep_itself_alive():
    """Only Python's garbage collector would find it, and takes longer than a frame for it."""
    whole = strip("after")
    assert whole.divide([5]) == [whole]
    list(painted(ChopsUpdate([{0: whole}], [(0, 0, 5)], [[5]])))
    assert not len(whole._divide_cache)
