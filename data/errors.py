"""What can go wrong below the glass, as codes with parameters; the screen words them.

FloorError
+-- StoreError      a file of the floor cannot be used
+-- FetchError      an endpoint did not give what was asked
|   +-- CursorGone      it no longer serves our cursor
|   +-- ActionRefused   it understood an action and said no
+-- LockHeld        another process has the floor
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Every reason that a person may come to read."""

    # files
    FILE_CORRUPT = "file_corrupt"
    """A database that the sync process makes anew, or of which it saves what can be read."""
    FILE_INVALID = "file_invalid"
    """A file that a person has put there and that does not hold what it should."""
    FILE_NEWER = "file_newer"
    FILE_OLDER = "file_older"
    """A database that the sync process has yet to bring up to date."""
    FILE_FOREIGN = "file_foreign"
    FILE_MISSING = "file_missing"
    FILE_DENIED = "file_denied"
    FILE_BUSY = "file_busy"
    FILE_UNSAFE = "file_unsafe"
    DISK_FULL = "disk_full"
    NETWORK_FILESYSTEM = "network_filesystem"
    # the way to the endpoint
    REFUSED_CONNECTION = "refused_connection"
    NO_SUCH_HOST = "no_such_host"
    CONNECTION_LOST = "connection_lost"
    TIMED_OUT = "timed_out"
    TLS_EXPIRED = "tls_expired"
    TLS_WRONG_NAME = "tls_wrong_name"
    TLS_UNKNOWN_AUTHORITY = "tls_unknown_authority"
    TLS_CLIENT_CERTIFICATE = "tls_client_certificate"
    TLS_OTHER = "tls_other"
    # what it answered
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    REDIRECTED = "redirected"
    BAD_PAYLOAD = "bad_payload"
    HTTP_STATUS = "http_status"
    SLOW_DOWN = "slow_down"
    UNAVAILABLE = "unavailable"
    NO_MANAGER = "no_manager"
    """Asterisk's HTTP server answers, its manager does not: starting, switched off, elsewhere."""
    SIGN_IN = "sign_in"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CURSOR_GONE = "cursor_gone"
    SCHEMA_UNSUPPORTED = "schema_unsupported"
    NO_SUCH_SITE = "no_such_site"
    SEVERAL_SITES = "several_sites"
    DIGEST_DIFFERS = "digest_differs"
    # actions
    ALREADY_CLAIMED = "already_claimed"
    SHIFT_OVERLAPS = "shift_overlaps"
    WRONG_STATE = "wrong_state"
    ACTION_EXPIRED = "action_expired"
    IN_PROGRESS = "in_progress"
    VERSION_MISMATCH = "version_mismatch"
    NOT_YOUR_TEAM = "not_your_team"
    """A team leader acts on agents of their own teams."""
    CHANGED_SINCE = "changed_since"
    """What an action was meant for is not as its person saw it."""
    KEY_REUSED = "key_reused"
    INVALID_FIELD = "invalid_field"
    PRECONDITION_REQUIRED = "precondition_required"
    STATIC_MEMBER = "static_member"
    """An agent whom the telephone system's own configuration has put into a queue."""
    NO_EXTENSION = "no_extension"
    """The telephone system has no extension by which a call gets to a queue or an agent."""
    PHONE_NOT_REACHED = "phone_not_reached"
    """The phone of the person who acts did not answer, or could not be rung."""
    TIMED_BY_SYSTEM = "timed_by_system"
    """After-contact work that the telephone system ends by itself, and not otherwise."""
    OUTCOME_UNKNOWN = "outcome_unknown"
    """The answer was lost, and nothing tells any more whether it was done."""
    # configuration
    NO_SUCH_ZONE = "no_such_zone"
    # processes
    LOCK_HELD = "lock_held"
    NO_SYNC = "no_sync"
    """No process has the floor: what is saved lies until one comes."""
    INTERNAL = "internal"


class FloorError(Exception):
    """A reason, with what a sentence about it needs; `detail` is clean and holds no secret."""

    def __init__(self, code: Code, detail: str = "", **params: str | float | None) -> None:
        super().__init__(code.value, detail)
        self.code = code
        self.detail = detail
        self.params = params

    def __str__(self) -> str:
        """For logs: the code and its detail, never a sentence for people."""
        return f"{self.code.value}: {self.detail}" if self.detail else self.code.value


class StoreError(FloorError):
    """A file of the floor cannot be used; `detail` is its path."""


class FetchError(FloorError):
    """An endpoint did not give what was asked.

    Args:
        code: Why.
        detail: A cleaned piece of what was seen, for the person who has to mend it.
        retry_after_s: When the endpoint asked to be left alone, for how long.
        status: The HTTP status, where there was one.
    """

    def __init__(
        self,
        code: Code,
        detail: str = "",
        *,
        retry_after_s: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.retry_after_s = retry_after_s
        self.status = status
        self.was_not_sent = False
        """It failed before anything was asked: nothing can have been done."""


class CursorGone(FetchError):
    """The cursor is no longer served: a full resynchronisation is due."""


class ActionRefused(FetchError):
    """An action was understood and refused; nothing happened."""

    current: bytes = b""
    """The records as they are, as a JSON list of the contract's changes; empty if not told."""


class LockHeld(FloorError):
    """Another process has the floor; `detail` is its process id where it is known."""
