"""The escalated complaints: which clock runs out first, who has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.figures.complaints import ClockView, clock_view
from data.figures.doings import NO_DOINGS, Doings
from data.figures.freshness import Moment, SourceAge, own_now
from data.figures.queues import source_ages
from data.floor import FloorSnapshot, Key
from data.model import Escalation, Kind
from data.rules.limits import Scope, evaluate
from data.settings import Figure, RuleSettings
from screens import complaint_words, words
from screens.formats import UNDEFINED, format_count, format_duration
from screens.presenters.escalation_pending import shown_as
from screens.presenters.rows import Column
from screens.presenters.sites import SiteColumn
from screens.presenters.table import (
    DEFAULT_VIEW,
    Entry,
    SortKey,
    TableView,
    ViewState,
    arrange,
    fit_numbers,
    make_row,
    tone_of,
)
from screens.text import _, pgettext
from screens.tones import Tone, urgency, worst

_ENQUIRY = "enquiry"
_SEVERITY_ORDER = ("low", "medium", "high", "critical")


def escalation_columns() -> tuple[Column, ...]:
    """The columns of the complaints, in the language in use."""
    return (
        Column("reference", pgettext("complaint column", "Ref"), 6, sort_letter="r"),
        Column("severity", pgettext("complaint column", "Sev"), 4, rank=2, sort_letter="v"),
        *_clock_columns(),
        Column(
            "vulnerable",
            pgettext("complaint column", "V"),
            2,
            rank=5,
            help=_("V: a vulnerable customer; e: an enquiry, nobody complains"),
        ),
        Column(
            "owner",
            pgettext("complaint column", "Owner"),
            9,
            rank=1,
            grows_to=16,
            sort_letter="o",
        ),
        Column(
            "status",
            pgettext("complaint column", "Status"),
            14,
            rank=6,
            grows_to=17,
            sort_letter="s",
        ),
        Column(
            "subject",
            pgettext("complaint column", "Subject"),
            12,
            rank=7,
            grows=True,
            grows_to=20,
        ),
    )


def _clock_columns() -> tuple[Column, ...]:
    """The columns of the time limits."""
    return (
        Column(
            "clock",
            pgettext("complaint column", "Clock"),
            11,
            rank=3,
            sort_letter="c",
            help=_("the next time limit that can still be kept"),
        ),
        Column(
            "left",
            pgettext("complaint column", "Left"),
            5,
            is_right=True,
            sort_letter="l",
            help=_("time left until it is due"),
        ),
        Column(
            "missed",
            pgettext("complaint column", "Mis"),
            3,
            is_right=True,
            rank=4,
            sort_letter="m",
            help=_("time limits that were missed"),
        ),
    )


def present_escalations(
    snapshot: FloorSnapshot,
    site: str | None,
    moment: Moment,
    rules: Sequence[RuleSettings],
    view: ViewState = DEFAULT_VIEW,
    *,
    person: str = "",
    doings: Doings = NO_DOINGS,
) -> TableView:
    """Complaints as a table: the most urgent first, those that can still be kept before the rest.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        moment: The present.
        rules: The limits that mark cells.
        view: Sorting and filter.
        person: Who looks: their own complaints say so.
        doings: What that person did: a claim under way stands over the owner that is known.
    """
    sites = SiteColumn.of(snapshot.sites, site)
    columns = sites.columns(escalation_columns(), rank=1)
    ages = source_ages(snapshot, moment)
    entries = [
        _entry(key, complaint, ages, moment, rules, sites, person=person, doings=doings)
        for key, complaint in snapshot.escalations.items()
        if site in {None, key.site}
    ]
    rows = tuple(entry.row for entry in arrange(entries, columns, view))
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(entries))


def _entry(
    key: Key,
    complaint: Escalation,
    ages: Mapping[tuple[str, str], SourceAge],
    moment: Moment,
    rules: Sequence[RuleSettings],
    sites: SiteColumn,
    *,
    person: str,
    doings: Doings,
) -> Entry:
    age = ages.get((key.site, key.source))
    clock = clock_view(complaint, own_now(ages, key, moment))
    tone = _tone(complaint, clock, rules)
    pending = doings.pending(Kind.ESCALATION, key, complaint.version)
    shown = shown_as(complaint, person, pending)
    cells = (
        complaint.reference,
        shown.severity,
        words.complaint_clock(clock.clock.name) if clock.clock is not None else UNDEFINED,
        _left_words(clock),
        format_count(clock.missed),
        _signs(complaint),
        shown.owner,
        shown.status,
        complaint.summary,
    )
    keys: tuple[SortKey, ...] = (
        complaint.reference,
        _severity_rank(complaint.severity),
        clock.clock.name if clock.clock is not None else None,
        None if clock.left_s is None else -clock.left_s,
        clock.missed,
        None,
        shown.owner if shown.owner != UNDEFINED else None,
        shown.status,
        complaint.summary,
    )
    is_old = age is None or age.is_old
    base = Tone.STALE if is_old else Tone.NORMAL
    tones = [base] * len(cells)
    # Nobody's silence stops a clock: what it marks is as true of old rows.
    tones[3] = tone if tone is not Tone.NORMAL else base
    name = sites.name(key.site)
    row = make_row(
        "/".join(key), sites.insert(cells, name), sites.insert(tones, base), is_old=False
    )
    order = (
        -urgency(worst(tone)),
        complaint.is_open is False,
        clock.left_s is None,
        (clock.left_s or 0.0) < 0,
        clock.left_s or 0.0,
        -_severity_rank(complaint.severity),
    )
    return Entry(row, order, sites.insert(keys, name), _words(complaint))


def _signs(complaint: Escalation) -> str:
    """`V` for a vulnerable customer, `e` for an enquiry."""
    vulnerable = pgettext("vulnerable customer", "V") if complaint.vulnerable else ""
    return vulnerable + (pgettext("complaint kind", "e") if complaint.kind == _ENQUIRY else "")


def _words(complaint: Escalation) -> str:
    """What a filter finds a complaint by though its cells only mark it."""
    kind = complaint_words.kind(complaint.kind)
    return f"{kind} {pgettext('filter', 'vulnerable')}" if complaint.vulnerable else kind


def _tone(complaint: Escalation, clock: ClockView, rules: Sequence[RuleSettings]) -> Tone:
    if clock.clock is None or clock.clock.paused:
        return Tone.NORMAL
    if clock.is_late:
        return Tone.ACT
    scope = Scope(site=complaint.site, queues=(complaint.queue,), client=complaint.client)
    return tone_of(evaluate(rules, Figure.CLOCK_LEFT, clock.left_s, scope))


def _left_words(clock: ClockView) -> str:
    if clock.clock is not None and clock.clock.paused:
        return pgettext("complaint clock", "paused")
    return format_duration(clock.left_s)


def _severity_rank(code: str) -> int:
    return _SEVERITY_ORDER.index(code) if code in _SEVERITY_ORDER else -1
