"""`show queues` holds what came against a forecast of our own where the source has none."""

from __future__ import annotations

import json
from pathlib import Path

from data.cache.forecast_batch import ForecastBatch, ForecastRow
from data.cache.history_writer import HistoryWriter
from data.files import FloorFiles
from supervisor_tui.archive import Forecasts
from supervisor_tui.plain import Pane, Wanted, figures_of, render_pane
from supervisor_tui.show_json import show_json
from tests.builders import (
    MOMENT,
    NOW,
    SITE,
    SOURCE,
    make_counts,
    make_interval,
    make_queue,
    make_snapshot,
)

HALF_HOUR_MS = 1_800_000


def test_the_forecast_kept_in_history_is_read_once_each_half_hour(tmp_path):
    files = FloorFiles(tmp_path)
    writer = HistoryWriter.open(files)
    half = NOW - NOW % HALF_HOUR_MS - HALF_HOUR_MS
    row = ForecastRow("claims", half, 10.0, None)
    writer.import_forecast(ForecastBatch(site=SITE, source=SOURCE, rows=(row,)))
    counts = make_counts(offered=15)
    came = make_interval("claims", starts_at=half, counts=counts, forecast_offered=None)
    snapshot = make_snapshot(make_queue("claims", day_started_at=0), came)
    wanted = Wanted(expected=Forecasts(files.history, None))
    (line,) = (
        line
        for line in render_pane(Pane.QUEUES, snapshot, MOMENT, wanted, width=80)
        if line.startswith(("    Claims", " !  Claims", " !! Claims"))
    )
    assert line.endswith("+50")
    told = json.loads(
        show_json(Pane.QUEUES, snapshot, MOMENT, figures=figures_of(snapshot, MOMENT, wanted))
    )
    assert told["queues"][0]["forecast_deviation"] == 50.0
    writer.close()
    files.history.unlink()
    assert wanted.expected(MOMENT)
    later = MOMENT._replace(now=NOW + HALF_HOUR_MS)
    assert wanted.expected(later) == {}


def test_without_a_history_nothing_is_expected(tmp_path: Path) -> None:
    assert Forecasts(tmp_path / "none.db", None)(MOMENT) == {}
