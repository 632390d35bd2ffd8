"""What can be done to agents, why what cannot be done cannot, and what it will do to each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from data.actions.rules import RULES
from data.actions.seen import seen_of
from data.actions.verbs import Undo, Verb
from data.figures.agents import contact_in_hand
from data.figures.doings import Target
from data.figures.freshness import own_now
from data.figures.queues import source_ages
from data.floor import Key
from data.model import Agent, AgentState, Channel, Contact, Kind
from screens.acting.can import can, cannot_words
from screens.acting.offer import Offer
from screens.formats import format_duration
from screens.look import Look
from screens.presenters.acts import verb_words
from screens.presenters.agent_detail import agent_title, queue_names, queues_served
from screens.presenters.agent_fields import agent_state_words
from screens.text import N_, _

ON_CONTACT = frozenset({AgentState.RINGING, AgentState.BUSY, AgentState.ON_HOLD})
_IN_CALL = frozenset({AgentState.BUSY, AgentState.ON_HOLD})
MONITORING = frozenset({Verb.LISTEN, Verb.WHISPER, Verb.BARGE})
"""What rings the supervisor's own phone."""
MEMBERSHIP = (Verb.JOIN, Verb.LEAVE, Verb.PENALTY)
_VERBS = (
    *(Verb.PAUSE, Verb.READY, Verb.LOG_OUT, Verb.END_WORK),
    *MEMBERSHIP,
    *(Verb.LISTEN, Verb.WHISPER, Verb.BARGE),
    *(Verb.ANSWER_HAND, Verb.MESSAGE),
)
_NEWEST = 2**63
"""No version of a record is newer: what is done counts as shown."""
_HEARD = {
    Verb.LISTEN: N_("rings {phone}; you hear both, nobody hears you"),
    Verb.WHISPER: N_("rings {phone}; you hear both, the agent alone hears you"),
    Verb.BARGE: N_("rings {phone}; all three hear each other"),
}


class _Seen(msgspec.Struct, frozen=True):
    """An agent as the person sees them."""

    key: Key
    agent: Agent
    contact: Contact | None
    look: Look

    @property
    def name(self) -> str:
        return agent_title(self.agent)


def agent_offers(key: Key, agent: Agent, look: Look) -> tuple[Offer, ...]:
    """Everything that can be done to an agent.

    Args:
        key: Of the agent.
        agent: The agent.
        look: The floor, and who looks at it.
    """
    seen = _Seen(key, agent, contact_in_hand(look.snapshot, agent), look)
    about = _about(seen)
    return tuple(_offer(verb, seen, about) for verb in _VERBS)


def _offer(verb: Verb, seen: _Seen, about: str) -> Offer:
    agent = seen.agent
    why_not = _why_never(verb, seen) or _WHY_NOT.get(verb, _nothing)(seen)
    return Offer(
        verb,
        Target(
            key=seen.key,
            subject=seen.name,
            fields=_fields(verb, seen),
            seen=seen_of(verb, agent),
            undo=_undo(verb, agent),
        ),
        about=about,
        why_not=why_not,
        effect="" if why_not else _EFFECTS.get(verb, _nothing)(seen),
    )


def _about(seen: _Seen) -> str:
    """What an agent does, and for how long."""
    agent, look = seen.agent, seen.look
    state = agent_state_words(agent, seen.contact)
    if not agent.since:
        return state
    now = own_now(source_ages(look.snapshot, look.moment), seen.key, look.moment)
    span = format_duration(max(0.0, (now - agent.since) / 1000))
    return _("{state} {span}").format(state=state, span=span)


def _fields(verb: Verb, seen: _Seen) -> Mapping[str, str]:
    """What belongs to an action whoever is asked: the contact that was seen, and the phone."""
    if verb not in MONITORING:
        return {}
    return {"phone": seen.look.phone, "contact": seen.agent.contact or ""}


def _undo(verb: Verb, agent: Agent) -> Undo | None:
    """What brings an agent's state back; what is done to queues is settled with its form."""
    was_paused = agent.state is AgentState.NOT_READY
    match verb:
        case Verb.PAUSE | Verb.READY if was_paused:
            fields = {"reason_code": agent.reason} if agent.reason else {}
            return Undo(Verb.PAUSE, fields)
        case Verb.PAUSE:
            return Undo(Verb.READY)
        case Verb.READY if agent.pending_state is AgentState.NOT_READY:
            return Undo(Verb.PAUSE)
    return None


# Why not


def _why_never(verb: Verb, seen: _Seen) -> str:
    """What stands in the way whatever the agent does."""
    who, agent, key, name = seen.look.viewing.who, seen.agent, seen.key, seen.name
    if who is not None and not who.leads(agent.team):
        text = _("{name} is of team {team}, which you do not lead.")
        return text.format(name=name, team=agent.team or _("none"))
    if not can(seen.look, key.site, key.source, verb):
        return cannot_words()
    if RULES[verb].kind is not Kind.AGENT or verb in MEMBERSHIP:
        return ""
    pending = seen.look.doings.pending(Kind.AGENT, key, _NEWEST)
    if pending is not None and pending.verb == verb:
        text = _("{verb} {subject} is still on its way.")
        return text.format(verb=verb_words(verb), subject=name)
    return ""


def _why_not_reached(seen: _Seen) -> str:
    if seen.agent.state is AgentState.LOGGED_OFF:
        return _("{name} is logged off.").format(name=seen.name)
    if seen.agent.state is AgentState.UNREACHABLE:
        return _("The phone of {name} cannot be reached.").format(name=seen.name)
    return ""


