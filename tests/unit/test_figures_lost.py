"""Callers who were lost: every loss belongs to exactly one caller, in whatever order it is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.cache.history_callers import AnsweredContact, CallersOfDay, LostContact
from data.figures.lost import LostCaller, LostState, net, with_desk
from data.model import Channel, LostCase, Owner
from tests.builders import NOW, SITE, ago

SHORT_S = 5.0


def lost(left: float, wait: float = 60.0, caller: str = "k1", **changes: Any) -> LostContact:
    """A contact that was lost so many seconds ago after so many seconds."""
    fields: dict[str, Any] = {
        "site": SITE,
        "source": "pbx",
        "contact": f"{caller}-{left}",
        "leg": 0,
        "queue": "claims",
        "queue_name": "Claims",
        "client": "",
        "channel": Channel.VOICE,
        "caller": caller,
        "caller_masked": "*******4912",
        "entered_at": ago(left + wait),
        "left_at": ago(left),
    }
    return LostContact(**fields | changes)


def answered(since: float, caller: str = "k1", **changes: Any) -> AnsweredContact:
    fields: dict[str, Any] = {
        "site": SITE,
        "source": "pbx",
        "contact": f"{caller}-a{since}",
        "queue": "sales",
        "queue_name": "Sales",
        "caller": caller,
        "answered_at": ago(since),
        "agent": "1001",
        "agent_name": "Ivy Chen",
    }
    return AnsweredContact(**fields | changes)


def netted(*contacts: LostContact | AnsweredContact) -> tuple[LostCaller, ...]:
    day = CallersOfDay(
        lost=tuple(one for one in contacts if isinstance(one, LostContact)),
        answered=tuple(one for one in contacts if isinstance(one, AnsweredContact)),
    )
    return net(day, lambda _: SHORT_S)


def test_one_caller_is_one_line() -> None:
    (caller,) = netted(lost(900, 30), lost(600, 95, queue="sales", queue_name="Sales"), lost(300))
    assert (caller.tries, caller.short_tries, caller.longest_wait_s) == (3, 0, 95)
    assert (caller.first_at, caller.last_at) == (ago(900), ago(300))
    assert (caller.queue, caller.state) == ("claims", LostState.LOST)
    assert [one.left_at for one in caller.contacts] == [ago(900), ago(600), ago(300)]


def test_whoever_is_answered_later_got_through_in_whatever_queue() -> None:
    (caller,) = netted(lost(900), answered(600), answered(100))
    assert (caller.got_through_at, caller.state) == (ago(600), LostState.GOT_THROUGH)


def test_an_answer_before_the_last_loss_does_not_count() -> None:
    (caller,) = netted(lost(900), answered(600), lost(300))
    assert (caller.got_through_at, caller.tries) == (None, 2)


def test_an_answer_is_only_of_the_same_caller_at_the_same_site() -> None:
    mine, other = netted(lost(900), lost(900, caller="k2"), answered(100, "k2", site="leeds"))
    assert mine.got_through_at is other.got_through_at is None


def test_callers_without_a_key_are_each_their_own() -> None:
    callers = netted(lost(900, caller="", contact="a"), lost(300, caller="", contact="b"))
    assert [caller.tries for caller in callers] == [1, 1]
    assert not any(caller.has_key for caller in callers)
    assert len({caller.key for caller in callers}) == 2


def test_short_abandons_are_counted_apart() -> None:
    (caller,) = netted(lost(900, 60), lost(300, SHORT_S - 0.001))
    assert (caller.tries, caller.short_tries, caller.last_at) == (1, 1, ago(900))
    (edge,) = netted(lost(300, SHORT_S))
    assert (edge.tries, edge.is_short_only) == (1, False)
    (hardly,) = netted(lost(300, 2))
    assert (hardly.tries, hardly.short_tries, hardly.is_short_only) == (0, 1, True)
    assert hardly.longest_wait_s == 2


def test_a_short_abandon_after_an_answer_does_not_lose_the_caller_again() -> None:
    (caller,) = netted(lost(900), answered(600), lost(300, 2))
    assert caller.state is LostState.GOT_THROUGH


@pytest.mark.parametrize(
    ("case", "state", "by"),
    [
        ({"owner": Owner("k-orlov", "K. Orlov", ago(200))}, LostState.CLAIMED, "K. Orlov"),
        (
            {"owner": Owner("k-orlov", "K. Orlov", ago(200)), "called_back_at": ago(100)},
            LostState.CALLED_BACK,
            "K. Orlov",
        ),
        (
            {"owner": Owner("k-orlov", "K. Orlov", ago(800)), "called_back_at": ago(700)},
            LostState.LOST,
            "",
        ),
        ({}, LostState.LOST, ""),
    ],
)
def test_what_the_desk_keeps_shows(case: dict[str, Any], state: LostState, by: str) -> None:
    (caller,) = netted(lost(300))
    cases = {caller.id: LostCase(site=SITE, source="@desk", id=caller.key, **case)}
    (shown,) = with_desk([caller], cases, {caller.id: "E-1042"}, NOW)
    assert (shown.state, shown.claimed_by, shown.complaint) == (state, by, "E-1042")


def test_who_got_through_needs_no_call_back() -> None:
    (caller,) = netted(lost(300), answered(100))
    owner = Owner("k-orlov", "K. Orlov", ago(200))
    cases = {caller.id: LostCase(site=SITE, source="@desk", id=caller.key, owner=owner)}
    (shown,) = with_desk([caller], cases, {}, NOW)
    assert (shown.state, shown.claimed_by) == (LostState.GOT_THROUGH, "K. Orlov")


_contacts = st.lists(
    st.one_of(
        st.builds(
            lost,
            st.integers(0, 20),
            st.sampled_from([1.0, 5.0, 60.0]),
            st.sampled_from(["k1", "k2", ""]),
            contact=st.uuids().map(str),
            site=st.sampled_from([SITE, "leeds"]),
        ),
        st.builds(
            answered,
            st.integers(0, 20),
            st.sampled_from(["k1", "k2"]),
            site=st.sampled_from([SITE, "leeds"]),
        ),
    ),
    max_size=12,
)


@given(_contacts, st.randoms())
def test_netting_conserves_and_no_order_matters(contacts: list[Any], random: Any) -> None:
    callers = netted(*contacts)
    losses = [one for one in contacts if isinstance(one, LostContact)]
    kept = [one for caller in callers for one in caller.contacts]
    assert sorted(kept) == sorted(losses)
    assert sum(caller.tries + caller.short_tries for caller in callers) == len(losses)
    assert len({caller.id for caller in callers}) == len(callers)
    for caller in callers:
        assert {one.site for one in caller.contacts} == {caller.site}
        assert not caller.has_key or {one.caller for one in caller.contacts} == {caller.key}
        assert caller.first_at <= caller.last_at
        after = caller.got_through_at
        assert after is None or (after > caller.last_at and caller.has_key)
    shuffled = list(contacts)
    random.shuffle(shuffled)
    assert netted(*shuffled) == callers
