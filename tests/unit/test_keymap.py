"""The keys in use: the floor's, and over them the person's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from supervisor_tui.config import ConfigError, load_config
from supervisor_tui.keymap import floor_keymap, with_own_keys

SITE = '[[site]]\nid = "a"\n[[site.source]]\nid = "s"\nurl = "https://x/"\n'


def test_good_keys_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'{SITE}[keys]\n"table.worst" = "!,f2"\n')
    assert floor_keymap(load_config(path)) == {"table.worst": "!,f2"}


def test_every_bad_key_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'{SITE}[keys]\n"table.wurst" = "w"\n\n"table.worst" = "f99"\n')
    with pytest.raises(ConfigError) as caught:
        floor_keymap(load_config(path))
    first, second = caught.value.problems
    assert (first.line, second.line) == (7, 9)
    assert "table.worst" in first.expected
    assert "f99" in second.expected


def test_ids_may_stand_without_quotes(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'{SITE}[keys]\ntable.worst = "w"\n"table.up" = "i"\n')
    assert load_config(path).keys == {"table.worst": "w", "table.up": "i"}
    path.write_text(f'{SITE}[keys]\n\ntable.worst = "f99"\n')
    with pytest.raises(ConfigError) as caught:
        floor_keymap(load_config(path))
    assert [problem.line for problem in caught.value.problems] == [8]


def test_own_keys_stand_above_the_floors() -> None:
    keymap, problems = with_own_keys({"table.worst": "w"}, {"table.worst": "f2"})
    assert keymap == {"table.worst": "f2"}
    assert problems == ()


def test_own_keys_that_cannot_be_are_left_out_and_told() -> None:
    own = {"table.worst": "f2", "nothing": "x", "app.help": "f99", "table.up": "j"}
    keymap, problems = with_own_keys({}, own)
    assert keymap == {"table.worst": "f2"}
    assert {problem.action for problem in problems} == {"nothing", "app.help", "table.up"}
