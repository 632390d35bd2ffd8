"""What a person may do to a record, rule by rule."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from data import contract
from data.desk import complaints, rules
from data.desk.rules import Refusal
from data.errors import Code

NOW = 1_800_000_000_000
EARLIER = contract.from_ms(NOW - 3_600_000)
MARA = contract.ActionActor(id="mara", name="Mara Lang")
PRIYA = contract.ActionActor(id="priya", name="Priya Shah")


def complaint(**fields: Any) -> contract.Escalation:
    clocks = [
        contract.ComplaintClock(name="acknowledge", due_at=EARLIER, paused=True),
        contract.ComplaintClock(name="final", due_at=EARLIER),
    ]
    given = {"status": "new", "owner": None, "clocks": clocks, **fields}
    return contract.Escalation(
        reference="E-1", severity="high", received_at=EARLIER, summary="Twice.", tier=2, **given
    )


def owned(by: contract.ActionActor = MARA, **fields: Any) -> contract.Escalation:
    owner = contract.Owner(id=by.id, name=by.name, since=EARLIER)
    return complaint(owner=owner, **{"status": "assessing", **fields})


def action(actor: contract.ActionActor = MARA, **fields: Any) -> contract.ActionBase:
    return contract.ActionBase(not_after=contract.from_ms(NOW), actor=actor, **fields)


def resolution(actor: contract.ActionActor = MARA) -> contract.Resolve:
    return contract.Resolve(
        not_after=contract.from_ms(NOW), actor=actor, resolution="refunded", comment="Paid back."
    )


def shift(agent: str, ends_at: int = NOW + 1) -> contract.Shift:
    ends = contract.from_ms(ends_at)
    return contract.Shift(agent_id=agent, starts_at=EARLIER, ends_at=ends, activities=[])


def test_claim_makes_an_owner_stops_its_clock_and_leaves_a_trace() -> None:
    before = complaint()
    kept = msgspec.json.encode(before)

    after = complaints.claim(before, action(comment="Mine."), NOW)

    assert after.owner == contract.Owner(id="mara", name="Mara Lang", since=contract.from_ms(NOW))
    assert after.status == "acknowledged"
    assert [clock.met_at for clock in after.clocks] == [contract.from_ms(NOW), None]
    assert not after.clocks[0].paused
    assert [(e.who, e.what, e.note) for e in after.events] == [("Mara Lang", "claimed", "Mine.")]
    assert msgspec.json.encode(before) == kept, "a rule changes nothing that it was given"


def test_claim_does_not_turn_the_work_back() -> None:
    assert (
        complaints.claim(complaint(status="investigating"), action(), NOW).status == "investigating"
    )


def test_clock_that_was_met_stays_met_when_it_was() -> None:
    met = contract.ComplaintClock(name="acknowledge", due_at=EARLIER, met_at=EARLIER)

    assert complaints.claim(complaint(clocks=[met]), action(), NOW).clocks == [met]


def test_claim_of_what_is_owned_tells_by_whom_and_since_when() -> None:
    with pytest.raises(Refusal) as refused:
        complaints.claim(owned(), action(PRIYA), NOW)

    assert refused.value.code is Code.ALREADY_CLAIMED
    assert refused.value.held_by == "Mara Lang"
    assert refused.value.held_since == NOW - 3_600_000


def test_release_is_the_owners() -> None:
    after = complaints.release(owned(), action(), NOW)
    assert after.owner is None
    assert after.status == "assessing"
    assert after.events[-1].what == "released"

    with pytest.raises(Refusal) as refused:
        complaints.release(owned(), action(PRIYA), NOW)
    assert refused.value.held_by == "Mara Lang"

    with pytest.raises(Refusal) as refused:
        complaints.release(complaint(), action(), NOW)
    assert refused.value.code is Code.WRONG_STATE


def test_resolve_is_the_owners_or_makes_one() -> None:
    after = complaints.resolve(owned(), resolution(), NOW)
    assert (after.status, after.resolution) == ("resolved", "refunded")
    assert all(clock.met_at == contract.from_ms(NOW) for clock in after.clocks)
    assert after.events[-1].note == "Paid back."
    assert after.owner is not None
    assert after.owner.since == EARLIER

    assert complaints.resolve(complaint(), resolution(PRIYA), NOW).owner == contract.Owner(
        id="priya", name="Priya Shah", since=contract.from_ms(NOW)
    )
    with pytest.raises(Refusal) as refused:
        complaints.resolve(owned(), resolution(PRIYA), NOW)
    assert refused.value.code is Code.ALREADY_CLAIMED


@pytest.mark.parametrize("status", ["resolved", "closed", "referred"])
@pytest.mark.parametrize("rule", [complaints.claim, complaints.release, complaints.resolve])
def test_nothing_is_done_to_what_is_closed(status: str, rule: Any) -> None:
    record = complaint(status=status) if rule is complaints.claim else owned(status=status)

    with pytest.raises(Refusal) as refused:
        rule(record, resolution(), NOW)

    assert refused.value.code is Code.WRONG_STATE


def test_alert_is_acknowledged_once() -> None:
    alert = contract.Alert(kind="queue", severity="warning", raised_at=EARLIER)

    seen = rules.acknowledge(alert, action(), NOW)
    assert seen.acknowledged_by == "mara"

    with pytest.raises(Refusal) as refused:
        rules.acknowledge(seen, action(PRIYA), NOW)
    assert (refused.value.code, refused.value.held_by) == (Code.WRONG_STATE, "mara")


def test_note_is_its_authors_to_correct() -> None:
    write = contract.NoteWrite(not_after=contract.from_ms(NOW), actor=MARA, text="Watch Claims.")
    note = rules.write_note(None, write, NOW)
    assert (note.author, note.text, note.about) == ("mara", "Watch Claims.", None)
    assert note.written_at == contract.from_ms(NOW)

    about = contract.About(type="queue", id="q/1")
    corrected = msgspec.structs.replace(write, text="Watch Sales.", about=about)
    assert rules.write_note(note, corrected, NOW).about == about

    with pytest.raises(Refusal) as refused:
        rules.write_note(note, msgspec.structs.replace(write, actor=PRIYA), NOW)
    assert refused.value.code is Code.FORBIDDEN


def test_agents_of_two_shifts_change_places() -> None:
    swap = contract.ShiftSwap(
        not_after=contract.from_ms(NOW),
        actor=MARA,
        a=contract.ShiftRef(id="1", version=1),
        b=contract.ShiftRef(id="2", version=1),
    )
    first, second = rules.swap(shift("a"), shift("b"), swap, NOW)
    assert (first.agent_id, second.agent_id) == ("b", "a")

    for a, b in [(shift("a"), shift("a")), (shift("a", NOW), shift("b"))]:
        with pytest.raises(Refusal) as refused:
            rules.swap(a, b, swap, NOW)
        assert refused.value.code is Code.WRONG_STATE
