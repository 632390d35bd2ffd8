"""What `doctor --terminal` prints: every setting of the terminal, who decided it, a test card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from screens.cells import pad
from screens.glyphs import to_ascii
from screens.text import _
from supervisor_tui.terminal import (
    PSEUDO_SPEED,
    Origin,
    Source,
    Streams,
    TerminalProfile,
    word_reason,
)
from supervisor_tui.terminal_card import card
from supervisor_tui.terminal_locale import locale_variable

_NAME, _VALUE = 22, 26


def report(
    profile: TerminalProfile,
    environ: Mapping[str, str],
    streams: Streams,
    size: tuple[int, int],
) -> Iterator[str]:
    """Every line of the report, at most 80 cells wide.

    Args:
        profile: What was decided.
        environ: From what.
        streams: The standard streams.
        size: Columns and rows.
    """
    if profile.reason is not None:
        yield word_reason(profile.reason)
    for name, value, source in _settings(profile, environ, streams, size):
        line = f"{pad(name, _NAME)} {pad(value, _VALUE)} {source}".rstrip()
        yield to_ascii(line) if profile.is_ascii else line
    yield ""
    yield _("Test card. What is not as the words on the right say, tell by its number.")
    yield from card(profile)


def _settings(
    profile: TerminalProfile,
    environ: Mapping[str, str],
    streams: Streams,
    size: tuple[int, int],
) -> Iterator[tuple[str, str, str]]:
    """Name, value and origin of each."""
    variable = locale_variable(environ)
    yield _("setting"), _("value"), _("decided by")
    yield _("terminal"), environ.get("TERM") or "-", "TERM"
    yield _("locale"), environ.get(variable) or "-", variable
    yield _("columns x rows"), f"{size[0]} x {size[1]}", ""
    characters = _("ASCII only") if profile.is_ascii else _("UTF-8")
    yield _("characters"), characters, _word_source(profile.sources["is_ascii"], environ)
    if profile.is_dumb:
        return  # all else is of a screen
    yield _("speed of the line"), _word_speed(streams.speed), ""
    for name, field, value in (
        (_("colours"), "colours", _word_colours(profile)),
        (_("mouse"), "has_mouse", _("used") if profile.has_mouse else _("not used")),
        (_("link"), "link", _("slow") if profile.link == "slow" else _("fast")),
        (_("pictures a second"), "frames_per_second", str(profile.frames_per_second)),
        (_("an escape waits"), "escape_delay_ms", f"{profile.escape_delay_ms} ms"),
    ):
        yield name, value, _word_source(profile.sources[field], environ)
    yield _("slanted text"), _("shown") if profile.has_italics else _("left out"), "TERM"


def _word_colours(profile: TerminalProfile) -> str:
    match profile.colours:
        case 0:
            return _("none")
        case "full":
            return _("all")
        case number:
            return str(number)


def _word_speed(speed: int) -> str:
    if not speed:
        return _("unknown")
    # What every pseudo-terminal says that was told none.
    template = _("{speed} bit/s, or unknown") if speed == PSEUDO_SPEED else _("{speed} bit/s")
    return template.format(speed=speed)


def _word_source(source: Source, environ: Mapping[str, str]) -> str:
    match source.origin:
        case Origin.OPTION:
            return _("option {name}").format(name=source.name)
        case Origin.CONFIGURATION:
            return _("configuration, [screen] {name}").format(name=source.name)
        case Origin.VARIABLE if source.name in environ:
            return source.name
        case Origin.VARIABLE:
            return _("{name}, which is not set").format(name=source.name)
        case Origin.LINE:
            return _("speed of the line")
        case _:
            return _("default")
