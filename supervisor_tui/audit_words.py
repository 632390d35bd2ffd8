"""What `supervisor-tui audit` says of the log: whether it is whole, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from data.clean import clean_text
from data.people import account_name
from data.settings import PersonSettings
from data.status import ActionRow, ActionState
from data.sync.audit import Entry
from data.sync.audit_check import Break, Broken, Verdict
from screens.formats import format_moment
from screens.text import C_, N_, _, ngettext
from screens.words import action_state
from supervisor_tui.instants import instant
from supervisor_tui.outbox_words import SHORT_ID

SEAL_SHOWN = 12

_EVENTS = {
    "taken_in": C_("audit", "taken in"),
    "sent": C_("audit", "sent"),
    "put_off": C_("audit", "put off"),
    "held": C_("audit", "held, asks"),
    "agreed": C_("audit", "agreed to"),
    "overtaken": C_("audit", "overtaken"),
    "retry_asked": C_("audit", "asked to try again"),
    "drop_asked": C_("audit", "asked to let be"),
    "retry_refused": C_("audit", "not tried again"),
    "drop_refused": C_("audit", "not let be"),
    "done_anew": C_("audit", "done anew"),
    "bad_file": C_("audit", "bad file"),
    "imported": C_("audit", "imported"),
    "salvaged": C_("audit", "salvaged"),
}
"""Of what the log's own events are called; the rest are states of actions."""

_BREAKS = {
    Break.MISSING: N_("{file}: entry {seq} is missing: expected number {expected}, found {found}."),
    Break.ALTERED: N_(
        "{file}: entry {seq} was altered: expected the seal {expected}, found {found}."
    ),
    Break.UNCHAINED: N_(
        "{file}: entry {seq} does not follow the one before it: expected the seal {expected}, "
        "found {found}."
    ),
    Break.UNREADABLE: N_("{file}: entry {seq} cannot be read: expected an entry."),
    Break.CUT_OFF: N_(
        "{file}: the log was cut off before entry {seq}: expected an entry sealed {expected} "
        "there or later."
    ),
    Break.REWRITTEN: N_(
        "{file}: entry {seq} is another one than was noted: expected the seal {expected}, found "
        "{found}. It, or one before it, was written anew."
    ),
    Break.UNLOGGED: N_(
        "{file}: from entry {seq} on something is missing: expected an entry “{expected}”, for "
        "that is how this action stands."
    ),
}


def broken_words(broken: Broken) -> str:
    """The first thing that is wrong with a log: file, entry, what was expected and found."""
    return _(_BREAKS[broken.what]).format(
        file=broken.file, seq=broken.seq, expected=broken.expected, found=broken.found or "-"
    )


def verdict_lines(verdict: Verdict) -> Iterable[str]:
    """What was proved, and by what."""
    if verdict.broken is not None:
        yield broken_words(verdict.broken)
        yield ngettext(
            "Up to it {count} entry is as it was written.",
            "Up to it {count} entries are as they were written.",
            verdict.head.seq,
        ).format(count=verdict.head.seq)
        return
    yield ngettext(
        "The log is whole: {count} entry, the last sealed {seal}.",
        "The log is whole: {count} entries, the last sealed {seal}.",
        verdict.head.seq,
    ).format(count=verdict.head.seq, seal=verdict.head.seal[:SEAL_SHOWN] or "-")
    if verdict.last_noted is None:
        yield _("No end of it was noted yet: its length is proved by the actions alone.")
        return
    yield ngettext(
        "It was held against {count} end noted earlier, the newest at entry {seq}.",
        "It was held against {count} ends noted earlier, the newest at entry {seq}.",
        verdict.heads,
    ).format(count=verdict.heads, seq=verdict.last_noted.seq)


def verdict_json(verdict: Verdict) -> str:
    """The same as one object."""
    broken = verdict.broken
    document = {
        "whole": verdict.is_whole,
        "entries": verdict.head.seq,
        "head": verdict.head.seal or None,
        "last_at": instant(verdict.last_at),
        "noted_heads": verdict.heads,
        "noted_up_to": verdict.last_noted.seq if verdict.last_noted else None,
        "broken": broken
        and {
            "what": broken.what,
            "file": str(broken.file),
            "entry": broken.seq,
            "expected": broken.expected,
            "found": broken.found,
        },
    }
    return _pretty(document)


class Who(msgspec.Struct, frozen=True):
    """Tells of each entry whose doing it was.

    Where all run under one account it is the action that knows who acted; where not, the account.
    """

    people: Mapping[str, PersonSettings]
    """By account."""
    actions: Mapping[str, ActionRow]
    """By key."""
    owner: int
    """The account of the sync process."""

    def of(self, entry: Entry) -> tuple[str, str]:
        """The id and the name of the person; both empty for nobody who is known."""
        action = self.actions.get(entry.key)
        if entry.uid == self.owner and action is not None:
            return action.actor, action.actor_name
        person = self.people.get(account_name(entry.uid))
        return (person.id, clean_text(person.name)) if person else ("", "")


def entry_line(entry: Entry, who: Who, zone: str, now: int) -> str:
    """One entry in one line."""
    text = _("{seq}  {clock}  {who}  {event}  {key}  {detail}")
    return text.format(
        seq=entry.seq,
        clock=format_moment(entry.at, zone, now),
        who=who.of(entry)[1] or account_name(entry.uid),
        event=event_words(entry.event),
        key=entry.key[:SHORT_ID] or "-",
        detail=entry.detail,
    ).rstrip()


def event_words(event: str) -> str:
    """What happened, in words; a code that is not known is readable as it is."""
    if event in _EVENTS:
        return str(_EVENTS[event])
    if event in set(ActionState):
        return action_state(ActionState(event))
    return event.replace("_", " ")


def entries_json(entries: Iterable[Entry], who: Who) -> str:
    """The entries as one object; docs/json.md says what each field is."""
    return _pretty({"entries": [_entry_json(entry, who) for entry in entries]})


def _entry_json(entry: Entry, who: Who) -> dict[str, object]:
    person, name = who.of(entry)
    return {
        "seq": entry.seq,
        "at": instant(entry.at),
        "uid": entry.uid,
        "account": account_name(entry.uid),
        "person": person or None,
        "name": name or None,
        "key": entry.key or None,
        "event": entry.event,
        "detail": entry.detail,
        "seal": entry.seal,
    }


def _pretty(document: object) -> str:
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2).decode()
