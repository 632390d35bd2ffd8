"""What has to be asked before a shift is changed: from when, until when, why, with whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

from msgspec.structs import replace

from data.actions.verbs import Undo, Verb
from data.figures.planned import planned_agent
from data.floor import Key
from data.model import Ms, Shift
from data.plans.drafts import clock_time
from data.rules.shift_time import MINUTE_MS, next_at
from data.zones import zone
from screens import words
from screens.acting.loan_asks import minutes_of
from screens.acting.offer import COMMENT, Ask, Offer, Settled, Wanted
from screens.acting.shifts import broken_by, partners, span_words
from screens.formats import format_clock
from screens.look import Look
from screens.text import _
from screens.widgets.form import Field

_COMMENT_LIMIT = 2000
_BEFORE, _AFTER = "before", "after"
_KEPT, _ANYWAY = "keep", "anyway"


def _why() -> Field:
    return Field(COMMENT, _("Why"), limit=_COMMENT_LIMIT)


def _clock(text: str) -> time | None:
    try:
        return clock_time(text) if text else None
    except ValueError:
        return None


def _clock_problem(text: str) -> str:
    return "" if not text or _clock(text) else _("A time of day such as 14:30.")


def _needed_clock(text: str) -> str:
    return "" if _clock(text) else _("A time of day such as 14:30.")


def _within(shift: Shift, text: str) -> Ms | None:
    """The instant in a shift, its ends included, at which the clock shows a time."""
    clock = _clock(text)
    if clock is None:
        return None
    at = next_at(shift.starts_at - 1, clock, zone(shift.zone or "UTC"))
    return at if at <= shift.ends_at else None


def _shift(wanted: Wanted, key: Key) -> Shift | None:
    return wanted.look.snapshot.shifts.get(key)


def _each(
    wanted: Wanted, fields_of: Callable[[Shift], Mapping[str, Any] | None], outside: str
) -> Settled:
    """Every shift with fields of its own; those to which a time means nothing are left out."""
    offers = []
    for offer in wanted.offers:
        shift = _shift(wanted, offer.target.key)
        made = None if shift is None or offer.why_not else fields_of(shift)
        if made is None:
            why_not = offer.why_not or outside.format(name=offer.target.subject)
            offers.append(replace(offer, why_not=why_not))
            continue
        target = replace(offer.target, fields={**offer.target.fields, **made})
        offers.append(replace(offer, target=target))
    return Settled(replace(wanted, offers=offers))


def _away_fields(_wanted: Wanted) -> tuple[Field, ...]:
    kinds = tuple((kind, words.activity(kind)) for kind in ("absence", "time_off"))
    return (
        Field("kind", _("What"), options=kinds),
        Field("from", _("From (empty: all of it)"), limit=5, check=_clock_problem),
        Field("until", _("Until"), limit=5, check=_clock_problem),
        _why(),
    )


def _away(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    start, end = str(fields.get("from", "")), str(fields.get("until", ""))

    def made(shift: Shift) -> Mapping[str, Any] | None:
        found: dict[str, Any] = {"kind": fields.get("kind", "absence")}
        for name, text in (("starts_at", start), ("ends_at", end)):
            at = _within(shift, text) if text else None
            if text and at is None:
                return None
            if at is not None:
                found[name] = at
        return found

    return _each(wanted, made, _("That is not within the shift of {name}."))


def _release_fields(wanted: Wanted) -> tuple[Field, ...]:
    shift = _shift(wanted, wanted.offers[0].target.key)
    now = format_clock(wanted.look.moment.now, shift.zone if shift is not None else "UTC")
    return (
        Field("from", _("From"), now, limit=5, is_needed=True, check=_needed_clock),
        _why(),
    )


def _released(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    def made(shift: Shift) -> Mapping[str, Any] | None:
        at = _within(shift, str(fields.get("from", "")))
        return None if at is None or at >= shift.ends_at else {"starts_at": at}

    return _each(wanted, made, _("That is not within the shift of {name}."))


def _overtime_fields(_wanted: Wanted) -> tuple[Field, ...]:
    return (
        Field(
            "for",
            _("For how long (30m, 1h30)"),
            "1h",
            limit=8,
            is_needed=True,
            check=lambda text: "" if minutes_of(text) else _("A time such as 30m, 2h or 1h30."),
        ),
        Field(
            "when",
            _("When"),
            options=((_AFTER, _("after the shift")), (_BEFORE, _("before the shift"))),
        ),
        _why(),
    )


def _overtime(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    length = (minutes_of(str(fields.get("for", ""))) or 60) * MINUTE_MS
    is_before = fields.get("when") == _BEFORE

    def made(shift: Shift) -> Mapping[str, Any] | None:
        if is_before:
            begun = shift.starts_at <= wanted.look.moment.now
            start, end = shift.starts_at - length, shift.starts_at
            return None if begun else {"starts_at": start, "ends_at": end}
        return {"starts_at": shift.ends_at, "ends_at": shift.ends_at + length}

    return _each(wanted, made, _("The shift of {name} has begun already."))


def _move_fields(wanted: Wanted) -> tuple[Field, ...]:
    shift = _shift(wanted, wanted.offers[0].target.key)
    now = wanted.look.moment.now
    coming = [
        one
        for one in (shift.activities if shift is not None else ())
        if one.kind != "on_queue" and one.starts_at > now
    ]
    name = shift.zone if shift is not None else "UTC"
    options = tuple(
        (
            format_clock(one.starts_at, name),
            f"{words.activity(one.kind)} {format_clock(one.starts_at, name)}"
            f"-{format_clock(one.ends_at, name)}",
        )
        for one in coming
    )
    return (
        Field("part", _("What"), options=options, is_needed=True),
        Field("moved_to", _("To"), limit=5, is_needed=True, check=_needed_clock),
        _why(),
    )


def _moved(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    def made(shift: Shift) -> Mapping[str, Any] | None:
        start = _within(shift, str(fields.get("part", "")))
        to = _within(shift, str(fields.get("moved_to", "")))
        is_part = any(one.starts_at == start for one in shift.activities)
        return {"starts_at": start, "moved_to": to} if is_part and to is not None else None

    return _each(_one(wanted), made, _("There is no room for it in the shift of {name}."))


def _one(wanted: Wanted) -> Wanted:
    """Only the first of several: what fits one shift says nothing of another."""
    first, *others = wanted.offers
    text = _("One at a time: {name} is left as planned.")
    left = [
        replace(each, why_not=each.why_not or text.format(name=each.target.subject))
        for each in others
    ]
    return replace(wanted, offers=(first, *left))


def _swap_fields(wanted: Wanted) -> tuple[Field, ...]:
    key, snapshot = wanted.offers[0].target.key, wanted.look.snapshot
    mine = snapshot.shifts.get(key)
    options = []
    for other, shift in partners(key, wanted.look) if mine is not None else ():
        agent = planned_agent(snapshot, shift)
        name = agent.name if agent is not None else shift.agent
        options.append((other.id, f"{name}, {span_words(shift)}"))
    return (
        Field("other", _("With"), options=tuple(options), is_needed=True),
        Field(
            "rules",
            _("Rules of rest and hours"),
            options=((_KEPT, _("have to be kept")), (_ANYWAY, _("may be broken"))),
        ),
        _why(),
    )


def _broken(look: Look, mine: Shift, theirs: Shift) -> str:
    """Why the rules forbid a swap; empty where they do not."""
    from data.rules.rule_error import RuleError
    from screens.rule_sentences import rule_sentence

    try:
        broken = broken_by(look, mine, theirs)
    except RuleError as error:
        return rule_sentence(error)
    text = _("That would break the rules; {broken}")
    return text.format(broken="; ".join(broken)) if broken else ""


def _swapped(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    wanted = _one(wanted)
    first: Offer = wanted.offers[0]
    key, snapshot = first.target.key, wanted.look.snapshot
    mine = snapshot.shifts.get(key)
    theirs = snapshot.shifts.get(key._replace(id=str(fields.get("other", ""))))
    if mine is None or theirs is None:
        gone = replace(first, why_not=first.why_not or _("That shift is no longer there."))
        return Settled(replace(wanted, offers=(gone, *wanted.offers[1:])))
    broken = "" if fields.get("rules") == _ANYWAY else _broken(wanted.look, mine, theirs)
    if broken and not first.why_not:
        first = replace(first, why_not=broken)
    made = {"other": theirs.id, "other_version": theirs.version}
    given = {**first.target.fields, **made}
    # The swap makes the next version of both.
    undo = Undo(Verb.SWAP_SHIFTS, {**given, "other_version": theirs.version + 1})
    first = replace(first, target=replace(first.target, fields=given, undo=undo))
    return Settled(replace(wanted, offers=(first, *wanted.offers[1:])))


ASKS: Mapping[Verb, Ask] = {
    Verb.AWAY: Ask(_away_fields, words=(COMMENT,), settle=_away),
    Verb.RELEASE: Ask(_release_fields, words=("from", COMMENT), settle=_released),
    Verb.OVERTIME: Ask(_overtime_fields, words=("for", "when", COMMENT), settle=_overtime),
    Verb.MOVE_BREAK: Ask(_move_fields, words=("part", "moved_to", COMMENT), settle=_moved),
    Verb.SWAP_SHIFTS: Ask(_swap_fields, words=("other", COMMENT), settle=_swapped),
}
"""What each verb has to ask first."""
