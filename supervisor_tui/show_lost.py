"""Lost callers for programs and spreadsheets; docs/json.md is the reference of both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from data.figures.lost import LostCaller
from supervisor_tui.instants import instant
from supervisor_tui.spreadsheet import Value, to_csv

_FIELDS = (
    *("site", "key", "caller", "client", "queue", "queue_name", "tries", "short_tries"),
    *("first_at", "last_at", "longest_wait_s", "state", "got_through_at"),
    *("claimed_by", "claimed_at", "called_back_at", "complaint"),
)


def lost_row(caller: LostCaller) -> dict[str, Any]:
    """A lost caller as JSON has it."""
    return {
        "site": caller.site,
        "key": caller.key,
        "has_key": caller.has_key,
        "caller": caller.caller_masked,
        "client": caller.client,
        "source": caller.source,
        "queue": caller.queue,
        "queue_name": caller.queue_name,
        "tries": caller.tries,
        "short_tries": caller.short_tries,
        "first_at": instant(caller.first_at),
        "last_at": instant(caller.last_at),
        "longest_wait_s": round(caller.longest_wait_s, 3),
        "state": caller.state,
        "got_through_at": instant(caller.got_through_at),
        "claimed_by": caller.claimed_by or None,
        "claimed_at": instant(caller.claimed_at),
        "called_back_at": instant(caller.called_back_at),
        "complaint": caller.complaint or None,
        "contacts": [
            {
                "id": one.contact,
                "queue": one.queue,
                "entered_at": instant(one.entered_at),
                "left_at": instant(one.left_at),
                "wait_s": round(one.wait_s, 3),
            }
            for one in caller.contacts
        ],
    }


def lost_csv(callers: Iterable[LostCaller]) -> str:
    """Lost callers as CSV, one line each, with the fields of the JSON that are no lists."""
    rows = (lost_row(caller) for caller in callers)
    return to_csv(_FIELDS, ([_value(row[field]) for field in _FIELDS] for row in rows))


def _value(value: Any) -> Value:
    return value if value is None or isinstance(value, int | float) else str(value)
