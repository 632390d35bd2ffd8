"""Who listens to which call, as far as it is told."""

from __future__ import annotations

from collections.abc import Callable

from data.clean import clean_text
from data.model import Ms
from data.sources.asterisk.board_calls import Calls
from data.sources.asterisk.events import SpyEvent

_NAME_LIMIT = 64
_MOST_AWAITED = 200


class Listeners:
    """Puts names to those who listen.

    Args:
        calls: What they listen to.
        name_at: The name of the person whose phone a channel is of; empty where nobody is known.
    """

    def __init__(self, calls: Calls, name_at: Callable[[str], str]) -> None:
        self._calls = calls
        self._name_at = name_at
        self._awaited: dict[str, str] = {}

    def expect(self, call: str, name: str) -> None:
        """Know who will listen.

        Args:
            call: The unique id that their own call will have.
            name: As people know them.
        """
        self._awaited[call] = name
        if len(self._awaited) > _MOST_AWAITED:
            del self._awaited[next(iter(self._awaited))]

    def take(self, event: SpyEvent, at: Ms) -> None:
        """Somebody has begun to listen, or has ceased to."""
        channel = event.spy_channel
        if event.is_start:
            call = self._calls.on_channel(event.heard_channel)
            if call is not None:
                call.listeners[channel] = self._name(event)
        else:
            call = self._calls.heard_by(channel)
            if call is not None:
                del call.listeners[channel]
        if call is not None:
            self._calls.show_listeners(call, at)

    def _name(self, event: SpyEvent) -> str:
        known = self._awaited.get(event.spy_call) or self._name_at(event.spy_channel)
        dialled = event.spy_channel.rpartition("-")[0]
        return clean_text(known or event.spy_name or dialled, _NAME_LIMIT)
