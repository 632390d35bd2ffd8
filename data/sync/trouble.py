"""What went wrong on the way to an endpoint, told from what the libraries raise.

httpx wraps what happened in errors of its own, so the chain of causes is searched: a certificate
that has expired must not read like a dead line, since waiting mends only one of the two.
"""

from __future__ import annotations

import email.utils
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from data import contract
from data.clean import clean_text
from data.errors import ActionRefused, Code, CursorGone, FetchError
from data.sync.backoff import LONGEST_RETRY_AFTER_S
from data.sync.web import httpx

DETAIL_LIMIT = 200

# OpenSSL's verification results (x509_vfy.h); Python names them only in words.
_VERIFY_CODES = {
    2: Code.TLS_UNKNOWN_AUTHORITY,
    9: Code.TLS_EXPIRED,  # not yet valid: a clock is wrong somewhere
    10: Code.TLS_EXPIRED,
    18: Code.TLS_UNKNOWN_AUTHORITY,
    19: Code.TLS_UNKNOWN_AUTHORITY,
    20: Code.TLS_UNKNOWN_AUTHORITY,
    21: Code.TLS_UNKNOWN_AUTHORITY,
    62: Code.TLS_WRONG_NAME,
    64: Code.TLS_WRONG_NAME,
}
# Alerts with which a server turns down the certificate that we did or did not show.
_CLIENT_ALERTS = (
    "CERTIFICATE_REQUIRED",
    "ALERT_BAD_CERTIFICATE",
    "ALERT_CERTIFICATE_EXPIRED",
    "ALERT_CERTIFICATE_REVOKED",
    "ALERT_CERTIFICATE_UNKNOWN",
    "ALERT_HANDSHAKE_FAILURE",  # what TLS 1.2 says where a certificate is missing
    "ALERT_UNKNOWN_CA",
    "ALERT_UNSUPPORTED_CERTIFICATE",
)
# How TLS says "not yet" while it reads and writes: in the chain of every cut connection.
_NOT_ERRORS = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
_BY_STATUS = {
    401: Code.SIGN_IN,
    403: Code.FORBIDDEN,
    404: Code.NOT_FOUND,
    429: Code.SLOW_DOWN,
    503: Code.UNAVAILABLE,
}
_REFUSALS = {
    "already-claimed": Code.ALREADY_CLAIMED,
    "shift-overlaps": Code.SHIFT_OVERLAPS,
    "wrong-state": Code.WRONG_STATE,
    "action-expired": Code.ACTION_EXPIRED,
    "in-progress": Code.IN_PROGRESS,
    "version-mismatch": Code.VERSION_MISMATCH,
    "idempotency-key-reused": Code.KEY_REUSED,
    "invalid-field": Code.INVALID_FIELD,
    "precondition-required": Code.PRECONDITION_REQUIRED,
    "not-found": Code.NOT_FOUND,
}
_REFUSAL_STATUSES = frozenset({404, 409, 412, 422, 428})


def explain_failure(error: Exception, place: str) -> FetchError:
    """Why there was no answer.

    Args:
        error: What the client library raised.
        place: Host and port, for the person who has to mend it.
    """
    chain = list(_causes(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError(_VERIFY_CODES.get(cause.verify_code, Code.TLS_OTHER), place)
    for cause in chain:
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, _NOT_ERRORS):
            return FetchError(_tls_code(cause), place)
        if isinstance(cause, socket.gaierror):
            return FetchError(Code.NO_SUCH_HOST, place)
        if isinstance(cause, ConnectionRefusedError):
            return FetchError(Code.REFUSED_CONNECTION, place)
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return FetchError(Code.TIMED_OUT, place)
    return FetchError(Code.CONNECTION_LOST, place)


def explain_status(status: int, headers: Mapping[str, str], body: bytes) -> FetchError:
    """Why an answer that is not a success is none.

    Args:
        status: The HTTP status.
        headers: The answer's headers.
        body: Problem details (RFC 9457) where there were any that could be read, or nothing.
    """
    problem = _read_problem(body)
    detail = _detail_of(problem) or str(status)
    wait = retry_after_s(headers)
    if status == 410:
        return CursorGone(Code.CURSOR_GONE, detail, retry_after_s=wait, status=status)
    if status == 400 and problem is not None and problem.name == "schema-unsupported":
        return FetchError(Code.SCHEMA_UNSUPPORTED, detail, status=status)
    if status in _REFUSAL_STATUSES and problem is not None and problem.name in _REFUSALS:
        return _refusal(problem, status, wait)
    code = _BY_STATUS.get(status, Code.HTTP_STATUS)
    return FetchError(code, detail, retry_after_s=wait, status=status)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The wait that `Retry-After` asks for: 0 to 300 s, or None where it asks for none.

    A date is measured against the answer's own `Date`, since our clock may be wrong.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(min(int(value[:6]), LONGEST_RETRY_AFTER_S))
    until = _read_date(value)
    if until is None:
        return None
    now = _read_date(headers.get("date", "")) or datetime.now(UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER_S)


def _read_date(value: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all that led to it, groups included, each once."""
    seen: set[int] = set()
    pending: list[BaseException] = [error]
    while pending:
        cause = pending.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            pending.extend(cause.exceptions)
        pending.extend(each for each in (cause.__cause__, cause.__context__) if each is not None)


def _tls_code(error: ssl.SSLError) -> Code:
    reason = error.reason or ""
    if any(alert in reason for alert in _CLIENT_ALERTS):
        return Code.TLS_CLIENT_CERTIFICATE
    # A line cut inside the handshake or inside TLS data is a lost line, not a TLS fault.
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Code.CONNECTION_LOST
    return Code.TLS_OTHER


def _read_problem(body: bytes) -> contract.Problem | None:
    if not body:
        return None
    try:
        return msgspec.json.decode(body, type=contract.Problem)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def _detail_of(problem: contract.Problem | None) -> str:
    if problem is None:
        return ""
    said = problem.detail if isinstance(problem.detail, str) else problem.title
    return clean_text(said, DETAIL_LIMIT)


def _refusal(problem: contract.Problem, status: int, wait: float | None) -> ActionRefused:
    refused = ActionRefused(
        _REFUSALS[problem.name], _detail_of(problem), retry_after_s=wait, status=status
    )
    if isinstance(problem.current, list):
        refused.current = msgspec.json.encode(problem.current)
    if isinstance(problem.held_by, str):
        refused.params["held_by"] = clean_text(problem.held_by)
    if isinstance(problem.held_since, datetime):
        refused.params["held_since"] = contract.to_ms(problem.held_since)
    return refused
