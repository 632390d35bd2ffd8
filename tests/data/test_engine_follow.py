"""Whatever a server and the network do, in whatever order: the cache comes to equal it."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.cache.history_writer import HistoryWriter
from data.cache.writer import CacheWriter
from data.errors import FetchError
from data.files import FloorFiles
from tests.support.engine_rig import Rig, rig
from tests.support.model_api import ModelApi, queue

IDS = ("a", "b", "c", "d")
OPS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(IDS)),
    st.tuples(st.just("delete"), st.sampled_from(IDS)),
    st.tuples(st.just("compact"), st.just("")),
    st.tuples(st.just("restore"), st.just("")),
    st.tuples(
        st.just("fault"),
        st.sampled_from(["lost_request", "lost_answer", "status 500", "told_again"]),
    ),
    st.tuples(st.just("during"), st.sampled_from(IDS)),
    st.tuples(st.just("during_delete"), st.sampled_from(IDS)),
    st.tuples(st.just("sync"), st.just("")),
    st.tuples(st.just("restart"), st.just("")),
)


def _do(api: ModelApi, op: str, entity: str) -> None:
    match op:
        case "put":
            api.put("queue", entity, queue(entity))
        case "delete":
            api.put("queue", entity, None)
        case "compact":
            api.compact()
        case "restore":
            api.restore()
        case "fault":
            api.faults.append(entity)
        case "during":
            api.between_pages.append(lambda: api.put("queue", entity, queue(entity)))
        case "during_delete":
            api.between_pages.append(lambda: api.put("queue", entity, None))


async def _follow(ops: list[tuple[str, str]], api: ModelApi, made: Rig) -> None:
    """Do what is said, and hold the cache against the server's whole past after every sync."""
    newest: dict[tuple[str, tuple[str, str]], int] = {}
    for op, entity in [*ops, ("calm", ""), ("sync", "")]:
        if op == "calm":
            api.faults.clear()
            api.between_pages.clear()
        if op == "restart":
            made.engine = made.make_engine()
        if op != "sync":
            _do(api, op, entity)
            continue
        with contextlib.suppress(FetchError):
            await made.engine.once()
        epoch = made.cache.remembered("hamburg", "acd").epoch
        for key, version in made.versions().items():
            ever = api.ever.get(int(epoch.split()[1]), set())
            assert (*key, version) in ever, "a row that never was"
            assert version >= newest.get((epoch, key), 0), "a row went back"
            newest[epoch, key] = version
    for _ in range(4):
        with contextlib.suppress(FetchError):
            await made.engine.once()
    assert made.versions() == api.state(), "not what the server has"


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ops=st.lists(OPS, max_size=25), page=st.integers(1, 3), folds=st.booleans())
def test_the_cache_comes_to_equal_the_server(
    tmp_path: Path, ops: list[tuple[str, str]], page: int, folds: bool
) -> None:
    async def scenario() -> None:
        api = ModelApi(page=page, folds=folds)
        async with rig(api, tmp_path) as made:
            await _follow(ops, api, made)

    asyncio.run(scenario())


HISTORIES = [
    [("put", "a"), ("put", "b"), ("sync", ""), ("delete", "a"), ("compact", ""), ("sync", "")],
    [("put", "a"), ("sync", ""), ("restore", ""), ("put", "b"), ("restart", ""), ("sync", "")],
    [("put", "a"), ("put", "b"), ("put", "c"), ("during_delete", "b"), ("during", "a")],
    [("put", "a"), ("sync", ""), ("fault", "lost_answer"), ("put", "a"), ("sync", "")],
]


@pytest.mark.parametrize("ops", HISTORIES)
async def test_with_the_real_files(tmp_path: Path, ops: list[tuple[str, str]]) -> None:
    files = FloorFiles(tmp_path / "floor").make()
    cache, history = CacheWriter.open(files), HistoryWriter.open(files)
    try:
        async with rig(ModelApi(page=2), tmp_path, cache=cache, history=history) as made:
            await _follow(ops, made.api, made)
    finally:
        history.close()
        cache.close()
