"""One endpoint over HTTP: bounded in time, size and place, whatever it speaks.

httpx's own time limits bound neither an answer that drips byte by byte nor one that unpacks to a
hundred times its size, so every request here has one deadline for the whole of it, a limit on the
bytes that arrive and on what they unpack to, no redirects, no cookies kept. What the answer has to
be is for the protocol to judge: the supervision API's in `fetch`, Asterisk's among the sources.
"""

from __future__ import annotations

import asyncio
import ipaddress
import zlib
from collections.abc import Awaitable, Callable, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Protocol, TypeAlias
from urllib.parse import urlsplit

import msgspec

from data.clean import clean_text
from data.clock import monotonic_ms
from data.errors import Code, FetchError
from data.settings import SourceSettings
from data.sync.credentials import make_tls_context
from data.sync.trouble import DETAIL_LIMIT, explain_failure
from data.sync.web import httpx

LIBRARY_ERRORS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError)
"""What httpx raises, time limits among them; none of it may reach a caller."""
_GZIP_WINDOW = 31

Reader: TypeAlias = Callable[[httpx.Response], Awaitable[bytes]]
"""Judges an answer by its status and headers, and reads its body with `read_body`."""


class Answer(msgspec.Struct, frozen=True):
    """A success: its body is whole, unpacked and within the limit."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    took_ms: int
    """From the question to the last byte of the answer."""


class Endpoint:
    """Where to ask, over which connections, kept open between requests.

    Args:
        settings: Where it is, how to sign in, how long to wait.

    Raises:
        FetchError: The address is not one that may be asked (TLS_OTHER: not https, though not on
            this host; or with a password in it).
        StoreError: A certificate file cannot be used.
    """

    def __init__(self, settings: SourceSettings) -> None:
        self.base = settings.url.rstrip("/")
        self.place, is_secure = check_address(self.base, plain_http=settings.plain_http)
        self._greeting = Greeting(is_watched=is_secure and not settings.client_certificate)
        self.client = httpx.AsyncClient(
            # httpcore would make a strict context of its own, should it ever be asked for one.
            verify=make_tls_context(settings) if is_secure else None,  # type: ignore[arg-type]
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=httpx.Timeout(settings.deadline),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4),
        )

    def __repr__(self) -> str:
        return f"Endpoint({self.place})"

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Request:
        """A request, to be sent once.

        Args:
            method: Of HTTP.
            path: Below the endpoint's address, beginning with a slash.
            headers: Its headers.
            params: The query.
            content: The body.
        """
        return self.client.build_request(
            method,
            self.base + path,
            params=params or None,
            headers=dict(headers),
            content=content,
        )

    async def ask(
        self,
        request: httpx.Request,
        read: Reader,
        *,
        deadline: float,
        auth: httpx.Auth | None = None,
    ) -> Answer:
        """Send a request and read its answer.

        Args:
            request: From `request`.
            read: What its answer has to be.
            deadline: Seconds for all of it.
            auth: How to sign the request.

        Raises:
            FetchError: There was no usable answer; `was_not_sent` where it had not begun to go.
        """
        passage = _Passage(self._greeting)
        request.extensions["trace"] = passage.trace
        # httpx would give up a silence sooner than an answer that is meant to be held back.
        request.extensions["timeout"] = httpx.Timeout(deadline).as_dict()
        try:
            answer = await self._exchange(request, read, deadline, auth)
        except LIBRARY_ERRORS as error:
            problem = self._greeting.judge(explain_failure(error, self.place))
            problem.was_not_sent = not passage.has_begun
        else:
            self._greeting.cuts = 0
            return answer
        # Raised out here, the library's error and with it the request and its token are let go of.
        raise problem

    async def close(self) -> None:
        """Let go of all connections."""
        await self.client.aclose()

    async def _exchange(
        self, request: httpx.Request, read: Reader, deadline: float, auth: httpx.Auth | None
    ) -> Answer:
        asked_at = monotonic_ms()
        async with asyncio.timeout(deadline):
            response = await self.client.send(request, stream=True, auth=auth)
            try:
                body = await read(response)
            finally:
                await response.aclose()
        return Answer(response.status_code, body, response.headers, monotonic_ms() - asked_at)


class Greeting:
    """Tells a server that wants a certificate from a line that is cut.

    In TLS 1.3 a server judges the client's certificate after the handshake, and where it then hangs
    up, its reason is mostly lost with the connection. So two new connections in a row that were cut
    between handshake and answer, shown no certificate, are taken to mean that one is wanted.
    """

    def __init__(self, *, is_watched: bool) -> None:
        self._is_watched = is_watched
        self.is_fresh = False
        """Whether the present request opened a connection and has heard nothing on it yet."""
        self.cuts = 0

    def take(self, event: str) -> None:
        """Follow a request, as httpcore tells of it."""
        if event == "connection.start_tls.complete":
            self.is_fresh = True
        elif event == "http11.receive_response_headers.complete":
            self.is_fresh = False

    def judge(self, problem: FetchError) -> FetchError:
        """The problem, or the better guess at it."""
        is_cut = self._is_watched and self.is_fresh and problem.code is Code.CONNECTION_LOST
        is_told = problem.code is Code.TLS_CLIENT_CERTIFICATE
        self.cuts = self.cuts + 1 if is_cut or is_told else 0
        if self.cuts < 2:
            return problem
        return FetchError(Code.TLS_CLIENT_CERTIFICATE, problem.detail)


class _Passage:
    """Follows one request: whether any of it can have arrived, and what would be left open."""

    def __init__(self, greeting: Greeting) -> None:
        greeting.is_fresh = False
        self._greeting = greeting
        self._shaking: _Closable | None = None
        """A connection whose TLS is being agreed on."""
        self.has_begun = False

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Note what httpcore tells of it."""
        if event == "http11.send_request_headers.started":
            self.has_begun = True
        elif event == "connection.connect_tcp.complete":
            self._shaking = info["return_value"]
        elif event == "connection.start_tls.complete":
            self._shaking = None
        elif event == "connection.start_tls.failed" and self._shaking is not None:
            # httpcore closes it after an error, but not where the request is given up.
            await self._shaking.aclose()
        self._greeting.take(event)


