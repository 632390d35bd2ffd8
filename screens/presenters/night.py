"""The night, one line a site: what needs somebody, or the proof that nothing does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data.figures.night import SeenTo, SiteNight
from data.figures.queues import QueueFigures
from data.rules.service_level import Formula
from data.settings import Figure, RuleSettings
from screens.alert_words import alert_sentence
from screens.formats import (
    format_age,
    format_count,
    format_duration,
    format_first,
    format_sure_clock,
)
from screens.presenters.lines import Piece
from screens.presenters.queues import queue_tone
from screens.presenters.rows import Column, RowView
from screens.presenters.table import DEFAULT_VIEW, TableView, ViewState, fit_numbers, matches
from screens.text import N_, _, ngettext, pgettext
from screens.tones import MARKS, Tone, worst

NEEDS_SOMEBODY = frozenset({Tone.ACT, Tone.HELP})
WHAT = "what"
"""The id of the column that says what a site needs."""
_WATCHED = (Figure.WAITING, Figure.LONGEST_WAIT)
"""What of a queue speaks at night: a service level of three calls tells nothing."""
_NOTE = N_("Quiet = every source answered, nobody waits, calls within what is expected")


def night_columns() -> tuple[Column, ...]:
    """The columns, in the language in use."""
    return (
        Column("site", pgettext("night column", "Site"), 8),
        Column(
            WHAT,
            pgettext("night column", "What needs you, or why nothing does"),
            30,
            grows=True,
        ),
        Column(
            "last",
            pgettext("night column", "Call"),
            5,
            is_right=True,
            help=_("when the last call came"),
        ),
        Column(
            "answered",
            pgettext("night column", "PBX"),
            5,
            is_right=True,
            help=_("how long ago the telephone system answered when it was asked"),
        ),
    )


def present_night(
    nights: Sequence[SiteNight],
    rules: Sequence[RuleSettings],
    formula: Formula,
    view: ViewState = DEFAULT_VIEW,
    notes: Sequence[str] = (),
) -> TableView:
    """The sites, in the configuration's order: whoever looks knows the place of each by heart.

    Args:
        nights: The sites.
        rules: The limits that mark figures.
        formula: The floor's formula of the service level.
        view: How the table is looked at.
        notes: What else is to be said below it.
    """
    columns = night_columns()
    made = [_row(night, rules, formula) for night in nights]
    rows = tuple(row for row in made if matches(row, view.filter))
    return TableView(fit_numbers(columns, rows), rows, len(rows), len(made), (*notes, _(_NOTE)))


def night_head(
    nights: Sequence[SiteNight],
    tones: Sequence[Tone],
    clock: str,
    last_key: str,
) -> tuple[Piece, ...]:
    """The first line: the time there, how many sites need somebody, and the last key.

    Args:
        nights: The sites.
        tones: The tone of each.
        clock: The time and its place.
        last_key: The time of the last key.
    """
    needing = sum(tone in NEEDS_SOMEBODY for tone in tones)
    needs = ngettext(
        "{count} of {sites} site needs you", "{count} of {sites} sites needs you", len(nights)
    ).format(count=needing, sites=len(nights))
    unknown = sum(not night.is_known for night in nights)
    unheard = ngettext("{count} not heard of ~", "{count} not heard of ~", unknown)
    return (
        Piece(_("NIGHT")),
        Piece(clock),
        Piece(f"{needs} {MARKS[Tone.ACT]}" if needing else needs, worst(*tones, Tone.NORMAL)),
        Piece(unheard.format(count=unknown) if unknown else "", Tone.STALE),
        Piece(_("last key {clock}").format(clock=last_key), gives_way=True),
    )


def site_tone(night: SiteNight, rules: Sequence[RuleSettings], formula: Formula) -> Tone:
    """How much a site needs somebody: the worst of what is to be said of it."""
    return worst(*(tone for _text, tone in site_story(night, rules, formula)))


def site_story(
    night: SiteNight, rules: Sequence[RuleSettings], formula: Formula
) -> tuple[tuple[str, Tone], ...]:
    """What there is to say of a site, what matters most first; one thing at least."""
    if not night.is_known:
        return (_unheard(night), *_alerts(night), *_seen(night))
    found = tuple(_exceptions(night, rules, formula))
    said = (*found, *(_alerts(night) if found else _alert_words(night)))
    return (*said, *_seen(night, is_alone=not said)) or (_quiet(night),)


def _row(night: SiteNight, rules: Sequence[RuleSettings], formula: Formula) -> RowView:
    story = site_story(night, rules, formula)
    tone = worst(*(each for _text, each in story))
    last = night.past.last_call_at if night.past is not None else None
    cells = (
        night.site.name or night.site.id,
        "; ".join(text for text, _tone in story),
        format_sure_clock(last, night.site.zone),
        format_age(night.answered_s),
    )
    return RowView(key=night.site.id, cells=cells, tone=tone, mark=MARKS[tone])


def _alerts(night: SiteNight) -> Iterator[tuple[str, Tone]]:
    count = len(night.alerts)
    if count:
        text = ngettext("{count} alert", "{count} alerts", count)
        yield text.format(count=count), Tone.ACT


def _alert_words(night: SiteNight) -> Iterator[tuple[str, Tone]]:
    """What the first alert says, where nothing else is to be said; the others are counted."""
    if not night.alerts:
        return
    said = alert_sentence(night.alerts[0], night.site.zone)
    yield format_first(said, len(night.alerts) - 1), Tone.ACT


def _seen(night: SiteNight, *, is_alone: bool = False) -> Iterator[tuple[str, Tone]]:
    """Who has seen to what is red, and when: so it is looked at, and asks nobody again.

    Args:
        night: The site.
        is_alone: Nothing else is said of it, so what they have seen has to be.
    """
    if not night.seen:
        return
    said = seen_words(night.seen[0], night.site.zone)
    if is_alone:
        event = alert_sentence(night.seen[0].alert, night.site.zone)
        said = _("{event}, {seen}").format(event=event, seen=said)
    yield format_first(said, len(night.seen) - 1), Tone.LOOK


def seen_words(seen: SeenTo, zone: str) -> str:
    """Who has seen to an alert, or muted it, and when."""
    clock = format_sure_clock(seen.at, zone)
    if seen.mute is not None:
        text = _("muted by {name} {clock}") if seen.mute.muted_by.name else _("muted {clock}")
        return text.format(name=seen.mute.muted_by.name, clock=clock)
    name = seen.alert.acknowledged_name
    text = _("seen by {name} {clock}") if name else _("seen {clock}")
    return text.format(name=name, clock=clock)


def _unheard(night: SiteNight) -> tuple[str, Tone]:
    """That nobody knows: since when, and what was known last."""
    if night.heard is None or night.heard.good_at is None:
        return _("no figures yet"), Tone.STALE
    text = _("no answer since {clock}; then {waiting} waiting, {ready} ready")
    said = text.format(
        clock=format_sure_clock(night.heard.good_at, night.site.zone),
        waiting=format_count(night.joined.waiting),
        ready=night.joined.agents.ready,
    )
    return said, Tone.STALE


def _exceptions(
    night: SiteNight, rules: Sequence[RuleSettings], formula: Formula
) -> Iterator[tuple[str, Tone]]:
    if night.hands:
        text = ngettext("{count} asks for help", "{count} ask for help", night.hands)
        yield text.format(count=night.hands), Tone.HELP
    joined = night.joined
    tone = worst(
        *(_queue_tone(night, one, rules, formula) for one in night.queues),
        Tone.LOOK if joined.waiting and not joined.agents.ready else Tone.NORMAL,
    )
    if joined.waiting or tone is not Tone.NORMAL:
        text = _("{waiting} waiting, longest {wait}, {ready} ready of {staff}")
        said = text.format(
            waiting=format_count(joined.waiting),
            wait=format_duration(joined.longest_wait_s),
            ready=joined.agents.ready,
            staff=joined.agents.at_hand,
        )
        yield said, tone
    elif night.queues and not joined.agents.at_hand:
        yield _("nobody is there to answer"), Tone.LOOK
    if night.late:
        text = ngettext("{count} complaint is late", "{count} complaints are late", night.late)
        yield text.format(count=night.late), Tone.ACT
    few = _too_few(night)
    if few:
        yield few, Tone.LOOK


def _queue_tone(
    night: SiteNight, queue: QueueFigures, rules: Sequence[RuleSettings], formula: Formula
) -> Tone:
    """How a queue is marked; what somebody has seen to is to be looked at, and no more."""
    tones = {figure: queue_tone(queue, figure, formula, rules) for figure in _WATCHED}
    if queue.waits_though_ready:
        tones[Figure.WAITS_THOUGH_READY] = Tone.ACT
    return worst(
        *(
            Tone.LOOK if tone is Tone.ACT and night.has_seen(figure, queue.key) else tone
            for figure, tone in tones.items()
        )
    )


def _too_few(night: SiteNight) -> str:
    """That fewer calls came than do in nine nights of ten; empty where they did not."""
    past = night.past
    if past is None or past.range is None or past.came >= past.range[0]:
        return ""
    text = ngettext(
        "too quiet: {count} call since {clock}, {low}-{high} expected",
        "too quiet: {count} calls since {clock}, {low}-{high} expected",
        past.came,
    )
    low, high = past.range
    clock = format_sure_clock(past.since, night.site.zone)
    return text.format(count=past.came, clock=clock, low=low, high=high)


def _quiet(night: SiteNight) -> tuple[str, Tone]:
    """That nothing is the matter, with what proves it; or that the proof is missing."""
    past = night.past
    if past is None:
        return _("nobody waits; what came before is not read yet"), Tone.NORMAL
    clock = format_sure_clock(past.since, night.site.zone)
    if past.range is None:
        text = ngettext(
            "nobody waits; {count} call since {clock}, not known how many to expect",
            "nobody waits; {count} calls since {clock}, not known how many to expect",
            past.came,
        )
        return text.format(count=past.came, clock=clock), Tone.NORMAL
    text = ngettext(
        "quiet: {count} call since {clock}, {low}-{high} expected",
        "quiet: {count} calls since {clock}, {low}-{high} expected",
        past.came,
    )
    low, high = past.range
    return text.format(count=past.came, clock=clock, low=low, high=high), Tone.NORMAL
