"""Floors that were synchronised while they stood still, with the ledger of what is true of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from data.sandbox.ledger import LedgerCall, LedgerSegment
from tests.support.floors import RUN_S, Endpoint, Place

TRIES = 40


class Truth:
    """A floor that was synchronised, and the ledger of what had happened by then."""

    def __init__(self, place: Place, calls: list[LedgerCall], segments: list[LedgerSegment]):
        self.place = place
        self.calls = calls
        self.segments = segments

    @property
    def now(self) -> dict[str, LedgerSegment]:
        """What each agent is doing."""
        return {each.agent: each for each in self.segments if each.to_at is None}


@contextmanager
def synchronised(folder: Path, *options: str, within_s: float = RUN_S) -> Iterator[Truth]:
    """Run a sandbox and synchronise once; nothing happens between that and the look at its truth.

    After its day a sandbox goes on at the pace of the host's clock, so it is tried until the
    records stood still for as long as that takes.
    """
    with Endpoint([*options, "--seed", "7"]) as endpoint:
        place = Place(folder).configure(endpoint.url)
        for _ in range(TRIES):
            before = endpoint.backstage("status")["head"]
            place.told("sync", "--once", timeout=within_s)
            calls = msgspec.convert(endpoint.backstage("truth/calls"), list[LedgerCall])
            segments = msgspec.convert(endpoint.backstage("truth/segments"), list[LedgerSegment])
            if endpoint.backstage("status")["head"] == before:
                break
        else:
            pytest.fail("the floor was never still")
        yield Truth(place, calls, segments)
