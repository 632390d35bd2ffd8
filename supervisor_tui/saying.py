"""What stands above the keys: the answer to a key first, news when that can have been read.

Whoever pressed a key waits for what came of it, and what happens on the floor in that second must
not take it away. So news waits behind an answer, for some seconds or until the next key; several
news follow one another; and news that an answer takes the place of too soon comes again.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, cast

import msgspec
from textual.app import App

from data.clock import monotonic_ms
from data.model import Ms
from screens.detail import DetailScreen
from screens.table_screen import TableScreen
from screens.text import ngettext
from screens.tones import MARKS, Tone
from screens.widgets.said import MARGINS, Words, words_in

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp

ANSWER_MS = 5_000
"""News waits so long behind an answer, unless a key says that it has been read."""
BRIEF_MS = 2_000
"""The same for news that has waited very long behind one answer after the other."""
LONG_MS = 15_000
"""To wait longer than this is very long."""
NEWS_MS = 4_000
"""News stands so long before other news takes its place."""
MOST_WAITING = 8
"""More news than this is only counted: it stands in the panes, and would be old when it is read."""


class Saying(msgspec.Struct, frozen=True):
    """Something to say."""

    words: Words
    tone: Tone
    at_ms: Ms
    """When it was to be said, by the host's monotonic clock."""


class Sayings:
    """Orders what is to be said. It is told the time, and what stands on the screen."""

    def __init__(self) -> None:
        self._news: Saying | None = None
        """What stands there, where it is news."""
        self._standing: Words = ""
        """What stands there, news or not."""
        self._shown_ms: Ms = 0
        self._waiting: deque[Saying] = deque()
        self._uncounted = 0

    def answer(self, words: Words, now_ms: Ms) -> None:
        """An answer is said: it takes the place of whatever stands there.

        Args:
            words: The answer; empty where what stands there is to go.
            now_ms: The present.
        """
        if words:
            self._put_back(now_ms)
        self._news, self._standing, self._shown_ms = None, words, now_ms

    def tell(self, words: Words, tone: Tone, now_ms: Ms) -> None:
        """Let news wait for its turn."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(Saying(words, tone, now_ms))
        else:
            self._uncounted += 1

    def withdraw(self, words: Words) -> None:
        """News is true no more: it does not come again, or at all."""
        self._waiting = deque(one for one in self._waiting if one.words != words)
        if self._news is not None and self._news.words == words:
            self._news = None

    def leave(self) -> None:
        """Somebody has read what stands there, and wants it gone."""
        self._news = None

    def see(self, standing: Words, now_ms: Ms) -> None:
        """Notice what became of what was said.

        Args:
            standing: What stands on the screen: nothing on one that was opened meanwhile, something
                else where a screen has answered a key by itself.
            now_ms: The present.
        """
        if standing != self._standing:
            self._put_back(now_ms)
            self._news, self._standing, self._shown_ms = None, standing, now_ms

    def next(self, now_ms: Ms, key_ms: Ms, room: int) -> Saying | None:
        """The news whose turn it is; None while what stands there is to be read.

        Args:
            now_ms: The present.
            key_ms: When a key was pressed last.
            room: Cells of a line.
        """
        while (one := self._first(now_ms)) is not None and not self._holds(one, now_ms, key_ms):
            if self._waiting:
                self._waiting.popleft()
            else:
                self._uncounted = 0
            if words_in(one.words, room):  # it may be over by now
                self._news, self._standing, self._shown_ms = one, one.words, now_ms
                return one
        return None

    def _first(self, now_ms: Ms) -> Saying | None:
        if self._waiting:
            return self._waiting[0]
        if not self._uncounted:
            return None
        text = ngettext(
            "{count} more thing has happened meanwhile; the panes show it.",
            "{count} more things have happened meanwhile; the panes show them.",
            self._uncounted,
        )
        return Saying(text.format(count=self._uncounted), Tone.LOOK, now_ms)

    def _holds(self, one: Saying, now_ms: Ms, key_ms: Ms) -> bool:
        """Whether what stands there has to be read before this may take its place."""
        stood_ms = now_ms - self._shown_ms
        if not self._standing:
            return False
        if self._news is not None:
            return stood_ms < NEWS_MS
        if now_ms - one.at_ms >= LONG_MS:
            return stood_ms < BRIEF_MS
        return stood_ms < ANSWER_MS and key_ms <= self._shown_ms

    def _put_back(self, now_ms: Ms) -> None:
        """Let news that nobody can have read wait for another turn."""
        if self._news is not None and now_ms - self._shown_ms < NEWS_MS:
            self._waiting.appendleft(self._news)


class SayingApp(App[None]):
    """An app that says things above the keys of whatever is on the screen."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._sayings = Sayings()

    def say(self, words: Words, tone: Tone = Tone.NORMAL) -> None:
        """Answer a key above the keys; no words take away what stands there."""
        cast("SupervisorApp", self).saying_screen.say(words, tone)
        self._sayings.answer(words, monotonic_ms())

    def tell(self, words: Words, tone: Tone = Tone.NORMAL) -> None:
        """Say what has happened above the keys, once the answer that stands there can be read."""
        self._sayings.tell(words, tone, monotonic_ms())
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
            if isinstance(screen, TableScreen | DetailScreen) and screen.said == words:
                screen.say("")

    def leave_said(self) -> None:
        """Somebody wants what stands above the keys gone."""
        self._sayings.leave()

    def tell_next(self) -> None:
        """Say the news whose turn it is."""
        app = cast("SupervisorApp", self)
        screen, now_ms = app.saying_screen, monotonic_ms()
        self._sayings.see(screen.said, now_ms)
        found = self._sayings.next(now_ms, app.last_key_ms, self.size.width - MARGINS)
        if found is not None:
            screen.say(found.words, found.tone)
