"""What is for the night and for a screen that is left alone: a part of the table in `actions`."""

from __future__ import annotations

from screens.action_types import Action, Group, Scope
from screens.text import N_

NIGHT: tuple[Action, ...] = (
    Action(
        "app.night",
        ("ctrl+n",),
        N_("night"),
        N_("Show one line for each site: what needs somebody, or the proof that nothing does."),
        Group.LOOK,
        Scope.APP,
        command="night",
    ),
    Action(
        "app.lock",
        ("ctrl+k",),
        N_("lock"),
        N_("Hide names, callers and subjects until the host has asked for my password again."),
        Group.PROGRAM,
        Scope.APP,
        command="lock",
        is_priority=True,
    ),
    Action(
        "locked.unlock",
        ("enter",),
        N_("unlock"),
        N_("Let the host ask for my password, and show everything again."),
        Group.PROGRAM,
        Scope.LOCKED,
        shows_in_footer=True,
    ),
    Action(
        "locked.down",
        ("j", "down", "pagedown"),
        N_("down"),
        N_("Scroll down."),
        Group.MOVE,
        Scope.LOCKED,
        shows_in_footer=True,
    ),
    Action(
        "locked.up",
        ("k", "up", "pageup"),
        N_("up"),
        N_("Scroll up."),
        Group.MOVE,
        Scope.LOCKED,
        shows_in_footer=True,
    ),
)
