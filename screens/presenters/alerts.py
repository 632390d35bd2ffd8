"""Alerts: since when, what, where, how bad it has become, who has seen it, what is held."""

from __future__ import annotations

from collections.abc import Sequence

from data.figures.alerts import AlertFigures, alert_figures, count_alerts, mutes_on
from data.figures.doings import NO_DOINGS, Doings
from data.figures.freshness import Moment
from data.floor import FloorSnapshot
from data.model import Alert, Kind, Ms, Mute
from data.rules.service_level import Formula
from data.settings import Figure, Severity
from screens import words
from screens.alert_words import (
    alert_sentence,
    figure_of,
    format_value,
    muted_words,
    place_words,
    seen_words,
)
from screens.forecast_words import outcome_words
from screens.formats import format_clock, format_count, format_duration, format_moment
from screens.key_names import key_name
from screens.presenters.acts import pending_words
from screens.presenters.rows import Column, RowView
from screens.presenters.sites import SiteColumn
from screens.presenters.table import (
    Entry,
    SortKey,
    TableView,
    ViewState,
    arrange,
    fit_numbers,
    make_row,
)
from screens.text import _, ngettext, pgettext
from screens.tones import Tone

_CLOCK_CELLS = len("14:32:07")
LEVELS = (Figure.SERVICE_LEVEL_DAY, Figure.SERVICE_LEVEL_RECENT, Figure.FORECAST_MISS)
"""The figures that go by a formula of the service level."""
_TONES = {Severity.ACT: Tone.ACT, Severity.LOOK: Tone.LOOK}


def alert_columns() -> tuple[Column, ...]:
    """The columns of alerts, in the language in use."""
    return (
        Column(
            "since",
            pgettext("alert column", "Since"),
            5,
            is_right=True,
            sort_letter="s",
            help=_("when the figure passed its limit, by the site's clock"),
        ),
        Column(
            "for",
            pgettext("alert column", "For"),
            5,
            is_right=True,
            rank=2,
            sort_letter="f",
            help=_("for how long it has gone on, or went on"),
        ),
        Column("where", pgettext("alert column", "Where"), 14, grows=True, sort_letter="w"),
        Column("what", pgettext("alert column", "What"), 38, grows=True, sort_letter="a"),
        Column(
            "peak",
            pgettext("alert column", "Peak"),
            5,
            is_right=True,
            rank=3,
            sort_letter="p",
            help=_("how bad it was at its worst"),
        ),
        Column(
            "held",
            pgettext("alert column", "Held"),
            4,
            is_right=True,
            rank=4,
            sort_letter="h",
            help=_("how many alerts were held under this one"),
        ),
        Column(
            "seen",
            pgettext("alert column", "Seen by"),
            12,
            rank=1,
            sort_letter="b",
            help=_("who has acknowledged it, that it is muted, or that it is over"),
        ),
    )


def present_alerts(
    snapshot: FloorSnapshot,
    site: str | None,
    moment: Moment,
    view: ViewState,
    *,
    doings: Doings = NO_DOINGS,
    formula: Formula = Formula.OFFERED,
) -> TableView:
    """The alerts as a table: those that need somebody first, those that are over last.

    Args:
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        moment: The present.
        view: Sorting and filter.
        doings: What the person did: what is under way stands over what is known.
        formula: The formula of service levels.
    """
    found = alert_figures(snapshot, site, moment)
    column = SiteColumn.of(snapshot.sites, site)
    columns = column.columns(alert_columns(), rank=5)
    zones = {info.id: info.zone for info in snapshot.sites}
    entries = []
    for place, one in enumerate(each for each in found if not each.alert.under):
        pending = doings.pending(Kind.ALERT, one.key, one.alert.version)
        zone = zones.get(one.key.site, "UTC")
        said = _words(one, snapshot, zone, moment.now)
        cells = (*said[:-1], pending_words(pending)) if pending is not None else said
        tones = (tone_of_alert(one),) * len(cells)
        cells = column.insert(cells, column.name(one.key.site))
        row = make_row(alert_row_key(one), cells, column.insert(tones, Tone.NORMAL), is_old=False)
        entries.append(Entry(row, (place,), column.insert(_keys(one, said, moment.now), "")))
    rows: tuple[RowView, ...] = tuple(entry.row for entry in arrange(entries, columns, view))
    notes = tuple(alert_notes(found, snapshot, mutes_on(snapshot, site, moment.now)))
    if any(figure_of(one.alert) in LEVELS for one in found):
        text = _("SL = {formula} formula; 80/20 is 80 % within 20 s, foretold by half hour")
        notes = (text.format(formula=words.formula(formula)), *notes)
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(entries), notes)


