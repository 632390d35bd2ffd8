"""Whom a person's actions reach: team leaders lead their own teams, and nobody else's agents."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from data.actions.fields import Lent, OfShift, ShiftsSwapped, Written
from data.actions.files import ActionFile, fields_of
from data.model import Agent, AnyRecord, Kind, Shift
from data.people import Person

Standing: TypeAlias = Callable[[str, str, Kind, str], tuple[int, AnyRecord] | None]
"""Version and record of an entity as they are known just now, by site, source, kind and id."""


def reaches(person: Person, action: ActionFile, standing: Standing) -> bool:
    """Whether everybody whom an action is about is somebody whom the person leads.

    An agent of whom nothing is known belongs to no team: only who leads everybody reaches them.

    Args:
        person: Who acts.
        action: What they do; its fields are valid.
        standing: How records stand.
    """

    def leads(source: str, agent: str) -> bool:
        found = standing(action.site, source, Kind.AGENT, agent)
        record = found[1] if found is not None else None
        return person.leads(record.team if isinstance(record, Agent) else "")

    if action.kind is Kind.AGENT:
        return leads(action.source, action.entity)
    if action.kind is Kind.SHIFT:
        return _leads_shifts(person, action, standing)
    match fields_of(action):
        case Lent(agents=agents, telephony=telephony):
            return all(leads(telephony, agent) for agent in agents)
        case Written(audience=audience) if audience.kind == "team":
            return all(map(person.leads, audience.ids))
        case Written(audience=audience) if audience.kind == "agents":
            return all(leads(action.source, agent) for agent in audience.ids)
        case Written():
            return person.leads("")
    return True


def _leads_shifts(person: Person, action: ActionFile, standing: Standing) -> bool:
    """Whether everybody whose shift an action changes is somebody whom the person leads.

    The desk names agents by id; of which source they are, the action says.
    """
    fields = fields_of(action)
    if person.leads("") or not isinstance(fields, OfShift):
        return person.leads("")
    shifts = [action.entity, *([fields.other] if isinstance(fields, ShiftsSwapped) else [])]
    for entity in shifts:
        shift = standing(action.site, action.source, Kind.SHIFT, entity)
        named = shift[1].agent if shift is not None and isinstance(shift[1], Shift) else ""
        agent = standing(action.site, fields.telephony, Kind.AGENT, named)
        if agent is None or not isinstance(agent[1], Agent) or not person.leads(agent[1].team):
            return False
    return True
