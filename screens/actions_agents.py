"""What can be done to agents: a part of the table in `screens.actions`."""

from __future__ import annotations

from screens.action_types import Action, Group, Scope
from screens.text import N_


def _act(
    verb: str,
    key: str,
    label: str,
    text: str,
    *,
    is_priority: bool = False,
    is_shown: bool = False,
    command: str = "",
) -> Action:
    return Action(
        f"agents.{verb}",
        (key,) if key else (),
        label,
        text,
        Group.ACT,
        Scope.AGENTS,
        call=f"act('{verb}')",
        shows_in_footer=is_shown,
        command=command or verb,
        is_priority=is_priority,
    )


AGENTS: tuple[Action, ...] = (
    _act(
        "pause",
        "P",
        N_("not ready"),
        N_("Make the agent not ready, with a reason; a call in hand is kept."),
        is_shown=True,
    ),
    _act("ready", "Y", N_("ready"), N_("Make the agent ready."), is_shown=True),
    _act(
        "log-out",
        "G",
        N_("log out"),
        N_("Log the agent out, after the call in hand; it cannot be taken back."),
        is_priority=True,  # `G` moves to the last row of every other table
    ),
    _act(
        "join",
        "Q",
        N_("queues"),
        N_("Add the agent to a queue, remove them from one, or change their penalty there."),
    ),
    _act("leave", "", N_("leave queue"), N_("Remove the agent from a queue.")),
    _act("penalty", "", N_("penalty"), N_("Change the agent's penalty in a queue.")),
    _act("end-work", "T", N_("end work"), N_("End after-contact work that was left running.")),
    _act(
        "listen",
        "L",
        N_("listen"),
        N_("Ring my own phone and hear the agent's call, heard by nobody."),
    ),
    _act(
        "whisper",
        "W",
        N_("whisper"),
        N_("Ring my own phone and hear the agent's call, heard by the agent alone."),
    ),
    _act(
        "barge",
        "I",
        N_("barge in"),
        N_("Ring my own phone and speak with both in the agent's call."),
    ),
    _act(
        "answer-hand",
        "C",
        N_("answer"),
        N_("Say that I answer the agent who asks for help; the first who does has it."),
        command="answer",
    ),
    _act(
        "message",
        "M",
        N_("message"),
        N_("Write to the agent, their team, or everybody."),
    ),
)
"""What is done to agents; what they mean stands in `screens.acting.agents`."""
