"""What has to be asked before agents are lent: to which queue, whose, how many, for how long."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from data.actions.fields import Lent
from data.actions.verbs import Verb
from data.figures.doings import Target
from data.figures.loans import lendable, queue_name
from data.floor import Key
from data.model import AgentState, Queue
from screens.acting.loans import TO, lend_target
from screens.acting.offer import Ask, Offer, Settled, Wanted
from screens.look import Look
from screens.text import _
from screens.widgets.form import Field

_MOST_AGENTS = 500
_MINUTE_MS = 60_000
_LONGEST_MIN = 24 * 60
_FOR = re.compile(r"(?:(\d{1,2})h)?(?:(\d{1,4})m?)?", re.ASCII)
_LEAVE, _STAY = "leave", "stay"


def minutes_of(text: str) -> int | None:
    """How long `30m`, `2h`, `1h30` or `45` is, in minutes; None for what is none of these."""
    found = _FOR.fullmatch(text.strip().lower())
    if found is None or not any(found.groups()):
        return None
    minutes = int(found[1] or 0) * 60 + int(found[2] or 0)
    return minutes if 1 <= minutes <= _LONGEST_MIN else None


def plan(
    look: Look, queue: Key, home: str, agents: Sequence[str], minutes: int, count: int = 0
) -> Offer:
    """A loan as it is going to be put on record; why not, where nobody is left to be lent.

    Args:
        look: The floor.
        queue: The queue that gets them.
        home: The id of the queue that they leave meanwhile; empty where they leave none.
        agents: Their ids.
        minutes: For how long.
        count: How many were wanted; 0 where they were named.
    """
    until = look.moment.now + minutes * _MINUTE_MS
    if not agents:
        name = queue_name(look.snapshot.queues, queue)
        return Offer(
            Verb.LEND, Target(queue), why_not=_("Nobody can be lent to {queue}.").format(queue=name)
        )
    lent = Lent(
        agents=tuple(agents),
        from_queue=home,
        to_queue=queue.id,
        telephony=queue.source,
        until=until,
    )
    fewer = ""
    if len(agents) < count:
        text = _("{count} were wanted; only {able} can be lent.")
        fewer = text.format(count=count, able=len(agents))
    return Offer(Verb.LEND, lend_target(look, lent, queue.site), effect=fewer)


def _fields(wanted: Wanted) -> tuple[Field, ...]:
    if wanted.offers[0].way == TO:
        return _fields_of_queue(wanted)
    return _fields_of_agents(wanted)


def _fields_of_queue(wanted: Wanted) -> tuple[Field, ...]:
    look, queue = wanted.look, wanted.offers[0].target.key
    options = []
    for key, each in _queues_beside(look, queue):
        spare = lendable(look.snapshot, key, queue.id)
        ready = sum(agent.state is AgentState.READY for agent in spare)
        if spare:
            text = _("{queue}: {ready} ready of {count}")
            words = text.format(queue=each.name, ready=ready, count=len(spare))
            options.append((-ready, key.id, words))
    return (
        Field("count", _("How many"), "1", limit=3, is_needed=True, check=_count_problem),
        Field(
            "from_queue",
            _("From"),
            options=tuple((name, words) for _ready, name, words in sorted(options)),
            is_needed=True,
        ),
        _for_field(),
        Field("meanwhile", _("Meanwhile"), options=_meanwhile()),
    )


def _fields_of_agents(wanted: Wanted) -> tuple[Field, ...]:
    look, first = wanted.look, wanted.offers[0].target.key
    agents = [look.snapshot.agents.get(each.target.key) for each in wanted.offers]
    theirs = {queue for agent in agents if agent is not None for queue in agent.queues}
    queues = list(_queues_beside(look, first._replace(id="")))
    text = _("{queue}, {count} waiting")
    to = [
        (-each.contacts_waiting, key.id, text.format(queue=each.name, count=each.contacts_waiting))
        for key, each in queues
    ]
    leaves = _("they leave {queue}")
    home = [(key.id, leaves.format(queue=each.name)) for key, each in queues if key.id in theirs]
    return (
        Field(
            "to_queue",
            _("To"),
            options=tuple((name, words) for _waiting, name, words in sorted(to)),
            is_needed=True,
        ),
        _for_field(),
        Field("from_queue", _("Meanwhile"), options=(("", _("they keep their queues")), *home)),
    )


def _settle(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    """The loan that was meant, with those who are lent."""
    look, first = wanted.look, wanted.offers[0].target.key
    minutes = minutes_of(str(fields.get("for", ""))) or 30
    if wanted.offers[0].way == TO:
        home = first._replace(id=str(fields.get("from_queue", "")))
        count = _count(str(fields.get("count", "1"))) or 1
        spare = [each.id for each in lendable(look.snapshot, home, first.id)[:count]]
        stays = fields.get("meanwhile") == _STAY
        offer = plan(look, first, "" if stays else home.id, spare, minutes, count)
    else:
        queue = first._replace(id=str(fields.get("to_queue", "")))
        able = [each.target.key for each in wanted.offers if not each.why_not]
        chosen = [
            key.id
            for key in able
            if (key.site, key.source) == (first.site, first.source)
            if not _serves(look, key, queue.id)
        ]
        offer = plan(look, queue, str(fields.get("from_queue", "")), chosen, minutes)
    return Settled(replace(wanted, offers=(offer,)))


def _queues_beside(look: Look, queue: Key) -> list[tuple[Key, Queue]]:
    """The other queues of the same source, in which people work."""
    return [
        (key, each)
        for key, each in look.snapshot.queues.items()
        if (key.site, key.source) == (queue.site, queue.source) and key != queue
    ]


def _serves(look: Look, key: Key, queue: str) -> bool:
    agent = look.snapshot.agents.get(key)
    return agent is not None and queue in agent.queues


def _for_field() -> Field:
    label = _("For how long (30m, 1h30)")
    return Field("for", label, "30m", limit=8, is_needed=True, check=_for_problem)


def _for_problem(text: str) -> str:
    return "" if minutes_of(text) else _("A time such as 30m, 2h or 1h30, at most a day.")


def _count_problem(text: str) -> str:
    return "" if _count(text) else _("A number of agents, 1 or more.")


def _count(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdecimal() else 0
    return number if 1 <= number <= _MOST_AGENTS else None


def _meanwhile() -> tuple[tuple[str, str], ...]:
    return ((_LEAVE, _("they leave that queue")), (_STAY, _("they serve both")))


ASKS: Mapping[Verb, Ask] = {
    Verb.LEND: Ask(_fields, words=("to_queue", "for"), settle=_settle),
}
"""What each verb has to ask first; taking back says it all."""
