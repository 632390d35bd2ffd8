"""Asterisk's HTTP server with its manager, as far as a client can tell: scripted, on loopback.

Sessions, cookies, digests, the long poll and the refusals are as a running Asterisk has them; what
an action is answered is the test's to say (`answers`). A name of an action that is not known there
is refused as one whose module has not been loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import inspect
import itertools
import ssl
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from queue import Queue
from typing import TypeAlias
from urllib.parse import parse_qsl
from urllib.request import parse_http_list, parse_keqv_list

from tests.support.loopback import Loopback, Request, hang_up, http_answer, serve

REALM = "asterisk"
NONCE_LIFE_S = 62.0
READY_S = 10.0
HTML = b"<!DOCTYPE HTML>\r\n<html><head>\r\n<title>404 Not Found</title>\r\n</head></html>\r\n"
_NOT_SUCH = "Invalid/unknown command: {}. Use Action: ListCommands to show available commands."


class Stage(Enum):
    """How far the server has come in stopping and starting."""

    STOPPING = auto()
    """Says so to whoever asks."""
    NO_SERVICE = auto()
    """503, in HTML."""
    NO_MANAGER = auto()
    """404, in HTML."""
    NO_QUEUES = auto()
    """Log-in works; what has to do with queues is not known yet."""
    UP = auto()


@dataclass
class Account:
    """Who may sign in; `denied` names actions in lower case. Rights are taken at log-in."""

    secret: str
    denied: frozenset[str] = frozenset()


@dataclass
class Session:
    """What the server keeps of a session; an empty name where nobody has logged in."""

    name: str = ""
    denied: frozenset[str] = frozenset()
    used_at: float = 0.0
    born_at: float = 0.0
    calls: int = 0
    """Requests in hand: a session in use does not end."""
    events: list[bytes] = field(default_factory=list)
    is_woken: bool = False
    waiter: asyncio.Future[bool] | None = None


@dataclass(frozen=True)
class Asked:
    """An action as it arrived."""

    action: str
    fields: Mapping[str, str]
    """With keys in lower case."""
    session: str

    @property
    def action_id(self) -> str:
        return self.fields.get("actionid", "")


@dataclass(frozen=True)
class Raw:
    """An answer of the HTTP server's own, or a broken one: these bytes, then the line is cut."""

    data: bytes = b""


class Hang:
    """No answer at all, for as long as the client likes."""


Answer: TypeAlias = bytes | Raw | Hang
Answering: TypeAlias = Answer | Callable[[Asked], "Answer | Awaitable[Answer]"]


def packet(*lines: str) -> bytes:
    """A packet of lines `Key: value`."""
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def said(asked: Asked, response: str, *lines: str) -> bytes:
    """A response with the request's ActionID, if it had any."""
    return packet(f"Response: {response}", *_action_line(asked.action_id), *lines)


def listing(asked: Asked, ends_with: str, rows: Iterable[Iterable[str]]) -> bytes:
    """A list of packets, ended by its own count."""
    packets = [packet(*row, *_action_line(asked.action_id)) for row in rows]
    end = packet(
        f"Event: {ends_with}",
        *_action_line(asked.action_id),
        "EventList: Complete",
        f"ListItems: {len(packets)}",
    )
    return said(asked, "Success", "EventList: start") + b"".join(packets) + end


def _action_line(action_id: str) -> tuple[str, ...]:
    return (f"ActionID: {action_id}",) if action_id else ()


