"""Changes to the desk's shifts: seen version, whose time, and never two shifts at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from data.actions.fields import ShiftAway, ShiftsSwapped
from data.actions.files import ActionFile
from data.actions.rules import RULES, Basis
from data.actions.verbs import Verb
from data.desk.commands import Asked
from data.desk.perform import Answer, perform, refused
from data.desk.plans import KIND
from data.desk.routes import Routes
from data.desk.rules import Refusal
from data.desk.shift_changes import OPERATIONS
from data.desk.store import SqliteKeeper
from data.files import FloorFiles
from data.model import DESK, AnyRecord, Kind, Ms
from data.people import Person
from data.plans.changes import Unchangeable, away, lengthened, moved
from data.plans.model import LocalTime, Part, PlannedShift, instant
from data.settings import Role
from data.sync.reach import reaches
from data.zones import zone
from tests.builders import make_agent, make_shift
from tests.support.keys import uuid7

BERLIN = "Europe/Berlin"


def at(text: str) -> Ms:
    return instant(LocalTime(text), zone(BERLIN))


def planned(agent: str, start: str, end: str, *parts: tuple[str, str, str]) -> PlannedShift:
    return PlannedShift(
        agent=agent,
        start=LocalTime(start),
        end=LocalTime(end),
        zone=BERLIN,
        parts=tuple(Part(kind, LocalTime(a), LocalTime(b)) for kind, a, b in parts),
    )


DAY = "2026-03-11T"
EARLY = planned(
    "1001",
    f"{DAY}06:00",
    f"{DAY}14:00",
    ("break", f"{DAY}08:00", f"{DAY}08:15"),
    ("meal", f"{DAY}10:30", f"{DAY}11:00"),
)
LATE = planned("1002", f"{DAY}14:00", f"{DAY}22:00")
NEXT = planned("1001", f"{DAY}22:00", "2026-03-12T06:00")
NOW = at(f"{DAY}09:00")


def told(shift: PlannedShift) -> list[str]:
    parts = [f"{one.kind} {one.start.at[11:]}-{one.end.at[11:]}" for one in shift.parts]
    return [f"{shift.agent} {shift.start.at[11:]}-{shift.end.at[11:]}", *parts]


def test_who_is_away_has_no_break_then_and_the_rest_stays() -> None:
    assert told(away(EARLY, "absence"))[1:] == ["absence 06:00-14:00"]
    part = away(EARLY, "time_off", at(f"{DAY}08:10"), at(f"{DAY}10:45"), "dentist")
    assert told(part)[1:] == ["break 08:00-08:10", "time_off 08:10-10:45", "meal 10:45-11:00"]
    assert part.parts[1].note == "dentist"
    with pytest.raises(Unchangeable):
        away(EARLY, "absence", at(f"{DAY}05:00"), at(f"{DAY}07:00"))
    with pytest.raises(Unchangeable):
        away(EARLY, "absence", at(f"{DAY}08:00"), at(f"{DAY}08:00"))


def test_overtime_meets_the_shift() -> None:
    after = lengthened(EARLY, at(f"{DAY}14:00"), at(f"{DAY}16:00"))
    assert told(after)[0] == "1001 06:00-16:00"
    assert told(after)[-1] == "overtime 14:00-16:00"
    before = lengthened(EARLY, at(f"{DAY}04:30"), at(f"{DAY}06:00"))
    assert told(before)[:2] == ["1001 04:30-14:00", "overtime 04:30-06:00"]
    for start, end in (("15:00", "16:00"), ("13:00", "16:00"), ("16:00", "14:00")):
        with pytest.raises(Unchangeable):
            lengthened(EARLY, at(DAY + start), at(DAY + end))
    with pytest.raises(Unchangeable):
        lengthened(EARLY, at(f"{DAY}14:00"), at("2026-03-12T08:00"))


def test_a_break_moves_with_its_length_to_where_there_is_room() -> None:
    assert told(moved(EARLY, at(f"{DAY}08:00"), at(f"{DAY}12:00")))[1:] == [
        "meal 10:30-11:00",
        "break 12:00-12:15",
    ]
    for start, to in (
        ("08:00", "10:20"),
        ("08:00", "13:50"),
        ("09:00", "12:00"),
        ("08:00", "05:00"),
    ):
        with pytest.raises(Unchangeable):
            moved(EARLY, at(DAY + start), at(DAY + to))


def test_over_the_change_of_the_clocks_a_change_is_in_real_time() -> None:
    night = planned("1001", "2026-10-24T22:00", "2026-10-25T06:00")
    second = instant(LocalTime("2026-10-25T02:30", 1), zone(BERLIN))
    left = away(night, "time_off", second)
    assert left.parts[0].start == LocalTime("2026-10-25T02:30", 1)
    assert left.parts[0].end == night.end


class Desk:
    """A site's desk with three shifts."""

    def __init__(self, root: Path) -> None:
        self.keeper = SqliteKeeper.open(FloorFiles(root / "floor").make(), "hh")
        self._routes = Routes("hh", None)  # type: ignore[arg-type]
        self.ids = {}
        with self.keeper.transaction():
            for name, shift in (("early", EARLY), ("late", LATE), ("next", NEXT)):
                self.ids[name] = f"2026-03-11.{name}"
                self.keeper.put(KIND, self.ids[name], shift, at=1, by="")

    def ask(
        self, name: str, operation: str, now: Ms = NOW, version: int = 1, **body: Any
    ) -> Answer:
        said = {
            "actor": {"id": "anna", "name": "Anna"},
            "not_after": "2026-03-13T00:00:00Z",
            "pressed_at": "2026-03-11T08:00:00Z",
            **body,
        }
        asked = Asked(
            method="POST",
            path="",
            key=uuid7(now),
            match=f'"{version}"',
            none_match=None,
            body=msgspec.json.encode(said),
        )
        parts = ("shifts", self.ids[name], operation)
        try:
            command = self._routes.command(asked, parts)
        except Refusal as refusal:
            return refused(refusal)
        with self.keeper.transaction():
            return perform(self.keeper, command, now=now)

    def kept(self, name: str) -> list[str]:
        found = self.keeper.get(KIND, self.ids[name])
        assert found is not None
        return told(found.data)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.keeper.close()


