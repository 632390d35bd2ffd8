"""Figures of agents that a running sync process carries on, against the ledger, hour by hour."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import msgspec
import pytest

from data.cache.reader import CacheReader
from data.desk.keeper import Kept
from data.errors import StoreError
from data.figures.agents import agent_figures
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
from tests.integration.test_agents_truth import recounted, rings_in_vain
from tests.support.loopback import until
from tests.support.sandbox_server import serving

HALF_HOUR_MS = 1_800_000
LEAPS = 8
DAY = date(2026, 11, 18)  # a Wednesday
Sums: TypeAlias = dict[str, tuple[float, float, int]]


class Truth(NamedTuple):
    """What a screen ought to show, and when."""

    now: Ms
    sums: Sums


class Shown:
    """What a screen would show of the agents."""

    def __init__(self, files: FloorFiles) -> None:
        self._files = files
        self._floor = Floor()

    def sums(self, now: Ms) -> Sums:
        """Minutes scheduled and kept by `now`, and unanswered rings, as far as they are known.

        The screens' own clock follows a leap of the server's only after a while.
        """
        try:
            with closing(CacheReader.open(self._files.cache)) as reader:
                snapshot = self._floor.apply(reader.read(self._floor.rev))
        except StoreError:
            return {}
        moment = Moment.of(snapshot.clock())
        found: Sums = {}
        for then in agent_figures(snapshot, None, moment):
            one = replace(then, as_of=now)
            if one.schedule is not None and one.unanswered_rings is not None:
                minutes = (one.schedule.scheduled_s / 60, one.schedule.adherent_s / 60)
                found[one.key.id] = (*minutes, one.unanswered_rings)
        return found


def true_sums(sandbox: Sandbox) -> Truth:
    """The same from the ledger and the roster."""
    centre = sandbox.centre
    segments: dict[str, list[LedgerSegment]] = defaultdict(list)
    with centre.runner.acting() as now:
        for segment in centre.simulation.segments():
            assert isinstance(segment, LedgerSegment)
            segments[segment.agent].append(segment)
        shifts = {agent: centre.store.get("shift", f"s-{agent}") for agent in segments}
        sums = {
            agent: (*kept(mine, shifts[agent], now), rings_in_vain(mine))
            for agent, mine in segments.items()
        }
    return Truth(now, sums)


def kept(segments: list[LedgerSegment], shift: Kept | None, now: int) -> tuple[float, float]:
    """Minutes scheduled, and kept."""
    assert shift is not None
    row = recounted(segments, [], msgspec.to_builtins(shift.data), now)
    return row.scheduled_min, row.adherent_min


def leap(sandbox: Sandbox) -> None:
    """Let half an hour pass at once; the server's clock stands nearly still otherwise."""
    runner = sandbox.centre.runner
    runner._start += HALF_HOUR_MS
    runner.follow()


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


async def test_what_is_carried_on_is_the_ledgers(tmp_path: Path, counted_anew: list[str]) -> None:
    files, shown = FloorFiles(tmp_path / "floor"), Shown(FloorFiles(tmp_path / "floor"))
    options = SandboxOptions(day=DAY, speed=0.01, starts_at="09:10", seed=7)
    with serving(options) as sandbox:
        source = SourceSettings(id="pbx", url=sandbox.url, min_interval=0.01)
        site = SiteSettings(id="main", zone="Europe/Berlin", day_start="06:00", source=(source,))
        stop = asyncio.Event()
        settings = FloorSettings(sync=Sync.EXTERNAL)
        sync = asyncio.create_task(run_sync(settings, [site], files, once=False, stop=stop))
        try:
            before = true_sums(sandbox)
            await until(lambda: agree(shown, before))
            assert set(counted_anew) == set(before.sums)
            counted_anew.clear()
            for _ in range(LEAPS):
                leap(sandbox)
                true = true_sums(sandbox)
                await until(partial(agree, shown, true))
            assert true.sums != before.sums
            assert counted_anew == []
        finally:
            stop.set()
            await sync


def agree(shown: Shown, true: Truth) -> bool:
    """Whether both say the same of everybody, to two seconds."""
    seen = shown.sums(true.now)
    return seen.keys() == true.sums.keys() and all(
        seen[agent] == pytest.approx(true.sums[agent], abs=1 / 30) for agent in seen
    )
