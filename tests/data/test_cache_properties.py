"""Whatever is told, in whatever order and however often, the cache keeps its promises."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.cache import blocks, committing
from data.cache.reader import CacheReader
from data.cache.writer import CacheWriter
from data.files import FloorFiles
from data.floor import Delta, Floor, FloorSnapshot, Key
from data.model import Change, Kind
from tests.data.files_support import SITE, SOURCE, T0, changed, deleted, make_agent, make_contact

IDS = ("a", "b", "c")
KINDS = (Kind.AGENT, Kind.CONTACT)


@st.composite
def versions(draw) -> Change:
    kind = draw(st.sampled_from(KINDS))
    entity, version = draw(st.sampled_from(IDS)), draw(st.integers(1, 6))
    if draw(st.integers(0, 3)) == 0:
        return deleted(entity, version, kind)
    make = make_agent if kind is Kind.AGENT else make_contact
    # Few contents, so that versions differ while contents do not, and the other way round.
    return changed(make(entity, client=draw(st.sampled_from("xy"))), version, kind)


pages = st.lists(versions(), max_size=6)
operations = st.lists(
    st.tuples(
        st.sampled_from(
            ["apply", "apply", "apply", "replace", "epoch", "reopen", "killed", "look"]
        ),
        pages,
    ),
    max_size=8,
)


@dataclass
class Model:
    """What the cache should hold, by the plainest means."""

    epoch: int = 1
    rows: dict[tuple[Kind, str], Change] = field(default_factory=dict)

    def apply(self, page: list[Change]) -> list[Change]:
        written = []
        for change in page:
            known = self.rows.get((change.kind, change.id))
            if known is None or change.version > known.version:
                self.rows[change.kind, change.id] = change
                written.append(change)
        return written

    def replace(self, page: list[Change], *, is_new_epoch: bool) -> None:
        self.epoch += is_new_epoch
        before, self.rows = self.rows, {}
        self.apply(page)
        for (kind, entity), change in before.items():
            if (kind, entity) not in self.rows:
                version = 0 if is_new_epoch else change.version
                self.rows[kind, entity] = deleted(entity, version, kind)

    def living(self, kind: Kind) -> dict[str, int]:
        return {
            entity: change.version
            for (of, entity), change in self.rows.items()
            if of is kind and change.record is not None
        }

    def shown(self, kind: Kind) -> dict[Key, object]:
        return {
            Key(SITE, SOURCE, entity): change.record
            for (of, entity), change in self.rows.items()
            if of is kind and change.record is not None
        }


def shown(snapshot: FloorSnapshot) -> dict[Kind, dict[Key, object]]:
    return {Kind.AGENT: dict(snapshot.agents), Kind.CONTACT: dict(snapshot.contacts)}


@settings(max_examples=30, deadline=None)
@given(operations, st.sampled_from([0, 4, 1_000]))
def test_the_cache_equals_a_model_and_every_reader_catches_up(steps, told):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(committing, "FEWEST_TOLD", told)
        patch.setattr(blocks, "_BITS", 1)
        files = FloorFiles(Path(folder))
        writer = CacheWriter.open(files)
        reader = CacheReader.open(files.cache)
        model, deltas, last_rev = Model(), [reader.read(0)], 0
        follower, followed = writer.follow(), Floor()
        for number, (what, page) in enumerate(steps):
            if what in {"reopen", "killed"}:
                (writer if what == "reopen" else writer.file).close()
                writer = CacheWriter.open(files)
                follower = writer.follow()
                continue
            if what == "look":
                followed.apply(follower.take())
                continue
            tell = writer.apply if what == "apply" else writer.replace
            if what == "apply":
                expected = model.apply(page)
            else:
                model.replace(page, is_new_epoch=what == "epoch")
            applied = tell(
                SITE, SOURCE, page, cursor=str(number), epoch=str(model.epoch), observed_at=T0
            )
            if what == "apply":
                assert list(applied.written) == expected
            delta = reader.read(deltas[-1].rev)
            has_news = bool(delta.upserts or delta.deletions)
            assert applied.rev - last_rev in {0, 1}
            if has_news or last_rev > 0:  # who asks from 0 is not told what was deleted
                assert applied.rev == last_rev + has_news
            last_rev = applied.rev
            deltas.append(delta)
            for kind in KINDS:
                assert writer.versions(SITE, SOURCE, kind) == model.living(kind)
        told = followed.apply(follower.take())
        assert shown(told) == {kind: model.shown(kind) for kind in KINDS}
        assert told.rev == writer.follow().take().rev == reader.read(0).rev
        _every_reader_catches_up(reader, deltas, {kind: model.shown(kind) for kind in KINDS})
        reader.close()
        writer.close()


def _every_reader_catches_up(
    reader: CacheReader, deltas: list[Delta], expected: dict[Kind, dict[Key, object]]
) -> None:
    """One that saw every commit, and those that saw all up to some commit and then slept."""
    assert shown(Floor().apply(reader.read(0))) == expected
    for seen in range(1, len(deltas) + 1):
        floor = Floor()
        for delta in deltas[:seen]:
            floor.apply(delta)
        assert shown(floor.apply(reader.read(floor.rev, floor.rows_of))) == expected
