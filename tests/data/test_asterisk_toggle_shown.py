"""What a supervisor puts on or off shows at once, and not with the next look at all toggles."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from data.contract import from_ms
from data.model import Change, Queue
from data.settings import QueueSettings, SiteSettings, ToggleSettings
from data.sources.asterisk.source import AsteriskSource
from tests.support.asterisk_acting import make_request
from tests.support.asterisk_server import Asked, AsteriskServer, said
from tests.support.asterisk_talk import SECRET, VARIABLE, settings, status_of
from tests.support.loopback import until


class Device:
    """A custom device of the server."""

    def __init__(self) -> None:
        self.state = "NOT_INUSE"

    def get(self, asked: Asked) -> bytes:
        value = self.state if asked.fields["variable"] == "DEVICE_STATE(Custom:night)" else ""
        return said(asked, "Success", f"Value: {value}")

    def put(self, asked: Asked) -> bytes:
        self.state = asked.fields["value"]
        return said(asked, "Success")


async def test_a_queue_that_was_closed_is_shown_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    device = Device()
    rights = ("Getvar", "Setvar", "QueueStatus", "QueueSummary")
    server = AsteriskServer(
        answers={
            "queuestatus": status_of("sales"),
            "listcommands": lambda asked: said(
                asked, "Success", *(f"{name}: Does it.  (Priv: x,all)" for name in rights)
            ),
            "getvar": device.get,
            "setvar": device.put,
        }
    )
    toggle = ToggleSettings(name="closed", device="Custom:night")
    queue = QueueSettings(name="sales", toggle=(toggle,))
    async with server.running():
        ours = settings(server.url, queue=(queue,))
        source = AsteriskSource(ours, SiteSettings(id="main"), key=bytes(32))
        try:
            opened = await source.open()
            before = await source.snapshot()
            late = from_ms(opened.anchor.server_ms + 60_000)
            asked = make_request(
                "queues", "sales", "switch", name="closed", on=True, not_after=late
            )
            shown = await source.act(asked)
            await until(lambda: server.count("WaitEvent"))
        finally:
            await source.close()
    assert device.state == "INUSE"
    assert _switches(before.changes) == [False]
    assert _switches(shown) == [True]


def _switches(changes: Iterable[Change]) -> list[bool]:
    """How the queues' toggles stand in some changes."""
    records = (change.record for change in changes)
    return [each.on for one in records if isinstance(one, Queue) for each in one.switches]
