"""What is equal in rows and their versions is there once, and nothing is taken for another."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from data.floor import Delta, Floor
from data.model import Agent, AnyRecord, Contact, Kind, Penalty, Skill
from data.sharing import settle, take_over
from tests.builders import make_agent, make_contact, make_queue

SKILLS = (Skill("claims", 90), Skill("billing", 40))


def again(record: AnyRecord, **changes: Any) -> Any:
    """A record as it comes out of the cache: equal, and nothing of it the same object."""
    return msgspec.json.decode(
        msgspec.json.encode(msgspec.structs.replace(record, **changes)), type=type(record)
    )


def an_agent(id: str = "1001", **changes: Any) -> Agent:  # noqa: A002
    return make_agent(id, team="north", queues=("claims", "billing"), skills=SKILLS, **changes)


@pytest.mark.parametrize("record", [an_agent(), make_contact(), make_queue()])
def test_settled_or_not_a_record_is_the_same(record: AnyRecord) -> None:
    new, next_one = again(record), again(record)
    settle(new)
    take_over(next_one, new)
    assert new == record
    assert next_one == record


def test_rows_of_one_team_have_one_name_of_it() -> None:
    first, second = again(an_agent("1")), again(an_agent("2", name="Zoë"))
    settle(first)
    settle(second)
    for name in ("site", "source", "team"):
        assert getattr(first, name) is getattr(second, name)
    assert [*map(id, first.queues)] == [*map(id, second.queues)]
    assert [*map(id, first.skills)] == [*map(id, second.skills)]
    assert second.name == "Zoë"


@pytest.mark.parametrize(
    ("record", "changes"),
    [
        (an_agent(), {"name": "Zoë", "since": 7}),
        (an_agent(), {"queues": ("billing",), "penalties": (Penalty("billing", 2),)}),
        (an_agent(), {"skills": (Skill("claims", 91), SKILLS[1]), "team": ""}),
        (make_contact(), {"queue": "billing", "agent": "1001", "caller_key": ""}),
    ],
)
def test_what_differs_is_not_taken_over(record: Agent | Contact, changes: dict[str, Any]) -> None:
    before, after = again(record), again(record, **changes)
    take_over(after, before)
    assert after == msgspec.structs.replace(record, **changes)
    assert before == record
    assert after.id is before.id


def test_a_floor_keeps_once_what_its_rows_say_again() -> None:
    floor = Floor()
    seen = []
    for rev, state in enumerate(("ready", "busy"), 1):
        rows = [again(an_agent(), state=state), *(again(make_contact(f"{rev}-{n}")) for n in "ab")]
        kinds = (Kind.AGENT, Kind.CONTACT, Kind.CONTACT)
        seen.append(floor.apply(Delta(rev=rev, upserts=tuple(zip(kinds, rows, strict=True)))))
    (old,), (new,) = (snapshot.agents.values() for snapshot in seen)
    assert new is not old
    assert new == msgspec.structs.replace(old, state=new.state)
    assert all(getattr(new, name) is getattr(old, name) for name in ("name", "queues", "skills"))
    *_first, third, fourth = seen[-1].contacts.values()
    assert third.queue is fourth.queue
