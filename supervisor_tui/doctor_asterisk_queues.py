"""What `doctor` says of an Asterisk's queues and members, held against what is configured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from data.clean import clean_text
from data.settings import SourceSettings
from data.sources.asterisk.rows import DeviceStatus, MemberRow
from data.sources.asterisk.snapshot import QueuesNow
from screens.text import _, ngettext
from supervisor_tui.config_faults import nearest
from supervisor_tui.doctor import Level
from supervisor_tui.doctor_asterisk_places import Report

_MOST_NAMES = 8
"""More would make a line that nobody reads."""
_STATELESS = frozenset({DeviceStatus.UNKNOWN, DeviceStatus.INVALID})


def look_at_queues(report: Report, settings: SourceSettings, seen: QueuesNow) -> None:
    """Which queues there are, which of them are shown, and what is said of queues that are not."""
    names = list(seen.queues)
    if not names:
        text = _(
            "it has no queues. Check queues.conf, and with 'queue show' at its console that they "
            "are loaded."
        )
        report.say(Level.LOOK, text)
        return
    shown = [name for name in names if is_shown(name, settings)]
    hidden = [name for name in names if name not in shown]
    if not shown:
        text = _("show and hide leave none of its queues: {names}")
        report.say(Level.BAD, text.format(names=listed(names)))
    else:
        text = ngettext("{count} queue: {names}.", "{count} queues: {names}.", len(shown))
        report.say(Level.OK, text.format(count=len(shown), names=listed(shown)))
    if shown and hidden:
        text = _("not shown, by show and hide: {names}")
        report.say(Level.OK, text.format(names=listed(hidden)))
    for name in (*(queue.name for queue in settings.queue), *_unmatched(settings, names)):
        if name in names:
            continue
        close = nearest(name, names)
        if close:
            text = _("no queue is called {name}; did you mean {close}?")
        else:
            text = _("no queue is called {name}, of which the configuration speaks.")
        report.say(Level.LOOK, text.format(name=clean_text(name), close=clean_text(close)))


def look_at_members(report: Report, settings: SourceSettings, seen: QueuesNow) -> None:
    """Who serves the queues that are shown, and of whom too little is known."""
    rows = [row for row in seen.members.values() if is_shown(row.queue, settings)]
    if not rows:
        text = _("nobody is a member of a queue just now.")
        report.say(Level.LOOK, text)
        return
    people = {row.interface for row in rows}
    text = _("agents: {people}; memberships: {rows}.")
    report.say(Level.OK, text.format(people=len(people), rows=len(rows)))
    _look_at_static(report, rows)
    _look_at_names(report, settings, rows)
    stateless = {row.name or row.interface for row in rows if row.status in _STATELESS}
    if stateless:
        text = _(
            "the phone's state is not known of {names}: calls outside the queues do not show. "
            "Give them a state interface in queues.conf, as in "
            "'member => Local/1001@from-queue/n,0,Name,hint:1001@ext-local'."
        )
        report.say(Level.LOOK, text.format(names=listed(stateless)))
    waits = [settings.wrap_up, *(queue.wrap_up or 0 for queue in settings.queue)]
    if not any(waits) and not any(row.wrapup_s for row in rows):
        text = _(
            "it keeps after-contact work to itself: set wrap_up to what wrapuptime is in "
            "queues.conf, or nobody is ever seen working after a contact."
        )
        report.say(Level.LOOK, text)


def is_shown(name: str, settings: SourceSettings) -> bool:
    """Whether a queue is among those that the configuration wants to see."""
    is_wanted = not settings.show or _matches(name, settings.show)
    return is_wanted and not _matches(name, settings.hide)


def listed(names: Iterable[str]) -> str:
    """Names by commas, the first few of many."""
    ordered = [clean_text(name) for name in sorted(names)]
    if len(ordered) <= _MOST_NAMES:
        return ", ".join(ordered)
    first = ", ".join(ordered[:_MOST_NAMES])
    return _("{names} and {count} more").format(names=first, count=len(ordered) - _MOST_NAMES)


def _look_at_static(report: Report, rows: Sequence[MemberRow]) -> None:
    static = {row.name or row.interface for row in rows if row.membership != "dynamic"}
    if not static:
        return
    text = ngettext(
        "{count} of them is a static member, to be paused but not to be taken out of a queue: "
        "{names}",
        "{count} of them are static members, to be paused but not to be taken out of a queue: "
        "{names}",
        len(static),
    )
    report.say(Level.OK, text.format(count=len(static), names=listed(static)))


def _look_at_names(report: Report, settings: SourceSettings, rows: Iterable[MemberRow]) -> None:
    """Whether the queue_log, which knows names alone, can tell all people apart."""
    bearers: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        bearers[row.name].add(row.interface)
    shared = [name for name, who in bearers.items() if len(who) > 1]
    if settings.queue_log and shared:
        text = _(
            "several agents are called {names}: what the queue_log tells of them counts for none. "
            "Give them names of their own in queues.conf."
        )
        report.say(Level.LOOK, text.format(names=listed(shared)))


def _unmatched(settings: SourceSettings, names: Iterable[str]) -> list[str]:
    """Patterns that say nothing, because no queue has such a name."""
    patterns = (*settings.show, *settings.hide)
    return [each for each in patterns if not any(fnmatchcase(name, each) for name in names)]


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
