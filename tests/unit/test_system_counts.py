"""What a telephone system says of a queue beside what was counted, and each reason why."""

from __future__ import annotations

from typing import Any

import pytest

from data.figures.queues import QueueFigures, queue_figures
from data.model import Counts, SystemCounts
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES
from screens.presenters.queues import present_queues
from screens.presenters.system_counts import leaving_notes, system_sentences
from tests.builders import DAY_START, MOMENT, make_queue, make_site, make_snapshot

ZONE = "Europe/Berlin"
HOUR = 3_600_000
DAY = Counts(offered=100, answered=90, answered_within=61, abandoned=10)


def figures(system: SystemCounts | None, day: Counts = DAY) -> QueueFigures:
    snapshot = make_snapshot(make_queue(day=day, system=system))
    return queue_figures(snapshot, None, MOMENT).queues[0]


def said(formula: Formula = Formula.OFFERED, day: Counts = DAY, **changes: Any) -> str:
    fields: dict[str, Any] = {
        "since": DAY_START,
        "completed": 100,
        "abandoned": 10,
        "level": 62.1,
        "counted_since": DAY_START,
    }
    return "\n".join(
        system_sentences(figures(SystemCounts(**fields | changes), day), formula, ZONE)
    )


def test_nothing_is_said_where_the_counts_are_the_systems_own() -> None:
    assert system_sentences(figures(None), Formula.OFFERED, ZONE) == ()


def test_both_levels_stand_with_formula_and_since_when() -> None:
    assert said() == (
        "PBX says 62.1 % (answered within 20 s / completed, since 06:00:00),"
        " ours is 61.0 % (answered within T / offered, since 06:00), because:"
    )


def test_what_is_equal_is_said_to_be() -> None:
    assert "and so do we" in said(level=61.0)
    assert "because" not in said(level=61.0)


def test_a_queue_without_a_call_has_no_value_and_no_empty_percentage() -> None:
    nothing = Counts(offered=0, answered=0, answered_within=0, abandoned=0)
    both = said(day=nothing, level=None, completed=0, abandoned=0)
    assert both == (
        "PBX says nothing: no talk has ended since 06:00:00. Nor is there a value of ours."
    )
    assert "there is no value of ours (" in said(day=nothing, level_abandons_good=70.0)
    assert "- %" not in said(day=nothing, level_abandons_good=70.0)


def test_a_system_of_which_no_talk_has_ended_says_nothing() -> None:
    assert said(level=None).startswith("PBX says nothing: no talk has ended since 06:00:00.")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"since": DAY_START + 3 * HOUR}, "- Its counters began at 09:00:00, the day at 06:00."),
        (
            {"since": DAY_START - 9 * HOUR},
            "- Its counters began at 2026-03-10 21:00:00: they hold what was before 06:00, too.",
        ),
        ({"resets": 1}, "- Its counters have begun anew once today."),
        ({"resets": 3}, "- Its counters have begun anew 3 times today."),
        (
            {"completed": 77},
            "- It divides by talks that have ended, 77; 100 were offered.",
        ),
        ({"abandoned": 12}, "- It has counted 12 who left without an agent, we 10."),
        ({"missed": 1}, "- 1 call was seen waiting of which nobody saw the end."),
        ({"missed": 2}, "- 2 calls were seen waiting of which nobody saw the end."),
        (
            {"counted_since": DAY_START + HOUR},
            "- Nobody here saw what came before 07:00: ours is whole only since then.",
        ),
        (
            {"level_abandons_good": 70.0},
            "Counting those who left within 20 s as good, of all that it has counted,"
            " PBX says 70.0 %; ours so is 61.0 %.",
        ),
    ],
)
def test_each_reason_is_said_where_it_is_true_and_only_there(
    changes: dict[str, Any], sentence: str
) -> None:
    assert said(**changes).splitlines()[1:] == [sentence]


def test_the_abandoned_are_said_to_hold_others_where_they_may() -> None:
    system = SystemCounts(since=DAY_START, untold=4)
    (note,) = leaving_notes(figures(system))
    assert note.startswith("Of the 10 abandoned, 4 may have timed out")
    assert leaving_notes(figures(SystemCounts(since=DAY_START))) == ()
    assert leaving_notes(figures(None)) == ()


def test_who_left_otherwise_is_told_by_how() -> None:
    system = SystemCounts(
        since=DAY_START, timed_out=3, withdrawn=1, left_empty=1_200, left_by_key=2
    )
    assert [note.split()[:2] for note in leaving_notes(figures(system))] == [
        ["3", "callers"],
        ["1", "caller"],
        ["1,200", "callers"],
        ["2", "callers"],
    ]


@pytest.mark.parametrize(("untold", "count"), [(4, 2), (0, 1)])
def test_the_table_says_so_above_its_legend(untold: int, count: int) -> None:
    queue = make_queue(system=SystemCounts(since=DAY_START, untold=untold))
    floor = queue_figures(make_snapshot(queue), None, MOMENT)
    notes = present_queues(floor, [make_site()], DEFAULT_RULES).notes
    assert len(notes) == count
    assert notes[-1].startswith("SL = offered formula")
