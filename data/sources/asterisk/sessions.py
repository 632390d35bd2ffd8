"""Sessions of Asterisk's manager over HTTP: begun, kept, and known to have ended.

A session gathers events from the moment it begins. It ends a while after its last request (or with
a restart of the server), and with it the events that nobody has fetched. An ended session and a
missing right are refused alike; only the cookie tells: a server that does not know ours sends
another one.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Generator, Mapping
from typing import Protocol

from data.clock import Clock
from data.errors import Code, FetchError, FloorError
from data.settings import SignIn, SourceSettings
from data.sources.asterisk.asking import Refusal, form, new_action_id, refusal_of
from data.sources.asterisk.packets import read_response
from data.sources.asterisk.posts import Post
from data.sync.bounded import Answer
from data.sync.credentials import secret_from
from data.sync.web import httpx

REFUSAL_DELAY_S = 2.0
"""How much longer a log-in may take: a wrong secret is answered after a second."""
RIGHTS_S = 60.0
"""Rights are looked up when a session begins: an older one may lack what its account has by now."""
LOG_OFF_S = 1.0
"""How long is waited for the end of a session, which ends by itself otherwise."""
REFUSED_S = 60.0
"""How long a secret that was refused is not tried again: hosts that count failures lock us out."""
QUIET_S = 20.0
"""A pause after which a session of digests may have ended. Its life is not told; 60 s is usual."""
_COOKIE = re.compile(r'\bmansession_id="?([0-9A-Za-z]{1,32})"?(?:;|$)')
_MAX_AGE = re.compile(r"\bMax-Age=([0-9]{1,6})\b", re.IGNORECASE)


class Session(Protocol):
    """How requests are signed, and what is known of the session they belong to."""

    number: int
    """How many sessions there have been; between two of them events may be lost."""
    life_s: int
    """How long it lives after its last request; 0 where that is not told."""

    async def ready(self) -> int:
        """See that there is a session, as far as is known; its number."""
        ...

    async def renew(self, number: int) -> int:
        """Begin another one, unless somebody has since that number; its number."""
        ...

    async def post(self, form: Mapping[str, str], deadline: float) -> Answer:
        """Post a form in the session."""
        ...

    def is_worn(self, answer: Answer, /) -> bool:
        """Whether another session may be allowed what this answer says is not."""
        ...

    async def end(self) -> None:
        """Log off, where there is something to log off from; may fail as a request does."""
        ...


def make_session(settings: SourceSettings, post: Post, clock: Clock) -> Session:
    """The session of an account, not yet begun."""
    account = Account(settings, clock)
    if settings.sign_in is SignIn.DIGEST:
        return DigestSession(account, post, clock)
    return CookieSession(account, settings.deadline, post, clock)


class Account:
    """A name and its secret, which is not tried again for a while once it was refused."""

    def __init__(self, settings: SourceSettings, clock: Clock) -> None:
        self.name = settings.username
        self._secret = secret_from(settings)
        self._clock = clock
        self._refused = ""
        self._refused_ms = 0

    def __repr__(self) -> str:
        return f"Account({self.name})"

    def secret(self) -> str:
        """The secret as it is now.

        Raises:
            FetchError: SIGN_IN: there is none, or it was refused a moment ago.
            StoreError: Its file cannot be used.
        """
        secret = self._secret().reveal()
        quiet_ms = self._clock.monotonic_ms() - self._refused_ms
        if secret == self._refused and quiet_ms < REFUSED_S * 1000:
            raise self._problem()
        return secret

    def refused(self, secret: str) -> FetchError:
        """Note that a secret was refused; the error to be raised."""
        self._refused, self._refused_ms = secret, self._clock.monotonic_ms()
        return self._problem()

    def _problem(self) -> FetchError:
        problem = FetchError(Code.SIGN_IN, self.name)
        problem.was_not_sent = True
        return problem


class CookieSession:
    """Signed in by name and secret, and from then on known by a cookie."""

    def __init__(self, account: Account, deadline: float, post: Post, clock: Clock) -> None:
        self._account = account
        self._deadline = deadline
        self._post = post
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._id = ""
        self._began_ms = 0
        self._answered_ms = 0
        self.life_s = 0
        self.number = 0

    def __repr__(self) -> str:
        return f"CookieSession({self._account.name}, {self.number})"

    async def ready(self) -> int:
        """Log in where that has not been done or the session's life is over; its number."""
        number = self.number
        if self._id and not self._is_over():
            return number
        return await self.renew(number)

    async def renew(self, number: int) -> int:
        """Log in again, unless somebody has since that number; its number.

        Raises:
            FetchError: SIGN_IN, with the account's name; or what any request may come to. Whoever
                wanted the session has sent nothing yet: `was_not_sent`.
            StoreError: The secret's file cannot be used.
        """
        async with self._one_at_a_time:
            if self.number == number:
                try:
                    await self._log_in()
                except FetchError as problem:
                    problem.was_not_sent = True
                    raise
            return self.number

    async def post(self, form: Mapping[str, str], deadline: float) -> Answer:
        """Post a form in the session."""
        sent = self._id
        cookie = f'mansession_id="{sent}"'
        answer = await self._post("/rawman", form, deadline=deadline, cookie=cookie)
        if sent == self._id:
            self._answered_ms = self._clock.monotonic_ms()
            self._is_known = cookie_of(answer)[0] in {sent, ""}
        return answer

    def is_worn(self, answer: Answer, /) -> bool:
        """Whether the server sent another cookie, or the session is older than `RIGHTS_S`."""
        is_known = cookie_of(answer)[0] in {self._id, ""}
        age_ms = self._clock.monotonic_ms() - self._began_ms
        return not is_known or age_ms >= RIGHTS_S * 1000

    async def end(self) -> None:
        """Log off: whoever waits for events is given those that there are."""
        if self._id and self._is_known and not self._is_over():
            with contextlib.suppress(FetchError):
                await self.post(form("Logoff", new_action_id(), {}), LOG_OFF_S)
        self._id = ""

    def _is_over(self) -> bool:
        quiet_ms = self._clock.monotonic_ms() - self._answered_ms
        return self.life_s > 0 and quiet_ms >= self.life_s * 1000

    async def _log_in(self) -> None:
        secret = self._account.secret()
        await self.end()
        try:
            fields = {"Username": self._account.name, "Secret": secret}
            asked = form("Login", new_action_id(), fields)
        except FloorError:
            raise self._account.refused(secret) from None
        # Without a cookie: a session that is alive would answer yes to any secret.
        answer = await self._post("/rawman", asked, deadline=self._deadline + REFUSAL_DELAY_S)
        told = read_response(answer.body)
        if refusal_of(told) is Refusal.CREDENTIALS:
            raise self._account.refused(secret)
        cookie, life_s = cookie_of(answer)
        if not told.is_success or not cookie:
            raise FetchError(Code.UNAVAILABLE, told.message or "Login")
        self._id, self.life_s, self._is_known = cookie, life_s, True
        self._began_ms = self._answered_ms = self._clock.monotonic_ms()
        self.number += 1


