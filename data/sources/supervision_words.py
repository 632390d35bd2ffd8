"""The words of the supervision API's enumerations that are known here; others may come."""

from __future__ import annotations

DIRECTIONS = frozenset({"inbound", "outbound", "mixed", "internal"})
STATUSES = frozenset(
    [
        "new",
        "acknowledged",
        "assessing",
        "investigating",
        "response_offered",
        "awaiting_customer",
        "resolved",
        "closed",
        "referred",
    ]
)
ESCALATION_KINDS = frozenset({"complaint", "enquiry"})
AUDIENCES = frozenset({"agents", "team", "everybody"})
SEVERITIES = frozenset({"low", "medium", "high", "critical"})
OUTCOMES = frozenset({"upheld", "partly_upheld", "rejected", "withdrawn"})
RESOLUTIONS = frozenset(
    {"refunded", "apologised", "callback_booked", "passed_on", "unfounded", "other"}
)
ACTIVITIES = frozenset(
    [
        "on_queue",
        "break",
        "meal",
        "training",
        "meeting",
        "coaching",
        "absence",
        "time_off",
        "overtime",
        "other",
    ]
)
ALERT_SEVERITIES = frozenset({"info", "warning", "critical"})
