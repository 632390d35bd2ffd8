"""What the floor had at an earlier moment and has no more: a list of what to give back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from data.figures.doings import Doings
from data.figures.loans import queue_name
from data.figures.restoring import Doubt, Proposal
from data.floor import FloorSnapshot, Key
from data.model import Ms
from data.rules.restoring import Lack, penalty_in
from data.status import ActionRow, Upset
from screens import words
from screens.formats import format_clock, format_moment
from screens.key_names import key_name
from screens.presenters.acts import outcome_words
from screens.presenters.agent_detail import agent_title
from screens.presenters.rows import Column, RowView
from screens.presenters.table import Entry, TableView, ViewState, arrange, fit_numbers, make_row
from screens.text import _, ngettext, pgettext
from screens.tones import Tone


class Asked(msgspec.Struct, frozen=True):
    """What of a proposal is under way or came to nothing, and why it cannot be done at all."""

    action: ActionRow | None = None
    why_not: str = ""


def restore_columns() -> tuple[Column, ...]:
    """The columns, in the language in use."""
    return (
        Column("agent", pgettext("restore column", "Agent"), 20, grows=True, sort_letter="a"),
        Column("what", pgettext("restore column", "To be again"), 26, grows=True, sort_letter="w"),
        Column("note", pgettext("restore column", "But"), 24, grows=True, sort_letter="b"),
    )


def present_restoring(
    found: Sequence[Proposal],
    snapshot: FloorSnapshot,
    asked: Callable[[Proposal], Asked],
    now: Ms,
    view: ViewState,
) -> TableView:
    """The proposals, those in doubt below the others; what cannot be done is no row to stand on.

    Args:
        found: The proposals, in order.
        snapshot: The floor.
        asked: What stands in the way of each, or is under way.
        now: The present.
        view: How the table is looked at.
    """
    columns = restore_columns()
    zones = {site.id: site.zone for site in snapshot.sites}
    entries = [_entry(at, each, snapshot, asked(each), zones, now) for at, each in enumerate(found)]
    rows = tuple(entry.row for entry in arrange(entries, columns, view))
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(entries), (_legend(),))


def last_actions(doings: Doings) -> dict[tuple[str, Key, str], ActionRow]:
    """What the person asked for last, by verb, agent and queue (none is empty)."""
    return {
        (
            row.verb,
            Key(row.site, row.source, row.entity),
            str(row.fields.get("queue", "")),
        ): row
        for row in doings.rows
    }


def lost_words(each: Proposal, snapshot: FloorSnapshot, zone: str) -> str:
    """What an agent is to have again, in words."""
    lost, site = each.lost, each.key
    queue = queue_name(snapshot.queues, site._replace(id=lost.queue))
    parts = {"queue": queue, "penalty": lost.penalty}
    if each.loan is not None:
        parts["until"] = format_clock(each.loan.until, zone)
        there = Key(site.site, site.source, each.loan.to_queue)
        parts["there"] = queue_name(snapshot.queues, there)
    match lost.what:
        case Lack.LENT_AWAY:
            text = _("out of {queue}, lent to {there} until {until}")
        case Lack.MEMBERSHIP if each.loan is not None:
            text = _("in {queue}, lent until {until}")
        case Lack.MEMBERSHIP:
            text = _("in {queue}, penalty {penalty}") if lost.penalty else _("in {queue}")
        case Lack.PENALTY:
            parts["present"] = penalty_in(each.now, lost.queue) if each.now is not None else 0
            text = _("penalty {penalty} in {queue}, not {present}")
        case Lack.NOT_READY_THERE:
            text = _("not ready in {queue}")
        case Lack.NOT_READY:
            parts["reason"] = words.reason(lost.reason)
            text = _("not ready, {reason}") if lost.reason else _("not ready")
    return text.format(**parts)


def doubt_words(each: Proposal, zone: str, now: Ms) -> str:
    """Why a proposal may not be meant, in words; empty where nothing speaks against it."""
    parts = {"clock": format_moment(each.doubt_at, zone, now), "name": each.doubt_by}
    match each.doubt:
        case None if each.doubt_at is not None:
            text = _("gone since {clock}")
        case None:
            text = "" if each.now is not None else _("not known any more")
        case Doubt.NO_QUEUE:
            text = _("no such queue now")
        case Doubt.CANNOT_ASK:
            text = _("nothing here can do that")
        case Doubt.TAKEN:
            text = _("{name} took it away at {clock}")
        case Doubt.LEFT:
            text = _("logged off at {clock}")
        case Doubt.READY_AGAIN if each.doubt_at is None:
            text = _("has been ready since")
        case Doubt.READY_AGAIN:
            text = _("changed it at {clock}")
        case Doubt.LONG_AGO:
            text = _("that was at {clock}")
    return text.format(**parts)


def moment_words(kept_at: Ms | None, place: tuple[str, Upset] | None, zone: str, now: Ms) -> str:
    """What the list compares with, for its title.

    Args:
        kept_at: The earlier moment; None where history has none, or was not read yet.
        place: The source that lost something after it, with what is known of that.
        zone: The zone whose clock times are named.
        now: The present.
    """
    if kept_at is None:
        return _("Restore the floor")
    parts = {"clock": format_moment(kept_at, zone, now)}
    if place is None:
        return _("Restore the floor as it was at {clock}").format(**parts)
    source, upset = place
    parts |= {"source": source, "at": format_moment(upset.at, zone, now)}
    text = (
        _("Restore the floor as it was at {clock}; {source} began anew at {at}")
        if upset.has_restarted
        else _("Restore the floor as it was at {clock}; {source} lost much at {at}")
    )
    return text.format(**parts)


def upset_words(source: str, upset: Upset, zone: str) -> str:
    """That a source has lost something, for the line above the keys."""
    parts = {"source": source, "at": format_clock(upset.at, zone), "count": upset.missing}
    text = (
        ngettext(
            "{source} began anew at {at}: {count} thing is not as before",
            "{source} began anew at {at}: {count} things are not as before",
            upset.missing,
        )
        if upset.has_restarted
        else ngettext(
            "{source} lost members at {at}: {count} thing is not as before",
            "{source} lost members at {at}: {count} things are not as before",
            upset.missing,
        )
    )
    return text.format(**parts)


def _entry(
    at: int,
    each: Proposal,
    snapshot: FloorSnapshot,
    asked: Asked,
    zones: Mapping[str, str],
    now: Ms,
) -> Entry:
    zone = zones.get(each.key.site, "UTC")
    agent = agent_title(each.now or each.before)
    what = lost_words(each, snapshot, zone)
    note, tone = _note(each, asked, zone, now)
    cells = (agent, what, note)
    is_static = bool(asked.why_not) or not each.is_possible
    base = Tone.QUIET if is_static else Tone.NORMAL
    row: RowView = make_row(each.id, cells, (base, base, tone), is_old=False, is_static=is_static)
    return Entry(row, (at,), (agent, what, note))


def _note(each: Proposal, asked: Asked, zone: str, now: Ms) -> tuple[str, Tone]:
    """What came of it, or what speaks against it."""
    if asked.action is not None:
        row = asked.action
        return outcome_words(row, zone), Tone.ACT if row.state.is_failure else Tone.NORMAL
    if asked.why_not:
        return asked.why_not, Tone.QUIET
    tone = Tone.QUIET if each.doubt is None or not each.is_possible else Tone.LOOK
    return doubt_words(each, zone, now), tone


def _legend() -> str:
    text = _("* is given back; {mark} changes that, {send} sends it all after one question")
    return text.format(mark=key_name("table.mark"), send=key_name("restoring.send"))
