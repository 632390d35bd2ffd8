"""What an action is, where it can be had, and how the help page groups actions."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from screens.text import N_


class Scope(StrEnum):
    """Where an action can be had."""

    APP = "app"
    """Everywhere but in dialogs and while typing."""
    TABLE = "table"
    """On every table."""
    PAGE = "page"
    """On every page of text."""
    QUEUES = "queues"
    AGENTS = "agents"
    ESCALATIONS = "escalations"
    ROSTER = "roster"
    ALERTS = "alerts"
    """What needs somebody."""
    HANDOVER = "handover"
    """What one shift leaves to the next."""
    CHECKLISTS = "checklists"
    """What is gone through each day."""
    NOTES = "notes"
    """Notes and incidents of the shift."""
    LOST = "lost"
    REPORTS = "reports"
    """What a day, a week or a month came to."""
    FOUND = "found"
    """The contacts that were found."""
    WAITING = "waiting"
    """The contacts that wait in one queue."""
    LOANS = "loans"
    """The agents who are lent."""
    RESTORING = "restoring"
    """What the floor had at an earlier moment and has no more."""
    ACTS = "acts"
    """What the person did and what came of it."""
    NIGHT = "night"
    """The sites, a line each."""
    LOCKED = "locked"
    """A screen that is locked."""
    DETAIL = "detail"
    """Everything known about one thing."""
    PROMPT = "prompt"
    """While typing a filter or a command."""
    DIALOG = "dialog"
    FORM = "form"
    """A dialog in which something is chosen or typed."""
    FIELD = "field"
    """A line of a form in which one types."""
    CHOICE = "choice"
    """A line of a form in which one chooses."""
    HELP = "help"
    CHOOSER = "chooser"


LAYERS: dict[Scope, tuple[Scope, ...]] = {
    Scope.QUEUES: (Scope.QUEUES, Scope.TABLE, Scope.APP),
    Scope.AGENTS: (Scope.AGENTS, Scope.TABLE, Scope.APP),
    Scope.ESCALATIONS: (Scope.ESCALATIONS, Scope.TABLE, Scope.APP),
    Scope.ROSTER: (Scope.ROSTER, Scope.TABLE, Scope.APP),
    Scope.ALERTS: (Scope.ALERTS, Scope.TABLE, Scope.APP),
    Scope.NOTES: (Scope.NOTES, Scope.TABLE, Scope.APP),
    Scope.CHECKLISTS: (Scope.CHECKLISTS, Scope.TABLE, Scope.APP),
    Scope.HANDOVER: (Scope.HANDOVER, Scope.TABLE, Scope.APP),
    Scope.LOST: (Scope.LOST, Scope.TABLE, Scope.APP),
    Scope.REPORTS: (Scope.REPORTS, Scope.TABLE, Scope.APP),
    Scope.FOUND: (Scope.FOUND, Scope.TABLE, Scope.APP),
    Scope.WAITING: (Scope.WAITING, Scope.TABLE, Scope.APP),
    Scope.LOANS: (Scope.LOANS, Scope.TABLE, Scope.APP),
    Scope.RESTORING: (Scope.RESTORING, Scope.TABLE, Scope.APP),
    Scope.ACTS: (Scope.ACTS, Scope.TABLE, Scope.APP),
    Scope.NIGHT: (Scope.NIGHT, Scope.TABLE, Scope.APP),
    Scope.LOCKED: (Scope.LOCKED,),
    Scope.DETAIL: (Scope.DETAIL, Scope.PAGE, Scope.APP),
    Scope.PROMPT: (Scope.PROMPT,),
    Scope.DIALOG: (Scope.DIALOG, Scope.PAGE),
    Scope.FORM: (Scope.FORM,),
    Scope.FIELD: (Scope.FIELD, Scope.FORM),
    Scope.CHOICE: (Scope.CHOICE, Scope.FORM),
    Scope.HELP: (Scope.HELP, Scope.PAGE),
    Scope.CHOOSER: (Scope.CHOOSER, Scope.TABLE),
}
"""Scopes that one can be in, and whose actions can be had there, the nearest first."""


class Group(StrEnum):
    """The chapters of the help page, by their titles."""

    MOVE = N_("Moving")
    LOOK = N_("Looking")
    ACT = N_("Acting")
    PANES = N_("Panes")
    TIME = N_("Time")
    PROGRAM = N_("The program")
    TYPE = N_("Typing")
    ANSWER = N_("Dialogs")


class Action(msgspec.Struct, frozen=True):
    """Something a key can do."""

    id: str
    """`scope.name`; what a keymap calls it."""
    keys: tuple[str, ...]
    """As Textual names them, the one to show first; none for what is only typed."""
    label: str
    """One or two words for the footer."""
    help: str
    """One sentence for the help page."""
    group: Group
    scope: Scope
    call: str = ""
    """What is called, with arguments; by default the name in the id: `queues.sort` is `sort`."""
    shows_in_footer: bool = False
    label_inside: str = ""
    """The words for the footer of what was opened from a pane, where they differ there."""
    command: str = ""
    """Its name on the `:` line; empty where it has none."""
    list_of_row: bool = False
    """It opens the list that belongs to a row, and can be had on the row's page, too."""
    is_priority: bool = False
    """Works in dialogs and while typing, too."""

    @property
    def method(self) -> str:
        """The action as a binding names it: `action_` and this is the method."""
        return self.call or self.id.partition(".")[2].replace("-", "_")

    @property
    def argument(self) -> str:
        """What stands in quotes in `call`, such as the verb of `act('claim')`.

        Behind a colon stands the way of doing it: `act('switch:closed')`.
        """
        return self.call.partition("'")[2].rpartition("'")[0]


class Pane(msgspec.Struct, frozen=True):
    """One of the views of the floor, and the key to it."""

    scope: Scope
    key: str
    title: str


UNDO = "undo"
"""What stands in the place of a verb where the last action is to be taken back."""
UNBOUND = frozenset(("ctrl+a", "ctrl+b", "ctrl+p", "ctrl+s", "ctrl+q", "ctrl+z", "ctrl+backslash"))
"""Keys that belong to screen, tmux, the terminal or the shell."""
