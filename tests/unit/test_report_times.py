"""What a report counts by the clocks of its sites."""

from __future__ import annotations

from datetime import date

import pytest

from data.figures.report_times import curves
from data.rules.demand import HALF_HOUR_MS
from data.rules.periods import Length, Period, span
from data.status import SiteInfo


@pytest.mark.parametrize(
    ("length", "expected"), [(Length.DAY, (5, 0, 3)), (Length.WEEK, (8,))], ids=["day", "week"]
)
def test_a_day_that_begins_within_a_half_hour_has_what_came_from_then_on(length, expected) -> None:
    """Kathmandu is 5:45 ahead: half hours of history begin at a quarter past and to the hour."""
    site = SiteInfo(id="ktm", name="", zone="Asia/Kathmandu", day_start="00:00")
    period = Period(length, date(2026, 3, 9))
    start = span(period, site)[0]
    first = start - start % HALF_HOUR_MS
    assert first < start
    offered = [(site, 1, first, 5), (site, 1, first + 5 * HALF_HOUR_MS, 3)]
    assert curves(offered, period) == {1: expected}
