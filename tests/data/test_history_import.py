"""`history import`: calls of other systems in history, each once, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import csv
import gzip
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from zoneinfo import ZoneInfo

import pytest

from data.cache.history_model import FindQuery, Outcome
from data.cache.history_reader import HistoryReader
from data.cache.history_writer import HistoryWriter, Step
from data.cache.retention import Limits
from data.files import FloorFiles
from data.model import Contact, ContactState, Counts, Interval, Kind
from data.rules.service_level import Formula, parts, total
from data.sync.call_imports import CallImports
from data.sync.journal import Journal
from data.sync.lock import SyncLock
from supervisor_tui.cli import main
from tests.support.waiting import wait_until

HERE = Path(__file__).parent
BANK = HERE.parents[2] / "shared" / "calls" / "anonymous_bank_1999-08-01_14.csv"
BANK_MAP = HERE / "maps" / "anonymous_bank.toml"
BERLIN = ZoneInfo("Europe/Berlin")
FOREVER = 2**53
COLUMNS = """
[columns]
id = "id"
queue = "queue"
queued = "start"
wait = "wait"
outcome = "outcome"
service = "service"
agent = "agent"
caller = "number"
[outcomes]
answered = ["yes"]
abandoned = ["no"]
ignored = ["test"]
"""
CALLS = """id,queue,start,wait,outcome,service,agent,number
1,help,2026-03-02 09:00:00,20,yes,100,ann,0401234912
2,help,2026-03-02 09:00:05,0:21,yes,0:01:00,bob,0401230000
3,help,2026-03-02T09:14:59,4,no,,,0401234912
4,sales,2026-03-02 09:15:00,0,yes,500,ann,
4,help,2026-03-02 09:15:10,2.5,no,,,
5,help,2026-03-02 09:16:00,1,test,0,,
"""


class Place:
    """A floor and files to import into it."""

    def __init__(self, root: Path, zone: str = "Europe/Berlin") -> None:
        self.files = FloorFiles(root / "floor")
        self.config = root / "config.toml"
        self.config.write_text(
            f'[floor]\nstate_dir = "{self.files.root}"\nsync = "external"\n'
            f'[[site]]\nid = "hh"\nzone = "{zone}"\n'
            '[[site.source]]\nid = "acd"\nurl = "http://127.0.0.1:9"\n'
        )
        self.map = root / "map.toml"
        self.map.write_text(COLUMNS)
        self.calls = root / "calls.csv"
        self.calls.write_text(CALLS)

    def arguments(self, *options: str, file: Path | None = None, how: Path | None = None):
        return [
            *("--config", str(self.config), "history", "import", str(file or self.calls)),
            *("--map", str(how or self.map), *options),
        ]

    def run(self, *options: str, file: Path | None = None, how: Path | None = None) -> int:
        return main(self.arguments(*options, file=file, how=how))

    def counts(self) -> dict[tuple[str, int], Counts]:
        with closing(HistoryReader.open(self.files.history)) as reader:
            found = reader.intervals(-FOREVER, FOREVER)
        return {(one.queue, one.starts_at): one.counts for one in found}

    def contacts(self):
        with closing(HistoryReader.open(self.files.history)) as reader:
            return reader.contacts(-FOREVER, FOREVER)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def at(text: str, fold: int = 0) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).timestamp() * 1000)


def test_calls_become_contacts_and_counts(place, capsys):
    assert place.run() == 0
    assert "imported 5; known already 0" in capsys.readouterr().out
    assert place.counts() == {
        ("help", at("2026-03-02 09:00")): Counts(
            offered=3,
            answered=2,
            answered_within=1,
            abandoned=1,
            abandoned_within=1,
            abandoned_short=1,
            wait_answered_s=41.0,
            wait_abandoned_s=4.0,
            longest_wait_s=21.0,
            talk_s=160.0,
        ),
        ("sales", at("2026-03-02 09:15")): Counts(
            offered=1, answered=1, answered_within=1, talk_s=500.0
        ),
        ("help", at("2026-03-02 09:15")): Counts(
            offered=1,
            abandoned=1,
            abandoned_within=1,
            abandoned_short=1,
            wait_abandoned_s=2.5,
            longest_wait_s=2.5,
        ),
    }
    first = place.contacts()[0]
    assert (first.id, first.queue, first.agent, first.caller_masked) == (
        "1",
        "help",
        "ann",
        "******4912",
    )
    assert first.queued_at == at("2026-03-02 09:00")
    assert first.answered_at == first.queued_at + 20_000
    assert first.ended_at == first.answered_at + 100_000
    assert first.outcome is Outcome.ANSWERED


def test_a_second_time_adds_nothing_and_a_longer_file_only_the_rest(place, capsys):
    place.run()
    before = place.counts(), place.contacts()
    assert place.run() == 0
    assert "imported 0; known already 5" in capsys.readouterr().out
    assert (place.counts(), place.contacts()) == before
    place.calls.write_text(CALLS + "9,help,2026-03-02 09:01:00,3,yes,10,ann,\n")
    place.run()
    assert "imported 1; known already 5" in capsys.readouterr().out
    assert place.counts()["help", at("2026-03-02 09:00")].offered == 4


def test_rows_without_ids_are_known_again_and_twins_are_two(place, capsys):
    place.map.write_text(COLUMNS.replace('id = "id"\n', ""))
    twins = "7,help,2026-03-02 10:00:00,3,no,,,\n8,help,2026-03-02 10:00:00,3,no,,,\n"
    place.calls.write_text(CALLS + twins)
    place.run()
    assert "imported 7; known already 0" in capsys.readouterr().out
    place.calls.write_text(CALLS.splitlines()[0] + "\n" + twins + CALLS.split("\n", 1)[1])
    place.run()
    assert "imported 0; known already 7" in capsys.readouterr().out
    assert place.counts()["help", at("2026-03-02 10:00")].offered == 2


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("packed", [False, True])
def test_other_delimiters_and_packed_files_give_the_same(tmp_path, delimiter, packed):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = Place(tmp_path / "one"), Place(tmp_path / "two")
    text = CALLS.replace(",", delimiter).encode("utf-8-sig")
    file = tmp_path / "calls.tsv.gz"
    file.write_bytes(gzip.compress(text) if packed else text)
    assert (one.run(), two.run(file=file)) == (0, 0)
    assert one.counts() == two.counts()


def test_other_encodings_days_and_decimals_are_read(place, capsys):
    how = 'encoding = "cp1252"\ndate_format = "%d.%m.%Y"\n' + COLUMNS
    place.map.write_text(how)
    row = '1;Störung;02.03.2026 9:00:00;"2,5";yes;10;ann;\n'
    place.calls.write_text(CALLS.splitlines()[0].replace(",", ";") + "\n" + row, encoding="cp1252")
    assert place.run() == 0
    (call,) = place.contacts()
    assert (call.queue, call.queued_at) == ("Störung", at("2026-03-02 09:00"))
    assert call.answered_at == call.queued_at + 2_500
    place.map.write_text(how.replace("cp1252", "klingon"))
    assert place.run() == 1
    assert "map.toml" in capsys.readouterr().err


def test_rubbish_is_named_by_line_and_the_rest_is_kept(place, capsys):
    rubbish = (
        "10,help,yesterday,3,yes,10,ann,\n"
        "11,help,2026-03-02 10:00:00,-3,yes,10,ann,\n"
        "12,help,2026-03-02 10:00:00,3,perhaps,10,ann,\n"
        "13,,2026-03-02 10:00:00,3,yes,10,ann,\n"
        "14,help,2026-03-02 10:00:00,3,yes,\x1b[31m9,ann,\n"
        "15,help,2026-03-02 10:00:00,3,yes,10,ann,,stray\n"
        "16,help,2999-03-02 10:00:00,3,yes,10,ann,\n"
        "17,help,2026-02-30 10:00:00,3,yes,10,ann,\n"
    )
    place.calls.write_text(CALLS + rubbish + "18,help,2026-03-02 10:00:00,3,yes,10,ann,\n")
    assert place.run() == 0
    told = capsys.readouterr()
    assert "no sense 8" in told.out
    assert "imported 6; known already 0" in told.out
    lines = told.err.splitlines()
    fields = ["queued", "wait", "outcome", "queue", "service", "row", "queued", "queued"]
    assert [line.split(": ")[1] for line in lines] == fields
    assert [int(line.split(":")[1]) for line in lines] == list(range(8, 16))
    assert "\x1b" not in told.err


def test_a_dry_run_makes_nothing(place, capsys):
    assert place.run("--dry-run") == 0
    assert "offered 5, not offered 1, no sense 0" in capsys.readouterr().out
    assert not place.files.root.exists()


def test_what_cannot_be_used_is_said_in_one_sentence(place, capsys, tmp_path):
    assert place.run("--source", "adc") == 2
    assert "did you mean acd?" in capsys.readouterr().err
    place.map.write_text(COLUMNS.replace('wait = "wait"', 'wait = "waited"'))
    assert place.run() == 1
    assert f"{place.map}" in capsys.readouterr().err
    place.map.write_text('zone = "Mars/Olympus"\n' + COLUMNS)
    assert place.run() == 1
    broken = tmp_path / "broken.gz"
    broken.write_bytes(gzip.compress(CALLS.encode())[:-20])
    place.map.write_text(COLUMNS)
    assert place.run(file=broken) == 1
    assert place.run(file=tmp_path / "none.csv") == 1


def test_local_times_are_told_apart_where_the_clocks_change(place, capsys):
    header = CALLS.splitlines()[0] + "\n"
    place.calls.write_text(
        header
        + "1,help,2026-10-25 02:30:00,1,no,,,\n"
        + "2,help,2026-10-25 02:30:00+01:00,1,no,,,\n"
        + "3,help,2026-03-29 02:30:00,1,no,,,\n"
        + "4,help,1772445600,1,no,,,\n"
    )
    place.config.write_text(place.config.read_text())
    assert place.run() == 0
    told = capsys.readouterr().out
    assert "1 local time came twice" in told
    assert "1 local time was skipped" in told
    starts = sorted(when for _queue, when in place.counts())
    assert starts == sorted(
        [
            at("2026-10-25 02:30"),
            at("2026-10-25 02:30", fold=1),
            at("2026-03-29 03:30"),
            1_772_445_600_000,
        ]
    )


def test_a_call_that_the_floor_saw_itself_is_not_imported_again(place, capsys):
    seen = Contact(
        site="hh",
        source="acd",
        id="1",
        queue="help",
        state=ContactState.ENDED,
        created_at=at("2026-03-02 08:59:30"),
        queued_at=at("2026-03-02 09:00:01"),
        answered_at=at("2026-03-02 09:00:21"),
        state_since=at("2026-03-02 09:02:00"),
    )
    own = Interval(
        site="hh",
        source="acd",
        id="i",
        queue="help",
        starts_at=at("2026-03-02 09:00"),
        counts=Counts(offered=77),
    )
    writer = HistoryWriter.open(place.files.make())
    steps = [
        Step(seen.state_since, Kind.CONTACT, "1", None, seen),
        Step(0, Kind.INTERVAL, "i", None, own),
    ]
    writer.add("hh", "acd", steps)
    writer.close()
    assert place.run() == 0
    assert "imported 4; known already 1" in capsys.readouterr().out
    assert place.counts()["help", own.starts_at].offered == 77
    assert len(place.contacts()) == 5


def test_history_goes_on_where_calls_were_imported_and_age_does_not_touch_them(place):
    place.run()
    writer = HistoryWriter.open(place.files, Limits(contact_days=1))
    now = at("2026-09-01 09:00")
    contact = Contact(site="hh", source="acd", id="n", queue="help", created_at=now)
    writer.add("hh", "acd", [Step(now, Kind.CONTACT, "n", None, contact)])
    for _ in range(5):
        writer.prune_step(now + 3 * 86_400_000)
    writer.close()
    assert len(place.contacts()) == 5
    assert len(place.counts()) == 3


@pytest.fixture
def synced(place: Place) -> Iterator[Place]:
    """The floor while its sync process runs, as far as imports can tell."""
    ready, over = Event(), Event()

    async def keep() -> None:
        stop = asyncio.Event()
        with SyncLock(place.files.make()):
            history = HistoryWriter.open(place.files)
            imports = CallImports(place.files, history, Journal(place.files.sync_log))
            task = asyncio.create_task(imports.run(stop))
            ready.set()
            await asyncio.to_thread(over.wait)
            stop.set()
            await task
            history.close()

    thread = Thread(target=lambda: asyncio.run(keep()))
    thread.start()
    ready.wait(10)
    try:
        yield place
    finally:
        over.set()
        thread.join(10)


def test_a_running_sync_process_takes_the_calls_in(synced, capsys):
    assert synced.run() == 0
    assert "imported 5; known already 0" in capsys.readouterr().out
    assert synced.run() == 0
    assert "imported 0; known already 5" in capsys.readouterr().out
    assert synced.counts()["help", at("2026-03-02 09:00")].offered == 3
    assert not any(synced.files.imports.iterdir())


def many(count: int) -> str:
    """A call each ten seconds."""
    start = datetime.fromisoformat("2026-03-02 00:00")
    lines = [CALLS.splitlines()[0]]
    for number in range(count):
        when = start + timedelta(seconds=10 * number)
        lines.append(f"{number},help,{when},{number % 50},yes,60,a{number % 9},")
    return "\n".join(lines) + "\n"


def kept(path: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT count(*) FROM contact").fetchone()[0]
    except sqlite3.Error:
        return 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_is_stopped_halfway_is_finished_by_the_next(place, capsys, how):
    count = 12_000
    place.calls.write_text(many(count))
    code = "import sys; from supervisor_tui.cli import main; sys.exit(main())"
    begun = subprocess.Popen(
        [sys.executable, "-c", code, *place.arguments()],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: kept(place.files.history) > 0, 30)
    os.kill(begun.pid, how)
    _out, err = begun.communicate(timeout=30)
    if how is signal.SIGINT:
        assert begun.returncode in {0, 130}
        assert begun.returncode == 0 or "Run it again" in err
    assert place.run() == 0
    assert kept(place.files.history) == count
    by_queue = total(place.counts().values())
    assert (by_queue.offered, by_queue.talk_s) == (count, count * 60.0)


# A real fortnight


def bank_counts() -> dict[tuple[str, str], list[int]]:
    """By local day and queue, counted with nothing of the project's."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 6)
    with BANK.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["outcome"] == "PHANTOM" or (row["outcome"] == "HANG" and not row["q_start"]):
                continue
            day = datetime.fromisoformat(row["date"])
            if (row["q_start"] or row["ser_start"] or "x") < "01" and row["vru_entry"] > "23":
                day += timedelta(days=1)
            wait = int(row["q_time"]) if row["q_start"] else 0
            answered = row["outcome"] == "AGENT"
            facts = (
                1,
                answered,
                answered and wait <= 20,
                not answered,
                not answered and wait <= 20,
                not answered and wait < 5,
            )
            one = found[f"{day:%Y-%m-%d}", row["type"]]
            for place, value in enumerate(facts):
                one[place] += value
    return dict(found)


