"""`doctor --terminal`: who decided what, and a card that can be read out over the telephone."""

from __future__ import annotations

import re

import pytest
from pyte import Screen, Stream

from screens.cells import cell_width
from supervisor_tui.config import ScreenSettings
from supervisor_tui.doctor_terminal import report
from supervisor_tui.terminal import Overrides, Streams, TerminalProfile, detect

TTYS = Streams(stdin=True, stdout=True, stderr=True, speed=9600)
SGR = re.compile(r"\x1b\[[\d;]*m")
ENVIRON = {"TERM": "xterm-256color", "LANG": "de_DE.UTF-8", "SSH_TTY": "/dev/pts/1"}


def told(profile: TerminalProfile, streams: Streams = TTYS) -> list[str]:
    return list(report(profile, ENVIRON, streams, (80, 24)))


@pytest.mark.parametrize("is_ascii", [False, True])
@pytest.mark.parametrize("colours", [0, 16, 256, "full"])
def test_every_line_fits_and_none_says_more_than_it_may(colours, is_ascii: bool) -> None:
    profile = detect(ENVIRON, TTYS, overrides=Overrides(colours=colours, is_ascii=is_ascii))
    lines = told(profile)
    assert max(cell_width(SGR.sub("", line)) for line in lines) <= 80
    assert all(line.isascii() for line in lines) or not is_ascii
    text = "\n".join(lines)
    colour = re.findall(r"\x1b\[(?:[34]\d|9\d|10\d)[;m]", text)
    assert bool(colour) is (colours != 0)
    assert "\x1b" not in SGR.sub("", text)


def test_bars_stand_below_each_other_on_a_terminal() -> None:
    screen = Screen(80, 60)
    Stream(screen).feed("\r\n".join(told(detect(ENVIRON, TTYS))))
    bars = {
        tuple(x for x in range(60) if screen.buffer[y][x].data == "|")
        for y in range(60)
        if "|" in screen.display[y]
    }
    assert bars == {(16, 27)}


def test_who_decided_is_told() -> None:
    settings = ScreenSettings(frames=7, ascii=False)
    profile = detect({**ENVIRON, "ESCDELAY": "900"}, TTYS, settings, Overrides(colours=16))
    text = "\n".join(report(profile, {**ENVIRON, "ESCDELAY": "900"}, TTYS, (80, 24)))
    for line in (
        r"terminal +xterm-256color +TERM",
        r"locale +de_DE.UTF-8 +LANG",
        r"speed of the line +9600 bit/s",
        r"colours +16 +option --colours",
        r"characters +UTF-8 +configuration, \[screen\] ascii",
        r"mouse +not used +SSH_TTY",
        r"link +slow +speed of the line",
        r"pictures a second +7 +configuration, \[screen\] frames",
        r"an escape waits +900 ms +ESCDELAY",
    ):
        assert re.search(f"^{line}$", text, re.MULTILINE), line


def test_the_speed_of_a_pseudo_terminal_is_no_speed() -> None:
    pseudo = Streams(stdin=True, stdout=True, stderr=True, speed=38_400)
    assert any("38400 bit/s, or unknown" in line for line in told(detect(ENVIRON, pseudo), pseudo))


def test_without_a_terminal_the_reason_stands_first_and_no_sequence_is_sent() -> None:
    nothing = Streams(stdin=True, stdout=False, stderr=True)
    lines = told(detect(ENVIRON, nothing), nothing)
    assert lines[0].startswith("There is no screen")
    assert not any(line.startswith(("mouse", "colours", "pictures")) for line in lines)
    assert "\x1b" not in "".join(lines)
