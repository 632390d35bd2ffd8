"""Words for every code that data stores; a code from the future is shown as it came."""

from __future__ import annotations

from collections.abc import Mapping

from data.model import AgentState, Channel, ContactState, Freshness
from data.rules.service_level import Formula
from data.settings import Role
from data.status import ActionState
from screens.text import C_, Word, _, pgettext

_AGENT_STATES = {
    AgentState.LOGGED_OFF: C_("agent state", "logged off"),
    AgentState.NOT_READY: C_("agent state", "not ready"),
    AgentState.READY: C_("agent state", "ready"),
    AgentState.RINGING: C_("agent state", "ringing"),
    AgentState.BUSY: C_("agent state", "in call"),
    AgentState.ON_HOLD: C_("agent state", "on hold"),
    AgentState.WORKING_AFTER_CONTACT: C_("agent state", "after contact"),
    AgentState.UNREACHABLE: C_("agent state", "unreachable"),
    AgentState.UNKNOWN: C_("agent state", "unknown"),
}
_CONTACT_STATES = {
    ContactState.WAITING: C_("contact state", "waiting"),
    ContactState.RINGING: C_("contact state", "ringing"),
    ContactState.CONNECTED: C_("contact state", "connected"),
    ContactState.HELD: C_("contact state", "on hold"),
    ContactState.WRAPPING: C_("contact state", "after contact"),
    ContactState.ENDED: C_("contact state", "ended"),
    ContactState.UNKNOWN: C_("contact state", "unknown"),
}
_CHANNELS = {
    Channel.VOICE: C_("channel", "voice"),
    Channel.CHAT: C_("channel", "chat"),
    Channel.EMAIL: C_("channel", "e-mail"),
    Channel.SMS: C_("channel", "SMS"),
    Channel.FAX: C_("channel", "fax"),
    Channel.CALLBACK: C_("channel", "call-back"),
    Channel.TASK: C_("channel", "task"),
    Channel.OTHER: C_("channel", "other"),
}
_CHANNEL_LETTERS = {
    Channel.VOICE: C_("channel letter", "v"),
    Channel.CHAT: C_("channel letter", "c"),
    Channel.EMAIL: C_("channel letter", "e"),
    Channel.SMS: C_("channel letter", "s"),
    Channel.FAX: C_("channel letter", "f"),
    Channel.CALLBACK: C_("channel letter", "b"),
    Channel.TASK: C_("channel letter", "t"),
    Channel.OTHER: C_("channel letter", "o"),
}
_FRESHNESS = {
    Freshness.LIVE: C_("freshness", "live"),
    Freshness.LATE: C_("freshness", "late"),
    Freshness.STALE: C_("freshness", "stale"),
    Freshness.OFFLINE: C_("freshness", "offline"),
    Freshness.REBUILDING: C_("freshness", "rebuilding"),
    Freshness.SIGN_IN: C_("freshness", "sign-in needed"),
    Freshness.FAULT: C_("freshness", "fault"),
}
_FORMULAS_SHORT = {
    Formula.OFFERED: C_("formula", "offered"),
    Formula.WITHOUT_SHORT: C_("formula", "without short"),
    Formula.ABANDONS_IGNORED: C_("formula", "abandons ignored"),
    Formula.ABANDONS_GOOD: C_("formula", "abandons good"),
    Formula.ANSWERED_ONLY: C_("formula", "answered only"),
    Formula.ANSWER_RATE: C_("formula", "answer rate"),
}
_FORMULAS_LONG = {
    Formula.OFFERED: C_("formula in full", "answered within T / offered"),
    Formula.WITHOUT_SHORT: C_("formula in full", "answered within T / (offered - short abandons)"),
    Formula.ABANDONS_IGNORED: C_(
        "formula in full", "answered within T / (offered - abandoned within T)"
    ),
    Formula.ABANDONS_GOOD: C_(
        "formula in full", "(answered within T + abandoned within T) / offered"
    ),
    Formula.ANSWERED_ONLY: C_("formula in full", "answered within T / answered"),
    Formula.ANSWER_RATE: C_("formula in full", "answered / offered"),
}
_STATUSES = {
    "new": C_("complaint status", "new"),
    "acknowledged": C_("complaint status", "acknowledged"),
    "assessing": C_("complaint status", "assessing"),
    "investigating": C_("complaint status", "investigating"),
    "response_offered": C_("complaint status", "response offered"),
    "awaiting_customer": C_("complaint status", "awaiting customer"),
    "resolved": C_("complaint status", "resolved"),
    "closed": C_("complaint status", "closed"),
    "referred": C_("complaint status", "referred"),
}
_SEVERITIES = {
    "low": C_("complaint severity", "low"),
    "medium": C_("complaint severity", "med"),
    "high": C_("complaint severity", "high"),
    "critical": C_("complaint severity", "crit"),
}
_CLOCKS = {
    "acknowledge": C_("complaint clock", "acknowledge"),
    "first_response": C_("complaint clock", "first response"),
    "third_business_day": C_("complaint clock", "3rd bus.day"),
    "final": C_("complaint clock", "final"),
}
_ACTIVITIES = {
    "on_queue": C_("activity", "on queue"),
    "break": C_("activity", "break"),
    "meal": C_("activity", "meal"),
    "training": C_("activity", "training"),
    "meeting": C_("activity", "meeting"),
    "coaching": C_("activity", "coaching"),
    "absence": C_("activity", "absence"),
    "time_off": C_("activity", "time off"),
    "overtime": C_("activity", "overtime"),
    "other": C_("activity", "other"),
}
_ROLES = {
    Role.OBSERVER: C_("role", "observer"),
    Role.TEAM_LEADER: C_("role", "team leader"),
    Role.SUPERVISOR: C_("role", "supervisor"),
    Role.ADMINISTRATOR: C_("role", "administrator"),
}
_DIRECTIONS = {
    "inbound": C_("direction", "inbound"),
    "outbound": C_("direction", "outbound"),
    "internal": C_("direction", "internal"),
    "mixed": C_("direction", "mixed"),
}
_ACTION_STATES = {
    ActionState.SAVED: C_("action", "saved"),
    ActionState.SENDING: C_("action", "sending"),
    ActionState.HELD: C_("action", "asks you"),
    ActionState.DONE: C_("action", "done"),
    ActionState.REFUSED: C_("action", "refused"),
    ActionState.CONFLICT: C_("action", "changed by somebody else"),
    ActionState.EXPIRED: C_("action", "not done in time"),
    ActionState.UNKNOWN_OUTCOME: C_("action", "outcome unknown"),
    ActionState.DROPPED: C_("action", "dropped"),
}


