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
        "brief",
        "B",
        N_("brief"),
        N_("Write to a team, to who serves a queue, to all agents, or to who leads."),
    ),
    _act("read-note", "K", N_("read"), N_("Say that you have read the briefing.")),
    *(
        Action(
            f"{scope}.promise",
            # Of agents P is the pause.
            ("F",) if scope is Scope.AGENTS else ("P",),
            N_("promise"),
            N_("Put on record what the customer was promised, by when, and whose it is to keep."),
            Group.ACT,
            scope,
            call="act('promise')",
            command="promise" if scope is Scope.ESCALATIONS else "",
        )
        for scope in (
            *(Scope.ESCALATIONS, Scope.AGENTS, Scope.WAITING),
            *(Scope.LOST, Scope.FOUND, Scope.NOTES),
        )
    ),
    _act(
        "settle-promise",
        "R",
        N_("promise kept"),
        N_("Say that the promise was kept, or what else became of it."),
    ),
    _act(
        "move-promise",
        "A",
        N_("move promise"),
        N_("Give the promise to somebody else, or another time, as the customer was told."),
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
    _act(
        "reopen-incident",
        "O",
        N_("again"),
        N_("Say that the incident is not over after all; of a promise, that it is to be kept."),
    ),
    Action(
        "notes.reopen-promise",
        (),
        N_("again"),
        N_("Say why a promise that was settled has to be kept after all."),
        Group.ACT,
        Scope.NOTES,
        call="act('reopen-promise')",
        command="reopen-promise",
    ),
    _act("correct-note", "E", N_("correct"), N_("Let the note say something else; both are kept.")),
    _act(
        "withdraw-note",
        "W",
        N_("withdraw"),
        N_("Say that the note was a mistake; what it said stays on record."),
    ),
    _act("restore-note", "Z", N_("put back"), N_("Say that the note was no mistake after all.")),
)
