"""What can be done to the floor, and to what: the verbs."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec


class Verb(StrEnum):
    """What can be done. The values stand in files and logs, and never change."""

    # escalated complaints and enquiries
    RAISE = "raise"
    """Put a new one on record."""
    CLAIM = "claim"
    """Take it in hand; the first of two has it."""
    ASSIGN = "assign"
    """Give it to somebody, whoever has it now."""
    ACKNOWLEDGE = "acknowledge"
    """Say that the customer has been told that it is being looked at."""
    ADD_NOTE = "note"
    SEVERITY = "severity"
    ESCALATE = "escalate"
    """Pass it to the next tier, where nobody has it yet."""
    HAND_BACK = "hand-back"
    """Own it no more, for somebody else to take."""
    RESOLVE = "resolve"
    """Settle it, with an outcome and a remedy."""
    CLOSE = "close"
    """Nothing more is to be done about it."""
    REFER = "refer"
    """Hand it to somebody outside the firm, such as an ombudsman."""
    REOPEN = "reopen"
    # agents
    PAUSE = "pause"
    """Make not ready, with a reason (CSTA notReady)."""
    READY = "ready"
    LOG_OUT = "log-out"
    END_WORK = "end-work"
    """End after-contact work that has been left running."""
    JOIN = "join"
    """Let them serve a queue."""
    LEAVE = "leave"
    """Let them serve a queue no more."""
    PENALTY = "penalty"
    """Their rank in a queue: the higher, the later their turn comes."""
    LISTEN = "listen"
    """Hear both parties, heard by nobody."""
    WHISPER = "whisper"
    """Hear both parties, heard by the agent alone."""
    BARGE = "barge"
    """Be a third party in the call."""
    ANSWER_HAND = "answer-hand"
    """Say that one answers the agent who asks for help; the first of two does."""
    MESSAGE = "message"
    """Write to an agent, a team, or everybody."""
    # queues
    SWITCH = "switch"
    """Close or open it, put its emergency message or its overflow on or off."""
    # contacts that wait
    PRIORITY = "priority"
    MOVE = "move"
    """To another queue."""
    GIVE = "give"
    """To one agent, for example the owner of the caller's complaint."""
    HANG_UP = "hang-up"
    # agents lent from queue to queue; the desk remembers what is to be taken back
    LEND = "lend"
    TAKE_BACK = "take-back"
    # shifts, where the desk keeps the roster
    AWAY = "away"
    """Somebody does not come, or is away for part of the shift."""
    RELEASE = "release"
    """They may go before the shift ends."""
    OVERTIME = "overtime"
    MOVE_BREAK = "move-break"
    SWAP_SHIFTS = "swap-shifts"
    """Two agents take each other's shifts, both or neither."""
    AS_BEFORE = "as-before"
    """Take back the last of these changes."""
    # alerts, which the desk keeps
    ACKNOWLEDGE_ALERT = "acknowledge-alert"
    """Say that one has seen it, and in the comment what one did about it."""
    MUTE = "mute"
    """Let alerts not ring for a time."""
    UNMUTE = "unmute"
    # callers who were lost; the desk keeps who looks after them
    CLAIM_LOST = "claim-lost"
    CALLED_BACK = "called-back"
    # what one shift leaves to the next
    SHIFT_NOTE = "shift-note"
    """Write something down for whoever leads this shift and the next."""
    BRIEF = "brief"
    """Write to a team, to who serves a queue, to all agents, or to who leads."""
    READ_NOTE = "read-note"
    """Say that one has read what was written to one."""
    WITHDRAW_NOTE = "withdraw-note"
    """Say that a note was a mistake; what it said stays in its history."""
    CORRECT_NOTE = "correct-note"
    """Let it say something else; what it said stays in its history."""
    RESTORE_NOTE = "restore-note"
    OPEN_INCIDENT = "open-incident"
    UPDATE_INCIDENT = "update-incident"
    """Say what is new about it, and when somebody is to look again."""
    CLOSE_INCIDENT = "close-incident"
    REOPEN_INCIDENT = "reopen-incident"
    PROMISE = "promise"
    """Put on record what a customer was promised, by when, and whose it is to keep."""
    MOVE_PROMISE = "move-promise"
    """Give it to somebody else, or another time, as the customer was told."""
    SETTLE_PROMISE = "settle-promise"
    """It was kept, or cannot be, or was put on record by mistake."""
    REOPEN_PROMISE = "reopen-promise"
    TICK = "tick"
    """Say that an item of a checklist has been seen to."""
    UNTICK = "untick"
    SIGN_HANDOVER = "sign-handover"
    TAKE_OVER = "take-over"
    """Acknowledge a risk that was handed over."""


class Undo(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An action that takes another one back, based on the version that the other has made."""

    verb: Verb
    fields: dict[str, Any] = {}
