"""docs/asterisk.md is followed line by line: what it says has to be what the program does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from data.settings import SourceKind, SourceSettings
from supervisor_tui.commands.init import Endpoint, fill_template
from supervisor_tui.config import load_config
from supervisor_tui.doctor_asterisk_places import Report
from supervisor_tui.doctor_asterisk_rights import look_at_rights
from supervisor_tui.parser import parse

PAGE = Path(__file__).parents[2] / "docs" / "asterisk.md"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The examples of a language, of a shell if it has no name."""
    found = re.findall(r"^```(\w*)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return [body for named, body in found if named == language]


def test_the_queue_and_toggle_of_the_page_load_below_what_init_writes(tmp_path: Path) -> None:
    (example,) = blocks("toml")
    written = fill_template(_endpoint())
    path = tmp_path / "config.toml"
    path.write_text(written.replace("# One table for each person", f"{example}\n# One table"))
    (queue,) = load_config(path).sites[0].source[0].queue
    assert (queue.title, queue.toggle[0].database) == ("Sales", "NIGHT/600")


def test_the_commands_of_the_page_are_understood() -> None:
    commands = [
        shlex.split(line, comments=True)
        for block in blocks("")
        for line in block.replace("\\\n", " ").splitlines()
        if line.startswith("supervisor-tui ")
    ]
    assert [command[1:2] for command in commands] == [["init"], ["doctor"]]
    for command in commands:
        parse(command[1:])


def test_the_rights_of_the_page_are_those_that_the_doctor_asks_for() -> None:
    account = next(block for block in blocks("ini") if "[supervisor-tui]" in block)
    report = Report(name="main/pbx", account="supervisor-tui")
    settings = SourceSettings(id="pbx", kind=SourceKind.ASTERISK, url="https://pbx/")
    look_at_rights(report, settings, {"listcommands": "", "queuestatus": ""})
    (line,) = re.findall(r"^write = .*$", account, re.MULTILINE)
    assert line in report.findings[-1].text


def test_the_page_speaks_of_keys_that_there_are() -> None:
    keys = set(re.findall(r"^(?:# )?([a-z_]+) = ", fill_template(_endpoint()), re.MULTILINE))
    told = "ca_file zone day_start wrap_up queue_log sign_in plain_http threshold trunks context"
    assert set(told.split()) <= keys
    assert all(f"`{key}" in TEXT for key in told.split())


def _endpoint() -> Endpoint:
    return Endpoint(
        kind=SourceKind.ASTERISK,
        url="https://pbx.example.com:8089",
        username="supervisor-tui",
        secret_variable="PBX_SECRET",
    )
