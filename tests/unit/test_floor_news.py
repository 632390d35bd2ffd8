"""What of a newer view of the floor has to be drawn at once, and what can wait for the tick."""

from __future__ import annotations

import pytest

from data.errors import Code
from data.floor import Delta, Floor, Key
from data.model import Freshness, Kind
from data.status import ClockAnchor, SwitchState
from tests.builders import BOOT, NOW, SITE, SOURCE, make_agent, make_health, make_site

ANCHOR = ClockAnchor(server_ms=NOW, monotonic_ms=5, wall_ms=NOW, boot_id=BOOT)
LATER = ClockAnchor(server_ms=NOW + 9000, monotonic_ms=9005, wall_ms=NOW + 9010, boot_id=BOOT)
HEALTH = make_health(
    anchor=ANCHOR, clock_offset_s=0.1, switches=(SwitchState("switch", "live", NOW),)
)


def two_views(*, sources=(HEALTH,), **changes):
    """A view of a floor, and the next one after what is named has come."""
    floor = Floor()
    first = {"upserts": ((Kind.AGENT, make_agent("1")),), "sites": (make_site(),)}
    before = floor.apply(Delta(1, sources=(HEALTH,), **first))
    after = floor.apply(Delta(1, sources=sources, **{"sites": (make_site(),)} | changes))
    return before, after


def test_that_a_source_still_answers_can_wait():
    still = make_health(
        age_s=-9.0,
        anchor=LATER,
        clock_offset_s=-0.1,
        switches=(SwitchState("switch", "live", NOW + 9000),),
    )
    before, after = two_views(sources=(still,))
    assert after.sources != before.sources
    assert not after.is_news_to(before)
    assert not after.is_news_to(after)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": Freshness.OFFLINE},
        {"problem": Code.FILE_MISSING},
        {"anchor": None},
        {"last_ok_at": None},
        {"last_ok_mono_ms": None},
        {"switches": (SwitchState("switch", "down", NOW),)},
        {"is_reading_past": True},
        {"skipped_rows": 1},
    ],
)
def test_what_else_a_source_says_cannot_wait(changes):
    fields = {"anchor": ANCHOR, "clock_offset_s": 0.1, "switches": HEALTH.switches}
    before, after = two_views(sources=(make_health(**fields | changes),))
    assert after.is_news_to(before)


@pytest.mark.parametrize(
    "changes",
    [
        {"upserts": ((Kind.AGENT, make_agent("2")),)},
        {"deletions": ((Kind.AGENT, Key(SITE, SOURCE, "1")),)},
        {"sites": ()},
        {"sources": ()},
        {"reset": True},
    ],
)
def test_rows_and_sites_cannot_wait(changes):
    before, after = two_views(**changes)
    assert after.is_news_to(before)
