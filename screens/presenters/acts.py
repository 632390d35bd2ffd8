"""What a person did and what came of it, in words: in the frame, in a row, and in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from data.actions.verbs import Verb
from data.errors import Code
from data.figures.doings import Doings
from data.figures.switches import CLOSED, EMERGENCY, OVERFLOW
from data.model import Ms
from data.status import ActionRow, ActionState
from screens.formats import format_clock, format_first, format_moment, localised
from screens.presenters.lines import Piece
from screens.sentences import sentence
from screens.text import C_, N_, _, pgettext
from screens.tones import Tone

_VERBS = {
    Verb.RAISE: C_("something done", "raise"),
    Verb.CLAIM: C_("something done", "claim"),
    Verb.ASSIGN: C_("something done", "assign"),
    Verb.ACKNOWLEDGE: C_("something done", "acknowledge"),
    Verb.ADD_NOTE: C_("something done", "note"),
    Verb.SEVERITY: C_("something done", "severity"),
    Verb.ESCALATE: C_("something done", "escalate"),
    Verb.HAND_BACK: C_("something done", "hand back"),
    Verb.RESOLVE: C_("something done", "resolve"),
    Verb.CLOSE: C_("something done", "close"),
    Verb.REFER: C_("something done", "refer"),
    Verb.REOPEN: C_("something done", "reopen"),
    Verb.PAUSE: C_("something done", "not ready"),
    Verb.READY: C_("something done", "ready"),
    Verb.LOG_OUT: C_("something done", "log out"),
    Verb.END_WORK: C_("something done", "end after-contact work"),
    Verb.JOIN: C_("something done", "add to queue"),
    Verb.LEAVE: C_("something done", "remove from queue"),
    Verb.PENALTY: C_("something done", "penalty"),
    Verb.LISTEN: C_("something done", "listen"),
    Verb.WHISPER: C_("something done", "whisper"),
    Verb.BARGE: C_("something done", "barge in"),
    Verb.ANSWER_HAND: C_("something done", "answer the raised hand"),
    Verb.MESSAGE: C_("something done", "message"),
    Verb.SWITCH: C_("something done", "switch"),
    Verb.PRIORITY: C_("something done", "priority"),
    Verb.MOVE: C_("something done", "move to queue"),
    Verb.GIVE: C_("something done", "give to agent"),
    Verb.HANG_UP: C_("something done", "hang up"),
    Verb.LEND: C_("something done", "lend"),
    Verb.TAKE_BACK: C_("something done", "take back"),
    Verb.AWAY: C_("something done", "away"),
    Verb.RELEASE: C_("something done", "leave early"),
    Verb.OVERTIME: C_("something done", "overtime"),
    Verb.MOVE_BREAK: C_("something done", "move break"),
    Verb.SWAP_SHIFTS: C_("something done", "swap shifts"),
    Verb.AS_BEFORE: C_("something done", "as before"),
    Verb.CLAIM_LOST: C_("something done", "claim caller"),
    Verb.CALLED_BACK: C_("something done", "called back"),
    Verb.SHIFT_NOTE: C_("something done", "shift note"),
    Verb.BRIEF: C_("something done", "briefing"),
    Verb.READ_NOTE: C_("something done", "has read"),
    Verb.WITHDRAW_NOTE: C_("something done", "withdraw note"),
    Verb.CORRECT_NOTE: C_("something done", "correct note"),
    Verb.RESTORE_NOTE: C_("something done", "put note back"),
    Verb.OPEN_INCIDENT: C_("something done", "open incident"),
    Verb.UPDATE_INCIDENT: C_("something done", "update incident"),
    Verb.CLOSE_INCIDENT: C_("something done", "close incident"),
    Verb.REOPEN_INCIDENT: C_("something done", "reopen incident"),
    Verb.PROMISE: C_("something done", "promise"),
    Verb.MOVE_PROMISE: C_("something done", "move promise"),
    Verb.SETTLE_PROMISE: C_("something done", "settle promise"),
    Verb.REOPEN_PROMISE: C_("something done", "open promise again"),
    Verb.TICK: C_("something done", "tick"),
    Verb.UNTICK: C_("something done", "untick"),
    Verb.SIGN_HANDOVER: C_("something done", "sign handover"),
    Verb.TAKE_OVER: C_("something done", "take over"),
    Verb.ACKNOWLEDGE_ALERT: C_("something done", "acknowledge alert"),
    Verb.MUTE: C_("something done", "mute"),
    Verb.UNMUTE: C_("something done", "unmute"),
}
_SWITCHED = {
    (CLOSED, True): C_("something done", "close"),
    (CLOSED, False): C_("something done", "open"),
    (EMERGENCY, True): C_("something done", "emergency message on"),
    (EMERGENCY, False): C_("something done", "emergency message off"),
    (OVERFLOW, True): C_("something done", "overflow on"),
    (OVERFLOW, False): C_("something done", "overflow off"),
}
_NO_FIELDS: Mapping[str, Any] = MappingProxyType({})
_REASONS = {
    Code.REFUSED_CONNECTION: N_("link down"),
    Code.NO_SUCH_HOST: N_("link down"),
    Code.CONNECTION_LOST: N_("link down"),
    Code.TIMED_OUT: N_("no answer"),
    Code.UNAVAILABLE: N_("endpoint not available"),
    Code.NO_MANAGER: N_("endpoint not available"),
    Code.SLOW_DOWN: N_("endpoint busy"),
    Code.SIGN_IN: N_("sign-in needed"),
    Code.FORBIDDEN: N_("not allowed"),
    Code.NOT_FOUND: N_("no longer there"),
    Code.WRONG_STATE: N_("not possible in its present state"),
    Code.VERSION_MISMATCH: N_("somebody changed it meanwhile; look again"),
    Code.NOT_YOUR_TEAM: N_("not of your team"),
    Code.SHIFT_OVERLAPS: N_("the agent works at that time already"),
    Code.CHANGED_SINCE: N_("changed since you pressed the key"),
    Code.ACTION_EXPIRED: N_("too late"),
    Code.DISK_FULL: N_("the disk is full"),
    Code.NO_SYNC: N_("no sync process runs"),
}


def acts_pieces(doings: Doings) -> tuple[Piece, ...]:
    """What was sent and not yet heard of (`>`), and what failed unread (`x`), for the frame."""
    counts = []
    if doings.undelivered:
        counts.append(f"{doings.undelivered}>")
    if doings.unread_failures:
        counts.append(f"{doings.unread_failures}x")
    if not counts:
        return ()
    tone = Tone.LOOK if doings.unread_failures else Tone.NORMAL
    return (Piece(_("acts {counts}").format(counts=" ".join(counts)), tone),)


def verb_words(verb: str, fields: Mapping[str, Any] = _NO_FIELDS) -> str:
    """What was done, in a word or two.

    Args:
        verb: The verb.
        fields: What it was done with, where that says more: what was put on or off.
    """
    switched = _SWITCHED.get((str(fields.get("name", "")), bool(fields.get("on"))))
    if verb == Verb.SWITCH and switched is not None:
        return str(switched)
    try:
        return str(_VERBS[Verb(verb)])
    except ValueError:
        return verb


def outcome_words(row: ActionRow, zone: str) -> str:
    """What came of something, in words.

    Args:
        row: The action.
        zone: The zone whose clock times to name.
    """
    return _open_words(row, zone) if row.state.is_open else _settled_words(row, zone)


def _open_words(row: ActionRow, zone: str) -> str:
    until = format_moment(row.not_after, zone, row.pressed_at)
    if row.state is ActionState.HELD:
        text = _("NOT SENT: changed since you pressed the key; send anyway? void after {until}")
        return text.format(until=until)
    if not row.code:
        return _("saved, sending")
    if row.state is ActionState.SAVED:
        text = _("saved, not sent yet: {reason}; void after {until}")
    else:
        text = _("sent, no answer yet: {reason}; it is asked about again")
    return text.format(reason=_reason(row.code), until=until)


def _settled_words(row: ActionRow, zone: str) -> str:
    reason = _reason(row.code)
    match row.state:
        case ActionState.DONE:
            return _("done {took}").format(took=_took(row.updated_at - row.pressed_at))
        case ActionState.EXPIRED:
            text = _("NOT DONE: {reason}, void since {until}")
            until = format_moment(row.not_after, zone, row.pressed_at)
            return text.format(reason=reason or _("not sent in time"), until=until)
        case ActionState.UNKNOWN_OUTCOME:
            return _("OUTCOME UNKNOWN: no answer that could be read; look at the record")
        case ActionState.DROPPED:
            return _("dropped")
        case _:
            return _refusal_words(row, zone, reason)


def outcome_tone(row: ActionRow, doings: Doings) -> Tone:
    """How much the outcome of something asks for a look."""
    if row.key in doings.unread:
        return Tone.ACT
    if row.state.is_failure:
        return Tone.LOOK
    return Tone.QUIET if row.state is ActionState.DONE else Tone.NORMAL


def outcome_mark(row: ActionRow) -> str:
    """As in the frame: `>` under way, `x` failed."""
    if row.state.is_open:
        return ">"
    return "x" if row.state.is_failure else " "


def act_line(row: ActionRow, zone: str) -> str:
    """One action in one line: what, to what, and what came of it."""
    return _("{verb} {subject}: {outcome}").format(
        verb=verb_words(row.verb, row.fields),
        subject=row.subject or row.entity,
        outcome=outcome_words(row, zone),
    )


def done_line(rows: Sequence[ActionRow], zone: str) -> str:
    """One action, or several that were begun together, in one line.

    Args:
        rows: What was done; of several the one that took longest speaks for all.
        zone: The zone whose clock times to name.
    """
    if len(rows) == 1:
        return act_line(rows[0], zone)
    last = max(rows, key=lambda row: (row.state.is_open, row.updated_at - row.pressed_at))
    return _("{verb}, {count} of them: {outcome}").format(
        verb=verb_words(last.verb, last.fields),
        count=len(rows),
        outcome=outcome_words(last, zone),
    )


def act_lines(doings: Doings, zones: Mapping[str, str]) -> Sequence[tuple[str, Tone]]:
    """Everything a person did lately, the newest first, with tones.

    Args:
        doings: What the person did.
        zones: By site, the zone whose clock times to name.
    """
    lines: list[tuple[str, Tone]] = []
    for row in reversed(doings.rows):
        zone = zones.get(row.site, "UTC")
        text = _("{mark} {clock}  {line}").format(
            mark=outcome_mark(row),
            clock=format_clock(row.pressed_at, zone, with_seconds=True),
            line=act_line(row, zone),
        )
        lines.append((text, outcome_tone(row, doings)))
    return lines


def failures_words(rows: Sequence[ActionRow], zones: Mapping[str, str]) -> str:
    """What has just failed, in one line: the first in full, and how many more."""
    said = act_line(rows[0], zones.get(rows[0].site, "UTC"))
    return format_first(said, len(rows) - 1)


def pending_words(row: ActionRow) -> str:
    """What stands over a record while an action on it is under way."""
    match row.verb:
        case Verb.CALLED_BACK:
            return pgettext("pending", "called back…")
        case Verb.CLAIM_LOST:
            return pgettext("pending", "claimed by me…")
    return pgettext("pending", "{verb}…").format(verb=verb_words(row.verb, row.fields))


def _refusal_words(row: ActionRow, zone: str, reason: str) -> str:
    if not row.held_by:
        return _("not done: {reason}").format(reason=reason)
    if row.held_since is None:
        return _("not done: {name} has it").format(name=row.held_by)
    since = format_clock(row.held_since, zone, with_seconds=True)
    match row.code:
        case Code.WRONG_STATE if row.verb in {Verb.CLAIM_LOST, Verb.CALLED_BACK}:
            text = _("not done: {name} called back at {since}")
        case Code.WRONG_STATE:
            text = _("not done: {name} was first, at {since}")
        case Code.VERSION_MISMATCH:
            text = _("not done: {name} changed it at {since}")
        case _:
            text = _("not done: {name} has it since {since}")
    return text.format(name=row.held_by, since=since)


def _reason(code: str) -> str:
    """Why, in a few words, or in the whole sentence that there is."""
    if not code:
        return ""
    try:
        return _(_REASONS[Code(code)])
    except (KeyError, ValueError):
        return sentence(code)


def _took(ms: Ms) -> str:
    return _("{seconds} s").format(seconds=localised(f"{max(0, ms) / 1000:.1f}"))
