"""What may be said of an Asterisk in a configuration, and every way in which it can be wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from supervisor_tui.config import ConfigError, load_config
from supervisor_tui.config_sources import without_page

HEAD = '[[site]]\nid = "a"\n[[site.source]]\nid = "s"\n'
GOOD = {
    "kind": '"asterisk"',
    "url": '"https://pbx.example.com:8089/asterisk"',
    "username": '"panel"',
    "secret_variable": '"PBX_SECRET"',
}
QUEUE = '[[site.source.queue]]\nname = "600"\n'
TOGGLE = '[[site.source.queue.toggle]]\nname = "closed"\n'


def write(folder: Path, more: str = "", **keys: str | None) -> Path:
    """A configuration that is good but for what is given; None leaves a key out."""
    values = {key: value for key, value in (GOOD | keys).items() if value is not None}
    text = HEAD + "".join(f"{key} = {value}\n" for key, value in values.items()) + more
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def wrong(path: Path) -> dict[str, str]:
    """What is wrong by the last part of each key."""
    try:
        load_config(path)
    except ConfigError as error:
        return {
            problem.key.removeprefix("site[1].source[1]."): f"{problem.expected} {problem.nearest}"
            for problem in error.problems
        }
    return {}


def test_a_good_one_is_read(tmp_path: Path) -> None:
    more = (
        f'{QUEUE}threshold = 20\nextension = "600@ext-queues"\n'
        f'{TOGGLE}database = "NIGHT/600"\n'
        f'{TOGGLE.replace("closed", "overflow")}device = "Custom:over600"\n'
        f"{QUEUE.replace('600', '601')}"
    )
    path = write(tmp_path, more, show='["sales*"]', trunks='["PJSIP/provider*"]', wrap_up="12")
    source = load_config(path).sites[0].source[0]
    assert [queue.name for queue in source.queue] == ["600", "601"]
    assert [toggle.name for toggle in source.queue[0].toggle] == ["closed", "overflow"]


def test_paths_are_taken_from_where_the_file_is(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    (tmp_path / "secret").chmod(0o600)
    path = write(tmp_path, secret_variable=None, secret_file='"secret"', queue_log='"log"')
    source = load_config(path).sites[0].source[0]
    assert source.secret_file == str(tmp_path / "secret")
    # A log that is being rotated is no reason not to start.
    assert source.queue_log == str(tmp_path / "log")
    (tmp_path / "log").mkdir()
    assert "a file" in wrong(path)["queue_log"]


def test_an_account_that_may_not_look_at_files_can_read_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, secret_variable=None, secret_file='"hidden"', queue_log='"hidden/log"')
    stat = Path.stat

    def refuse(self: Path, **how: bool) -> os.stat_result:
        if "hidden" in self.parts:
            raise PermissionError(13, "Permission denied")
        return stat(self, **how)

    monkeypatch.setattr(Path, "stat", refuse)
    assert wrong(path) == {}


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, secret_variable=None, secret_file='"secret"')
    assert "a file that exists" in wrong(path)["secret_file"]
    (tmp_path / "secret").write_text("s")
    (tmp_path / "secret").chmod(0o644)
    assert "chmod 600" in wrong(path)["secret_file"]


@pytest.mark.parametrize(
    ("keys", "key", "said"),
    [
        ({"username": None}, "username", "manager.conf"),
        ({"username": r'"a\nSecret: b"'}, "username", "manager.conf"),
        ({"secret_variable": None}, "secret_file", "either secret_file or secret_variable"),
        ({"secret_variable": '"my secret"'}, "secret_variable", "PBX_SECRET"),
        ({"token_file": '"secret"'}, "token_file", "kind = 'supervision' secret_file"),
        ({"site": '"hh"'}, "site", "kind = 'supervision'"),
        ({"url": '"http://pbx.example.com:8088"'}, "url", "plain_http"),
        (
            {"url": '"https://pbx.example.com:8089/x/rawman"'},
            "url",
            "'https://pbx.example.com:8089/x'",
        ),
        ({"sign_in": '"digst"'}, "sign_in", "digest"),
        ({"show": '["sales", ""]'}, "show[2]", "a name or a pattern"),
        ({"context": '"from internal"'}, "context", "from-internal"),
        ({"wrap_up": "-1"}, "wrap_up", "3600"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, keys: dict[str, str | None], key: str, said: str
) -> None:
    (tmp_path / "secret").write_text("s")
    (tmp_path / "secret").chmod(0o600)
    found = wrong(write(tmp_path, **keys))
    assert list(found) == [key]
    assert said in found[key]


@pytest.mark.parametrize(
    ("more", "key", "said"),
    [
        (QUEUE + QUEUE, "queue[2].name", "no other one"),
        (QUEUE + 'extension = "600@"\n', "queue[1].extension", "600@ext-queues"),
        (QUEUE + TOGGLE, "queue[1].toggle[1].database", "either database or device"),
        (
            QUEUE + TOGGLE + 'database = "N/6"\ndevice = "Custom:n"\n',
            "queue[1].toggle[1].database",
            "either database or device",
        ),
        (QUEUE + TOGGLE + 'database = "NIGHT"\n', "queue[1].toggle[1].database", "NIGHT/600"),
        (QUEUE + TOGGLE + 'device = "PJSIP/1"\n', "queue[1].toggle[1].device", "Custom:"),
        (QUEUE + TOGGLE + 'database = "N/6"\noff = "1"\n', "queue[1].toggle[1].off", "else"),
        (
            QUEUE + 2 * (TOGGLE + 'device = "Custom:n"\n'),
            "queue[1].toggle[2].name",
            "no other one",
        ),
    ],
)
def test_what_is_wrong_of_a_queue_is_named(tmp_path: Path, more: str, key: str, said: str) -> None:
    found = wrong(write(tmp_path, more))
    assert list(found) == [key]
    assert said in found[key]


def test_both_ways_to_a_secret_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    (tmp_path / "secret").chmod(0o600)
    found = wrong(write(tmp_path, secret_file='"secret"'))
    assert "either secret_file or secret_variable" in found["secret_file"]


def test_plain_http_may_be_said_to_be_guarded(tmp_path: Path) -> None:
    assert wrong(write(tmp_path, url='"http://10.0.0.7:8088"', plain_http="true")) == {}


@pytest.mark.parametrize(
    "line",
    [
        'username = "panel"',
        'queue_log = "log"',
        "wrap_up = 3",
        'hide = ["x"]',
        'sign_in = "digest"',
    ],
)
def test_a_supervision_api_has_none_of_it(tmp_path: Path, line: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'{HEAD}url = "https://x/"\n{line}\n', encoding="utf-8")
    found = wrong(path)
    assert list(found) == [line.split(" ", maxsplit=1)[0]]
    assert "only where kind = 'asterisk'" in found[line.split(" ", maxsplit=1)[0]]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("http://pbx:8088/rawman", "http://pbx:8088"),
        ("http://pbx:8088/asterisk/mxml/", "http://pbx:8088/asterisk"),
        ("http://rawman", "http://rawman"),
        ("http://pbx/ast/", "http://pbx/ast/"),
    ],
)
def test_the_page_of_the_manager_is_no_part_of_the_address(typed: str, meant: str) -> None:
    assert without_page(typed) == meant
