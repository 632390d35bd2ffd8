"""One look at one site of a floor, beside the look before it."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from data.floor import FloorSnapshot, Key
from data.model import Agent, Kind, Ms


class AgentChange(NamedTuple):
    """An agent in whom something has changed by which rules judge."""

    key: Key
    old: Agent | None
    new: Agent | None


class View(msgspec.Struct, frozen=True):
    """What is looked at. Each site has a clock of its own, so each is judged by itself."""

    site: str
    snapshot: FloorSnapshot
    before: FloorSnapshot
    now: Ms
    agents: tuple[AgentChange, ...] = ()
    """Who has changed, found once for all that look."""

    @classmethod
    def of(cls, site: str, snapshot: FloorSnapshot, before: FloorSnapshot, now: Ms) -> View:
        """A look at a site.

        On a large floor most of what changes of an agent are the sums of the day: they are passed
        over here, and cost nothing after that.
        """
        new_of, old_of = snapshot.agents.get, before.agents.get
        changes = []
        for key in snapshot.changed_since(before, Kind.AGENT):
            if key.site == site:
                old, new = old_of(key), new_of(key)
                if old is None or new is None or not _is_as_before(old, new):
                    changes.append(AgentChange(key, old, new))
        return cls(site, snapshot, before, now, tuple(changes))

    def changed(self, kind: Kind) -> list[Key]:
        """The keys of a kind under which something else stands than at the look before."""
        found = self.snapshot.changed_since(self.before, kind)
        return [key for key in found if key.site == self.site]


def _is_as_before(old: Agent, new: Agent) -> bool:
    return (
        old.state is new.state
        and old.since == new.since
        and old.assist_since == new.assist_since
        and old.assist_by == new.assist_by
        and old.paused_in == new.paused_in
        and old.queues == new.queues
        and old.team == new.team
        and old.client == new.client
    )
