"""A sync process loads TLS where an endpoint is asked that way, and nothing of it elsewhere."""

from __future__ import annotations

import asyncio
import sys

import pytest

from data.cache.reader import CacheReader
from data.model import Kind
from tests.support.certificates import Authority, needs_openssl, server_context
from tests.support.floors import Place
from tests.support.loopback import serve
from tests.support.model_api import ModelApi, queue

TOLD = """
import sys
from supervisor_tui import cli
status = cli.main(["sync", "--once", "--config", sys.argv[1]])
import hashlib
loaded = [name for name in ("_ssl", "_hashlib", "certifi.core") if sys.modules.get(name)]
print(status, *loaded, hashlib.sha256(b"abc").hexdigest()[:8])
"""
"""What a sync process that has ended had loaded; the digest is that of FIPS 180-4."""


async def told_by(place: Place) -> tuple[str, str]:
    """What a sync process printed, and what it complained of."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", TOLD, str(place.config)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=place.environ,
    )
    said, complained = await process.communicate()
    return said.decode().strip(), complained.decode()


def queues_of(place: Place) -> list[str]:
    reader = CacheReader.open(place.files.cache)
    try:
        return [record.id for kind, record in reader.read(0).upserts if kind is Kind.QUEUE]
    finally:
        reader.close()


async def test_on_one_host_a_sync_process_loads_nothing_of_openssl(place: Place) -> None:
    api = ModelApi()
    api.put("queue", "q1", queue())
    async with serve(api.handle) as server:
        said, complained = await told_by(place.configure(server.base))
    assert (said, complained) == ("0 ba7816bf", "")
    assert queues_of(place) == ["q1"]
    said, complained = await told_by(place)  # nobody listens there any more
    assert said == "1 ba7816bf"
    assert "refuses" in complained


@needs_openssl
@pytest.mark.parametrize("is_known", [True, False])
async def test_a_certificate_is_looked_at_where_one_is_shown(
    place: Place, tmp_path_factory: pytest.TempPathFactory, is_known: bool
) -> None:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    signed = authority if is_known else Authority(tmp_path_factory.mktemp("stranger"))
    api = ModelApi()
    api.put("queue", "q1", queue())
    async with serve(api.handle, server_context(signed.issue("own", "IP:127.0.0.1"))) as server:
        place.configure(server.base, source=f'ca_file = "{authority.certificate}"')
        said, complained = await told_by(place)
    assert "_ssl" in said
    assert said.startswith("0 " if is_known else "1 ")
    assert ("certificate" in complained) is not is_known
    assert queues_of(place) == (["q1"] if is_known else [])
