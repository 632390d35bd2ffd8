"""Alerts in words: what is the matter, where, how bad, and what it comes from; whole sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from data.floor import FloorSnapshot, Key
from data.model import Alert, Cause, Kind, Mute
from data.settings import Figure
from screens import forecast_words
from screens.forecast_words import forecast_sentence, more_queues
from screens.forecast_words import number as _number
from screens.formats import (
    UNDEFINED,
    format_clock,
    format_count,
    format_duration,
    format_percent,
)
from screens.sentences import sentence
from screens.text import C_, N_, Word, _, ngettext

_SECONDS = frozenset(
    {
        Figure.LONGEST_WAIT,
        Figure.NOT_READY,
        Figure.AFTER_CONTACT,
        Figure.UNREACHABLE,
        Figure.CLOCK_LEFT,
        Figure.ASSIST,
        Figure.WAITS_THOUGH_READY,
        Figure.LATE,
        Figure.SOURCE_STALE,
    }
)
_PERCENT = frozenset(
    {
        Figure.SERVICE_LEVEL_DAY,
        Figure.SERVICE_LEVEL_RECENT,
        Figure.ABANDON_RATE,
        Figure.TOO_QUIET,
        Figure.FORECAST_MISS,
    }
)
_FIGURES: Mapping[Figure, Word] = {
    Figure.WAITING: C_("figure of a rule", "contacts that wait"),
    Figure.LONGEST_WAIT: C_("figure of a rule", "longest wait"),
    Figure.SERVICE_LEVEL_DAY: C_("figure of a rule", "service level of the day"),
    Figure.SERVICE_LEVEL_RECENT: C_("figure of a rule", "service level of the last 30 minutes"),
    Figure.ABANDON_RATE: C_("figure of a rule", "abandoned"),
    Figure.NOT_READY: C_("figure of a rule", "not ready"),
    Figure.AFTER_CONTACT: C_("figure of a rule", "after-contact work"),
    Figure.UNREACHABLE: C_("figure of a rule", "out of reach"),
    Figure.CLOCK_LEFT: C_("figure of a rule", "time left of a complaint's clock"),
    Figure.ASSIST: C_("figure of a rule", "raised hand"),
    Figure.WAITS_THOUGH_READY: C_("figure of a rule", "waits though somebody is ready"),
    Figure.TOO_QUIET: C_("figure of a rule", "chance that it is so quiet"),
    Figure.LATE: C_("figure of a rule", "late or missing"),
    Figure.UNDERSTAFFED: C_("figure of a rule", "heads too few within the hour"),
    Figure.FORECAST_MISS: C_("figure of a rule", "foreseen points below the target"),
    Figure.SOURCE_STALE: C_("figure of a rule", "silence of a source"),
    Figure.PHONES_LOST: C_("figure of a rule", "phones lost together"),
    Figure.RESTARTED: C_("figure of a rule", "lost by a restart"),
}
_SENTENCES: Mapping[tuple[Figure, bool], str] = {
    (Figure.LONGEST_WAIT, False): N_("a caller has waited for more than {limit}"),
    (Figure.SERVICE_LEVEL_DAY, True): N_("service level of the day below {limit} %"),
    (Figure.SERVICE_LEVEL_RECENT, True): N_("service level of 30 min below {limit} %"),
    (Figure.ABANDON_RATE, False): N_("more than {limit} % abandoned today"),
    (Figure.NOT_READY, False): N_("not ready for more than {limit}"),
    (Figure.AFTER_CONTACT, False): N_("after-contact work for more than {limit}"),
    (Figure.UNREACHABLE, False): N_("phone out of reach"),
    (Figure.CLOCK_LEFT, True): N_("less than {limit} left of a clock"),
    (Figure.ASSIST, False): N_("asks for help"),
    (Figure.WAITS_THOUGH_READY, False): N_("a contact waits though an agent is ready"),
    (Figure.LATE, False): N_("not there though work is planned"),
}
"""By figure, and whether the limit is one below which it must not fall."""

Values: TypeAlias = Mapping[str, str | int | float | None]


def alert_sentence(alert: Alert, zone: str) -> str:
    """What is the matter, in a sentence that stands beside where it is.

    Args:
        alert: The alert.
        zone: The zone whose clock times to name.
    """
    figure = figure_of(alert)
    if figure is None:
        return alert.text or alert.name
    own = _OWN.get(figure)
    # Whoever turns a rule round has the plain words for it.
    if own is not None and (figure is Figure.TOO_QUIET or not alert.is_below):
        return own(alert, zone)
    if figure is Figure.CLOCK_LEFT and alert.is_below and alert.peak < 0:
        return _("a clock has run out")
    return _by_limit(figure, alert)


def figure_of(alert: Alert) -> Figure | None:
    """The figure that one of our own alerts is of; None for those of a source."""
    try:
        return Figure(alert.name) if alert.is_own else None
    except ValueError:
        return None


def figure_words(figure: Figure) -> str:
    """What a rule watches."""
    return str(_FIGURES[figure])


def format_value(figure: Figure | None, value: float) -> str:
    """A value in the unit of its figure."""
    if figure is None:
        return UNDEFINED
    if figure in _SECONDS:
        return format_duration(value)
    if figure is Figure.TOO_QUIET:
        return UNDEFINED
    return format_percent(value) if figure in _PERCENT else format_count(value)


def place_words(alert: Alert, snapshot: FloorSnapshot) -> str:
    """What an alert is about, as people know it, and how many others it is about, too."""
    name, more = name_words(alert, snapshot), more_queues(alert)
    return _("{queue}+{more}").format(queue=name, more=more) if more else name


def name_words(alert: Alert, snapshot: FloorSnapshot) -> str:
    """What an alert is about, by its name alone."""
    about = alert.about
    if about is None:
        return _site_name(alert.site, snapshot)
    key = Key(alert.site, alert.telephony or alert.source, about.id)
    match about.kind:
        case Kind.QUEUE:
            queue = snapshot.queues.get(key)
            return about.id if queue is None else queue.name
        case Kind.AGENT:
            agent = snapshot.agents.get(key)
            if agent is None:
                return about.id
            return _("{number} {name}").format(number=agent.number, name=agent.name)
        case Kind.ESCALATION:
            complaint = snapshot.escalations.get(key)
            return about.id if complaint is None else complaint.reference
        case "site":
            return _site_name(about.id, snapshot)
        case _:
            return about.id


def muted_words(mute: Mute, snapshot: FloorSnapshot) -> str:
    """What is muted, by its name: a rule, what some alert is about, or nothing where it is all."""
    if mute.about is None:
        return mute.rule
    for alert in snapshot.alerts.values():
        if alert.site == mute.site and alert.about == mute.about:
            return name_words(alert, snapshot)
    return mute.about.id


def _site_name(site: str, snapshot: FloorSnapshot) -> str:
    return next((one.name for one in snapshot.sites if one.id == site), "") or site


def seen_words(alert: Alert, mute: Mute | None, zone: str) -> str:
    """Who has seen an alert, that its rule's command failed, or that it is muted."""
    if alert.acknowledged_by is not None:
        return alert.acknowledged_name or alert.acknowledged_by
    if alert.command is not None:
        return _("cmd failed")
    if mute is not None:
        return _("muted to {clock}").format(clock=format_clock(mute.until, zone))
    return ""