def test_a_change_is_kept_with_its_reason_and_once(desk: Desk) -> None:
    answer = desk.ask("early", "away", kind="absence", comment="ill")
    assert answer.status == 200
    assert desk.kept("early") == ["1001 06:00-14:00", "absence 06:00-14:00"]
    kept = desk.keeper.get(KIND, desk.ids["early"])
    assert kept is not None
    assert kept.data.parts[0].note == "ill"
    assert desk.ask("early", "release", starts_at="2026-03-11T11:00:00Z").status == 412


def test_nobody_works_twice_at_a_time(desk: Desk) -> None:
    times = {"starts_at": "2026-03-11T13:00:00Z", "ends_at": "2026-03-11T21:30:00Z"}
    answer = desk.ask("early", "longer", **times)
    assert (answer.status, b"shift-overlaps" in answer.body) == (409, True)
    answer = desk.ask("late", "swap", other=desk.ids["next"], other_version=1)
    assert answer.status == 200, "1001 works from six to two, and then from two to ten"
    answer = desk.ask("late", "swap", version=2, other=desk.ids["early"], other_version=1)
    assert answer.status == 409, "they would be of one agent already"


def test_a_swap_is_of_both_as_they_were_seen(desk: Desk) -> None:
    ids = desk.ids
    assert desk.ask("early", "swap", other=ids["late"], other_version=2).status == 412
    assert desk.ask("early", "swap", other=ids["early"], other_version=1).status == 422
    assert desk.ask("early", "swap", other=ids["late"], other_version=1).status == 200
    assert (desk.kept("early")[0], desk.kept("late")[0]) == ("1002 06:00-14:00", "1001 14:00-22:00")


