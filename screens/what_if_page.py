"""What if: the queues with other agents or calls, whom one could move, whose break could slip.

Everything on it is an estimate from the present state. What it names first can be typed for one:
`proposal` is the line that lends those agents, and asks before it does.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from data.cache.history_half_hours import HalfHour
from data.figures.heads import agents_elsewhere, heads_now, planned_heads
from data.figures.intraday import Intraday, intraday
from data.figures.moves import Move, moves, queue_states, slips
from data.figures.roster import HALF_HOUR_MS
from data.floor import FloorSnapshot, Key
from data.rules.what_if import Change
from data.zones import site_day_start
from screens.key_names import key_name
from screens.look import Look
from screens.page import heading, parts, sentences, table
from screens.presenters.what_if import (
    moves_table,
    outlook_table,
    queue_name,
    slack_words,
    slips_table,
    supposed_table,
)
from screens.text import _
from screens.tones import Tone
from screens.typed.grammar import LEND
from screens.widgets.tone_styles import Line

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader

_DAY_MS = 86_400_000
_LENT_FOR = "30m"
"""As far as the estimate reaches."""
_EXAMPLE = ":what-if 2 billing claims, -1 sales, +20%"


class _Known(msgspec.Struct, frozen=True):
    """What history told; replaced as a whole."""

    site: str | None = None
    expected: Mapping[Key, float] = msgspec.field(default_factory=dict)
    demand: Sequence[HalfHour] = ()


class WhatIfPage:
    """Draws the page for whatever look at the floor it is given.

    Args:
        changes: What is supposed; the queues that it changes come first, as they are and would be.
    """

    def __init__(self, changes: Sequence[Change] = ()) -> None:
        self.changes = tuple(changes)
        """What is supposed."""
        self._known = _Known()
        self._wanted: tuple[int, str | None] | None = None
        self.proposal = ""
        """What lends those who are supposed to move, or else whom one could; empty: nobody."""

    @property
    def wanted_past(self) -> Hashable:
        """The forecast of the running half hour, and of the rest of the day."""
        return self._wanted or "first"

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Read both."""
        now, site = look.moment.now, look.site
        start = min(
            (site_day_start(one, now) for one in look.snapshot.sites if site in {None, one.id}),
            default=now,
        )
        start -= start % HALF_HOUR_MS
        expected = history.expected_calls(site, now - now % HALF_HOUR_MS)
        demand = history.half_hours(site, start, start + _DAY_MS)
        self._known = _Known(site, {Key(*key): calls for key, calls in expected.items()}, demand)

    def __call__(self, look: Look, width: int) -> Sequence[Line]:
        """The lines of the page."""
        snapshot, now = look.snapshot, look.moment.now
        self._wanted = now // HALF_HOUR_MS, look.site
        known = self._known if self._known.site == look.site else _Known()
        states = queue_states(look.figures, snapshot, known.expected)
        day = _day(look, known)
        zones = {site.id: site.zone for site in snapshot.sites}
        is_ascii = look.viewing.is_ascii
        about = _(
            "Estimated for the next half hour from the present state: calls that are expected and"
            " those who wait, heads at hand (who serves three queues is a third to each). SL in"
            " percent of the offered, by each queue's own threshold; -1, +1, +20%: the same with a"
            " head fewer, a head more, a fifth more calls."
        )
        supposed = table(
            supposed_table(states, self.changes, snapshot),
            width,
            empty=_("Nothing changes in a queue of which enough is known."),
            is_ascii=is_ascii,
        )
        example = _("Suppose something else, as in: {line}").format(line=_EXAMPLE)
        queues = table(
            outlook_table(states, snapshot), width, empty=_("No queue to say."), is_ascii=is_ascii
        )
        found = moves(states, snapshot, now)
        self.proposal = _proposal(self.changes, found, snapshot)
        helpers = table(
            moves_table(found, states, snapshot),
            width,
            empty=_("No queue has heads to spare for one that lacks some."),
            is_ascii=is_ascii,
        )
        types = _("{key} types: {line}").format(
            key=key_name("roster.lend-as-estimated"), line=f":{self.proposal}"
        )
        typed = sentences([types] if self.proposal else [], width)
        joins = _("Whom one could move ({key} on the agents does it)")
        breaks = table(
            slips_table(slips(snapshot, day, look.site), snapshot, zones),
            width,
            empty=_("No break of the next hours would be better at another time."),
            is_ascii=is_ascii,
        )
        return parts(
            [*sentences([about, example], width, Tone.QUIET)],
            [heading(_("As it is > as it would be")), *supposed] if self.changes else [],
            [heading(_("The queues")), *queues],
            [heading(joins.format(key=key_name("agents.join"))), *helpers, *typed],
            [heading(_("Whose break could slip (on the roster)")), *breaks],
            [heading(_("Room for coaching or training")), *sentences([_slack(day, zones)], width)],
        )


def _proposal(changes: Iterable[Change], found: Sequence[Move], snapshot: FloorSnapshot) -> str:
    """The line that lends those of the first move, of what is supposed before what could be."""
    for change in changes:
        if change.agents <= -1 and change.key is not None and change.to is not None:
            return _lend_line(-int(change.agents), change.key, change.to, snapshot)
    for one in found[:1]:
        return _lend_line(one.heads, one.source, one.target, snapshot)
    return ""


def _lend_line(heads: int, source: Hashable, target: Hashable, snapshot: FloorSnapshot) -> str:
    """As a person would type it; names are quoted, so that they are taken whole."""
    names = (queue_name(key, snapshot).replace('"', "") for key in (source, target))
    queues = " ".join(f'"{name}"' for name in names)
    return f"{LEND} {heads} {queues} {_LENT_FOR}"


def _day(look: Look, known: _Known) -> Intraday:
    snapshot, now = look.snapshot, look.moment.now
    elsewhere = agents_elsewhere(snapshot)
    planned = planned_heads(snapshot, look.site, elsewhere, now - _DAY_MS, now + _DAY_MS)
    times = [one.starts_at for one in known.demand]
    there = heads_now(snapshot, look.site, elsewhere)
    return intraday(times, known.demand, planned, {}, there, now)


def _slack(day: Intraday, zones: Mapping[str, str]) -> str:
    best = day.slackest
    if best is None or best.spare is None:
        return _("No half hour of the rest of the day has heads to spare, as far as is known.")
    return slack_words(best.starts_at, best.spare, next(iter(zones.values()), "UTC"))
