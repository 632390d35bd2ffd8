"""Guarded actions as they arrive, read into commands that `data.desk.perform` can carry out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

import msgspec

from data import contract
from data.desk import complaints, rules
from data.desk.keeper import Keeper, Kept
from data.desk.rules import Refusal
from data.errors import Code
from data.model import Ms

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_ETAG = re.compile(r'"([A-Za-z0-9._-]{1,64})"', re.ASCII)
_WHERE = re.compile(r" - at `\$([^`]*)`$")
_Body = TypeVar("_Body", bound=contract.ActionBase)


class Asked(msgspec.Struct, frozen=True):
    """A guarded request, before anything is known of it; None is a header that is not there."""

    method: str
    path: str
    """Decoded, from `/sites/` on."""
    key: str | None
    match: str | None
    none_match: str | None
    body: bytes
    epoch: str | None = None
    """Of the history that `match` speaks of."""


class Expected(msgspec.Struct, frozen=True):
    """A record in the version that the person saw; `tag` of None: there must be none."""

    kind: str
    id: str
    tag: str | None


class Done(msgspec.Struct, frozen=True):
    """What an action left behind; 202 where what executes it has not confirmed it yet."""

    entities: Sequence[Kept]
    status: int = 200


Effect: TypeAlias = Callable[[Keeper, Sequence[Kept], Ms], Done]
"""Decides by the records as they are, and keeps what follows; raises `Refusal`."""


class Command(msgspec.Struct, frozen=True):
    """One action, understood."""

    key: str
    fingerprint: str
    not_after: Ms
    expected: tuple[Expected, ...]
    effect: Effect


COMPLAINT_RULES: Mapping[str, tuple[type[contract.ActionBase], complaints.Rule]] = {
    "claim": (contract.ActionBase, complaints.claim),
    "assign": (contract.AssignEscalation, complaints.assign),
    "acknowledge": (contract.ActionBase, complaints.acknowledge),
    "note": (contract.NoteEscalation, complaints.note),
    "severity": (contract.SetEscalationSeverity, complaints.set_severity),
    "escalate": (contract.EscalateEscalation, complaints.escalate),
    "release": (contract.ActionBase, complaints.release),
    "resolve": (contract.Resolve, complaints.resolve),
    "close": (contract.ActionBase, complaints.close),
    "refer": (contract.ReferEscalation, complaints.refer),
    "reopen": (contract.ActionBase, complaints.reopen),
}
"""What can be done to a complaint, by the last part of the path."""


class Registry(Protocol):
    """What a keeper of complaints decides of a new one."""

    def reference(self, keeper: Keeper) -> str:
        """What it is called; no other has this reference."""
        ...

    def clocks(self, action: contract.RaiseEscalation) -> Sequence[contract.ComplaintClock]:
        """Its time limits."""
        ...

    def rules(self, kind: str) -> str:
        """By what records of a kind are timed."""
        ...

    def retimed(self, complaint: contract.Escalation, now: Ms) -> contract.Escalation:
        """A complaint after an action, its clocks as they then are."""
        ...


def on_complaint(
    operation: str, registry: Registry | None = None
) -> Callable[[Asked, str], Command]:
    """Reads the command for one operation on a complaint.

    Args:
        operation: A key of `COMPLAINT_RULES`.
        registry: Counts its clocks anew; without one they stay as the rule leaves them.
    """
    body_type, rule = COMPLAINT_RULES[operation]

    def timed(before: contract.Escalation, action: Any, now: Ms) -> contract.Escalation:
        after = rule(before, action, now)
        return after if registry is None else registry.retimed(after, now)

    def read(asked: Asked, complaint: str) -> Command:
        return _on_record(asked, "escalation", complaint, body_type, timed)

    return read


def raise_complaint(asked: Asked, complaint: str, registry: Registry) -> Command:
    """Put a complaint on record, with `If-None-Match: *`; the client makes its id.

    Args:
        asked: The request.
        complaint: The new id.
        registry: Names it and sets its clocks.
    """

    def made(action: contract.RaiseEscalation, now: Ms, keeper: Keeper) -> contract.Escalation:
        complaints.must_have_come(action, now)
        clocks, rules_of = registry.clocks(action), registry.rules(action.kind)
        return complaints.raised(action, now, registry.reference(keeper), clocks, rules_of)

    return as_new(asked, "escalation", complaint, contract.RaiseEscalation, made)


def as_new(
    asked: Asked,
    kind: str,
    entity: str,
    body_type: type[_Body],
    made: Callable[[_Body, Ms, Keeper], msgspec.Struct],
) -> Command:
    """An action that makes a record, with `If-None-Match: *`; the client makes its id.

    Args:
        asked: The request.
        kind: Of the record.
        entity: Its id.
        body_type: What the request says.
        made: The record, from what is said, the server's time, and the keeper.
    """
    body = decode(asked.body, body_type)
    if asked.none_match is None:
        raise Refusal(Code.PRECONDITION_REQUIRED, fields=[("If-None-Match", "missing")])
    tag = _none_tag(asked)

    def effect(keeper: Keeper, _found: Sequence[Kept], now: Ms) -> Done:
        return Done((keeper.put(kind, entity, made(body, now, keeper), at=now, by=key),))

    key = read_key(asked.key)
    expected = (Expected(kind, entity, tag),)
    return Command(key, _fingerprint(asked), contract.to_ms(body.not_after), expected, effect)


def without_version(
    asked: Asked,
    body_type: type[_Body],
    act: Callable[[_Body, str, Keeper, Ms], Sequence[Kept]],
) -> Command:
    """An action that is right on whatever stands when it comes; its rule looks for itself.

    Args:
        asked: The request.
        body_type: What the request says.
        act: Keeps what follows from what is said, by the key; raises `Refusal`.
    """
    body = decode(asked.body, body_type)

    def effect(keeper: Keeper, _found: Sequence[Kept], now: Ms) -> Done:
        return Done(act(body, key, keeper, now))

    key = read_key(asked.key)
    return Command(key, _fingerprint(asked), contract.to_ms(body.not_after), (), effect)


def with_version(
    asked: Asked,
    kind: str,
    entity: str,
    body_type: type[_Body],
    act: Callable[[Sequence[Kept], _Body, str, Keeper, Ms], Sequence[Kept]],
    beside: Callable[[_Body], Sequence[Expected]] = lambda _body: (),
) -> Command:
    """An action on a record in the version that its person saw; its rule looks at others, too.

    Args:
        asked: The request.
        kind: Of the record.
        entity: Its id.
        body_type: What the request says.
        act: Keeps what follows, from the records expected, what is said, its key and the server's
            time; raises `Refusal`.
        beside: Other records that have to be as they were seen.
    """
    body = decode(asked.body, body_type)
    key = read_key(asked.key)

    def effect(keeper: Keeper, found: Sequence[Kept], now: Ms) -> Done:
        return Done(act(found, body, key, keeper, now))

    expected = (Expected(kind, entity, read_etag(asked.match)), *beside(body))
    return Command(key, _fingerprint(asked), contract.to_ms(body.not_after), expected, effect)


def acknowledge(asked: Asked, alert: str) -> Command:
    """Say that an alert has been seen."""
    return _on_record(asked, "alert", alert, contract.ActionBase, rules.acknowledge)


def swap_shifts(asked: Asked) -> Command:
    """Let the agents of two shifts change places; both versions travel in the body."""
    body = decode(asked.body, contract.ShiftSwap)
    if body.a.id == body.b.id:
        raise Refusal(Code.INVALID_FIELD, fields=[("/b/id", "same-as-a")])

    def effect(keeper: Keeper, found: Sequence[Kept], now: Ms) -> Done:
        a, b = rules.swap(found[0].data, found[1].data, body, now)
        first = keeper.put("shift", found[0].id, a, at=now, by=key)
        return Done((first, keeper.put("shift", found[1].id, b, at=now, by=key)))

    key = read_key(asked.key)
    expected = tuple(Expected("shift", ref.id, str(ref.version)) for ref in (body.a, body.b))
    return Command(key, _fingerprint(asked), contract.to_ms(body.not_after), expected, effect)


def put_note(asked: Asked, note: str) -> Command:
    """Leave a note with `If-None-Match: *`, or correct it with If-Match."""
    body = decode(asked.body, contract.NoteWrite)
    tag = _none_tag(asked)

    def effect(keeper: Keeper, found: Sequence[Kept], now: Ms) -> Done:
        written = rules.write_note(found[0].data if found else None, body, now)
        return Done((keeper.put("note", note, written, at=now, by=key),))

    key = read_key(asked.key)
    expected = (Expected("note", note, tag),)
    return Command(key, _fingerprint(asked), contract.to_ms(body.not_after), expected, effect)


def ask_telephony(
    asked: Asked,
    kind: str,
    entity: str,
    body_type: type[_Body],
    act: Callable[[_Body, str], Sequence[tuple[str, str]]],
) -> Command:
    """Ask something of an agent, a queue or a contact, which is for the telephony to do.

    Args:
        asked: The request.
        kind: Of the entity.
        entity: Its id.
        body_type: What the request says.
        act: Does it, given the action and its key, and names what else it has changed, by kind and
            id; raises `Refusal` where the present state does not allow it.
    """
    body = decode(asked.body, body_type)

    def effect(keeper: Keeper, found: Sequence[Kept], _now: Ms) -> Done:
        others = act(body, key)
        after = keeper.get(kind, entity) or found[0]
        beside = [kept for other in others if (kept := keeper.get(*other)) is not None]
        is_seen = bool(beside) or after.version > found[0].version
        return Done((after, *beside), status=200 if is_seen else 202)

    tag = read_etag(asked.match)
    expected = (Expected(kind, entity, tag),)
    key = read_key(asked.key)
    return Command(key, _fingerprint(asked), contract.to_ms(body.not_after), expected, effect)


def read_key(header: str | None) -> str:
    """An idempotency key, in lower case.

    Raises:
        Refusal: There is none, or it is not a UUID.
    """
    key = (header or "").strip().lower()
    if not _UUID.fullmatch(key):
        raise Refusal(Code.BAD_PAYLOAD, fields=[("Idempotency-Key", "uuid")])
    return key


def read_etag(header: str | None) -> str:
    """The version that If-Match names, without its quotes.

    Raises:
        Refusal: There is none (428), or it does not name exactly one version (400).
    """
    if header is None:
        raise Refusal(Code.PRECONDITION_REQUIRED, fields=[("If-Match", "missing")])
    found = _ETAG.fullmatch(header.strip())
    if found is None:
        raise Refusal(Code.BAD_PAYLOAD, fields=[("If-Match", "one-strong-etag")])
    return found[1]


def _on_record(
    asked: Asked,
    kind: str,
    entity: str,
    body_type: type[_Body],
    rule: Callable[[Any, _Body, Ms], Any],
) -> Command:
    """An action on one record that exists."""
    body = decode(asked.body, body_type)

    def effect(keeper: Keeper, found: Sequence[Kept], now: Ms) -> Done:
        after = rule(found[0].data, body, now)
        return Done((keeper.put(kind, entity, after, at=now, by=key),))

    tag = read_etag(asked.match)
    expected = (Expected(kind, entity, tag),)
    key = read_key(asked.key)
    return Command(key, _fingerprint(asked), contract.to_ms(body.not_after), expected, effect)


def _none_tag(asked: Asked) -> str | None:
    """The version that is meant; None for a record that there must not be."""
    if asked.none_match is None:
        return read_etag(asked.match)
    if asked.match is not None or asked.none_match.strip() != "*":
        raise Refusal(Code.BAD_PAYLOAD, fields=[("If-None-Match", "star-alone")])
    return None


def decode(body: bytes, body_type: type[_Body]) -> _Body:
    """What a request says, typed.

    Raises:
        Refusal: It is not JSON (BAD_PAYLOAD), or not of this type; the field is named.
    """
    try:
        return msgspec.json.decode(body, type=body_type)
    except msgspec.ValidationError as error:
        where = _WHERE.search(str(error))
        pointer = where[1].replace(".", "/") if where else ""
        reason = _WHERE.sub("", str(error))
        raise Refusal(Code.INVALID_FIELD, fields=[(pointer, reason)]) from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Refusal(Code.BAD_PAYLOAD, fields=[("", "json")]) from error


def _fingerprint(asked: Asked) -> str:
    """SHA-256 of what was asked: method, path, precondition and body, however it is spelled."""
    canonical = msgspec.json.encode(msgspec.json.decode(asked.body), order="deterministic")
    whole = hashlib.sha256()
    tags = (asked.match or "", asked.none_match or "")
    for part in (asked.method, asked.path, *tags):
        raw = part.strip().encode("utf-8", "surrogateescape")
        whole.update(b"%d:%b" % (len(raw), raw))
    whole.update(canonical)
    return whole.hexdigest()
