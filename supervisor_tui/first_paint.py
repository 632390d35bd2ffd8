"""The first picture on the terminal: cached figures, before Textual is even imported.

The terminal is taken over here and handed on as it is, with what it shows, to the app that follows:
its first frame is then a difference like any other. Until that reads the keyboard, keys wait in the
terminal without being echoed.
"""

from __future__ import annotations

import os
import signal
import termios
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

from rich.color import ColorSystem

from data.errors import StoreError
from data.figures.freshness import Moment
from data.figures.queues import QueueBook
from data.files import FloorFiles
from data.settings import Sync
from screens.first_picture import SCOPE, first_picture
from screens.key_names import Keymap
from screens.look import Look, Viewing
from supervisor_tui.config import Configuration, rules_of_today
from supervisor_tui.feed import Begun
from supervisor_tui.first_read import first_read, patience_s
from supervisor_tui.flow_control import kept_flow_control
from supervisor_tui.output import OutputStage
from supervisor_tui.person import PersonalFile
from supervisor_tui.terminal import TerminalProfile

COLOURS = {
    0: None,
    16: ColorSystem.STANDARD,
    256: ColorSystem.EIGHT_BIT,
    "full": ColorSystem.TRUECOLOR,
}
"""Of a terminal's profile, in the words of what draws."""
TAKEN = ("\x1b[?1049h", "\x1b[?25l", "\x1b[?7l")
"""The alternate screen, without a cursor and without wrapping; each is said once."""
GIVE_BACK = b"\x1b[m\x1b[H\x1b[J\x1b[?7h\x1b[?1049l\x1b[?25h"
_KEYBOARD, _SCREEN = 0, 2
"""Where Textual reads keys and writes its screen."""
_AGAIN_S = 0.2
"""Much longer than it takes from an import to whatever undoes."""
_INPUT_MODES, _LOCAL_MODES, _CHARACTERS = 0, 3, 6


class FirstPaint:
    """A terminal with the first picture on it.

    Args:
        begun: What was read of the cache; the feed goes on from there.
        queues: What was worked out for the picture.
        stage: What the terminal shows.
        mode: The terminal's mode as it was found.
    """

    def __init__(
        self, begun: Begun, queues: QueueBook, stage: OutputStage, mode: list[Any]
    ) -> None:
        self._begun: Begun | None = begun
        self.queues = queues
        self.stage = stage
        self.mode = mode
        self._is_ours = False

    def show(self) -> None:
        """Take the terminal over, and put the picture on it."""
        self._is_ours = True
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _leave)
        quiet = list(self.mode)
        quiet[_LOCAL_MODES] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        # What is typed over the picture is for the app: Enter is no Ctrl+J, Ctrl+S stops no
        # output, and one Ctrl+C only cancels.
        quiet[_INPUT_MODES] &= ~(termios.ICRNL | termios.IXON)
        quiet[_INPUT_MODES] |= kept_flow_control(self.mode)
        quiet[_CHARACTERS] = list(quiet[_CHARACTERS])
        for key in (termios.VSUSP, termios.VQUIT, termios.VINTR):
            quiet[_CHARACTERS][key] = bytes([os.fpathconf(_KEYBOARD, "PC_VDISABLE")])
        termios.tcsetattr(_KEYBOARD, termios.TCSANOW, quiet)
        left = ("".join(TAKEN) + self.stage.difference()).encode()
        while left:
            left = left[os.write(_SCREEN, left) :]

    def take_begun(self) -> Begun | None:
        """What was read of the cache, for the one who goes on reading; it is kept here no more.

        This lives as long as the screen does, and what it held on to would be a floor of its own.
        """
        begun, self._begun = self._begun, None
        return begun

    def hand_on(self) -> None:
        """From here on somebody else will give the terminal back."""
        self._is_ours = False

    def give_back(self) -> None:
        """Leave the terminal as it was found, if it was taken and has not been handed on."""
        signal.setitimer(signal.ITIMER_REAL, 0)  # what leaves is on its way
        if not self._is_ours:
            return
        with suppress(OSError, termios.error):
            termios.tcsetattr(_KEYBOARD, termios.TCSANOW, self.mode)
            os.write(_SCREEN, GIVE_BACK)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Until the guard has taken over: out, by way of everything that has to be undone.

    Python ignores what is raised in the callback of a weak reference, of which imports have many:
    so it is raised again until it is on its way.
    """

    def leave_again(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGALRM, leave_again)
    signal.setitimer(signal.ITIMER_REAL, _AGAIN_S, _AGAIN_S)
    raise SystemExit(128 + number)


def paint_first(
    configuration: Configuration,
    files: FloorFiles,
    profile: TerminalProfile,
    keymap: Keymap,
    personal: PersonalFile,
) -> FirstPaint | None:
    """Draw what is known; None where nothing is, or where it would not look as the screen will.

    Args:
        configuration: The floor's configuration.
        files: The floor's files.
        profile: What the terminal can do.
        keymap: The person's own keys.
        personal: Which columns they keep.
    """
    try:
        is_awaited = configuration.floor.sync is Sync.AUTO
        begun = first_read(files, patience_s() if is_awaited else 0)
        size = os.get_terminal_size(_SCREEN)
        mode = termios.tcgetattr(_KEYBOARD)
    except (StoreError, OSError, termios.error):
        return None
    snapshot, queues = begun.snapshot, QueueBook()
    look = Look(
        snapshot=snapshot,
        moment=Moment.of(snapshot.clock(None)),
        viewing=Viewing(
            floor_name=configuration.floor.name,
            formula=configuration.floor.formula,
            rules=rules_of_today(configuration),
            checklists=configuration.checklists,
            is_ascii=profile.is_ascii,
        ),
        queues=queues,
    )
    lines = first_picture(
        look,
        (size.columns, size.lines),
        keymap=keymap,
        columns=personal.settings.columns.get(SCOPE),
        has_colours=profile.colours != 0,
    )
    if not lines:
        begun.reader.close()
        return None
    colours = COLOURS[profile.colours]
    stage = OutputStage(size.columns, size.lines, colours, has_italics=profile.has_italics)
    for y, line in enumerate(lines):
        stage.put(0, y, line)
    return FirstPaint(begun, queues, stage, mode)
