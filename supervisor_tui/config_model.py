"""What a configuration says, and what can be wrong with one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from data.settings import (
    QUIET_PATTERN,
    ChecklistSettings,
    ComplaintSettings,
    CostSettings,
    FloorSettings,
    PersonSettings,
    PlanningSettings,
    RuleSettings,
    Settings,
    SiteSettings,
)

LANGUAGE_PATTERN = r"^([a-z]{2,3}([_-][A-Za-z0-9]{2,8})*)?$"


class ScreenSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the screen looks and what it may do; the command line and the terminal say the rest."""

    colours: Literal["auto", "full", 0, 16, 256] = "auto"
    ascii: bool | Literal["auto"] = "auto"
    mouse: Literal["auto", "on", "off"] = "auto"
    link: Literal["auto", "fast", "slow"] = "auto"
    """A slow link gets fewer frames and, unless `colours` says otherwise, at most 16 colours."""
    frames: Annotated[int, Meta(ge=0, le=60)] = 0
    """The most pictures a second; 0: as many as the line takes."""
    escape_delay: Annotated[int, Meta(ge=0, le=10_000)] = 0
    """Milliseconds to wait for the rest of a key that begins with an escape; 0: as the line needs.
    """
    language: Annotated[str, Meta(pattern=LANGUAGE_PATTERN)] = ""
    """Empty: what the environment says."""
    hints: bool = True
    bell: bool = True
    """Ring the terminal's bell for a raised hand, a complainant's call, a caller lost."""
    restricted: bool = True
    """Nothing on the screen suspends it, opens a browser or writes a file of the person's."""
    night: Annotated[str, Meta(pattern=QUIET_PATTERN)] = ""
    """Hours in which a screen that nobody uses shows the night, as `22:00-06:00`."""
    lock_after: Annotated[int, Meta(ge=0, le=1440)] = 0
    """Minutes without a key after which the screen locks itself; 0: never."""
    leave_after: Annotated[int, Meta(ge=0, le=1440)] = 0
    """Minutes after which a locked screen ends its session; 0: never."""
    unlock_command: tuple[str, ...] = ()
    """What asks for the person's password, on the terminal; `{account}` is filled in. Empty: su."""


class NightSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is called where a red alert stands and whoever watches the night presses no key."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    """Who it is, as the screen is to say."""
    after: Annotated[int, Meta(ge=1, le=1440)]
    """Minutes without a key."""
    command: Annotated[tuple[str, ...], Meta(min_length=1)]
    """A program by its whole path, and its arguments; it gets what is the matter as JSON."""


class Document(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file as it is written: one field for each table."""

    floor: FloorSettings = FloorSettings()
    screen: ScreenSettings = ScreenSettings()
    complaints: ComplaintSettings = ComplaintSettings()
    planning: PlanningSettings = PlanningSettings()
    cost: CostSettings = CostSettings()
    site: tuple[SiteSettings, ...] = ()
    night: tuple[NightSettings, ...] = ()
    people: dict[str, PersonSettings] = msgspec.field(default_factory=dict)
    rules: tuple[RuleSettings, ...] = ()
    checklists: tuple[ChecklistSettings, ...] = ()
    keys: dict[str, str | dict[str, str]] = msgspec.field(default_factory=dict)
    """Ids have a dot in them: to TOML `table.worst = "w"` without quotes is a table in a table."""


class Configuration(msgspec.Struct, frozen=True):
    """A configuration without faults; every path in it is absolute."""

    floor: FloorSettings
    sites: tuple[SiteSettings, ...]
    people: dict[str, PersonSettings]
    """By Unix account."""
    rules: tuple[RuleSettings, ...]
    """The floor's own, and the defaults for each figure that it has no rule for."""
    screen: ScreenSettings
    night: tuple[NightSettings, ...]
    complaints: ComplaintSettings
    planning: PlanningSettings
    cost: CostSettings
    checklists: tuple[ChecklistSettings, ...]
    """The floor's own; empty where it has none, and those that come along are shown."""
    keys: dict[str, str]
    """Keys by the id of their action, as written; the keymap checks them."""
    path: Path


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with a configuration, worded."""

    file: Path
    line: int
    """From 1; 0 where the file as a whole is meant."""
    key: str
    """As in `site[1].source[1].url`, counted from 1; empty where no key is meant."""
    expected: str
    """A sentence: what was expected there."""
    nearest: str = ""
    """What was probably meant."""


class ConfigError(Exception):
    """A configuration that cannot be used, with everything that is wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems
