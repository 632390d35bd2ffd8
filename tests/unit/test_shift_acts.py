"""Changing shifts from the roster's pane: what can be done, what is asked, what is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data.actions.rules import RULES
from data.actions.verbs import Undo, Verb
from data.desk.messages import DESK
from data.floor import Key
from data.model import Activity, Ms, Shift
from data.rules.roster_rules import USUAL
from data.rules.service_level import Formula
from screens.acting.asks import ask_of
from screens.acting.offer import Offer, Settled, Wanted
from screens.acting.shifts import SHIFT_VERBS, broken_by, shift_offers
from screens.look import Look, Viewing
from tests.builders import MOMENT, SITE, SOURCE, instant, make_agent, make_shift, make_snapshot

DAY = "2026-03-11T"


def at(clock: str, day: str = DAY) -> Ms:
    return instant(f"{day}{clock}:00+01:00")


def shift(id: str, agent: str, start: str, end: str, **changes: Any) -> Shift:  # noqa: A002
    return make_shift(
        id, agent=agent, source=DESK, starts_at=at(start), ends_at=at(end), version=3, **changes
    )


MINE = shift(
    "a",
    "1001",
    "08:00",
    "16:30",
    activities=(
        Activity("break", at("10:00"), at("10:15")),
        Activity("break", at("15:00"), at("15:15")),
    ),
)
THEIRS = shift("b", "1002", "16:30", "22:00")
AGENTS = (make_agent("1001", name="Hana"), make_agent("1002", name="Ivy"))


def look(*shifts: Shift, rules: str = USUAL) -> Look:
    viewing = Viewing(
        floor_name="Test", formula=Formula.OFFERED, rules=(), roster_rules={SITE: rules}
    )
    return Look(snapshot=make_snapshot(*AGENTS, *shifts), moment=MOMENT, viewing=viewing)


def offers(seen: Look, entity: str = "a", source: str = DESK) -> dict[Verb, Offer]:
    key = Key(SITE, source, entity)
    return {each.verb: each for each in shift_offers(key, seen.snapshot.shifts[key], seen)}


def answered(verb: Verb, seen: Look, **fields: str) -> Settled:
    ask = ask_of(verb)
    assert ask is not None
    wanted = Wanted(verb, [offers(seen)[verb]], seen)
    asked = {field.name for field in ask.fields(wanted)}
    assert {*fields} <= asked
    return ask.settle(wanted, fields)


def sent(settled: Settled) -> dict[str, Any]:
    (offer,) = settled.wanted.offers
    assert offer.why_not == ""
    return dict(offer.target.fields) | dict(settled.fields)


def test_only_the_desk_s_shifts_are_changed_here_and_only_while_they_last() -> None:
    seen = look(MINE, make_shift("e"), shift("o", "1002", "01:00", "09:00"))
    assert all(each.why_not == "" for each in offers(seen).values())
    assert [*offers(seen)] == list(SHIFT_VERBS)
    endpoint = offers(seen, "e", SOURCE)[Verb.AWAY].why_not
    assert endpoint == f"This roster is kept by {SOURCE}; change it there."
    assert offers(seen, "o")[Verb.SWAP_SHIFTS].why_not == "This shift is over."
    later = look(THEIRS)
    assert offers(later, "b")[Verb.RELEASE].why_not == "This shift has not begun."
    assert "still to come" in offers(later, "b")[Verb.MOVE_BREAK].why_not


@pytest.mark.parametrize(
    ("verb", "fields", "expected"),
    [
        (Verb.AWAY, {"kind": "absence"}, {"kind": "absence"}),
        (
            Verb.AWAY,
            {"kind": "time_off", "from": "12:00", "until": "14:00"},
            {"kind": "time_off", "starts_at": at("12:00"), "ends_at": at("14:00")},
        ),
        (Verb.RELEASE, {"from": "15:30"}, {"starts_at": at("15:30")}),
        (
            Verb.OVERTIME,
            {"for": "1h30", "when": "after"},
            {"starts_at": at("16:30"), "ends_at": at("18:00")},
        ),
        (
            Verb.MOVE_BREAK,
            {"part": "15:00", "moved_to": "15:30"},
            {"starts_at": at("15:00"), "moved_to": at("15:30")},
        ),
        (Verb.SWAP_SHIFTS, {"other": "b"}, {"other": "b", "other_version": 3}),
    ],
)
def test_an_answer_is_sent_as_instants(
    verb: Verb, fields: dict[str, str], expected: dict[str, Any]
) -> None:
    made = sent(answered(verb, look(MINE, THEIRS), **fields))
    assert made == {"telephony": SOURCE, **expected}
    from msgspec import convert

    assert convert(made, RULES[verb].fields)


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        (Verb.AWAY, {"from": "17:00"}),
        (Verb.RELEASE, {"from": "16:30"}),
        (Verb.OVERTIME, {"for": "1h", "when": "before"}),
        (Verb.MOVE_BREAK, {"part": "14:00", "moved_to": "15:30"}),
        (Verb.MOVE_BREAK, {"part": "15:00", "moved_to": "17:30"}),
        (Verb.SWAP_SHIFTS, {"other": "gone"}),
    ],
)
def test_what_means_nothing_to_a_shift_is_not_sent(verb: Verb, fields: dict[str, str]) -> None:
    (offer,) = answered(verb, look(MINE, THEIRS), **fields).wanted.offers
    assert offer.why_not


def test_a_swap_that_breaks_the_rules_is_refused_unless_they_may_be_broken() -> None:
    night = shift("n", "1002", "22:00", "23:30")
    early = make_shift(
        "e",
        agent="1001",
        source=DESK,
        starts_at=at("06:00", "2026-03-12T"),
        ends_at=at("14:00", "2026-03-12T"),
    )
    seen = look(MINE, night, early)
    assert broken_by(seen, MINE, night) == ["Hana: rest of 6.5 h, at least 11 h"]
    (offer,) = answered(Verb.SWAP_SHIFTS, seen, other="n").wanted.offers
    assert offer.why_not == ("That would break the rules; Hana: rest of 6.5 h, at least 11 h")
    assert sent(answered(Verb.SWAP_SHIFTS, seen, other="n", rules="anyway"))["other"] == "n"


def test_a_swap_is_held_against_the_rules_of_its_own_site(tmp_path: Path) -> None:
    night = shift("n", "1002", "22:00", "23:30")
    early = make_shift(
        "e",
        agent="1001",
        source=DESK,
        starts_at=at("06:00", "2026-03-12T"),
        ends_at=at("14:00", "2026-03-12T"),
    )
    own = tmp_path / "own.toml"
    for least, broken in (("6h", []), ("12h", ["Hana: rest of 6.5 h, at least 12 h"])):
        rule = f'[[rule]]\ncheck = "daily_rest"\nleast = "{least}"\n'
        own.write_text(f'name = "own"\nversion = "1"\ntitle = "Own"\n{rule}', encoding="utf-8")
        assert broken_by(look(MINE, night, early, rules=str(own)), MINE, night) == broken
    own.unlink()
    seen = look(MINE, night, early, rules=str(own))
    (offer,) = answered(Verb.SWAP_SHIFTS, seen, other="n").wanted.offers
    assert "own.toml" in offer.why_not


def test_what_is_broken_anyway_is_not_the_swap_s_fault() -> None:
    """Both work seven hours after their last shift already: changing places makes it no worse."""
    before = [shift("c", "1001", "00:00", "01:00"), shift("d", "1002", "00:00", "01:00")]
    seen = look(*before, MINE, shift("b", "1002", "08:00", "16:30"))
    other = seen.snapshot.shifts[Key(SITE, DESK, "b")]
    assert broken_by(seen, MINE, other) == []


def test_every_change_can_be_taken_back() -> None:
    (offer,) = answered(Verb.AWAY, look(MINE), kind="absence").wanted.offers
    assert offer.target.undo == Undo(Verb.AS_BEFORE, {"telephony": SOURCE})
    (swap,) = answered(Verb.SWAP_SHIFTS, look(MINE, THEIRS), other="b").wanted.offers
    fields = {"telephony": SOURCE, "other": "b", "other_version": 4}
    assert swap.target.undo == Undo(Verb.SWAP_SHIFTS, fields)


def test_one_change_at_a_time_where_it_is_of_one_shift() -> None:
    seen = look(MINE, THEIRS)
    ask = ask_of(Verb.SWAP_SHIFTS)
    assert ask is not None
    both = [offers(seen, each)[Verb.SWAP_SHIFTS] for each in ("a", "b")]
    settled = ask.settle(Wanted(Verb.SWAP_SHIFTS, both, seen), {"other": "b"})
    assert [bool(each.why_not) for each in settled.wanted.offers] == [False, True]
