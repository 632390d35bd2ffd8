"""What the floor had and has no more, and what of it may not be wanted back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from data.cache.history_keyframes import KeptFloor
from data.cache.history_model import Segment
from data.figures.restoring import (
    Doubt,
    Kept,
    Proposal,
    newest_upset,
    proposals,
    read_kept,
)
from data.floor import FloorSnapshot, Key
from data.model import Agent, AgentState, Kind, Loan, Penalty, Person
from data.rules.restoring import PAUSE_HOLDS_MS, Lack
from data.status import ActionRow, ActionState, Upset
from tests.builders import (
    NOW,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_health,
    make_queue,
    make_snapshot,
)

AT = ago(600)
"""The earlier moment."""
LOST = ago(500)
UPSET = Upset(at=LOST, kept_at=AT, missing=1, has_restarted=True)
KEY = Key(SITE, SOURCE, "1001")
QUEUES = (make_queue("claims"), make_queue("sales"))
VERA = Person("vera", "Vera")


def kept(*agents: Agent, told: Sequence[Segment] = ()) -> Kept:
    rows = {Key(one.site, one.source, one.id): one for one in agents}
    return Kept(KeptFloor(AT, rows), dict.fromkeys(rows, told))


def floor(*records: Any, upset: Upset | None = UPSET, **more: Any) -> FloorSnapshot:
    return make_snapshot(*QUEUES, *records, sources=[make_health(upset=upset)], **more)


def found(before: Kept, now: FloorSnapshot) -> list[tuple[Lack, str, Doubt | None]]:
    return [(one.lost.what, one.lost.queue, one.doubt) for one in listed(before, now)]


def listed(before: Kept, now: FloorSnapshot) -> tuple[Proposal, ...]:
    return proposals(before, now, None, NOW)


def segment(state: AgentState, start: int, end: int | None = None) -> Segment:
    return Segment(
        agent="1001",
        agent_name="",
        start=start,
        end=end,
        state=state,
        reason="",
        queue="",
        contact="",
    )


def loan(**changes: Any) -> Loan:
    fields: dict[str, Any] = {
        "site": SITE,
        "source": "@desk",
        "id": "l1",
        "telephony": SOURCE,
        "agents": ("1001",),
        "from_queue": "claims",
        "to_queue": "sales",
        "lent_at": ago(3600),
        "lent_by": VERA,
        "until": NOW + 60_000,
    }
    return Loan(**fields | changes)


def lent(*records: Any, **changes: Any) -> FloorSnapshot:
    one = loan(**changes)
    return floor(*records, loans={Key(one.site, one.source, one.id): one})


def action(verb: str, **changes: Any) -> ActionRow:
    fields: dict[str, Any] = {
        "key": "k",
        "actor": "vera",
        "actor_name": "Vera",
        "verb": verb,
        "site": SITE,
        "source": SOURCE,
        "kind": Kind.AGENT,
        "entity": "1001",
        "state": ActionState.DONE,
        "pressed_at": ago(400),
        "not_after": ago(300),
        "updated_at": ago(399),
        "fields": {"queue": "sales"},
    }
    return ActionRow(**fields | changes)


BOTH = make_agent(queues=("claims", "sales"))
ONE = make_agent(queues=("claims",))


def test_what_a_restart_took_away_is_beyond_doubt() -> None:
    paused = make_agent(queues=("claims", "sales"), state=AgentState.NOT_READY, reason="break")
    told = [segment(AgentState.NOT_READY, ago(900), LOST), segment(AgentState.READY, LOST)]
    assert found(kept(paused, told=told), floor(ONE)) == [
        (Lack.MEMBERSHIP, "sales", None),
        (Lack.NOT_READY, "", None),
    ]


def test_who_is_known_no_more_since_the_restart_is_beyond_doubt() -> None:
    gone = kept(ONE, told=[segment(AgentState.READY, ago(900), LOST)])
    assert found(gone, floor()) == [(Lack.MEMBERSHIP, "claims", None)]


@pytest.mark.parametrize(
    "told",
    [
        # logged off before the restart, and kept in an older moment
        [segment(AgentState.READY, ago(900), ago(550)), segment(AgentState.LOGGED_OFF, ago(550))],
        # gone before it, with nothing more told
        [segment(AgentState.READY, ago(900), ago(550))],
        # back after it, and then logged off
        [
            segment(AgentState.LOGGED_OFF, ago(499), ago(300)),
            segment(AgentState.READY, ago(300), ago(100)),
            segment(AgentState.LOGGED_OFF, ago(100)),
        ],
    ],
)
def test_who_left_by_themselves_is_in_doubt_with_the_time(told: list[Segment]) -> None:
    upset = Upset(at=LOST, kept_at=ago(510), missing=1, has_restarted=True)
    (one,) = listed(kept(ONE, told=told), floor(upset=upset))
    assert one.doubt is Doubt.LEFT
    assert one.doubt_at in {ago(550), ago(100)}


def test_who_went_with_one_of_several_restarts_is_beyond_doubt_and_its_time_is_told() -> None:
    """Back after the first restart, and gone with the second."""
    twice = Upset(at=ago(100), kept_at=AT, missing=1, has_restarted=True, earlier=(LOST,))
    told = [
        segment(AgentState.LOGGED_OFF, LOST, ago(450)),
        segment(AgentState.READY, ago(450), ago(99)),
        segment(AgentState.LOGGED_OFF, ago(99)),
    ]
    (one,) = listed(kept(ONE, told=told), floor(upset=twice))
    assert (one.doubt, one.doubt_at) == (None, ago(99))
    between = [
        segment(AgentState.LOGGED_OFF, LOST, ago(480)),
        segment(AgentState.READY, ago(480), ago(300)),
        segment(AgentState.LOGGED_OFF, ago(300)),
    ]
    assert found(kept(ONE, told=between), floor(upset=twice)) == [
        (Lack.MEMBERSHIP, "claims", Doubt.LEFT)
    ]


def test_who_left_and_came_back_is_not_in_doubt() -> None:
    told = [
        segment(AgentState.LOGGED_OFF, ago(580), ago(560)),
        segment(AgentState.READY, ago(560)),
    ]
    assert found(kept(BOTH, told=told), floor(ONE)) == [(Lack.MEMBERSHIP, "sales", None)]


def test_without_a_known_loss_every_leave_is_in_doubt() -> None:
    told = [segment(AgentState.LOGGED_OFF, ago(300))]
    assert found(kept(ONE, told=told), floor(upset=None)) == [
        (Lack.MEMBERSHIP, "claims", Doubt.LEFT)
    ]
    assert found(kept(BOTH), floor(ONE, upset=None)) == [(Lack.MEMBERSHIP, "sales", None)]


def test_a_loss_before_the_moment_says_nothing_of_it() -> None:
    older = Upset(at=ago(700), kept_at=ago(710), missing=1, has_restarted=True)
    told = [segment(AgentState.LOGGED_OFF, ago(300))]
    assert found(kept(ONE, told=told), floor(upset=older)) == [
        (Lack.MEMBERSHIP, "claims", Doubt.LEFT)
    ]


def test_what_somebody_took_away_names_them() -> None:
    (one,) = listed(kept(BOTH), floor(ONE, actions=(action("leave"),)))
    assert (one.doubt, one.doubt_by, one.doubt_at) == (Doubt.TAKEN, "Vera", ago(399))


@pytest.mark.parametrize(
    "other",
    [
        action("leave", fields={"queue": "claims"}),
        action("leave", entity="1002"),
        action("leave", state=ActionState.REFUSED),
        action("leave", updated_at=ago(700)),
        action("pause"),
    ],
)
def test_other_actions_raise_no_doubt(other: ActionRow) -> None:
    assert found(kept(BOTH), floor(ONE, actions=(other,))) == [(Lack.MEMBERSHIP, "sales", None)]


def test_a_rank_that_somebody_changed_is_in_doubt() -> None:
    ranked = make_agent(penalties=(Penalty("claims", 2),))
    changed = action("penalty", fields={"queue": "claims", "penalty": 0})
    assert found(kept(ranked), floor(make_agent())) == [(Lack.PENALTY, "claims", None)]
    assert found(kept(ranked), floor(make_agent(), actions=(changed,))) == [
        (Lack.PENALTY, "claims", Doubt.TAKEN)
    ]


PAUSED = make_agent(state=AgentState.NOT_READY, reason="break")


@pytest.mark.parametrize(
    ("told", "upset", "doubt"),
    [
        ([segment(AgentState.NOT_READY, ago(900), LOST)], UPSET, None),
        ([], UPSET, None),
        # ended before the loss, long after it, or at all where none is known
        ([segment(AgentState.NOT_READY, ago(900), ago(601))], UPSET, Doubt.READY_AGAIN),
        ([segment(AgentState.NOT_READY, ago(900), ago(200))], UPSET, Doubt.READY_AGAIN),
        ([segment(AgentState.NOT_READY, ago(900), ago(200))], None, Doubt.READY_AGAIN),
        # not ready anew since
        (
            [
                segment(AgentState.NOT_READY, ago(900), LOST),
                segment(AgentState.NOT_READY, ago(300), ago(200)),
            ],
            UPSET,
            Doubt.READY_AGAIN,
        ),
    ],
)
def test_a_pause_is_wanted_back_only_if_the_restart_ended_it(
    told: list[Segment], upset: Upset | None, doubt: Doubt | None
) -> None:
    told = [*told, segment(AgentState.READY, ago(150))] if told else []
    assert found(kept(PAUSED, told=told), floor(make_agent(), upset=upset)) == [
        (Lack.NOT_READY, "", doubt)
    ]


def test_a_pause_of_long_ago_will_be_over() -> None:
    told = [segment(AgentState.NOT_READY, ago(900), LOST)]
    later = LOST + PAUSE_HOLDS_MS + 1
    (one,) = proposals(kept(PAUSED, told=told), floor(make_agent()), None, later)
    assert one.doubt is Doubt.LONG_AGO


def test_what_cannot_be_given_back_is_named_last() -> None:
    before = make_agent(queues=("claims", "gone", "sales"), paused_in=("claims",))
    now = make_agent(queues=("claims",))
    listing = listed(kept(before), floor(now))
    assert [(one.lost.queue, one.is_possible) for one in listing] == [
        ("sales", True),
        ("gone", False),
        ("claims", False),
    ]


def test_a_loan_in_force_is_restored_on_both_sides() -> None:
    before, now = make_agent(queues=("sales",)), make_agent(queues=("claims",))
    listing = listed(kept(before), lent(now))
    assert {(one.lost.what, one.lost.queue) for one in listing} == {
        (Lack.MEMBERSHIP, "sales"),
        (Lack.LENT_AWAY, "claims"),
    }
    assert all(one.loan is not None and one.doubt is None for one in listing)


def test_what_a_loan_has_changed_since_on_purpose_is_no_loss() -> None:
    lent_since = lent(make_agent(queues=("sales",)), lent_at=ago(100))
    assert found(kept(make_agent(queues=("claims",))), lent_since) == []
    back_since = lent(make_agent(queues=("claims",)), returned_at=ago(100))
    assert found(kept(make_agent(queues=("sales",))), back_since) == []


def test_only_the_sources_that_are_meant_are_compared() -> None:
    before = kept(BOTH, make_agent(queues=("claims", "sales"), source="other"))
    now = floor(ONE, make_agent(queues=("claims",), source="other"))
    found = proposals(before, now, {(SITE, SOURCE)}, NOW)
    assert [one.key for one in found] == [KEY]


def test_the_newest_loss_is_found_at_the_site_looked_at() -> None:
    later = Upset(at=NOW, kept_at=AT, missing=1, has_restarted=False)
    snapshot = make_snapshot(
        sources=[make_health(upset=UPSET), make_health(site="leeds", upset=later), make_health()]
    )
    assert newest_upset(snapshot, None) == (("leeds", SOURCE), later)
    assert newest_upset(snapshot, SITE) == ((SITE, SOURCE), UPSET)
    assert newest_upset(snapshot, "nowhere") is None


def test_history_is_asked_only_of_those_who_lack_something() -> None:
    class History:
        asked: tuple[Key, ...] = ()

        def kept_floor(self, not_after: int) -> KeptFloor | None:
            return kept(BOTH, make_agent("1002")).floor if not_after >= AT else None

        def segments(self, *asked: Any) -> list[Segment]:
            self.asked += (Key(*asked[:3]),)
            return []

    history: Any = History()
    now = floor(ONE, make_agent("1002"))
    assert read_kept(history, now, AT - 1, NOW) is None
    read = read_kept(history, now, AT, NOW)
    assert read is not None
    assert history.asked == (KEY,)
    assert list(read.told) == [KEY]
