"""What is foretold, in words: which target will be missed when, and why; what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from data.alerts.outcomes import CAME_TRUE, DID_NOT, NOT_KNOWN, PREVENTED
from data.model import Alert, Cause, Ms
from screens.formats import format_clock, format_count, format_duration, format_percent
from screens.text import C_, Word, _, ngettext, pgettext

Values: TypeAlias = Mapping[str, str | int | float | None]
_HALF_HOUR_MS = 30 * 60_000
_OUTCOMES: Mapping[str, Word] = {
    CAME_TRUE: C_("forecast", "came true"),
    DID_NOT: C_("forecast", "not true"),
    PREVENTED: C_("forecast", "prevented"),
    NOT_KNOWN: C_("forecast", "not known"),
}
_WITHDRAWN = frozenset({"withdrawn_heads", "withdrawn_calls"})


def forecast_sentence(alert: Alert, zone: str) -> str:
    """What is foretold, in a sentence that says that it is an estimate."""
    said = _said(alert)
    if said is None:
        return _("estimate: misses its target soon")
    told = {
        "target": format_count(number(said, "target")),
        "threshold": format_count(number(said, "threshold")),
        "clock": format_clock(round(number(said, "about")), zone),
    }
    if alert.is_over:
        text = _("estimate: was to miss {target}/{threshold} at about {clock}")
    else:
        text = _("estimate: misses {target}/{threshold} at about {clock}")
    return text.format(**told)


def more_queues(alert: Alert) -> int:
    """How many other queues share the agents of the one that a forecast is about."""
    said = _said(alert)
    return 0 if said is None else round(number(said, "more"))


def outcome_words(alert: Alert) -> str:
    """What came of a forecast, in a word or two; empty while it is not known, and of others."""
    if alert.outcome is not None:
        word = _OUTCOMES.get(alert.outcome.code)
        return alert.outcome.code if word is None else str(word)
    if alert.is_over and any(cause.code in _WITHDRAWN for cause in alert.causes):
        return pgettext("forecast", "withdrawn")
    return ""


def lead_sentence(alert: Alert, zone: str, now: Ms) -> str:
    """How long it is until what is foretold; empty where that is past, or nothing is."""
    said = _said(alert)
    if said is None or alert.is_over:
        return ""
    at = round(number(said, "about"))
    if at <= now:
        return ""
    text = _("It speaks of {clock}: there are {time} left to do something about it.")
    return text.format(clock=format_clock(at, zone), time=format_duration((at - now) / 1000))


def outcome_sentence(alert: Alert, zone: str) -> str:
    """What came of a forecast, in a sentence; empty where that is not known yet."""
    came = alert.outcome
    if came is None:
        return ""
    if came.code == NOT_KNOWN:
        return _("Nothing was counted in that half hour: it is not known if it came true.")
    start = round(number(came.values, "half"))
    told = {
        "start": format_clock(start, zone),
        "end": format_clock(start + _HALF_HOUR_MS, zone),
        "level": format_percent(number(came.values, "level")),
    }
    if came.code == CAME_TRUE:
        return _("It came true: {level} % from {start} to {end}.").format(**told)
    if came.code == PREVENTED:
        text = _("Heads were added: {level} % from {start} to {end}; it counts neither way.")
        return text.format(**told)
    return _("It did not come true: {level} % from {start} to {end}.").format(**told)


def forecast(values: Values, zone: str) -> str:
    """What is needed, and what there will be."""
    need, heads = round(number(values, "need")), round(number(values, "heads"))
    told = {
        "need": need,
        "heads": heads,
        "level": round(number(values, "level")),
        "calls": format_count(number(values, "calls")),
        "clock": format_clock(round(number(values, "half")), zone),
    }
    if number(values, "planned"):
        text = ngettext(
            "needs {need} head for {calls} calls, {heads} planned from {clock}: about {level} %",
            "needs {need} heads for {calls} calls, {heads} planned from {clock}: about {level} %",
            need,
        )
    else:
        text = ngettext(
            "needs {need} head for {calls} calls from {clock}, {heads} there now: about {level} %",
            "needs {need} heads for {calls} calls from {clock}, {heads} there now: about {level} %",
            need,
        )
    said = text.format(**told)
    missing = round(number(values, "missing"))
    if not missing:
        return said
    text = ngettext(
        "{forecast}; {count} who is missing now is not counted",
        "{forecast}; {count} who are missing now are not counted",
        missing,
    )
    return text.format(forecast=said, count=missing)


def short(values: Values, zone: str) -> str:
    """Which half hour lacks heads."""
    need = round(number(values, "need"))
    text = ngettext(
        "needs {need} head, {heads} planned from {clock}",
        "needs {need} heads, {heads} planned from {clock}",
        need,
    )
    clock = format_clock(round(number(values, "half")), zone)
    return text.format(need=need, heads=round(number(values, "heads")), clock=clock)


def promised(values: Values, zone: str) -> str:
    """What was foretold first, and by which figure."""
    text = _("foretold first: about {level} % in the half hour from {clock}")
    clock = format_clock(round(number(values, "half")), zone)
    return text.format(level=round(number(values, "level")), clock=clock)


def track_record(values: Values, _zone: str) -> str:
    """How often such forecasts came true."""
    true, judged = round(number(values, "true")), round(number(values, "judged"))
    if not judged:
        return _("no such forecast could be held against what came yet")
    text = ngettext(
        "{true} of the last {judged} such forecast came true",
        "{true} of the last {judged} such forecasts came true",
        judged,
    )
    return text.format(true=true, judged=judged)


def more_heads(values: Values, _zone: str) -> str:
    """That people were added."""
    text = _("withdrawn: there will be {after} heads, no longer {before}")
    return text.format(**_whole(values))


def fewer_calls(values: Values, _zone: str) -> str:
    """That fewer calls are expected by now."""
    text = _("withdrawn: {after} calls are expected, no longer {before}")
    return text.format(**_whole(values))


def number(values: Values, name: str) -> float:
    """A value of a cause as a number; 0 where it is none."""
    value = values.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _whole(values: Values) -> dict[str, int]:
    return {name: round(number(values, name)) for name in ("before", "after")}


def _said(alert: Alert) -> Values | None:
    found: Cause | None = next((one for one in alert.causes if one.code == "forecast"), None)
    return None if found is None else found.values
