"""What the shift before has left behind: notes, and an alert of the switch."""

from __future__ import annotations

from collections.abc import Mapping

from data import contract
from data.model import Ms
from data.sandbox.board import QueueRow
from data.sandbox.ports import Put


def opening_notes(opening: Ms, queues: Mapping[str, QueueRow]) -> list[Put]:
    """Two notes and an alert, written before the day opened."""
    queue = next(iter(queues))
    written = contract.from_ms(opening - 9 * 3_600_000)
    return [
        Put(
            "note",
            "n-1",
            contract.Note(
                author="lead-north",
                text="Letters about the new tariff went out yesterday: expect questions.",
                written_at=written,
                about=contract.About(type="queue", id=queue),
            ),
        ),
        Put(
            "note",
            "n-2",
            contract.Note(
                author="lead-north",
                text="Headset of 1003 fails now and then; spare ones are in the cupboard.",
                written_at=written,
                about=contract.About(type="agent", id="1003"),
            ),
        ),
        Put(
            "alert",
            "a-1",
            contract.Alert(
                kind="trunk_usage",
                severity="warning",
                raised_at=contract.from_ms(opening - 1_200_000),
                text="Trunk group 2 at 85 %",
            ),
        ),
    ]
