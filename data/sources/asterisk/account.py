"""Who signs in to Asterisk's manager, and with what."""

from __future__ import annotations

from data.clock import Clock
from data.errors import Code, FetchError
from data.settings import SourceSettings
from data.sync.credentials import Secret, secret_from

RIGHTS_S = 60.0
"""Rights are looked up when a session begins: an older one may lack what its account has by now."""
REFUSED_S, LONGEST_REFUSED_S = 60.0, 600.0
"""How long a secret that was refused is not tried again, doubled each time: what counts failures
(fail2ban, usually five in ten minutes) would lock this host out."""


class Account:
    """A name and its secret, which is not tried again for a while once it was refused."""

    def __init__(self, settings: SourceSettings, clock: Clock) -> None:
        self.name = settings.username
        self._secret = secret_from(settings)
        self._clock = clock
        self._refused: Secret | None = None
        self._refusals = 0
        self._refused_ms = 0

    def __repr__(self) -> str:
        return f"Account({self.name})"

    def secret(self) -> Secret:
        """The secret as it is now.

        Raises:
            FetchError: SIGN_IN: there is none, or it was refused a while ago.
            StoreError: Its file cannot be used.
        """
        secret = self._secret()
        if secret != self._refused:
            self._refusals = 0
        elif self._clock.monotonic_ms() - self._refused_ms < self._patience_s() * 1000:
            raise self._problem()
        return secret

    def refused(self, secret: Secret) -> FetchError:
        """Note that a secret was refused; the error to be raised."""
        self._refused, self._refused_ms = secret, self._clock.monotonic_ms()
        self._refusals += 1
        return self._problem()

    def accepted(self) -> None:
        """Note that the secret was accepted."""
        self._refused, self._refusals = None, 0

    def _patience_s(self) -> float:
        return min(LONGEST_REFUSED_S, REFUSED_S * 2.0 ** min(self._refusals - 1, 8))

    def _problem(self) -> FetchError:
        problem = FetchError(Code.SIGN_IN, self.name)
        problem.was_not_sent = True
        return problem
