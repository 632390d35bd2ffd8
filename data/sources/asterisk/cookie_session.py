"""A session of Asterisk's manager that a log-in begins and a cookie names."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping

from data.clock import Clock
from data.errors import Code, FetchError, FloorError
from data.sources.asterisk.account import RIGHTS_S, Account
from data.sources.asterisk.asking import Refusal, form, new_action_id, refusal_of
from data.sources.asterisk.packets import read_response
from data.sources.asterisk.posts import Post
from data.sync.bounded import Answer

REFUSAL_DELAY_S = 2.0
"""How much longer a log-in may take: a wrong secret is answered after a second."""
LOG_OFF_S = 1.0
"""How long is waited for the end of a session, which ends by itself otherwise."""
_COOKIE = re.compile(r'\bmansession_id="?([0-9A-Za-z]{1,32})"?(?:;|$)')
_MAX_AGE = re.compile(r"\bMax-Age=([0-9]{1,6})\b", re.IGNORECASE)


class CookieSession:
    """Signed in by name and secret, and from then on known by a cookie."""

    def __init__(self, account: Account, deadline: float, post: Post, clock: Clock) -> None:
        self._account = account
        self._deadline = deadline
        self._post = post
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._id = ""
        self._in_hand = 0
        """Requests under way: while there are any, the session's life does not run out."""
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
        self._in_hand += 1
        try:
            answer = await self._post("/rawman", form, deadline=deadline, cookie=cookie)
        finally:
            self._in_hand -= 1
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
        return self.life_s > 0 and not self._in_hand and quiet_ms >= self.life_s * 1000

    async def _log_in(self) -> None:
        secret = self._account.secret()
        await self.end()
        try:
            fields = {"Username": self._account.name, "Secret": secret.reveal()}
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
        self._account.accepted()
        self._id, self.life_s, self._is_known = cookie, life_s, True
        self._began_ms = self._answered_ms = self._clock.monotonic_ms()
        self.number += 1


def cookie_of(answer: Answer) -> tuple[str, int]:
    """The session's cookie in an answer, and how many seconds it is good for.

    Returns:
        Both empty where there is none.
    """
    header = answer.headers.get("set-cookie", "")
    found, life = _COOKIE.search(header), _MAX_AGE.search(header)
    return (found[1] if found else ""), (int(life[1]) if life else 0)
