"""The bounded fetch: whatever an endpoint does, it ends in time, in size, and with a code."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import gzip
import logging
import os
import socket
import ssl
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import contract
from data.errors import ActionRefused, Code, CursorGone, FetchError, StoreError
from data.settings import SourceSettings
from data.sync.bounded import check_address
from data.sync.fetch import Fetcher, decode
from data.sync.trouble import retry_after_s
from tests.support.certificates import Authority, needs_openssl, server_context
from tests.support.fault_table import FAULT_TABLE
from tests.support.faults import FAULTS, _bomb, misbehave
from tests.support.loopback import Request, hang_up, http_answer, http_head, serve


def settings(url: str, **more: object) -> SourceSettings:
    return SourceSettings(**{"id": "pbx", "url": url, "deadline": 0.5, **more})


async def ask(url: str, path: str = "/", **more: object) -> contract.ChangePage:
    fetcher = Fetcher(settings(url, **more))
    try:
        page, _ = await fetcher.get(path, contract.ChangePage)
        return page
    finally:
        await fetcher.close()


def test_all_faults_are_expected() -> None:
    assert set(FAULTS) - {"well"} == set(FAULT_TABLE)
    assert len(FAULT_TABLE) == 24


@pytest.mark.parametrize("fault", FAULT_TABLE)
async def test_every_fault_ends_with_a_code(fault: str) -> None:
    _bomb()
    async with serve(misbehave) as server, asyncio.timeout(5):
        with pytest.raises(FetchError) as caught:
            await ask(server.base, f"/{fault}")
    assert caught.value.code is FAULT_TABLE[fault].code
    assert not caught.value.was_not_sent
    assert not isinstance(caught.value.__context__, httpx.HTTPError)


async def test_what_is_well_is_taken() -> None:
    async with serve(misbehave) as server:
        assert (await ask(server.base, "/well")).next == "b"


@pytest.mark.parametrize("fault", ["gzip_bomb", "ten_megabytes"])
async def test_size_is_bounded_in_memory(fault: str) -> None:
    _bomb()
    async with serve(misbehave) as server:
        tracemalloc.start()
        try:
            with pytest.raises(FetchError):
                await ask(server.base, f"/{fault}", deadline=5.0)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 10 * 2**20


async def test_gzip_is_unpacked_and_a_torn_one_refused() -> None:
    whole = gzip.compress(b'{"since":"a","next":"b","has_more":false,"sources":[],"changes":[],'
                          b'"server_time":"2026-01-05T09:00:00Z"}')  # fmt: skip

    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        body = whole if request.path == "/whole" else whole[:-9]
        writer.write(http_answer(body, Content_Encoding="gzip"))

    async with serve(handler) as server:
        assert (await ask(server.base, "/whole")).next == "b"
        assert server.requests[0].headers["accept-encoding"] == "gzip"
        with pytest.raises(FetchError) as caught:
            await ask(server.base, "/torn")
    assert caught.value.code is Code.BAD_PAYLOAD


async def test_nobody_there_and_no_such_host() -> None:
    async with serve(misbehave) as server:
        gone = server.base
    with pytest.raises(FetchError) as caught:
        await ask(gone)
    assert caught.value.code is Code.REFUSED_CONNECTION
    assert caught.value.was_not_sent
    assert caught.value.detail == gone.removeprefix("http://")
    with pytest.raises(FetchError) as caught:
        await ask("https://no-such-host.invalid", deadline=10.0)
    assert caught.value.code in {Code.NO_SUCH_HOST, Code.TIMED_OUT}


PROBLEMS = [
    ("400 No", "schema-unsupported", Code.SCHEMA_UNSUPPORTED, FetchError),
    ("400 No", "other", Code.HTTP_STATUS, FetchError),
    ("401 No", "sign-in", Code.SIGN_IN, FetchError),
    ("403 No", "forbidden", Code.FORBIDDEN, FetchError),
    ("404 No", "not-found", Code.NOT_FOUND, ActionRefused),
    ("409 No", "already-claimed", Code.ALREADY_CLAIMED, ActionRefused),
    ("409 No", "action-expired", Code.ACTION_EXPIRED, ActionRefused),
    ("409 No", "in-progress", Code.IN_PROGRESS, ActionRefused),
    ("410 No", "cursor-gone", Code.CURSOR_GONE, CursorGone),
    ("412 No", "version-mismatch", Code.VERSION_MISMATCH, ActionRefused),
    ("422 No", "idempotency-key-reused", Code.KEY_REUSED, ActionRefused),
    ("428 No", "precondition-required", Code.PRECONDITION_REQUIRED, ActionRefused),
    ("429 No", "slow-down", Code.SLOW_DOWN, FetchError),
    ("503 No", "unavailable", Code.UNAVAILABLE, FetchError),
]


@pytest.mark.parametrize(("status", "name", "code", "kind"), PROBLEMS)
async def test_statuses_become_codes(
    status: str, name: str, code: Code, kind: type[FetchError]
) -> None:
    body = msgspec.json.encode(
        {
            "type": f"https://acd.example.org/problems/{name}",
            "title": "No",
            "status": int(status[:3]),
            "detail": "said \x1b[31mno",
            "held_by": "P. Shah",
            "held_since": "2026-01-05T09:00:00Z",
        }
    )

    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        problem = "application/problem+json"
        writer.write(http_answer(body, status, Content_Type=problem, Retry_After="7"))

    async with serve(handler) as server:
        with pytest.raises(FetchError) as caught:
            await ask(server.base)
    assert caught.value.code is code
    assert type(caught.value) is kind
    assert caught.value.status == int(status[:3])
    assert "\x1b" not in caught.value.detail
    assert caught.value.detail.startswith("said")
    if kind is ActionRefused:
        assert caught.value.params == {"held_by": "P. Shah", "held_since": 1767603600000}
    if code in {Code.SLOW_DOWN, Code.UNAVAILABLE}:
        assert caught.value.retry_after_s == 7.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "99999999999999999999"}, 300.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}, 300.0),
        (
            {
                "retry-after": "Mon, 05 Jan 2026 09:00:30 GMT",
                "date": "Mon, 05 Jan 2026 09:00:00 GMT",
            },
            30.0,
        ),
        ({"retry-after": "Mon, 05 Jan 1970 09:00:30 GMT"}, 0.0),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


@given(st.text(max_size=200))
def test_retry_after_never_fails(value: str) -> None:
    assert 0 <= (retry_after_s({"retry-after": value}) or 0) <= 300


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'"\ud800"', "\ufffd"),
        (rb'"\udc00\ud800 x"', "\ufffd\ufffd x"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'"\\ud800"', "\\ud800"),
        (rb'"\\\ud800"', "\\\ufffd"),
        (rb'"\ud800\ud83d\ude00"', "\ufffd\U0001f600"),
    ],
)
def test_a_lone_surrogate_is_replaced_and_nothing_else(body: bytes, text: str) -> None:
    assert decode(body, str) == text


@given(st.binary(max_size=300))
def test_decoding_ends_with_a_message_or_a_code(body: bytes) -> None:
    with contextlib.suppress(FetchError):
        decode(body, contract.ChangePage)


@given(st.text())
def test_any_text_survives_decoding(text: str) -> None:
    import json

    sound = "".join("\ufffd" if 0xD800 <= ord(char) <= 0xDFFF else char for char in text)
    assert decode(json.dumps(text).encode(), str) == sound


@pytest.mark.parametrize(
    "url",
    [
        "http://acd.example.org",
        "http://127.0.0.1.example.org",
        "https://me:secret@acd.example.org",
        "ftp://127.0.0.1",
        "https://",
        "127.0.0.1:80",
        "https://[::1",
        "http://localhost:99999999",
    ],
)
def test_addresses_that_may_not_be_asked(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        check_address(url)
    assert caught.value.code is Code.TLS_OTHER
    assert "secret" not in repr(caught.value)


def test_addresses_that_may_be_asked() -> None:
    assert check_address("https://acd.example.org/x") == ("acd.example.org", True)
    assert check_address("http://[::1]:80") == ("::1:80", False)
    assert check_address("http://localhost:80") == ("localhost:80", False)
    guarded = check_address("http://acd.example.org:8088", plain_http=True)
    assert guarded == ("acd.example.org:8088", False)


async def test_no_cookie_is_kept() -> None:
    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(b"{}", Set_Cookie="who=us; Path=/"))

    async with serve(handler) as server:
        fetcher = Fetcher(settings(server.base))
        for _ in range(2):
            with pytest.raises(FetchError):
                await fetcher.get("/", contract.ChangePage)
        await fetcher.close()
    assert ["cookie" in request.headers for request in server.requests] == [False, False]


async def test_an_answer_that_is_to_be_held_back_has_its_time() -> None:
    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.7)
        await misbehave(dataclasses.replace(request, path="/well"), writer)

    async with serve(handler) as server:
        fetcher = Fetcher(settings(server.base))
        page, _ = await fetcher.get("/", contract.ChangePage, extra_s=5.0)
        await fetcher.close()
    assert page.next == "b"


async def test_the_token_travels_and_is_seen_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = tmp_path / "token"
    path.write_text("s3cr3t-t0ken\n")
    path.chmod(0o600)
    async with serve(misbehave) as server:
        fetcher = Fetcher(settings(server.base, token_file=str(path)))
        await fetcher.get("/well", contract.ChangePage)
        assert server.requests[-1].headers["authorization"] == "Bearer s3cr3t-t0ken"
        path.write_text("renewed-later\n")
        with pytest.raises(FetchError) as caught:
            await fetcher.get("/resets", contract.ChangePage)
        assert server.requests[-1].headers["authorization"] == "Bearer renewed-later"
        await fetcher.close()
    seen = repr(fetcher) + repr(caught.value) + repr(vars(fetcher)) + caplog.text
    assert "s3cr3t" not in seen
    assert "renewed-later" not in seen


@pytest.mark.parametrize(
    ("mode", "text", "code"),
    [
        (0o640, "t", Code.FILE_UNSAFE),
        (0o604, "t", Code.FILE_UNSAFE),
        (0o600, "", Code.FILE_INVALID),
        (0o600, "a b", Code.FILE_INVALID),
        (0o600, "a\r\nX-Evil: 1", Code.FILE_INVALID),
        (0o600, "schlüssel", Code.FILE_INVALID),
        (None, "", Code.FILE_MISSING),
    ],
)
async def test_token_files_that_are_refused(
    tmp_path: Path, mode: int | None, text: str, code: Code
) -> None:
    path = tmp_path / "token"
    if mode is not None:
        path.write_text(text)
        path.chmod(mode)
    async with serve(misbehave) as server:
        with pytest.raises(StoreError) as caught:
            await ask(server.base, "/well", token_file=str(path))
        assert server.requests == []
    assert caught.value.code is code


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
async def test_a_token_of_another_account_may_be_readable_by_its_group(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("t")
    os.chown(path, 12345, -1)
    async with serve(misbehave) as server:
        path.chmod(0o640)
        await ask(server.base, "/well", token_file=str(path))
        path.chmod(0o644)
        with pytest.raises(StoreError):
            await ask(server.base, "/well", token_file=str(path))


async def test_a_stream_is_judged_before_it_is_read() -> None:
    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.path == "/none":
            writer.write(http_head("204 Nothing"))
        elif request.path == "/json":
            writer.write(http_answer(b"{}"))
        elif request.path == "/refused":
            writer.write(http_answer(b"", "401 Who"))
        else:
            writer.write(http_head(Content_Type="text/event-stream") + b":hb\n\n")
            await writer.drain()
            hang_up(writer)

    async def read(path: str) -> list[bytes]:
        return [piece async for piece in fetcher.listen(path, headers={})]

    async with serve(handler) as server:
        fetcher = Fetcher(settings(server.base))
        assert await read("/none") == []
        assert b"".join(await read("/stream")) == b":hb\n\n"
        for path, code in (("/json", Code.WRONG_TYPE), ("/refused", Code.SIGN_IN)):
            with pytest.raises(FetchError) as caught:
                await read(path)
            assert caught.value.code is code
        await fetcher.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@needs_openssl
@pytest.mark.parametrize(
    ("subject", "days", "trusts", "code"),
    [
        ("IP:127.0.0.1", "-1", True, Code.TLS_EXPIRED),
        ("IP:127.0.0.9", "2", True, Code.TLS_WRONG_NAME),
        ("IP:127.0.0.1", "2", False, Code.TLS_UNKNOWN_AUTHORITY),
    ],
)
async def test_certificate_faults_are_told_apart(
    authority: Authority, subject: str, days: str, trusts: bool, code: Code
) -> None:
    context = server_context(authority.issue(code.value, subject, days=days))
    ca_file = str(authority.certificate) if trusts else ""
    async with serve(misbehave, context) as server:
        with pytest.raises(FetchError) as caught:
            await ask(server.base, "/well", ca_file=ca_file, deadline=5.0)
        assert server.requests == []
    assert caught.value.code is code


@contextlib.contextmanager
def blocking_server(context: ssl.SSLContext) -> Iterator[str]:
    """A TLS server that says why it refuses (asyncio's own hangs up without its alert)."""

    def answer(raw: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(raw, server_side=True) as secure:
            secure.recv(4096)
            secure.sendall(http_answer(b"{}", Connection="close"))

    def accept() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            with raw:
                raw.settimeout(5)
                answer(raw)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@needs_openssl
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_client_certificates(authority: Authority, version: ssl.TLSVersion) -> None:
    ours, key = authority.issue("client", "DNS:floor")
    context = server_context(authority.issue("server", "IP:127.0.0.1"), authority.certificate)
    context.maximum_version = version
    with_ca = {"ca_file": str(authority.certificate), "deadline": 5.0}
    with blocking_server(context) as url:
        fetcher = Fetcher(settings(url, **with_ca))
        codes = []
        for _ in range(2):
            with pytest.raises(FetchError) as caught:
                await fetcher.get("/", contract.ChangePage)
            codes.append(caught.value.code)
        await fetcher.close()
        assert codes[0] in {Code.TLS_CLIENT_CERTIFICATE, Code.CONNECTION_LOST}
        assert codes[1] is Code.TLS_CLIENT_CERTIFICATE
        shown = {"client_certificate": str(ours), "client_key": str(key)}
        with pytest.raises(FetchError) as caught:
            await ask(url, **with_ca, **shown)
        assert caught.value.code is Code.BAD_PAYLOAD


@needs_openssl
async def test_a_cut_tls_line_is_a_lost_line(authority: Authority) -> None:
    context = server_context(authority.issue("cut", "IP:127.0.0.1"))
    for fault in ("closes", "resets", "stops_short"):
        async with serve(misbehave, context) as server:
            with pytest.raises(FetchError) as caught:
                await ask(server.base, f"/{fault}", ca_file=str(authority.certificate), deadline=5)
        assert caught.value.code is Code.CONNECTION_LOST


def test_certificate_files_that_cannot_be_used(tmp_path: Path) -> None:
    url = "https://acd.example.org"
    with pytest.raises(StoreError) as caught:
        Fetcher(settings(url, ca_file=str(tmp_path / "none")))
    assert caught.value.code is Code.FILE_MISSING
    (tmp_path / "ca").write_text("not a certificate")
    with pytest.raises(StoreError) as caught:
        Fetcher(settings(url, ca_file=str(tmp_path / "ca")))
    assert caught.value.code is Code.FILE_INVALID
