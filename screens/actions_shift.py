"""What a shift leaves to the next: the handover and the checklists."""

from __future__ import annotations

from screens.action_types import Action, Group, Scope
from screens.text import N_

SHIFT: tuple[Action, ...] = (
    Action(
        "app.handover",
        ("u",),
        N_("handover"),
        N_("Draw up the handover of the shift, take one over, or see what has changed since."),
        Group.LOOK,
        Scope.APP,
        command="handover",
    ),
    Action(
        "handover.view",
        ("v",),
        N_("next view"),
        N_("Show the draft, then what was signed last, then what has changed since I left."),
        Group.LOOK,
        Scope.HANDOVER,
        shows_in_footer=True,
    ),
    Action(
        "handover.sign",
        ("S",),
        N_("sign"),
        N_("Write remarks and sign the draft as it was read; it cannot be taken back."),
        Group.ACT,
        Scope.HANDOVER,
        call="act('sign-handover')",
        shows_in_footer=True,
    ),
    Action(
        "handover.take-over",
        ("K",),
        N_("take over"),
        N_("Acknowledge the risk: from now on it is mine to see to."),
        Group.ACT,
        Scope.HANDOVER,
        call="act('take-over')",
        shows_in_footer=True,
        command="take-over",
    ),
)
