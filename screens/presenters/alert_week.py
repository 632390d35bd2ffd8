"""What was raised within a week and nobody acknowledged: rules that cry wolf, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from data.alerts.outcomes import CAME_TRUE, JUDGED
from data.floor import FloorSnapshot
from data.model import Alert, Ms
from data.settings import Figure
from screens.alert_words import alert_sentence, figure_of, figure_words, place_words
from screens.formats import format_count, format_duration
from screens.presenters.alerts import since_words
from screens.presenters.rows import Column, RowView
from screens.presenters.table import TableView, fit_numbers, make_row
from screens.text import _, ngettext, pgettext
from screens.tones import Tone


def ignored(alerts: Sequence[Alert]) -> list[Alert]:
    """Those that nobody acknowledged."""
    return [alert for alert in alerts if alert.acknowledged_at is None]


def week_head(alerts: Sequence[Alert]) -> str:
    """How many of the alerts of the week nobody acknowledged."""
    left = len(ignored(alerts))
    if not left:
        return _("No alert of the last seven days was left alone.")
    text = ngettext(
        "{left} of the {count} alert of the last seven days nobody acknowledged",
        "{left} of the {count} alerts of the last seven days nobody acknowledged",
        len(alerts),
    )
    return text.format(left=left, count=len(alerts))


def present_week(alerts: Sequence[Alert], snapshot: FloorSnapshot, now: Ms) -> TableView:
    """Those that nobody acknowledged, by what they were and about what: the most frequent first.

    Args:
        alerts: The alerts of the week, the newest first.
        snapshot: The floor, for how things are called.
        now: The present.
    """
    zones = {site.id: site.zone for site in snapshot.sites}
    groups: dict[tuple[str, str, str], list[Alert]] = {}
    for alert in ignored(alerts):
        groups.setdefault((alert.site, alert.name, place_words(alert, snapshot)), []).append(alert)
    columns = (
        Column("count", pgettext("alert column", "Times"), 5, is_right=True),
        Column("where", pgettext("alert column", "Where"), 14, grows=True),
        Column("what", pgettext("alert column", "What"), 38, grows=True),
        Column("last", pgettext("alert column", "Last"), 5, is_right=True),
        Column("for", pgettext("alert column", "For"), 5, is_right=True, rank=1),
    )
    rows = [
        _row(kind, its, zones.get(kind[0], "UTC"), now)
        for kind, its in sorted(groups.items(), key=lambda pair: -len(pair[1]))
    ]
    return TableView(fit_numbers(columns, rows), tuple(rows), len(rows), len(rows))


def present_rules(alerts: Sequence[Alert]) -> TableView:
    """By rule how many were raised, and how many of them nobody acknowledged; the worst first."""
    raised = Counter(alert.rule for alert in alerts)
    left = Counter(alert.rule for alert in ignored(alerts))
    figures = {alert.rule: figure_of(alert) for alert in alerts}
    columns = (
        Column("raised", pgettext("alert column", "Raised"), 6, is_right=True),
        Column("left", pgettext("alert column", "Alone"), 5, is_right=True),
        Column("rule", pgettext("alert column", "Rule"), 22, grows=True),
        Column("what", pgettext("alert column", "What"), 36, grows=True, rank=1),
    )
    rows = []
    for rule, count in sorted(raised.items(), key=lambda pair: (-left[pair[0]], pair[0])):
        figure = figures[rule]
        words = "" if figure is None else figure_words(figure)
        if figure is Figure.FORECAST_MISS:
            words = _judged(words, [alert for alert in alerts if alert.rule == rule])
        cells = (format_count(count), format_count(left[rule]), rule, words)
        rows.append(make_row(rule, cells, (Tone.NORMAL,) * len(cells), is_old=False))
    return TableView(fit_numbers(columns, rows), tuple(rows), len(rows), len(rows))


def _row(kind: tuple[str, str, str], alerts: Sequence[Alert], zone: str, now: Ms) -> RowView:
    newest = alerts[0]
    lasted = ((newest.ended_at or now) - newest.raised_at) / 1000
    what = alert_sentence(newest, zone)
    if figure_of(newest) is Figure.FORECAST_MISS:
        what = _judged(_("estimate of a miss"), alerts)
    cells = (
        format_count(len(alerts)),
        kind[2],
        what,
        since_words(newest.raised_at, zone, now),
        format_duration(max(0, lasted)),
    )
    tone = Tone.ACT if newest.severity == "act" else Tone.LOOK
    return make_row("/".join(kind), cells, (tone,) * len(cells), is_old=False)


def _judged(words: str, alerts: Sequence[Alert]) -> str:
    """With how many of the forecasts that could be judged came true."""
    codes = [alert.outcome.code for alert in alerts if alert.outcome is not None]
    judged = [code for code in codes if code in JUDGED]
    if not judged:
        return words
    text = _("{forecast}, {true} of {judged} came true")
    return text.format(forecast=words, true=judged.count(CAME_TRUE), judged=len(judged))
