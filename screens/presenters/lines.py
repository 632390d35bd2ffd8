"""The first lines of the frame: whose floor and how fresh, and the floor in one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from data.figures.complaints import clock_view, count_due
from data.figures.freshness import Moment, SourceAge, own_now, worst_age
from data.figures.queues import FloorFigures, Group, Span, group_of, source_ages
from data.floor import FloorSnapshot
from data.model import Freshness
from data.rules.limits import Scope, evaluate
from data.settings import Figure, RuleSettings
from data.status import SiteInfo
from screens import words
from screens.cells import cell_width
from screens.formats import (
    format_age,
    format_clock,
    format_count,
    format_duration,
    format_percent,
)
from screens.presenters.queues import queue_tone
from screens.presenters.table import tone_of
from screens.text import _
from screens.tones import MARKS, Tone, worst

GAP = "  "


class Piece(msgspec.Struct, frozen=True):
    """A part of a line that stays together."""

    text: str
    """With its mark, so that nothing depends on the tone."""
    tone: Tone = Tone.NORMAL
    gives_way: bool = False
    """To be left out whole where the line is too narrow for all: half of it would mislead."""
    short: str = ""
    """What does where the line is too narrow even so."""


def fit_pieces(pieces: Iterable[Piece], width: int) -> tuple[Piece, ...]:
    """The pieces that a line of so many cells has room for.

    Those that give way go first, from the left; then those that can be said shorter are.
    """
    kept = [piece for piece in pieces if piece.text]
    while cell_width(plain_line(kept)) > width:
        place = next((at for at, piece in enumerate(kept) if piece.gives_way), None)
        if place is not None:
            del kept[place]
            continue
        place = next((at for at, piece in enumerate(kept) if piece.short), None)
        if place is None:
            break
        kept[place] = replace(kept[place], text=kept[place].short, short="")
    return tuple(kept)


def plain_line(pieces: Iterable[Piece]) -> str:
    """A line as plain text."""
    return " " + GAP.join(piece.text for piece in pieces if piece.text)


def first_line(
    name: str, snapshot: FloorSnapshot, moment: Moment, site: str | None = None
) -> tuple[Piece, ...]:
    """Whose floor it is, the server's time there, and how fresh the figures are.

    Args:
        name: The floor's name.
        snapshot: The floor as of one commit.
        moment: The present on the server's clock: the chosen site's, or else the first's.
        site: The id of the site looked at; None for all. It is named as the only one.
    """
    sites = {info.id: info for info in snapshot.sites}
    is_chosen = site in sites and len(sites) > 1
    info = sites.get(site or "") or next(iter(sites.values()), None)
    template = _("{time} {place} only") if is_chosen else _("{time} {place}")
    time = format_clock(moment.now, info.zone if info is not None else "UTC", with_seconds=True)
    clock = template.format(time=time, place=_place(info, "" if is_chosen else name))
    fresh = freshness_piece(snapshot, moment, site)
    trunks = trunks_piece(snapshot, moment, site)
    return (
        Piece(name, gives_way=True),
        Piece(clock, short="" if is_chosen else time),
        fresh,
        *_alerts(snapshot, site, moment),
        *trunks,
    )


def _alerts(snapshot: FloorSnapshot, site: str | None, moment: Moment) -> tuple[Piece, ...]:
    """How many alerts there are; what counts them is loaded where there are any."""
    if not snapshot.alerts:
        return ()
    from screens.presenters.alert_line import alert_pieces

    return alert_pieces(snapshot, site, moment)


def trunks_piece(snapshot: FloorSnapshot, moment: Moment, site: str | None) -> tuple[Piece, ...]:
    """How many lines to the outside are up, of those that it is told of: `trunks 2/3 !`.

    Args:
        snapshot: The floor as of one commit.
        moment: The present.
        site: The id of the site looked at; None for all.
    """
    ages = [
        age
        for age in source_ages(snapshot, moment).values()
        if age.health.lines and site in {None, age.health.site}
    ]
    told = [line.is_up for age in ages for line in age.health.lines if line.is_up is not None]
    if not told:
        return ()
    up, count = sum(told), len(told)
    tone = Tone.NORMAL if up == count else Tone.LOOK if up else Tone.ACT
    text = _("trunks {up}/{count}").format(up=up, count=count)
    is_old = any(age.is_old for age in ages)
    return (replace(_piece(text, tone, is_old=is_old), gives_way=True),)


def freshness_piece(snapshot: FloorSnapshot, moment: Moment, site: str | None = None) -> Piece:
    """The freshness of the worst source in words, with its site where several are looked at.

    Args:
        snapshot: The floor as of one commit.
        moment: The present.
        site: The id of the site looked at; None for all.
    """
    ages = source_ages(snapshot, moment).values()
    age = worst_age(age for age in ages if site in {None, age.health.site})
    if age is None:
        return Piece(_("no figures yet"), Tone.STALE)
    sites = {site.id: site for site in snapshot.sites}
    its = sites.get(age.health.site)
    piece = Piece(
        freshness_words(age, its.zone if its is not None else "UTC"),
        Tone.STALE if age.is_old else Tone.NORMAL,
    )
    if its is None or site is not None or len(sites) < 2 or age.state is Freshness.LIVE:
        return piece
    text = _("{site}: {freshness}").format(site=its.name or its.id, freshness=piece.text)
    return replace(piece, text=text)


def freshness_words(age: SourceAge, zone: str) -> str:
    """How fresh the figures of a source are, with their age, and `~` where they are old.

    Args:
        age: The source's age.
        zone: The zone whose clock times to name.
    """
    old = format_age(age.age_s)
    if age.silent_switch:
        return _("API live, switch silent {age} ~").format(age=old)
    if age.state is Freshness.LIVE:
        return _("live {age}").format(age=old)
    if age.state is Freshness.LATE:
        return _("no answer {age}").format(age=old)
    state = words.freshness(age.state)
    if age.good_at is None or age.age_s is None:
        return _("{state}, no figures yet ~").format(state=state)
    clock = format_clock(age.good_at, zone)
    return _("{state} since {clock} ~ {age} old").format(state=state, clock=clock, age=old)


def second_line(
    floor: FloorFigures,
    snapshot: FloorSnapshot,
    moment: Moment,
    rules: Sequence[RuleSettings],
    *,
    has_legend: bool,
) -> tuple[Piece, ...]:
    """The floor in one line: waiting, longest, service level of the day, ready, complaints due.

    Args:
        floor: The figures; the line speaks of the immediate channels.
        snapshot: The floor as of one commit.
        moment: The present.
        rules: The limits that mark figures.
        has_legend: Whether formula and period stand elsewhere on the screen; if not, here.
    """
    together = floor.immediate
    old = together.is_old
    late, soon = _due(floor, snapshot, moment)
    # A floor that nothing has told of yet is no floor on which nobody waits.
    waiting = together.waiting if floor.queues else None
    ready, staff = together.agents.ready, together.agents.at_hand
    is_known = bool(floor.queues or snapshot.agents)
    pieces = [
        _piece(
            _("waiting {count}").format(count=format_count(waiting)),
            _worst_of_queues(floor, Figure.WAITING, rules),
            is_old=old,
        ),
        _piece(
            _("longest {wait}").format(wait=format_duration(together.longest_wait_s)),
            _worst_of_queues(floor, Figure.LONGEST_WAIT, rules),
            is_old=old,
        ),
        _level_piece(floor, rules, has_legend=has_legend),
        replace(
            _piece(
                _("ready {ready} of {staff}").format(
                    ready=format_count(ready if is_known else None),
                    staff=format_count(staff if is_known else None),
                ),
                Tone.NORMAL,
                is_old=old,
            ),
            gives_way=True,
        ),
    ]
    if late:
        pieces.append(_piece(_("late {count}").format(count=late), Tone.ACT))
    if soon:
        pieces.append(_piece(_("<1h {count}").format(count=soon), Tone.LOOK))
    return tuple(pieces)


def _due(floor: FloorFigures, snapshot: FloorSnapshot, moment: Moment) -> tuple[int, int]:
    """Complaints of the sites looked at that are late, and soon due, each by its site's clock."""
    return count_due(
        clock_view(complaint, own_now(floor.ages, key, moment))
        for key, complaint in snapshot.escalations.items()
        if floor.site in {None, key.site}
    )