class _Closable(Protocol):
    """A connection, as httpcore hands it out."""

    async def aclose(self) -> None:
        """Let go of it."""
        ...


def check_address(url: str, *, plain_http: bool = False) -> tuple[str, bool]:
    """Host and port of an endpoint, and whether TLS guards the way to it.

    Args:
        url: Its address.
        plain_http: The way to it is guarded otherwise.

    Raises:
        FetchError: TLS_OTHER: neither https nor on this host, or with a password in it.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise FetchError(Code.TLS_OTHER, "") from None
    place = clean_text(host if port is None else f"{host}:{port}", DETAIL_LIMIT)
    has_password = parts.username is not None or parts.password is not None
    is_secure = parts.scheme == "https"
    if not host or has_password or not (is_secure or parts.scheme == "http"):
        raise FetchError(Code.TLS_OTHER, place)
    if not (is_secure or plain_http or _is_this_host(host)):
        raise FetchError(Code.TLS_OTHER, place)
    return place, is_secure


def _is_this_host(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_redirect(response: httpx.Response) -> None:
    """Turn down an answer that points elsewhere.

    Raises:
        FetchError: REDIRECTED, with where to.
    """
    if 300 <= response.status_code < 400:
        target = clean_text(response.headers.get("location", ""), DETAIL_LIMIT)
        raise FetchError(Code.REDIRECTED, target, status=response.status_code)


def expect_type(response: httpx.Response, wanted: str) -> None:
    """Turn down an answer that is of another type than the one that is wanted.

    Raises:
        FetchError: WRONG_TYPE, with what it is.
    """
    if content_type(response) != wanted:
        seen = clean_text(response.headers.get("content-type", ""), DETAIL_LIMIT)
        raise FetchError(Code.WRONG_TYPE, seen, status=response.status_code)


def content_type(response: httpx.Response) -> str:
    """The type of an answer, without its parameters."""
    return str(response.headers.get("content-type", "")).split(";")[0].strip().lower()


def encoding(response: httpx.Response) -> str:
    """How an answer is packed; `identity` where it is not."""
    value = response.headers.get("content-encoding", "identity")
    return clean_text(value, DETAIL_LIMIT).strip().lower()


async def read_body(response: httpx.Response, limit: int) -> bytes:
    """All of a body, unpacked, or an error as soon as it is known to be too large.

    Args:
        response: An answer whose body has not been read.
        limit: Bytes that it may have, packed and unpacked.

    Raises:
        FetchError: TOO_LARGE; WRONG_TYPE where it is packed in a way that was not asked for;
            BAD_PAYLOAD where it does not unpack.
    """
    packing = encoding(response)
    if packing not in {"identity", "gzip"}:
        raise FetchError(Code.WRONG_TYPE, packing)
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:18]) > limit:
        raise FetchError(Code.TOO_LARGE, declared[:18])
    unpacker: Any = zlib.decompressobj(_GZIP_WINDOW) if packing == "gzip" else None
    body = bytearray()
    arrived = 0
    async for piece in response.aiter_raw():
        arrived += len(piece)
        try:
            body += unpacker.decompress(piece, limit + 1 - len(body)) if unpacker else piece
        except zlib.error:
            raise FetchError(Code.BAD_PAYLOAD, "gzip") from None
        if arrived > limit or len(body) > limit:
            raise FetchError(Code.TOO_LARGE, str(limit))
    if unpacker is not None and not unpacker.eof:
        raise FetchError(Code.BAD_PAYLOAD, "gzip")
    return bytes(body)
