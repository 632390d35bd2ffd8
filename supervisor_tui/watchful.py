"""The app when nobody is at it: the night, who is called, and the lock.

The lock is a wall round the whole app, and so it stands here, outside of it: while it is up every
look has no names in it, no other screen opens, no key but the lock's own does anything, and what
the program would say is not said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace
from textual import events
from textual.screen import ModalScreen
from textual.widget import AwaitMount

from data.clock import monotonic_ms
from data.figures.doings import NO_DOINGS
from data.figures.queues import QueueBook
from data.masking import Mask
from data.sync.night_marks import NightFile
from screens.key_names import key_name
from screens.look import Look
from screens.text import _, ngettext
from screens.tones import MARKS, Tone
from screens.widgets.said import Words
from supervisor_tui.app import SupervisorApp
from supervisor_tui.app_parts import AppParts
from supervisor_tui.config_model import NightSettings

if TYPE_CHECKING:
    from screens.locked import LockedScreen
    from supervisor_tui.night_duty import NightWatch
    from supervisor_tui.unlocking import Tries

NIGHT_AFTER_MS = 10 * 60_000
"""So long nobody has to have pressed a key before the night opens by itself."""
MARK_MS = 5_000
"""So often at most the floor is told of a key: calls go by minutes."""
_WHILE_LOCKED = frozenset({"repaint_all", "repaint"})


class Guarding(msgspec.Struct, frozen=True, kw_only=True):
    """What the configuration says of a screen that is left alone."""

    hours: str = ""
    """The night as `22:00-06:00`; empty: it opens on a key only."""
    lock_ms: int = 0
    """Milliseconds without a key after which the screen locks itself; 0: never."""
    leave_ms: int = 0
    """Milliseconds after which a locked screen ends; 0: never."""
    unlock: tuple[str, ...] = ()
    """What asks for the person's password; empty where nothing does."""
    people: tuple[NightSettings, ...] = ()
    """Who is called at night."""


