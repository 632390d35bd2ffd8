"""Each way in which an endpoint can misbehave: bounded, told in words, nothing lost, and over."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from data.cache.reader import CacheReader
from data.files import FloorFiles
from data.model import Freshness
from data.settings import FloorSettings, SiteSettings, SourceSettings, Sync
from data.status import SourceHealth
from data.sync import backoff, trouble
from data.sync.process import run_sync
from screens.sentences import sentence
from supervisor_tui.doctor import Level
from supervisor_tui.doctor_endpoint import look_at_endpoint
from tests.support.certificates import Authority, needs_openssl, server_context
from tests.support.fault_table import CERTIFICATE_TABLE, FAULT_TABLE, Told
from tests.support.faults import FAULTS, _bomb
from tests.support.loopback import Request, serve, until
from tests.support.model_api import ModelApi, queue

DEADLINE_S = 0.4
ENDS_S = 20.0
"""A fault is told and over in a tenth of this on a quiet machine."""
ROOM_MB = 24
"""How much more a process may take at its peak over all faults: an answer has 2 MB at most."""


class Endpoint:
    """Well behaved until it is told to misbehave in one way."""

    def __init__(self) -> None:
        self.api = ModelApi()
        self.api.put("queue", "q1", queue())
        self.fault = ""

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        if self.fault:
            await FAULTS[self.fault](writer)
        else:
            await self.api.handle(request, writer)


class Watched:
    """A floor with its sync process, as a screen sees it."""

    def __init__(self, files: FloorFiles) -> None:
        self._files = files

    @property
    def health(self) -> SourceHealth | None:
        with contextlib.closing(CacheReader.open(self._files.cache)) as reader:
            sources = reader.read(0).sources
        return sources[0] if sources else None

    @property
    def queues(self) -> set[str]:
        with contextlib.closing(CacheReader.open(self._files.cache)) as reader:
            return {record.id for _, record in reader.read(0).upserts}

    def is_well(self) -> bool:
        """Whether the source is live and has nothing to complain of."""
        if not self._files.cache.exists():
            return False
        health = self.health
        return health is not None and health.state is Freshness.LIVE and not health.problem

    def tells(self, told: Told) -> bool:
        """Whether what a person reads over the source is what a fault is called."""
        health = self.health
        if health is None or health.problem != told.code.value:
            return False
        return sentence(health.problem, health.problem_detail).startswith(told.words)


def site(url: str, **more: object) -> SiteSettings:
    source = {"id": "pbx", "url": url, "poll": 0.05, "min_interval": 0.0, "deadline": DEADLINE_S}
    return SiteSettings(id="hh", source=(SourceSettings(**{**source, **more}),))


@contextlib.asynccontextmanager
async def floor(folder: Path, its: SiteSettings) -> AsyncIterator[Watched]:
    """A floor's sync process for as long as the block lasts."""
    files, stop = FloorFiles(folder / "floor"), asyncio.Event()
    settings = FloorSettings(sync=Sync.EXTERNAL)
    task = asyncio.create_task(run_sync(settings, [its], files, once=False, stop=stop))
    try:
        yield Watched(files)
    finally:
        stop.set()
        async with asyncio.timeout(ENDS_S):
            await task


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a minute here for a person to mend a certificate, or five for an endpoint."""
    for code in backoff.PATIENT_S:
        monkeypatch.setitem(backoff.PATIENT_S, code, 0.05)
    monkeypatch.setattr(backoff, "LONGEST_BOUND_S", 0.1)
    for module in (backoff, trouble):
        monkeypatch.setattr(module, "LONGEST_RETRY_AFTER_S", 0.05)


def peak_mb() -> float:
    """The most that this process has ever had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def test_each_fault_is_told_costs_nothing_and_is_over_when_it_ends(tmp_path: Path) -> None:
    _bomb()
    endpoint = Endpoint()
    async with serve(endpoint.handle) as server, floor(tmp_path, site(server.base)) as watched:
        await until(watched.is_well, ENDS_S)
        before_mb = peak_mb()
        for number, (fault, told) in enumerate(FAULT_TABLE.items(), 2):
            known = watched.queues
            endpoint.fault = fault
            await until(lambda told=told: watched.tells(told), ENDS_S)
            assert watched.queues == known, "what was known stays shown"
            endpoint.api.put("queue", f"q{number}", queue())
            endpoint.fault = ""
            await until(lambda known=known: watched.queues > known, ENDS_S)
            await until(watched.is_well, ENDS_S)
            assert watched.queues == {*known, f"q{number}"}
        assert watched.queues == {f"q{number}" for number in range(1, len(FAULT_TABLE) + 2)}
        assert peak_mb() - before_mb < ROOM_MB


@pytest.mark.parametrize("fault", FAULT_TABLE)
async def test_the_doctor_says_the_same(fault: str) -> None:
    _bomb()
    endpoint = Endpoint()
    endpoint.fault = fault
    async with serve(endpoint.handle) as server:
        its = site(server.base)
        (finding,) = await look_at_endpoint(its, its.source[0])
    assert finding.level is Level.BAD
    assert finding.text.startswith(f"hh/pbx: {FAULT_TABLE[fault].words}")


# Certificates


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"))


def bad_context(name: str, authority: Authority, stranger: Authority) -> ssl.SSLContext:
    match name:
        case "expired":
            return server_context(authority.issue("expired", "IP:127.0.0.1", days="-1"))
        case "wrong name":
            return server_context(authority.issue("other", "IP:127.0.0.9"))
        case "unknown authority":
            return server_context(stranger.issue("server", "IP:127.0.0.1"))
        case _:
            return server_context(authority.issue("own", "IP:127.0.0.1"), authority.certificate)


@needs_openssl
@pytest.mark.parametrize("name", CERTIFICATE_TABLE)
async def test_a_certificate_is_told_for_what_it_is_and_taken_when_it_is_right(
    tmp_path: Path, authority: Authority, stranger: Authority, name: str
) -> None:
    endpoint = Endpoint()
    context = bad_context(name, authority, stranger)
    async with serve(endpoint.handle, context) as server:
        its = site(server.base, ca_file=str(authority.certificate), deadline=5.0)
        async with floor(tmp_path, its) as watched:
            await until(FloorFiles(tmp_path / "floor").cache.exists, ENDS_S)
            await until(lambda: watched.tells(CERTIFICATE_TABLE[name]), ENDS_S)
            assert watched.queues == set()
            assert server.requests == []
            context.verify_mode = ssl.CERT_NONE
            context.load_cert_chain(*authority.issue("right", "IP:127.0.0.1"))
            await until(watched.is_well, ENDS_S)
            assert watched.queues == {"q1"}
