"""What the terminal can do, found out before anything is drawn, and told to Textual in time.

`detect` is pure; `apply` must run before Textual is imported, for it reads its environment once.
TERM itself is never changed: on a terminal of 16 colours that would be a lie with consequences.
"""

from __future__ import annotations

import re
import sys
import termios
from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from typing import Any, Literal, TextIO, TypeAlias, TypeVar

import msgspec

from screens.text import N_, _
from supervisor_tui.config_model import ScreenSettings
from supervisor_tui.terminal_locale import is_utf8, locale_variable

Colours: TypeAlias = Literal[0, 16, 256, "full"]
Link: TypeAlias = Literal["fast", "slow"]
_Value = TypeVar("_Value")

FAST_FRAMES = 30
SSH_FRAMES = 15
SLOW_FRAMES = 4
LOCAL_ESCAPE_MS = 100
REMOTE_ESCAPE_MS = 500
"""On a laggy line the bytes of one arrow key come further apart than a hand would type them."""
THEME = "ansi-dark"
"""The terminal's own colours. Textual has to know before the app is made: with NO_COLOR, a theme
that is changed later comes out black on black, and with any, all is styled twice."""
SLOW_SPEED, PSEUDO_SPEED = 19_200, 38_400
"""Bits a second up to which a line is slow, and what a pseudo-terminal says that knows none."""

_SSH = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_OLD = re.compile(r"vt\d|vt-?utf8|wy(se)?-?\d|ansi-?m|.*-mono$|.*-m$")
_MODERN = re.compile(r".*256col|.*-kitty|kitty|alacritty|foot|wezterm|.*ghostty|contour")
_SYSTEMS: dict[Colours, str] = {0: "standard", 16: "standard", 256: "256", "full": "truecolor"}
_RISKY = ("TEXTUAL", "TEXTUAL_DRIVER", "TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL_PRESS")
_SPEEDS = {
    getattr(termios, f"B{speed}"): speed
    for speed in (300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200)
}


class NoScreen(StrEnum):
    """Why there can be no screen, only plain text."""

    STDIN = "stdin"
    STDOUT = "stdout"
    STDERR = "stderr"
    TERM_UNSET = "term_unset"
    TERM_DUMB = "term_dumb"


_REASONS = {
    NoScreen.STDIN: N_("There is no screen: the standard input is not a terminal."),
    NoScreen.STDOUT: N_("There is no screen: the standard output is not a terminal."),
    NoScreen.STDERR: N_("There is no screen: the error output is not a terminal."),
    NoScreen.TERM_UNSET: N_("There is no screen: TERM does not say which terminal this is."),
    NoScreen.TERM_DUMB: N_("There is no screen: this terminal cannot move its cursor (TERM)."),
}


class Origin(StrEnum):
    """Who decided something about the terminal."""

    OPTION = "option"
    VARIABLE = "variable"
    CONFIGURATION = "configuration"
    LINE = "line"
    DEFAULT = "default"


class Source(msgspec.Struct, frozen=True):
    """From where a setting comes."""

    origin: Origin
    name: str = ""
    """The option, the variable or the key of `[screen]`; empty for a default."""


_DEFAULT = Source(Origin.DEFAULT)


class Overrides(msgspec.Struct, frozen=True):
    """What the command line says; None leaves it to the environment and the configuration."""

    colours: Colours | None = None
    is_ascii: bool | None = None
    has_mouse: bool | None = None
    link: Link | None = None


class Streams(msgspec.Struct, frozen=True):
    """Which of the three standard streams are terminals, and how fast the line is."""

    stdin: bool
    stdout: bool
    stderr: bool
    """Textual draws here."""
    speed: int = 0
    """Bits a second; 0 where the terminal does not say."""


class TerminalProfile(msgspec.Struct, frozen=True):
    """What to send to the terminal, and what not."""

    colours: Colours
    is_ascii: bool
    has_mouse: bool
    link: Link
    frames_per_second: int
    escape_delay_ms: int
    """How long to wait for the rest of a key's bytes after an escape."""
    bits_per_s: int = 0
    """The speed of a slow line; 0 where it is fast."""
    has_italics: bool = True
    """Whether slanted text is that; consoles and GNU screen show something else, old ones none."""
    reason: NoScreen | None = None
    """Why there can be no screen; None where there can."""
    sources: dict[str, Source] = msgspec.field(default_factory=dict)
    """By the name of the field: who decided it."""

    @property
    def is_dumb(self) -> bool:
        """Whether only plain text is possible."""
        return self.reason is not None


