"""What stays true of a complaint whatever people do to it, in whatever order."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from data import contract
from data.contract import from_ms, to_ms
from data.desk import commands
from data.desk.commands import COMPLAINT_RULES, Asked
from data.desk.complaints import CLOSED
from data.desk.memory import MemoryDesk
from data.desk.perform import Answer, perform
from data.desk.registry import PackRegistry
from data.rules.rule_packs import decode_pack
from data.sandbox.store import VersionedStore
from tests.support.keys import uuid7

AT = 1_800_000_000_000
MINUTE_MS = 60_000
PACK = """
name = "walks"
version = "1"
title = "For tests"

[calendars.always]
zone = "UTC"
hours = "Mon-Sun 00:00-24:00"

[[clock]]
name = "acknowledge"
from = "received"
amount = 60
unit = "business_minutes"
pauses = ["new"]

[[clock]]
name = "final"
from = "received"
amount = 240
unit = "business_minutes"
pauses = ["investigating"]

[[clock]]
name = "again"
from = "reopened"
amount = 30
unit = "business_minutes"
"""
PEOPLE = ("mara", "priya", "tom")
OWNERS_ONLY = {"release", "escalate", "resolve", "close", "refer", "reopen"}
AT_ANY_TIME = {"note", "close", "reopen"}

FIELDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "assign": st.sampled_from(PEOPLE).map(lambda one: {"to": {"id": one, "name": one.title()}}),
    "note": st.just({"text": "Rang."}),
    "severity": st.sampled_from(["low", "medium", "high"]).map(lambda each: {"severity": each}),
    "escalate": st.integers(1, 4).map(lambda tier: {"tier": tier}),
    "resolve": st.just({"resolution": "refunded", "outcome": "upheld"}),
    "refer": st.just({"to": "Ombudsman"}),
}


@st.composite
def steps(draw: st.DrawFn) -> tuple[str, str, int, dict[str, Any]]:
    operation = draw(st.sampled_from(sorted(COMPLAINT_RULES)))
    fields = draw(FIELDS.get(operation, st.just({})))
    return operation, draw(st.sampled_from(PEOPLE)), draw(st.integers(1, 90)), fields


class Walk:
    """One complaint at a desk, and the instant to which its life has come."""

    def __init__(self) -> None:
        self.desk = MemoryDesk(VersionedStore(epoch="e"))
        pack = decode_pack(PACK)
        self.registry = PackRegistry({"complaint": pack, "enquiry": pack}, "UTC")
        self.now = AT
        assert self.ask("", "mara", summary="Twice.", received_at=from_ms(AT)).status == 200

    def ask(self, operation: str, actor: str, **fields: Any) -> Answer:
        body = {
            "not_after": from_ms(self.now + MINUTE_MS),
            "actor": {"id": actor, "name": actor.title()},
            **fields,
        }
        version = self.version if operation else 0
        asked = Asked(
            method="POST",
            path=f"/sites/main/escalations/e1/{operation}",
            key=uuid7(self.now),
            match=f'"{version}"' if operation else None,
            none_match=None if operation else "*",
            body=msgspec.json.encode(body),
        )
        if operation:
            command = commands.on_complaint(operation, self.registry)(asked, "e1")
        else:
            command = commands.raise_complaint(asked, "e1", self.registry)
        with self.desk.transaction() as keeper:
            return perform(keeper, command, now=self.now)

    @property
    def version(self) -> int:
        with self.desk.transaction() as keeper:
            kept = keeper.get("escalation", "e1")
        return kept.version if kept is not None else 0

    @property
    def complaint(self) -> contract.Escalation:
        with self.desk.transaction() as keeper:
            kept = keeper.get("escalation", "e1")
        assert kept is not None
        record: contract.Escalation = kept.data
        return record

    def due(self) -> dict[str, int]:
        """Minutes after the beginning at which each clock that runs is due."""
        return {
            clock.name: (to_ms(clock.due_at) - AT) // MINUTE_MS
            for clock in self.complaint.clocks
            if clock.met_at is None
        }

    def paused(self) -> set[str]:
        return {clock.name for clock in self.complaint.clocks if clock.paused}


def problem(answer: Answer) -> str:
    return msgspec.json.decode(answer.body, type=contract.Problem).name


@settings(max_examples=150, deadline=None, database=None)
@given(st.lists(steps(), max_size=14))
def test_a_walk_keeps_what_was_promised(
    walked: list[tuple[str, str, int, dict[str, Any]]],
) -> None:
    walk = Walk()
    for operation, actor, minutes, fields in walked:
        walk.now += minutes * MINUTE_MS
        before, version = walk.complaint, walk.version
        answer = walk.ask(operation, actor, **fields)
        after = walk.complaint
        if answer.is_problem:
            assert (after, walk.version) == (before, version), "a refusal changes nothing"
            assert problem(answer) in {"already-claimed", "wrong-state"}
            continue
        assert walk.version == version + 1
        assert after.events[:-1] == before.events, "the history only grows, by one line"
        assert after.events[-1].who == actor.title()
        assert_allowed(operation, actor, before)
        assert_clocks(operation, before, after)


def assert_allowed(operation: str, actor: str, before: contract.Escalation) -> None:
    owner = before.owner.id if before.owner is not None else ""
    if operation in OWNERS_ONLY:
        assert owner in {"", actor}
    if operation == "claim":
        assert not owner, "the first of two has it"
    if before.status in CLOSED:
        assert operation in AT_ANY_TIME


def assert_clocks(operation: str, before: contract.Escalation, after: contract.Escalation) -> None:
    was = {clock.name: clock for clock in before.clocks}
    for clock in after.clocks:
        met = was[clock.name].met_at if clock.name in was else None
        if operation != "reopen" and met is not None:
            assert clock == was[clock.name], "what was met stays as it was"
        assert not (clock.paused and clock.met_at is not None)
    assert set(was) <= {clock.name for clock in after.clocks}
    if operation == "resolve":
        assert all(clock.met_at is not None for clock in after.clocks)
    if operation == "reopen":
        settled = [event.at for event in before.events if event.what == "resolved"][-1:]
        for name, clock in was.items():
            again = next(each for each in after.clocks if each.name == name)
            is_restored = clock.met_at is not None and [clock.met_at] == settled
            assert (again.met_at is None) == (is_restored or clock.met_at is None)


def test_a_clock_stands_still_in_the_states_that_its_pack_names() -> None:
    walk = Walk()
    assert walk.due() == {"acknowledge": 60, "final": 240}
    assert walk.paused() == {"acknowledge"}
    walk.now += 50 * MINUTE_MS
    walk.ask("severity", "mara", severity="high")
    assert walk.due()["acknowledge"] == 110, "as if it ran on from now"
    walk.now += 10 * MINUTE_MS
    walk.ask("claim", "mara")
    assert walk.paused() == set()
    acknowledged = walk.complaint.clocks[0]
    assert to_ms(acknowledged.met_at or from_ms(0)) == walk.now
    assert walk.due() == {"final": 240}

    walk.now += 20 * MINUTE_MS
    walk.ask("resolve", "mara", resolution="refunded")
    walk.now += 100 * MINUTE_MS
    walk.ask("reopen", "mara")
    assert walk.paused() == {"final"}, "it is being investigated"
    assert walk.due() == {"final": 240, "again": 210}, "a clock begins with its event"
    walk.now += 15 * MINUTE_MS
    walk.ask("note", "mara", text="Rang.")
    assert walk.due()["final"] == 255
    walk.ask("resolve", "mara", resolution="refunded")
    assert walk.paused() == set()


def test_what_other_rules_have_timed_is_left_alone() -> None:
    walk = Walk()
    other = decode_pack(PACK.replace('name = "walks"', 'name = "others"'))
    walk.registry = PackRegistry({"complaint": other, "enquiry": other}, "UTC")
    before = walk.complaint.clocks
    walk.now += 50 * MINUTE_MS
    walk.ask("severity", "mara", severity="high")
    assert walk.complaint.clocks == before
