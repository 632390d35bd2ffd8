"""What stands above the keys: the answer to a key, and below it what has happened since.

Whoever pressed a key waits for what came of it, and what happens on the floor in that second must
not take it away; nor may one thing that happens take away another before it can have been read. So
they stand below each other until they are read, as far as there is room; the others wait. What a
page or a prompt hides too soon comes again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import msgspec
from textual.app import App

from data.clock import monotonic_ms
from data.model import Ms
from screens.detail import DetailScreen
from screens.table_screen import TableScreen
from screens.text import ngettext
from screens.tones import MARKS, Tone
from screens.widgets.said import MARGINS, MOST_LINES, Told, Words, lines_of

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp

ANSWER_MS = 5_000
"""So long an answer is being read, unless a key says that it has been."""
NEWS_MS = 4_000
"""So long news is being read, whatever is typed."""
MOST_WAITING = 8
"""More news than this is only counted: it stands in the panes, and would be old when it is read."""


class Saying(msgspec.Struct, frozen=True):
    """Something that stands above the keys."""

    words: Words
    tone: Tone
    is_answer: bool
    shown_ms: Ms
    """Since when, by the host's monotonic clock."""

    def is_read(self, now_ms: Ms, key_ms: Ms) -> bool:
        """Whether something else may take its place.

        Args:
            now_ms: The present.
            key_ms: When a key was pressed last.
        """
        stood_ms = now_ms - self.shown_ms
        if self.is_answer:
            return stood_ms >= ANSWER_MS or key_ms > self.shown_ms
        return stood_ms >= NEWS_MS


