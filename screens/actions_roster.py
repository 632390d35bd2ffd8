"""What can be done to shifts that the desk keeps: a part of the table in `screens.actions`."""

from __future__ import annotations

from screens.action_types import Action, Group, Scope
from screens.text import N_


def _act(verb: str, key: str, label: str, text: str) -> Action:
    return Action(
        f"roster.{verb}",
        (key,),
        label,
        text,
        Group.ACT,
        Scope.ROSTER,
        call=f"act('{verb}')",
        command=verb,
    )


ROSTER: tuple[Action, ...] = (
    _act(
        "away",
        "X",
        N_("away"),
        N_("Put on record that the agent does not come, or is away for part of the shift."),
    ),
    _act("release", "D", N_("leave early"), N_("Let the agent go before the shift ends.")),
    _act("overtime", "O", N_("overtime"), N_("Have the agent begin earlier or stay longer.")),
    _act("move-break", "T", N_("move break"), N_("Put a break or another activity elsewhere.")),
    _act("swap-shifts", "S", N_("swap"), N_("Let two agents take each other's shifts.")),
    Action(
        "roster.lend-as-estimated",
        ("J",),
        N_("lend as estimated"),
        N_("On the page of estimates, lend whom it names first for half an hour; asked before."),
        Group.ACT,
        Scope.ROSTER,
    ),
)
