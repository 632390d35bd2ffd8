"""Who has a lost caller, by what the desk keeps."""

from __future__ import annotations

from data.model import LostCase, Owner
from data.rules.lost_callers import CLAIM_LIFE_MS, LostStanding, standing

ANNA = Owner("anna", "Anna Berg", 1_000_000)
NOW = 1_060_000


def case(**changes: object) -> LostCase:
    fields: dict[str, object] = {"owner": ANNA, "lost_at": 900_000}
    return LostCase(site="hh", source="@desk", id="k", **fields | changes)  # type: ignore[arg-type]


def test_nothing_was_done_about_a_caller_nobody_took() -> None:
    assert standing(None, 900_000, NOW) == LostStanding()
    assert standing(case(owner=None), 900_000, NOW) == LostStanding()


def test_a_claim_holds_though_the_caller_is_lost_again() -> None:
    assert standing(case(), 900_000, NOW) == LostStanding(ANNA)
    assert standing(case(), 1_050_000, NOW) == LostStanding(ANNA)


def test_a_claim_that_came_to_nothing_is_forgotten_after_half_a_day() -> None:
    end = ANNA.since + CLAIM_LIFE_MS
    assert standing(case(), 900_000, end) == LostStanding(ANNA)
    assert standing(case(), 900_000, end + 1) == LostStanding()


def test_a_call_back_answers_the_losses_before_it_and_none_after() -> None:
    called = case(called_back_at=1_050_000)
    assert standing(called, 1_050_000, NOW + CLAIM_LIFE_MS * 2) == LostStanding(ANNA, 1_050_000)
    assert standing(called, 1_050_001, NOW) == LostStanding()
