"""What can be done to a report: another time, another length, other lines."""

from __future__ import annotations

from screens.action_types import Action, Group, Scope
from screens.text import N_

REPORTS: tuple[Action, ...] = (
    Action(
        "reports.earlier",
        ("left_square_bracket",),
        N_("earlier"),
        N_("The day, week or month before."),
        Group.LOOK,
        Scope.REPORTS,
        call="step(-1)",
        shows_in_footer=True,
    ),
    Action(
        "reports.later",
        ("right_square_bracket",),
        N_("later"),
        N_("The day, week or month after, up to the one that is not over."),
        Group.LOOK,
        Scope.REPORTS,
        call="step(1)",
        shows_in_footer=True,
    ),
    Action(
        "reports.length",
        ("d",),
        N_("day/week/month"),
        N_("A day, the week that holds it, or the month."),
        Group.LOOK,
        Scope.REPORTS,
        shows_in_footer=True,
    ),
    Action(
        "reports.by",
        ("v",),
        N_("by what"),
        N_("Lines of queues, agents, teams, clients, channels, or times of day."),
        Group.LOOK,
        Scope.REPORTS,
        shows_in_footer=True,
    ),
)
