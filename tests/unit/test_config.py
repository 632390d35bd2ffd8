"""Reading a configuration, and every way in which one can be wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES, Figure, RuleSettings
from supervisor_tui import config
from supervisor_tui.config import (
    ConfigError,
    Problem,
    load_config,
    merge_rules,
    rules_of_today,
    word_problem,
)
from supervisor_tui.config_decode import decode
from supervisor_tui.config_model import Document

GOOD = """\
[floor]
name = "Harbour"
[[site]]
id = "hamburg"
zone = "Europe/Berlin"
[[site.source]]
id = "pbx"
url = "https://pbx.example.com/api"
"""
SITE = '[[site]]\nid = "a"\n[[site.source]]\nid = "s"\nurl = "https://x/"\n'


@pytest.fixture
def write(tmp_path: Path):
    def _write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def problems_of(path: Path) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    return list(caught.value.problems)


def only_problem(path: Path) -> tuple[int, str, str, str]:
    (problem,) = problems_of(path)
    return problem.line, problem.key, problem.expected, problem.nearest


def test_a_good_file_is_read_with_its_defaults(write) -> None:
    read = load_config(write(GOOD))
    assert read.floor.formula is Formula.OFFERED
    assert read.sites[0].source[0].url == "https://pbx.example.com/api"
    assert read.rules == DEFAULT_RULES
    assert read.screen.colours == "auto"
    assert read.screen.restricted
    assert read.path == write(GOOD)


def test_every_mistake_is_found_at_once_in_the_order_of_the_file(write) -> None:
    path = write(
        "[floor]\nname = 3\nformla = 'offered'\npoll = 3\n[[site]]\nid = 'a b'\n"
        "[[site.source]]\nkind = 'supervison'\npoll = nan\n[screen]\ncolours = 17\nascii = 'yes'\n"
    )
    found = [(p.line, p.key, p.nearest) for p in problems_of(path)]
    assert found == [
        (2, "floor.name", ""),
        (3, "floor.formla", "formula"),
        (4, "floor.poll", "site.source.poll"),
        (6, "site[1].id", ""),
        (7, "site[1].source[1].id", ""),
        (7, "site[1].source[1].url", ""),
        (8, "site[1].source[1].kind", "supervision"),
        (9, "site[1].source[1].poll", ""),
        (11, "screen.colours", ""),
        (12, "screen.ascii", ""),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[floor]\nlinger = -1", "a number from 0 to 86400"),
        ("[floor]\nlinger = true", "a number from 0 to 86400"),
        ("[floor]\nhistory_days = 1.5", "a whole number, 1 or more"),
        ("[floor]\nsync = 'Auto'", "one of auto, external"),
        ("[screen]\nhints = 1", "true or false"),
        ("[screen]\ncolours = true", "one of auto, full, 0, 16, 256"),
        ("[screen]\nlanguage = 'german please'", "a language as in 'de' or 'pt_BR'"),
        ("[people.x]\nid = 'x'\nname = 'X'\nteams = 'North'", "a list, as in ['one', 'two']"),
        ("[people]\nx = 1", "a table"),
        ("[[rules]]\nfigure = 'waiting'\nabove = nan", "a number"),
        ("[rules]\nfigure = 1", "tables headed [[rules]]"),
        ("[keys]\nquit = 1", "text in quotes"),
    ],
)
def test_what_was_expected_is_said_in_words(write, line: str, expected: str) -> None:
    assert only_problem(write(f"{SITE}{line}\n"))[2] == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "site"),
        ('[[site]]\nid = "a"\n', "site[1].source"),
        (SITE.replace('id = "a"', 'id = "a"\nzone = "Europe/Berlni"'), "site[1].zone"),
        (SITE.replace('id = "a"', 'id = "a"\nzone = "../../etc/passwd"'), "site[1].zone"),
        (SITE + SITE, "site[2].id"),
        (SITE + SITE.partition("\n")[2].partition("\n")[2], "site[1].source[2].id"),
        (SITE + "[floor]\nperson='y'\n[people.x]\nid='x'\nname='X'\n", "floor.person"),
        (SITE + "[[rules]]\nfigure='waiting'\n", "rules[1].above"),
        (SITE + "[[rules]]\nfigure='waiting'\nabove=1\nbelow=2\n", "rules[1].above"),
        (SITE + "[[rules]]\nfigure='waiting'\nabove=1\nsite='b'\n", "rules[1].site"),
    ],
)
def test_names_must_agree(write, text: str, key: str) -> None:
    assert only_problem(write(text))[1] == key


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("https://pbx.example.com:8443/api/v1", True),
        ("http://127.0.0.1:8080", True),
        ("http://127.8.8.8", True),
        ("http://[::1]:1/", True),
        ("http://localhost:1", True),
        ("http://pbx.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://localhost.example.com", False),
        ("ftp://pbx", False),
        ("pbx.example.com", False),
        ("https://", False),
        ("https://user:secret@pbx", False),
        ("https://pbx/?a=1", False),
        ("https://pbx:99999/", False),
        ("https://[1/", False),
    ],
)
def test_an_address_is_https_or_this_machine(write, url: str, is_good: bool) -> None:
    path = write(SITE.replace("https://x/", url))
    if is_good:
        assert load_config(path).sites[0].source[0].url == url
    else:
        line, key, expected, _nearest = only_problem(path)
        assert (line, key) == (5, "site[1].source[1].url")
        assert "secret" not in expected


def test_files_are_looked_for_beside_the_configuration(write, tmp_path: Path) -> None:
    path = write(f'{SITE}token_file = "token"\nca_file = "none.pem"\nclient_key = "."\n')
    (tmp_path / "token").write_text("t")
    (tmp_path / "token").chmod(0o640)
    found = {p.key.rpartition(".")[2]: p.expected for p in problems_of(path)}
    assert found == {
        "token_file": "a file that only its owner can read (chmod 600)",
        "ca_file": "a file that exists",
        "client_key": "a file, not a folder or a device",
        "client_certificate": "the certificate that client_key is for",
    }
    path = write(f'{SITE}token_file = "token"\n[floor]\nstate_dir = "state"\n')
    (tmp_path / "token").chmod(0o600)
    read = load_config(path)
    assert read.sites[0].source[0].token_file == str(tmp_path / "token")
    assert config.floor_files(read).root == tmp_path / "state"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"[floor]\nname = \n", 2),
        (b"[floor]\nname = 'a'\nname = 'b'\n", 3),
        (b"[floor\n", 1),
        (b"a = '''\n\n", 3),
        (b"\xff\xfe", 0),
        (b"a = " + b"[" * 5000, 1),
    ],
)
def test_what_is_no_toml_is_placed_and_never_a_traceback(
    tmp_path: Path, content: bytes, line: int
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    (problem,) = problems_of(path)
    assert problem.file == path
    assert problem.line == line


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "config.toml")
    assert "supervisor-tui init" in word_problem(problem)
    (problem,) = problems_of(tmp_path)
    assert str(tmp_path) in word_problem(problem)


def test_hostile_names_stay_text(write) -> None:
    (problem,) = problems_of(write(f'{SITE}"\\u001b]52;c;x\\u0007" = 1\n'))
    assert "\x1b" not in word_problem(problem)
    assert "\x07" not in word_problem(problem)


def test_a_problem_is_one_line_that_editors_can_follow() -> None:
    problem = Problem(Path("/etc/c.toml"), 7, "site[1].zoen", "one of id, zone", "zone")
    said = word_problem(problem)
    assert said == "/etc/c.toml:7: site[1].zoen: expected one of id, zone; did you mean zone?"


def test_own_rules_replace_the_defaults_of_their_figure_only() -> None:
    own = RuleSettings(figure=Figure.LONGEST_WAIT, above=300)
    rules = merge_rules([own])
    assert [rule for rule in rules if rule.figure is Figure.LONGEST_WAIT] == [own]
    assert {rule.figure for rule in rules} == {rule.figure for rule in DEFAULT_RULES}


def test_the_default_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "HOST_CONFIG", tmp_path / "host.toml")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    named = {"SUPERVISOR_TUI_CONFIG": "/x/y.toml"}
    own = tmp_path / "own" / "supervisor-tui" / "config.toml"
    assert config.default_config_path({}) == own
    (tmp_path / "host.toml").touch()
    assert config.default_config_path({}) == tmp_path / "host.toml"
    assert config.default_config_path(named) == Path("/x/y.toml")


def test_two_floors_never_share_a_folder() -> None:
    names = ["floor", "Floor", "floor!", "flöör", "", "ä", "ö", "../floor", "a" * 99, "a" * 98]
    folders = [config.floor_folder_name(name) for name in names]
    assert len(set(folders)) == len(names)
    assert all(folder.replace("-", "").isalnum() and folder.isascii() for folder in folders)


values = st.sampled_from(
    ["a", "auto", "x y", "06:00", "25:00", 0, 1, -1, 16, 17, 1.5, True, False, [], ["a"], {}, [{}]]
)
schema = st.sampled_from(["id", "url", "poll", "zone", "name", "figure", "above", "colours", "no"])
rows = st.lists(st.dictionaries(schema, values, max_size=3), max_size=2)
documents = st.fixed_dictionaries(
    {},
    optional={
        "floor": st.one_of(values, st.dictionaries(schema, values, max_size=3)),
        "screen": st.dictionaries(st.sampled_from(["ascii", "colours", "hints"]), values),
        "site": st.one_of(values, rows),
        "rules": st.one_of(values, rows),
        "people": st.dictionaries(st.sampled_from(["x"]), values),
        "keys": st.dictionaries(st.sampled_from(["x"]), values),
        "other": values,
    },
)


@given(documents)
def test_the_walk_finds_a_fault_exactly_where_msgspec_does(raw: dict[str, Any]) -> None:
    document, faults = decode(raw)
    try:
        wanted = msgspec.convert(raw, Document)
    except msgspec.ValidationError:
        assert faults
        assert document is None
    else:
        assert document == wanted
        assert faults == []


def test_a_rule_pack_of_ones_own_is_looked_for_beside_the_file_and_checked(
    write, tmp_path: Path
) -> None:
    from data.rules.rule_packs import read_pack

    (tmp_path / "ours.toml").write_text(read_pack("generic"))
    path = write(SITE + '[complaints]\npack = "./ours.toml"\nenquiry_pack = "au-rg271"\n')
    read = load_config(path)
    assert read.complaints.pack == str(tmp_path / "ours.toml")
    assert read.complaints.enquiry_pack == "au-rg271"

    path = write(SITE + '[complaints]\npack = "our-pack"\n')
    with pytest.raises(ConfigError) as refused:
        load_config(path)
    (problem,) = refused.value.problems
    assert problem.key == "complaints.pack"
    assert problem.expected.startswith("a rule pack (")


def test_a_site_s_rules_of_rosters_are_looked_for_beside_the_file_and_checked(
    write, tmp_path: Path
) -> None:
    from data.rules.roster_rules import USUAL, rules_path

    (tmp_path / "ours.toml").write_bytes(rules_path(USUAL).read_bytes())
    own = SITE.replace("[[site.source]]", 'roster_rules = "ours.toml"\n[[site.source]]')
    (site,) = load_config(write(own)).sites
    assert site.roster_rules == str(tmp_path / "ours.toml")
    (tmp_path / "ours.toml").write_text("rule = 1", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(write(own))
    (problem,) = caught.value.problems
    assert problem.key == "site[1].roster_rules"


def test_a_rule_marks_from_its_day_on(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    rule = '[[rules]]\nfigure = "waiting"\nabove = {limit}\nvalid_from = "{day}"\n'
    rules = rule.format(limit=1, day="2026-03-29") + rule.format(limit=2, day="2026-03-30")
    path.write_text(SITE.replace('id = "a"', 'id = "a"\nzone = "Europe/Berlin"') + rules)
    # A moment before midnight in Berlin.
    monkeypatch.setattr("data.clock.wall_ms", lambda: 1_774_821_600_000 - 1)
    waiting = [each.above for each in rules_of_today(load_config(path)) if each.above in {1, 2}]
    assert waiting == [1]
