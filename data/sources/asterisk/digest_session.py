"""A session of Asterisk's manager in which each request is signed by HTTP Digest."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping

from data.clock import Clock
from data.errors import Code, FetchError
from data.sources.asterisk.account import RIGHTS_S, Account
from data.sources.asterisk.posts import Post
from data.sync.bounded import Answer
from data.sync.credentials import Secret
from data.sync.web import httpx

SIGNINGS = 3
"""How often a request is signed anew before a secret that was good is taken to be so no more."""
QUIET_S = 20.0
"""A pause after which a session of digests may have ended. Its life is not told; 60 s is usual."""


class DigestSession:
    """Each request signed by HTTP Digest, and numbered.

    The server refuses a number that is overtaken by a higher one. So requests go one at a time, but
    for the long poll; where that is overtaken (or overtakes), it is asked again.

    The session is the challenge's number, and a server that has forgotten it makes another of the
    same number, without a word. So after a pause, or after the server could not be had, it counts
    as another session.
    """

    def __init__(self, account: Account, post: Post, clock: Clock) -> None:
        self._account = account
        self._post = post
        self._clock = clock
        self._auth: httpx.Auth | None = None
        self._secret: Secret | None = None
        self._one_at_a_time = asyncio.Lock()
        self._is_accepted = False
        self._began_ms = 0
        self._answered_ms = 0
        self._is_in_doubt = True
        self._is_another = True
        """The next answer will be the first of another session."""
        self.number = 0
        self.life_s = 0

    def __repr__(self) -> str:
        return f"DigestSession({self._account.name}, {self.number})"

    async def ready(self) -> int:
        """See that requests can be signed; the session's number."""
        quiet_ms = self._clock.monotonic_ms() - self._answered_ms
        if self._is_in_doubt or quiet_ms >= QUIET_S * 1000:
            self._sign_anew()
        return self.number

    async def renew(self, number: int) -> int:
        """Have another challenge with the next request, unless somebody has since that number.

        Raises:
            FetchError: SIGN_IN, where there is no secret.
            StoreError: The secret's file cannot be used.
        """
        if self.number == number:
            self._sign_anew()
        return self.number

    def _sign_anew(self) -> None:
        self._secret = self._account.secret()
        self._auth = _Digest(self._account.name, self._secret.reveal())
        self._began_ms = self._answered_ms = self._clock.monotonic_ms()
        self._is_in_doubt, self._is_another = False, True

    async def post(self, form: Mapping[str, str], deadline: float) -> Answer:
        """Post a form in the session."""
        if form["Action"] == "WaitEvent":
            return await self._signed(form, deadline)
        async with self._one_at_a_time:
            return await self._signed(form, deadline)

    async def _signed(self, form: Mapping[str, str], deadline: float) -> Answer:
        for left in reversed(range(SIGNINGS if self._is_accepted else 1)):
            try:
                answer = await self._post("/arawman", form, deadline=deadline, auth=self._auth)
            except FetchError as problem:
                if problem.code is not Code.SIGN_IN or not left:
                    raise self._failed(problem) from None
            else:
                break
        self._account.accepted()
        self.number += self._is_another
        self._is_accepted, self._is_another = True, False
        self._answered_ms = self._clock.monotonic_ms()
        return answer

    def _failed(self, problem: FetchError) -> FetchError:
        self._is_in_doubt = True
        if problem.code is not Code.SIGN_IN or self._secret is None:
            return problem
        self._is_accepted = False
        return self._account.refused(self._secret)

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
