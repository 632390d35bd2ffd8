"""What has to be asked before something is done to agents, and to people by message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from data.actions.verbs import Verb
from data.figures.doings import Target
from data.floor import Key
from data.model import Agent, AgentState
from screens.acting.agents import MEMBERSHIP
from screens.acting.chosen import agents_of
from screens.acting.memberships import queue_fields, read_queue, settle_queue
from screens.acting.offer import COMMENT, Ask, Offer, Settled, Wanted, none_of
from screens.text import N_, _, ngettext
from screens.widgets.form import Answers, Field

_NOTE_LIMIT = 200
_REASON_LIMIT = 32
"""Characters of a reason code, by the contract."""
_TEXT_REASONS = "asterisk"
"""The kind of source to which a reason is any text; what it writes itself is not to be chosen."""
_TEXT_LIMIT = 1000
_EVERYBODY = "everybody"
_AGENTS = "agents"
_TEAM = "team"


# Why not ready


def reasons(wanted: Wanted) -> tuple[tuple[str, str], ...]:
    """The reasons that can be chosen, code and words.

    Those that the floor names; else those that somebody there is not ready for just now, the most
    frequent first; none where nothing is known, or where reasons are no codes but any text.
    """
    named = wanted.look.viewing.reasons
    if named:
        return tuple((code, words) for code, words in named.items() if len(code) <= _REASON_LIMIT)
    places = {each.target.key[:2] for each in wanted.offers}
    kinds = {
        each.kind for each in wanted.look.snapshot.sources if (each.site, each.source) in places
    }
    if kinds == {_TEXT_REASONS}:
        return ()
    seen = Counter(
        agent.reason
        for key, agent in wanted.look.snapshot.agents.items()
        if agent.state is AgentState.NOT_READY and agent.reason and key[:2] in places
    )
    return tuple((code, code) for code, _count in seen.most_common())


def _pause_fields(wanted: Wanted) -> tuple[Field, ...]:
    known = reasons(wanted)
    options = (*known, ("", _("none"))) if known else ()
    first = next(iter(wanted.look.viewing.reasons), "")
    return (
        Field("reason_code", _("Reason"), value=first, options=options, limit=_REASON_LIMIT),
        Field(COMMENT, _("Note"), limit=_NOTE_LIMIT),
    )


def _settle_pause(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    """The code of a reason that was typed in the floor's words."""
    typed = str(fields.get("reason_code", ""))
    named = wanted.look.viewing.reasons
    if not typed or typed in named or not named:
        return Settled(wanted, fields)
    folded = typed.casefold()
    code = next(
        (code for code, words in named.items() if folded in {code.casefold(), words.casefold()}),
        None,
    )
    if code is not None:
        return Settled(wanted, {**fields, "reason_code": code})
    text = _("There is no reason {reason}. There are: {known}")
    return Settled(none_of(wanted, text.format(reason=typed, known=", ".join(named.values()))))


# Messages


def _message_fields(wanted: Wanted) -> tuple[Field, ...]:
    agents, who = agents_of(wanted), wanted.look.viewing.who
    options = [(_AGENTS, _agents_words(agents))]
    teams = _teams(agents)
    if teams:
        options.append((_TEAM, _team_words(teams)))
    if who is None or who.leads(""):
        options.append((_EVERYBODY, _("everybody")))
    return (
        Field("to", _("To"), options=tuple(options)),
        Field("text", _("Text"), limit=_TEXT_LIMIT, is_needed=True),
    )


def _settle_message(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    """One message for each source, whoever many are to read it."""
    kind = fields.get("to", _AGENTS)
    by_place: dict[tuple[str, str], list[Agent]] = {}
    for agent in agents_of(wanted):
        by_place.setdefault((agent.site, agent.source), []).append(agent)
    offers = [
        Offer(Verb.MESSAGE, _to(Key(*place, agents[0].id), kind, agents))
        for place, agents in by_place.items()
    ]
    return Settled(replace(wanted, offers=offers), {"text": fields.get("text", "")})


def _to(key: Key, kind: str, agents: list[Agent]) -> Target:
    teams = _teams(agents)
    ids: tuple[str, ...] = ()
    if kind == _EVERYBODY:
        subject = _("everybody")
    elif kind == _TEAM:
        ids, subject = teams, _team_words(teams)
    else:
        ids, subject = tuple(agent.id for agent in agents), _agents_words(agents)
    return Target(key, subject=subject, fields={"audience": {"kind": kind, "ids": list(ids)}})


def _teams(agents: Iterable[Agent]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(agent.team for agent in agents if agent.team))


def _team_words(teams: tuple[str, ...]) -> str:
    text = ngettext("team {names}", "teams {names}", len(teams))
    return text.format(names=", ".join(teams))


def _agents_words(agents: list[Agent]) -> str:
    if len(agents) == 1:
        return agents[0].name
    return ngettext("{count} agent", "{count} agents", len(agents)).format(count=len(agents))


def _read_message(answers: Answers) -> Mapping[str, Any]:
    return {name: answers[name] for name in ("to", "text") if name in answers}


_QUEUES = Ask(queue_fields, read_queue, ("queue", "penalty", COMMENT), N_("queues"), settle_queue)

ASKS: Mapping[Verb, Ask] = MappingProxyType(
    {
        Verb.PAUSE: Ask(_pause_fields, words=("reason_code", COMMENT), settle=_settle_pause),
        **dict.fromkeys(MEMBERSHIP, _QUEUES),
        Verb.LEAVE: replace(_QUEUES, words=("queue", COMMENT)),
        Verb.MESSAGE: Ask(_message_fields, _read_message, ("text",), settle=_settle_message),
    }
)
"""What each verb has to ask first; what that takes is imported when somebody acts."""