class WatchfulApp(SupervisorApp):
    """One floor on one terminal, left alone now and then.

    Args:
        parts: What the app is made from.
        guarding: What the configuration says of a screen that is left alone.
        night_file: What the screens of the floor know together of the night.
    """

    def __init__(self, parts: AppParts, guarding: Guarding, night_file: NightFile) -> None:
        super().__init__(parts)
        self.guarding = guarding
        self._night_file = night_file
        self.key_ms = monotonic_ms()
        """When somebody was last at this screen."""
        self._marked_ms = 0
        self._locked: LockedScreen | None = None
        self._is_locked = False
        self._locked_at_ms = 0
        self._mask = Mask()
        self._masked_queues = QueueBook()
        self._tries: Tries | None = None
        self._night_watch: NightWatch | None = None

    # Who is there

    @property
    def idle_ms(self) -> int:
        """Milliseconds since the last key."""
        return monotonic_ms() - self.key_ms

    def note_key(self) -> None:
        """Somebody is there."""
        self.key_ms = monotonic_ms()

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is there before anything is done about it."""
        if isinstance(event, events.Key | events.Paste | events.MouseDown):
            self.note_key()
        await super().on_event(event)

    def _refresh(self) -> None:
        """Look whether the screen has been left alone for too long, and draw."""
        self._mark_keys()
        self._look_after_itself()
        if self._night_watch is not None:
            self._night_watch.look(self)
        if not self._is_locked:
            super()._refresh()
        elif self._locked is not None:
            look = self.look()
            self._locked.show(look)
            self.parts.doer.ring_behind_lock(self)
            self.parts.past.supply(self, self._locked.shown, look, self._refresh)

    def _mark_keys(self) -> None:
        """Let the floor's other screens know that somebody is here, now and then."""
        if self.guarding.people and self.key_ms - self._marked_ms >= MARK_MS:
            self._marked_ms = self.key_ms
            self._night_file.key(self.key_ms)

    def _look_after_itself(self) -> None:
        guarding, idle = self.guarding, self.idle_ms
        if self._is_locked:
            locked_ms = monotonic_ms() - self._locked_at_ms
            if guarding.leave_ms and min(idle, locked_ms) >= guarding.leave_ms:
                self.exit()
        elif guarding.lock_ms and idle >= guarding.lock_ms:
            self.lock()
        elif guarding.hours and idle >= NIGHT_AFTER_MS:
            self._open_night_by_itself()

    # The night

    def action_night(self) -> None:
        """Show the night, one line a site."""
        self._on_duty().open(self)

    def _on_duty(self) -> NightWatch:
        if self._night_watch is None:
            from supervisor_tui.night_duty import NightWatch

            self._night_watch = NightWatch(
                self.guarding.hours, self.guarding.people, self._night_file
            )
        return self._night_watch

    def _open_night_by_itself(self) -> None:
        """Where the floor stands on the screen and nothing is being typed, in the hours for it."""
        if self.screen is not self.floor or self.floor.is_asking or self.time.is_past:
            return
        if self._on_duty().is_night(self.present()):
            self.action_night()

    # The lock

    @property
    def is_locked(self) -> bool:
        """Whether names are hidden, and nothing can be done."""
        return self._is_locked

    def action_lock(self) -> None:
        """Hide who is on the floor until the host knows who is at the terminal.

        Somebody who could only close the session then is told so: the key is soon pressed by
        mistake. What locks by itself was asked for in the configuration.
        """
        if not self.guarding.unlock:
            text = _(
                "Not locked: nothing could open it again, for this account has no password that"
                " could be asked for. Set unlock_command, or leave with {key}."
            )
            self.say(text.format(key=key_name("app.back")), Tone.LOOK)
            return
        self.lock()

    def lock(self) -> None:
        """Close whatever is open, without sending it, and show what may be seen."""
        if self._is_locked:
            return
        from screens.locked import LockedPage, LockedScreen

        self._is_locked = True
        self._locked_at_ms = monotonic_ms()
        self._close_what_is_open()
        self.time.follow(self)
        self._locked = LockedScreen(
            LockedPage(self.guarding.hours),
            self.look(),
            self.unlock,
            keymap=self.parts.keymap,
            is_ascii=self.parts.viewing.is_ascii,
        )
        super().push_screen(self._locked)
        self.call_after_refresh(self._refresh)

    def _close_what_is_open(self) -> None:
        if self._night_watch is not None:
            self._night_watch.note_lock(self)
        while len(self.screen_stack) > 1:
            top = self.screen
            if isinstance(top, ModalScreen):
                top.dismiss(None)  # as Esc does: whoever asked hears that nothing is to be done
            else:
                self.pop_screen()
        if self.floor.prompt is not None and self.floor.prompt.is_open:
            self.floor.prompt.close()
        self.floor.say("")

    def unlock(self) -> None:
        """Let the host ask who is there, and show everything again where it is satisfied."""
        from supervisor_tui.unlocking import Tries

        self._tries = self._tries or Tries()
        tries, locked = self._tries, self._locked
        if locked is None:
            return
        wait_s = -(-tries.wait_ms(monotonic_ms()) // 1000)
        if not self.guarding.unlock:
            text = _("This account has no password that could be asked for: close the session.")
            locked.say(text, Tone.LOOK)
        elif wait_s:
            text = _("Refused {count} times: again in {seconds} s.")
            locked.say(text.format(count=tries.refused, seconds=wait_s), Tone.LOOK)
        elif self.ask_host():
            self._let_in(tries.refused)
        else:
            tries.note_refusal(monotonic_ms())
            text = ngettext("Refused {count} time.", "Refused {count} times.", tries.refused)
            locked.say(text.format(count=tries.refused), Tone.ACT)

    def ask_host(self) -> bool:
        """Whether the host's own program is satisfied; meanwhile the terminal is its."""
        from supervisor_tui.unlocking import ask_host

        words = _("supervisor-tui is locked. Ctrl+C leaves it so.")
        with self.suspend():
            is_known = ask_host(self.guarding.unlock, words)
        self.note_key()
        return is_known

    def _let_in(self, refused: int) -> None:
        self._is_locked, self._locked, self._tries = False, None, None
        self.pop_screen()
        if self._night_watch is not None:
            self._night_watch.note_unlock(self)
        self._refresh()
        if refused:
            text = ngettext(
                "Unlocked. It had been refused {count} time.",
                "Unlocked. It had been refused {count} times.",
                refused,
            )
            self.say(text.format(count=refused), Tone.ACT)

    # The wall

    def present(self) -> Look:
        """The floor as it is at this moment; without anybody in it while it is locked."""
        look = super().present()
        if not self._is_locked:
            return look
        return replace(
            look,
            snapshot=self._mask.over(look.snapshot),
            doings=NO_DOINGS,
            phone="",
            troubles=(),
            queues=self._masked_queues,
        )

    def unmasked(self) -> Look:
        """The floor as it is, for what judges it and shows nothing."""
        return super().present()

    def push_screen(self, screen: Any, *how: Any, **named: Any) -> Any:
        """Open a screen; nothing opens over a lock."""
        if self._is_locked:
            return AwaitMount(self.screen, ())
        return super().push_screen(screen, *how, **named)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether something may be done: behind a lock, only painting again."""
        if self._is_locked and action not in _WHILE_LOCKED:
            return False
        return super().check_action(action, parameters)

    def say(self, words: Words, tone: Tone = Tone.NORMAL) -> None:
        """Say something above the keys; behind a lock nothing that may name somebody."""
        if not self._is_locked:
            super().say(words, tone)

    def tell_next(self) -> None:
        """Say what waits; behind a lock it goes on waiting, for it may name somebody."""
        if not self._is_locked:
            super().tell_next()

    def announce(self, words: Words, tone: Tone) -> None:
        """Say what has just happened, and ring; behind a lock only that something has."""
        if self._is_locked:
            self.ring_locked(_("Something has happened; unlock to read it."), tone)
        else:
            super().announce(words, tone)

    def ring_locked(self, text: str, tone: Tone) -> None:
        """Ring behind the lock, and say what names nobody."""
        if self._locked is not None:
            self._locked.say(f"{MARKS[tone].strip()} {text}", tone)
        if self.parts.has_bell:
            self.bell()