class Sayings:
    """Orders what is to be said. It is told the time, and what stands on the screen."""

    def __init__(self) -> None:
        self._standing: list[Saying] = []
        """An answer comes first, then what has happened, the oldest first."""
        self._waiting: deque[Told] = deque()
        self._uncounted = 0

    @property
    def standing(self) -> Sequence[Told]:
        """What is to stand there."""
        return tuple((one.words, one.tone) for one in self._standing)

    def answer(self, words: Words, tone: Tone, now_ms: Ms) -> None:
        """A key is answered: the answer takes the place of the one before it.

        Args:
            words: The answer; empty where all that stands there is to go.
            tone: Its tone.
            now_ms: The present.
        """
        answers = [Saying(words, tone, True, now_ms)] if words else []
        self._standing = answers + (self._unread_news(now_ms) if words else [])

    def tell(self, words: Words, tone: Tone) -> None:
        """Let news wait for its turn, which may be now."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append((words, tone))
        else:
            self._uncounted += 1

    def withdraw(self, words: Words) -> None:
        """News is true no more."""
        self._waiting = deque(one for one in self._waiting if one[0] != words)
        self._standing = [one for one in self._standing if one.words != words]

    def leave(self) -> None:
        """Somebody wants what stands there gone."""
        self._standing = []

    def see(self, said: Sequence[Told], now_ms: Ms) -> None:
        """Notice what became of what was said.

        Args:
            said: What stands on the screen: nothing on one that was opened meanwhile, something
                else where a screen has answered a key by itself.
            now_ms: The present.
        """
        if tuple(said) == self.standing:
            return
        unread = reversed(self._unread_news(now_ms))
        self._waiting.extendleft((one.words, one.tone) for one in unread)
        self._standing = [Saying(words, tone, True, now_ms) for words, tone in said]

    def next(self, now_ms: Ms, key_ms: Ms, room: int) -> Sequence[Told]:
        """What is to stand there now.

        Args:
            now_ms: The present.
            key_ms: When a key was pressed last.
            room: Cells of a line.
        """
        while (told := self._first()) is not None:
            height = len(lines_of(told[0], room))
            is_over = not height  # an alert may have ended before it was said
            if not is_over and not self._make_room(height, now_ms, key_ms, room):
                break
            if self._waiting:
                self._waiting.popleft()
            else:
                self._uncounted = 0
            if not is_over:
                self._standing.append(Saying(*told, False, now_ms))
        # The newest stays though it was read, for whoever comes back.
        newest = self._standing[-1:]
        del self._standing[-1:]
        while self._drop_read(now_ms, key_ms):
            pass
        self._standing += newest
        self._put_back_what_has_no_room(room)
        return self.standing

    def _unread_news(self, now_ms: Ms) -> list[Saying]:
        news = (one for one in self._standing if not one.is_answer)
        return [one for one in news if not one.is_read(now_ms, now_ms)]

    def _first(self) -> Told | None:
        if self._waiting:
            return self._waiting[0]
        if not self._uncounted:
            return None
        text = ngettext(
            "{count} more thing has happened meanwhile; the panes show it.",
            "{count} more things have happened meanwhile; the panes show them.",
            self._uncounted,
        )
        return text.format(count=self._uncounted), Tone.LOOK

    def _make_room(self, height: int, now_ms: Ms, key_ms: Ms, room: int) -> bool:
        """Drop what was read until so many lines are free; whether they are."""
        while self._height(room) + height > MOST_LINES:
            if not self._drop_read(now_ms, key_ms):
                return False
        return True

    def _drop_read(self, now_ms: Ms, key_ms: Ms) -> bool:
        """Drop the first that was read; whether there was one."""
        for at, one in enumerate(self._standing):
            if one.is_read(now_ms, key_ms):
                del self._standing[at]
                return True
        return False

    def _put_back_what_has_no_room(self, room: int) -> None:
        """An answer has come above news that filled the lines: the newest waits for its turn."""
        while len(self._standing) > 1 and self._height(room) > MOST_LINES:
            last = self._standing.pop()
            self._waiting.appendleft((last.words, last.tone))

    def _height(self, room: int) -> int:
        return sum(len(lines_of(one.words, room)) for one in self._standing)


class SayingApp(App[None]):
    """An app that says things above the keys of whatever is on the screen."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._sayings = Sayings()

    def say(self, words: Words, tone: Tone = Tone.NORMAL) -> None:
        """Answer a key above the keys; no words take away what stands there."""
        app, now_ms = cast("SupervisorApp", self), monotonic_ms()
        self._sayings.see(app.saying_screen.said, now_ms)
        self._sayings.answer(words, tone, now_ms)
        self._show_next(now_ms)

    def tell(self, words: Words, tone: Tone = Tone.NORMAL) -> None:
        """Say what has happened, below what is still being read."""
        self._sayings.tell(words, tone)
        self.tell_next()

    def announce(self, words: Words, tone: Tone) -> None:
        """Tell what has just happened, with its mark, and ring once."""
        mark = f"{MARKS[tone].strip()} "
        if isinstance(words, str):
            self.tell(mark + words, tone)
        else:
            make = words
            self.tell(lambda room: (text := make(room - len(mark))) and mark + text, tone)
        if cast("SupervisorApp", self).parts.has_bell:
            self.bell()

    def withdraw(self, words: Words) -> None:
        """Say no more what is true no more, on whatever screen it stands."""
        self._sayings.withdraw(words)
        for screen in self.screen_stack:
            if isinstance(screen, TableScreen | DetailScreen):
                left = [one for one in screen.said if one[0] != words]
                if len(left) < len(screen.said):
                    screen.say_all(left)

    def leave_said(self) -> None:
        """Somebody wants what stands above the keys gone."""
        self._sayings.leave()

    def tell_next(self) -> None:
        """Say what waits and has room by now, and leave out what was read."""
        now_ms = monotonic_ms()
        self._sayings.see(cast("SupervisorApp", self).saying_screen.said, now_ms)
        self._show_next(now_ms)

    def _show_next(self, now_ms: Ms) -> None:
        app = cast("SupervisorApp", self)
        told = self._sayings.next(now_ms, app.last_key_ms, self.size.width - MARGINS)
        if tuple(app.saying_screen.said) != tuple(told):
            app.saying_screen.say_all(told)
