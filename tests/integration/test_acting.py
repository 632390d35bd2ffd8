"""Actions from the key to the screen: spool, sync process, a real endpoint, the cache."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from data.actions.verbs import Verb
from data.cache.reader import CacheReader
from data.desk.messages import DESK
from data.figures.doings import Doings, Target
from data.files import FloorFiles
from data.floor import Floor, FloorSnapshot, Key
from data.model import Escalation, Kind
from data.people import People
from data.rules.lost_callers import LostStanding, standing
from data.sandbox.options import SandboxOptions
from data.settings import FloorSettings, SiteSettings, SourceSettings, Sync
from data.status import ActionRow, ActionState
from data.sync.process import run_sync
from supervisor_tui.acting import Actor
from supervisor_tui.person import PersonalFile
from tests.support.loopback import until
from tests.support.sandbox_server import serving

FLOOR = FloorSettings(sync=Sync.EXTERNAL)
OPTIONS = SandboxOptions(day=date(2026, 3, 11), starts_at="10:00", speed=1.0)
SLOW_S = 20.0


@pytest.fixture
def url() -> Iterator[str]:
    with serving(OPTIONS) as sandbox:
        yield sandbox.url


@pytest.fixture
def files(tmp_path: Path) -> FloorFiles:
    return FloorFiles(tmp_path / "floor")


class Screen:
    """A screen without a terminal: what a person presses and what they are shown."""

    def __init__(self, files: FloorFiles, name: str) -> None:
        self._files = files
        self._floor = Floor()
        self._reader: CacheReader | None = None
        self.snapshot = FloorSnapshot()
        personal = PersonalFile(files.root.parent / f"{name}.json")
        self.actor = Actor(files, People(), name, personal)
        self.doings = Doings()

    @property
    def now(self) -> int:
        return self.snapshot.clock().now()

    def look(self) -> FloorSnapshot:
        if self._reader is None:
            self._reader = CacheReader.open(self._files.cache)
        self.snapshot = self._floor.apply(self._reader.read(self._floor.rev))
        self.doings = self.actor.see(self.snapshot, self.now)
        return self.snapshot

    def claimable(self) -> list[tuple[Key, Escalation]]:
        found = self.look().escalations.items()
        return [(key, each) for key, each in found if each.owner is None and each.is_open]

    def claim(self, key: Key, complaint: Escalation) -> str:
        target = Target(key, complaint.version, complaint.reference)
        (row,) = self.actor.press(Verb.CLAIM, [target], self.now)
        return row.key

    def lost(self, verb: Verb, caller: str, lost_at: int) -> str:
        target = Target(Key("hh", DESK, caller), fields={"lost_at": lost_at})
        (row,) = self.actor.press(verb, [target], self.now)
        return row.key

    def row(self, key: str) -> ActionRow:
        self.look()
        return next(row for row in self.doings.rows if row.key == key)

    async def owner_of(self, key: Key) -> str:
        def owner() -> str:
            found = self.look().escalations[key].owner
            return found.id if found is not None else ""

        await until(lambda: bool(owner()), SLOW_S)
        return owner()

    async def told(self, key: str) -> ActionRow:
        await until(lambda: not self.row(key).state.is_open, SLOW_S)
        return self.row(key)


@contextlib.asynccontextmanager
async def syncing(files: FloorFiles, url: str) -> AsyncIterator[None]:
    source = SourceSettings(id="acd", url=url, poll=1.0, min_interval=0.05)
    stop = asyncio.Event()
    where = [SiteSettings(id="hh", name="Hamburg", source=(source,))]
    task = asyncio.create_task(run_sync(FLOOR, where, files, once=False, stop=stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(5):
            await task


def quietly(look: Callable[[], object]) -> bool:
    """Whether a look finds something; a cache that is not there yet has nothing."""
    from data.errors import StoreError

    with contextlib.suppress(StoreError):
        return bool(look())
    return False


async def test_a_claim_shows_its_owner_and_that_it_is_done(files: FloorFiles, url: str) -> None:
    anna = Screen(files, "anna")
    async with syncing(files, url):
        await until(lambda: quietly(anna.claimable), SLOW_S)
        key, complaint = anna.claimable()[0]
        pressed = anna.claim(key, complaint)
        pending = anna.actor.see(anna.snapshot, anna.now)
        waiting = pending.pending(Kind.ESCALATION, key, complaint.version)
        assert waiting is not None
        assert waiting.key == pressed
        assert pending.undelivered == 1
        row = await anna.told(pressed)
        assert row.state is ActionState.DONE
        assert await anna.owner_of(key) == "anna"
        after = anna.snapshot.escalations[key]
        assert anna.doings.pending(Kind.ESCALATION, key, after.version) is None
        assert anna.doings.undelivered == 0
        assert anna.actor.newly_failed() == []


async def test_of_two_screens_one_gets_it_and_the_other_is_told_who(
    files: FloorFiles, url: str
) -> None:
    anna, karl = Screen(files, "anna"), Screen(files, "karl")
    async with syncing(files, url):
        await until(lambda: quietly(anna.claimable), SLOW_S)
        assert anna.actor.newly_failed() == karl.actor.newly_failed() == []
        rounds = anna.claimable()[:8]
        assert len(rounds) >= 3
        karl.look()
        pressed = [(key, anna.claim(key, each), karl.claim(key, each)) for key, each in rounds]
        lost: dict[str, set[str]] = {"anna": set(), "karl": set()}
        for key, annas, karls in pressed:
            told = [(anna, await anna.told(annas)), (karl, await karl.told(karls))]
            states = {row.state: (screen, row) for screen, row in told}
            assert set(states) == {ActionState.DONE, ActionState.CONFLICT}
            winner, _row = states[ActionState.DONE]
            loser, row = states[ActionState.CONFLICT]
            assert (row.code, row.held_by) == ("already_claimed", winner.actor.id)
            assert row.held_since is not None
            assert await loser.owner_of(key) == winner.actor.id
            lost[loser.actor.id].add(row.key)
        for screen in (anna, karl):
            assert {row.key for row in screen.actor.newly_failed()} == lost[screen.actor.id]
            assert screen.actor.newly_failed() == []
            assert screen.doings.unread == lost[screen.actor.id]
            screen.actor.read_all()
            screen.look()
            assert not screen.doings.unread


async def test_what_was_saved_while_nothing_ran_is_done_when_something_does(
    files: FloorFiles, url: str
) -> None:
    anna = Screen(files, "anna")
    async with syncing(files, url):
        await until(lambda: quietly(anna.claimable), SLOW_S)
    key, complaint = anna.claimable()[0]
    pressed = anna.claim(key, complaint)
    assert anna.row(pressed).state is ActionState.SAVED
    async with syncing(files, url):
        assert (await anna.told(pressed)).state is ActionState.DONE


async def test_a_lost_caller_is_claimed_once_and_called_back(files: FloorFiles, url: str) -> None:
    anna, karl = Screen(files, "anna"), Screen(files, "karl")

    def stands(screen: Screen, lost_at: int) -> LostStanding:
        case = screen.look().lost_cases.get(Key("hh", DESK, "caller-1"))
        return standing(case, lost_at, screen.now)

    async with syncing(files, url):
        await until(lambda: quietly(lambda: anna.look().agents), SLOW_S)
        karl.look()
        lost_at = anna.now - 60_000
        one = anna.lost(Verb.CLAIM_LOST, "caller-1", lost_at)
        other = karl.lost(Verb.CLAIM_LOST, "caller-1", lost_at)
        assert (await anna.told(one)).state is ActionState.DONE
        refused = await karl.told(other)
        assert (refused.state, refused.code) == (ActionState.REFUSED, "already_claimed")
        assert refused.held_by == "anna"
        owner = stands(karl, lost_at).owner
        assert owner is not None
        assert owner.id == "anna"

        not_theirs = karl.lost(Verb.CALLED_BACK, "caller-1", lost_at)
        assert (await karl.told(not_theirs)).code == "already_claimed"
        called = anna.lost(Verb.CALLED_BACK, "caller-1", lost_at)
        assert (await anna.told(called)).state is ActionState.DONE
        assert stands(karl, lost_at).called_back_at is not None
        again = karl.lost(Verb.CLAIM_LOST, "caller-1", lost_at)
        late = await karl.told(again)
        assert (late.code, late.held_by) == ("wrong_state", "anna")

        lost_anew = anna.now + 1
        assert stands(karl, lost_anew).owner is None
        mine = karl.lost(Verb.CLAIM_LOST, "caller-1", lost_anew)
        assert (await karl.told(mine)).state is ActionState.DONE
        owner = stands(anna, lost_anew).owner
        assert owner is not None
        assert owner.id == "karl"
    # A cache made anew has it from the desk again.
    for path in files.root.glob("cache.db*"):
        path.unlink()
    fresh = Screen(files, "anna")
    async with syncing(files, url):
        await until(lambda: quietly(lambda: fresh.look().lost_cases), SLOW_S)
        assert stands(fresh, lost_anew).owner == owner
