"""A locked screen: the figures of sites and queues, and nobody's name.

The look that it is given has no names in it (`data.masking`). No key does anything here but scroll
and ask to unlock: whatever else is pressed says how to.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events

from data.figures.night import site_nights
from screens.action_types import Scope
from screens.actions import BY_ID
from screens.detail import DetailScreen
from screens.key_names import Keymap, keys_of, show_key
from screens.keys import with_twins
from screens.look import Look
from screens.night import NightReading
from screens.page import heading, parts, table
from screens.presenters.night import present_night
from screens.presenters.queues import present_queues
from screens.text import _
from screens.tones import Tone
from screens.widgets.tone_styles import Line

if TYPE_CHECKING:
    from data.cache.history_reader import HistoryReader

_UNLOCK = BY_ID["locked.unlock"]
_SCROLL = {"locked.down": 1, "locked.up": -1}


class LockedPage:
    """Draws what stays to be seen: the sites, a line each, and the queues.

    Args:
        hours: The night as `22:00-06:00`.
    """

    def __init__(self, hours: str) -> None:
        self._reading = NightReading(hours)

    @property
    def wanted_past(self) -> Hashable:
        """What it asks of history."""
        return self._reading.wanted_past

    def read_past(self, history: HistoryReader, look: Look) -> None:
        """Ask history; called in a thread."""
        self._reading.read_past(history, look)

    def __call__(self, look: Look, width: int) -> Sequence[Line]:
        """The page for a look without names."""
        self._reading.want(look)
        viewing = look.viewing
        nights = site_nights(look.snapshot, look.figures, look.moment, self._reading.past)
        sites = present_night(nights, viewing.rules, viewing.formula)
        queues = present_queues(look.figures, look.snapshot.sites, viewing.rules)
        is_ascii = viewing.is_ascii
        notes: list[Line] = [((f" {note}", Tone.QUIET),) for note in queues.notes]
        return parts(
            [*table(sites, width, empty=_("No site is known yet."), is_ascii=is_ascii)],
            [
                heading(_("Queues")),
                *table(queues, width, empty=_("No queues."), is_ascii=is_ascii),
                *notes,
            ],
        )


class LockedScreen(DetailScreen):
    """A page that leads nowhere.

    Args:
        page: Draws it.
        look: The look to begin with.
        unlock: Asks for the password.
        keymap: The person's own keys.
        is_ascii: Draw with ASCII signs only.
    """

    SCOPE: ClassVar[Scope] = Scope.LOCKED

    def __init__(
        self,
        page: LockedPage,
        look: Look,
        unlock: Callable[[], None],
        *,
        keymap: Keymap,
        is_ascii: bool,
    ) -> None:
        title = _("Locked: names, callers and subjects are hidden")
        super().__init__(title, page, look, keymap=keymap, is_ascii=is_ascii)
        self._unlock = unlock

    async def on_key(self, event: events.Key) -> None:
        """Take every key; nothing behind the lock gets one."""
        event.stop()
        event.prevent_default()
        if self._is(event.key, "locked.unlock"):
            self._unlock()
            return
        for action, delta in _SCROLL.items():
            if self._is(event.key, action):
                self._page.page(delta) if event.key.startswith("page") else self._page.move(delta)
                return
        key = show_key(keys_of(_UNLOCK, self._keymap)[0])
        self.say(_("Locked. {key} unlocks.").format(key=key), Tone.LOOK)

    def _is(self, key: str, action: str) -> bool:
        return key in with_twins(keys_of(BY_ID[action], self._keymap))
