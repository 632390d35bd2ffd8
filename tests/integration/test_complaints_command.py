"""`supervisor-tui complaints`: rows of another system on the desk's record, each exactly once."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.desk.imports import record_id
from data.desk.messages import DESK
from data.desk.registry import KIND
from data.desk.store import SqliteKeeper
from data.files import FloorFiles
from data.floor import Key
from data.model import Escalation
from data.sandbox.options import SandboxOptions
from data.sync.outbox import Outbox
from supervisor_tui.cli import main
from supervisor_tui.complaints_csv import export_csv
from tests.integration.test_acting import SLOW_S, Screen, quietly, syncing
from tests.support.loopback import until
from tests.support.sandbox_server import serving

MAP = """
[columns]
reference = "Case"
received_at = "Received"
summary = "Subject"
severity = "Priority"
status = "State"
caller = "Phone"

[format]
time = "%d.%m.%Y %H:%M"
delimiter = ";"

[values.severity]
P1 = "critical"
"""
ROWS = """Case;Received;Subject;Priority;State;Phone
C-1;02.03.2026 10:00;"Charged
twice";P1;new;+49 40 1234567
C-2;03.03.2026 10:00;'=Lost letter;low;awaiting_customer;
C-3;03.03.2026 11:00;Settled;medium;resolved;
"""


class Place:
    """A floor without a sync process, and files to import."""

    def __init__(self, root: Path, url: str = "http://127.0.0.1:9") -> None:
        self.root = root
        self.files = FloorFiles(root / "floor")
        self.config = root / "config.toml"
        self.config.write_text(
            f'[floor]\nstate_dir = "{self.files.root}"\nsync = "external"\n'
            '[[site]]\nid = "hh"\nzone = "Europe/Berlin"\n'
            f'[[site.source]]\nid = "acd"\nurl = "{url}"\n'
        )
        (root / "map.toml").write_text(MAP)

    def run(self, rows: str, *options: str) -> int:
        path = self.root / "cases.csv"
        path.write_text(rows)
        how = str(self.root / "map.toml")
        return main(
            [
                *("--config", str(self.config), "complaints", "import"),
                *(str(path), "--map", how, *options),
            ]
        )

    def kept(self) -> dict[str, Any]:
        keeper = SqliteKeeper.open(self.files.make(), "hh")
        try:
            return {each.data.reference: each.data for each in keeper.living(KIND, 100)}
        finally:
            keeper.close()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_each_row_is_imported_once_however_often(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.run(ROWS, "--dry-run") == 0
    assert place.kept() == {}
    assert place.run(ROWS) == 0
    assert place.run(ROWS + "C-4;04.03.2026 10:00;New one;low;new;\n") == 0
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "3 complaints could be imported.",
        "3 complaints imported; 0 on record already.",
        "1 complaint imported; 3 on record already.",
    ]
    kept = place.kept()
    assert sorted(kept) == ["C-1", "C-2", "C-3", "C-4"]
    first = kept["C-1"]
    assert (first.severity, first.caller_masked[-4:]) == ("critical", "4567")
    assert "123" not in first.caller_masked
    assert first.received_at.isoformat() == "2026-03-02T09:00:00+00:00"
    assert [event.what for event in first.events] == ["raised", "imported"]
    assert all(not clock.paused for clock in first.clocks)
    assert all(clock.paused for clock in kept["C-2"].clocks), "it waits for the customer"
    assert kept["C-2"].summary == "=Lost letter"
    assert all(clock.met_at for clock in kept["C-3"].clocks)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("C-9;02.03.2026 10:00;Bad;P2;new;", ":5: column Priority: expected one of low, "),
        ("C-9;2026-03-02;Bad;low;new;", ":5: column Received: expected a time that is not later"),
        ("C-9;02.03.2999 10:00;Bad;low;new;", ":5: column Received: expected a time that is not"),
        ("C-9;02.03.2026 10:00;;low;new;", ":5: column Subject: expected something: it is empty"),
        ("C-1;02.03.2026 10:00;Bad;low;new;", ":5: column Case: expected a reference that no"),
        (f"{'C' * 33};02.03.2026 10:00;Bad;low;new;", ":5: column Case: expected a shorter text"),
        ('C-9;"02.03.2026', ":5: expected CSV ("),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(
    place: Place, capsys: pytest.CaptureFixture[str], row: str, said: str
) -> None:
    lines = ROWS.replace("Charged\ntwice", "Charged twice").splitlines()
    assert place.run("\n".join([*lines, row])) == 1
    assert said in capsys.readouterr().err
    assert place.kept() == {}


def test_a_heading_or_a_map_that_is_wrong_is_told(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.run(ROWS.replace("Priority", "Prio")) == 1
    assert ":1: column Priority: expected a column of this name" in capsys.readouterr().err
    (place.root / "map.toml").write_text(MAP + "\n[nonsense]\n")
    assert place.run(ROWS) == 1
    assert "map.toml: this is no map of columns" in capsys.readouterr().err


def logged(outbox: Outbox) -> list[tuple[str, str]]:
    """What the log says of imports."""
    rows = outbox._file.connection.execute("SELECT event, detail FROM audit ORDER BY seq")
    return [(event, detail) for event, detail in rows if event == "imported"]


async def test_a_running_sync_process_imports_and_shows_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    options = SandboxOptions(day=date(2026, 3, 11), starts_at="10:00", queues=3, agents=6)
    with serving(options) as sandbox:
        place = Place(tmp_path, sandbox.url)
        screen = Screen(place.files, "anna")
        async with syncing(place.files, sandbox.url):
            await until(lambda: quietly(lambda: screen.look().agents), SLOW_S)
            assert await asyncio.to_thread(place.run, ROWS) == 0
            assert await asyncio.to_thread(place.run, ROWS) == 0
            shown = screen.look().escalations
            keys = [Key("hh", DESK, record_id("hh", f"C-{n}")) for n in (1, 2, 3)]
            assert [shown[key].status for key in keys] == ["new", "awaiting_customer", "resolved"]
            assert sum(key.source == DESK for key in shown) == 3
            capsys.readouterr()
            asked = ["--config", str(place.config), "complaints", "export", "--site", "hh"]
            assert await asyncio.to_thread(main, [*asked, "--json"]) == 0
            told = json.loads(capsys.readouterr().out)["complaints"]
            assert {"C-1", "C-2", "C-3"} <= {each["reference"] for each in told}
            assert len(told) == len(shown)
        assert list(place.files.imports.iterdir()) == []
    outbox = Outbox.open(place.files)
    entries = [detail for _, detail in logged(outbox)]
    outbox.close()
    assert [each.split(": ")[1] for each in entries] == ["3 new, 0 known", "0 new, 3 known"]


def test_an_export_runs_nothing_in_a_spreadsheet() -> None:
    made = Escalation(
        site="hh", source=DESK, id="=1", reference="@E", summary="+cmd|'/C calc'!A0", received_at=0
    )
    (row,) = csv.DictReader(io.StringIO(export_csv([made])))
    assert (row["id"], row["reference"]) == ("'=1", "'@E")
    assert row["summary"].startswith("'+cmd")
    assert row["received_at"] == "1970-01-01T00:00:00Z"
