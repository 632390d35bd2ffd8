"""What is equal in rows and their versions is there once, and nothing is taken for another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from data.cache.reader import CacheReader
from data.cache.writer import CacheWriter
from data.files import FloorFiles
from data.floor import Floor, Key
from data.model import Agent, AnyRecord, Change, Contact, Kind, Penalty, Skill
from data.sharing import settle, share, take_over
from tests.builders import NOW, SITE, SOURCE, make_agent, make_contact, make_queue

SKILLS = (Skill("claims", 90), Skill("billing", 40))


def again(record: AnyRecord, **changes: Any) -> Any:
    """A record as it comes out of the cache: equal, and nothing of it the same object."""
    return msgspec.json.decode(msgspec.json.encode(replace(record, **changes)), type=type(record))


def an_agent(id: str = "1001", **changes: Any) -> Agent:  # noqa: A002
    return make_agent(id, team="north", queues=("claims", "billing"), skills=SKILLS, **changes)


@pytest.mark.parametrize("record", [an_agent(), make_contact()])
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
    assert after == replace(record, **changes)
    assert before == record
    assert after.id is before.id


def test_rows_take_over_from_those_that_stand_in_their_places() -> None:
    old = again(an_agent("1"))
    standing = {Key(SITE, SOURCE, "1"): old}
    rows = [again(an_agent("1", since=7)), again(an_agent("2", name="Zoë"))]
    share(rows, standing)
    assert rows == [replace(an_agent("1"), since=7), replace(an_agent("2"), name="Zoë")]
    assert all(
        getattr(rows[0], name) is getattr(old, name) for name in ("name", "queues", "skills")
    )
    queue = again(make_queue())
    share([queue], {Key(SITE, SOURCE, queue.id): make_queue(name="Other")})
    take_over(queue, make_queue(name="Other"))
    assert queue == make_queue()


def test_a_reader_that_knows_what_stands_reads_what_differs(tmp_path: Path) -> None:
    files = FloorFiles(tmp_path).make()
    writer = CacheWriter.open(files)
    floor, reader, seen = Floor(), None, []
    for version, state in enumerate(("ready", "busy"), 1):
        rows = [an_agent(state=state), *(make_contact(f"{version}-{n}") for n in "ab")]
        changes = [
            Change(kind=kind, id=row.id, version=version, at=NOW, record=row)
            for kind, row in zip((Kind.AGENT, Kind.CONTACT, Kind.CONTACT), rows, strict=True)
        ]
        writer.apply(SITE, SOURCE, changes, cursor="", epoch="", observed_at=NOW)
        reader = reader or CacheReader.open(files.cache)
        seen.append(floor.apply(reader.read(floor.rev, floor.rows_of)))
        assert dict(seen[-1].agents) == {Key(SITE, SOURCE, "1001"): rows[0]}
    reader.close()
    writer.close()
    (old,), (new,) = (snapshot.agents.values() for snapshot in seen)
    assert all(getattr(new, name) is getattr(old, name) for name in ("name", "queues", "skills"))
    assert len({id(contact.queue) for contact in seen[-1].contacts.values()}) == 1
