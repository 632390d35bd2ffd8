"""What the terminal can do, found out before anything is drawn, and told to Textual in time.

`detect` is pure; `apply` must run before Textual is imported, for it reads its environment once.
TERM itself is never changed: on a terminal of 16 colours that would be a lie with consequences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

from screens.text import N_, _
from supervisor_tui.config_model import ScreenSettings

Colours: TypeAlias = Literal[0, 16, 256, "full"]

FAST_FRAMES = 30
SSH_FRAMES = 15
SLOW_FRAMES = 4
LOCAL_ESCAPE_MS = 100
REMOTE_ESCAPE_MS = 500
"""On a laggy line the bytes of one arrow key come further apart than a hand would type them."""

_C_LOCALES = frozenset({"", "C", "POSIX"})
_SSH = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_OLD = re.compile(r"vt\d|vt-?utf8|wy(se)?-?\d|ansi-?m|.*-mono$|.*-m$")
_MODERN = re.compile(r".*256col|.*-kitty|kitty|alacritty|foot|wezterm|.*ghostty|contour")
_SYSTEMS: dict[Colours, str] = {0: "standard", 16: "standard", 256: "256", "full": "truecolor"}
_RISKY = ("TEXTUAL", "TEXTUAL_DRIVER", "TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL_PRESS")


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


class Overrides(msgspec.Struct, frozen=True):
    """What the command line says; None leaves it to the configuration."""

    colours: Colours | None = None
    is_ascii: bool | None = None
    has_mouse: bool | None = None


class Streams(msgspec.Struct, frozen=True):
    """Which of the three standard streams are terminals."""

    stdin: bool
    stdout: bool
    stderr: bool
    """Textual draws here."""


class TerminalProfile(msgspec.Struct, frozen=True):
    """What to send to the terminal, and what not."""

    colours: Colours
    is_ascii: bool
    has_mouse: bool
    frames_per_second: int
    escape_delay_ms: int
    """How long to wait for the rest of a key's bytes after an escape."""
    reason: NoScreen | None = None
    """Why there can be no screen; None where there can."""

    @property
    def is_dumb(self) -> bool:
        """Whether only plain text is possible."""
        return self.reason is not None

    @property
    def theme(self) -> str:
        """The Textual theme to begin with; empty for the app's own.

        With 16 colours or none these are the terminal's own colours. It has to be known before
        the app is made: with NO_COLOR, a theme that is changed later comes out black on black.
        """
        return "ansi-dark" if self.colours in {0, 16} else ""


def detect(
    environ: Mapping[str, str],
    streams: Streams,
    settings: ScreenSettings | None = None,
    overrides: Overrides | None = None,
) -> TerminalProfile:
    """What can be said of a terminal from its environment.

    The command line decides before the configuration, that before the environment, and among the
    latter NO_COLOR before TERM and COLORTERM.

    Args:
        environ: The process's environment.
        streams: Which standard streams are terminals.
        settings: The `[screen]` table.
        overrides: What the command line says.
    """
    settings = settings or ScreenSettings()
    overrides = overrides or Overrides()
    term = environ.get("TERM", "").lower()
    is_remote = any(environ.get(name) for name in _SSH)
    is_slow = settings.link == "slow"
    return TerminalProfile(
        colours=_colours(environ, term, settings, overrides),
        is_ascii=_is_ascii(environ, term, settings, overrides),
        has_mouse=_has_mouse(term, settings, overrides, is_remote=is_remote),
        frames_per_second=SLOW_FRAMES if is_slow else SSH_FRAMES if is_remote else FAST_FRAMES,
        escape_delay_ms=(
            REMOTE_ESCAPE_MS if is_remote or is_slow or _is_old(term) else LOCAL_ESCAPE_MS
        ),
        reason=_no_screen(term, streams),
    )


def is_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the locale says that the terminal shows UTF-8.

    Python itself sets LC_CTYPE to C.UTF-8 where the locale is C, and its children inherit that:
    such a value tells nothing of the terminal.
    """
    everything = environ.get("LC_ALL", "")
    if everything:
        return _names_utf8(everything)
    kind, language = environ.get("LC_CTYPE", ""), environ.get("LANG", "")
    if kind and not (kind.upper() in {"C.UTF-8", "C.UTF8"} and language in _C_LOCALES):
        return _names_utf8(kind)
    return _names_utf8(language)


def word_reason(reason: NoScreen) -> str:
    """Why there can be no screen, for the person."""
    return _(_REASONS[reason])


def apply(
    profile: TerminalProfile, environ: MutableMapping[str, str], *, is_restricted: bool = False
) -> None:
    """Tell Textual, through the environment that it reads when it is imported.

    What a person has set already stays, but NO_COLOR, which yields to an explicit wish for
    colours.

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
    wanted = {
        "ESCDELAY": str(profile.escape_delay_ms),
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_COLOR_SYSTEM": _SYSTEMS[profile.colours],
        "TEXTUAL_DISABLE_KITTY_KEY": "1",
        "TEXTUAL_FPS": str(profile.frames_per_second),
        "TEXTUAL_SMOOTH_SCROLL": "0",
    }
    if profile.theme:
        wanted["TEXTUAL_THEME"] = profile.theme
    for name, value in wanted.items():
        environ.setdefault(name, value)


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


def _colours(
    environ: Mapping[str, str], term: str, settings: ScreenSettings, overrides: Overrides
) -> Colours:
    if overrides.colours is not None:
        return overrides.colours
    if environ.get("NO_COLOR"):
        return 0
    if settings.colours != "auto":
        return settings.colours
    found = _term_colours(environ, term)
    if settings.link == "slow" and found != 0:
        return 16
    return found


def _term_colours(environ: Mapping[str, str], term: str) -> Colours:
    if _is_old(term) or not term or term == "dumb":
        return 0
    if term.startswith("linux"):
        return 16
    if environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"} or term.endswith("-direct"):
        return "full"
    return 256 if _MODERN.match(term) else 16


def _is_ascii(
    environ: Mapping[str, str], term: str, settings: ScreenSettings, overrides: Overrides
) -> bool:
    if overrides.is_ascii is not None:
        return overrides.is_ascii
    if settings.ascii != "auto":
        return settings.ascii
    # The Linux console has a font of 512 glyphs at most, whatever its locale says.
    return not is_utf8(environ) or _is_old(term) or term.startswith("linux")


def _has_mouse(
    term: str, settings: ScreenSettings, overrides: Overrides, *, is_remote: bool
) -> bool:
    if overrides.has_mouse is not None:
        return overrides.has_mouse
    if settings.mouse != "auto":
        return settings.mouse == "on"
    # Over SSH every movement of the pointer would travel, and the terminal's own copying break.
    return not (is_remote or _is_old(term) or term.startswith("linux"))


def _is_old(term: str) -> bool:
    return _OLD.match(term) is not None


def _names_utf8(locale: str) -> bool:
    return locale.upper().replace("-", "").partition("@")[0].endswith("UTF8")
