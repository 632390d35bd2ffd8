"""Agents as the program has them, against a recount from the floor's ledger; `-s` prints both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from data.cache.history_reader import HistoryReader
from data.files import FloorFiles
from data.sandbox.ledger import LedgerCall, LedgerSegment
from tests.integration.test_counts import instant
from tests.support.days import Truth, synchronised

pytestmark = pytest.mark.xdist_group("counts")

ALWAYS = (-(2**50), 2**50)
MIDDLE = ("--speed", "0.01", "--starts-at")
# Written down once more, apart from the program's own.
ON_QUEUE = {"ready", "ringing", "busy", "on_hold", "working_after_contact"}
FITS = {
    "break": {"break", "meal"},
    "meal": {"break", "meal"},
    "training": {"training"},
    "meeting": {"meeting"},
}
NAMED = {"break", "meal", "training", "meeting", "coaching"}


class Row(NamedTuple):
    """One agent's day."""

    state: str
    reason: str
    handled: int
    aht_s: float | None
    occupancy: float | None
    rings: int
    scheduled_min: float
    adherent_min: float


@pytest.fixture(scope="module")
def midday(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Truth]:
    """So slow that it stands still: with people ringing, talking and on their breaks."""
    with synchronised(tmp_path_factory.mktemp("midday"), *MIDDLE, "13:07") as truth:
        yield truth


@pytest.fixture(scope="module")
def many_agents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Truth]:
    options = (*MIDDLE, "09:45", "--agents", "150")
    with synchronised(tmp_path_factory.mktemp("many"), *options) as truth:
        yield truth


@pytest.fixture(params=["whole_day", "midday", "many_agents"])
def floor(request: pytest.FixtureRequest) -> Truth:
    if request.param == "many_agents" and not request.config.getoption("--soak"):
        pytest.skip("with --soak")
    truth: Truth = request.getfixturevalue(request.param)
    return truth


def test_states_in_history_are_the_ledgers_to_the_millisecond(floor: Truth) -> None:
    assert_segments_equal(floor.place.files, floor.segments)


def test_every_agents_figures_are_a_recount_of_the_ledger(floor: Truth) -> None:
    agents = {agent["id"]: agent for agent in floor.place.show("agents")["agents"]}
    shifts = {each["agent"]: each for each in floor.place.show("roster")["roster"]}
    mine, calls = by_agent(floor.segments), calls_of(floor.calls)
    assert set(agents) == set(shifts) == set(mine), "everybody has a shift"
    shown = {id_: shown_row(agent) for id_, agent in agents.items()}
    true = {
        id_: recounted(mine[id_], calls[id_], shifts[id_], instant(agents[id_]["as_of"]))
        for id_ in agents
    }
    print_side_by_side(shown, true)
    assert_rows_equal(shown, true)
    for id_, row in true.items():
        share = agents[id_]["adherence"]
        if row.scheduled_min:
            assert share == pytest.approx(100 * row.adherent_min / row.scheduled_min, abs=0.5), id_
        else:
            assert share is None, id_
    assert any(row.rings for row in true.values()), "nothing is proved of rings"
    assert any(0 < row.adherent_min < row.scheduled_min for row in true.values())


def assert_segments_equal(files: FloorFiles, segments: Sequence[LedgerSegment]) -> None:
    with closing(HistoryReader.open(files.history)) as reader:
        for agent, mine in by_agent(segments).items():
            kept = reader.segments("main", "pbx", agent, *ALWAYS)
            shown = [(one.start, one.end, one.state, one.reason, one.contact) for one in kept]
            true = [
                (one.from_at, one.to_at, one.state, one.reason, contact_of(one, before))
                for before, one in zip([None, *mine], mine, strict=False)
            ]
            assert shown == true, agent


def assert_rows_equal(shown: Mapping[str, Row], true: Mapping[str, Row]) -> None:
    """Times of the day to two seconds: the instant of a look is told to the second."""
    assert set(shown) == set(true)
    for id_, row in true.items():
        exact = (row.state, row.reason, row.handled, row.rings)
        mine = shown[id_]
        assert (mine.state, mine.reason, mine.handled, mine.rings) == exact, id_
        assert mine.aht_s == pytest.approx(row.aht_s, abs=0.01), id_
        assert mine.occupancy == pytest.approx(row.occupancy, abs=0.01), id_
        assert mine.scheduled_min == pytest.approx(row.scheduled_min, abs=1 / 30), id_
        assert mine.adherent_min == pytest.approx(row.adherent_min, abs=1 / 30), id_


