"""Who is called where a red alert stands and nobody at the screen presses a key.

The commands come from the configuration and run as they stand there: no shell, nothing of what the
floor says among their arguments. What is the matter they get as JSON on standard input.
"""

from __future__ import annotations

import os
import signal
import subprocess
import syslog
from collections.abc import Sequence

import msgspec

from data.figures.night import SiteNight
from screens.text import _
from supervisor_tui.config_model import NightSettings
from supervisor_tui.instants import instant

RUN_S = 30.0
"""A command that takes longer is ended: it stands between the floor and the next person."""
_MINUTE_MS = 60_000
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
        self._called: set[int] = set()

    def key(self) -> None:
        """Somebody is there."""
        self._called.clear()

    def due(self, *, is_red: bool, idle_ms: int, now_ms: int) -> NightSettings | None:
        """Who is to be called now: the next one whose time has come; None: nobody.

        Args:
            is_red: Whether something needs somebody at once.
            idle_ms: Since when no key was pressed, milliseconds ago.
            now_ms: Milliseconds of a clock that never goes back.
        """
        if not is_red:
            self._red_since = None
            return None
        if self._red_since is None:
            self._red_since = now_ms
        waited = self._waited(idle_ms, now_ms)
        for place, each in enumerate(self._people):
            if place not in self._called and waited >= each.after * _MINUTE_MS:
                self._called.add(place)
                return each
        return None

    def next(self, *, idle_ms: int, now_ms: int) -> tuple[NightSettings, int] | None:
        """Who is called next unless a key is pressed, and in how many milliseconds."""
        if self._red_since is None:
            return None
        waited = self._waited(idle_ms, now_ms)
        for place, each in enumerate(self._people):
            if place not in self._called:
                return each, max(0, each.after * _MINUTE_MS - waited)
        return None

    def _waited(self, idle_ms: int, now_ms: int) -> int:
        """How long both have lasted: the alert, and that no key was pressed."""
        began = now_ms if self._red_since is None else self._red_since
        return min(idle_ms, now_ms - began)


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
