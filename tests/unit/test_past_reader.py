"""When history is read for what is on the screen: at once, when it changed, and every 15 s."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import pytest

from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter
from data.files import FloorFiles
from data.rules.service_level import Formula
from screens.look import Look, Viewing
from supervisor_tui.reading import EVERY_MS, PastReader
from tests.builders import MOMENT, make_snapshot

FOLLOW_MS = 1000
LOOK = Look(
    snapshot=make_snapshot(),
    moment=MOMENT,
    viewing=Viewing(floor_name="", formula=Formula.OFFERED, rules=()),
)


class App:
    """Runs what belongs in a thread at once."""

    is_running = True

    def run_worker(self, work: Callable[[], None], **_how: Any) -> None:
        work()

    def call_from_thread(self, call: Callable[[], None]) -> None:
        call()


class Page:
    """Wants something of history now and then."""

    def __init__(self) -> None:
        self.wanted_past: Hashable = "a"
        self.reads = 0
        self.costs_ms = 0

    def read_past(self, history: HistoryReader, look: Look) -> None:
        self.reads += 1
        NOW[0] += self.costs_ms


class Follower(Page):
    past_every_ms = FOLLOW_MS


NOW = [0]


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    files = FloorFiles(tmp_path)
    HistoryWriter.open(files).close()
    return files


@pytest.fixture
def supply(files: FloorFiles) -> Callable[[Page, int], int]:
    """Let time pass and supply a page; how often it was read by then."""
    NOW[0] = 0
    reader = PastReader(files.history, lambda: NOW[0])

    def after(page: Page, ms: int) -> int:
        NOW[0] += ms
        reader.supply(App(), [page], LOOK, lambda: None)  # type: ignore[arg-type]
        return page.reads

    return after


def write(files: FloorFiles) -> None:
    writer = HistoryWriter.open(files)
    writer.keyframe(NOW[0], [])
    writer.close()


def test_what_is_wanted_is_read_at_once_and_every_15_seconds(
    supply: Callable[[Page, int], int], files: FloorFiles
) -> None:
    page = Page()
    assert supply(page, 0) == 1
    write(files)
    assert supply(page, EVERY_MS - 1) == 1
    assert supply(page, 1) == 2
    page.wanted_past = "b"
    assert supply(page, 0) == 3
    page.wanted_past = None
    assert supply(page, EVERY_MS) == 3


def test_a_follower_is_read_soon_after_the_file_changed_and_not_before(
    supply: Callable[[Page, int], int], files: FloorFiles
) -> None:
    page = Follower()
    assert supply(page, 0) == 1
    assert supply(page, FOLLOW_MS) == 1
    write(files)
    assert supply(page, 0) == 2
    write(files)
    assert supply(page, FOLLOW_MS - 1) == 2
    assert supply(page, 1) == 3
    assert supply(page, EVERY_MS) == 4


def test_what_takes_long_is_read_less_often(
    supply: Callable[[Page, int], int], files: FloorFiles
) -> None:
    page = Follower()
    page.costs_ms = 200
    assert supply(page, 0) == 1
    write(files)
    assert supply(page, 3799) == 1
    assert supply(page, 1) == 2


def test_a_file_that_comes_later_is_read_when_it_is_there(tmp_path: Path) -> None:
    files, page = FloorFiles(tmp_path / "new").make(), Follower()
    NOW[0] = 0
    reader = PastReader(files.history, lambda: NOW[0])
    reader.supply(App(), [page], LOOK, lambda: None)  # type: ignore[arg-type]
    assert page.reads == 0
    write(files)
    NOW[0] += FOLLOW_MS
    reader.supply(App(), [page], LOOK, lambda: None)  # type: ignore[arg-type]
    assert page.reads == 1


def test_what_was_read_for_a_look_does_not_hold_on_to_the_look(files: FloorFiles) -> None:
    kept: list[Callable[[], None]] = []

    class Keeping(App):
        """Holds on to what was done, as Textual's workers do until Python looks for garbage."""

        def run_worker(self, work: Callable[[], None], **_how: Any) -> None:
            kept.append(work)
            work()

    before = sys.getrefcount(LOOK)
    page = Page()
    PastReader(files.history, lambda: 0).supply(
        Keeping(),  # type: ignore[arg-type]
        [page],
        LOOK,
        lambda: None,
    )
    assert page.reads == len(kept) == 1
    assert sys.getrefcount(LOOK) == before
