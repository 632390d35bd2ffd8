"""What can be done to the floor: a part of the table in `screens.actions`.

CAPITALS act, and the same letter means the same thing everywhere: `C` takes what needs somebody,
`R` settles it.
"""

from __future__ import annotations

from screens.action_types import UNDO, Action, Group, Scope
from screens.actions_agents import AGENTS
from screens.actions_alerts import ALERTS
from screens.actions_complaints import COMPLAINTS
from screens.actions_floor import LOANS, QUEUES, RESTORING, WAITING
from screens.actions_notes import NOTES
from screens.actions_roster import ROSTER
from screens.actions_shift import SHIFT
from screens.text import N_

ACTING: tuple[Action, ...] = (
    Action(
        "app.offers",
        ("a",),
        N_("act"),
        N_("List what can be done here, with each key, and why what is greyed is greyed."),
        Group.ACT,
        Scope.APP,
        shows_in_footer=True,
        command="act",
    ),
    Action(
        "app.doings",
        ("o",),
        N_("my actions"),
        N_("Show what I did and what came of it; what failed counts as read then."),
        Group.ACT,
        Scope.APP,
        command="actions",
    ),
    *COMPLAINTS,
    *AGENTS,
    Action(
        "app.messages",
        ("m",),
        N_("messages"),
        N_("Show the messages to me, and those I wrote with who has read them."),
        Group.LOOK,
        Scope.APP,
        command="messages",
    ),
    *QUEUES,
    *WAITING,
    *LOANS,
    *RESTORING,
    *ROSTER,
    *NOTES,
    *SHIFT,
    *ALERTS,
    Action(
        "acts.again",
        ("R",),
        N_("again"),
        N_("Try it again; send it anyway; or do it anew on the record as it is now."),
        Group.ACT,
        Scope.ACTS,
        shows_in_footer=True,
    ),
    Action(
        "acts.drop",
        ("X",),
        N_("let be"),
        N_("Do not send it any more."),
        Group.ACT,
        Scope.ACTS,
        shows_in_footer=True,
    ),
    *(
        Action(
            f"{scope}.undo",
            ("U",),
            N_("undo"),
            N_("Take back what I did last to this, if nobody has changed it since."),
            Group.ACT,
            scope,
            call=f"act('{UNDO}')",
            command="undo" if scope is Scope.ESCALATIONS else "",
        )
        for scope in (
            Scope.ESCALATIONS,
            Scope.AGENTS,
            Scope.QUEUES,
            Scope.WAITING,
            Scope.ROSTER,
            Scope.NOTES,
        )
    ),
    Action(
        "lost.claim",
        ("C",),
        N_("claim"),
        N_("Take the caller, to call them back; of two who do, the first has them."),
        Group.ACT,
        Scope.LOST,
        call="act('claim-lost')",
        shows_in_footer=True,
        command="claim-lost",
    ),
    Action(
        "lost.called-back",
        ("R",),
        N_("called back"),
        N_("Say that the caller was called back."),
        Group.ACT,
        Scope.LOST,
        call="act('called-back')",
        shows_in_footer=True,
        command="called-back",
    ),
)
