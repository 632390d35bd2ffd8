"""RFC 9457 problem details: which status and name each reason has on the wire."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from data import contract
from data.desk.keeper import Kept
from data.desk.rules import Refusal
from data.errors import Code

STATUS: dict[Code, int] = {
    Code.BAD_PAYLOAD: 400,
    Code.SCHEMA_UNSUPPORTED: 400,
    Code.SIGN_IN: 401,
    Code.FORBIDDEN: 403,
    Code.NOT_FOUND: 404,
    Code.ALREADY_CLAIMED: 409,
    Code.SHIFT_OVERLAPS: 409,
    Code.WRONG_STATE: 409,
    Code.ACTION_EXPIRED: 409,
    Code.IN_PROGRESS: 409,
    Code.CURSOR_GONE: 410,
    Code.VERSION_MISMATCH: 412,
    Code.TOO_LARGE: 413,
    Code.WRONG_TYPE: 415,
    Code.KEY_REUSED: 422,
    Code.INVALID_FIELD: 422,
    Code.PRECONDITION_REQUIRED: 428,
    Code.SLOW_DOWN: 429,
    Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503,
}
"""The HTTP status of each reason; what is not here is never answered."""

_NAMES = {
    Code.BAD_PAYLOAD: "bad-request",
    Code.SIGN_IN: "unauthorized",
    Code.KEY_REUSED: "idempotency-key-reused",
}


def problem_name(code: Code) -> str:
    """What the contract calls a reason: the last part of a problem's `type`."""
    return _NAMES.get(code, code.value.replace("_", "-"))


def problem_body(refusal: Refusal, *, detail: str = "") -> bytes:
    """A refusal as problem details; `detail` is for the person who mends a client."""
    name = problem_name(refusal.code)
    since = refusal.held_since
    fields = [contract.FieldProblem(pointer=p, reason=r) for p, r in refusal.fields]
    return msgspec.json.encode(
        contract.Problem(
            type=contract.PROBLEM_BASE + name,
            title=name.replace("-", " "),
            status=STATUS[refusal.code],
            detail=detail[:1000] or UNSET,
            fields=fields or UNSET,
            current=as_changes(refusal.current) or UNSET,
            held_by=refusal.held_by or UNSET,
            held_since=UNSET if since is None else contract.from_ms(since),
        )
    )


def as_changes(entities: Sequence[Kept], *, by: str = "") -> list[contract.RawChange]:
    """Entities as they travel in answers; `by` is the key of the action that made them so."""
    return [
        contract.RawChange(
            op="delete" if kept.data is None else "upsert",
            type=kept.kind,
            id=kept.id,
            version=kept.version,
            at=contract.from_ms(kept.at),
            by=by,
            data=UNSET if kept.data is None else msgspec.Raw(msgspec.json.encode(kept.data)),
        )
        for kept in entities
    ]
