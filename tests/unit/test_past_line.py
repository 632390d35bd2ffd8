"""The first line of the past: on 80 columns, too, it says when that was and how one comes back."""

from __future__ import annotations

from msgspec.structs import replace

from data.figures.freshness import Moment
from data.model import Freshness
from data.rules.service_level import Formula
from screens.cells import cell_width
from screens.look import Look, Past, Viewing
from screens.past_frame import past_line
from screens.presenters.lines import Piece
from screens.presenters.past_line import past_title
from tests.builders import MONO_MS, NOW, instant, make_health, make_snapshot

WIDTH = 80
DAY_MS = 86_400_000
ACTS = (Piece("acts 3> 1x"),)


def line(ago_ms: int, alerts: int = 0, **health: object) -> str:
    at = NOW - ago_ms
    source = replace(make_health(), **health)
    look = Look(
        snapshot=replace(make_snapshot(), sources=(source,)),
        moment=Moment(at, MONO_MS),
        viewing=Viewing(floor_name="Test", formula=Formula.OFFERED, rules=()),
        past=Past(NOW, alerts),
    )
    ((text, _tone),) = past_line(look, WIDTH, {}, ACTS if alerts else ())
    assert cell_width(text) == WIDTH
    return text


def test_where_there_is_room_all_of_it_is_said() -> None:
    text = line(27 * 60_000)
    assert "27m ago" in text
    assert ". forward   f back to now" in text


def test_whatever_there_is_to_say_the_time_and_the_way_back_are_whole() -> None:
    at = NOW - 3 * DAY_MS
    folded = line(3 * DAY_MS, alerts=120, folds=True, last_ok_at=at)
    assert "as of" in folded
    unknown = line(3 * DAY_MS, alerts=120, state=Freshness.OFFLINE)
    assert "unknown ~" in unknown
    reading = line(3 * DAY_MS, alerts=120, is_reading_past=True)
    for text in (folded, unknown, reading):
        assert text.startswith(" THE PAST  2026-03-08 ")
        assert "!! 120 now" in text
        assert "acts 3> 1x" in text
        assert text.rstrip().endswith("  f now")


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    first = instant("2026-10-25T00:30")
    shown = [
        past_title(make_snapshot(), Moment(at, MONO_MS), first + DAY_MS, None)
        for at in (first, first + 3_600_000, first + 7_200_000)
    ]
    assert shown == [
        "THE PAST  2026-10-25 02:30:00 CEST",
        "THE PAST  2026-10-25 02:30:00 CET",
        "THE PAST  2026-10-25 03:30:00",
    ]
