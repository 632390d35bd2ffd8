"""What an agent had and has no more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from data.model import Agent, AgentState, Penalty
from data.rules.restoring import Lack, Missing, is_many, memberships_gone, missing
from tests.builders import make_agent

QUEUES = ("claims", "sales", "billing")
NOT_READY = AgentState.NOT_READY


def lost(before: Agent, now: Agent | None) -> list[Missing]:
    return list(missing(before, now))


def test_a_queue_served_no_more_is_missing_with_the_rank_in_it() -> None:
    before = make_agent(queues=("claims", "sales"), penalties=(Penalty("sales", 3),))
    now = make_agent(queues=("claims", "billing"))
    assert lost(before, now) == [Missing(Lack.MEMBERSHIP, "sales", 3)]


def test_who_is_known_no_more_lacks_everything() -> None:
    before = make_agent(queues=("claims", "sales"), state=NOT_READY, reason="break")
    assert lost(before, None) == [
        Missing(Lack.MEMBERSHIP, "claims"),
        Missing(Lack.MEMBERSHIP, "sales"),
        Missing(Lack.NOT_READY, reason="break"),
    ]


def test_another_rank_is_missing_also_where_there_was_none() -> None:
    ranked = make_agent(penalties=(Penalty("claims", 2),))
    assert lost(ranked, make_agent()) == [Missing(Lack.PENALTY, "claims", 2)]
    assert lost(make_agent(), ranked) == [Missing(Lack.PENALTY, "claims", 0)]


def test_a_pause_behind_a_call_is_a_pause_before_and_after() -> None:
    paused = make_agent(state=AgentState.BUSY, reported_state=NOT_READY, reason="meal")
    asked = make_agent(state=AgentState.BUSY, pending_state=NOT_READY)
    assert lost(paused, make_agent()) == [Missing(Lack.NOT_READY, reason="meal")]
    assert lost(paused, asked) == []
    assert lost(make_agent(), paused) == []


def test_who_was_not_ready_and_logged_off_is_let_go_while_their_queues_are_kept() -> None:
    before = make_agent(state=NOT_READY)
    off = make_agent(state=AgentState.LOGGED_OFF)
    gone = make_agent(state=AgentState.LOGGED_OFF, queues=())
    assert lost(before, off) == []
    assert [each.what for each in lost(before, gone)] == [Lack.MEMBERSHIP, Lack.NOT_READY]


def test_not_ready_in_one_queue_only_is_missing_there() -> None:
    before = make_agent(queues=("claims", "sales"), paused_in=("sales",))
    assert lost(before, make_agent(queues=("claims", "sales"))) == [
        Missing(Lack.NOT_READY_THERE, "sales")
    ]
    assert lost(before, make_agent(queues=("claims", "sales"), paused_in=("sales",))) == []


@st.composite
def agents(draw: st.DrawFn) -> Agent:
    queues = tuple(draw(st.lists(st.sampled_from(QUEUES), unique=True)))
    ranked = [Penalty(queue, draw(st.integers(1, 3))) for queue in queues if draw(st.booleans())]
    state = draw(st.sampled_from([AgentState.READY, NOT_READY, AgentState.BUSY]))
    return make_agent(queues=queues, penalties=tuple(ranked), state=state)


@given(agents(), agents())
def test_nothing_is_missing_once_it_has_been_given_back(before: Agent, now: Agent) -> None:
    queues = set(now.queues)
    ranks = {each.queue: each.penalty for each in now.penalties}
    state = now.state
    for each in missing(before, now):
        if each.what is Lack.NOT_READY:
            state = NOT_READY
        else:
            queues.add(each.queue)
            ranks[each.queue] = each.penalty
    again = make_agent(
        queues=tuple(queues),
        penalties=tuple(Penalty(queue, rank) for queue, rank in ranks.items() if rank),
        state=state,
    )
    assert lost(before, again) == []
    assert lost(before, before) == []


def test_many_are_many_by_number_and_by_share() -> None:
    ten = [make_agent(str(n), queues=("claims", "sales")) for n in range(10)]
    assert memberships_gone(ten[0], None) == 2
    assert is_many(5, ten)
    assert not is_many(4, ten)
    assert not is_many(5, ten * 2)
