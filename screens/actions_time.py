"""The actions that move in time; they look, and so nothing can be sent from where they lead."""

from __future__ import annotations

from screens.action_types import Action, Group, Scope
from screens.text import N_


def _step(
    name: str, key: str, seconds: int, label: str, text: str, *, in_footer: bool = False
) -> Action:
    return Action(
        f"app.{name}",
        (key,),
        label,
        text,
        Group.TIME,
        Scope.APP,
        call=f"rewind({seconds})",
        shows_in_footer=in_footer,
    )


TIME: tuple[Action, ...] = (
    _step(
        *("minute-back", "comma", -60, N_("back in time")),
        N_("Show the floor as it was a minute earlier."),
        in_footer=True,
    ),
    _step(
        *("minute-forward", "full_stop", 60, N_("forward")),
        N_("Show the past a minute later."),
    ),
    _step(
        *("quarter-back", "less_than_sign", -900, N_("back 15 minutes")),
        N_("Show the floor as it was 15 minutes earlier."),
    ),
    _step(
        *("quarter-forward", "greater_than_sign", 900, N_("forward 15 minutes")),
        N_("Show the past 15 minutes later."),
    ),
    Action(
        "app.time",
        ("t",),
        N_("a time"),
        N_("Show the floor as it was at a time that you type: `14:05`, `yesterday 14:05`, `-20m`."),
        Group.TIME,
        Scope.APP,
        call="type_time",
        command="at",
    ),
    Action(
        "app.now",
        ("f",),
        N_("back to now"),
        N_("Follow the present again."),
        Group.TIME,
        Scope.APP,
        call="follow",
        command="now",
    ),
)
