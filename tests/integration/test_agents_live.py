"""Figures of agents that a running sync process carries on, against the ledger, hour by hour."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from msgspec.structs import replace

from data.cache.reader import CacheReader
from data.clock import ManualClock
from data.errors import StoreError
from data.figures.agents import AgentFigures, AgentsNow
from data.figures.freshness import Moment
from data.files import FloorFiles
from data.floor import Floor
from data.model import Agent, Ms
from data.sandbox.ledger import LedgerSegment
from data.sandbox.options import SandboxOptions
from data.sandbox.serve import Sandbox
from data.settings import FloorSettings, SiteSettings, SourceSettings, Sync
from data.sync.agent_days import AgentDays
from data.sync.process import run_sync
from tests.integration.test_agents_truth import (
    Row,
    assert_rows_equal,
    assert_segments_equal,
    by_agent,
    calls_of,
    print_side_by_side,
    recounted,
)
from tests.support.loopback import until
from tests.support.sandbox_server import serving

HALF_HOUR_MS = 1_800_000
DAY = date(2026, 11, 18)  # a Wednesday
LAST_LEAP = {False: "13:10", True: "20:10"}
FEW, MANY = 46, 2000


class Truth(NamedTuple):
    """What a screen ought to show, and when."""

    now: Ms
    rows: dict[str, Row]
    segments: list[LedgerSegment]


class Shown:
    """What a screen would show of the agents."""

    def __init__(self, files: FloorFiles) -> None:
        self._files = files
        self._floor = Floor()

    def rows(self, now: Ms) -> dict[str, Row]:
        """The figures by `now`, of those of whom all is known.

        The screens' own clock follows a leap of the server's only after a while.
        """
        try:
            with closing(CacheReader.open(self._files.cache)) as reader:
                snapshot = self._floor.apply(reader.read(self._floor.rev))
        except StoreError:
            return {}
        look = AgentsNow(snapshot, Moment.of(snapshot.clock()))
        figures = (look.figures(key, agent) for key, agent in snapshot.agents.items())
        return {
            then.key.id: row
            for then in figures
            if (row := figures_row(replace(then, as_of=now))) is not None
        }


def figures_row(figures: AgentFigures) -> Row | None:
    kept, agent = figures.schedule, figures.agent
    if kept is None or figures.unanswered_rings is None or figures.handled is None:
        return None
    return Row(
        agent.state,
        agent.reason,
        figures.handled,
        figures.aht_s,
        figures.occupancy,
        figures.unanswered_rings,
        kept.scheduled_s / 60,
        kept.adherent_s / 60,
    )


def truth_of(sandbox: Sandbox) -> Truth:
    """What the ledger and the roster come to."""
    centre = sandbox.centre
    with centre.runner.acting() as now:
        segments = msgspec.convert(centre.simulation.segments(), list[LedgerSegment])
        mine, calls = by_agent(segments), calls_of(centre.simulation.ledger())
        rows = {
            agent: recounted(mine[agent], calls[agent], shift_of(sandbox, agent), now)
            for agent in mine
        }
    return Truth(now, rows, segments)


def shift_of(sandbox: Sandbox, agent: str) -> dict[str, Any]:
    kept = sandbox.centre.store.get("shift", f"s-{agent}")
    assert kept is not None
    found: dict[str, Any] = msgspec.to_builtins(kept.data)
    return found


def stand_still(sandbox: Sandbox) -> None:
    """Let the server's time pass in leaps only."""
    runner = sandbox.centre.runner
    runner._start = runner.now()
    runner._began_ms, runner._clock = 0, ManualClock()


def leap(sandbox: Sandbox) -> None:
    """Let half an hour pass at once."""
    sandbox.centre.runner._start += HALF_HOUR_MS
    sandbox.centre.runner.follow()


async def become_equal(sandbox: Sandbox, files: FloorFiles, true: Truth, within_s: float) -> None:
    """Wait until all that happened has been read; then a screen shows what it ought to."""
    head = sandbox.centre.store.head
    await until(lambda: cursor_of(files) == head, within_s)
    shown = Shown(files)
    # Who is new, or planned anew, is counted just after the page that says so.
    with contextlib.suppress(TimeoutError):
        await until(partial(agree, shown, true))
    assert_rows_equal(shown.rows(true.now), true.rows)


def cursor_of(files: FloorFiles) -> str | None:
    """How far the sync process has read."""
    with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(files.cache)) as cache:
        found: tuple[str] | None = cache.execute(
            "SELECT cursor FROM scope WHERE source = 'pbx'"
        ).fetchone()
        return found[0] if found is not None else None
    return None


def agree(shown: Shown, true: Truth) -> bool:
    try:
        assert_rows_equal(shown.rows(true.now), true.rows)
    except AssertionError:
        return False
    return True


@pytest.fixture
def counted_anew(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose day was counted from history."""
    names: list[str] = []
    count = AgentDays.count_anew

    def noted(self: AgentDays, agent: Agent, *rest: Any) -> Agent:
        names.append(agent.id)
        return count(self, agent, *rest)

    monkeypatch.setattr(AgentDays, "count_anew", noted)
    return names


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_a_day_that_is_followed_is_the_ledgers(
    tmp_path: Path, counted_anew: list[str], request: pytest.FixtureRequest
) -> None:
    is_soak = bool(request.config.getoption("--soak"))
    files = FloorFiles(tmp_path / "floor")
    patience_s = 600.0 if is_soak else 20.0
    options = SandboxOptions(
        day=DAY, speed=0.01, starts_at="08:10", seed=7, agents=MANY if is_soak else FEW
    )
    with serving(options) as sandbox:
        stand_still(sandbox)
        stop = asyncio.Event()
        sync = asyncio.create_task(follow(sandbox, files, stop))
        try:
            true = truth_of(sandbox)
            await until(lambda: len(Shown(files).rows(true.now)) == options.agents, patience_s)
            await become_equal(sandbox, files, true, patience_s)
            assert set(counted_anew) == set(true.rows)
            counted_anew.clear()
            while true.now < options.instant(LAST_LEAP[is_soak]):
                leap(sandbox)
                true = truth_of(sandbox)
                await become_equal(sandbox, files, true, patience_s)
            print_side_by_side(Shown(files).rows(true.now), true.rows)
            assert counted_anew == []
        finally:
            stop.set()
            await sync
    assert_segments_equal(files, true.segments)


async def follow(sandbox: Sandbox, files: FloorFiles, stop: asyncio.Event) -> None:
    source = SourceSettings(id="pbx", url=sandbox.url, min_interval=0.01)
    site = SiteSettings(id="main", zone="Europe/Berlin", day_start="06:00", source=(source,))
    settings = FloorSettings(sync=Sync.EXTERNAL)
    await run_sync(settings, [site], files, once=False, stop=stop)
