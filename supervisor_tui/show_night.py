"""`show night`: one line a site, as the screen has it, or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from data.cache.history_reader import HistoryReader
from data.errors import StoreError
from data.figures.freshness import Moment
from data.figures.night import USUAL_HOURS, NightPast, SiteNight, night_questions, site_nights
from data.figures.queues import queue_figures
from data.floor import FloorSnapshot
from data.rules.service_level import Formula
from data.settings import RuleSettings
from screens.glyphs import to_ascii
from screens.presenters.lines import first_line, plain_line
from screens.presenters.night import NEEDS_SOMEBODY, present_night, site_tone
from screens.tones import Tone
from supervisor_tui.instants import instant
from supervisor_tui.plain import Wanted, render_table
from supervisor_tui.show_json import encode


def nights_of(
    snapshot: FloorSnapshot,
    moment: Moment,
    site: str | None,
    history: Path,
    formula: Formula,
    hours: str,
) -> tuple[SiteNight, ...]:
    """The sites of a floor with what history knows of their night.

    Args:
        snapshot: The floor as of one commit.
        moment: The present.
        site: A site's id; None for all sites.
        history: The floor's history; where it cannot be read, what came before is not known.
        formula: The floor's formula of the service level.
        hours: The night as `22:00-06:00`; empty for the usual one.
    """
    floor = queue_figures(snapshot, site, moment, formula)
    past: dict[str, NightPast] = {}
    try:
        with closing(HistoryReader.open(history)) as reader:
            for question in night_questions(floor, snapshot.sites, moment, hours or USUAL_HOURS):
                past[question.site] = question.ask(reader)
    except StoreError:
        past = {}
    return site_nights(snapshot, floor, moment, past)


def night_lines(
    nights: Sequence[SiteNight],
    snapshot: FloorSnapshot,
    moment: Moment,
    wanted: Wanted,
    *,
    width: int,
    is_ascii: bool,
) -> list[str]:
    """The sites as lines under the line that says how fresh they are."""
    head = plain_line(first_line(wanted.floor_name, snapshot, moment, wanted.site))
    view = present_night(nights, wanted.rules, wanted.formula)
    notes = [f" {note}" for note in view.notes]
    if is_ascii:
        head, notes = to_ascii(head), [to_ascii(note) for note in notes]
    return [head, *render_table(view.columns, view.rows, width, is_ascii=is_ascii), *notes]


def night_json(
    nights: Sequence[SiteNight], rules: Sequence[RuleSettings], formula: Formula, moment: Moment
) -> str:
    """The sites as one JSON object, ending in a line break."""
    document = {
        "server_time": instant(moment.now),
        "sites": [_site(night, site_tone(night, rules, formula)) for night in nights],
    }
    return encode(document)


def _site(night: SiteNight, tone: Tone) -> dict[str, Any]:
    past, joined = night.past, night.joined
    expected = past.range if past is not None else None
    return {
        "site": night.site.id,
        "name": night.site.name or night.site.id,
        "needs_somebody": tone in NEEDS_SOMEBODY,
        "is_known": night.is_known,
        "state": night.heard.state if night.heard is not None else None,
        "answered_s": None if night.answered_s is None else round(night.answered_s, 1),
        "good_at": instant(night.heard.good_at) if night.heard is not None else None,
        "waiting": joined.waiting,
        "longest_wait_s": joined.longest_wait_s,
        "ready": joined.agents.ready,
        "at_hand": joined.agents.at_hand,
        "asking_for_help": night.hands,
        "complaints_late": night.late,
        "alerts": len(night.alerts),
        "alerts_seen": len(night.seen),
        "calls_since": instant(past.since) if past is not None else None,
        "calls": past.came if past is not None else None,
        "expected": None if past is None or past.expected is None else round(past.expected, 1),
        "expected_from": expected[0] if expected is not None else None,
        "expected_to": expected[1] if expected is not None else None,
        "last_call_at": instant(past.last_call_at) if past is not None else None,
    }
