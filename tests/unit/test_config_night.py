"""What the configuration may say of a screen that is left alone, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from supervisor_tui.config import ConfigError, load_config, word_problem
from supervisor_tui.config_model import Configuration

FLOOR = """
[[site]]
id = "hh"
[[site.source]]
id = "pbx"
url = "http://127.0.0.1:9"
"""


def load(folder: Path, text: str) -> Configuration:
    path = folder / "config.toml"
    path.write_text(text + FLOOR, encoding="utf-8")
    return load_config(path)


def test_the_night_and_the_lock_are_off_unless_they_are_asked_for(tmp_path: Path) -> None:
    read = load(tmp_path, "")
    assert (read.screen.night, read.screen.lock_after, read.screen.leave_after) == ("", 0, 0)
    assert read.night == ()


def test_people_are_called_by_programs_with_their_arguments(tmp_path: Path) -> None:
    text = '[[night]]\nname = "Lena"\nafter = 10\ncommand = ["/usr/local/bin/page", "lena"]\n'
    (lena,) = load(tmp_path, text).night
    assert lena.command == ("/usr/local/bin/page", "lena")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[[night]]\nname = "L"\nafter = 10\ncommand = ["page"]\n', "night[1].command"),
        ('[[night]]\nname = "L"\nafter = 10\ncommand = []\n', "night[1].command"),
        ('[[night]]\nname = "L"\nafter = 0\ncommand = ["/x"]\n', "night[1].after"),
        ('[screen]\nunlock_command = ["sudo", "-k", "-v"]\n', "screen.unlock_command"),
        ('[screen]\nnight = "22-6"\n', "screen.night"),
        ("[screen]\nlock_after = -1\n", "screen.lock_after"),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(tmp_path, text)
    (problem,) = error.value.problems
    assert problem.key == key, word_problem(problem)
