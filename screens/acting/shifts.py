"""What can be done to a shift that the desk keeps, and what a swap would break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace

from data.actions.verbs import Undo, Verb
from data.desk.messages import DESK
from data.figures.doings import Target
from data.figures.planned import planned_agent
from data.floor import Key
from data.model import Kind, Ms, Shift
from data.zones import local
from screens.acting.offer import Offer
from screens.formats import format_clock, format_weekday
from screens.look import Look
from screens.text import _

SHIFT_VERBS = (Verb.AWAY, Verb.RELEASE, Verb.OVERTIME, Verb.MOVE_BREAK, Verb.SWAP_SHIFTS)
_WEEKS_MS = 15 * 86_400_000
"""Around a swap the rules look at so much of the roster on each side."""


def shift_offers(key: Key, shift: Shift, look: Look) -> tuple[Offer, ...]:
    """Everything that could be done to a shift, in the order of the keys."""
    why_not = _why_not(key, shift, look)
    agent = planned_agent(look.snapshot, shift)
    name = agent.name if agent is not None else shift.agent
    telephony = agent.source if agent is not None else ""
    fields = {"telephony": telephony}
    target = Target(key, shift.version, name, fields, undo=Undo(Verb.AS_BEFORE, fields))
    about = span_words(shift)
    return tuple(
        Offer(verb, target, about, why_not or _no_time_left(verb, shift, look))
        for verb in SHIFT_VERBS
    )


def span_words(shift: Shift) -> str:
    """`Wed 14:00-22:00`, by the clock of its own zone."""
    zone = shift.zone or "UTC"
    day = format_weekday(local(shift.starts_at, zone).weekday())
    return f"{day} {format_clock(shift.starts_at, zone)}-{format_clock(shift.ends_at, zone)}"


def partners(key: Key, look: Look) -> Iterator[tuple[Key, Shift]]:
    """The shifts that one can be swapped with: of others, at the desk of its site, not over."""
    shift = look.snapshot.shifts[key]
    found = (
        (other_key, other)
        for other_key, other in look.snapshot.shifts.items()
        if (other.site, other.source) == (key.site, DESK)
        if other.agent != shift.agent and other.ends_at > look.moment.now
        if abs(other.starts_at - shift.starts_at) <= _WEEKS_MS
    )
    yield from sorted(found, key=lambda one: (one[1].starts_at, one[1].agent))


def broken_by(look: Look, mine: Shift, theirs: Shift) -> list[str]:
    """What a swap of two shifts would break of its site's rules that is not broken anyway.

    Args:
        look: The floor.
        mine: One of the shifts.
        theirs: The other.

    Returns:
        Each in words.

    Raises:
        RuleError: The site's rules cannot be read.
    """
    from data.rules.roster_check import check_roster
    from data.rules.roster_rules import USUAL, Level, load_rules
    from screens.roster_findings import finding_text

    snapshot = look.snapshot
    rules = load_rules(look.viewing.roster_rules.get(mine.site, USUAL))
    agents = {mine.agent, theirs.agent}
    begin, end = _around(mine, theirs)
    before = [
        one
        for one in snapshot.shifts.values()
        if one.site == mine.site and one.agent in agents and begin < one.starts_at < end
    ]
    swapped = {id(mine): theirs.agent, id(theirs): mine.agent}
    after = [replace(one, agent=swapped.get(id(one), one.agent)) for one in before]
    known = Counter(
        (one.check, one.agent, one.found)
        for one in check_roster(before, rules)
        if one.level is Level.VIOLATION
    )
    told = []
    for one in check_roster(after, rules):
        what = (one.check, one.agent, one.found)
        if one.level is not Level.VIOLATION:
            continue
        if known[what]:
            known[what] -= 1
            continue
        agent = planned_agent(snapshot, one.shift)
        name = agent.name if agent is not None else one.agent
        told.append(_("{name}: {finding}").format(name=name, finding=finding_text(one)))
    return told


def _around(mine: Shift, theirs: Shift) -> tuple[Ms, Ms]:
    first = min(mine.starts_at, theirs.starts_at)
    last = max(mine.starts_at, theirs.starts_at)
    return first - _WEEKS_MS, last + _WEEKS_MS


def _why_not(key: Key, shift: Shift, look: Look) -> str:
    if shift.source != DESK:
        return _("This roster is kept by {source}; change it there.").format(source=shift.source)
    if shift.ends_at <= look.moment.now:
        return _("This shift is over.")
    if look.doings.pending(Kind.SHIFT, key, shift.version) is not None:
        return _("Your last action on this shift is still on its way.")
    return ""


def _no_time_left(verb: Verb, shift: Shift, look: Look) -> str:
    now = look.moment.now
    if verb is Verb.RELEASE and now < shift.starts_at:
        return _("This shift has not begun.")
    has_parts = any(one.starts_at > now for one in shift.activities if one.kind != "on_queue")
    if verb is Verb.MOVE_BREAK and not has_parts:
        return _("Nothing that could be moved is still to come in this shift.")
    return ""