def _place(site: SiteInfo | None, floor_name: str) -> str:
    """The name of the place whose time is shown: the site's, or its zone's where that says more."""
    if site is None:
        return "UTC"
    if site.name and site.name != floor_name:
        return site.name
    return site.zone.rpartition("/")[2].replace("_", " ")


def _piece(text: str, tone: Tone, *, is_old: bool = False) -> Piece:
    tone = Tone.STALE if is_old else tone
    mark = MARKS[tone].strip()
    return Piece(f"{text} {mark}" if mark else text, tone)


def _worst_of_queues(floor: FloorFigures, figure: Figure, rules: Sequence[RuleSettings]) -> Tone:
    if not any(rule.figure is figure for rule in rules):
        return Tone.NORMAL
    return worst(
        Tone.NORMAL,
        *(
            queue_tone(one, figure, floor.formula, rules)
            for one in floor.queues
            if group_of(one.queue) is Group.IMMEDIATE
        ),
    )


def _level_piece(floor: FloorFigures, rules: Sequence[RuleSettings], *, has_legend: bool) -> Piece:
    together = floor.immediate
    level = together.service_level(Span.DAY, floor.formula)
    sites = {one.key.site for one in floor.queues}
    scope = Scope(site=sites.pop() if len(sites) == 1 else "", offered=together.day.offered)
    tone = tone_of(evaluate(rules, Figure.SERVICE_LEVEL_DAY, level, scope))
    template = _("SL {level}/{target}") if has_legend else _("SL {level}/{target} ({formula}, day)")
    text = template.format(
        level=format_percent(level),
        target=format_percent(together.target_percent, 0),
        formula=words.formula(floor.formula),
    )
    return replace(_piece(text, tone, is_old=together.is_old), gives_way=True)
