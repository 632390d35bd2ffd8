"""The keys in use: the floor's from `[keys]`, and over them the person's own."""

from __future__ import annotations

from collections.abc import Mapping

from screens.key_names import Keymap
from screens.keys import KeyProblem, check_keymap
from supervisor_tui.config import ConfigError, Configuration, Problem
from supervisor_tui.config_locate import Locations


def floor_keymap(configuration: Configuration) -> Keymap:
    """The keys of the configuration.

    Raises:
        ConfigError: Some of them cannot be; names each with its line.
    """
    problems = check_keymap(configuration.keys)
    if problems:
        raise ConfigError(*_placed(configuration, problems))
    return configuration.keys


def with_own_keys(floor: Keymap, own: Mapping[str, str]) -> tuple[Keymap, tuple[KeyProblem, ...]]:
    """A floor's keymap with a person's own keys over it.

    A key that cannot be is left out instead of keeping the screen from starting: the person may
    need the screen to mend it.

    Returns:
        The keymap, and what is wrong with the lines that were left out.
    """
    kept = dict(own)
    told: list[KeyProblem] = []
    while problems := [each for each in check_keymap({**floor, **kept}) if each.action in kept]:
        told += problems
        for problem in problems:
            kept.pop(problem.action, None)
    if check_keymap({**floor, **kept}):
        return floor, tuple(told)
    return {**floor, **kept}, tuple(told)


def _placed(configuration: Configuration, problems: tuple[KeyProblem, ...]) -> list[Problem]:
    locations = Locations(configuration.path.read_text(encoding="utf-8"))
    problems_with_lines = []
    for each in problems:
        # In quotes the id is one key, without them two: the form that is there is further down.
        paths = ("keys", each.action), ("keys", *each.action.split("."))
        line = max(map(locations.line, paths))
        problems_with_lines.append(Problem(configuration.path, line, "", str(each)))
    return problems_with_lines
