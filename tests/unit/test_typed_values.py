"""What is typed behind the subjects: values in their order, and what is wrong with them."""

from __future__ import annotations

import pytest

from screens.acting.offer import COMMENT
from screens.typed.values import (
    TypedError,
    answers,
    needs_form,
    place_in,
    read_values,
    typed_fields,
)
from screens.widgets.form import Field

REASON = Field(
    "reason_code", "Reason", options=(("7", "coaching"), ("8", "short break"), ("", "none"))
)
OPEN = Field("reason_code", "Reason", options=(("meal", "meal"),), is_open=True, limit=8)
NOTE = Field(COMMENT, "Note", limit=20)
QUEUE = Field("queue", "Queue", options=(("q1", "Claims"), ("q2", "Claims DE, served")))
RANK = Field("penalty", "Penalty", check=lambda text: "" if text.isdecimal() else "It is a number.")


@pytest.mark.parametrize(
    ("fields", "line", "values"),
    [
        (
            (REASON, NOTE),
            "coaching bring cups, all",
            {"reason_code": "7", COMMENT: "bring cups, all"},
        ),
        ((REASON, NOTE), "7", {"reason_code": "7"}),
        ((REASON, NOTE), "COACH", {"reason_code": "7"}),
        ((REASON, NOTE), "short break tea", {"reason_code": "8", COMMENT: "tea"}),
        ((REASON, NOTE), "- tea", {COMMENT: "tea"}),
        ((REASON, NOTE), "7 - tea", {"reason_code": "7", COMMENT: "- tea"}),
        ((REASON, NOTE), "", {}),
        ((OPEN, NOTE), "brk tea", {"reason_code": "brk", COMMENT: "tea"}),
        ((OPEN, NOTE), "mea", {"reason_code": "meal"}),
        ((QUEUE, RANK), "claims 2", {"queue": "q1", "penalty": "2"}),
        ((QUEUE, RANK), "claims de 2", {}),
        ((QUEUE, RANK), '"claims de" 2', {"queue": "q2", "penalty": "2"}),
        ((QUEUE, RANK), "q2", {"queue": "q2"}),
        ((RANK, QUEUE), "5 claims", {"penalty": "5", "queue": "q1"}),
    ],
)
def test_values_stand_in_their_order(
    fields: tuple[Field, ...], line: str, values: dict[str, str]
) -> None:
    if not values and line:
        with pytest.raises(TypedError, match="several"):  # `Claims`, and `de` for the penalty
            read_values(f"x {line}", 2, fields)
    else:
        assert read_values(f"x {line}", 2, fields) == values


@pytest.mark.parametrize(
    ("fields", "line", "problem"),
    [
        ((REASON, NOTE), "tea", "Reason: “tea” is none of these: coaching, short break."),
        ((OPEN, NOTE), "m,ivy cups", "Reason: “m,” has a comma in it"),
        ((OPEN, NOTE), "brk,ivy cups", "Reason: “brk,ivy” has a comma in it"),
        ((OPEN, NOTE), "muchtoolong", "Reason: at most 8 characters."),
        ((REASON, NOTE), f"7 {'x' * 21}", "Note: at most 20 characters."),
        ((QUEUE, RANK), "claims two", "“two”: It is a number."),
        ((QUEUE,), "cl", "Queue: “cl” can be several: q1 Claims, q2 Claims DE, served."),
        ((), "more", "Nothing more is expected: “more”."),
    ],
)
def test_what_cannot_be_is_said(fields: tuple[Field, ...], line: str, problem: str) -> None:
    with pytest.raises(TypedError) as caught:
        read_values(line, 0, fields)
    assert str(caught.value).startswith(problem)


def test_what_has_to_be_known_is_asked_and_what_may_be_left_is_not() -> None:
    text = Field("text", "Text", is_needed=True)
    level = Field("severity", "Severity", "high", options=(("low", "low"), ("high", "high")))
    what = Field("what", "What", "join", options=(("join", "add"), ("leave", "remove")))
    assert needs_form([text], [text], {})
    assert not needs_form([text], [text], {"text": "x"})
    assert needs_form([level, NOTE], [level, NOTE], {})
    assert not needs_form([level, NOTE], [level, NOTE], {"severity": "low"})
    assert not needs_form([what, RANK], [RANK], {})  # nobody types it: as the form has it
    assert answers([what, RANK, NOTE], {"penalty": "2"}) == {
        "what": "join",
        "penalty": "2",
        COMMENT: "",
    }


def test_fields_are_typed_in_the_order_of_the_verb_and_only_those_that_are_asked() -> None:
    assert typed_fields(("penalty", "outcome", "queue"), (QUEUE, RANK)) == [RANK, QUEUE]


@pytest.mark.parametrize(
    ("line", "field", "rest"),
    [
        (" ", REASON, ""),
        (" co", REASON, "co"),
        (" coaching", REASON, "coaching"),
        (" coaching ", NOTE, ""),
        (" coaching bring c", NOTE, "bring c"),
        (" tea c", REASON, "tea c"),
    ],
)
def test_where_a_line_ends_is_known(line: str, field: Field, rest: str) -> None:
    place = place_in(line, 0, (REASON, NOTE))
    assert place.field is field
    assert line[place.at :] == rest
