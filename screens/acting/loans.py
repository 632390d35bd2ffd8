"""Lending agents to another queue for a time, and taking them back: what is sent for whom.

One confirmation sends several actions: the desk's record of the loan, so that nobody forgets it,
and for each agent what the telephone system has to be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from data.actions.fields import Lent
from data.actions.verbs import Undo, Verb
from data.desk.messages import DESK
from data.figures.doings import Doings, Target
from data.figures.loans import (
    IN_CALL,
    LentAgent,
    LoanFigures,
    lent_agents,
    loan_figures,
    queue_name,
)
from data.floor import FloorSnapshot, Key
from data.model import Agent, AgentState, Kind, Queue
from screens import words
from screens.acting.can import can, cannot_words
from screens.acting.offer import Offer
from screens.look import Look
from screens.presenters.lent_words import agent_words, loan_words, state_words
from screens.text import _, ngettext

TO = "to"
"""The way of lending in which the queue that gets the agents was chosen first."""
Step: TypeAlias = tuple[Verb, Target]
_NOT_HERE = frozenset({AgentState.LOGGED_OFF, AgentState.UNREACHABLE, AgentState.UNKNOWN})


def lend_to_offer(key: Key, queue: Queue, look: Look) -> Offer:
    """Having agents of other queues serve this one for a time."""
    why_not = "" if can(look, key.site, key.source, Verb.JOIN) else cannot_words()
    return Offer(Verb.LEND, Target(key, subject=queue.name), why_not=why_not, way=TO)


def lend_offer(key: Key, agent: Agent, look: Look) -> Offer:
    """Lending an agent to another queue."""
    target = Target(key, subject=agent_words(agent))
    about = state_words(agent, look.moment.now)
    return Offer(Verb.LEND, target, about, _why_not_lent(key, agent, look))


def take_back_offer(figures: LoanFigures, look: Look) -> Offer:
    """Taking back the agents of a loan."""
    loan = figures.loan
    target = Target(figures.key, loan.version, loan_words(look.snapshot, figures))
    return Offer(Verb.TAKE_BACK, target, why_not=_why_not_back(figures, look.doings))


def lend_target(look: Look, lent: Lent, site: str) -> Target:
    """The record of a loan as it is put on the desk.

    Args:
        look: The floor.
        lent: The loan.
        site: Whose queues they are.
    """
    fields: dict[str, Any] = msgspec.to_builtins(lent)
    name = queue_name(look.snapshot.queues, Key(site, lent.telephony, lent.to_queue))
    subject = ngettext("{count} agent to {queue}", "{count} agents to {queue}", len(lent.agents))
    return Target(
        Key(site, DESK, ""),
        subject=subject.format(count=len(lent.agents), queue=name),
        fields=fields,
    )


def lend_steps(target: Target, snapshot: FloorSnapshot) -> list[Step]:
    """Everything that a loan sends: its record, and for each agent one queue more, one less."""
    lent = msgspec.convert(dict(target.fields), Lent)
    steps: list[Step] = [(Verb.LEND, target)]
    for agent in _agents(snapshot, target.key.site, lent):
        if lent.to_queue not in agent.queues:
            undo = Undo(Verb.LEAVE, {"queue": lent.to_queue})
            steps.append((Verb.JOIN, _of_agent(agent, {"queue": lent.to_queue}, undo)))
        if lent.from_queue and lent.from_queue in agent.queues:
            again = Undo(Verb.JOIN, _with_rank(agent, lent.from_queue))
            steps.append((Verb.LEAVE, _of_agent(agent, {"queue": lent.from_queue}, again)))
    return steps


def take_back_steps(key: Key, target: Target, look: Look) -> list[Step]:
    """Everything that taking back sends: back to their own queue first, then out of the other."""
    figures = _figures(key, look)
    steps: list[Step] = [(Verb.TAKE_BACK, target)]
    if figures is None:
        return steps
    home, there = figures.loan.from_queue, figures.loan.to_queue
    for each in figures.agents:
        if each.agent is None:
            continue
        if home and home not in each.agent.queues:
            fields = _rank_before(each, home, look.snapshot)
            steps.append((Verb.JOIN, _of_agent(each.agent, fields, None)))
        if each.serves:
            again = Undo(Verb.JOIN, _with_rank(each.agent, there))
            steps.append((Verb.LEAVE, _of_agent(each.agent, {"queue": there}, again)))
    return steps


def lend_lines(target: Target, look: Look) -> Iterator[str]:
    """What will happen to each agent who is lent, and to the queue that they leave."""
    lent = msgspec.convert(dict(target.fields), Lent)
    snapshot, site, now = look.snapshot, target.key.site, look.moment.now
    name = queue_name(snapshot.queues, Key(site, lent.telephony, lent.to_queue))
    agents = list(_agents(snapshot, site, lent))
    text = _("{agent}  {state}: {effect}")
    for agent in agents:
        effect = _lend_effect(agent, name)
        state = state_words(agent, now)
        yield text.format(agent=agent_words(agent), state=state, effect=effect)
    if lent.from_queue:
        yield _left_behind(agents, Key(site, lent.telephony, lent.from_queue), look)


def take_back_lines(key: Key, look: Look) -> Iterator[str]:
    """What will happen to each agent who is taken back."""
    figures = _figures(key, look)
    for each in figures.agents if figures is not None else ():
        if each.agent is None:
            yield _("{agent}: no longer known to the telephone system").format(agent=each.name)
            continue
        text = _("{agent}  {state}: {effect}")
        yield text.format(
            agent=agent_words(each.agent),
            state=state_words(each.agent, look.moment.now),
            effect=_back_effect(each, each.agent, figures, look) if figures is not None else "",
        )


def _why_not_lent(key: Key, agent: Agent, look: Look) -> str:
    if not can(look, key.site, key.source, Verb.JOIN):
        return cannot_words()
    if agent.state in _NOT_HERE:
        text = _("{agent} is {state}: they would help nobody.")
        return text.format(agent=agent_words(agent), state=words.agent_state(agent.state))
    if key in set(lent_agents(look.snapshot)):
        return _("{agent} is lent already.").format(agent=agent_words(agent))
    return ""


def _why_not_back(figures: LoanFigures, doings: Doings) -> str:
    if not figures.is_open:
        by = figures.loan.returned_by
        if by is None:
            return _("They have been taken back already.")
        return _("{name} has taken them back already.").format(name=by.name)
    pending = doings.pending(Kind.LOAN, figures.key, figures.loan.version)
    if pending is not None:
        return _("Your last action on this loan is still on its way.")
    return ""


def _lend_effect(agent: Agent, queue: str) -> str:
    if agent.state in IN_CALL:
        return _("keeps this call, then takes {queue}").format(queue=queue)
    if agent.state is AgentState.READY:
        return _("takes {queue} at once").format(queue=queue)
    return _("takes {queue} once ready").format(queue=queue)


def _back_effect(each: LentAgent, agent: Agent, figures: LoanFigures, look: Look) -> str:
    there = queue_name(look.snapshot.queues, figures.queue_key)
    home_id = figures.loan.from_queue
    home = queue_name(look.snapshot.queues, figures.queue_key._replace(id=home_id))
    returns = bool(home_id) and home_id not in agent.queues
    if not each.serves:
        text = _("is not in {there} any more; serves {home} again")
        plain = _("is not in {there} any more")
    elif agent.state in IN_CALL:
        text = _("keeps this call; leaves {there}, serves {home} again")
        plain = _("keeps this call; leaves {there}")
    else:
        text = _("leaves {there}, serves {home} again")
        plain = _("leaves {there}")
    return (text if returns else plain).format(there=there, home=home)


def _left_behind(agents: Sequence[Agent], queue: Key, look: Look) -> str:
    """How many the queue keeps that lends them."""
    gone = {agent.id for agent in agents}
    kept = [
        agent
        for key, agent in look.snapshot.agents.items()
        if (key.site, key.source) == (queue.site, queue.source)
        if queue.id in agent.queues and agent.id not in gone and agent.state not in _NOT_HERE
    ]
    ready = sum(agent.state is AgentState.READY for agent in kept)
    text = ngettext(
        "They leave {queue} meanwhile, which keeps {kept} agent, {ready} ready.",
        "They leave {queue} meanwhile, which keeps {kept} agents, {ready} ready.",
        len(kept),
    )
    name = queue_name(look.snapshot.queues, queue)
    return text.format(queue=name, kept=len(kept), ready=ready)


def _agents(snapshot: FloorSnapshot, site: str, lent: Lent) -> Iterator[Agent]:
    for each in lent.agents:
        agent = snapshot.agents.get(Key(site, lent.telephony, each))
        if agent is not None:
            yield agent


def _figures(key: Key, look: Look) -> LoanFigures | None:
    found = loan_figures(look.snapshot, key.site, look.moment.now)
    return next((each for each in found if each.key == key), None)


def _of_agent(agent: Agent, fields: Mapping[str, Any], undo: Undo | None) -> Target:
    key = Key(agent.site, agent.source, agent.id)
    return Target(key, subject=agent_words(agent), fields=fields, undo=undo)


def _with_rank(agent: Agent, queue: str) -> dict[str, Any]:
    """A queue, and the agent's rank in it where they have one."""
    rank = next((each.penalty for each in agent.penalties if each.queue == queue), None)
    return {"queue": queue} if rank is None else {"queue": queue, "penalty": rank}


def _rank_before(each: LentAgent, queue: str, snapshot: FloorSnapshot) -> dict[str, Any]:
    """The queue that an agent left, and the rank that they had in it, where that is still known."""
    for row in reversed(snapshot.actions):
        is_its = (row.verb, row.site, row.source, row.entity) == (Verb.LEAVE, *each.key)
        if is_its and row.undo is not None and row.undo.fields.get("queue") == queue:
            return dict(row.undo.fields)
    return {"queue": queue}