class DigestSession:
    """Each request signed by HTTP Digest.

    The session is the challenge's number, and a server that has forgotten it makes another of the
    same number, without a word. So after a pause, or after the server could not be had, it counts
    as another session.
    """

    def __init__(self, account: Account, post: Post, clock: Clock) -> None:
        self._account = account
        self._post = post
        self._clock = clock
        self._auth: httpx.Auth | None = None
        self._secret = ""
        self._began_ms = 0
        self._answered_ms = 0
        self._is_in_doubt = True
        self.number = 0
        self.life_s = 0

    def __repr__(self) -> str:
        return f"DigestSession({self._account.name}, {self.number})"

    async def ready(self) -> int:
        """See that requests can be signed; the session's number."""
        quiet_ms = self._clock.monotonic_ms() - self._answered_ms
        if self._is_in_doubt or self._auth is None or quiet_ms >= QUIET_S * 1000:
            return await self.renew(self.number)
        return self.number

    async def renew(self, number: int) -> int:
        """Have another challenge with the next request, unless somebody has since that number.

        Raises:
            FetchError: SIGN_IN, where there is no secret.
            StoreError: The secret's file cannot be used.
        """
        if self.number == number:
            self._secret = self._account.secret()
            self._auth = _Digest(self._account.name, self._secret)
            self._began_ms = self._answered_ms = self._clock.monotonic_ms()
            self._is_in_doubt = False
            self.number += 1
        return self.number

    async def post(self, form: Mapping[str, str], deadline: float) -> Answer:
        """Post a form in the session."""
        try:
            answer = await self._post("/arawman", form, deadline=deadline, auth=self._auth)
        except FetchError as problem:
            self._is_in_doubt = True
            if problem.code is Code.SIGN_IN:
                raise self._account.refused(self._secret) from None
            raise
        self._answered_ms = self._clock.monotonic_ms()
        return answer

    def is_worn(self, _answer: Answer, /) -> bool:
        """Whether the session is older than `RIGHTS_S`."""
        return self._clock.monotonic_ms() - self._began_ms >= RIGHTS_S * 1000

    async def end(self) -> None:
        """Nothing: it ends by itself."""
        self._auth = None


class _Digest(httpx.DigestAuth):
    """HTTP Digest, for challenges too that are none."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign a request, and once more where it was challenged."""
        try:
            yield from super().auth_flow(request)
        except (ValueError, LookupError, NotImplementedError):
            raise FetchError(Code.BAD_PAYLOAD, "WWW-Authenticate") from None


def cookie_of(answer: Answer) -> tuple[str, int]:
    """The session's cookie in an answer, and how many seconds it is good for.

    Returns:
        Both empty where there is none.
    """
    header = answer.headers.get("set-cookie", "")
    found, life = _COOKIE.search(header), _MAX_AGE.search(header)
    return (found[1] if found else ""), (int(life[1]) if life else 0)
