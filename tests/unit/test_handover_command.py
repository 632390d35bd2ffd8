"""`supervisor-tui handover` and `show checklists`, from a cache on disk and without a network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.cache.writer import CacheWriter
from data.files import FloorFiles
from data.model import DESK, Change, Incident, Kind, Ms, Person
from data.status import SiteInfo
from supervisor_tui.cli import main

CONFIG = """
[floor]
name = "Test"
state_dir = "{state}"

[[site]]
id = "hh"
name = "Hamburg"
zone = "Europe/Berlin"

[[site.source]]
id = "acd"
url = "http://127.0.0.1:9"

[[checklists]]
name = "opening"
at = "00:00"
items = ["lights on"]
"""
OPENED: Ms = 1_773_216_000_000


@pytest.fixture
def config(tmp_path: Path) -> Path:
    files = FloorFiles(tmp_path / "state").make()
    writer = CacheWriter.open(files)
    site = SiteInfo(id="hh", name="Hamburg", zone="Europe/Berlin", day_start="00:00")
    writer.set_sites([site])
    incident = Incident(
        site="hh",
        source=DESK,
        id="i1",
        party="carrier",
        summary="trunk *B* is down",
        opened_at=OPENED,
        opened_by=Person("anna", "Anna"),
        version=1,
    )
    change = Change(kind=Kind.INCIDENT, id="i1", version=1, at=OPENED, record=incident)
    writer.apply("hh", DESK, [change], cursor="1", epoch="desk", observed_at=OPENED)
    writer.close()
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.format(state=files.root))
    return file


def told(config: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    command, *rest = words
    assert main([command, "--config", str(config), "--offline", *rest]) == 0
    return capsys.readouterr().out


def test_the_draft_as_text_and_markdown(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(config, capsys, "handover")
    assert "Handover of Hamburg, draft, since" in text
    assert " Incidents: 1\n ! carrier: trunk *B* is down" in text
    assert "People: not known" in text
    assert "Loans: 0" in text
    marked = told(config, capsys, "handover", "--format", "markdown")
    assert "## Incidents: 1\n\n- [ ] carrier: trunk \\*B\\* is down" in marked


def test_the_draft_as_json(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = json.loads(told(config, capsys, "handover", "--format", "json", "--since", "00:00"))
    assert given["site"] == "hh"
    assert given["since_left"] is None
    known = {each["section"]: each["is_known"] for each in given["sections"]}
    assert (known["incidents"], known["people"]) == (True, False)
    (line,) = given["sections"][0]["lines"]
    assert (line["key"], line["is_risk"]) == ("incident/@desk/i1", True)


def test_a_time_that_is_none_is_refused(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["handover", "--config", str(config), "--offline", "--since", "soon"]
    assert main(words) == 2
    assert "no time that has been" in capsys.readouterr().err


def test_the_checklists_of_the_configuration(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = json.loads(told(config, capsys, "show", "checklists", "--json"))
    (run,) = given["checklists"]
    assert (run["name"], run["left"], run["items"][0]["item"]) == ("opening", 1, "lights on")
    assert "lights on" in told(config, capsys, "show", "checklists")
    assert "trunk *B* is down" in told(config, capsys, "show", "notes")
