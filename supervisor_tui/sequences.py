"""What goes to the terminal beside frames: each was chosen, for old terminals print what is new."""

from __future__ import annotations

CHOSEN = frozenset(
    {
        "\x1b[?1049h",  # the alternate screen
        "\x1b[?1049l",
        "\x1b[?25l",  # the cursor
        "\x1b[?25h",
        "\x1b[?7l",  # wrapping
        "\x1b[?7h",
        "\x1b[?2004h",  # pastes as such
        "\x1b[?2004l",
        "\x07",
    }
)
"""What of Textual's own sequences goes out. Others are asked for by nobody (reports of focus, of
sizes, synchronised updates), or old terminals would print them (pointer shapes, clipboards)."""
MOUSE_ON, MOUSE_OFF = "\x1b[?1002h\x1b[?1006h", "\x1b[?1006l\x1b[?1002l"
"""Buttons and drags; movements without a button would fill a slow line."""
PARTING = "\x1b[m\x1b[H\x1b[J"
"""Before the terminal is given back: a console without an alternate screen keeps the picture."""
AGAIN = "\x1b(B\x0f\x1b[4l\x1b[?6l\x1b[?7l\x1b[?25l\x1b[?2004h"
"""The terminal as it was taken over, whatever noise on the line has made of it: letters instead of
line graphics, replacing instead of inserting, the whole screen, no wrapping, no cursor, pastes."""
