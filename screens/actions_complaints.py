"""What can be done to complaints, and where one can be put on record: a part of the table."""

from __future__ import annotations

from screens.action_types import Action, Group, Scope
from screens.text import N_


def _act(verb: str, key: str, label: str, text: str, *, in_footer: bool = False) -> Action:
    return Action(
        f"{Scope.ESCALATIONS}.{verb}",
        (key,),
        label,
        text,
        Group.ACT,
        Scope.ESCALATIONS,
        call=f"act('{verb}')",
        shows_in_footer=in_footer,
        command=verb,
    )


_RAISED_FROM = (Scope.AGENTS, Scope.QUEUES, Scope.WAITING, Scope.LOST, Scope.FOUND)
"""Where the row under the cursor is what a complaint may be about."""

COMPLAINTS: tuple[Action, ...] = (
    _act(
        "claim",
        "C",
        N_("claim"),
        N_("Take it in hand; of two who do, the first has it."),
        in_footer=True,
    ),
    _act("assign", "A", N_("assign"), N_("Give it to somebody, or take it over from its owner.")),
    _act(
        "acknowledge",
        "K",
        N_("acknowledge"),
        N_("Put on record that the customer was told that it is looked at."),
    ),
    _act("note", "N", N_("note"), N_("Write something down in its history.")),
    _act("severity", "V", N_("severity"), N_("Say how bad it is.")),
    _act("escalate", "E", N_("escalate"), N_("Pass it to a higher tier, for somebody there.")),
    _act("hand-back", "B", N_("hand back"), N_("Own it no more, for somebody else to take.")),
    _act(
        "resolve",
        "R",
        N_("resolve"),
        N_("Settle it, with its outcome and the remedy."),
        in_footer=True,
    ),
    _act("close", "X", N_("close"), N_("Nothing more is to come of one that is settled.")),
    _act("refer", "F", N_("refer"), N_("Hand it to somebody outside the firm.")),
    _act("reopen", "O", N_("reopen"), N_("Take up again what was settled, referred or closed.")),
    *(
        Action(
            f"{scope}.raise",
            ("E",),
            N_("raise complaint"),
            N_("Put a complaint or an enquiry on record, about what is under the cursor."),
            Group.ACT,
            scope,
            call="act('raise')",
            command="raise" if scope is Scope.AGENTS else "",
        )
        for scope in _RAISED_FROM
    ),
)
