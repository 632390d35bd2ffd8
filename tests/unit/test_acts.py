"""What a person did, in words, in the frame, and over the rows it was done to."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from msgspec.structs import replace

from data.actions.seen import seen_of
from data.actions.verbs import Verb
from data.errors import Code, StoreError
from data.figures.doings import NO_DOINGS, SHOWN_WITHIN_MS, Doings, Target, doings_of
from data.files import FloorFiles
from data.floor import FloorSnapshot, Key
from data.model import EscalationEvent, Kind, Owner
from data.people import People
from data.settings import DEFAULT_RULES
from data.status import ActionRow, ActionState
from data.sync.lock import SyncLock
from screens.presenters.act_page import present_act
from screens.presenters.acts import act_lines, acts_pieces, outcome_words, pending_words
from screens.presenters.acts_table import differences
from screens.presenters.escalation_pending import shown_as
from screens.presenters.escalations import present_escalations
from screens.presenters.table import ViewState
from screens.tones import Tone
from supervisor_tui.acting import NEVER_TAKEN_MS, TAKEN_MS, Actor, Said
from supervisor_tui.doing import Doer
from supervisor_tui.person import PersonalFile
from tests.builders import MOMENT, NOW, SITE, SOURCE, make_escalation, make_snapshot

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp

ZONE = "Europe/Berlin"
KEY = Key(SITE, SOURCE, "e1")


def make_row(state: ActionState, key: str = "k1", **changes: Any) -> ActionRow:
    fields: dict[str, Any] = {
        "actor": "anna",
        "verb": "claim",
        "site": SITE,
        "source": SOURCE,
        "kind": Kind.ESCALATION,
        "entity": "e1",
        "subject": "E-1042",
        "pressed_at": NOW,
        "not_after": NOW + 900_000,
        "updated_at": NOW + 400,
    }
    return ActionRow(key=key, state=state, **fields | changes)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (make_row(ActionState.SAVED), "saved, sending"),
        (make_row(ActionState.DONE), "done 0.4 s"),
        (
            make_row(ActionState.SAVED, code="refused_connection"),
            "saved, not sent yet: link down; void after 14:47:07",
        ),
        (
            make_row(ActionState.SENDING, code="timed_out"),
            "sent, no answer yet: no answer; it is asked about again",
        ),
        (
            make_row(
                ActionState.CONFLICT, code="already_claimed", held_by="K. Orlov", held_since=NOW
            ),
            "not done: K. Orlov has it since 14:32:07",
        ),
        (
            make_row(
                *(ActionState.REFUSED, "k1"),
                verb="claim-lost",
                code="wrong_state",
                held_by="P. Shah",
                held_since=NOW,
            ),
            "not done: P. Shah called back at 14:32:07",
        ),
        (
            make_row(
                *(ActionState.REFUSED, "k1"),
                verb="close-incident",
                code="wrong_state",
                held_by="P. Shah",
                held_since=NOW,
            ),
            "not done: P. Shah was first, at 14:32:07",
        ),
        (make_row(ActionState.REFUSED, code="forbidden"), "not done: not allowed"),
        (
            make_row(ActionState.EXPIRED, code="connection_lost"),
            "NOT DONE: link down, void since 14:47:07",
        ),
        (make_row(ActionState.EXPIRED), "NOT DONE: not sent in time, void since 14:47:07"),
    ],
)
def test_what_came_of_it_is_said_in_words(row: ActionRow, said: str) -> None:
    assert outcome_words(row, ZONE) == said


@pytest.mark.parametrize("state", list(ActionState))
@pytest.mark.parametrize("code", ["", *Code, "from_the_future"])
def test_there_are_words_for_every_outcome(state: ActionState, code: str) -> None:
    assert outcome_words(make_row(state, code=code), ZONE)


def test_the_frame_counts_what_is_under_way_and_what_failed_unread() -> None:
    rows = [
        make_row(ActionState.SAVED, "k1"),
        make_row(ActionState.SENDING, "k2"),
        make_row(ActionState.EXPIRED, "k3"),
        make_row(ActionState.REFUSED, "k4"),
        make_row(ActionState.DONE, "k5"),
        make_row(ActionState.SAVED, "k6", actor="karl"),
    ]
    (piece,) = acts_pieces(doings_of("anna", rows, (), ["k4"]))
    assert (piece.text, piece.tone) == ("acts 2> 1x", Tone.LOOK)
    assert acts_pieces(NO_DOINGS) == ()
    lines = act_lines(doings_of("anna", rows, (), ["k4"]), {SITE: ZONE})
    assert [text[0] for text, _tone in lines] == [" ", "x", "x", ">", ">"]
    assert [tone for _text, tone in lines[1:3]] == [Tone.LOOK, Tone.ACT]


def test_a_claim_under_way_stands_over_the_owner_until_the_record_shows_it() -> None:
    def owner(doings: Doings, **changes: Any) -> str:
        snapshot = make_snapshot(make_escalation(version=5, **changes))
        view = present_escalations(
            snapshot, None, MOMENT, DEFAULT_RULES, person="anna", doings=doings
        )
        place = [column.id for column in view.columns].index("owner")
        return view.rows[0].cells[place]

    def doing(state: ActionState, version: int = 0) -> Doings:
        return Doings((make_row(state, version=version),))

    assert owner(NO_DOINGS) == "-"
    assert owner(doing(ActionState.SAVED)) == "me…"
    assert owner(doing(ActionState.DONE, 6)) == "me…"
    assert owner(doing(ActionState.DONE, 5)) == "-"
    assert owner(doing(ActionState.EXPIRED)) == "-"
    theirs = Owner("karl", "K. Orlov", NOW)
    assert owner(doing(ActionState.CONFLICT), owner=theirs) == "K. Orlov"


@pytest.fixture
def actor(tmp_path: Path) -> Actor:
    files = FloorFiles(tmp_path / "floor").make()
    return Actor(files, People(), "anna", PersonalFile(tmp_path / "settings.json"))


def press(actor: Actor) -> ActionRow:
    (row,) = actor.press(Verb.CLAIM, [Target(KEY, 5, "E-1042")], NOW)
    return row


def test_what_was_saved_here_shows_before_anybody_took_it_in(actor: Actor) -> None:
    row = press(actor)
    assert actor.see(FloorSnapshot(), NOW).rows == (row,)
    done = make_row(ActionState.DONE, row.key, version=6)
    assert actor.see(FloorSnapshot(actions=(done,)), NOW).rows == (done,)


def test_whoever_did_something_is_shown_what_comes_of_it_at_once(actor: Actor) -> None:
    done: list[str] = []
    table = SimpleNamespace(clear_marks=lambda: done.append("marks taken off"))
    app = SimpleNamespace(
        snapshot=FloorSnapshot(),
        time=SimpleNamespace(refuses=lambda _app: False),
        acted_on=SimpleNamespace(table=table),
        say=done.append,
        expect=lambda: done.append("expected"),
    )
    Doer(actor).send(cast("SupervisorApp", app), Verb.CLAIM, [Target(KEY, 5, "E-1042")], Said())
    assert done == ["claim E-1042: saved, sending", "marks taken off", "expected"]


def test_what_lies_because_no_sync_process_runs_is_not_said_to_be_sent(
    actor: Actor, tmp_path: Path
) -> None:
    row = press(actor)
    later = NOW + TAKEN_MS + 1
    (soon,) = actor.see(FloorSnapshot(), NOW + TAKEN_MS).rows
    assert outcome_words(soon, "UTC") == "saved, sending"
    (lies,) = actor.see(FloorSnapshot(), later).rows
    assert outcome_words(lies, "UTC").startswith("saved, not sent yet: no sync process runs; void")
    # What the desk keeps for two weeks is not said to be void at the time at which it was pressed.
    weeks = replace(lies, not_after=lies.pressed_at + 14 * 86_400_000)
    assert "void after 2026-03-25 " in outcome_words(weeks, "UTC")
    with SyncLock(FloorFiles(tmp_path / "floor")):
        assert actor.see(FloorSnapshot(), later).rows == (row,)


def test_what_nobody_ever_took_in_is_void_in_the_end(actor: Actor) -> None:
    row = press(actor)
    late = row.not_after + NEVER_TAKEN_MS
    assert actor.see(FloorSnapshot(), late).undelivered == 1
    assert actor.newly_failed() == []
    assert actor.see(FloorSnapshot(), late + 1).unread_failures == 1
    assert [each.key for each in actor.newly_failed()] == [row.key]


def test_what_is_not_on_disk_was_not_done(actor: Actor, tmp_path: Path) -> None:
    (tmp_path / "floor" / "spool").write_text("in the way")
    with pytest.raises(StoreError):
        press(actor)
    assert actor.see(FloorSnapshot(), NOW).rows == ()


def test_a_failure_rings_once_and_is_unread_until_it_is_looked_at(
    actor: Actor, tmp_path: Path
) -> None:
    old = make_row(ActionState.REFUSED, "k1")
    actor.see(FloorSnapshot(actions=(old,)), NOW)
    assert actor.newly_failed() == []
    fresh = make_row(ActionState.EXPIRED, "k2")
    both = FloorSnapshot(actions=(old, fresh))
    assert actor.see(both, NOW).unread == {"k1", "k2"}
    assert actor.newly_failed() == [fresh]
    assert actor.newly_failed() == []
    actor.read_all()
    assert actor.see(both, NOW).unread_failures == 0
    again = Actor(
        FloorFiles(tmp_path / "floor"), People(), "anna", PersonalFile(tmp_path / "settings.json")
    )
    assert again.see(both, NOW).unread_failures == 0


def test_what_changed_is_told_by_what_the_person_saw_and_by_what_came_after() -> None:
    before = make_escalation(events=(EscalationEvent(NOW - 5000, "Hana", "received"),))
    row = make_row(
        ActionState.CONFLICT,
        verb="severity",
        code="version_mismatch",
        held_by="K. Orlov",
        held_since=NOW,
        fields={"severity": "high"},
        comment="rang twice",
        seen=seen_of(Verb.SEVERITY, before),
    )
    late = EscalationEvent(NOW - 2000, "K. Orlov", "escalated", "wants a manager", "3")
    after = replace(before, tier=3, events=(*before.events, late))
    changed = [
        "tier: it was 2 team leader, it is 3 supervisor or complaints desk",
        "14:32:05 K. Orlov: escalated: 3 supervisor or complaints desk: wants a manager",
    ]
    assert differences(row, before, ZONE) == []
    assert differences(row, after, ZONE) == changed
    assert outcome_words(row, ZONE) == "not done: K. Orlov changed it at 14:32:07"
    detail = present_act(row, after, ZONE, NOW)
    assert detail.said == (("Severity", "high"), ("Comment", "rang twice"))
    assert detail.since == tuple(changed)
    assert detail.keys == "R does it anew on the record as it is now."
    done = present_act(replace(row, state=ActionState.DONE, code=""), after, ZONE, NOW)
    assert (done.since, done.keys) == ((), "It cannot be taken back.")


@pytest.mark.parametrize(
    ("verb", "fields", "owner", "status", "severity"),
    [
        ("claim", {}, "me…", "new", "med"),
        ("assign", {"to": {"id": "d", "name": "Dana"}}, "Dana…", "new", "med"),
        ("assign", {"to": {"id": "anna", "name": "Anna"}}, "me…", "new", "med"),
        ("hand-back", {}, "-…", "new", "med"),
        ("severity", {"severity": "high"}, "Kim", "new", "high…"),
        ("resolve", {}, "Kim", "resolved…", "med"),
        ("note", {"text": "x"}, "Kim", "new…", "med"),
    ],
)
def test_what_is_under_way_stands_where_it_changes_something(
    verb: str, fields: dict[str, Any], owner: str, status: str, severity: str
) -> None:
    complaint = make_escalation(owner=Owner("kim", "Kim", NOW))
    shown = shown_as(complaint, "anna", make_row(ActionState.SAVED, verb=verb, fields=fields))
    assert (shown.owner, shown.status, shown.severity) == (owner, status, severity)
    assert shown_as(complaint, "kim").owner == "me"


def test_an_enquiry_is_marked_and_found_by_its_name() -> None:
    floor = make_snapshot(make_escalation(vulnerable=True), make_escalation("e2", kind="enquiry"))

    def rows(text: str) -> list[str]:
        view = present_escalations(floor, None, MOMENT, DEFAULT_RULES, ViewState(filter=text))
        at = [column.id for column in view.columns].index("vulnerable")
        return sorted(row.cells[at] for row in view.rows)

    assert rows("") == ["V", "e"]
    assert rows("enquiry") == ["e"]
    assert rows("complaint vulnerable") == ["V"]


def test_what_a_restored_source_has_lost_is_not_awaited_for_ever() -> None:
    row = make_row(ActionState.DONE, version=9)
    key = Key(row.site, row.source, row.entity)

    def awaited(after_ms: int) -> bool:
        read_at = {(row.site, row.source): row.updated_at + after_ms}
        return Doings((row,), read_at=read_at).pending(row.kind, key, 4) is not None

    assert awaited(0)
    assert awaited(SHOWN_WITHIN_MS)
    assert not awaited(SHOWN_WITHIN_MS + 1)
    assert not awaited(-SHOWN_WITHIN_MS - 1)  # the clock of a copy that runs behind
    assert Doings((row,)).pending(row.kind, key, 4) is row


def test_what_is_under_way_over_a_record_is_named_by_what_it_is() -> None:
    def said(verb: Verb) -> str:
        return pending_words(make_row(ActionState.SAVED, verb=verb.value))

    assert said(Verb.CLAIM_LOST) == "claimed by me…"
    assert said(Verb.CLOSE_INCIDENT) == "close incident…"
    assert said(Verb.TAKE_OVER) == "take over…"