@dataclass
class AsteriskServer:
    """The server; use `running`, or `on_thread` beside a process that asks it."""

    accounts: dict[str, Account] = field(default_factory=lambda: {"panel": Account("s3cret w0rd")})
    answers: dict[str, Answering | list[Answering]] = field(default_factory=dict)
    """By action, in lower case; of a list one after the other, and the last for good."""
    prefix: str = ""
    stage: Stage = Stage.UP
    life_s: float = 60.0
    """How long a session lives after its last request."""
    refusal_delay_s: float = 0.0
    """One second, where Asterisk has it."""
    startup: str = "2026-11-22 05:00:00"
    system_name: str = "floor1"
    clock: Callable[[], float] = time.time
    """The server's clock: seconds since 1970."""
    elapsed: Callable[[], float] = time.monotonic
    """By which sessions age."""
    overtaken: int = 0
    """How many digests are yet to be challenged again, good or not."""
    sessions: dict[str, Session] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    loopback: Loopback = field(default_factory=Loopback)

    def __post_init__(self) -> None:
        self._ids = (f"{number:08x}" for number in itertools.count(0x5EED))
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        """Where it is, prefix and all."""
        return self.loopback.base + self.prefix

    @contextlib.asynccontextmanager
    async def running(
        self, tls: ssl.SSLContext | None = None, port: int = 0
    ) -> AsyncIterator[AsteriskServer]:
        """Listen until the block ends, on the port where it was before if that is given."""
        self._loop = asyncio.get_running_loop()
        async with serve(self._serve, tls, port) as self.loopback:
            yield self

    @contextlib.contextmanager
    def on_thread(self) -> Iterator[AsteriskServer]:
        """Listen on a thread of its own until the block ends."""
        ready: Queue[None] = Queue()
        halt = asyncio.Event()

        async def run() -> None:
            async with self.running():
                ready.put(None)
                await halt.wait()

        thread = threading.Thread(target=lambda: asyncio.run(run()))
        thread.start()
        try:
            ready.get(timeout=READY_S)
            yield self
        finally:
            assert self._loop is not None
            self._loop.call_soon_threadsafe(halt.set)
            thread.join(READY_S)
            assert not thread.is_alive(), "the server did not end"

    @property
    def port(self) -> int:
        """Where it listens or has listened."""
        return int(self.loopback.base.rpartition(":")[2])

    def count(self, action: str) -> int:
        """How often an action was asked."""
        return sum(asked.action.lower() == action.lower() for asked in self.asked)

    def restart(self, stage: Stage = Stage.UP, startup: str = "2026-11-22 06:00:00") -> None:
        """Forget every session, as a restart does."""
        self.sessions.clear()
        self.stage, self.startup = stage, startup

    def tell(self, *events: bytes, is_hidden: bool = False) -> None:
        """Something happens; what is hidden wakes those who wait all the same."""
        for session in self.sessions.values():
            session.events += () if is_hidden else events
            session.is_woken = True
            _release(session, is_taken=False)

    async def _serve(self, request: Request, writer: asyncio.StreamWriter) -> None:
        path = request.path.removeprefix(self.prefix) if self.prefix else request.path
        is_here = request.path.startswith(self.prefix) and path in {"/rawman", "/arawman"}
        if request.method not in {"GET", "POST"}:
            writer.write(http_answer(HTML, "501 Not Implemented", Content_Type="text/html"))
        elif self.stage is Stage.NO_SERVICE:
            writer.write(http_answer(HTML, "503 No Service", Content_Type="text/html"))
        elif not is_here or self.stage is Stage.NO_MANAGER:
            writer.write(http_answer(HTML, "404 Not Found", Content_Type="text/html"))
        elif len(request.body) > 40960:
            writer.write(http_answer(HTML, "413 Too Large", Content_Type="text/html"))
        elif path == "/arawman":
            await self._by_digest(request, writer)
        else:
            await self._by_cookie(request, writer)

    async def _by_cookie(self, request: Request, writer: asyncio.StreamWriter) -> None:
        _, _, cookie = request.headers.get("cookie", "").partition("mansession_id=")
        key = cookie.strip('"')
        if not self._is_alive(key):
            key = next(self._ids)
            self.sessions[key] = Session(born_at=self.elapsed())
        life = max(1, round(self.life_s))
        set_cookie = f'mansession_id="{key}"; Version=1; Max-Age={life}'
        await self._reply(key, _form(request), writer, Set_Cookie=set_cookie)

    async def _by_digest(self, request: Request, writer: asyncio.StreamWriter) -> None:
        given = request.headers.get("authorization", "")
        fields = parse_keqv_list(parse_http_list(given.removeprefix("Digest ")))
        nonce, name = fields.get("nonce", ""), fields.get("username", "")
        account = self.accounts.get(name)
        is_overtaken, self.overtaken = self.overtaken > 0, max(0, self.overtaken - 1)
        if account is None or is_overtaken or not _is_signed(request, fields, account.secret):
            self._challenge(writer, next(self._ids))
            return
        if not self._is_alive(nonce):
            # As Asterisk does: a number that it has forgotten is as good as a new one.
            self.sessions[nonce] = Session(name, account.denied, born_at=self.elapsed())
        elif self.elapsed() - self.sessions[nonce].born_at > NONCE_LIFE_S:
            renewed = next(self._ids)
            self.sessions[renewed] = self.sessions.pop(nonce)
            self.sessions[renewed].born_at = self.elapsed()
            self._challenge(writer, renewed, is_stale=True)
            return
        await self._reply(nonce, _form(request), writer)

    def _challenge(
        self, writer: asyncio.StreamWriter, nonce: str, *, is_stale: bool = False
    ) -> None:
        stale = ", stale=true" if is_stale else ""
        value = (
            f'Digest algorithm=MD5, realm="{REALM}", nonce="{nonce}", qop="auth", opaque="{nonce}"'
        )
        head = {"Content_Type": "text/html", "WWW_authenticate": value + stale}
        writer.write(http_answer(HTML, "401 Unauthorized", **head))

    def _is_alive(self, key: str) -> bool:
        session = self.sessions.get(key)
        if session is None:
            return False
        return session.calls > 0 or self.elapsed() - session.used_at < self.life_s

    async def _reply(
        self, key: str, fields: dict[str, str], writer: asyncio.StreamWriter, **headers: str
    ) -> None:
        session = self.sessions[key]
        asked = Asked(fields.get("action", ""), fields, key)
        self.asked.append(asked)
        session.calls += 1
        try:
            answer = await self._answer(asked, session)
        finally:
            session.calls -= 1
            session.used_at = self.elapsed()
        if isinstance(answer, Hang):
            await asyncio.Event().wait()
        elif isinstance(answer, Raw):
            writer.write(answer.data)
            await writer.drain()
            hang_up(writer)
        else:
            writer.write(http_answer(answer, Content_Type="text/plain", **headers))

    async def _answer(self, asked: Asked, session: Session) -> Answer:
        action = asked.action.lower()
        if not action:
            return said(asked, "Error", "Message: Missing action in request")
        if self.stage is Stage.STOPPING:
            return said(asked, "Error", "Message: Asterisk is shutting down")
        if action == "login":
            return await self._log_in(asked, session)
        if not session.name or action in session.denied:
            return said(asked, "Error", "Message: Permission denied")
        if self.stage is Stage.NO_QUEUES and action.startswith("queue"):
            return said(asked, "Error", f"Message: {_NOT_SUCH.format(asked.action)}")
        scripted = self.answers.get(action)
        if isinstance(scripted, list):
            scripted = scripted.pop(0) if len(scripted) > 1 else scripted[0]
        if callable(scripted):
            answer = scripted(asked)
            return await answer if inspect.isawaitable(answer) else answer
        if scripted is not None:
            return scripted
        if action == "waitevent":
            return await self._wait(asked, session)
        return self._known(asked, action)

    def _known(self, asked: Asked, action: str) -> bytes:
        """What every Asterisk answers."""
        day, _, clock = self.startup.partition(" ")
        if action == "ping":
            return said(asked, "Success", "Ping: Pong", f"Timestamp: {self.clock():.6f}")
        if action == "coresettings":
            name = f"SystemName: {self.system_name}"
            return said(asked, "Success", "AMIversion: 11.0.0", "AsteriskVersion: 22.10.1", name)
        if action == "corestatus":
            return said(asked, "Success", f"CoreStartupDate: {day}", f"CoreStartupTime: {clock}")
        if action == "logoff":
            _release(self.sessions.pop(asked.session), is_taken=False)
            return said(asked, "Goodbye", "Message: Thanks for all the fish.")
        if action in {"queuestatus", "queuesummary"}:
            return listing(asked, f"{asked.action}Complete", ())
        return said(asked, "Error", f"Message: {_NOT_SUCH.format(asked.action)}")

    async def _log_in(self, asked: Asked, session: Session) -> bytes:
        if session.name:
            return said(asked, "Success", "Message: Already authenticated")
        name = asked.fields.get("username", "")
        account = self.accounts.get(name)
        if account is None or account.secret != asked.fields.get("secret"):
            await asyncio.sleep(self.refusal_delay_s)
            return said(asked, "Error", "Message: Authentication failed")
        session.name, session.denied = name, account.denied
        return said(asked, "Success", "Message: Authentication accepted")

    async def _wait(self, asked: Asked, session: Session) -> bytes:
        _release(session, is_taken=True)
        seconds = float(asked.fields.get("timeout", "50"))
        if not session.is_woken:
            session.waiter = asyncio.get_running_loop().create_future()
            waiter = session.waiter
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(seconds, max(self.life_s - 10, 1.0))):
                    if await waiter:
                        return b""
        events, session.events, session.is_woken = session.events, [], False
        head = said(asked, "Success", "Message: Waiting for Event completed.")
        end = packet("Event: WaitEventComplete", *_action_line(asked.action_id))
        return head + b"".join(events) + end


def _release(session: Session, *, is_taken: bool) -> None:
    if session.waiter is not None and not session.waiter.done():
        session.waiter.set_result(is_taken)
    session.waiter = None


def _form(request: Request) -> dict[str, str]:
    """The fields of a request; those of the query are not looked at in a POST."""
    if request.method == "GET":
        return {key.lower(): value for key, value in request.query.items()}
    if "urlencoded" not in request.headers.get("content-type", ""):
        return {}
    pairs = parse_qsl(request.body.decode(), keep_blank_values=True)
    return {key.lower(): value.lstrip(" ") for key, value in pairs}


def _is_signed(request: Request, fields: Mapping[str, str], secret: str) -> bool:
    def md5(*parts: str) -> str:
        return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()

    user, path = fields.get("username", ""), fields.get("uri", "")
    first, second = md5(user, REALM, secret), md5(request.method, path)
    nonce, cnonce = fields.get("nonce", ""), fields.get("cnonce", "")
    right = md5(first, nonce, fields.get("nc", ""), cnonce, "auth", second)
    return path == request.path and fields.get("response") == right
