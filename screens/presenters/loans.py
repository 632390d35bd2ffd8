"""The agents who are lent: to which queue, until when, and whether they serve it."""

from __future__ import annotations

from collections.abc import Mapping

from data.figures.doings import Doings
from data.figures.loans import LoanFigures, loan_figures, queue_name
from data.floor import FloorSnapshot, Key
from data.model import Kind, Ms
from screens.formats import format_clock, format_duration, format_moment
from screens.key_names import key_name
from screens.presenters.acts import verb_words
from screens.presenters.lent_words import agent_words, state_words
from screens.presenters.rows import Column, RowView
from screens.presenters.table import (
    DEFAULT_VIEW,
    Entry,
    TableView,
    ViewState,
    arrange,
    fit_numbers,
    make_row,
)
from screens.text import N_, _, pgettext
from screens.tones import Tone

_NOTE = N_("There = how many of the agents serve that queue now; ! bring them back, {key} does it")


def loan_columns() -> tuple[Column, ...]:
    """The columns, in the language in use."""
    return (
        Column("to", pgettext("loan column", "Lent to"), 12, grows=True, sort_letter="o"),
        Column("agents", pgettext("loan column", "Agents"), 14, grows=True, sort_letter="a"),
        Column("there", pgettext("loan column", "There"), 5, is_right=True, sort_letter="h"),
        Column("until", pgettext("loan column", "Until"), 5, is_right=True, sort_letter="u"),
        Column("left", pgettext("loan column", "Left"), 5, is_right=True, sort_letter="l"),
        Column("state", pgettext("loan column", "State"), 16, sort_letter="t"),
        Column("from", pgettext("loan column", "Left queue"), 12, rank=2, sort_letter="f"),
        Column("by", pgettext("loan column", "By"), 10, rank=1, sort_letter="b"),
        Column("at", pgettext("loan column", "At"), 5, is_right=True, rank=3, sort_letter="e"),
    )


def present_loans(
    snapshot: FloorSnapshot,
    site: str | None,
    now: Ms,
    zones: Mapping[str, str],
    doings: Doings,
    view: ViewState = DEFAULT_VIEW,
) -> TableView:
    """The loans, what is due first at the top; what has been brought back lately stands below.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        now: The present on the server's clock.
        zones: By site, the zone whose clock times are named.
        doings: What the person asked for lately.
        view: How the table is looked at.
    """
    columns = loan_columns()
    found = loan_figures(snapshot, site, now)
    entries = [
        _entry(each, at, snapshot, zones.get(each.key.site, "UTC"), doings)
        for at, each in enumerate(found)
    ]
    rows = tuple(each.row for each in arrange(entries, columns, view))
    note = _(_NOTE).format(key=key_name("loans.bring-back"))
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(entries), (note,))


def present_lent(figures: LoanFigures, now: Ms) -> TableView:
    """The agents of one loan, each as they are now."""
    columns = (
        Column("agent", pgettext("lent column", "Agent"), 20, grows=True),
        Column("state", pgettext("lent column", "State"), 22),
        Column("there", pgettext("lent column", "There"), 24),
    )
    rows = []
    for each in figures.agents:
        if each.agent is None:
            cells = (each.name, "-", _("no longer known"))
            tone = Tone.LOOK
        else:
            cells = (
                agent_words(each.agent),
                state_words(each.agent, now),
                _there(figures, each.serves),
            )
            tone = Tone.LOOK if each.serves is not figures.is_open else Tone.NORMAL
        rows.append(
            make_row("/".join(each.key), cells, (Tone.NORMAL, Tone.NORMAL, tone), is_old=False)
        )
    return TableView(columns, tuple(rows), len(rows), len(rows))


def loan_sentences(
    figures: LoanFigures, snapshot: FloorSnapshot, now: Ms, zone: str
) -> tuple[str, ...]:
    """A loan in words: who lent whom, until when, and who brought them back."""
    loan = figures.loan
    parts = {
        "name": loan.lent_by.name,
        "at": format_clock(loan.lent_at, zone),
        "until": format_clock(loan.until, zone),
        "queue": queue_name(snapshot.queues, figures.queue_key),
        "home": queue_name(snapshot.queues, _home(figures)),
    }
    if loan.from_queue:
        first = _("Lent to {queue} by {name} at {at} until {until}; they left {home} meanwhile.")
    else:
        first = _("Lent to {queue} by {name} at {at} until {until}; they kept their queues.")
    said = [first.format(**parts)]
    if loan.returned_at is not None:
        by = loan.returned_by.name if loan.returned_by is not None else ""
        text = _("Brought back by {name} at {at}.")
        said.append(text.format(name=by, at=format_moment(loan.returned_at, zone, now)))
    elif figures.is_due:
        text = _("! They are to be brought back: {key} does it.")
        said.append(text.format(key=key_name("loans.bring-back")))
    return tuple(said)


def _entry(
    figures: LoanFigures, place: int, snapshot: FloorSnapshot, zone: str, doings: Doings
) -> Entry:
    loan = figures.loan
    count = len(figures.agents)
    to, home = queue_name(snapshot.queues, figures.queue_key), _home_words(figures, snapshot)
    names = ", ".join(each.name for each in figures.agents)
    state, tone = _state(figures, doings)
    there_tone = Tone.LOOK if _is_partly(figures) else Tone.NORMAL
    left = figures.left_s if figures.is_open else None
    cells = (
        to,
        names,
        f"{figures.serving}/{count}",
        format_clock(loan.until, zone),
        format_duration(left),
        state,
        home,
        loan.lent_by.name,
        format_clock(loan.lent_at, zone),
    )
    tones = [Tone.NORMAL] * len(cells)
    tones[2], tones[4], tones[5] = there_tone, tone, tone
    row: RowView = make_row("/".join(figures.key), cells, tones, is_old=False)
    by = loan.lent_by.name
    keys = (to, names, figures.serving, float(loan.until), left, state, home, by, loan.lent_at)
    return Entry(row, (place,), keys)


def _state(figures: LoanFigures, doings: Doings) -> tuple[str, Tone]:
    row = doings.pending(Kind.LOAN, figures.key, figures.loan.version)
    if row is not None:
        return _("{verb}…").format(verb=verb_words(row.verb)), Tone.NORMAL
    if not figures.is_open:
        if figures.serving:
            return _("back, not all left"), Tone.LOOK
        return pgettext("loan", "brought back"), Tone.QUIET
    if figures.is_due:
        return pgettext("loan", "due: bring back"), Tone.LOOK
    if _is_partly(figures):
        return pgettext("loan", "lent, in part"), Tone.LOOK
    return pgettext("loan", "lent"), Tone.NORMAL


def _is_partly(figures: LoanFigures) -> bool:
    """Not all of the agents are where the loan says that they are."""
    expected = len(figures.agents) if figures.is_open else 0
    return figures.serving != expected


def _there(figures: LoanFigures, serves: bool) -> str:
    if serves:
        text = _("serves it") if figures.is_open else _("serves it still")
    else:
        text = _("does NOT serve it") if figures.is_open else _("has left it")
    return text


def _home(figures: LoanFigures) -> Key:
    return figures.queue_key._replace(id=figures.loan.from_queue)


def _home_words(figures: LoanFigures, snapshot: FloorSnapshot) -> str:
    return queue_name(snapshot.queues, _home(figures)) if figures.loan.from_queue else "-"
