"""Knows from the terminal's own answers whether the line has delivered what was sent.

A full pty says that the line is behind, but behind sshd and a modem lie buffers that take
megabytes before it is full. So a frame ends with a question that every terminal answers, where its
cursor is. While an answer takes longer than the quickest has taken, something is still queueing
before it, and the next frame waits. Never is more than one question on its way, and a terminal
that does not answer is soon not asked any more, one that did after a minute: then a slow line is
given the time that it needs for what was sent, by its speed.
"""

from __future__ import annotations

import threading

QUESTION = "\x1b[6n"
SLACK_MS = 50
"""By how much an answer may be later than the quickest before it counts as queueing."""
PATIENCE_MS = 10_000
"""How long an answer is waited for: a whole screen at 9600 bit/s takes three seconds."""
DOUBT_MS = 2_000
"""How long of it where somebody asks for the whole picture: noise may have eaten the answer."""
TRIES = 2
"""How many questions in a row may stay without an answer."""
KNOWN_TRIES = 6
"""The same for a terminal that has answered: a line may stand still for a minute, and whatever is
sent meanwhile is what somebody has to wait for when it goes on."""
BITS = 10
"""Of a byte on a line, those before and behind it among them."""


class Pacer:
    """One question at a time, and what its answer tells; all instants are monotonic ms.

    Answers are noted by the thread that reads the keyboard, all else happens in the app's.

    Args:
        bits_per_s: The speed of a slow line; 0 where it is fast, or not known.
    """

    def __init__(self, bits_per_s: int = 0) -> None:
        self._bits_per_s = bits_per_s
        self._sent_until_ms = 0.0
        """When all that was sent has left the line, by its speed."""
        self._lock = threading.Lock()
        self._asked_ms: int | None = None
        self._quickest_ms: int | None = None
        self._unanswered = 0
        self._is_settled = threading.Event()
        self._is_settled.set()

    @property
    def question(self) -> str:
        """What to write behind a frame; empty for nothing."""
        return QUESTION if self._asked_ms is None and not self._is_mute else ""

    @property
    def _is_mute(self) -> bool:
        """Whether there is no hope for an answer any more."""
        return self._unanswered >= (TRIES if self._quickest_ms is None else KNOWN_TRIES)

    def asked(self, now_ms: int) -> None:
        """The question was sent."""
        with self._lock:
            self._asked_ms = now_ms
            self._is_settled.clear()

    def sent(self, size: int, now_ms: int) -> None:
        """So many bytes were sent."""
        if self._bits_per_s:
            takes_ms = size * BITS * 1000 / self._bits_per_s
            self._sent_until_ms = max(now_ms, self._sent_until_ms) + takes_ms

    def answered(self, now_ms: int) -> None:
        """An answer came, if late; also where it had been given up, the terminal does answer."""
        with self._lock:
            self._unanswered = 0
            if self._asked_ms is None:
                return
            took = now_ms - self._asked_ms
            if self._quickest_ms is None or took < self._quickest_ms:
                self._quickest_ms = took
            self._settle()

    def is_behind(self, now_ms: int) -> bool:
        """Whether what was sent last is still on its way, as far as the terminal tells.

        Of one that has told nothing yet, or tells nothing any more, the speed of the line does.
        """
        with self._lock:
            waited = 0 if self._asked_ms is None else now_ms - self._asked_ms
            if waited > PATIENCE_MS:
                self._unanswered += 1
                self._settle()
                waited = 0
            if self._quickest_ms is None or self._is_mute:
                return now_ms < self._sent_until_ms
            return waited > self._quickest_ms + SLACK_MS

    def doubt(self, now_ms: int) -> None:
        """Take an answer that is long due for lost; somebody waits for the picture."""
        with self._lock:
            if self._asked_ms is not None and now_ms - self._asked_ms > DOUBT_MS:
                self._settle()

    def wait_for_answer(self, most_ms: int) -> None:
        """Wait for the answer under way, so that it does not reach whoever reads next."""
        if self._quickest_ms is not None:
            self._is_settled.wait(most_ms / 1000)

    def _settle(self) -> None:
        self._asked_ms = None
        self._is_settled.set()
