"""The engine against a server that can be led: the cache equals the server, whatever happened."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from data.errors import Code, FetchError, StoreError
from data.model import AgentState, Freshness, Kind
from data.sync.backfill import Tools, Unread
from data.sync.backoff import Timing
from data.sync.digest import EVERY_S
from data.sync.unusable import CacheUnusable
from tests.support.engine_rig import fill, rig
from tests.support.loopback import until
from tests.support.model_api import COUNTS, ModelApi, agent, contact, queue, stamp
from tests.support.sync_fakes import FakeCache, FakeRemembered


async def test_a_first_sync_shows_one_whole_generation(tmp_path: Path) -> None:
    api = ModelApi()
    fill(api, 10)
    api.between_pages = [
        lambda: api.put("queue", "q0", None),
        lambda: api.put("queue", "q9", queue("Renamed")),
        lambda: api.put("queue", "q2", None),
    ]
    async with rig(api, tmp_path) as made:
        await made.engine.once()
        assert made.is_in_step()
        assert [kind for kind, *_ in made.cache.transactions] == ["replace"]
        assert made.cache.where == FakeRemembered("epoch 1", api.cursor)
        assert made.health.state is Freshness.LIVE


async def test_each_page_is_one_transaction_with_its_cursor(tmp_path: Path) -> None:
    api = ModelApi(page=2, folds=False)
    fill(api, 2)
    async with rig(api, tmp_path) as made:
        await made.engine.once()
        made.cache.transactions.clear()
        fill(api, 5)
        await made.engine.once()
        assert made.is_in_step()
        cursors = [cursor for _, _, cursor in made.cache.transactions]
        assert cursors == ["e1.4", "e1.6", "e1.7"]


async def test_a_restart_reads_on_where_it_was(tmp_path: Path) -> None:
    api = ModelApi()
    fill(api)
    async with rig(api, tmp_path) as made:
        await made.engine.once()
        api.put("queue", "q1", queue("Again"))
        api.server.requests.clear()
        made.engine = made.make_engine()
        await made.engine.once()
        paths = [request.path.rsplit("/", 1)[-1] for request in api.server.requests]
        assert paths == ["session", "changes"]
        assert made.is_in_step()
        assert made.cache.generations == 1


async def test_a_cursor_that_has_gone_and_another_epoch_make_a_new_generation(
    tmp_path: Path,
) -> None:
    api = ModelApi()
    fill(api)
    async with rig(api, tmp_path) as made, made.running():
        await until(made.is_in_step)
        api.put("queue", "q0", None)
        api.compact()
        api.put("queue", "q1", queue("After"))
        await until(lambda: made.is_in_step() and made.cache.generations == 2)
        api.restore()
        await until(lambda: made.is_in_step() and made.cache.generations == 3)
        assert made.cache.where.epoch == "epoch 2"
        await until(lambda: made.health.state is Freshness.LIVE)


async def test_another_epoch_is_noticed_though_the_cursor_is_served(tmp_path: Path) -> None:
    api = ModelApi(forgives_epochs=True)
    fill(api)
    async with rig(api, tmp_path) as made, made.running():
        await until(made.is_in_step)
        api.put("queue", "q1", queue("Newer"))
        api.put("queue", "q1", queue("Newest"))
        await until(made.is_in_step)
        api.restore()
        api.floor = 0
        api.faults = ["lost_request"]
        await until(lambda: made.cache.where.epoch == "epoch 2" and made.is_in_step())


async def test_old_versions_told_again_change_nothing(tmp_path: Path) -> None:
    api = ModelApi(page=2)
    fill(api)
    api.put("queue", "q1", queue("Newer"))
    api.put("queue", "q2", None)
    async with rig(api, tmp_path) as made:
        api.faults = ["", "", "", "told_again", "told_again"]
        await made.engine.once()
        assert made.is_in_step()
        api.put("queue", "q0", None)
        api.faults = ["told_again"]
        await made.engine.once()
        assert made.is_in_step()


async def test_an_endpoint_that_dies_is_offline_and_comes_back(tmp_path: Path) -> None:
    api = ModelApi()
    fill(api)
    async with rig(api, tmp_path) as made, made.running():
        await until(made.is_in_step)
        api.faults = ["lost_request"] * 3
        await until(lambda: made.was_said(Code.CONNECTION_LOST, Freshness.OFFLINE))
        assert made.health.last_ok_at is not None
        api.put("queue", "q1", queue("Back"))
        await until(lambda: made.is_in_step() and made.health.state is Freshness.LIVE)
        assert made.health.problem == ""


async def test_one_lost_answer_is_not_called_offline(tmp_path: Path) -> None:
    api = ModelApi()
    fill(api)
    async with rig(api, tmp_path) as made, made.running():
        await until(made.is_in_step)
        made.cache.health.clear()
        api.faults = ["lost_answer"]
        await until(lambda: any(each.failures for each in made.cache.health))
        await until(lambda: made.health.failures == 0)
        assert {each.state for each in made.cache.health} == {Freshness.LIVE}


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        ("status 401", Freshness.SIGN_IN, Code.SIGN_IN),
        ("status 403", Freshness.FAULT, Code.FORBIDDEN),
        ("status 500", Freshness.OFFLINE, Code.HTTP_STATUS),
        ("status 302", Freshness.FAULT, Code.REDIRECTED),
    ],
)
async def test_states_tell_problems_apart(
    tmp_path: Path, fault: str, state: Freshness, code: Code
) -> None:
    api = ModelApi(faults=[fault])
    async with rig(api, tmp_path) as made:
        with pytest.raises(FetchError):
            await made.engine.once()
        assert (made.health.state, made.health.problem) == (state, code)


async def test_once_waits_out_a_short_request_for_patience(tmp_path: Path) -> None:
    api = ModelApi(faults=["status 503 0", "status 429 0"])
    fill(api)
    async with rig(api, tmp_path) as made:
        await made.engine.once()
        assert made.is_in_step()


async def test_once_does_not_wait_out_a_long_one(tmp_path: Path) -> None:
    api = ModelApi(faults=["status 503 120"])
    async with rig(api, tmp_path) as made:
        with pytest.raises(FetchError) as caught:
            async with asyncio.timeout(2):
                await made.engine.once()
        assert caught.value.code is Code.UNAVAILABLE


async def test_a_poke_is_worth_a_look_and_the_poll_heals_a_lost_one(tmp_path: Path) -> None:
    api = ModelApi(push="sse")
    fill(api)
    async with rig(api, tmp_path, poll=30.0) as made, made.running():
        await until(lambda: made.is_in_step() and api.streams)
        api.put("queue", "q1", queue("Poked"))
        await api.poke()
        await until(made.is_in_step)
        api.put("queue", "q2", queue("Asked for"))
        made.engine.nudge()
        await until(made.is_in_step)
        await until(lambda: not made.engine._nudged.is_set())


async def test_a_stream_that_ends_is_listened_to_again(tmp_path: Path) -> None:
    api = ModelApi(push="sse")
    fill(api)
    async with rig(api, tmp_path, poll=30.0) as made, made.running():
        for _ in range(2):
            await until(lambda: made.is_in_step() and api.streams)
            first = set(api.streams)
            await api.poke("bye", retry_ms=1)
            for stream in first:
                stream.close()
            await until(lambda first=first: api.streams - first)
        api.put("queue", "q1", queue("Poked"))
        await api.poke("nonsense" * 3)
        await until(made.is_in_step)
        await api.poke("reset")


async def test_a_digest_that_differs_is_a_fault_and_heals(tmp_path: Path) -> None:
    from data.clock import ManualClock

    clock = ManualClock()
    api = ModelApi()
    fill(api)
    async with rig(api, tmp_path, clock=clock) as made, made.running():
        await until(made.is_in_step)
        lost = made.cache.rows.pop((Kind.QUEUE, "q1"))
        assert lost.record is not None
        made.cache.health.clear()
        clock.advance(EVERY_S + 1)
        await until(lambda: made.cache.generations == 2 and made.is_in_step())
        faults = [each for each in made.cache.health if each.state is Freshness.FAULT]
        assert faults[0].problem == Code.DIGEST_DIFFERS
        await until(lambda: made.health.state is Freshness.LIVE)
        asked = [r for r in api.server.requests if r.query.get("digest") == "true"]
        assert len(asked) == 1


async def test_a_digest_agrees_though_a_row_is_refused_and_an_id_is_hostile(
    tmp_path: Path,
) -> None:
    from data.clock import ManualClock

    clock = ManualClock()
    api = ModelApi()
    fill(api)
    api.put("queue", "good\x1b[31m\u202e", queue("Hostile id"))
    api.put("queue", "bad", queue(threshold_s="many"))
    async with rig(api, tmp_path, clock=clock) as made, made.running():
        await until(lambda: made.health.state is Freshness.LIVE)
        assert made.health.skipped_rows == 1
        clock.advance(EVERY_S + 1)
        await until(lambda: any("digest" in request.query for request in api.server.requests))
        await until(lambda: made.health.state is Freshness.LIVE)
        assert made.cache.generations == 1
        assert made.health.problem == ""


async def test_rows_that_are_missing_are_told_of_by_the_next_process_too(tmp_path: Path) -> None:
    """Until all is read anew, which counts them anew."""
    api = ModelApi()
    fill(api)
    api.put("queue", "bad", queue(threshold_s="many"))
    async with rig(api, tmp_path) as made:
        await made.engine.once()
        made.engine = made.make_engine(made.health)
        await made.engine.once()
        assert made.health.skipped_rows == 1
        api.restore()
        await made.engine.once()
        assert made.health.skipped_rows == 1


async def test_what_the_agent_has_in_hand_decides_what_is_believed(tmp_path: Path) -> None:
    api = ModelApi(folds=False)
    fill(api)
    api.put("agent", "a1", agent("agentReady"))
    async with rig(api, tmp_path) as made:
        await made.engine.once()

        def believed() -> AgentState:
            return made.cache.rows[Kind.AGENT, "a1"].record.state

        assert believed() is AgentState.READY
        api.put("contact", "c1", contact("ringing", agent="a1"))
        api.put("agent", "a1", agent("agentReady", contact="c1"))
        await made.engine.once()
        assert believed() is AgentState.RINGING
        version = made.cache.rows[Kind.AGENT, "a1"].version
        api.put("contact", "c1", contact("held", agent="a1"))
        await made.engine.once()
        assert believed() is AgentState.ON_HOLD
        assert made.cache.rows[Kind.AGENT, "a1"].version == version
        states = [
            step.after.state
            for step in made.history.steps
            if step.kind is Kind.AGENT and step.after is not None
        ]
        assert states == [AgentState.READY, AgentState.RINGING, AgentState.ON_HOLD]


async def test_the_past_is_told_in_order_and_once(tmp_path: Path) -> None:
    api = ModelApi(history=True, folds=True)
    fill(api)
    for number in range(4):
        api.put("agent", "a1", agent("agentReady" if number % 2 else "agentNotReady", number))
    async with rig(api, tmp_path) as made, made.running():
        await until(lambda: made.tools.unread.get("hamburg", "acd") is None and made.is_in_step())
        api.put("agent", "a1", agent("agentBusy", 9))
        await until(made.is_in_step)
        told = [step.after.since for step in made.history.steps if step.kind is Kind.AGENT]
        assert told == sorted(told)
        assert len(set(told)) == 5


async def test_intervals_from_before_the_log_began_are_in_history_too(tmp_path: Path) -> None:
    api = ModelApi(history=True)
    fill(api, 1)
    quarter = {"queue": "q0", "starts_at": stamp(0), "minutes": 15, "counts": COUNTS}
    api.put("interval", "q0@0", quarter)
    api.compact()
    async with rig(api, tmp_path) as made:
        await made.engine.once()
        told = [step.id for step in made.history.steps if step.kind is Kind.INTERVAL]
        assert told == ["q0@0"]


async def test_an_unread_past_is_read_on_after_a_restart(tmp_path: Path) -> None:
    api = ModelApi(history=True, page=2)
    fill(api, 9)
    async with rig(api, tmp_path) as made:
        made.history.failing = [StoreError(Code.DISK_FULL, "history.db")]
        with pytest.raises(StoreError):
            await made.engine.once()
        assert made.is_in_step()
        assert made.tools.unread.get("hamburg", "acd") == "e1.0"
        assert made.history.steps == []
        made.tools = Tools(made.tools.timing, made.tools.journal, Unread(tmp_path / "unread.json"))
        made.engine = made.make_engine()
        await made.engine.once()
        assert made.history.resumed == []
        assert {step.id for step in made.history.steps} == {f"q{number}" for number in range(9)}
        assert made.tools.unread.get("hamburg", "acd") is None


async def test_a_full_disk_is_waited_out(tmp_path: Path) -> None:
    api = ModelApi()
    fill(api)
    async with rig(api, tmp_path) as made, made.running():
        await until(made.is_in_step)
        made.cache.failing = [StoreError(Code.DISK_FULL, "cache.db")] * 3
        api.put("queue", "q1", queue("Later"))
        await until(lambda: made.was_said(Code.DISK_FULL))
        await until(lambda: made.is_in_step() and made.health.state is Freshness.LIVE)
    assert "disk_full" in (tmp_path / "sync.log").read_text()


async def test_a_damaged_cache_ends_the_process(tmp_path: Path) -> None:
    api = ModelApi()
    fill(api)
    cache = FakeCache(failing=[StoreError(Code.FILE_CORRUPT, "cache.db")])
    async with rig(api, tmp_path, cache=cache) as made:
        with pytest.raises(CacheUnusable):
            await made.engine.run(asyncio.Event())


async def test_the_least_interval_is_kept(tmp_path: Path) -> None:
    slept: list[float] = []
    api = ModelApi()
    fill(api)
    async with rig(api, tmp_path, min_interval=7.0) as made:

        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        timing = Timing(sleep=sleep)
        made.tools = Tools(timing, made.tools.journal, made.tools.unread)
        made.engine = made.make_engine()
        await made.engine.once()
        await made.engine.once()
        assert len(slept) == 1
        assert 6.0 < slept[0] <= 7.0
