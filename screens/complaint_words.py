"""Words for what happens to a complaint; a code from the future is shown as it came."""

from __future__ import annotations

from collections.abc import Mapping

from screens.text import C_, Word

_EVENTS = {
    "received": C_("complaint event", "received"),
    "escalated": C_("complaint event", "escalated"),
    "claimed": C_("complaint event", "taken over"),
    "assigned": C_("complaint event", "assigned"),
    "acknowledged": C_("complaint event", "acknowledged to the customer"),
    "assessing": C_("complaint event", "assessment begun"),
    "investigating": C_("complaint event", "investigation begun"),
    "response_offered": C_("complaint event", "response offered"),
    "awaiting_customer": C_("complaint event", "waiting for the customer"),
    "noted": C_("complaint event", "note written"),
    "severity": C_("complaint event", "severity changed"),
    "released": C_("complaint event", "handed back"),
    "resolved": C_("complaint event", "resolved"),
    "closed": C_("complaint event", "closed"),
    "referred": C_("complaint event", "referred outside"),
    "reopened": C_("complaint event", "opened again"),
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
