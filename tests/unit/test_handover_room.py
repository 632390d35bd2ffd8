"""However much a handover holds, it fits into an action."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from data.actions.fields import HandoverSigned
from data.actions.files import MAX_BYTES, ActionFile, decode_action, encode_action
from data.actions.rules import RULES
from data.actions.verbs import Verb
from data.figures.handover import Section
from data.model import DESK, HandoverLine, Kind
from data.rules.service_level import Formula
from screens.acting.handover import ASKS, ROOM, sign_offer
from screens.acting.offer import Wanted
from screens.look import Look, Viewing
from tests.builders import MOMENT, NOW, SITE, instant, make_snapshot
from tests.support.keys import uuid7

DAY_START = instant("2026-03-11T06:00:00+01:00")

line = st.builds(
    HandoverLine,
    section=st.sampled_from([each.value for each in Section]),
    key=st.uuids().map(str),
    text=st.text(min_size=1, max_size=500),
    is_risk=st.booleans(),
)


@given(st.lists(line, max_size=150, unique_by=lambda each: each.key))
def test_however_much_there_is_it_fits_into_an_action_and_risks_go_first(
    lines: list[HandoverLine],
) -> None:
    offer = sign_offer(SITE, DAY_START, lines, "the shift")
    remarks = {section.value: "ü" * 300 for section in Section}
    viewing = Viewing(floor_name="T", formula=Formula.OFFERED, rules=())
    look = Look(snapshot=make_snapshot(), moment=MOMENT, viewing=viewing)
    settled = ASKS[Verb.SIGN_HANDOVER].settle(Wanted(Verb.SIGN_HANDOVER, [offer], look), remarks)
    action = ActionFile(
        key=uuid7(NOW),
        verb=Verb.SIGN_HANDOVER,
        site=SITE,
        source=DESK,
        kind=RULES[Verb.SIGN_HANDOVER].kind,
        entity="x",
        pressed_at=NOW,
        not_after=NOW,
        fields={**offer.target.fields, **settled.fields},
    )
    raw = encode_action(action)
    assert len(raw) <= MAX_BYTES
    assert decode_action(raw).kind is Kind.HANDOVER
    kept = msgspec.convert(offer.target.fields, HandoverSigned)
    assert len(kept.lines) + kept.left_out == len(lines)
    order = [each.key for each in lines]
    assert [each.key for each in kept.lines] == [
        key for key in order if key in {each.key for each in kept.lines}
    ]
    left = {each.key for each in lines} - {each.key for each in kept.lines}
    if any(each.is_risk for each in lines if each.key in left):
        assert all(each.is_risk for each in kept.lines)
    assert ROOM < MAX_BYTES


def test_what_has_no_room_is_counted_and_is_no_risk_while_others_are() -> None:
    lines = [
        HandoverLine("notes", f"note/{number}", "ü" * 400, is_risk=number % 10 == 0)
        for number in range(60)
    ]
    offer = sign_offer(SITE, DAY_START, lines, "the shift")
    kept = msgspec.convert(offer.target.fields, HandoverSigned)
    assert 0 < kept.left_out < 60
    assert sum(each.is_risk for each in kept.lines) == 6
    assert len(msgspec.json.encode(kept)) <= ROOM + 100
    assert all(len(each.text) <= 300 and each.text.endswith("…") for each in kept.lines)
