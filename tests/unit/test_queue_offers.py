"""What can be put on or off at queues, what that shows, and when somebody is reminded of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import convert
from msgspec.structs import replace

from data.actions.fields import Fields
from data.actions.rules import RULES
from data.actions.verbs import Undo, Verb
from data.figures.doings import NO_DOINGS, Doings
from data.figures.freshness import Moment
from data.figures.switches import CLOSED, EMERGENCY, OVERFLOW, switches_of
from data.floor import FloorSnapshot, Key
from data.model import Freshness, Kind, Person, Queue, Switch
from data.rules.service_level import Formula
from data.status import ActionRow, ActionState
from screens.acting.asks import ask_of
from screens.acting.offer import Offer, Wanted
from screens.acting.queues import queue_offers
from screens.look import Look, Viewing
from screens.presenters.acts import verb_words
from screens.presenters.queues import present_queues
from screens.presenters.switches import reminder_pieces, switch_cells, switch_sentences
from screens.tones import Tone
from screens.widgets.dialog import DialogKind
from supervisor_tui.asking import Asking
from supervisor_tui.reminding import Reminders
from supervisor_tui.undoing import undo_offer
from tests.builders import MOMENT, NOW, SITE, SOURCE, ago, make_health, make_queue, make_snapshot

MINUTE = 60_000
HALF_HOUR = 30 * MINUTE
KEY = Key(SITE, SOURCE, "claims")
VERA = Person("vera", "Vera")


def off(name: str) -> Switch:
    return Switch(name=name, since=ago(7200))


def on(name: str, minutes: float = 12, **changes: Any) -> Switch:
    return Switch(**{"name": name, "on": True, "since": ago(minutes * 60), "by": VERA} | changes)


def with_switches(*switches: Switch, queue: str = "claims") -> Queue:
    """A queue with all three; those that are given as they are given."""
    given = {each.name: each for each in switches}
    names = (OVERFLOW, EMERGENCY, CLOSED)
    others = (each for each in switches if each.name not in names)
    return make_queue(queue, switches=(*(given.get(name, off(name)) for name in names), *others))


def look_at(*records: Any, doings: Doings = NO_DOINGS, **changes: Any) -> Look:
    viewing = Viewing(floor_name="Test", formula=Formula.OFFERED, rules=())
    snapshot = make_snapshot(*records, **changes)
    return Look(snapshot=snapshot, moment=MOMENT, viewing=viewing, doings=doings)


def offers(look: Look, *together: Queue, key: Key = KEY) -> dict[str, Offer]:
    found = queue_offers(key, look.snapshot.queues[key], look, together)
    return {each.way: each for each in found}


def asked(name: str, *, is_on: bool, state: ActionState = ActionState.SAVED) -> Doings:
    row = ActionRow(
        key="k1",
        actor="anna",
        verb=Verb.SWITCH,
        site=SITE,
        source=SOURCE,
        kind=Kind.QUEUE,
        entity="claims",
        subject="Claims",
        state=state,
        pressed_at=ago(1),
        not_after=NOW + 5 * MINUTE,
        updated_at=NOW,
        fields={"name": name, "on": is_on},
        undo=Undo(Verb.SWITCH, {"name": name, "on": not is_on}),
    )
    return Doings((row,))


def test_each_switch_is_turned_round_and_can_be_turned_back() -> None:
    found = offers(look_at(with_switches(on(CLOSED))))
    said = {name: (each.target.fields["on"], each.why_not) for name, each in found.items()}
    assert said == {CLOSED: (False, ""), EMERGENCY: (True, ""), OVERFLOW: (True, "")}
    for name, each in found.items():
        fields = dict(each.target.fields)
        assert each.target.undo == Undo(Verb.SWITCH, {"name": name, "on": not fields["on"]})
        convert(fields, RULES[Verb.SWITCH].fields)
        assert isinstance(convert(dict(each.target.undo.fields), RULES[Verb.SWITCH].fields), Fields)
    assert found[CLOSED].target.seen == {CLOSED: "on", EMERGENCY: "off", OVERFLOW: "off"}


@pytest.mark.parametrize(
    ("queue", "way", "is_final"),
    [
        (with_switches(off(CLOSED)), CLOSED, True),
        (with_switches(on(CLOSED)), CLOSED, False),
        (with_switches(off(OVERFLOW)), OVERFLOW, False),
    ],
)
def test_who_is_turned_away_does_not_come_back_so_closing_wants_a_letter_of_its_own(
    queue: Queue, way: str, is_final: bool
) -> None:
    look, done, asked = look_at(queue), [], []
    offers = [each for each in queue_offers(KEY, queue, look) if each.way == way]
    app: Any = SimpleNamespace(
        size=SimpleNamespace(width=80),
        look=lambda: look,
        push_screen=lambda dialog, answer: (asked.append(dialog), answer(False)),
    )
    wanted = Wanted(Verb.SWITCH, offers, look)
    Asking(wanted=wanted, zone="UTC").ask(app, None, lambda *what: done.append(what))
    assert (len(asked), len(done)) == ((1, 0) if is_final else (0, 1))
    if is_final:
        assert asked[0]._kind is DialogKind.FINAL
        assert "new callers are turned away" in "".join(asked[0]._text)


def test_what_a_telephone_system_lacks_is_greyed() -> None:
    bare = look_at(make_queue("claims", switches=(off(CLOSED),)))
    why = {name: each.why_not for name, each in offers(bare).items()}
    assert why[CLOSED] == ""
    assert why[EMERGENCY] == "This telephone system has no emergency message for this queue."
    assert why[OVERFLOW] == "This telephone system has no overflow for this queue."
    cannot = look_at(with_switches(), sources=[make_health(operations=("setAgentState",))])
    assert {each.why_not for each in offers(cannot).values()} == {
        "This telephone system cannot do that, or does not let our account do it."
    }
    unknown = look_at(with_switches(), sources=[make_health(operations=None)])
    assert {each.why_not for each in offers(unknown).values()} == {""}


def test_several_queues_are_made_alike() -> None:
    shut, open_ = with_switches(on(CLOSED)), with_switches(queue="sales")
    look = look_at(shut, open_)
    mine = offers(look, shut, open_)[CLOSED]
    assert mine.target.fields["on"] is True
    assert mine.why_not == "Claims is so already, by Vera."
    sales = offers(look, shut, open_, key=KEY._replace(id="sales"))[CLOSED]
    assert (sales.target.fields["on"], sales.why_not) == (True, "")
    both = [with_switches(on(CLOSED)), with_switches(on(CLOSED), queue="sales")]
    opened = offers(look_at(*both), *both)[CLOSED]
    assert (opened.target.fields["on"], opened.why_not) == (False, "")


def test_a_second_key_waits_for_the_first() -> None:
    found = offers(look_at(with_switches(), doings=asked(CLOSED, is_on=True)))
    assert found[CLOSED].why_not == "Your last action on Claims is still on its way."
    assert not found[OVERFLOW].why_not


def test_undo_looks_at_the_switch_that_was_put_on() -> None:
    done = asked(OVERFLOW, is_on=True, state=ActionState.DONE)
    queue = make_queue("claims", switches=(on(OVERFLOW),))
    look = look_at(queue, doings=done)
    found = undo_offer(queue_offers(KEY, queue, look), done)
    assert found is not None
    assert not found.why_not
    assert found.target.fields == {"name": OVERFLOW, "on": False}


@pytest.mark.parametrize(
    ("name", "is_on", "fields"),
    [(EMERGENCY, True, ["text"]), (EMERGENCY, False, []), (CLOSED, True, [])],
)
def test_only_an_emergency_message_is_asked_for(name: str, is_on: bool, fields: list[str]) -> None:
    look = look_at(with_switches(*([] if is_on else [on(name)])))
    ask = ask_of(Verb.SWITCH)
    assert ask is not None
    offer = offers(look)[name]
    assert offer.target.fields["on"] is is_on
    assert [each.name for each in ask.fields(Wanted(Verb.SWITCH, [offer], look))] == fields


def test_what_was_done_is_called_by_its_name() -> None:
    assert verb_words("switch", {"name": CLOSED, "on": True}) == "close"
    assert verb_words("switch", {"name": CLOSED, "on": False}) == "open"
    assert verb_words("switch", {"name": "night_mode", "on": True}) == "switch"


def cell(*switches: Switch, doings: Doings = NO_DOINGS) -> str:
    return switch_cells(look_at(with_switches(*switches), doings=doings)).get(KEY, "")


def test_the_row_says_what_is_on_and_for_how_long() -> None:
    assert cell() == ""
    assert cell(on(CLOSED, 4)) == "closed 4m"
    assert cell(on(OVERFLOW), on(CLOSED, 12)) == "closed 12m +ovf"
    assert cell(on(EMERGENCY, 30)) == "msg 30m!"
    assert cell(on(EMERGENCY, 29.9)) == "msg 29m"
    assert cell(on(CLOSED, since=None)) == "closed"
    assert cell(on("night_mode", label="Night service")) == "Night service 12m"
    assert cell(doings=asked(CLOSED, is_on=True)) == "closed…"
    assert cell(on(CLOSED, 4), doings=asked(CLOSED, is_on=False)) == "closed 4m not closed…"


def test_there_is_a_column_only_while_something_is_on() -> None:
    look = look_at(with_switches(), make_queue("sales"))
    view = present_queues(look.figures, look.snapshot.sites, (), on=switch_cells(look))
    assert "Put on" not in [each.title for each in view.columns]
    look = look_at(with_switches(on(CLOSED)), make_queue("sales"))
    view = present_queues(look.figures, look.snapshot.sites, (), on=switch_cells(look))
    at = [each.title for each in view.columns].index("Put on")
    by_name = {row.cells[0]: row for row in view.rows}
    assert by_name["Claims"].cells[at] == "closed 12m"
    assert by_name["Claims"].tone is Tone.LOOK
    assert by_name["Sales"].cells[at] == ""
    assert all(len(row.cells) == len(view.columns) == len(row.tones) for row in view.rows)


def test_the_page_says_who_and_since_when() -> None:
    queue = with_switches(on(CLOSED, 12), on(OVERFLOW, 40, label="Overflow to Sales"))
    found = switches_of(KEY, queue, NOW, HALF_HOUR)
    assert list(switch_sentences(queue, found, "Europe/Berlin")) == [
        "Closed since 14:20, 12m, by Vera.",
        "Emergency message off.",
        "! Overflow to Sales on since 13:52, 40m, by Vera. Is it still wanted?",
    ]


def pieces(look: Look) -> list[str]:
    return [piece.text for piece in reminder_pieces(look)]


def test_the_frame_counts_what_has_long_been_on() -> None:
    assert pieces(look_at(with_switches(on(CLOSED, 29)))) == []
    queues = [with_switches(on(CLOSED, 31)), with_switches(on(CLOSED, 90), queue="sales")]
    assert pieces(look_at(*queues, with_switches(on(EMERGENCY, 45), queue="third"))) == [
        "closed 2 !",
        "msg 1 !",
    ]


def test_old_figures_stand_still() -> None:
    gone = make_health(state=Freshness.OFFLINE, age_s=600)
    look = look_at(with_switches(on(CLOSED, 35)), sources=[gone])
    assert switch_cells(look)[KEY] == "closed 25m"
    assert pieces(look) == []


def later(seconds: float) -> Moment:
    return MOMENT._replace(now=NOW + round(seconds * 1000))


def texts(reminders: Reminders, snapshot: FloorSnapshot, moment: Moment) -> list[str]:
    return [each.text for each in reminders.newly(snapshot, moment, HALF_HOUR)]


def test_a_reminder_is_said_once_and_at_its_instant() -> None:
    reminders = Reminders()
    snapshot = make_snapshot(with_switches(on(CLOSED, 29.5)))
    assert texts(reminders, snapshot, MOMENT) == []
    assert texts(reminders, snapshot, later(29)) == []
    assert texts(reminders, snapshot, later(31)) == ["Claims: closed for 30m, is it still wanted?"]
    assert texts(reminders, snapshot, later(32)) == []


def test_what_was_due_before_one_began_to_look_does_not_ring() -> None:
    reminders = Reminders()
    snapshot = make_snapshot(with_switches(on(CLOSED, 31)))
    assert texts(reminders, snapshot, MOMENT) == []
    assert texts(reminders, snapshot, later(60)) == []


def test_what_is_put_off_and_on_again_is_due_again() -> None:
    reminders = Reminders()
    first = make_snapshot(with_switches(on(CLOSED, 29.5)))
    texts(reminders, first, MOMENT)
    assert texts(reminders, first, later(40))
    assert texts(reminders, make_snapshot(with_switches()), later(50)) == []
    again = replace(on(CLOSED), since=NOW + 60_000)
    second = make_snapshot(with_switches(again))
    assert texts(reminders, second, later(60 + 30 * 60 - 1)) == []
    assert len(texts(reminders, second, later(60 + 30 * 60 + 1))) == 1