class _Vocabulary:
    """What the floor itself calls things."""

    reasons: Mapping[str, str] = {}


def name_reasons(reasons: Mapping[str, str]) -> None:
    """Say the floor's own words for reasons of not ready from now on, by their codes."""
    _Vocabulary.reasons = reasons


def reason(code: str) -> str:
    """Why an agent is not ready, in the floor's word; a code without one as it is."""
    return _Vocabulary.reasons.get(code) or code


def agent_state(state: AgentState) -> str:
    """What an agent does, in words."""
    return str(_AGENT_STATES[state])


def agent_state_because(state: AgentState, code: str) -> str:
    """What an agent does, with the reason of not ready: `not ready/break`."""
    if state is AgentState.NOT_READY and code:
        return _("{state}/{reason}").format(state=agent_state(state), reason=reason(code))
    return agent_state(state)


def outbound_call() -> str:
    """What an agent does who called somebody."""
    return pgettext("agent state", "out call")


def contact_state(state: ContactState) -> str:
    """Where a contact is in its life, in words."""
    return str(_CONTACT_STATES[state])


def channel(code: Channel) -> str:
    """A channel's word."""
    return str(_CHANNELS[code])


def channel_letter(code: Channel) -> str:
    """A channel's one-letter word, for a narrow column."""
    return str(_CHANNEL_LETTERS[code])


def freshness(state: Freshness) -> str:
    """How far figures can be trusted, in a word."""
    return str(_FRESHNESS[state])


def formula(code: Formula) -> str:
    """The short name of a service-level formula."""
    return str(_FORMULAS_SHORT[code])


def formula_in_full(code: Formula) -> str:
    """What a service-level formula divides by what."""
    return str(_FORMULAS_LONG[code])


def complaint_status(code: str) -> str:
    """Where a complaint stands."""
    return _word(_STATUSES, code)


def complaint_severity(code: str) -> str:
    """How grave a complaint is, short."""
    return _word(_SEVERITIES, code)


def complaint_clock(code: str) -> str:
    """What a time limit of a complaint is for."""
    return _word(_CLOCKS, code)


def activity(code: str) -> str:
    """What a stretch of a shift is for."""
    return _word(_ACTIVITIES, code)


def role(code: Role) -> str:
    """What a person may do."""
    return str(_ROLES[code])


def direction(code: str) -> str:
    """Who called whom."""
    return _word(_DIRECTIONS, code)


def action_state(code: ActionState) -> str:
    """What became of something a person did."""
    return str(_ACTION_STATES[code])


def _word(table: Mapping[str, Word], code: str) -> str:
    """The word of a code that endpoints may add to: an unknown one is readable as it is."""
    known = table.get(code)
    return str(known) if known is not None else code.replace("_", " ")
