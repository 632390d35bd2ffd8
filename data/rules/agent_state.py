"""What the floor should believe of an agent, from the agent, the contact in hand and the phone.

Two rules stand above whatever a source reports: an agent on a contact is never ready, and an
unreachable phone is never ready. They are the two lies that supervisors complain of most.
"""

from __future__ import annotations

from data.model import Agent, AgentState, Contact, ContactState, Ms

_BY_CONTACT = {
    ContactState.RINGING: AgentState.RINGING,
    ContactState.CONNECTED: AgentState.BUSY,
    ContactState.HELD: AgentState.ON_HOLD,
    ContactState.WRAPPING: AgentState.WORKING_AFTER_CONTACT,
}
ABSENT = frozenset({AgentState.LOGGED_OFF, AgentState.UNKNOWN})
"""In these an agent is not signed in, and no staff of a queue."""


def believed_state(agent: Agent, contact: Contact | None) -> tuple[AgentState, Ms]:
    """State and since when, of an agent whose contact in hand is `contact` (None: not known).

    Args:
        agent: As reported: `reported_state`, `reported_since`, `reachable`, `contact`.
        contact: The contact that `agent.contact` names, if it is known and names this agent.
    """
    reported, since = agent.reported_state, agent.reported_since
    if agent.contact is not None:
        in_hand = contact is not None and contact.agent == agent.id
        if in_hand and contact is not None and contact.state in _BY_CONTACT:
            state = _BY_CONTACT[contact.state]
            if state is reported:
                return state, since
            return state, max(since, contact.state_since)
        if reported in {AgentState.READY, AgentState.NOT_READY} or reported in ABSENT:
            return AgentState.BUSY, since
        return reported, since
    if not agent.reachable and reported not in ABSENT:
        return AgentState.UNREACHABLE, since
    return reported, since


def is_on_contact(state: AgentState) -> bool:
    """Whether the agent is with a contact or being offered one."""
    return state in {AgentState.RINGING, AgentState.BUSY, AgentState.ON_HOLD}
