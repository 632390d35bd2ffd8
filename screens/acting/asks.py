"""What each verb has to ask first; what that takes is imported when somebody acts."""

from __future__ import annotations

import importlib

from data.actions.rules import RULES
from data.actions.verbs import Verb
from data.model import Kind
from screens.acting.offer import Ask

_MODULES = {
    Kind.ESCALATION: "screens.acting.complaint_asks",
    Kind.AGENT: "screens.acting.agent_asks",
    Kind.NOTE: "screens.acting.agent_asks",
    Kind.QUEUE: "screens.acting.queue_asks",
    Kind.CONTACT: "screens.acting.queue_asks",
    Kind.LOAN: "screens.acting.loan_asks",
    Kind.SHIFT: "screens.acting.shift_asks",
    Kind.ALERT: "screens.acting.alert_asks",
    Kind.MUTE: "screens.acting.alert_asks",
    Kind.INCIDENT: "screens.acting.shift_log_asks",
    Kind.PROMISE: "screens.acting.promise_asks",
    Kind.HANDOVER: "screens.acting.handover",
}
"""By the kind of record, the module whose `ASKS` say what its verbs have to ask."""
_OF_VERB = {
    **dict.fromkeys(
        (
            *(Verb.SHIFT_NOTE, Verb.WITHDRAW_NOTE, Verb.CORRECT_NOTE),
            *(Verb.RESTORE_NOTE, Verb.READ_NOTE),
        ),
        "screens.acting.shift_log_asks",
    ),
    Verb.BRIEF: "screens.acting.briefs",
}
"""Verbs that ask otherwise than the others of their kind."""


def ask_of(verb: Verb) -> Ask | None:
    """What has to be asked before something is done; None for a verb that says it all."""
    module = _OF_VERB.get(verb) or _MODULES.get(RULES[verb].kind)
    if module is None:
        return None
    asks: dict[Verb, Ask] = importlib.import_module(module).ASKS
    return asks.get(verb)
