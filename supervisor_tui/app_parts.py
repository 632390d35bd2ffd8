"""What the app is made from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from rich.color import ColorSystem

from screens.key_names import Keymap
from screens.look import Viewing
from supervisor_tui.doing import Doer
from supervisor_tui.finding import Finder
from supervisor_tui.first_paint import FirstPaint
from supervisor_tui.person import PersonalFile
from supervisor_tui.reading import PastReader
from supervisor_tui.troubles import Troubles


class AppParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the app is made from; everything that touches files or processes comes from outside."""

    viewing: Viewing
    cache: Path
    keymap: Keymap
    personal: PersonalFile
    ask_now: Callable[[], bool]
    """Ask the sync process for fresh data; whether it could be asked."""
    troubles: Troubles
    """Says what is the matter."""
    finder: Finder
    """Finds contacts in history."""
    doer: Doer
    """Does what the person asks to be done."""
    history: Path
    """What happened; read where the person looks at the past."""
    past: PastReader
    """Reads history for what is on the screen."""
    first_paint: FirstPaint | None = None
    """What is on the terminal already; None where nothing is."""
    hints: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """What the person should know at the start, such as keys of theirs that cannot be."""
    colours: ColorSystem | None = ColorSystem.STANDARD
    is_restricted: bool = True
    has_bell: bool = True
    """What is announced rings the terminal's bell too."""
