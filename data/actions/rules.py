"""What holds for every action of one verb: who may, how long, on which version, by what request."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

import msgspec

from data.actions import fields
from data.actions.verbs import Verb
from data.model import Kind
from data.settings import Role

_SECOND_MS = 1000
_MINUTE_MS = 60 * _SECOND_MS
_HOUR_MS = 60 * _MINUTE_MS
_AT_ONCE_MS = 60 * _SECOND_MS
"""What is about this very moment, such as a pause or a call: later it would be somebody else's."""
_CLAIM_MS = 15 * _MINUTE_MS
_SAID_MS = 8 * _HOUR_MS
"""What has been decided or has happened is put on record late rather than not at all."""
_WRITTEN_MS = 14 * 24 * _HOUR_MS
_ROLES = tuple(Role)
_NO_CONSTANTS: Mapping[str, object] = MappingProxyType({})


class Basis(Enum):
    """Which version of the record an action is based on."""

    SEEN = "seen"
    """The one the person saw: what somebody else changed meanwhile is never overwritten."""
    PRESENT = "present"
    """The newest one known when it goes out. What is true of an agent changes by the second; what
    matters of it is compared with what the person saw (`data.sync.before`)."""
    NEW = "new"
    """There is no record yet: the action makes it."""


class VerbRule(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for every action of one verb."""

    kind: Kind
    operation: str = ""
    """The contract's operationId; empty for what only the floor's own desk can do."""
    path: str = ""
    """Of the request, below the site; `{id}` is the record's."""
    valid_ms: int
    """How long after the key was pressed it may still be done."""
    is_repeatable: bool = True
    """Whether doing it twice is the same as doing it once, even without an idempotency key."""
    least_role: Role = Role.TEAM_LEADER
    fields: type[fields.Fields] = fields.Fields
    basis: Basis = Basis.SEEN
    is_final: bool = False
    """It cannot be taken back: it is asked about, and only `y` says yes."""
    constants: Mapping[str, object] = _NO_CONSTANTS
    """What the request says beside the fields."""

    @property
    def is_of_desk(self) -> bool:
        """Whether only the floor's own desk keeps such records."""
        return not self.operation


def _complaint(operation: str, path: str, **more: Any) -> VerbRule:
    given: dict[str, Any] = {"valid_ms": _SAID_MS, **more}
    return VerbRule(
        kind=Kind.ESCALATION, operation=operation, path=f"escalations/{{id}}/{path}", **given
    )


def _agent(operation: str, path: str, **more: Any) -> VerbRule:
    given: dict[str, Any] = {"valid_ms": _AT_ONCE_MS, "basis": Basis.PRESENT, **more}
    return VerbRule(kind=Kind.AGENT, operation=operation, path=f"agents/{{id}}/{path}", **given)


def _state(requested: str, **more: Any) -> VerbRule:
    return _agent("setAgentState", "state", constants={"requested_state": requested}, **more)


def _monitor(mode: str) -> VerbRule:
    return _agent(
        "monitorAgent",
        "monitor",
        fields=fields.Monitored,
        constants={"mode": mode},
        is_repeatable=False,
    )


def _contact(operation: str, path: str, **more: Any) -> VerbRule:
    given: dict[str, Any] = {
        "valid_ms": _AT_ONCE_MS,
        "basis": Basis.PRESENT,
        "least_role": Role.SUPERVISOR,
        **more,
    }
    return VerbRule(kind=Kind.CONTACT, operation=operation, path=f"contacts/{{id}}/{path}", **given)


def _desk(kind: Kind, **more: Any) -> VerbRule:
    return VerbRule(kind=kind, **more)


def _shift(path: str, given: type[fields.Fields]) -> VerbRule:
    return _desk(Kind.SHIFT, valid_ms=_SAID_MS, fields=given, path=f"shifts/{{id}}/{path}")


def _incident(path: str, **more: Any) -> VerbRule:
    given: dict[str, Any] = {"valid_ms": _SAID_MS, "fields": fields.IncidentTold, **more}
    return _desk(Kind.INCIDENT, path=f"incidents/{{id}}/{path}", **given)


def _note(path: str, given: type[fields.Fields] = fields.Fields) -> VerbRule:
    return _desk(Kind.NOTE, valid_ms=_SAID_MS, fields=given, path=f"notes/{{id}}/{path}")


def _promise(path: str, given: type[fields.Fields] = fields.Fields) -> VerbRule:
    return _desk(Kind.PROMISE, valid_ms=_SAID_MS, fields=given, path=f"promises/{{id}}/{path}")


def _checklist(path: str) -> VerbRule:
    return _desk(
        Kind.CHECKLIST, valid_ms=_SAID_MS, fields=fields.Ticked, path=f"checklists/{{id}}/{path}"
    )


RULES: Mapping[Verb, VerbRule] = MappingProxyType(
    {
        Verb.RAISE: VerbRule(
            kind=Kind.ESCALATION,
            operation="raiseEscalation",
            path="escalations/{id}",
            valid_ms=_SAID_MS,
            fields=fields.Raised,
            basis=Basis.NEW,
        ),
        Verb.CLAIM: _complaint("claimEscalation", "claim", valid_ms=_CLAIM_MS),
        Verb.ASSIGN: _complaint("assignEscalation", "assign", fields=fields.Assigned),
        Verb.ACKNOWLEDGE: _complaint("acknowledgeEscalation", "acknowledge", is_final=True),
        Verb.ADD_NOTE: _complaint(
            "noteEscalation", "note", fields=fields.Noted, is_repeatable=False
        ),
        Verb.SEVERITY: _complaint("setEscalationSeverity", "severity", fields=fields.Severed),
        Verb.ESCALATE: _complaint(
            "escalateEscalation", "escalate", fields=fields.Tiered, is_final=True
        ),
        Verb.HAND_BACK: _complaint("releaseEscalation", "release"),
        Verb.RESOLVE: _complaint("resolveEscalation", "resolve", fields=fields.Resolved),
        Verb.CLOSE: _complaint("closeEscalation", "close"),
        Verb.REFER: _complaint("referEscalation", "refer", fields=fields.Referred),
        Verb.REOPEN: _complaint("reopenEscalation", "reopen"),
        Verb.PAUSE: _state("notReady", fields=fields.Reason),
        Verb.READY: _state("ready"),
        Verb.LOG_OUT: _state("loggedOff", is_final=True),
        Verb.END_WORK: _state("ready"),
        Verb.JOIN: _agent(
            "setMembership", "membership", fields=fields.Membership, constants={"member": True}
        ),
        Verb.LEAVE: _agent(
            "setMembership", "membership", fields=fields.OneQueue, constants={"member": False}
        ),
        Verb.PENALTY: _agent(
            "setMembership", "membership", fields=fields.Ranked, constants={"member": True}
        ),
        Verb.LISTEN: _monitor("listen"),
        Verb.WHISPER: _monitor("whisper"),
        Verb.BARGE: _monitor("barge"),
        Verb.ANSWER_HAND: _agent("answerAssist", "assist", valid_ms=_CLAIM_MS),
        Verb.MESSAGE: VerbRule(
            kind=Kind.NOTE,
            operation="putNote",
            path="notes/{id}",
            valid_ms=_WRITTEN_MS,
            fields=fields.Written,
            basis=Basis.NEW,
        ),
        Verb.SWITCH: VerbRule(
            kind=Kind.QUEUE,
            operation="switchQueue",
            path="queues/{id}/switch",
            valid_ms=5 * _MINUTE_MS,
            least_role=Role.SUPERVISOR,
            fields=fields.Switched,
            basis=Basis.PRESENT,
        ),
        Verb.PRIORITY: _contact("prioritiseContact", "priority", fields=fields.Prioritised),
        Verb.MOVE: _contact(
            "transferContact", "transfer", fields=fields.OneQueue, is_repeatable=False
        ),
        Verb.GIVE: _contact(
            "transferContact", "transfer", fields=fields.Given, is_repeatable=False
        ),
        Verb.HANG_UP: _contact("hangUpContact", "hangup", is_repeatable=False, is_final=True),
        Verb.LEND: _desk(
            Kind.LOAN,
            valid_ms=_SAID_MS,
            least_role=Role.SUPERVISOR,
            fields=fields.Lent,
            basis=Basis.NEW,
            path="loans/{id}",
        ),
        Verb.TAKE_BACK: _desk(
            Kind.LOAN, valid_ms=_SAID_MS, least_role=Role.SUPERVISOR, path="loans/{id}/take-back"
        ),
        Verb.AWAY: _shift("away", fields.ShiftAway),
        Verb.RELEASE: _shift("release", fields.ShiftRelease),
        Verb.OVERTIME: _shift("longer", fields.ShiftLonger),
        Verb.MOVE_BREAK: _shift("move", fields.PartMoved),
        Verb.SWAP_SHIFTS: _shift("swap", fields.ShiftsSwapped),
        Verb.AS_BEFORE: _shift("as-before", fields.OfShift),
        Verb.ACKNOWLEDGE_ALERT: VerbRule(
            kind=Kind.ALERT,
            operation="acknowledgeAlert",
            path="alerts/{id}/acknowledge",
            valid_ms=_SAID_MS,
        ),
        Verb.MUTE: _desk(
            Kind.MUTE, valid_ms=_CLAIM_MS, fields=fields.Muted, basis=Basis.NEW, path="mutes/{id}"
        ),
        Verb.UNMUTE: _desk(Kind.MUTE, valid_ms=_CLAIM_MS, path="mutes/{id}/end"),
        Verb.CLAIM_LOST: _desk(
            Kind.LOST_CALLER,
            valid_ms=_CLAIM_MS,
            fields=fields.LossSeen,
            path="lost-callers/{id}/claim",
        ),
        # The call has been made whenever this arrives.
        Verb.CALLED_BACK: _desk(
            Kind.LOST_CALLER,
            valid_ms=_SAID_MS,
            fields=fields.LossSeen,
            path="lost-callers/{id}/called-back",
        ),
        Verb.SHIFT_NOTE: VerbRule(
            kind=Kind.NOTE,
            operation="putNote",
            path="notes/{id}",
            valid_ms=_WRITTEN_MS,
            fields=fields.Noted,
            basis=Basis.NEW,
        ),
        Verb.BRIEF: VerbRule(
            kind=Kind.NOTE,
            operation="putNote",
            path="notes/{id}",
            valid_ms=_WRITTEN_MS,
            fields=fields.Written,
            basis=Basis.NEW,
        ),
        Verb.READ_NOTE: _note("read"),
        Verb.WITHDRAW_NOTE: _note("withdraw", fields.NoteWithdrawn),
        Verb.CORRECT_NOTE: _note("correct", fields.Noted),
        Verb.RESTORE_NOTE: _note("restore"),
        Verb.OPEN_INCIDENT: _desk(
            Kind.INCIDENT,
            valid_ms=_WRITTEN_MS,
            fields=fields.IncidentOpened,
            basis=Basis.NEW,
            path="incidents/{id}",
        ),
        Verb.UPDATE_INCIDENT: _incident("update", is_repeatable=False),
        Verb.CLOSE_INCIDENT: _incident("close", fields=fields.IncidentClosed),
        Verb.REOPEN_INCIDENT: _incident("reopen"),
        Verb.PROMISE: _desk(
            Kind.PROMISE,
            valid_ms=_WRITTEN_MS,
            fields=fields.Promised,
            basis=Basis.NEW,
            path="promises/{id}",
        ),
        Verb.MOVE_PROMISE: _promise("move", fields.PromiseMoved),
        Verb.SETTLE_PROMISE: _promise("settle", fields.PromiseSettled),
        Verb.REOPEN_PROMISE: _promise("reopen", fields.PromiseReopened),
        Verb.TICK: _checklist("tick"),
        Verb.UNTICK: _checklist("untick"),
        Verb.SIGN_HANDOVER: _desk(
            Kind.HANDOVER,
            valid_ms=_WRITTEN_MS,
            fields=fields.HandoverSigned,
            basis=Basis.NEW,
            path="handovers/{id}",
            is_final=True,
        ),
        Verb.TAKE_OVER: _desk(
            Kind.HANDOVER,
            valid_ms=_SAID_MS,
            fields=fields.RiskSeen,
            path="handovers/{id}/take-over",
        ),
    }
)


def may(role: Role, verb: Verb) -> bool:
    """Whether a person with this role may do it at all; whom to, `data.people` says."""
    return _ROLES.index(role) >= _ROLES.index(RULES[verb].least_role)
