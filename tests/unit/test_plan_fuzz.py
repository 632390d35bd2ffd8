"""Files that somebody mangled: they are told as what they are, and nothing else ever happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.plans.checking import check
from data.plans.csv_plans import read_csv
from data.plans.drafts import Beside, Fault, PlanError, Problem, Reading
from data.plans.ics_export import write_ics
from data.plans.ics_plans import read_ics
from data.plans.model import LocalTime, Part, PlannedShift
from data.plans.pattern_plans import read_patterns
from data.plans.people import Roll
from supervisor_tui.config_locate import Locations

BESIDE = Beside(
    zone="Europe/Berlin",
    last=LocalTime("2026-04-30T00:00").day,
    line_of=lambda text, path: Locations(text).line(path),
)
SHIFT = PlannedShift(
    agent="1001",
    start=LocalTime("2026-03-28T22:00"),
    end=LocalTime("2026-03-29T06:00"),
    zone="Europe/Berlin",
    parts=(Part("break", LocalTime("2026-03-29T00:30"), LocalTime("2026-03-29T00:45"), "tea"),),
)
ICS = write_ics([SHIFT], {}, {}, 0).replace(
    b"SUMMARY",
    b"RRULE:FREQ=DAILY;UNTIL=20260402T000000Z\r\nEXDATE:20260330T200000Z\r\nSUMMARY",
    1,
)
CSV = b"agent,date,start,end,zone,end_fold,break\n1001,2026-03-28,22:00,06:00,,1,00:30-00:45\n"
TOML = b"""zone = "Europe/Berlin"
from = 2026-03-20
to = 2026-04-02
[shift.D]
start = "06:00"
end = "14:00"
activities = "break 08:00-08:15"
[[rotation]]
agents = ["1001"]
pattern = "DDO"
anchor = 2026-01-01
[[rotation]]
agents = ["1002"]
rule = "FREQ=WEEKLY;BYDAY=MO"
shift = "D"
anchor = 2026-01-05
[[exception]]
agent = "1001"
day = 2026-03-21
kind = "overtime"
from = "14:00"
to = "15:00"
"""
READERS: list[tuple[bytes, Callable[[bytes], Reading]]] = [
    (CSV, read_csv),
    (ICS, lambda data: read_ics(data, BESIDE)),
    (TOML, lambda data: read_patterns(data, BESIDE)),
]
PIECES = (
    b"",
    b"\x00",
    b"\xff",
    b"-",
    b"0",
    b"9",
    b"99999999",
    b"\n",
    b'"',
    b"T",
    b"Z",
    b";",
    b":",
    b"=",
)


@st.composite
def mangled(draw: st.DrawFn, whole: bytes) -> bytes:
    """A file with pieces taken out, put in, or in other places."""
    for _turn in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(whole)))
        until = min(len(whole), at + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=3))
        whole = whole[:at] + piece + whole[until:]
    return whole


def problems(reader: Callable[[bytes], Reading], data: bytes) -> tuple[Problem, ...]:
    try:
        check(reader(data), Roll(), "Europe/Berlin", allow_unknown=True)
    except PlanError as error:
        return error.problems or (Problem(line=-1, fault=Fault.UNREADABLE),)
    return ()


@pytest.mark.parametrize("place", range(len(READERS)), ids=["csv", "ics", "toml"])
def test_a_mangled_file_is_told(place: int) -> None:
    whole, reader = READERS[place]
    assert problems(reader, whole) == ()

    @settings(max_examples=150, deadline=None)
    @given(mangled(whole))
    @example(b"")
    def holds(data: bytes) -> None:
        assert all(one.line >= 0 for one in problems(reader, data))

    holds()
