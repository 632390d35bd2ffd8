"""Writes docs/keys.md from the table of actions: `python -m screens.keys_doc`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from screens.actions import ACTIONS, Action, Group, Scope
from screens.key_names import show_key

_INTRODUCTION = """\
# Keys

Made from the table in `screens/actions.py` by `python -m screens.keys_doc > docs/keys.md`; a test
holds it fresh.

Lower case looks, CAPITALS act, and the same letter means the same thing everywhere. On a Cyrillic
keyboard letters work by their place. In the configuration, `[keys]` gives an action other keys by
its id, several separated by commas: `"table.down" = "j, down"`. Unknown ids, unknown keys and
clashes are told when the program starts.
"""

_PLACES = {
    Scope.APP: "everywhere",
    Scope.TABLE: "tables",
    Scope.PAGE: "pages of text",
    Scope.QUEUES: "the queues",
    Scope.AGENTS: "the agents",
    Scope.ESCALATIONS: "the complaints",
    Scope.ROSTER: "the roster",
    Scope.ALERTS: "the alerts",
    Scope.NOTES: "the notes",
    Scope.CHECKLISTS: "the checklists",
    Scope.HANDOVER: "the handover",
    Scope.LOST: "the lost callers",
    Scope.REPORTS: "the reports",
    Scope.FOUND: "found contacts",
    Scope.WAITING: "contacts that wait",
    Scope.LOANS: "lent agents",
    Scope.RESTORING: "restoring the floor",
    Scope.ACTS: "one's own actions",
    Scope.NIGHT: "the night",
    Scope.LOCKED: "a locked screen",
    Scope.DETAIL: "a detail",
    Scope.PROMPT: "while typing",
    Scope.DIALOG: "dialogs",
    Scope.FORM: "forms",
    Scope.FIELD: "a line one types in",
    Scope.CHOICE: "a line one chooses in",
    Scope.HELP: "the help page",
    Scope.CHOOSER: "the column chooser",
}


def render_keys_doc() -> str:
    """The whole of docs/keys.md."""
    return "\n".join([_INTRODUCTION, *_chapters()])


def _chapters() -> Iterator[str]:
    for group in Group:
        actions = [action for action in ACTIONS if action.group is group]
        yield f"## {group}\n"
        yield "| Key | What it does | Where | Id | `:` |"
        yield "| :- | :- | :- | :- | :- |"
        yield from (_row(action) for action in actions)
        yield ""


def _row(action: Action) -> str:
    keys = " ".join(f"`{show_key(key)}`" for key in action.keys)
    command = f"`{action.command}`" if action.command else ""
    return f"| {keys} | {action.help} | {_PLACES[action.scope]} | `{action.id}` | {command} |"


if __name__ == "__main__":
    sys.stdout.write(render_keys_doc())
