"""What is found out about a terminal, from its environment alone."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import termios

import pytest

from supervisor_tui.config import ScreenSettings
from supervisor_tui.terminal import (
    SLOW_SPEED,
    NoScreen,
    Overrides,
    Streams,
    TerminalProfile,
    apply,
    detect,
    line_speed,
)
from supervisor_tui.terminal_locale import given_environ, is_utf8

TTYS = Streams(stdin=True, stdout=True, stderr=True)
PLAIN = {"TERM": "xterm-256color", "LANG": "de_DE.UTF-8"}


def profile(
    settings: ScreenSettings | None = None, overrides: Overrides | None = None, **more: str
) -> TerminalProfile:
    return detect({**PLAIN, **more}, TTYS, settings, overrides)


@pytest.mark.parametrize(
    ("more", "colours"),
    [
        ({}, 256),
        ({"TERM": "xterm"}, 16),
        ({"TERM": "screen"}, 16),
        ({"TERM": "tmux-256color"}, 256),
        ({"TERM": "xterm-kitty"}, 256),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, 16),
        ({"TERM": "vt100"}, 0),
        ({"TERM": "VT220"}, 0),
        ({"TERM": "xterm-mono"}, 0),
        ({"TERM": "something-new"}, 16),
        ({"COLORTERM": "truecolor"}, "full"),
        ({"COLORTERM": "24bit", "TERM": "xterm"}, "full"),
        ({"TERM": "xterm-direct"}, "full"),
        ({"COLORTERM": "truecolor", "NO_COLOR": "1"}, 0),
        ({"NO_COLOR": ""}, 256),
    ],
)
def test_colours(more: dict[str, str], colours: object) -> None:
    assert profile(**more).colours == colours


def test_command_line_before_no_color_before_configuration_before_term() -> None:
    settings = ScreenSettings(colours="full")
    assert profile(settings, TERM="xterm").colours == "full"
    assert profile(settings, NO_COLOR="1").colours == 0
    assert profile(settings, Overrides(colours=16), NO_COLOR="1").colours == 16
    assert profile(ScreenSettings(colours=0), Overrides(colours="full")).colours == "full"


def test_a_persons_variables_stand_above_the_configuration() -> None:
    settings = ScreenSettings(frames=7, escape_delay=800)
    assert profile(settings).frames_per_second == 7
    assert profile(settings).escape_delay_ms == 800
    more = {"TEXTUAL_FPS": "9", "ESCDELAY": "900", "SSH_TTY": "x"}
    assert profile(settings, **more).frames_per_second == 9
    assert profile(settings, **more).escape_delay_ms == 900
    for nonsense in ("", "0", "-1", "fast", "99999999999"):
        assert profile(ESCDELAY=nonsense).escape_delay_ms == 100


@pytest.mark.parametrize(
    ("speed", "settings", "overrides", "link", "bits_per_s"),
    [
        (0, ScreenSettings(), Overrides(), "fast", 0),
        (9600, ScreenSettings(), Overrides(), "slow", 9600),
        (38_400, ScreenSettings(), Overrides(), "fast", 0),
        (9600, ScreenSettings(link="fast"), Overrides(), "fast", 0),
        (0, ScreenSettings(link="slow"), Overrides(), "slow", SLOW_SPEED),
        (0, ScreenSettings(link="slow"), Overrides(link="fast"), "fast", 0),
        (38_400, ScreenSettings(), Overrides(link="slow"), "slow", SLOW_SPEED),
    ],
)
def test_the_link_is_as_said_or_as_fast_as_the_line(
    speed: int, settings: ScreenSettings, overrides: Overrides, link: str, bits_per_s: int
) -> None:
    streams = Streams(stdin=True, stdout=True, stderr=True, speed=speed)
    found = detect(PLAIN, streams, settings, overrides)
    assert (found.link, found.bits_per_s) == (link, bits_per_s)


def test_the_speed_of_a_line_is_read_from_the_terminal() -> None:
    reading, writing = os.openpty()
    attributes = termios.tcgetattr(writing)
    attributes[5] = termios.B9600
    termios.tcsetattr(writing, termios.TCSANOW, attributes)
    with os.fdopen(writing, "w") as stream:
        assert line_speed(stream) == 9600
    os.close(reading)
    assert line_speed(io.StringIO()) == 0


def test_gnu_screen_and_consoles_get_no_slanted_text_and_no_full_colours() -> None:
    inside = profile(TERM="screen-256color", COLORTERM="truecolor", STY="1.x")
    assert (inside.colours, inside.has_italics) == (256, False)
    assert profile(TERM="screen-256color", COLORTERM="truecolor", TMUX="x").colours == "full"
    assert profile(TERM="screen", TMUX="x").has_italics
    assert not profile(TERM="linux").has_italics
    assert not profile(TERM="vt220").has_italics


def test_a_slow_link_gets_few_frames_and_few_colours_unless_told_otherwise() -> None:
    slow = profile(ScreenSettings(link="slow"), COLORTERM="truecolor")
    assert slow.colours == 16
    assert slow.frames_per_second < profile().frames_per_second
    assert slow.escape_delay_ms == 500
    assert profile(ScreenSettings(link="slow", colours=256)).colours == 256
    assert profile(ScreenSettings(link="slow"), TERM="vt100").colours == 0


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "de_DE.UTF-8"}, True),
        ({"LANG": "de_DE.utf8@euro"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LANG": "de_DE"}, False),
        ({}, False),
        ({"LANG": "C"}, False),
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ({"LC_CTYPE": "C.UTF-8"}, False),
        ({"LANG": "de_DE.ISO-8859-1", "LC_CTYPE": "C.UTF-8"}, False),
        ({"LC_CTYPE": "UTF-8"}, True),
        ({"LANG": "POSIX", "LC_CTYPE": "C.utf8"}, False),
        ({"LANG": "C", "LC_CTYPE": "en_GB.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8", "LC_CTYPE": "C.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8", "LC_CTYPE": "C"}, False),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "C", "LC_ALL": "C.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "", "LC_CTYPE": ""}, True),
    ],
)
def test_only_the_locale_of_the_person_counts(environ: dict[str, str], expected: bool) -> None:
    assert is_utf8(environ) is expected


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({"LANG": "xx_XX.ISO-8859-1"}, ("LANG", False)),
        ({"LANG": "C", "LC_CTYPE": "xx_XX.UTF-8"}, ("LC_CTYPE", True)),
        ({"LC_CTYPE": "UTF-8"}, ("LC_CTYPE", True)),
    ],
)
def test_a_locale_that_the_host_does_not_know_is_heeded(
    given: dict[str, str], seen: tuple[str, bool]
) -> None:
    """Python says C.UTF-8 instead, whatever the terminal is."""
    code = (
        "from supervisor_tui.terminal_locale import *\n"
        "environ = given_environ(); print(locale_variable(environ), is_utf8(environ))"
    )
    command = [sys.executable, "-c", code]
    told = subprocess.run(command, env=given, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [seen[0], str(seen[1])]


def test_an_environment_that_python_left_alone_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_CTYPE", "de_DE.UTF-8")
    assert given_environ()["LC_CTYPE"] == "de_DE.UTF-8"


@pytest.mark.parametrize(
    ("more", "is_ascii"),
    [
        ({}, False),
        ({"LANG": "C"}, True),
        ({"TERM": "linux"}, True),
        ({"TERM": "vt100"}, True),
        ({"TERM": "wyse60"}, True),
    ],
)
def test_ascii(more: dict[str, str], is_ascii: bool) -> None:
    assert profile(**more).is_ascii is is_ascii
    assert profile(ScreenSettings(ascii=True), **more).is_ascii
    assert not profile(ScreenSettings(ascii=False), **more).is_ascii
    assert profile(ScreenSettings(ascii=False), Overrides(is_ascii=True), **more).is_ascii


def test_the_mouse_stays_at_home_over_ssh() -> None:
    assert profile().has_mouse
    assert not profile(SSH_CONNECTION="::1 1 ::1 22").has_mouse
    assert not profile(SSH_TTY="/dev/pts/1").has_mouse
    assert not profile(TERM="linux").has_mouse
    assert profile(ScreenSettings(mouse="on"), SSH_CONNECTION="x").has_mouse
    assert not profile(ScreenSettings(mouse="off")).has_mouse
    assert not profile(ScreenSettings(mouse="on"), Overrides(has_mouse=False)).has_mouse


def test_keys_may_take_longer_over_ssh() -> None:
    assert profile().escape_delay_ms == 100
    assert profile(SSH_CONNECTION="x").escape_delay_ms == 500
    assert profile(TERM="vt100").escape_delay_ms == 500


@pytest.mark.parametrize(
    ("environ", "streams", "reason"),
    [
        (PLAIN, TTYS, None),
        ({}, TTYS, NoScreen.TERM_UNSET),
        ({"TERM": ""}, TTYS, NoScreen.TERM_UNSET),
        ({"TERM": "dumb"}, TTYS, NoScreen.TERM_DUMB),
        (PLAIN, Streams(stdin=False, stdout=True, stderr=True), NoScreen.STDIN),
        (PLAIN, Streams(stdin=True, stdout=False, stderr=True), NoScreen.STDOUT),
        (PLAIN, Streams(stdin=True, stdout=True, stderr=False), NoScreen.STDERR),
    ],
)
def test_without_a_terminal_there_is_no_screen_and_a_reason(
    environ: dict[str, str], streams: Streams, reason: NoScreen | None
) -> None:
    found = detect(environ, streams)
    assert found.reason is reason
    assert found.is_dumb is (reason is not None)


def test_textual_is_told_and_what_a_person_set_stays() -> None:
    environ = {**PLAIN, "TEXTUAL_FPS": "7"}
    apply(detect(environ, TTYS), environ)
    assert environ["TERM"] == "xterm-256color"
    assert environ["TEXTUAL_FPS"] == "7"
    assert environ["TEXTUAL_COLOR_SYSTEM"] == "256"
    assert environ["TEXTUAL_ANIMATIONS"] == "none"
    assert environ["ESCDELAY"] == "100"
    assert environ["TEXTUAL_THEME"] == "ansi-dark"
    assert "NO_COLOR" not in environ


def test_without_colours_the_theme_is_chosen_in_time() -> None:
    environ = {"TERM": "vt100"}
    apply(detect(environ, TTYS), environ)
    assert (environ["NO_COLOR"], environ["TEXTUAL_THEME"]) == ("1", "ansi-dark")
    environ = {**PLAIN, "NO_COLOR": "1"}
    apply(detect(environ, TTYS, overrides=Overrides(colours=16)), environ)
    assert "NO_COLOR" not in environ
    assert environ["TEXTUAL_THEME"] == "ansi-dark"


def test_a_restricted_account_cannot_load_code_through_the_environment() -> None:
    environ = {**PLAIN, "TEXTUAL_DRIVER": "x:y", "TEXTUAL_LOG": "f", "TEXTUAL_SCREENSHOT": "1"}
    apply(detect(environ, TTYS), environ)
    assert "TEXTUAL_DRIVER" in environ
    apply(detect(environ, TTYS), environ, is_restricted=True)
    assert not {"TEXTUAL_DRIVER", "TEXTUAL_LOG", "TEXTUAL_SCREENSHOT"} & set(environ)
