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
        "app.checklists",
        ("y",),
        N_("checklists"),
        N_("Show what is gone through at the opening, each hour and at the closing."),
        Group.LOOK,
        Scope.APP,
        command="checklists",
    ),
    Action(
        "checklists.tick",
        ("K",),
        N_("tick"),
        N_("Say that the item has been seen to; of two who do, the first has."),
        Group.ACT,
        Scope.CHECKLISTS,
        call="act('tick')",
        shows_in_footer=True,
    ),
    Action(
        "checklists.untick",
        ("X",),
        N_("untick"),
        N_("Take the tick back: the item has not been seen to after all."),
        Group.ACT,
        Scope.CHECKLISTS,
        call="act('untick')",
        shows_in_footer=True,
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
