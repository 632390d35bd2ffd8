"""Words for what happens to a complaint; a code from the future is shown as it came."""

from __future__ import annotations

from collections.abc import Mapping

from screens import words
from screens.text import C_, Word, _, pgettext

_EVENTS = {
    "received": C_("complaint event", "received"),
    "raised": C_("complaint event", "put on record"),
    "escalated": C_("complaint event", "escalated"),
    "claimed": C_("complaint event", "taken over"),
    "assigned": C_("complaint event", "assigned"),
    "acknowledged": C_("complaint event", "acknowledged to the customer"),
    "assessing": C_("complaint event", "assessment begun"),
    "investigating": C_("complaint event", "investigation begun"),
    "response_offered": C_("complaint event", "response offered"),
    "awaiting_customer": C_("complaint event", "waiting for the customer"),
    "note": C_("complaint event", "note written"),
    "noted": C_("complaint event", "note written"),
    "severity": C_("complaint event", "severity changed"),
    "released": C_("complaint event", "handed back"),
    "resolved": C_("complaint event", "resolved"),
    "closed": C_("complaint event", "closed"),
    "referred": C_("complaint event", "referred outside"),
    "reopened": C_("complaint event", "opened again"),
}
_KINDS = {
    "complaint": C_("complaint kind", "complaint"),
    "enquiry": C_("complaint kind", "enquiry"),
}
_TIERS = {
    1: C_("complaint tier", "agent"),
    2: C_("complaint tier", "team leader"),
    3: C_("complaint tier", "supervisor or complaints desk"),
    4: C_("complaint tier", "external"),
}
_REMEDIES = {
    "refund": C_("remedy", "refund"),
    "apology": C_("remedy", "apology"),
    "callback": C_("remedy", "call back"),
    "correction": C_("remedy", "correction"),
    "compensation": C_("remedy", "compensation"),
}
_OUTCOMES = {
    "upheld": C_("complaint outcome", "upheld"),
    "partly_upheld": C_("complaint outcome", "partly upheld"),
    "rejected": C_("complaint outcome", "rejected"),
    "withdrawn": C_("complaint outcome", "withdrawn"),
}
_RESOLUTIONS = {
    "refunded": C_("complaint resolution", "refunded"),
    "apologised": C_("complaint resolution", "apologised"),
    "callback_booked": C_("complaint resolution", "call-back booked"),
    "passed_on": C_("complaint resolution", "passed on"),
    "unfounded": C_("complaint resolution", "unfounded"),
    "other": C_("complaint resolution", "other"),
}


def event(code: str) -> str:
    """What happened."""
    return _word(_EVENTS, code)


def kind(code: str) -> str:
    """Whether somebody complains, or only asks."""
    return _word(_KINDS, code)


def tier(number: int) -> str:
    """Who deals with it: `3 supervisor or complaints desk`."""
    if number not in _TIERS:
        return str(number)
    return pgettext("complaint tier", "{number} {who}").format(number=number, who=_TIERS[number])


def event_words(code: str, value: str) -> str:
    """What happened, with what came to be: `severity changed: high`."""
    what, became = event(code), _became(code, value)
    return _("{what}: {value}").format(what=what, value=became) if became else what


def _became(code: str, value: str) -> str:
    """What something came to be by an event: the new severity, tier, owner or the like."""
    match code:
        case "severity":
            return words.complaint_severity(value)
        case "escalated" if value.isdecimal():
            return tier(int(value))
        case "resolved":
            return resolution(value)
    return value


def remedy(code: str) -> str:
    """What the customer wants."""
    return _word(_REMEDIES, code)


def outcome(code: str) -> str:
    """Whether the customer was found to be right."""
    return _word(_OUTCOMES, code)


def resolution(code: str) -> str:
    """What was done about it."""
    return _word(_RESOLUTIONS, code)


def _word(table: Mapping[str, Word], code: str) -> str:
    return str(table.get(code, code.replace("_", " ")))