class _Seen(msgspec.Struct, frozen=True):
    """Everything that is looked at."""

    environ: Mapping[str, str]
    streams: Streams
    settings: ScreenSettings
    overrides: Overrides

    @property
    def term(self) -> str:
        return self.environ.get("TERM", "").lower()

    @property
    def is_old(self) -> bool:
        return _OLD.match(self.term) is not None

    @property
    def is_console(self) -> bool:
        return self.term.startswith("linux")

    @property
    def is_gnu_screen(self) -> bool:
        return self.term.startswith("screen") and not self.environ.get("TMUX")

    def ssh(self) -> str:
        """The variable that tells of SSH; empty where none does."""
        return next((name for name in _SSH if self.environ.get(name)), "")

    def number(self, name: str, most: int) -> int:
        """A variable that holds a whole number from 1; 0 where it does not."""
        text = self.environ.get(name, "")
        value = int(text) if text.isdecimal() and len(text) < 8 else 0
        return value if value <= most else 0


_Decided: TypeAlias = tuple[_Value, Source]


def detect(
    environ: Mapping[str, str],
    streams: Streams,
    settings: ScreenSettings | None = None,
    overrides: Overrides | None = None,
) -> TerminalProfile:
    """What is to be sent to a terminal, and who decided that.

    First comes the command line, then what a person has put into the environment for such programs
    (NO_COLOR, ESCDELAY, TEXTUAL_FPS), then the configuration, which may be the whole host's, and
    last what can be guessed from TERM, COLORTERM, the locale, SSH and the speed of the line.

    Args:
        environ: The process's environment.
        streams: Which standard streams are terminals.
        settings: The `[screen]` table.
        overrides: What the command line says.
    """
    seen = _Seen(environ, streams, settings or ScreenSettings(), overrides or Overrides())
    link = _link(seen)
    decided: dict[str, _Decided[Any]] = {
        "colours": _colours(seen, link[0]),
        "is_ascii": _is_ascii(seen),
        "has_mouse": _has_mouse(seen),
        "link": link,
        "frames_per_second": _frames(seen, link),
        "escape_delay_ms": _escape_delay(seen, link),
    }
    return TerminalProfile(
        **{name: value for name, (value, _source) in decided.items()},
        bits_per_s=_slow_speed(streams.speed) if link[0] == "slow" else 0,
        has_italics=not (seen.is_old or seen.is_console or seen.is_gnu_screen),
        reason=_no_screen(seen.term, streams),
        sources={name: source for name, (_value, source) in decided.items()},
    )


def _slow_speed(speed: int) -> int:
    """Of a line that somebody calls slow, and that does not say how slow, the most it can be."""
    return speed if 0 < speed <= SLOW_SPEED else SLOW_SPEED


def look_at_streams() -> Streams:
    """The standard streams of this process."""
    return Streams(
        sys.stdin.isatty(), sys.stdout.isatty(), sys.stderr.isatty(), line_speed(sys.stderr)
    )


def line_speed(stream: TextIO) -> int:
    """Bits a second of a terminal's line; 0 where it does not say. sshd passes the client's on."""
    try:
        return speed_of(termios.tcgetattr(stream))
    except (termios.error, OSError, ValueError):
        return 0


def speed_of(mode: list[Any]) -> int:
    """The same of a terminal's mode, as `termios.tcgetattr` gives it."""
    return _SPEEDS.get(mode[5], 0)


def word_reason(reason: NoScreen) -> str:
    """Why there can be no screen, for the person."""
    return _(_REASONS[reason])


def apply(
    profile: TerminalProfile, environ: MutableMapping[str, str], *, is_restricted: bool = False
) -> None:
    """Tell Textual, through the environment that it reads when it is imported.

    Args:
        profile: What was found out.
        environ: The process's environment; changed in place.
        is_restricted: Take out the variables by which Textual loads code or writes files.
    """
    if is_restricted:
        for name in [*_RISKY, *(name for name in environ if name.startswith("TEXTUAL_SCREENSHOT"))]:
            environ.pop(name, None)
    if profile.colours == 0:
        environ["NO_COLOR"] = "1"
    else:
        environ.pop("NO_COLOR", None)
    environ.update(
        ESCDELAY=str(profile.escape_delay_ms),
        TEXTUAL_ANIMATIONS="none",
        TEXTUAL_COLOR_SYSTEM=_SYSTEMS[profile.colours],
        TEXTUAL_DISABLE_KITTY_KEY="1",
        TEXTUAL_FPS=str(profile.frames_per_second),
        TEXTUAL_SMOOTH_SCROLL="0",
        TEXTUAL_THEME=THEME,
    )