def _why_not_ready(seen: _Seen) -> str:
    agent, name = seen.agent, seen.name
    if agent.paused_in:
        return _why_not_reached(seen)
    if agent.state is AgentState.READY:
        return _("{name} is ready already.").format(name=name)
    if agent.state in ON_CONTACT and agent.pending_state is None:
        return _("{name} is in a call, and ready after it.").format(name=name)
    return _why_not_sooner(seen) or _why_not_reached(seen)


def _why_not_sooner(seen: _Seen) -> str:
    """Why after-contact work cannot be ended: it is a time that the telephone system keeps."""
    if not _is_timed(seen.agent):
        return ""
    text = _("{name} is ready when the telephone system's time for after-contact work is over.")
    return text.format(name=seen.name)


def _is_timed(agent: Agent) -> bool:
    """Whether agents are in after-contact work without having a say in how long."""
    return agent.state is AgentState.WORKING_AFTER_CONTACT and agent.is_inferred


def _why_not_log_out(seen: _Seen) -> str:
    if seen.agent.state is AgentState.LOGGED_OFF:
        return _("{name} is logged off already.").format(name=seen.name)
    if seen.agent.fixed_in:
        text = _(
            "The telephone system's own configuration puts {name} into {queues}, so they cannot be"
            " logged off from here. Make them not ready instead."
        )
        queues = queue_names(seen.agent, seen.agent.fixed_in, seen.look.snapshot.queues)
        return text.format(name=seen.name, queues=queues)
    return ""


def _why_not_end_work(seen: _Seen) -> str:
    if seen.agent.state is not AgentState.WORKING_AFTER_CONTACT:
        return _("{name} is not in after-contact work.").format(name=seen.name)
    return _why_not_sooner(seen)


def _why_not_heard(seen: _Seen) -> str:
    """Why nobody can join what an agent talks in; one supervisor a call is enough."""
    agent, contact, name = seen.agent, seen.contact, seen.name
    if agent.state not in _IN_CALL:
        return _why_not_reached(seen) or _("{name} is not in a call.").format(name=name)
    if contact is not None and contact.channel is not Channel.VOICE:
        return _("{name} is in a contact that nobody can listen to.").format(name=name)
    who = seen.look.viewing.who
    others = [each for each in _listeners(seen) if who is None or each != who.name]
    if others:
        text = _("{people} listens to {name} already.")
        return text.format(people=", ".join(others), name=name)
    if not seen.look.phone:
        return _("Which phone is yours? Type it first, such as :phone 1900")
    return ""


def _why_not_answered(seen: _Seen) -> str:
    agent, who = seen.agent, seen.look.viewing.who
    if agent.assist_since is None:
        return _("{name} does not ask for help.").format(name=seen.name)
    by = agent.assist_by
    if by is None:
        return ""
    if who is not None and by.id == who.id:
        return _("You answer {name} already.").format(name=seen.name)
    return _("{person} answers {name} already.").format(person=by.name, name=seen.name)


def _listeners(seen: _Seen) -> tuple[str, ...]:
    return seen.contact.listeners if seen.contact is not None else ()


def _nothing(_seen: _Seen) -> str:
    return ""


_WHY_NOT: Mapping[Verb, Callable[[_Seen], str]] = MappingProxyType(
    {
        Verb.PAUSE: _why_not_reached,
        Verb.READY: _why_not_ready,
        Verb.LOG_OUT: _why_not_log_out,
        Verb.END_WORK: _why_not_end_work,
        Verb.LISTEN: _why_not_heard,
        Verb.WHISPER: _why_not_heard,
        Verb.BARGE: _why_not_heard,
        Verb.ANSWER_HAND: _why_not_answered,
    }
)


# What it will do


def _paused(seen: _Seen) -> str:
    agent = seen.agent
    if agent.state in ON_CONTACT:
        return _("keeps this call, gets no more")
    if agent.state is AgentState.WORKING_AFTER_CONTACT and not _is_timed(agent):
        return _("when the after-contact work is done")
    if agent.state is AgentState.NOT_READY:
        return _("gets another reason")
    return _("at once")


def _readied(seen: _Seen) -> str:
    if seen.agent.state in ON_CONTACT:
        return _("stays ready after this call")
    if seen.agent.state is AgentState.WORKING_AFTER_CONTACT:
        return _("ends the after-contact work")
    return _("at once")


def _logged_out(seen: _Seen) -> str:
    if seen.agent.state in ON_CONTACT:
        return _("keeps this call, is logged off after it")
    if seen.agent.state is AgentState.WORKING_AFTER_CONTACT and not _is_timed(seen.agent):
        return _("when the after-contact work is done")
    return _("at once")


def _worked(_seen: _Seen) -> str:
    return _("at once")


def _serves(seen: _Seen) -> str:
    """The queues of an agent, with their rank where it is not 0."""
    served = queues_served(seen.agent, seen.look.snapshot.queues)
    return _("serves {queues}").format(queues=served or _("no queue"))


def _heard(verb: Verb) -> Callable[[_Seen], str]:
    return lambda seen: _(_HEARD[verb]).format(phone=seen.look.phone)


_EFFECTS: Mapping[Verb, Callable[[_Seen], str]] = MappingProxyType(
    {
        Verb.PAUSE: _paused,
        Verb.READY: _readied,
        Verb.LOG_OUT: _logged_out,
        Verb.END_WORK: _worked,
        **dict.fromkeys(MEMBERSHIP, _serves),
        **{verb: _heard(verb) for verb in (Verb.LISTEN, Verb.WHISPER, Verb.BARGE)},
    }
)