def test_the_last_change_is_taken_back(desk: Desk) -> None:
    assert desk.ask("early", "as-before").status == 409, "there was none"
    assert desk.ask("early", "away", kind="absence").status == 200
    assert desk.ask("early", "as-before", version=2).status == 200
    assert desk.kept("early") == told(EARLY)
    assert (
        desk.ask("early", "swap", version=3, other=desk.ids["late"], other_version=1).status == 200
    )
    back = desk.ask("early", "swap", version=4, other=desk.ids["late"], other_version=2)
    assert back.status == 200
    assert (desk.kept("early"), desk.kept("late")) == (told(EARLY), told(LATE))


def test_a_change_is_not_taken_back_where_the_agent_works_elsewhere_by_now(desk: Desk) -> None:
    """1001 was freed of the early shift by a swap, and has another one at that time since."""
    assert desk.ask("early", "swap", other=desk.ids["late"], other_version=1).status == 200
    with desk.keeper.transaction():
        desk.keeper.put(KIND, "2026-03-11.extra", EARLY, at=1, by="")
    answer = desk.ask("early", "as-before", version=2)
    assert b"shift-overlaps" in answer.body


def test_what_is_over_stays_as_it_was(desk: Desk) -> None:
    late = at(f"{DAY}14:00")
    assert desk.ask("early", "away", late, kind="absence").status == 409
    assert desk.ask("late", "swap", late, other=desk.ids["early"], other_version=1).status == 409
    assert desk.ask("early", "nap").status == 404


def test_a_team_leader_changes_the_shifts_of_their_own_team() -> None:
    held: dict[tuple[str, Kind, str], AnyRecord] = {
        (DESK, Kind.SHIFT, "a"): make_shift("a", agent="1001"),
        (DESK, Kind.SHIFT, "b"): make_shift("b", agent="1002"),
        ("pbx", Kind.AGENT, "1001"): make_agent("1001", team="north"),
        ("pbx", Kind.AGENT, "1002"): make_agent("1002", team="south"),
    }

    def standing(_site: str, source: str, kind: Kind, entity: str) -> tuple[int, AnyRecord] | None:
        found = held.get((source, kind, entity))
        return None if found is None else (1, found)

    def action(verb: Verb, fields: msgspec.Struct, entity: str) -> ActionFile:
        return ActionFile(
            key=uuid7(1),
            verb=verb,
            site="hh1",
            source=DESK,
            kind=Kind.SHIFT,
            entity=entity,
            pressed_at=1,
            not_after=2,
            fields=msgspec.to_builtins(fields),
        )

    leader = Person("t", "T", Role.TEAM_LEADER, teams=frozenset({"North"}))
    own = ShiftAway(telephony="pbx")
    assert reaches(leader, action(Verb.AWAY, own, "a"), standing)
    assert not reaches(leader, action(Verb.AWAY, own, "b"), standing)
    assert not reaches(leader, action(Verb.AWAY, ShiftAway(), "a"), standing)
    swap = ShiftsSwapped(other="b", other_version=1, telephony="pbx")
    assert not reaches(leader, action(Verb.SWAP_SHIFTS, swap, "a"), standing)
    assert reaches(Person("s", "S", Role.SUPERVISOR), action(Verb.SWAP_SHIFTS, swap, "a"), standing)


def test_every_change_is_based_on_what_was_seen() -> None:
    shifts = [rule for rule in RULES.values() if rule.kind is Kind.SHIFT]
    assert len(shifts) == 6
    assert all(rule.is_of_desk and rule.basis is Basis.SEEN for rule in shifts)
    assert {rule.path.rpartition("/")[2] for rule in shifts} == set(OPERATIONS)
