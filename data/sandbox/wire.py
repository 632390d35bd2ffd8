"""Requests of the supervision API read strictly, and answers encoded."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from data import contract
from data.desk.perform import Answer, refused
from data.desk.rules import Refusal
from data.errors import Code
from data.sandbox.centre import Centre
from data.sandbox.store import ALL_KINDS

MAX_BODY = 64 * 1024
DEFAULT_LIMIT = 500
MAX_LIMIT = 1000
_CURSOR = re.compile(r"[A-Za-z0-9._~-]{1,512}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_WAIT = re.compile(r"(?:^|,)\s*wait\s*=\s*([0-9]{1,3})\s*(?:,|;|$)", re.ASCII | re.IGNORECASE)
MAX_WAIT = 25


def centre_of(request: Request) -> Centre:
    """The sandbox that a request speaks to.

    Raises:
        Refusal: It names a site that is not there.
    """
    centre: Centre = request.app.state.centre
    if request.path_params.get("site", centre.site.id) != centre.site.id:
        raise Refusal(Code.NOT_FOUND)
    return centre


def message(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A message of the contract as an answer."""
    return Response(msgspec.json.encode(content), status, headers, contract.MEDIA_TYPE)


def answered(answer: Answer, headers: dict[str, str] | None = None) -> Response:
    """What became of an action, as an answer."""
    media_type = contract.PROBLEM_TYPE if answer.is_problem else contract.MEDIA_TYPE
    return Response(answer.body, answer.status, headers, media_type)


def problem(refusal: Refusal, headers: dict[str, str] | None = None) -> Response:
    """A refusal as problem details."""
    return answered(refused(refusal), headers)


def bad_parameter(name: str, reason: str) -> Refusal:
    """A parameter of the request is not as the contract has it."""
    return Refusal(Code.BAD_PAYLOAD, fields=[(name, reason)])


def read_types(request: Request) -> tuple[str, ...]:
    """The types of entity asked for; all where none are named."""
    text = request.query_params.get("types")
    if text is None:
        return ALL_KINDS
    types = tuple(text.split(","))
    if len(set(types)) != len(types) or not set(types) <= set(ALL_KINDS):
        raise bad_parameter("types", "not-types")
    return types


def read_limit(request: Request) -> int:
    """After how many changes a page ends."""
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= MAX_LIMIT:
        raise bad_parameter("limit", "not-1-to-1000")
    return int(text)


def read_choice(request: Request, name: str, choices: tuple[str, ...]) -> str:
    """One of several words; the first is the default."""
    text = request.query_params.get(name, choices[0])
    if text not in choices:
        raise bad_parameter(name, "not-a-choice")
    return text


def read_cursor(text: str | None, name: str) -> str | None:
    """A cursor or a page token in its outer form."""
    if text is not None and not _CURSOR.fullmatch(text):
        raise bad_parameter(name, "not-a-cursor")
    return text


def read_wait(request: Request) -> int:
    """Seconds for which the reader prefers to be kept waiting (RFC 7240); 0 where it does not."""
    found = _WAIT.search(request.headers.get("prefer", ""))
    return min(int(found[1]), MAX_WAIT) if found else 0


async def read_body(request: Request) -> bytes:
    """The body of an action.

    Raises:
        Refusal: It is not JSON by its label, or too large.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != contract.MEDIA_TYPE:
        raise Refusal(Code.WRONG_TYPE)
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise Refusal(Code.TOO_LARGE)
    return body
