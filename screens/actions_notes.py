"""What can be done to notes and incidents, and what a shift leaves to the next."""

from __future__ import annotations

from screens.action_types import Action, Group, Scope
from screens.text import N_


def _act(verb: str, key: str, label: str, text: str, command: str = "") -> Action:
    return Action(
        f"notes.{verb}",
        (key,),
        label,
        text,
        Group.ACT,
        Scope.NOTES,
        call=f"act('{verb}')",
        command=command or verb,
        shows_in_footer=verb in {"shift-note", "open-incident"},
    )


NOTES: tuple[Action, ...] = (
    _act(
        "shift-note",
        "N",
        N_("note"),
        N_("Write something down for whoever leads this shift and the next."),
    ),
    _act(
        "open-incident",
        "I",
        N_("incident"),
        N_("Put on record what the carrier, the client, a supplier or we have to mend."),
        "incident",
    ),
    _act(
        "update-incident",
        "V",
        N_("what is new"),
        N_("Say what is new about the incident, and when somebody is to look again."),
    ),
    _act(
        "close-incident",
        "X",
        N_("over"),
        N_("Say that the incident is over, or was put on record by mistake."),
    ),
    _act("reopen-incident", "O", N_("again"), N_("Say that the incident is not over after all.")),
    _act("correct-note", "E", N_("correct"), N_("Let the note say something else; both are kept.")),
    _act(
        "withdraw-note",
        "W",
        N_("withdraw"),
        N_("Say that the note was a mistake; what it said stays on record."),
    ),
    _act("restore-note", "Z", N_("put back"), N_("Say that the note was no mistake after all.")),
)
