"""When a screen is painted: with the next frame, or at once for whoever types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from textual.screen import Screen

from supervisor_tui.frames import FrameClock

FRAME_S = 0.25


class Handle:
    """What is to be called once, and when."""

    def __init__(self, at: float, call: Callable[[], None]) -> None:
        self.at, self.call, self.is_cancelled = at, call, False

    def cancel(self) -> None:
        self.is_cancelled = True


class Loop:
    """A loop whose time is set by hand."""

    def __init__(self) -> None:
        self.now, self.handles = 100.0, []

    def time(self) -> float:
        return self.now

    def call_at(self, at: float, call: Callable[[], None]) -> Handle:
        self.handles.append(Handle(at, call))
        return self.handles[-1]

    @property
    def due(self) -> list[float]:
        return [one.at for one in self.handles if not one.is_cancelled]

    def run(self) -> None:
        """Let the time come at which the next call is due."""
        one = next(one for one in self.handles if not one.is_cancelled)
        self.handles.remove(one)
        self.now = max(self.now, one.at)
        one.call()


class Rig:
    """A clock, its loop, and what was painted."""

    def __init__(self) -> None:
        self.loop, self.is_typing, self.painted = Loop(), False, []
        self.clock = FrameClock(
            cast("Any", self.loop), FRAME_S, self.paint, lambda: not self.is_typing
        )

    def paint(self) -> None:
        self.clock.pause()  # as a screen of Textual's does first
        self.painted.append(self.loop.now)


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_the_first_change_is_painted_at_once_and_the_next_with_the_next_frame(rig):
    rig.clock.resume()
    rig.loop.run()
    rig.loop.now += 0.01
    rig.clock.resume()
    rig.clock.resume()
    assert rig.loop.due == [100 + FRAME_S]
    rig.loop.run()
    assert rig.painted == [100, 100 + FRAME_S]
    assert not rig.loop.due


def test_whoever_types_does_not_wait_for_a_frame(rig):
    rig.clock.resume()
    rig.loop.run()
    rig.is_typing = True
    rig.loop.now += 0.01
    rig.clock.resume()
    rig.loop.run()
    assert rig.painted == [100, 100.01]


def test_a_key_hastens_the_frame_that_is_due(rig):
    rig.clock.resume()
    rig.loop.run()
    rig.clock.resume()
    rig.is_typing = True
    rig.clock.resume()
    assert rig.loop.due == [100]
    rig.loop.run()
    assert rig.painted == [100, 100]


def test_whoever_types_waits_for_one_frame_at_most_however_much_goes_on(rig):
    rig.is_typing = True
    for _change in range(100):
        rig.clock.resume()
        rig.loop.now += 0.01
    assert rig.loop.due[0] <= 100 + FRAME_S


def test_what_is_painted_before_its_frame_is_not_painted_again(rig):
    rig.clock.resume()
    rig.paint()
    assert not rig.loop.due


def test_screens_keep_their_timer_where_the_seam_puts_the_clock():
    assert isinstance(Screen._update_timer, property)
    assert "_Screen__update_timer" in Screen.__init__.__code__.co_names