def command_sentence(failed: Cause) -> str:
    """How the command of an alert's rule failed, in a sentence."""
    match failed.code:
        case "not_started":
            text = _("THE COMMAND OF THE RULE COULD NOT BE STARTED: {problem}")
            return text.format(problem=failed.values.get("detail") or UNDEFINED)
        case "too_many":
            return _("THE COMMAND OF THE RULE WAS NOT RUN: too many ran already")
        case "too_long":
            return _("THE COMMAND OF THE RULE TOOK TOO LONG and was ended")
        case _:
            text = _("THE COMMAND OF THE RULE FAILED: status {status}")
            return text.format(status=failed.values.get("status"))


def cause_sentence(cause: Cause, zone: str) -> str:
    """What an alert comes from, in a sentence."""
    word = _CAUSES.get(cause.code)
    return cause.code if word is None else word(cause.values, zone)


def _many_wait(alert: Alert, _zone: str) -> str:
    text = ngettext(
        "more than {limit} contact waits",
        "more than {limit} contacts wait",
        round(alert.limit),
    )
    return text.format(limit=format_count(alert.limit))


def _heads_too_few(alert: Alert, _zone: str) -> str:
    """How many by now; of what is over at its worst, and of the past that may not be known."""
    count = round(alert.peak)
    for cause in alert.causes:
        if cause.code == "short" and not alert.is_over:
            count = round(_number(cause.values, "need") - _number(cause.values, "heads"))
    if count <= 0:
        return _("too few heads within the hour")
    text = ngettext(
        "{count} head too few within the hour", "{count} heads too few within the hour", count
    )
    return text.format(count=format_count(count))


def _phones_lost(alert: Alert, _zone: str) -> str:
    if alert.peak <= 0:
        return _("phones lost together")
    text = ngettext(
        "{count} phone lost within a minute",
        "{count} phones lost within a minute",
        round(alert.peak),
    )
    return text.format(count=format_count(alert.peak))


def _silent_since(alert: Alert, zone: str) -> str:
    # It began when the silence had lasted for as long as the limit allows.
    began = format_clock(alert.began_at - round(alert.limit * 1000), zone)
    return _held(alert, _("silent since {clock}"), _SILENT_HELD, began)


def _restarted_at(alert: Alert, zone: str) -> str:
    began = format_clock(alert.began_at, zone)
    return _held(alert, _("restarted at {clock}"), _RESTARTED_HELD, began)


def _quiet(alert: Alert, _zone: str) -> str:
    for cause in alert.causes:
        if cause.code == "fewer_than_expected":
            return _fewer(cause.values, "")
    return _("far fewer contacts than expected")


