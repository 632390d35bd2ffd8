"""The day of the roster for `show`: half hours and how it was kept, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from data.cache.history_model import Segment
from data.errors import StoreError
from data.figures.freshness import Moment
from data.figures.heads import agents_elsewhere, heads_now, planned_heads
from data.figures.intraday import HeadsHalf, Intraday, intraday
from data.figures.kept import AgentKept, Kept, by_team, day_kept
from data.figures.roster import HALF_HOUR_MS
from data.floor import FloorSnapshot, Key
from data.model import Ms
from data.rules.adherence import WORKING
from data.zones import site_day_start
from screens.formats import UNDEFINED, format_count, format_percent
from screens.glyphs import to_ascii
from screens.presenters.roster_heads import half_hours, heads_lines
from screens.text import _
from supervisor_tui.instants import instant

Json = dict[str, object]
_DAY_MS = 86_400_000
_MINUTE_MS = 60_000


def read_day(
    history: Path, snapshot: FloorSnapshot, site: str | None, moment: Moment, width: int | None
) -> Intraday:
    """The half hours of a day of a site, or of all sites; what history cannot tell is not known.

    Args:
        history: The floor's history.
        snapshot: The floor as of one commit.
        site: A site's id; None for all sites.
        moment: The present.
        width: Only half hours that lines of so many cells have room for; None: the whole day.
    """
    from data.cache.history_reader import HistoryReader

    now = moment.now
    start = min(
        (site_day_start(info, now) for info in snapshot.sites if site in {None, info.id}),
        default=now,
    )
    start -= start % HALF_HOUR_MS
    day = range(start, start + _DAY_MS, HALF_HOUR_MS)
    shown = day if width is None else half_hours(width, now)
    elsewhere = agents_elsewhere(snapshot)
    present: dict[Ms, float | None] = {}
    try:
        with closing(HistoryReader.open(history)) as reader:
            demand = reader.half_hours(site, start, start + _DAY_MS)
            for at in shown:
                if at + HALF_HOUR_MS <= now:
                    present[at] = reader.heads(site, WORKING, at, at + HALF_HOUR_MS, elsewhere)
    except StoreError:
        demand = []
    wanted = {*shown, *(one.starts_at for one in demand)}
    planned = planned_heads(snapshot, site, elsewhere)
    there = heads_now(snapshot, site, elsewhere)
    return intraday(wanted, demand, planned, present, there, now)


def read_kept(
    history: Path, snapshot: FloorSnapshot, site: str | None, moment: Moment
) -> list[AgentKept]:
    """How the agents of a site, or of all, have kept to today's plan; none where nobody knows."""
    from data.cache.history_reader import HistoryReader

    now = moment.now
    days = {
        info.id: (site_day_start(info, now), now)
        for info in snapshot.sites
        if site in {None, info.id}
    }
    try:
        with closing(HistoryReader.open(history)) as reader:

            def spent(key: Key, start: Ms, end: Ms) -> list[Segment]:
                return reader.segments(*key, start, end)

            return day_kept(snapshot, days, spent)
    except StoreError:
        return []


def team_lines(kept: Sequence[AgentKept]) -> list[str]:
    """Adherence and conformance of each team, and what callers had of the deviations."""
    return [
        _(
            " {team}: adherence {adherence} %, conformance {conformance} %,"
            " away {missed} min, helped {helped} min, agents {agents}"
        ).format(
            team=team or UNDEFINED,
            adherence=format_percent(sums.tally.adherence),
            conformance=format_percent(sums.tally.conformance),
            missed=format_count(sums.missed_ms / _MINUTE_MS),
            helped=format_count(sums.helped_ms / _MINUTE_MS),
            agents=sums.agents,
        )
        for team, sums in by_team(kept).items()
    ]


def kept_json(kept: Sequence[AgentKept]) -> Json:
    """Adherence and conformance of agents and teams: percentages, and seconds."""
    return {
        "adherence": {
            "agents": [
                {
                    "site": one.key.site,
                    "source": one.key.source,
                    "id": one.key.id,
                    "name": one.name,
                    "team": one.team,
                    **_kept(one.kept),
                }
                for one in kept
            ],
            "teams": [
                {"team": team, "agents": sums.agents, **_kept(sums)}
                for team, sums in by_team(kept).items()
            ],
        }
    }


def _kept(kept: Kept) -> Json:
    tally = kept.tally
    return {
        "scheduled_s": tally.scheduled_ms / 1000,
        "adherent_s": tally.adherent_ms / 1000,
        "adherence": _rounded(tally.adherence),
        "planned_work_s": tally.planned_work_ms / 1000,
        "worked_s": tally.worked_ms / 1000,
        "conformance": _rounded(tally.conformance),
        "helped_s": kept.helped_ms / 1000,
        "missed_s": kept.missed_ms / 1000,
    }


def day_lines(
    day: Intraday, snapshot: FloorSnapshot, site: str | None, width: int, *, is_ascii: bool
) -> list[str]:
    """The half hours as plain text, as the pane has them."""
    zone = next((info.zone for info in snapshot.sites if site in {None, info.id}), "UTC")
    lines = heads_lines(day, half_hours(width, day.now), zone, width)
    texts = ("".join(text for text, _tone in line).rstrip() for line in lines)
    return [to_ascii(text) if is_ascii else text for text in texts]


def day_json(day: Intraday) -> Json:
    """The half hours, how far the forecast was off, and what the rest of the day lacks."""
    errors = day.errors
    return {
        "half_hours": [_half(one) for one in day.halves],
        "forecast": {
            "calls": None if errors is None else errors.came,
            "forecast_calls": None if errors is None else round(errors.forecast, 1),
            "wape": None if errors is None else _percent(errors.wape),
            "bias": None if errors is None else _percent(errors.bias),
            "calls_to_come": _rounded(day.calls_ahead),
        },
        "under_hours": day.under_hours if day.ahead else None,
        "over_hours": day.over_hours if day.ahead else None,
    }


def _half(half: HeadsHalf) -> Json:
    return {
        "starts_at": instant(half.starts_at),
        "is_over": half.is_over,
        "need": half.need,
        "planned": round(half.planned, 2),
        "present": _rounded(half.present),
        "spare": half.spare,
        "forecast_calls": _rounded(half.forecast),
        "expected_calls": _rounded(half.expected),
        "calls": half.came,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
