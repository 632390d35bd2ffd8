"""What keys do while one types, and in dialogs: a part of the table in `screens.actions`."""

from __future__ import annotations

from screens.action_types import Action, Group, Scope
from screens.text import N_

_EDITING = (
    ("left", ("left",), "cursor_left", N_("left"), N_("One character to the left.")),
    ("right", ("right",), "cursor_right", N_("right"), N_("One character to the right.")),
    ("home", ("home",), "home", N_("start"), N_("To the start of the line.")),
    ("end", ("end", "ctrl+e"), "end", N_("end"), N_("To the end of the line.")),
    ("erase", ("backspace", "ctrl+h"), "delete_left", N_("erase"), N_("Erase to the left.")),
    ("delete", ("delete",), "delete_right", N_("delete"), N_("Erase to the right.")),
    ("erase-word", ("ctrl+w",), "delete_left_word", N_("erase word"), N_("Erase a word.")),
    ("erase-line", ("ctrl+u",), "delete_left_all", N_("erase line"), N_("Erase the line.")),
)
_MEMORY = (
    ("older", ("up",), "older", N_("older"), N_("What was typed before.")),
    ("newer", ("down",), "newer", N_("newer"), N_("What was typed after that.")),
)

TYPING: tuple[Action, ...] = (
    *(
        Action(f"prompt.{name}", keys, label, text, Group.TYPE, Scope.PROMPT, call=call)
        for name, keys, call, label, text in (*_EDITING, *_MEMORY)
    ),
    *(
        Action(f"field.{name}", keys, label, text, Group.TYPE, Scope.FIELD, call=call)
        for name, keys, call, label, text in _EDITING
    ),
    Action(
        "prompt.complete",
        ("tab",),
        N_("complete"),
        N_("Complete the command; again, the next that fits."),
        Group.TYPE,
        Scope.PROMPT,
        shows_in_footer=True,
    ),
    Action(
        "prompt.keep",
        ("enter",),
        N_("keep"),
        N_("Keep the filter, or do the command."),
        Group.TYPE,
        Scope.PROMPT,
        call="submit",
        shows_in_footer=True,
    ),
    Action(
        "prompt.leave",
        ("escape",),
        N_("leave"),
        N_("Clear and close; nothing is done."),
        Group.TYPE,
        Scope.PROMPT,
        shows_in_footer=True,
    ),
)

ANSWERING: tuple[Action, ...] = (
    Action(
        "dialog.send",
        ("enter",),
        N_("send"),
        N_("Do what can be undone; where it cannot, leave."),
        Group.ANSWER,
        Scope.DIALOG,
        shows_in_footer=True,
    ),
    Action(
        "dialog.yes",
        ("y",),
        N_("yes"),
        N_("Do it, though it cannot be undone."),
        Group.ANSWER,
        Scope.DIALOG,
        shows_in_footer=True,
    ),
    Action(
        "form.send",
        ("enter",),
        N_("send"),
        N_("Do it, with what stands in the form."),
        Group.ANSWER,
        Scope.FORM,
        shows_in_footer=True,
    ),
    Action(
        "form.leave",
        ("escape",),
        N_("leave it"),
        N_("Close the form; nothing is done."),
        Group.ANSWER,
        Scope.FORM,
        shows_in_footer=True,
    ),
    Action(
        "form.next",
        ("tab", "down"),
        N_("next"),
        N_("To the next line of the form."),
        Group.ANSWER,
        Scope.FORM,
        call="go(1)",
        shows_in_footer=True,
    ),
    Action(
        "form.previous",
        ("shift+tab", "up"),
        N_("previous"),
        N_("To the line of the form before."),
        Group.ANSWER,
        Scope.FORM,
        call="go(-1)",
    ),
    Action(
        "choice.next",
        ("right", "space"),
        N_("choose"),
        N_("The next of what can be chosen; a letter goes to what begins with it."),
        Group.ANSWER,
        Scope.CHOICE,
        call="turn(1)",
        shows_in_footer=True,
    ),
    Action(
        "choice.previous",
        ("left",),
        N_("back"),
        N_("The one before."),
        Group.ANSWER,
        Scope.CHOICE,
        call="turn(-1)",
    ),
    Action(
        "dialog.leave",
        ("escape", "q"),
        N_("leave it"),
        N_("Close the dialog; nothing is done."),
        Group.ANSWER,
        Scope.DIALOG,
        shows_in_footer=True,
    ),
    Action(
        "help.close",
        ("escape", "q", "question_mark", "f1"),
        N_("close"),
        N_("Close the help page."),
        Group.ANSWER,
        Scope.HELP,
        shows_in_footer=True,
    ),
    Action(
        "chooser.later",
        ("J",),
        N_("later"),
        N_("Move the column down: further to the right in the table."),
        Group.ANSWER,
        Scope.CHOOSER,
        call="shift(1)",
        shows_in_footer=True,
    ),
    Action(
        "chooser.earlier",
        ("K",),
        N_("earlier"),
        N_("Move the column up: further to the left in the table."),
        Group.ANSWER,
        Scope.CHOOSER,
        call="shift(-1)",
        shows_in_footer=True,
    ),
    Action(
        "chooser.leave",
        ("escape", "q"),
        N_("leave"),
        N_("Close; the columns stay as they were."),
        Group.ANSWER,
        Scope.CHOOSER,
        shows_in_footer=True,
    ),
)