def tone_of_alert(one: AlertFigures) -> Tone:
    """Who has been seen by somebody needs no second person: it is marked one degree less."""
    if not one.is_open or one.mute is not None:
        return Tone.QUIET
    if one.severity is None:
        return Tone.NORMAL
    if one.alert.acknowledged_by is None:
        return _TONES[one.severity]
    return Tone.LOOK if one.severity is Severity.ACT else Tone.NORMAL


def alert_row_key(one: AlertFigures) -> str:
    """The key of an alert's row."""
    return "/".join(one.key)


def alert_notes(
    found: Sequence[AlertFigures], snapshot: FloorSnapshot, mutes: Sequence[Mute]
) -> list[str]:
    """What belongs below the table: what is held, and what is muted until when."""
    notes = []
    counts = count_alerts(found)
    if counts.held:
        text = ngettext(
            "{count} alert is held under another and not shown",
            "{count} alerts are held under others and not shown",
            counts.held,
        )
        notes.append(text.format(count=counts.held))
    failed = sum(one.alert.command is not None and one.is_open for one in found)
    if failed:
        text = ngettext(
            "the command of {count} alert failed: {key} says how",
            "the commands of {count} alerts failed: {key} says how",
            failed,
        )
        notes.append(text.format(count=failed, key=key_name("table.detail")))
    zones = {info.id: info.zone for info in snapshot.sites}
    notes.extend(mute_words(mute, snapshot, zones.get(mute.site, "UTC")) for mute in mutes)
    return notes


def mute_words(mute: Mute, snapshot: FloorSnapshot, zone: str) -> str:
    """What is muted, until when, and by whom."""
    told = {"clock": format_clock(mute.until, zone), "name": mute.muted_by.name}
    if mute.about is not None:
        text = _("alerts about {what} muted until {clock} by {name}")
        return text.format(what=muted_words(mute, snapshot), **told)
    if mute.rule:
        return _("alerts {rule} muted until {clock} by {name}").format(rule=mute.rule, **told)
    return _("all alerts muted until {clock} by {name}").format(**told)


def _words(one: AlertFigures, snapshot: FloorSnapshot, zone: str, now: Ms) -> tuple[str, ...]:
    alert = one.alert
    seen = seen_words(alert, one.mute, zone)
    if alert.is_over:
        # While it goes on it speaks of a later half hour than the one that was judged.
        seen = seen or outcome_words(alert)
    if alert.ended_at is not None and not seen:
        seen = _("over {clock}").format(clock=format_clock(alert.ended_at, zone))
    return (
        since_words(alert.began_at or alert.raised_at, zone, now),
        format_duration(_lasts_s(alert, now)),
        place_words(alert, snapshot),
        alert_sentence(alert, zone),
        format_value(figure_of(alert), alert.peak_now(now)),
        format_count(alert.held) if alert.held else "",
        seen,
    )


def since_words(at: Ms, zone: str, now: Ms) -> str:
    """The time of today, or the day, in five cells."""
    moment = format_moment(at, zone, now)
    return format_clock(at, zone) if len(moment) <= _CLOCK_CELLS else moment[5:10]


def _keys(one: AlertFigures, said: Sequence[str], now: Ms) -> tuple[SortKey, ...]:
    alert = one.alert
    return (
        alert.began_at or alert.raised_at,
        _lasts_s(alert, now),
        said[2],
        said[3],
        alert.peak_now(now),
        alert.held,
        said[6],
    )


def _lasts_s(alert: Alert, now: Ms) -> float:
    end = now if alert.ended_at is None else alert.ended_at
    return max(0, end - (alert.began_at or alert.raised_at)) / 1000
