"""Whose a shift is, where the roster comes from another source than the agents do."""

from __future__ import annotations

from data.floor import FloorSnapshot, Key
from data.model import Agent, Shift


def planned_agent(snapshot: FloorSnapshot, shift: Shift) -> Agent | None:
    """The agent of a shift: of its own source, or of any of its site; None where nobody is known.

    Looks at all agents where its own source has none: not for tables.
    """
    own = snapshot.agents.get(Key(shift.site, shift.source, shift.agent))
    if own is not None:
        return own
    found = (
        agent
        for key, agent in snapshot.agents.items()
        if key.id == shift.agent and key.site == shift.site
    )
    return next(found, None)


class Planned:
    """Whose shifts are, for many of them: all agents are looked at once.

    Args:
        snapshot: The floor.
    """

    def __init__(self, snapshot: FloorSnapshot) -> None:
        self._agents = snapshot.agents
        self._by_id: dict[tuple[str, str], Key] = {}
        for key in snapshot.agents:
            self._by_id.setdefault((key.site, key.id), key)

    def key(self, shift: Shift) -> Key:
        """The agent of a shift, as `planned_agent` finds them; of nobody known the id alone."""
        own = Key(shift.site, shift.source, shift.agent)
        if own in self._agents:
            return own
        return self._by_id.get((shift.site, shift.agent)) or Key(shift.site, "", shift.agent)
