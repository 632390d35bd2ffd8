"""A forecast or budget as people keep it: a table by day, interval and queue."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from data.cache.forecast_batch import ForecastRow
from data.clean import clean_text
from data.model import Ms
from data.rules.demand import HALF_HOUR_MS
from data.rules.wall_time import at_wall_time
from data.settings import SiteSettings
from data.zones import zone

NEEDED = ("day", "interval", "queue", "offered")
_MOST_CALLS = 1_000_000.0
_MOST_AHT_S = 86_400.0


class ForecastProblem(Exception):
    """A line that cannot be used.

    Args:
        line: Counted from 1.
        column: Its column; empty where the line as a whole is meant.
        expected: What should stand there.
    """

    def __init__(self, line: int, column: str, expected: str) -> None:
        super().__init__(line, column, expected)
        self.line, self.column, self.expected = line, column, expected


def read_forecast(path: Path, site: SiteSettings, minutes: int) -> list[ForecastRow]:
    """A whole file by half hours: shorter intervals are summed up, longer ones divided evenly.

    Args:
        path: Comma or semicolon between its cells; `aht`, in seconds, may be missing or empty.
        site: By whose clock its days and intervals are.
        minutes: How long its intervals are: a part of a half hour, or a whole number of them.

    Raises:
        ForecastProblem: The first line that is not as it should be; nothing is left out silently.
        OSError: The file cannot be read.
    """
    length = minutes * 60_000
    if HALF_HOUR_MS % length and length % HALF_HOUR_MS:
        raise ForecastProblem(1, "interval", "--minutes 5|10|15|30|60")
    seen: set[tuple[str, Ms]] = set()
    sums: dict[tuple[str, Ms], tuple[float, float, float]] = {}
    for line, row in _rows(path):
        queue, starts = clean_text(row["queue"]), _instant(line, row, site)
        if not queue:
            raise ForecastProblem(line, "queue", "id")
        if (queue, starts) in seen:  # a time that comes twice that night: the second one
            starts = _instant(line, row, site, fold=1)
        if starts % min(length, HALF_HOUR_MS):
            raise ForecastProblem(line, "interval", f"HH:MM / {minutes} min")
        if (queue, starts) in seen:
            raise ForecastProblem(line, "", f"{queue} {row['day']} {row['interval']}: 1x")
        seen.add((queue, starts))
        offered = _number(line, "offered", row["offered"], _MOST_CALLS)
        text = row.get("aht", "").strip()
        aht = _number(line, "aht", text, _MOST_AHT_S) if text else math.nan
        parts = max(1, length // HALF_HOUR_MS)
        for part in range(parts):
            at = starts - starts % HALF_HOUR_MS + part * HALF_HOUR_MS
            calls, known, handling = sums.get((queue, at), (0.0, 0.0, 0.0))
            share = offered / parts
            weight = 0.0 if math.isnan(aht) else share
            work = 0.0 if math.isnan(aht) else share * aht
            sums[queue, at] = calls + share, known + weight, handling + work
    return [
        ForecastRow(queue, at, calls, handling / known if known else None)
        for (queue, at), (calls, known, handling) in sorted(sums.items(), key=lambda one: one[0])
    ]


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
        delimiter = ";" if header.count(";") > header.count(",") else ","
        names = [
            name.strip().casefold() for name in next(csv.reader([header], delimiter=delimiter), [])
        ]
        missing = [name for name in NEEDED if name not in names]
        if missing:
            raise ForecastProblem(1, missing[0], ",".join((*NEEDED, "aht")))
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for cells in reader:
                if any(cells):
                    if len(cells) < len(NEEDED):
                        raise ForecastProblem(reader.line_num + 1, "", ",".join(names))
                    yield reader.line_num + 1, dict(zip(names, cells, strict=False))
        except (csv.Error, UnicodeDecodeError) as error:
            raise ForecastProblem(reader.line_num + 1, "", "CSV, UTF-8") from error


def _instant(line: int, row: Mapping[str, str], site: SiteSettings, fold: int = 0) -> Ms:
    try:
        day = datetime.strptime(row["day"].strip(), "%Y-%m-%d")  # noqa: DTZ007 - a wall clock
    except ValueError:
        raise ForecastProblem(line, "day", "YYYY-MM-DD") from None
    try:
        clock = datetime.strptime(row["interval"].strip()[:5], "%H:%M")  # noqa: DTZ007 - the same
    except ValueError:
        raise ForecastProblem(line, "interval", "HH:MM") from None
    wall = day.replace(hour=clock.hour, minute=clock.minute, fold=fold)
    return at_wall_time(wall, zone(site.zone))


def _number(line: int, column: str, text: str, most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:
        raise ForecastProblem(line, column, f"0 .. {most:.0f}")
    return value
