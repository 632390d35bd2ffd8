"""The sandbox's store against a model that keeps everything, and its promises one by one."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from data import contract
from data.clock import ManualClock
from data.sandbox.change_log import PAGE_BUDGET, Gone
from data.sandbox.ports import Put
from data.sandbox.store import ALL_KINDS, PAGE_LIFE_MS, VersionedStore

AT = 1_800_000_000_000
BEGAN = contract.from_ms(AT)
IDS = st.sampled_from(["1", "2", "kö/3", "🙂"])
KINDS = st.sampled_from(["note", "alert"])


def note(text: str) -> contract.Note:
    return contract.Note(author="anna", text=text, written_at=BEGAN)


def alert(text: str) -> contract.Alert:
    return contract.Alert(kind=text, severity="info", raised_at=BEGAN)


MAKERS: dict[str, Any] = {"note": note, "alert": alert}
PUTS = st.builds(
    lambda kind, id_, text: Put(kind, id_, None if text is None else MAKERS[kind](text)),
    KINDS,
    IDS,
    st.none() | st.sampled_from(["a", "b", "c"]),
)
Row = tuple[str, str, int, bytes | None]


class Reader:
    """A client that keeps what it was told, and gates by version."""

    def __init__(self, store: VersionedStore, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds
        self.rows: dict[tuple[str, str], tuple[int, bytes | None]] = {}
        self.cursor = store.head

    def apply(self, entries: Any) -> None:
        for entry in entries:
            key = (entry.kind, entry.id)
            if entry.version > self.rows.get(key, (0, None))[0]:
                self.rows[key] = (entry.version, entry.data)

    def living(self) -> dict[tuple[str, str], tuple[int, bytes | None]]:
        return {key: row for key, row in self.rows.items() if row[1] is not None}


class StoreMachine(RuleBasedStateMachine):
    """Readers of every sort keep up with a store, whatever is committed in between."""

    @initialize()
    def begin(self) -> None:
        self.clock = ManualClock()
        self.store = VersionedStore(epoch="e", clock=self.clock)
        self.rows: dict[tuple[str, str], bytes] = {}
        self.versions: dict[tuple[str, str], int] = {}
        self.log: list[list[Row]] = []
        self.states: dict[str, dict[tuple[str, str], tuple[int, bytes]]] = {"e.0": {}}
        self.reader = Reader(self.store, ALL_KINDS)
        self.fold = True
        self.pages: tuple[Reader, str] | None = None

    @rule(puts=st.lists(PUTS, max_size=4))
    def commit(self, puts: list[Put]) -> None:
        group: list[Row] = []
        for put in puts:
            key = (put.kind, put.id)
            data = None if put.data is None else msgspec.json.encode(put.data)
            if data == self.rows.get(key):
                continue
            self.versions[key] = self.versions.get(key, 0) + 1
            if data is None:
                del self.rows[key]
            else:
                self.rows[key] = data
            group.append((*key, self.versions[key], data))
        self.store.commit(AT, puts)
        if group:
            self.log.append(group)
        self.states[self.store.head] = self.living()

    def living(self) -> dict[tuple[str, str], tuple[int, bytes]]:
        return {key: (self.versions[key], data) for key, data in self.rows.items()}

    @rule(limit=st.integers(1, 5), fold=st.booleans())
    def read_page(self, limit: int, fold: bool) -> None:
        page = self.store.changes(self.reader.cursor, limit=limit, fold=fold, digest=True)
        start, end = (int(cursor.split(".")[1]) for cursor in (self.reader.cursor, page.next))
        rows = [row for group in self.log[start:end] for row in group]
        told = [(e.kind, e.id, e.version, e.data) for e in page.entries]
        if fold:
            last = {row[:2]: row for row in rows}
            assert sorted(told, key=str) == sorted(last.values(), key=str)
        else:
            assert told == rows
        assert page.has_more == (page.next != self.store.head)
        assert (page.digest is not None) == (not page.has_more)
        self.reader.apply(page.entries)
        self.reader.cursor = page.next
        # Whole transactions only: the reader now has a state that there once was.
        assert self.reader.living() == self.states[page.next]

    @rule(limit=st.integers(1, 3), kinds=st.sampled_from([ALL_KINDS, ("note",)]))
    def begin_snapshot(self, limit: int, kinds: tuple[str, ...]) -> None:
        first = self.store.snapshot(kinds, limit=limit)
        reader = Reader(self.store, kinds)
        reader.cursor = first.cursor
        reader.apply(first.entries)
        assert len(first.entries) <= limit
        self.finish_or_go_on(reader, first.next_page)

    @precondition(lambda self: self.pages is not None)
    @rule()
    def next_snapshot_page(self) -> None:
        assert self.pages is not None
        reader, token = self.pages
        page = self.store.snapshot_page(token)
        assert page.cursor == reader.cursor
        again = self.store.snapshot_page(token)
        assert again == page
        reader.apply(page.entries)
        self.finish_or_go_on(reader, page.next_page)

    def finish_or_go_on(self, reader: Reader, token: str | None) -> None:
        self.pages = None if token is None else (reader, token)
        if token is None:
            self.catch_up(reader)

    def catch_up(self, reader: Reader) -> None:
        """A snapshot shows the truth once the changes since its cursor were read."""
        while True:
            page = self.store.changes(reader.cursor, reader.kinds, limit=2)
            reader.apply(page.entries)
            reader.cursor = page.next
            if not page.has_more:
                break
        expected = {key: row for key, row in self.living().items() if key[0] in reader.kinds}
        assert reader.living() == expected

    @invariant()
    def digest_is_the_contracts(self) -> None:
        digest = self.store.digest()
        assert digest.cursor == self.store.head
        for kind in ALL_KINDS:
            ids = sorted(id_ for known, id_ in self.rows if known == kind)
            text = "".join(f"{id_}:{self.versions[kind, id_]}\n" for id_ in ids)
            assert digest.types[kind].count == len(ids)
            assert digest.types[kind].sha256 == hashlib.sha256(text.encode()).hexdigest()


StoreMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestStoreAgainstModel = StoreMachine.TestCase


def store(**options: Any) -> VersionedStore:
    return VersionedStore(epoch="e", clock=ManualClock(), **options)


def test_put_that_says_nothing_new_is_no_change_unless_somebody_did_it() -> None:
    kept = store()
    kept.commit(AT, [Put("note", "1", note("a"))])
    head = kept.head

    kept.commit(AT, [Put("note", "1", note("a")), Put("note", "2", None)])
    assert kept.head == head

    kept.commit(AT, [Put("note", "1", note("a"), by="key")])
    found = kept.get("note", "1")
    assert found is not None
    assert found.version == 2


def test_log_forgets_the_oldest_by_count_and_says_so() -> None:
    kept = store(log_changes=10)
    cursors = [kept.head]
    for n in range(40):
        kept.commit(AT, [Put("note", "1", note(str(n)))])
        cursors.append(kept.head)

    served = [cursor for cursor in cursors if kept.is_served(cursor)]

    assert served == cursors[-len(served) :]
    assert 9 <= len(served) - 1 <= 10
    assert kept.oldest == served[0]
    with pytest.raises(Gone):
        kept.changes(cursors[0])
    assert [e.version for e in kept.changes(kept.oldest, fold=False).entries][-1] == 40


def test_log_forgets_the_oldest_by_bytes() -> None:
    kept = store(log_bytes=20_000)
    for n in range(40):
        kept.commit(AT, [Put("note", "1", note(str(n) * 500))])

    page = kept.changes(kept.oldest, fold=False)

    assert 0 < sum(len(entry.data or b"") for entry in page.entries) <= 20_000
    assert page.next == kept.head


@pytest.mark.parametrize(
    "cursor", ["", "e", "e.", "e.-1", "e.2", "e.01", "e.²", "f.0", "e.0.0", "e." + "9" * 400]
)
def test_cursor_that_was_never_given_is_gone(cursor: str) -> None:
    kept = store()
    kept.commit(AT, [Put("note", "1", note("a"))])

    with pytest.raises(Gone):
        kept.changes(cursor)


def test_page_is_bounded_in_bytes_and_an_oversized_transaction_is_gone() -> None:
    kept = store()
    start = kept.head
    big = "x" * 4000
    for batch in range(4):
        kept.commit(AT, [Put("note", f"{batch}.{n}", note(big)) for n in range(200)])
    before = kept.head
    kept.commit(AT, [Put("note", f"huge{n}", note(big)) for n in range(PAGE_BUDGET // 4000 + 1)])

    page = kept.changes(start, limit=1000)
    assert page.has_more
    message = contract.ChangePage(
        since=start,
        next=page.next,
        has_more=True,
        server_time=BEGAN,
        sources=[],
        changes=[entry.change() for entry in page.entries],
    )
    assert len(msgspec.json.encode(message)) <= contract.MAX_PAGE_BYTES
    assert len(page.entries) == 400
    last = kept.changes(page.next, limit=1000)
    assert last.next == before
    with pytest.raises(Gone):
        kept.changes(before)


def test_snapshot_page_is_bounded_in_bytes() -> None:
    kept = store()
    kept.commit(AT, [Put("note", str(n), note("x" * 4000)) for n in range(700)])

    first = kept.snapshot(limit=1000)

    assert first.next_page is not None
    assert sum(len(entry.data or b"") for entry in first.entries) <= contract.MAX_PAGE_BYTES
    rest = kept.snapshot_page(first.next_page)
    assert len(first.entries) + len(rest.entries) == 700


def test_page_token_lives_ten_minutes_and_no_restore() -> None:
    clock = ManualClock()
    kept = VersionedStore(epoch="e", clock=clock)
    kept.commit(AT, [Put("note", str(n), note("a")) for n in range(3)])
    token = kept.snapshot(limit=1).next_page
    assert token is not None

    clock.advance(PAGE_LIFE_MS / 1000)
    assert kept.snapshot_page(token).entries
    clock.advance(1)
    with pytest.raises(Gone):
        kept.snapshot_page(token)

    token = kept.snapshot(limit=1).next_page
    assert token is not None
    kept.restore()
    with pytest.raises(Gone):
        kept.snapshot_page(token)


def test_restore_begins_a_new_epoch_in_which_versions_begin_anew() -> None:
    kept = store()
    for text in "abc":
        kept.commit(AT, [Put("note", "1", note(text)), Put("note", "2", note(text))])
    kept.commit(AT, [Put("note", "2", None)])
    old = kept.head

    kept.restore("f")

    assert not kept.is_served(old)
    assert kept.head == kept.oldest == "f.0"
    found = kept.get("note", "1")
    assert found is not None
    assert (found.version, found.data.text) == (1, "c")
    assert kept.next_version("note", "2") == 1


def test_changes_made_on_somebodys_behalf_carry_the_key() -> None:
    kept = store()
    with kept.attributed("key"):
        kept.commit(AT, [Put("note", "1", note("a"))])
    kept.commit(AT, [Put("note", "1", note("b"))])

    assert [entry.by for entry in kept.changes("e.0", fold=False).entries] == ["key", ""]


def test_listeners_hear_of_commits_only() -> None:
    kept = store()
    heard: list[str] = []
    kept.subscribe(lambda: heard.append(kept.head))

    kept.commit(AT, [])
    kept.commit(AT, [Put("note", "1", note("a"))])

    assert heard == ["e.1"]
