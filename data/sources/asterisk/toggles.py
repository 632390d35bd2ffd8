"""What can be put on or off at a queue: keys of Asterisk's database, and custom devices.

Asterisk itself closes no queue: its dialplan looks something up, and the configuration says what.
It does not know since when a toggle is as it is, nor who did it; what is done through this program,
or seen to change by it, is remembered here as long as it stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from data import contract
from data.clean import clean_text
from data.errors import ActionRefused, Code, FetchError
from data.model import Ms, Person, Switch
from data.settings import SourceSettings, ToggleSettings
from data.sources.asterisk.attempt import Asked, Attempt, held_already

_ENDS = "DBGetComplete"
_NO_KEY = "Database entry not found"
_DEVICE_ON, _DEVICE_OFF = "INUSE", "NOT_INUSE"
_DEVICE_IS_OFF = frozenset({_DEVICE_OFF, "UNKNOWN", "INVALID", ""})
_LABEL_LIMIT = 64
_DATABASE, _DEVICE = frozenset({"dbget", "dbput", "dbdel"}), frozenset({"getvar", "setvar"})


class _State(msgspec.Struct, frozen=True):
    """How a toggle stands, and what is known of how it came to that."""

    is_on: bool
    since: Ms | None = None
    by: Person | None = None


class Toggles:
    """Reads and puts the toggles of all queues of a source.

    Args:
        settings: Of the source: what each queue's toggles are made of.
    """

    def __init__(self, settings: SourceSettings) -> None:
        self._by_queue: Mapping[str, Mapping[str, ToggleSettings]] = {
            queue.name: {each.name: each for each in queue.toggle}
            for queue in settings.queue
            if queue.toggle
        }
        self._states: dict[tuple[str, str], _State] = {}

    @property
    def rights(self) -> frozenset[str]:
        """The actions that are needed, in lower case; none where there is nothing to put."""
        needed = [_DATABASE if each.database else _DEVICE for _queue, each in self._each()]
        return frozenset().union(*needed)

    async def read(
        self, manager: Asked, now: Ms, may: Callable[[str], bool]
    ) -> Mapping[str, tuple[Switch, ...]]:
        """How all of them stand, by queue; a toggle that must not be read is left out.

        It costs a request for each.

        Args:
            manager: Whom to ask.
            now: By the server's clock.
            may: Whether the account may ask an action.

        Raises:
            FetchError: One could not be read.
        """
        switches: dict[str, tuple[Switch, ...]] = {}
        for queue, toggle in self._each():
            if not may("Getvar" if toggle.device else "DBGet"):
                continue
            is_on = await _is_on(manager, toggle)
            state = self._seen(queue, toggle.name, now, is_on=is_on)
            switches[queue] = (*switches.get(queue, ()), _switch(toggle, state))
        return switches

    async def put(self, manager: Asked, attempt: Attempt, body: contract.SwitchQueue) -> None:
        """Put a toggle on or off.

        What is so already is refused with who did it and when, as far as that is known: two who
        close a queue have to know of each other. Where an earlier attempt may have arrived, it is
        what has done it.
        """
        toggle = self._by_queue.get(attempt.entity, {}).get(body.name)
        if toggle is None or body.text:
            raise ActionRefused(Code.INVALID_FIELD, "name" if toggle is None else "text")
        place = (attempt.entity, toggle.name)
        if await _is_on(manager, toggle) is body.on:
            known = self._states.get(place)
            if attempt.is_again:
                return
            since, by = (known.since, known.by) if known is not None else (None, None)
            raise held_already(Code.WRONG_STATE, by.name if by is not None else "", since)
        await attempt.send(*_request(toggle, is_on=body.on))
        by = Person(body.actor.id, clean_text(body.actor.name))
        self._states[place] = _State(body.on, attempt.now, by)

    def _each(self) -> Iterator[tuple[str, ToggleSettings]]:
        for queue, toggles in self._by_queue.items():
            for toggle in toggles.values():
                yield queue, toggle

    def _seen(self, queue: str, name: str, now: Ms, *, is_on: bool) -> _State:
        known = self._states.get((queue, name))
        if known is None or known.is_on is not is_on:
            known = _State(is_on, None if known is None else now)
            self._states[queue, name] = known
        return known


async def _is_on(manager: Asked, toggle: ToggleSettings) -> bool:
    if toggle.device:
        answer = await manager.ask("Getvar", {"Variable": f"DEVICE_STATE({toggle.device})"})
        if not answer.is_success:
            raise FetchError(Code.UNAVAILABLE, answer.message)
        return answer.fields.get("value", "").strip() not in _DEVICE_IS_OFF
    family, _slash, key = toggle.database.partition("/")
    try:
        answer = await manager.rows("DBGet", _ENDS, {"Family": family, "Key": key})
    except FetchError as problem:
        if problem.code is Code.UNAVAILABLE and problem.detail.endswith(_NO_KEY):
            return not toggle.on
        raise
    values = [packet.early("val") for packet in answer.packets]
    return values[:1] == [toggle.on]


def _request(toggle: ToggleSettings, *, is_on: bool) -> tuple[str, Mapping[str, str]]:
    """The action that puts a toggle."""
    if toggle.device:
        value = _DEVICE_ON if is_on else _DEVICE_OFF
        return "Setvar", {"Variable": f"DEVICE_STATE({toggle.device})", "Value": value}
    family, _slash, key = toggle.database.partition("/")
    place = {"Family": family, "Key": key}
    value = toggle.on if is_on else toggle.off
    return ("DBPut", {**place, "Val": value}) if value else ("DBDel", place)


def _switch(toggle: ToggleSettings, state: _State) -> Switch:
    label = clean_text(toggle.label, _LABEL_LIMIT)
    return Switch(name=toggle.name, on=state.is_on, since=state.since, by=state.by, label=label)
