"""`supervisor-tui watch`: a pane as lines of plain text, again and again or as it changes.

For screen readers, pipes and terminals that cannot move their cursor. It works alone, as the screen
does: it starts the sync process where none runs, and holds a screen's sign of life.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterable
from types import FrameType
from typing import NoReturn

from data.clock import monotonic_ms
from data.errors import Code
from data.figures.freshness import Moment
from data.figures.queues import source_ages
from data.floor import FloorSnapshot
from data.settings import Sync
from data.sync.lock import ScreenPresence
from screens.sentences import sentence
from supervisor_tui.commands.common import checked_site, open_configuration
from supervisor_tui.commands.show import wanted_of, wants_ascii
from supervisor_tui.config import floor_files
from supervisor_tui.feed import Feed
from supervisor_tui.launch import SyncKeeper
from supervisor_tui.plain import Pane
from supervisor_tui.telling import Teller

LOOK_S = 0.25
"""The least time between two looks at the floor."""
TICK_S = 1.0
"""How long nothing may have come before time itself is looked at: limits are passed by waiting."""
FIRST_S = 5.0
"""How long the sources may take to become current before what there is is told as it is."""
INTERVAL_S = 5.0
"""The least time between two tables, unless another is wanted."""
DONE = 0


def run(arguments: argparse.Namespace) -> int:
    """Tell a pane until the reader has gone or the process is told to end; both are no failure.

    Raises:
        UsageError: There is no such site.
        StoreError: The floor's folder cannot be used.
    """
    configuration = open_configuration(arguments)
    site = checked_site(configuration, arguments.site)
    files = floor_files(configuration).make()
    pane = Pane(arguments.pane)
    teller = Teller(
        pane,
        wanted_of(configuration, arguments, site),
        is_ascii=wants_ascii(configuration, arguments),
    )
    news = _News(str(files.cache))
    feed = Feed(files.cache, news.take, news.take_problem)
    keeper = SyncKeeper(configuration.path, files)
    try:
        _end_in_order()
        with ScreenPresence(files) as presence:
            if configuration.floor.sync is Sync.AUTO:
                keeper.ensure()
                keeper.watch(presence)
            feed.start()
            _tell(teller, news, site, arguments)
    except KeyboardInterrupt:
        # A reader who takes nothing must not keep what is buffered, and so us, from ending.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        feed.stop()
        keeper.stop()
    return DONE


class _News:
    """The newest view that the feed's thread has brought."""

    def __init__(self, cache: str) -> None:
        self._cache = cache
        self._began_ms = monotonic_ms()
        self._came = threading.Event()
        self._snapshot: FloorSnapshot | None = None

    def take(self, snapshot: FloorSnapshot) -> None:
        """Called from the feed's thread."""
        self._snapshot = snapshot
        self._came.set()

    def take_problem(self, problem: Code | None) -> None:
        """Called from the feed's thread; a cache that is yet to be made is no problem."""
        if problem not in {None, Code.FILE_MISSING}:
            print(sentence(problem, self._cache), file=sys.stderr, flush=True)

    def wait(self) -> FloorSnapshot | None:
        """The newest view, when there is another one or some time has passed."""
        self._came.wait(TICK_S)
        self._came.clear()
        return self._snapshot

    def is_settled(self, moment: Moment, site: str | None) -> bool:
        """Whether the sources are current, or have had time to become it."""
        if monotonic_ms() - self._began_ms >= FIRST_S * 1000:
            return True
        ages = source_ages(self._snapshot or FloorSnapshot(), moment).values()
        mine = [age for age in ages if site in {None, age.health.site}]
        return bool(mine) and not any(age.is_old for age in mine)


def _tell(teller: Teller, news: _News, site: str | None, arguments: argparse.Namespace) -> NoReturn:
    """Print everything, and from then on what changes.

    Raises:
        BrokenPipeError: Nobody reads any more.
    """
    interval_s = arguments.interval
    if interval_s is None:
        interval_s = 0.0 if arguments.changes else INTERVAL_S
    has_begun = False
    while True:
        snapshot = news.wait()
        _leave_if_unread()
        if snapshot is None:
            continue
        moment = Moment.of(snapshot.clock(site))
        if not has_begun:
            lines = teller.whole(snapshot, moment) if news.is_settled(moment, site) else []
            has_begun = bool(lines)
        else:
            lines = teller.changes(snapshot, moment)
            if lines and not arguments.changes:
                lines = ["", *teller.whole(snapshot, moment)]
        _print(lines)
        time.sleep(max(LOOK_S, interval_s if lines else 0.0))


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def _leave_if_unread() -> None:
    """End when the other end of the pipe is closed, and not only with the next change.

    Raises:
        BrokenPipeError: It is.
    """
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    if any(event & (select.POLLERR | select.POLLHUP) for _file, event in poll.poll(0)):
        raise BrokenPipeError


def _end_in_order() -> None:
    """Let every polite request to end interrupt whatever is being done, unless it is ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
