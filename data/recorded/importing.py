"""Recorded calls as history takes them: instants instead of wall clocks, numbers masked, ids."""

from __future__ import annotations

import hashlib
from collections import Counter
from zoneinfo import ZoneInfo

from data.cache.history_calls import CallQueue, ImportedCall
from data.callers import key_number, mask_number
from data.errors import FloorError
from data.model import Channel, Ms
from data.recorded.call_map import CallMap
from data.recorded.call_rows import RecordedCall, RowProblem
from data.rules.wall_time import at_wall_time
from data.settings import SiteSettings
from data.zones import zone

_AHEAD_MS = 86_400_000
"""Clocks may be wrong by hours; what comes later than tomorrow has not been recorded."""
_DIGEST_BYTES = 8


class CallConverter:
    """Turns the calls of one file into those of a floor.

    Args:
        mapping: What the file's columns mean.
        site: Where the calls are kept: its zone where nothing else is said, and how it masks.
        key: The floor's secret for callers' keys.
        now: The present.

    Raises:
        FloorError: NO_SUCH_ZONE: the map names a zone that there is not.
    """

    def __init__(self, mapping: CallMap, site: SiteSettings, key: bytes, now: Ms) -> None:
        self._map = mapping
        self._mask = site.mask
        self._key = key
        self._zone = zone(mapping.zone or site.zone)
        self._until = now + _AHEAD_MS
        self._alike: Counter[str] = Counter()
        self.queues: dict[str, CallQueue] = {}
        """The queues met so far, by id."""
        self.doubtful = 0
        """Local times that came twice; the first was taken."""
        self.skipped = 0
        """Local times that there never were; taken as much later as the clocks were moved."""

    def convert(self, call: RecordedCall) -> ImportedCall:
        """A call as it is kept.

        Raises:
            RowProblem: It makes no sense.
        """
        names = self._map.of_queue(call.queue)
        queue = names.id or call.queue
        at = self._instant(call)
        masked = mask_number(call.caller, self._mask)
        key = key_number(call.caller, self._key)
        if queue not in self.queues:
            self.queues[queue] = CallQueue(
                queue, names.name or queue, call.client, names.threshold_s, names.short_abandon_s
            )
        return ImportedCall(
            id=call.id or self._own_id(call, queue, at, key or masked),
            queue=queue,
            client=call.client,
            channel=Channel(call.channel) if call.channel in set(Channel) else Channel.OTHER,
            direction=names.direction,
            at=at,
            has_queued=call.has_queued,
            wait_ms=call.wait_ms,
            is_answered=call.is_answered,
            service_ms=call.service_ms,
            agent=call.agent,
            caller_masked=masked,
            caller_key=key,
        )

    def _own_id(self, call: RecordedCall, queue: str, at: Ms, caller: str) -> str:
        """The same id whenever the same row is read; rows that are alike are numbered."""
        parts = (queue, at, call.wait_ms, call.is_answered, call.service_ms, call.agent, caller)
        text = "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")
        name = hashlib.blake2b(text, digest_size=_DIGEST_BYTES).hexdigest()
        self._alike[name] += 1
        count = self._alike[name]
        return f"row-{name}" if count == 1 else f"row-{name}.{count}"

    def _instant(self, call: RecordedCall) -> Ms:
        entered = call.entered
        if entered.tzinfo is not None:
            at = round(entered.timestamp() * 1000)
        else:
            place = self._place(call)
            first, second = (entered.replace(tzinfo=place, fold=f).utcoffset() for f in (0, 1))
            if first is not None and second is not None and first != second:
                self.doubtful += first > second
                self.skipped += first < second
            at = at_wall_time(entered, place)
        if not 0 <= at <= self._until:
            raise RowProblem("queued", entered.isoformat(" "))
        return at

    def _place(self, call: RecordedCall) -> ZoneInfo:
        if call.zone in {"", self._map.zone}:
            return self._zone
        try:
            return zone(call.zone)
        except FloorError:
            raise RowProblem("zone", call.zone) from None