def _fewer(values: Values, _zone: str) -> str:
    came, minutes = _number(values, "came"), _number(values, "minutes")
    told = {"minutes": round(minutes), "expected": format_count(_number(values, "expected"))}
    if not came:
        return _("no calls for {minutes} min, {expected} expected").format(**told)
    return ngettext(
        "{count} call in {minutes} min, {expected} expected",
        "{count} calls in {minutes} min, {expected} expected",
        round(came),
    ).format(count=round(came), **told)


_SILENT_HELD = N_("silent since {clock}, alerts held: {held}")
_RESTARTED_HELD = N_("restarted at {clock}, alerts held: {held}")


def _held(alert: Alert, plain: str, with_held: str, clock: str) -> str:
    if not alert.held:
        return plain.format(clock=clock)
    return _(with_held).format(clock=clock, held=alert.held)


def _by_limit(figure: Figure, alert: Alert) -> str:
    limit = format_value(figure, alert.limit)
    text = _SENTENCES.get((figure, alert.is_below))
    if text is not None:
        return _(text).format(limit=limit)
    template = _("{figure} below {limit}") if alert.is_below else _("{figure} above {limit}")
    return template.format(figure=figure_words(figure), limit=limit)


def _ready_agent(values: Values, _zone: str) -> str:
    told = {name: values.get(name) for name in ("number", "name", "penalty")}
    unanswered = round(_number(values, "unanswered"))
    if not values.get("reachable", 1):
        return _("{number} {name} is ready, penalty {penalty}; the phone is out of reach").format(
            **told
        )
    if unanswered:
        return ngettext(
            "{number} {name} is ready, penalty {penalty}; {count} ring not answered today",
            "{number} {name} is ready, penalty {penalty}; {count} rings not answered today",
            unanswered,
        ).format(count=unanswered, **told)
    return _("{number} {name} is ready, penalty {penalty}; the phone is in reach").format(**told)


def _source_silent(values: Values, _zone: str) -> str:
    problem = values.get("problem")
    if isinstance(problem, str) and problem:
        text = _("{source} does not answer: {problem}")
        return text.format(source=values.get("source"), problem=sentence(problem, ""))
    return _("{source} does not answer").format(source=values.get("source"))


def _line_down(values: Values, _zone: str) -> str:
    return _("line {name} is down: {state}").format(
        name=values.get("name"), state=values.get("state") or UNDEFINED
    )


def _lines_up(values: Values, _zone: str) -> str:
    count = round(_number(values, "count"))
    text = ngettext("the {count} line to the outside is up", "all {count} lines are up", count)
    return text.format(count=count)


def _restarted(values: Values, zone: str) -> str:
    at, missing = round(_number(values, "at")), round(_number(values, "missing"))
    return ngettext(
        "begun anew at {clock}; {count} thing that it had been told is missing: :restore",
        "begun anew at {clock}; {count} things that it had been told are missing: :restore",
        missing,
    ).format(clock=format_clock(at, zone), count=missing)


def _memberships_lost(values: Values, zone: str) -> str:
    at, missing = round(_number(values, "at")), round(_number(values, "missing"))
    return ngettext(
        "{count} membership went at {clock}, with many others: :restore",
        "{count} memberships went together at {clock}: :restore",
        missing,
    ).format(clock=format_clock(at, zone), count=missing)


def _staff(values: Values, _zone: str) -> str:
    return _(
        "agents of the queue: {ready} ready, {busy} with contacts, {after} after contact, "
        "{not_ready} not ready, {unreachable} out of reach"
    ).format(**{name: round(_number(values, name)) for name in values})


_CAUSES: Mapping[str, Callable[[Values, str], str]] = {
    "fewer_than_expected": _fewer,
    "ready_agent": _ready_agent,
    "source_answers": lambda values, _zone: _("{source} answers").format(
        source=values.get("source")
    ),
    "source_silent": _source_silent,
    "switch_silent": lambda values, _zone: _("{name} behind the endpoint does not answer").format(
        name=values.get("name")
    ),
    "line_down": _line_down,
    "lines_up": _lines_up,
    "restarted": _restarted,
    "staff": _staff,
    "memberships_lost": _memberships_lost,
    "forecast": forecast_words.forecast,
    "short": forecast_words.short,
    "promised": forecast_words.promised,
    "track_record": forecast_words.track_record,
    "withdrawn_heads": forecast_words.more_heads,
    "withdrawn_calls": forecast_words.fewer_calls,
}
_OWN: Mapping[Figure, Callable[[Alert, str], str]] = {
    Figure.WAITING: _many_wait,
    Figure.TOO_QUIET: _quiet,
    Figure.UNDERSTAFFED: _heads_too_few,
    Figure.FORECAST_MISS: forecast_sentence,
    Figure.SOURCE_STALE: _silent_since,
    Figure.RESTARTED: _restarted_at,
    Figure.PHONES_LOST: _phones_lost,
}
"""What is said of figures that are told in another way than by their limit."""
