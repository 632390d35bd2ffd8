"""Who is called where a red alert stands and nobody at the screen presses a key.

The commands come from the configuration and run as they stand there: no shell, nothing of what the
floor says among their arguments. What is the matter they get as JSON on standard input.
"""

from __future__ import annotations

import os
import signal
import subprocess
import syslog
from collections.abc import Collection, Sequence
from typing import TypeAlias

import msgspec

from data.clean import clean_text
from data.figures.night import SiteNight
from screens.text import _
from supervisor_tui.config_model import NightSettings
from supervisor_tui.instants import instant

RUN_S = 30.0
"""A command that takes longer is ended: it stands between the floor and the next person."""
_MINUTE_MS = 60_000
CALM_MS = _MINUTE_MS
"""What needs nobody for so long is over. A figure that swings about its limit is not, nor is a site
whose source falls silent: neither starts the minutes anew."""
Person: TypeAlias = tuple[str, int]
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Called(msgspec.Struct, frozen=True):
    """Somebody who was called, and whether the command said that it did its work."""

    name: str
    is_done: bool


class Watch:
    """Counts the minutes, and says who is to be called now; each once until a key is pressed.

    Args:
        people: In the order of the configuration.
    """

    def __init__(self, people: Sequence[NightSettings]) -> None:
        self._people = sorted(people, key=lambda each: each.after)
        self._red_since: int | None = None
        self._calm_since: int | None = None
        self._called: dict[Person, int] = {}
        """Whom this screen has called, and when."""
        self._is_next_now = False
        """The last one could not be called: the next one's time has come."""

    def due(
        self,
        *,
        is_red: bool,
        last_key_ms: int,
        now_ms: int,
        is_sure: bool = True,
        called: Collection[Person] = (),
    ) -> NightSettings | None:
        """Who is to be called now: the next one whose time has come; None: nobody.

        Args:
            is_red: Whether something needs somebody at once.
            last_key_ms: When a key was pressed last.
            now_ms: The present, on the same clock, which never goes back.
            is_sure: Whether that nothing does is known, and not only not heard of.
            called: Whom screens have called since that key.
        """
        if is_red:
            self._calm_since = None
            self._red_since = now_ms if self._red_since is None else self._red_since
        else:
            self._calm_since = (self._calm_since or now_ms) if is_sure else None
        is_over = self.has_calmed(now_ms)
        if is_over:
            self._red_since = None
        before = self._called.items()
        self._called = {who: at for who, at in before if at >= last_key_ms and not is_over}
        self._is_next_now = self._is_next_now and bool(self._called)
        person = self._next(called)
        if person is None or not is_red:
            return None
        if self._waited(last_key_ms, now_ms) < _after_ms(person) and not self._is_next_now:
            return None
        self._is_next_now = False
        self._called[as_person(person)] = now_ms
        return person

    def next(
        self, *, last_key_ms: int, now_ms: int, called: Collection[Person] = ()
    ) -> tuple[NightSettings, int] | None:
        """Who is called next unless a key is pressed, and in how many milliseconds."""
        person = self._next(called)
        if self._red_since is None or self._calm_since is not None or person is None:
            return None
        return person, max(0, _after_ms(person) - self._waited(last_key_ms, now_ms))

    def leave(self) -> None:
        """Nobody watches here any more: minutes count anew from when somebody does."""
        self._red_since = self._calm_since = None

    def fail(self) -> None:
        """The last one could not be called; nobody waits for the next one's time then."""
        self._is_next_now = True

    def take_back(self, person: NightSettings) -> None:
        """They were not called from here after all."""
        self._called.pop(as_person(person), None)

    def has_calmed(self, now_ms: int) -> bool:
        """Whether nothing has needed anybody for a while, so that what comes is another matter."""
        return self._calm_since is not None and now_ms - self._calm_since >= CALM_MS

    def _next(self, called: Collection[Person]) -> NightSettings | None:
        done = {*self._called, *called}
        return next((each for each in self._people if as_person(each) not in done), None)

    def _waited(self, last_key_ms: int, now_ms: int) -> int:
        """How long both have lasted: the alert, and that no key was pressed."""
        began = now_ms if self._red_since is None else self._red_since
        return now_ms - max(began, last_key_ms)


def as_person(person: NightSettings) -> Person:
    """By what somebody is known who may be called: one name may stand there twice.

    The name is as it comes back from the marks of the night, else nobody would know them again.
    """
    return clean_text(person.name), person.after


def _after_ms(person: NightSettings) -> int:
    return person.after * _MINUTE_MS


def call(person: NightSettings, document: bytes) -> Called:
    """Run the command of somebody; takes half a minute at most.

    Args:
        person: Whose command.
        document: What it gets on standard input.
    """
    is_done = run_bounded(person.command, document) == 0
    what = "called" if is_done else "could not call"
    syslog.openlog("supervisor-tui")
    syslog.syslog(syslog.LOG_WARNING, f"night: {what} {person.name}: no key under a red alert")
    return Called(person.name, is_done)


def run_bounded(command: Sequence[str], document: bytes, seconds: float = RUN_S) -> int | None:
    """The exit status of a command; None where it could not be started, or took too long."""
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=nothing,
            stderr=nothing,
            cwd="/",
            env={"PATH": _PATH},
            start_new_session=True,
        )
    except (OSError, RuntimeError):
        return None
    try:
        process.communicate(document, seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None
    return process.returncode


def alert_document(
    floor: str,
    nights: Sequence[SiteNight],
    stories: Sequence[Sequence[str]],
    idle_ms: int,
    now: int,
) -> bytes:
    """What is the matter, for a program.

    Args:
        floor: The floor's name.
        nights: The sites that need somebody.
        stories: What is to be said of each.
        idle_ms: Since when no key was pressed.
        now: The present on the server's clock.
    """
    document = {
        "floor": floor,
        "at": instant(now),
        "minutes_without_a_key": idle_ms // _MINUTE_MS,
        "sites": [
            {
                "site": night.site.id,
                "name": night.site.name or night.site.id,
                "text": list(story),
                "waiting": night.joined.waiting,
                "longest_wait_s": night.joined.longest_wait_s,
                "ready": night.joined.agents.ready,
                "alerts": [
                    {"name": alert.name, "rule": alert.rule, "raised_at": instant(alert.raised_at)}
                    for alert in night.alerts
                ],
            }
            for night, story in zip(nights, stories, strict=True)
        ],
    }
    return msgspec.json.encode(document) + b"\n"


def called_words(called: Called) -> str:
    """What is said on the screen."""
    text = (
        _("{name} was called: no key was pressed under a red alert.")
        if called.is_done
        else _("{name} could not be called: the command failed. Look at the alert yourself.")
    )
    return text.format(name=called.name)
