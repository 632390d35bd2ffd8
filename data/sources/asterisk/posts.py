"""One form posted to Asterisk's manager, and its answer, as bytes.

Whatever the manager has to say it says with status 200 and as plain text. Any other status is the
HTTP server's own: 503 while Asterisk stops, 404 where there is no manager behind the address, which
is so for a moment while it starts, 401 where a digest was not accepted, and 403 where one was, but
the account may not come from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlencode

from data.errors import Code, FetchError
from data.sync.bounded import (
    Answer,
    Endpoint,
    expect_type,
    read_body,
    refuse_redirect,
)
from data.sync.trouble import explain_status
from data.sync.web import httpx

MAX_ANSWER_BYTES = 16 * 1024 * 1024
"""A list of some 60,000 members, or a minute of events of a very busy server."""
_FORM = "application/x-www-form-urlencoded"
_ANSWER = "text/plain"
_NOTHING_DONE = frozenset({Code.NO_MANAGER, Code.SIGN_IN, Code.REDIRECTED, Code.UNAVAILABLE})


class Post(Protocol):
    """Posts forms to one manager."""

    async def __call__(
        self,
        path: str,
        form: Mapping[str, str],
        *,
        deadline: float,
        cookie: str = "",
        auth: httpx.Auth | None = None,
    ) -> Answer:
        """Post one form; see `make_post`."""
        ...


def make_post(endpoint: Endpoint) -> Post:
    """What posts forms to an endpoint.

    Returns:
        A function of the path, the form, the deadline in seconds, and the session's cookie or how
        to sign. It raises FetchError: NO_MANAGER, UNAVAILABLE and SIGN_IN, after which nothing can
        have been done, and what any endpoint may come to. An empty body is an answer.
    """

    async def post(
        path: str,
        form: Mapping[str, str],
        *,
        deadline: float,
        cookie: str = "",
        auth: httpx.Auth | None = None,
    ) -> Answer:
        headers = {"Content-Type": _FORM, "Accept": _ANSWER, "Accept-Encoding": "identity"}
        if cookie:
            headers["Cookie"] = cookie
        content = urlencode(form).encode("ascii")
        request = endpoint.request("POST", path, headers=headers, content=content)
        try:
            return await endpoint.ask(request, _read, deadline=deadline, auth=auth)
        except FetchError as problem:
            problem.was_not_sent |= problem.code in _NOTHING_DONE
            raise

    return post


async def _read(response: httpx.Response) -> bytes:
    status = response.status_code
    refuse_redirect(response)
    if status == httpx.codes.NOT_FOUND:
        raise FetchError(Code.NO_MANAGER, response.request.url.path, status=status)
    if status == httpx.codes.FORBIDDEN:
        raise FetchError(Code.SIGN_IN, str(status), status=status)
    if status != httpx.codes.OK:
        raise explain_status(status, response.headers, b"")
    expect_type(response, _ANSWER)
    return await read_body(response, MAX_ANSWER_BYTES)