def levels(offered, answered, within, abandoned, abandoned_within, short):
    """Numerator and denominator of each formula, from the definitions."""
    return {
        "offered": (within, offered),
        "without_short": (within, offered - short),
        "abandons_ignored": (within, offered - abandoned_within),
        "abandons_good": (within + abandoned_within, offered),
        "answered_only": (within, answered),
        "answer_rate": (answered, offered),
    }


@pytest.mark.shared
def test_a_real_fortnight_is_counted_as_its_file_says(tmp_path, capsys):
    if not BANK.exists():
        pytest.skip(f"{BANK} is not there")
    place = Place(tmp_path, "Asia/Jerusalem")
    assert place.run(file=BANK, how=BANK_MAP) == 0
    assert place.run(file=BANK, how=BANK_MAP) == 0
    expected = bank_counts()
    offered = sum(one[0] for one in expected.values())
    assert f"imported {offered}; known already 0" in capsys.readouterr().out
    zone = ZoneInfo("Asia/Jerusalem")
    counted: dict[tuple[str, str], Counts] = defaultdict(Counts)
    for (queue, starts), counts in place.counts().items():
        day = datetime.fromtimestamp(starts / 1000, UTC).astimezone(zone)
        counted[f"{day:%Y-%m-%d}", queue] += counts
    assert counted.keys() == expected.keys()
    for key, numbers in expected.items():
        for name, pair in levels(*numbers).items():
            assert parts(counted[key], Formula(name)) == pair, (key, name)
    contacts = Counter(
        (
            f"{datetime.fromtimestamp(one.created_at / 1000, UTC).astimezone(zone):%Y-%m-%d}",
            one.queue,
        )
        for one in place.contacts()
    )
    assert contacts == {key: numbers[0] for key, numbers in expected.items()}
    with closing(HistoryReader.open(place.files.history)) as reader:
        assert reader.find(FindQuery(id="43702"))
