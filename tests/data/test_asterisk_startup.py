"""An Asterisk that begins anew says so, and is not believed before it has loaded its queues."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from data.errors import Code, FetchError
from tests.data.test_asterisk_source import Pbx, opened
from tests.support.asterisk_server import said
from tests.support.asterisk_talk import SECRET, VARIABLE


@pytest.fixture
async def pbx(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pbx]:
    monkeypatch.setenv(VARIABLE, SECRET)
    pbx = Pbx()
    async with pbx.server.running():
        yield pbx


def start(pbx: Pbx, time: str) -> None:
    status = ("CoreStartupDate: 2026-03-11", f"CoreStartupTime: {time}")
    pbx.server.answers["corestatus"] = lambda asked: said(asked, "Success", *status)


async def test_each_batch_names_the_run_that_the_server_is_in(pbx: Pbx) -> None:
    start(pbx, "06:00:00")
    async with opened(pbx) as source:
        first = await source.snapshot()
        assert first.startup == (await source.changes(first.cursor)).startup != ""
        start(pbx, "09:00:58")
        assert (await source.snapshot()).startup not in {"", first.startup}


async def test_a_server_that_has_not_loaded_its_queues_may_not_say_what_is_allowed(
    pbx: Pbx,
) -> None:
    pbx.server.answers["listcommands"] = lambda asked: said(asked, "Success", "Ping: x")
    with pytest.raises(FetchError) as problem:
        async with opened(pbx):
            pass
    assert problem.value.code is Code.UNAVAILABLE
