"""How anything is asked of an endpoint of the supervision API: `bounded`, signed and decoded.

Whatever an endpoint does, the caller gets a decoded message or a `FetchError`.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator, Mapping
from typing import TypeVar

import msgspec

from data import contract
from data.clean import clean_text
from data.errors import Code, FetchError
from data.settings import SourceSettings
from data.sync.bounded import (
    LIBRARY_ERRORS,
    Answer,
    Endpoint,
    content_type,
    encoding,
    expect_type,
    read_body,
    refuse_redirect,
)
from data.sync.credentials import token_file
from data.sync.trouble import DETAIL_LIMIT, explain_failure, explain_status
from data.sync.web import httpx

__all__ = ["Answer", "Fetcher", "decode"]

MAX_PROBLEM_BYTES = 64 * 1024
STREAM_TYPE = "text/event-stream"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)

Message = TypeVar("Message")


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
        self._endpoint = Endpoint(settings)
        self.place = self._endpoint.place
        self._deadline = settings.deadline
        self._token = token_file(settings.token_file) if settings.token_file else None

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
        except LIBRARY_ERRORS as error:
            problem = explain_failure(error, self.place)
        if problem is not None:
            raise problem

    async def close(self) -> None:
        """Let go of all connections."""
        await self._endpoint.close()

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
            given["Authorization"] = self._token.read().header()
        return self._endpoint.request(method, path, params=params, headers=given, content=content)

    async def _answer(self, request: httpx.Request, deadline: float) -> Answer:
        return await self._endpoint.ask(request, _read, deadline=deadline)

    async def _pieces(self, request: httpx.Request) -> AsyncGenerator[bytes, None]:
        async with asyncio.timeout(self._deadline):
            response = await self._endpoint.client.send(request, stream=True)
        try:
            async with asyncio.timeout(self._deadline):
                await _judge(response, STREAM_TYPE)
            if response.status_code != 204:
                async for piece in response.aiter_raw():
                    yield piece
        finally:
            await response.aclose()


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


async def _read(response: httpx.Response) -> bytes:
    await _judge(response, contract.MEDIA_TYPE)
    return await read_body(response, contract.MAX_PAGE_BYTES)


async def _judge(response: httpx.Response, wanted: str) -> None:
    """Refuse an answer by its status and headers, before its body is read."""
    status = response.status_code
    refuse_redirect(response)
    if not 200 <= status < 300:
        raise explain_status(status, response.headers, await _read_problem(response))
    if status != 204:
        expect_type(response, wanted)
    if wanted == STREAM_TYPE and encoding(response) != "identity":
        raise FetchError(Code.WRONG_TYPE, encoding(response), status=status)


async def _read_problem(response: httpx.Response) -> bytes:
    """The details of a refusal, or nothing where they are not readable as such."""
    if content_type(response) not in {contract.PROBLEM_TYPE, contract.MEDIA_TYPE}:
        return b""
    try:
        return await read_body(response, MAX_PROBLEM_BYTES)
    except FetchError:
        return b""
