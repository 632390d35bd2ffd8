"""A briefing: to a team, to who serves a queue, to all agents, or to who leads.

Agents are written to by their telephone system, where it passes messages on; who leads, by the
floor's own desk, which tells who has read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from data.actions.verbs import Verb
from data.figures.doings import Target
from data.floor import Key
from data.model import DESK, Agent
from screens.acting.can import can
from screens.acting.offer import Ask, Offer, Settled, Wanted, none_of
from screens.look import Look
from screens.text import _
from screens.widgets.form import Field

_TEXT_LIMIT = 1000
_MOST = 500
"""Agents who can be named in one message."""
_EVERYBODY, _LEADERS, _TEAM, _QUEUE = "everybody", "leaders", "team", "queue"


def _agents(look: Look) -> Iterator[tuple[Key, Agent]]:
    """The agents of the sites looked at whom the person leads."""
    who = look.viewing.who
    for key, agent in look.snapshot.agents.items():
        if look.site in {None, key.site} and (who is None or who.leads(agent.team)):
            yield key, agent


def _leaders(look: Look) -> list[str]:
    """Who else leads, by id."""
    return [each.id for each in look.viewing.owners if each.id != look.viewing.person]


def _readers(look: Look) -> Iterator[tuple[str, str]]:
    """Who can be written to: code and words."""
    who = look.viewing.who
    if _leaders(look):
        yield _LEADERS, _("leaders: all who lead the floor")
    if who is None or who.leads(""):
        yield _EVERYBODY, _("everybody: all agents")
    for team in sorted({agent.team for _key, agent in _agents(look) if agent.team}):
        yield f"{_TEAM}/{team}", _("team {team}").format(team=team)
    served = {(key[:2], queue) for key, agent in _agents(look) for queue in agent.queues}
    queues = [
        (queue.name.casefold(), key, queue.name)
        for key, queue in look.snapshot.queues.items()
        if (key[:2], key.id) in served
    ]
    for _folded, key, name in sorted(queues):
        yield f"{_QUEUE}/{'/'.join(key)}", _("queue {queue}: who serves it").format(queue=name)


def _fields(wanted: Wanted) -> tuple[Field, ...]:
    options = tuple(_readers(wanted.look))
    return (
        Field("to", _("To"), options=options, is_needed=True),
        Field("text", _("Text"), limit=_TEXT_LIMIT, is_needed=True),
    )


def _settled(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    """One message for each source, whoever many are to read it."""
    to = str(fields.get("to", ""))
    words = dict(_readers(wanted.look)).get(to)
    if words is None:
        return Settled(none_of(wanted, _("There is nobody there to be briefed.")))
    offers = list(_offers(wanted, to, words))
    if not offers:
        return Settled(none_of(wanted, _("There is nobody there to be briefed.")))
    return Settled(replace(wanted, offers=offers), {"text": fields.get("text", "")})


def _offers(wanted: Wanted, to: str, words: str) -> Iterator[Offer]:
    look, kind = wanted.look, to.partition("/")[0]
    if kind == _LEADERS:
        place = Key(wanted.offers[0].target.key.site, DESK, "")
        audience = {"kind": "agents", "ids": _leaders(look)}
        yield Offer(Verb.BRIEF, Target(place, subject=words, fields={"audience": audience}))
        return
    by_place: dict[tuple[str, str], list[Agent]] = {}
    for key, agent in _agents(look):
        if _is_meant(key, agent, to):
            by_place.setdefault((key.site, key.source), []).append(agent)
    for (site, source), agents in sorted(by_place.items()):
        place = Key(site, source, "")
        fields = {"audience": _audience(to, agents)}
        why_not = "" if can(look, site, source, Verb.BRIEF) else _cannot(source)
        yield Offer(Verb.BRIEF, Target(place, subject=words, fields=fields), why_not=why_not)


def _is_meant(key: Key, agent: Agent, to: str) -> bool:
    kind, _slash, rest = to.partition("/")
    if kind == _TEAM:
        return agent.team == rest
    if kind == _QUEUE:
        queue = Key(*rest.split("/", 2))
        return key[:2] == queue[:2] and queue.id in agent.queues
    return True


def _audience(to: str, agents: Sequence[Agent]) -> dict[str, Any]:
    kind, _slash, rest = to.partition("/")
    if kind == _TEAM:
        return {"kind": "team", "ids": [rest]}
    if kind == _QUEUE:
        return {"kind": "agents", "ids": [agent.id for agent in agents][:_MOST]}
    return {"kind": "everybody", "ids": []}


def _cannot(source: str) -> str:
    text = _("{source} passes no messages on to agents; who leads can be briefed all the same.")
    return text.format(source=source)


ASKS: Mapping[Verb, Ask] = MappingProxyType(
    {Verb.BRIEF: Ask(_fields, words=("to", "text"), settle=_settled)}
)
"""What each verb has to ask first."""
