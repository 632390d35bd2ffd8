"""A screen that is left alone: it locks, ends, shows the night, and has the next person called."""

from __future__ import annotations

import asyncio
import json
import queue
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from data.actions.verbs import Verb
from data.floor import FloorSnapshot, Key
from data.model import Alert, Audience, Kind, Note
from data.status import ActionRow, ActionState
from screens.actions import Scope
from screens.locked import LockedScreen
from screens.night import NightScreen
from screens.tones import Tone
from screens.widgets.help import HelpScreen, HelpTopic
from supervisor_tui import guard, key_order, night_duty, night_keeper, saying, watchful
from supervisor_tui.assemble import assemble
from supervisor_tui.calling import Called
from supervisor_tui.config import floor_files, load_config
from supervisor_tui.config_model import NightSettings
from supervisor_tui.night_keeper import NightKeeper
from supervisor_tui.terminal import TerminalProfile
from supervisor_tui.watchful import Guarding, WatchfulApp
from tests.screens.helpers import screen_text
from tests.support.floors import Endpoint, Place

MINUTE = 60_000
LENA = NightSettings(name="Lena", after=5, command=("/bin/true",))
PROFILE = TerminalProfile(16, False, False, "fast", 30, 100)


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A floor with much to do, as it was synchronised once."""
    place = Place(tmp_path_factory.mktemp("alone"))
    with Endpoint(("--starts-at", "10:40", "--seed", "7", "--script")) as endpoint:
        place.configure(endpoint.url)
        assert place.run("sync", "--once").returncode == 0
    return place


class Time:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(watchful, "monotonic_ms", clock)
    monkeypatch.setattr(night_duty, "monotonic_ms", clock)
    return clock


@asynccontextmanager
async def running(
    floor: Place, monkeypatch: pytest.MonkeyPatch, **guarding: Any
) -> AsyncIterator[tuple[WatchfulApp, Pilot[Any]]]:
    for name, value in floor.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(guard, "install", lambda *_how: None)  # there is no terminal to guard
    configuration = load_config(floor.config)
    app = assemble(configuration, floor_files(configuration), PROFILE)
    app.guarding = Guarding(unlock=("/bin/true",), **guarding)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "Claims" in screen_text(app))
        yield app, pilot


async def until(pilot: Pilot[Any], holds: Callable[[], object], limit_s: float = 20.0) -> None:
    async with asyncio.timeout(limit_s):
        while not holds():
            await pilot.pause(0.02)


def shows(app: WatchfulApp, kind: type) -> bool:
    return isinstance(app.screen, kind)


async def test_it_locks_after_its_time_and_ends_after_a_longer_one(
    floor: Place, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = {"lock_ms": 10 * MINUTE, "leave_ms": 30 * MINUTE}
    async with running(floor, monkeypatch, **times) as (app, pilot):
        time.now += 9 * MINUTE
        app.draw()
        assert not app.is_locked
        await pilot.press("j")
        time.now += 9 * MINUTE
        app.draw()
        assert not app.is_locked, "a key was pressed nine minutes ago"
        time.now += MINUTE
        app.draw()
        await until(pilot, lambda: shows(app, LockedScreen))
        time.now += 29 * MINUTE
        app.draw()
        assert app.return_code is None
        assert app.is_running
        time.now += MINUTE
        app.draw()
        await until(pilot, lambda: app.return_code == 0)


async def test_what_is_open_is_closed_and_nothing_opens_over_the_lock(
    floor: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(floor, monkeypatch) as (app, pilot):
        await pilot.press("2", "M")
        await until(pilot, lambda: len(app.screen_stack) > 1)
        app.lock()
        await until(pilot, lambda: shows(app, LockedScreen))
        assert len(app.screen_stack) == 2
        app.push_screen(HelpScreen(HelpTopic(Scope.QUEUES), is_ascii=True))
        app.say("Zara Quill is not ready")
        app.announce("Zara Quill asks for help", Tone.HELP)
        await until(pilot, lambda: "Something has happened" in screen_text(app))
        for key in ("question_mark", "colon", "2", "q", "ctrl+c", "ctrl+c", "escape", "a", "M"):
            await pilot.press(key)
        assert shows(app, LockedScreen)
        assert app.is_running
        for action in ("app.quit", "app.pane('agents')", "app.command", "app.lock", "app.back"):
            await app.run_action(action)
        assert shows(app, LockedScreen)
        names = {one.name for one in app.snapshot.agents.values()}
        assert names
        assert not [name for name in names if name in screen_text(app)]
        assert "Zara" not in screen_text(app)
        assert all(not one.name for one in app.look().snapshot.agents.values())
    assert not list(floor.files.spool.rglob("*.json"))


async def test_what_comes_behind_the_lock_rings_and_is_told_once_it_is_open(
    floor: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(floor, monkeypatch) as (app, pilot):
        app.draw()
        app.lock()
        await until(pilot, lambda: shows(app, LockedScreen))
        bells: list[None] = []
        monkeypatch.setattr(app, "bell", lambda: bells.append(None))
        before, now = app.snapshot, app.snapshot.clock().now()
        who = app.parts.doer.actor.id
        act = ActionRow(
            key="k",
            actor=who,
            verb=Verb.CLAIM,
            site="hh",
            source="acd",
            kind=Kind.ESCALATION,
            entity="e",
            subject="Zara",
            state=ActionState.EXPIRED,
            pressed_at=now,
            not_after=now,
            updated_at=now,
        )
        app.post_message(app.SnapshotReady(replace(before, actions=(act,))))
        await until(pilot, lambda: "1 action of yours was NOT done" in screen_text(app))
        app.draw()
        assert len(bells) == 1, "once, however often it is looked at"
        written = Note(site="hh", source="acd", id="n", author="x", text="Zara", written_at=now)
        notes = {Key("hh", "acd", "n"): replace(written, audience=Audience("everybody"))}
        app.post_message(app.SnapshotReady(replace(before, actions=(act,), notes=notes)))
        await until(pilot, lambda: "There is a message for you" in screen_text(app))
        worst = Alert(site="hh", source="@desk", id="w", name="waiting", rule="waiting")
        alerts = {Key("hh", "@desk", "w"): replace(worst, severity="act", raised_at=now, limit=5.0)}
        app.post_message(app.SnapshotReady(replace(before, actions=(act,), alerts=alerts)))
        await until(pilot, lambda: "Something has happened" in screen_text(app))
        assert len(bells) == 3
        assert "Zara" not in screen_text(app)
        monkeypatch.setattr(WatchfulApp, "ask_host", lambda _app: True)
        await pilot.press("enter")
        await until(pilot, lambda: "NOT DONE" in screen_text(app))
        assert len(bells) == 4, "the alert that stands has rung, and does not ring again"


async def test_news_that_stood_or_waited_is_not_told_behind_the_lock(
    floor: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(floor, monkeypatch) as (app, pilot):
        for number in range(5):
            app.announce(f"Zara Quill asks for help, {number}", Tone.HELP)
        await until(pilot, lambda: "Zara Quill" in screen_text(app))
        app.lock()
        await until(pilot, lambda: "Locked:" in screen_text(app))
        app.tell("Zara Quill is late", Tone.LOOK)
        app.draw()
        locked = app.screen
        assert isinstance(locked, LockedScreen)
        assert not locked.said
        monkeypatch.setattr(WatchfulApp, "ask_host", lambda _app: True)
        await pilot.press("enter")
        await until(pilot, lambda: not app.is_locked)
        await until(pilot, lambda: "Zara Quill" in screen_text(app))


async def test_only_the_host_opens_it_and_refusals_cost_time(
    floor: Place, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [False, False, False, True]
    monkeypatch.setattr(WatchfulApp, "ask_host", lambda _app: answers.pop(0))
    async with running(floor, monkeypatch) as (app, pilot):
        app.lock()
        await until(pilot, lambda: shows(app, LockedScreen))
        for _ in range(3):
            await pilot.press("enter")
        await until(pilot, lambda: "Refused 3 times." in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "again in 30 s" in screen_text(app))
        assert len(answers) == 1, "the host was not asked"
        time.now += 30_000
        await pilot.press("enter")
        await until(pilot, lambda: not app.is_locked)
        await until(pilot, lambda: "It had been refused 3 times." in screen_text(app))
        await pilot.press("2")
        await until(pilot, lambda: "[2 Agents]" in screen_text(app))


async def test_without_a_password_there_is_no_way_in(
    floor: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(floor, monkeypatch) as (app, pilot):
        app.guarding = Guarding()
        await pilot.press("ctrl+k")
        await until(pilot, lambda: "Not locked: nothing could open it" in screen_text(app))
        assert not app.is_locked
        app.lock()
        await until(pilot, lambda: shows(app, LockedScreen))
        await pilot.press("enter")
        await until(pilot, lambda: "close the session" in screen_text(app))
        assert app.is_locked


async def test_the_night_opens_by_itself_in_its_hours_over_the_floor_alone(
    floor: Place, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(floor, monkeypatch, hours="00:00-23:59") as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        time.now += 11 * MINUTE
        app.draw()
        await pilot.pause()
        assert not shows(app, NightScreen), "somebody left a page open to read it"
        await pilot.press("escape")
        time.now += 11 * MINUTE
        app.draw()
        await until(pilot, lambda: shows(app, NightScreen))
        await until(pilot, lambda: "NIGHT" in screen_text(app))


async def test_the_next_person_is_called_from_the_night_alone_also_once_it_is_locked(
    floor: Place, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents: list[dict[str, Any]] = []

    def call(person: NightSettings, document: bytes) -> Called:
        documents.append(json.loads(document))
        return Called(person.name, is_done=True)

    monkeypatch.setattr(night_duty, "call", call)
    async with running(floor, monkeypatch, people=(LENA,)) as (app, pilot):
        app.draw()
        time.now += 60 * MINUTE
        app.draw()
        assert documents == [], "nobody watches the night here"
        await pilot.press("ctrl+n")
        await until(pilot, lambda: shows(app, NightScreen))
        await pilot.press("1")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        app.draw()
        time.now += 60 * MINUTE
        app.draw()
        await pilot.pause()
        assert documents == [], "nobody watches the night here any more"
        await pilot.press("ctrl+n")
        await until(pilot, lambda: shows(app, NightScreen))
        app.draw()
        await until(pilot, lambda: "Lena is called in 5:00" in screen_text(app))
        app.lock()
        await until(pilot, lambda: shows(app, LockedScreen))
        time.now += 5 * MINUTE
        app.draw()
        await until(pilot, lambda: documents)
        app.draw()
        await pilot.pause()
        (document,) = documents
        assert document["minutes_without_a_key"] == 5
        assert document["sites"]
        names = {one.name for one in app.snapshot.agents.values()}
        assert not [name for name in names if name in json.dumps(document, ensure_ascii=False)]
        monkeypatch.setattr(WatchfulApp, "ask_host", lambda _app: True)
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, NightScreen))


async def test_the_next_person_is_called_though_the_call_of_one_ended_in_a_fault_of_ours(
    floor: Place, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    def call(person: NightSettings, _document: bytes) -> Called:
        called.append(person.name)
        raise RuntimeError

    monkeypatch.setattr(night_duty, "call", call)
    floor.files.night_marks.write_bytes(b"")
    omar = NightSettings(name="Omar", after=9, command=LENA.command)
    async with running(floor, monkeypatch, people=(LENA, omar)) as (app, pilot):
        app.action_night()
        await until(pilot, lambda: shows(app, NightScreen))
        app.draw()

        def is_called(name: str) -> bool:
            app.draw()
            return called[-1:] == [name]

        for minutes, name in ((5, "Lena"), (4, "Omar")):
            time.now += minutes * MINUTE
            await until(pilot, lambda name=name: is_called(name))


async def test_two_screens_make_one_call_and_a_key_on_either_counts(
    floor: Place, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    def call(person: NightSettings, _document: bytes) -> Called:
        called.append(person.name)
        return Called(person.name, is_done=True)

    monkeypatch.setattr(night_duty, "call", call)
    floor.files.night_marks.write_bytes(b"")
    async with (
        running(floor, monkeypatch, people=(LENA,)) as (one, its),
        running(floor, monkeypatch, people=(LENA,)) as (other, others),
    ):
        for app, pilot in ((one, its), (other, others)):
            app.action_night()
            await until(pilot, lambda app=app: shows(app, NightScreen))
            app.draw()
        time.now += 4 * MINUTE
        other.note_key()
        other.draw()
        time.now += 4 * MINUTE
        one.draw()
        await its.pause()
        assert called == [], "somebody was at the other screen four minutes ago"
        time.now += MINUTE
        for _round in range(3):
            one.draw()
            other.draw()
            await its.pause(0.05)
            await others.pause(0.05)
        assert called == ["Lena"]
        other.draw()
        await until(others, lambda: "Lena was called at" in screen_text(other))


def test_the_process_that_goes_on_looks_at_the_floor_until_it_is_ended(
    floor: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: queue.Queue[FloorSnapshot] = queue.Queue()
    monkeypatch.setattr(night_keeper, "LOOK_S", 0.01)
    monkeypatch.setattr(NightKeeper, "look", lambda _self, snapshot, *_now: looks.put(snapshot))
    keeper = NightKeeper(load_config(floor.config), floor.files)
    keeper.start()
    assert [looks.get(timeout=20).queues for _ in range(3)][-1]
    keeper.stop()
    keeper.join(20)
    assert not keeper.is_alive


def test_the_night_is_printed_too(floor: Place) -> None:
    shown = json.loads(floor.told("show", "night", "--json", "--offline"))
    (site,) = shown["sites"]
    assert site["waiting"] >= 0
    lines = floor.told("show", "night", "--offline", "--ascii").splitlines()
    assert lines[1].split()[:1] == ["Site"]
    assert any(line.startswith(" Quiet =") for line in lines)


async def test_an_answer_to_a_key_stays_until_it_is_read_and_the_news_comes_then(
    floor: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Time()
    monkeypatch.setattr(saying, "monotonic_ms", clock)
    monkeypatch.setattr(key_order, "monotonic_ms", clock)
    async with running(floor, monkeypatch) as (app, pilot):

        def said() -> list[object]:
            app.draw()
            return [words for words, _tone in app.floor.said]

        app.say("Asked for fresh data.")
        app.announce("Zara Quill asks for help", Tone.HELP)
        assert said() == ["Asked for fresh data.", "?! Zara Quill asks for help"]
        clock.now += 1
        await pilot.press("j")
        await until(pilot, lambda: app.last_key_ms == clock.now)
        assert said() == ["?! Zara Quill asks for help"]
        app.say("saved")
        assert said() == ["saved", "?! Zara Quill asks for help"]