def _no_screen(term: str, streams: Streams) -> NoScreen | None:
    for stream, is_terminal in (
        (NoScreen.STDIN, streams.stdin),
        (NoScreen.STDOUT, streams.stdout),
        (NoScreen.STDERR, streams.stderr),
    ):
        if not is_terminal:
            return stream
    if not term:
        return NoScreen.TERM_UNSET
    return NoScreen.TERM_DUMB if term in {"dumb", "unknown"} else None


def _link(seen: _Seen) -> _Decided[Link]:
    if seen.overrides.link is not None:
        return seen.overrides.link, Source(Origin.OPTION, "--link")
    if seen.settings.link != "auto":
        return seen.settings.link, Source(Origin.CONFIGURATION, "link")
    if 0 < seen.streams.speed <= SLOW_SPEED:
        return "slow", Source(Origin.LINE)
    return "fast", _DEFAULT


def _frames(seen: _Seen, link: _Decided[Link]) -> _Decided[int]:
    if number := seen.number("TEXTUAL_FPS", most=120):
        return number, Source(Origin.VARIABLE, "TEXTUAL_FPS")
    if seen.settings.frames:
        return seen.settings.frames, Source(Origin.CONFIGURATION, "frames")
    if link[0] == "slow":
        return SLOW_FRAMES, link[1]
    if ssh := seen.ssh():
        return SSH_FRAMES, Source(Origin.VARIABLE, ssh)
    return FAST_FRAMES, _DEFAULT


def _escape_delay(seen: _Seen, link: _Decided[Link]) -> _Decided[int]:
    if number := seen.number("ESCDELAY", most=10_000):
        return number, Source(Origin.VARIABLE, "ESCDELAY")
    if seen.settings.escape_delay:
        return seen.settings.escape_delay, Source(Origin.CONFIGURATION, "escape_delay")
    if link[0] == "slow":
        return REMOTE_ESCAPE_MS, link[1]
    if ssh := seen.ssh():
        return REMOTE_ESCAPE_MS, Source(Origin.VARIABLE, ssh)
    if seen.is_old:
        return REMOTE_ESCAPE_MS, Source(Origin.VARIABLE, "TERM")
    return LOCAL_ESCAPE_MS, _DEFAULT


def _colours(seen: _Seen, link: Link) -> _Decided[Colours]:
    if seen.overrides.colours is not None:
        return seen.overrides.colours, Source(Origin.OPTION, "--colours")
    if seen.environ.get("NO_COLOR"):
        return 0, Source(Origin.VARIABLE, "NO_COLOR")
    if seen.settings.colours != "auto":
        return seen.settings.colours, Source(Origin.CONFIGURATION, "colours")
    found = _term_colours(seen)
    if link == "slow" and found[0] in {256, "full"}:
        return 16, _link(seen)[1]
    return found


def _term_colours(seen: _Seen) -> _Decided[Colours]:
    by_term = Source(Origin.VARIABLE, "TERM")
    if seen.is_old or seen.term in {"", "dumb"}:
        return 0, by_term
    if seen.is_console:
        return 16, by_term
    is_full = seen.environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}
    # GNU screen takes the numbers of a full colour for attributes of their own.
    if is_full and not seen.is_gnu_screen:
        return "full", Source(Origin.VARIABLE, "COLORTERM")
    if seen.term.endswith("-direct"):
        return "full", by_term
    return (256 if _MODERN.match(seen.term) else 16), by_term


def _is_ascii(seen: _Seen) -> _Decided[bool]:
    if seen.overrides.is_ascii is not None:
        return seen.overrides.is_ascii, Source(Origin.OPTION, "--ascii")
    if seen.settings.ascii != "auto":
        return seen.settings.ascii, Source(Origin.CONFIGURATION, "ascii")
    # The Linux console has a font of 512 glyphs at most, whatever its locale says.
    if seen.is_old or seen.is_console:
        return True, Source(Origin.VARIABLE, "TERM")
    return not is_utf8(seen.environ), Source(Origin.VARIABLE, locale_variable(seen.environ))


def _has_mouse(seen: _Seen) -> _Decided[bool]:
    if seen.overrides.has_mouse is not None:
        return seen.overrides.has_mouse, Source(Origin.OPTION, "--mouse")
    if seen.settings.mouse != "auto":
        return seen.settings.mouse == "on", Source(Origin.CONFIGURATION, "mouse")
    # Over SSH every click would travel, and the terminal's own copying break.
    if ssh := seen.ssh():
        return False, Source(Origin.VARIABLE, ssh)
    if seen.is_old or seen.is_console:
        return False, Source(Origin.VARIABLE, "TERM")
    return True, _DEFAULT
