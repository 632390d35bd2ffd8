"""One look at one site of a floor, beside the look before it."""

from __future__ import annotations

import msgspec

from data.floor import FloorSnapshot, Key
from data.model import Kind, Ms


class View(msgspec.Struct, frozen=True):
    """What is looked at. Each site has a clock of its own, so each is judged by itself."""

    site: str
    snapshot: FloorSnapshot
    before: FloorSnapshot
    now: Ms

    def changed(self, kind: Kind) -> list[Key]:
        """The keys of a kind under which something else stands than at the look before."""
        found = self.snapshot.changed_since(self.before, kind)
        return [key for key in found if key.site == self.site]
