"""Sessions of Asterisk's manager over HTTP: begun, kept, and known to have ended.

A session gathers events from the moment it begins. It ends a while after its last request (or with
a restart of the server), and with it the events that nobody has fetched. An ended session and a
missing right are refused alike; only the cookie tells: a server that does not know ours sends
another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from data.clock import Clock
from data.settings import SignIn, SourceSettings
from data.sources.asterisk.account import Account
from data.sources.asterisk.cookie_session import CookieSession
from data.sources.asterisk.digest_session import DigestSession
from data.sources.asterisk.posts import Post
from data.sync.bounded import Answer


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
        """Log off, where there is something to log off from; never fails."""
        ...


def make_session(settings: SourceSettings, post: Post, clock: Clock) -> Session:
    """The session of an account, not yet begun."""
    account = Account(settings, clock)
    if settings.sign_in is SignIn.DIGEST:
        return DigestSession(account, post, clock)
    return CookieSession(account, settings.deadline, post, clock)
