"""The one way in which anything is asked of an endpoint: bounded in time, size, type and place.

httpx's own time limits bound neither an answer that drips byte by byte nor one that unpacks to a
hundred times its size, so every request here has one deadline for the whole of it, a limit on the
bytes that arrive and on what they unpack to, no redirects, and one content type that is accepted.
Whatever an endpoint does, the caller gets a decoded message or a `FetchError`.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import zlib
from collections.abc import AsyncGenerator, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from data import contract
from data.clean import clean_text
from data.clock import monotonic_ms
from data.errors import Code, FetchError
from data.settings import SourceSettings
from data.sync.credentials import TokenFile, make_tls_context
from data.sync.trouble import DETAIL_LIMIT, explain_failure, explain_status
from data.sync.web import httpx

MAX_PROBLEM_BYTES = 64 * 1024
STREAM_TYPE = "text/event-stream"
_GZIP_WINDOW = 31
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)

_LIBRARY_ERRORS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError)

Message = TypeVar("Message")


class Answer(msgspec.Struct, frozen=True):
    """A success: its body is whole, unpacked, within the limit and UTF-8."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    took_ms: int
    """From the question to the last byte of the answer."""


class Fetcher:
    """Asks one endpoint; keeps its connections open between requests.

    Args:
        settings: Where it is, how to sign in, how long to wait.

    Raises:
        FetchError: The address is not one that may be asked (TLS_OTHER: not https, though not on
            this host; or with a password in it).
        StoreError: A certificate file cannot be used.
    """

    def __init__(self, settings: SourceSettings) -> None:
        self._base = settings.url.rstrip("/")
        self.place, is_secure = check_address(self._base)
        self._deadline = settings.deadline
        self._token = TokenFile(settings.token_file) if settings.token_file else None
        self._greeting = Greeting(is_watched=is_secure and not settings.client_certificate)
        self._client = httpx.AsyncClient(
            verify=make_tls_context(settings) if is_secure else False,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(settings.deadline),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4),
        )

    def __repr__(self) -> str:
        return f"Fetcher({self.place})"

    async def get(
        self,
        path: str,
        kind: type[Message],
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        extra_s: float = 0.0,
    ) -> tuple[Message, Answer]:
        """Ask for something and decode it.

        Args:
            path: Below the endpoint's address, beginning with a slash.
            kind: What the answer has to be.
            params: The query.
            headers: More headers.
            extra_s: How much longer than the deadline it may take, where the endpoint was asked
                to hold its answer back.

        Raises:
            FetchError: There was no usable answer; CursorGone where a cursor is not served.
            StoreError: The token's file cannot be used.
        """
        request = self._request("GET", path, params=params, headers=headers)
        answer = await self._answer(request, self._deadline + extra_s)
        return decode(answer.body, kind), answer

    async def send(
        self,
        method: str,
        path: str,
        content: bytes,
        kind: type[Message],
        headers: Mapping[str, str],
    ) -> tuple[Message, Answer]:
        """Send an action, by POST or PUT, and decode what came of it.

        Raises:
            ActionRefused: It was understood and refused.
            FetchError: It is not known to have been done.
            StoreError: The token's file cannot be used.
        """
        given = {"Content-Type": contract.MEDIA_TYPE, **headers}
        request = self._request(method, path, headers=given, content=content)
        answer = await self._answer(request, self._deadline)
        return decode(answer.body, kind), answer

    async def listen(
        self, path: str, *, headers: Mapping[str, str], params: Mapping[str, str] | None = None
    ) -> AsyncGenerator[bytes, None]:
        """The pieces of an endless answer as they come, unpacked by nobody.

        Only its beginning is under the deadline; how long a silence is too long, and how long an
        event, is for the caller to say. Ends at once where the endpoint offers no stream (204).

        Raises:
            FetchError: It could not be had, or broke.
            StoreError: The token's file cannot be used.
        """
        accept = {"Accept": STREAM_TYPE, "Accept-Encoding": "identity", **headers}
        request = self._request("GET", path, params=params, headers=accept)
        # Silence is bounded by the reader of the events, not by httpx.
        request.extensions["timeout"] = httpx.Timeout(self._deadline, read=None).as_dict()
        problem: FetchError | None = None
        try:
            async with contextlib.aclosing(self._pieces(request)) as pieces:
                async for piece in pieces:
                    yield piece
        except _LIBRARY_ERRORS as error:
            problem = explain_failure(error, self.place)
        if problem is not None:
            raise problem

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.aclose()

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Request:
        given = {
            "Accept": f"{contract.MEDIA_TYPE}, {contract.PROBLEM_TYPE}",
            "Accept-Encoding": "gzip",
            "Supervision-Schema": str(contract.SCHEMA),
            **(headers or {}),
        }
        if self._token is not None:
            given["Authorization"] = self._token.token().header()
        self._greeting.is_fresh = False
        return self._client.build_request(
            method,
            self._base + path,
            params=params or None,
            headers=given,
            content=content,
            extensions={"trace": self._greeting.trace},
        )

    async def _answer(self, request: httpx.Request, deadline: float) -> Answer:
        try:
            answer = await self._exchange(request, deadline)
        except _LIBRARY_ERRORS as error:
            problem = self._greeting.judge(explain_failure(error, self.place))
        else:
            self._greeting.cuts = 0
            return answer
        # Raised out here, the library's error and with it the request and its token are let go of.
        raise problem

    async def _exchange(self, request: httpx.Request, deadline: float) -> Answer:
        asked_at = monotonic_ms()
        async with asyncio.timeout(deadline):
            response = await self._client.send(request, stream=True)
            try:
                await _judge(response, contract.MEDIA_TYPE)
                body = await _read_body(response, contract.MAX_PAGE_BYTES)
            finally:
                await response.aclose()
        return Answer(response.status_code, body, response.headers, monotonic_ms() - asked_at)

    async def _pieces(self, request: httpx.Request) -> AsyncGenerator[bytes, None]:
        async with asyncio.timeout(self._deadline):
            response = await self._client.send(request, stream=True)
        try:
            async with asyncio.timeout(self._deadline):
                await _judge(response, STREAM_TYPE)
            if response.status_code != 204:
                async for piece in response.aiter_raw():
                    yield piece
        finally:
            await response.aclose()


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

    async def trace(self, event: str, _info: object) -> None:
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


