"""What the floor believes of its agents, and the steps that the history is told."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from data.model import Agent, AgentState, AnyRecord, Change, Contact, ContactState, Kind, Queue
from data.sync.derive import Deriver, corrections

WHO = {"site": "hh", "source": "acd"}


def change(kind: Kind, entity: str, version: int, record: AnyRecord | None) -> Change:
    return Change(kind=kind, id=entity, version=version, at=version * 1000, record=record)


def an_agent(version: int, contact: str | None = None, state: AgentState = AgentState.READY):
    record = Agent(
        **WHO, id="a1", name="Ivy", contact=contact, reported_state=state, reported_since=version
    )
    return change(Kind.AGENT, "a1", version, record)


def a_contact(version: int, state: ContactState, entity: str = "c1", **more: object) -> Change:
    given = {"queue": "q1", "agent": "a1", "state": state, "state_since": version * 1000}
    return change(Kind.CONTACT, entity, version, Contact(**WHO, id=entity, **{**given, **more}))


def settled(*changes: Change) -> Deriver:
    deriver = Deriver()
    deriver.settle(deriver.plan(changes))
    return deriver


def states(steps: object) -> list[AgentState | None]:
    return [
        step.after.state if step.after is not None else None
        for step in steps  # type: ignore[attr-defined]
        if step.kind is Kind.AGENT
    ]


def test_an_agent_on_a_contact_is_not_ready_in_whatever_order_it_is_told() -> None:
    for told in (
        [an_agent(1, "c1"), a_contact(1, ContactState.CONNECTED)],
        [a_contact(1, ContactState.CONNECTED), an_agent(1, "c1")],
    ):
        plan = Deriver().plan(told)
        written = {(each.kind, each.id): each.record for each in plan.changes}
        assert written[Kind.AGENT, "a1"].state is AgentState.BUSY
        assert plan.same == ()


def test_a_page_that_does_not_name_the_agent_alters_it_without_a_version() -> None:
    deriver = settled(an_agent(5, "c1"), a_contact(1, ContactState.RINGING))
    plan = deriver.plan([a_contact(2, ContactState.HELD)])
    assert [each.kind for each in plan.changes] == [Kind.CONTACT]
    (same,) = plan.same
    assert same.version == 5
    assert same.record.state is AgentState.ON_HOLD
    assert states(plan.steps) == [AgentState.ON_HOLD]
    deriver.settle(plan)
    assert deriver.plan([a_contact(2, ContactState.HELD)]).changes == ()
    gone = deriver.plan([change(Kind.CONTACT, "c1", 3, None)])
    assert gone.same[0].record.state is AgentState.BUSY


def test_planning_alters_nothing_until_it_is_settled() -> None:
    deriver = settled(an_agent(1, "c1"))
    first = deriver.plan([a_contact(1, ContactState.HELD)])
    assert deriver.plan([a_contact(1, ContactState.HELD)]).steps == first.steps
    assert [record.id for _, record in deriver.records()] == ["a1"]


def test_what_two_versions_say_is_there_once() -> None:
    first, second = (
        msgspec.structs.replace(each.record, name="".join(["I", "vy"]), queues=(f"q{1}",))
        for each in (an_agent(1), an_agent(2, state=AgentState.BUSY))
    )
    assert first.name is not second.name
    plan = settled(change(Kind.AGENT, "a1", 1, first)).plan([change(Kind.AGENT, "a1", 2, second)])
    (told,) = plan.changes
    assert told.record.state is AgentState.BUSY
    assert (told.record.name, told.record.queues) == ("Ivy", ("q1",))
    assert told.record.name is first.name
    assert told.record.queues is first.queues


def test_an_agent_that_let_go_is_not_altered_by_its_last_contact() -> None:
    deriver = settled(an_agent(1, "c1"), a_contact(1, ContactState.CONNECTED))
    plan = deriver.plan([an_agent(2), a_contact(2, ContactState.HELD)])
    assert states(plan.steps) == [AgentState.READY]
    deriver.settle(plan)
    assert deriver.plan([a_contact(3, ContactState.RINGING)]).same == ()


def test_each_version_in_a_page_is_a_step_and_the_last_is_written() -> None:
    versions = [an_agent(n, state=s) for n, s in enumerate(
        [AgentState.READY, AgentState.NOT_READY, AgentState.READY], 1)]  # fmt: skip
    plan = Deriver().plan(versions)
    assert states(plan.steps) == [AgentState.READY, AgentState.NOT_READY, AgentState.READY]
    assert [each.version for each in plan.changes] == [1, 2, 3]
    assert plan.rows[Kind.AGENT, "a1"].version == 3


def test_a_state_that_lasts_keeps_its_beginning() -> None:
    deriver = settled(a_contact(1, ContactState.CONNECTED))
    plan = deriver.plan([a_contact(7, ContactState.CONNECTED, listeners=("sup",))])
    assert plan.changes[0].record.state_since == 1000
    deriver.settle(plan)
    assert deriver.plan([a_contact(8, ContactState.HELD)]).changes[0].record.state_since == 8000


def test_contacts_belong_to_their_queue_s_client() -> None:
    queue = change(Kind.QUEUE, "q1", 1, Queue(**WHO, id="q1", name="Claims", client="Harbour"))
    told = [a_contact(1, ContactState.WAITING), queue]
    generation = Deriver().plan_generation(told, 0)
    assert {each.record.client for each in generation.changes} == {"Harbour"}
    assert settled(queue).plan(told).changes[0].record.client == "Harbour"


def test_a_generation_ends_what_it_does_not_name() -> None:
    deriver = settled(an_agent(9), a_contact(9, ContactState.WAITING))
    plan = deriver.plan_generation([an_agent(1, state=AgentState.NOT_READY)], at=77)
    assert plan.changes[0].record.state is AgentState.NOT_READY
    told = [(step.at, step.kind, step.after is None) for step in plan.steps]
    assert told == [(1000, Kind.AGENT, False), (77, Kind.CONTACT, True)]
    assert plan.steps[0].before.state is AgentState.READY
    deriver.settle_generation(plan)
    assert [record.id for _, record in deriver.records()] == ["a1"]
    assert deriver.plan([an_agent(2)]).changes != ()


def test_a_contact_that_turned_out_to_be_old_is_taken_back() -> None:
    deriver = settled(an_agent(1, "c1"))
    told = [a_contact(1, ContactState.HELD), an_agent(2, "c1")]
    planned = deriver.plan(told)
    assert planned.changes[1].record.state is AgentState.ON_HOLD
    written = deriver.plan(planned.changes[1:])
    (corrected,) = corrections(planned, written)
    assert corrected.version == 2
    assert corrected.record.state is AgentState.BUSY


CHANGES = st.lists(
    st.one_of(
        st.builds(an_agent, st.integers(1, 9), st.sampled_from([None, "c1", "c2"])),
        st.builds(
            a_contact,
            st.integers(1, 9),
            st.sampled_from(list(ContactState)),
            st.sampled_from(["c1", "c2"]),
        ),
        st.builds(lambda v: change(Kind.CONTACT, "c1", v, None), st.integers(1, 9)),
    ),
    max_size=20,
)


@given(CHANGES, st.integers(1, 20))
def test_pages_of_any_size_come_to_the_same(changes: list[Change], size: int) -> None:
    whole, paged = Deriver(), Deriver()
    # Versions rise, as a server tells them: an entity deleted is forgotten with its version.
    changes = [msgspec.structs.replace(each, version=n) for n, each in enumerate(changes, 1)]
    plan = whole.plan(changes)
    whole.settle(plan)
    steps = []
    for start in range(0, len(changes), size):
        page = paged.plan(changes[start : start + size])
        paged.settle(page)
        steps += page.steps
    assert dict(paged.records()).keys() == dict(whole.records()).keys()
    assert sorted(paged.records(), key=str) == sorted(whole.records(), key=str)
    assert steps == list(plan.steps)


@given(CHANGES)
def test_told_twice_is_told_once(changes: list[Change]) -> None:
    changes = [msgspec.structs.replace(each, version=n) for n, each in enumerate(changes, 1)]
    living = [each for each in changes if each.record is not None]
    deriver = settled(*living)
    again = deriver.plan(living)
    assert (again.changes, again.same, again.steps) == ((), (), ())


@given(CHANGES)
def test_nobody_on_a_contact_is_ready(changes: list[Change]) -> None:
    changes = [msgspec.structs.replace(each, version=n) for n, each in enumerate(changes, 1)]
    deriver = settled(*changes)
    for _, record in deriver.records():
        if isinstance(record, Agent) and record.contact is not None:
            assert record.state is not AgentState.READY
