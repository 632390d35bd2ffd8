"""The configuration: where it is, what it says, and every mistake in it with its line.

The file is TOML. What it may hold is in `config_model`, what the types cannot say in
`config_checks`; the commented template that `supervisor-tui init` writes explains it to people.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from data.clean import clean_text
from data.clock import HostClock
from data.files import FloorFiles
from data.rules.wall_time import local_time
from data.settings import DEFAULT_RULES, RuleSettings
from data.zones import zone
from screens.text import _
from supervisor_tui.config_checks import check, with_absolute_paths
from supervisor_tui.config_decode import Fault, decode
from supervisor_tui.config_locate import KeyPath, Locations
from supervisor_tui.config_model import (
    ConfigError,
    Configuration,
    Document,
    Problem,
    ScreenSettings,
)
from supervisor_tui.folders import config_folder, state_folder

__all__ = [
    "ConfigError",
    "Configuration",
    "Problem",
    "ScreenSettings",
    "default_config_path",
    "floor_files",
    "load_config",
    "merge_rules",
    "rules_of_today",
    "word_problem",
]

VARIABLE = "SUPERVISOR_TUI_CONFIG"
HOST_CONFIG = Path("/etc/supervisor-tui/config.toml")
SIZE_LIMIT = 1024 * 1024


def default_config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """The configuration that is meant where none is named.

    What the environment names; else the host's, so that a host has one sync process; else the
    person's own. The file need not exist.
    """
    if environ.get(VARIABLE):
        return Path(environ[VARIABLE]).expanduser()
    if HOST_CONFIG.exists():
        return HOST_CONFIG
    return config_folder() / "config.toml"


def load_config(path: Path | None = None) -> Configuration:
    """Read a configuration and check all of it.

    Args:
        path: The file; None takes the default.

    Raises:
        ConfigError: It cannot be read, or something in it is wrong; names every problem.
    """
    path = (path or default_config_path()).expanduser().absolute()
    text = _read(path)
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(_syntax_problem(path, text, error)) from None
    document, faults = decode(raw)
    if document is not None:
        document = with_absolute_paths(document, path.parent)
        faults = check(document)
    if document is None or faults:
        raise ConfigError(*_placed(faults, path, Locations(text)))
    return _configuration(document, path)


def merge_rules(
    own: Iterable[RuleSettings], defaults: Iterable[RuleSettings] = DEFAULT_RULES
) -> tuple[RuleSettings, ...]:
    """A floor's own rules, and the defaults for every figure that it has no rule for."""
    rules = tuple(own)
    figures = {rule.figure for rule in rules}
    return rules + tuple(rule for rule in defaults if rule.figure not in figures)


def rules_of_today(configuration: Configuration) -> tuple[RuleSettings, ...]:
    """The rules that mark cells: those that are valid by the date at the first site."""
    if not any(rule.valid_from for rule in configuration.rules):
        return configuration.rules
    place = zone(configuration.sites[0].zone)
    today = local_time(HostClock().now(), place).date().isoformat()
    return tuple(rule for rule in configuration.rules if rule.valid_from <= today)


def floor_files(configuration: Configuration) -> FloorFiles:
    """Where the files of a floor are: `state_dir`, or the person's state folder and its name."""
    if configuration.floor.state_dir:
        return FloorFiles(Path(configuration.floor.state_dir))
    return FloorFiles(state_folder() / floor_folder_name(configuration.floor.name))


def floor_folder_name(name: str) -> str:
    """A folder for a floor's name; two names never share one."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    if slug and slug == name:
        return slug
    import hashlib  # loads OpenSSL, which most floors can start without

    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{slug}-{mark}" if slug else mark


def word_problem(problem: Problem) -> str:
    """One line about a problem, beginning as compilers do, so that editors find the place."""
    place = f"{problem.file}:{problem.line}" if problem.line else str(problem.file)
    if not problem.key:
        return f"{place}: {problem.expected}"
    if problem.nearest:
        text = _("{place}: {key}: expected {expected}; did you mean {nearest}?")
    else:
        text = _("{place}: {key}: expected {expected}")
    return text.format(
        place=place, key=problem.key, expected=problem.expected, nearest=problem.nearest
    )


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
        if len(content) > SIZE_LIMIT:
            raise ConfigError(
                Problem(path, 0, "", _("This file is too large for a configuration."))
            )
        return content.decode("utf-8")
    except FileNotFoundError:
        sentence = _(
            "There is no configuration here. 'supervisor-tui init' writes one; "
            "'supervisor-tui demo' needs none."
        )
    except UnicodeDecodeError:
        sentence = _("This file is not UTF-8 text.")
    except OSError as error:
        sentence = _("This file cannot be read: {reason}.").format(reason=error.strerror)
    raise ConfigError(Problem(path, 0, "", sentence))


def _syntax_problem(path: Path, text: str, error: Exception) -> Problem:
    """What tomllib says, with the line that it puts at the end of its sentence."""
    found = re.fullmatch(r"(.*) \(at line (\d+), column \d+\)", str(error), re.DOTALL)
    line = int(found[2]) if found else text.count("\n") + 1
    said = clean_text(found[1] if found else str(error))
    return Problem(path, line, "", _("This is not valid TOML: {said}.").format(said=said))


def _placed(faults: Iterable[Fault], path: Path, locations: Locations) -> list[Problem]:
    """Faults with their lines, in the order of the file."""
    problems = [
        Problem(
            path, locations.line(fault.path), _word_path(fault.path), fault.expected, fault.nearest
        )
        for fault in faults
    ]
    return sorted(problems, key=lambda problem: problem.line)


def _word_path(path: KeyPath) -> str:
    words = ""
    for part in path:
        if isinstance(part, int):
            words += f"[{part + 1}]"
        else:
            name = (
                clean_text(part)
                if re.fullmatch(r"[A-Za-z0-9_-]+", part)
                else f'"{clean_text(part)}"'
            )
            words += f".{name}" if words else name
    return words


def _configuration(document: Document, path: Path) -> Configuration:
    return Configuration(
        floor=document.floor,
        sites=document.site,
        people=document.people,
        rules=merge_rules(document.rules),
        checklists=document.checklists,
        screen=document.screen,
        night=document.night,
        complaints=document.complaints,
        planning=document.planning,
        cost=document.cost,
        keys=_flat(document.keys),
        path=path,
    )


def _flat(keys: Mapping[str, str | dict[str, str]]) -> dict[str, str]:
    """Keys by the whole id of their action, whether it was written in quotes or not."""
    flat: dict[str, str] = {}
    for name, value in keys.items():
        inner = value if isinstance(value, dict) else {"": value}
        flat |= {f"{name}.{rest}" if rest else name: key for rest, key in inner.items()}
    return flat
