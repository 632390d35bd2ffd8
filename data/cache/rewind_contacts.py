"""The records of the contacts that were there at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data.cache.history_callers import CALLER_BITS
from data.cache.history_model import CHANNELS, DIRECTIONS, short_hash
from data.cache.rewind_agents import Doing, Named
from data.cache.rewind_calls import Stay
from data.floor import Key
from data.model import AgentState, Channel, Contact, ContactState, Escalation, Ms

_STATES = {
    AgentState.RINGING: ContactState.RINGING,
    AgentState.BUSY: ContactState.CONNECTED,
    AgentState.ON_HOLD: ContactState.HELD,
    AgentState.WORKING_AFTER_CONTACT: ContactState.WRAPPING,
}


class Holders:
    """Who had which contact in hand.

    Args:
        doings: What the agents did.
        agents: The agents, by number.
    """

    def __init__(self, doings: Iterable[Doing], agents: Mapping[int, Named]) -> None:
        self._agents = agents
        self._holders: dict[int, Doing] = {}
        for doing in doings:
            if doing.contact and doing.state in _STATES:
                # Where it rings at several, or one joined, whoever talks has it.
                other = self._holders.get(doing.contact)
                if other is None or not other.is_in_contact:
                    self._holders[doing.contact] = doing

    def rows(self, state: AgentState) -> list[int]:
        """The rows of the contacts that somebody had in a state."""
        return [row for row, doing in self._holders.items() if doing.state is state]

    def of(self, stay: Stay) -> Doing | None:
        """Who had a contact in hand; None where nobody had."""
        return self._holders.get(stay.row)

    def name(self, number: int) -> str:
        """An agent's native id."""
        agent = self._agents.get(number)
        return agent.key.id if agent is not None else ""


def is_there(stay: Stay, at: Ms) -> bool:
    """Whether the source would still have shown the contact, in this queue, at an instant."""
    return stay.at <= at and (stay.ended is None or stay.ended > at or not stay.is_passed_on())


def contact_at(
    stay: Stay,
    at: Ms,
    holders: Holders,
    queue: Named,
    words: Mapping[int, str],
    callers: Mapping[int, str],
) -> Contact:
    """A contact's record as of an instant.

    Args:
        stay: The queue that it was in then.
        at: The instant.
        holders: Who had which contact in hand.
        queue: That queue.
        words: The words that the stay's numbers stand for.
        callers: The keys of callers that are known, by the hash that history keeps.
    """
    answered = stay.answered if stay.answered is not None and stay.answered <= at else None
    doing = holders.of(stay)
    state, since, agent = ContactState.WAITING, stay.entered, ""
    if answered is not None:
        state, since, agent = ContactState.CONNECTED, answered, holders.name(stay.agent)
    if doing is not None:
        state, since = _STATES[doing.state], doing.since
        agent = holders.name(doing.number)
    caller = callers.get(stay.caller, "") if stay.caller is not None else ""
    return Contact(
        site=queue.key.site,
        source=queue.key.source,
        id=stay.id,
        client=words.get(stay.client, ""),
        queue=queue.key.id,
        channel=CHANNELS.get(stay.channel, Channel.OTHER),
        direction=DIRECTIONS.get(stay.direction, "other"),
        state=state,
        state_since=since,
        created_at=stay.at,
        queued_at=stay.queued if stay.queued is not None and stay.queued <= at else None,
        answered_at=answered,
        agent=agent,
        caller_masked=words.get(stay.mask, "") + stay.digits,
        caller_key=caller,
    )


def caller_keys(complaints: Iterable[Escalation]) -> dict[int, str]:
    """The keys of those who complain, by the hash under which history keeps callers."""
    keys = {one.caller_key for one in complaints if one.caller_key}
    return {short_hash(key, CALLER_BITS): key for key in keys}


def place(contact: Contact) -> Key:
    """The queue that a contact is in."""
    return Key(contact.site, contact.source, contact.queue)
