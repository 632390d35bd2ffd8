"""What stands before every operation: credential, ordered faults, schema number, server time."""

from __future__ import annotations

import asyncio
import hmac
from email.utils import format_datetime

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data import contract
from data.desk.rules import Refusal
from data.errors import Code
from data.sandbox import wire
from data.sandbox.centre import Centre

API_PREFIX = "/supervision/v1"
_FAULT_CODES = {401: Code.SIGN_IN, 403: Code.FORBIDDEN, 404: Code.NOT_FOUND, 410: Code.CURSOR_GONE}
_FAULT_CODES |= {429: Code.SLOW_DOWN, 500: Code.INTERNAL, 503: Code.UNAVAILABLE}


class Gate:
    """ASGI middleware around all operations.

    Args:
        app: What stands behind.
        centre: The sandbox.
    """

    def __init__(self, app: ASGIApp, centre: Centre) -> None:
        self._app = app
        self._centre = centre

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at the gate, or let the request pass; every answer carries the server's time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = contract.from_ms(self._centre.runner.now())
                headers = MutableHeaders(scope=message)
                headers["Date"] = format_datetime(now, usegmt=True)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._missing_credential(headers)
        if refusal is None and scope["path"].startswith(API_PREFIX):
            refusal = await self._fault() or _unknown_schema(headers)
        await (refusal or self._app)(scope, receive, dated)

    def _missing_credential(self, headers: Headers) -> Response | None:
        if not self._centre.token:
            return None
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given, expected = token.strip().encode(), self._centre.token.encode()
        if scheme.lower() == "bearer" and hmac.compare_digest(given, expected):
            return None
        return wire.problem(Refusal(Code.SIGN_IN), {"WWW-Authenticate": "Bearer"})

    async def _fault(self) -> Response | None:
        """Misbehave as ordered."""
        fault = self._centre.present_fault()
        if fault is None:
            return None
        if fault.delay_s:
            await asyncio.sleep(fault.delay_s)
        if not fault.status:
            return None
        headers = {"Retry-After": str(fault.retry_after_s)} if fault.retry_after_s else {}
        code = _FAULT_CODES.get(fault.status)
        if code is not None:
            return wire.problem(Refusal(code), headers)
        return Response(status_code=fault.status, headers=headers)


def _unknown_schema(headers: Headers) -> Response | None:
    """Refuse a client that understands less than what this server speaks."""
    number = headers.get("supervision-schema")
    if number is None:
        return None
    if not (number.isascii() and number.isdigit() and len(number) <= 4 and int(number) <= 1000):
        return wire.problem(wire.bad_parameter("Supervision-Schema", "not-1-to-1000"))
    if int(number) < contract.SCHEMA:
        return wire.problem(Refusal(Code.SCHEMA_UNSUPPORTED))
    return None