def decode(body: bytes, kind: type[Message]) -> Message:
    """A body as the message it has to be.

    JSON that is no JSON (NaN, Infinity, two values), numbers that no type holds and nesting without
    end are refused. A lone surrogate, which JSON allows and no text can hold, becomes U+FFFD: one
    such name must not keep a whole page away.

    Raises:
        FetchError: BAD_PAYLOAD, with where in the message and what.
    """
    if _SURROGATE.search(body):
        body = _ESCAPE.sub(_mend_escape, body)
    try:
        body.decode("utf-8")
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise FetchError(Code.BAD_PAYLOAD, clean_text(str(error), DETAIL_LIMIT)) from None


def _mend_escape(match: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if match["lone"] else match[0]


def check_address(url: str) -> tuple[str, bool]:
    """Host and port of an endpoint, and whether TLS guards the way to it.

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
    if not is_secure and not _is_this_host(host):
        raise FetchError(Code.TLS_OTHER, place)
    return place, is_secure


def _is_this_host(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _judge(response: httpx.Response, wanted: str) -> None:
    """Refuse an answer by its status and headers, before its body is read."""
    status = response.status_code
    if 300 <= status < 400:
        target = clean_text(response.headers.get("location", ""), DETAIL_LIMIT)
        raise FetchError(Code.REDIRECTED, target, status=status)
    if not 200 <= status < 300:
        raise explain_status(status, response.headers, await _read_problem(response))
    if status != 204 and _content_type(response) != wanted:
        seen = clean_text(response.headers.get("content-type", ""), DETAIL_LIMIT)
        raise FetchError(Code.WRONG_TYPE, seen, status=status)
    if wanted == STREAM_TYPE and _encoding(response) != "identity":
        raise FetchError(Code.WRONG_TYPE, _encoding(response), status=status)


def _encoding(response: httpx.Response) -> str:
    value = response.headers.get("content-encoding", "identity")
    return clean_text(value, DETAIL_LIMIT).strip().lower()


def _content_type(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).split(";")[0].strip().lower()


async def _read_problem(response: httpx.Response) -> bytes:
    """The details of a refusal, or nothing where they are not readable as such."""
    if _content_type(response) not in {contract.PROBLEM_TYPE, contract.MEDIA_TYPE}:
        return b""
    try:
        return await _read_body(response, MAX_PROBLEM_BYTES)
    except FetchError:
        return b""


async def _read_body(response: httpx.Response, limit: int) -> bytes:
    """All of a body, unpacked, or an error as soon as it is known to be too large."""
    encoding = _encoding(response)
    if encoding not in {"identity", "gzip"}:
        raise FetchError(Code.WRONG_TYPE, encoding)
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:18]) > limit:
        raise FetchError(Code.TOO_LARGE, declared[:18])
    unpacker: Any = zlib.decompressobj(_GZIP_WINDOW) if encoding == "gzip" else None
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
