"""What can be done about alerts: a part of the table in `screens.actions`."""

from __future__ import annotations

from screens.action_types import Action, Group, Scope
from screens.text import N_

ALERTS: tuple[Action, ...] = (
    Action(
        "alerts.jump",
        ("v",),
        N_("go"),
        N_("Go to the row in which the cause of the alert can be seen."),
        Group.LOOK,
        Scope.ALERTS,
        shows_in_footer=True,
        list_of_row=True,
    ),
    Action(
        "alerts.week",
        ("d",),
        N_("week"),
        N_("List what was raised within seven days and nobody acknowledged."),
        Group.LOOK,
        Scope.ALERTS,
        shows_in_footer=True,
    ),
    Action(
        "alerts.acknowledge",
        ("K",),
        N_("acknowledge"),
        N_("Say that you have seen the alert, and what you do about it."),
        Group.ACT,
        Scope.ALERTS,
        call="act('acknowledge-alert')",
        shows_in_footer=True,
    ),
    Action(
        "alerts.mute",
        ("M",),
        N_("mute"),
        N_("Let alerts not ring for a time: `:mute all 10m`; they are raised all the same."),
        Group.ACT,
        Scope.ALERTS,
        call="act('mute')",
        shows_in_footer=True,
    ),
    Action(
        "alerts.unmute",
        ("Z",),
        N_("unmute"),
        N_("Let the alerts ring again."),
        Group.ACT,
        Scope.ALERTS,
        call="act('unmute')",
    ),
    Action(
        "alerts.propose",
        ("P",),
        N_("as proposed"),
        N_("Do what the rule of the alert proposes; what it asks is asked first."),
        Group.ACT,
        Scope.ALERTS,
    ),
)
