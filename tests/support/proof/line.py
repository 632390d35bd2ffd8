"""The line between a sync process and a server in the same process, with everything lines do.

Requests are answered by the sandbox's own application, without sockets. A fault waits for the next
request of its kind; a stray request is one that the client has given up and that arrives later.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx
import msgspec

from data import contract
from data.clock import ManualClock
from data.model import Ms
from tests.support.proof.mortal import Killed
from tests.support.proof.server import Server

NOT_SENT = ("refused", "sign_in", "slow_down")
"""After these nothing can have been done."""
UNSURE = ("cut", "broken", "gateway", "in_progress", "kill")
"""Nothing was done, but that cannot be told."""
SHUT = ("forbidden", "gone", "refused_here", "precondition")
"""Said by somebody who does not know the action; of an earlier attempt that says nothing."""
ANSWERS_LOST = ("timeout", "reset", "truncated", "html", "broken_after", "kill_after")
"""It was done, and the answer did not come."""
BESIDE = ("double", "stray")
"""It arrives twice, or later."""
ACT_FAULTS = (*NOT_SENT, *UNSURE, *SHUT, *ANSWERS_LOST, *BESIDE)
READ_FAULTS = (
    *NOT_SENT,
    *("cut", "broken", "timeout", "reset", "truncated", "html", "kill"),
    "moves",
)
"""`moves`: somebody changes records right after a page was read."""
_STATUSES = {
    "sign_in": 401,
    "slow_down": 429,
    "broken": 500,
    "broken_after": 502,
    "gateway": 503,
    "forbidden": 403,
    "gone": 404,
    "refused_here": 409,
    "precondition": 412,
}


@dataclass(frozen=True)
class Sending:
    """One request of an action on its way."""

    pressed_at: Ms
    """Of the action: no two are pressed in the same millisecond."""
    key: str
    is_arrived: bool


class _Cut(httpx.AsyncByteStream):
    """The first half of a body, and then nothing or an end that looks like one."""

    def __init__(self, body: bytes, *, is_reset: bool) -> None:
        self._body = body[: len(body) // 2]
        self._is_reset = is_reset

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body
        if self._is_reset:
            raise httpx.ReadError("reset")


class Line(httpx.AsyncBaseTransport):
    """Carries requests.

    Args:
        server: Who answers.
        clock: The only time there is.
    """

    def __init__(self, server: Server, clock: ManualClock) -> None:
        self._server = server
        self._clock = clock
        self.act_faults: list[str] = []
        self.read_faults: list[str] = []
        self.sent: list[Sending] = []
        self._unsure = 0
        self.strays: list[httpx.Request] = []
        self.about_to_send: Callable[[Ms], None] = lambda _pressed_at: None
        self.moves: Callable[[], None] = lambda: None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            fault = self.read_faults.pop(0) if self.read_faults else ""
        else:
            fault = self.act_faults.pop(0) if self.act_faults else ""
            self._note(request, fault)
        if not self._server.is_up:
            fault = "refused"
        if fault != "refused":  # a transport tells how far a request has come
            await request.extensions["trace"]("http11.send_request_headers.started", {})
        self._before(fault, request)
        if fault in _STATUSES and fault != "broken_after":
            return _told_off(fault, request)
        if fault == "in_progress":
            return _problem(request)
        if fault == "stray":
            self.strays.append(request)
            raise httpx.ReadTimeout("later", request=request)
        if fault == "double":
            await self._arrive(request)
        answer = await self._arrive(request)
        if fault == "moves":
            self.moves()
        return await self._after(fault, request, answer)

    def forget(self) -> None:
        """A process has died: of what it sent nobody knows any more what came of it."""
        self._unsure = len(self.sent)

    def maybe_arrived(self) -> list[Sending]:
        """What has arrived, and what may have for all that a sync process can know."""
        late = (each for each in self.sent[self._unsure :] if each.is_arrived)
        return [*self.sent[: self._unsure], *late]

    async def let_strays_arrive(self) -> None:
        """What was given up long ago arrives after all; nobody hears the answers."""
        strays, self.strays = self.strays, []
        if self._server.is_up:
            for request in strays:
                await (await self._arrive(request)).aread()

    async def _arrive(self, request: httpx.Request) -> httpx.Response:
        transport = httpx.ASGITransport(self._server.app)  # type: ignore[arg-type]
        answer = await transport.handle_async_request(request)
        if request.method != "GET":
            self._server.look()
        return answer

    def _note(self, request: httpx.Request, fault: str) -> None:
        action = msgspec.json.decode(request.content, type=contract.ActionBase)
        assert action.pressed_at is not msgspec.UNSET
        pressed_at = contract.to_ms(action.pressed_at)
        self.about_to_send(pressed_at)
        is_arrived = self._server.is_up and fault not in (*NOT_SENT, *SHUT)
        self.sent.append(Sending(pressed_at, request.headers["idempotency-key"], is_arrived))

    def _before(self, fault: str, request: httpx.Request) -> None:
        match fault:
            case "refused":
                refused = httpx.ConnectError("refused", request=request)
                raise refused from ConnectionRefusedError()
            case "cut":
                raise httpx.WriteError("cut", request=request)
            case "kill":
                raise Killed

    async def _after(
        self, fault: str, request: httpx.Request, answer: httpx.Response
    ) -> httpx.Response:
        match fault:
            case "kill_after":
                raise Killed
            case "timeout":
                raise httpx.ReadTimeout("late", request=request)
            case "broken_after":
                return _told_off(fault, request)
            case "html":
                return httpx.Response(200, html="<html>join the guest network</html>")
            case "reset" | "truncated":
                body = await answer.aread()
                headers = {"Content-Type": answer.headers["content-type"]}
                cut = _Cut(body, is_reset=fault == "reset")
                return httpx.Response(answer.status_code, headers=headers, stream=cut)
        return answer


def _told_off(fault: str, request: httpx.Request) -> httpx.Response:
    """What something between says, which knows nothing of actions."""
    headers = {"Retry-After": "3"} if fault == "slow_down" else {}
    return httpx.Response(_STATUSES[fault], headers=headers, request=request)


def _problem(request: httpx.Request) -> httpx.Response:
    """The server is at it already."""
    body = {"type": "urn:test/in-progress", "title": "in progress", "status": 409}
    headers = {"Content-Type": contract.PROBLEM_TYPE}
    return httpx.Response(409, headers=headers, content=msgspec.json.encode(body), request=request)
