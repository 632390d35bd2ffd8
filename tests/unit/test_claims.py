"""Who `--as` may name, and whom a team leader leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.people import Person
from data.settings import Role
from supervisor_tui.claims import check_claim, check_known
from supervisor_tui.config import Configuration, load_config
from supervisor_tui.failures import UsageError

PEOPLE = '[people.ann]\nid = "a-berg"\nname = "Ann Berg"\nrole = "supervisor"\n'


def floor(tmp_path: Path, *, floor: str = "", people: str = PEOPLE) -> Configuration:
    path = tmp_path / "floor.toml"
    site = '[[site]]\nid = "main"\n[[site.source]]\nid = "pbx"\nurl = "https://x/"\n'
    path.write_text(f"[floor]\n{floor}\n{site}{people}", "utf-8")
    return load_config(path)


def test_an_id_that_nobody_has_is_refused_with_those_there_are(tmp_path: Path) -> None:
    configuration = floor(tmp_path)
    check_claim(configuration, "a-berg")
    check_claim(configuration, "")
    for check in (check_claim, check_known):
        with pytest.raises(UsageError, match=r"nobody under \[people\] has that id.*a-berg"):
            check(configuration, "ann")


def test_a_floor_that_lists_nobody_takes_any_name(tmp_path: Path) -> None:
    check_claim(floor(tmp_path, people=""), "whoever")


def test_a_claim_that_would_not_be_heeded_is_refused(tmp_path: Path) -> None:
    configuration = floor(tmp_path, floor=f'sync = "external"\nstate_dir = "{tmp_path}"')
    check_claim(configuration, "")
    check_known(configuration, "a-berg")
    with pytest.raises(UsageError, match="Leave --as away"):
        check_claim(configuration, "a-berg")


def test_teams_are_compared_without_case() -> None:
    leader = Person("t", "Tess", Role.TEAM_LEADER, teams=frozenset({"North"}))
    assert leader.leads("north")
    assert not leader.leads("south")
    assert not leader.leads("")
