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
