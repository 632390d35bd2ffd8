"""The page of one alert: what is the matter, what it comes from, what was done."""

from __future__ import annotations

from collections.abc import Sequence

from data.figures.alerts import AlertFigures
from data.model import Alert
from screens import words
from screens.acting.alerts import proposal_of
from screens.alert_words import (
    alert_sentence,
    cause_sentence,
    command_sentence,
    figure_of,
    figure_words,
    format_value,
    place_words,
)
from screens.alerts import alert_at
from screens.forecast_words import lead_sentence, outcome_sentence
from screens.formats import format_clock, format_duration, format_moment
from screens.key_names import key_name
from screens.look import Look
from screens.page import heading, parts, sentences
from screens.presenters.alerts import LEVELS, mute_words, tone_of_alert
from screens.text import _, ngettext
from screens.widgets.tone_styles import Line


def alert_title(one: AlertFigures, look: Look) -> str:
    """What an alert is called at the head of its page."""
    return _("{where}: {what}").format(
        where=place_words(one.alert, look.snapshot),
        what=alert_sentence(one.alert, _zone(one.alert, look)),
    )


class AlertPage:
    """Draws one alert, for whatever look at the floor it is given.

    Args:
        row: The key of its row.
    """

    def __init__(self, row: str) -> None:
        self._row = row

    def __call__(self, look: Look, width: int) -> Sequence[Line] | None:
        """The lines of the page; None where the alert is no more."""
        one = alert_at(self._row, look)
        if one is None:
            return None
        alert, zone = one.alert, _zone(one.alert, look)
        causes = [cause_sentence(cause, zone) for cause in alert.causes]
        nothing = [_("The floor tells nothing more of it.")]
        proposed = proposal_of(alert, look.snapshot)
        types = _("{key} types: {command}")
        proposal = (
            [types.format(key=key_name("alerts.propose"), command=proposed)] if proposed else []
        )
        return parts(
            [*sentences([alert_title(one, look)], width, tone_of_alert(one))],
            [heading(_("How it stands")), *sentences(_standing(one, look, zone), width)],
            [heading(_("What it comes from")), *sentences(causes or nothing, width)],
            [
                heading(_("What was done")),
                *sentences([*_done(one, look, zone), *proposal], width),
            ],
        )


def _standing(one: AlertFigures, look: Look, zone: str) -> list[str]:
    alert, now = one.alert, look.moment.now
    began = format_moment(alert.began_at or alert.raised_at, zone, now)
    figure = figure_of(alert)
    said = []
    if alert.ended_at is None:
        since = (now - (alert.began_at or alert.raised_at)) / 1000
        text = _("It has gone on since {clock}, for {time}.")
        said.append(text.format(clock=began, time=format_duration(max(0, since))))
    else:
        lasted = (alert.ended_at - (alert.began_at or alert.raised_at)) / 1000
        text = _("It began at {clock} and was over at {end}, after {time}.")
        end = format_moment(alert.ended_at, zone, now)
        said.append(text.format(clock=began, end=end, time=format_duration(max(0, lasted))))
    if figure is not None and alert.rule:
        template = (
            _("Rule {rule}: {figure} below {limit}; at its worst {peak}.")
            if alert.is_below
            else _("Rule {rule}: {figure} above {limit}; at its worst {peak}.")
        )
        said.append(
            template.format(
                rule=alert.rule,
                figure=figure_words(figure),
                limit=format_value(figure, alert.limit),
                peak=format_value(figure, alert.peak_now(now)),
            )
        )
    if figure in LEVELS:
        text = _("SL = {formula} formula")
        said.append(text.format(formula=words.formula(look.viewing.formula)))
    said += filter(None, [lead_sentence(alert, zone, now), outcome_sentence(alert, zone)])
    if alert.held:
        text = ngettext(
            "{count} alert was held under it.", "{count} alerts were held under it.", alert.held
        )
        said.append(text.format(count=alert.held))
    if alert.text and figure is not None:
        said.append(alert.text)
    return said


def _done(one: AlertFigures, look: Look, zone: str) -> list[str]:
    alert = one.alert
    said = []
    if alert.acknowledged_by is not None:
        name = alert.acknowledged_name or alert.acknowledged_by
        clock = format_clock(alert.acknowledged_at, zone)
        said.append(_("{name} has seen it at {clock}.").format(name=name, clock=clock))
    else:
        said.append(_("Nobody has acknowledged it."))
    if alert.done:
        said.append(alert.done)
    if alert.command is not None:
        said.append(command_sentence(alert.command))
    if one.mute is not None:
        said.append(mute_words(one.mute, look.snapshot, zone))
    return said


def _zone(alert: Alert, look: Look) -> str:
    return next((site.zone for site in look.snapshot.sites if site.id == alert.site), "UTC")
