"""A complaint as its row shows it: what one has just done to it stands over what is known."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from data.actions.verbs import Verb
from data.model import Escalation
from data.status import ActionRow
from screens import words
from screens.formats import UNDEFINED
from screens.text import pgettext

_STATUSES: Mapping[str, str] = {
    Verb.ACKNOWLEDGE: "acknowledged",
    Verb.RESOLVE: "resolved",
    Verb.CLOSE: "closed",
    Verb.REFER: "referred",
    Verb.REOPEN: "investigating",
}
"""The status that a complaint comes to have."""


class Shown(msgspec.Struct, frozen=True):
    """What may change of a complaint, in words."""

    owner: str
    """`me`, a name, or `-` for nobody."""
    status: str
    severity: str


def shown_as(complaint: Escalation, person: str, pending: ActionRow | None = None) -> Shown:
    """What may change of a complaint; what is under way ends in `…`.

    Args:
        complaint: As it is known.
        person: The id of who looks.
        pending: What that person has done to it and what is not in the record yet.
    """
    shown = Shown(
        owner=_owner(complaint, person),
        status=words.complaint_status(complaint.status),
        severity=words.complaint_severity(complaint.severity),
    )
    return shown if pending is None else _over(shown, person, pending)


def _owner(complaint: Escalation, person: str) -> str:
    owner = complaint.owner
    return UNDEFINED if owner is None else _name(owner.id, owner.name, person)


def _name(who: str, name: str, person: str) -> str:
    return pgettext("complaint owner", "me") if person and who == person else name


def _over(shown: Shown, person: str, pending: ActionRow) -> Shown:
    match pending.verb:
        case Verb.CLAIM:
            return replace(shown, owner=_pending(pgettext("complaint owner", "me")))
        case Verb.ASSIGN:
            to = pending.fields.get("to", {})
            name = _name(str(to.get("id", "")), str(to.get("name", "")), person)
            return replace(shown, owner=_pending(name))
        case Verb.HAND_BACK | Verb.ESCALATE:
            return replace(shown, owner=_pending(UNDEFINED))
        case Verb.SEVERITY:
            code = str(pending.fields.get("severity", ""))
            return replace(shown, severity=_pending(words.complaint_severity(code)))
    status = _STATUSES.get(pending.verb)
    words_of_it = words.complaint_status(status) if status is not None else shown.status
    return replace(shown, status=_pending(words_of_it))


def _pending(said: str) -> str:
    return pgettext("pending", "{said}…").format(said=said)