def by_agent(segments: Sequence[LedgerSegment]) -> dict[str, list[LedgerSegment]]:
    found: dict[str, list[LedgerSegment]] = defaultdict(list)
    for segment in segments:
        found[segment.agent].append(segment)
    return found


def calls_of(calls: Sequence[LedgerCall]) -> dict[str, list[LedgerCall]]:
    """The calls whose service is over, by who served them."""
    found: dict[str, list[LedgerCall]] = defaultdict(list)
    for call in calls:
        if call.agent and call.ended_at is not None and call.outcome != "abandoned":
            found[call.agent].append(call)
    return found


def contact_of(segment: LedgerSegment, before: LedgerSegment | None) -> str:
    """After-contact work whose contact went on to another queue is still that contact's."""
    if segment.contact is None and segment.state == "working_after_contact" and before is not None:
        return before.contact or ""
    return segment.contact or ""


def shown_row(agent: dict[str, Any]) -> Row:
    return Row(
        agent["state"],
        agent["reason"],
        agent["handled"],
        agent["aht_s"],
        agent["occupancy"],
        agent["unanswered_rings"],
        agent["scheduled_s"] / 60,
        agent["adherent_s"] / 60,
    )


def recounted(
    segments: list[LedgerSegment], calls: list[LedgerCall], shift: dict[str, Any], now: int
) -> Row:
    """The same from the truth alone: states, calls and the plan."""
    last = segments[-1]
    over = [one for one in segments if one.to_at is not None]
    acw = sum(one.to_at - one.from_at for one in over if one.state == "working_after_contact")
    ready = sum(one.to_at - one.from_at for one in over if one.state == "ready")
    handling = sum(call.talk_s + call.hold_s for call in calls) + acw / 1000
    pieces = [
        (piece["kind"], instant(piece["starts_at"]), instant(piece["ends_at"]))
        for piece in shift["activities"]
    ]
    scheduled = adherent = 0
    for segment in segments:
        until = min(now, segment.to_at if segment.to_at is not None else now)
        for kind, begins, ends in pieces:
            shared = max(0, min(until, ends) - max(segment.from_at, begins))
            scheduled += shared
            adherent += shared * fits(kind, segment)
    return Row(
        last.state,
        last.reason,
        len(calls),
        handling / len(calls) if calls else None,
        100 * handling / (handling + ready / 1000) if handling + ready else None,
        rings_in_vain(segments),
        scheduled / 60_000,
        adherent / 60_000,
    )


def fits(kind: str, segment: LedgerSegment) -> bool:
    if kind == "on_queue":
        return segment.state in ON_QUEUE
    named = segment.reason in NAMED
    return segment.state == "not_ready" and (not named or segment.reason in FITS[kind])


def rings_in_vain(segments: list[LedgerSegment]) -> int:
    count = 0
    for ring, after in pairwise(segments):
        if ring.state == "ringing":
            count += not (after.state in {"busy", "on_hold"} and after.contact == ring.contact)
    return count


def print_side_by_side(shown: Mapping[str, Row], true: Mapping[str, Row]) -> None:
    print(f"\n{'':6}{'shown':>57}{'recounted from the ledger':>58}")
    head = f"{'state':22}{'hdl':>4}{'AHT':>7}{'occ%':>6}{'rna':>4}{'plan':>6}{'kept':>7}"
    print(f"{'ext':6}{head}  {head}")
    for id_, row in shown.items():
        print(f"{id_:6}{line(row)}  {line(true[id_])}")


def line(row: Row) -> str:
    aht = "-" if row.aht_s is None else f"{row.aht_s:.1f}"
    occupancy = "-" if row.occupancy is None else f"{row.occupancy:.1f}"
    state = f"{row.state}/{row.reason}" if row.reason else row.state
    return (
        f"{state:22.22}{row.handled:>4}{aht:>7}{occupancy:>6}{row.rings:>4}"
        f"{row.scheduled_min:>6.0f}{row.adherent_min:>7.1f}"
    )
