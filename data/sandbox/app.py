"""The sandbox's HTTP application: the supervision API, and beside it the sandbox's own paths."""

from __future__ import annotations

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from data.desk.rules import Refusal
from data.errors import Code
from data.sandbox import backstage, reads, stream, wire, writes
from data.sandbox.centre import Centre
from data.sandbox.change_log import Gone
from data.sandbox.gate import API_PREFIX, Gate


def build_app(centre: Centre) -> Starlette:
    """The application that serves one sandbox."""
    app = Starlette(
        routes=[
            Mount(API_PREFIX, routes=[*reads.routes(), *stream.routes(), *writes.routes()]),
            Mount("/sandbox", routes=backstage.routes()),
        ],
        middleware=[Middleware(Gate, centre=centre)],
        exception_handlers={
            Refusal: _answer_refusal,
            Gone: _answer_gone,
            HTTPException: _answer_http,
        },
    )
    app.router.redirect_slashes = False
    app.state.centre = centre
    return app


async def _answer_refusal(_request: Request, error: Exception) -> Response:
    refusal = error if isinstance(error, Refusal) else Refusal(Code.INTERNAL)
    return wire.problem(refusal)


async def _answer_gone(_request: Request, _error: Exception) -> Response:
    return wire.problem(Refusal(Code.CURSOR_GONE))


async def _answer_http(_request: Request, error: Exception) -> Response:
    """No such path, or a method that it does not have."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    if status == HTTPStatus.NOT_FOUND:
        return wire.problem(Refusal(Code.NOT_FOUND))
    return Response(status_code=status, headers=headers)
